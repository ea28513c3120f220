"""Rounds in territories whose times are not the department's: when they open, are due and close there."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from bot.domain.ledger.obligation import Round
from bot.domain.timing.calendar import WorkCalendar
from bot.domain.timing.elsewhere import Elsewhere, same_hour
from bot.domain.timing.schedule import Occurrence
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.mapped import Mapped


@dataclass(frozen=True, slots=True)
class Opening:
    """The moments of a round in a territory; "" is the rest, which go by the department's hours.

    `missed_at`: since when the department is to decide whether it is asked there. `skipped_at`: it is not.
    """

    round_id: int
    territory: str
    opens_at: datetime
    due_at: datetime
    closes_at: datetime
    opened_at: datetime | None = None
    missed_at: datetime | None = None
    skipped_at: datetime | None = None

    @property
    def is_undecided(self) -> bool:
        """Whether the department is to decide about it."""
        return self.missed_at is not None and self.opened_at is None and self.skipped_at is None

    @property
    def moments(self) -> tuple[datetime, datetime, datetime]:
        """Alike for territories that are asked together."""
        return self.opens_at, self.due_at, self.closes_at


_OPENING = Mapped(Opening, t.openings)
_SELECT = sa.select(*_OPENING.columns)
IS_UNDECIDED = sa.and_(
    t.openings.c.missed_at.is_not(None), t.openings.c.opened_at.is_(None), t.openings.c.skipped_at.is_(None)
)
# Of the round of the query around it: whether it has openings, and whether the department is to decide about one.
ANY = sa.exists().where(t.openings.c.round_id == t.rounds.c.id)
ANY_UNDECIDED = sa.exists().where(t.openings.c.round_id == t.rounds.c.id, IS_UNDECIDED)


async def add(
    tx: Tx,
    round_id: int,
    own: Occurrence,
    there: Mapping[str, Elsewhere],
    now: datetime,
    opened_at: datetime | None,
) -> None:
    """Notes the moments of a new round in territories, and those of the rest."""
    rows = [
        {
            "round_id": round_id,
            "territory": territory,
            "opens_at": its.period.opens_at,
            "due_at": its.period.due_at,
            "closes_at": its.period.closes_at,
            "opened_at": opened_at if its.is_asked else None,
            "skipped_at": None if its.is_asked else now,
        }
        for territory, its in {"": Elsewhere(own), **there}.items()
    ]
    await tx.execute(t.openings.insert(), rows)


async def of_rounds(tx: Tx, round_ids: Collection[int]) -> dict[int, dict[str, Opening]]:
    """The openings of these rounds, by the round's id and the territory's; a round that has none is missing."""
    found: dict[int, dict[str, Opening]] = defaultdict(dict)
    for row in await tx.execute(_SELECT.where(t.openings.c.round_id.in_(round_ids))):
        opening = _OPENING(row)
        found[opening.round_id][opening.territory] = opening
    return dict(found)


async def seen_in(tx: Tx, listed: Sequence[Round], calendar: WorkCalendar, territory: str) -> list[Round]:
    """The rounds with the moments that they have in the territory, at the hours of whoever lives by that calendar."""
    its = calendar.of(territory)
    there = await of_rounds(tx, [round_.id for round_ in listed])

    def seen(round_: Round) -> Round:
        openings = there.get(round_.id)
        if openings is None:
            return round_.seen_by(calendar)
        moments = (openings.get(territory) or openings[""]).moments
        opens_at, due_at, closes_at = (same_hour(moment, its, calendar) for moment in moments)
        return replace(round_, opens_at=opens_at, due_at=due_at, closes_at=closes_at)

    return [seen(round_) for round_ in listed]


async def seen_by(tx: Tx, listed: Sequence[Round], calendar: WorkCalendar, territories: Collection[str]) -> list[Round]:
    """The same for whoever looks after these territories: as it is in the only one, or at the department's hours."""
    if len(territories) != 1 or not calendar.others:
        return [round_.seen_by(calendar) for round_ in listed]
    (territory,) = territories
    return await seen_in(tx, listed, calendar, territory)


async def due(tx: Tx, now: datetime) -> dict[int, list[Opening]]:
    """What opens by now in some territory, by the round; what the department does not want opened is left out."""
    found: dict[int, list[Opening]] = defaultdict(list)
    query = _SELECT.join(t.rounds).where(t.OPENING_WAITS, t.openings.c.opens_at <= now, t.rounds.c.skipped_at.is_(None))
    for row in await tx.execute(query.order_by(t.openings.c.opens_at, t.openings.c.territory)):
        opening = _OPENING(row)
        found[opening.round_id].append(opening)
    return dict(found)


async def settle(tx: Tx, openings: Iterable[Opening], **values: datetime) -> list[Opening]:
    """Notes what has become of those that nobody has settled meanwhile; returns them."""
    settled = []
    for opening in openings:
        changed = await tx.execute(
            sa.update(t.openings)
            .where(
                t.openings.c.round_id == opening.round_id,
                t.openings.c.territory == opening.territory,
                t.openings.c.opened_at.is_(None),
                t.openings.c.skipped_at.is_(None),
                t.openings.c.missed_at.is_not_distinct_from(opening.missed_at),
            )
            .values(**values)
        )
        if changed.rowcount:
            settled.append(opening)
    return settled


async def put_off(tx: Tx, opening: Opening) -> None:
    """Has it due and closed when `opening` says."""
    its = t.openings.c.round_id == opening.round_id, t.openings.c.territory == opening.territory
    await tx.execute(sa.update(t.openings).where(*its).values(due_at=opening.due_at, closes_at=opening.closes_at))


def belongs(territory: str, known: Collection[str]) -> sa.ColumnElement[bool]:
    """The condition that an organization goes by the opening of that territory; `known` are all that the round has."""
    own = t.organizations.c.territory
    return own == territory if territory else own.not_in([each for each in known if each])
