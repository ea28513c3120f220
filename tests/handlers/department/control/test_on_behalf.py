"""«Ответить за организацию»: what was phoned in, by the head's own form, marked, within rights and limits."""

import pytest
import sqlalchemy as sa

from bot.domain.ledger.obligation import ObligationState
from bot.domain.people.member import Limits, StaffRole
from bot.storage import schema as t
from bot.storage.ledger import extensions, obligations, replies
from bot.storage.people import seats, staff
from bot.views.callbacks import InDistrict, Open, Same, Send
from bot.views.callbacks.control import Answer, OnBehalf
from bot.views.callbacks.extending import Extend, More
from bot.views.callbacks.placing import ToDepartmentAbout
from bot.views.callbacks.threads import Write
from tests import messengers
from tests.handlers.answering.ledger import fill, mine
from tests.handlers.department.staff import chief, employee, small_world
from tests.people import CURATOR, VIEWER
from tests.texts.department import Control, Panel
from tests.texts.department import OnBehalf as Texts
from tests.texts.example import Club, Types
from tests.texts.heads import Anywhere, Form, Placing
from tests.world import Head, World

SCHOOL, OTHER = "Сосновоозёрская", "Белоярская"
TAP = "Положение утверждено"

world, admin = small_world(), chief


@pytest.fixture
async def head(world: World, admin: Head) -> Head:
    """The head of the school, who has both requests."""
    head = await world.person("Иванова Мария", 101)
    await head.join("Общее", SCHOOL)
    await world.at("2026-10-06 09:00")
    return head


async def open_form(person: Head, request: str, organization: str) -> None:
    """From the desk to the form."""
    await person.send("/status")
    await person.press(request, organization)
    await person.press(Texts.ANSWER)


async def its(world: World, obligation_id: int) -> tuple[ObligationState, int, bool]:
    """State, version, and whether the department has entered it."""
    async with world.storage.read() as tx:
        obligation = await obligations.get(tx, obligation_id)
        newest = await replies.newest(tx, obligation_id)
    assert obligation is not None
    return obligation.state, obligation.version, newest is not None and newest.entered


@pytest.mark.slow
async def test_a_form_of_many_fields_is_entered_and_marked(world: World, head: Head, admin: Head) -> None:
    told = await head.count()
    await open_form(admin, Club.TITLE, SCHOOL)
    shown = await admin.sees()
    assert Texts.HEADING in shown
    assert shown.count("Сосновоозёрская школа") == 1
    assert Form.MORE not in await admin.buttons()
    await fill(admin)
    await admin.press(Form.SEND)
    assert await admin.toast() == Texts.ENTERED
    # The department's screen says who has entered it; so does the head's letter, which comes once.
    assert "Анна Начальник · внесло управление" in await admin.sees()
    assert await head.count() == told + 1
    assert f"{Types.DEPARTMENT} внесло ответ за вас" in await head.sees()
    await head.press(Control.SHOW)
    assert "внесло управление" in await head.sees()
    assert (await its(world, 1)) == (ObligationState.ANSWERED, 1, True)
    # It was not the head who has read the request.
    assert f"{Control.SEEN}: " not in await admin.sees()


@pytest.mark.slow
async def test_one_tap_and_the_next_answer_of_the_head(world: World, head: Head, admin: Head) -> None:
    await open_form(admin, TAP, SCHOOL)
    await admin.press(Form.YES)
    assert f"• {TAP}: да" in await admin.sees()
    # The head changes it as their own.
    await head.press(Control.SHOW, Form.CHANGE, TAP, Form.NO)
    await admin.send("/status")
    await admin.press(TAP, SCHOOL)
    assert f"• {TAP}: нет" in await admin.sees()
    assert "внесло управление" not in await admin.sees()


@pytest.mark.slow
async def test_the_heads_draft_is_not_lost(world: World, head: Head, admin: Head) -> None:
    await head.press(Club.TITLE)
    await fill(head)
    await open_form(admin, Club.TITLE, SCHOOL)
    # The form is blank: what the head has typed is the head's.
    assert "120" not in await admin.sees()
    await fill(admin)
    await admin.press(Form.SEND)
    await head.press(Form.SEND)
    assert await head.card(f"{Types.DEPARTMENT} уже внесло ответ")
    await head.press("Заменить моим ответом")
    assert (await its(world, 1)) == (ObligationState.ANSWERED, 2, False)


