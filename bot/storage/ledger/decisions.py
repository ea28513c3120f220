"""What the department decides about answers: accepted, returned, excused, due later; and how it takes a decision back.

Each change expects the state, and the version of the answer, that the curator saw: if two act at once, one wins and the
other is told what stands now.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.ledger.history import ACCEPTED, EXCUSED, EXTENDED, REMINDED, RETURNED, WITHDRAWN, Deed
from bot.domain.ledger.ladder import next_of
from bot.domain.ledger.obligation import DECIDED, UNANSWERED, Obligation, ObligationState, Round
from bot.domain.letter import LetterKind
from bot.domain.timing.calendar import WorkCalendar
from bot.domain.timing.elsewhere import in_territory
from bot.domain.timing.recurrence import Reminder
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.rows import one_of
from bot.storage.ledger import drafts, obligations
from bot.storage.ledger.changes.resettling import as_now, moments
from bot.storage.people import seats
from bot.storage.post import audit, letters


async def accept(tx: Tx, obligation: Obligation, version: int, by: int, now: datetime) -> bool:
    """Accepts an answer (исполнено). False if no answer of that version waits for a decision."""
    changed = await _decide(
        tx, obligation, by, now, ObligationState.ACCEPTED, None, (ObligationState.ANSWERED,), version
    )
    if changed:
        await _record(tx, now, by, ACCEPTED, obligation, version=version)
    return changed


async def accept_all(tx: Tx, waiting: Collection[Obligation], seen_at: datetime, by: int, now: datetime) -> int:
    """Accepts answers that have not changed since `seen_at`, when the curator looked; returns how many."""
    query = (
        sa.select(t.replies.c.obligation_id)
        .join(t.obligations, t.obligations.c.id == t.replies.c.obligation_id)
        .where(
            one_of(t.obligations.c.id, [obligation.id for obligation in waiting]),
            t.replies.c.version == t.obligations.c.version,
            t.replies.c.at <= seen_at,
        )
    )
    seen = set((await tx.execute(query)).scalars())
    unchanged = [obligation for obligation in waiting if obligation.id in seen]
    return await _decide_all(tx, unchanged, by, now, ObligationState.ACCEPTED, (ObligationState.ANSWERED,), ACCEPTED)


async def give_back(
    tx: Tx,
    obligation: Obligation,
    version: int,
    comment: str,
    due_at: datetime | None,
    calendar: WorkCalendar,
    by: int,
    now: datetime,
) -> bool:
    """Returns an answer for rework (на доработку), due at `due_at` if that is given; tells its people in working hours.

    False if no answer of that version waits for a decision, or the organization is asked nothing any more.
    """
    if obligation.left_at is not None:
        return False
    # What is owed again is owed where the organization is now.
    (obligation,) = await as_now(tx, [obligation], calendar)
    due = due_at or obligation.due_at
    changed = await _decide(
        tx, obligation, by, now, ObligationState.RETURNED, comment, (ObligationState.ANSWERED,), version,
        **_until(obligation, due, calendar, now),
    )  # fmt: skip
    if not changed:
        return False
    await _record(tx, now, by, RETURNED, obligation, version=version, comment=comment, due=due.isoformat())
    await _tell(tx, LetterKind.RETURNED, [obligation], calendar, now)
    return True


async def excuse(tx: Tx, obligation: Obligation, version: int, reason: str | None, by: int, now: datetime) -> bool:
    """Takes an obligation off control (снято с контроля). False if it was decided or answered since that version."""
    wanted = (*UNANSWERED, ObligationState.ANSWERED)
    changed = await _decide(tx, obligation, by, now, ObligationState.EXCUSED, reason, wanted, version, **_next(None))
    if changed:
        await _record(tx, now, by, EXCUSED, obligation, version=version, **({"comment": reason} if reason else {}))
    return changed


async def excuse_all(tx: Tx, owing: Collection[Obligation], by: int, now: datetime, reason: str | None = None) -> int:
    """Takes those that have not answered off control; returns how many."""
    return await _decide_all(
        tx, owing, by, now, ObligationState.EXCUSED, UNANSWERED, EXCUSED, comment=reason, **_next(None)
    )


async def withdraw(
    tx: Tx, obligation: Obligation, state: ObligationState, calendar: WorkCalendar, by: int, now: datetime
) -> bool:
    """Takes back the decision that made the state: an answer waits again, otherwise one is owed again.

    False if the obligation has another state by now, or an answer would be owed that nobody is asked for any more.
    """
    after = ObligationState.ANSWERED if obligation.version else ObligationState.OPEN
    if state not in DECIDED or (after is ObligationState.OPEN and obligation.left_at is not None):
        return False
    reminder = _next(None)
    if after is ObligationState.OPEN:
        (obligation,) = await as_now(tx, [obligation], calendar)
        reminder = _until(obligation, obligation.due_at, calendar, now)
    changed = await tx.execute(
        sa.update(t.obligations)
        .where(
            t.obligations.c.id == obligation.id,
            t.obligations.c.state == state,
            t.obligations.c.version == obligation.version,
        )
        .values(state=after, decided_at=None, decided_by=None, comment=None, **reminder)
    )
    if changed.rowcount:
        await _record(tx, now, by, WITHDRAWN, obligation, state=state)
    return changed.rowcount > 0


async def extend(
    tx: Tx,
    obligation_ids: Collection[int],
    due_at: datetime,
    calendar: WorkCalendar,
    by: int,
    now: datetime,
    *,
    at_that_moment: bool = False,
) -> int:
    """Extends the due date (срок продлён) of the obligations that are unanswered and due earlier; returns how many.

    `due_at` is by `calendar`: whoever lives by another has until that hour of theirs, unless it is `at_that_moment` for
    all. Their people are told in working hours; the ladder of reminders counts from the new date.
    """
    chosen = await as_now(tx, await obligations.of_ids(tx, obligation_ids), calendar)
    alike: dict[tuple[int, str, datetime | None, datetime | None], list[Obligation]] = defaultdict(list)
    for obligation in chosen:
        theirs = obligation.organization_territory if calendar.others else ""
        alike[obligation.round.id, theirs, obligation.own_due, obligation.own_closing].append(obligation)
    moved: list[tuple[Obligation, datetime]] = []
    for (_, territory, *_), together in alike.items():
        due = due_at if at_that_moment else in_territory(due_at, calendar, territory)
        changed = await tx.execute(
            sa.update(t.obligations)
            .where(
                one_of(t.obligations.c.id, [obligation.id for obligation in together]),
                t.obligations.c.state.in_(UNANSWERED),
                t.obligations.c.due_at < due,
            )
            .values(**_until(together[0], due, calendar, now))
            .returning(t.obligations.c.id)
        )
        later = set(changed.scalars())
        moved += [(obligation, due) for obligation in together if obligation.id in later]
    await _record_each(
        tx,
        now,
        by,
        EXTENDED,
        [(obligation, {"due": due.isoformat(), "was": obligation.due_at.isoformat()}) for obligation, due in moved],
    )
    await _tell(tx, LetterKind.EXTENDED, [obligation for obligation, _ in moved], calendar, now)
    # Forms that stand in the chats say the date of before.
    await drafts.redraw(tx, one_of(t.obligations.c.id, [obligation.id for obligation, _ in moved]), now)
    return len(moved)


async def remind(
    tx: Tx,
    round_: Round,
    owing: Collection[Obligation],
    calendar: WorkCalendar,
    by: int,
    now: datetime,
) -> bool:
    """Reminds those that have not answered, in working hours; False if somebody has done so since `round_` was read."""
    changed = await tx.execute(
        sa.update(t.rounds)
        .where(t.rounds.c.id == round_.id, t.rounds.c.reminded_at.is_not_distinct_from(round_.reminded_at))
        .values(reminded_at=now)
    )
    if not changed.rowcount:
        return False
    ids = [obligation.id for obligation in owing]
    await tx.execute(sa.update(t.obligations).where(one_of(t.obligations.c.id, ids)).values(reminded_at=now))
    await letters.remind(tx, {obligation.organization_id for obligation in owing}, calendar, now)
    await audit.record(
        tx, now, by, REMINDED, directive_id=round_.directive.id, round=round_.id, organizations=len(owing)
    )
    return True


async def were_reminded(tx: Tx, round_: Round, owing: Collection[Obligation]) -> bool:
    """Whether any of these was among those who were last reminded of the round by hand."""
    ids = [obligation.id for obligation in owing]
    theirs = one_of(t.obligations.c.id, ids), t.obligations.c.reminded_at == round_.reminded_at
    return (await tx.execute(sa.select(t.obligations.c.id).where(*theirs).limit(1))).first() is not None


async def reminded_by(tx: Tx, round_: Round) -> str | None:
    """Who last had everybody reminded of the round by hand; None if that is not known any more."""
    query = (
        sa.select(t.people.c.name)
        .select_from(t.audit.join(t.people, t.people.c.id == t.audit.c.by_id))
        .where(
            t.audit.c.at == round_.reminded_at,
            t.audit.c.action == REMINDED,
            t.audit.c.directive_id == round_.directive.id,
        )
        .order_by(t.audit.c.id.desc())
    )
    name: str | None = (await tx.execute(query.limit(1))).scalar()
    return name


async def history(tx: Tx, obligation: Obligation) -> list[Deed]:
    """What has happened to the obligation, oldest first."""
    query = (
        sa.select(t.audit.c.at, t.audit.c.action, t.people.c.name, t.audit.c.detail)
        .select_from(t.audit.outerjoin(t.people, t.people.c.id == t.audit.c.by_id))
        .where(
            t.audit.c.organization_id == obligation.organization_id,
            t.audit.c.directive_id == obligation.round.directive.id,
            sa.cast(t.audit.c.detail["obligation"].as_string(), sa.BigInteger) == obligation.id,
        )
        .order_by(t.audit.c.id)
    )
    return [Deed(row.at, row.action, row.name, row.detail) for row in await tx.execute(query)]


async def _decide(
    tx: Tx,
    obligation: Obligation,
    by: int,
    now: datetime,
    state: ObligationState,
    comment: str | None,
    expected: Iterable[ObligationState],
    version: int,
    **values: Any,
) -> bool:
    changed = await tx.execute(
        sa.update(t.obligations)
        .where(
            t.obligations.c.id == obligation.id,
            t.obligations.c.state.in_(tuple(expected)),
            t.obligations.c.version == version,
        )
        .values(state=state, decided_at=now, decided_by=by, comment=comment, **values)
    )
    return changed.rowcount > 0


async def _decide_all(
    tx: Tx,
    chosen: Collection[Obligation],
    by: int,
    now: datetime,
    state: ObligationState,
    expected: Collection[ObligationState],
    action: str,
    comment: str | None = None,
    **values: Any,
) -> int:
    """Decides about those that are in one of the states; returns how many. The caller read them in this transaction."""
    changed = await tx.execute(
        sa.update(t.obligations)
        .where(
            one_of(t.obligations.c.id, [obligation.id for obligation in chosen]), t.obligations.c.state.in_(expected)
        )
        .values(state=state, decided_at=now, decided_by=by, comment=comment, **values)
        .returning(t.obligations.c.id)
    )
    done = set(changed.scalars())
    said = {"comment": comment} if comment else {}
    await _record_each(
        tx,
        now,
        by,
        action,
        [(obligation, {"version": obligation.version, **said}) for obligation in chosen if obligation.id in done],
    )
    return len(done)


async def _record(tx: Tx, now: datetime, by: int, action: str, obligation: Obligation, **detail: Any) -> None:
    await audit.record(
        tx,
        now,
        by,
        action,
        organization_id=obligation.organization_id,
        directive_id=obligation.round.directive.id,
        obligation=obligation.id,
        **detail,
    )


async def _record_each(
    tx: Tx, now: datetime, by: int, action: str, deeds: Sequence[tuple[Obligation, dict[str, Any]]]
) -> None:
    """Adds rows about many obligations to the log, by one statement for each directive."""
    by_directive: dict[str, list[tuple[int, dict[str, Any]]]] = {}
    for obligation, detail in deeds:
        about = (obligation.organization_id, {"obligation": obligation.id, **detail})
        by_directive.setdefault(obligation.round.directive.id, []).append(about)
    for directive_id, details in by_directive.items():
        await audit.record_each(tx, now, by, action, details, directive_id=directive_id)


async def _tell(tx: Tx, kind: LetterKind, about: Sequence[Obligation], calendar: WorkCalendar, now: datetime) -> None:
    """Writes a letter about each of the obligations to everybody seated at its organization."""
    if not about:
        return
    seated: dict[int, list[int]] = {}
    for seat in await seats.holders(tx, {obligation.organization_id for obligation in about}):
        seated.setdefault(seat.organization_id, []).append(seat.person_id)
    each = [
        (person_id, str(obligation.id), {"obligation": obligation.id})
        for obligation in about
        for person_id in seated.get(obligation.organization_id, [])
    ]
    await letters.write_each(tx, kind, each, now, calendar)


def _until(obligation: Obligation, due_at: datetime, calendar: WorkCalendar, now: datetime) -> dict[str, Any]:
    """The moments of what is owed and due then."""
    return {**moments(replace(obligation, due_at=due_at)), **_next(next_of(obligation, due_at, calendar, now))}


def _next(reminder: Reminder | None) -> dict[str, Any]:
    return {
        "next_reminder_at": reminder.at if reminder else None,
        "next_reminder_days": reminder.days if reminder else None,
    }
