"""Rounds open in time and once, whatever happens to the bot meanwhile."""

import asyncio
import dataclasses
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.ledger.obligation import UNANSWERED
from bot.domain.people.organization import RosterEntry
from bot.storage.desk import restoring
from bot.storage.ledger import obligations, rounds
from tests.people import ADMIN, introduced
from tests.texts.department import Announcements, Missed
from tests.texts.example import Titles, Types
from tests.texts.heads import Form, Request
from tests.world import Head, World, catalog_of, living, local


async def opened(world: World) -> list[str]:
    """Which rounds have opened and are not closed."""
    async with world.storage.read() as tx:
        return sorted(one.directive.id for one in await rounds.open_now(tx, world.now))


async def received(person: Head, text: str) -> int:
    return len([message for message in await person.phone.messages() if text in message["text"]])


async def missed(admin: Head) -> list[str]:
    """Titles of the rounds about which the administrator is asked."""
    return [
        message["text"].split("\n")[1].split(" · ")[0]
        for message in await admin.phone.messages()
        if Missed.HEADING in message["text"]
    ]


async def test_a_round_opens_when_the_working_day_begins(world: World, head: Head) -> None:
    await world.at("2026-09-03 08:59")
    assert await opened(world) == []
    await world.at("2026-09-03 09:00")
    assert await opened(world) == ["programme-correction", "sanitary-rules"]
    assert "осталось 15 дней" in await head.sees()
    # Every organization owes it, whether anybody is seated there or not.
    async with world.storage.read() as tx:
        (found,) = [one for one in await rounds.open_now(tx, world.now) if one.directive.id == "programme-correction"]
        assert len(await obligations.of_round(tx, found.id, UNANSWERED)) == 12


@pytest.mark.slow_on_postgresql
@pytest.mark.both_databases
async def test_a_tick_twice_or_side_by_side_opens_once(world: World, head: Head) -> None:
    await world.at("2026-09-03 09:00")
    await world.app.tick()
    await asyncio.gather(*(world.app.tick() for _ in range(4)))
    await world.settle()
    assert await received(head, Titles.CORRECTION) == 1
    world.now = world.now.replace(day=7)
    await asyncio.gather(*(world.app.tick() for _ in range(4)))
    await world.settle()
    assert await received(head, "Отдых и оздоровление") == 1


@pytest.mark.slow_on_postgresql
@pytest.mark.both_databases
async def test_a_restart_between_tick_and_sending(world: World, head: Head) -> None:
    world.now = world.now.replace(month=9, day=3, hour=1)
    await world.app.tick()
    assert await received(head, Titles.CORRECTION) == 0
    await world.restart()
    assert await received(head, Titles.CORRECTION) == 1
    await world.restart()
    assert await received(head, Titles.CORRECTION) == 1


@pytest.mark.parametrize(
    ("back", "asked", "to_decide"),
    [
        ("2026-09-03 09:30", [Titles.CORRECTION], []),
        ("2026-09-04 09:00", [Titles.CORRECTION], []),
        ("2026-09-09 10:00", [Titles.CORRECTION, Titles.SUMMER], []),
        (
            "2026-10-05 10:00",
            ["Рассмотрение нацпроекта в коллективе", Titles.SCHOOL_SPORTS_CLUB],
            [
                Titles.CLASS_TEACHING,
                Titles.CORRECTION,
                "Места в детских садах",
                Titles.SUMMER,
                Titles.SANITARY_RULES,
                "ФГОС среднего общего образования",
            ],
        ),
    ],
    ids=["an hour", "a day", "a week", "a month"],
)
async def test_a_downtime(
    world: World, admin: Head, head: Head, back: str, asked: list[str], to_decide: list[str]
) -> None:
    await world.at("2026-09-03 08:30")
    before = await head.count()
    await world.restart()
    await world.at(back)
    # Caught up once, in one message; what is too old is not blasted out.
    assert await head.count() == before + 1
    for title in asked:
        assert title in await head.sees()
    assert sorted(await missed(admin)) == to_decide
    for title in to_decide:
        assert title not in await head.sees()
    # Once.
    await world.restart()
    await world.at(back)
    assert await head.count() == before + 1
    assert sorted(await missed(admin)) == to_decide


async def test_a_downtime_that_ends_in_the_night_waits_for_the_morning(world: World, head: Head) -> None:
    await world.at("2026-09-03 08:30")
    await world.restart()
    await world.at("2026-09-05 23:00")
    assert await received(head, Titles.CORRECTION) == 0
    await world.at("2026-09-06 12:00")
    assert await received(head, Titles.CORRECTION) == 0
    await world.at("2026-09-07 09:00")
    # With what opens on Monday: one message.
    assert f"2 {Request.NEW}" in await head.sees()


@pytest.mark.slow
async def test_what_was_asked_between_a_backup_and_its_return_is_not_asked_again(
    world: World, admin: Head, head: Head
) -> None:
    # The backup is of 8:30, the disk died at ten, by which time heads had been asked.
    await world.at("2026-09-03 08:30")
    before = await head.count()
    restored_at = local("2026-09-03 10:00")
    await world.storage.apply(lambda tx: restoring.settle(tx, frozenset(), frozenset(), restored_at))
    await world.restart()
    await world.at("2026-09-03 10:05")
    assert await head.count() == before
    # The department knows whether it wants to ask once more.
    assert sorted(await missed(admin)) == [Titles.CORRECTION, Titles.SANITARY_RULES]
    await admin.press(Missed.OPEN)
    assert await head.count() == before + 1
    # What comes due from now on is asked as ever.
    await world.until("2026-10-05 09:00", step=timedelta(days=1))
    assert await received(head, Titles.SCHOOL_SPORTS_CLUB) == 1


