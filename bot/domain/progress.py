"""How a long piece of work says how far it has come."""

from collections.abc import Callable

# Called with what is being done, how much of it is done, and of how much (0: nobody knows): often, so each call
# must cost nothing.
Progress = Callable[[str, int, int], None]


def silent(_what: str, _done: int, _of: int) -> None:
    """Tells nobody."""
