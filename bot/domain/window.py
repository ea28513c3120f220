"""Lists too long to be loaded for one page of them."""

from collections.abc import Sequence
from typing import TypeVar, overload

T = TypeVar("T")


class Window(Sequence[T]):
    """A long list of which a part is at hand: it is as long as the whole list, and has the items of that part alone.

    `is_cut`: there are more than its length says.
    """

    def __init__(self, items: Sequence[T], first: int = 0, length: int | None = None, *, is_cut: bool = False) -> None:
        self._items, self._first = items, first
        self._length = len(items) if length is None else length
        self.is_cut = is_cut

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[T]: ...
    def __getitem__(self, place: int | slice) -> T | Sequence[T]:
        """Raises IndexError for what is not at hand."""
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(self._length))]
        if not 0 <= place < self._length:
            raise IndexError(place)
        if not self._first <= place < self._first + len(self._items):
            raise LookupError(f"item {place} of {self._length} is not at hand")
        return self._items[place - self._first]
