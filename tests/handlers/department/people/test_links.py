"""Links are listed, recalled and told of; a link that would unseat somebody asks the department first."""

import asyncio
import re

import pytest

from bot.domain.people.member import Limits, Role, SeatState, StaffRole
from bot.storage.people import invitations, staff
from bot.storage.post import audit
from bot.views.callbacks.people import EndLink, EndLinks, Links, Succeed, Successor
from tests import messengers
from tests.handlers.registering import id_of, seated_at
from tests.people import ADMIN, CURATOR, SECOND_ADMIN, introduced
from tests.texts.department import LinkList, Panel, Staff
from tests.texts.example import Organizations
from tests.texts.heads import Anywhere, Preferences, Registration
from tests.world import Head, World

LINK = re.compile(r"start=((?:staff|inv)_[\w-]+)", re.ASCII)


async def to_links(admin: Head) -> None:
    await admin.send("/panel")
    await admin.press(Panel.STAFF, LinkList.OPEN)


async def made(world: World, organization: str = Organizations.SCHOOL, by: int | None = 0, **options: bool) -> str:
    """The payload of a head's link; `by` 0: of the first administrator's."""
    place = await id_of(world, organization)
    maker = messengers.person(ADMIN) if by == 0 else by
    token: str = await world.storage.apply(
        lambda tx: invitations.create(tx, place, Role.HEAD, maker, world.now, **options)
    )
    return f"inv_{token}"


async def came(world: World, name: str, id: int, payload: str) -> Head:
    person = await world.person(name, id)
    await person.send(f"/start {payload}")
    await person.press(Registration.AGREE)
    return person


async def actions(world: World) -> list[str]:
    async with world.storage.read() as tx:
        return [entry.action for entry in await audit.found(tx, audit.Filter(), 100)]


async def curator(world: World, *types: str) -> Head:
    person = await introduced(world, "Куратор Вера", CURATOR)
    limits = Limits(frozenset(types))
    await world.storage.apply(
        lambda tx: staff.grant(tx, messengers.person(CURATOR), StaffRole.CURATOR, None, world.now, limits)
    )
    return person


@pytest.mark.slow
async def test_every_link_is_in_the_list_and_one_press_ends_it(approving: World, admin: Head) -> None:
    await approving.app.introduction.asked()
    await admin.send("/panel")
    await admin.press(Panel.STAFF, "Пригласить наблюдателя")
    by_staff = LINK.search(await admin.sees())
    assert by_staff is not None
    of_school = await made(approving)
    await approving.app.invite(Role.DEPUTY)
    await to_links(admin)
    listed = await admin.sees()
    assert f"{LinkList.OPEN}: 15" in listed
    assert "роль в управлении: наблюдатель" in listed
    assert "Анна Начальник, до 3 сентября" in listed
    assert LinkList.BY_COMMAND in listed
    # The role's link ends first, so it is the first.
    await admin.press(f"{LinkList.RECALL} 1")
    assert f"{LinkList.OPEN}: 14" in await admin.sees()
    stranger = await came(approving, "Чужой Иван", 399, by_staff[1])
    assert Registration.LINK_USED in await stranger.sees()
    await stranger.send("/panel")
    assert Panel.STAFF_ONLY in await stranger.sees()
    # All of them, once it is sure.
    await admin.press(LinkList.RECALL_ALL)
    assert f"{LinkList.SURE} 14" in await admin.sees()
    await admin.press(LinkList.RECALL_NOW)
    assert "Отозвано: 14" in await admin.toast()
    late = await came(approving, "Иванова Мария", 101, of_school)
    assert Registration.LINK_USED in await late.sees()
    assert await seated_at(approving, late) == {}
    assert {"invitation.ended", "staff.uninvited"} <= {*await actions(approving)}


async def test_an_organizations_card_leads_to_its_links_alone(approving: World, admin: Head) -> None:
    of_school, of_other = await made(approving), await made(approving, Organizations.OTHER_SCHOOL)
    await made(approving, beside=True)
    place = await id_of(approving, Organizations.SCHOOL)
    await admin.callback(f"wc:{place}")
    await admin.press(LinkList.OPEN)
    assert f"{LinkList.OPEN}: 2" in await admin.sees()
    assert "вторым" in await admin.sees()
    old = (await admin.phone.last_message())["message_id"]
    await admin.press(LinkList.RECALL_ALL)
    # Meanwhile another is made: it is asked again.
    await made(approving)
    await admin.press(LinkList.RECALL_NOW)
    assert f"{LinkList.SURE} 3" in await admin.sees()
    await admin.press(LinkList.RECALL_NOW)
    await admin.press(Panel.BACK)
    assert Organizations.SCHOOL in await admin.sees()
    await admin.callback(EndLinks(organization=place, count=3).pack(), old)
    assert "уже нет" in await admin.toast()
    assert Registration.LINK_USED in await (await came(approving, "Иванова Мария", 101, of_school)).sees()
    other = await came(approving, "Петров Олег", 102, of_other)
    assert await seated_at(approving, other) == {Organizations.OTHER_SCHOOL: SeatState.SEATED}


