"""Announcements: composed, sent, watched, corrected, taken back; and what their recipients see."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.domain.desk.announcement import Tally
from bot.domain.desk.audience import Audience
from bot.domain.letter import LetterKind, LetterState
from bot.domain.people.member import Limits, StaffRole
from bot.storage import schema as t
from bot.storage.desk import announcements, broadcasts, erasure, recipients
from bot.storage.engine.database import Tx
from bot.storage.people import staff
from bot.storage.post import claims, letters
from bot.storage.post.claims import Settlement
from bot.views.callbacks.announcements import RecipientsFile, ShowCopy
from tests import messengers
from tests.people import ADMIN, SECOND_ADMIN, introduced
from tests.texts.department import Announcements, Panel, Recipients
from tests.texts.example import Organizations, Types
from tests.texts.heads import Anywhere
from tests.world import Head, World, living

MINUTE = timedelta(minutes=1)
TEXT = "Уважаемые коллеги! В среду в 15:00 <b>совещание</b> руководителей."


async def staff_member(world: World, id: int, name: str = "Начальник Анна") -> Head:
    return await introduced(world, name, id)


async def head(world: World, id: int, at: str = Organizations.SCHOOL, type_: str = Types.GENERAL) -> Head:
    person = await world.person(f"Иванова Мария{id}", id)
    await person.join(type_, at)
    return person


async def compose(author: Head, text: str = TEXT) -> None:
    """A draft of that text."""
    await author.send("/panel")
    await author.press(Panel.ANNOUNCEMENTS, Announcements.NEW)
    await author.send(text, html=True)


async def to_everyone(author: Head) -> None:
    await author.press(Announcements.TO, Recipients.ALL)
    await author.press(next(button for button in await author.buttons() if button.startswith(Recipients.DONE)))


async def go(author: Head) -> None:
    await author.press(Announcements.SEND)
    await author.press(next(button for button in await author.buttons() if button.startswith("Да, ")))


async def tally(world: World, id: int = 1) -> Tally:
    async with world.storage.read() as tx:
        return await recipients.tally(tx, id)


async def state(world: World, id: int = 1) -> str:
    async with world.storage.read() as tx:
        announcement = await announcements.get(tx, id)
        assert announcement is not None
        return announcement.state


# Who speaks, above each announcement.
HEAD = "📣 Управление образования"


async def copies(person: Head, text: str) -> list[dict[str, object]]:
    return [message for message in await person.phone.messages() if text in message["text"]]


@pytest.mark.slow
@pytest.mark.both_databases
@pytest.mark.both_messengers
async def test_after_bad_minutes_the_author_hears_once_how_it_stands(desk: World, author: Head) -> None:
    first = await head(desk, 101)
    await compose(author)
    await to_everyone(author)
    await go(author)
    assert await copies(first, "Уважаемые коллеги")
    count = await author.count()

    async def tried(tx: Tx) -> None:
        """Each has been tried while the messenger was away, so the next one was written beside it."""
        for _ in range(3):
            await letters.write(tx, LetterKind.PROGRESS, [author.id], desk.now, dedup="1", announcement=1)
            for letter in await claims.claim(tx, desk.now, 25):
                again = Settlement(letter.id, LetterState.WAITING, send_after=desk.now + MINUTE)
                await claims.settle(tx, [again], desk.now)

    await desk.storage.apply(tried)
    await desk.at(desk.now + 2 * MINUTE)
    own = t.letters.c
    query = sa.select(own.state).where(own.kind == LetterKind.PROGRESS).order_by(own.id.desc()).limit(3)
    async with desk.storage.read() as tx:
        ends = list((await tx.execute(query)).scalars())
    assert ends == [LetterState.SENT, LetterState.DROPPED, LetterState.DROPPED]
    assert await author.count() == count


@pytest.mark.slow
async def test_a_life(desk: World, author: Head) -> None:
    first, second = await head(desk, 101), await head(desk, 102, Organizations.OTHER_SCHOOL)
    blocked = await head(desk, 103, Organizations.KINDERGARTEN, Types.PRESCHOOL)
    await blocked.block()
    await compose(author)
    assert (
        f"{Announcements.HEADING} · {Announcements.IS_DRAFT}\nУважаемые коллеги! В среду в 15:00 совещание"
        in await author.sees()
    )
    assert f"{Announcements.TO}: пока никто не выбран" in await author.sees()
    await author.press(Announcements.SEND)
    assert "Выберите, пожалуйста, кому" in await author.toast()
    await to_everyone(author)
    text = await author.sees()
    assert f"{Announcements.RECIPIENTS}: 2 человека (организации: 2 из 12)\n⚠️ Не дойдёт до 10 организаций (" in text
    await author.press("Получатели")
    assert "Организаций: дойдёт — 2, недоступны — 1, никто не зарегистрирован — 9." in await author.sees()
    assert "Мария103 Иванова: бот заблокирован" in await author.sees()
    await author.press("Списком в файл")
    name, content = await author.received_file()
    assert re.fullmatch(r"объявление 1 получатели \d\d\.\d\d\.20\d\d\.csv", name)
    assert "никто не зарегистрирован" in content.decode("utf-8-sig")
    await author.press(Panel.BACK, f"«{Announcements.ACKNOWLEDGE}»: нет", Announcements.TRY)
    assert await author.toast() == "Отправил копию ниже"
    assert await author.sees() == f"{HEAD}\n\nУважаемые коллеги! В среду в 15:00 совещание руководителей."
    await author.press(Announcements.ACKNOWLEDGE)
    assert "Это образец" in await author.toast()
    card = await author.card(f"{Announcements.HEADING} · {Announcements.IS_DRAFT}")
    await author.press_at(card, Announcements.SEND)
    assert "Отправить сейчас? Получателей: 2." in (await author.phone.find("Отправить сейчас?"))["text"]
    await author.press_at(card, f"{Announcements.SURELY_SEND}: 2")
    for one in (first, second):
        assert await one.sees() == f"{HEAD}\n\nУважаемые коллеги! В среду в 15:00 совещание руководителей."
        assert {entity["type"] for entity in (await one.phone.last_message())["entities"]} >= {"bold"}
    text = (await author.phone.find(f"{Announcements.HEADING} · {Announcements.IS_SENT}"))["text"]
    assert f"{Announcements.SENT}: 2 из 2" in text
    assert "Организации: дошло до 2 из 12, не дошло до 10" in text
    assert "Ознакомились: 0 из 12 организаций (0\N{NO-BREAK SPACE}%)" in text
    # A press on what has gone off changes nothing.
    await author.callback("ac:1:send", card)
    assert Announcements.ALREADY_SENT in await author.toast()
    await first.press(Announcements.ACKNOWLEDGE)
    assert "вы ознакомлены" in await first.toast()
    assert await first.buttons() == [Announcements.ACKNOWLEDGED]
    await first.press(Announcements.ACKNOWLEDGED)
    assert "уже отметили" in await first.toast()
    stranger = await head(desk, 104, Organizations.BIG_SCHOOL)
    await stranger.callback("ak:1")
    assert "адресовано не вам" in await stranger.toast()
    await author.callback("aa:1", card)
    await author.press_at(card, "Ознакомились: 1")
    assert "Мария101 Иванова, 27 августа в 10:00" in (await author.phone.find("Ознакомились"))["text"]
    await author.press_at(card, Panel.BACK)
    await author.press_at(card, "Не ознакомились: 1")
    assert "Мария102" in (await author.phone.find("Не ознакомились"))["text"]


@pytest.mark.slow
async def test_what_follows(desk: World, author: Head) -> None:
    first, second = await head(desk, 101), await head(desk, 102, Organizations.OTHER_SCHOOL)
    blocked = await head(desk, 103, Organizations.KINDERGARTEN, Types.PRESCHOOL)
    await blocked.block()
    await compose(author)
    await to_everyone(author)
    await author.press(f"«{Announcements.ACKNOWLEDGE}»: нет")
    await go(author)
    await first.press(Announcements.ACKNOWLEDGE)
    card = await author.card(Announcements.IS_SENT)
    await author.callback("aa:1", card)
    # Again to those who kept silent: once.
    await author.press_at(card, Announcements.AGAIN)
    await author.press_at(card, Announcements.SURELY_SEND)
    assert len(await copies(second, "совещание")) == 2
    assert len(await copies(first, "совещание")) == 1
    # A correction reaches all copies; a pressed button stays pressed.
    await author.press_at(card, Announcements.CORRECT)
    longest = messengers.longest()
    await author.send("x" * (longest - 6))
    assert f"не больше {longest - 31} знаков, лишних — 25" in (await author.phone.find(Announcements.CORRECT))["text"]
    await author.send("Совещание <i>перенесено</i> на четверг.", html=True)
    for one, count in ((first, 1), (second, 2)):
        assert await copies(one, "совещание") == []
        assert len(await copies(one, "Совещание перенесено на четверг.\n\nИсправлено 27 августа в 10:00")) == count
    assert await first.buttons() == [Announcements.ACKNOWLEDGED]
    assert await second.buttons() == [Announcements.ACKNOWLEDGE]
    # Whoever comes back does not get it: it was not to be current.
    await blocked.unblock()
    assert await copies(blocked, "Совещание") == []
    # All copies go.
    card = await author.card(f"{Announcements.HEADING} · {Announcements.IS_SENT}")
    await author.press_at(card, Announcements.DELETE_EVERYWHERE)
    await author.press_at(card, Announcements.DELETE_EVERYWHERE)
    for one in (first, second):
        assert await copies(one, "Совещание") == []
    assert await state(desk) == "withdrawn"
    assert (
        f"{Announcements.HEADING} · {Announcements.DELETED}" in (await author.phone.find(Announcements.DELETED))["text"]
    )
    await second.callback("ak:1")
    assert "отозвано" in await second.toast()
    await second.callback("ak:77")
    assert Anywhere.OUTDATED in await second.toast()
    await author.callback("ab:1:delete", card)
    assert Announcements.DELETED in await author.toast()


async def test_another_message_takes_the_place_of_the_first(desk: World, author: Head) -> None:
    first = await head(desk, 101)
    await author.send("/panel")
    await author.press(Panel.ANNOUNCEMENTS, Announcements.NEW)
    await author.send_photo("План <b>совещания</b>", html=True)
    assert "План совещания" in await author.sees()
    await author.send("и ещё")
    assert "одно сообщение или один альбом" in await author.sees()
    await author.press(Announcements.REPLACE)
    await author.forward("Приказ № 5", channel="Минпросвещения")
    assert "Приказ № 5" in await author.sees()
    await author.press(Announcements.REPLACE)
    await author.send_sticker()
    assert "Стикер: 👍" in await author.sees()
    await to_everyone(author)
    await go(author)
    assert [message["kind"] for message in await first.phone.messages()][-1] == "sticker"
    assert Announcements.CORRECT not in await author.buttons()
    await author.callback("ab:1:wording", await author.card(Announcements.IS_SENT))
    assert "нет текста" in await author.toast()
    assert await tally(desk) == Tally(total=1, sent=1)


@pytest.mark.slow
@pytest.mark.telegram_alone
async def test_what_telegram_lets_bots_copy(desk: World, author: Head) -> None:
    """MAX has nothing of the kind."""
    first = await head(desk, 101)
    await author.send("/panel")
    await author.press(Panel.ANNOUNCEMENTS, Announcements.NEW)
    for thing in ("giveaway", "paid_media", "invoice", "dice"):
        await author.phone.send_thing(thing)
        await desk.settle()
        assert Announcements.CANNOT_COPY in await author.sees()
    await author.send_poll("Когда?", "Утром", "Вечером", right=1)
    assert Announcements.CANNOT_COPY in await author.sees()
    await author.send_poll("Когда?", "Утром", "Вечером")
    assert f"{Announcements.IS_DRAFT}\nОпрос: Когда?\n" in await author.sees()
    await to_everyone(author)
    await go(author)
    assert [message["kind"] for message in await first.phone.messages()][-1] == "poll"
    # Who speaks is said before it, and nothing else.
    assert (await copies(first, HEAD))[-1]["text"] == HEAD
    await author.press(Panel.BACK)
    assert "✅ Опрос: Когда?" in await author.buttons()
    await author.send("/panel")
    await author.press(Panel.JOURNAL)
    assert "«Опрос: Когда?»" in await author.sees()
    # A contact's name is nobody's business.
    await author.send("/panel")
    await author.press(Panel.ANNOUNCEMENTS, Announcements.NEW)
    await author.do(author.phone.send_contact("+70000000000", "Баирма"))
    assert f"{Announcements.IS_DRAFT}\nКонтакт\n" in await author.sees()


@pytest.mark.slow
async def test_an_album(desk: World, author: Head) -> None:
    first = await head(desk, 101)
    await author.send("/panel")
    await author.press(Panel.ANNOUNCEMENTS, Announcements.NEW)
    before = await author.count()
    await author.send_album("photo", "video", "photo", caption="Фото с конференции")
    assert await author.count() == before
    assert "Фото с конференции (альбом, 3 файла)" in await author.sees()
    await to_everyone(author)
    await author.press(f"«{Announcements.ACKNOWLEDGE}»: нет")
    await go(author)
    got = [message for message in await first.phone.messages() if message["kind"] in ("photo", "video")]
    assert messengers.kinds_of_files(got) == ["photo", "video", "photo"]
    assert len({one["media_group_id"] for one in got}) == 1
    assert Announcements.PLEASE_CONFIRM in await first.sees()
    await first.press(Announcements.ACKNOWLEDGE)
    assert await first.buttons() == [Announcements.ACKNOWLEDGED]
    card = await author.card(Announcements.IS_SENT)
    await author.callback("aa:1", card)
    await author.press(Announcements.CORRECT)
    await author.send("Снимки с конференции")
    assert len(await copies(first, "Снимки с конференции")) == 1
    await author.callback("ab:1:deleting", card)
    await author.press(Announcements.DELETE_EVERYWHERE)
    assert not [message for message in await first.phone.messages() if message["kind"] in ("photo", "video")]
    assert not await copies(first, Announcements.PLEASE_CONFIRM)


@pytest.mark.slow
async def test_who_speaks(desk: World, author: Head) -> None:
    """A head knows the department's words from the bot's: in a text, under a file, before what has no words."""
    first = await head(desk, 101)

    async def announced() -> list[str]:
        before = await first.count()
        await to_everyone(author)
        await go(author)
        return [str(message["text"]) for message in (await first.phone.messages())[before:]]

    async def new() -> None:
        await author.send("/panel")
        await author.press(Panel.ANNOUNCEMENTS, Announcements.NEW)

    await new()
    await author.send_photo("План <b>совещания</b>", html=True)
    assert await announced() == [f"{HEAD}\n\nПлан совещания"]
    await new()
    await author.send_photo()
    assert await announced() == [HEAD]
    # A caption that is as long as may be has no room for it; what was written goes whole.
    caption, text = "а" * (messengers.chosen().caption - 24), "а" * messengers.longest()
    await new()
    await author.send_photo(caption)
    assert await announced() == [caption]
    await new()
    await author.send(text)
    assert await announced() == [text]
    await new()
    await author.send_sticker()
    assert (await announced())[0] == HEAD
    await new()
    await author.send_album("photo", "photo", caption="Снимки")
    album = await announced()
    assert album[0] == HEAD
    assert set(album) - {""} == {HEAD, "Снимки"}


@pytest.mark.slow
async def test_an_album_is_corrected_and_deleted_with_its_heading(desk: World, author: Head) -> None:
    first = await head(desk, 101)
    await author.send("/panel")
    await author.press(Panel.ANNOUNCEMENTS, Announcements.NEW)
    await author.send_album("document", "document", caption="Приказы")
    await to_everyone(author)
    before = await first.count()
    await author.press(f"«{Announcements.ACKNOWLEDGE}»: нет")
    await go(author)
    card = await author.card(Announcements.IS_SENT)
    await author.callback("ab:1:repeating", card)
    await author.press(Announcements.SURELY_SEND)
    assert len(await copies(first, HEAD)) == 2
    await author.callback("aa:1", card)
    await author.press(Announcements.CORRECT)
    await author.send("Приказы и письма")
    corrected = await copies(first, "Приказы и письма")
    assert [message["kind"] for message in corrected] == ["document"] * 2
    assert await copies(first, "Приказы") == corrected
    await author.callback("ab:1:deleting", card)
    await author.press(Announcements.DELETE_EVERYWHERE)
    assert await first.count() == before


async def test_a_correction_keeps_who_speaks(desk: World, author: Head) -> None:
    first = await head(desk, 101)
    await compose(author)
    await to_everyone(author)
    await go(author)
    await author.press(Announcements.CORRECT)
    await author.send("Совещание перенесено.")
    (message,) = await copies(first, "Совещание перенесено.")
    assert str(message["text"]).startswith(f"{HEAD}\n\nСовещание перенесено.\n\nИсправлено")
    # It is called by its words; when they were corrected, its card says once.
    assert (await author.sees()).count("Исправлено") == 1
    await author.press(Panel.BACK)
    assert "✅ Совещание перенесено." in await author.buttons()
    await author.send("/panel")
    await author.press(Panel.JOURNAL)
    assert "Текст объявления исправлен\n«Совещание перенесено.»\n" in await author.sees()


async def test_an_edit_changes_no_words_that_have_been_sent_off(desk: World, author: Head) -> None:
    """Who got it first and who gets it last read the same, and the author is told so."""
    first = await head(desk, 101)
    await compose(author, "Совещание в среду")
    await to_everyone(author)
    await go_slowly(desk, author)
    message = int((await author.phone.messages(from_bot=False))[-1]["message_id"])
    await author.phone.edit(message, "Совещания не будет")
    await desk.app.receiver.poll(0)
    await desk.app.dispatcher.idle()
    await desk.settle()
    assert Announcements.WORDS_STAY in await author.sees()
    assert len(await copies(first, "Совещание в среду")) == 1
    assert await copies(first, "Совещания не будет") == []
    # Also when all have got it; and what Telegram calls an edit, and changes no word, is none.
    said = await author.count()
    await author.edit(message, "Совещание в среду")
    await author.edit(message, "Собрания не будет")
    assert Announcements.WORDS_STAY in await author.sees()
    assert await author.count() == said + 1
    await author.press(Announcements.TO_ANNOUNCEMENT, Announcements.CORRECT)
    await author.send("Совещание переносится.")
    assert len(await copies(first, "Совещание переносится.")) == 1


async def test_an_album_is_whole_also_when_its_author_has_been_erased(desk: World, author: Head) -> None:
    """Its author's chat is forgotten, and how many messages each copy is of is not."""
    first, second = await head(desk, 101), await staff_member(desk, SECOND_ADMIN)
    await author.send("/panel")
    await author.press(Panel.ANNOUNCEMENTS, Announcements.NEW)
    await author.send_album("photo", "photo", caption="Снимки с конференции")
    await to_everyone(author)
    before = await first.count()
    await author.press(f"«{Announcements.ACKNOWLEDGE}»: нет")
    await go(author)
    await desk.storage.apply(lambda tx: erasure.erase(tx, author.id, desk.now))
    await second.callback("aa:1")
    await second.press(Announcements.CORRECT)
    await second.send("Снимки и видео")
    (corrected,) = await copies(first, "Снимки и видео")
    assert corrected["kind"] == "photo"
    assert await copies(first, "Снимки с конференции") == []
    assert len(await copies(first, HEAD)) == 1
    assert len(await copies(first, Announcements.PLEASE_CONFIRM)) == 1
    await second.callback("ab:1:deleting")
    await second.press(Announcements.DELETE_EVERYWHERE)
    assert await first.count() == before


