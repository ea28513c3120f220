"""Subscriptions, vacations, leaving, stopping, erasing."""

from datetime import timedelta

import pytest

from bot.domain.letter import LetterState
from bot.domain.people.member import Role, SeatState
from bot.storage.ledger import obligations, replies
from bot.storage.people import seats
from bot.storage.post import letters
from bot.storage.schema import audit
from bot.views.callbacks import Delete, Leave, Mute, Pause
from tests.traces import traces
from tests.world import Head, World

GENERAL = "Общее образование"
SCHOOL = "МБОУ «Тихореченская основная общеобразовательная школа»"
BOTH = "МБОУ «Белояровская средняя общеобразовательная школа — детский сад»"
ROUND, OPENS = "Корректировка программ", "2026-09-03 09:00"


@pytest.fixture
async def head(head: Head) -> Head:
    """The head of a school, registered."""
    await head.join(GENERAL, SCHOOL)
    return head


@pytest.fixture
async def deputy(head: Head, deputy: Head) -> Head:
    """The deputy in the same school, registered."""
    await deputy.join(GENERAL, SCHOOL, "Заместитель")
    return deputy


async def settings(person: Head, *path: str) -> None:
    await person.send("/settings")
    await person.press(*path)


async def was_sent(person: Head, text: str) -> bool:
    """Whether the bot wrote of its own accord: not in answer to /tasks."""
    return any(text in one["text"] for one in await person.phone.messages())


# --- subscriptions ---


async def test_a_muted_topic_is_in_the_list_but_not_sent(world: World, head: Head) -> None:
    await settings(head, "Подписки по темам")
    assert "✅ Образовательные программы" in await head.buttons()
    # Topics of the department are nothing to a school.
    assert not any("Санитарные" in one for one in await head.buttons())
    await head.press("Образовательные программы")
    assert "🔕 Образовательные программы" in await head.buttons()
    await world.at(OPENS)
    assert not await was_sent(head, ROUND)
    await head.send("/tasks")
    assert ROUND in await head.sees()
    await world.at("2026-09-07 09:00")
    assert "Отдых и оздоровление" in await head.sees()
    await settings(head, "Подписки по темам", "Образовательные программы")
    # The screen changes first, then what was missed comes.
    assert ROUND in await head.sees()


async def test_a_muted_topic_brings_no_reminders(world: World, head: Head) -> None:
    await settings(head, "Подписки по темам", "Образовательные программы", "Отдых и оздоровление")
    await head.press("Классное руководство")
    await world.until("2026-09-21 12:00", step=timedelta(hours=24))
    assert not await was_sent(head, ROUND)
    assert not await was_sent(head, "Напоминаем")


async def test_a_muted_type(world: World, deputy: Head) -> None:
    person = await world.person("Цыренова Баирма", 105)
    await person.join(GENERAL, BOTH)
    await settings(person, "Подписки по типам")
    assert await person.buttons() == [f"✅ {GENERAL}", "✅ Дошкольное образование", "‹ Настройки"]
    await person.press(GENERAL)
    await world.at(OPENS)
    # It is also a kindergarten's matter, and that is not muted.
    assert await was_sent(person, ROUND)
    await world.at("2026-09-07 09:00")
    assert not await was_sent(person, "Отдых и оздоровление")
    await settings(person, "Подписки по типам", GENERAL)
    assert "Отдых и оздоровление" in await person.sees()


async def test_subscriptions_of_nothing(world: World, head: Head) -> None:
    await head.callback(Mute(scope="topic", value="nonsense").pack())
    assert "устарела" in await head.toast()
    await head.callback(Mute(scope="colour", value="sanitary").pack())
    assert "устарела" in await head.toast()


async def test_settings_without_an_organization(world: World, head: Head) -> None:
    await settings(head, "Уйти из организации", SCHOOL, "Уйти")
    await settings(head, "Подписки по типам")
    assert "когда вы зарегистрируетесь" in await head.sees()
    await settings(head)
    assert "Организация не выбрана" in await head.sees()
    assert "Уйти из организации" not in await head.buttons()


# --- vacations ---


