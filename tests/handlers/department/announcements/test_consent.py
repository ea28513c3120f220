"""With ANNOUNCEMENT_APPROVAL nobody's words go to anybody before a second person has read exactly these."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.people.member import Limits, StaffRole
from bot.letters.announcement_card import composed
from bot.storage.desk import announcements
from bot.storage.people import staff
from bot.views.callbacks.announcements import Agree, AgreeTo, AgreeToWords, Broadcast, OpenAnnouncement
from tests import messengers
from tests.handlers.department.announcements.test_announcements import (
    compose,
    copies,
    go,
    head,
    staff_member,
    state,
    to_everyone,
)
from tests.people import ADMIN, CURATOR, SECOND_ADMIN
from tests.texts.department import Announcements, LinkList, Panel, Recipients
from tests.texts.example import Organizations, Types
from tests.world import Head, World, living


@pytest.fixture
async def strict(tmp_path: Path) -> AsyncIterator[World]:
    async with living(tmp_path, admin_ids=(ADMIN, SECOND_ADMIN), announcement_approval=True) as world:
        yield world


@pytest.fixture
async def author(strict: World) -> Head:
    return await staff_member(strict, ADMIN)


@pytest.fixture
async def second(strict: World, author: Head) -> Head:
    return await staff_member(strict, SECOND_ADMIN, "Заместитель Пётр")


async def submit(author: Head, *, acknowledge: bool = False) -> int:
    """A draft to everybody waits for consent; its card."""
    await to_everyone(author)
    if acknowledge:
        await author.press(f"«{Announcements.ACKNOWLEDGE}»: нет")
    card = await author.card(Announcements.IS_DRAFT)
    await author.press_at(card, Announcements.FOR_CONSENT)
    await author.press_at(card, Announcements.FOR_CONSENT)
    return card


async def source(author: Head) -> int:
    """The author's message that is announced."""
    return int((await author.phone.messages(from_bot=False))[-1]["message_id"])


async def words(person: Head, message_id: int) -> str:
    """What a message of the bot says now."""
    return next(str(each["text"]) for each in await person.phone.messages() if each["message_id"] == message_id)


@pytest.mark.slow
async def test_an_old_card_agrees_to_nothing_that_it_has_not_shown(strict: World, author: Head, second: Head) -> None:
    first = await head(strict, 101)
    await compose(author)
    card = await submit(author)
    old = await second.card(Announcements.ON_CONSENT)
    async with strict.storage.read() as tx:
        announcement = await announcements.get(tx, 1)
        assert announcement is not None
        mark = (await composed(tx, announcement, strict.catalog, strict.now, second.id, needs_consent=True)).mark
    await author.press_at(card, LinkList.RECALL)
    # Another audience and other words, and sent once more to be agreed to.
    await author.press_at(card, f"{Announcements.TO}: 12")
    await author.press(Recipients.BY_TYPE, Types.PRESCHOOL)
    await author.press(next(button for button in await author.buttons() if button.startswith(Recipients.DONE)))
    await author.edit(await source(author), "Совещание отменяется")
    await head(strict, 102, Organizations.KINDERGARTEN, Types.PRESCHOOL)
    for _ in range(2):
        await author.press_at(card, Announcements.FOR_CONSENT)
    # The press has been on its way since then.
    await second.callback(AgreeTo(id=1, mark=mark).pack(), old)
    assert "тем временем изменилось" in await second.toast()
    assert await copies(first, "Совещание отменяется") == []
    shown = await words(second, old)
    assert Announcements.CHANGED_SINCE in shown
    assert "Было: Уважаемые коллеги!" in shown
    assert "Было кому: все организации" in shown
    await second.press_at(old, Announcements.CONSENT)
    assert await state(strict) == "done"


async def test_nobody_is_asked_to_agree_to_what_was_withdrawn(strict: World, author: Head, second: Head) -> None:
    """The author corrects it before anybody has decided: the card says so by itself, and another comes."""
    await head(strict, 101)
    await compose(author)
    card = await submit(author)
    old = await second.card(Announcements.ON_CONSENT)
    before = await second.count()
    await author.press_at(card, LinkList.RECALL)
    assert Announcements.ASKED_NO_MORE in await words(second, old)
    assert "после исправления придёт новое сообщение" in await words(second, old)
    assert await second.count() == before
    await author.edit(await source(author), "Совещание отменяется")
    await submit_again(author, card)
    assert await second.count() == before + 1
    await second.press(Announcements.CONSENT)
    assert Announcements.ASKED_NO_MORE in await words(second, old)
    assert await state(strict) == "done"


