"""Whom an announcement reached, whom not and why, and for which organizations somebody has read it."""

import pytest

from bot.domain.desk.announcement import Coverage
from bot.domain.people.member import Limits, StaffRole
from bot.storage.desk import destinations
from bot.storage.people import staff
from tests import messengers
from tests.handlers.department.announcements.test_announcements import (
    compose,
    copies,
    go,
    go_slowly,
    head,
    staff_member,
    tally,
    to_everyone,
)
from tests.texts.department import Announcements, Digest, Panel, Recipients
from tests.texts.example import Organizations, Types
from tests.texts.heads import Preferences, Registration
from tests.world import Head, World, on_button


async def take_another(person: Head, organization: str, type_: str = Types.GENERAL) -> None:
    """Takes a seat at another organization."""
    await person.send("/settings")
    await person.press(Preferences.ORGANIZATIONS, Preferences.ADD_ORGANIZATION, type_, Registration.DONE)
    if organization not in " ".join(await person.buttons()):
        await person.send(organization)
    await person.press(organization, Registration.HEAD)


async def leave(person: Head, organization: str) -> None:
    await person.send("/settings")
    await person.press(Preferences.ORGANIZATIONS, Preferences.LEAVE, organization, Preferences.SURELY_LEAVE)


async def announce(author: Head, *, current: bool = False) -> int:
    """An announcement to everybody with «Ознакомлен» has gone; its card."""
    await compose(author)
    await to_everyone(author)
    await author.press(f"«{Announcements.ACKNOWLEDGE}»: нет")
    if current:
        await author.press(Announcements.NEWCOMERS, Announcements.FOR_A_WEEK)
    await go(author)
    return await author.card(Announcements.IS_SENT)


async def look(author: Head, card: int, button: str = "") -> str:
    """The card as it is now, or the list behind its button."""
    await author.callback("aa:1", card)
    if not button:
        return await shown(author, card)
    labels = [label for label in await buttons(author, card) if label.startswith(button)]
    assert labels, await buttons(author, card)
    await author.press_at(card, labels[0])
    return await shown(author, card)


async def shown(author: Head, card: int) -> str:
    message = next(message for message in await author.phone.messages() if message["message_id"] == card)
    return str(message["text"])


async def buttons(author: Head, card: int) -> list[str]:
    message = next(message for message in await author.phone.messages() if message["message_id"] == card)
    return list(message["buttons"])


async def coverage(world: World, id: int = 1) -> Coverage:
    async with world.storage.read() as tx:
        return await destinations.coverage(tx, id)


# --- a head of two schools ---


@pytest.mark.slow
async def test_a_head_of_two_schools_presses_once(desk: World, author: Head) -> None:
    both = await head(desk, 101)
    await take_another(both, Organizations.OTHER_SCHOOL)
    card = await announce(author)
    # One message, not one for each school.
    assert len(await copies(both, "совещание")) == 1
    assert f"{Announcements.SENT}: 1 из 1 человека\nОрганизации: дошло до 2 из 12, не дошло до 10" in await look(
        author, card
    )
    await both.press(Announcements.ACKNOWLEDGE)
    assert (
        f"вы ознакомлены: {on_button(Organizations.OTHER_SCHOOL)}; {on_button(Organizations.SCHOOL)}"
        in await both.toast()
    )
    pressed = (
        f"{Announcements.ACKNOWLEDGED}: {on_button(Organizations.OTHER_SCHOOL)}; {on_button(Organizations.SCHOOL)}"
    )
    assert await both.buttons() == [messengers.called(pressed)]
    # Where the button has no room for them the organizations stand above it.
    assert pressed in " ".join([await both.sees(), *await both.buttons()])
    assert await coverage(desk) == Coverage(total=12, reached=2, acknowledged=2)
    assert "Ознакомились: 2 из 12 организаций (17\N{NO-BREAK SPACE}%)" in await look(author, card)
    text = await look(author, card, "Ознакомились: 2")
    assert f"{on_button(Organizations.OTHER_SCHOOL)}\n   Мария101 Иванова, 27 августа в 10:00" in text
    assert f"{on_button(Organizations.SCHOOL)}\n   Мария101 Иванова, 27 августа в 10:00" in text
    assert "Организаций: 2 из 12." in text
    # Pressed again, nothing is news.
    await both.press(Announcements.ACKNOWLEDGED)
    assert "уже отметили" in await both.toast()
    # A correction leaves the button as it is.
    await author.callback("aa:1", card)
    await author.press_at(card, Announcements.CORRECT)
    await author.send("Совещание перенесено.")
    assert len(await copies(both, "Совещание перенесено")) == 1
    assert await both.buttons() == [messengers.called(pressed)]
    assert "Повторить некому" in await said_of(author, "ab:1:repeating")
    # Each school has its own entry in the journal.
    await author.send("/panel")
    await author.press(Panel.JOURNAL)
    assert (await author.sees()).count("Ознакомление с объявлением") == 2


