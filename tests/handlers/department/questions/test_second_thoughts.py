"""A one-off question that was asked is corrected, ended early, taken back; by whom, twice, too late."""

from datetime import timedelta

import pytest

from bot.domain.people.member import Limits, StaffRole
from bot.storage.desk import questions
from bot.storage.ledger.control import control
from bot.storage.people import staff
from bot.views.callbacks import NotOurs, Send
from bot.views.callbacks.extending import More
from tests import messengers
from tests.handlers.department.questions.test_questions import (
    TEXT,
    begin,
    complete,
    member,
    press_like,
    seated,
    send_off,
)
from tests.texts.department import Control, Panel, Questions, Recipients, SecondThoughts
from tests.texts.example import Organizations, Types
from tests.texts.heads import Anywhere, Extending, Form, OwnCalendar, Request, Writing
from tests.world import Head, World

ANEW = "Есть ли в школе спортивный зал и бассейн?"
# What a short title has of it, and of no other text.
BEGINS_ANEW = "Есть ли в школе спортивный зал и"


async def asked(world: World, admin: Head) -> tuple[Head, Head]:
    """Two heads who have a question with one field; the first has answered."""
    first = await seated(world, admin, 101)
    second = await seated(world, admin, 102, Types.GENERAL, Organizations.OTHER_SCHOOL)
    await begin(admin)
    await complete(admin)
    await send_off(admin)
    await first.press(Form.YES)
    await world.at(world.now + timedelta(minutes=1))
    return first, second


async def forms(head: Head) -> list[str]:
    """What stands in the chat about either text."""
    return [str(message["text"]) for message in await head.phone.messages() if TEXT[:20] in message["text"]]


# --- other words ---


@pytest.mark.slow
async def test_corrected_and_told(approving: World, admin: Head) -> None:
    first, second = await asked(approving, admin)
    await admin.press(SecondThoughts.CORRECT)
    assert TEXT in await admin.sees()
    await admin.send(ANEW)
    shown = await admin.sees()
    assert f"Было: {TEXT}\nСтанет: {ANEW}" in shown
    assert "Уже ответили: 1. Ответы сохранятся." in shown
    await admin.press(f"{SecondThoughts.CORRECT_AND_TELL}: 2")
    assert SecondThoughts.TOLD in await admin.sees()
    # Whoever has not answered has one form, with the new words; the label of its field says them too.
    told = await second.sees()
    assert SecondThoughts.CORRECTED_FOR_HEADS in told
    assert f"Было: {TEXT}" in told
    assert ANEW in told
    assert len(await forms(second)) == 1
    await second.press(Form.NO)
    assert f"{BEGINS_ANEW}… · запрос" in await second.sees()
    assert "Ответ: нет" in await second.sees()
    # Whoever has keeps the answer, and is told once.
    assert "Ваш ответ сохранён" in await first.sees()
    assert f"Стало: {ANEW}" in await first.sees()
    await first.press("Открыть ответ")
    assert f"{BEGINS_ANEW}… · запрос" in await first.sees()
    await admin.press(Panel.CONTROL)
    assert f"{Control.ANSWERED} 2 из 6" in await admin.sees()


@pytest.mark.slow
async def test_corrected_without_a_word(approving: World, admin: Head) -> None:
    first, second = await asked(approving, admin)
    before = [await first.count(), await second.count()]
    await admin.press(SecondThoughts.CORRECT)
    await admin.send(ANEW)
    await admin.press(SecondThoughts.CORRECT_SILENTLY)
    assert [await first.count(), await second.count()] == before
    # The forms that stand in the chats say it all the same.
    assert all(BEGINS_ANEW in text for text in [*await forms(first), *await forms(second)])


@pytest.mark.slow
async def test_corrections_at_night_are_told_once_in_the_morning(approving: World, admin: Head) -> None:
    first, second = await asked(approving, admin)
    await approving.at("2026-08-27 22:00")
    before = [await first.count(), await second.count()]
    for text in ("Ошибка раз", ANEW):
        await admin.press(SecondThoughts.CORRECT)
        await admin.send(text)
        await press_like(admin, SecondThoughts.CORRECT_AND_TELL)
    assert [await first.count(), await second.count()] == before
    await approving.at("2026-08-28 09:00")
    assert f"Было: {TEXT}" in await second.sees()
    assert ANEW in await second.sees()
    assert [await first.count(), await second.count()] == [before[0] + 1, before[1]]


