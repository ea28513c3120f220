"""Whoever has lost a right, or never had it, at the doors that came last: a question that was corrected, ended or taken
back, an answer for an organization, names in lists, lines of the journal, what stands in people's chats."""

import pytest
import sqlalchemy as sa

from bot.domain.ledger.control import Part
from bot.domain.people.member import Limits, StaffRole
from bot.storage import schema as t
from bot.storage.desk import erasure
from bot.storage.ledger import obligations, replies, rounds
from bot.storage.ledger.control import control
from bot.storage.people import seats, staff
from bot.views.callbacks import Open, Send
from bot.views.callbacks.control import Answer, OnBehalf
from bot.views.callbacks.questions import CloseQuestion, Reword, Reworded, TakeBack
from tests import messengers
from tests.handlers.department.announcements.test_announcements import compose, to_everyone
from tests.handlers.department.questions.test_questions import (
    TEXT,
    begin,
    member,
    press_like,
    seated,
    send_off,
)
from tests.handlers.department.questions.test_second_thoughts import ANEW
from tests.people import SECOND_ADMIN, introduced
from tests.texts.department import Announcements, Control, Journal, Panel, Questions, Recipients, SecondThoughts
from tests.texts.department import OnBehalf as ForThem
from tests.texts.example import Organizations, Types
from tests.texts.heads import Anywhere, Form, Registration
from tests.world import Head, World, on_button

SCHOOLS, GARDENS = Limits(frozenset({"general"})), Limits(frozenset({"preschool"}))
DOORS = (
    Reword(question=1),
    Reworded(question=1, tell=True),
    CloseQuestion(question=1, sure=True),
    TakeBack(question=1, answers=9, sure=True),
)


async def to_one_school(author: Head) -> None:
    """A question to a school that was chosen by hand is sent off."""
    await begin(author)
    await author.press(Recipients.TO, Recipients.BY_HAND)
    await author.send("Тихореч")
    await press_like(author, on_button(Organizations.SCHOOL))
    await press_like(author, Recipients.DONE)
    await author.press(Questions.DUE)
    await press_like(author, Questions.IN_A_WEEK)
    await send_off(author)


async def the_answer(world: World, obligation_id: int = 1) -> int:
    """Its version."""
    async with world.storage.read() as tx:
        obligation = await obligations.get(tx, obligation_id)
    assert obligation is not None
    return obligation.version


async def becomes_a_kindergarten(world: World, organization: str) -> None:
    where = t.organizations.c.name == organization
    its = sa.select(t.organizations.c.id).where(where).scalar_subquery()
    change = sa.update(t.organization_types).where(t.organization_types.c.organization_id == its)
    await world.storage.apply(lambda tx: tx.execute(change.values(type="preschool")))


@pytest.mark.slow
async def test_a_question_stays_whose_it_was_when_the_school_becomes_a_kindergarten(
    approving: World, admin: Head
) -> None:
    head = await seated(approving, admin, 101)
    schools = await member(approving, 801, StaffRole.CURATOR, SCHOOLS)
    gardens = await member(approving, 802, StaffRole.CURATOR, GARDENS)
    await to_one_school(admin)
    await head.press(Form.YES)
    await becomes_a_kindergarten(approving, Organizations.SCHOOL)
    for door in DOORS:
        await gardens.callback(door.pack())
        assert TEXT not in await gardens.screen()
    await gardens.callback(OnBehalf(obligation=1).pack())
    assert Anywhere.NOT_YOURS in await gardens.toast()
    assert await the_answer(approving) == 1
    await schools.callback(TakeBack(question=1, answers=1, sure=True).pack())
    assert SecondThoughts.TAKEN_BACK in await schools.sees()


@pytest.mark.slow
async def test_whose_limits_were_narrowed_while_the_words_were_shown(approving: World, admin: Head) -> None:
    """They were typed, shown, and not confirmed: the yes comes too late, and so does an end, and a taking back."""
    head = await seated(approving, admin, 101)
    curator = await member(approving, 801, StaffRole.CURATOR)
    await to_one_school(admin)
    await curator.callback(Reword(question=1).pack())
    await curator.send(ANEW)
    assert ANEW in await curator.sees()
    change = (curator.id, StaffRole.CURATOR, GARDENS, admin.id, approving.now)
    await approving.storage.apply(lambda tx: staff.change(tx, *change))
    for door in DOORS:
        await curator.callback(door.pack())
    assert ANEW not in await head.screen()
    assert Form.YES in await head.buttons()
    # The next question begins with whom the last one was for, and names nobody of them.
    await curator.send("/panel")
    await curator.press(Panel.REQUESTS, Questions.NEW)
    await curator.send("Сколько групп?")
    assert Organizations.SCHOOL not in await curator.sees()


@pytest.mark.slow
async def test_who_has_left_by_the_morning_hears_nothing_of_other_words(approving: World, admin: Head) -> None:
    """Corrected at night: the letter of the morning is for those who sit there, and nobody's form is drawn anew."""
    head = await seated(approving, admin, 101)
    await to_one_school(admin)
    await approving.at("2026-08-27 23:30")
    await admin.callback(Reword(question=1).pack())
    await admin.send(ANEW)
    async with approving.storage.read() as tx:
        (seat,) = await seats.of_person(tx, head.id)
    await approving.storage.apply(lambda tx: seats.vacate(tx, seat.id, admin.id, approving.now))
    before = await head.screen()
    await press_like(admin, SecondThoughts.CORRECT_AND_TELL)
    await approving.at("2026-08-28 09:30")
    assert await head.screen() == before
    await head.callback(Open(obligation=1).pack())
    assert Anywhere.NOT_YOURS in await head.toast()