async def said_of(author: Head, data: str) -> str:
    await author.callback(data)
    return await author.toast()


@pytest.mark.slow
async def test_only_organizations_of_the_audience_count(desk: World, author: Head) -> None:
    both = await head(desk, 101)
    await take_another(both, Organizations.KINDERGARTEN, Types.PRESCHOOL)
    await compose(author)
    await author.press(Announcements.TO, Recipients.BY_TYPE)
    await author.press(next(label for label in await author.buttons() if label.startswith(Types.PRESCHOOL)))
    await author.press(next(label for label in await author.buttons() if label.startswith(Recipients.DONE)))
    await author.press(f"«{Announcements.ACKNOWLEDGE}»: нет")
    await go(author)
    await both.press(Announcements.ACKNOWLEDGE)
    assert "вы ознакомлены" in await both.toast()
    assert await both.buttons() == [Announcements.ACKNOWLEDGED]
    assert (await coverage(desk)).acknowledged == 1


@pytest.mark.slow
async def test_pressed_after_leaving_a_school(desk: World, author: Head) -> None:
    both = await head(desk, 101)
    await take_another(both, Organizations.OTHER_SCHOOL)
    card = await announce(author)
    copy = await both.card("совещание")
    await leave(both, Organizations.OTHER_SCHOOL)
    await both.press_at(copy, Announcements.ACKNOWLEDGE)
    assert await coverage(desk) == Coverage(total=12, reached=2, acknowledged=1)
    assert on_button(Organizations.OTHER_SCHOOL) in await look(author, card, "Не ознакомились: 1")
    # The other school's new head is asked, and nobody else.
    new = await head(desk, 102, Organizations.OTHER_SCHOOL)
    await author.callback("aa:1", card)
    await author.press_at(card, Announcements.AGAIN)
    assert "1 человеку из 1 организации" in await shown(author, card)
    await author.press_at(card, Announcements.SURELY_SEND)
    assert len(await copies(both, "совещание")) == 1
    assert len(await copies(new, "совещание")) == 1
    await new.press(Announcements.ACKNOWLEDGE)
    assert await coverage(desk) == Coverage(total=12, reached=2, acknowledged=2)
    # Who sits nowhere any more has read it all the same.
    await leave(new, Organizations.OTHER_SCHOOL)
    await leave(both, Organizations.SCHOOL)
    await both.press_at(copy, Announcements.ACKNOWLEDGED)
    assert "уже отметили" in await both.toast()


@pytest.mark.slow
async def test_pressed_by_somebody_who_sits_nowhere(desk: World, author: Head) -> None:
    person = await head(desk, 101)
    await announce(author)
    copy = await person.card("совещание")
    await leave(person, Organizations.SCHOOL)
    await person.press_at(copy, Announcements.ACKNOWLEDGE)
    assert "Отмечено за вас" in await person.toast()
    assert await coverage(desk) == Coverage(total=12, reached=1)
    assert (await tally(desk)).acknowledged == 1


@pytest.mark.slow
async def test_a_second_school_comes_later(desk: World, author: Head) -> None:
    person = await head(desk, 101)
    card = await announce(author, current=True)
    await person.press(Announcements.ACKNOWLEDGE)
    assert await coverage(desk) == Coverage(total=12, reached=1, acknowledged=1)
    # They have read it: it has come to their new school too, without a second message.
    await take_another(person, Organizations.OTHER_SCHOOL)
    assert len(await copies(person, "совещание")) == 1
    assert await coverage(desk) == Coverage(total=12, reached=2, acknowledged=2)
    assert "Ознакомились: 2 из 12" in await look(author, card)


@pytest.mark.slow
async def test_a_repeated_press_counts_for_a_school_that_came_later(desk: World, author: Head) -> None:
    person = await head(desk, 101)
    await announce(author)
    await person.press(Announcements.ACKNOWLEDGE)
    copy = await person.card("совещание")
    await take_another(person, Organizations.OTHER_SCHOOL)
    assert await coverage(desk) == Coverage(total=12, reached=1, acknowledged=1)
    await person.press_at(copy, Announcements.ACKNOWLEDGED)
    assert on_button(Organizations.OTHER_SCHOOL) in await person.toast()
    assert await coverage(desk) == Coverage(total=12, reached=2, acknowledged=2)