@pytest.mark.slow
async def test_what_is_no_correction(approving: World, admin: Head) -> None:
    first, _ = await asked(approving, admin)
    await admin.press(SecondThoughts.CORRECT)
    await admin.send("о" * 1501)
    assert Questions.TOO_LONG in await admin.sees()
    await admin.send(TEXT)
    before = await first.count()
    await press_like(admin, SecondThoughts.CORRECT_AND_TELL)
    assert await admin.toast() == "Текст тот же: исправлять нечего"
    # A button of before, and one that nothing was typed for.
    await admin.callback("qw:1:1")
    assert "Напишите его, пожалуйста, ещё раз" in await admin.toast()
    assert await first.count() == before


@pytest.mark.slow
async def test_two_correct_at_once(approving: World, admin: Head) -> None:
    await asked(approving, admin)
    curator = await member(approving, 801, StaffRole.CURATOR)
    await curator.send("/panel")
    await curator.press(Panel.REQUESTS, f"{Questions.SENT} (1)", TEXT, SecondThoughts.CORRECT)
    await curator.send("Есть ли зал?")
    await admin.press(SecondThoughts.CORRECT)
    await admin.send(ANEW)
    await admin.press(SecondThoughts.CORRECT_SILENTLY)
    await curator.press(SecondThoughts.CORRECT_SILENTLY)
    assert "изменился" in await curator.toast()
    assert f"Было: {ANEW}\nСтанет: Есть ли зал?" in await curator.sees()
    await curator.press(SecondThoughts.CORRECT_SILENTLY)
    assert SecondThoughts.CORRECTED in await curator.sees()


# --- ended early ---


@pytest.mark.slow
async def test_ended_early(approving: World, admin: Head) -> None:
    first, second = await asked(approving, admin)
    await admin.press(SecondThoughts.CLOSE)
    assert f"{Control.ANSWERED} 1 из 6. Изменить ответ будет нельзя." in await admin.sees()
    assert f"{OwnCalendar.NOT_AWAITED}: 5 организаций." in await admin.sees()
    await admin.press(SecondThoughts.CLOSE)
    assert SecondThoughts.CLOSED in await admin.sees()
    assert SecondThoughts.CLOSE not in await admin.buttons()
    # The cards that are open say so, and nothing of them is taken any more.
    assert SecondThoughts.CLOSED_FOR_HEADS in await second.sees()
    assert Form.YES not in await second.buttons()
    assert f"{Form.CLOSED}." in (await first.phone.find(Form.ACCEPTED))["text"]
    await second.send("/tasks")
    assert Request.NONE_OPEN in await second.sees()
    # Nobody is a debtor of it, and nobody is reminded.
    before = await forms(second)
    await approving.until("2026-09-10 10:00", step=timedelta(hours=12))
    assert await forms(second) == before
    await admin.send("/status")
    assert TEXT not in await admin.sees()
    await admin.press(Control.ENDED)
    assert f"{Control.ANSWERED} 1 из 1" in await admin.sees()


@pytest.mark.slow
async def test_who_is_late_stays_so(approving: World, admin: Head) -> None:
    _, second = await asked(approving, admin)
    await admin.press(Panel.CONTROL, Organizations.SCHOOL, Control.RETURN)
    await admin.send("Уточните")
    await admin.press("Срок прежний")
    await approving.at("2026-09-04 10:00")
    await admin.send("/panel")
    await admin.press(Panel.REQUESTS, f"{Questions.SENT} (1)", TEXT, SecondThoughts.CLOSE)
    # An answer that was to be mended is one all the same.
    assert (
        "Останутся не ответившими в срок: 5 организаций.\nОстанутся на доработке: 1 организация." in await admin.sees()
    )
    await admin.press(SecondThoughts.CLOSE)
    await admin.press(Panel.CONTROL)
    assert "возвращено: 1 · просрочено: 5" in (await admin.sees()).lower()
    await second.send("/tasks")
    assert TEXT not in await second.sees()


