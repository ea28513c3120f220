"""A part of an organization becomes one of its own; heirs are named late; and what comes of several such in a row."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.directives.directive import AudiencePart
from bot.domain.ledger.obligation import Obligation, ObligationState
from bot.domain.letter import LetterKind
from bot.domain.people.heirs import Heirs
from bot.domain.people.organization import Organization
from bot.domain.people.roster import RosterChange
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.ledger import decisions, obligations
from bot.storage.ledger.changes import leaving, roster, successions
from bot.storage.people import organizations
from tests.storage.ledger.test_leaving import waiting
from tests.storage.ledger.test_moving import NEW, OLD, OTHER, SECOND, SMALL, asked, bring, ledger, owing
from tests.storage.ledger.test_roster import CATALOG, active
from tests.storage.seed import (
    ADMIN,
    CALENDAR,
    DAY,
    HOUR,
    IVAN,
    NOW,
    OLGA,
    SAFETY,
    SPORT,
    STAFFING,
    Seed,
    directive,
    occurrence,
)

PAST = directive("past", "past", AudiencePart("school"))
LATER = directive("later", "later", AudiencePart("school"))
STAY, MOVE, BOTH = Heirs(("new",), (), keeps=True), Heirs(("new",), ("new",)), Heirs(("new",), ("new",), keeps=True)
TAKES = Heirs(("new",), ("new",))
WAS = {"safety": "answered", "sport": "open", "staffing": "returned", "past": "open"}


async def everybody(seed: Seed) -> dict[str, Organization]:
    """All organizations by code, those that have left too."""
    return {each.code: each for each in await seed.see(organizations.every)}


async def states(seed: Seed, code: str) -> dict[str, str]:
    """How the organization's answers stand, by directive."""
    its = (await everybody(seed))[code]
    return {directive_id: state for directive_id, (state, _) in (await ledger(seed, its)).items()}


async def kin(seed: Seed, code: str) -> list[list[str]]:
    """Codes of those before it, after it, of what it was made out of, and of what was made out of it."""
    its = (await everybody(seed))[code].id
    found = await seed.see(lambda tx: successions.of(tx, its))

    def codes(them: Sequence[Organization]) -> list[str]:
        return [each.code for each in them]

    return [codes(found.before), codes(found.after), codes(found.wholes), codes(found.parts)]


async def in_every_state(seed: Seed) -> None:
    """The old school: one request answered, one asked, one returned, one closed unanswered."""
    await bring(seed, OLD)
    its = (await active(seed))[OLD.name].id
    await seed.seat(OLGA, its)
    answered, returned = await seed.open(SAFETY), await seed.open(STAFFING)
    await seed.open(SPORT)
    await seed.open(PAST, occurrence(NOW - 60 * DAY))
    for found in (answered, returned):
        await seed.answer(await seed.owed(found, its), OLGA)
    await give_back(seed, returned.id, its)
    assert await states(seed, "old") == WAS


async def give_back(seed: Seed, round_id: int, its: int) -> None:
    """The answer is returned to be corrected."""

    async def work(tx: Tx) -> None:
        (answer,) = await obligations.of_round(
            tx, round_id, (ObligationState.ANSWERED,), t.obligations.c.organization_id == its
        )
        await decisions.give_back(tx, answer, answer.version, "Просим уточнить", None, CALENDAR, ADMIN, NOW)

    await seed.person(ADMIN)
    await seed.storage.apply(work)


@pytest.mark.slow_on_postgresql
@pytest.mark.parametrize(
    ("parts", "first", "new", "told"),
    [
        (STAY, {}, {}, []),
        (MOVE, {"sport": "excused", "staffing": "excused"}, {"sport": "open", "staffing": "open"}, [OLGA]),
        (BOTH, {}, {"sport": "open", "staffing": "open"}, []),
    ],
    ids=["stay", "move", "both"],
)
async def test_what_is_open_goes_where_somebody_decides_and_the_rest_stays_with_the_first(
    seed: Seed, parts: Heirs, first: dict[str, str], new: dict[str, str], told: list[int]
) -> None:
    await in_every_state(seed)
    await bring(seed, OLD, NEW, parts={"old": parts})
    assert await states(seed, "old") == {**WAS, **first}
    assert await states(seed, "new") == new
    assert await kin(seed, "new") == [[], [], ["old"], []]
    assert await kin(seed, "old") == [[], [], [], ["new"]]
    assert await waiting(seed) == [(LetterKind.RELIEVED, each) for each in told]
    # What opens later both are asked; what the new one is asked of before, it is not asked when it changes either.
    await seed.open(LATER, occurrence(NOW + DAY))
    moved = replace(NEW, territory="north", tags=frozenset({"rural"}))
    await bring(seed, replace(OLD, tags=frozenset({"rural"})), moved, at=NOW + DAY + HOUR)
    assert await states(seed, "old") == {**WAS, **first, "later": "open"}
    assert await states(seed, "new") == {**new, "later": "open"}


