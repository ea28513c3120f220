"""Whom the bot asks and reminds, and of what: a head, or a deputy in the head's place, but for what they have muted."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.domain.ledger.obligation import UNANSWERED, Obligation, Round
from bot.domain.people.member import Role, SeatState
from bot.domain.timing.recurrence import Reminder
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.prepared import Prepared
from bot.storage.engine.rows import given, one_of, together
from bot.storage.ledger.closing import takes_answers
from bot.storage.ledger.obligations import SELECT, read, unanswered
from bot.storage.people import seats
from bot.storage.people.organizations import types_of


@dataclass(frozen=True, slots=True)
class Due:
    """What a reminder needs to know of an obligation."""

    id: int
    organization_id: int
    round_id: int
    due_at: datetime
    own_closing: datetime | None
    territory: str


def _can_be_written_to() -> tuple[sa.ColumnElement[bool], ...]:
    """The conditions that a person can be written to at the statement's `now`."""
    return (
        t.people.c.stopped_at.is_(None),
        t.people.c.unreachable_at.is_(None),
        sa.or_(t.people.c.paused_until.is_(None), t.people.c.paused_until <= sa.bindparam("now")),
    )


def _headed() -> sa.ColumnElement[bool]:
    """Whether the obligation's organization has a head who can be written to."""
    heads = t.seats.alias("heads")
    return sa.exists().where(
        heads.c.organization_id == t.obligations.c.organization_id,
        heads.c.state == SeatState.SEATED,
        heads.c.role == Role.HEAD,
        t.people.c.id == heads.c.person_id,
        *_can_be_written_to(),
    )


_TO_ASK = Prepared(
    SELECT.add_columns(
        t.seats.c.person_id.label("whose"),
        t.seats.c.role.label("role"),
        _headed().label("headed"),
        sa.exists().where(t.mutes.c.person_id == t.seats.c.person_id).label("mutes"),
    )
    .join(t.seats, t.seats.c.organization_id == t.obligations.c.organization_id)
    .where(
        one_of(t.seats.c.person_id, "people"),
        t.seats.c.state == SeatState.SEATED,
        t.obligations.c.state.in_(UNANSWERED),
        ~sa.exists().where(
            t.askings.c.person_id == t.seats.c.person_id, t.askings.c.obligation_id == t.obligations.c.id
        ),
        takes_answers(sa.bindparam("now")),
    )
    .order_by(t.obligations.c.due_at, t.obligations.c.id)
)
_HEADED = Prepared(
    sa.select(t.seats.c.organization_id)
    .join(t.people, t.people.c.id == t.seats.c.person_id)
    .where(
        one_of(t.seats.c.organization_id, "ids"),
        t.seats.c.state == SeatState.SEATED,
        t.seats.c.role == Role.HEAD,
        *_can_be_written_to(),
    )
)
_ASKED = together(
    lambda pairs, insert: (
        insert(t.askings)
        .from_select(
            ["person_id", "obligation_id", "at"],
            sa.select(t.people.c.id, t.obligations.c.id, sa.bindparam("now", type_=t.askings.c.at.type))
            .select_from(
                pairs.join(t.people, t.people.c.id == pairs.c.whose).join(
                    t.obligations, t.obligations.c.id == pairs.c.its
                )
            )
            # Without a condition SQLite would take what follows for that of a join.
            .where(sa.true()),
        )
        .on_conflict_do_nothing(index_elements=["person_id", "obligation_id"])
    ),
    whose=sa.BigInteger(),
    its=sa.BigInteger(),
)
# Whose head has asked in time for more of it than there is now: until the date asked for nobody presses them.
_PATIENT = Prepared(
    sa.select(t.obligations.c.id)
    .join(t.extensions, t.extensions.c.obligation_id == t.obligations.c.id)
    .where(
        one_of(t.obligations.c.id, "ids"),
        t.EXTENSION_WAITS,
        t.extensions.c.asked_at <= t.obligations.c.due_at,
        t.extensions.c.until > t.obligations.c.due_at,
        t.extensions.c.until > sa.bindparam("now"),
    )
)
# A person who was asked less than this ago needs no reminder of the same.
_FRESH = timedelta(hours=12)


async def to_ask(tx: Tx, person_id: int, now: datetime) -> list[Obligation]:
    """What the person is still to be asked for: the addressee is the head, or a deputy in the head's place."""
    return (await to_ask_each(tx, [person_id], now)).get(person_id, [])


