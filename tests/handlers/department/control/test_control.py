"""Curators see how rounds stand, look at answers and decide about them; heads hear of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.ledger.control import Part
from bot.domain.ledger.obligation import UNANSWERED, Obligation, ObligationState
from bot.domain.letter import LetterState
from bot.domain.people.member import StaffRole
from bot.storage.ledger import addressing, obligations, rounds
from bot.storage.people import staff
from bot.storage.schema import audit
from bot.views.callbacks.control import (
    Accept,
    Answer,
    Detail,
    Due,
    Excuse,
    InRound,
    RemindNow,
    Return,
    ReturnDue,
    Together,
    Withdraw,
)
from tests import messengers
from tests.handlers.answering.ledger import EVERY_KIND, every_kind, fill
from tests.handlers.department.staff import chief, employee, small_world
from tests.people import ADMIN, CURATOR, VIEWER
from tests.texts.department import Control, Panel
from tests.texts.example import Club, Titles
from tests.texts.heads import Anywhere, Form, Misfit, Registration, Reminder
from tests.world import Head, World, catalog_of, living

SCHOOL, OTHER = "Сосновоозёрская", "Белоярская"
TAP = "Положение утверждено"


world, admin = small_world(), chief


async def seated(world: World, id: int, name: str, organization: str, type_: str = "Общее") -> Head:
    """The head of an organization."""
    head = await world.person(name, id)
    await head.join(type_, organization)
    return head


@pytest.fixture
async def head(world: World, admin: Head) -> Head:
    """The head of the school; the requests have come."""
    return await seated(world, 101, "Иванова Мария", SCHOOL)


async def owed(world: World, id: int) -> Obligation:
    """The ledger's row."""
    async with world.storage.read() as tx:
        obligation = await obligations.get(tx, id)
    assert obligation is not None
    return obligation


async def state(world: World, id: int) -> ObligationState:
    """How it stands in the ledger."""
    return (await owed(world, id)).state


async def logged(world: World, *actions: str) -> list[Any]:
    """Rows of the log."""
    async with world.storage.read() as tx:
        return list(await tx.execute(sa.select(audit).where(audit.c.action.in_(actions)).order_by(audit.c.id)))


async def on_screen(person: Head, *texts: str) -> str:
    """The bot's message that contains all of the texts."""
    said = [str(message["text"]) for message in await person.phone.messages()]
    found = [one for one in said if all(text in one for text in texts)]
    assert found, f"none of the messages has {texts}:\n{await person.screen()}"
    return found[-1]


@pytest.mark.slow
async def test_from_the_desk_to_an_answer_in_three_taps(world: World, head: Head, admin: Head) -> None:
    await world.at("2026-10-06 09:00")
    await head.press(TAP, Form.YES)
    await head.send("Приказ приложен", reply_to=await head.card(Form.ACCEPTED))
    await admin.send("/panel")
    await admin.press(Panel.CONTROL)
    text = await admin.sees()
    assert f"{Control.OPEN}: 2" in text
    assert (
        f"Положение утверждено · Осень\n{Control.ANSWERED} 1 из 3\n{Control.DUE}: 15 октября, четверг (осталось 9 дней)"
        in text
    )
    await admin.press(TAP)
    text = await admin.sees()
    assert f"{Control.ANSWERED} 1 из 3\n{Control.TO_REVIEW}: 1" in text
    assert (await admin.buttons())[1:3] == ["📭 Детский сад «Ёлочка»", "📨 Сосновоозёрская школа"]
    assert "📭 не дошло · 📨 представлено" in text
    await admin.press(SCHOOL)
    text = await admin.sees()
    assert f"{Control.SEEN}: 6 октября в 09:00 · Мария Иванова" in text
    assert "Ответ 6 октября в 09:00 · Мария Иванова\n• Положение утверждено: да" in text
    assert "Мария Иванова: Приказ приложен" in text
    # The way back leads to where the person came from, and to the desk in the end.
    await admin.press(Panel.BACK, f"{Control.UNANSWERED}: 2")
    assert not any(SCHOOL in button for button in await admin.buttons())
    await admin.press(OTHER, Panel.BACK)
    assert f"• {Control.UNANSWERED}: 2" in await admin.buttons()
    await admin.press(Panel.BACK, Panel.TO_PANEL)
    assert Panel.HEADING in await admin.sees()