async def submit_again(author: Head, card: int) -> None:
    """The draft waits for consent once more."""
    for _ in range(2):
        await author.press_at(card, Announcements.FOR_CONSENT)


@pytest.mark.slow
async def test_the_second_of_two_who_are_asked_sees_that_it_is_decided(
    strict: World, author: Head, second: Head
) -> None:
    third = await staff_member(strict, CURATOR, "Куратор Дарья")
    await strict.storage.apply(lambda tx: staff.grant(tx, third.id, StaffRole.CURATOR, None, strict.now, Limits()))
    await head(strict, 101)
    await compose(author)
    await submit(author)
    theirs = await third.card(Announcements.ON_CONSENT)
    await second.press(Announcements.CONSENT)
    assert Announcements.ASKED_NO_MORE in await words(third, theirs)
    assert await third.buttons() == [Announcements.TO_ANNOUNCEMENT]
    assert await state(strict) == "done"


async def test_a_message_that_shows_something_else_by_now_stays(strict: World, author: Head, second: Head) -> None:
    await head(strict, 101)
    await compose(author)
    card = await submit(author)
    theirs = await second.card(Announcements.ON_CONSENT)
    await second.press_at(theirs, "Получатели")
    shown = await words(second, theirs)
    await author.press_at(card, LinkList.RECALL)
    assert await words(second, theirs) == shown


async def test_a_button_that_did_not_say_to_what_shows_it_first(strict: World, author: Head, second: Head) -> None:
    await head(strict, 101)
    await compose(author)
    await submit(author)
    card = await second.card(Announcements.ON_CONSENT)
    await second.callback(Agree(id=1, agree=True).pack(), card)
    assert "тем временем изменилось" in await second.toast()
    assert await state(strict) == "approval"
    await second.press_at(card, Announcements.CONSENT)
    assert await state(strict) == "done"


async def test_corrected_words_need_consent_of_another(strict: World, author: Head, second: Head) -> None:
    first = await head(strict, 101)
    await compose(author)
    card = await submit(author)
    await second.press(Announcements.CONSENT)
    assert len(await copies(first, "совещание")) == 1
    await author.press_at(card, Announcements.CORRECT)
    await author.send("Совещание в четверг")
    assert "Пока его не согласуют, у всех прежний текст" in await author.sees()
    assert await copies(first, "в четверг") == []
    asked = await second.card("Исправление объявления на согласование")
    shown = await words(second, asked)
    assert "Было: Уважаемые коллеги!" in shown
    assert "Станет: Совещание в четверг" in shown
    await second.press(Announcements.TO_ANNOUNCEMENT, "Посмотреть исправление")
    assert "Станет: Совещание в четверг" in await second.sees()
    # Not by oneself, not by a forged mark, not to words that have changed since.
    await author.callback(AgreeToWords(id=1, mark="0" * 8, agree=True).pack())
    assert "делает другой сотрудник" in await author.toast()
    await author.press(Announcements.TO_ANNOUNCEMENT, Announcements.CORRECT)
    await author.send("Совещание в пятницу")
    await second.press_at(asked, Announcements.CONSENT)
    assert "тем временем изменилось" in await second.toast()
    assert await copies(first, "в четверг") == []
    await second.press_at(asked, Announcements.CONSENT)
    assert len(await copies(first, "в пятницу")) == 1
    # It is called by the words that it has now.
    for shown in (await author.sees(), await words(second, asked)):
        assert "Исправление согласовано: текст меняется у всех.\nСовещание в пятницу" in shown
    await second.callback(AgreeToWords(id=1, mark="0" * 8, agree=True).pack(), asked)
    assert Announcements.DECIDED in (await second.toast()).lower()