@pytest.mark.slow
async def test_ended_for_those_who_have_more_time_too(approving: World, admin: Head) -> None:
    """One organization may answer beyond the closing: the words can still be mended for it, and its time ended."""
    _, second = await asked(approving, admin)
    await admin.press(Panel.CONTROL)
    await admin.press(Organizations.OTHER_SCHOOL, "Продлить срок")
    await admin.send("30.09.2026")
    await admin.press(Control.EXTEND)
    await approving.at("2026-09-20 10:00")
    await admin.send("/panel")
    await admin.press(Panel.REQUESTS, f"{Questions.SENT} (1)", TEXT)
    assert f"{Control.CLOSED}, некоторым срок продлён" in await admin.sees()
    await admin.press(SecondThoughts.CORRECT)
    await admin.send(ANEW)
    await admin.press(SecondThoughts.CORRECT_SILENTLY)
    assert SecondThoughts.CORRECTED in await admin.sees()
    assert ANEW in "".join(await forms(second)) + await second.sees()
    await admin.press(SecondThoughts.CLOSE)
    assert f"{OwnCalendar.NOT_AWAITED}: 1 организация." in await admin.sees()
    await admin.press(SecondThoughts.CLOSE)
    assert SecondThoughts.CLOSED in await admin.sees()
    assert SecondThoughts.CLOSE not in await admin.buttons()
    await second.send("/tasks")
    assert Request.NONE_OPEN in await second.sees()
    await admin.callback("qe:1:1")
    assert "Приём ответов уже завершён" in await admin.toast()


# --- while heads answer, and while it is sent ---


@pytest.mark.slow
async def test_ended_under_the_hands_of_heads(approving: World, admin: Head) -> None:
    """One has the answer filled in, one is asked why it is not theirs, one asks for more time: nothing is taken."""
    heads = [
        await seated(approving, admin, 101 + place, Types.GENERAL, at)
        for place, at in enumerate((Organizations.SCHOOL, Organizations.OTHER_SCHOOL))
    ]
    await begin(admin, "Сколько секций?", "Число")
    await complete(admin)
    await send_off(admin)
    await heads[0].send("12")
    await heads[1].press(Form.NOT_OURS)
    await admin.press(SecondThoughts.CLOSE, SecondThoughts.CLOSE)
    for head in heads:
        assert SecondThoughts.CLOSED_FOR_HEADS in await head.sees()
        assert Form.SEND not in await head.buttons()
    await heads[1].send("У нас нет секций")
    for number, head in enumerate(heads, 1):
        for data in (Send(obligation=number, version=0), NotOurs(obligation=number), More(obligation=number)):
            await head.callback(data.pack())
    async with approving.storage.read() as tx:
        counts = await control.counts(tx, [1], Limits(), approving.now)
    assert (counts[1].done, counts[1].answered) == (0, 0)


@pytest.mark.slow
async def test_corrected_while_a_head_asks_for_more_time(approving: World, admin: Head) -> None:
    """What is typed next is still until when, so no form comes below that question; it comes when it is opened."""
    head = await seated(approving, admin, 101)
    await begin(admin, "Сколько секций?", "Число")
    await complete(admin)
    await send_off(admin)
    await head.press(Form.MORE, Extending.ASK)
    asking = await head.sees()
    await admin.press(SecondThoughts.CORRECT)
    await admin.send("Сколько кружков?")
    await press_like(admin, SecondThoughts.CORRECT_AND_TELL)
    told = await head.sees()
    assert SecondThoughts.CORRECTED_FOR_HEADS in told
    assert "Стало: Сколько кружков?" in told
    assert Form.NOT_OURS not in await head.buttons(), "it is no form"
    # What asks until when says it as it is asked now.
    asked_anew = asking.replace("Сколько секций?", "Сколько кружков?")
    assert asked_anew in [message["text"] for message in await head.phone.messages()]
    await head.send("07.09.2026")
    assert "Почему" in await head.sees()
    await head.press_at(await head.card(SecondThoughts.CORRECTED_FOR_HEADS), Extending.OPEN)
    assert "Сколько кружков?" in await head.sees()
    await head.send("12")
    assert Form.CHECK in await head.sees()