async def test_the_head_is_in_the_middle_of_an_answer(world: World, head: Head, admin: Head) -> None:
    await head.press(Club.TITLE)
    await head.press(Club.BEING_MADE, Form.NO)
    await open_form(admin, Club.TITLE, SCHOOL)
    await admin.press(Form.NOT_OURS)
    await admin.send("Клуба нет, сообщили по телефону")
    await admin.press(Form.SEND)
    told = await head.card("внесло ответ за вас")
    # What they were told stays, whatever they go on with; and which of the two counts is theirs to say.
    await head.send("120")
    assert await head.card("внесло ответ за вас") == told
    assert Club.TITLE in await head.sees()
    await head.press_at(told, Control.SHOW)
    await head.send("60\n12,5")
    assert "из них девочек: 60" in await head.sees()


async def test_the_head_was_faster(world: World, head: Head, admin: Head) -> None:
    await open_form(admin, TAP, SCHOOL)
    await head.press(TAP, Form.YES)
    before = await head.count()
    await admin.press(Form.NO)
    assert "Мария Иванова уже ответил(а)" in await admin.sees()
    await admin.press("Оставить как есть")
    assert f"• {TAP}: да" in await admin.sees()
    assert Control.ACCEPT in await admin.buttons()
    assert await head.count() == before
    # Nothing is begun any more: buttons of the form are nobody's.
    await admin.callback(Send(obligation=3, version=0).pack())
    assert Anywhere.NOT_YOURS in await admin.toast()


async def test_begun_and_left(world: World, head: Head, admin: Head) -> None:
    await open_form(admin, Club.TITLE, SCHOOL)
    await admin.press(Club.WORKS, Texts.LEAVE)
    assert Texts.ANSWER in await admin.buttons()
    await admin.send("120")
    assert (await its(world, 1))[1] == 0
    await admin.callback(Open(obligation=1).pack())
    assert Anywhere.NOT_YOURS in await admin.toast()


async def test_after_the_round_has_closed(world: World, head: Head, admin: Head) -> None:
    """As with the returned workbook: the department may enter what the head may not send any more."""
    await world.at("2026-11-20 09:00")
    await head.callback(Open(obligation=3).pack())
    assert Form.YES not in await head.buttons()
    await admin.callback(Answer(obligation=3).pack())
    await admin.press(Texts.ANSWER, Form.YES)
    assert "после срока" in await admin.sees()
    assert (await its(world, 3)) == (ObligationState.ANSWERED, 1, True)


async def test_what_is_decided_is_not_answered(world: World, head: Head, admin: Head) -> None:
    await head.press(TAP, Form.YES)
    await admin.callback(Answer(obligation=3).pack())
    form = await admin.card(TAP)
    await admin.press(Control.ACCEPT)
    assert Texts.ANSWER not in await admin.buttons()
    await admin.callback(OnBehalf(obligation=3).pack(), form)
    assert "Сначала отмените решение" in await admin.toast()
    # Decided while the form is open.
    await open_form(admin, TAP, OTHER)
    other = await admin.card(Texts.HEADING)
    await admin.callback("kx:4:0:1:all:0")
    await admin.press_at(other, Form.YES)
    assert (await its(world, 4))[1] == 0


async def test_within_rights_and_limits(world: World, head: Head, admin: Head) -> None:
    gardens = await employee(world, CURATOR, "Куратор Дарья", StaffRole.CURATOR, types={"preschool"})
    viewer = await employee(world, VIEWER, "Наблюдатель Ия", StaffRole.VIEWER)
    for person in (gardens, viewer, head):
        await person.callback(OnBehalf(obligation=3).pack())
        assert Anywhere.NOT_YOURS in await person.toast()
    await viewer.callback(Answer(obligation=3).pack())
    assert Texts.ANSWER not in await viewer.buttons()
    # The role is taken, or narrowed, while the form is open.
    curator = await employee(world, 912, "Куратор Пётр", StaffRole.CURATOR)
    await open_form(curator, TAP, SCHOOL)
    await world.storage.apply(lambda tx: staff.revoke(tx, messengers.person(912), admin.id, world.now))
    await curator.press(Form.YES)
    assert Anywhere.NOT_YOURS in await curator.toast()
    assert (await its(world, 3))[1] == 0


