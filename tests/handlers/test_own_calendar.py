"""/tasks → «В календарь»: a head adds deadlines to a calendar of their own, and brings it up to date."""

from datetime import timedelta

import pytest

from bot.domain.letter import LetterKind
from bot.domain.timing.schedule import Occurrence
from bot.storage.desk import erasure
from bot.storage.engine.database import Tx
from bot.storage.ledger import decisions, obligations, own_calendars, rounds
from bot.storage.post import letters
from bot.views.callbacks import InCalendar
from tests import messengers
from tests.handlers.department.staff import chief, small_world
from tests.own_calendar import Event, events
from tests.people import ADMIN
from tests.texts.department import Extensions
from tests.texts.example import Club
from tests.texts.heads import Extending, Form, OwnCalendar, Preferences, Registration, Request
from tests.world import Head, World, local

# As long as Telegram's numbers are: no other number of a file has it within.
HEAD = 5_111_222_333
SCHOOL, KINDERGARTEN = "Сосновоозёрская", "Детский сад «Ёлочка»"
RULE = "Положение утверждено"


world, admin = small_world(), chief


@pytest.fixture
async def head(world: World, admin: Head) -> Head:
    """The head of the kindergarten, who owes one answer."""
    head = await world.person("Цыренова Баирма", HEAD)
    await head.join("Дошкольное", KINDERGARTEN)
    await world.at("2026-10-06 09:00")
    return head


@pytest.fixture
async def of_two(world: World) -> Head:
    """The head of a school, where two answers are owed, and of the kindergarten, where one is."""
    head = await world.person("Иванова Мария", 101)
    await head.join("Общее", SCHOOL)
    await head.send("/settings")
    await head.press(
        Preferences.ORGANIZATIONS,
        Preferences.ADD_ORGANIZATION,
        "Дошкольное",
        Registration.DONE,
        KINDERGARTEN,
        Registration.HEAD,
    )
    await world.at("2026-10-06 09:00")
    return head


async def downloaded(head: Head) -> list[Event]:
    """What the file of now holds."""
    await head.send("/tasks")
    await head.press(Request.IN_CALENDAR)
    return events((await head.received_file())[1])


async def files(head: Head) -> int:
    """How many calendars stand in the chat."""
    documents = [message for message in await head.phone.messages() if message["kind"] == "document"]
    return len([document for document in documents if document["media"]["name"].endswith(".ics")])


async def grant(admin: Head, head: Head) -> None:
    """The department gives the head a week more."""
    await head.send("/tasks")
    await head.press(f"1. {RULE}", Form.MORE, Extending.ASK, Extending.WEEK)
    await head.send("Ждём подписи")
    await head.press(Extending.SEND)
    await admin.press(f"{Extensions.EXTEND} 22 октября")


async def test_a_deadline_goes_into_the_calendar(world: World, head: Head) -> None:
    await head.send("/tasks")
    await head.press(Request.IN_CALENDAR)
    assert "Готовим файл" in await head.toast()
    name, content = await head.received_file()
    assert name == "Сроки ответов 06.10.2026.ics"
    (event,) = events(content)
    assert event.summary == f"{OwnCalendar.DUE}: {RULE} · Осень"
    # Until 18:00 in Irkutsk, wherever the phone is.
    assert event.begins == local("2026-10-15 18:00")
    # The evening is no time to remind.
    assert event.alarm == local("2026-10-14 09:00")
    assert (event.status, event.sequence) == ("CONFIRMED", 0)
    assert event.stamped == event.modified == world.now
    text = await head.screen()
    assert "1 срок в календарь" in text
    assert OwnCalendar.CANCELLED not in text
    # Nothing tells whose calendar it is.
    assert str(HEAD) not in content.decode()
    assert "Ёлочка" not in content.decode()