@pytest.mark.slow_on_postgresql
async def test_a_part_that_was_asked_before_it_was_named_as_one_is_asked_no_more(seed: Seed) -> None:
    await in_every_state(seed)
    await bring(seed, OLD, NEW)
    await seed.seat(IVAN, (await active(seed))[NEW.name].id)
    await seed.open(LATER, occurrence(NOW + HOUR))
    assert await states(seed, "new") == dict.fromkeys(("safety", "sport", "staffing", "later"), "open")
    await bring(seed, OLD, NEW, parts={"old": STAY}, at=NOW + 2 * HOUR)
    assert await states(seed, "old") == {**WAS, "later": "open"}
    assert await states(seed, "new") == {
        "safety": "excused", "sport": "excused", "staffing": "excused", "later": "open",
    }  # fmt: skip
    assert await waiting(seed) == [(LetterKind.RELIEVED, IVAN)]


@pytest.mark.slow
async def test_an_heir_named_late_is_asked_what_still_runs(seed: Seed) -> None:
    await in_every_state(seed)
    await bring(seed, OTHER)
    await seed.seat(IVAN, (await active(seed))[OTHER.name].id)
    assert await states(seed, "old") == {**WAS, "sport": "excused", "staffing": "excused"}
    await bring(seed, OTHER, NEW, at=NOW + HOUR)
    late = await everybody(seed)
    left = await seed.see(lambda tx: leaving.ended(tx, late["old"].id, NOW + HOUR))
    assert (len(left.open), len(left.handed), left.closed) == (2, 0, 0)
    await bring(seed, OTHER, NEW, heirs={"old": TAKES}, at=NOW + 2 * HOUR)
    assert await states(seed, "new") == dict.fromkeys(("safety", "sport", "staffing"), "open")
    # Once: another heir is told that others are asked, and when it is too late, that it is.
    left = await seed.see(lambda tx: leaving.ended(tx, late["old"].id, NOW + 3 * HOUR))
    assert (len(left.open), len(left.handed)) == (0, 2)
    before = await states(seed, "other")
    await bring(seed, OTHER, NEW, heirs={"old": Heirs(("other",), ("other",))}, at=NOW + 3 * HOUR)
    assert await states(seed, "other") == before
    left = await seed.see(lambda tx: leaving.ended(tx, late["old"].id, NOW + 90 * DAY))
    assert (len(left.open), len(left.handed), left.closed) == (0, 0, 2)
    # Back in the list it owes nothing of what it has handed on.
    await bring(seed, OLD, OTHER, NEW, at=NOW + 4 * HOUR)
    assert await states(seed, "old") == {**WAS, "sport": "excused", "staffing": "excused"}


@pytest.mark.slow_on_postgresql
async def test_reminders_go_with_what_is_revived(seed: Seed) -> None:
    await bring(seed, OLD, OTHER)
    await seed.open(SAFETY)
    before = await reminders(seed, "old")
    await bring(seed, OTHER)
    assert await reminders(seed, "old") == [None]
    await bring(seed, OTHER, NEW, heirs={"old": TAKES}, at=NOW + HOUR)
    assert (await reminders(seed, "new"), await reminders(seed, "old")) == (before, [None])
    assert None not in before


async def reminders(seed: Seed, code: str) -> list[object]:
    """When it is to be reminded next of each of what it was asked."""
    its = t.obligations.c.organization_id == (await everybody(seed))[code].id
    return await seed.see(lambda tx: _column(tx, sa.select(t.obligations.c.next_reminder_at).where(its)))


async def _column(tx: Tx, query: sa.Select[Any]) -> list[object]:
    return list((await tx.execute(query)).scalars())


async def owing_of(seed: Seed, code: str) -> list[Obligation]:
    return await owing(seed, (await everybody(seed))[code])