async def test_whoever_proposed_words_hears_that_others_are_proposed_instead(
    strict: World, author: Head, second: Head
) -> None:
    await head(strict, 101)
    await compose(author)
    card = await submit(author)
    await second.press(Announcements.CONSENT)
    await author.press_at(card, Announcements.CORRECT)
    await author.send("Совещание в четверг")
    await second.press(Announcements.TO_ANNOUNCEMENT, Announcements.CORRECT)
    assert "Ждёт согласования: «Совещание в четверг»" in await second.sees()
    await second.send("Совещание в пятницу")
    assert "Другое предложил(а): Пётр" in (await author.phone.find(Announcements.WORDS_REPLACED))["text"]
    await author.press(Announcements.CONSENT)
    assert "Исправление согласовано" in await second.sees()


async def test_refused_words_change_nothing(strict: World, author: Head, second: Head) -> None:
    first = await head(strict, 101)
    await compose(author)
    card = await submit(author)
    await second.press(Announcements.CONSENT)
    await author.press_at(card, Announcements.CORRECT)
    await author.send("Все свободны")
    await second.press(LinkList.REFUSE)
    assert "не согласовано" in await author.sees()
    assert await copies(first, "Все свободны") == []
    assert len(await copies(first, "совещание")) == 1


async def test_words_of_somebody_who_has_gone_can_be_refused(strict: World, author: Head, second: Head) -> None:
    """They would wait for consent for ever: nobody can agree to them any more."""
    first = await head(strict, 101)
    await compose(author)
    card = await submit(author)
    await second.press(Announcements.CONSENT, Announcements.TO_ANNOUNCEMENT, Announcements.CORRECT)
    await second.send("Совещание в четверг")
    asked = await author.card("Исправление объявления на согласование")
    await strict.storage.apply(lambda tx: staff.revoke(tx, messengers.person(SECOND_ADMIN), None, strict.now))
    await author.press_at(asked, Announcements.CONSENT)
    assert "больше не может" in await author.toast()
    await author.callback(OpenAnnouncement(id=1).pack(), card)
    assert Announcements.WORDS_WAIT in await words(author, card)
    before = await second.count()
    await author.press_at(asked, LinkList.REFUSE)
    assert "не согласовано" in await words(author, asked)
    await author.callback(OpenAnnouncement(id=1).pack(), card)
    assert Announcements.WORDS_WAIT not in await words(author, card)
    assert await copies(first, "в четверг") == []
    assert await second.count() == before


@pytest.mark.slow
async def test_an_edited_source_reaches_nobody_later(strict: World, author: Head, second: Head) -> None:
    first = await head(strict, 101)
    await compose(author)
    card = await submit(author, acknowledge=True)
    await second.press(Announcements.CONSENT)
    assert await state(strict) == "done"
    await author.edit(await source(author), "Совсем другие слова")
    assert "правка никому не отправлена" in await author.sees()
    await author.press_at(card, Announcements.AGAIN)
    await author.press_at(card, Announcements.SURELY_SEND)
    assert len(await copies(first, "совещание")) == 2
    assert await copies(first, "другие слова") == []


async def test_an_edited_photo_goes_to_nobody_else(strict: World, author: Head, second: Head) -> None:
    await head(strict, 101)
    await author.send("/panel")
    await author.press(Panel.ANNOUNCEMENTS, Announcements.NEW)
    photo = await author.send_photo("План эвакуации")
    card = await submit(author, acknowledge=True)
    await second.press(Announcements.CONSENT)
    await author.edit(photo, "Другой план")
    assert "больше никому не уйдёт" in await author.sees()
    await author.callback(Broadcast(id=1, do="repeat").pack(), card)
    assert "продолжить нельзя" in await author.toast()