async def test_whose_limits_were_narrowed_while_the_form_was_open(world: World, head: Head, admin: Head) -> None:
    curator = await employee(world, 912, "Куратор Пётр", StaffRole.CURATOR)
    await open_form(curator, TAP, SCHOOL)
    form = await curator.card(Texts.HEADING)
    change = (curator.id, StaffRole.CURATOR, Limits(frozenset({"preschool"})), admin.id, world.now)
    await world.storage.apply(lambda tx: staff.change(tx, *change))
    await curator.press_at(form, Form.YES)
    assert Anywhere.NOT_YOURS in await curator.toast()
    await curator.callback(Open(obligation=3).pack(), form)
    assert Anywhere.NOT_YOURS in await curator.toast()
    assert (await its(world, 3))[1] == 0


async def test_what_a_head_alone_can_do_is_not_done_on_behalf(world: World, head: Head, admin: Head) -> None:
    """How the whole district stands is beyond a curator's limits; nobody of the department writes to it as a head."""
    curator = await employee(world, CURATOR, "Куратор Дарья", StaffRole.CURATOR, types={"general"})
    await head.press(TAP, Form.YES)
    await curator.callback(OnBehalf(obligation=3).pack())
    form = await curator.card(Texts.HEADING)
    await curator.callback(InDistrict(obligation=3).pack(), form)
    assert Anywhere.NOT_YOURS in await curator.toast()
    await curator.callback(ToDepartmentAbout(message=form, obligation=3).pack(), form)
    assert Anywhere.NOT_YOURS in await curator.toast()
    await curator.callback(Write(obligation=3).pack(), form)
    assert Anywhere.NOT_YOURS in await curator.toast()
    # It is a head's still.
    await head.callback(InDistrict(obligation=3).pack())
    assert "в районе" in (await head.sees()).lower()


async def test_more_time_is_asked_for_by_a_head_alone(world: World, head: Head, admin: Head) -> None:
    """The button is not on the form; a forged one asks for nothing in the organization's name."""
    await open_form(admin, Club.TITLE, SCHOOL)
    form = await admin.card(Texts.HEADING)
    for forged in (More(obligation=1), Extend(obligation=1, step="ask"), Extend(obligation=1, step="send")):
        await admin.callback(forged.pack(), form)
        assert Texts.HEADING in await admin.sees()
    await admin.send("30.10.2026")
    await admin.send("Просим дать время на сверку данных")
    async with world.storage.read() as tx:
        assert await extensions.waiting(tx, Limits(), world.now) == []


@pytest.mark.slow
async def test_nothing_is_asked_in_the_name_of_an_organization(world: World, head: Head, admin: Head) -> None:
    """«Ещё…» and what follows it is the head's: pressed by forged data it begins nothing."""
    await open_form(admin, Club.TITLE, SCHOOL)
    form = await admin.card(Texts.HEADING)
    for forged in (
        More(obligation=1), Extend(obligation=1, step="ask"), Extend(obligation=1, step="until", day=20261022),
        Extend(obligation=1, step="send"), Write(obligation=1), InDistrict(obligation=1),
        ToDepartmentAbout(message=form, obligation=1),
    ):  # fmt: skip
        await admin.callback(forged.pack(), form)
        assert Anywhere.NOT_YOURS in await admin.toast()
    # The form is as it was, and what is typed is still for it.
    await fill(admin)
    assert Form.CHECK in await admin.sees()
    async with world.storage.read() as tx:
        assert await extensions.waiting(tx, Limits(), world.now) == []


async def test_figures_of_the_district_are_no_way_round_the_limits(world: World, head: Head, admin: Head) -> None:
    await head.press(TAP, Form.YES)
    curator = await employee(world, CURATOR, "Куратор Дарья", StaffRole.CURATOR, types={"general"})
    await curator.callback(Answer(obligation=3).pack())
    await curator.press(Texts.CORRECT)
    await curator.callback(InDistrict(obligation=3).pack())
    assert Anywhere.NOT_YOURS in await curator.toast()