async def test_a_vacation_by_button(world: World, head: Head, deputy: Head) -> None:
    await settings(head, "Отпуск", "На неделю")
    assert "возобновятся 3 сентября" in await head.sees()
    await settings(head)
    assert "Отпуск до 3 сентября" in await head.sees()
    await head.press("Отпуск", "На 2 недели")
    assert "возобновятся 10 сентября" in await head.sees()
    await world.at(OPENS)
    assert not await was_sent(head, ROUND)
    assert await was_sent(deputy, ROUND)
    await world.at("2026-09-07 09:00")
    await world.at("2026-09-10 08:59")
    assert not await was_sent(head, ROUND)
    await world.at("2026-09-10 09:00")
    # Back: what is still open, in one message.
    assert "3 новых запроса" in await head.sees()
    assert ROUND in await head.sees()


async def test_a_vacation_by_date(world: World, head: Head) -> None:
    await settings(head, "Отпуск")
    assert "например 10.09.2026" in await head.sees()
    for typed in ("вчера", "26.08.2026", "27.08.2026", "31.02.2027", "01.09.2028", "99", "<b>", "🌴"):
        await head.send(typed)
        assert "не раньше завтрашнего дня" in await head.sees(), typed
    await head.send("15.09.2026")
    assert "возобновятся 15 сентября" in await head.sees()
    # The conversation about the vacation is over.
    await head.send("16.09.2026")
    assert "Не понял" in await head.sees()
    await head.send("/start")
    assert "С возвращением" in await head.sees()
    await world.at(OPENS)
    assert await was_sent(head, ROUND)


async def test_a_vacation_that_is_not_meant(world: World, head: Head) -> None:
    await settings(head, "Отпуск", "‹ Настройки")
    await head.send("15.09.2026")
    assert "Не понял" in await head.sees()
    await head.callback(Pause(days=2**53).pack())
    assert "27 августа 2027" in await head.sees()
    await settings(head, "Отпуск", "Закончить отпуск")
    assert "С возвращением" in await head.sees()


async def test_back_early_gets_what_came_meanwhile(world: World, head: Head) -> None:
    await settings(head, "Отпуск", "На 4 недели")
    await world.at(OPENS)
    await settings(head, "Отпуск", "Закончить отпуск")
    assert ROUND in await head.sees()


# --- leaving ---


async def test_leaving_hands_over_to_the_successor(world: World, head: Head) -> None:
    await world.at(OPENS)
    form = await head.card(ROUND)
    await settings(head, "Уйти из организации", SCHOOL)
    assert "Уйти из организации?" in await head.sees()
    await head.press("‹ Настройки", "Уйти из организации", SCHOOL, "Уйти")
    assert "Вы ушли из организации" in await head.sees()
    successor = await world.person("Петров Олег", 102)
    await successor.join(GENERAL, SCHOOL)
    assert ROUND in await successor.sees()
    # Who left presses the old form, and writes: a polite word, and no answer in the ledger.
    await head.press_at(form, "Исполнено")
    assert "не для вас" in await head.toast()
    await head.send("12")
    assert "не связаны с организацией" in await head.sees()
    await head.send("Комментарий", reply_to=form)
    assert "не связаны с организацией" in await head.sees()
    await successor.press("Не начато", "Отправить")
    async with world.storage.read() as tx:
        (owed,), _ = await obligations.answered(tx, successor.id, 10, 0)
        newest = await replies.newest(tx, owed.id)
    assert newest is not None
    assert newest.by_id == successor.id
    await world.at("2026-09-07 09:00")
    assert not await was_sent(head, "Отдых и оздоровление")


async def test_the_deputy_is_asked_when_the_head_leaves(world: World, head: Head, deputy: Head) -> None:
    await world.at(OPENS)
    assert not await was_sent(deputy, ROUND)
    await settings(head, "Уйти из организации", SCHOOL, "Уйти")
    assert ROUND in await deputy.sees()


async def test_a_seat_of_somebody_else_cannot_be_left(world: World, head: Head, deputy: Head) -> None:
    async with world.storage.read() as tx:
        (seat,) = await seats.of_person(tx, head.id)
    await deputy.callback(Leave(seat=seat.id, sure=True).pack())
    assert "устарела" in await deputy.toast()
    async with world.storage.read() as tx:
        assert [one.state for one in await seats.of_person(tx, head.id)] == [SeatState.SEATED]


async def test_leaving_one_of_two(world: World, head: Head) -> None:
    await settings(head, "Добавить организацию", GENERAL, "Готово", BOTH, "Руководитель")
    await settings(head, "Уйти из организации", SCHOOL, "Уйти")
    assert "/settings" in await head.sees()
    await world.at(OPENS)
    assert BOTH in await head.sees()
    assert SCHOOL not in (await head.sees())


# --- stopping ---