@pytest.mark.slow
async def test_answers_are_checked_one_after_another(world: World, head: Head, admin: Head) -> None:
    other = await seated(world, 102, "Петров Олег", OTHER)
    garden = await seated(world, 103, "Сидорова Ольга", "Ёлочка", "Дошкольное")
    await world.at("2026-10-06 09:00")
    for person in (head, other):
        await person.press(TAP, Form.YES)
    await garden.press(Form.YES)
    await admin.send("/status")
    await admin.press(TAP, f"{Control.TO_REVIEW}: 3", OTHER)
    assert f"{Control.FOLLOWING} (2) ›" in await admin.buttons()
    # The next without a decision, and the one after it; «Принять» leads on by itself.
    await admin.press(Control.FOLLOWING)
    assert "Ёлочка" in await admin.sees()
    await admin.press(Control.ACCEPT)
    assert await admin.toast() == "Принято: исполнено"
    assert f"✅ {Titles.DONE}: Детский сад «Ёлочка»" in await admin.sees()
    assert "Сосновоозёрская школа" in await admin.sees()
    # A slip of the finger is a press away.
    await admin.press("‹ Отменить принятие")
    assert "Ёлочка" in await admin.sees()
    await admin.press(Control.ACCEPT, Control.ACCEPT, Control.ACCEPT)
    assert [await state(world, id) for id in (3, 4, 5)] == [ObligationState.ACCEPTED] * 3
    assert not any(Control.FOLLOWING in button for button in await admin.buttons())
    # Elsewhere «Принять» stays where it is.
    await admin.press(Control.UNDO)
    await admin.callback(Answer(obligation=3).pack())
    await admin.press(Control.UNDO, Control.ACCEPT)
    assert f"{Titles.DONE}, 6 октября" in await admin.sees()


@pytest.mark.slow
async def test_an_answer_is_accepted_and_the_slip_of_a_finger_taken_back(world: World, head: Head, admin: Head) -> None:
    await world.at("2026-10-06 09:00")
    await head.press(TAP, Form.YES)
    await admin.send("/status")
    await admin.press(TAP, f"{Control.TO_REVIEW}: 1", SCHOOL, Control.ACCEPT)
    assert await admin.toast() == "Принято: исполнено"
    assert "✅ Исполнено, 6 октября в 09:00" in await admin.sees()
    one = next(row for row in await logged(world, "obligation.accepted"))
    assert (one.by_id, one.directive_id, one.organization_id) == (
        admin.id,
        "tap",
        (await owed(world, 3)).organization_id,
    )
    await head.send("/history")
    assert "✅ Исполнено, срок 15 октября" in await head.sees()
    await head.press("1.")
    assert "✅ Исполнено. Ответ 6 октября" in await head.sees()
    assert Form.CHANGE not in await head.buttons()
    # A button of the time before: nothing changes any more.
    await head.callback("fi:3")
    await head.callback("fc:3:0:0")
    assert (await owed(world, 3)).version == 1
    await admin.press(Control.UNDO)
    assert await state(world, 3) is ObligationState.ANSWERED
    await head.callback("fo:3")
    assert Form.CHANGE in await head.buttons()
    await admin.press(Control.EXCUSE, "Снять без причины")
    assert Form.EXCUSED in await admin.sees()
    await admin.press(Control.UNDO, Control.HISTORY)
    text = await admin.sees()
    for line in ("Ответ, версия 1 · Мария Иванова", "Исполнено · Анна Начальник", "Решение отменено · Анна Начальник"):
        assert line in text


@pytest.mark.slow
async def test_returned_for_rework_with_a_comment_and_answered_anew(world: World, head: Head, admin: Head) -> None:
    await world.at("2026-10-05 09:00")
    await fill(head)
    await head.press(Form.SEND)
    await world.at("2026-10-16 19:00")
    await admin.callback(InRound(round=1).pack())
    await admin.press(f"{Control.TO_REVIEW}: 1", SCHOOL, Control.RETURN)
    assert Control.WHAT_TO_CORRECT in await admin.sees()
    await admin.send("?")
    assert "от 3 до 1000 знаков" in await on_screen(admin, Control.WHAT_TO_CORRECT)
    await admin.send_sticker()
    await admin.send("Уточните <число> девочек")
    text = await on_screen(admin, "Вернуть на доработку?")
    assert "Уточните <число> девочек" in text
    # The due date has passed: it cannot stay. Friday evening: the next working day is Monday.
    days = [button for button in await admin.buttons() if "дня" in button or "день" in button or "дней" in button]
    assert days == ["1 рабочий день: 19 октября", f"{Control.THREE_DAYS}: 21 октября", "7 дней: 23 октября"]
    await admin.press(Control.THREE_DAYS)
    assert await admin.toast() == "Возвращено. Сообщение уйдёт 19 октября в 09:00."
    assert Form.ACCEPTED in await head.sees(), "nobody is written to on a Friday evening"
    await world.at("2026-10-19 09:00")
    text = await head.sees()
    assert "↩️ Возвращено на доработку\nУточните <число> девочек" in text
    assert f"{Control.DUE}: 21 октября, среда" in text
    assert "• Занимается: 120 чел." in text
    obligation = await owed(world, 1)
    assert (obligation.state, obligation.comment) == (ObligationState.RETURNED, "Уточните <число> девочек")
    await head.send("/tasks")
    assert "↩️ Возвращено на доработку" in await head.sees()
    # The ladder runs again, from the new date.
    await world.at("2026-10-20 09:00")
    assert Reminder.HEADING in await head.sees()
    await head.press(Club.TITLE)
    assert "Уточните <число> девочек" in await head.sees()
    assert Form.CHECK in await head.sees()
    await head.press(Form.CHANGE, "из них девочек")
    assert "Уточните <число> девочек" in await head.sees()
    await head.send("55")
    await head.press(Form.SEND)
    assert Form.ACCEPTED in await head.sees()
    await admin.callback(Answer(obligation=1).pack())
    text = await admin.sees()
    assert f"📨 {Control.REPORTED}\nБыло замечание: Уточните <число> девочек" in text
    await admin.press("Версии (2)")
    assert "Версия 1 · 5 октября в 09:00" in await admin.sees()
    # The first answer was in time: rework is no delay.
    await admin.press(Control.TO_ANSWER, Control.ACCEPT)
    assert "✅ Исполнено, 20 октября" in await admin.sees()