async def go_slowly(world: World, author: Head) -> None:
    """It is sent off, and no copy has gone yet."""
    await author.press(Announcements.SEND)
    await author.phone.press(next(button for button in await author.buttons() if button.startswith("Да, ")))
    await world.app.receiver.poll(0)
    await world.app.dispatcher.idle()


@pytest.mark.slow
async def test_paused_and_resumed(desk: World, author: Head) -> None:
    heads = [
        await head(desk, 101),
        await head(desk, 102, Organizations.OTHER_SCHOOL),
        await head(desk, 103, Organizations.KINDERGARTEN, Types.PRESCHOOL),
    ]
    second = await staff_member(desk, SECOND_ADMIN, "Заместитель Пётр")
    await compose(author)
    await to_everyone(author)
    await go_slowly(desk, author)
    text = await author.sees()
    assert f"{Announcements.HEADING} · {Announcements.IS_LEAVING}" in text
    assert f"{Announcements.SENT}: 0 из 3" in text
    assert f"{Announcements.LEFT_TO_SAY}: 3" in text
    card = await author.card(Announcements.IS_LEAVING)
    # Another member of the staff pauses it, and the author hears what stands.
    await second.callback("ab:1:pause")
    await author.callback("ab:1:pause", card)
    assert "изменилось" in await author.toast()
    assert f"{Announcements.HEADING} · приостановлено" in await author.sees()
    await desk.at(desk.now + timedelta(minutes=5))
    assert await tally(desk) == Tally(total=3, waiting=3)
    await author.press(Announcements.RESUME)
    await desk.at(desk.now + timedelta(minutes=5))
    assert all([await copies(one, "совещание") for one in heads])
    assert f"{Announcements.SENT}: 3 из 3" in await author.sees()
    await author.callback("ab:1:resume", card)
    await author.callback("ab:1:stop", card)
    assert Announcements.ENDED in await author.toast()


