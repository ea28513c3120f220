"""Thanks, a greeting, «Ознакомлена»: what people write to the bot as they would to a person."""

import pytest

from tests.handlers.answering.ledger import SCHOOL
from tests.handlers.answering.test_typing import remarks
from tests.handlers.department.announcements.test_announcements import compose, go, to_everyone
from tests.handlers.department.staff import small_world
from tests.people import ADMIN, introduced
from tests.texts.department import Announcements
from tests.texts.example import Club
from tests.texts.heads import Extending, Form, Placing, Preferences, Request, Writing
from tests.world import Head, World

MEETING, CANTEEN = "Совещание 8 октября", "Памятка о столовых"

world = small_world()


@pytest.fixture
async def admin(world: World) -> Head:
    """Who sends announcements."""
    return await introduced(world, "Начальник Анна", ADMIN)


@pytest.fixture
async def head(world: World, admin: Head) -> Head:
    """The head of the kindergarten, who has answered the only request."""
    head = await world.person("Цыренова Баирма", 103)
    await head.join("Дошкольное", "Детский сад «Ёлочка»")
    await world.at("2026-10-06 09:00")
    await head.press(Form.YES)
    return head


async def announced(admin: Head, text: str) -> None:
    """It goes to everybody, and wants to be acknowledged."""
    await compose(admin, text)
    await admin.press(f"«{Announcements.ACKNOWLEDGE}»: нет")
    await to_everyone(admin)
    await go(admin)


async def reactions(head: Head, message_id: int) -> list[str]:
    """What stands on a message of theirs."""
    messages = (await head.phone.chat())["messages"]
    return next(list(each["reactions"]) for each in messages if each["message_id"] == message_id)


@pytest.mark.both_messengers
async def test_thanks_are_taken_and_not_asked_about(world: World, head: Head) -> None:
    for said in ("Спасибо!", "хорошо", "👍"):
        before = await head.sees()
        sent = await head.send(said)
        assert await reactions(head, sent) == ["👌"], said
        assert await head.sees() == before, "nothing is asked about it"
    sent = await head.send("Спасибо, а когда совещание?")
    assert Placing.TO_DEPARTMENT in await head.buttons(), "a question is none of it"


async def test_thanks_by_swipe_are_no_comment(world: World, head: Head) -> None:
    sent = await head.send("спасибо", reply_to=await head.card(Form.ACCEPTED))
    assert await reactions(head, sent) == ["👌"]
    await world.at("2026-10-07 09:00")
    assert await remarks(world) == []


async def test_good_day_is_answered_with_where_to_go_on(world: World, head: Head) -> None:
    await head.send("Добрый день!")
    assert Request.GREETED in await head.sees()
    assert Placing.TO_DEPARTMENT not in await head.buttons()
    await head.send("/write")
    await head.send("Добрый день")
    assert Writing.FORWARDED in await head.sees(), "where a letter is asked for it is one"


@pytest.mark.both_messengers
async def test_whoever_writes_that_they_have_read_it_gets_the_button_once_more(
    world: World, admin: Head, head: Head
) -> None:
    await announced(admin, MEETING)
    await announced(admin, CANTEEN)
    await head.press_at(await head.card(MEETING), Announcements.ACKNOWLEDGE)
    await head.send("Ознакомлена")
    assert Announcements.BY_BUTTON in await head.sees()
    assert CANTEEN in await head.sees(), "the one that waits for it"
    await head.press(Announcements.ACKNOWLEDGE)
    copies = [each["buttons"] for each in await head.phone.messages() if CANTEEN in each["text"]]
    assert copies == [[Announcements.ACKNOWLEDGED]] * 2, "it is marked wherever it stands"
    await head.send("Ознакомлена")
    assert Placing.KEPT in await head.sees(), "nothing waits for it any more"


async def test_by_swipe_too_and_the_form_stays_below(world: World, admin: Head, head: Head) -> None:
    await announced(admin, MEETING)
    copy = await head.card(MEETING)
    await world.at("2027-03-02 09:00")
    await head.press(Form.MORE, Extending.TO_REQUEST)
    for swiped in (copy, None):
        await head.send("ознакомлены", reply_to=swiped)
        await head.phone.find(Announcements.BY_BUTTON)
        assert Form.NO in await head.buttons(), "the question that waits is below"
    await head.press(Form.NO)
    assert Form.ACCEPTED in await head.sees()


@pytest.mark.parametrize("typed", ["продлёнки нет", "Перенесли праздник", "Успеваем"])
async def test_other_words_ask_for_no_more_time(world: World, head: Head, typed: str) -> None:
    await world.at("2027-03-02 09:00")
    await head.press(Form.MORE)
    await head.send(typed)
    assert Extending.UNTIL_WHEN not in await head.sees()


async def test_whoever_sits_nowhere_and_says_good_day_hears_how_to_begin(world: World, head: Head) -> None:
    await head.send("/settings")
    await head.press(Preferences.ORGANIZATIONS, Preferences.LEAVE, "Детский сад «Ёлочка»", Preferences.SURELY_LEAVE)
    await head.send("Ушла на пенсию")
    await head.send("привет")
    assert Request.NO_SEAT in await head.sees()


async def test_a_request_is_opened_by_its_title(world: World, admin: Head) -> None:
    school = await world.person("Иванова Мария", 101)
    await school.join("Общее", SCHOOL)
    await world.at("2026-10-06 09:00")
    await school.send("спортивный")
    assert Club.BEING_MADE in await school.buttons()
    await school.send("Создаётся")
    assert "В реестре" in await school.sees(), "what is written next belongs to it"


async def test_what_cannot_be_kept_is_said_to_be_so(world: World, head: Head) -> None:
    await head.send_poll("Когда?")
    assert Request.NOT_KEPT in await head.sees()