async def to_ask_each(tx: Tx, person_ids: Collection[int], now: datetime) -> dict[int, list[Obligation]]:
    """The same for many people; of whom nothing is to be asked is missing."""
    rows = await _TO_ASK.all(tx, people=list(person_ids), now=now)
    muted = await _muted(tx, {row.whose for row in rows if row.mutes})
    types = await types_of(tx, {row.organization_id for row in rows if row.mutes}) if muted else {}
    by_person: dict[int, list[Obligation]] = {}
    known: dict[int, Round] = {}
    for row in rows:
        if row.role == Role.DEPUTY and row.headed:
            continue
        obligation = read(row, known)
        if not _is_muted(obligation, muted.get(row.whose, set()), types):
            by_person.setdefault(row.whose, []).append(obligation)
    return by_person


async def to_remind(
    tx: Tx,
    person_id: int,
    now: datetime,
    since: datetime | None = None,
    *,
    reminded_at: datetime | None = None,
    unasked_too: bool = True,
) -> list[Obligation]:
    """What the person is to be reminded of now: all that is unanswered, unless all of it was just asked.

    `since`: only if one of them has reached a rung of its ladder then or later; a rung of what the person has muted is
    no reason to write about the rest. `reminded_at`: when they were reminded of everything today, which is enough for a
    day. A deputy is reminded beside the head of what is overdue. A reminder by hand repeats what was said before it,
    however short a time ago. Without `unasked_too` what a letter is still going to ask them comes with that letter.
    Nobody is reminded of what the department owes a decision about.
    """
    owed = await pressed(tx, await unanswered(tx, person_id, now), now)
    mine = await _addressed(tx, person_id, owed, now, deputies=False)
    if not unasked_too:
        unasked = {obligation.id for obligation in await to_ask(tx, person_id, now)}
        mine = [obligation for obligation in mine if obligation.id not in unasked]
        owed = [obligation for obligation in owed if obligation.id not in unasked]
    ids = {obligation.id for obligation in mine}
    late = [obligation for obligation in owed if obligation.id not in ids and obligation.is_overdue(now)]
    mine += await _addressed(tx, person_id, late, now, deputies=True)
    told = await _asked_since(tx, person_id, now - _FRESH)
    if reminded_at is not None:
        told = {obligation.id: max(told.get(obligation.id, reminded_at), reminded_at) for obligation in mine}
    if all(obligation.id in told and not _is_pressed(obligation, told[obligation.id], since) for obligation in mine):
        return []
    if since is not None and not await _reminded_since(tx, [obligation.id for obligation in mine], since):
        return []
    return sorted(mine, key=lambda obligation: (obligation.due_at, obligation.id))


async def pressed(tx: Tx, obligations: Collection[Obligation], now: datetime) -> list[Obligation]:
    """Those of which people are reminded: all but those whose extension was asked for in time and is not decided."""
    patient = {row.id for row in await _PATIENT.all(tx, ids=[obligation.id for obligation in obligations], now=now)}
    return [obligation for obligation in obligations if obligation.id not in patient]


async def addressees(tx: Tx, obligations: Collection[Obligation], now: datetime) -> dict[int, set[int]]:
    """Ids of the people whom a reminder of these obligations of one round would reach, by organization.

    They are those of `to_remind`, for many organizations at once; an organization where it reaches nobody is missing.
    """
    late = {obligation.organization_id: obligation.is_overdue(now) for obligation in obligations}
    headed = await _with_head(tx, late, now)
    query = (
        sa.select(t.seats.c.organization_id, t.seats.c.person_id, t.seats.c.role)
        .join(t.people, t.people.c.id == t.seats.c.person_id)
        .where(one_of(t.seats.c.organization_id, late), t.seats.c.state == SeatState.SEATED, *_can_be_written_to())
    )
    seated = (await tx.execute(query, {"now": now})).all()
    muted = await _muted(tx, {row.person_id for row in seated})
    types = await types_of(tx, late) if muted else {}
    owed = {obligation.organization_id: obligation for obligation in obligations}
    reached: dict[int, set[int]] = {}
    for row in seated:
        if row.role == Role.DEPUTY and row.organization_id in headed and not late[row.organization_id]:
            continue
        if not _is_muted(owed[row.organization_id], muted.get(row.person_id, set()), types):
            reached.setdefault(row.organization_id, set()).add(row.person_id)
    return reached


