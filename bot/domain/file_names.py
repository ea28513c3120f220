"""Names of files as they arrive: Telegram's server turns what it does not like into blanks, and cuts.

The rules are those of TDLib 1.8.66 (tdutils/td/utils/filesystem.cpp, clean_filename): 64 code points and an extension
of 16; letters, digits and what ASCII has, but for the marks that a file system or a shell takes for its own.
"""

import unicodedata
from collections.abc import Sequence

from bot.domain.text import clean

# Code points of the name before the extension, and of the extension.
STEM, EXTENSION = 64, 16
_NOT_TAKEN = frozenset("<>:\"/\\|?*&`'")
# What the server would turn into blanks, and what says the same.
_INSTEAD = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("«»„“”‘’‚‛‹›\"'`", ""),
        "№": "N ",
        "…": "",
        ":": "-",
        "/": "-",
        "\\": "-",
        "|": "-",
        "&": "+",
    }
)
_TAKEN_KINDS = ("L", "N")


def surviving(name: str) -> str:
    """The name so that the server leaves it alone; never empty."""
    return together([name])[0]


def dated(day: str, title: str, suffix: str) -> str:
    """«Свод 05.10.2026.xlsx»: a long title loses its end, never the day.

    `suffix`: the extension, with the number of a page before it if there are several.
    """
    numbering, _, extension = suffix.rpartition(".")
    return f"{_cut(_fit(title), f' {_fit(day)}{numbering}')}.{extension}"


def together(names: Sequence[str]) -> list[str]:
    """The names of files that are sent together so that the server leaves them alone, each once."""
    taken: set[str] = set()
    fitted = []
    for name in names:
        stem, extension = _parts(name)
        number, fitting = 1, _cut(stem, "") + extension
        while fitting.casefold() in taken:
            number += 1
            fitting = _cut(stem, f" {number}") + extension
        taken.add(fitting.casefold())
        fitted.append(fitting)
    return fitted


def _parts(name: str) -> tuple[str, str]:
    """What stands before the extension, of whatever length, and the extension with its dot."""
    stem, dot, extension = name.rpartition(".")
    kind = _fit(extension).replace(" ", "")[:EXTENSION] if dot else ""
    return _fit(stem if dot else name) or "file", f".{kind}" if kind else ""


def _cut(stem: str, ending: str) -> str:
    return stem[: STEM - len(ending)].strip(" .") + ending


def _fit(text: str) -> str:
    """Without what the server would change; in NFC, as it would take the marks off letters that are written apart."""
    kept = "".join(character if _is_taken(character) else " " for character in clean(text).translate(_INSTEAD))
    return " ".join(kept.split()).strip(" .")


def _is_taken(character: str) -> bool:
    if " " <= character < "\x7f":
        return character not in _NOT_TAKEN
    return unicodedata.category(character).startswith(_TAKEN_KINDS)
