"""The organizations that an announcement is for, as they were when it went out, and what came of it there."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from operator import itemgetter

import sqlalchemy as sa

from bot.domain.desk.announcement import Addressee, Coverage, Delivery, Destination, Reach
from bot.domain.letter import LetterKind, LetterState
from bot.domain.people.failure import Failure
from bot.domain.people.member import SeatState
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.mapped import Mapped
from bot.storage.engine.prepared import Prepared
from bot.storage.engine.rows import one_of, streamed
from bot.storage.people.belonging import noted, territory_of, typed
from bot.storage.post import audit

NOT_GONE = t.letters.c.state.in_((LetterState.WAITING, LetterState.HELD))
_BY = t.people.alias("acknowledging")
_DESTINATION = Mapped(
    Destination,
    t.destinations,
    but=("people",),
    organization_name=t.organizations.c.name,
    organization_label=t.organizations.c.label,
    acknowledged_by=_BY.c.name,
)
_ADD = Prepared.insert(
    t.destinations,
    lambda rows: rows.on_conflict_do_nothing(index_elements=["announcement_id", "organization_id"]),
)
_ADDRESS = Prepared.insert(
    t.addressees,
    lambda rows: rows.on_conflict_do_update(
        index_elements=["announcement_id", "person_id", "organization_id"], set_={"obstacle": rows.excluded.obstacle}
    ),
)
_REACHED = Prepared(
    sa.update(t.destinations)
    .where(
        t.destinations.c.announcement_id == sa.bindparam("its"),
        t.destinations.c.reached_at.is_(None),
        t.destinations.c.organization_id.in_(
            sa.select(t.addressees.c.organization_id).where(
                t.addressees.c.announcement_id == sa.bindparam("its"),
                one_of(t.addressees.c.person_id, "whose"),
            )
        ),
    )
    .values(reached_at=sa.bindparam("now"))
)
_SEATED = sa.select(t.seats.c.organization_id).where(
    t.seats.c.person_id == sa.bindparam("whose"), t.seats.c.state == SeatState.SEATED
)
_ACKNOWLEDGE = Prepared(
    sa.update(t.destinations)
    .where(
        t.destinations.c.announcement_id == sa.bindparam("its"),
        t.destinations.c.acknowledged_at.is_(None),
        t.destinations.c.organization_id.in_(_SEATED),
    )
    .values(
        acknowledged_at=sa.bindparam("now"),
        acknowledged_by=sa.bindparam("whose"),
        # Whoever has read it has it, through whichever organization it came to them.
        reached_at=sa.func.coalesce(
            t.destinations.c.reached_at,
            sa.bindparam("now", type_=t.destinations.c.reached_at.type),
            type_=t.destinations.c.reached_at.type,
        ),
    )
    .returning(t.destinations.c.organization_id)
)
_ACKNOWLEDGED = Prepared(
    sa.select(t.organizations.c.label)
    .select_from(t.destinations.join(t.organizations))
    .where(
        t.destinations.c.announcement_id == sa.bindparam("its"),
        t.destinations.c.acknowledged_at.is_not(None),
        t.destinations.c.organization_id.in_(_SEATED),
    )
    .order_by(*t.ORGANIZATIONS_IN_ORDER)
)


def copies(announcement_id: int | sa.BindParameter[int]) -> sa.ColumnElement[bool]:
    """The condition that a letter brings the announcement."""
    return sa.and_(
        t.letters.c.announcement_id == announcement_id,
        t.letters.c.kind.in_((LetterKind.ANNOUNCEMENT, LetterKind.ACKNOWLEDGE)),
    )


async def add(tx: Tx, announcement_id: int, reach: Reach, now: datetime) -> None:
    """Notes the organizations and people of the reach, and what stands in the way; whoever is known stays known."""
    vacant, own = {vacancy.organization_id for vacancy in reach.vacancies}, t.destinations.c.organization_id
    chosen = (*reach.addressees, *reach.obstructed)
    organizations = {addressee.organization_id for addressee in chosen} | vacant
    await _ADD.run_each(
        tx,
        [
            {
                "announcement_id": announcement_id,
                "organization_id": organization_id,
                "added_at": now,
                "vacant": organization_id in vacant,
            }
            for organization_id in sorted(organizations)
        ],
    )
    await tx.execute(
        sa.update(t.destinations)
        .where(t.destinations.c.announcement_id == announcement_id, t.destinations.c.types.is_(None))
        .values(types=typed(own), territory=noted(territory_of(own)))
    )
    await _ADDRESS.run_each(tx, [_row(announcement_id, addressee) for addressee in chosen])


def _row(announcement_id: int, addressee: Addressee) -> dict[str, object]:
    return {
        "announcement_id": announcement_id,
        "person_id": addressee.person_id,
        "organization_id": addressee.organization_id,
        "obstacle": addressee.obstacle,
    }


async def reached(tx: Tx, announcement_id: int, person_ids: Collection[int], now: datetime) -> None:
    """Notes for all organizations of these people that somebody there has it."""
    if person_ids:
        await _REACHED.run(tx, its=announcement_id, whose=list(person_ids), now=now)


async def acknowledge(tx: Tx, announcement_id: int, person_id: int, now: datetime) -> bool:
    """Notes that it has been read at all organizations where the person sits now; False if that was known of all.

    It counts where the person has taken a seat meanwhile, and no longer where they have left it.
    """
    rows = await _ACKNOWLEDGE.all(tx, its=announcement_id, whose=person_id, now=now)
    deeds = [(row.organization_id, {"announcement": announcement_id}) for row in rows]
    await audit.record_each(tx, now, person_id, "announcement.acknowledged", sorted(deeds, key=itemgetter(0)))
    return bool(rows)


async def acknowledged(tx: Tx, announcement_id: int, person_id: int) -> list[str]:
    """Labels of the organizations where the person sits and it is acknowledged, in order."""
    return [row.label for row in await _ACKNOWLEDGED.all(tx, its=announcement_id, whose=person_id)]


async def silent(tx: Tx, announcement_id: int, person_ids: Collection[int]) -> set[int]:
    """Which of the people sit at an organization that has it and where nobody has acknowledged it."""
    query = (
        sa.select(t.seats.c.person_id)
        .join(t.destinations, t.destinations.c.organization_id == t.seats.c.organization_id)
        .where(
            t.destinations.c.announcement_id == announcement_id,
            t.destinations.c.reached_at.is_not(None),
            t.destinations.c.acknowledged_at.is_(None),
            one_of(t.seats.c.person_id, person_ids),
            t.seats.c.state == SeatState.SEATED,
        )
    )
    return set((await tx.execute(query)).scalars())


async def coverage(tx: Tx, announcement_id: int) -> Coverage:
    """How many organizations it is for, and how many it has come to."""
    column = t.destinations.c
    counted = sa.select(sa.func.count(), sa.func.count(column.reached_at), sa.func.count(column.acknowledged_at)).where(
        column.announcement_id == announcement_id
    )
    total, reached, acknowledged = (await tx.execute(counted)).one()
    return Coverage(int(total), int(reached), await waiting(tx, announcement_id), int(acknowledged))


async def waiting(tx: Tx, announcement_id: int, *conditions: sa.ColumnElement[bool]) -> int:
    """How many of the destinations for which the conditions hold have not got it, while a copy is on its way there."""
    under_way = sa.select(t.letters.c.person_id).where(copies(announcement_id), NOT_GONE)
    # Lists within lists, each made once: joined, an engine may look through all letters for each organization.
    places = sa.select(t.addressees.c.organization_id).where(
        t.addressees.c.announcement_id == announcement_id, t.addressees.c.person_id.in_(under_way)
    )
    query = sa.select(sa.func.count()).where(
        t.destinations.c.announcement_id == announcement_id,
        t.destinations.c.reached_at.is_(None),
        t.destinations.c.organization_id.in_(places),
        *conditions,
    )
    return int((await tx.execute(query)).scalar_one())


async def all_of(tx: Tx, announcement_id: int, *conditions: sa.ColumnElement[bool]) -> list[Destination]:
    """The announcement's destinations for which the conditions hold, in the order of organizations."""
    people = await _people(tx, announcement_id, conditions)
    query = (
        sa.select(*_DESTINATION.columns)
        .select_from(t.destinations.join(t.organizations).outerjoin(_BY, _BY.c.id == t.destinations.c.acknowledged_by))
        .where(t.destinations.c.announcement_id == announcement_id, *conditions)
        .order_by(*t.ORGANIZATIONS_IN_ORDER)
    )
    return [_DESTINATION(row, people=tuple(people[row.organization_id])) async for row in streamed(tx, query)]


