"""Refusals in words that nobody knows are counted by method, without what they quote."""

from pathlib import Path

import pytest

from bot.delivery.outgoing.unheard import general
from bot.domain.people.member import StaffRole
from bot.domain.screen import Screen
from bot.storage.engine.database import DatabaseUnavailable
from bot.storage.post import unheard
from scheduler.unheard import keep_unheard
from simulator import Person
from tests.delivery.office import Office
from tests.handlers.department.staff import chief, employee, small_world
from tests.people import CURATOR
from tests.texts.department import Digest
from tests.world import Head, World

world, admin = small_world(registration="approval"), chief


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Telegram server says - Bad Request: FLOOD_TEST_17", "Bad Request: FLOOD_TEST_N"),
        ('Bad Request: bad word "Иванова Мария" at byte 12', 'Bad Request: bad word "…" at byte N'),
        ("Bad Request: слово «Иванова»", 'Bad Request: слово "…"'),
        ("x" * 500, "x" * 100),
    ],
)
def test_what_is_kept_of_a_text(text: str, kept: str) -> None:
    assert general(text) == kept


async def test_known_refusals_are_not_counted(office: Office, head: Person) -> None:
    for words in ("chat not found", "message is too long", "SOMETHING_NEW"):
        await office.telegram.order_fault("400", method="sendMessage", count=1, description=words)
        await office.speaker.send(head.id, Screen("привет"))
    await office.telegram.order_fault("429", method="sendMessage", count=1)
    await office.speaker.send(head.id, Screen("привет"))
    assert dict(office.speaker.unheard.take()) == {("sendMessage", "Bad Request: SOMETHING_NEW"): 1}
    assert office.speaker.unheard.count() == 1


@pytest.mark.slow
async def test_what_could_not_be_recorded_is_recorded_later(office: Office, head: Person) -> None:
    await office.telegram.order_fault("400", method="sendMessage", count=2, description="SOMETHING_NEW")
    await office.speaker.send(head.id, Screen("привет"))
    refusals = office.speaker.unheard
    with office.locked() as lock:
        lock.shut()
        with pytest.raises(DatabaseUnavailable):
            await keep_unheard(office.storage, refusals, office.now())
        lock.open()
    await office.speaker.send(head.id, Screen("привет"))
    assert await keep_unheard(office.storage, refusals, office.now()) == 1
    assert await keep_unheard(office.storage, refusals, office.now()) == 0
    await office.storage.apply(unheard.turn)
    async with office.storage.read() as tx:
        (told,) = await unheard.told(tx)
    assert (told.method, told.text, told.times) == ("sendMessage", "Bad Request: SOMETHING_NEW", 2)


@pytest.mark.slow
async def test_administrators_hear_of_it_once_a_day(world: World, admin: Head, tmp_path: Path) -> None:
    curator = await employee(world, CURATOR, "Куратор Дарья", StaffRole.CURATOR, types={"preschool"})
    await world.at("2026-10-01 12:00")
    await world.telegram.order_fault("400", method="sendMessage", count=3, description="SOMETHING_NEW_7")
    for _ in range(3):
        await admin.send("/help")
    await world.at("2026-10-01 12:01")
    await world.restart()
    await world.at("2026-10-02 09:00")
    digest = await admin.sees()
    assert Digest.UNKNOWN_WORDS in digest
    assert "sendMessage: Bad Request: SOMETHING_NEW_N — 3 раза" in digest
    assert Digest.UNKNOWN_WORDS not in await curator.sees()
    # The day after there is nothing of it, and nothing else to tell.
    await world.at("2026-10-05 09:00")
    assert Digest.UNKNOWN_WORDS not in await admin.sees()