@pytest.mark.slow
async def test_corrected_while_a_head_writes_about_it(approving: World, admin: Head) -> None:
    """Without a word: what is typed is for the department still, and the message goes on saying so."""
    head = await seated(approving, admin, 101)
    await begin(admin, "Сколько секций?", "Число")
    await complete(admin)
    await send_off(admin)
    await head.press(Form.MORE, Extending.WRITE)
    asking = await head.sees()
    await admin.press(SecondThoughts.CORRECT)
    await admin.send("Сколько кружков?")
    await admin.press(SecondThoughts.CORRECT_SILENTLY)
    assert await head.sees() == asking
    await head.press(Writing.CANCEL)
    assert "Сколько кружков?" in await head.sees()


@pytest.mark.slow
async def test_taken_back_while_it_goes_out(approving: World, admin: Head) -> None:
    """Telegram refuses for a while: who has it reads that it was taken back, who has not gets nothing."""
    first = await seated(approving, admin, 101)
    second = await seated(approving, admin, 102, Types.GENERAL, Organizations.OTHER_SCHOOL)
    await second.block()
    await begin(admin)
    await complete(admin)
    await send_off(admin)
    assert TEXT in await first.sees()
    await admin.press(SecondThoughts.TAKE_BACK, SecondThoughts.TAKE_BACK)
    await second.unblock()
    await second.send("/tasks")
    assert Request.NONE_OPEN in await second.sees()
    assert TEXT not in await second.screen()
    assert SecondThoughts.TAKEN_BACK_FOR_HEADS in (await first.phone.find(TEXT))["text"]
    # A second person with the card of before, and twice.
    curator = await member(approving, 801, StaffRole.CURATOR)
    for data in ("qj:1:0:1", "qj:1:0:0", "qe:1:1", "qy:1", "qw:1:1"):
        await curator.callback(data)
        assert "Вопрос уже отозван" in await curator.toast()


# --- taken back ---


@pytest.mark.slow
async def test_taken_back(approving: World, admin: Head) -> None:
    first, second = await asked(approving, admin)
    await admin.press(SecondThoughts.TAKE_BACK)
    assert "Уже ответили: 1. Из отчётов эти ответы пропадут." in await admin.sees()
    assert "Сначала скачать ответы" in await admin.buttons()
    await admin.press(SecondThoughts.TAKE_BACK)
    assert SecondThoughts.TAKEN_BACK in await admin.sees()
    assert "Отозван: отвечать никому не нужно" in await admin.sees()
    assert await admin.buttons() >= ["Повторить"]
    for head in (first, second):
        assert SecondThoughts.TAKEN_BACK_FOR_HEADS in (await head.phone.find(TEXT))["text"]
        assert Form.YES not in await head.buttons()
        await head.send("/tasks")
        assert Request.NONE_OPEN in await head.sees()
    # Neither control nor reports know of it.
    for way in (("/status",), ("/status", Control.ENDED)):
        await admin.send(way[0])
        await admin.press(*way[1:])
        assert TEXT not in await admin.sees()
    # Nor do buttons of before: of a list, of the question, of an answer that was given.
    for data in ("ko:1:all:0", "ka:1:all:0", "ku:1:excused:all:0", "kx:1:1:1:all:0", "ho:1"):
        await admin.callback(data)
        assert TEXT not in await admin.sees()
    await admin.callback("qj:1:1:1")
    assert await admin.toast() == "Вопрос уже отозван"
    # The journal does.
    await admin.send("/panel")
    await admin.press(Panel.JOURNAL)
    assert "Разовый вопрос отозван" in await admin.sees()
    assert TEXT in await admin.sees()


@pytest.mark.slow
async def test_an_answer_that_came_meanwhile_asks_once_more(approving: World, admin: Head) -> None:
    _, second = await asked(approving, admin)
    await admin.press(SecondThoughts.TAKE_BACK)
    await second.press(Form.YES)
    await admin.press(SecondThoughts.TAKE_BACK)
    assert "Тем временем ответов стало больше" in await admin.toast()
    assert "Уже ответили: 2." in await admin.sees()
    await admin.press(SecondThoughts.TAKE_BACK)
    assert SecondThoughts.TAKEN_BACK in await admin.sees()


