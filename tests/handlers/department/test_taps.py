"""How much of a methodist's hand and eye each of the daily tasks takes: presses, messages, screens, words.

The bounds are what it takes now. Before, a question took 11 presses on 10 screens, an announcement 8 presses.
"""

import re
from dataclasses import dataclass, field

import pytest

from tests import messengers
from tests.handlers.department.staff import employee, small_world
from tests.people import ADMIN
from tests.texts.department import Announcements, Control, Panel, Questions, Recipients, ReportMenu
from tests.texts.example import Types
from tests.texts.heads import Form
from tests.world import Head, World

SCHOOL, OTHER, GARDEN = "Сосновоозёрская", "Белоярская", "Ёлочка"


@dataclass
class Effort:
    """What somebody has done, from the desk on, and read."""

    person: Head
    taps: int = 0
    messages: int = 0
    words: list[int] = field(default_factory=list)

    async def press(self, *beginnings: str) -> None:
        """Presses buttons that begin so, and reads what each brings."""
        for beginning in beginnings:
            label = next(label for label in await self.person.buttons() if label.startswith(beginning))
            await self.person.press(label)
            self.taps += 1
            await self._read()

    async def send(self, text: str) -> None:
        """Writes, and reads the answer."""
        await self.person.send(text)
        self.messages += 1
        await self._read()

    async def _read(self) -> None:
        newest = await self.person.phone.last_message()
        text = messengers.without_labels(str(newest.get("text") or newest.get("caption") or ""))
        text = re.sub(r"\s+", " ", text)
        said = [word for word in f"{text} {' '.join(newest['buttons'])}".split() if any(map(str.isalnum, word))]
        self.words.append(len(said))

    def __str__(self) -> str:
        return f"{self.taps} taps, {self.messages} messages, words {self.words}, {sum(self.words)} in all"

    def is_within(self, taps: int, messages: int, most: int, whole: int) -> bool:
        """`most`: words of the longest screen; `whole`: words of all of them."""
        spent = (self.taps, self.messages, max(self.words), sum(self.words))
        return all(here <= bound for here, bound in zip(spent, (taps, messages, most, whole), strict=True))


world = small_world()


@pytest.fixture
async def heads(world: World) -> list[Head]:
    """A head at each of the organizations."""
    heads = [await world.person(f"Руководитель {place}", 101 + place) for place in range(3)]
    for head, type_, organization in zip(
        heads, (Types.GENERAL, Types.GENERAL, Types.PRESCHOOL), (SCHOOL, OTHER, GARDEN), strict=True
    ):
        await head.join(type_, organization)
    return heads


@pytest.fixture
async def admin(world: World, heads: list[Head]) -> Head:
    """Somebody of the department, on a working morning."""
    admin = await employee(world, ADMIN, "Начальник Анна")
    await world.at("2026-10-06 09:00")
    return admin


async def at_the_desk(admin: Head) -> Effort:
    await admin.send("/panel")
    return Effort(admin)


@pytest.mark.slow
async def test_a_question_to_whom_the_last_one_was(world: World, admin: Head) -> None:
    first = await at_the_desk(admin)
    await first.press(Panel.REQUESTS)
    await first.send("Сколько автобусов исправно?")
    await first.press("Да / Нет", Recipients.TO, Recipients.ALL, Recipients.DONE, Questions.SEND, Questions.SEND)
    assert Questions.ASKED in await admin.sees()
    assert first.is_within(taps=7, messages=1, most=42, whole=232), first
    await world.at("2026-10-06 09:10")
    again = await at_the_desk(admin)
    await again.press(Panel.REQUESTS)
    await again.send("Сколько водителей в штате?")
    await again.press("Да / Нет", Questions.SEND, Questions.SEND)
    assert Questions.ASKED in await admin.sees()
    assert again.is_within(taps=4, messages=1, most=45, whole=164), again


async def test_an_announcement(admin: Head) -> None:
    effort = await at_the_desk(admin)
    await effort.press(Panel.ANNOUNCEMENTS)
    await effort.send("Совещание в 15:00")
    await effort.press(
        Recipients.TO,
        Recipients.ALL,
        Recipients.DONE,
        f"«{Announcements.ACKNOWLEDGE}»",
        Announcements.SEND,
        Announcements.SURELY_SEND,
    )
    assert effort.is_within(taps=7, messages=1, most=48, whole=215), effort


@pytest.mark.slow
async def test_an_answer_is_checked(admin: Head, heads: list[Head]) -> None:
    for head in heads[:2]:
        await head.send("/tasks")
        await head.press("Положение утверждено", Form.YES)
    effort = await at_the_desk(admin)
    await effort.press(Panel.CONTROL, "2.", f"{Control.TO_REVIEW}: 2", "📨", Control.ACCEPT)
    assert effort.is_within(taps=5, messages=0, most=52, whole=224), effort
    # The next one is on the screen already.
    following = Effort(admin)
    await following.press(Control.ACCEPT)
    assert following.is_within(taps=1, messages=0, most=42, whole=42), following


async def test_a_report(admin: Head) -> None:
    effort = await at_the_desk(admin)
    await effort.press(ReportMenu.HEADING, "Матрица")
    assert await admin.received_photo()
    assert effort.is_within(taps=2, messages=0, most=36, whole=50), effort