@pytest.mark.slow
async def test_links_end_with_the_role_of_their_maker(approving: World, admin: Head) -> None:
    second = await introduced(approving, "Второй Борис", SECOND_ADMIN)
    third = await introduced(approving, "Третья Ольга", 902)
    await approving.storage.apply(lambda tx: staff.make_admin(tx, third.id, None, approving.now))
    payloads = [await made(approving, by=third.id) for _ in range(2)]
    first = await came(approving, "Иванова Мария", 101, payloads[0])
    waiting = await came(approving, "Петров Олег", 102, payloads[1])
    assert LinkList.TAKEN in await waiting.sees()
    await admin.send("/panel")
    await admin.press(Panel.STAFF, "Ольга Третья", Staff.REVOKE_ROLE, Staff.REVOKE)
    assert LinkList.NOT_CONFIRMED in await waiting.sees()
    await second.press(LinkList.CONFIRM)
    assert LinkList.DECIDED in await second.toast()
    assert await seated_at(approving, first) == {Organizations.SCHOOL: SeatState.SEATED}
    assert await seated_at(approving, waiting) == {}


@pytest.mark.slow
async def test_a_link_that_would_unseat_somebody_asks_first(approving: World, admin: Head) -> None:
    vera = await curator(approving, "general")
    present = await came(approving, "Иванова Мария", 101, await made(approving))
    payload = await made(approving)
    successor = await came(approving, "Петров Олег", 102, payload)
    assert LinkList.TAKEN in await successor.sees()
    # Nobody learns from the bot who sits there.
    assert "Мария" not in await successor.screen()
    for asked in (admin, vera):
        card = str((await asked.phone.find(LinkList.ASKED))["text"])
        assert "Олег Петров займёт место: Мария Иванова" in card
        assert "Анна Начальник" in card
    assert await seated_at(approving, present) == {Organizations.SCHOOL: SeatState.SEATED}
    for text in ("/start", f"/start {payload}"):
        await successor.send(text)
        assert LinkList.TAKEN in await successor.sees()
    # A link that waits serves nobody else.
    thief = await came(approving, "Чужой Иван", 399, payload)
    assert Registration.LINK_USED in await thief.sees()
    await vera.press_at(await vera.card(LinkList.ASKED), LinkList.CONFIRM)
    assert "Подтверждено: Олег Петров" in await vera.sees()
    assert await seated_at(approving, successor) == {Organizations.SCHOOL: SeatState.SEATED}
    assert await seated_at(approving, present) == {}
    assert any(Registration.REGISTERED in message["text"] for message in await successor.phone.messages())
    assert "занимает другой человек" in await present.sees()
    await admin.press_at(await admin.card(LinkList.ASKED), LinkList.REFUSE)
    assert LinkList.DECIDED in await admin.toast()
    assert await seated_at(approving, successor) == {Organizations.SCHOOL: SeatState.SEATED}
    assert "invitation.used" in await actions(approving)


async def test_a_refused_successor_hears_of_it_and_the_head_stays(approving: World, admin: Head) -> None:
    present = await came(approving, "Иванова Мария", 101, await made(approving))
    successor = await came(approving, "Петров Олег", 102, await made(approving, by=None))
    assert LinkList.BY_COMMAND in str((await admin.phone.find(LinkList.ASKED))["text"])
    await admin.press_at(await admin.card(LinkList.ASKED), LinkList.REFUSE)
    assert LinkList.NOT_CONFIRMED in await successor.sees()
    assert await seated_at(approving, present) == {Organizations.SCHOOL: SeatState.SEATED}
    assert await seated_at(approving, successor) == {}
    assert "invitation.refused" in await actions(approving)


@pytest.mark.slow
async def test_a_deputy_keeps_the_seat_while_the_department_thinks(approving: World, admin: Head) -> None:
    head = await came(approving, "Иванова Мария", 101, await made(approving))
    place = await id_of(approving, Organizations.SCHOOL)
    token = await approving.storage.apply(
        lambda tx: invitations.create(tx, place, Role.DEPUTY, messengers.person(ADMIN), approving.now)
    )
    deputy = await came(approving, "Петров Олег", 102, f"inv_{token}")
    await deputy.send(f"/start {await made(approving)}")
    assert LinkList.TAKEN in await deputy.sees()
    assert await seated_at(approving, deputy) == {Organizations.SCHOOL: SeatState.SEATED}
    # The head goes meanwhile: the card that named one is shown anew.
    old = await admin.card(LinkList.ASKED)
    await head.send("/settings")
    await head.press(Preferences.ORGANIZATIONS, Preferences.LEAVE, Organizations.SCHOOL, Preferences.SURELY_LEAVE)
    await admin.press_at(old, LinkList.CONFIRM)
    assert "сменился" in await admin.toast()
    await admin.press_at(old, LinkList.CONFIRM)
    assert "Подтверждено: Олег Петров" in await admin.sees()


