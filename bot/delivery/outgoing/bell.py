"""Word of new letters, between those who write them and those who deliver them: neither needs to know the other."""

from collections.abc import Callable


class Bell:
    """Rung when there may be something in the outbox."""

    def __init__(self) -> None:
        self._heard: list[Callable[[], None]] = []

    def heard_by(self, *couriers: Callable[[], None]) -> None:
        """They are called from now on, each time that it rings."""
        self._heard += couriers

    def ring(self) -> None:
        """There may be something in the outbox."""
        for courier in self._heard:
            courier()
