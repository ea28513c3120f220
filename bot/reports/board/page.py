"""The file: a page with its style, its data and its scripts inside, and a policy that lets nothing else run or load."""

import base64
import hashlib
import json
from functools import cache
from html import escape
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bot.domain.ledger.standing import Standing
from bot.reports import words

_FOLDER = Path(__file__).parent
_STYLES = ("board", "grid", "details", "narrow", "paper")
_SCRIPTS = ("elements", "model", "charts", "details", "grid", "printing", "main")

_LEVEL = "territories"


class Page:
    """A file that grows by pieces of data, to be read by the scripts at its end."""

    def __init__(self, path: Path, title: str, *, by_territory: bool = False) -> None:
        head, self._tail = template(by_territory=by_territory).split("<!-- data -->\n")
        self._file = path.open("w", encoding="utf-8", newline="\n", errors="replace")
        self._file.write(head.replace("<!-- title -->", escape(title)))

    def data(self, name: str, content: Any) -> None:
        """Adds a block of data, which `name` will find."""
        self._file.write(f'<script type="application/json" id="{name}">{literal(content)}</script>\n')

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._file as file:
            if kind is None:
                file.write(self._tail)


def literal(content: Any) -> str:
    """JSON that stands in a script element as it is: no text in it can end the element or begin a comment."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False).replace("<", r"\u003c")


@cache
def template(*, by_territory: bool = False) -> str:
    """The page without its title and its data. `by_territory`: with a level above organizations."""
    level = (_LEVEL,) if by_territory else ()
    style = "\n".join([*(_read(f"{name}.css") for name in (*_STYLES, *level)), tints()])
    # The last one begins to draw.
    scripts = (*_SCRIPTS[:-1], *level, _SCRIPTS[-1])
    # What one file declares the others use; outside of them nothing is declared.
    script = "\n".join(["(() => {", '"use strict";', *(_read(f"{name}.js") for name in scripts), "})();"])
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return (
        _read("board.html")
        .replace("<!-- policy -->", policy)
        .replace("<!-- style -->", style)
        .replace("<!-- script -->", script)
    )


def tints() -> str:
    """A class for the colour of each standing; white is no colour of its own."""
    return "".join(
        f".is-{standing} {{ --tint: {colour}; }}\n"
        for standing, colour in ((standing, words.TINTS[standing]) for standing in Standing)
        if colour.upper() != "#FFFFFF"
    )


def _read(name: str) -> str:
    return (_FOLDER / name).read_text("utf-8")


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