@pytest.mark.slow
async def test_what_is_returned_can_be_sent_as_it_was(world: World, head: Head, admin: Head) -> None:
    await world.at("2026-10-05 09:00")
    await fill(head)
    await head.press(Form.SEND)
    await admin.callback(Return(obligation=1, version=1).pack())
    await admin.send("Приложите приказ")
    await admin.press("Срок прежний: 15 октября")
    await head.callback("fo:1")
    await head.press(Form.SEND)
    assert ((await owed(world, 1)).version, await state(world, 1)) == (2, ObligationState.ANSWERED)


@pytest.mark.slow
async def test_files_come_to_whoever_looks(world: World, head: Head, admin: Head) -> None:
    await world.at("2026-10-05 09:00")
    await head.press(Club.WORKS, "Лыжи", Form.DONE, Form.YES)
    await head.send("120\n60\n12,5")
    await head.press(Form.YESTERDAY, Form.SKIP)
    await head.send("school.ru/club")
    await head.send_file("приказ 12.pdf")
    await head.send_photo()
    await head.press(Form.DONE, Form.SEND)
    await head.send_file("положение.pdf", reply_to=await head.card(Form.ACCEPTED))
    gone = await head.send_file("лишнее.pdf", reply_to=await head.card(Form.ACCEPTED))
    await admin.callback(Answer(obligation=1).pack())
    del world.telegram.world.chats[head.phone.id].messages[gone]
    await admin.press("Файлы (4)")
    assert await admin.toast() == "Отправляю файлы: 4"
    got = [message for message in await admin.phone.messages() if message["kind"] in ("document", "photo")]
    assert sorted(one["media"]["name"] for one in got if one["kind"] == "document") == [
        "положение.pdf",
        "приказ 12.pdf",
    ]
    assert [one["kind"] for one in got].count("photo") == 1
    assert all(f"Сосновоозёрская школа\n{Club.TITLE}: " in one["text"] for one in got)
    assert "отправитель удалил сообщение" in await on_screen(admin, "Файл недоступен")
    viewer = await employee(world, VIEWER, "Гость Вера", StaffRole.VIEWER)
    await viewer.callback(Detail(obligation=1, what="files").pack())
    assert (await viewer.received_file())[0] in ("положение.pdf", "приказ 12.pdf")
    await viewer.callback(Detail(obligation=2, what="files").pack())
    assert await viewer.toast() == "Файлов нет"


