"""How many letters may be under way at a start, and after Telegram has asked for silence."""

from collections.abc import Hashable

# A courier has no more in flight (courier.POST); whoever gets that far needs no caution.
_MANY = 25
# A start knows nothing of the server yet.
_FEW = 4
# Seconds. A letter that takes longer is waited for no more: it may hang for a minute.
_LONG = 1.0


class Caution:
    """A start begins with a few letters, the end of a silence with one. Each that goes beyond what went before the
    silences adds another.

    A silence that ends with 25 calls at once ends in the next one: those that are refused count, and may lengthen it.
    """

    def __init__(self) -> None:
        self._room = _FEW
        # Letters that have gone since the last silence, and those that have to go before another is added.
        self._went = 0
        self._safe = 0
        # When each letter that is under way began, in that order.
        self._begun: dict[Hashable, float] = {}

    def begun(self, letter: Hashable, now: float) -> None:
        """Hears that a letter has its turn."""
        self._begun[letter] = now

    def ended(self, letter: Hashable) -> None:
        """Hears that it has been answered, or given up."""
        self._begun.pop(letter, None)

    def next_at(self) -> float:
        """The moment at which one more letter may go; what is under way may end earlier."""
        if self._room >= _MANY or len(self._begun) < self._room:
            return 0.0
        return list(self._begun.values())[-self._room] + _LONG

    def silenced(self) -> None:
        """Hears that Telegram wants silence."""
        # Where every tenth is refused, the ninth is not the moment to go faster.
        self._safe = min(max(self._safe, self._went), _MANY)
        self._room, self._went = 1, 0

    def went(self) -> None:
        """Hears that a letter has gone."""
        self._went += 1
        if self._went > self._safe:
            self._room = min(self._room + 1, _MANY)