async def _people(
    tx: Tx, announcement_id: int, conditions: Collection[sa.ColumnElement[bool]]
) -> dict[int, list[Delivery]]:
    """What became of each copy, by organization; those of its people that got it come first."""
    under_way = sa.select(t.letters.c.person_id).where(copies(announcement_id), NOT_GONE)
    query = (
        sa.select(
            t.addressees.c.organization_id,
            t.addressees.c.obstacle,
            t.addressees.c.person_id,
            t.people.c.name,
            t.recipients.c.sent_at,
            t.recipients.c.failure,
            t.recipients.c.words,
            t.recipients.c.acknowledged_at,
            t.addressees.c.person_id.in_(under_way).label("waits"),
        )
        .select_from(
            t.addressees.join(
                t.destinations,
                sa.and_(
                    t.destinations.c.announcement_id == t.addressees.c.announcement_id,
                    t.destinations.c.organization_id == t.addressees.c.organization_id,
                ),
            )
            .join(t.people, t.people.c.id == t.addressees.c.person_id)
            .outerjoin(
                t.recipients,
                sa.and_(
                    t.recipients.c.announcement_id == t.addressees.c.announcement_id,
                    t.recipients.c.person_id == t.addressees.c.person_id,
                ),
            )
        )
        .where(t.addressees.c.announcement_id == announcement_id, *conditions)
        .order_by(t.recipients.c.sent_at.is_(None), sa.cast(t.people.c.name, t.Bytewise), t.people.c.id)
    )
    people: dict[int, list[Delivery]] = defaultdict(list)
    async for row in streamed(tx, query):
        waits = row.sent_at is None and bool(row.waits)
        failure = None if row.sent_at is not None or waits else Failure(row.failure or row.obstacle or Failure.UNSENT)
        people[row.organization_id].append(
            Delivery(row.name, row.sent_at, waits, failure, row.words or "", row.acknowledged_at, row.person_id)
        )
    return people