@pytest.mark.slow
async def test_who_became_a_viewer_in_the_middle_answers_for_nobody(approving: World, admin: Head) -> None:
    await seated(approving, admin, 101)
    await to_one_school(admin)
    curator = await member(approving, 801, StaffRole.CURATOR)
    await curator.callback(OnBehalf(obligation=1).pack())
    form = await curator.card(ForThem.HEADING)
    change = (curator.id, StaffRole.VIEWER, Limits(), admin.id, approving.now)
    await approving.storage.apply(lambda tx: staff.change(tx, *change))
    await curator.press_at(form, Form.YES)
    for forged in (Send(obligation=1, version=0), Open(obligation=1), OnBehalf(obligation=1)):
        await curator.callback(forged.pack(), form)
        assert Anywhere.NOT_YOURS in await curator.toast()
    await curator.send("да")
    await curator.send("Комментарий", reply_to=form)
    await curator.send_file(reply_to=form)
    assert await the_answer(approving) == 0
    async with approving.storage.read() as tx:
        assert await replies.remarks_to(tx, 1) == []


@pytest.mark.slow
async def test_nobody_answers_for_anybody_what_was_taken_back(approving: World, admin: Head) -> None:
    await seated(approving, admin, 101)
    await to_one_school(admin)
    other = await introduced(approving, "Заместитель Пётр", SECOND_ADMIN)
    await other.callback(OnBehalf(obligation=1).pack())
    form = await other.card(ForThem.HEADING)
    await admin.callback(TakeBack(question=1, sure=True).pack())
    await other.press_at(form, Form.YES)
    await other.callback(Answer(obligation=1).pack())
    await other.callback(OnBehalf(obligation=1).pack())
    assert Anywhere.NOT_YOURS in await other.toast()
    assert await the_answer(approving) == 0


@pytest.mark.slow
async def test_who_was_erased_while_answering_leaves_no_key_to_the_form(approving: World, admin: Head) -> None:
    """What was begun goes with the data; who comes back, and is given a role again, begins anew."""
    await seated(approving, admin, 101)
    await to_one_school(admin)
    curator = await member(approving, 801, StaffRole.CURATOR)
    await curator.callback(OnBehalf(obligation=1).pack())
    form = await curator.card(ForThem.HEADING)
    await approving.storage.apply(lambda tx: erasure.erase(tx, messengers.person(801), approving.now))
    await curator.press_at(form, Form.YES)
    assert await the_answer(approving) == 0
    await curator.send("/start")
    await curator.press(Registration.AGREE)
    await approving.storage.apply(
        lambda tx: staff.grant(tx, messengers.person(801), StaffRole.CURATOR, None, approving.now)
    )
    await curator.press_at(form, Form.YES)
    assert Anywhere.NOT_YOURS in await curator.toast()
    assert await the_answer(approving) == 0


@pytest.mark.slow
async def test_the_journal_quotes_nobody_s_draft(approving: World, admin: Head) -> None:
    """A planned announcement is its author's draft again: what it says by now is nobody else's to read."""
    await seated(approving, admin, 101)
    other = await introduced(approving, "Заместитель Пётр", SECOND_ADMIN)
    await compose(admin, "Совещание в среду")
    await to_everyone(admin)
    await admin.press(Announcements.WHEN, Form.TOMORROW)
    await admin.press(Announcements.SEND)
    await press_like(admin, "Да, ")
    await other.send("/panel")
    await other.press(Panel.JOURNAL)
    assert "«Совещание в среду»" in await other.sees()
    await admin.press(Announcements.KEEP_BACK)
    await other.send("/panel")
    await other.press(Panel.JOURNAL)
    assert f"{Announcements.HEADING} возвращено в черновики" in await other.sees()
    assert "Совещание в среду" not in await other.sees()
    await other.press(Journal.DOWNLOAD)
    _, content = await other.received_file()
    assert "Совещание в среду" not in content.decode()


@pytest.mark.slow
async def test_the_next_answer_is_one_of_theirs(approving: World, admin: Head) -> None:
    """Whoever checks one after another is led, and told how many there are, within the limits alone."""
    school = await seated(approving, admin, 101)
    garden = await seated(approving, admin, 102, Types.PRESCHOOL, Organizations.KINDERGARTEN)
    gardens = await member(approving, 802, StaffRole.CURATOR, GARDENS)
    await begin(admin)
    await admin.press(Recipients.TO, Recipients.ALL, Recipients.DONE)
    await admin.press(Questions.DUE)
    await press_like(admin, Questions.IN_A_WEEK)
    await send_off(admin)
    for head in (school, garden):
        await head.press(Form.YES)
    async with approving.storage.read() as tx:
        asked = await rounds.get(tx, 1)
        assert asked is not None
        answered = await control.members(tx, asked.id, Part.WAITING, Limits())
        theirs = await control.members(tx, asked.id, Part.WAITING, GARDENS)
    assert (len(answered), len(theirs)) == (2, 1)
    for person, following in ((admin, True), (gardens, False)):
        await person.callback(Answer(obligation=theirs[0].id, part=Part.WAITING).pack())
        assert any(Control.FOLLOWING in button for button in await person.buttons()) is following
    await gardens.press(Control.ACCEPT)
    assert on_button(Organizations.SCHOOL) not in await gardens.screen()
