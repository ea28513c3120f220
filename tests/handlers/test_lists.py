"""/tasks, /history, /help, and what nobody expected: an answer to everything."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.people.member import Role, SeatState
from bot.domain.people.messenger import Messenger
from bot.storage.engine.database import DatabaseUnavailable, Tx
from bot.storage.people import organizations, seats
from bot.views.callbacks import History
from tests import messengers
from tests.handlers.life import head_calls
from tests.people import introduced
from tests.texts.example import Organizations, Titles, Types
from tests.texts.heads import Anywhere, Form, Preferences, Registration, Reminder, Request
from tests.world import Head, World, on_button


@pytest.mark.slow
async def test_tasks_by_due_date_overdue_first(world: World, head: Head) -> None:
    await head.join(Types.GENERAL, Organizations.SCHOOL)
    await head.send("/tasks")
    assert Request.NONE_OPEN in await head.sees()
    await world.until("2026-09-18 10:00", step=timedelta(hours=24))
    await head.send("/tasks")
    text = await head.sees()
    assert f"{Request.OPEN}: 3" in text
    assert f"1. {Titles.SUMMER} · Итоги лета\n❗️ до 17 сентября, четверг ({Reminder.OVERDUE} 1 день)" in text
    assert f"2. {Titles.CORRECTION} · Начало учебного года\n🗓 до 18 сентября, пятница (сегодня до 18:00)" in text
    assert f"3. {Titles.CLASS_TEACHING} · I полугодие\n🗓 до 21 сентября, понедельник, 18:00 (осталось 3 дня)" in text
    # The list turns into the form, and back.
    await head.press(f"2. {Titles.CORRECTION}")
    assert "Состояние" in await head.sees()
    await head.press(Titles.NOT_BEGUN, Form.SEND, f"{Request.OTHERS} (2)")
    assert f"{Request.OPEN}: 2" in await head.sees()
    # What is closed is asked no more: 14 days after its due date.
    await world.at("2026-10-01 18:00")
    await head.send("/tasks")
    assert Titles.SUMMER not in await head.sees()


@pytest.mark.both_messengers
async def test_a_phone_begins_a_command_with_a_capital(head: Head, deputy: Head) -> None:
    await deputy.send("/Start")
    assert Registration.AGREE in await deputy.buttons()
    await head.join(Types.GENERAL, Organizations.SCHOOL)
    for typed, said in (("/Tasks", Request.NONE_OPEN), ("/HELP", "/history"), ("/Start", Preferences.WELCOME_BACK)):
        await head.send(typed)
        assert said in await head.sees()


@pytest.mark.slow
async def test_more_requests_than_a_screen_holds_are_on_pages(world: World, head: Head) -> None:
    await head.join(Types.GENERAL, Organizations.SCHOOL)

    async def sit(tx: Tx) -> None:
        fitting = [place for place in await organizations.all_active(tx) if place.types & {"general", "preschool"}]
        for place in fitting[:9]:
            await seats.take(tx, head.id, place.id, Role.HEAD, SeatState.SEATED, world.now)

    await world.storage.apply(sit)
    await world.until("2026-09-18 10:00", step=timedelta(hours=24))
    await head.send("/tasks")
    count = int((await head.sees()).split("\n")[0].split(": ")[1])
    assert 20 < count <= 40
    assert "Страница 1 из 2." in await head.sees()
    await head.press("›")
    assert "\n21. " in await head.sees()
    *_, last, _, in_calendar = await head.buttons()
    assert in_calendar == Request.IN_CALENDAR
    assert last.startswith(f"{count}. ")
    await head.press(last)
    assert "Состояние" in await head.sees() or Request.DUE in await head.sees()
    # What is sent without its place may belong to any of them, too.
    await head.send_file()
    await head.press("›")
    question = await head.phone.find("К какому запросу")
    on_the_last = [label for label in question["buttons"] if label.startswith("К запросу")]
    assert len(on_the_last) == count - 20
    await head.press(on_the_last[-1])
    assert "Сохранено" in await head.screen()
    await head.callback("tm:999999")
    assert "Страница 2 из 2." in await head.sees()


@pytest.mark.slow
async def test_who_has_answered_for_one_organization_reads_whose_the_other_request_is(world: World, head: Head) -> None:
    """«I have answered that», they would think."""
    await head.join(Types.GENERAL, Organizations.SCHOOL)
    await head.send("/settings")
    await head.press(Preferences.ORGANIZATIONS, Preferences.ADD_ORGANIZATION, Types.PRESCHOOL, Form.DONE)
    await head.press(Organizations.KINDERGARTEN, Registration.HEAD)
    await world.at("2026-10-01 09:00")
    await head.press((await head.buttons())[0])
    await head.press(Titles.NOT_BEGUN, Form.SEND)
    await head.send("/history")
    assert f"\n{on_button(Organizations.SCHOOL)}\n" in await head.sees()
    left = f"\n{on_button(Organizations.KINDERGARTEN)}\n"
    await head.send("/tasks")
    assert f"{Request.OPEN}: 1" in await head.sees()
    assert left in await head.sees()
    await world.until("2026-10-13 09:00", step=timedelta(hours=24))
    assert left in str((await head.phone.find(Reminder.HEADING))["text"])
    # Who has one organization knows it.
    other = await world.person("Петров Олег", 102)
    await other.join(Types.PRESCHOOL, Organizations.KINDERGARTEN)
    await other.send("/tasks")
    assert left not in await other.sees()


@pytest.mark.slow
async def test_one_directive_for_two_organizations_is_told_apart_on_the_buttons(world: World, head: Head) -> None:
    await head.join(Types.GENERAL, Organizations.SCHOOL)
    await head.send("/settings")
    await head.press(Preferences.ORGANIZATIONS, Preferences.ADD_ORGANIZATION, Types.PRESCHOOL, Form.DONE)
    await head.press(Organizations.KINDERGARTEN, Registration.DEPUTY)
    await world.at("2026-10-01 09:00")
    both = [
        "1. Рассмотрение нацпроекта в коллективе · Тихореченская ООШ",
        "2. Рассмотрение нацпроекта в коллекти… · Детский сад «Родничок»",
    ]
    assert await head.buttons() == both
    await head.send("/tasks")
    assert await head.buttons() == [*both, Request.IN_CALENDAR]
    for _ in both:
        # The first of the list.
        await head.press((await head.buttons())[0])
        await head.press(Titles.NOT_BEGUN, Form.SEND)
        await head.send("/tasks")
    await head.send("/history")
    assert {label[3:] for label in await head.buttons()} >= {label[3:] for label in both}


@pytest.mark.slow
async def test_history_has_pages(world: World, head: Head) -> None:
    await head.join(Types.GENERAL, Organizations.SCHOOL)
    await head.send("/history")
    assert "ответов пока нет" in await head.sees()

    async def sit(tx: Tx) -> None:
        fitting = [place for place in await organizations.all_active(tx) if place.types & {"general", "preschool"}]
        for place in fitting[:9]:
            await seats.take(tx, head.id, place.id, Role.HEAD, SeatState.SEATED, world.now)

    await world.storage.apply(sit)
    await world.at("2026-09-03 09:00")
    await head.send("/tasks")
    count = int((await head.sees()).split("\n")[0].split(": ")[1])
    assert count > 8
    for _ in range(count):
        await head.send("/tasks")
        await head.press(f"1. {Titles.CORRECTION}", Titles.NOT_BEGUN, Form.SEND)
    await head.send("/tasks")
    assert Request.NONE_OPEN in await head.sees()
    await head.send("/history")
    assert f"{Request.HISTORY}: {count} запрос" in await head.sees()
    first = await head.buttons()
    # Eight answers, the next page, and all of them as a file.
    assert len(first) == 10
    assert first[-2:] == ["Страница 2 ›", Request.DOWNLOAD]
    await head.press("›")
    assert (await head.buttons())[0].startswith("9. ")
    assert "‹ Страница 1" in await head.buttons()
    await head.press("9. Корректировка")
    assert Form.ACCEPTED in await head.sees()
    # Pages that are not there.
    for page in (77, 2**53):
        await head.callback(History(page=page).pack())
    await head.callback("hl:-1")
    assert Anywhere.OUTDATED in await head.toast()


async def test_help_says_what_there_is(approving: World, admin: Head) -> None:
    head = await introduced(approving, "Иванова Мария", 101)
    await head.send("/help")
    for command in ("/tasks", "/history", "/settings", "/stop", "/start", "/delete"):
        assert command in await head.sees()
    assert "/status" not in await head.sees()
    await admin.send("/help")
    assert "/status" in await admin.sees()


async def everything(person: Head) -> list[int]:
    """Does all that people do by mistake; how many words of the bot each deed brought."""
    heard = []
    other = [person.phone.send_photo(b"jpg"), person.phone.send_file(b"mp4", "v.mp4", kind="video")]
    texts = [
        "скажите", "/unknown", "/", "12", "<b>&", "🦊" * 50, "\u202e\u200b", "x" * messengers.longest(),
        "/tasks@other_bot", "Согласен",
    ]  # fmt: skip
    for deed in [*other, *(person.phone.send(text) for text in texts)]:
        before = await person.count()
        await person.do(deed)
        heard.append(await person.count() - before)
    return heard


@pytest.mark.slow
async def test_no_silence_for_a_head(world: World, head: Head) -> None:
    await head.join(Types.GENERAL, Organizations.SCHOOL)
    assert all(heard == 1 for heard in await everything(head))
    assert "Что я умею: /help" in await head.sees()
    await world.at("2026-09-03 09:00")
    await head.send("/unknown")
    assert "1 открытый запрос" in await head.sees()
    await head.press("Открыть запросы")
    assert f"{Request.OPEN}: 1" in await head.sees()


async def test_no_silence_for_a_stranger(world: World, head: Head) -> None:
    await head.phone.start()
    assert all(heard == 1 for heard in await everything(head))
    assert Request.START in await head.sees()
    own = await head.phone.send("привет")
    await world.settle()
    before = await head.count()
    await head.edit(own, "привет!")
    assert await head.count() == before + 1
    for data in (
        "fo:1",
        "fy:1:0",
        "sd:1:1",
        "um:1:1",
        "us:1",
        "dd:1",
        "st:main",
        "хм",
        "ok",
        "ok:a:b",
        "ok:" + "x" * 61,
    ):
        await head.callback(data)
    assert len(await head.phone.alerts()) == 10


async def test_no_silence_for_somebody_without_a_seat(world: World, head: Head) -> None:
    await head.send("/start")
    await head.press(Registration.AGREE)
    assert all(heard == 1 for heard in await everything(head))
    await head.send("/tasks")
    assert Request.NO_SEAT in await head.sees()


@pytest.mark.slow
async def test_no_silence_for_forged_presses(world: World, head: Head) -> None:
    await head.join(Types.GENERAL, Organizations.SCHOOL)
    forged = [
        "fo:1", "fo:-1", "fo:99999999999999999999", "fc:1:0:0", "fd:1:0:99999999", "fm:1:0:999999", "fs:1:0:fields",
        "fs:1:9007199254740992:go", "fe:1", "fy:1:0", "fi:1", "fn:1:0", "fv:1", "sd:1:1", "um:1:1", "us:1",
        "sp:9007199254740992", "sl:1:1", "st:nowhere", "sm:topic:x", "hl:9007199254740992", "x", "fo", "fo:1:2",
        "\x00", "🦊",
    ]  # fmt: skip
    for data in forged:
        before = len(await head_calls(world))
        await head.callback(data)
        assert len(await head_calls(world)) > before, data


async def test_the_commands_are_in_the_menu(approving: World, admin: Head) -> None:
    head = await approving.person("Иванова Мария", 101)
    await approving.app.introduction.menus()
    common = ["tasks", "history", "write", "settings", "help", "start", "stop", "delete"]
    assert [each["command"] for each in await head.phone.commands()] == common
    # MAX has one menu for everybody.
    more = ["panel", "status"] if messengers.chosen() is Messenger.TELEGRAM else []
    assert [each["command"] for each in await admin.phone.commands()] == [*common, *more]


async def test_the_staff_s_menus_wait_for_the_database(
    approving: World, admin: Head, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.parts.introduction.backoff", lambda _attempts: 0)
    read, tries = approving.storage.read, 0

    def away_at_first() -> Any:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise DatabaseUnavailable("the server is away")
        return read()

    with monkeypatch.context() as patched:
        patched.setattr(approving.storage, "read", away_at_first)
        await approving.app.introduction.menus()
    assert caplog.text.count("the staff's menus are not brought up to date yet: the server is away") == 1
    caplog.clear()
    commands = [each["command"] for each in await admin.phone.commands()]
    assert ("panel" in commands) is messengers.menus_by_role()
