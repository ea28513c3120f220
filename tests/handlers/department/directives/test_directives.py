"""The directives on the department's desk: looked at, paused, resumed, opened before their time."""

import asyncio
from pathlib import Path

import pytest

from bot.domain.people.member import Limits, StaffRole
from bot.storage.ledger import rounds
from bot.storage.people import staff
from bot.storage.post import audit
from bot.storage.post.audit import Filter
from tests import messengers
from tests.catalog.small import CALENDAR, DIRECTIVES, ORGANIZATIONS
from tests.people import ADMIN, introduced
from tests.texts.department import Applications, Directives, Panel
from tests.texts.example import Titles, Topics, Types
from tests.texts.heads import Anywhere, Registration
from tests.world import Head, World, catalog_of, living

SCHOOL = "Тихореченская"


async def coming(world: World, name: str, id: int) -> Head:
    """Somebody who has agreed to the data being kept."""
    return await introduced(world, name, id)


async def with_role(world: World, name: str, id: int, role: StaffRole, limits: Limits = Limits()) -> Head:  # noqa: B008
    person = await coming(world, name, id)
    await world.storage.apply(lambda tx: staff.grant(tx, person.id, role, messengers.person(ADMIN), world.now, limits))
    return person


async def periods(world: World, directive_id: str) -> list[str]:
    """What has a round, opened or missed."""
    async with world.storage.read() as tx:
        found = [*await rounds.open_now(tx, world.now), *await rounds.missed(tx)]
    return [one.period for one in found if one.directive.id == directive_id]


async def deeds(world: World, directive_id: str) -> list[str]:
    async with world.storage.read() as tx:
        return [entry.action for entry in await audit.found(tx, Filter(directive_id=directive_id), 20)]


async def to_card(person: Head, label: str) -> None:
    """Three taps from anywhere."""
    await person.send("/panel")
    await person.press(Panel.DIRECTIVES)
    while label not in " ".join(await person.buttons()):
        await person.press("›")
    await person.press(label)


@pytest.mark.slow
async def test_the_list_and_a_directive(approving: World, admin: Head) -> None:
    await admin.send("/panel")
    await admin.press(Panel.DIRECTIVES)
    first = await admin.sees()
    assert "19 поручений" in first
    assert "\n1.1 — 3 сентября · Начало учебного года\n" in first
    await admin.press("›")
    assert "\n1.1 " not in await admin.sees()
    await admin.press("‹", "1.1")
    card = await admin.sees()
    assert f"{Directives.DIRECTIVE} 1.1 резолюции августовской" in card
    assert f"Тема: {Topics.SANITARY}" in card
    assert f"Кого спрашиваем: {Types.DEPARTMENT} — 1 организация" in card
    assert "1. Состояние\n2. Неисполненных предписаний" in card
    assert "• 3 сентября · Начало учебного года, срок 15 сентября" in card
    assert Directives.LAST not in card
    await approving.at("2026-09-03 09:00")
    await to_card(admin, "1.1")
    assert f"{Directives.LAST}: Начало учебного года, 3 сентября. {Directives.ANSWERED} 0 из 1." in await admin.sees()
    await admin.press("Ответы на последний запрос")
    assert Titles.SANITARY_RULES in await admin.sees()
    await to_card(admin, "1.1")
    await admin.press(Panel.BACK, Panel.TO_PANEL)
    assert Panel.HEADING in await admin.sees()


@pytest.mark.slow
async def test_paused_and_resumed(approving: World, admin: Head) -> None:
    await to_card(admin, "1.1")
    card = await admin.card(Titles.SANITARY_RULES)
    await admin.press(Directives.SUSPEND)
    assert "не навёрстываются" in await admin.sees()
    await admin.press(Directives.CANCEL, Directives.SUSPEND, Directives.SUSPEND)
    assert "⏸ Приостановлено 27 августа" in await admin.sees()
    assert Directives.UPCOMING not in await admin.sees()
    assert Directives.OPEN_NOW not in await admin.buttons()
    # The other administrator still has the old screen, and is told what stands.
    await admin.callback("vp:sanitary-rules:1", card)
    assert "уже приостановлено" in await admin.toast()
    await admin.callback("vo:sanitary-rules:", card)
    assert "Сначала возобновите" in await admin.toast()
    await approving.at("2026-09-03 09:00")
    await approving.at("2026-09-05 09:00")
    assert await periods(approving, "sanitary-rules") == []
    await admin.press("Возобновить")
    # What came due meanwhile is not caught up, nor is it missed.
    await approving.at("2026-09-05 10:00")
    await approving.restart()
    await approving.at("2026-09-20 10:00")
    assert await periods(approving, "sanitary-rules") == []
    await admin.callback("vr:sanitary-rules", card)
    assert "уже действует" in await admin.toast()
    assert await deeds(approving, "sanitary-rules") == ["directive.resumed", "directive.paused"]
    # Next year it is asked again.
    await approving.at("2027-09-03 09:00")
    assert await periods(approving, "sanitary-rules") == ["2027-2028/start"]