async def test_stopped(desk: World, author: Head) -> None:
    first = await head(desk, 101)
    await compose(author)
    await to_everyone(author)
    await go_slowly(desk, author)
    card = await author.card(Announcements.IS_LEAVING)
    await author.phone.press(Announcements.STOP)
    await desk.app.receiver.poll(0)
    await desk.app.dispatcher.idle()
    assert "Не получат: 1" in await author.sees()
    await author.press(Announcements.STOP)
    assert "Не успели отправить: 1" in await author.sees()
    assert await copies(first, "совещание") == []
    assert await tally(desk) == Tally(total=1, unsent=1)
    await author.callback("ab:1:pause", card)
    assert Announcements.ENDED in await author.toast()


@pytest.mark.slow
async def test_the_source_is_deleted(desk: World, author: Head) -> None:
    first = await head(desk, 101)
    await compose(author)
    await to_everyone(author)
    await go_slowly(desk, author)
    await author.phone.delete_chat()
    await desk.settle()
    # The bot has the words.
    assert await state(desk) == "done"
    assert await first.sees() == f"{HEAD}\n\nУважаемые коллеги! В среду в 15:00 совещание руководителей."
    await author.send("/panel")
    await author.press(Panel.ANNOUNCEMENTS)
    # What is no text cannot be sent without its source, and a look at it says so.
    await author.press(Announcements.NEW)
    await author.send_photo("План")
    await to_everyone(author)
    await author.phone.delete_chat()
    await author.send("/panel")
    await author.press(Panel.ANNOUNCEMENTS, "✏️ План")
    await author.press(Announcements.TRY)
    assert "копию сделать не из чего" in await author.sees()
    await author.press(Announcements.TO_ANNOUNCEMENT, Announcements.SEND)
    assert Announcements.NOTHING_TO_SEND in await author.toast()
    # Nobody has looked at the next one.
    await author.press(Announcements.REPLACE)
    await author.send_photo("План")
    await author.phone.delete_chat()
    await author.send("/panel")
    await author.press(Panel.ANNOUNCEMENTS, "✏️ План", Announcements.SEND, f"{Announcements.SURELY_SEND}: 1")
    assert await state(desk, 2) == "paused"
    await desk.at(desk.now + timedelta(seconds=5))
    assert "Просим остановить рассылку" in await author.sees()
    assert Announcements.RESUME not in await author.buttons()
    await author.callback("ab:2:resume")
    assert "продолжить нельзя" in await author.toast()


