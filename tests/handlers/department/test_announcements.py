"""Announcements: composed, sent, watched, corrected, taken back; and what their recipients see."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.desk.announcement import Tally
from bot.domain.people.member import Limits, StaffRole
from bot.storage.desk import announcements, recipients
from bot.storage.people import staff
from tests.world import Head, World, living

ADMIN, SECOND = 900, 901
GENERAL, PRESCHOOL = "Общее образование", "Дошкольное образование"
SCHOOL = "МБОУ «Тихореченская основная общеобразовательная школа»"
SMALL_SCHOOL = "МБОУ «Малоозёрская начальная общеобразовательная школа»"
GARDEN = "МБДОУ «Детский сад «Родничок» села Степной Ключик»"
TEXT = "Уважаемые коллеги! В среду в 15:00 <b>совещание</b> руководителей."


async def staff_member(world: World, id: int, name: str = "Начальник Анна") -> Head:
    person = await world.person(name, id)
    await person.send("/start")
    await person.press("Согласен")
    return person


async def head(world: World, id: int, at: str = SCHOOL, type_: str = GENERAL) -> Head:
    person = await world.person(f"Иванова Мария{id}", id)
    await person.join(type_, at)
    return person


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[World]:
    """Two administrators; heads are seated at once."""
    async with living(tmp_path, admin_ids=(ADMIN, SECOND)) as world:
        yield world


@pytest.fixture
async def author(desk: World) -> Head:
    return await staff_member(desk, ADMIN)


async def compose(author: Head, text: str = TEXT) -> None:
    """A draft of that text."""
    await author.send("/panel")
    await author.press("Объявления", "Новое объявление")
    await author.send(text, html=True)


async def to_everyone(author: Head) -> None:
    await author.press("Кому", "Все организации")
    await author.press(next(one for one in await author.buttons() if one.startswith("Готово")))


async def go(author: Head) -> None:
    await author.press("Отправить")
    await author.press(next(one for one in await author.buttons() if one.startswith("Да, ")))


async def tally(world: World, id: int = 1) -> Tally:
    async with world.storage.read() as tx:
        return await recipients.tally(tx, id)


async def state(world: World, id: int = 1) -> str:
    async with world.storage.read() as tx:
        found = await announcements.get(tx, id)
        assert found is not None
        return found.state


async def copies(person: Head, text: str) -> list[dict[str, object]]:
    return [one for one in await person.phone.messages() if text in one["text"]]


async def test_a_life(desk: World, author: Head) -> None:
    first, second = await head(desk, 101), await head(desk, 102, SMALL_SCHOOL)
    blocked = await head(desk, 103, GARDEN, PRESCHOOL)
    await blocked.block()
    await compose(author)
    assert "Объявление · черновик\nУважаемые коллеги! В среду в 15:00 совещание" in await author.sees()
    assert "Кому: пока никто не выбран" in await author.sees()
    await author.press("Отправить")
    assert "Выберите, пожалуйста, кому" in await author.toast()
    await to_everyone(author)
    text = await author.sees()
    assert "Получат: 2 человека (13 организаций)" in text
    assert "недоступны: 1, никто не зарегистрирован: 10" in text
    await author.press("Получатели")
    text = await author.sees()
    assert "Получат: 2. Недоступны: 1. Никто не зарегистрирован: 10." in text
    assert "Мария103 Иванова: бот заблокирован" in text
    await author.press("Списком в файл")
    name, content = await author.received_file()
    assert name == "объявление-1-получатели.csv"
    assert "никто не зарегистрирован" in content.decode("utf-8-sig")
    await author.press("‹ Назад", "«Ознакомлен»: нет", "Проверить на себе")
    assert await author.toast() == "Отправил копию ниже"
    assert await author.sees() == "Уважаемые коллеги! В среду в 15:00 совещание руководителей."
    await author.press("Ознакомлен")
    assert "Это образец" in await author.toast()
    card = await author.card("Объявление · черновик")
    await author.press_at(card, "Отправить")
    assert "Отправить сейчас? Получателей: 2." in (await author.phone.find("Отправить сейчас?"))["text"]
    await author.press_at(card, "Да, отправить: 2")
    for one in (first, second):
        assert await one.sees() == "Уважаемые коллеги! В среду в 15:00 совещание руководителей."
        assert {entity["type"] for entity in (await one.phone.last_message())["entities"]} >= {"bold"}
    text = (await author.phone.find("Объявление · отправлено"))["text"]
    assert "Отправлено: 2 из 2" in text
    assert "Ознакомились: 0 из 2" in text
    # A press on what has gone off changes nothing.
    await author.callback("ac:1:send", card)
    assert "уже отправлено" in await author.toast()
    await first.press("Ознакомлен")
    assert "вы ознакомлены" in await first.toast()
    assert await first.buttons() == ["✅ Ознакомлен"]
    await first.press("✅ Ознакомлен")
    assert "уже отметили" in await first.toast()
    stranger = await head(desk, 104, "МБОУ «Сосновоозёрская средняя общеобразовательная школа»")
    await stranger.callback("ak:1")
    assert "адресовано не вам" in await stranger.toast()
    await author.callback("aa:1", card)
    await author.press_at(card, "Ознакомились: 1")
    assert "Мария101 Иванова, 27 августа в 10:00" in (await author.phone.find("Ознакомились"))["text"]
    await author.press_at(card, "‹ Назад")
    await author.press_at(card, "Не ознакомились: 1")
    assert "Мария102" in (await author.phone.find("Не ознакомились"))["text"]


async def test_what_follows(desk: World, author: Head) -> None:
    first, second = await head(desk, 101), await head(desk, 102, SMALL_SCHOOL)
    blocked = await head(desk, 103, GARDEN, PRESCHOOL)
    await blocked.block()
    await compose(author)
    await to_everyone(author)
    await author.press("«Ознакомлен»: нет")
    await go(author)
    await first.press("Ознакомлен")
    card = await author.card("отправлено")
    await author.callback("aa:1", card)
    # Again to those who kept silent: once.
    await author.press_at(card, "Ещё раз не ознакомившимся")
    await author.press_at(card, "Да, отправить")
    assert len(await copies(second, "совещание")) == 2
    assert len(await copies(first, "совещание")) == 1
    # A correction reaches all copies; a pressed button stays pressed.
    await author.press_at(card, "Исправить текст")
    await author.send("x" * 4090)
    assert "не больше 4065 знаков, лишних — 25" in (await author.phone.find("Исправить текст"))["text"]
    await author.send("Совещание <i>перенесено</i> на четверг.", html=True)
    for one, count in ((first, 1), (second, 2)):
        assert await copies(one, "совещание") == []
        assert len(await copies(one, "Совещание перенесено на четверг.\n\nИсправлено 27 августа в 10:00")) == count
    assert await first.buttons() == ["✅ Ознакомлен"]
    assert await second.buttons() == ["Ознакомлен"]
    # Whoever comes back does not get it: it was not to be current.
    await blocked.unblock()
    assert await copies(blocked, "Совещание") == []
    # All copies go.
    card = await author.card("Объявление · отправлено")
    await author.press_at(card, "Удалить у всех")
    await author.press_at(card, "Удалить у всех")
    for one in (first, second):
        assert await copies(one, "Совещание") == []
    assert await state(desk) == "withdrawn"
    assert "Объявление · удалено у всех" in (await author.phone.find("удалено у всех"))["text"]
    await second.callback("ak:1")
    assert "отозвано" in await second.toast()
    await second.callback("ak:77")
    assert "устарела" in await second.toast()
    await author.callback("ab:1:delete", card)
    assert "удалено у всех" in await author.toast()


async def test_everything_that_can_be_copied(desk: World, author: Head) -> None:
    first = await head(desk, 101)
    await author.send("/panel")
    await author.press("Объявления", "Новое объявление")
    for thing in ("giveaway", "paid_media", "invoice", "dice"):
        await author.phone.send_thing(thing)
        await desk.settle()
        assert "не даёт разослать" in await author.sees()
    await author.send_poll("Когда?", "Утром", "Вечером", right=1)
    assert "не даёт разослать" in await author.sees()
    await author.send_photo("План <b>совещания</b>", html=True)
    assert "План совещания" in await author.sees()
    await author.send("и ещё")
    assert "одно сообщение или один альбом" in await author.sees()
    await author.press("Заменить сообщение")
    await author.forward("Приказ № 5", channel="Минпросвещения")
    assert "Приказ № 5" in await author.sees()
    await author.press("Заменить сообщение")
    await author.send_poll("Когда?", "Утром", "Вечером")
    assert "Сообщение без текста" in await author.sees()
    await to_everyone(author)
    await go(author)
    assert [one["kind"] for one in await first.phone.messages()][-1] == "poll"
    assert "Исправить текст" not in await author.buttons()
    await author.callback("ab:1:wording", await author.card("отправлено"))
    assert "нет текста" in await author.toast()
    assert await tally(desk) == Tally(total=1, sent=1)


async def test_an_album(desk: World, author: Head) -> None:
    first = await head(desk, 101)
    await author.send("/panel")
    await author.press("Объявления", "Новое объявление")
    before = await author.count()
    await author.send_album("photo", "video", "photo", caption="Фото с конференции")
    assert await author.count() == before
    assert "Фото с конференции (альбом, 3 файла)" in await author.sees()
    await to_everyone(author)
    await author.press("«Ознакомлен»: нет")
    await go(author)
    got = [one for one in await first.phone.messages() if one["kind"] in ("photo", "video")]
    assert [one["kind"] for one in got] == ["photo", "video", "photo"]
    assert len({one["media_group_id"] for one in got}) == 1
    assert "Просим подтвердить" in await first.sees()
    await first.press("Ознакомлен")
    assert await first.buttons() == ["✅ Ознакомлен"]
    card = await author.card("отправлено")
    await author.callback("aa:1", card)
    await author.press("Исправить текст")
    await author.send("Снимки с конференции")
    assert len(await copies(first, "Снимки с конференции")) == 1
    await author.callback("ab:1:deleting", card)
    await author.press("Удалить у всех")
    assert not [one for one in await first.phone.messages() if one["kind"] in ("photo", "video")]
    assert not await copies(first, "Просим подтвердить")


async def go_slowly(world: World, author: Head) -> None:
    """It is sent off, and no copy has gone yet."""
    await author.press("Отправить")
    await author.phone.press(next(one for one in await author.buttons() if one.startswith("Да, ")))
    await world.app.receiver.poll(0)
    await world.app.dispatcher.idle()


async def test_paused_and_resumed(desk: World, author: Head) -> None:
    heads = [await head(desk, 101), await head(desk, 102, SMALL_SCHOOL), await head(desk, 103, GARDEN, PRESCHOOL)]
    second = await staff_member(desk, SECOND, "Заместитель Пётр")
    await compose(author)
    await to_everyone(author)
    await go_slowly(desk, author)
    text = await author.sees()
    assert "Объявление · отправляется" in text
    assert "Отправлено: 0 из 3" in text
    assert "Осталось: 3" in text
    card = await author.card("отправляется")
    # Another member of the staff pauses it, and the author hears what stands.
    await second.callback("ab:1:pause")
    await author.callback("ab:1:pause", card)
    assert "изменилось" in await author.toast()
    assert "Объявление · приостановлено" in await author.sees()
    await desk.at(desk.now + timedelta(minutes=5))
    assert await tally(desk) == Tally(total=3, waiting=3)
    await author.press("Продолжить")
    await desk.at(desk.now + timedelta(minutes=5))
    assert all([await copies(one, "совещание") for one in heads])
    assert "Отправлено: 3 из 3" in await author.sees()
    await author.callback("ab:1:resume", card)
    await author.callback("ab:1:stop", card)
    assert "уже закончилась" in await author.toast()


async def test_stopped(desk: World, author: Head) -> None:
    first = await head(desk, 101)
    await compose(author)
    await to_everyone(author)
    await go_slowly(desk, author)
    card = await author.card("отправляется")
    await author.phone.press("Остановить")
    await desk.app.receiver.poll(0)
    await desk.app.dispatcher.idle()
    assert "Не получат: 1" in await author.sees()
    await author.press("Остановить")
    assert "Не успели отправить: 1" in await author.sees()
    assert await copies(first, "совещание") == []
    assert await tally(desk) == Tally(total=1, unsent=1)
    await author.callback("ab:1:pause", card)
    assert "уже закончилась" in await author.toast()


async def test_the_source_is_deleted(desk: World, author: Head) -> None:
    first = await head(desk, 101)
    await compose(author)
    await to_everyone(author)
    await go_slowly(desk, author)
    await author.phone.delete_chat()
    await desk.settle()
    assert await state(desk) == "paused"
    await author.send("/panel")
    await author.press("Объявления", "⏸ Уважаемые коллеги! В среду в 15:00 совещание…")
    assert "Исходное сообщение удалено из переписки с ботом.\nТекст сохранён" in await author.sees()
    await author.press("Продолжить")
    assert await first.sees() == "Уважаемые коллеги! В среду в 15:00 совещание руководителей."
    assert "Объявление · отправлено" in await author.sees()
    # What is no text cannot be sent without its source, and a look at it says so.
    await author.press("‹ Назад", "Новое объявление")
    await author.send_photo("План")
    await to_everyone(author)
    await author.phone.delete_chat()
    await author.send("/panel")
    await author.press("Объявления", "✏️ План")
    await author.press("Проверить на себе")
    assert "копию сделать не из чего" in await author.sees()
    await author.press("К объявлению", "Отправить", "Да, отправить: 1")
    assert await state(desk, 2) == "paused"
    await desk.at(desk.now + timedelta(seconds=5))
    assert "Просим остановить рассылку" in await author.sees()
    assert "Продолжить" not in await author.buttons()
    await author.callback("ab:2:resume")
    assert "продолжить нельзя" in await author.toast()


async def test_when(desk: World, author: Head) -> None:
    first = await head(desk, 101)
    await compose(author)
    await to_everyone(author)
    await author.press("Когда")
    await author.send("вчера в 9:00")
    assert "уже прошло" in await author.sees()
    await author.send("абв")
    assert "Не получилось понять" in await author.sees()
    await author.send("12.10.2028 9:00")
    assert "больше чем через год" in await author.sees()
    await author.send("29.08 14:30")
    text = await author.sees()
    assert "Когда: 29 августа в 14:30" in text
    assert "🌙 Уйдёт в нерабочий день: 29 августа, суббота, 14:30" in text
    await author.press("Отложить: 31 августа в 09:00")
    assert "🌙" not in await author.sees()
    await author.press("Новым людям", "Неделя")
    assert "Новым людям: до 3 сентября, четверг" in await author.sees()
    await author.press("Отправить", "Да, запланировать")
    assert "Объявление · запланировано" in await author.sees()
    await author.press("Отменить отправку")
    assert "Объявление · черновик" in await author.sees()
    await go(author)
    assert await copies(first, "совещание") == []
    await desk.at("2026-08-31 09:00")
    assert len(await copies(first, "совещание")) == 1
    assert "Объявление · отправлено" in await author.sees()
    # Who joins while it is current gets it; who joins later does not.
    late = await head(desk, 102, SMALL_SCHOOL)
    assert len(await copies(late, "совещание")) == 1
    await desk.at("2026-09-04 09:00")
    too_late = await head(desk, 103, GARDEN, PRESCHOOL)
    assert await copies(too_late, "совещание") == []
    assert await tally(desk) == Tally(total=2, sent=2)


async def test_nobody_can_get_it(desk: World, author: Head) -> None:
    await compose(author)
    await to_everyone(author)
    await author.press("Отправить")
    assert "Отправить некому" in await author.toast()
    assert await state(desk) == "draft"
    await author.press("Удалить", "Удалить")
    assert "Пока ничего не отправляли" in await author.sees()
    assert await state(desk) == "cancelled"


async def test_the_author_is_removed_in_the_middle(desk: World, author: Head) -> None:
    curator = await staff_member(desk, 902, "Куратор Ольга")
    await desk.storage.apply(lambda tx: staff.grant(tx, 902, StaffRole.CURATOR, None, desk.now))
    await head(desk, 101)
    await compose(curator)
    await to_everyone(curator)
    await author.callback("aa:1")
    assert "больше нет" in await author.toast()
    await curator.press("Когда")
    await desk.storage.apply(lambda tx: staff.revoke(tx, 902, None, desk.now))
    await curator.send("29.08 14:30")
    assert "больше нет доступа" in await curator.sees()
    await curator.callback("ac:1:send")
    assert "не для вас" in await curator.toast()
    assert await state(desk) == "draft"


async def test_a_curator_keeps_to_the_limits(desk: World, author: Head) -> None:
    school, garden = await head(desk, 101), await head(desk, 103, GARDEN, PRESCHOOL)
    curator = await staff_member(desk, 902, "Куратор Ольга")
    limits = Limits(frozenset({"preschool"}))
    await desk.storage.apply(lambda tx: staff.grant(tx, 902, StaffRole.CURATOR, None, desk.now, limits))
    await compose(author)
    await to_everyone(author)
    await go(author)
    # What others announce to others is not theirs to stop or delete.
    await curator.callback("ab:1:delete")
    assert "больше нет" in await curator.toast()
    await compose(curator, "Садам")
    await curator.press("Кому", "Все мои организации")
    await curator.press(next(one for one in await curator.buttons() if one.startswith("Готово")))
    await go(curator)
    assert len(await copies(garden, "Садам")) == 1
    assert await copies(school, "Садам") == []


@pytest.fixture
async def strict(tmp_path: Path) -> AsyncIterator[World]:
    """Announcements need a second person's consent."""
    async with living(tmp_path, admin_ids=(ADMIN, SECOND), announcement_approval=True) as world:
        yield world


