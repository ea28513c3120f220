"""Limits of a curator hold whatever has happened since, in lists, in files, and when something is sent."""

from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.desk.thread import GroupTrouble
from bot.domain.letter import LetterKind
from bot.domain.people.member import Limits, Role, SeatState, StaffRole
from bot.storage import schema as t
from bot.storage.desk import announcements, broadcasts
from bot.storage.people import seats, staff
from bot.storage.post import letters
from bot.views.callbacks.announcements import Broadcast, OpenAnnouncement, RecipientsFile, ShowCopy
from bot.views.callbacks.control import RemindNow
from bot.views.callbacks.directives import Card, OpenNow
from bot.views.callbacks.questions import ListQuestions, OpenQuestion
from bot.views.callbacks.reports import Curves
from tests.handlers.department.control.test_control import SCHOOL, seated
from tests.handlers.department.staff import chief, employee, small_world
from tests.people import CURATOR
from tests.texts.department import Announcements, Control, Directives, Panel, Questions, Recipients
from tests.world import Head, World

world, admin = small_world(), chief
WORDS = "Напоминаем о сроке"


@pytest.fixture
async def head(world: World, admin: Head) -> Head:
    return await seated(world, 101, "Иванова Мария", SCHOOL)


@pytest.fixture
async def gardens(world: World, admin: Head) -> Head:
    """A curator of kindergartens."""
    return await employee(world, CURATOR, "Куратор Ольга", StaffRole.CURATOR, types={"preschool"})


@pytest.fixture
async def schools(world: World, admin: Head) -> Head:
    """A curator of schools."""
    return await employee(world, CURATOR + 20, "Куратор Елена", StaffRole.CURATOR, types={"general"})


async def press_like(person: Head, beginning: str) -> None:
    await person.press(next(button for button in await person.buttons() if beginning in button))


async def announce(author: Head, *who: str, acknowledge: bool = False) -> None:
    """An announcement to those whom these buttons choose."""
    await author.send("/panel")
    await author.press(Panel.ANNOUNCEMENTS, Announcements.NEW)
    await author.send(WORDS)
    await author.press(Announcements.TO)
    for button in who:
        await press_like(author, button)
    await press_like(author, Recipients.DONE)
    if acknowledge:
        await press_like(author, Announcements.ACKNOWLEDGE)
    await author.press(Announcements.SEND)
    await press_like(author, "Да, ")


@pytest.mark.slow
async def test_what_went_to_the_schools_stays_theirs(world: World, admin: Head, head: Head, gardens: Head) -> None:
    """Later nobody is left among the unanswered: a curator of kindergartens opens, reads and deletes nothing."""
    garden = await seated(world, 102, "Петрова Анна", "Ёлочка", "Дошкольное")
    await world.at("2026-10-05 09:00")
    await world.storage.apply(
        lambda tx: tx.execute(
            sa.update(t.obligations).where(t.obligations.c.organization_id == 3).values(state="answered")
        )
    )
    await announce(admin, Recipients.UNANSWERED, "Спортивный клуб")
    assert WORDS in await head.sees()
    assert WORDS not in await garden.sees()
    await world.storage.apply(lambda tx: tx.execute(sa.update(t.obligations).values(state="answered")))
    before, seen = await head.count(), await gardens.count()
    await gardens.send("/panel")
    for button in (
        OpenAnnouncement(id=1),
        ShowCopy(id=1),
        RecipientsFile(id=1, who="sent"),
        Broadcast(id=1, do="deleting"),
        Broadcast(id=1, do="delete"),
        Broadcast(id=1, do="wording"),
    ):
        await gardens.callback(button.pack())
        assert Announcements.GONE in await gardens.toast()
    assert WORDS not in await gardens.screen()
    assert await gardens.count() == seen + 1
    assert await head.count() == before
    assert (await head.phone.find(WORDS))["text"]
    # Its author, and a curator of schools, may.
    elena = await employee(world, CURATOR + 20, "Куратор Елена", StaffRole.CURATOR, types={"general"})
    await elena.send("/panel")
    await elena.callback(OpenAnnouncement(id=1).pack())
    assert WORDS in await elena.sees()


@pytest.mark.slow
async def test_lists_name_nothing_beyond_the_limits(world: World, admin: Head, head: Head, gardens: Head) -> None:
    """A question to one school, chosen by hand, names no types: it is in no list of a curator of kindergartens."""
    await admin.send("/panel")
    await admin.press(Panel.REQUESTS, Questions.NEW)
    await admin.send("Сколько мест в интернате?")
    await admin.press("Число")
    await admin.press(Recipients.TO, Recipients.BY_HAND)
    await press_like(admin, SCHOOL)
    await press_like(admin, Recipients.DONE)
    await admin.press(Questions.DUE)
    await press_like(admin, Questions.IN_A_WEEK)
    await admin.press(Questions.SEND)
    await press_like(admin, Questions.SEND)
    assert "Сколько мест в интернате?" in await head.sees()
    await gardens.send("/panel")
    assert Control.NONE_OPEN in await gardens.sees()
    await gardens.press(Panel.CONTROL)
    for button in (ListQuestions(what="sent"), OpenQuestion(question=1), Curves()):
        await gardens.callback(button.pack())
    await gardens.send("/panel")
    await gardens.press(Panel.ANNOUNCEMENTS, Announcements.NEW)
    await gardens.send("Своё")
    await gardens.press(Announcements.TO, Recipients.UNANSWERED)
    assert "интернат" not in await gardens.screen()
    await admin.callback(Curves().pack())
    assert "интернат" in " ".join(await admin.buttons())


