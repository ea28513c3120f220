"""What is owed when an organization leaves the roster or an audience, and comes back; what it would cost."""

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.desk.announcement import AnnouncementState, Source, Wording
from bot.domain.desk.audience import Audience
from bot.domain.directives.directive import AudiencePart
from bot.domain.ledger.obligation import Obligation, ObligationState
from bot.domain.letter import LetterKind
from bot.domain.people.leaving import Loss
from bot.domain.people.member import Person, Role, SeatState
from bot.domain.people.organization import RosterEntry
from bot.domain.people.roster import compare
from bot.letters.audience import words_of
from bot.storage.desk import announcements, losses
from bot.storage.engine.database import Tx
from bot.storage.ledger import decisions, drafts, obligations, rounds
from bot.storage.ledger.changes import roster
from bot.storage.people import invitations, organizations, people, seats
from bot.storage.post import claims
from bot.storage.schema import obligations as obligation_rows
from bot.storage.schema import organizations as organization_rows
from bot.views.department import audience as audience_views
from tests.storage.ledger.test_roster import CATALOG, GYMNASIUM, LYCEUM, SCHOOL, active, bring
from tests.storage.seed import (
    ADMIN,
    CALENDAR,
    DAY,
    HOUR,
    IVAN,
    NOW,
    OLGA,
    SAFETY,
    STAFFING,
    Seed,
    directive,
    occurrence,
)

BOTH = frozenset({"school", "preschool"})
GARDENS = directive("gardens", "gardens", AudiencePart("preschool"))
UPPER = directive("upper", "upper", AudiencePart("school", ("upper",)))


async def states(seed: Seed, organization: int) -> dict[str, ObligationState]:
    async def look(tx: Tx) -> list[Obligation]:
        # Numbers go on from test to test where a server keeps its database.
        its = obligation_rows.c.organization_id == organization
        ids = (await tx.execute(sa.select(obligation_rows.c.id).where(its))).scalars().all()
        return await obligations.of_ids(tx, ids)

    return {each.round.directive.id: each.state for each in await seed.see(look)}


async def lost(seed: Seed, *entries: RosterEntry) -> dict[int, Loss]:
    async def look(tx: Tx) -> dict[int, Loss]:
        return await losses.of(tx, compare(await organizations.every(tx), entries), NOW)

    return await seed.see(look)


async def waiting(seed: Seed, at: Any = NOW + 30 * DAY) -> list[tuple[LetterKind, int]]:
    """Letters that wait, of those kinds that tell of organizations; whoever asks takes them."""
    told = {LetterKind.DELISTED, LetterKind.RELISTED, LetterKind.RELIEVED, LetterKind.REGISTRATION}
    claimed = await seed.storage.apply(lambda tx: claims.claim(tx, at, 99))
    return [(letter.kind, letter.person_id) for letter in claimed if letter.kind in told]


@pytest.mark.slow_on_postgresql
async def test_a_type_or_a_tag_that_is_lost_ends_what_was_asked_for_it(seed: Seed) -> None:
    await bring(seed, replace(LYCEUM, types=BOTH), GYMNASIUM)
    lyceum = (await active(seed))["Лицей"].id
    await seed.seat(OLGA, lyceum)
    for each in (SAFETY, STAFFING, GARDENS, UPPER):
        await seed.open(each)
    # A question to organizations chosen by hand, whatever they are.
    everybody = sa.select(organization_rows.c.id)
    by_hand = replace(GARDENS, id="by-hand", audience=())
    await seed.storage.apply(lambda tx: rounds.open_round(tx, by_hand, occurrence(), CALENDAR, NOW, chosen=everybody))
    narrower = replace(LYCEUM, types=SCHOOL, tags=frozenset())
    (loss,) = (await lost(seed, narrower, GYMNASIUM)).values()
    assert [person_id for person_id, *_ in loss.people] == [OLGA]
    assert len(loss.obligations) == 2
    await bring(seed, narrower, GYMNASIUM)
    assert await states(seed, lyceum) == {
        "safety": "open", "staffing": "open", "gardens": "excused", "upper": "excused", "by-hand": "open",
    }  # fmt: skip
    assert await waiting(seed) == [(LetterKind.RELIEVED, OLGA)]
    # One of the two comes back with its tag; the other by the department's own hand, which counts from then on.
    await bring(seed, replace(LYCEUM, types=SCHOOL), GYMNASIUM)
    assert (await states(seed, lyceum))["upper"] == "open"
    assert (await states(seed, lyceum))["gardens"] == "excused"


@pytest.mark.slow_on_postgresql
async def test_what_the_department_has_decided_since_is_not_undone(seed: Seed) -> None:
    await bring(seed, LYCEUM, GYMNASIUM)
    lyceum = (await active(seed))["Лицей"].id
    owed = await seed.owed(await seed.open(), lyceum)
    await seed.person(ADMIN)
    await bring(seed, GYMNASIUM)
    gone = await seed.see(lambda tx: obligations.get(tx, owed.id))
    assert gone is not None
    # Nobody is made to owe again what nobody is asked for.
    state = ObligationState.EXCUSED
    assert not await seed.storage.apply(lambda tx: decisions.withdraw(tx, gone, state, CALENDAR, ADMIN, NOW))
    await bring(seed, LYCEUM, GYMNASIUM, at=NOW + HOUR)
    back = await seed.see(lambda tx: obligations.get(tx, owed.id))
    assert back is not None
    await seed.storage.apply(lambda tx: decisions.excuse(tx, back, 0, None, ADMIN, NOW + 2 * HOUR))
    await bring(seed, replace(LYCEUM, tags=frozenset()), GYMNASIUM, at=NOW + 3 * HOUR)
    await bring(seed, LYCEUM, GYMNASIUM, at=NOW + 4 * HOUR)
    assert await states(seed, lyceum) == {"safety": "excused"}


