"""Organizations move: to another territory, two into one, one into two. Whose an answer was does not change with it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import pytest
import sqlalchemy as sa

from bot.domain.directives.directive import AudiencePart
from bot.domain.ledger.obligation import Obligation
from bot.domain.letter import LetterKind
from bot.domain.people.heirs import Heirs
from bot.domain.people.organization import Organization, RosterEntry
from bot.domain.people.roster import RosterChange, compare
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.ledger import obligations
from bot.storage.ledger.changes import roster, successions
from bot.storage.people import organizations
from bot.storage.post import claims
from tests.storage.ledger.test_roster import CATALOG, GARDEN, SCHOOL, actions, active
from tests.storage.seed import ADMIN, DAY, HOUR, IVAN, NOW, OLGA, SAFETY, SPORT, STAFFING, Seed, directive, occurrence

OLD = RosterEntry("old", "Старая школа", SCHOOL, territory="north")
SMALL = RosterEntry("small", "Малая школа", SCHOOL, territory="north")
OTHER = RosterEntry("other", "Другая школа", SCHOOL, territory="east")
NEW = RosterEntry("new", "Новая школа", SCHOOL, territory="east")
SECOND = RosterEntry("second", "Вторая новая школа", SCHOOL, territory="north")


async def bring(
    seed: Seed,
    *entries: RosterEntry,
    heirs: Mapping[str, Heirs] | None = None,
    parts: Mapping[str, Heirs] | None = None,
    stays: bool = False,
    at: datetime = NOW,
) -> RosterChange:
    """An import of these rows; `heirs` by the code of who leaves or has left, `parts` by that of who stays."""

    async def work(tx: Tx) -> RosterChange:
        present = await organizations.every(tx)
        change, ids = compare(present, entries), {each.code: each.id for each in present}
        of, out_of = ({ids[code]: its for code, its in (named or {}).items()} for named in (heirs, parts))
        change = replace(change, heirs=of, stays=stays, parts=out_of)
        await roster.apply(tx, change, CATALOG, ADMIN, at)
        return change

    await seed.person(ADMIN)
    return await seed.storage.apply(work)


async def ledger(seed: Seed, organization: Organization) -> dict[str, tuple[str, str | None]]:
    """By directive: how the organization's answer stands, and of which territory it is noted to have been."""

    async def look(tx: Tx) -> dict[str, tuple[str, str | None]]:
        query = sa.select(t.rounds.c.directive_id, t.obligations.c.state, t.obligations.c.territory)
        query = query.select_from(t.obligations.join(t.rounds)).where(
            t.obligations.c.organization_id == organization.id
        )
        return {row.directive_id: (row.state, row.territory) for row in await tx.execute(query)}

    return await seed.see(look)


async def owing(seed: Seed, organization: Organization) -> list[Obligation]:
    async def look(tx: Tx) -> list[Obligation]:
        owed = t.obligations.c.organization_id == organization.id, t.obligations.c.state == "open"
        ids = (await tx.execute(sa.select(t.obligations.c.id).where(*owed))).scalars().all()
        return await obligations.of_ids(tx, ids)

    return await seed.see(look)


async def asked(seed: Seed) -> set[int]:
    """Whom letters with requests wait for; whoever asks takes them."""
    claimed = await seed.storage.apply(lambda tx: claims.claim(tx, NOW + 30 * DAY, 99))
    return {letter.person_id for letter in claimed if letter.kind is LetterKind.REQUESTS}


# --- Another territory ---


async def test_what_is_open_goes_with_the_organization_and_what_is_answered_stays(seed: Seed) -> None:
    await bring(seed, OLD, OTHER)
    old = (await active(seed))[OLD.name]
    await seed.seat(OLGA, old.id)
    answered = await seed.open(SAFETY)
    await seed.answer(await seed.owed(answered, old.id), OLGA)
    await seed.open(SPORT)
    # A request whose time is over.
    await seed.open(STAFFING, occurrence(NOW - 60 * DAY))
    await bring(seed, replace(OLD, territory="east"), OTHER, at=NOW + HOUR)
    assert await ledger(seed, old) == {
        "safety": ("answered", "north"),
        "sport": ("open", "east"),
        "staffing": ("open", "north"),
    }


async def test_or_it_stays_with_the_territory_that_asked(seed: Seed) -> None:
    await bring(seed, OLD, OTHER)
    old = (await active(seed))[OLD.name]
    await seed.open(SAFETY)
    # A request to the territory alone is still owed, too.
    await seed.open(directive("north", "safety", AudiencePart("school", territories=("north",))))
    await bring(seed, replace(OLD, territory="east"), OTHER, stays=True)
    assert await ledger(seed, old) == {"safety": ("open", "north"), "north": ("open", "north")}
    assert (await active(seed))[OLD.name].territory == "east"


@pytest.mark.slow_on_postgresql
async def test_a_request_to_one_territory_ends_for_who_leaves_it_and_is_back_with_them(seed: Seed) -> None:
    await bring(seed, OLD, OTHER)
    old = (await active(seed))[OLD.name]
    await seed.open(directive("north", "safety", AudiencePart("school", territories=("north",))))
    await seed.open(directive("east", "safety", AudiencePart("school", territories=("east",))))
    await bring(seed, replace(OLD, territory="east"), OTHER)
    assert await ledger(seed, old) == {"north": ("excused", "north"), "east": ("open", "east")}
    await bring(seed, OLD, OTHER, at=NOW + HOUR)
    assert {key: state for key, (state, _) in (await ledger(seed, old)).items()} == {"north": "open", "east": "excused"}