@pytest.mark.slow
async def test_one_of_two_heads_is_enough(desk: World, author: Head) -> None:
    first, second = await head(desk, 101), await head(desk, 102)
    card = await announce(author)
    assert "2 из 2 человек\nОрганизации: дошло до 1 из 12" in await look(author, card)
    await second.press(Announcements.ACKNOWLEDGE)
    assert "Ознакомились: 1 из 12 организаций" in await look(author, card)
    # Nobody is reminded of what their school has acknowledged; and who wants to say so too may.
    assert Announcements.AGAIN not in await buttons(author, card)
    await first.press(Announcements.ACKNOWLEDGE)
    assert "вы ознакомлены" in await first.toast()
    assert (await tally(desk)).acknowledged == 2
    assert (await coverage(desk)).acknowledged == 1


@pytest.mark.slow
async def test_a_deputy_presses_for_the_school(desk: World, author: Head) -> None:
    absent = await head(desk, 101)
    deputy = await desk.person("Петров Пётр", 102)
    await deputy.join(Types.GENERAL, Organizations.SCHOOL, Registration.DEPUTY)
    await absent.send("/settings")
    await absent.press(Preferences.HOLIDAY, Preferences.WEEK)
    card = await announce(author)
    assert await copies(absent, "совещание") == []
    await deputy.press(Announcements.ACKNOWLEDGE)
    text = await look(author, card, "Ознакомились: 1")
    assert f"{on_button(Organizations.SCHOOL)}\n   Пётр Петров" in text


# --- whom it did not reach ---


@pytest.mark.slow
async def test_whom_it_did_not_reach_and_why(desk: World, author: Head) -> None:
    await head(desk, 101)
    blocked = await head(desk, 102, Organizations.OTHER_SCHOOL)
    await blocked.block()
    away = await head(desk, 103, Organizations.KINDERGARTEN, Types.PRESCHOOL)
    await away.send("/settings")
    await away.press(Preferences.HOLIDAY, Preferences.WEEK)
    silent = await head(desk, 104, Organizations.BIG_SCHOOL)
    await silent.send("/stop")
    card = await announce(author)
    text = await look(author, card)
    assert "Организации: дошло до 1 из 12, не дошло до 11" in text
    assert await coverage(desk) == Coverage(total=12, reached=1)
    text = await look(author, card, f"{Announcements.MISSED}: 11")
    assert "Организаций: 11 из 12." in text
    for organization, why in (
        (on_button(Organizations.OTHER_SCHOOL), "Мария102 Иванова: бот заблокирован"),
        (on_button(Organizations.KINDERGARTEN), "Мария103 Иванова: в отпуске"),
        (on_button(Organizations.BIG_SCHOOL), "Мария104 Иванова: отключил(а) сообщения"),
    ):
        assert f"{organization}\n   {why}" in text
    assert text.count("никто не зарегистрирован") == 8
    await author.press_at(card, "Списком в файл")
    name, content = await author.received_file()
    assert name == "объявление 1 не-дошло 27.08.2026.csv"
    rows = content.decode("utf-8-sig").splitlines()
    assert len(rows) == 12
    assert sum("никто не зарегистрирован" in row for row in rows) == 8
    # Nobody can be reached yet who could not be then.
    assert not [label for label in await buttons(author, card) if label.startswith(Announcements.RETRY)]
    assert "пока нельзя" in await said_of(author, "ab:1:retrying")


@pytest.mark.slow
async def test_it_says_how_it_was_then_and_offers_what_can_be_done_now(desk: World, author: Head) -> None:
    first = await head(desk, 101)
    card = await announce(author)
    late = await head(desk, 102, Organizations.OTHER_SCHOOL)
    assert await copies(late, "совещание") == []
    text = await look(author, card, f"{Announcements.MISSED}: 11")
    # Somebody sits there now; then nobody did.
    assert f"{on_button(Organizations.OTHER_SCHOOL)}\n   никто не зарегистрирован" in text
    await author.press_at(card, f"{Announcements.RETRY}: 1")
    assert "1 человеку из 1 организации" in await shown(author, card)
    await author.press_at(card, Announcements.SURELY_SEND)
    assert len(await copies(late, "совещание")) == 1
    assert len(await copies(first, "совещание")) == 1
    assert await coverage(desk) == Coverage(total=12, reached=2)
    # The button of an older message offers nothing twice.
    await author.callback("ab:1:retry")
    assert len(await copies(late, "совещание")) == 1
    await late.press(Announcements.ACKNOWLEDGE)
    assert (await coverage(desk)).acknowledged == 1


