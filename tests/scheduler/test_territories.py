"""Heads in several time zones: each is asked, reminded and late by their own clock."""

import asyncio
import io
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
import sqlalchemy as sa

from bot.domain.catalog.catalog import Catalog
from bot.domain.desk.digest import Digest as Gathered
from bot.domain.ledger.control import Part
from bot.domain.ledger.obligation import UNANSWERED, Obligation
from bot.domain.ledger.report import Order, ReportKind
from bot.domain.people.heirs import Heirs
from bot.domain.people.member import Limits, StaffRole
from bot.domain.people.roster import RosterChange, compare
from bot.reports.orders import letterhead
from bot.storage import schema as t
from bot.storage.desk import digests, ledger_report, questions, restoring
from bot.storage.engine.database import Tx
from bot.storage.ledger import decisions, obligations, pauses, rounds
from bot.storage.ledger.changes import roster
from bot.storage.people import organizations, people, staff
from bot.views.callbacks.control import Answer, InTerritory
from bot.views.callbacks.extending import Extensions as WaitingExtensions
from bot.views.department.announcements.composing import night
from bot.views.plan import plan
from tests import messengers
from tests.handlers.department.questions.test_questions import TEXT, begin, complete, send_off
from tests.people import ADMIN, introduced
from tests.texts.department import Control, Digest, Extensions, Missed, Threads
from tests.texts.example import Organizations, Titles, Types
from tests.texts.heads import Extending, Form, Preferences, Registration, Reminder, Request, Returned
from tests.world import ROOT, ZONE, Head, World, catalog_of, living

VLADIVOSTOK, MOSCOW, BERLIN = ZoneInfo("Asia/Vladivostok"), ZoneInfo("Europe/Moscow"), ZoneInfo("Europe/Berlin")
_TERRITORIES = """
territories:
  home: {name: Родной район}
  coast: {name: Приморский район, timezone: Asia/Vladivostok, days_off: [{date: 2026-10-01, title: День края}]}
  west: {name: Западный район, timezone: Europe/Moscow}
  abroad: {name: Школы при посольствах, timezone: Europe/Berlin}
"""
# Where each of the schools is; the department, in Irkutsk, is in none.
PLACES = {
    Organizations.SCHOOL: "home",
    Organizations.OTHER_SCHOOL: "coast",
    Organizations.BIG_SCHOOL: "west",
    Organizations.KINDERGARTEN: "abroad",
}
ZONES = {"home": ZONE, "coast": VLADIVOSTOK, "west": MOSCOW, "abroad": BERLIN}
_TYPES = {Organizations.KINDERGARTEN: Types.PRESCHOOL}


def region(folder: Path, catalog: Catalog | None = None) -> Catalog:
    """The example as a region of four territories."""
    file = folder / "calendar.yaml"
    file.write_text((ROOT / "data/calendar.yaml").read_text() + _TERRITORIES)
    made = catalog or catalog_of(calendar=file)
    return replace(made, roster=tuple(replace(entry, territory=PLACES.get(entry.name, "")) for entry in made.roster))


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with living(tmp_path, region(tmp_path), admin_ids=(ADMIN,)) as world:
        yield world


@pytest.fixture
async def admin(world: World) -> Head:
    return await introduced(world, "Начальник Анна", ADMIN)


@pytest.fixture
async def heads(world: World) -> dict[str, Head]:
    """A head in each of the territories, by the territory's id."""
    found = {}
    for number, (name, place) in enumerate(PLACES.items()):
        found[place] = await world.person(f"Директор {place}", 201 + number)
        await found[place].join(_TYPES.get(name, Types.GENERAL), name)
    return found


