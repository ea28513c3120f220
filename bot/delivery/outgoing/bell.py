"""Tells couriers of new letters, so that whoever writes letters need not know who delivers them."""

from collections.abc import Callable


class Bell:
    """Rung when there may be something in the outbox."""

    def __init__(self) -> None:
        self._heard: list[Callable[[], None]] = []

    def heard_by(self, *couriers: Callable[[], None]) -> None:
        """Has these called each time that the bell rings."""
        self._heard += couriers

    def ring(self) -> None:
        """Says that there may be something in the outbox."""
        for courier in self._heard:
            courier()