async def test_a_second_person_agrees(strict: World) -> None:
    author, first = await staff_member(strict, ADMIN), await head(strict, 101)
    second = await staff_member(strict, SECOND, "Заместитель Пётр")
    third = await staff_member(strict, 902, "Куратор Ольга")
    await strict.storage.apply(lambda tx: staff.grant(tx, 902, StaffRole.CURATOR, None, strict.now))
    await compose(author)
    await to_everyone(author)
    await author.callback("ac:1:send", await author.card("черновик"))
    assert "Объявление · на согласовании" in await author.sees()
    assert await copies(first, "совещание") == []
    await author.callback("ag:1:1")
    assert "делает другой сотрудник" in await author.toast()
    for one in (second, third):
        assert "Объявление на согласование" in await one.sees()
        assert "Получат: 1 человек" in await one.sees()
    await second.press("Показать")
    assert (await second.sees()).startswith("Уважаемые коллеги!")
    card = await second.card("на согласование")
    await second.press_at(card, "Вернуть")
    await second.send("а")
    assert "От 3 до 1000" in (await second.phone.find("Вернуть автору"))["text"]
    await second.send("Укажите место")
    assert "Объявление возвращено" in await author.sees()
    assert "Комментарий: Укажите место" in await author.sees()
    await third.press("Согласовать")
    assert "уже рассмотрено" in await third.sees()
    await author.press("К объявлению", "На согласование", "На согласование")
    # What was agreed to is what goes: an edit needs consent again.
    source = (await author.phone.messages(from_bot=False))[-1]["message_id"]
    await author.edit(source, "Совещание в пятницу")
    assert "снова черновик" in await author.sees()
    await third.press("Согласовать")
    assert "уже рассмотрено" in await third.sees()
    await author.press("К объявлению", "На согласование", "На согласование")
    await third.press("Согласовать")
    assert "Согласовано, отправляется" in await third.sees()
    await second.press("Согласовать")
    assert "уже рассмотрено" in await second.sees()
    assert len(await copies(first, "Совещание в пятницу")) == 1
    assert await state(strict) == "done"


async def test_nobody_else_can_agree(strict: World) -> None:
    author = await staff_member(strict, ADMIN)
    await head(strict, 101)
    await strict.storage.apply(lambda tx: staff.revoke(tx, SECOND, None, strict.now))
    await compose(author)
    await to_everyone(author)
    await author.press("На согласование")
    assert "Согласовать некому" in await author.toast()
    assert await state(strict) == "draft"
