"""Reminders by the ladder: three days and one day before the due date, one and three days after it."""

from datetime import UTC, timedelta

import pytest
import sqlalchemy as sa

from bot.domain.letter import LetterKind, LetterState
from bot.storage.post import claims, letters
from bot.storage.schema import letters as rows
from bot.storage.schema import obligations as owed
from bot.storage.schema import organizations
from scheduler.reminders import remind_due
from scheduler.rounds import open_due
from tests import messengers
from tests.texts.department import Announcements
from tests.texts.example import Organizations, Titles, Topics, Types
from tests.texts.heads import Form, Preferences, Registration, Reminder, Request
from tests.world import Head, World, local


async def reminder(person: Head) -> int | None:
    """The reminder that stands in the chat; never more than one."""
    standing = [
        message["message_id"] for message in await person.phone.messages() if Reminder.HEADING in message["text"]
    ]
    assert len(standing) <= 1
    return standing[0] if standing else None


@pytest.fixture
async def carer(world: World) -> Head:
    """The head of a kindergarten, who is asked one thing in September: its ladder is seen alone."""
    carer = await world.person("Цыренова Баирма", 103)
    await carer.join(Types.PRESCHOOL, "Родничок")
    return carer


@pytest.mark.slow
@pytest.mark.slow_on_postgresql
@pytest.mark.both_databases
async def test_the_ladder(world: World, carer: Head) -> None:
    head, deputy = carer, await world.person("Петров Олег", 102)
    await deputy.join(Types.PRESCHOOL, "Родничок", Registration.DEPUTY)
    await world.at("2026-09-03 09:00")
    assert await reminder(head) is None
    await world.at("2026-09-14 09:00")
    assert await reminder(head) is None
    await world.at("2026-09-15 09:00")
    first = await reminder(head)
    assert first is not None
    assert (
        f"1. {Titles.CORRECTION} · Начало учебного года\n🗓 до 18 сентября, пятница, 18:00 (осталось 3 дня)"
        in await head.sees()
    )
    # Not twice on one day; and the old one goes when the newer one comes.
    await world.at("2026-09-15 12:00")
    assert await reminder(head) == first
    await world.at("2026-09-17 09:00")
    assert await reminder(head) != first
    assert "завтра" in await head.sees()
    # So far the deputy was left alone.
    assert await reminder(deputy) is None
    # One day after Friday is Saturday, which waits for Monday.
    await world.at("2026-09-19 09:00")
    await world.at("2026-09-20 12:00")
    assert "завтра" in await head.sees()
    await world.at("2026-09-21 08:59")
    assert "завтра" in await head.sees()
    await world.at("2026-09-21 09:00")
    assert f"{Reminder.OVERDUE} 3 дня" in await head.sees()
    assert f"{Reminder.OVERDUE} 3 дня" in await deputy.sees()
    await world.at("2026-09-23 09:00")
    before = await reminder(head)
    for day in (24, 25, 28, 29, 30):
        await world.at(f"2026-09-{day} 12:00")
    assert await reminder(head) == before


@pytest.mark.slow
async def test_one_message_for_all_that_is_unanswered(world: World, head: Head) -> None:
    for day in ("2026-09-03", "2026-09-07", "2026-09-10"):
        await world.at(f"{day} 09:00")
    before = await head.count()
    await world.at("2026-09-14 09:00")
    assert await head.count() == before + 1
    for title in (Titles.CORRECTION, Titles.SUMMER, Titles.CLASS_TEACHING):
        assert title in await head.sees()
    # What is answered from the reminder is reminded of no more.
    await head.press(Titles.CORRECTION, Titles.NOT_BEGUN, Form.SEND)
    await world.at("2026-09-16 09:00")
    assert Reminder.HEADING in await head.sees()
    assert Titles.CORRECTION not in await head.sees()


@pytest.mark.slow
async def test_the_answer_ends_the_reminders(world: World, carer: Head) -> None:
    head = carer
    await world.at("2026-09-03 09:00")
    await world.at("2026-09-15 09:00")
    assert await reminder(head) is not None
    form = await head.card(Announcements.PLEASE_CONFIRM)
    await head.press_at(form, Titles.NOT_BEGUN)
    await head.press(Form.SEND)
    # Nothing is left to be reminded of: the reminder itself goes.
    assert await reminder(head) is None
    for day in (17, 18, 21, 23):
        await world.at(f"2026-09-{day} 09:00")
    assert await reminder(head) is None


