"""The way to a messenger, as far as the conduct of a probe needs it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from bot.delivery.exchange import Answer


class CannotProbe(Exception):
    """Why nothing can be tried, and what to do."""


class EventKind(StrEnum):
    """What people do."""

    STARTED = "started"
    PRESSED = "pressed"
    SAID = "said"
    LEFT = "left"
    CAME_BACK = "came back"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a person did; `number` is the messenger's own of it.

    `text`: what came with the start, the data of the button, or the words. `press`: by what the press is answered.
    `answers_to`: the message that it answers to. `names`: what the person is called, so that no report says it.
    """

    number: int
    kind: EventKind
    person: int
    text: str = ""
    message: int | None = None
    press: str = ""
    answers_to: int | None = None
    names: tuple[str, ...] = ()


class Door(Protocol):
    """A messenger."""

    async def open(self) -> str:
        """How somebody willing comes in, with `{}` for the code. Raises CannotProbe."""

    async def close(self) -> None:
        """Leaves."""

    async def events(self, seconds: float) -> list[Event]:
        """What has happened, waiting for the first of it; after `lead` only what that person did.

        Raises CannotProbe when another program takes what happens.
        """

    def lead(self, start: Event) -> None:
        """From this on what its person does is for the probe; all else stays with the messenger for the bot."""

    def leave(self, event: Event) -> None:
        """This too stays: it was not done for the probe."""

    async def call(
        self, method: str, values: Mapping[str, Any], files: Mapping[str, tuple[str, bytes]] | None = None
    ) -> Answer:
        """One call."""

    async def say(self, person: int, text: str, rows: Sequence[Sequence[tuple[str, str]]]) -> Answer:
        """A message; buttons are their labels and data."""

    async def hear(self, press: str) -> Answer:
        """Tells the person's client that the press has come."""

    async def take_back(self, person: int, messages: Sequence[int]) -> int:
        """Removes messages; how many are left."""

    def made(self, answer: Answer) -> list[int]:
        """The messages that a call has made."""

    def is_left(self, answer: Answer) -> bool:
        """Whether the call was refused since the person has blocked the bot."""

    def is_known(self, answer: Answer) -> bool:
        """Whether the bot knows what the refusal means."""

    def told(self) -> dict[str, Any]:
        """What the report says of messenger and program: no address, no name."""

    def names(self) -> list[str]:
        """What no report may say: names of the bot."""
