"""Subscriptions, vacations, leaving, stopping, erasing."""

from datetime import timedelta

import pytest

from bot.domain.letter import LetterState
from bot.domain.people.member import Limits, Role, SeatState, StaffRole
from bot.storage.ledger import obligations, replies
from bot.storage.people import seats, staff
from bot.storage.post import letters
from bot.storage.schema import audit
from bot.views.callbacks import Delete, Leave, Mute, Pause, Settings
from tests import messengers
from tests.people import SECOND_ADMIN, introduced
from tests.texts.department import Announcements, Applications, Panel, Recipients, Threads
from tests.texts.example import Organizations, Titles, Topics, Types
from tests.texts.heads import Anywhere, Form, Placing, Preferences, Registration, Reminder, Request
from tests.traces import traces
from tests.world import Head, World, on_button

BOTH = "МБОУ «Белояровская средняя общеобразовательная школа — детский сад»"
OPENS = "2026-09-03 09:00"


@pytest.fixture
async def head(head: Head) -> Head:
    """The head of a school, registered."""
    await head.join(Types.GENERAL, Organizations.SCHOOL)
    return head


@pytest.fixture
async def deputy(head: Head, deputy: Head) -> Head:
    """The deputy in the same school, registered."""
    await deputy.join(Types.GENERAL, Organizations.SCHOOL, Registration.DEPUTY)
    return deputy


async def settings(person: Head, *path: str) -> None:
    await person.send("/settings")
    await person.press(*path)


async def was_sent(person: Head, text: str) -> bool:
    """Whether the bot wrote of its own accord: not in answer to /tasks."""
    said = [messengers.without_labels(message["text"]) for message in await person.phone.messages()]
    return any(text in one for one in said)


# --- subscriptions ---


async def test_a_muted_topic_is_in_the_list_but_not_sent(world: World, head: Head) -> None:
    await settings(head, Preferences.WANTED)
    assert f"✅ {Topics.CURRICULA}" in await head.buttons()
    # Topics of the department are nothing to a school.
    assert not any(Topics.SANITARY in button for button in await head.buttons())
    await head.press(Topics.CURRICULA)
    assert f"🔕 {Topics.CURRICULA}" in await head.buttons()
    await world.at(OPENS)
    assert not await was_sent(head, Titles.CORRECTION)
    await head.send("/tasks")
    assert Titles.CORRECTION in await head.sees()
    await world.at("2026-09-07 09:00")
    assert "Отдых и оздоровление" in await head.sees()
    await settings(head, Preferences.WANTED, Topics.CURRICULA)
    # The screen changes first, then what was missed comes.
    assert Titles.CORRECTION in await head.sees()


@pytest.mark.slow
async def test_a_muted_topic_brings_no_reminders(world: World, head: Head) -> None:
    await settings(head, Preferences.WANTED, Topics.CURRICULA, "Отдых и оздоровление")
    await head.press(Titles.CLASS_TEACHING)
    await world.until("2026-09-21 12:00", step=timedelta(hours=24))
    assert not await was_sent(head, Titles.CORRECTION)
    assert not await was_sent(head, Reminder.HEADING)


@pytest.mark.slow
async def test_a_muted_type(world: World, deputy: Head) -> None:
    person = await world.person("Цыренова Баирма", 105)
    await person.join(Types.GENERAL, BOTH)
    await settings(person, Preferences.WANTED)
    buttons = await person.buttons()
    assert buttons[:2] == [f"✅ Тип: {Types.GENERAL}", f"✅ Тип: {Types.PRESCHOOL}"]
    assert f"✅ {Topics.CURRICULA}" in buttons
    await person.press(f"✅ Тип: {Types.GENERAL}")
    assert (await person.buttons())[0] == f"🔕 Тип: {Types.GENERAL}"
    await world.at(OPENS)
    # It is also a kindergarten's matter, and that is not muted.
    assert await was_sent(person, Titles.CORRECTION)
    await world.at("2026-09-07 09:00")
    assert not await was_sent(person, "Отдых и оздоровление")
    await settings(person, Preferences.WANTED, f"🔕 Тип: {Types.GENERAL}")
    assert "Отдых и оздоровление" in await person.sees()