async def test_an_answer_before_the_sending_is_in_time(world: World, carer: Head) -> None:
    await world.at("2026-09-03 09:00")
    world.now += timedelta(days=12)
    # The letter is written when the answer comes, and dropped instead of being sent.
    await world.app.tick()
    assert await world.letters(LetterState.WAITING)
    await carer.phone.press(Titles.NOT_BEGUN)
    await world.app.receiver.poll(0)
    await world.app.dispatcher.idle()
    await carer.phone.press(Form.SEND)
    await world.app.receiver.poll(0)
    await world.app.dispatcher.idle()
    await world.settle()
    assert await reminder(carer) is None
    assert await world.letters(LetterState.WAITING) == 0


@pytest.mark.slow
async def test_nothing_at_night_or_at_the_weekend_after_a_downtime(world: World, head: Head) -> None:
    await world.at("2026-09-03 09:00")
    await world.at("2026-09-11 17:00")
    # The bot was down from Friday, and starts in the night to Sunday a week later.
    await world.restart()
    await world.at("2026-09-20 02:00")
    assert await reminder(head) is None
    await world.at("2026-09-20 15:00")
    assert await reminder(head) is None
    before = await head.count()
    await world.at("2026-09-21 09:00")
    # Of the rungs that were passed meanwhile one reminder is made.
    assert await head.count() == before + 1
    assert await reminder(head) is not None


@pytest.mark.slow
async def test_who_has_just_been_asked_is_not_reminded(world: World, head: Head) -> None:
    await head.send("/stop")
    await world.at("2026-09-03 09:00")
    await world.at("2026-09-07 09:00")
    await world.at("2026-09-15 08:50")
    await head.send("/start")
    assert Request.NEW in await head.sees()
    await world.at("2026-09-15 09:00")
    assert await reminder(head) is None
    await world.at("2026-09-16 09:00")
    assert await reminder(head) is not None


@pytest.mark.slow
async def test_a_paused_head_is_not_reminded_and_the_deputy_is(world: World, head: Head) -> None:
    deputy = await world.person("Петров Олег", 102)
    await deputy.join(Types.GENERAL, Organizations.SCHOOL, Registration.DEPUTY)
    await world.at("2026-09-03 09:00")
    await head.send("/settings")
    await head.press(Preferences.HOLIDAY, Preferences.FOUR_WEEKS)
    await world.at("2026-09-15 09:00")
    assert await reminder(head) is None
    assert await reminder(deputy) is not None


@pytest.mark.slow
async def test_a_reminder_that_was_removed_by_hand_disturbs_nothing(world: World, head: Head) -> None:
    await world.at("2026-09-03 09:00")
    await world.at("2026-09-15 09:00")
    await messengers.empty(head.phone)
    await world.at("2026-09-17 09:00")
    assert await reminder(head) is not None


@pytest.mark.slow
async def test_a_rung_of_what_is_muted_reminds_of_nothing_else(world: World, head: Head) -> None:
    # 2.2 is due on 18 September, 2.9 on the 17th, 2.5 on the 21st: mute all topics but the one of 2.5.
    await world.at("2026-09-10 09:00")
    await head.send("/settings")
    await head.press(Preferences.WANTED)
    topics = [label for label in await head.buttons() if label.startswith("✅") and Topics.CLASS_TEACHERS not in label]
    for label in topics:
        await head.press(label)
    before = await reminder(head)
    await world.at("2026-09-14 09:00")
    await world.at("2026-09-15 09:00")
    assert await reminder(head) == before, "the rungs of 2.9 and 2.2 concern what is muted"
    await world.at("2026-09-18 09:00")
    assert Titles.CLASS_TEACHING in await head.sees()
    assert Titles.CORRECTION not in await head.sees()


async def texts_since(head: Head, before: int) -> list[str]:
    """What the bot has written after so many messages."""
    return [message["text"] for message in (await head.phone.messages())[before:]]


async def reminders_sent(world: World) -> int:
    """How many reminders have gone to anybody, also those that another has replaced since."""
    async with world.storage.read() as tx:
        query = sa.select(sa.func.count()).where(rows.c.kind == LetterKind.REMINDER, rows.c.state == LetterState.SENT)
        return int((await tx.execute(query)).scalar_one())


async def take_in_hand(world: World) -> list[int]:
    """The courier has letters in hand that wait for their turn: the pace is slow. Their numbers."""
    now = world.now
    claimed = await world.storage.apply(lambda tx: claims.claim(tx, now, 100))
    assert claimed
    return [letter.id for letter in claimed]


async def give_back(world: World, letter_ids: list[int]) -> None:
    """Their turn does not come."""
    await world.storage.apply(lambda tx: claims.give_back(tx, letter_ids))


