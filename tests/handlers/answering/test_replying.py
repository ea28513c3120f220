"""A head answers requests: presses, preview, sending, changing. `every_kind.yaml` has a field of every kind."""

from typing import Any

import pytest

from bot.domain.ledger.obligation import ObligationState
from bot.domain.people.messenger import Messenger
from bot.storage.desk import threads
from bot.storage.ledger import obligations, replies
from tests import messengers
from tests.handlers.answering.ledger import SCHOOL, answer, fill, mine, newest, state
from tests.storage.plans import statements
from tests.texts.department import Control
from tests.texts.example import Club
from tests.texts.heads import Anywhere, Extending, Form, Placing, Registration, Reminder, Request, Writing
from tests.world import Head, World


async def test_a_request_says_why_until_when_and_asks_the_first_question(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    text = await head.sees()
    assert Club.TITLE in text
    assert "Осень" in text
    assert "Просим сообщить о клубе." in text
    assert f"{Request.DUE}: 15 октября, четверг, до 18:00 (осталось 10 дней)" in text
    # The quotation is data: whatever stands in it is shown as it is and breaks nothing.
    assert f"{Form.DIRECTIVE} 2.1" in text
    assert "создать клуб <b>&</b> «развивать» его" in text
    assert await head.buttons() == [Club.WORKS, Club.BEING_MADE, Club.NOT_MADE, Form.NOT_OURS, Form.MORE]


@pytest.mark.slow_on_postgresql
@pytest.mark.both_databases
async def test_every_kind_of_field_is_answered_in_one_message(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    before = await head.count()
    await fill(head)
    assert await head.count() <= before, "the form moved, but stayed one message"
    preview = await head.sees()
    for line in (
        "Клуб: Действует",
        "Виды спорта: Лыжи, Борьба",
        "В реестре: да",
        "Занимается: 120 чел.",
        "Доля: 12,5 %",
        "Дата приказа: 4 октября 2026",
        "Примечание: —",
        "Страница клуба: https://school.ru/club",
        "Приказ: приказ 12.pdf",
    ):
        assert line in preview
    assert await newest(world) is None, "nothing is in the ledger before it is sent"
    await head.press(Form.SEND)
    assert f"{Form.ACCEPTED} 5 октября в 09:00 · Мария Иванова" in await head.sees()
    reply = await newest(world)
    assert reply is not None
    files = reply.values.pop("order")
    assert [file["name"] for file in files] == ["приказ 12.pdf"]
    assert reply.values == {
        "club": Club.WORKS,
        "sports": ["Лыжи", "Борьба"],
        "register": True,
        "members": 120,
        "girls": 60,
        "share": "12.5",
        "since": "2026-10-04",
        "page": "https://school.ru/club",
    }
    assert await state(world) is ObligationState.ANSWERED


async def test_a_status_is_answered_in_one_tap_and_can_be_changed(world: World, head: Head) -> None:
    await world.at("2026-10-06 09:00")
    ids = await mine(world, head)
    await head.press("Положение утверждено", Form.YES)
    assert Form.ACCEPTED in await head.sees()
    first = await newest(world, ids["tap"])
    assert first is not None
    assert first.values == {"done": True}
    await head.press(Form.CHANGE, "Положение утверждено", Form.NO)
    assert Form.ACCEPTED in await head.sees(), "still one tap"
    async with world.storage.read() as tx:
        versions = await replies.versions(tx, ids["tap"])
    assert [(reply.version, reply.values) for reply in versions] == [(2, {"done": False}), (1, {"done": True})]


async def test_an_answer_of_one_tap_takes_six_statements(world: World, head: Head) -> None:
    """It comes into the inbox, all is looked up at once, three are the answer, and it is applied."""
    await world.at("2026-10-06 09:00")
    await head.press("Положение утверждено")
    with statements() as seen:
        await head.press(Form.YES)
    assert Form.ACCEPTED in await head.sees()
    assert len(own(seen)) <= 6, "\n".join(own(seen))


async def test_a_step_of_a_form_takes_six_statements_and_to_open_it_eight(world: World, head: Head) -> None:
    """Into the inbox, the look, the draft, the conversation, what stands beside it, applied. Who opens it has no draft,
    but a form that stood elsewhere."""
    await world.at("2026-10-05 09:00")
    await head.press(Club.WORKS)
    with statements() as seen:
        await head.press("Лыжи")
    assert len(own(seen)) <= 6, "\n".join(own(seen))
    await head.send("/tasks")
    with statements() as seen:
        await head.press(Club.TITLE)
    # That the message is the form is noted, and the other one looked up and forgotten.
    assert len(own(seen)) <= 5 + 3, "\n".join(own(seen))


def own(seen: list[tuple[str, Any]]) -> list[str]:
    """What one press runs for itself: without transactions, the courier's look at what is due, what finishes whatever
    has been said within a moment, and how far MAX's events were read."""
    apart = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "SELECT letters.id")
    run = [sql for sql, _ in seen if not sql.startswith(apart)]
    finishing = [sql for sql in run if sql.startswith(("UPDATE people SET handled_id", "UPDATE inbox SET person_id"))]
    assert len(finishing) <= 2, "\n".join(run)
    kept = [sql for sql in run if sql.startswith("INSERT INTO meta")] if messengers.chosen() is Messenger.MAX else []
    assert len(kept) <= 1, "\n".join(run)
    return [sql for sql in run if sql not in {*finishing, *kept}]


@pytest.mark.slow
async def test_the_answer_can_be_changed_until_the_round_closes(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await fill(head)
    await head.press(Form.SEND)
    await world.at("2026-10-20 10:00")
    await head.press(Form.CHANGE, "Занимается: 120 чел.")
    await head.send("130")
    await head.press(Form.SEND)
    reply = await newest(world)
    assert reply is not None
    assert (reply.version, reply.values["members"], reply.values["girls"]) == (2, 130, 60)
    await head.press("Все версии (2)")
    text = await head.sees()
    assert "Версия 2 · 20 октября" in text
    assert "Занимается: 120 чел." in text
    await head.press(Control.TO_ANSWER)
    await world.at("2026-11-20 10:00")
    await head.press(Form.CHANGE)
    assert Form.CLOSED in await head.sees()
    assert Form.CHANGE not in await head.buttons()


@pytest.mark.slow
@pytest.mark.both_databases
async def test_without_changes_fills_in_the_previous_answer_and_shows_it(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await fill(head)
    await head.press(Form.SEND)
    await world.at("2027-03-01 09:00")
    assert Form.UNCHANGED in await head.buttons()
    await head.press(Form.UNCHANGED)
    assert Form.CHECK in await head.sees()
    assert "Занимается: 120 чел." in await head.sees()
    ids = await mine(world, head)
    assert await newest(world, ids["everything"]) is None, "shown before it is sent"
    await head.press(Form.SEND)
    async with world.storage.read() as tx:
        found = await obligations.answered(tx, head.id, 10, 0)
        latest = await replies.newest(tx, found[0][0].id)
    assert latest is not None
    assert latest.values["members"] == 120


async def test_without_changes_is_not_offered_without_an_earlier_answer(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    assert Form.UNCHANGED not in await head.buttons()
    ids = await mine(world, head)
    await head.callback(f"fe:{ids['everything']}")
    assert await newest(world) is None


async def test_not_ours_wants_a_reason(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await head.press(Form.NOT_OURS)
    assert "Почему" in await head.sees()
    await head.send("?")
    assert "от 3 до 500" in await head.sees()
    await head.send("У нас нет <спортзала> & зала")
    assert await head.card("Не относится к организации: У нас нет <спортзала> & зала")
    assert await newest(world) is None
    await head.press(Form.SEND)
    reply = await newest(world)
    assert reply is not None
    assert (reply.not_ours, reply.values) == ("У нас нет <спортзала> & зала", {})
    # Only the department takes a directive off control: it is answered, not excused.
    assert await state(world) is ObligationState.ANSWERED


async def test_another_reason_takes_the_place_of_the_first(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await head.press(Form.NOT_OURS)
    await head.send("нет")
    assert Form.OTHER_REASON in await head.sees()
    await head.send("У нас нет спортивного зала")
    assert "Не относится к организации: У нас нет спортивного зала" in await head.sees()
    assert Placing.NOTHING not in await head.buttons(), "nobody is asked where it belongs"
    await head.press(Form.SEND)
    reply = await newest(world)
    assert reply is not None
    assert reply.not_ours == "У нас нет спортивного зала"


@pytest.mark.slow
async def test_words_beside_a_filled_form_name_no_button_that_is_not_there(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await fill(head)
    await head.press(Form.CHANGE, "из них девочек")
    await head.send("121")
    await head.send("Подскажите, кого считать?")
    assert Form.SEND not in await head.buttons()
    assert f"«{Form.SEND}»" not in (await head.phone.find(Placing.FILLED_IN))["text"]


async def test_not_ours_can_be_taken_back(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await head.press(Form.NOT_OURS, Form.BACK)
    assert Club.WORKS in await head.buttons()
    await head.press(Form.NOT_OURS)
    await head.send("Нет спортзала")
    await head.press(Form.BACK, Club.BEING_MADE)
    assert "Клуб: Создаётся" in await head.sees()


async def test_answers_that_do_not_fit_each_other_cannot_be_sent(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await fill(head)
    await head.press(Form.CHANGE, "из них девочек")
    await head.send("121")
    assert "«из них девочек» — 121, а «Занимается» — только 120. Проверьте числа." in await head.sees()
    assert Form.SEND not in await head.buttons()
    ids = await mine(world, head)
    await head.callback(f"fy:{ids['everything']}:0", await head.card("Проверьте числа"))
    assert await newest(world) is None, "nor by a forged press"


@pytest.mark.slow
async def test_a_field_that_no_longer_applies_is_not_asked_nor_sent(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await fill(head)
    await head.press(Form.CHANGE, "Клуб: Действует", Club.NOT_MADE)
    assert Club.SPORTS not in await head.sees()
    await head.press(Form.SEND)
    reply = await newest(world)
    assert reply is not None
    assert "sports" not in reply.values


@pytest.mark.slow_on_postgresql
@pytest.mark.both_databases
async def test_a_double_press_sends_once(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await fill(head)
    form = await head.card(Form.CHECK)
    ids = await mine(world, head)
    await head.phone.callback(f"fy:{ids['everything']}:0", message_id=form)
    await head.phone.callback(f"fy:{ids['everything']}:0", message_id=form)
    await world.settle()
    async with world.storage.read() as tx:
        assert len(await replies.versions(tx, ids["everything"])) == 1
    assert await head.toast() == Anywhere.ALREADY_SENT
    assert Form.ACCEPTED in await head.sees()


@pytest.mark.slow_on_postgresql
@pytest.mark.both_databases
async def test_two_people_of_one_school_answer_in_the_same_second(world: World, head: Head) -> None:
    deputy = await world.person("Петров Пётр", 102)
    await deputy.join("Общее", SCHOOL, Registration.HEAD)
    await world.at("2026-10-06 09:00")
    ids = await mine(world, head)
    await head.press("Положение утверждено")
    await deputy.press("Положение утверждено")
    # Both press before the bot has seen either.
    await head.phone.press(Form.YES)
    await deputy.phone.press(Form.NO)
    await world.settle()
    async with world.storage.read() as tx:
        versions = await replies.versions(tx, ids["tap"])
    assert len(versions) == 1
    first, second = (head, deputy) if versions[0].by_id == head.id else (deputy, head)
    assert Form.ACCEPTED in await first.sees()
    seen = await second.sees()
    assert "уже ответил(а)" in seen
    assert "Ваш ответ:" in seen
    await second.press("Заменить моим ответом")
    async with world.storage.read() as tx:
        versions = await replies.versions(tx, ids["tap"])
    assert [reply.by_id for reply in versions] == [second.id, first.id], "every version is kept"


@pytest.mark.slow
async def test_the_other_answer_can_be_left_as_it_is(world: World, head: Head) -> None:
    colleague = await world.person("Петров Пётр", 102)
    await colleague.join("Общее", SCHOOL)
    await world.at("2026-10-05 09:00")
    await colleague.press(Club.BEING_MADE)
    await fill(head)
    await head.press(Form.SEND)
    await colleague.press(Form.YES)
    await colleague.send("1\n1")
    await colleague.send("1")
    await colleague.press(Form.TODAY, Form.SKIP)
    await colleague.send("school.ru")
    await colleague.send_file()
    await colleague.press(Form.DONE, Form.SEND)
    assert "Мария Иванова уже ответил(а)" in await colleague.sees()
    await colleague.press("Оставить как есть")
    assert f"{Form.ACCEPTED} 5 октября в 09:00 · Мария Иванова" in await colleague.sees()
    reply = await newest(world)
    assert reply is not None
    assert reply.version == 1


async def test_a_stranger_pressing_a_forwarded_button_gets_nowhere(world: World, head: Head) -> None:
    await world.at("2026-10-06 09:00")
    ids = await mine(world, head)
    stranger = await world.person("Чужой", 666)
    await stranger.callback(f"fc:{ids['tap']}:0:1")
    assert Anywhere.NOT_YOURS in await stranger.toast()
    other = await world.person("Сидорова Анна", 103)
    await other.join("Общее", "Белоярская")
    before = await other.screen()
    for data in (
        f"fc:{ids['tap']}:0:1",
        f"fo:{ids['tap']}",
        f"fy:{ids['everything']}:0",
        f"fi:{ids['everything']}",
        f"fv:{ids['everything']}",
        f"fn:{ids['everything']}:0",
        f"fs:{ids['everything']}:0:fields",
    ):
        await other.callback(data)
        assert Anywhere.NOT_YOURS in await other.toast()
    assert before.split("keyboard:")[0].strip() in await other.screen()
    assert await newest(world, ids["tap"]) is None
    assert await state(world, ids["tap"]) is ObligationState.OPEN


@pytest.mark.parametrize(
    "data",
    [
        "fc:{o}:99:0",
        "fc:{o}:0:99",
        "fc:{o}:3:0",
        "fc:{o}:-1:0",
        "fd:{o}:6:20261399",
        "fd:{o}:6:19000101",
        "fd:{o}:0:20261005",
        "fm:{o}:6:999999",
        "fm:{o}:0:202610",
        "fs:{o}:0:skip",
        "fs:{o}:0:nonsense",
        "fs:{o}:9:done",
        "fy:{o}:7",
        "fo:999999",
        "fo:99999999999999999999999999",
        "fo:abc",
        "fo",
        "zz:1",
        "::::",
    ],
)
async def test_forged_data_changes_nothing_and_is_answered(
    world: World, head: Head, data: str, caplog: pytest.LogCaptureFixture
) -> None:
    await world.at("2026-10-05 09:00")
    ids = await mine(world, head)
    form = await head.card(Club.TITLE)
    answered = await world.presses_answered()
    await head.callback(data.format(o=ids["everything"]), form)
    assert await world.presses_answered() == answered + 1
    assert "incident" not in caplog.text
    assert await newest(world) is None
    await head.press(Club.WORKS)
    assert Club.SPORTS in await head.sees()


async def test_a_button_of_last_year_shows_how_things_are(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    form = await head.card(Club.TITLE)
    await world.at("2027-10-05 09:00")
    await head.press_at(form, Club.WORKS)
    assert Form.CLOSED in (await head.phone.find("Приём ответов"))["text"]
    assert await newest(world) is None
    # Whoever has to say something still writes about that request, and comes back to it.
    await head.press_at(form, Extending.WRITE)
    await head.press_at(form, Writing.CANCEL)
    assert Form.CLOSED in (await head.phone.find("Приём ответов"))["text"]
    await head.press_at(form, Extending.WRITE)
    await head.send("Просим принять ответ на бумаге")
    async with world.storage.read() as tx:
        (thread,), _ = await threads.of_person(tx, head.id, 1, 0)
    assert thread.about is not None
    assert thread.about.startswith(Club.TITLE)


@pytest.mark.slow_on_postgresql
@pytest.mark.both_databases
async def test_a_draft_survives_a_restart_and_another_request_in_between(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    form = await head.card(Club.TITLE)
    await head.press(Club.WORKS, "Лыжи", Form.DONE, Form.YES)
    await head.send("120")
    await world.at("2026-10-06 09:00")
    await head.press(Form.YES)
    assert Form.ACCEPTED in await head.sees()
    await world.restart()
    await head.press(f"{Request.OTHERS} (1)", f"1. {Club.TITLE}")
    assert "Занимается: 120 чел." in await head.sees()
    await head.send("60")
    assert "из них девочек: 60 чел." in await head.sees()
    assert form > 0


async def test_a_request_answered_elsewhere_shows_so_at_the_next_press(world: World, head: Head) -> None:
    colleague = await world.person("Петров Пётр", 102)
    await colleague.join("Общее", SCHOOL)
    await world.at("2026-10-06 09:00")
    await head.press("Положение утверждено", Form.YES)
    await colleague.press("Положение утверждено")
    assert f"{Form.ACCEPTED} 6 октября в 09:00 · Мария Иванова" in await colleague.sees()


async def test_the_calendar_picks_any_day_that_the_field_takes(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await head.press(Club.BEING_MADE, Form.NO)
    await head.send("10\n5")
    await head.send("50")
    await head.press(Form.OTHER_DAY)
    assert "Октябрь 2026" in await head.buttons()
    await head.press("‹", "17")
    await head.press(Form.TO_CHECK) if Form.TO_CHECK in await head.buttons() else None
    assert "17 сентября 2026" in await head.sees()


async def test_back_leads_to_the_field_before(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await head.press(Club.BEING_MADE, "Назад", Club.NOT_MADE, Form.YES)
    text = await head.sees()
    assert "Клуб: Не создан" in text
    assert "В реестре: да" in text


@pytest.mark.slow
async def test_a_required_file_can_be_taken_away_again(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await fill(head)
    await head.press(Form.CHANGE, "Приказ: приказ 12.pdf", "Убрать файлы")
    assert Form.DONE not in await head.buttons()
    await head.send_file("новый.pdf")
    await head.press(Form.DONE, Form.SEND)
    reply = await newest(world)
    assert reply is not None
    assert [one["name"] for one in reply.values["order"]] == ["новый.pdf"]


@pytest.mark.slow
async def test_a_reminder_of_what_is_filled_in_says_so_and_sends_it(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await fill(head)
    await world.at("2026-10-12 09:00")
    assert Reminder.FILLED_IN in await head.sees()
    reminder = await head.card(Reminder.FILLED_IN)
    await world.restart()
    await head.press_at(reminder, Form.SEND)
    assert await state(world) is ObligationState.ANSWERED
    # Pressed once more, or of an older reminder: it is sent already.
    reply = await newest(world)
    assert reply is not None
    assert (reply.version, reply.values["members"]) == (1, 120)


async def test_a_reminder_of_what_is_half_filled_in_offers_no_sending(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await head.press(Club.WORKS)
    await world.at("2026-10-12 09:00")
    assert Reminder.HEADING in await head.sees()
    assert Reminder.FILLED_IN not in await head.sees()
    assert Form.SEND not in " ".join(await head.buttons())


@pytest.mark.slow
async def test_the_list_of_what_is_open_sends_what_is_filled_in(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await fill(head)
    await head.send("/tasks")
    assert Reminder.FILLED_IN in await head.sees()
    await head.press(Form.SEND)
    assert await state(world) is ObligationState.ANSWERED


@pytest.mark.slow
async def test_a_correction_that_is_not_sent_is_told_before_and_after_the_closing(world: World, head: Head) -> None:
    await answer(world, head)
    await head.press(Form.CHANGE, "Занимается")
    await head.send("121")
    await world.at("2026-10-20 09:00")
    assert Form.NOT_CORRECTED not in await head.screen()
    await world.at("2026-10-28 09:00")
    assert Form.NOT_CORRECTED in await head.sees()
    told = await head.card(Form.NOT_CORRECTED)
    await world.restart()
    await world.at("2026-10-28 10:00")
    assert await head.card(Form.NOT_CORRECTED) == told
    await world.at("2026-11-02 09:00")
    assert "передать уже нельзя" in await head.sees()
    last = await head.count()
    await world.at("2026-11-03 09:00")
    assert await head.count() == last
    reply = await newest(world)
    assert reply is not None
    assert (reply.version, reply.values["members"]) == (1, 120)


@pytest.mark.slow
async def test_a_correction_that_is_not_sent_can_be_sent_from_the_letter(world: World, head: Head) -> None:
    await answer(world, head)
    await head.press(Form.CHANGE, "Занимается")
    await head.send("121")
    await world.at("2026-10-28 09:00")
    await head.press_at(await head.card(Form.NOT_CORRECTED), Form.SEND)
    reply = await newest(world)
    assert reply is not None
    assert (reply.version, reply.values["members"]) == (2, 121)
    before = await head.count()
    await world.at("2026-11-02 09:00")
    assert await head.count() == before


@pytest.mark.slow
async def test_a_correction_that_changes_nothing_is_nobody_s_business(world: World, head: Head) -> None:
    await answer(world, head)
    await head.press(Form.CHANGE)
    before = await head.count()
    for moment in ("2026-10-28 09:00", "2026-11-02 09:00"):
        await world.at(moment)
    assert Form.NOT_CORRECTED not in await head.screen()
    assert await head.count() <= before + 1
