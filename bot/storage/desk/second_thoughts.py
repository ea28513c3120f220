"""What becomes of a one-off question after it was asked: it gets other words, ends early, or is taken back.

Nothing of it is deleted. A question that was taken back is a round that is not open: neither control nor reports know
of it, its obligations are excused, and the log says who did it.
"""

from collections import defaultdict
from datetime import datetime

import sqlalchemy as sa

from bot.domain.desk.question import Question, reworded
from bot.domain.ledger.control import Part
from bot.domain.ledger.obligation import UNANSWERED, ObligationState, Round
from bot.domain.letter import LetterKind
from bot.domain.people.member import Limits, SeatState
from bot.domain.timing.calendar import WorkCalendar
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.ledger import decisions, directives, drafts
from bot.storage.ledger.control import control
from bot.storage.people import belonging
from bot.storage.post import audit, letters

_NO_REMINDER = {"next_reminder_at": None, "next_reminder_days": None}


async def is_wholly_within(tx: Tx, round_: Round, limits: Limits) -> bool:
    """Whether everybody whom it was asked of is within the limits: what is done to it is done to all of them."""
    if not limits.covers(round_.directive):
        return False
    within = belonging.within_then(t.obligations, limits)
    if not within:
        return True
    beyond = sa.select(t.obligations.c.id).where(t.obligations.c.round_id == round_.id, sa.not_(sa.and_(*within)))
    return (await tx.execute(beyond.limit(1))).first() is None


async def reword(tx: Tx, round_: Round, corrected: Question, by: int, now: datetime) -> bool:
    """Gives what was asked the words of `corrected`; answers stay. False if it takes no answers any more."""
    directive = reworded(round_.directive, corrected)
    version = await directives.keep(tx, directive, now)
    changed = await tx.execute(
        sa.update(t.rounds)
        .where(t.rounds.c.id == round_.id, t.rounds.c.opened_at.is_not(None), _is_running(now))
        .values(directive_version_id=version)
    )
    if not changed.rowcount:
        return False
    await audit.record(
        tx, now, by, "question.corrected", directive_id=directive.id, round=round_.id, was=round_.directive.prompt
    )
    await _redraw(tx, round_, now)
    return True


async def tell(tx: Tx, round_: Round, calendar: WorkCalendar, now: datetime) -> None:
    """Tells those who have the question, in working hours, that its words were others; `round_` as it was before."""
    for obligation_id, person_ids in (await _asked(tx, round_.id)).items():
        await letters.write(
            tx,
            LetterKind.REWORDED,
            person_ids,
            now,
            hours=calendar,
            # Of several corrections in a row people hear once, with the words that they have read.
            dedup=str(obligation_id),
            obligation=obligation_id,
            was=round_.directive.prompt,
        )


async def told(tx: Tx, round_: Round) -> int:
    """To how many people `tell` would write."""
    return len({person_id for person_ids in (await _asked(tx, round_.id)).values() for person_id in person_ids})


async def close(tx: Tx, round_: Round, reason: str, by: int, now: datetime) -> bool:
    """Ends it now. Whoever still had time owes nothing any more; who is late by then, stays so.

    `reason`: what they read. False if it has ended already.
    """
    changed = await tx.execute(
        sa.update(t.rounds)
        .where(t.rounds.c.id == round_.id, t.rounds.c.opened_at.is_not(None), _is_running(now))
        .values(closes_at=min(round_.closes_at, now), due_at=min(round_.due_at, now))
    )
    if not changed.rowcount:
        return False
    owing = await control.members(tx, round_.id, Part.OWING, Limits())
    in_time = [obligation for obligation in owing if not obligation.is_overdue(now)]
    await audit.record(
        tx, now, by, "question.closed", directive_id=round_.directive.id, round=round_.id, excused=len(in_time)
    )
    await decisions.excuse_all(tx, in_time, by, now, reason)
    its = t.obligations.c.round_id == round_.id
    await tx.execute(sa.update(t.obligations).where(its, t.obligations.c.due_at > now).values(due_at=now))
    await tx.execute(sa.update(t.obligations).where(its).values(closes_at=None, **_NO_REMINDER))
    await _redraw(tx, round_, now)
    return True


async def take_back(tx: Tx, round_: Round, reason: str, by: int, now: datetime) -> bool:
    """Takes it back from everybody; what was answered is kept and counts nowhere. False if that was done already."""
    changed = await tx.execute(
        sa.update(t.rounds)
        .where(t.rounds.c.id == round_.id, t.rounds.c.opened_at.is_not(None))
        .values(opened_at=None, skipped_at=now)
    )
    if not changed.rowcount:
        return False
    answers = await tx.execute(
        sa.update(t.obligations)
        .where(t.obligations.c.round_id == round_.id)
        .values(state=ObligationState.EXCUSED, decided_at=now, decided_by=by, comment=reason, **_NO_REMINDER)
        .returning(t.obligations.c.version)
    )
    answered = sum(1 for version in answers.scalars() if version)
    await audit.record(
        tx, now, by, "question.recalled", directive_id=round_.directive.id, round=round_.id, answered=answered
    )
    await _redraw(tx, round_, now)
    return True


async def is_running(tx: Tx, round_: Round, now: datetime) -> bool:
    """Whether it takes answers, of some organization at least."""
    query = sa.select(t.rounds.c.id).where(t.rounds.c.id == round_.id, t.rounds.c.opened_at.is_not(None))
    return (await tx.execute(query.where(_is_running(now)))).first() is not None


def _is_running(now: datetime) -> sa.ColumnElement[bool]:
    """The condition that it takes answers, of some organization at least."""
    extended = sa.exists().where(
        t.obligations.c.round_id == t.rounds.c.id,
        t.obligations.c.due_at > now,
        t.obligations.c.state.not_in((ObligationState.ACCEPTED, ObligationState.EXCUSED)),
    )
    return sa.or_(t.rounds.c.closes_at > now, extended)


async def _asked(tx: Tx, round_id: int) -> dict[int, list[int]]:
    """Who has been asked and sits there still, by obligation."""
    query = (
        sa.select(t.askings.c.obligation_id, t.askings.c.person_id)
        .select_from(
            t.askings.join(t.obligations, t.obligations.c.id == t.askings.c.obligation_id).join(
                t.seats,
                sa.and_(
                    t.seats.c.organization_id == t.obligations.c.organization_id,
                    t.seats.c.person_id == t.askings.c.person_id,
                    t.seats.c.state == SeatState.SEATED,
                ),
            )
        )
        .where(
            t.obligations.c.round_id == round_id,
            t.obligations.c.state.in_((*UNANSWERED, ObligationState.ANSWERED)),
        )
        .order_by(t.askings.c.obligation_id, t.askings.c.person_id)
    )
    asked: dict[int, list[int]] = defaultdict(list)
    for row in await tx.execute(query):
        asked[row.obligation_id].append(row.person_id)
    return asked


async def _redraw(tx: Tx, round_: Round, now: datetime) -> None:
    await drafts.redraw(tx, t.obligations.c.round_id == round_.id, now)
