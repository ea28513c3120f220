"""Whose matter something is does not change with the moment: it is theirs whose it was when it was asked, or told."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from bot.domain.desk.announcement import AnnouncementState, Source, Wording
from bot.domain.desk.audience import Audience
from bot.domain.ledger.control import Part
from bot.domain.ledger.obligation import Round
from bot.domain.people.member import Limits, Person, StaffRole
from bot.storage import schema as t
from bot.storage.desk import announcements, broadcasts, erasure, ledger_report, matters
from bot.storage.engine.database import Tx
from bot.storage.ledger import entering, obligations, rounds
from bot.storage.ledger.control import control, unreached
from bot.storage.people import audiences, staff
from tests.storage.ledger.test_roster import LYCEUM, active, bring
from tests.storage.seed import ADMIN, CALENDAR, IVAN, NOW, OLGA, STAFFING, Seed, directive, occurrence

SCHOOLS = Person(1, "", staff_role=StaffRole.CURATOR, limits=Limits(types=frozenset({"school"})))
GARDENS = Person(2, "", staff_role=StaffRole.CURATOR, limits=Limits(types=frozenset({"preschool"})))
EVERYBODYS = Person(3, "", staff_role=StaffRole.CURATOR)
AUTHOR = Person(ADMIN, "", staff_role=StaffRole.CURATOR, limits=GARDENS.limits)


async def planned(seed: Seed, audience: Audience, state: AnnouncementState = AnnouncementState.SCHEDULED) -> int:
    """An announcement of a curator's, who has other limits today."""
    await seed.person(ADMIN)

    async def work(tx: Tx) -> int:
        made = await announcements.create(tx, ADMIN, Source(ADMIN, 1, Wording.TEXT, "Совещание"), NOW)
        await announcements.change(tx, made, audience=audience, acknowledge=True)
        await announcements.move(tx, made, [AnnouncementState.DRAFT], state, ADMIN, NOW)
        return made

    return await seed.storage.apply(work)


async def sent(seed: Seed, audience: Audience) -> int:
    """An announcement that has gone to whom the audience reached."""
    made = await planned(seed, audience)

    async def work(tx: Tx) -> None:
        announcement = await announcements.get(tx, made)
        assert announcement is not None
        await broadcasts.start(tx, announcement, Limits(), ADMIN, NOW)

    await seed.storage.apply(work)
    return made


async def whose(seed: Seed, announcement_id: int) -> list[Person]:
    """Whose matter of these it is."""

    async def look(tx: Tx) -> list[Person]:
        announcement = await announcements.get(tx, announcement_id)
        assert announcement is not None
        people = (SCHOOLS, GARDENS, EVERYBODYS, AUTHOR)
        return [person for person in people if await matters.is_theirs(tx, announcement, person)]

    return await seed.see(look)


@pytest.mark.slow_on_postgresql
async def test_what_went_to_those_who_had_not_answered(seed: Seed) -> None:
    lyceum = await seed.organization("Лицей")
    garden = await seed.organization("Сад", "preschool")
    await seed.seat(OLGA, lyceum)
    await seed.seat(IVAN, garden)
    asked = await seed.open(STAFFING)
    await seed.answer(await seed.owed(asked, garden), IVAN)
    # It goes to the school alone, since the kindergarten has answered.
    first = await sent(seed, Audience(unanswered=asked.id))
    assert await whose(seed, first) == [SCHOOLS, EVERYBODYS, AUTHOR]
    # Then the school answers, and of the kindergarten a new answer is wanted: it would reach others today.
    await seed.answer(await seed.owed(asked, lyceum), OLGA)
    back = sa.update(t.obligations).where(t.obligations.c.organization_id == garden)
    await seed.storage.apply(lambda tx: tx.execute(back.values(state="returned")))
    assert await whose(seed, first) == [SCHOOLS, EVERYBODYS, AUTHOR]
    # Nobody is left at all.
    await seed.storage.apply(lambda tx: tx.execute(sa.update(t.obligations).values(state="answered")))
    assert await whose(seed, first) == [SCHOOLS, EVERYBODYS, AUTHOR]


