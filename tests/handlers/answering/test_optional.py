"""Questions that need no answer: «Протокол» at the end of a form, the school's page at the end of another."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.storage.ledger import drafts, obligations
from tests.texts.example import Organizations, Titles, Types
from tests.texts.heads import Form, Request
from tests.world import Head, World, living

# The questions.
PROTOCOL, PAGE = "Протокол", "Раздел сайта"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A world with the program's own directives."""
    async with living(tmp_path) as world:
        yield world


@pytest.fixture
async def head(world: World) -> Head:
    """The head of a kindergarten, registered in August."""
    person = await world.person("Иванова Мария", 101)
    await person.join(Types.PRESCHOOL, Organizations.KINDERGARTEN)
    return person


@pytest.fixture
async def at_protocol(world: World, head: Head) -> Head:
    """The head has come to a text that may be left blank."""
    await world.at("2026-10-01 09:00")
    await head.press(Titles.DONE)
    await head.send("20.09.2026")
    await head.send("25")
    assert PROTOCOL in await head.sees()
    return head


async def kept(world: World, head: Head) -> dict[str, object]:
    """What the draft of the only open request holds."""
    async with world.storage.read() as tx:
        (obligation,) = await obligations.unanswered(tx, head.id, world.now)
        draft = await drafts.get(tx, head.id, obligation.id)
    return dict(draft.values) if draft else {}


async def test_to_the_check_past_a_question_that_needs_no_answer(world: World, at_protocol: Head) -> None:
    head = at_protocol
    await head.press(Form.TO_CHECK)
    assert Form.CHECK in await head.sees()
    await head.press(Form.CHANGE, PROTOCOL)
    await head.send("№ 3")
    assert (await kept(world, head))["protocol"] == "№ 3"
    await head.press(Form.SEND)
    assert Form.ACCEPTED in await head.sees()
    await head.send("/tasks")
    assert Request.ALL_DONE in await head.sees()