@pytest.mark.slow
async def test_remind_now(world: World, head: Head, admin: Head) -> None:
    deputy = await world.person("Петров Олег", 102)
    await deputy.join("Общее", SCHOOL, Registration.DEPUTY)
    other = await seated(world, 103, "Дугарова Соёлма", OTHER)
    await world.at("2026-10-05 09:00")
    await fill(other)
    await other.press(Form.SEND)
    # Asked an hour ago: who presses now means it.
    await world.at("2026-10-05 10:00")
    await admin.callback(InRound(round=1).pack())
    await admin.press(Control.REMIND)
    assert (
        f"{Control.UNANSWERED}: 1 организация.\n{Control.REMINDER_LEAVES} 1 человеку: 1 организация."
        in await admin.sees()
    )
    assert await world.letters(LetterState.WAITING) == 0
    await admin.press(Control.REMIND)
    assert await admin.toast() == f"{Control.REMINDING} 1 человеку"
    assert f"{Reminder.HEADING}: ждём ваш ответ" in await head.sees()
    assert Reminder.HEADING not in await deputy.sees()
    assert Form.ACCEPTED in await other.sees()
    # Another curator, who still has the screen of before, hears of it first.
    curator = await employee(world, CURATOR, "Куратор Пётр", StaffRole.CURATOR)
    await world.at("2026-10-05 19:00")
    before = await head.count()
    await curator.callback(RemindNow(round=1, sure=True).pack())
    text = await curator.sees()
    assert f"{Control.ALREADY_REMINDED} 5 октября в 10:00 · Анна Начальник" in text
    assert "нерабочее время: напоминание уйдёт 6 октября в 09:00" in text
    await curator.press(Control.REMIND_AGAIN)
    assert await curator.toast() == f"{Control.REMINDER_LEAVES} 6 октября в 09:00. Получателей: 1"
    assert await head.count() == before
    await world.at("2026-10-06 09:00")
    assert Reminder.HEADING in await head.sees()
    assert [row.by_id for row in await logged(world, "round.reminded")] == [admin.id, curator.id]
    # A day later it is no repetition. The head is on vacation: the deputy is written to.
    await world.at("2026-10-07 11:00")
    await head.send("/stop")
    await world.at("2026-10-07 12:00")
    await curator.callback(RemindNow(round=1).pack())
    assert Control.ALREADY_REMINDED not in await curator.sees()
    await curator.press(Control.REMIND)
    assert Reminder.HEADING in await deputy.sees()
    await deputy.send("/stop")
    await curator.callback(RemindNow(round=1).pack())
    assert "Некому писать: 1 организация." in await curator.sees()
    assert Control.REMIND_AGAIN not in await curator.buttons()


@pytest.mark.slow
async def test_all_are_accepted_but_what_was_not_seen(world: World, head: Head, admin: Head) -> None:
    other = await seated(world, 103, "Дугарова Соёлма", OTHER)
    garden = await seated(world, 104, "Цыренова Баирма", "Ёлочка", "Дошкольное")
    await world.at("2026-10-06 09:00")
    await head.press(TAP, Form.YES)
    await other.press(TAP, Form.YES)
    await garden.press(Control.NOT_OURS)
    await garden.send("У нас нет положения")
    await garden.press(Form.SEND)
    await admin.callback(InRound(round=2).pack())
    assert f"1 организация пишет: «{Control.NOT_OURS}»" in await admin.sees()
    await admin.press(f"{Control.ACCEPT_ALL} (2)")
    assert f"«{Control.NOT_OURS}» (1) останутся" in await admin.sees()
    await world.at("2026-10-06 09:05")
    await other.press(Form.CHANGE, "Положение утверждено", Form.NO)
    await admin.press(f"{Control.ACCEPT_ALL} (2)")
    assert await admin.toast() == "Принято 1 из 2: остальные изменились"
    states = [await state(world, id) for id in (3, 4, 5)]
    assert sorted(states) == [ObligationState.ACCEPTED, ObligationState.ANSWERED, ObligationState.ANSWERED]
    await admin.press(f"{Control.ACCEPT_ALL} (1)", f"{Control.ACCEPT_ALL} (1)")
    assert await admin.toast() == "Принято: 1"
    await admin.press(f"{Control.TO_REVIEW}: 1")
    assert "🚫 Детский сад «Ёлочка»" in await admin.buttons()
    assert "🚫 не относится к организации" in await admin.sees()
    await admin.press("Ёлочка", Control.EXCUSE)
    await admin.send("Согласны: положения нет")
    await garden.send("/history")
    assert Form.EXCUSED in await garden.sees()
    await garden.press("1.")
    assert "отвечать не нужно.\nСогласны: положения нет" in await garden.sees()
    assert len(await logged(world, "obligation.accepted")) == 2


@pytest.mark.slow
async def test_those_who_owe_are_excused_together(world: World, head: Head, admin: Head) -> None:
    await world.at("2026-10-06 09:00")
    await head.press(TAP, Form.YES)
    await admin.callback(InRound(round=2).pack())
    await admin.press(Control.EXCUSE_UNANSWERED)
    assert f"{Control.UNANSWERED}: 2 организации. Отвечать будет не нужно." in await admin.sees()
    assert "Снять (2)" in await admin.buttons()
    await admin.press(Control.CANCEL, Control.EXCUSE_UNANSWERED, "Снять (2)")
    assert f"{Control.ANSWERED} 1 из 1\n{Control.TO_REVIEW}: 1 · снято с контроля: 2" in await admin.sees()
    assert await state(world, 3) is ObligationState.ANSWERED
    await admin.callback(Together(round=2, what="excuse", at=1).pack())
    assert Control.ALL_ANSWERED in await admin.toast()
    # One of them is owed again, reminders included.
    await admin.callback(Withdraw(obligation=4, state=ObligationState.EXCUSED).pack())
    async with world.storage.read() as tx:
        (obligation,) = await obligations.of_round(tx, 2, UNANSWERED)
        reminded = await addressing.due_reminders(tx, world.now.replace(day=20), 10)
    assert (obligation.id, obligation.id in [each.id for each in reminded]) == (4, True)