@pytest.mark.slow
async def test_the_way_back_leads_to_the_list_that_they_came_from(world: World, head: Head, admin: Head) -> None:
    """Whoever enters one answer after another stays among those who have not answered."""
    await admin.send("/status")
    await admin.press(TAP, f"{Control.UNANSWERED}: 3", SCHOOL, Texts.ANSWER, Form.YES, Panel.BACK)
    assert f"• {Control.UNANSWERED}: 2" in await admin.buttons()
    await admin.press(OTHER, Texts.ANSWER, Texts.LEAVE, Panel.BACK)
    assert f"• {Control.UNANSWERED}: 2" in await admin.buttons()
    # «Следующий» leads from one debtor to the next, and is gone with the last of them.
    await admin.press(OTHER, Texts.ANSWER, Form.NO, f"{Control.FOLLOWING} (1) ›")
    assert "Ёлочка" in await admin.sees()
    await admin.press(Texts.ANSWER, Form.YES)
    assert f"{Control.FOLLOWING} (1) ›" not in await admin.buttons()
    # Through a form of many fields too.
    await admin.send("/status")
    await admin.press(Club.TITLE, f"{Control.UNANSWERED}: 2", SCHOOL, Texts.ANSWER)
    await fill(admin)
    await admin.press(Form.SEND, Panel.BACK)
    assert f"• {Control.UNANSWERED}: 1" in await admin.buttons()


@pytest.mark.slow
async def test_what_comes_beside_the_form(world: World, head: Head, admin: Head) -> None:
    """It is kept and asked about; nobody of the department is offered to hand it to the department."""
    await open_form(admin, Club.TITLE, SCHOOL)
    await admin.send_file("скан.pdf")
    assert Placing.TO_DEPARTMENT not in await admin.buttons()
    await admin.press(f"К запросу «{Club.TITLE}»")
    await admin.send_sticker()
    assert Texts.HEADING in await admin.sees()
    assert Club.WORKS in await admin.buttons()
    await fill(admin)
    await admin.send("Звонила секретарь, спасибо")
    assert Placing.TO_DEPARTMENT not in await admin.buttons()
    await admin.press(f"К запросу «{Club.TITLE}»", Form.SEND)
    assert "Звонила секретарь" in await admin.sees()
    assert "Файлы (2)" in await admin.buttons()


@pytest.mark.slow
async def test_every_screen_of_the_form_says_whose_answer_it_is(world: World, head: Head, admin: Head) -> None:
    await open_form(admin, Club.TITLE, SCHOOL)
    await fill(admin)
    await admin.press(Form.CHANGE)
    assert Texts.HEADING in await admin.sees()
    assert Texts.LEAVE in await admin.buttons()
    await admin.press(Form.NOT_OURS)
    assert "не относится к организации?" in await admin.sees()
    await admin.send("Школа закрыта")
    assert Texts.HEADING in await admin.sees()
    await admin.press(Form.SEND)
    assert "Не относится к организации: Школа закрыта" in await admin.sees()


async def test_two_of_the_department_at_once(world: World, head: Head, admin: Head) -> None:
    curator = await employee(world, CURATOR, "Куратор Дарья", StaffRole.CURATOR)
    for person in (admin, curator):
        await open_form(person, TAP, SCHOOL)
    await admin.press(Form.YES)
    await curator.press(Form.NO)
    assert f"{Types.DEPARTMENT} уже внесло ответ" in await curator.sees()
    assert (await its(world, 3))[1] == 1
    await curator.press("Заменить моим ответом")
    assert (await its(world, 3)) == (ObligationState.ANSWERED, 2, True)
    assert "Дарья Куратор · внесло управление" in await curator.sees()


@pytest.mark.slow
async def test_a_restart_in_the_middle(world: World, head: Head, admin: Head) -> None:
    await admin.send("/status")
    await admin.press(Club.TITLE, f"{Control.UNANSWERED}: 2", SCHOOL, Texts.ANSWER, Club.WORKS, "Лыжи")
    await world.restart()
    await admin.press(Form.DONE, Form.YES)
    await admin.send("120")
    await world.restart()
    await admin.send("60\n12,5")
    await admin.press(Form.YESTERDAY, Form.SKIP)
    await admin.send("school.ru/club")
    await admin.send_file("приказ 12.pdf")
    await admin.press(Form.DONE, Form.SEND, Panel.BACK)
    assert f"• {Control.UNANSWERED}: 1" in await admin.buttons()
    assert (await its(world, 1)) == (ObligationState.ANSWERED, 1, True)