async def test_the_edited_words_of_an_album_are_those_that_are_agreed_to(
    strict: World, author: Head, second: Head
) -> None:
    """An album is copied as it is by then: what its card shows is what it says by then, under whichever picture."""
    first = await head(strict, 101)
    await author.send("/panel")
    await author.press(Panel.ANNOUNCEMENTS, Announcements.NEW)
    parts = await author.send_album("photo", "photo", "photo", caption="Снимки с конференции")
    await author.edit(parts[0], "Сбор средств на ремонт")
    await author.press(Announcements.TO_ANNOUNCEMENT)
    await submit(author)
    shown = await second.card(Announcements.ON_CONSENT)
    assert "Сбор средств на ремонт" in await words(second, shown)
    # Once more, while it waits, and under another picture.
    await author.edit(parts[-1], "Перевод по номеру телефона")
    assert Announcements.ASKED_NO_MORE in await words(second, shown)
    assert await copies(first, "Перевод") == []
    await author.press(Announcements.TO_ANNOUNCEMENT)
    for _ in range(2):
        await author.press(Announcements.FOR_CONSENT)
    shown = await second.card(Announcements.ON_CONSENT)
    both = await words(second, shown)
    assert "Сбор средств на ремонт" in both
    assert "Перевод по номеру телефона" in both
    await second.press_at(shown, Announcements.CONSENT)
    assert len(await copies(first, "Перевод по номеру телефона")) == 1


@pytest.mark.slow
async def test_what_nobody_agreed_to_is_not_sent_again_or_in_its_time(
    tmp_path: Path,
) -> None:
    async with living(tmp_path, admin_ids=(ADMIN, SECOND_ADMIN)) as world:
        author, first = await staff_member(world, ADMIN), await head(world, 101)
        await compose(author)
        await to_everyone(author)
        await author.press(f"«{Announcements.ACKNOWLEDGE}»: нет")
        await go(author)
        await compose(author, "Запланированное")
        await to_everyone(author)
        await author.press(Announcements.WHEN, "Завтра в 09:00")
        await go(author)
        assert await state(world, 2) == "scheduled"
        # The setting comes with a restart.
        world.settings = world.settings.model_copy(update={"announcement_approval": True})
        await world.restart()
        await author.callback(Broadcast(id=1, do="repeat").pack())
        assert "никто не согласовал" in await author.toast()
        await world.at("2026-08-28 09:01")
        assert await copies(first, "Запланированное") == []
        assert await state(world, 2) == "draft"
        assert "нужно согласование" in await author.sees()


@pytest.mark.slow
async def test_wider_limits_of_the_author_need_consent_again(strict: World, second: Head) -> None:
    author = await staff_member(strict, 902, "Куратор Ольга")
    narrow = Limits(frozenset({"preschool"}))
    await strict.storage.apply(
        lambda tx: staff.grant(tx, messengers.person(902), StaffRole.CURATOR, None, strict.now, narrow)
    )
    first = await head(strict, 101)
    await head(strict, 102, Organizations.KINDERGARTEN, Types.PRESCHOOL)
    await compose(author)
    await author.press(Announcements.TO, Recipients.ALL_MINE)
    await author.press(next(button for button in await author.buttons() if button.startswith(Recipients.DONE)))
    await author.press(Announcements.WHEN, "Завтра в 09:00")
    for _ in range(2):
        await author.press(Announcements.FOR_CONSENT)
    await second.press(Announcements.CONSENT)
    assert await state(strict) == "scheduled"
    await strict.storage.apply(
        lambda tx: staff.change(
            tx, messengers.person(902), StaffRole.CURATOR, Limits(), messengers.person(SECOND_ADMIN), strict.now
        )
    )
    await strict.at("2026-08-28 09:01")
    assert await state(strict) == "draft"
    assert await copies(first, "совещание") == []


async def test_whoever_agrees_at_night_says_when_it_goes(strict: World, author: Head, second: Head) -> None:
    first = await head(strict, 101)
    await compose(author)
    await submit(author)
    await strict.at("2026-08-27 23:00")
    await second.press(Announcements.CONSENT)
    assert "нерабочее время" in await second.sees()
    assert await copies(first, "совещание") == []
    await second.press("Отложить: 28 августа в 09:00")
    assert await state(strict) == "scheduled"
    await strict.at("2026-08-28 09:00")
    assert len(await copies(first, "совещание")) == 1


# --- not at night, not twice ---


async def test_a_yes_of_the_day_is_none_for_the_night(desk: World) -> None:
    author, first = await staff_member(desk, ADMIN), await head(desk, 101)
    await compose(author)
    await to_everyone(author)
    await author.press(Announcements.SEND)
    await desk.at("2026-08-27 23:00")
    await author.press(f"{Announcements.SURELY_SEND}: 1")
    assert "нерабочее время" in await author.sees()
    assert await copies(first, "совещание") == []
    await author.press(f"{Announcements.SURELY_SEND}: 1")
    assert len(await copies(first, "совещание")) == 1