@pytest.mark.slow
async def test_when(desk: World, author: Head) -> None:
    first = await head(desk, 101)
    await compose(author)
    await to_everyone(author)
    await author.press(Announcements.WHEN)
    await author.send("вчера в 9:00")
    assert "уже прошло" in await author.sees()
    await author.send("абв")
    assert "Не получилось понять" in await author.sees()
    await author.send("12.10.2028 9:00")
    assert "больше чем через год" in await author.sees()
    await author.send("29.08 14:30")
    text = await author.sees()
    assert f"{Announcements.WHEN}: 29 августа в 14:30" in text
    assert "🌙 Уйдёт в нерабочий день: 29 августа, суббота, 14:30" in text
    await author.press("Отложить: 31 августа в 09:00")
    assert "🌙" not in await author.sees()
    await author.press(Announcements.NEWCOMERS, Announcements.FOR_A_WEEK)
    assert f"{Announcements.NEWCOMERS}: до 7 сентября, понедельник" in await author.sees()
    await author.press(Announcements.SEND, Announcements.SURELY_PLAN)
    assert f"{Announcements.HEADING} · запланировано" in await author.sees()
    await author.press(Announcements.KEEP_BACK)
    assert f"{Announcements.HEADING} · {Announcements.IS_DRAFT}" in await author.sees()
    await go(author)
    assert await copies(first, "совещание") == []
    await desk.at("2026-08-31 09:00")
    assert len(await copies(first, "совещание")) == 1
    assert f"{Announcements.HEADING} · {Announcements.IS_SENT}" in await author.sees()
    # Who joins while it is current gets it; who joins later does not.
    late = await head(desk, 102, Organizations.OTHER_SCHOOL)
    assert len(await copies(late, "совещание")) == 1
    await desk.at("2026-09-08 09:00")
    too_late = await head(desk, 103, Organizations.KINDERGARTEN, Types.PRESCHOOL)
    assert await copies(too_late, "совещание") == []
    assert await tally(desk) == Tally(total=2, sent=2)