async def test_subscriptions_of_nothing(world: World, head: Head) -> None:
    await head.callback(Mute(scope="topic", value="nonsense").pack())
    assert await head.toast() == "Об этом больше не спрашивают"
    await head.callback("sm:colour:sanitary")
    assert Anywhere.OUTDATED in await head.toast()


async def test_settings_without_an_organization(world: World, head: Head) -> None:
    await settings(head, Preferences.ORGANIZATIONS, Preferences.LEAVE, Organizations.SCHOOL, Preferences.SURELY_LEAVE)
    await settings(head)
    assert "Организация не выбрана" in await head.sees()
    assert await head.buttons() == [Preferences.HOLIDAY, Preferences.ORGANIZATIONS]
    await head.press(Preferences.ORGANIZATIONS)
    assert await head.buttons() == [Preferences.ADD_ORGANIZATION, Preferences.BACK]
    # An older card leads there all the same.
    await head.callback(Settings(screen="topics").pack())
    assert "выбирать пока не из чего" in await head.sees()


async def test_a_list_of_one_box_is_none(world: World, head: Head) -> None:
    """A school is one type: which of its types it wants to hear of is no question."""
    await settings(head)
    assert await head.buttons() == [Preferences.HOLIDAY, Preferences.ORGANIZATIONS, Preferences.WANTED]
    await head.press(Preferences.WANTED)
    assert not any("Тип:" in button for button in await head.buttons())
    # Leaving stands apart from what does no harm.
    await head.press(Preferences.BACK, Preferences.ORGANIZATIONS)
    assert await head.buttons() == [Preferences.ADD_ORGANIZATION, Preferences.BACK, Preferences.LEAVE]
    assert "Тихореченская" in await head.sees()


async def test_what_is_muted_can_be_heard_of_again(world: World, head: Head) -> None:
    """A card of an older bot has muted the only type there is."""
    await head.callback(Mute(scope="type", value="general").pack())
    await settings(head, Preferences.WANTED)
    await head.press(f"🔕 Тип: {Types.GENERAL}")
    assert not any("Тип:" in button for button in await head.buttons())


# --- vacations ---


@pytest.mark.slow
async def test_a_vacation_by_button(world: World, head: Head, deputy: Head) -> None:
    await settings(head, Preferences.HOLIDAY, Preferences.WEEK)
    assert "возобновятся 3 сентября" in await head.sees()
    await settings(head)
    assert "Отпуск до 3 сентября" in await head.sees()
    await head.press(Preferences.HOLIDAY, "На 2 недели")
    assert "возобновятся 10 сентября" in await head.sees()
    await world.at(OPENS)
    assert not await was_sent(head, Titles.CORRECTION)
    assert await was_sent(deputy, Titles.CORRECTION)
    await world.at("2026-09-07 09:00")
    await world.at("2026-09-10 08:59")
    assert not await was_sent(head, Titles.CORRECTION)
    await world.at("2026-09-10 09:00")
    # Back: what is still open, in one message.
    assert f"3 {Request.NEW}" in await head.sees()
    assert Titles.CORRECTION in await head.sees()


async def test_a_vacation_by_date(world: World, head: Head) -> None:
    await settings(head, Preferences.HOLIDAY)
    assert "например 10.09.2026" in await head.sees()
    for typed in ("вчера", "26.08.2026", "27.08.2026", "31.02.2027", "01.09.2028", "99", "<b>", "🌴"):
        await head.send(typed)
        assert "не раньше завтрашнего дня" in await head.sees(), typed
    for typed in ("с 15 сентября", "по 15 сентября", "до 15 сентября включительно"):
        await head.send(typed)
        assert "дата возвращения" in await head.sees(), "whether the 15th is one of its days, only they know"
    await head.send("До 15 сентября")
    assert "возобновятся 15 сентября" in await head.sees()
    # The conversation about the vacation is over.
    await head.send("16.09.2026")
    assert Placing.KEPT in await head.sees()
    await head.send("/start")
    assert Preferences.WELCOME_BACK in await head.sees()
    await world.at(OPENS)
    assert await was_sent(head, Titles.CORRECTION)