@pytest.mark.slow
async def test_administrators_hear_what_links_gave(approving: World, admin: Head) -> None:
    head = await came(approving, "Иванова Мария", 101, await made(approving))
    assert "Мария Иванова — руководитель" in str((await admin.phone.find(LinkList.GIVEN))["text"])
    count = await admin.count()
    # Of seats once an hour, all in one letter.
    for number, organization in enumerate((Organizations.OTHER_SCHOOL, Organizations.KINDERGARTEN), 102):
        await came(approving, f"Новый{number} Пётр", number, await made(approving, organization))
    assert await admin.count() == count
    await approving.at("2026-08-27 11:05")
    told = await admin.sees()
    assert LinkList.GIVEN in told
    assert "Новый102" in told
    assert "Новый103" in told
    # Of roles at once, at any hour.
    await approving.at("2026-08-28 23:30")
    token = await approving.storage.apply(
        lambda tx: staff.invite(tx, StaffRole.ADMIN, Limits(), messengers.person(ADMIN), approving.now)
    )
    fresh = await came(approving, "Новая Ольга", 500, f"staff_{token}")
    assert "Ольга Новая — роль в управлении: администратор" in await admin.sees()
    assert not any(LinkList.GIVEN in message["text"] for message in await fresh.phone.messages())
    assert not any(LinkList.GIVEN in message["text"] for message in await head.phone.messages())


@pytest.mark.slow
async def test_forged_presses_recall_nothing_and_seat_nobody(approving: World, admin: Head) -> None:
    vera = await curator(approving, "preschool")
    present = await came(approving, "Иванова Мария", 101, await made(approving))
    successor = await came(approving, "Петров Олег", 102, await made(approving))
    await made(approving, Organizations.OTHER_SCHOOL)
    for person in (successor, present, vera):
        for data in (Links(), EndLink(to="seat", id=3), EndLink(to="role", id=1), EndLinks(count=1)):
            await person.callback(data.pack())
            assert Anywhere.NOT_YOURS in await person.toast()
    for person in (successor, present):
        for press in (Successor(invitation=2), Succeed(invitation=2, accept=True), Succeed(invitation=2, accept=False)):
            await person.callback(press.pack())
            assert Anywhere.NOT_YOURS in await person.toast()
    # Beyond a curator's limits, and what there is not.
    for press in (Successor(invitation=2), Succeed(invitation=2, accept=False), Successor(invitation=424242)):
        await vera.callback(press.pack())
        assert LinkList.DECIDED in await vera.toast()
    await admin.callback(EndLink(to="role", id=3).pack())
    assert LinkList.GONE in await admin.toast()
    await admin.callback(Succeed(invitation=2, accept=True, mark="0" * 8).pack())
    assert "сменился" in await admin.toast()
    assert await seated_at(approving, present) == {Organizations.SCHOOL: SeatState.SEATED}
    assert await seated_at(approving, successor) == {}


@pytest.mark.slow
async def test_whoever_came_by_the_link_does_not_decide(approving: World, admin: Head) -> None:
    await came(approving, "Иванова Мария", 101, await made(approving))
    vera = await curator(approving, "general")
    await vera.send(f"/start {await made(approving)}")
    assert LinkList.TAKEN in await vera.sees()
    await vera.callback(Successor(invitation=2).pack())
    await vera.press(LinkList.CONFIRM)
    assert "решает другой" in await vera.toast()
    assert await seated_at(approving, vera) == {}
    await admin.press_at(await admin.card(LinkList.ASKED), LinkList.CONFIRM)
    assert await seated_at(approving, vera) == {Organizations.SCHOOL: SeatState.SEATED}


async def test_of_two_who_come_at_once_with_two_links_one_has_to_wait(approving: World, admin: Head) -> None:
    payloads = [await made(approving) for _ in range(2)]
    both = [await approving.person(name, id) for name, id in (("Иванова Мария", 101), ("Петров Олег", 102))]
    for person, payload in zip(both, payloads, strict=True):
        await person.send(f"/start {payload}")
    await asyncio.gather(*(person.phone.press(Registration.AGREE) for person in both))
    await approving.settle()
    assert sorted([len(await seated_at(approving, person)) for person in both]) == [0, 1]
    assert await admin.card(LinkList.ASKED)


@pytest.mark.slow
async def test_whoever_waits_for_anothers_place_may_think_better_of_it(approving: World, admin: Head) -> None:
    present = await came(approving, "Иванова Мария", 101, await made(approving))
    payload = await made(approving)
    successor = await came(approving, "Петров Олег", 102, payload)
    card = await admin.card(LinkList.ASKED)
    await successor.press(Registration.GIVE_UP)
    assert "Заявка отозвана" in await successor.sees()
    await admin.press_at(card, LinkList.CONFIRM)
    assert LinkList.DECIDED in await admin.toast()
    assert await seated_at(approving, successor) == {}
    assert await seated_at(approving, present) == {Organizations.SCHOOL: SeatState.SEATED}
    # The link has served, and whoever registers anew does so as anybody.
    await successor.send(f"/start {payload}")
    assert Registration.LINK_USED in await successor.sees()
    await successor.send("/start")
    assert LinkList.TAKEN not in await successor.sees()
