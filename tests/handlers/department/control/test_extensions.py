"""A head asks for more time, and the first curator whose matter it is decides."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.ledger.obligation import Extension, Obligation
from bot.domain.people.member import Limits, StaffRole
from bot.storage.ledger import extensions, obligations
from bot.storage.people import staff
from tests import messengers
from tests.handlers.department.staff import chief, employee, small_world
from tests.people import ADMIN, CURATOR, DEPUTY, HEAD, VIEWER
from tests.texts.department import Control, Extensions, Panel
from tests.texts.heads import Anywhere, Extending, Form, Misfit, Placing, Preferences, Registration, Reminder, Request
from tests.world import Head, World, local

KINDERGARTEN = "Детский сад «Ёлочка»"
REASON = "Ждём подписи <учредителя> & печати"


world, admin = small_world(), chief


@pytest.fixture
async def head(world: World, admin: Head) -> Head:
    """The head of the kindergarten."""
    head = await world.person("Цыренова Баирма", HEAD)
    await head.join("Дошкольное", KINDERGARTEN)
    await world.at("2026-10-06 09:00")
    return head


async def ask(head: Head, reason: str = REASON) -> None:
    """Asks for a week more."""
    await head.press(Form.MORE, Extending.ASK, Extending.WEEK)
    await head.send(reason)
    await head.press(Extending.SEND)


async def debt(world: World) -> Obligation:
    """What the kindergarten owes, or owed."""
    async with world.storage.read() as tx:
        found = [await obligations.get(tx, number) for number in range(1, 9)]
    return next(
        obligation for obligation in found if obligation is not None and obligation.organization_name == KINDERGARTEN
    )


async def waiting(world: World) -> list[Extension]:
    """What the department has to decide."""
    async with world.storage.read() as tx:
        return [asked.extension for asked in await extensions.waiting(tx, Limits(), world.now)]


async def letters_about(person: Head, text: str) -> int:
    """How many messages of the chat say that."""
    return len([message for message in await person.phone.messages() if text in message["text"]])


@pytest.mark.slow
async def test_a_curator_grants_in_one_tap(world: World, admin: Head, head: Head) -> None:
    curator = await employee(world, CURATOR, "Куратор Дарья", StaffRole.CURATOR, types={"preschool"})
    stranger = await employee(world, VIEWER, "Чужой Пётр", StaffRole.CURATOR, topics={"sport"})
    before = await head.count()
    await head.press(Form.MORE)
    assert await head.buttons() == [Extending.ASK, Extending.WRITE, Extending.TO_REQUEST]
    await head.press(Extending.ASK)
    assert await head.buttons() == [
        f"{Extending.THREE_DAYS}: до 20 октября",
        f"{Extending.WEEK}: до 22 октября",
        Panel.BACK,
    ]
    await head.press(Extending.WEEK, f"‹ {Extending.OTHER_DAY}", Extending.THREE_DAYS)
    assert f"{Extensions.NEW_DUE}: 20 октября, вторник" in await head.sees()
    await head.send(REASON)
    assert Extending.CHECK in await head.sees()
    assert REASON in await head.sees()
    await head.press(Extending.SEND)
    assert await head.toast() == "Просьба отправлена в управление"
    assert f"🕓 {Form.EXTENSION_ASKED} 20 октября: {Form.AWAITS_EXTENSION}" in await head.sees()
    assert await head.count() == before, "all of it in the message of the request"
    # Asking again shows what waits; the answer can be given at any time.
    await head.press(Form.MORE, Extending.ASK)
    assert "О решении сообщим здесь" in await head.sees()
    await head.press(Extending.TO_REQUEST)
    assert Form.YES in await head.buttons()

    for person in (admin, curator):
        text = await person.sees()
        assert f"{Extensions.ASKED} срок" in text
        assert KINDERGARTEN in text
        assert "Положение утверждено · Осень" in text
        assert "Срок сейчас: 15 октября, четверг (осталось 9 дней)" in text
        assert "Просят: до 20 октября, вторник" in text
        assert f"{Extensions.REASON}: {REASON}" in text
        assert "Баирма Цыренова, 6 октября в 09:00" in text
        assert await person.buttons() == [f"{Extensions.EXTEND} 20 октября", Extensions.REFUSE]
    assert await letters_about(stranger, Extensions.ASKED) == 0
    # On both phones at once: one wins.
    await asyncio.gather(curator.phone.press(f"{Extensions.EXTEND} 20 октября"), admin.phone.press(Extensions.REFUSE))
    await world.settle()
    extension = await _decided(world)
    winner = "Дарья Куратор" if extension.granted else "Анна Начальник"
    for person in (admin, curator):
        assert winner in await person.sees()
        assert (f"{Extensions.EXTENDED} до 20 октября" in await person.sees()) == extension.granted


async def _decided(world: World) -> Extension:
    async with world.storage.read() as tx:
        extension = await extensions.get(tx, 1)
    assert extension is not None
    assert extension.decided_at is not None
    return extension


@pytest.mark.slow
async def test_whoever_asked_in_time_is_not_pressed(world: World, admin: Head, head: Head) -> None:
    """The department owes them a decision, not they it an answer; until the day that they asked for."""
    await ask(head)
    await head.send("/tasks")
    assert f"🕓 {Form.EXTENSION_ASKED} 22 октября: {Form.AWAITS_EXTENSION}" in await head.sees()
    await world.until("2026-10-19 12:00", step=timedelta(hours=12))
    assert await letters_about(head, Reminder.HEADING) == 0
    # Nor by hand: the desk says how many it would reach.
    await world.at("2026-10-22 12:00")
    assert await letters_about(head, Reminder.HEADING) == 0
    await head.send("/tasks")
    assert f"({Reminder.OVERDUE} 7 дней)\n🕓 {Form.EXTENSION_ASKED} 22 октября" in await head.sees()


@pytest.mark.slow
async def test_after_a_refusal_they_are_reminded_again(world: World, admin: Head, head: Head) -> None:
    await ask(head)
    await admin.press(Extensions.REFUSE)
    await world.until("2026-10-16 12:00", step=timedelta(hours=12))
    assert await letters_about(head, Reminder.HEADING) == 1
    assert Form.AWAITS_EXTENSION not in (await head.phone.find(Reminder.HEADING))["text"]


@pytest.mark.slow
async def test_whoever_asks_after_the_due_date_is_pressed_with_a_word_of_it(
    world: World, admin: Head, head: Head
) -> None:
    await world.at("2026-10-16 08:00")
    await head.send("/tasks")
    await head.press("1. Положение утверждено")
    await ask(head)
    await world.at("2026-10-16 09:00")
    await world.at("2026-10-16 10:00")
    text = (await head.phone.find(Reminder.HEADING))["text"]
    assert f"🕓 {Form.EXTENSION_ASKED} 23 октября: {Form.AWAITS_EXTENSION}" in text


@pytest.mark.slow
async def test_the_due_date_moves_and_the_head_hears_of_it(world: World, admin: Head, head: Head) -> None:
    await ask(head)
    await world.at("2026-10-06 20:00")
    await admin.press(f"{Extensions.EXTEND} 22 октября")
    assert f"✅ {Extensions.EXTENDED} до 22 октября, 6 октября в 20:00 · Анна Начальник" in await admin.sees()
    assert (await debt(world)).due_at == local("2026-10-22 18:00")
    assert await letters_about(head, Extensions.EXTENDED) == 0, "not in the evening"
    await world.at("2026-10-07 09:00")
    assert f"{Extensions.EXTENDED}: до 22 октября, четверг" in await head.sees()
    assert await letters_about(head, Extensions.EXTENDED) == 1
    # The form above says what is so now, though nobody has pressed anything there.
    assert await letters_about(head, Form.AWAITS_EXTENSION) == 0
    assert await letters_about(head, f"{Request.DUE}: 22 октября, четверг") == 1
    await head.press(Extending.OPEN)
    assert f"{Request.DUE}: 22 октября, четверг" in await head.sees()
    assert Form.AWAITS_EXTENSION not in await head.sees()
    # A second tap, of the other button even, changes nothing: what was decided stands.
    await admin.callback("jg:1:0")
    assert f"{Extensions.EXTENDED} до 22 октября" in await admin.sees()
    assert (await debt(world)).due_at == local("2026-10-22 18:00")
    # More time can be asked for once more, from the new date on.
    await head.press(Form.MORE, Extending.ASK)
    assert f"{Extending.WEEK}: до 29 октября" in await head.buttons()


async def test_a_date_that_is_moved_for_all_stands_in_the_forms(world: World, admin: Head, head: Head) -> None:
    """Who waits for a decision about less waits no more, and nobody reads the date of before."""
    await ask(head)
    before = await head.count()
    await admin.send("/status")
    await admin.press("2. Положение утверждено", Control.EXTEND_ALL, "14 дней", Control.EXTEND)
    assert await waiting(world) == []
    assert await letters_about(head, Form.AWAITS_EXTENSION) == 0
    assert await letters_about(head, f"{Request.DUE}: 29 октября, четверг") == 1
    # Of one message they hear.
    assert await head.count() == before + 1
    await head.press(Form.YES)
    assert await letters_about(head, Form.ACCEPTED) == 1


@pytest.mark.slow
async def test_a_refusal(world: World, admin: Head, head: Head) -> None:
    deputy = await world.person("Петров Олег", DEPUTY)
    await deputy.join("Дошкольное", KINDERGARTEN, Registration.DEPUTY)
    await ask(head)
    # The deputy sees that it waits, and that one request is enough.
    await deputy.send("/tasks")
    await deputy.press("Положение утверждено")
    assert f"🕓 {Form.EXTENSION_ASKED} 22 октября" in await deputy.sees()
    await admin.press(Extensions.REFUSE)
    assert "В продлении срока отказано, 6 октября в 09:00 · Анна Начальник" in await admin.sees()
    assert (await debt(world)).due_at == local("2026-10-15 18:00")
    for person in (head, deputy):
        assert "Срок остался прежним: 15 октября, четверг (осталось 9 дней)" in await person.sees()
        assert await letters_about(person, Form.AWAITS_EXTENSION) == 0
    await head.press(Extending.OPEN, Form.MORE, Extending.ASK)
    assert "До какого дня" in await head.sees()


async def test_an_answer_settles_it(world: World, admin: Head, head: Head) -> None:
    await ask(head)
    await head.press(Form.YES)
    assert Form.ACCEPTED in await head.sees()
    assert Form.AWAITS_EXTENSION not in await head.sees()
    assert await waiting(world) == []
    await admin.press(f"{Extensions.EXTEND} 22 октября")
    assert "Решать больше нечего: ответ получен." in await admin.sees()
    assert (await debt(world)).due_at == local("2026-10-15 18:00")
    await world.at("2026-10-06 10:00")
    assert await letters_about(head, Extensions.EXTENDED) == 0
    # There is nothing to ask about any more, whatever buttons are left.
    for data in (f"fx:{(await debt(world)).id}", f"fz:{(await debt(world)).id}:ask:0"):
        await head.callback(data, await head.card(Form.ACCEPTED))
        assert Form.ACCEPTED in await head.sees()


async def test_the_letter_is_not_written_about_what_is_settled(world: World, admin: Head, head: Head) -> None:
    await head.press(Form.MORE, Extending.ASK, Extending.WEEK)
    await head.send(REASON)
    await head.phone.press(Extending.SEND)
    await world.app.receiver.poll(0)
    await world.app.dispatcher.idle()
    await head.phone.callback(f"fc:{(await debt(world)).id}:0:1")
    await world.settle()
    assert await letters_about(admin, Extensions.ASKED) == 0


@pytest.mark.slow
async def test_what_people_type(world: World, admin: Head, head: Head) -> None:
    await head.press(Form.MORE, Extending.ASK)
    before = await head.count()
    for text, said in (
        ("завтра", "не раньше 16 октября 2026 года"),
        ("15.10.2026", "не раньше 16 октября 2026 года"),
        ("15.12.2026", "не позже 14 декабря 2026 года"),
        ("31.02.2027", "такой даты нет"),
        ("когда-нибудь", Misfit.NOT_A_DATE),
    ):
        await head.send(text)
        assert said in await head.sees()
    await head.send_photo("25.10.2026")
    assert "пусто" in await head.sees()
    # A Saturday is moved to the next working day; the screen has moved below what was typed.
    await head.send("до 24 октября")
    assert f"{Extensions.NEW_DUE}: 26 октября, понедельник" in await head.sees()
    assert await head.count() == before, "what is said of each stands above the form"
    for reason in ("ой", "я" * 501):
        await head.send(reason)
        assert "Напишите причину словами: от 3 до 500 знаков." in await head.sees()
    await head.send_sticker()
    assert "Напишите причину словами" in await head.sees()
    typed = await head.send("Нет печати")
    await head.edit(typed, "Нет подписи")
    card = await head.card(Extending.CHECK)
    assert f"{Extensions.REASON}: Нет подписи" in await text_of(head, card)
    await head.send("Сломался сканер")
    assert f"{Extensions.REASON}: Сломался сканер" in await text_of(head, await head.card(Extending.CHECK))
    # A command is no reason; the preview is still there after it, and after a restart.
    await head.send("/help")
    await world.restart()
    await head.press_at(await head.card(Extending.CHECK), Extending.SEND)
    (extension,) = await waiting(world)
    assert (extension.reason, extension.until) == ("Сломался сканер", local("2026-10-26 18:00"))
    # A double press, and forged ones.
    one = (await debt(world)).id
    await head.callback(f"fz:{one}:send:0")
    assert await head.toast() == f"Просьба уже отправлена: {Form.AWAITS_EXTENSION}"
    assert len(await waiting(world)) == 1
    await head.callback("fz:424242:ask:0")
    assert Anywhere.NOT_YOURS in await head.toast()
    await admin.callback(f"fx:{one}")
    assert Anywhere.NOT_YOURS in await admin.toast()


@pytest.mark.parametrize(
    ("typed", "until"),
    [
        ("дайте ещё неделю", "22 октября"), ("на неделю", "22 октября"), ("Ещё 2 недели, пожалуйста", "29 октября"),
        ("на 3 рабочих дня", "20 октября"), ("ещё пару дней", "19 октября"), ("продлите на 5 дней", "20 октября"),
        ("на месяц", "16 ноября"), ("до понедельника", "19 октября"), ("на 5 календарных дней", "20 октября"),
        ("+ 3 рабочих дня", "20 октября"), ("+ неделя", "22 октября"), ("недели на две", "29 октября"),
        ("10 дн.", "26 октября"), ("полторы недели", "26 октября"), ("5 раб. дней", "22 октября"),
        ("Прошу продлить срок до 20 октября", "20 октября"), ("можно до пятницы?", "16 октября"),
        ("до конца недели", "16 октября"), ("до конца месяца", "30 октября"), ("к концу ноября", "30 ноября"),
        ("до 20", "20 октября"),
    ],
)  # fmt: skip
async def test_so_much_longer(world: World, admin: Head, head: Head, typed: str, until: str) -> None:
    """The request is due on Thursday, 15 October."""
    await head.press(Form.MORE, Extending.ASK)
    await head.send(typed)
    assert f"{Extensions.NEW_DUE}: {until}" in await head.sees()
    assert Extending.WHY in await head.sees()


@pytest.mark.parametrize(
    ("typed", "until"), [("продлить", None), ("Не успеваем", None), ("Прошу продлить срок до 20 октября", "20 октября")]
)
async def test_more_time_is_asked_for_at_the_form(
    world: World, admin: Head, head: Head, typed: str, until: str | None
) -> None:
    await head.press(Form.MORE)
    await head.send(typed)
    assert (Extending.UNTIL_WHEN if until is None else f"{Extensions.NEW_DUE}: {until}") in await head.sees()
    await head.press(*([Extending.WEEK] if until is None else []))
    await head.send("Директор болен")
    await head.press(Extending.SEND)
    assert Form.EXTENSION_ASKED in await head.sees()
    await head.send("продлить")
    assert "Директор болен" in await head.sees(), "it is asked already"


async def test_a_swipe_that_there_is_no_time_is_no_comment(world: World, admin: Head, head: Head) -> None:
    await head.send("не успеваем", reply_to=await head.card("Положение утверждено"))
    assert Extending.UNTIL_WHEN in await head.sees()
    assert Placing.AS_COMMENT not in await head.screen()


@pytest.mark.parametrize("typed", ["на 3 месяца", "на 90 дней"])
async def test_too_much_longer(world: World, admin: Head, head: Head, typed: str) -> None:
    await head.press(Form.MORE, Extending.ASK)
    await head.send(typed)
    assert "не позже 14 декабря" in await head.sees()


async def test_another_day_is_no_reason(world: World, admin: Head, head: Head) -> None:
    """Whoever writes a day instead of a reason, or after it, has changed their mind about the day."""
    await head.press(Form.MORE, Extending.ASK, Extending.WEEK)
    await head.send("до 26 октября")
    assert f"{Extensions.NEW_DUE}: 26 октября" in await head.sees()
    assert Extending.WHY in await head.sees()
    await head.send("вчера")
    assert "не раньше" in await head.sees()
    assert Extending.WHY in await head.sees()
    await head.send("Неделя уйдёт на сверку")
    await head.send("ещё на две недели")
    await head.press(Extending.SEND)
    assert [(each.until, each.reason) for each in await waiting(world)] == [
        (local("2026-10-29 18:00"), "Неделя уйдёт на сверку")
    ]


async def test_words_of_buttons_are_no_reason(world: World, admin: Head, head: Head) -> None:
    await head.press(Form.MORE, Extending.ASK, Extending.WEEK)
    await head.send("Назад")
    assert Extending.UNTIL_WHEN in await head.sees()
    await head.press(Extending.WEEK)
    await head.send("Болею")
    await head.send("отправить")
    assert Form.PRESS in await head.sees()
    assert "Болею" in await head.sees()
    assert await waiting(world) == []
    await head.send("отмена")
    assert Extending.UNTIL_WHEN in await head.sees()
    await head.send("отмена")
    assert Form.NOT_OURS in await head.buttons()
    assert await waiting(world) == []


async def test_a_weekday_is_the_first_one_after_the_due_date(world: World, admin: Head, head: Head) -> None:
    """It is Tuesday, and the request is due on Thursday of the week after."""
    await head.press(Form.MORE, Extending.ASK)
    await head.send("до пятницы")
    assert f"{Extensions.NEW_DUE}: 16 октября, пятница" in await head.sees()
    await admin.send("/panel")
    await admin.press(Panel.CONTROL, "Положение утверждено", Control.EXTEND_ALL)
    await admin.send("до пятницы")
    assert "16 октября, пятница" in await admin.sees()


async def text_of(person: Head, message_id: int) -> str:
    """What the message says now."""
    return next(
        str(message["text"]) for message in await person.phone.messages() if message["message_id"] == message_id
    )


@pytest.mark.slow
async def test_out_of_order(world: World, admin: Head, head: Head) -> None:
    one = (await debt(world)).id
    card = await head.card("Положение утверждено")
    # Sending without a date and a reason begins at the beginning; so does a day that is none, or is too far.
    for data in (f"fz:{one}:send:0", f"fz:{one}:until:20261399", f"fz:{one}:until:20280101", f"fz:{one}:nonsense:0"):
        await head.callback(data, card)
        assert Extending.UNTIL_WHEN in await text_of(head, card)
        assert (Anywhere.OUTDATED if "nonsense" in data else Extending.CHOOSE_AGAIN) in await head.toast()
    # Back at the request, what is typed is no date of an extension any more.
    await head.press(Panel.BACK, Extending.TO_REQUEST)
    await head.send("25.10.2026")
    assert Extensions.NEW_DUE not in await head.sees()
    card = await head.card("Положение утверждено")
    # Asked for three weeks ago, pressed today: the day lies behind.
    await head.callback(f"fz:{one}:until:20261016", card)
    await head.send(REASON)
    await world.at("2026-10-20 10:00")
    preview = await head.card(Extending.CHECK)
    await head.press_at(preview, Extending.SEND)
    assert await waiting(world) == []
    # Counted from today, since the due date has passed. The round closes while the head is typing.
    await head.press_at(preview, f"{Extending.THREE_DAYS}: до 23 октября")
    assert f"{Extensions.NEW_DUE}: 23 октября, пятница" in await text_of(head, preview)
    await world.at("2026-10-30 10:00")
    await head.send(REASON)
    assert "продлить нельзя" in await head.sees()
    await head.callback(f"fz:{one}:ask:0", preview)
    # Where a message cannot be edited any more, it comes anew below.
    assert await head.card(Form.CLOSED)


@pytest.mark.slow
async def test_the_list_for_staff(world: World, admin: Head, head: Head) -> None:
    viewer = await employee(world, VIEWER, "Наблюдатель Ия", StaffRole.VIEWER)
    await ask(head)
    for person in (viewer, admin):
        await person.send("/panel")
        assert "🕓 1 просьба о продлении срока" in await person.sees()
        await person.press(f"{Extensions.HEADING}: 1", f"1. {KINDERGARTEN}")
        assert f"{Extensions.REASON}: {REASON}" in await person.sees()
    # Who only looks has no buttons that decide, and cannot forge them.
    assert await viewer.buttons() == [Panel.BACK]
    await viewer.callback("jg:1:1")
    assert Anywhere.NOT_YOURS in await viewer.toast()
    await head.callback("jl:0")
    assert Anywhere.NOT_YOURS in await head.toast()
    await admin.callback("jc:424242:0")
    assert Control.NO_ROUND in await admin.toast()
    await admin.press(Extensions.REFUSE)
    await viewer.press(Panel.BACK)
    assert "Просьб о продлении срока нет." in await viewer.sees()
    await viewer.press(Panel.TO_PANEL)
    assert "просьба о продлении" not in await viewer.sees()
    # Out of office in the middle of it: the role is gone.
    await world.storage.apply(
        lambda tx: staff.revoke(tx, messengers.person(VIEWER), messengers.person(ADMIN), world.now)
    )
    await viewer.callback("jl:0")
    assert Anywhere.NOT_YOURS in await viewer.toast()


@pytest.mark.slow
async def test_the_head_is_replaced_while_it_waits(world: World, admin: Head, head: Head) -> None:
    await ask(head)
    successor = await world.person("Дашиева Соёлма", 103)
    await successor.join("Дошкольное", KINDERGARTEN)
    await head.send("/delete")
    await head.press(Preferences.DELETE)
    before = await head.count()
    (extension,) = await waiting(world)
    assert extension.asked_by_name is None
    await admin.send("/panel")
    await admin.press(f"{Extensions.HEADING}: 1", f"1. {KINDERGARTEN}")
    assert "\n6 октября в 09:00" in await admin.sees(), "nobody is named any more"
    await admin.press(f"{Extensions.EXTEND} 22 октября")
    assert f"{Extensions.EXTENDED}: до 22 октября" in await successor.sees()
    assert await head.count() == before
