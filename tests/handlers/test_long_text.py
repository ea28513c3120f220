"""A text that the person's client has cut in several messages is one text, wherever it is typed."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.storage import schema as tables
from bot.storage.ledger import drafts, obligations, replies
from tests import messengers
from tests.handlers.answering.ledger import SCHOOL
from tests.handlers.department.announcements.test_announcements import go, to_everyone
from tests.handlers.department.staff import small_world
from tests.people import ADMIN, introduced
from tests.texts.department import Announcements, Panel, Threads
from tests.texts.example import Club
from tests.texts.heads import Form, LongText, Misfit, Placing, Writing
from tests.world import Head, World

LONG = "Просим помочь с ремонтом. " * 150
REST = "12"
# A word that begins a message of its own in each messenger, and leaves room there for the rest; more than one message.
FULL, LONGER = "я" * 3950, "я" * 4100


world = small_world()


@pytest.fixture
async def admin(world: World) -> Head:
    return await introduced(world, "Начальник Анна", ADMIN)


@pytest.fixture
async def head(world: World, admin: Head) -> Head:
    """A head who is asked for a number."""
    person = await world.person("Иванова Мария", 101)
    await person.join("Общее", SCHOOL)
    await world.at("2026-10-05 09:00")
    await person.press(Club.BEING_MADE, Form.NO)
    return person


async def kept(world: World, head: Head) -> dict[str, object]:
    """What the head's draft holds."""
    async with world.storage.read() as tx:
        (obligation,) = await obligations.unanswered(tx, head.id, world.now)
        draft = await drafts.get(tx, head.id, obligation.id)
    return dict(draft.values) if draft else {}


async def noted(world: World) -> list[tuple[bool, str]]:
    """What stands in threads: whether the department wrote it, and the text."""
    async with world.storage.read() as tx:
        query = sa.select(tables.notes.c.from_staff, tables.notes.c.text).order_by(tables.notes.c.id)
        return [(bool(row.from_staff), row.text) for row in await tx.execute(query)]


async def remarks(world: World) -> list[str | None]:
    async with world.storage.read() as tx:
        return [remark.text for remark in await replies.remarks_to(tx, 1)]


async def test_the_department_gets_all_of_a_letter_and_no_request_gets_its_rest(
    world: World, admin: Head, head: Head
) -> None:
    before = await kept(world, head)
    await head.send("/write")
    await head.send_long(LONG + FULL + " " + REST)
    assert Writing.FORWARDED in await head.screen()
    # The form that was left for it stands below.
    assert Club.TITLE in await head.sees()
    assert await kept(world, head) == before
    assert "".join(text for _, text in await noted(world)).replace(" ", "") == (LONG + FULL + REST).replace(" ", "")
    shown = "".join(message["text"] for message in await admin.phone.messages())
    assert shown.index(LONG.strip()) < shown.index(FULL) < shown.index(REST, shown.index(FULL))
    await world.at(world.now + timedelta(minutes=1))
    # What comes later is no part of it.
    await head.send(REST)
    assert (await kept(world, head))["members"] == 12


async def test_the_department_gets_all_of_what_found_its_way_by_a_button(world: World, admin: Head, head: Head) -> None:
    await world.at("2026-10-06 09:00")
    await head.send("/write")
    await head.press(Writing.CANCEL)
    await head.send_long(LONG + FULL + " " + REST)
    await head.press(Placing.TO_DEPARTMENT)
    assert (await admin.screen()).count(Threads.HEADING) == 1
    shown = "".join(message["text"] for message in await admin.phone.messages())
    assert shown.index(LONG.strip()) < shown.index(FULL + " " + REST)


async def test_a_long_text_that_is_no_number_can_go_to_the_department_whole(
    world: World, admin: Head, head: Head
) -> None:
    await head.send_long(LONG + "я" * 300 + " " + REST)
    assert Misfit.NOT_A_NUMBER in await head.sees()
    await head.press(Placing.TO_DEPARTMENT)
    assert "".join(text for _, text in await noted(world)).endswith("я" * 300 + " " + REST)
    assert "members" not in await kept(world, head)


@pytest.mark.slow
async def test_the_rest_is_known_after_a_restart(world: World, admin: Head, head: Head) -> None:
    await head.send("/write")
    full = "я" * messengers.longest()
    await head.send(full)
    await world.restart()
    await head.send(REST)
    assert "members" not in await kept(world, head)
    assert [text for _, text in await noted(world)] == [full, REST]
    # The text is over with a part that is not full.
    await head.send(REST)
    assert (await kept(world, head))["members"] == 12


@pytest.mark.parametrize("command", ["/tasks", "/start inv_x", "/start@simulator_bot inv_x"])
async def test_what_is_asked_of_the_bot_is_no_rest(world: World, head: Head, command: str) -> None:
    await head.send("я" * messengers.longest())
    before = await head.count()
    await head.send(command)
    assert await head.count() > before