@pytest.mark.slow
@pytest.mark.slow_on_postgresql
async def test_two_are_merged_and_what_came_of_it_is_split(seed: Seed) -> None:
    await bring(seed, OLD, SMALL)
    now = await active(seed)
    await seed.seat(OLGA, now[OLD.name].id)
    safety, _ = await seed.open(SAFETY), await seed.open(SPORT)
    for each in (OLD, SMALL):
        await seed.answer(await seed.owed(safety, now[each.name].id), OLGA)
    await bring(seed, NEW, heirs={"old": TAKES, "small": TAKES}, at=NOW + HOUR)
    assert await states(seed, "new") == {"sport": "open"}
    # What both of the first two have answered is not asked of those that come third.
    split = Heirs(("second", "other"), ("second",))
    await bring(seed, SECOND, OTHER, heirs={"new": split}, at=NOW + 2 * HOUR)
    assert await states(seed, "second") == {"sport": "open"}
    assert await states(seed, "other") == {}
    # Nor when one of them goes to another territory.
    await bring(seed, SECOND, replace(OTHER, territory="north"), at=NOW + 3 * HOUR)
    assert await states(seed, "other") == {}


@pytest.mark.slow
async def test_one_is_split_and_merged_back(seed: Seed) -> None:
    await in_every_state(seed)
    both = Heirs(("new", "second"), ("new", "second"))
    await bring(seed, NEW, SECOND, heirs={"old": both}, at=NOW + HOUR)
    its = (await active(seed))[NEW.name].id
    await seed.seat(IVAN, its)
    (sport,) = [each for each in await owing_of(seed, "new") if each.round.directive.id == "sport"]
    await seed.answer(sport, IVAN)
    await bring(seed, replace(NEW, territory="north"), SECOND, at=NOW + 2 * HOUR)
    back = Heirs(("old",), ("old",))
    await bring(seed, OLD, heirs={"new": back, "second": back}, at=NOW + 3 * HOUR)
    # What is open still is asked of the first again: what it had returned it corrects. What it answered stays.
    assert await states(seed, "old") == WAS
    assert await states(seed, "new") == {"sport": "answered", "staffing": "excused"}
    assert await states(seed, "second") == {"sport": "excused", "staffing": "excused"}
    assert await kin(seed, "old") == [["second", "new"], [], [], []]
    assert OLGA in await asked(seed)


async def test_what_the_department_took_off_an_heir_stays_off(seed: Seed) -> None:
    await bring(seed, OLD, OTHER)
    await seed.person(ADMIN)
    owed = await seed.owed(await seed.open(SAFETY), (await active(seed))[OTHER.name].id)
    await seed.storage.apply(lambda tx: decisions.excuse(tx, owed, 0, "Не относится", ADMIN, NOW))
    await bring(seed, OTHER, heirs={"old": Heirs(("other",), ("other",))}, at=NOW + HOUR)
    assert await states(seed, "other") == {"safety": "excused"}


@pytest.mark.slow_on_postgresql
async def test_a_part_goes_back_to_the_whole(seed: Seed) -> None:
    await in_every_state(seed)
    await bring(seed, OLD, NEW, parts={"old": MOVE}, at=NOW + HOUR)
    await bring(seed, OLD, heirs={"new": Heirs(("old",), ("old",))}, at=NOW + 2 * HOUR)
    assert await states(seed, "old") == WAS
    assert await kin(seed, "old") == [["new"], [], [], ["new"]]


@pytest.mark.slow_on_postgresql
async def test_a_part_that_went_on_with_the_rest_later_is_an_heir(seed: Seed) -> None:
    await bring(seed, OLD)
    await bring(seed, OLD, NEW, parts={"old": STAY}, at=NOW + HOUR)
    await bring(seed, NEW, heirs={"old": TAKES}, at=NOW + 2 * HOUR)
    assert await kin(seed, "new") == [["old"], [], [], []]
    # In the list again it has no heir.
    await bring(seed, OLD, NEW, at=NOW + 3 * HOUR)
    assert await kin(seed, "old") == [[], [], [], []]


@pytest.mark.slow
async def test_of_two_who_name_heirs_at_once_one_hands_on_what_is_open(seed: Seed) -> None:
    await bring(seed, OLD, OTHER, SMALL)
    await seed.open(SAFETY)
    await bring(seed, OTHER, SMALL, at=NOW + HOUR)
    # Both had their own, answered: it is the revived that may come twice.
    its = (await everybody(seed))["old"].id

    async def name(tx: Tx, heir: str) -> int:
        change = RosterChange(heirs={its: Heirs((heir,), (heir,))})
        handed = (await leaving.heritage(tx, change, NOW + 2 * HOUR)).get(its, [])
        await roster.apply(tx, change, CATALOG, ADMIN, NOW + 2 * HOUR)
        return len(handed)

    done = await seed.at_once(lambda tx: name(tx, "other"), lambda tx: name(tx, "small"))
    assert sorted(done) == [0, 1]