@pytest.mark.slow
async def test_opened_before_its_time(approving: World, admin: Head) -> None:
    head = await approving.person("Иванова Мария", 101)
    await head.send("/start")
    await head.press(Registration.AGREE, Types.GENERAL, Registration.DONE, SCHOOL, Registration.HEAD)
    await admin.press(Applications.CONFIRM)
    await to_card(admin, Titles.CORRECTION)
    await admin.press(Directives.OPEN_NOW)
    asked = await admin.sees()
    assert f"{Titles.CORRECTION} · Начало учебного года" in asked
    assert f"{Directives.RECIPIENTS}: 12 организаций\n{Directives.DUE}: 18 сентября, пятница" in asked
    assert f"{Directives.ON_SCHEDULE} он открылся бы 3 сентября в 09:00" in asked
    button = next(
        one["callback_data"]
        for message in await admin.phone.messages()
        if Directives.SURE in message["text"]
        for row in message["markup"]["inline_keyboard"]
        for one in row
        if one["text"] == Directives.OPEN
    )
    card = await admin.card(Directives.SURE)
    # Pressed twice: one round.
    await asyncio.gather(*(admin.phone.callback(button, message_id=card) for _ in range(2)))
    await approving.settle()
    assert Directives.ALREADY_OPEN in await admin.toast()
    assert await periods(approving, "programme-correction") == ["2026-2027/start"]
    assert f"{Directives.LAST}: Начало учебного года, 27 августа. {Directives.ANSWERED} 0 из 12." in await admin.sees()
    assert Titles.CORRECTION in await head.sees()
    # Its own time changes nothing.
    await approving.at("2026-09-03 09:00")
    assert await periods(approving, "programme-correction") == ["2026-2027/start"]
    async with approving.storage.read() as tx:
        (entry, *_) = await audit.found(tx, Filter(by=messengers.person(ADMIN), directive_id="programme-correction"), 1)
    assert entry.action == "round.opened"


@pytest.mark.slow
async def test_what_is_far_off_is_due_in_two_weeks(tmp_path: Path) -> None:
    spring = DIRECTIVES.replace("        - {key: a, title: Осень, open: 10-05, due: 10-15}\n", "").replace(
        ", only_in: [a]}", "}"
    )
    files = {}
    for name, text in (("directives", spring), ("calendar", CALENDAR), ("organizations", ORGANIZATIONS)):
        files[name] = tmp_path / f"{name}.yaml"
        files[name].write_text(text, encoding="utf-8")
    async with living(tmp_path, catalog_of(**files), admin_ids=(ADMIN,)) as world:
        admin = await coming(world, "Начальник Анна", ADMIN)
        await to_card(admin, "Клуб")
        await admin.press(Directives.OPEN_NOW)
        # 27 August and 14 days; the round keeps the name of its period.
        assert "Клуб · Весна" in await admin.sees()
        assert f"{Directives.DUE}: 10 сентября, четверг" in await admin.sees()
        await admin.press(Directives.OPEN)
        await admin.press(Directives.OPEN_NOW)
        assert "Клуб · Вне графика" in await admin.sees()
        assert Directives.ON_SCHEDULE not in await admin.sees()
        await admin.press(Directives.OPEN)
        assert sorted(await periods(world, "clubs")) == ["2026-2027/b", "by-hand/2026-08-27"]
        # Once a day is enough.
        await admin.press(Directives.OPEN_NOW, Directives.OPEN)
        assert Directives.ALREADY_OPEN in await admin.toast()
        await world.at("2027-04-05 10:00")
        assert len(await periods(world, "clubs")) == 0


@pytest.mark.parametrize("role", [StaffRole.CURATOR, StaffRole.VIEWER])
async def test_who_may_do_what(approving: World, admin: Head, role: StaffRole) -> None:
    limits = Limits(topics=frozenset({"sanitary"})) if role is StaffRole.CURATOR else Limits()
    person = await with_role(approving, "Куратор Ольга", 500, role, limits)
    await person.send("/panel")
    await person.press(Panel.DIRECTIVES)
    assert ("1 поручение" if limits.topics else "19 поручений") in await person.sees()
    assert Directives.RELOAD not in await person.buttons()
    await person.press("1.1")
    assert (Directives.OPEN_NOW in await person.buttons()) is (role is StaffRole.CURATOR)
    assert Directives.SUSPEND not in await person.buttons()
    card = await person.card(Titles.SANITARY_RULES)
    await person.callback("vp:sanitary-rules:1", card)
    assert Anywhere.NOT_YOURS in await person.toast()
    # Beyond the limits, and what is no directive at all.
    await person.callback("vd:nothing", card)
    assert Directives.GONE in await person.toast()
    await person.callback("vo:municipal-programme:", card)
    assert (Directives.GONE if role is StaffRole.CURATOR else Anywhere.NOT_YOURS) in await person.toast()
    await approving.storage.apply(
        lambda tx: staff.revoke(tx, messengers.person(500), messengers.person(ADMIN), approving.now)
    )
    await person.callback("vo:sanitary-rules:", card)
    assert Anywhere.NOT_YOURS in await person.toast()
    assert await periods(approving, "sanitary-rules") == []
    head = await coming(approving, "Чужой Пётр", 501)
    await head.callback("vl:0")
    assert Anywhere.NOT_YOURS in await head.toast()
