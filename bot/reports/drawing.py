"""What the pictures share: a light figure with Russian letters, and its file.

Telegram shows a picture at most 1,280 points wide, and a phone 360 of them before one zooms in. So letters are large,
and what does not fit goes into another picture.
"""

from collections.abc import Sequence
from pathlib import Path
from textwrap import wrap

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from bot.domain.brevity import shortened, told_apart
from bot.domain.text import clean

DPI = 110
INK, FAINT = "#222222", "#6B6B6B"
# The colour-blind can tell these apart (Okabe and Ito); hatching does where there are no colours.
IN_TIME, LATE, RETURNED, MISSING, PENDING = "#009E73", "#E3A3C8", "#E69F00", "#D9D9D9", "#FFFFFF"
HATCHES = {LATE: "///", RETURNED: "..."}
CURVE = "#0072B2"
_FONT = {"family": "DejaVu Sans", "color": INK}


def figure(width: float, height: float) -> Figure:
    """An empty figure; sizes in inches."""
    drawn = Figure(figsize=(width, height), dpi=DPI, facecolor="white")
    FigureCanvasAgg(drawn)
    return drawn


def bare(drawn: Figure, left: float, bottom: float, width: float, height: float) -> Axes:
    """Axes without a frame; place and size are parts of the figure."""
    axes = drawn.add_axes((left, bottom, width, height))
    axes.set_frame_on(False)
    axes.tick_params(length=0, colors=INK)
    return axes


def headline(drawn: Figure, title: str, about: str) -> None:
    """Writes two lines at the top, as far from the edge whatever the height."""
    height = drawn.get_figheight()
    write(drawn, 0.2, height - 0.4, title, size=15, bold=True)
    write(drawn, 0.2, height - 0.72, about, size=10, colour=FAINT)


def write(
    drawn: Figure, x: float, y: float, text: str, *, size: float = 11, bold: bool = False, colour: str = INK
) -> None:
    """Writes a text; `x` and `y` place the left end of its baseline, in inches from the lower left corner."""
    drawn.text(
        x / drawn.get_figwidth(),
        y / drawn.get_figheight(),
        literal(text),
        fontsize=size,
        fontweight="bold" if bold else "normal",
        fontdict={**_FONT, "color": colour},
    )


def literal(text: str) -> str:
    """The text with its dollar signs escaped: matplotlib reads mathematics between two of them."""
    return drawable(text).replace("$", "\\$")


def drawable(text: str) -> str:
    """The text without characters that the font lacks, such as emoji."""
    return "".join(character if ord(character) < 0x10000 else "" for character in clean(text)).strip()


def lines(text: str, width: int, most: int) -> str:
    """Breaks the text into at most `most` lines of `width` characters; an ellipsis stands for the rest."""
    wrapped = wrap(drawable(text), width) or [""]
    if len(wrapped) > most:
        wrapped = [*wrapped[: most - 1], shortened(" ".join(wrapped[most - 1 :]), width)]
    return "\n".join(wrapped).replace("$", "\\$")


def labels(texts: Sequence[str], width: int) -> list[str]:
    """Each in two lines of `width` characters at most, no two alike."""
    whole = [drawable(text) for text in texts]
    fit = all(len(wrap(text, width)) < 3 for text in whole)
    # Lines end where words do, which takes some room.
    return [_in_two(text, width) for text in told_apart(whole, 2 * width if fit else 2 * width - 12)]


def _in_two(text: str, width: int) -> str:
    wrapped = wrap(text, width)
    if len(wrapped) > 2:
        wrapped = [text[:width], text[width:]]
    return "\n".join(wrapped).replace("$", "\\$")


def save(drawn: Figure, path: Path) -> str:
    """Writes the picture; returns the file's name."""
    drawn.savefig(path, format="png", dpi=DPI)
    return path.name
