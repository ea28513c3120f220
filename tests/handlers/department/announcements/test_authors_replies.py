"""The department's own people reply to announcements: to trial copies, to cards, while they compose another."""

import pytest
import sqlalchemy as sa

from bot.storage import schema as t
from tests.handlers.answering.ledger import SCHOOL
from tests.handlers.answering.test_typing import values
from tests.handlers.department.announcements.test_announcements import compose, go, to_everyone
from tests.handlers.department.staff import small_world
from tests.people import ADMIN, introduced
from tests.texts.department import Announcements, Panel
from tests.texts.example import Club
from tests.texts.heads import Placing, Preferences, Registration
from tests.world import Head, World

MEETING = "Будете на совещании 8 октября?"
OTHER = "Пришлите списки до пятницы"


world = small_world()


@pytest.fixture
async def author(world: World) -> Head:
    """Somebody of the department who is the head of a school too."""
    admin = await introduced(world, "Начальник Анна", ADMIN)
    await admin.send("/settings")
    await admin.press(
        Preferences.ORGANIZATIONS, Preferences.ADD_ORGANIZATION, "Общее", Registration.DONE, SCHOOL, Registration.HEAD
    )
    await world.at("2026-10-05 09:00")
    return admin


async def open_form(author: Head) -> None:
    """The form of the request asks for «да» or «нет»."""
    await author.press_at(await author.card(Club.TITLE), Club.BEING_MADE)


@pytest.mark.slow
@pytest.mark.both_messengers
async def test_a_reply_to_a_trial_copy_answers_no_form(world: World, author: Head) -> None:
    await compose(author, MEETING)
    await author.press(Announcements.TRY)
    await open_form(author)
    await author.send("да", reply_to=await author.card(f"образования\n\n{MEETING}"))
    assert "register" not in await values(world, author)
    assert Announcements.REPLACE in await author.buttons()
    assert Announcements.TO_ANNOUNCEMENT in await author.buttons()
    await author.press(Announcements.TO_ANNOUNCEMENT)
    assert Announcements.IS_DRAFT in await author.sees()


@pytest.mark.slow
@pytest.mark.both_messengers
async def test_nor_does_one_to_a_part_of_an_album(world: World, author: Head) -> None:
    await author.send("/panel")
    await author.press(Panel.ANNOUNCEMENTS, Announcements.NEW)
    await author.send_album("photo", "photo", caption=MEETING)
    await author.press(Announcements.TRY)
    parts = [message["message_id"] for message in await author.phone.messages() if message["kind"] == "photo"]
    await open_form(author)
    for part in parts:
        await author.send("да", reply_to=part)
        assert "register" not in await values(world, author)


@pytest.mark.slow
async def test_nor_does_one_to_the_card_of_what_has_gone_or_to_its_source(world: World, author: Head) -> None:
    await compose(author, MEETING)
    own = (await author.phone.messages(from_bot=False))[-1]["message_id"]
    await to_everyone(author)
    await go(author)
    card = await author.card(f"{Announcements.HEADING} · {Announcements.IS_SENT}")
    await open_form(author)
    for shown in (card, own):
        await author.send("да", reply_to=shown)
        assert "register" not in await values(world, author)
        await author.phone.find(Placing.TO_ANNOUNCEMENT)


async def text_of(world: World) -> str:
    """The newest announcement, as HTML."""
    async with world.storage.read() as tx:
        return str(
            (await tx.execute(sa.select(t.announcements.c.text).order_by(t.announcements.c.id))).scalars().all()[-1]
        )


@pytest.fixture
async def composing(author: Head) -> int:
    """The author has got an announcement as a head, and is asked for a new one; the number of their copy."""
    await compose(author, MEETING)
    await to_everyone(author)
    await go(author)
    copy = await author.card(f"образования\n\n{MEETING}")
    await author.send("/panel")
    await author.press(Panel.ANNOUNCEMENTS, Announcements.NEW)
    return copy


@pytest.mark.slow
@pytest.mark.both_messengers
async def test_a_reply_to_an_older_one_is_a_new_one_only_if_its_author_says_so(
    world: World, author: Head, composing: int
) -> None:
    await author.send("Совещание <b>переносится</b>", reply_to=composing, html=True)
    await author.phone.find(Placing.NOT_ANNOUNCED)
    assert Placing.TO_DEPARTMENT in await author.buttons()
    await author.press(Placing.ANNOUNCE)
    assert Announcements.IS_DRAFT in await author.sees()
    await author.press(Announcements.TRY)
    assert "Совещание переносится" in await author.sees()
    assert "<b>переносится</b>" in await text_of(world)


@pytest.mark.slow
async def test_otherwise_a_new_one_is_waited_for_still(author: Head, composing: int) -> None:
    await author.send("Буду", reply_to=composing)
    await author.press(Placing.NOTHING)
    await author.send(OTHER)
    assert Announcements.IS_DRAFT in await author.sees()
    assert OTHER in await author.sees()


@pytest.mark.slow
@pytest.mark.both_messengers
async def test_a_reply_to_a_request_is_no_new_one(world: World, author: Head) -> None:
    await open_form(author)
    form = await author.card(Club.TITLE)
    await author.send("/panel")
    await author.press(Panel.ANNOUNCEMENTS)
    await author.send("да", reply_to=form)
    assert (await values(world, author))["register"] is True
    assert Announcements.IS_DRAFT not in await author.screen()


@pytest.mark.slow
async def test_nor_are_they_the_words_of_one_that_is_corrected(world: World, author: Head) -> None:
    await open_form(author)
    form = await author.card(Club.TITLE)
    await compose(author, OTHER)
    await to_everyone(author)
    await go(author)
    await author.press(Announcements.CORRECT)
    await author.send("да", reply_to=form)
    assert (await values(world, author))["register"] is True
    assert await text_of(world) == OTHER


@pytest.mark.slow
async def test_a_sticker_is_no_new_one(author: Head, composing: int) -> None:
    await author.do(author.phone.send_sticker("👍", reply_to=composing))
    assert Placing.NOT_BY_REPLY in await author.sees()


@pytest.mark.slow
async def test_an_album_in_reply_becomes_one_announcement(author: Head, composing: int) -> None:
    await author.do(author.phone.send_album(("photo", "photo"), caption="Схема проезда", reply_to=composing))
    await author.press(Placing.ANNOUNCE)
    assert "Схема проезда (альбом, 2 файла)" in await author.sees()


async def test_a_reply_to_its_own_trial_copy_replaces_the_draft_that_asks_for_it(author: Head) -> None:
    await compose(author, MEETING)
    await author.press(Announcements.TRY)
    copy = await author.card(f"образования\n\n{MEETING}")
    await author.press_at(
        await author.card(f"{Announcements.HEADING} · {Announcements.IS_DRAFT}"), Announcements.REPLACE
    )
    await author.send(OTHER, reply_to=copy)
    assert OTHER in await author.sees()
    assert Announcements.IS_DRAFT in await author.sees()


@pytest.mark.slow
async def test_a_reply_to_another_one_corrects_no_words(author: Head, composing: int) -> None:
    await author.send(OTHER)
    await to_everyone(author)
    await go(author)
    await author.press(Announcements.CORRECT)
    await author.send("Буду", reply_to=composing)
    await author.phone.find(Placing.TO_ANNOUNCEMENT)
    assert "Буду" not in (await author.phone.find(f"образования\n\n{OTHER}"))["text"]
    # Its own copy is what the words are for.
    await author.send("Пришлите списки до четверга", reply_to=await author.card(f"образования\n\n{OTHER}"))
    await author.phone.find("образования\n\nПришлите списки до четверга")