@pytest.mark.parametrize(
    ("typed", "back"),
    [
        ("На 2 недели", "10 сентября"),
        ("неделю", "3 сентября"),
        ("на 28 дней", "24 сентября"),
        ("28 календарных дней", "24 сентября"),
        ("на месяц", "26 сентября"),
        ("недели на две", "10 сентября"),
        ("14 дн.", "10 сентября"),
    ],
)
async def test_a_vacation_of_so_long(world: World, head: Head, typed: str, back: str) -> None:
    await settings(head, Preferences.HOLIDAY)
    await head.send("на 500 дней")
    assert "не позже чем через год" in await head.sees()
    await head.send(typed)
    assert f"возобновятся {back}" in await head.sees()


async def test_the_way_back_from_a_vacation_is_written(world: World, head: Head) -> None:
    await settings(head, Preferences.HOLIDAY)
    await head.send("отмена")
    assert Preferences.HOLIDAY in await head.buttons()
    await head.send("15.09.2026")
    assert Placing.KEPT in await head.sees(), "no vacation is asked for any more"


async def test_a_vacation_that_is_not_meant(world: World, head: Head) -> None:
    await settings(head, Preferences.HOLIDAY, Preferences.BACK)
    await head.send("15.09.2026")
    assert Placing.KEPT in await head.sees()
    await head.callback(Pause(days=2**53).pack())
    assert "27 августа 2027" in await head.sees()
    await settings(head, Preferences.HOLIDAY, Preferences.END_HOLIDAY)
    assert Preferences.WELCOME_BACK in await head.sees()


async def test_back_early_gets_what_came_meanwhile(world: World, head: Head) -> None:
    await settings(head, Preferences.HOLIDAY, Preferences.FOUR_WEEKS)
    await world.at(OPENS)
    await settings(head, Preferences.HOLIDAY, Preferences.END_HOLIDAY)
    assert Titles.CORRECTION in await head.sees()


# --- leaving ---


@pytest.mark.slow
async def test_leaving_hands_over_to_the_successor(world: World, head: Head) -> None:
    await world.at(OPENS)
    form = await head.card(Titles.CORRECTION)
    await settings(head, Preferences.ORGANIZATIONS, Preferences.LEAVE, Organizations.SCHOOL)
    assert f"{Preferences.LEAVE}?" in await head.sees()
    await head.press(Preferences.TO_ORGANIZATIONS, Preferences.LEAVE, Organizations.SCHOOL, Preferences.SURELY_LEAVE)
    assert "Вы ушли из организации" in await head.sees()
    successor = await world.person("Петров Олег", 102)
    await successor.join(Types.GENERAL, Organizations.SCHOOL)
    assert Titles.CORRECTION in await successor.sees()
    # Who left presses the old form, and writes: a polite word, and no answer in the ledger.
    await head.press_at(form, Titles.DONE)
    assert Anywhere.NOT_YOURS in await head.toast()
    await head.send("12")
    assert Request.NO_SEAT in await head.sees()
    await head.send("Комментарий", reply_to=form)
    assert Request.NO_SEAT in await head.sees()
    await successor.press(Titles.NOT_BEGUN, Form.SEND)
    async with world.storage.read() as tx:
        (owed,), _ = await obligations.answered(tx, successor.id, 10, 0)
        newest = await replies.newest(tx, owed.id)
    assert newest is not None
    assert newest.by_id == successor.id
    await world.at("2026-09-07 09:00")
    assert not await was_sent(head, "Отдых и оздоровление")


async def test_the_deputy_is_asked_when_the_head_leaves(world: World, head: Head, deputy: Head) -> None:
    await world.at(OPENS)
    assert not await was_sent(deputy, Titles.CORRECTION)
    await settings(head, Preferences.ORGANIZATIONS, Preferences.LEAVE, Organizations.SCHOOL, Preferences.SURELY_LEAVE)
    assert Titles.CORRECTION in await deputy.sees()


async def test_a_seat_of_somebody_else_cannot_be_left(world: World, head: Head, deputy: Head) -> None:
    async with world.storage.read() as tx:
        (seat,) = await seats.of_person(tx, head.id)
    await deputy.callback(Leave(seat=seat.id, sure=True).pack())
    assert "больше не значитесь" in await deputy.toast()
    async with world.storage.read() as tx:
        assert [one.state for one in await seats.of_person(tx, head.id)] == [SeatState.SEATED]