async def test_newcomers_do_not_get_what_goes_later_than_it_is_current(desk: World, author: Head) -> None:
    await compose(author)
    await author.press(Announcements.NEWCOMERS, Announcements.FOR_A_WEEK)
    assert f"{Announcements.NEWCOMERS}: до 3 сентября, четверг" in await author.sees()
    assert Announcements.NOT_TO_NEWCOMERS not in await author.sees()
    await author.press(Announcements.WHEN)
    await author.send("10.09 14:30")
    assert Announcements.NOT_TO_NEWCOMERS in await author.sees()
    await author.press(Announcements.NEWCOMERS, Announcements.FOR_A_WEEK)
    assert f"{Announcements.NEWCOMERS}: до 17 сентября, четверг" in await author.sees()
    assert Announcements.NOT_TO_NEWCOMERS not in await author.sees()


async def test_nor_do_they_get_what_is_for_those_who_have_not_done_something(desk: World, author: Head) -> None:
    await compose(author)
    await desk.storage.apply(lambda tx: announcements.change(tx, 1, audience=Audience(unacknowledged=1)))
    await author.press(Announcements.NEWCOMERS, Announcements.FOR_A_WEEK)
    assert Announcements.FOR_THOSE_OF_NOW in await author.sees()


async def test_nor_what_was_stopped(desk: World, author: Head) -> None:
    await head(desk, 101)
    await compose(author)
    await to_everyone(author)
    await author.press(Announcements.NEWCOMERS, Announcements.FOR_A_WEEK)
    await go_slowly(desk, author)
    assert f"{Announcements.NEWCOMERS}: до 3 сентября" in await author.sees()
    await desk.storage.apply(lambda tx: broadcasts.stop(tx, 1, author.id, desk.now))
    await desk.settle()
    late = await head(desk, 102, Organizations.OTHER_SCHOOL)
    assert await copies(late, "совещание") == []
    await author.send("/panel")
    await author.press(Panel.ANNOUNCEMENTS)
    await author.press(next(button for button in await author.buttons() if "Уважаемые" in button))
    assert Announcements.NEWCOMERS not in await author.sees()


