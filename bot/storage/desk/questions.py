"""One-off questions: their authors' drafts, questions that were asked, and the department's templates."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter

from bot.domain.desk.audience import Audience
from bot.domain.desk.question import Question, directive_id
from bot.domain.people.member import Limits
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.mapped import Mapped
from bot.storage.ledger import directives, rounds
from bot.storage.post import audit

_JOINED = t.questions.outerjoin(t.people, t.people.c.id == t.questions.c.by_id)
_QUESTION = TypeAdapter(Question)
_LATEST_FIRST = (t.questions.c.updated_at.desc(), t.questions.c.id.desc())


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored question. `by_id` and `by_name` are None when its author has had their data erased.

    It is a template, or it was asked (`round_id`), or it is a draft that only its author sees.
    """

    id: int
    by_id: int | None
    by_name: str | None
    question: Question
    created_at: datetime
    updated_at: datetime
    round_id: int | None
    is_template: bool

    @property
    def is_draft(self) -> bool:
        """Whether it is being composed."""
        return self.round_id is None and not self.is_template


def dump(question: Question) -> dict[str, Any]:
    """All fields of the question as JSON."""
    stored: dict[str, Any] = _QUESTION.dump_python(question, mode="json")
    return stored


def restore(stored: dict[str, Any]) -> Question:
    """The question that `dump` wrote; keys that an older program did not write take their defaults."""
    return _QUESTION.validate_python(stored)


_STORED = Mapped(
    Stored,
    t.questions,
    loads={"question": restore},
    question=t.questions.c.body,
    by_name=t.people.c.name,
    is_template=t.questions.c.template,
)


async def create(tx: Tx, question: Question, by: int, now: datetime) -> int:
    """Makes a draft; returns its id."""
    return await _add(tx, question, by, now, template=False)


async def get(tx: Tx, question_id: int) -> Stored | None:
    """The question of that id, whoever asks."""
    questions = await _load(tx, t.questions.c.id == question_id)
    return questions[0] if questions else None


async def change(tx: Tx, question_id: int, by: int, now: datetime, question: Question) -> bool:
    """Replaces a draft's content; False if it is no draft of that person's any more."""
    changed = await tx.execute(
        sa.update(t.questions).where(_is_draft(question_id, by)).values(body=dump(question), updated_at=now)
    )
    return changed.rowcount > 0


async def edit(
    tx: Tx, question_id: int, by: int, now: datetime, work: Callable[[Question], Question]
) -> Question | None:
    """Has `work` change a draft; returns the question, None if it is no draft of that person's any more."""
    stored = await get(tx, question_id)
    if stored is None or not stored.is_draft or stored.by_id != by:
        return None
    edited = work(stored.question)
    if edited != stored.question and not await change(tx, question_id, by, now, edited):
        return None
    return edited


async def asked(tx: Tx, question_id: int, round_id: int, by: int, now: datetime) -> bool:
    """Notes that the draft was asked as that round; False if somebody was quicker."""
    changed = await tx.execute(
        sa.update(t.questions).where(_is_draft(question_id, by)).values(round_id=round_id, updated_at=now)
    )
    if changed.rowcount:
        asked_as = directive_id(question_id)
        await audit.record(tx, now, by, "question.asked", directive_id=asked_as, question=question_id, round=round_id)
    return changed.rowcount > 0


async def last_audience(tx: Tx, by: int) -> Audience:
    """For whom the person's last question was; nobody, if they have asked none."""
    query = sa.select(t.questions.c.body).where(t.questions.c.by_id == by, t.questions.c.round_id.is_not(None))
    body = (await tx.execute(query.order_by(*_LATEST_FIRST).limit(1))).scalar()
    return Audience() if body is None else _undated(restore(body)).audience


async def reword(tx: Tx, question_id: int, question: Question) -> None:
    """What was asked has other words now."""
    await tx.execute(sa.update(t.questions).where(t.questions.c.id == question_id).values(body=dump(question)))


async def keep(tx: Tx, question: Question, by: int, now: datetime) -> bool:
    """Keeps the question as a template, without its due date; False if the same template is kept already."""
    template = _undated(question)
    if any(stored.question == template for stored in await templates(tx)):
        return False
    await _add(tx, template, by, now, template=True)
    return True


async def copy(tx: Tx, question: Question, due: date, by: int, now: datetime) -> int:
    """Makes a draft of the question, due on that day; returns its id. A second press makes no second draft."""
    begun = replace(_undated(question), due=due)
    for stored in await drafts(tx, by):
        if stored.question == begun:
            return stored.id
    return await create(tx, begun, by, now)


async def remove(tx: Tx, stored: Stored, by: int, now: datetime) -> bool:
    """Removes a template, or a draft of the person `by`; False if it is gone or was asked meanwhile."""
    mine = t.questions.c.template if stored.is_template else _is_draft(stored.id, by)
    gone = await tx.execute(sa.delete(t.questions).where(t.questions.c.id == stored.id, mine))
    if gone.rowcount and stored.is_template:
        # What is done to a draft is nobody's business but its author's.
        await audit.record(tx, now, by, "question.unkept", question=stored.id, name=stored.question.title)
    return gone.rowcount > 0


async def drafts(tx: Tx, by: int) -> list[Stored]:
    """The person's drafts, the latest first."""
    return await _load(tx, t.questions.c.by_id == by, t.questions.c.round_id.is_(None), sa.not_(t.questions.c.template))


async def templates(tx: Tx) -> list[Stored]:
    """Templates, the latest first."""
    return await _load(tx, t.questions.c.template)


async def sent(tx: Tx, limits: Limits) -> list[Stored]:
    """Questions that were asked and are within the limits, the latest first."""
    query = (
        sa.select(*_STORED.columns, t.directive_versions.c.body.label("directive"))
        .select_from(
            _JOINED.join(t.rounds, t.rounds.c.id == t.questions.c.round_id).join(
                t.directive_versions, t.directive_versions.c.id == t.rounds.c.directive_version_id
            )
        )
        .order_by(*_LATEST_FIRST)
    )
    rows = (await tx.execute(query)).all()
    asked = {row.id: directives.restore(row.directive) for row in rows}
    theirs = await rounds.directives_within(tx, asked.values(), limits)
    return [_STORED(row) for row in rows if asked[row.id].id in theirs]


def _undated(question: Question) -> Question:
    # An audience of the silent does not last: other organizations are silent when the question is asked again.
    audience = question.audience
    if audience.unanswered is not None or audience.unacknowledged is not None:
        audience = Audience()
    return replace(question, due=None, until=None, audience=audience)


def _is_draft(question_id: int, by: int) -> sa.ColumnElement[bool]:
    return sa.and_(
        t.questions.c.id == question_id,
        t.questions.c.by_id == by,
        t.questions.c.round_id.is_(None),
        sa.not_(t.questions.c.template),
    )


async def _add(tx: Tx, question: Question, by: int, now: datetime, *, template: bool) -> int:
    row = await tx.execute(
        t.questions.insert().values(
            by_id=by, body=dump(question), created_at=now, updated_at=now, round_id=None, template=template
        )
    )
    question_id: int = row.inserted_primary_key[0]  # type: ignore[index]
    if template:
        await audit.record(tx, now, by, "question.kept", question=question_id, name=question.title)
    return question_id


async def _load(tx: Tx, *conditions: sa.ColumnElement[bool]) -> list[Stored]:
    query = sa.select(*_STORED.columns).select_from(_JOINED).where(*conditions)
    return [_STORED(row) for row in await tx.execute(query.order_by(*_LATEST_FIRST))]