@pytest.mark.slow
async def test_what_was_returned_is_mended_by_phone(world: World, head: Head, admin: Head) -> None:
    await head.press(Club.TITLE)
    await fill(head)
    await head.press(Form.SEND)
    await admin.callback(Answer(obligation=1).pack())
    await admin.press(Control.RETURN)
    await admin.send("Проверьте число девочек")
    await admin.press("1 рабочий день: 7 октября")
    assert Texts.CORRECT in await admin.buttons()
    await admin.press(Texts.CORRECT)
    assert "Проверьте число девочек" in await admin.sees()
    await admin.press(Form.CHANGE)
    await press_like(admin, "из них девочек")
    await admin.send("70")
    await admin.press(Form.SEND)
    assert (await its(world, 1)) == (ObligationState.ANSWERED, 2, True)
    assert "Было замечание: Проверьте число девочек" in await admin.sees()


async def press_like(person: Head, beginning: str) -> None:
    """Presses the button that begins so."""
    await person.press(next(label for label in await person.buttons() if label.startswith(beginning)))


async def test_a_check_that_is_not_met(world: World, head: Head, admin: Head) -> None:
    await open_form(admin, Club.TITLE, SCHOOL)
    await admin.press(Club.WORKS, "Лыжи", Form.DONE, Form.YES)
    await admin.send("10")
    await admin.send("60")
    await admin.send("12,5")
    await admin.press(Form.YESTERDAY, Form.SKIP)
    await admin.send("school.ru/club")
    await admin.send_file("приказ 12.pdf")
    await admin.press(Form.DONE)
    assert Form.SEND not in await admin.buttons()
    await admin.callback(Send(obligation=1, version=0).pack())
    assert (await its(world, 1))[1] == 0


@pytest.mark.slow
async def test_taken_back_while_the_form_is_open(world: World, head: Head, admin: Head) -> None:
    """The organization is taken off control by a second person; what was begun is answered by how it stands."""
    curator = await employee(world, CURATOR, "Куратор Дарья", StaffRole.CURATOR)
    await open_form(admin, Club.TITLE, SCHOOL)
    await fill(admin)
    await curator.callback(Answer(obligation=1).pack())
    await curator.press(Control.EXCUSE, "Снять без причины")
    await admin.press(Form.SEND)
    assert "сняло этот запрос с контроля" in await admin.toast()
    assert (await its(world, 1)) == (ObligationState.EXCUSED, 0, False)


@pytest.mark.slow
async def test_who_had_nothing_to_do_with_it_then_does_not_repeat_it(world: World, head: Head, admin: Head) -> None:
    """A school has answered, and is a kindergarten by the next time: what it said then is not its new curator's."""
    gardens = await employee(world, CURATOR, "Куратор Дарья", StaffRole.CURATOR, types={"preschool"})
    await head.press(TAP, Form.YES)
    await open_form(admin, TAP, OTHER)
    await admin.press(Form.YES)
    async with world.storage.read() as tx:
        (seat,) = await seats.of_person(tx, head.id)
    where = t.organization_types.c.organization_id == seat.organization_id
    change = sa.update(t.organization_types).where(where).values(type="preschool")
    await world.storage.apply(lambda tx: tx.execute(change))
    await world.at("2027-03-02 09:00")
    again = (await mine(world, head))["tap"]
    await gardens.callback(OnBehalf(obligation=again).pack())
    assert Form.UNCHANGED not in await gardens.buttons()
    form = await gardens.card(Texts.HEADING)
    await gardens.callback(Same(obligation=again).pack(), form)
    assert "да" not in (await gardens.sees()).split()
    assert (await its(world, again))[1] == 0
    # Of a school that is one still it is offered.
    async with world.storage.read() as tx:
        before = await obligations.get(tx, 4)
        assert before is not None
        its_own = t.obligations.c.organization_id == before.organization_id
        newest = (await tx.execute(sa.select(sa.func.max(t.obligations.c.id)).where(its_own))).scalar_one()
    await admin.callback(OnBehalf(obligation=newest).pack())
    assert Form.UNCHANGED in await admin.buttons()