async def test_nobody_can_get_it(desk: World, author: Head) -> None:
    await compose(author)
    await to_everyone(author)
    await author.press(Announcements.SEND)
    assert "Отправить некому" in await author.toast()
    assert await state(desk) == "draft"
    await author.press(Announcements.DELETE, Announcements.DELETE)
    assert "пришлите сообщение сюда" in await author.sees()
    assert await state(desk) == "cancelled"


async def test_the_author_is_removed_in_the_middle(desk: World, author: Head) -> None:
    curator = await staff_member(desk, 902, "Куратор Ольга")
    await desk.storage.apply(lambda tx: staff.grant(tx, messengers.person(902), StaffRole.CURATOR, None, desk.now))
    await head(desk, 101)
    await compose(curator)
    await to_everyone(curator)
    await author.callback("aa:1")
    assert Announcements.GONE in await author.toast()
    await curator.press(Announcements.WHEN)
    await desk.storage.apply(lambda tx: staff.revoke(tx, messengers.person(902), None, desk.now))
    await curator.send("29.08 14:30")
    assert Panel.NO_ACCESS in await curator.sees()
    await curator.callback("ac:1:send")
    assert Anywhere.NOT_YOURS in await curator.toast()
    assert await state(desk) == "draft"


@pytest.mark.slow
async def test_a_curator_keeps_to_the_limits(desk: World, author: Head) -> None:
    school, garden = await head(desk, 101), await head(desk, 103, Organizations.KINDERGARTEN, Types.PRESCHOOL)
    curator = await staff_member(desk, 902, "Куратор Ольга")
    limits = Limits(frozenset({"preschool"}))
    await desk.storage.apply(
        lambda tx: staff.grant(tx, messengers.person(902), StaffRole.CURATOR, None, desk.now, limits)
    )
    await compose(author)
    await to_everyone(author)
    await go(author)
    # What others announce to others is not theirs to stop or delete.
    await curator.callback("ab:1:delete")
    assert Announcements.GONE in await curator.toast()
    await compose(curator, "Садам")
    await curator.press(Announcements.TO, Recipients.ALL_MINE)
    await curator.press(next(button for button in await curator.buttons() if button.startswith(Recipients.DONE)))
    await go(curator)
    assert len(await copies(garden, "Садам")) == 1
    assert await copies(school, "Садам") == []


