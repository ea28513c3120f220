"""Morning digests: what a staff member should know, within their limits; and who gets one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from bot.domain.catalog.catalog import Catalog
from bot.domain.desk.digest import Digest, Late
from bot.domain.desk.sources import in_groups
from bot.domain.directives.directive import Directive
from bot.domain.ledger.control import Counts
from bot.domain.ledger.obligation import UNANSWERED, ObligationState, Round
from bot.domain.people.member import Limits, Person, SeatState
from bot.domain.timing.calendar import WorkCalendar
from bot.domain.timing.elsewhere import same_hour
from bot.domain.timing.recurrence import occurrences
from bot.domain.timing.schedule import DayOff
from bot.storage import schema as t
from bot.storage.desk import announcement_report, threads
from bot.storage.engine.database import Tx
from bot.storage.engine.prepared import Prepared
from bot.storage.ledger import apart, extensions, pauses, rounds
from bot.storage.ledger.control import by_territory, control
from bot.storage.people import people, seats
from bot.storage.people.belonging import within, within_then
from bot.storage.post import meta, unheard

# A digest names so many organizations that are late with a round; the rest is a number.
_NAMES = 2
# After this a night was missed: the disk may be full.
_BACKUP_IS_LATE = timedelta(hours=36)


def _untold(begins: datetime | sa.BindParameter[datetime]) -> tuple[sa.ColumnElement[bool], ...]:
    own = t.staff.c
    return own.since < begins, sa.or_(own.digest_at.is_(None), own.digest_at < begins)


_UNTOLD = Prepared(sa.select(t.staff.c.person_id).where(*_untold(sa.bindparam("begins", type_=t.Moment))))


async def claim(tx: Tx, begins: datetime, now: datetime, those: Collection[int] | None = None) -> list[Person]:
    """Claims this morning's digests: returns who gets one; for all staff, or `those`, the day then counts as told.

    Staff who do not want it, cannot be written to, or joined after the day began get none.
    """
    rows = await tx.execute(
        sa.update(t.staff)
        .where(*_untold(begins), sa.true() if those is None else t.staff.c.person_id.in_(those))
        .values(digest_at=now)
        .returning(t.staff.c.person_id, t.staff.c.digest)
    )
    wanted = [row.person_id for row in rows if row.digest]
    readers = [await people.get(tx, person_id) for person_id in wanted]
    return [
        person
        for person in readers
        if person and person.consent_at and not person.unreachable_at and not person.is_quiet(now)
    ]


async def is_due(tx: Tx, begins: datetime, those: Collection[int] | None = None) -> bool:
    """Whether `claim` has anything to do: an idle tick only looks."""
    return any(those is None or row.person_id in those for row in await _UNTOLD.all(tx, begins=begins))


async def gather(tx: Tx, person: Person, catalog: Catalog, now: datetime) -> Digest:
    """Gathers the digest of the staff member as of `now`."""
    limits, calendar = person.limits, catalog.calendar
    today = now.astimezone(calendar.zone).date()
    running = [round_.seen_by(calendar) for round_ in await control.running(tx, limits, now)]
    counts = await control.counts(tx, [round_.id for round_ in running], limits, now)
    running = [round_ for round_ in running if round_.id in counts]
    there = await apart.of_rounds(tx, [round_.id for round_ in running]) if calendar.others else {}
    due = await _due(tx, [(round_, counts[round_.id]) for round_ in running], there, catalog, limits, now)
    late = [round_ for round_ in running if counts[round_.id].overdue]
    opened = [
        (round_.directive, round_.title) for round_ in running if _opens_on(today, round_, there, calendar, limits)
    ]
    since = catalog.calendar.begins(catalog.calendar.work_day(today - timedelta(days=1), DayOff.PREVIOUS))
    counted = counts.values() if person.may_curate else ()
    backup_at = await meta.get_moment(tx, meta.LAST_BACKUP) if person.is_admin else None
    opens = {(each.title, title): (each, title) for each, title in (*opened, *await _to_open(tx, limits, catalog, now))}
    told = [await _late(tx, round_, counts[round_.id].overdue, limits, since, now) for round_ in late]
    return Digest(
        opens=in_groups([*opens.values()], lambda each: each[0], catalog),
        due={on: in_groups(each, lambda pair: pair[0].directive, catalog) for on, each in due.items()},
        is_local=any(
            calendar.of(territory).zone != calendar.zone
            for on in due.values()
            for round_, _ in on
            for territory in _theirs(there.get(round_.id, {}), limits)
        ),
        late=in_groups(told, lambda each: each.round.directive, catalog),
        unmended=sum(count.late - count.overdue for count in counts.values()),
        registrations=len(await seats.waiting(tx, limits)) if person.may_manage else 0,
        missed=len(await rounds.missed(tx)) if person.is_admin else 0,
        extensions=len(await extensions.waiting(tx, limits, now)) if person.may_curate else 0,
        threads=await threads.waiting(tx, limits) if person.may_curate else 0,
        answers=sum(count.answered for count in counted),
        not_ours=sum(count.not_ours for count in counted),
        unreached=await announcement_report.unreached(tx, _day_before(catalog, today), limits)
        if person.may_curate
        else 0,
        unreachable=await _unreachable(tx, limits),
        is_admins=person.is_admin,
        backup_at=backup_at,
        backup_failed=person.is_admin and await _backup_failed(tx, backup_at, now),
        unknown=tuple(await unheard.told(tx)) if person.is_admin else (),
    )


def _theirs(there: Mapping[str, apart.Opening], limits: Limits) -> dict[str, apart.Opening]:
    """The moments of a round in the territories within the limits."""
    if not limits.territories:
        return dict(there)
    return {territory: there.get(territory) or there[""] for territory in limits.territories} if there else {}


def _opens_on(
    day: date,
    round_: Round,
    there: Mapping[int, Mapping[str, apart.Opening]],
    calendar: WorkCalendar,
    limits: Limits,
) -> bool:
    """Whether the round opens on that day, somewhere at least, as the day is there."""
    openings = _theirs(there.get(round_.id, {}), limits)
    moments = [
        (opening.opened_at or opening.opens_at, calendar.of(territory).zone)
        for territory, opening in openings.items()
        if opening.skipped_at is None and not opening.is_undecided
    ]
    if not openings and round_.opened_at is not None:
        moments = [(round_.opened_at, calendar.zone)]
    return any(at.astimezone(zone).date() == day for at, zone in moments)


async def _due(
    tx: Tx,
    running: Sequence[tuple[Round, Counts]],
    there: Mapping[int, Mapping[str, apart.Opening]],
    catalog: Catalog,
    limits: Limits,
    now: datetime,
) -> dict[date, list[tuple[Round, Counts]]]:
    """What is due today and up to the next working day: where it is due on another day, that is a day of its own."""
    calendar = catalog.calendar
    today = now.astimezone(calendar.zone).date()
    following = calendar.work_day(today + timedelta(days=1))
    due: dict[date, list[tuple[Round, Counts]]] = {}
    for round_, counts in running:
        openings = _theirs(there.get(round_.id, {}), limits)
        # The hour at which it is due there, as the reader's calendar has it.
        hours = {id: same_hour(its.due_at, calendar.of(id), calendar) for id, its in openings.items()}
        parts = dict.fromkeys(hours.values() or [round_.due_at], counts)
        if len(parts) > 1:
            parts = dict.fromkeys(parts, Counts())
            for each in await by_territory.of_round(tx, round_.id, limits, now):
                parts[hours.get(each.territory) or hours[""]] += each.counts
        for at, part in parts.items():
            day = at.astimezone(calendar.zone).date()
            last = max((openings[id].due_at for id, hour in hours.items() if hour == at), default=at)
            if part.asked and today <= day <= following and now < last:
                due.setdefault(day, []).append((replace(round_, due_at=at), part))
    return due


async def _backup_failed(tx: Tx, backup_at: datetime | None, now: datetime) -> bool:
    """Whether the newest try has failed, or none was made for long."""
    if await meta.get(tx, meta.BACKUP_FAILED) is not None:
        return True
    return backup_at is not None and now - backup_at > _BACKUP_IS_LATE


async def late_organizations(tx: Tx, limits: Limits, now: datetime) -> int:
    """How many organizations have not answered something by its due date; an answer to be mended is none of it."""
    ids = [round_.id for round_ in await control.running(tx, limits, now)]
    query = sa.select(sa.func.count(sa.distinct(t.obligations.c.organization_id))).where(
        t.obligations.c.round_id.in_(ids), *_is_late(limits, now)
    )
    return int((await tx.execute(query)).scalar_one())


async def _to_open(tx: Tx, limits: Limits, catalog: Catalog, now: datetime) -> list[tuple[Directive, str]]:
    """Directives that open later today, with the titles of their periods."""
    calendar = catalog.calendar
    midnight = datetime.combine(now.astimezone(calendar.zone).date() + timedelta(days=1), datetime.min.time())
    paused = {directive_id for directive_id, pause in (await pauses.every(tx)).items() if pause.is_on}
    titles = []
    for directive in catalog.directives.values():
        if directive.id in paused or not limits.covers(directive):
            continue
        coming = occurrences(directive.schedule, calendar, now, midnight.replace(tzinfo=calendar.zone))
        # A round that was opened by hand before its time is there already.
        known = await rounds.known(tx, directive.id, [occurrence.period for occurrence in coming]) if coming else set()
        titles += [(directive, occurrence.title) for occurrence in coming if occurrence.period not in known]
    return titles


async def _late(tx: Tx, round_: Round, count: int, limits: Limits, since: datetime, now: datetime) -> Late:
    """Who has not answered the round in time, and what is different from the digest of `since`."""
    fresh = sa.or_(t.obligations.c.due_at >= since, t.obligations.c.decided_at >= since)
    first_at = (
        sa.select(sa.func.min(t.replies.c.at)).where(t.replies.c.obligation_id == t.obligations.c.id).scalar_subquery()
    )
    # Whoever answered after their due date, and after the last digest, had been named as late in it.
    answered = sa.and_(
        t.obligations.c.state.not_in((*UNANSWERED, ObligationState.EXCUSED)),
        t.obligations.c.due_at < since,
        first_at >= since,
        *within_then(t.obligations, limits),
    )
    return Late(
        round_,
        count,
        await _names(tx, round_, *_is_late(limits, now), limit=_NAMES),
        await _names(tx, round_, *_is_late(limits, now), fresh),
        await _names(tx, round_, answered),
    )


async def _names(
    tx: Tx, round_: Round, *conditions: sa.ColumnElement[bool], limit: int | None = None
) -> tuple[str, ...]:
    query = (
        sa.select(t.organizations.c.label)
        .select_from(t.obligations.join(t.organizations))
        .where(t.obligations.c.round_id == round_.id, *conditions)
        .order_by(*t.ORGANIZATIONS_IN_ORDER)
        .limit(limit)
    )
    return tuple((await tx.execute(query)).scalars())


def _day_before(catalog: Catalog, today: date) -> datetime:
    """When the last working day before today began: a Monday looks back over the weekend to Friday."""
    day = catalog.calendar.work_day(today - timedelta(days=1), DayOff.PREVIOUS)
    return datetime.combine(day, datetime.min.time(), catalog.calendar.zone)


async def _unreachable(tx: Tx, limits: Limits) -> int:
    query = (
        sa.select(sa.func.count(sa.distinct(t.people.c.id)))
        .select_from(t.seats.join(t.people, t.people.c.id == t.seats.c.person_id))
        .where(
            t.seats.c.state == SeatState.SEATED,
            t.people.c.unreachable_at.is_not(None),
            *within(t.seats.c.organization_id, limits),
        )
    )
    return int((await tx.execute(query)).scalar_one())


def _is_late(limits: Limits, now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        t.obligations.c.state == ObligationState.OPEN,
        t.obligations.c.due_at < now,
        *within_then(t.obligations, limits),
    )