@pytest.mark.slow
async def test_more_time_for_one_that_outlasts_the_round(world: World, head: Head, admin: Head) -> None:
    await world.at("2026-10-06 09:00")
    await admin.callback(InRound(round=1).pack())
    await admin.press(SCHOOL, "Продлить срок")
    text = await admin.sees()
    assert "Сосновоозёрская школа\nСейчас: 15 октября, четверг" in text
    assert (await admin.buttons())[:3] == [
        f"{Control.THREE_DAYS}: 20 октября, вторник",
        "7 дней: 22 октября, четверг",
        "14 дней: 29 октября, четверг",
    ]
    for typed, said in (
        ("завтра вечером", Misfit.NOT_A_DATE),
        ("01.10.2026", "Эта дата уже прошла: 1 октября, четверг."),
        ("14.10.2026", "Новый срок должен быть позже нынешнего: 15 октября, четверг."),
        ("01.12.2035", "не больше года вперёд"),
    ):
        await admin.send(typed)
        assert said in await on_screen(admin, "Выберите новый срок"), typed
    await admin.send("До 14 ноября включительно")
    text = await on_screen(admin, "Продлить срок?")
    assert f"14 ноября, суббота — нерабочий день, срок переносится.\n{Control.NEW_DUE}: 16 ноября, понедельник" in text
    assert (await owed(world, 1)).due_at == (await owed(world, 1)).round.due_at
    await admin.press(Control.EXTEND)
    assert await admin.toast() == f"{Control.EXTENDED}: 1 организация"
    assert f"🕓 {Control.EXTENDED}" in await admin.sees()
    assert "до 16 ноября" in await head.sees()
    # The round has closed for everybody else.
    await world.at("2026-11-10 09:00")
    await admin.send("/status")
    assert f"{Control.CLOSED} 29 октября\n🕓 Некоторым срок продлён" in await admin.sees()
    await world.at("2026-11-13 09:00")
    assert Reminder.HEADING in await head.sees()
    await world.at("2026-11-16 10:00")
    await head.press(Club.TITLE)
    await fill(head)
    await head.press(Form.SEND)
    assert await state(world, 1) is ObligationState.ANSWERED
    await world.at("2026-11-17 10:00")
    await admin.send("/status")
    await admin.press(Control.ENDED, Club.TITLE, f"{Control.TO_REVIEW}: 1", SCHOOL, Control.ACCEPT)
    assert "✅ Исполнено, 17 ноября" in await admin.sees(), "in time, since the due date was moved"
    await admin.press(Panel.BACK, Panel.BACK)
    assert f"{Control.ENDED} запросы" in await admin.sees()


async def test_more_time_for_all_that_have_not_answered(world: World, head: Head, admin: Head) -> None:
    await world.at("2026-10-06 09:00")
    await head.press(TAP, Form.YES)
    await admin.callback(InRound(round=2).pack())
    await admin.press(Control.EXTEND_ALL, "7 дней")
    assert f"2 организации\n\n{Control.NEW_DUE}: 22 октября, четверг" in await admin.sees()
    await admin.press(Control.EXTEND)
    assert await admin.toast() == f"{Control.EXTENDED}: 2 организации"
    assert {(await owed(world, id)).due_at.day for id in (4, 5)} == {22}
    assert (await owed(world, 3)).due_at.day == 15
    assert len(await logged(world, "obligation.extended")) == 2


@pytest.mark.slow
async def test_more_time_for_all_of_whom_some_have_another_due_date(world: World, head: Head, admin: Head) -> None:
    """One answer was sent back until tomorrow: what is offered is later than the day that the others have."""
    await world.at("2026-10-06 09:00")
    await head.press(TAP, Form.YES)
    await admin.send("/status")
    await admin.press(TAP, f"{Control.TO_REVIEW}: 1", SCHOOL, Control.RETURN)
    await admin.send("Приложите приказ")
    await admin.press("1 рабочий день")
    await admin.callback(InRound(round=2).pack())
    await admin.press(Control.EXTEND_ALL)
    assert "Сейчас: 15 октября, четверг, у некоторых другой" in await admin.sees()
    # A day that is later for that one alone is said to be.
    await admin.send("13.10")
    assert f"1 организация из 3: у остальных срок не раньше\n\n{Control.NEW_DUE}: 13 октября" in await admin.sees()
    await admin.callback(InRound(round=2).pack())
    await admin.press(Control.EXTEND_ALL, Control.THREE_DAYS)
    assert f"3 организации\n\n{Control.NEW_DUE}: 20 октября, вторник" in await admin.sees()