@pytest.mark.slow_on_postgresql
async def test_what_was_asked_before_there_were_territories_is_as_if_there_had_been(seed: Seed) -> None:
    await bring(seed, replace(OLD, territory=""))
    old = (await active(seed))[OLD.name]
    await seed.open(SAFETY)
    assert await ledger(seed, old) == {"safety": ("open", None)}
    await bring(seed, OLD)
    (owed,) = await owing(seed, old)
    assert owed.territory == "north"
    # From then on it stays what it was.
    await seed.seat(OLGA, old.id)
    await seed.answer(owed, OLGA)
    await bring(seed, replace(OLD, territory="east"))
    assert await ledger(seed, old) == {"safety": ("answered", "north")}


# --- Two into one, one into two ---


@pytest.mark.slow_on_postgresql
async def test_two_are_merged_into_a_new_one_which_is_asked_what_is_still_owed(seed: Seed) -> None:
    await bring(seed, OLD, SMALL)
    old, small = (await active(seed))[OLD.name], (await active(seed))[SMALL.name]
    await seed.seat(OLGA, old.id)
    safety, sport, staffing = await seed.open(SAFETY), await seed.open(SPORT), await seed.open(STAFFING)
    for found, whose in ((safety, old), (safety, small), (sport, old)):
        await seed.answer(await seed.owed(found, whose.id), OLGA)
    heir = Heirs(("new",), ("new",))
    await bring(seed, NEW, heirs={"old": heir, "small": heir})
    new = (await active(seed))[NEW.name]
    # Who has answered keeps the answer, in the totals too; nobody is asked again what both have answered.
    assert await ledger(seed, old) == {
        "safety": ("answered", "north"), "sport": ("answered", "north"), "staffing": ("excused", "north"),
    }  # fmt: skip
    assert await ledger(seed, small) == {
        "safety": ("answered", "north"), "sport": ("excused", "north"), "staffing": ("excused", "north"),
    }  # fmt: skip
    assert await ledger(seed, new) == {"sport": ("open", "east"), "staffing": ("open", "east")}
    kin = await seed.see(lambda tx: successions.of(tx, new.id))
    assert ([each.name for each in kin.before], [*kin.after]) == ([SMALL.name, OLD.name], [])
    assert [each.name for each in (await seed.see(lambda tx: successions.of(tx, old.id))).after] == [NEW.name]
    assert ("organization.succeeded", old.id, ADMIN) in await actions(seed)
    assert staffing.id in {owed.round.id for owed in await owing(seed, new)}


@pytest.mark.slow_on_postgresql
async def test_one_joins_another_which_has_the_longer_time_of_the_two(seed: Seed) -> None:
    await bring(seed, OLD, OTHER)
    old, other = (await active(seed))[OLD.name], (await active(seed))[OTHER.name]
    await seed.seat(IVAN, other.id)
    safety, sport = await seed.open(SAFETY), await seed.open(SPORT)
    await seed.answer(await seed.owed(sport, other.id), IVAN)
    later = (await seed.owed(safety, old.id)).due_at + 3 * DAY
    mine = t.obligations.c.organization_id == old.id
    await seed.storage.apply(lambda tx: tx.execute(sa.update(t.obligations).where(mine).values(due_at=later)))
    await bring(seed, OTHER, heirs={"old": Heirs(("other",), ("other",))})
    assert await ledger(seed, other) == {"safety": ("open", "east"), "sport": ("answered", "east")}
    (owed,) = await owing(seed, other)
    assert owed.due_at == later
    assert await asked(seed) == {IVAN}


@pytest.mark.slow_on_postgresql
async def test_one_is_split_and_its_requests_go_where_somebody_decides(seed: Seed) -> None:
    await bring(seed, OLD)
    old = (await active(seed))[OLD.name]
    await seed.open(SAFETY)
    await bring(seed, NEW, SECOND, heirs={"old": Heirs(("new", "second"), ("second",))})
    now = await active(seed)
    assert await ledger(seed, now[NEW.name]) == {}
    assert await ledger(seed, now[SECOND.name]) == {"safety": ("open", "north")}
    # What opens later both are asked.
    await seed.open(SPORT)
    assert [*await ledger(seed, now[NEW.name])] == ["sport"]
    # One that has an heir is in the list again: what another was asked in its place it is not asked again.
    await bring(seed, OLD, NEW, SECOND, at=NOW + HOUR)
    assert not (await seed.see(lambda tx: successions.of(tx, old.id))).after
    assert (await ledger(seed, old))["safety"] == ("excused", "north")


async def test_nobody_takes_what_is_open_if_so_decided(seed: Seed) -> None:
    await bring(seed, OLD)
    await seed.open(SAFETY)
    await bring(seed, NEW, heirs={"old": Heirs(("new",))})
    assert await ledger(seed, (await active(seed))[NEW.name]) == {}


@pytest.mark.slow_on_postgresql
async def test_without_heirs_a_new_one_is_asked_everything_as_before(seed: Seed) -> None:
    await bring(seed, OLD)
    await seed.open(SAFETY)
    await bring(seed, replace(NEW, types=GARDEN | SCHOOL))
    assert await ledger(seed, (await active(seed))[NEW.name]) == {"safety": ("open", "east")}