@pytest.mark.slow
async def test_leaving_one_of_two(world: World, head: Head) -> None:
    await settings(
        head,
        Preferences.ORGANIZATIONS,
        Preferences.ADD_ORGANIZATION,
        Types.GENERAL,
        Registration.DONE,
        BOTH,
        Registration.HEAD,
    )
    await settings(head, Preferences.ORGANIZATIONS, Preferences.LEAVE, Organizations.SCHOOL, Preferences.SURELY_LEAVE)
    assert "/settings" in await head.sees()
    await world.at(OPENS)
    assert on_button(BOTH) in await head.sees()
    assert on_button(Organizations.SCHOOL) not in await head.sees()


# --- stopping ---


async def test_stop_and_start(world: World, head: Head, deputy: Head) -> None:
    await head.send("/stop")
    assert Preferences.STOPPED in await head.sees()
    await world.at(OPENS)
    assert not await was_sent(head, Titles.CORRECTION)
    assert await was_sent(deputy, Titles.CORRECTION)
    await head.send("/tasks")
    assert Titles.CORRECTION in await head.sees()
    await settings(head)
    assert Preferences.STOPPED in await head.sees()
    before = await head.count()
    await head.send("/start")
    assert await head.count() == before + 2
    assert Titles.CORRECTION in await head.sees()


async def test_stopping_in_the_round_asks_the_deputy(world: World, head: Head, deputy: Head) -> None:
    await world.at(OPENS)
    await head.send("/stop")
    assert Titles.CORRECTION in await deputy.sees()


async def test_who_stopped_left_and_comes_back_is_asked_again(world: World, head: Head) -> None:
    await head.send("/stop")
    await settings(head, Preferences.ORGANIZATIONS, Preferences.LEAVE, Organizations.SCHOOL, Preferences.SURELY_LEAVE)
    await head.send("/start")
    await head.press(Types.GENERAL, Registration.DONE, Organizations.SCHOOL, Registration.HEAD)
    await world.at(OPENS)
    assert await was_sent(head, Titles.CORRECTION)


# --- erasing ---


@pytest.mark.slow
async def test_delete_erases_the_person_and_keeps_the_answer(world: World) -> None:
    head = await world.person("Краснопёрова Дарима", 7_700_123_456)
    signs = (head.id, "Краснопёрова", "Дарима")
    await head.join(Types.GENERAL, Organizations.SCHOOL)
    await settings(head, Preferences.WANTED, "Олимпиадное")
    await world.at(OPENS)
    await head.press(Titles.NOT_BEGUN, Form.SEND)
    await head.send("Приказ готовится", reply_to=await head.card(Form.ACCEPTED))
    await world.until("2026-09-08 10:00", step=timedelta(hours=24))
    await head.press(Titles.DONE)
    await settings(head, Preferences.HOLIDAY)
    await head.send("/delete")
    await head.press("Не удалять")
    assert "ничего не удалено" in await head.sees()
    assert "people" in await traces(world, *signs)
    await head.send("/delete")
    assert "Удалить ваши данные?" in await head.sees()
    await head.press(Preferences.DELETE)
    assert "Ваши данные удалены" in await head.sees()
    assert await traces(world, *signs) == {}
    # A successor finds the answer, without a name.
    successor = await world.person("Петров Олег", 102)
    await successor.join(Types.GENERAL, Organizations.SCHOOL)
    async with world.storage.read() as tx:
        (owed,), _ = await obligations.answered(tx, successor.id, 10, 0)
        newest = await replies.newest(tx, owed.id)
        remarks = await replies.remarks_to(tx, owed.id)
    assert newest is not None
    assert (newest.values["status"], newest.by_id, newest.by_name) == (Titles.NOT_BEGUN, None, None)
    assert [(remark.text, remark.by_name) for remark in remarks] == [("Приказ готовится", None)]
    assert await audited(world, "person.erased") == 1
    # The bot knows a stranger.
    await head.send("привет")
    assert Request.START in await head.sees()
    assert await traces(world, *signs) == {}


async def audited(world: World, action: str) -> int:
    async with world.storage.read() as tx:
        return len([row for row in await tx.execute(audit.select()) if row.action == action])


async def test_who_waits_may_be_erased(approving: World, admin: Head) -> None:
    head = await approving.person("Краснопёрова Дарима", 7_700_123_456)
    await head.send("/start")
    await head.press(Registration.AGREE, Types.GENERAL, Registration.DONE, Organizations.SCHOOL, Registration.HEAD)
    await head.block()
    await head.unblock()
    await head.send("/delete")
    await head.press(Preferences.DELETE)
    assert await traces(approving, head.id, "Краснопёрова") == {}
    await admin.press(Applications.CONFIRM)
    assert Applications.REVOKED in await admin.sees()