@pytest.mark.slow_on_postgresql
async def test_everything_that_is_open_there_is_counted(seed: Seed) -> None:
    await bring(seed, LYCEUM, GYMNASIUM)
    lyceum, gymnasium = (await active(seed))["Лицей"].id, (await active(seed))["Гимназия"].id
    await seed.seat(OLGA, lyceum)
    await seed.seat(OLGA, gymnasium)
    await seed.seat(IVAN, lyceum, Role.DEPUTY, SeatState.WAITING)
    owed = await seed.owed(await seed.open(), lyceum)
    await seed.storage.apply(lambda tx: invitations.create(tx, lyceum, Role.HEAD, None, NOW))
    before = await lost(seed, GYMNASIUM)
    assert before[lyceum].obligations == (owed.id,)
    assert [person_id for person_id, *_ in before[lyceum].applicants] == [IVAN]
    assert len(before[lyceum].invitations) == 1
    assert gymnasium not in before
    assert await lost(seed, LYCEUM, GYMNASIUM) == {}
    await seed.answer(owed, OLGA)
    assert (await lost(seed, GYMNASIUM))[lyceum].obligations == ()
    assert await seed.see(lambda tx: drafts.get(tx, OLGA, owed.id)) is None


@pytest.mark.slow_on_postgresql
async def test_people_are_told_once_each_of_all_that_leaves_together(seed: Seed) -> None:
    await bring(seed, LYCEUM, GYMNASIUM, RosterEntry("s3", "Третья", SCHOOL))
    places = {name: organization.id for name, organization in (await active(seed)).items()}
    for name in ("Лицей", "Гимназия", "Третья"):
        await seed.seat(OLGA, places[name])
    await seed.seat(IVAN, places["Гимназия"], state=SeatState.WAITING)
    await seed.person(ADMIN)
    await seed.storage.apply(lambda tx: people.pause(tx, OLGA, NOW + 7 * DAY, NOW))
    third = RosterEntry("s3", "Третья", SCHOOL)
    await bring(seed, third)
    assert await waiting(seed, NOW + HOUR) == [(LetterKind.DELISTED, IVAN)]
    assert await waiting(seed) == [(LetterKind.DELISTED, OLGA)]
    seat = next(each for each in await seed.see(lambda tx: seats.of_person(tx, OLGA)) if each.left_at is not None)
    assert (seat.state, seat.left_at) == (SeatState.SEATED, NOW)
    assert await seed.see(lambda tx: seats.of_person(tx, IVAN)) == []
    await bring(seed, third, LYCEUM, GYMNASIUM, at=NOW + 8 * DAY)
    (again,) = await seed.see(lambda tx: seats.of_person(tx, IVAN))
    assert again.state is SeatState.WAITING


async def test_a_file_that_narrows_an_organization_tells_its_people_too(seed: Seed) -> None:
    await seed.storage.apply(lambda tx: roster.take_in_file(tx, replace(CATALOG, roster=(LYCEUM, GYMNASIUM)), NOW))
    lyceum = (await active(seed))["Лицей"].id
    await seed.seat(OLGA, lyceum)
    await seed.open(UPPER)
    other = replace(CATALOG, roster=(replace(LYCEUM, tags=frozenset()), GYMNASIUM))
    await seed.storage.apply(lambda tx: roster.take_in_file(tx, other, NOW))
    assert await states(seed, lyceum) == {"upper": "excused"}
    assert await waiting(seed) == [(LetterKind.RELIEVED, OLGA)]


async def test_a_planned_announcement_names_who_has_left(seed: Seed) -> None:
    await bring(seed, LYCEUM, GYMNASIUM)
    lyceum, gymnasium = (await active(seed))["Лицей"].id, (await active(seed))["Гимназия"].id
    await seed.person(ADMIN)
    audience = Audience(organizations=(lyceum, gymnasium))

    async def plan(tx: Tx) -> int:
        planned = await announcements.create(tx, ADMIN, Source(ADMIN, 1, Wording.TEXT, "Совещание"), NOW)
        await announcements.change(tx, planned, audience=audience, send_at=NOW + DAY)
        states = ([AnnouncementState.DRAFT], AnnouncementState.SCHEDULED)
        await announcements.move(tx, planned, *states, ADMIN, NOW)
        return planned

    planned = await seed.storage.apply(plan)
    assert (await lost(seed, GYMNASIUM))[lyceum].announcements == (planned,)
    await bring(seed, GYMNASIUM)
    chosen, _ = await seed.see(lambda tx: words_of(tx, audience, Person(ADMIN, "")))
    assert [name for name in chosen if "Лицей" in name] == [audience_views.gone("Лицей")]
    assert "Гимназия" in chosen