async def test_what_went_to_those_who_had_not_acknowledged(seed: Seed) -> None:
    lyceum = await seed.organization("Лицей")
    await seed.organization("Сад", "preschool")
    await seed.seat(OLGA, lyceum)
    first = await sent(seed, Audience(everyone=True))
    assert await whose(seed, first) == [EVERYBODYS, AUTHOR]
    here = sa.update(t.destinations).where(t.destinations.c.announcement_id == first)
    await seed.storage.apply(
        lambda tx: tx.execute(here.where(t.destinations.c.organization_id == lyceum).values(reached_at=NOW))
    )
    again = await sent(seed, Audience(unacknowledged=first))
    assert await whose(seed, again) == [SCHOOLS, EVERYBODYS, AUTHOR]
    await seed.storage.apply(lambda tx: tx.execute(here.values(reached_at=NOW, acknowledged_at=NOW)))
    assert await whose(seed, again) == [SCHOOLS, EVERYBODYS, AUTHOR]


async def test_what_went_to_nobody_is_its_author_s(seed: Seed) -> None:
    asked = await seed.open(STAFFING)
    assert await whose(seed, await sent(seed, Audience(unanswered=asked.id))) == [EVERYBODYS, AUTHOR]


async def test_what_has_not_gone_is_theirs_who_may_decide_about_all_whom_it_may_reach(seed: Seed) -> None:
    lyceum, garden = await seed.organization("Лицей"), await seed.organization("Сад", "preschool")
    await seed.seat(OLGA, lyceum)
    asked = await seed.open(STAFFING)
    await seed.answer(await seed.owed(asked, lyceum), OLGA)
    # The school's answer may be returned before it goes.
    waits = await planned(seed, Audience(unanswered=asked.id), AnnouncementState.APPROVAL)
    assert await whose(seed, waits) == [EVERYBODYS, AUTHOR]
    by_hand = await planned(seed, Audience(organizations=(garden,)), AnnouncementState.APPROVAL)
    assert await whose(seed, by_hand) == [GARDENS, EVERYBODYS, AUTHOR]
    draft = await planned(seed, Audience(organizations=(garden,)), AnnouncementState.DRAFT)
    assert await whose(seed, draft) == [AUTHOR]


@pytest.mark.slow_on_postgresql
async def test_a_school_becomes_a_kindergarten(seed: Seed) -> None:
    """What it was told and what it answered as a school stays with the curator of schools; what it owes goes over."""
    await bring(seed, LYCEUM)
    lyceum = (await active(seed))["Лицей"].id
    await seed.seat(OLGA, lyceum)
    told = await sent(seed, Audience(types=("school",)))
    answered = await seed.open(STAFFING)
    await seed.answer(await seed.owed(answered, lyceum), OLGA)
    owed = await seed.open(directive("meals", "staff", *STAFFING.audience))
    await bring(seed, replace(LYCEUM, types=frozenset({"preschool"})))
    assert await whose(seed, told) == [SCHOOLS, EVERYBODYS, AUTHOR]
    assert await seen(seed, answered, SCHOOLS) == [lyceum]
    assert await seen(seed, answered, GARDENS) == []
    assert await seen(seed, owed, SCHOOLS) == []
    assert await seen(seed, owed, GARDENS) == [lyceum]


async def seen(seed: Seed, round_: Round, person: Person) -> list[int]:
    """The organizations of the round that the person finds on their screens, in reports and in a returned workbook."""
    limits = person.limits

    async def look(tx: Tx) -> list[int]:
        listed = await control.members(tx, round_.id, Part.ALL, limits)
        ids = [obligation.organization_id for obligation in listed]
        every = [
            obligation.id for obligation in await obligations.of_round(tx, round_.id, list(control.STATES[Part.ALL]))
        ]
        assert [limits.covers_types(obligation.types) for obligation in listed] == [True] * len(listed)
        assert [debtor.id for debtor in await ledger_report.debtors(tx, [round_.id], limits)] == ids
        every_place = (await tx.execute(sa.select(t.organizations.c.id))).scalars().all()
        lines = await ledger_report.lines(tx, [round_.id], every_place, limits)
        assert [line.organization_id for line in lines] == ids
        counted = (await ledger_report.executions(tx, [round_.id], limits, NOW)).get(round_.id)
        assert (counted.asked if counted else 0) == len(ids)
        assert len((await entering.enterable(tx, every, limits))[0]) == len(ids)
        assert await unreached.count(tx, round_.id, limits) <= len(ids)
        return ids

    return await seed.see(look)