@pytest.mark.slow
async def test_taken_back_before_anybody_got_it(approving: World, admin: Head) -> None:
    """At night: the letters still wait, and nothing comes in the morning."""
    head = await seated(approving, admin, 101)
    await approving.at("2026-08-27 22:00")
    await begin(admin)
    await complete(admin)
    await send_off(admin)
    before = await head.count()
    await admin.press(SecondThoughts.TAKE_BACK, SecondThoughts.TAKE_BACK)
    await approving.until("2026-08-29 10:00", step=timedelta(hours=6))
    assert await head.count() == before


@pytest.mark.slow
async def test_the_draft_of_an_answer_is_let_go(approving: World, admin: Head) -> None:
    head = await seated(approving, admin, 101)
    await begin(admin, "Сколько секций?", "Число")
    await complete(admin)
    await send_off(admin)
    await head.send("12")
    assert Form.CHECK in await head.sees()
    await admin.press(SecondThoughts.TAKE_BACK, SecondThoughts.TAKE_BACK)
    assert SecondThoughts.TAKEN_BACK_FOR_HEADS in await head.sees()
    assert Form.SEND not in await head.buttons()


# --- by whom ---


@pytest.mark.slow
async def test_only_by_those_whose_matter_all_of_it_is(approving: World, admin: Head) -> None:
    head = await seated(approving, admin, 101)
    schools = await member(approving, 801, StaffRole.CURATOR, Limits(types=frozenset({"general"})))
    gardens = await member(approving, 802, StaffRole.CURATOR, Limits(types=frozenset({"preschool"})))
    viewer = await member(approving, 803, StaffRole.VIEWER)
    await begin(admin)
    await admin.press(Recipients.TO, Recipients.ALL, Recipients.DONE)
    await send_off(admin)
    # Schools are part of it: they see it, and may not end it for kindergartens.
    await schools.send("/panel")
    await schools.press(Panel.REQUESTS, f"{Questions.SENT} (1)", TEXT)
    assert SecondThoughts.TAKE_BACK not in await schools.buttons()
    for data in ("qy:1", "qw:1:1", "qe:1:1", "qj:1:0:1"):
        await schools.callback(data)
        assert "вне ваших полномочий" in await schools.toast()
        for stranger in (viewer, head):
            await stranger.callback(data)
            assert Anywhere.NOT_YOURS in await stranger.toast()
    # A question to schools alone is theirs, whoever has asked it, and not the kindergartens'.
    await begin(admin, ANEW)
    await complete(admin)
    await send_off(admin)
    await gardens.callback("qj:2:0:1")
    assert Questions.GONE in await gardens.toast()
    await schools.callback("qj:2:0:1")
    async with approving.storage.read() as tx:
        assert len(await questions.sent(tx, Limits())) == 2
    await head.send("/tasks")
    assert ANEW not in await head.sees()


@pytest.mark.slow
async def test_whose_role_is_gone_in_the_middle(approving: World, admin: Head) -> None:
    await asked(approving, admin)
    curator = await member(approving, 801, StaffRole.CURATOR)
    await curator.send("/panel")
    await curator.press(Panel.REQUESTS, f"{Questions.SENT} (1)", TEXT, SecondThoughts.CORRECT)
    await approving.storage.apply(lambda tx: staff.revoke(tx, messengers.person(801), admin.id, approving.now))
    await curator.send(ANEW)
    assert Panel.NO_ACCESS in await curator.sees()


@pytest.mark.slow
async def test_too_late_for_other_words(approving: World, admin: Head) -> None:
    await asked(approving, admin)
    await admin.press(SecondThoughts.CORRECT)
    await approving.at("2026-10-10 10:00")
    await admin.send(ANEW)
    for data in ("qy:1", "qw:1:0", "qe:1:1"):
        await admin.callback(data)
        assert "Приём ответов уже завершён" in await admin.toast()
    # It can still be taken back: the report is to forget it.
    await admin.callback("qj:1:1:1")
    assert SecondThoughts.TAKEN_BACK in await admin.sees()
