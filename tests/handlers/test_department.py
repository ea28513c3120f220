"""What administrators see: how rounds stand, who cannot be reached, what was missed."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.storage.ledger import rounds
from bot.views.callbacks.control import InRound
from tests.people import ADMIN, SECOND_ADMIN, introduced
from tests.texts.department import Announcements, Applications, Control, Digest, Journal, Missed, Panel
from tests.texts.example import Organizations, Titles, Types
from tests.texts.heads import Anywhere, Form, Registration
from tests.world import Head, World, living, on_button


async def newcomer(world: World, admin: Head, name: str, id: int, role: str = Registration.HEAD) -> Head:
    """Somebody whom the administrator seats at the school."""
    person = await world.person(name, id)
    await person.send("/start")
    await person.press(Registration.AGREE, Types.GENERAL, Registration.DONE, Organizations.SCHOOL, role)
    await admin.press(Applications.CONFIRM)
    return person


@pytest.mark.slow
@pytest.mark.both_messengers
async def test_status(approving: World, admin: Head) -> None:
    await admin.send("/status")
    assert await admin.sees() == f"{Control.NONE_OPEN}."
    head = await newcomer(approving, admin, "Иванова Мария", 101)
    await approving.at("2026-09-07 09:00")
    await admin.send("/status")
    text = await admin.sees()
    assert f"{Control.OPEN}: 3" in text
    assert f"{Titles.SUMMER} · Итоги лета\n{Control.ANSWERED} 0 из 8\n{Control.DUE}: 17 сентября, четверг" in text
    assert (
        f"{Titles.CORRECTION} · Начало учебного года\n{Control.ANSWERED} 0 из 12\n{Control.DUE}: 18 сентября, пятница"
        in text
    )
    await head.press(Titles.CORRECTION, Titles.NOT_BEGUN, Form.SEND)
    waiting = await approving.person("Петров Олег", 102)
    await waiting.send("/start")
    await waiting.press(Registration.AGREE, Types.GENERAL, Registration.DONE, Organizations.SCHOOL, Registration.DEPUTY)
    await admin.send("/status")
    assert f"{Control.ANSWERED} 1 из 12" in await admin.sees()
    before = await admin.count()
    await admin.press(f"{Applications.LIST}: 1")
    assert await admin.count() == before + 1
    assert "Олег Петров, заместитель" in await admin.sees()
    await admin.press(Titles.CORRECTION, f"{Control.UNANSWERED}: 11")
    counted = "Ответили 1 из 12\nНа проверке: 1"
    (shown,) = [message for message in await admin.phone.messages() if counted in message["text"]]
    assert any(on_button(Organizations.OTHER_SCHOOL) in label for label in shown["buttons"])
    assert not any(on_button(Organizations.SCHOOL) in label for label in shown["buttons"])


async def test_status_is_not_for_heads(approving: World, admin: Head) -> None:
    head = await newcomer(approving, admin, "Иванова Мария", 101)
    await approving.at("2026-09-03 09:00")
    await head.send("/status")
    assert Panel.STAFF_ONLY in await head.sees()
    await head.callback(InRound(round=1).pack())
    assert Anywhere.NOT_YOURS in await head.toast()


async def test_a_head_who_tries_the_desk_loses_nothing_begun(approving: World, admin: Head) -> None:
    head = await newcomer(approving, admin, "Иванова Мария", 101)
    await approving.at("2026-09-03 09:00")
    await head.press(Control.NOT_OURS)
    await head.send("/panel")
    assert Panel.STAFF_ONLY in await head.sees()
    await head.send("/reload")
    assert "администратор" in await head.sees()
    await head.send("Программ у нас нет")
    assert await head.card("Программ у нас нет")


@pytest.mark.slow
@pytest.mark.both_messengers
async def test_a_head_blocks_the_bot_and_takes_it_back(approving: World, admin: Head) -> None:
    head = await newcomer(approving, admin, "Иванова Мария", 101)
    deputy = await newcomer(approving, admin, "Петров Олег", 102, Registration.DEPUTY)
    await approving.at("2026-09-03 09:00")
    assert Registration.REGISTERED in await deputy.sees()
    await head.block()
    notice = "Сообщения не доходят: Мария Иванова"
    assert notice in await admin.sees()
    assert f"{Organizations.SCHOOL}, руководитель" in await admin.sees()
    # The request is the deputy's now.
    assert Titles.CORRECTION in await deputy.sees()
    await approving.until("2026-09-08 10:00", step=timedelta(hours=12))
    assert "Отдых и оздоровление" in await deputy.sees()
    assert len([message for message in await admin.phone.messages() if notice in message["text"]]) == 1
    await head.unblock()
    assert "Отдых и оздоровление" in await head.sees()
    # A second time is news again.
    await head.block()
    assert len([message for message in await admin.phone.messages() if notice in message["text"]]) == 2


@pytest.mark.slow
async def test_telegram_tells_of_the_block_only_when_written_to(approving: World, admin: Head) -> None:
    head = await newcomer(approving, admin, "Иванова Мария", 101)
    deputy = await newcomer(approving, admin, "Петров Олег", 102, Registration.DEPUTY)
    approving.telegram.world.people[101].deactivated = True
    await approving.at("2026-09-03 09:00")
    assert f"{Digest.UNREACHED}: Мария Иванова" in await admin.sees()
    assert Titles.CORRECTION in await deputy.sees()
    approving.telegram.world.people[101].deactivated = False
    await head.send("/tasks")
    assert any(Announcements.PLEASE_CONFIRM in message["text"] for message in await head.phone.messages())


@pytest.mark.slow
async def test_missed_rounds_are_decided_by_the_department(approving: World, admin: Head) -> None:
    second = await introduced(approving, "Второй Борис", SECOND_ADMIN)
    head = await newcomer(approving, admin, "Иванова Мария", 101)
    await approving.at("2026-09-02 10:00")
    await approving.at("2026-09-18 11:00")
    await second.send("/status")
    missed = [message["message_id"] for message in await second.phone.messages() if Missed.HEADING in message["text"]]
    await second.press(f"Не открыты вовремя: {len(missed)}")
    titles = (Titles.CORRECTION, Titles.SUMMER, Titles.CLASS_TEACHING)
    cards = {title: await admin.card(title) for title in titles}
    assert any(Missed.HEADING in message["text"] for message in await admin.phone.messages())
    # Nobody else knows.
    assert Registration.REGISTERED in await head.sees()
    await head.callback("um:1:1")
    assert Anywhere.NOT_YOURS in await head.toast()
    await admin.press_at(cards[Titles.CLASS_TEACHING], Missed.OPEN)
    assert any(
        f"{Journal.OPENED}: {Titles.CLASS_TEACHING}" in message["text"] for message in await admin.phone.messages()
    )
    assert Titles.CLASS_TEACHING in await head.sees()
    # The other administrator comes too late, whatever they wanted.
    await second.press_at(await second.card(Titles.CLASS_TEACHING), Missed.LEAVE)
    assert any(Missed.DECIDED in message["text"] for message in await second.phone.messages())
    await asyncio.gather(
        admin.phone.press(Missed.LEAVE, message_id=cards[Titles.CORRECTION]),
        second.phone.press(Missed.OPEN, message_id=await second.card(Titles.CORRECTION)),
    )
    await approving.settle()
    decided = [message["text"] for person in (admin, second) for message in await person.phone.messages()]
    assert len([one for one in decided if Missed.DECIDED in one]) == 2
    await admin.press_at(cards[Titles.SUMMER], Missed.LEAVE)
    assert any("не открывается: Отдых" in message["text"] for message in await admin.phone.messages())
    async with approving.storage.read() as tx:
        assert "children-recreation" not in [one.directive.id for one in await rounds.open_now(tx, approving.now)]
    before = await admin.count()
    await approving.at("2026-09-18 12:00")
    assert await admin.count() == before


@pytest.mark.slow
async def test_what_would_be_closed_cannot_be_opened(approving: World, admin: Head) -> None:
    await approving.at("2026-09-02 10:00")
    await approving.at("2026-09-12 10:00")
    card = await admin.card(Titles.CORRECTION)
    (open_it,) = [
        button["callback_data"]
        for message in await admin.phone.messages()
        if message["message_id"] == card
        for row in message["markup"]["inline_keyboard"]
        for button in row
        if button["text"] == Missed.OPEN
    ]
    await approving.at("2026-10-02 18:00")
    await admin.callback(open_it, card)
    assert "открыть нельзя" in next(
        message["text"] for message in await admin.phone.messages() if message["message_id"] == card
    )
    async with approving.storage.read() as tx:
        assert "programme-correction" in [one.directive.id for one in await rounds.missed(tx)]


async def test_an_administrator_who_never_came_disturbs_nothing(tmp_path: Path) -> None:
    async with living(tmp_path, registration="approval", admin_ids=(ADMIN, SECOND_ADMIN)) as world:
        head = await world.person("Иванова Мария", 101)
        await head.send("/start")
        await head.press(Registration.AGREE, Types.GENERAL, Registration.DONE, Organizations.SCHOOL, Registration.HEAD)
        await world.at("2026-09-03 09:00")
        assert Registration.APPLIED in await head.sees()