@pytest.mark.slow
async def test_what_is_late_is_called_so(world: World, head: Head, admin: Head) -> None:
    await world.at("2026-10-06 09:00")
    await world.at("2026-10-16 10:00")
    await admin.send("/status")
    assert f"{Control.ANSWERED} 0 из 3, не ответили в срок: 3" in await admin.sees()
    await head.callback("fo:3")
    await head.press(Form.YES)
    await admin.press(TAP)
    assert "❗️ Белоярская школа" in await admin.buttons()
    assert "❗️ просрочено" in await admin.sees()
    await admin.press(SCHOOL, Control.ACCEPT)
    assert "✅ Исполнено с нарушением срока" in await admin.sees()
    await world.at("2026-11-01 10:00")
    await admin.callback(RemindNow(round=2).pack())
    assert Control.ALL_ANSWERED in await admin.toast(), "a closed round reminds nobody"


async def test_nothing_is_overdue_where_nobody_owes_an_answer(tmp_path: Path) -> None:
    """There are no schools, and then the kindergarten has answered."""
    every_kind(tmp_path)
    roster = "organizations:\n  - {code: k1, name: Детский сад «Ёлочка», types: [preschool]}\n"
    (tmp_path / "organizations.yaml").write_text(roster, encoding="utf-8")
    async with living(tmp_path, catalog_of(EVERY_KIND, tmp_path / "organizations.yaml"), admin_ids=(ADMIN,)) as world:
        admin = await employee(world, ADMIN, "Начальник Анна")
        head = await seated(world, 101, "Иванова Мария", "Ёлочка", "Дошкольное")
        await world.at("2026-10-05 09:00")
        await world.at("2026-10-06 09:00")
        await world.at("2026-10-16 10:00")
        await admin.send("/status")
        due = f"{Control.DUE}: 15 октября, четверг"
        assert f"{Club.TITLE} · Осень\nНикому не направлено\n{due} (прошёл)" in await admin.sees()
        assert (
            f"{Control.ANSWERED} 0 из 1, не ответили в срок: 1\n{due} ({Reminder.OVERDUE} 1 день)" in await admin.sees()
        )
        await head.callback("fo:1")
        await head.press(Form.YES)
        await admin.press(TAP)
        assert f"{due} (прошёл)\n\n{Control.ANSWERED} 1 из 1" in await admin.sees()


@pytest.mark.slow
async def test_of_two_curators_the_first_decides(world: World, head: Head, admin: Head) -> None:
    curator = await employee(world, CURATOR, "Куратор Пётр", StaffRole.CURATOR)
    await world.at("2026-10-06 09:00")
    await head.press(TAP, Form.YES)
    await admin.callback(Answer(obligation=3).pack())
    await curator.callback(Return(obligation=3, version=1).pack())
    await curator.send("Приложите копию")
    await admin.press(Control.ACCEPT)
    await curator.press(Control.THREE_DAYS)
    assert Control.AS_IT_IS_NOW in await curator.toast()
    assert "✅ Исполнено" in await curator.sees()
    assert await state(world, 3) is ObligationState.ACCEPTED
    # The curator wants to excuse it, and has been overtaken again.
    await admin.press(Control.UNDO)
    await curator.callback(Excuse(obligation=3, version=1, sure=False).pack())
    await admin.press(Control.ACCEPT)
    await curator.send("Ошиблись адресом")
    assert await on_screen(curator, "❗️ Уже решено или ответ изменился", "✅ Исполнено")
    # An answer that changed while it was looked at is not accepted unseen.
    await admin.press(Control.UNDO)
    await head.callback("fo:3")
    await head.press(Form.CHANGE, "Положение утверждено", Form.NO)
    await admin.press(Control.ACCEPT)
    assert Control.AS_IT_IS_NOW in await admin.toast()
    assert await state(world, 3) is ObligationState.ANSWERED
    assert "• Положение утверждено: нет" in await admin.sees()
    await admin.press(Control.ACCEPT)
    assert await state(world, 3) is ObligationState.ACCEPTED