@pytest.mark.slow
async def test_an_answer_of_the_department_arrives_whole(world: World, admin: Head, head: Head) -> None:
    await head.send("/write")
    await head.send("Что делать?")
    await admin.press(Threads.ANSWER)
    await admin.send_long(LONG + "я" * 300)
    # A swipe goes the same way; clients point both parts at the card.
    await admin.send_long("ю" * messengers.longest() + "юююю", reply_to=await admin.card(Threads.HEADING))
    staff, texts = zip(*(await noted(world))[1:], strict=True)
    assert staff == (True,) * 4
    assert " ".join(texts[:2]) == LONG + "я" * 300
    assert texts[2:] == ("ю" * messengers.longest(), "юююю")
    assert (await head.sees()).endswith("\nюююю")
    assert "members" not in await kept(world, head)


@pytest.mark.parametrize("rest", [REST, "да", "/ нет", "05.10.2026"])
async def test_a_field_refuses_all_of_it(world: World, head: Head, rest: str) -> None:
    before = await kept(world, head)
    await head.send(("много " * 700)[: messengers.longest()])
    assert Misfit.NOT_A_NUMBER in await head.sees()
    await head.send(rest)
    assert await kept(world, head) == before
    assert Misfit.NOT_A_NUMBER in await head.sees()
    await head.send(REST)
    assert (await kept(world, head))["members"] == 12


async def test_a_long_text_that_fits_into_one_message_has_no_rest(world: World, head: Head) -> None:
    await head.send("много " * 600)
    await head.send(REST)
    assert (await kept(world, head))["members"] == 12


async def test_a_comment_is_kept_whole_or_refused_whole(world: World, head: Head) -> None:
    card = await head.card(Club.TITLE)
    first, rest = await head.send_long(LONGER, reply_to=card)
    assert await remarks(world) == [LONGER]
    # One message of two is no correction of the whole.
    for part in (first, rest):
        await head.edit(part, "Передумали")
        assert LongText.COMMENT_OF_PARTS in await head.sees()
    assert await remarks(world) == [LONGER]
    await world.at(world.now + timedelta(minutes=1))
    await head.send_long("ю" * 9000, reply_to=card)
    assert LongText.COMMENT_TOO_LONG in await head.sees()
    assert await remarks(world) == [LONGER]
    assert "members" not in await kept(world, head)


async def test_a_reason_refuses_all_of_it(world: World, head: Head) -> None:
    async with world.storage.read() as tx:
        (obligation,) = await obligations.unanswered(tx, head.id, world.now)
    await head.callback(f"fn:{obligation.id}:0")
    await head.send_long(LONGER)
    async with world.storage.read() as tx:
        draft = await drafts.get(tx, head.id, obligation.id)
    assert draft is not None
    assert draft.not_ours is None
    assert LongText.TAIL in await head.sees()


async def test_an_announcement_is_one_message_or_none(world: World, admin: Head, head: Head) -> None:
    await admin.send("/panel")
    await admin.press(Panel.ANNOUNCEMENTS, Announcements.NEW)
    await admin.send_long(LONG + "я" * 300)
    assert LongText.NO_ANNOUNCEMENT in await admin.sees()
    await admin.send("Завтра совещание")
    assert Announcements.IS_DRAFT in await admin.sees()
    async with world.storage.read() as tx:
        states = list((await tx.execute(sa.select(tables.announcements.c.state))).scalars())
    assert sorted(states) == ["cancelled", "draft"]


@pytest.mark.slow
@pytest.mark.both_messengers
async def test_a_draft_keeps_its_message_if_another_is_too_long(world: World, admin: Head, head: Head) -> None:
    await admin.send("/panel")
    await admin.press(Panel.ANNOUNCEMENTS, Announcements.NEW)
    await admin.send("Завтра совещание")
    await to_everyone(admin)
    await admin.press(Announcements.REPLACE)
    await admin.send_long(LONG + "я" * 300)
    assert LongText.AS_BEFORE in await admin.sees()
    await admin.press(Announcements.TO_ANNOUNCEMENT)
    assert f"Завтра совещание\n\n{Announcements.TO}: все организации" in await admin.sees()
    await admin.press(Announcements.REPLACE)
    await admin.send("Послезавтра совещание")
    assert f"Послезавтра совещание\n\n{Announcements.TO}: все организации" in await admin.sees()


@pytest.mark.both_messengers
async def test_corrected_words_are_one_message_or_none(world: World, admin: Head, head: Head) -> None:
    await admin.send("/panel")
    await admin.press(Panel.ANNOUNCEMENTS, Announcements.NEW)
    await admin.send("Завтра совещание")
    await to_everyone(admin)
    await go(admin)
    await admin.press(Announcements.CORRECT)
    await admin.send_long(LONG + "я" * 300)
    assert LongText.NOT_CORRECTED in await admin.sees()
    assert str((await head.phone.find("образования\n\n"))["text"]).endswith("\n\nЗавтра совещание")
    await admin.send("Послезавтра совещание")
    assert await head.card("образования\n\nПослезавтра совещание")