async def test_what_was_asked_before_the_upgrade_is_judged_by_now(seed: Seed) -> None:
    lyceum = await seed.organization("Лицей")
    await seed.seat(OLGA, lyceum)
    asked = await seed.open(STAFFING)
    told = await sent(seed, Audience(everyone=True))
    for table in (t.obligations, t.destinations):
        await seed.storage.apply(lambda tx, table=table: tx.execute(sa.update(table).values(types=None)))  # type: ignore[misc]
    assert await seen(seed, asked, SCHOOLS) == [lyceum]
    assert await seen(seed, asked, GARDENS) == []
    assert await whose(seed, told) == [SCHOOLS, EVERYBODYS, AUTHOR]


async def test_a_question_to_those_chosen_by_hand_is_theirs_whom_it_asks(seed: Seed) -> None:
    lyceum, garden = await seed.organization("Лицей"), await seed.organization("Сад", "preschool")
    question = directive("question-7", "")

    async def ask(tx: Tx) -> Round | None:
        chosen = audiences.organization_ids(Audience(organizations=(lyceum,)), Limits())
        made = await rounds.open_round(tx, question, occurrence(), CALENDAR, NOW, chosen=chosen)
        return await rounds.get(tx, made) if made else None

    asked = await seed.storage.apply(ask)
    assert asked is not None
    for person, theirs in ((SCHOOLS, [asked]), (GARDENS, []), (EVERYBODYS, [asked])):
        assert await seed.see(lambda tx, person=person: control.running(tx, person.limits, NOW)) == theirs  # type: ignore[misc]
    assert garden


async def test_who_may_announce_nothing_any_more_leaves_no_unlimited_announcement(seed: Seed) -> None:
    """A retry goes as far as its author may; of somebody who has gone, as far as was agreed to, or as who acts may."""
    await seed.organization("Лицей")
    await seed.organization("Сад", "preschool")
    made = await sent(seed, Audience(everyone=True))

    async def reach(actor: Person | None) -> Limits:
        async def look(tx: Tx) -> Limits:
            announcement = await announcements.get(tx, made)
            assert announcement is not None
            return await matters.bounds(tx, announcement, actor)

        return await seed.see(look)

    async def agreed(limits: Limits) -> None:
        values = {"approved_at": NOW, "submitted": {"now": {"limits": limits.dump()}}}
        await seed.storage.apply(lambda tx: tx.execute(sa.update(t.announcements).values(**values)))

    await seed.storage.apply(lambda tx: staff.grant(tx, ADMIN, StaffRole.CURATOR, None, NOW, GARDENS.limits))
    assert await reach(SCHOOLS) == GARDENS.limits
    await seed.storage.apply(lambda tx: staff.change(tx, ADMIN, StaffRole.VIEWER, Limits(), None, NOW))
    assert await reach(SCHOOLS) == SCHOOLS.limits
    await seed.storage.apply(lambda tx: staff.revoke(tx, ADMIN, None, NOW))
    assert await reach(SCHOOLS) == SCHOOLS.limits
    await seed.storage.apply(lambda tx: erasure.erase(tx, ADMIN, NOW))
    assert await reach(SCHOOLS) == SCHOOLS.limits
    await agreed(GARDENS.limits)
    assert await reach(SCHOOLS) == await reach(None) == GARDENS.limits
    await agreed(Limits())
    assert await reach(SCHOOLS) == Limits()
