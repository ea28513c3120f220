"""What is tried, and how it is judged."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.probe.stage import Stage


@dataclass(frozen=True, slots=True)
class Probe:
    """One question to a messenger.

    `asks`: what is to be found out. `judged`: when it counts as assumed. `assumes`: which lines of the simulator's
    README, and which words of its refusals, it tries; * is anything. `begin` is done before all probes, for what has to
    grow old. `is_long`: only if that was asked for.
    """

    name: str
    asks: str
    judged: str
    run: Callable[[Stage], Awaitable[None]]
    assumes: tuple[str, ...] = ()
    begin: Callable[[Stage], Awaitable[None]] | None = None
    is_long: bool = False