async def test_the_first_start_does_not_report_the_past(tmp_path: Path) -> None:
    async with living(tmp_path, admin_ids=(ADMIN,)) as world:
        admin = await introduced(world, "Начальник Анна", ADMIN)
        await world.at("2026-11-09 10:00")
        assert await missed(admin) == []
        # What opened within the last week and is not due is asked; nothing older.
        assert await opened(world) == ["network-programmes", "olympiad"]


async def test_the_time_zone_of_the_machine_does_not_matter(world: World, head: Head) -> None:
    zone = os.environ.get("TZ")
    try:
        for name, moment, texts in (
            ("America/Los_Angeles", "2026-09-03 08:59", 0),
            ("Pacific/Kiritimati", "2026-09-03 08:59", 0),
            ("America/Los_Angeles", "2026-09-03 09:00", 1),
            ("Asia/Kathmandu", "2026-09-04 09:00", 1),
        ):
            os.environ["TZ"] = name
            time.tzset()
            await world.restart()
            await world.at(moment)
            assert await received(head, Titles.CORRECTION) == texts
        assert "18 сентября, пятница" in await head.sees()
    finally:
        os.environ.pop("TZ")
        if zone is not None:
            os.environ["TZ"] = zone
        time.tzset()


async def test_a_clock_that_is_set_back_asks_nothing_twice(world: World, head: Head) -> None:
    await world.at("2026-09-03 09:00")
    await world.at("2026-09-02 09:00")
    await world.at("2026-09-03 09:00")
    assert await received(head, Titles.CORRECTION) == 1


@pytest.mark.slow
async def test_a_late_joiner_gets_what_is_still_open(world: World) -> None:
    await world.at("2026-09-03 09:00")
    await world.at("2026-09-16 20:00")
    head = await world.person("Иванова Мария", 101)
    await head.join(Types.GENERAL, "Малоозёрская")
    # They ask for it at this moment: it does not wait for the morning.
    assert Titles.CORRECTION in await head.sees()


@pytest.mark.slow
async def test_an_open_round_keeps_what_was_asked(world: World, head: Head) -> None:
    await world.at("2026-09-03 09:00")
    catalog = catalog_of()
    asked = catalog.directives["programme-correction"]
    changed = dataclasses.replace(
        asked,
        title="Совсем другое",
        prompt="Другой вопрос.",
        fields=tuple(field for field in asked.fields if field.id != "status")[:1],
    )
    await world.restart(dataclasses.replace(catalog, directives={**catalog.directives, asked.id: changed}))
    await head.send("/tasks")
    assert Titles.CORRECTION in await head.sees()
    await head.press(f"1. {Titles.CORRECTION}")
    assert Announcements.PLEASE_CONFIRM in await head.sees()
    await head.press(Titles.NOT_BEGUN, Form.SEND)
    assert Form.ACCEPTED in await head.sees()
    # Even if the directive is gone altogether; and nothing opens anew.
    without = {id: directive for id, directive in catalog.directives.items() if id != asked.id}
    await world.restart(dataclasses.replace(catalog, directives=without))
    await world.at("2026-09-04 09:00")
    await head.send("/history")
    assert Titles.CORRECTION in await head.sees()
    await head.press(f"1. {Titles.CORRECTION}")
    assert "Состояние: Не начато" in await head.sees()


@pytest.mark.slow
async def test_an_organization_that_comes_later_owes_what_is_open(world: World, head: Head) -> None:
    await world.at("2026-09-03 09:00")
    catalog = catalog_of()
    new = RosterEntry("school-new", "МБОУ «Новая школа»", frozenset({"general"}))
    written = dataclasses.replace(catalog.written, organizations=f"{catalog.written.organizations}\n# {new.name}\n")
    await world.restart(dataclasses.replace(catalog, roster=(*catalog.roster, new), written=written))
    async with world.storage.read() as tx:
        (found,) = [one for one in await rounds.open_now(tx, world.now) if one.directive.id == "programme-correction"]
        assert "МБОУ «Новая школа»" in [
            one.organization_name for one in await obligations.of_round(tx, found.id, UNANSWERED)
        ]
    late = await world.person("Петров Олег", 102)
    await late.join(Types.GENERAL, "Новая школа")
    assert Titles.CORRECTION in await late.sees()
    # A kindergarten that becomes a school as well owes what schools owe, and its head hears of it.
    await world.at("2026-09-07 09:00")
    roster = tuple(
        dataclasses.replace(entry, types=frozenset({"general", "preschool"})) if "rodnichok" in entry.code else entry
        for entry in catalog.roster
    )
    carer = await world.person("Цыренова Баирма", 103)
    await carer.join("Дошкольное", "Родничок")
    assert "Отдых и оздоровление" not in await carer.sees()
    await world.restart(dataclasses.replace(catalog, roster=(*roster, new)))
    assert "Отдых и оздоровление" in await carer.sees()


async def test_the_summer_is_quiet(world: World, head: Head) -> None:
    await world.at("2027-06-30 10:00")
    before = await head.count()
    for moment in ("2027-07-01 09:00", "2027-07-15 12:00", "2027-08-20 18:00"):
        await world.at(moment)
    assert await opened(world) == []
    assert await head.count() == before
