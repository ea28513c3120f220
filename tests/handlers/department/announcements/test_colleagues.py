"""What one of the staff does to an announcement of another's: its author hears of it, and old cards say what is so."""

from datetime import timedelta

import pytest

from bot.storage.desk import erasure
from tests.handlers.department.announcements.test_announcements import (
    compose,
    copies,
    go,
    go_slowly,
    head,
    staff_member,
    state,
    to_everyone,
)
from tests.people import SECOND_ADMIN
from tests.texts.department import Announcements, Panel
from tests.world import Head, World

TEXT = "Совещание в среду"


@pytest.fixture
async def second(desk: World, author: Head) -> Head:
    """The author's colleague."""
    return await staff_member(desk, SECOND_ADMIN, "Коллега Пётр")


async def plan(author: Head, moment: str = "28.08 11:00") -> int:
    """An announcement to everybody waits for that moment; its card."""
    await compose(author, TEXT)
    await to_everyone(author)
    await author.press(Announcements.WHEN)
    await author.send(moment)
    await author.press(Announcements.SEND, Announcements.SURELY_PLAN)
    return await author.card("запланировано")


async def look(person: Head) -> int:
    """Opens the only announcement; the card."""
    await person.send("/panel")
    await person.press(Panel.ANNOUNCEMENTS, TEXT)
    return await person.card(TEXT)


async def says(person: Head, message_id: int) -> str:
    return next(str(each["text"]) for each in await person.phone.messages() if each["message_id"] == message_id)


@pytest.mark.slow
@pytest.mark.both_messengers
async def test_its_author_hears_that_a_colleague_keeps_it_back(desk: World, author: Head, second: Head) -> None:
    first = await head(desk, 101)
    old = await plan(author)
    assert "Автор" not in await says(author, old)
    assert "Автор: Анна Начальник" in await says(second, await look(second))
    await second.press(Announcements.KEEP_BACK)
    assert "автору сообщим" in await second.toast()
    heard = await author.sees()
    assert Announcements.KEPT_BACK in heard
    assert f"{TEXT}\n\nКто отменил: Пётр Коллега" in heard
    # The card of before says how it stands, however late its button is pressed.
    await author.press_at(old, Announcements.KEEP_BACK)
    assert "уже изменилось" in await author.toast()
    assert f"{Announcements.HEADING} · {Announcements.IS_DRAFT}" in await says(author, old)
    await author.press_at(old, Announcements.SEND)
    await author.press_at(old, Announcements.SURELY_PLAN)
    await desk.at("2026-08-28 11:00")
    assert len(await copies(first, TEXT)) == 1


async def test_of_two_who_keep_it_back_at_once_its_author_hears_once(desk: World, author: Head, second: Head) -> None:
    await head(desk, 101)
    await plan(author)
    card = await look(second)
    await second.press_at(card, Announcements.KEEP_BACK)
    before = await author.count()
    await second.callback("ac:1:recall", card)
    assert "уже изменилось" in await second.toast()
    assert await author.count() == before
    # Its author, who keeps back an announcement of their own, hears nothing.
    await author.press(Announcements.TO_ANNOUNCEMENT, Announcements.SEND, Announcements.SURELY_PLAN)
    await author.press(Announcements.KEEP_BACK)
    assert (await author.count(), await state(desk)) == (before, "draft")


async def test_a_card_of_before_shows_what_has_gone_off(desk: World, author: Head, second: Head) -> None:
    await head(desk, 101)
    old = await plan(author)
    card = await look(second)
    await desk.at("2026-08-28 11:00")
    await second.press_at(card, Announcements.KEEP_BACK)
    assert "уже изменилось" in await second.toast()
    assert f"{Announcements.HEADING} · {Announcements.IS_SENT}" in await says(second, card)
    # A draft's button of another device.
    await author.callback("ac:1:when", old)
    assert Announcements.ALREADY_SENT in await author.toast()
    assert f"{Announcements.HEADING} · {Announcements.IS_SENT}" in await says(author, old)


async def test_its_authors_card_says_what_a_colleague_has_done(desk: World, author: Head, second: Head) -> None:
    first = await head(desk, 101)
    await compose(author, TEXT)
    await to_everyone(author)
    await go_slowly(desk, author)
    card = await author.card(Announcements.IS_LEAVING)
    for do, seen in (("pause", "приостановлено"), ("stop", "остановлено")):
        await second.callback(f"ab:1:{do}")
        await desk.at(desk.now + timedelta(seconds=5))
        assert f"{Announcements.HEADING} · {seen}" in await says(author, card)
    assert await copies(first, TEXT) == []
    await second.callback("ab:1:delete")
    await desk.at(desk.now + timedelta(seconds=5))
    assert f"{Announcements.HEADING} · {Announcements.DELETED}" in await says(author, card)


@pytest.mark.slow
async def test_whose_author_has_gone_a_text_goes_again_to_the_silent(desk: World, author: Head, second: Head) -> None:
    """Its words are kept, though the chat that they were sent in is forgotten; a photo's only copy was there."""
    first = await head(desk, 101)
    for number in (1, 2):
        await compose(author, TEXT)
        if number == 2:
            await author.press(Announcements.REPLACE)
            await author.send_photo(TEXT)
        await to_everyone(author)
        await author.press(f"«{Announcements.ACKNOWLEDGE}»: нет")
        await go(author)
    assert len(await copies(first, TEXT)) == 2
    await desk.storage.apply(lambda tx: erasure.erase(tx, author.id, desk.now))
    await second.callback("aa:2")
    assert not {Announcements.AGAIN, "Показать"} & set(await second.buttons())
    await second.callback("ab:2:repeat")
    assert "Исходное сообщение удалено" in await second.toast()
    await second.callback("aa:1")
    await second.press("Показать")
    assert (await second.sees()).endswith(TEXT)
    await second.callback("ab:1:repeating")
    await second.press(Announcements.SURELY_SEND)
    assert len(await copies(first, TEXT)) == 3


@pytest.mark.both_messengers
async def test_of_two_who_correct_at_once_the_second_hears_what_the_first_has_said(
    desk: World, author: Head, second: Head
) -> None:
    reader = await head(desk, 101)
    await compose(author, TEXT)
    await to_everyone(author)
    await go(author)
    await author.press(Announcements.CORRECT)
    await look(second)
    await second.press(Announcements.CORRECT)
    await second.send("Совещание в четверг")
    await author.send("Совещание в среду в малом зале")
    assert Announcements.CORRECTED_MEANWHILE in await author.sees()
    assert "Теперь: «Совещание в четверг»" in await author.sees()
    assert await reader.card("образования\n\nСовещание в четверг\n")
    # Once they know, it is theirs to say.
    await author.send("Совещание в четверг в малом зале")
    assert await reader.card("образования\n\nСовещание в четверг в малом зале")