# Every button that changes something.
DEEDS: list[Callable[[], str]] = [
    Accept(obligation=3, version=1).pack,
    Return(obligation=3, version=1).pack,
    ReturnDue(obligation=3, version=1, day=0).pack,
    Excuse(obligation=3, version=1, sure=True).pack,
    Withdraw(obligation=3, state=ObligationState.ACCEPTED).pack,
    Due(round=2, obligation=3, day=20261022, sure=True).pack,
    Due(round=2, day=20261022, sure=True).pack,
    RemindNow(round=2, sure=True).pack,
    Together(round=2, what="accept", at=2**53).pack,
    Together(round=2, what="excuse", at=2**53).pack,
]


@pytest.mark.slow
async def test_who_may_not_decide_changes_nothing(world: World, head: Head, admin: Head) -> None:
    viewer = await employee(world, VIEWER, "Гость Вера", StaffRole.VIEWER)
    stranger = await employee(world, CURATOR, "Куратор Пётр", StaffRole.CURATOR, topics={"sport"})
    await world.at("2026-10-06 09:00")
    await head.press(TAP, Form.YES)
    await viewer.callback(InRound(round=2).pack())
    assert not {Control.REMIND, Control.EXTEND_ALL, "Принять все (1)"} & set(await viewer.buttons())
    await viewer.callback(Answer(obligation=3).pack())
    assert not {Control.ACCEPT, Control.RETURN, Control.EXCUSE} & set(await viewer.buttons())
    for person in (viewer, stranger, head):
        for deed in DEEDS:
            heard = len(await person.phone.alerts())
            await person.callback(deed())
            assert len(await person.phone.alerts()) == heard + 1, deed()
            assert Anywhere.NOT_YOURS in await person.toast()
    for looks in (InRound(round=2), Answer(obligation=3), Detail(obligation=3, what="files")):
        await stranger.callback(looks.pack())
        assert Control.NO_ROUND in await stranger.toast()
        await head.callback(looks.pack())
        assert Anywhere.NOT_YOURS in await head.toast()
    await head.send("/status")
    assert Panel.STAFF_ONLY in await head.sees()
    await stranger.send("/status")
    assert TAP not in await stranger.sees()
    assert await state(world, 3) is ObligationState.ANSWERED
    assert not await logged(world, "obligation.accepted", "obligation.excused", "obligation.extended", "round.reminded")
    # What nobody can mean.
    for data in (
        InRound(round=99).pack(),
        Answer(obligation=99).pack(),
        "kv:3:x:all:0",
        Due(round=1, obligation=3, day=20261022).pack(),
    ):
        heard = len(await admin.phone.alerts())
        await admin.callback(data)
        assert len(await admin.phone.alerts()) == heard + 1
    for late in (
        Due(round=2, obligation=4, day=99999999),
        Due(round=2, obligation=4, day=20260101, sure=True),
        ReturnDue(obligation=3, version=1, day=20261231),
    ):
        await admin.callback(late.pack())
    assert (await owed(world, 4)).due_at == (await owed(world, 4)).round.due_at
    assert await state(world, 3) is ObligationState.ANSWERED


@pytest.mark.slow
async def test_a_role_that_ends_ends_what_was_begun(world: World, head: Head, admin: Head) -> None:
    curator = await employee(world, CURATOR, "Куратор Пётр", StaffRole.CURATOR, types={"preschool"})
    await world.at("2026-10-06 09:00")
    await head.press(TAP, Form.YES)
    # Within the limits: of the request for all, the kindergarten alone.
    await curator.send("/status")
    assert f"{Control.ANSWERED} 0 из 1" in await curator.sees()
    await curator.press(TAP, Control.EXCUSE_UNANSWERED, "Снять (1)")
    assert [await state(world, id) for id in (3, 4, 5)].count(ObligationState.EXCUSED) == 1
    await curator.press("Ёлочка", Control.UNDO, Control.EXCUSE)
    await world.storage.apply(
        lambda tx: staff.revoke(tx, messengers.person(CURATOR), messengers.person(ADMIN), world.now)
    )
    await curator.send("Больше не нужно")
    assert Panel.NO_ACCESS in await curator.sees()
    assert ObligationState.EXCUSED not in [await state(world, id) for id in (3, 4, 5)]


