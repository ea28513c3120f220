"""What lists say when the world has moved while nobody looked."""

import pytest

from tests.handlers.answering.ledger import SCHOOL, mine
from tests.people import CURATOR
from tests.texts.example import Club
from tests.texts.heads import Extending, Form, Preferences, Registration, Request
from tests.world import Head, World


async def test_nobody_is_praised_for_what_was_closed_unanswered(world: World, head: Head) -> None:
    await world.at("2026-10-06 09:00")
    await head.press("Положение утверждено", Form.YES)
    await world.at("2026-10-29 18:00")
    await head.send("/tasks")
    assert Request.ALL_DONE not in await head.sees()
    assert f"{Request.NONE_OPEN}.\n\n{Request.CLOSED_UNANSWERED}:" in await head.sees()
    assert f"1. {Club.TITLE} · Осень\nсрок был 15 октября" in await head.sees()
    assert "Положение утверждено" not in await head.sees()
    await head.press(f"1. {Club.TITLE}")
    assert Form.CLOSED in await head.sees()
    # It is not held against them for ever.
    await world.at("2026-12-01 10:00")
    await head.send("/tasks")
    assert Request.ALL_DONE in await head.sees()


@pytest.mark.slow
async def test_a_deputy_reads_that_more_time_was_asked_for(world: World, head: Head) -> None:
    deputy = await world.person("Дашиева Соёлма", CURATOR)
    await deputy.join("Общее", SCHOOL, Registration.DEPUTY)
    await world.at("2026-10-06 09:00")
    assert await mine(world, head)
    await head.press("Положение утверждено", Form.MORE, Extending.ASK, Extending.WEEK)
    await head.send("Ждём подписи учредителя")
    await head.press(Extending.SEND)
    await head.send("/settings")
    await head.press(Preferences.HOLIDAY, Preferences.FOUR_WEEKS)
    await world.at("2026-10-06 10:00")
    assert Request.NEW in await deputy.sees()
    assert f"🕓 {Form.EXTENSION_ASKED} 22 октября: {Form.AWAITS_EXTENSION}" in await deputy.sees()