async def test_stop_and_start(world: World, head: Head, deputy: Head) -> None:
    await head.send("/stop")
    assert "Сообщения остановлены" in await head.sees()
    await world.at(OPENS)
    assert not await was_sent(head, ROUND)
    assert await was_sent(deputy, ROUND)
    await head.send("/tasks")
    assert ROUND in await head.sees()
    await settings(head)
    assert "Сообщения остановлены" in await head.sees()
    before = await head.count()
    await head.send("/start")
    assert await head.count() == before + 2
    assert ROUND in await head.sees()


async def test_stopping_in_the_round_asks_the_deputy(world: World, head: Head, deputy: Head) -> None:
    await world.at(OPENS)
    await head.send("/stop")
    assert ROUND in await deputy.sees()


async def test_who_stopped_left_and_comes_back_is_asked_again(world: World, head: Head) -> None:
    await head.send("/stop")
    await settings(head, "Уйти из организации", SCHOOL, "Уйти")
    await head.send("/start")
    await head.press(GENERAL, "Готово", SCHOOL, "Руководитель")
    await world.at(OPENS)
    assert await was_sent(head, ROUND)


# --- erasing ---


async def test_delete_erases_the_person_and_keeps_the_answer(world: World) -> None:
    head = await world.person("Краснопёрова Дарима", 7_700_123_456)
    signs = (head.id, "Краснопёрова", "Дарима")
    await head.join(GENERAL, SCHOOL)
    await settings(head, "Подписки по темам", "Олимпиадное")
    await world.at(OPENS)
    await head.press("Не начато", "Отправить")
    await head.send("Приказ готовится", reply_to=await head.card("Ответ принят"))
    await world.until("2026-09-08 10:00", step=timedelta(hours=24))
    await head.press("Исполнено")
    await settings(head, "Отпуск")
    await head.send("/delete")
    await head.press("Не удалять")
    assert "ничего не удалено" in await head.sees()
    assert "people" in await traces(world, *signs)
    await head.send("/delete")
    assert "Удалить ваши данные?" in await head.sees()
    await head.press("Удалить")
    assert "Ваши данные удалены" in await head.sees()
    assert await traces(world, *signs) == {}
    # A successor finds the answer, without a name.
    successor = await world.person("Петров Олег", 102)
    await successor.join(GENERAL, SCHOOL)
    async with world.storage.read() as tx:
        (owed,), _ = await obligations.answered(tx, successor.id, 10, 0)
        newest = await replies.newest(tx, owed.id)
        remarks = await replies.remarks_to(tx, owed.id)
    assert newest is not None
    assert (newest.values["status"], newest.by_id, newest.by_name) == ("Не начато", None, None)
    assert [(one.text, one.by_name) for one in remarks] == [("Приказ готовится", None)]
    assert await audited(world, "person.erased") == 1
    # The bot knows a stranger.
    await head.send("привет")
    assert "нажмите /start" in await head.sees()
    assert await traces(world, *signs) == {}


async def audited(world: World, action: str) -> int:
    async with world.storage.read() as tx:
        return len([row for row in await tx.execute(audit.select()) if row.action == action])


async def test_who_waits_may_be_erased(approving: World, admin: Head) -> None:
    head = await approving.person("Краснопёрова Дарима", 7_700_123_456)
    await head.send("/start")
    await head.press("Согласен", GENERAL, "Готово", SCHOOL, "Руководитель")
    await head.block()
    await head.unblock()
    await head.send("/delete")
    await head.press("Удалить")
    assert await traces(approving, head.id, "Краснопёрова") == {}
    await admin.press("Подтвердить")
    assert "отозвана" in await admin.sees()


async def test_the_erased_is_written_to_no_more(world: World, head: Head) -> None:
    await world.at(OPENS)
    await head.send("/delete")
    await head.press("Удалить")
    before = await head.count()
    await world.until("2026-09-17 12:00", step=timedelta(hours=24))
    assert await head.count() == before


async def test_an_old_delete_button_of_a_stranger(world: World, head: Head) -> None:
    await head.send("/delete")
    await head.press("Удалить")
    await head.callback(Delete(sure=True).pack())
    assert await head.toast()
    await head.send("/start")
    await head.press("Согласен", GENERAL, "Готово", SCHOOL, "Руководитель")
    async with world.storage.read() as tx:
        assert [one.role for one in await seats.of_person(tx, head.id)] == [Role.HEAD]
        assert await letters.count(tx, LetterState.FAILED) == 0
