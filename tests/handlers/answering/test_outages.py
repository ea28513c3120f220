"""The bot is away for longer than a press is kept: whoever has something open is told once to press again."""

from datetime import timedelta

import pytest

from bot.domain.letter import LetterState
from bot.storage.ledger import decisions, obligations
from tests import messengers
from tests.texts.example import Club
from tests.texts.heads import Extending, Form, Outage
from tests.world import ZONE, Head, World


def after_all() -> timedelta:
    """Longer than a press waits for the bot."""
    return messengers.press_lives() + timedelta(minutes=8)


async def told(head: Head) -> int:
    """How often the head was told to press again."""
    return sum(Outage.PRESS_AGAIN in message["text"] for message in await head.phone.messages())


@pytest.mark.slow_on_postgresql
@pytest.mark.both_databases
async def test_whoever_has_a_form_open_is_told_once_and_goes_on(world: World, head: Head) -> None:
    await world.at("2026-10-05 10:00")
    await head.press(Club.BEING_MADE)
    await world.end()
    await head.phone.press(Form.NO)
    world.now += after_all()
    assert world.telegram.pending_updates() == 0, "the press is gone"
    await world.begin_anew()
    assert await told(head) == 1
    assert ". В реестре" in await head.sees()
    await head.press(Form.NO)
    assert ". Занимается" in await head.sees()
    assert await told(head) == 0, "the form is the form again"


async def test_two_outages_in_a_row_are_told_once(world: World, head: Head) -> None:
    await world.at("2026-10-05 10:00")
    await head.press(Club.BEING_MADE)
    await world.restart(after=after_all())
    await world.restart(after=messengers.press_lives() + timedelta(seconds=30))
    assert await told(head) == 1


async def test_a_restart_within_the_life_of_a_press_says_nothing(world: World, head: Head) -> None:
    await world.at("2026-10-05 10:00")
    await head.press(Club.BEING_MADE)
    await world.restart(after=messengers.press_lives() - timedelta(seconds=10))
    assert await told(head) == 0


async def test_whoever_has_nothing_open_hears_nothing(world: World, head: Head) -> None:
    await world.at("2026-10-05 10:00")
    other = await world.person("Петров Олег", 102)
    await other.join("Общее", "Белоярская")
    await head.press(Club.BEING_MADE)
    # What was left open long before the outage was not being pressed.
    world.now += timedelta(minutes=30)
    await other.send("/tasks")
    await world.restart(after=after_all())
    assert (await told(head), await told(other)) == (0, 0)


@pytest.mark.slow
async def test_at_night_it_waits_for_the_morning_and_for_nobody_who_has_gone_on(world: World, head: Head) -> None:
    other = await world.person("Петров Олег", 102)
    await other.join("Общее", "Белоярская")
    await world.at("2026-10-05 10:00")
    await world.at("2026-10-05 21:55")
    await head.press(Club.BEING_MADE)
    await other.press(Club.BEING_MADE)
    await world.restart(after=after_all())
    assert (await told(head), await told(other)) == (0, 0)
    assert await world.letters(LetterState.WAITING) == 2
    world.now += timedelta(minutes=1)
    await other.press(Form.NO)
    await world.at((world.now.astimezone(ZONE) + timedelta(days=1)).replace(hour=9, minute=0))
    assert (await told(head), await told(other)) == (1, 0)


@pytest.mark.parametrize(("seconds", "presses_live"), [(-1, True), (1, False)])
async def test_the_life_of_a_press_to_the_second(world: World, head: Head, seconds: int, presses_live: bool) -> None:
    """Either the press is there and is taken, or it is gone and that is said."""
    await world.at("2026-10-05 10:00")
    await head.press(Club.BEING_MADE)
    await world.end()
    await head.phone.press(Form.NO)
    world.now += messengers.press_lives() + timedelta(seconds=seconds)
    await world.begin_anew()
    await world.settle()
    assert await told(head) == (0 if presses_live else 1)
    asked = ". Занимается" if presses_live else ". В реестре"
    assert any(asked in message["text"] for message in await head.phone.messages())


@pytest.mark.slow
async def test_everybody_who_has_something_open_is_told_each_of_their_own(world: World, head: Head) -> None:
    others = []
    for number, school in enumerate(("Белоярская", "Сосновоозёрская"), 102):
        other = await world.person("Петров Олег", number)
        await other.join("Общее", school)
        others.append(other)
    await world.at("2026-10-05 10:00")
    await head.press(Club.BEING_MADE)
    await others[0].send("/write")
    # The third looked at nothing.
    await world.restart(after=messengers.press_lives() + timedelta(seconds=1))
    await world.settle()
    assert [await told(person) for person in (head, *others)] == [1, 1, 0]
    # Somebody with nothing but a letter begun goes on with it.
    await others[0].send("Вопрос")
    await world.restart(after=messengers.press_lives() + timedelta(seconds=1))
    await world.settle()
    assert await told(others[0]) == 1, "what was written has ended it"


async def test_whoever_asks_for_more_time_gets_no_form_below(world: World, head: Head) -> None:
    """What is typed next is until when: a form there would look as if it were the answer."""
    await world.at("2026-10-05 10:00")
    await head.press(Form.MORE, Extending.ASK)
    await world.restart(after=after_all())
    assert await told(head) == 1
    assert Club.BEING_MADE not in await head.buttons()
    await head.send("30.10.2026")
    assert "Почему" in await head.sees()


async def test_what_was_taken_off_control_in_the_outage_is_not_to_be_pressed(world: World, head: Head) -> None:
    await world.at("2026-10-05 10:00")
    await head.press(Club.BEING_MADE)
    async with world.storage.write() as tx:
        obligation = await obligations.get(tx, 1)
        assert obligation is not None
        assert await decisions.excuse(tx, obligation, 0, None, head.id, world.now)
    await world.restart(after=after_all())
    assert await told(head) == 0


async def test_what_was_typed_in_a_long_outage_is_taken(world: World, head: Head) -> None:
    await world.at("2026-10-05 10:00")
    await head.press(Club.BEING_MADE, Form.NO)
    await world.end()
    await head.phone.send("120")
    world.now += timedelta(hours=2)
    await world.begin_anew()
    await world.settle()
    assert any(". из них девочек" in message["text"] for message in await head.phone.messages())