@pytest.fixture
async def strict(tmp_path: Path) -> AsyncIterator[World]:
    """Announcements need a second person's consent."""
    async with living(tmp_path, admin_ids=(ADMIN, SECOND_ADMIN), announcement_approval=True) as world:
        yield world


@pytest.mark.slow
async def test_a_second_person_agrees(strict: World) -> None:
    author, first = await staff_member(strict, ADMIN), await head(strict, 101)
    second = await staff_member(strict, SECOND_ADMIN, "Заместитель Пётр")
    third = await staff_member(strict, 902, "Куратор Ольга")
    await strict.storage.apply(lambda tx: staff.grant(tx, messengers.person(902), StaffRole.CURATOR, None, strict.now))
    await compose(author)
    await to_everyone(author)
    await author.callback("ac:1:send", await author.card(Announcements.IS_DRAFT))
    assert f"{Announcements.HEADING} · на согласовании" in await author.sees()
    assert await copies(first, "совещание") == []
    await author.callback("ag:1:1")
    assert "делает другой сотрудник" in await author.toast()
    for one in (second, third):
        assert f"{Announcements.HEADING} на согласование" in await one.sees()
        assert f"{Announcements.RECIPIENTS}: 1 человек" in await one.sees()
    await second.press("Показать")
    assert (await second.sees()).startswith(f"{HEAD}\n\nУважаемые коллеги!")
    card = await second.card("на согласование")
    await second.press_at(card, Announcements.RETURN)
    await second.send("а")
    assert "От 3 до 1000" in (await second.phone.find("Вернуть автору"))["text"]
    await second.send("Укажите место")
    assert f"{Announcements.HEADING} возвращено" in await author.sees()
    assert "Комментарий: Укажите место" in await author.sees()
    assert Announcements.ASKED_NO_MORE in await third.sees()
    await author.press(Announcements.TO_ANNOUNCEMENT, Announcements.FOR_CONSENT, Announcements.FOR_CONSENT)
    # What was agreed to is what goes: an edit needs consent again.
    source = (await author.phone.messages(from_bot=False))[-1]["message_id"]
    await author.edit(source, "Совещание в пятницу")
    assert "снова черновик" in await author.sees()
    assert Announcements.ASKED_NO_MORE in await third.sees()
    await author.press(Announcements.TO_ANNOUNCEMENT, Announcements.FOR_CONSENT, Announcements.FOR_CONSENT)
    await third.press(Announcements.CONSENT)
    assert f"Согласовано, {Announcements.IS_LEAVING}" in await third.sees()
    assert Announcements.ASKED_NO_MORE in await second.sees()
    assert len(await copies(first, "Совещание в пятницу")) == 1
    assert await state(strict) == "done"


async def test_nobody_else_can_agree(strict: World) -> None:
    author = await staff_member(strict, ADMIN)
    await head(strict, 101)
    await strict.storage.apply(lambda tx: staff.revoke(tx, messengers.person(SECOND_ADMIN), None, strict.now))
    await compose(author)
    await to_everyone(author)
    await author.press(Announcements.FOR_CONSENT)
    assert f"{Announcements.CONSENT} некому" in await author.toast()
    assert await state(strict) == "draft"


@pytest.mark.slow
async def test_a_thumb_that_presses_ten_times_gets_one_list_and_one_copy(desk: World, author: Head) -> None:
    first = await head(desk, 101)
    await compose(author)
    await to_everyone(author)
    await go(author)
    assert len(await copies(first, "совещание")) == 1
    shown = await author.phone.messages()
    for button in (RecipientsFile(id=1, who="sent"), ShowCopy(id=1)):
        for _ in range(10):
            await author.phone.callback(button.pack())
    await desk.settle()
    came = (await author.phone.messages())[len(shown) :]
    assert sorted(message["kind"] for message in came) == ["document", "text"]
    # Later it is asked for anew.
    await author.callback(ShowCopy(id=1).pack())
    assert len(await author.phone.messages()) == len(shown) + 3
