"""What is owed when an organization leaves the roster, or the audience of a request, and when it comes back."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime

import sqlalchemy as sa

from bot.domain.ledger.ladder import next_of
from bot.domain.ledger.obligation import UNANSWERED, Obligation, ObligationState
from bot.domain.people.member import SeatState
from bot.domain.people.organization import Organization, is_of
from bot.domain.people.roster import Changed, RosterChange
from bot.domain.timing.calendar import WorkCalendar
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.rows import one_of
from bot.storage.ledger import kinship, obligations
from bot.storage.ledger.closing import takes_answers
from bot.storage.people import organizations
from bot.storage.people.belonging import noted, territory_of
from bot.storage.post import audit

REMOVED, NARROWED, RELIEVED = "organization.removed", "organization.narrowed", "organization.relieved"
SUCCEEDED = "organization.succeeded"

Falling = dict[int, list[int]]


@dataclass(frozen=True, slots=True)
class Ended:
    """What changes of the roster have ended for an organization, and nobody has decided about since.

    `open` may be answered still; others are asked instead of it for what is `handed`. `closed` is how much is neither.
    """

    open: list[Obligation] = field(default_factory=list)
    handed: list[Obligation] = field(default_factory=list)
    closed: int = 0


async def falling(tx: Tx, change: RosterChange, now: datetime) -> Falling:
    """Ids of open unanswered obligations that the change ends, by organization."""
    by_organization = await owed_by(tx, [organization.id for organization in change.removed], now)
    narrower = {changed.before.id: changed for changed in change.changed if _may_fall(changed)}
    open_ = [row.id for row in await tx.execute(open_at(narrower, now))]
    for obligation in await obligations.of_ids(tx, open_):
        changed, audience = narrower[obligation.organization_id], obligation.round.directive.audience
        after = replace(changed.after, territory=changed.before.territory) if change.stays else changed.after
        # What it was asked for although it was not of the audience, it was chosen for by hand.
        if is_of(audience, changed.before) and not is_of(audience, after):
            by_organization[obligation.organization_id].append(obligation.id)
    if change.parts:
        await _fall_by_division(tx, change, by_organization, now)
    return by_organization


async def heritage(tx: Tx, change: RosterChange, now: datetime) -> Falling:
    """Ids of what those owe for whom others are named, or owed when they left and might still: their heirs may take it.

    By organization.
    """
    gone = change.heirs.keys() - {organization.id for organization in change.removed}
    found = await owed_by(tx, [*change.heirs.keys() - gone, *change.parts], now)
    for its in sorted(gone):
        if open_ := (await ended(tx, its, now)).open:
            found[its] = [obligation.id for obligation in open_]
    return found


async def _fall_by_division(tx: Tx, change: RosterChange, falling: Falling, now: datetime) -> None:
    """What organizations owe that stay, where it goes to their parts; and what parts owe that is asked of the whole."""
    owed = await owed_by(tx, change.parts, now)
    codes = {code for parts in change.parts.values() for code in parts.codes}
    ids = {each.code: each.id for each in await organizations.of_codes(tx, codes)}
    for whole, parts in change.parts.items():
        handed = owed.get(whole, [])
        if not parts.keeps and handed:
            # All that it owes, so what it is no longer asked, too.
            falling[whole] = handed
        takers = [ids[code] for code in parts.takers if code in ids]
        for code in parts.codes:
            if code in ids:
                doubled = await _asked_as_well(tx, whole, ids[code], handed if ids[code] in takers else (), now)
                falling[ids[code]] = sorted({*falling.get(ids[code], ()), *doubled})
                if not falling[ids[code]]:
                    del falling[ids[code]]


async def _asked_as_well(tx: Tx, whole: int, part: int, handed: Collection[int], now: datetime) -> list[int]:
    """Ids of what a part that was in the list before it was named as such owes, untouched, beside its whole.

    Of rounds in which the whole had been asked before the part was there; but not of what is `handed` to it.
    """
    own, theirs = t.obligations.c, t.obligations.alias("theirs")
    there = sa.select(t.organizations.c.created_at).where(t.organizations.c.id == part).scalar_subquery()
    query = (
        sa.select(own.id)
        .join(theirs, theirs.c.round_id == own.round_id)
        .join(t.rounds, t.rounds.c.id == own.round_id)
        .where(
            own.organization_id == part,
            own.state == ObligationState.OPEN,
            own.version == 0,
            takes_answers(now),
            theirs.c.organization_id == whole,
            ~one_of(theirs.c.id, handed),
            kinship.asked_at(theirs) <= there,
        )
    )
    return list((await tx.execute(query.order_by(own.id))).scalars())


async def owed_by(tx: Tx, organization_ids: Collection[int], now: datetime) -> Falling:
    """Ids of what the organizations owe and may still answer, by organization; who owes nothing is missing."""
    by_organization: Falling = defaultdict(list)
    for row in await tx.execute(open_at(organization_ids, now)):
        by_organization[row.organization_id].append(row.id)
    return by_organization


async def leave(
    tx: Tx,
    organization: Organization,
    owed: Collection[int],
    by: int | None,
    now: datetime,
    heirs: Collection[int] = (),
    *,
    is_handed: bool = False,
) -> list[int] | None:
    """Takes the organization out of the roster; ids of the applications that end with it, None if it was not there.

    What it has answered, and what it has failed to, stays as it is. `is_handed`: the heirs are asked instead.
    """
    if not await organizations.remove(tx, organization.id, now):
        return None
    await excuse(tx, owed)
    ended = sa.update(t.seats).where(t.seats.c.organization_id == organization.id, t.seats.c.state == SeatState.WAITING)
    applications = sorted(
        (await tx.execute(ended.values(state=SeatState.REJECTED, decided_by=by).returning(t.seats.c.id))).scalars()
    )
    # Which ones: they are owed, and wait, again if it comes back in time.
    detail = {"obligations": sorted(owed)} | ({"applications": applications} if applications else {})
    detail |= {"heirs": sorted(heirs), "handed": is_handed} if heirs else {}
    await audit.record(tx, now, by, REMOVED, organization_id=organization.id, **detail)
    return applications


async def narrow(tx: Tx, organization_id: int, owed: Collection[int], by: int | None, now: datetime) -> None:
    """Ends what the organization is no longer asked for, since its types, tags or territory are others."""
    await excuse(tx, owed)
    await audit.record(tx, now, by, NARROWED, organization_id=organization_id, obligations=sorted(owed))


async def relieve(
    tx: Tx, organization_id: int, owed: Collection[int], instead: Collection[int], by: int | None, now: datetime
) -> None:
    """Ends what others are asked instead of the organization, which stays."""
    await excuse(tx, owed)
    await audit.record(
        tx, now, by, RELIEVED, organization_id=organization_id, obligations=sorted(owed), heirs=sorted(instead)
    )


async def come_back(tx: Tx, changed: Changed, calendar: WorkCalendar, now: datetime) -> list[int]:
    """Has the organization owe again what a change of the roster ended and what still runs; ids of that."""
    owed = []
    for obligation in (await ended(tx, changed.before.id, now)).open:
        audience = obligation.round.directive.audience
        if not audience or is_of(audience, changed.after):
            await reopen(tx, obligation, calendar, now)
            owed.append(obligation.id)
    return owed


async def ended(tx: Tx, organization_id: int, now: datetime, *conditions: sa.ColumnElement[bool]) -> Ended:
    """What changes of the roster have ended for the organization, of what the conditions hold for."""
    query = sa.select(t.audit.c.at, t.audit.c.action, t.audit.c.detail).where(
        t.audit.c.organization_id == organization_id,
        t.audit.c.action.in_((REMOVED, NARROWED, RELIEVED, SUCCEEDED)),
    )
    ended_at, handed = dict[int, datetime](), set[int]()
    for row in await tx.execute(query.order_by(t.audit.c.id)):
        ids = row.detail.get("obligations", ())
        ended_at |= dict.fromkeys(ids, row.at)
        # The last word holds: what has come back and ends again may be asked of nobody else then.
        is_handed = row.action in (RELIEVED, SUCCEEDED) or row.detail.get("handed")
        handed = handed | {*ids} if is_handed else handed - {*ids}
    found = Ended()
    closed = 0
    excused = t.obligations.c.state == ObligationState.EXCUSED
    for obligation in await obligations.of_ids(tx, ended_at, excused, *conditions):
        # The department may have excused it by its own decision since.
        if obligation.decided_at is not None and obligation.decided_at > ended_at[obligation.id]:
            continue
        if obligation.is_closed(now):
            closed += 1
        else:
            (found.handed if obligation.id in handed else found.open).append(obligation)
    return replace(found, closed=closed)


async def apply_again(tx: Tx, organization_id: int) -> list[int]:
    """Has the applications wait again that ended when the organization left last; their ids."""
    query = sa.select(t.audit.c.detail).where(t.audit.c.organization_id == organization_id, t.audit.c.action == REMOVED)
    detail = (await tx.execute(query.order_by(t.audit.c.id.desc()).limit(1))).scalar() or {}
    live = t.seats.alias("live")
    waits = (
        sa.update(t.seats)
        .where(
            one_of(t.seats.c.id, detail.get("applications", [])),
            t.seats.c.state == SeatState.REJECTED,
            ~sa.exists().where(
                live.c.organization_id == t.seats.c.organization_id,
                live.c.person_id == t.seats.c.person_id,
                live.c.state.in_((SeatState.WAITING, SeatState.SEATED)),
            ),
        )
        .values(state=SeatState.WAITING, decided_by=None)
        .returning(t.seats.c.id)
    )
    return sorted((await tx.execute(waits)).scalars())


async def ask_anew(tx: Tx, obligation_ids: Collection[int], person_ids: Collection[int]) -> None:
    """Has these people asked for it again: they were told meanwhile that nothing is wanted."""
    theirs = one_of(t.askings.c.obligation_id, obligation_ids), one_of(t.askings.c.person_id, person_ids)
    await tx.execute(sa.delete(t.askings).where(*theirs))


async def note_territories(tx: Tx, organization_ids: Collection[int]) -> None:
    """Notes in which territory the organizations are with all that has none noted: they are about to leave it."""
    for table in (t.obligations, t.destinations):
        own = table.c.organization_id
        unnoted = one_of(own, organization_ids), table.c.territory.is_(None)
        await tx.execute(sa.update(table).where(*unnoted).values(territory=territory_of(own)))


async def relocate(tx: Tx, organization_ids: Collection[int], now: datetime) -> None:
    """Has what the organizations owe and may still answer go to the territory in which they are now."""
    owed = [its for each in (await owed_by(tx, organization_ids, now)).values() for its in each]
    place = noted(territory_of(t.obligations.c.organization_id))
    await tx.execute(sa.update(t.obligations).where(one_of(t.obligations.c.id, owed)).values(territory=place))


def open_at(organization_ids: Collection[int], now: datetime) -> sa.Select[tuple[int, int]]:
    """Ids of what the organizations owe and may still answer, and of which of them, as a query."""
    return (
        sa.select(t.obligations.c.id, t.obligations.c.organization_id)
        .join(t.rounds)
        .where(
            one_of(t.obligations.c.organization_id, organization_ids),
            t.obligations.c.state.in_(UNANSWERED),
            takes_answers(now),
        )
        .order_by(t.obligations.c.id)
    )


def _may_fall(changed: Changed) -> bool:
    """Whether it may leave an audience: it loses a type or a tag, or goes to another territory."""
    before, after = changed.before, changed.after
    stays = before.territory in ("", after.territory)
    return before.active and not (before.types <= after.types and before.tags <= after.tags and stays)


async def excuse(tx: Tx, obligation_ids: Collection[int]) -> None:
    """Has what is unanswered of that owed no more."""
    await tx.execute(
        sa.update(t.obligations)
        .where(one_of(t.obligations.c.id, obligation_ids), t.obligations.c.state.in_(UNANSWERED))
        .values(state=ObligationState.EXCUSED, next_reminder_at=None, next_reminder_days=None)
    )


async def reopen(tx: Tx, obligation: Obligation, calendar: WorkCalendar, now: datetime) -> None:
    """Has it owed again that was excused."""
    reminder = next_of(obligation, obligation.due_at, calendar, now)
    at, days = (reminder.at, reminder.days) if reminder else (None, None)
    await tx.execute(
        sa.update(t.obligations)
        .where(t.obligations.c.id == obligation.id, t.obligations.c.state == ObligationState.EXCUSED)
        .values(
            # What has a version and was unanswered had been returned.
            state=ObligationState.RETURNED if obligation.version else ObligationState.OPEN,
            next_reminder_at=at,
            next_reminder_days=days,
        )
    )