async def down_on_friday(world: World) -> None:
    """The bot was down on the Friday of a reminder, and starts on Saturday. The next rung comes on Monday."""
    await world.at("2026-09-17 12:00")
    await world.restart()
    await world.at("2026-09-19 11:00")
    assert await world.letters(LetterState.WAITING) == 1
    world.now = local("2026-09-21 09:00").astimezone(UTC)
    await world.telegram.set_clock(world.now)


@pytest.mark.slow
async def test_a_reminder_of_friday_and_the_rung_of_monday_are_one(world: World, head: Head) -> None:
    await world.at("2026-09-10 09:00")
    await down_on_friday(world)
    before = await reminders_sent(world)
    # The post wakes up before the clock does.
    await world.settle()
    await world.app.tick()
    await world.settle()
    assert await reminders_sent(world) == before + 1
    assert await reminder(head) is not None
    await world.at("2026-09-21 12:00")
    assert await reminders_sent(world) == before + 1
    # The next morning is another one.
    await world.at("2026-09-22 09:00")
    await world.at("2026-09-23 09:00")
    await world.at("2026-09-24 09:00")
    assert await reminders_sent(world) > before + 1


@pytest.mark.slow
@pytest.mark.parametrize("then", ["goes on", "dies and starts anew"])
async def test_a_reminder_in_hand_when_the_next_rung_comes_is_the_only_one(world: World, head: Head, then: str) -> None:
    await world.at("2026-09-10 09:00")
    await down_on_friday(world)
    before = await reminders_sent(world)
    in_hand = await take_in_hand(world)
    await world.app.tick()
    if then == "goes on":
        await world.settle()
        assert await reminders_sent(world) == before, "the newer one must not overtake the one in hand"
        await give_back(world, in_hand)
    else:
        await world.restart()
    await world.settle()
    assert await reminders_sent(world) == before + 1
    assert await reminder(head) is not None
    assert await world.letters(LetterState.WAITING) == 0


@pytest.mark.parametrize("first", ["the reminder", "the request"])
async def test_what_opens_on_the_morning_of_a_reminder_comes_as_a_request(world: World, head: Head, first: str) -> None:
    await world.at("2026-09-03 09:00")
    await world.at("2026-09-07 09:00")
    # Something is to be reminded of on the morning on which 2.5 opens.
    async with world.storage.write() as tx:
        await tx.execute(sa.update(owed).values(next_reminder_at=local("2026-09-10 09:00")))
    before, sent = await head.count(), await reminders_sent(world)
    world.now = local("2026-09-10 09:00").astimezone(UTC)
    await world.telegram.set_clock(world.now)
    storage, catalog = world.storage, world.catalog
    if first == "the reminder":
        await remind_due(storage, catalog.calendar, world.now)
        # It is in hand when the round opens, and worded after that.
        in_hand = await take_in_hand(world)
        await open_due(storage, catalog, world.now)
        await world.settle()
        await give_back(world, in_hand)
    else:
        await open_due(storage, catalog, world.now)
        await remind_due(storage, catalog.calendar, world.now)
    await world.settle()
    told = await texts_since(head, before)
    assert await reminders_sent(world) == sent + 1
    requests = [text for text in told if Reminder.HEADING not in text]
    assert len(requests) == 1
    assert Titles.CLASS_TEACHING in requests[0]
    await world.at("2026-09-10 12:00")
    assert await texts_since(head, before) == told


async def test_a_request_that_waits_behind_another_is_asked_once(world: World, head: Head) -> None:
    world.now = local("2026-09-03 09:00").astimezone(UTC)
    await world.telegram.set_clock(world.now)
    before = await head.count()
    await open_due(world.storage, world.catalog, world.now)
    await take_in_hand(world)
    async with world.storage.write() as tx:
        seated = [row.id for row in await tx.execute(sa.select(organizations.c.id))]
        await letters.ask_at_once(tx, seated, world.now)
    await world.settle()
    assert await head.count() == before
    await world.restart()
    assert len(await texts_since(head, before)) == 1
    assert await world.letters(LetterState.WAITING) == 0


async def test_what_was_reminded_of_before_it_was_asked_still_comes_as_a_request(world: World, head: Head) -> None:
    deputy = await world.person("Петров Олег", 102)
    await deputy.join(Types.GENERAL, Organizations.SCHOOL, Registration.DEPUTY)
    await world.at("2026-09-03 09:00")
    await world.at("2026-09-21 09:00")
    # A deputy is reminded beside the head of what is overdue.
    assert await reminder(deputy) is not None
    await head.send("/stop")
    await world.settle()
    assert Reminder.HEADING not in await deputy.sees()
    assert Titles.CORRECTION in await deputy.sees()