async def test_open_now_takes_the_limits_of_all_whom_it_asks(world: World, admin: Head, gardens: Head) -> None:
    directive = "tap"
    await gardens.send("/panel")
    await gardens.callback(Card(id=directive).pack())
    assert "1 организация" in await gardens.sees()
    assert Directives.OPEN_NOW not in await gardens.buttons()
    await gardens.callback(OpenNow(id=directive).pack())
    assert "вне ваших полномочий" in await gardens.toast()
    await admin.send("/panel")
    await admin.callback(Card(id=directive).pack())
    assert "3 организации" in await admin.sees()
    assert Directives.OPEN_NOW in await admin.buttons()


async def test_when_a_letter_is_sent_its_reader_s_role_is_looked_up_again(
    world: World, admin: Head, head: Head, schools: Head
) -> None:
    """Every kind of letter to staff that says something of others, written in time and sent too late."""
    await announce(admin, Recipients.ALL)
    applicant = await world.person("Сидоров Олег", 150)
    await applicant.send("/start")

    async def write(tx: Any) -> None:
        await seats.take(tx, head.id, 2, Role.HEAD, SeatState.WAITING, world.now)
        waits = (await seats.waiting(tx))[0]
        about: dict[LetterKind, dict[str, Any]] = {
            LetterKind.PREVIEW: {"announcement": 1},
            LetterKind.PROGRESS: {"announcement": 1, "new": True},
            LetterKind.EXPORT: {"what": "announcement", "announcement": 1, "who": "sent"},
            LetterKind.REGISTRATION: {"seat": waits.id},
            LetterKind.GROUP: {"what": GroupTrouble.LOST, "chat": -5},
            LetterKind.UNREACHABLE: {"person": head.id},
        }
        await tx.execute(sa.update(t.people).where(t.people.c.id == head.id).values(unreachable_at=world.now))
        for kind, data in about.items():
            await letters.write(tx, kind, [schools.id, admin.id], world.now, **data)

    before, told = await schools.count(), await admin.count()
    await world.storage.apply(write)
    await world.settle()
    # The announcement has gone to the kindergarten, too; and the others are for administrators.
    assert await schools.count() == before
    # The progress is shown in the card that stands there.
    assert await admin.count() == told + 5


async def test_whoever_has_left_gets_no_copy(world: World, admin: Head, head: Head) -> None:
    """The announcement is paused, the head is replaced, and it is resumed: the copy was for the school."""
    await world.storage.apply(lambda tx: tx.execute(sa.update(t.people).values(paused_until=None)))
    await admin.send("/panel")
    await admin.press(Panel.ANNOUNCEMENTS, Announcements.NEW)
    await admin.send(WORDS)
    await admin.press(Announcements.TO, Recipients.ALL)
    await press_like(admin, Recipients.DONE)
    before = await head.count()

    async def go(tx: Any) -> None:
        announcement = await announcements.get(tx, 1)
        assert announcement is not None
        await broadcasts.start(tx, announcement, Limits(), admin.id, world.now)
        await broadcasts.pause(tx, 1, admin.id, world.now)
        await tx.execute(sa.update(t.seats).values(state="left", until=world.now))

    await world.storage.apply(go)
    await world.settle()
    await world.storage.apply(lambda tx: broadcasts.resume(tx, 1, admin.id, world.now))
    await world.settle()
    assert await head.count() == before
    await admin.callback(OpenAnnouncement(id=1).pack())
    await press_like(admin, "Не дошло")
    assert "больше не представляет организацию" in await admin.sees()


async def test_an_answer_to_whoever_has_left_is_not_passed_on(world: World, admin: Head, head: Head) -> None:
    await head.send("/write")
    await head.send("Когда совещание?")
    card = await admin.card("Когда совещание?")
    before = await head.count()
    # It is written, and the head is replaced before its turn comes.
    await admin.phone.send("В среду", reply_to=card)
    await world.app.receiver.poll(0)
    await world.app.dispatcher.idle()
    await world.storage.apply(lambda tx: tx.execute(sa.update(t.seats).values(state="left", until=world.now)))
    await world.settle()
    assert await head.count() == before
    assert "Ответ не доставлен" in await admin.sees()
    assert "больше не представляет организацию" in await admin.sees()
    await admin.send("В среду!", reply_to=card)
    assert "не передано" in await admin.sees()
    assert await head.count() == before


async def test_a_note_comes_to_those_only_whose_matter_it_is_by_then(
    world: World, admin: Head, head: Head, schools: Head
) -> None:
    before = await schools.count()
    await head.send("/write")
    await head.phone.send("Личный вопрос")
    await world.app.receiver.poll(0)
    await world.app.dispatcher.idle()
    gardens = Limits(types=frozenset({"preschool"}))
    await world.storage.apply(lambda tx: staff.change(tx, schools.id, StaffRole.CURATOR, gardens, None, world.now))
    await world.settle()
    assert await schools.count() == before
    assert "Личный вопрос" in await admin.sees()


@pytest.mark.slow
async def test_a_reminder_of_others_is_told_of_to_nobody_whose_they_are_not(
    world: World, admin: Head, head: Head, gardens: Head, schools: Head
) -> None:
    """«Напомнить» of one round by two curators of different organizations."""
    await seated(world, 103, "Садова Анна", "Ёлочка", "Дошкольное")
    await world.at("2026-10-06 12:00")
    async with world.storage.read() as tx:
        counted = sa.select(t.obligations.c.round_id).group_by(t.obligations.c.round_id).having(sa.func.count() == 3)
        round_id = (await tx.execute(counted)).scalar_one()
    for curator in (schools, gardens):
        await curator.send("/panel")
        await curator.callback(RemindNow(round=round_id).pack())
        assert Control.ALREADY_REMINDED not in await curator.sees()
        await curator.press(Control.REMIND)
        await curator.callback(RemindNow(round=round_id).pack())
        assert Control.ALREADY_REMINDED in await curator.sees()