def at(zone: ZoneInfo, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


async def asked(heads: dict[str, Head], title: str) -> set[str]:
    """Where the request has come; nowhere twice."""
    came = set()
    for place, head in heads.items():
        number = sum(
            f"<b>{title}</b>" in message["text"] or title in message["text"].split("\n")[0]
            for message in await head.phone.messages()
        )
        assert number <= 1, (place, number)
        if number:
            came.add(place)
    return came


async def missed_card(admin: Head, title: str) -> int:
    """The message that asks the administrator about that round."""
    messages = await admin.phone.messages()
    return next(
        int(message["message_id"])
        for message in messages
        if Missed.HEADING in message["text"] and title in message["text"]
    )


async def owed(world: World, directive: str) -> dict[str, Obligation]:
    """What the heads' organizations owe of the directive, by territory."""
    async with world.storage.read() as tx:
        round_ = await rounds.latest(tx, directive)
        if round_ is None:
            return {}
        query = sa.select(t.obligations.c.id).where(t.obligations.c.round_id == round_.id)
        found = await obligations.of_ids(tx, list((await tx.execute(query)).scalars()))
    return {obligation.organization_territory: obligation for obligation in found}


@pytest.mark.slow
@pytest.mark.slow_on_postgresql
@pytest.mark.both_databases
async def test_each_is_asked_at_nine_of_their_own(world: World, heads: dict[str, Head]) -> None:
    schools = {"home", "coast", "west"}
    for moment, came in (
        (at(VLADIVOSTOK, "2026-09-03 08:59"), set()),
        (at(VLADIVOSTOK, "2026-09-03 09:00"), {"coast"}),
        (at(ZONE, "2026-09-03 08:59"), {"coast"}),
        (at(ZONE, "2026-09-03 09:00"), {"coast", "home"}),
        (at(MOSCOW, "2026-09-03 08:59"), {"coast", "home"}),
        (at(MOSCOW, "2026-09-03 09:00"), schools),
        (at(BERLIN, "2026-09-03 09:00"), schools | {"abroad"}),
        (at(ZONE, "2026-09-04 09:00"), schools | {"abroad"}),
    ):
        await world.at(moment)
        assert await asked(heads, Titles.CORRECTION) == came, moment
        assert set(await owed(world, "programme-correction")) - {""} == came
    for place, obligation in (await owed(world, "programme-correction")).items():
        its = ZONES.get(place, ZONE)
        assert f"{obligation.due_at.astimezone(its):%Y-%m-%d %H:%M}" == "2026-09-18 18:00"
        assert f"{obligation.closes_at.astimezone(its):%Y-%m-%d %H:%M}" == "2026-10-02 18:00"
    async with world.storage.read() as tx:
        (round_,) = await rounds.select(tx, t.rounds.c.directive_id == "programme-correction")
    # The round is the department's, and takes answers until the last of all may give one.
    assert (round_.opens_at, round_.due_at) == (at(ZONE, "2026-09-03 09:00"), at(ZONE, "2026-09-18 18:00"))
    assert round_.opened_at == at(VLADIVOSTOK, "2026-09-03 09:00")
    assert round_.closes_at == at(BERLIN, "2026-10-02 18:00")


@pytest.mark.slow
@pytest.mark.slow_on_postgresql
@pytest.mark.both_databases
async def test_ticks_side_by_side_ask_each_territory_once(world: World, heads: dict[str, Head]) -> None:
    await world.at(at(VLADIVOSTOK, "2026-09-03 08:00"))
    for moment in (at(VLADIVOSTOK, "2026-09-03 09:00"), at(ZONE, "2026-09-03 09:00"), at(BERLIN, "2026-09-03 09:00")):
        world.now = moment.astimezone(UTC)
        await asyncio.gather(*(world.app.tick() for _ in range(4)))
        await world.settle()
    assert await asked(heads, Titles.CORRECTION) == set(PLACES.values())


@pytest.mark.slow
@pytest.mark.both_databases
async def test_each_is_reminded_and_late_by_their_own_clock(world: World, heads: dict[str, Head]) -> None:
    for zone in (VLADIVOSTOK, ZONE, MOSCOW, BERLIN):
        await world.at(at(zone, "2026-09-03 09:00"))
    for day in ("04", "07", "10", "14"):
        await world.at(at(ZONE, f"2026-09-{day} 14:00"))

    async def hears() -> set[str]:
        query = (
            sa.select(t.obligations.c.territory)
            .join(t.rounds)
            .where(t.rounds.c.directive_id == "programme-correction", t.obligations.c.reminded_at == world.now)
        )
        async with world.storage.read() as tx:
            return set((await tx.execute(query)).scalars()) - {""}

    # Three days before it is due, when the working day begins.
    await world.at(at(VLADIVOSTOK, "2026-09-15 08:59"))
    assert await hears() == set()
    for moment, came in (
        (at(VLADIVOSTOK, "2026-09-15 09:00"), {"coast"}),
        (at(ZONE, "2026-09-15 09:00"), {"home"}),
        (at(MOSCOW, "2026-09-15 08:59"), set()),
        (at(MOSCOW, "2026-09-15 09:00"), {"west"}),
        (at(BERLIN, "2026-09-15 09:00"), {"abroad"}),
    ):
        await world.at(moment)
        assert await hears() == came, moment
        for place in came:
            assert Reminder.HEADING in await heads[place].sees()
            # Until when is said by the reader's own clock.
            assert "до 18 сентября, пятница, 18:00 (осталось 3 дня)" in await heads[place].sees()
    world.now = at(VLADIVOSTOK, "2026-09-18 18:01").astimezone(UTC)
    late = {place for place, one in (await owed(world, "programme-correction")).items() if one.is_overdue(world.now)}
    assert late == {"coast"}


@pytest.mark.slow
@pytest.mark.slow_on_postgresql
@pytest.mark.both_databases
async def test_answers_are_taken_until_the_territory_s_own_closing(world: World, heads: dict[str, Head]) -> None:
    await world.at(at(BERLIN, "2026-09-03 12:00"))
    world.now = at(VLADIVOSTOK, "2026-10-02 18:00").astimezone(UTC)
    mine = await owed(world, "programme-correction")
    assert {place for place, one in mine.items() if one.is_closed(world.now)} == {"coast"}
    assert not await _is_open(heads["coast"], Titles.CORRECTION)
    assert await _is_open(heads["west"], Titles.CORRECTION)
    world.now = at(MOSCOW, "2026-10-02 18:00").astimezone(UTC)
    assert not await _is_open(heads["west"], Titles.CORRECTION)


async def _is_open(head: Head, title: str) -> bool:
    """Whether the head sees the request as one that takes answers; otherwise as one that has closed without any."""
    await head.send("/tasks")
    seen = await head.sees()
    assert title in seen
    return Request.CLOSED_UNANSWERED not in seen


@pytest.mark.slow
async def test_the_clock_that_is_changed_changes_no_hour(world: World, heads: dict[str, Head]) -> None:
    # Berlin turns its clocks back on the night of 25 October: what is asked in between comes at nine all the same.
    await world.until("2026-10-20 09:00", timedelta(hours=12))
    asked_at = {}
    for day in range(20, 32):
        for hour in range(24):
            await world.at(at(BERLIN, f"2026-10-{day} {hour:02}:00"))
    async with world.storage.read() as tx:
        query = sa.select(t.openings).where(t.openings.c.territory == "abroad", t.openings.c.opened_at.is_not(None))
        for row in await tx.execute(query):
            asked_at[row.opened_at.astimezone(BERLIN)] = row
    assert asked_at
    for moment, row in asked_at.items():
        opens, due, closes = (each.astimezone(BERLIN) for each in (row.opens_at, row.due_at, row.closes_at))
        assert (f"{opens:%H:%M}", f"{due:%H:%M}", f"{closes:%H:%M}") == ("09:00", "18:00", "18:00")
        assert moment - opens <= timedelta(hours=12)
    offsets = {row.due_at.astimezone(BERLIN).utcoffset() for row in asked_at.values()}
    assert offsets == {timedelta(hours=1), timedelta(hours=2)}


@pytest.mark.slow_on_postgresql
@pytest.mark.both_databases
async def test_a_day_off_there_puts_it_off_there_alone(world: World, heads: dict[str, Head]) -> None:
    # It opens on 1 October, a day off on the coast.
    await world.at(at(ZONE, "2026-09-30 19:00"))
    await world.at(at(BERLIN, "2026-10-01 10:00"))
    opened = await owed(world, "national-project-discussion")
    assert "coast" not in opened
    assert {"home", "west"} <= set(opened)
    await world.at(at(VLADIVOSTOK, "2026-10-02 08:59"))
    assert "coast" not in await owed(world, "national-project-discussion")
    await world.at(at(VLADIVOSTOK, "2026-10-02 09:00"))
    assert "coast" in await owed(world, "national-project-discussion")


@pytest.mark.slow
@pytest.mark.both_databases
async def test_who_joins_late_is_asked_by_their_own_clock(world: World) -> None:
    await world.at(at(VLADIVOSTOK, "2026-09-03 09:00"))
    # The round runs on the coast; in the west it is the middle of the night, and its hour has not come.
    early, late = await world.person("Ранний", 301), await world.person("Поздний", 302)
    await late.join(Types.GENERAL, Organizations.BIG_SCHOOL)
    await early.join(Types.GENERAL, Organizations.OTHER_SCHOOL)
    assert Titles.CORRECTION in await early.sees()
    assert Titles.CORRECTION not in await late.sees()
    await world.at(at(MOSCOW, "2026-09-03 09:00"))
    assert await asked({"late": late, "early": early}, Titles.CORRECTION) == {"late", "early"}


@pytest.mark.slow
@pytest.mark.slow_on_postgresql
@pytest.mark.both_databases
async def test_a_downtime_is_caught_up_in_each_territory_s_hours(world: World, heads: dict[str, Head]) -> None:
    await world.at(at(ZONE, "2026-09-02 18:00"))
    await world.restart()
    # Five in the morning in Moscow: those where people work hear at once, the others when their day begins.
    await world.at(at(ZONE, "2026-09-04 10:00"))
    assert await asked(heads, Titles.CORRECTION) == {"coast", "home"}
    await world.at(at(MOSCOW, "2026-09-04 08:59"))
    assert await asked(heads, Titles.CORRECTION) == {"coast", "home"}
    await world.at(at(MOSCOW, "2026-09-04 09:00"))
    await world.at(at(BERLIN, "2026-09-04 09:00"))
    assert await asked(heads, Titles.CORRECTION) == set(PLACES.values())
    # What has been caught up is due when it was to be.
    due = {place: one.due_at for place, one in (await owed(world, "programme-correction")).items()}
    assert due["west"] == at(MOSCOW, "2026-09-18 18:00")


@pytest.mark.slow
@pytest.mark.both_databases
async def test_what_a_backup_does_not_know_of_a_territory_is_not_asked_twice(
    world: World, admin: Head, heads: dict[str, Head]
) -> None:
    """The night's copy was made when the coast had been asked, and comes back when the others have been asked too."""
    await world.at(at(VLADIVOSTOK, "2026-09-03 09:00"))
    back = at(ZONE, "2026-09-03 12:00").astimezone(UTC)
    await world.storage.apply(lambda tx: restoring.settle(tx, frozenset(), frozenset(), back))
    await world.at(back + timedelta(minutes=1))
    assert await asked(heads, Titles.CORRECTION) == {"coast"}
    # What may have been asked at home is for the department to decide; the west's hour is still to come.
    card = await missed_card(admin, Titles.CORRECTION)
    await world.at(at(MOSCOW, "2026-09-03 09:00"))
    assert await asked(heads, Titles.CORRECTION) == {"coast", "west"}
    async with world.storage.read() as tx:
        undecided = {round_.directive.id for round_ in await rounds.missed(tx)}
    assert "programme-correction" in undecided
    await admin.press_at(card, Missed.OPEN)
    assert await asked(heads, Titles.CORRECTION) == {"coast", "west", "home"}
    async with world.storage.read() as tx:
        assert "programme-correction" not in {round_.directive.id for round_ in await rounds.missed(tx)}


@pytest.mark.slow
@pytest.mark.both_databases
async def test_a_round_missed_in_some_territory_may_be_left(world: World, admin: Head, heads: dict[str, Head]) -> None:
    await world.at(at(VLADIVOSTOK, "2026-09-03 09:00"))
    back = at(ZONE, "2026-09-03 12:00").astimezone(UTC)
    await world.storage.apply(lambda tx: restoring.settle(tx, frozenset(), frozenset(), back))
    await world.at(back + timedelta(minutes=1))
    await admin.press_at(await missed_card(admin, Titles.CORRECTION), Missed.LEAVE)
    await world.at(at(BERLIN, "2026-09-03 09:00"))
    assert await asked(heads, Titles.CORRECTION) == {"coast", "west", "abroad"}
    async with world.storage.read() as tx:
        assert "programme-correction" not in {round_.directive.id for round_ in await rounds.missed(tx)}


@pytest.mark.slow
async def test_a_pause_silences_the_territories_whose_hour_it_covers(
    world: World, admin: Head, heads: dict[str, Head]
) -> None:
    await world.at(at(VLADIVOSTOK, "2026-09-03 09:00"))
    await world.storage.apply(lambda tx: pauses.pause(tx, "programme-correction", messengers.person(ADMIN), world.now))
    await world.at(at(ZONE, "2026-09-03 10:00"))
    await world.storage.apply(lambda tx: pauses.resume(tx, "programme-correction", messengers.person(ADMIN), world.now))
    await world.at(at(BERLIN, "2026-09-03 09:00"))
    assert await asked(heads, Titles.CORRECTION) == {"coast", "west", "abroad"}
    async with world.storage.read() as tx:
        assert "programme-correction" not in {round_.directive.id for round_ in await rounds.missed(tx)}


async def test_whoever_has_no_territories_has_no_openings(tmp_path: Path) -> None:
    async with living(tmp_path) as world:
        await world.at("2026-09-03 09:00")
        async with world.storage.read() as tx:
            assert (await tx.execute(sa.select(t.openings))).all() == []
            moments = await tx.execute(sa.select(t.obligations.c.first_due_at, t.obligations.c.closes_at).distinct())
            assert moments.all() == [(None, None)]


@pytest.mark.slow
async def test_the_digest_of_a_territory_s_own_staff_comes_when_their_day_begins(
    world: World, admin: Head, heads: dict[str, Head]
) -> None:
    chief = await introduced(world, "Приморская Ольга", 920)
    limits = Limits(territories=frozenset({"coast"}))
    await world.storage.apply(lambda tx: staff.grant(tx, chief.id, StaffRole.CURATOR, None, world.now))
    await world.storage.apply(
        lambda tx: staff.change(tx, chief.id, StaffRole.CURATOR, limits, messengers.person(ADMIN), world.now)
    )
    await world.at(at(VLADIVOSTOK, "2026-09-03 09:00"))
    assert f"{Digest.HEADING}: 3 сентября" in await chief.sees()
    assert Digest.HEADING not in await admin.sees()
    await world.at(at(ZONE, "2026-09-03 09:00"))
    assert f"{Digest.HEADING}: 3 сентября" in await admin.sees()
    before = await chief.count()
    await world.at(at(MOSCOW, "2026-09-03 09:00"))
    assert await chief.count() == before


@pytest.mark.slow
@pytest.mark.both_databases
async def test_the_digest_counts_what_opens_and_is_due_by_each_one_s_own_days(
    world: World, admin: Head, heads: dict[str, Head]
) -> None:
    await world.at(at(BERLIN, "2026-09-03 10:00"))
    # On the coast that day is off.
    later = at(VLADIVOSTOK, "2026-09-21 18:00")
    there = sa.select(t.organizations.c.id).where(t.organizations.c.territory == "coast")
    for moved in (
        sa.update(t.openings).where(t.openings.c.territory == "coast").values(due_at=later),
        sa.update(t.obligations).where(t.obligations.c.organization_id.in_(there)).values(due_at=later),
    ):
        await world.storage.apply(lambda tx, moved=moved: tx.execute(moved))

    async def told(moment: datetime, territory: str = "") -> Gathered:
        catalog = world.catalog.seen_from(world.catalog.calendar.seen_from(territory))
        limits = Limits(territories=frozenset({territory} - {""}))
        async with world.storage.read() as tx:
            person = await people.get(tx, admin.id)
            assert person is not None
            return await digests.gather(tx, replace(person, limits=limits), catalog, moment)

    async def due(moment: datetime, territory: str = "") -> dict[int, int]:
        """How many are to answer the request, by the day until which."""
        found = (await told(moment, territory)).due
        return {
            on.day: counts.asked
            for on, listed in found.items()
            for round_, counts in listed
            if round_.directive.title == Titles.CORRECTION
        }

    # The lists say the same: the region's of that territory, and its own staff's.
    (asked_by, *_), coast = (
        (await owed(world, "programme-correction")).values(),
        Limits(territories=frozenset({"coast"})),
    )
    await admin.callback(InTerritory(round=asked_by.round.id, territory="coast", part=Part.ALL).pack())
    assert f"{Control.DUE}: 21 сентября" in await admin.sees()
    await admin.callback(InTerritory(round=asked_by.round.id, territory="west", part=Part.ALL).pack())
    assert f"{Control.DUE}: 18 сентября" in await admin.sees()
    curator = await introduced(world, "Приморская Ольга", 920)
    await world.storage.apply(lambda tx: staff.grant(tx, curator.id, StaffRole.CURATOR, None, world.now, coast))
    await curator.send("/status")
    assert f"{Control.DUE}: 21 сентября" in await curator.sees()
    assert await due(at(ZONE, "2026-09-18 09:00")) == {18: 11, 21: 1}
    assert await due(at(VLADIVOSTOK, "2026-09-18 09:00"), "coast") == {21: 1}
    assert await due(at(MOSCOW, "2026-09-18 09:00"), "west") == {18: 1}
    # It is not over while it is not in the west.
    assert await due(at(MOSCOW, "2026-09-18 17:00")) == {18: 11, 21: 1}
    assert (await told(at(ZONE, "2026-09-18 09:00"))).is_local
    assert not (await told(at(MOSCOW, "2026-09-18 09:00"), "west")).is_local
    # A report of the days after the 18th is about the coast alone, though Berlin's evening is Irkutsk's next day.
    order = Order(ReportKind.WORKBOOK, first=date(2026, 9, 19), last=date(2026, 9, 30))
    zones = letterhead(world.catalog).zones
    for territory, covered in (("", True), ("coast", True), ("west", False), ("abroad", False)):
        its = order.within(Limits(territories=frozenset({territory} - {""})))
        async with world.storage.read() as tx:
            found = await ledger_report.of_order(tx, its, ZONE, {id: ZoneInfo(zone) for id, zone in zones.items()})
        assert any(each.directive.title == Titles.CORRECTION for each in found) is covered, territory
    # On 1 October the coast has a day off, and is asked on the next.
    await world.at(at(ZONE, "2026-09-30 19:00"))
    for day, opens in ((1, {"", "west"}), (2, {"", "coast"})):
        await world.at(at(BERLIN, f"2026-10-0{day} 10:00"))
        for territory in ("", "west", "coast"):
            listed = (await told(world.now, territory)).opens
            is_told = any(directive.id == "national-project-discussion" for directive, _ in listed)
            assert is_told is (territory in opens), (day, territory)


@pytest.mark.slow
@pytest.mark.both_databases
async def test_whoever_moves_to_another_territory_owes_by_its_clock(
    world: World, admin: Head, heads: dict[str, Head]
) -> None:
    for zone in (VLADIVOSTOK, ZONE, MOSCOW, BERLIN):
        await world.at(at(zone, "2026-09-03 09:00"))
    before = (await owed(world, "programme-correction"))["home"]
    await move(world, {Organizations.SCHOOL: "west"})
    async with world.storage.read() as tx:
        after = await obligations.get(tx, before.id)
    assert after is not None
    assert after.organization_territory == "west"
    assert after.due_at == after.first_due_at == at(MOSCOW, "2026-09-18 18:00")
    assert after.closes_at == at(MOSCOW, "2026-10-02 18:00")
    # What has been asked is not asked again, and the reminder comes at nine of the new place.
    await world.at(at(MOSCOW, "2026-09-04 12:00"))
    assert await asked(heads, Titles.CORRECTION) == set(PLACES.values())
    await world.at(at(ZONE, "2026-09-15 09:00"))
    query = sa.select(t.obligations.c.reminded_at).where(t.obligations.c.id == before.id)
    async with world.storage.read() as tx:
        assert (await tx.execute(query)).scalar() is None
    await world.at(at(MOSCOW, "2026-09-15 09:00"))
    async with world.storage.read() as tx:
        assert (await tx.execute(query)).scalar() == at(MOSCOW, "2026-09-15 09:00")


@pytest.mark.slow
@pytest.mark.slow_on_postgresql
@pytest.mark.both_databases
@pytest.mark.parametrize(("whose", "to"), [("home", "west"), ("west", "coast"), ("abroad", "home")])
async def test_whoever_moves_has_asked_for_that_day_by_the_new_clock(
    world: World, admin: Head, heads: dict[str, Head], whose: str, to: str
) -> None:
    """Six in the evening there is noon, or the next day, where the school is now."""
    head = heads[whose]
    await world.at(at(ZONES[whose], "2026-09-03 09:00"))
    await head.send("/tasks")
    await head.press(f"1. {Titles.CORRECTION}", Form.MORE, Extending.ASK)
    (week,) = (label for label in await head.buttons() if label.startswith(Extending.WEEK))
    assert week.endswith(": до 25 сентября")
    await head.press(week)
    await head.send("Ждём подписи")
    await head.press(Extending.SEND)
    (school,) = (name for name, place in PLACES.items() if place == whose)
    await move(world, {school: to})
    assert f"{Extensions.EXTEND} 25 сентября" in (await admin.phone.find(Extensions.ASKED))["buttons"]
    await admin.callback(WaitingExtensions().pack())
    assert ": до 25 сентября" in await admin.sees()
    await admin.press_at(await admin.card(Extensions.ASKED), f"{Extensions.EXTEND} 25 сентября")
    assert (await owed(world, "programme-correction"))[to].due_at == at(ZONES[to], "2026-09-25 18:00")
    await world.at(at(ZONES[to], "2026-09-04 10:00"))
    assert f"{Extensions.EXTENDED}: до 25 сентября, пятница" in (await head.phone.find(Extensions.EXTENDED))["text"]


@pytest.mark.slow
async def test_whoever_moves_to_where_it_has_opened_is_asked_then(
    world: World, admin: Head, heads: dict[str, Head]
) -> None:
    await world.at(at(VLADIVOSTOK, "2026-09-03 09:30"))
    # In the west it is half past two; on the coast the request has come.
    await move(world, {Organizations.BIG_SCHOOL: "coast"})
    await world.settle()
    assert await asked(heads, Titles.CORRECTION) == {"coast", "west"}
    await world.at(at(MOSCOW, "2026-09-03 09:00"))
    await world.at(at(BERLIN, "2026-09-03 09:00"))
    assert await asked(heads, Titles.CORRECTION) == set(PLACES.values())


@pytest.mark.slow
async def test_who_sits_in_two_zones_reads_of_each_by_its_own_clock(world: World, heads: dict[str, Head]) -> None:
    """In forms and in lists; whoever is asked at the same moment and lives there reads of no other clock."""
    west, garden = heads["west"], "Детский сад «Журавлёнок»"
    await west.send("/settings")
    await west.press(Preferences.ORGANIZATIONS, Preferences.ADD_ORGANIZATION, Types.PRESCHOOL, Registration.DONE)
    await west.press(garden, Registration.HEAD)
    await world.at(at(ZONE, "2026-09-03 09:00"))
    assert f"{Request.DUE}: 18 сентября, пятница, до 18:00 местного времени" in await west.sees()
    assert "местного" not in await heads["home"].sees()
    await world.at(at(MOSCOW, "2026-09-03 09:00"))
    await west.send("/tasks")
    shown = await west.sees()
    assert f"{garden}\n🗓 до 18 сентября, пятница, 18:00 местного времени (" in shown
    assert "Сосновоозёрская СОШ\n🗓 до 18 сентября, пятница, 18:00 (" in shown


async def test_who_has_gone_on_to_the_heir_lives_by_its_clock(world: World) -> None:
    """The seat at the school that is no more is the older one; it is asked nothing."""
    head = await world.person("Директор", 301)
    await head.join(Types.GENERAL, Organizations.BIG_SCHOOL)
    await head.send("/settings")
    await head.press(Preferences.ORGANIZATIONS, Preferences.ADD_ORGANIZATION, Types.GENERAL, Registration.DONE)
    await head.press(Organizations.SCHOOL, Registration.HEAD)
    async with world.storage.read() as tx:
        gone = await organizations.by_name(tx, Organizations.BIG_SCHOOL)
    assert gone is not None
    change = RosterChange(removed=(gone,))
    await world.storage.apply(lambda tx: roster.apply(tx, change, world.catalog, messengers.person(ADMIN), world.now))
    await world.at(at(ZONE, "2026-09-03 09:00"))
    assert Titles.CORRECTION in await head.sees()
    # Nothing there is by another's clock.
    assert "местно" not in await head.sees()


async def move(world: World, places: dict[str, str]) -> None:
    """An import says that the organizations are elsewhere."""
    entries = [replace(entry, territory=places.get(entry.name, entry.territory)) for entry in world.catalog.roster]

    async def work(tx: Tx) -> None:
        change = compare(await organizations.every(tx), entries)
        await roster.apply(tx, change, world.catalog, messengers.person(ADMIN), world.now)

    await world.storage.apply(work)


def test_the_plan_says_what_differs_and_counts_requests_once(tmp_path: Path) -> None:
    text = plan(region(tmp_path), date(2026, 9, 1), date(2026, 10, 31))
    assert "Приморский район: 09:00 там — 07:00 у управления" in text
    # Of those that live by the department's clock nothing is said.
    assert text.count("09:00 там") == len(ZONES) - 1
    schools = text[text.index(Types.GENERAL) : text.index(Types.PRESCHOOL)]
    assert "руководитель получит 7 запросов" in schools
    moved = "      Приморский район: 02.10.2026 09:00  до 15.10.2026"
    assert schools.count(moved) == 1
    # Where nobody lives by another clock, nothing is said of clocks.
    assert "09:00 там" not in plan(catalog_of(), date(2026, 9, 1), date(2026, 10, 31))


@pytest.mark.slow
@pytest.mark.slow_on_postgresql
@pytest.mark.both_databases
async def test_a_question_is_due_when_that_day_ends_where_people_are(
    world: World, admin: Head, heads: dict[str, Head]
) -> None:
    # Noon in Irkutsk: on the coast it is two in the afternoon, in Moscow seven in the morning.
    world.now = at(ZONE, "2026-09-01 12:00").astimezone(UTC)
    await begin(admin)
    await complete(admin)
    assert "по местному времени" in await admin.sees()
    await send_off(admin)
    assert {place for place, head in heads.items() if TEXT in await head.sees()} == {"coast", "home"}
    await world.at(at(MOSCOW, "2026-09-01 08:59"))
    assert TEXT not in await heads["west"].sees()
    await world.at(at(MOSCOW, "2026-09-01 09:00"))
    for place in ("coast", "home", "west"):
        assert TEXT in await heads[place].sees()
        assert f"{Request.DUE}: 8 сентября, вторник, до 18:00" in await heads[place].sees()
    async with world.storage.read() as tx:
        (stored,) = await questions.sent(tx, Limits())
        assert stored.round_id is not None
        owed = {one.organization_territory: one for one in await obligations.of_round(tx, stored.round_id, UNANSWERED)}
    assert {place: one.due_at for place, one in owed.items()} == {
        "": at(ZONE, "2026-09-08 18:00"),
        "home": at(ZONE, "2026-09-08 18:00"),
        "coast": at(VLADIVOSTOK, "2026-09-08 18:00"),
        "west": at(MOSCOW, "2026-09-08 18:00"),
    }
    # More time for all: until the end of that day where each of them is; nobody's was moved before, nobody's looks so.
    assert all(one.due_at == one.first_due_at for one in owed.values())
    ids, until = [one.id for one in owed.values()], at(ZONE, "2026-09-10 18:00")

    async def extend(tx: Tx) -> int:
        return await decisions.extend(tx, ids, until, world.catalog.calendar, messengers.person(ADMIN), world.now)

    assert await world.storage.apply(extend) == len(ids)
    async with world.storage.read() as tx:
        later = {one.organization_territory: one.due_at for one in await obligations.of_ids(tx, ids)}
    assert later["west"] == at(MOSCOW, "2026-09-10 18:00")
    assert later["coast"] == at(VLADIVOSTOK, "2026-09-10 18:00")


@pytest.mark.slow
async def test_the_department_sees_by_whose_clock_an_answer_is_due(
    world: World, admin: Head, heads: dict[str, Head]
) -> None:
    await world.at(at(VLADIVOSTOK, "2026-09-03 09:00"))
    await world.at(at(ZONE, "2026-09-03 10:00"))
    found = await owed(world, "programme-correction")
    await admin.callback(Answer(obligation=found["coast"].id, part=Part.ALL, page=0).pack())
    assert "Время — местное, там сейчас 12:00" in await admin.sees()
    await admin.callback(Answer(obligation=found["home"].id, part=Part.ALL, page=0).pack())
    assert Control.LOCAL not in await admin.sees()


def test_an_announcement_in_working_hours_waits_until_all_work(tmp_path: Path) -> None:
    calendar = region(tmp_path).calendar
    # The day in Berlin begins an hour before that on the coast ends.
    assert calendar.next_work_moment_of_all(at(ZONE, "2026-09-03 10:00")) == at(BERLIN, "2026-09-03 09:00")
    # Where no hour is a working hour for all, the department's count.
    far = {**calendar.others, "coast": replace(calendar.of("coast"), zone=ZoneInfo("Asia/Kamchatka"))}
    apart = replace(calendar, others=far)
    assert apart.next_work_moment_of_all(at(ZONE, "2026-09-03 10:00")) == at(ZONE, "2026-09-03 10:00")
    some = replace(calendar, others={key: its for key, its in calendar.others.items() if key != "abroad"})
    assert some.next_work_moment_of_all(at(ZONE, "2026-09-03 10:00")) == at(MOSCOW, "2026-09-03 09:00")
    assert some.next_work_moment_of_all(at(MOSCOW, "2026-09-03 11:30")) == at(MOSCOW, "2026-09-04 09:00")
    # Whoever works in one territory alone writes to it alone.
    coast = some.seen_from("coast")
    assert coast.next_work_moment_of_all(at(VLADIVOSTOK, "2026-09-03 10:00")) == at(VLADIVOSTOK, "2026-09-03 10:00")
    assert "местами 04:00" in night(calendar, at(ZONE, "2026-09-03 10:00"), at(ZONE, "2026-09-03 10:00"))[0]


async def test_a_calendar_of_one_s_own_has_the_deadline_of_one_s_own_zone(world: World, heads: dict[str, Head]) -> None:
    for zone in (VLADIVOSTOK, MOSCOW):
        await world.at(at(zone, "2026-09-03 09:00"))
    for place, due in (("coast", "20260918T080000Z"), ("west", "20260918T150000Z")):
        await heads[place].send("/tasks")
        await heads[place].press(Request.IN_CALENDAR)
        _, content = await heads[place].received_file()
        assert f"DTSTART:{due}".encode() in content


@pytest.mark.slow_on_postgresql
@pytest.mark.both_databases
async def test_what_could_not_go_in_time_waits_for_the_reader_s_own_morning(
    world: World, heads: dict[str, Head]
) -> None:
    await world.at(at(VLADIVOSTOK, "2026-09-03 08:00"))
    for zone in (VLADIVOSTOK, ZONE, MOSCOW):
        # The letters are written, and Telegram cannot be reached.
        world.now = at(zone, "2026-09-03 09:00").astimezone(UTC)
        await world.app.tick()
    # On the coast it is half past six in the evening, at home half past four.
    world.now = at(VLADIVOSTOK, "2026-09-03 18:30").astimezone(UTC)
    await world.settle()
    assert await asked(heads, Titles.CORRECTION) == {"home", "west"}
    await world.at(at(VLADIVOSTOK, "2026-09-04 08:59"))
    assert await asked(heads, Titles.CORRECTION) == {"home", "west"}
    await world.at(at(VLADIVOSTOK, "2026-09-04 09:00"))
    # In Berlin it is one in the morning: what was late there waits too.
    assert await asked(heads, Titles.CORRECTION) == {"coast", "home", "west"}
    await world.at(at(BERLIN, "2026-09-04 09:00"))
    assert await asked(heads, Titles.CORRECTION) == set(PLACES.values())


async def test_a_territory_that_goes_before_its_hour_is_asked_all_the_same(
    world: World, heads: dict[str, Head]
) -> None:
    await world.at(at(VLADIVOSTOK, "2026-09-03 09:00"))
    without = replace(world.catalog, calendar=replace(world.catalog.calendar, others={}), territories={})
    await world.restart(without)
    for zone in (ZONE, MOSCOW, BERLIN):
        await world.at(at(zone, "2026-09-03 09:00"))
    assert await asked(heads, Titles.CORRECTION) == set(PLACES.values())
    async with world.storage.read() as tx:
        assert await rounds.missed(tx) == []


@pytest.mark.slow
async def test_the_department_reads_of_an_organization_by_its_clock(
    world: World, admin: Head, heads: dict[str, Head]
) -> None:
    """What ends at six in the evening in Berlin ends on that day, though it is tomorrow at the department."""
    head = heads["abroad"]
    await world.at(at(BERLIN, "2026-10-05 10:00"))
    await head.send("/tasks")
    await head.press(next(label for label in await head.buttons() if label[:1].isdigit()))
    (due,) = re.findall(r"Срок: (\d+ октября)", await head.sees())
    await head.press(Form.MORE, Extending.WRITE)
    await head.send("Просим пояснить")
    assert f"срок {due}" in (await admin.phone.find(Threads.HEADING))["text"]
    await head.press(Form.MORE, Extending.ASK)
    (week,) = (label for label in await head.buttons() if label.startswith(Extending.WEEK))
    until = week.split(": до ")[1]
    await head.press(week)
    await head.send("Ждём подписи")
    await head.press(Extending.SEND)
    await admin.callback(WaitingExtensions().pack())
    assert f": до {until}" in await admin.sees()
    # Whoever sits there too, and lives by another clock, hears of that day.
    deputy = heads["home"]
    seat = sa.select(t.seats).where(t.seats.c.person_id == head.id)
    async with world.storage.read() as tx:
        (its,) = (await tx.execute(seat)).mappings()
    values = {key: value for key, value in its.items() if key != "id"} | {"person_id": deputy.id}
    await world.storage.apply(lambda tx: tx.execute(t.seats.insert().values(values)))
    await admin.press_at(await admin.card(Extensions.ASKED), f"{Extensions.EXTEND} {until}")
    await world.at(at(BERLIN, "2026-10-06 09:30"))
    for person in (head, deputy):
        assert f"{Extensions.EXTENDED}: до {until}" in (await person.phone.find(Extensions.EXTENDED))["text"]


# Where nobody lives by the department's clock: in the evening of one it is the next day in the other.
EVENING, CLOSED = "2026-09-07 20:00", "2026-10-05 12:00"


async def answered_in_the_west(world: World, head: Head) -> Obligation:
    """The head of the school in the west answers in the evening."""
    await world.at(at(MOSCOW, "2026-09-03 09:00"))
    await world.at(at(MOSCOW, EVENING))
    await head.press(Titles.NOT_BEGUN, Form.SEND)
    return (await owed(world, "programme-correction"))["west"]


@pytest.mark.slow
@pytest.mark.both_databases
@pytest.mark.both_messengers
async def test_what_a_school_has_answered_stays_at_the_hour_of_where_it_answered(
    world: World, admin: Head, heads: dict[str, Head]
) -> None:
    west = heads["west"]
    await world.at(at(VLADIVOSTOK, "2026-09-03 09:00"))
    its = await answered_in_the_west(world, west)
    assert "7 сентября в 20:00" in await west.sees()
    await world.at(at(MOSCOW, CLOSED))
    await move(world, {Organizations.BIG_SCHOOL: "coast"})
    # On the coast it was the eighth already, and it was due on the nineteenth.
    await west.send("/history")
    assert "срок 18 сентября" in await west.sees()
    await west.press(f"1. {Titles.CORRECTION}")
    assert "7 сентября в 20:00" in await west.sees()
    assert "8 сентября" not in await west.sees()
    await west.send("/history")
    await west.press(Request.DOWNLOAD)
    name, content = await west.received_file()
    assert name.endswith(".xlsx")
    cells = [str(cell.value) for row in openpyxl.load_workbook(io.BytesIO(content)).active for cell in row]
    assert "18.09.2026" in cells
    assert any(cell.startswith("07.09.2026 20:00") for cell in cells)
    # The department sees the same, and whose hours they are.
    await admin.callback(Answer(obligation=its.id).pack())
    assert f"{Control.DUE}: 18 сентября" in await admin.sees()
    assert "7 сентября в 20:00" in await admin.sees()
    assert Control.FORMER in await admin.sees()
    await admin.press(Control.HISTORY)
    assert "7 сентября в 20:00" in await admin.sees()


@pytest.mark.slow
@pytest.mark.slow_on_postgresql
@pytest.mark.both_databases
@pytest.mark.both_messengers
async def test_what_is_owed_again_is_owed_where_the_school_is_now(
    world: World, admin: Head, heads: dict[str, Head]
) -> None:
    west = heads["west"]
    its = await answered_in_the_west(world, west)
    await move(world, {Organizations.BIG_SCHOOL: "coast", Organizations.SCHOOL: "coast"})
    await world.at(at(VLADIVOSTOK, "2026-09-09 10:00"))
    await admin.callback(Answer(obligation=its.id).pack())
    await admin.press(Control.RETURN)
    await admin.send("Уточните причину")
    await admin.press("Срок прежний: 18 сентября")
    assert f"{Request.DUE}: 18 сентября, пятница, до 18:00 (" in await west.sees()
    async with world.storage.read() as tx:
        again = await obligations.get(tx, its.id)
    assert again is not None
    assert again.due_at == again.first_due_at == at(VLADIVOSTOK, "2026-09-18 18:00")
    assert again.closes_at == at(VLADIVOSTOK, "2026-10-02 18:00")
    card = await west.card("Уточните причину")
    for label in (Returned.CORRECT, Form.TO_CHECK, Form.SEND):
        await west.press_at(card, label)
    assert "9 сентября в 10:00" in await west.screen()


@pytest.mark.slow
@pytest.mark.both_databases
async def test_what_was_taken_off_control_is_owed_where_the_school_is_now(
    world: World, admin: Head, heads: dict[str, Head]
) -> None:
    """So is what had closed, and the department gives more time for."""
    await world.at(at(MOSCOW, "2026-09-03 09:00"))
    its = (await owed(world, "programme-correction"))["west"]
    await admin.callback(Answer(obligation=its.id).pack())
    await admin.press(Control.EXCUSE, "Снять без причины")
    await move(world, {Organizations.BIG_SCHOOL: "coast"})
    await admin.press(Control.UNDO)
    async with world.storage.read() as tx:
        again = await obligations.get(tx, its.id)
    assert again is not None
    assert again.due_at == again.first_due_at == at(VLADIVOSTOK, "2026-09-18 18:00")
    # It closes there, and the school goes back.
    await world.at(at(MOSCOW, CLOSED))
    await move(world, {Organizations.BIG_SCHOOL: "west"})
    await world.storage.apply(
        lambda tx: decisions.extend(
            tx, [its.id], at(ZONE, "2026-10-09 18:00"), world.catalog.calendar, messengers.person(ADMIN), world.now
        )
    )
    await world.at(at(MOSCOW, "2026-10-06 10:00"))
    await heads["west"].send("/tasks")
    assert "до 9 октября, пятница, 18:00 (" in await heads["west"].sees()
    async with world.storage.read() as tx:
        last = await obligations.get(tx, its.id)
    assert last is not None
    assert last.first_due_at == at(MOSCOW, "2026-09-18 18:00")


@pytest.mark.slow
@pytest.mark.slow_on_postgresql
@pytest.mark.both_databases
@pytest.mark.both_messengers
async def test_an_heir_in_another_zone_has_time_until_that_hour_of_its_own(
    world: World, heads: dict[str, Head]
) -> None:
    await world.at(at(VLADIVOSTOK, "2026-09-03 09:00"))
    await world.at(at(MOSCOW, "2026-09-03 09:00"))
    async with world.storage.read() as tx:
        gone = await organizations.by_name(tx, Organizations.BIG_SCHOOL)
        heir = await organizations.by_name(tx, Organizations.OTHER_SCHOOL)
    assert gone is not None
    assert heir is not None
    change = RosterChange(removed=(gone,), heirs={gone.id: Heirs((heir.code,), (heir.code,))})
    await world.storage.apply(lambda tx: roster.apply(tx, change, world.catalog, messengers.person(ADMIN), world.now))
    # Six in the evening in the west is the next day on the coast.
    its = (await owed(world, "programme-correction"))["coast"]
    assert its.due_at == its.first_due_at == at(VLADIVOSTOK, "2026-09-18 18:00")
    await heads["coast"].send("/tasks")
    assert "до 18 сентября, пятница, 18:00 (" in await heads["coast"].sees()
