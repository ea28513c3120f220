"""Whoever replies to an announcement talks to the department, whatever the form waits for."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.handlers.answering.ledger import SCHOOL, every_kind
from tests.handlers.answering.test_typing import remarks, values
from tests.handlers.department.announcements.test_announcements import compose, go, to_everyone
from tests.people import ADMIN, introduced
from tests.texts.example import Club
from tests.texts.heads import Form, Placing, Preferences, Registration, Writing
from tests.world import Head, World, living

MEETING = "Будете на совещании 8 октября?"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A world with a field of every kind, and its administrator."""
    async with living(tmp_path, every_kind(tmp_path), admin_ids=(ADMIN,)) as world:
        yield world


@pytest.fixture
async def asked(world: World, head: Head) -> Head:
    """The form waits for «да» or «нет» when the announcement comes."""
    admin = await introduced(world, "Начальник Анна", ADMIN)
    await head.join("Общее", SCHOOL)
    await world.at("2026-10-05 09:00")
    await head.press(Club.BEING_MADE)
    await compose(admin, MEETING)
    await to_everyone(admin)
    await go(admin)
    return head


@pytest.mark.both_messengers
async def test_a_reply_to_an_announcement_is_no_answer_to_the_form(world: World, asked: Head) -> None:
    announcement = await asked.card(MEETING)
    await asked.send("да", reply_to=announcement)
    assert "register" not in await values(world, asked)
    await asked.phone.find(Placing.TO_ANNOUNCEMENT)
    await asked.press(Placing.TO_DEPARTMENT)
    assert Writing.FORWARDED in await asked.screen()
    # What is not a reply to it goes on with the form.
    await asked.send("нет")
    assert (await values(world, asked))["register"] is False


async def test_nor_is_a_file(world: World, asked: Head) -> None:
    announcement = await asked.card(MEETING)
    await asked.press(Form.YES)
    await asked.send_file("список.pdf", reply_to=announcement)
    await asked.phone.find(Placing.TO_ANNOUNCEMENT)
    await asked.press(f"К запросу «{Club.TITLE}»")
    assert await remarks(world) == [(None, "список.pdf")]


async def test_whoever_has_left_is_told_so(asked: Head) -> None:
    announcement = await asked.card(MEETING)
    await asked.send("/delete")
    await asked.press(Preferences.DELETE)
    await asked.send("/start")
    await asked.press(Registration.AGREE)
    await asked.send("да", reply_to=announcement)
    assert Placing.TO_ANNOUNCEMENT not in await asked.screen()
