"""How far a long piece of work has come, told to whoever looks."""

from collections.abc import Callable

# What is being done, how much of it is done, and of how much (0: nobody knows). Told often, so it must cost nothing.
Progress = Callable[[str, int, int], None]


def silent(_what: str, _done: int, _of: int) -> None:
    """The progress that nobody looks at."""