@pytest.mark.slow
@pytest.mark.slow_on_postgresql
@pytest.mark.both_databases
async def test_a_later_deadline_moves_the_same_event(world: World, admin: Head, head: Head) -> None:
    (first,) = await downloaded(head)
    await grant(admin, head)
    await world.at("2026-10-07 09:00")
    (second,) = await downloaded(head)
    assert second.uid == first.uid
    assert second.begins == local("2026-10-22 18:00")
    assert second.alarm == local("2026-10-21 09:00")
    assert (second.sequence, second.modified) == (1, world.now)
    # A file that says nothing new is no change.
    changed = world.now
    await world.at("2026-10-08 09:00")
    (third,) = await downloaded(head)
    assert (third.uid, third.sequence, third.modified) == (first.uid, 1, changed)
    assert third.stamped == world.now


@pytest.mark.slow
async def test_what_is_answered_is_taken_back(world: World, head: Head) -> None:
    (first,) = await downloaded(head)
    await head.send("/tasks")
    await head.press(f"1. {RULE}", Form.YES)
    await head.send("/tasks")
    assert Request.NONE_OPEN in await head.sees()
    await head.press(Request.IN_CALENDAR)
    (second,) = events((await head.received_file())[1])
    assert (second.uid, second.sequence, second.status) == (first.uid, 1, "CANCELLED")
    assert second.summary == f"{OwnCalendar.NOT_AWAITED}: {RULE} · Осень"
    assert (second.begins, second.alarm) == (first.begins, None)
    assert f"{OwnCalendar.CANCELLED}: 1" in await head.screen()
    assert "удалите его" in await head.screen()
    # The calendar has nothing that would have to be taken back.
    await head.send("/tasks")
    assert (await head.phone.find(Request.NONE_OPEN))["buttons"] == []


@pytest.mark.slow
async def test_what_is_taken_back_is_said_once_more_to_who_missed_it(world: World, of_two: Head) -> None:
    assert len(await downloaded(of_two)) == 3
    await of_two.send("/tasks")
    await of_two.press(f"2. {RULE}", Form.YES)
    again = [await downloaded(of_two), await downloaded(of_two)]
    assert [[event.status for event in file].count("CANCELLED") for file in again] == [1, 1]
    assert {event.sequence for event in again[1]} == {0, 1}
    # A month later that is over; what nobody has answered is closed.
    await world.at("2026-11-05 09:00")
    taken_back = {event.uid for event in again[1] if event.status == "CANCELLED"}
    closed = await downloaded(of_two)
    assert {(event.status, event.sequence) for event in closed} == {("CANCELLED", 1)}
    assert {event.uid for event in closed} == {event.uid for event in again[1]} - taken_back


async def test_an_answer_that_is_wanted_again_stands_again(world: World, head: Head) -> None:
    await downloaded(head)
    await head.send("/tasks")
    list_ = await head.card("Открытые")
    await head.press(f"1. {RULE}", Form.YES)
    await head.callback(InCalendar().pack(), list_)
    assert [event.sequence for event in events((await head.received_file())[1])] == [1]
    calendar, now = world.catalog.calendar, world.now

    async def give_back(tx: Tx) -> bool:
        obligation = await obligations.get(tx, await owed(tx))
        assert obligation is not None
        return await decisions.give_back(tx, obligation, 1, "Уточните", None, calendar, messengers.person(ADMIN), now)

    async def owed(tx: Tx) -> int:
        answered, _ = await obligations.answered(tx, head.id, 1, 0)
        return answered[0].id

    assert await world.storage.apply(give_back)
    (event,) = await downloaded(head)
    assert (event.status, event.sequence) == ("CONFIRMED", 2)
    assert event.summary.startswith(OwnCalendar.DUE)
    assert event.alarm is not None