@pytest.mark.slow
async def test_a_thousand_organizations_are_leafed_through(tmp_path: Path) -> None:
    every_kind(tmp_path)
    roster = "".join(f"  - {{code: s{n}, name: Школа {n:04}, types: [general]}}\n" for n in range(1, 1001))
    (tmp_path / "organizations.yaml").write_text(f"organizations:\n{roster}", encoding="utf-8")
    catalog = catalog_of(EVERY_KIND, tmp_path / "organizations.yaml")
    async with living(tmp_path, catalog, admin_ids=(ADMIN,)) as world:
        admin = await employee(world, ADMIN, "Начальник Анна")
        await world.at("2026-10-05 09:00")
        await admin.send("/status")
        await admin.press(Club.TITLE)
        assert "📭 Школа 0010" in await admin.buttons()
        await admin.press("»", "»", "›", "Школа 0215")
        assert "Школа 0215" in await admin.sees()
        await admin.press(Panel.BACK)
        assert "21 / 100" not in await admin.buttons()
        assert "22 / 100" in await admin.buttons()
        await admin.callback(InRound(round=1, part=Part.OWING, page=10**6).pack())
        assert "📭 Школа 1000" in await admin.buttons()
        await admin.press(Control.EXTEND_ALL, "14 дней", Control.EXTEND)
        assert await admin.toast() == f"{Control.EXTENDED}: 1000 организаций"


async def test_rounds_are_leafed_through(world: World, admin: Head) -> None:
    async with world.storage.read() as tx:
        assert await rounds.open_now(tx, world.now) == []
    await admin.send("/status")
    assert Control.NONE_OPEN in await admin.sees()
    await admin.press(Control.ENDED)
    assert "Завершённых запросов пока нет" in await admin.sees()
    await admin.press(Panel.BACK, Panel.TO_PANEL)
    assert Panel.HEADING in await admin.sees()


@pytest.mark.slow
async def test_an_answer_is_corrected_while_the_comment_is_written(world: World, head: Head, admin: Head) -> None:
    """What the curator has written stays, and they see what it is about now."""
    await world.at("2026-10-06 09:00")
    await head.press(TAP, Form.YES)
    await admin.send("/status")
    await admin.press(TAP, f"{Control.TO_REVIEW}: 1", SCHOOL, Control.RETURN)
    await head.press(Form.CHANGE, "Положение утверждено: да", Form.NO)
    await admin.send("Приложите приказ")
    text = await admin.sees()
    assert "Ответ тем временем исправлен. Теперь в нём:\n• Положение утверждено: нет" in text
    assert "Приложите приказ" in text
    # Once more, when all but the day is chosen.
    await head.press(Form.CHANGE, "Положение утверждено: нет", Form.YES)
    await admin.press(Control.THREE_DAYS)
    assert "Ответ тем временем исправлен" in await admin.toast()
    assert "Теперь в нём:\n• Положение утверждено: да" in await admin.sees()
    await admin.press(Control.THREE_DAYS)
    assert await state(world, 3) is ObligationState.RETURNED
    assert "Приложите приказ" in await head.sees()


async def test_an_answer_is_accepted_while_the_comment_is_written(world: World, head: Head, admin: Head) -> None:
    second = await employee(world, CURATOR, "Куратор Пётр", StaffRole.CURATOR)
    await world.at("2026-10-06 09:00")
    await head.press(TAP, Form.YES)
    for person in (admin, second):
        await person.send("/status")
        await person.press(TAP, f"{Control.TO_REVIEW}: 1", SCHOOL)
    await admin.press(Control.RETURN)
    await second.press(Control.ACCEPT)
    await admin.send("Приложите приказ")
    assert Control.AS_IT_IS_NOW in await admin.sees()
    assert await state(world, 3) is ObligationState.ACCEPTED


async def test_a_comment_that_another_conversation_has_ended_is_asked_for_anew(
    world: World, head: Head, admin: Head
) -> None:
    await world.at("2026-10-06 09:00")
    await head.press(TAP, Form.YES)
    await admin.send("/status")
    await admin.press(TAP, f"{Control.TO_REVIEW}: 1", SCHOOL, Control.RETURN)
    await admin.send("Приложите приказ")
    card = await admin.card("Вернуть на доработку?")
    await admin.send("/panel")
    await admin.press(Panel.ANNOUNCEMENTS)
    await admin.press_at(card, Control.THREE_DAYS)
    assert "Напишите его, пожалуйста, ещё раз" in await on_screen(admin, Control.WHAT_TO_CORRECT)
    await admin.send("Приложите приказ")
    await admin.press_at(card, Control.THREE_DAYS)
    assert await state(world, 3) is ObligationState.RETURNED


async def test_an_answer_comes_while_a_new_due_date_is_typed(world: World, head: Head, admin: Head) -> None:
    await world.at("2026-10-06 09:00")
    await admin.send("/status")
    await admin.press(TAP, SCHOOL, Control.EXTEND)
    await head.press(TAP, Form.YES)
    await admin.send("30.10.2026")
    assert Control.AS_IT_IS_NOW in await admin.sees()
    assert await state(world, 3) is ObligationState.ANSWERED
