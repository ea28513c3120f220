"""What a head's daily work costs: taps, messages of their own, and words to be read, with an upper bound for each task.

Beside each bound stands what the same task cost before heads' screens were made short, counted in the same way.
"""

from dataclasses import dataclass, field
from typing import Any

import pytest

from tests import messengers
from tests.texts.example import Club, Organizations, Titles, Types
from tests.texts.heads import Extending, Form, Registration, Words, Writing
from tests.world import Head, World

# No screen has more words, without the collapsed quotation.
SCREEN = 45
NUMBERS = "45\n3\n2"


@dataclass
class Effort:
    """A head, and what they do and read. `screens`: words of each screen in its turn."""

    head: Head
    taps: int = 0
    messages: int = 0
    screens: list[int] = field(default_factory=list)
    _read: dict[int, str] = field(default_factory=dict)

    async def press(self, *labels: str) -> None:
        """Presses the buttons, and reads what comes of each."""
        for label in labels:
            await self.head.press(label)
            self.taps += 1
            await self.reads()

    async def send(self, text: str) -> None:
        """Writes, and reads what comes of it."""
        await self.head.send(text)
        self.messages += 1
        await self.reads()

    async def begins(self) -> None:
        """The task begins at the newest screen; what came before it is none of its own."""
        self._read = {message["message_id"]: message["text"] for message in await self.head.phone.messages()}
        self.screens = [words(await self.head.phone.last_message())]
        self.taps = self.messages = 0

    async def reads(self) -> None:
        """What is new in the chat, or says something else by now."""
        for message in await self.head.phone.messages():
            if self._read.get(message["message_id"]) != message["text"]:
                self._read[message["message_id"]] = message["text"]
                self.screens.append(words(message))

    def costs(self, *, taps: int, messages: int, words: int, longest: int = SCREEN) -> None:
        """Checks that the task has cost no more."""
        assert self.taps <= taps
        assert self.messages <= messages
        assert sum(self.screens) <= words, self.screens
        assert max(self.screens) <= longest, self.screens


def words(message: dict[str, Any]) -> int:
    """Words of a message as a phone shows it, but for what stands aside: a collapsed quotation stays closed."""
    text = message["text"].encode("utf-16-le")
    for entity in sorted(message["entities"], key=lambda entity: -entity["offset"]):
        if messengers.stands_aside(entity):
            begins, ends = 2 * entity["offset"], 2 * (entity["offset"] + entity["length"])
            text = text[:begins] + text[ends:]
    said = messengers.without_labels(text.decode("utf-16-le"))
    return sum(any(map(str.isalnum, word)) for word in said.split())


@pytest.fixture
async def effort(world: World, head: Head) -> Effort:
    """The head of a school: the request about the club has come, beside one that waits already."""
    await head.join(Types.GENERAL, Organizations.SCHOOL)
    for morning in ("2026-10-01 09:00", "2026-10-05 09:00"):
        await world.at(morning)
    effort = Effort(head)
    await effort.begins()
    return effort


async def answer(effort: Effort) -> None:
    """The club's five fields."""
    await effort.press(Club.WORKS, Form.NO)
    await effort.send(NUMBERS)
    await effort.press(Form.SEND)
    assert Form.ACCEPTED in await effort.head.sees()


async def in_winter(world: World, effort: Effort) -> str:
    """The request comes again, and stands in the list of what is open; its button there."""
    await answer(effort)
    await world.at("2027-01-18 09:00")
    await effort.send("/tasks")
    await effort.begins()
    return next(label for label in await effort.head.buttons() if Titles.SCHOOL_SPORTS_CLUB in label)


async def test_registration(head: Head) -> None:
    effort = Effort(head)
    await effort.send("/start")
    await effort.press(Registration.AGREE, Types.GENERAL, Registration.DONE, Organizations.SCHOOL, Registration.HEAD)
    assert Registration.REGISTERED in await head.sees()
    # Before: 5 taps, 1 message, 133 words; the consent is a text of law, and how to begin is said at the end by now.
    effort.costs(taps=5, messages=1, words=150, longest=52)


async def test_an_answer_with_five_fields(effort: Effort) -> None:
    await answer(effort)
    # Before: 3 taps, 1 message, 217 words, up to 51 on a screen.
    effort.costs(taps=3, messages=1, words=155)


async def test_an_unchanged_answer(world: World, effort: Effort) -> None:
    await effort.press(await in_winter(world, effort), Form.UNCHANGED, Form.SEND)
    assert Form.ACCEPTED in await effort.head.sees()
    # Before: 3 taps, 154 words.
    effort.costs(taps=3, messages=0, words=116)


@pytest.mark.slow
async def test_an_answer_with_one_number_changed(world: World, effort: Effort) -> None:
    await effort.press(await in_winter(world, effort), Form.UNCHANGED, Form.CHANGE, "Секций: 3")
    await effort.send("4")
    await effort.press(Form.SEND)
    assert "Секций: 4" in await effort.head.sees()
    effort.costs(taps=5, messages=1, words=185)


async def test_more_time(effort: Effort) -> None:
    await effort.press(Form.MORE, Extending.ASK, Extending.WEEK)
    await effort.send("Ждём приказ")
    await effort.press(Extending.SEND)
    assert Form.AWAITS_EXTENSION in await effort.head.sees()
    # Before: 4 taps, 1 message, 202 words, up to 51 on a screen.
    effort.costs(taps=4, messages=1, words=156)


async def test_a_letter_to_the_department(effort: Effort) -> None:
    await effort.press(Words.WRITE)
    await effort.send("Кого здесь считать?")
    assert Writing.FORWARDED in await effort.head.screen()
    effort.costs(taps=1, messages=1, words=40)