async def test_organizations_are_named_where_there_are_two(world: World, of_two: Head) -> None:
    file = await downloaded(of_two)
    assert sorted(event.summary for event in file) == [
        f"{OwnCalendar.DUE}: {RULE} · Осень — {KINDERGARTEN}",
        f"{OwnCalendar.DUE}: {RULE} · Осень — {SCHOOL} школа",
        f"{OwnCalendar.DUE}: {Club.TITLE} · Осень — {SCHOOL} школа",
    ]


async def test_two_people_of_a_place_have_events_of_their_own(world: World, head: Head) -> None:
    deputy = await world.person("Петров Олег", 102)
    await deputy.join("Дошкольное", KINDERGARTEN, Registration.DEPUTY)
    (mine,), (theirs,) = await downloaded(head), await downloaded(deputy)
    assert mine.uid != theirs.uid
    assert (mine.begins, mine.summary) == (theirs.begins, theirs.summary)


async def test_two_presses_order_one_file(world: World, head: Head) -> None:
    await head.send("/tasks")
    for _ in range(2):
        await head.phone.press(Request.IN_CALENDAR)
    await world.settle()
    assert await files(head) == 1


async def test_an_old_button_says_that_nothing_is_open(world: World, head: Head) -> None:
    await head.send("/tasks")
    list_ = await head.card(RULE)
    await head.press(f"1. {RULE}", Form.YES)
    await head.callback(InCalendar().pack(), list_)
    assert OwnCalendar.NOTHING_OPEN in await head.toast()
    assert await files(head) == 0


@pytest.mark.slow
async def test_who_has_left_is_told_of_nothing_but_the_end(world: World, head: Head) -> None:
    (first,) = await downloaded(head)
    await head.send("/settings")
    await head.press(Preferences.ORGANIZATIONS, Preferences.LEAVE, KINDERGARTEN, Preferences.SURELY_LEAVE)
    await head.send("/tasks")
    assert Request.NO_SEAT in await head.sees()
    await head.press(Request.IN_CALENDAR)
    (second,) = events((await head.received_file())[1])
    assert (second.uid, second.status) == (first.uid, "CANCELLED")
    # A stranger who guesses the button has no calendar at all.
    stranger = await world.person("Чужой Человек", 666)
    await stranger.callback(InCalendar().pack())
    assert await files(stranger) == 0
    await world.storage.apply(lambda tx: letters.write(tx, LetterKind.CALENDAR, [head.id], world.now))
    await world.storage.apply(lambda tx: erasure.erase(tx, head.id, world.now))
    await world.settle()
    assert await files(head) == 2


async def test_the_file_is_made_when_it_is_sent(world: World, head: Head) -> None:
    """What has been answered since it was ordered is in no file, and the head hears why there is none."""

    async def order(tx: Tx) -> None:
        await own_calendars.begin(tx, head.id)
        later = world.now + timedelta(hours=1)
        await letters.write(tx, LetterKind.CALENDAR, [head.id], world.now, send_after=later)

    await world.storage.apply(order)
    await head.send("/tasks")
    await head.press(f"1. {RULE}", Form.YES)
    await world.at("2026-10-06 10:30")
    assert OwnCalendar.NOTHING_OPEN in await head.sees()
    assert await files(head) == 0


@pytest.mark.slow
@pytest.mark.both_databases
async def test_two_hundred_deadlines_are_one_file(world: World, head: Head) -> None:
    (directive,) = [directive for directive in world.catalog.directives.values() if directive.title == RULE]
    opens = local("2026-10-06 09:00")

    async def ask(tx: Tx) -> None:
        for number in range(1, 200):
            due = opens + timedelta(days=number)
            occurrence = Occurrence(f"p{number}", f"k{number}", f"Раз {number}", opens, due, due + timedelta(days=14))
            await rounds.open_round(tx, directive, occurrence, world.catalog.calendar, world.now)

    await world.storage.apply(ask)
    for _ in range(2):
        file = await downloaded(head)
        assert len(file) == 200
        assert {event.sequence for event in file} == {0}
        assert [event.begins for event in file] == sorted(event.begins for event in file)
