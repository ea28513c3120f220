"""A workbook in several files, each no larger than what Telegram takes."""

from collections.abc import Callable
from pathlib import Path

from bot.reports.workbook.book import Book

# What a file takes in any case: with less, each would hold its headings only.
_LEAST = 20_000


class TooLarge(Exception):
    """A finished file has more bytes than it may have; `bytes_a_weight`: how many more than its weight said."""

    def __init__(self, bytes_a_weight: float) -> None:
        super().__init__(bytes_a_weight)
        self.bytes_a_weight = bytes_a_weight


class Volumes:
    """The files of one workbook: each takes rows until it weighs as much as `budget`, and has `largest` bytes at most.

    A file's bytes are only known when it is finished; what it weighs is known before.
    """

    def __init__(self, book_at: Callable[[Path], Book], folder: Path, largest: float, budget: float) -> None:
        self._book_at, self._folder, self._largest = book_at, folder, largest
        self._budget = max(budget, _LEAST)
        self._begun: list[Book] = []
        self._open: list[Book] = []

    def begin(self) -> Book:
        """A new file."""
        book = self._book_at(self._folder / f"{len(self._begun)}.xlsx")
        self._begun.append(book)
        self._open.append(book)
        return book

    def is_full(self, book: Book) -> bool:
        """Whether the next row belongs into another file."""
        return book.weight > self._budget

    def close(self, *books: Book) -> None:
        """Completes these files, or all. Raises TooLarge."""
        for book in books or tuple(self._open):
            self._open.remove(book)
            book.close()
            size = book.path.stat().st_size
            if size > self._largest:
                raise TooLarge(size / book.weight)

    def drop(self) -> None:
        """Gives all files up."""
        for book in self._open:
            book.close()
        for book in self._begun:
            book.path.unlink()


class Shelf:
    """Where sheets of one kind go: into one file until it is full, then into the next."""

    def __init__(self, volumes: Volumes, book: Book) -> None:
        self._volumes = volumes
        self.books = [book]

    @property
    def book(self) -> Book:
        """The file that takes rows now."""
        return self.books[-1]

    @property
    def is_full(self) -> bool:
        """Whether that file holds no more rows."""
        return self._volumes.is_full(self.book)

    def turn(self) -> None:
        """Goes on in a new file; no sheet of the last may be written to any more."""
        self._volumes.close(self.book)
        self.books.append(self._volumes.begin())