async def asked(tx: Tx, pairs: Collection[tuple[int, int]], now: datetime) -> None:
    """Notes who has been asked for which obligation, as pairs of ids. Skips a pair of which one is gone meanwhile."""
    if pairs:
        whose, its = zip(*pairs, strict=True)
        await _ASKED.run(tx, **given(tx, whose=whose, its=its), now=now)


async def due_reminders(tx: Tx, now: datetime, limit: int) -> list[Due]:
    """Unanswered obligations whose next reminder is due, those first that have been due for longest."""
    own = t.obligations.c
    columns = own.id, own.organization_id, own.round_id, own.due_at, own.closes_at, t.organizations.c.territory
    query = sa.select(*columns).join(t.organizations).where(own.next_reminder_at <= now)
    rows = await tx.execute(query.order_by(own.next_reminder_at).limit(limit))
    return [Due(*row) for row in rows]


async def climb(tx: Tx, obligation_ids: Collection[int], reminder: Reminder | None, now: datetime) -> None:
    """Notes that a rung of the ladder has come, and sets the next one; `reminder` None: there is none."""
    at, days = (reminder.at, reminder.days) if reminder else (None, None)
    await tx.execute(
        sa.update(t.obligations)
        .where(one_of(t.obligations.c.id, obligation_ids))
        .values(next_reminder_at=at, next_reminder_days=days, reminded_at=now)
    )


async def _reminded_since(tx: Tx, obligation_ids: Collection[int], moment: datetime) -> bool:
    query = sa.select(t.obligations.c.id).where(
        one_of(t.obligations.c.id, obligation_ids), t.obligations.c.reminded_at >= moment
    )
    return (await tx.execute(query.limit(1))).first() is not None


async def _asked_since(tx: Tx, person_id: int, moment: datetime) -> dict[int, datetime]:
    query = sa.select(t.askings).where(t.askings.c.person_id == person_id, t.askings.c.at > moment)
    return {row.obligation_id: row.at for row in await tx.execute(query)}


def _is_pressed(obligation: Obligation, told_at: datetime, since: datetime | None) -> bool:
    """Whether the reminder of `since` was ordered by hand after the person had been told."""
    pressed_at = obligation.round.reminded_at
    return since is not None and pressed_at is not None and pressed_at >= since and pressed_at > told_at


async def _addressed(
    tx: Tx, person_id: int, obligations: list[Obligation], now: datetime, *, deputies: bool
) -> list[Obligation]:
    """The obligations about which this person is written to, by role and by subscriptions."""
    if not obligations:
        return []
    ids = {obligation.organization_id for obligation in obligations}
    roles = await seats.roles(tx, person_id)
    headed = await _with_head(tx, ids, now)
    muted = await seats.muted(tx, person_id)
    types = await types_of(tx, ids) if muted else {}

    def wanted(obligation: Obligation) -> bool:
        role = roles.get(obligation.organization_id)
        if role is None:
            return False
        if role is Role.DEPUTY and obligation.organization_id in headed and not deputies:
            return False
        return not _is_muted(obligation, muted, types)

    return [obligation for obligation in obligations if wanted(obligation)]


def _is_muted(obligation: Obligation, muted: set[tuple[str, str]], types: Mapping[int, frozenset[str]]) -> bool:
    if not muted:
        return False
    directive = obligation.round.directive
    if ("topic", directive.topic) in muted:
        return True
    # Tags narrow an audience, not a subscription: a person mutes types.
    concerned = {part.type for part in directive.audience} & types[obligation.organization_id]
    # An organization that was chosen by hand is asked for none of its types, so no type mutes it.
    return bool(concerned) and all(("type", type_) in muted for type_ in concerned)


async def _muted(tx: Tx, person_ids: Collection[int]) -> dict[int, set[tuple[str, str]]]:
    by_person: dict[int, set[tuple[str, str]]] = {}
    if not person_ids:
        return by_person
    for row in await tx.execute(sa.select(t.mutes).where(one_of(t.mutes.c.person_id, person_ids))):
        by_person.setdefault(row.person_id, set()).add((row.scope, row.value))
    return by_person


async def _with_head(tx: Tx, organization_ids: Collection[int], now: datetime) -> set[int]:
    """Ids of the organizations that have a head who can be written to."""
    return {row.organization_id for row in await _HEADED.all(tx, ids=list(organization_ids), now=now)}
