"""Letters to the people of an organization that leaves the roster, is asked less, or is in the roster again."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.letter import LetterKind, LetterState
from bot.domain.people.leaving import Farewell
from bot.domain.people.member import Seat
from bot.domain.timing.calendar import WorkCalendar
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.rows import one_of
from bot.storage.ledger.changes.leaving import REMOVED
from bot.storage.ledger.closing import takes_answers
from bot.storage.people import organizations, seats
from bot.storage.post import claims, letters


async def of_those_that_left(
    tx: Tx, organization_ids: list[int], applications: list[int], calendar: WorkCalendar, now: datetime
) -> None:
    """Tells their people, and those who had applied there: one letter a person, however many have left."""
    places: dict[int, list[int]] = defaultdict(list)
    applied: dict[int, list[int]] = defaultdict(list)
    for seat in await seats.holders(tx, organization_ids):
        places[seat.person_id].append(seat.organization_id)
    for seat_id in applications:
        application = await seats.get(tx, seat_id)
        if application is not None:
            applied[application.person_id].append(application.id)
    wanted = await _wanted_after(tx, {*places, *applied}, now)
    for person_id, after in wanted.items():
        await letters.write(
            tx,
            LetterKind.DELISTED,
            [person_id],
            now,
            hours=calendar,
            send_after=after,
            organizations=sorted(places[person_id]),
            applications=sorted(applied[person_id]),
        )


async def of_one_that_is_asked_less(
    tx: Tx,
    organization_id: int,
    obligation_ids: Collection[int],
    calendar: WorkCalendar,
    now: datetime,
    instead: Collection[int] = (),
) -> None:
    """Tells its people what they need not answer any more; `instead`: organizations that are asked it now."""
    seated = {seat.person_id for seat in await seats.holders(tx, [organization_id])}
    about: dict[str, Any] = {"obligations": sorted(obligation_ids)} | ({"instead": sorted(instead)} if instead else {})
    for person_id, after in (await _wanted_after(tx, seated, now)).items():
        await letters.write(
            tx,
            LetterKind.RELIEVED,
            [person_id],
            now,
            hours=calendar,
            send_after=after,
            organization=organization_id,
            **about,
        )


async def of_one_that_is_back(
    tx: Tx, organization_id: int, left_at: datetime, calendar: WorkCalendar, now: datetime
) -> set[int]:
    """Tells its people who have heard that it had left; their ids. A letter that still waits says nothing any more."""
    seated = {seat.person_id for seat in await seats.holders(tx, [organization_id])}
    unheard = sa.select(t.letters.c.person_id).where(
        one_of(t.letters.c.person_id, seated),
        t.letters.c.kind == LetterKind.DELISTED,
        t.letters.c.created_at == left_at,
        t.letters.c.state == LetterState.WAITING,
        ~claims.UNDER_WAY,
    )
    told = seated - set((await tx.execute(unheard)).scalars())
    for person_id, after in (await _wanted_after(tx, told, now)).items():
        await letters.write(
            tx,
            LetterKind.RELISTED,
            [person_id],
            now,
            hours=calendar,
            send_after=after,
            dedup=str(organization_id),
            organization=organization_id,
        )
    return told


async def farewell(tx: Tx, seat: Seat) -> Farewell:
    """What becomes of the person's matters at an organization that has left."""
    query = sa.select(t.audit.c.detail).where(
        t.audit.c.organization_id == seat.organization_id, t.audit.c.action == REMOVED
    )
    detail = (await tx.execute(query.order_by(t.audit.c.id.desc()).limit(1))).scalar() or {}
    owed = detail.get("obligations", [])
    # Corrections of answers that were sent too: they cannot be sent either.
    drafts = (
        sa.select(sa.func.count())
        .select_from(
            t.drafts.join(t.obligations, t.obligations.c.id == t.drafts.c.obligation_id).join(
                t.rounds, t.rounds.c.id == t.obligations.c.round_id
            )
        )
        .where(
            t.drafts.c.person_id == seat.person_id,
            t.obligations.c.organization_id == seat.organization_id,
            takes_answers(sa.literal(seat.left_at, t.rounds.c.closes_at.type)),
        )
    )
    extensions = sa.select(sa.func.count()).where(
        t.extensions.c.asked_by == seat.person_id, one_of(t.extensions.c.obligation_id, owed), t.EXTENSION_WAITS
    )
    return Farewell(
        seat,
        len(owed),
        int((await tx.execute(drafts)).scalar_one()),
        int((await tx.execute(extensions)).scalar_one()),
        tuple(each.label for each in await organizations.of_ids(tx, detail.get("heirs", ()))),
        bool(detail.get("handed")),
    )


async def _wanted_after(tx: Tx, person_ids: Collection[int], now: datetime) -> dict[int, datetime]:
    """Since when each wants messages: now, or once a vacation is over."""
    after = {}
    query = sa.select(t.people.c.id, t.people.c.paused_until).where(one_of(t.people.c.id, sorted(person_ids)))
    for row in await tx.execute(query):
        after[row.id] = max(now, row.paused_until or now)
    return after