@pytest.mark.slow
async def test_the_erased_is_written_to_no_more(world: World, head: Head) -> None:
    await world.at(OPENS)
    await head.send("/delete")
    await head.press(Preferences.DELETE)
    before = await head.count()
    await world.until("2026-09-17 12:00", step=timedelta(hours=24))
    assert await head.count() == before


async def test_an_old_delete_button_of_a_stranger(world: World, head: Head) -> None:
    await head.send("/delete")
    await head.press(Preferences.DELETE)
    await head.callback(Delete(sure=True).pack())
    assert await head.toast()
    await head.send("/start")
    await head.press(Registration.AGREE, Types.GENERAL, Registration.DONE, Organizations.SCHOOL, Registration.HEAD)
    async with world.storage.read() as tx:
        assert [seat.role for seat in await seats.of_person(tx, head.id)] == [Role.HEAD]
        assert await letters.count(tx, LetterState.FAILED) == 0


async def test_the_last_administrator_stays_whatever_the_door(approving: World, admin: Head) -> None:
    # Two are configured; one has never come, and is as good as none only once it is gone.
    second = await introduced(approving, "Заместитель Пётр", SECOND_ADMIN)
    await second.send("/delete")
    await second.press(Preferences.DELETE)
    await admin.send("/delete")
    assert Preferences.LAST_ADMINISTRATOR in await admin.sees()
    async with approving.storage.read() as tx:
        assert await staff.admins(tx) == [admin.id]


async def test_an_old_button_does_not_erase_the_last_administrator(approving: World, admin: Head) -> None:
    second = await introduced(approving, "Заместитель Пётр", SECOND_ADMIN)
    await admin.send("/delete")
    await second.send("/delete")
    await second.press(Preferences.DELETE)
    await admin.press(Preferences.DELETE)
    assert Preferences.LAST_ADMINISTRATOR in await admin.sees()
    async with approving.storage.read() as tx:
        assert await staff.admins(tx) == [admin.id]


@pytest.mark.slow
async def test_a_curator_who_leaves_takes_everything_along(approving: World, admin: Head) -> None:
    head = await approving.person("Иванова Мария", 101)
    await head.send("/start")
    await head.press(Registration.AGREE, Types.GENERAL, Registration.DONE, Organizations.SCHOOL, Registration.HEAD)
    await admin.press(Applications.CONFIRM)
    curator = await introduced(approving, "Незабвенная Ольга", 7_700_999_888)
    await approving.storage.apply(
        lambda tx: staff.grant(tx, curator.id, StaffRole.CURATOR, admin.id, approving.now, Limits())
    )
    # An announcement, an answer to a head, a reply to it by swipe, and a draft.
    await curator.send("/panel")
    await curator.press(Panel.ANNOUNCEMENTS, Announcements.NEW)
    await curator.send("Совещание в пятницу")
    await curator.press(Announcements.TO, Recipients.ALL)
    await curator.press(next(button for button in await curator.buttons() if button.startswith(Recipients.DONE)))
    await curator.press(Announcements.SEND)
    await curator.press(next(button for button in await curator.buttons() if button.startswith("Да, ")))
    await head.send("/write")
    await head.send("Где совещание?")
    await curator.press(Threads.ANSWER)
    await curator.send("В актовом зале")
    await curator.send("/panel")
    await curator.press(Panel.ANNOUNCEMENTS, Announcements.NEW)
    await curator.send("Черновик")
    # Somebody is just looking at her card.
    await admin.send("/panel")
    await admin.press(Panel.STAFF, "Незабвенная")
    signs = (curator.id, "Незабвенная", "Ольга")
    assert set(await traces(approving, *signs)) >= {"announcements", "audit", "notes", "people", "thread_messages"}
    await curator.send("/delete")
    await curator.press(Preferences.DELETE)
    assert await traces(approving, *signs) == {}
    # The head still has both, and the department can go on.
    assert any("Совещание в пятницу" in message["text"] for message in await head.phone.messages())
    assert any("В актовом зале" in message["text"] for message in await head.phone.messages())
    await head.send("/write")
    await head.send("Спасибо")
    assert "Спасибо" in await admin.sees()