async def test_more_copies_at_night_need_a_yes(desk: World) -> None:
    author, first = await staff_member(desk, ADMIN), await head(desk, 101)
    await compose(author)
    await to_everyone(author)
    await author.press(f"«{Announcements.ACKNOWLEDGE}»: нет")
    await go(author)
    await author.press(Announcements.AGAIN)
    await desk.at("2026-08-27 23:00")
    await author.press(Announcements.SURELY_SEND)
    assert "нерабочее время" in await author.sees()
    assert len(await copies(first, "совещание")) == 1
    await author.press(Announcements.SURELY_SEND)
    assert len(await copies(first, "совещание")) == 2


@pytest.mark.slow
async def test_of_two_who_send_it_again_one_does(desk: World) -> None:
    author, other = await staff_member(desk, ADMIN), await staff_member(desk, SECOND_ADMIN, "Заместитель Пётр")
    first = await head(desk, 101)
    await compose(author)
    await to_everyone(author)
    await author.press(f"«{Announcements.ACKNOWLEDGE}»: нет")
    await go(author)
    await asyncio.gather(*(each.phone.callback(Broadcast(id=1, do="repeat").pack()) for each in (author, other)))
    await desk.settle()
    await author.callback(Broadcast(id=1, do="repeat").pack())
    assert Announcements.REPEATED in await author.toast()
    assert len(await copies(first, "совещание")) == 2


# --- whose role was taken since ---


@pytest.mark.parametrize("left_with", [None, StaffRole.VIEWER])
async def test_whoever_was_of_the_department_changes_no_photo_that_was_agreed_to(
    strict: World, second: Head, left_with: StaffRole | None
) -> None:
    """The author's role is taken; the photo in their chat is still what newcomers would get a copy of."""
    author = await staff_member(strict, 902, "Куратор Ольга")
    await strict.storage.apply(
        lambda tx: staff.grant(tx, messengers.person(902), StaffRole.CURATOR, None, strict.now, Limits())
    )
    await head(strict, 101)
    await author.send("/panel")
    await author.press(Panel.ANNOUNCEMENTS, Announcements.NEW)
    photo = await author.send_photo("План эвакуации")
    await to_everyone(author)
    for _ in range(2):
        await author.press(Announcements.FOR_CONSENT)
    await second.press(Announcements.CONSENT)
    assert await state(strict) == "done"
    if left_with is None:
        await strict.storage.apply(
            lambda tx: staff.revoke(tx, messengers.person(902), messengers.person(SECOND_ADMIN), strict.now)
        )
    else:
        await strict.storage.apply(
            lambda tx: staff.change(
                tx, messengers.person(902), left_with, Limits(), messengers.person(SECOND_ADMIN), strict.now
            )
        )
    await author.edit(photo, "Другой план")
    assert "больше никому не уйдёт" in await author.sees()
    await second.callback(OpenAnnouncement(id=1).pack())
    await second.callback(Broadcast(id=1, do="retry").pack())
    assert "продолжить нельзя" in await second.toast()


async def test_nobody_agrees_to_what_would_go_to_nobody(strict: World, author: Head, second: Head) -> None:
    first = await head(strict, 101)
    await compose(author)
    await submit(author)
    await first.block()
    await second.press(Announcements.CONSENT)
    assert "Отправить некому" in await second.toast()
    assert await state(strict) == "approval"
    await first.unblock()
    await second.press(Announcements.CONSENT)
    assert len(await copies(first, "совещание")) == 1


async def test_a_comment_to_what_was_withdrawn_leads_to_no_dead_button(
    strict: World, author: Head, second: Head
) -> None:
    await head(strict, 101)
    await compose(author)
    card = await submit(author)
    await second.press(Announcements.RETURN)
    await author.press_at(card, LinkList.RECALL)
    await second.send("Укажите место")
    assert Announcements.ASKED_NO_MORE in await second.sees()
    assert Announcements.TO_ANNOUNCEMENT not in await second.buttons()
    assert await state(strict) == "draft"
