"""The zeros before a number in an ODS, which some programs leave to its styles: OnlyOffice writes 7 where it shows 007.

Imported by the reader of workbooks, in a process of its own.
"""

from bisect import bisect_right
from xml.etree import ElementTree

_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_NUMBER = "{urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0}"
# No code has more, and a style may ask for any number of them.
_MOST = 40


class Styles:
    """The styles of cells, noted as a file has them: those of styles.xml before those of content.xml."""

    def __init__(self) -> None:
        self._digits: dict[str, int] = {}
        self._of: dict[str, tuple[str | None, str]] = {}

    def note(self, element: ElementTree.Element) -> None:
        """Keeps a style, if the element is one. Raises ValueError: it counts with what is no number."""
        if element.tag == f"{_NUMBER}number-style":
            # Words around the number are no part of a code.
            is_bare = [part.tag for part in element] == [f"{_NUMBER}number"]
            asked = element[0].get(f"{_NUMBER}min-integer-digits", "") if is_bare else ""
            self._digits[element.get(f"{_STYLE}name", "")] = min(int(asked or 0), _MOST)
        elif element.tag == f"{_STYLE}style":
            shape, parent = element.get(f"{_STYLE}data-style-name"), element.get(f"{_STYLE}parent-style-name", "")
            self._of[element.get(f"{_STYLE}name", "")] = shape, parent

    def digits(self, style: str) -> int:
        """With how many digits at least a cell of that style shows a whole number; 0 if it does not say."""
        seen: set[str] = set()
        while style in self._of and style not in seen:
            seen.add(style)
            shape, parent = self._of[style]
            if shape is not None:
                return self._digits.get(shape, 0)
            style = parent
        return 0


class Columns:
    """The styles that cells of a sheet have by their columns."""

    def __init__(self) -> None:
        self._ends: list[int] = []
        self._styles: list[str] = []

    def add(self, times: int, style: str) -> None:
        """So many columns more, to the right of the others."""
        self._ends.append((self._ends[-1] if self._ends else 0) + times)
        self._styles.append(style)

    def style(self, column: int) -> str:
        """The style of the column; empty if there is none."""
        place = bisect_right(self._ends, column)
        return self._styles[place] if place < len(self._styles) else ""
