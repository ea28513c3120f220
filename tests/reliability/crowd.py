"""Heads who answer all day long, somebody who sees all that the bot says to anybody, and whoever kills the bot."""

import asyncio
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from simulator import Person, Simulator
from simulator.wakeup import Signal
from simulator.world.model import Message
from tests.live import Live
from tests.texts.heads import Form

T = TypeVar("T")

# Seconds. A wait ends with the event; only what is broken takes this long, and Telegram may be away for a minute.
PATIENCE = 300.0
# The answers of head 7 are 28,000, 28,001 and so on: a number tells whose it is, also that of head 2,000.
SPAN = 4_000
# The bounds of the question tell the highest number that it takes.
_MOST = 9_999_999
# The newest messages of a chat that a person looks through.
_LOOKED_AT = 40


@dataclass(frozen=True, slots=True)
class Shown:
    """What the bot has shown in a chat: a new message, or another content of one."""

    kind: str
    message_id: int
    said: str


class Witness:
    """Sees whatever the bot says to anybody, also what is changed or deleted later."""

    def __init__(self, telegram: Simulator) -> None:
        self.shown: dict[int, list[Shown]] = defaultdict(list)
        self._bells: dict[int, Signal] = defaultdict(Signal)
        self._world = telegram.world
        announce = telegram.world.announce

        def seen(kind: str, message: Message) -> None:
            announce(kind, message)
            if message.from_bot and kind in ("message", "edit"):
                self.shown[message.chat_id].append(Shown(kind, message.message_id, said(message)))
                self._bells[message.chat_id].ring()

        telegram.world.announce = seen  # type: ignore[method-assign]

    def newest(self, chat_id: int) -> Iterator[Message]:
        """Messages of the bot that stand in the chat, the newest first."""
        messages = self._world.chats[chat_id].messages
        for number, key in enumerate(reversed(messages)):
            if number == _LOOKED_AT:
                return
            if messages[key].from_bot and not messages[key].deleted:
                yield messages[key]

    async def until(self, chat_id: int, found: Callable[[], T | None], what: str) -> T:
        """Looks whenever something is shown in the chat until it is found."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + PATIENCE
        while (result := found()) is None:
            if not await self._bells[chat_id].wait(deadline - loop.time()):
                stands = "\n---\n".join(said(message) for message in self.newest(chat_id))
                raise AssertionError(f"{chat_id} waited {PATIENCE} s for {what}:\n{stands}")
        return result

    def repeated(self, chat_ids: Iterator[int] | list[int]) -> int:
        """How many new messages with a number of a head's said what another new one had said."""
        again = 0
        for chat_id in chat_ids:
            sent = Counter(
                shown.said for shown in self.shown[chat_id] if shown.kind == "message" and numbers(shown.said)
            )
            again += sum(sent.values()) - len(sent)
        return again


class Head:
    """The head of school `number`, who answers and corrects the answer."""

    def __init__(self, person: Person, number: int, witness: Witness) -> None:
        self.person = person
        self.number = number
        self.witness = witness
        # What they have seen accepted, in order; and the one that is on its way.
        self.accepted: list[int] = []
        self.sent: list[int] = []

    async def answer(self) -> None:
        """One answer more; returns when «Ответ принят» stands there with the very number."""
        answer = self.number * SPAN + len(self.accepted)
        if self.accepted:
            await self.press(Form.CHANGE, self.accepted[-1], Form.ACCEPTED)
            await self.press("Ученики", self.accepted[-1])
        # Asked for this very answer anew: an older question may still stand above.
        await self.sees("", self.accepted[-1] if self.accepted else None, Form.NUMBER)
        await self.person.send(str(answer))
        self.sent.append(answer)
        await self.press(Form.SEND, answer)
        await self.sees(Form.CHANGE, answer, Form.ACCEPTED)
        self.accepted.append(answer)

    async def answers(self, enough: asyncio.Event, chance: random.Random, rest: float) -> None:
        """Answers until it is enough, with so many seconds of rest on the average, before the first one too."""
        while not enough.is_set():
            await asyncio.sleep(chance.uniform(0, 2 * rest))
            await self.answer()

    async def sees(self, button: str, number: int | None, text: str = "") -> int:
        """The message with that text, that button and that number, once it is there."""

        def found() -> int | None:
            for message in self.witness.newest(self.person.id):
                words = said(message)
                its = any(button in label["text"] for label in message.buttons() or [{"text": ""}])
                if text in words and its and (number is None or number in numbers(words)):
                    return message.message_id
            return None

        return await self.witness.until(self.person.id, found, f"{text!r}, {button!r}, {number}")

    async def press(self, button: str, number: int, text: str = "") -> None:
        """Presses the button below the message with that text and that number."""
        await self.person.press(button, message_id=await self.sees(button, number, text))

    def is_in(self, kept: list[int], *, at_rest: bool = False) -> bool:
        """Whether the ledger's versions are what the head was told; one that is on its way may be there or not."""
        if at_rest:
            return kept == self.accepted
        return kept[: len(self.accepted)] == self.accepted and kept == self.sent[: len(kept)]


@dataclass(slots=True)
class InHand:
    """What the bot had in hand when it was killed: what it may say twice."""

    letters: int = 0
    copies: int = 0
    updates: int = 0

    def count(self, bot: Live) -> None:
        """Adds what the bot that has just died held."""
        claimed = dict(
            bot.rows(
                "SELECT kind, count(*) FROM letters WHERE settled_at IS NULL AND claimed_by IS NOT NULL GROUP BY kind"
            )
        )
        self.copies += claimed.get("announcement", 0)
        self.letters += sum(claimed.values())
        self.updates += bot.rows("SELECT count(*) FROM inbox WHERE sayings IS NOT NULL")[0][0]


def said(message: Message) -> str:
    """The words of a message and of its buttons."""
    return "\n".join([message.text, *(str(button["text"]) for button in message.buttons())])


def numbers(text: str) -> set[int]:
    """The answers of heads that a text tells; thousands are set apart by a space that does not break."""
    found = re.findall(r"\d+", re.sub(r"(?<=\d)\N{NO-BREAK SPACE}(?=\d)", "", text))
    return {int(one) for one in found if SPAN <= int(one) < _MOST}


def nobody_reads_what_is_not_theirs(witness: Witness, heads: list[Head]) -> None:
    """No answer and no school of one head has ever been shown to another."""
    for head in heads:
        for shown in witness.shown[head.person.id]:
            assert {number // SPAN for number in numbers(shown.said)} <= {head.number}, shown
            assert set(re.findall(r"Школа (\d{3,})", shown.said)) <= {f"{head.number:03}"}, shown