@pytest.mark.slow
async def test_who_has_a_copy_needs_no_second(desk: World, author: Head) -> None:
    person = await head(desk, 101)
    card = await announce(author)
    await person.press(Announcements.ACKNOWLEDGE)
    await take_another(person, Organizations.OTHER_SCHOOL)
    await look(author, card)
    await author.press_at(card, f"{Announcements.RETRY}: 1")
    await author.press_at(card, Announcements.SURELY_SEND)
    assert len(await copies(person, "совещание")) == 1
    assert await coverage(desk) == Coverage(total=12, reached=2, acknowledged=2)
    assert f"{Announcements.HEADING} · {Announcements.IS_SENT}" in await shown(author, card)


@pytest.mark.slow
async def test_what_waits_and_what_was_stopped(desk: World, author: Head) -> None:
    await head(desk, 101)
    await compose(author)
    await to_everyone(author)
    await go_slowly(desk, author)
    card = await author.card(Announcements.IS_LEAVING)
    assert await coverage(desk) == Coverage(total=12, waiting=1)
    assert f"не дошло до 11, {Announcements.NOT_YET} 1" in await shown(author, card)
    await author.phone.callback("ab:1:pause", message_id=card)
    await desk.settle()
    text = await look(author, card, f"{Announcements.MISSED}: 11")
    assert f"{Announcements.NOT_YET.capitalize()}: 1." in text
    assert f"{on_button(Organizations.SCHOOL)}\n   Мария101 Иванова: {Announcements.NOT_YET}" in text
    await author.callback("ab:1:stop", card)
    assert await coverage(desk) == Coverage(total=12)
    text = await look(author, card, f"{Announcements.MISSED}: 12")
    assert f"{on_button(Organizations.SCHOOL)}\n   Мария101 Иванова: рассылку остановили раньше" in text
    # What was stopped can be sent after all.
    await author.press_at(card, f"{Announcements.RETRY}: 1")
    await author.press_at(card, Announcements.SURELY_SEND)
    assert await coverage(desk) == Coverage(total=12, reached=1)


@pytest.mark.slow
async def test_people_who_erase_their_data_leave_the_counts_alone(desk: World, author: Head) -> None:
    first, second = await head(desk, 101), await head(desk, 102, Organizations.OTHER_SCHOOL)
    await second.send("/stop")
    card = await announce(author)
    await first.press(Announcements.ACKNOWLEDGE)
    for person in (first, second):
        await person.send("/delete")
        await person.press(Preferences.DELETE)
    assert await coverage(desk) == Coverage(total=12, reached=1, acknowledged=1)
    assert f"{on_button(Organizations.OTHER_SCHOOL)}\n   данные человека удалены" in await look(
        author, card, f"{Announcements.MISSED}: 11"
    )
    assert f"{on_button(Organizations.SCHOOL)}\n   Данные удалены, " in await look(author, card, "Ознакомились: 1")


@pytest.mark.slow
async def test_a_curator_repeats_within_the_limits(desk: World, author: Head) -> None:
    curator = await staff_member(desk, 902, "Куратор Ольга")
    limits = Limits(frozenset({"preschool"}))
    await desk.storage.apply(
        lambda tx: staff.grant(tx, messengers.person(902), StaffRole.CURATOR, None, desk.now, limits)
    )
    await head(desk, 101)
    await announce(author)
    await head(desk, 103, Organizations.KINDERGARTEN, Types.PRESCHOOL)
    # Somebody else's announcement, that went beyond the limits.
    for data in ("ab:1:retrying", "ab:1:retry", "ar:1:missed:0", "at:1:missed"):
        assert Announcements.GONE in await said_of(curator, data)
    assert await coverage(desk) == Coverage(total=12, reached=1)


@pytest.mark.slow
async def test_the_digest_has_a_line_about_it(desk: World, author: Head) -> None:
    await head(desk, 101)
    await desk.at("2026-09-02 10:00")
    await announce(author)
    # On a day on which requests open: of this alone no digest is made.
    await desk.until("2026-09-03 09:30")
    (digest,) = [message["text"] for message in await author.phone.messages() if Digest.HEADING in message["text"]]
    assert f"📣 {Panel.ANNOUNCEMENTS} не дошли до 11 организаций" in digest
