"""By whose clock people live: that of their organization's territory, or of the territory that somebody's work is."""

from collections.abc import Collection

import sqlalchemy as sa

from bot.domain.people.member import Limits, SeatState
from bot.domain.timing.calendar import WorkCalendar
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.prepared import Prepared
from bot.storage.engine.rows import one_of

_TERRITORY = (
    sa.select(t.organizations.c.territory)
    .join(t.seats, t.seats.c.organization_id == t.organizations.c.id)
    .where(t.seats.c.person_id == t.people.c.id, t.seats.c.state == SeatState.SEATED)
    # One that has left the roster is asked nothing: whoever has gone on to its heir lives by the heir's.
    .order_by(t.organizations.c.active.desc(), t.seats.c.id)
    .limit(1)
    .correlate(t.people)
    .scalar_subquery()
)
_OF_EACH = Prepared(
    sa.select(t.people.c.id, t.staff.c.role, t.staff.c.limits, _TERRITORY.label("territory"))
    .select_from(t.people.outerjoin(t.staff))
    .where(one_of(t.people.c.id, "ids"))
)


async def calendars(tx: Tx, person_ids: Collection[int], calendar: WorkCalendar) -> dict[int, WorkCalendar]:
    """The calendar by which each of the people lives; `calendar` for all of them, unasked, if there is no other.

    Of several organizations the one decides at which somebody sits for longest, of those in the roster if there is any.
    Whoever works for the department lives by its hours, unless all of their work is in territories of one calendar.
    """
    if not calendar.others:
        return dict.fromkeys(person_ids, calendar)
    seen = {"": calendar.seen_from("")}
    found = dict.fromkeys(person_ids, seen[""])
    for row in await _OF_EACH.all(tx, ids=list(person_ids)):
        if row.role is not None:
            found[row.id] = of_staff(Limits.load(row.limits), calendar)
        elif row.territory:
            if row.territory not in seen:
                seen[row.territory] = calendar.seen_from(row.territory)
            found[row.id] = seen[row.territory]
    return found


async def of_person(tx: Tx, person_id: int, calendar: WorkCalendar) -> WorkCalendar:
    """The same for one."""
    return (await calendars(tx, [person_id], calendar))[person_id]


def of_staff(limits: Limits, calendar: WorkCalendar) -> WorkCalendar:
    """The calendar of somebody of the department whose matters these are."""
    territories = sorted(limits.territories)
    theirs = [calendar.of(territory) for territory in territories]
    if theirs and all(its == theirs[0] for its in theirs):
        return calendar.seen_from(territories[0])
    return calendar.seen_from("")


async def staff(tx: Tx, calendar: WorkCalendar) -> list[tuple[WorkCalendar, list[int]]]:
    """Ids of the department's people, by the calendars by which they live."""
    found: list[tuple[WorkCalendar, list[int]]] = []
    for row in await tx.execute(sa.select(t.staff.c.person_id, t.staff.c.limits).order_by(t.staff.c.person_id)):
        its = of_staff(Limits.load(row.limits), calendar)
        ids = next((ids for known, ids in found if known == its), None)
        if ids is None:
            found.append((its, [row.person_id]))
        else:
            ids.append(row.person_id)
    return found
