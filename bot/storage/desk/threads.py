"""Threads: what a person and the department write to each other about one matter."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.desk.thread import Thread
from bot.domain.people.member import Limits
from bot.storage import schema as t
from bot.storage.desk import announcements
from bot.storage.engine.database import Tx
from bot.storage.engine.holding import hold
from bot.storage.engine.mapped import Mapped
from bot.storage.engine.prepared import insert
from bot.storage.ledger import directives
from bot.storage.people import seats
from bot.storage.people.belonging import within, within_then
from bot.storage.post import audit

_JOINED = (
    t.threads.join(t.people, t.people.c.id == t.threads.c.person_id)
    .outerjoin(t.organizations, t.organizations.c.id == t.threads.c.organization_id)
    .outerjoin(t.obligations, t.obligations.c.id == t.threads.c.obligation_id)
    .outerjoin(t.rounds, t.rounds.c.id == t.obligations.c.round_id)
    .outerjoin(t.directive_versions, t.directive_versions.c.id == t.rounds.c.directive_version_id)
)
_THREAD = Mapped(
    Thread,
    t.threads,
    but=("about", "announcement"),
    person_name=t.people.c.name,
    organization_name=t.organizations.c.name,
    organization_label=t.organizations.c.label,
)
_NEWEST_FIRST = (t.threads.c.spoken_at.desc(), t.threads.c.id.desc())


async def remember(tx: Tx, chat_id: int, message_ids: Collection[int], thread_id: int) -> None:
    """Remembers that a reply to one of the messages belongs to the thread. Does nothing if the thread is gone."""
    if (
        not message_ids
        or (await tx.execute(sa.select(t.threads.c.id).where(t.threads.c.id == thread_id))).first() is None
    ):
        return
    statement = insert(tx, t.thread_messages).on_conflict_do_nothing(index_elements=["chat_id", "message_id"])
    await tx.execute(
        statement,
        [{"chat_id": chat_id, "message_id": message_id, "thread_id": thread_id} for message_id in message_ids],
    )


async def of_message(tx: Tx, chat_id: int, message_id: int) -> int | None:
    """The id of the message's thread. A topic of a forum counts as the message that began it."""
    query = sa.select(t.thread_messages.c.thread_id).where(
        t.thread_messages.c.chat_id == chat_id, t.thread_messages.c.message_id == message_id
    )
    return (await tx.execute(query)).scalar()


async def begin(
    tx: Tx,
    person_id: int,
    organization_id: int | None,
    obligation_id: int | None,
    now: datetime,
    *,
    announcement_id: int | None = None,
) -> Thread:
    """Continues or begins the person's thread about the request, or in reply to the announcement; without either,
    about the organization in general."""
    matter = _matter(organization_id, obligation_id, announcement_id)
    query = sa.select(t.threads.c.id).where(t.threads.c.person_id == person_id, matter).order_by(*_NEWEST_FIRST)
    thread_id = (await tx.execute(query)).scalar()
    if thread_id is None:
        # Two of the department may begin it at once.
        await hold(tx, t.people.c.id, person_id)
        statement = sa.insert(t.threads).values(
            person_id=person_id,
            organization_id=organization_id,
            obligation_id=obligation_id,
            announcement_id=announcement_id,
            opened_at=now,
            spoken_at=now,
            waits=False,
        )
        thread_id = (await tx.execute(statement.returning(t.threads.c.id))).scalar_one()
    thread = await get(tx, thread_id)
    assert thread is not None
    return thread


def _matter(organization_id: int | None, obligation_id: int | None, announcement_id: int | None) -> Any:
    """The condition that a thread is about that."""
    if obligation_id is not None:
        return t.threads.c.obligation_id == obligation_id
    if announcement_id is not None:
        return t.threads.c.announcement_id == announcement_id
    return sa.and_(
        t.threads.c.obligation_id.is_(None),
        t.threads.c.announcement_id.is_(None),
        t.threads.c.organization_id.is_not_distinct_from(organization_id),
    )


async def get(tx: Tx, thread_id: int) -> Thread | None:
    """The thread; None if there is none, or its person has had their data erased."""
    threads = await _load(tx, _query().where(t.threads.c.id == thread_id))
    return threads[0] if threads else None


async def of_person(tx: Tx, person_id: int, limit: int, offset: int) -> tuple[list[Thread], int]:
    """A page of the person's threads, the latest first, and how many there are in all."""
    mine = t.threads.c.person_id == person_id
    page = await _load(tx, _query().where(mine).order_by(*_NEWEST_FIRST).limit(limit).offset(offset))
    return page, await _count(tx, mine)


async def listed(tx: Tx, limits: Limits, limit: int, offset: int) -> tuple[list[Thread], int]:
    """A page of the threads within the limits, those that wait for the department first; and how many in all."""
    mine = await _within(tx, limits)
    order = (t.threads.c.waits.desc(), *_NEWEST_FIRST)
    page = await _load(tx, _query().where(*mine).order_by(*order).limit(limit).offset(offset))
    return page, await _count(tx, *mine)


async def waiting(tx: Tx, limits: Limits) -> int:
    """How many threads within the limits wait for the department."""
    return await _count(tx, t.threads.c.waits, *await _within(tx, limits))


async def covered(tx: Tx, thread_id: int, limits: Limits) -> bool:
    """Whether the thread is within a curator's limits."""
    return await _count(tx, t.threads.c.id == thread_id, *await _within(tx, limits)) > 0


async def speaks_there(tx: Tx, thread: Thread) -> bool:
    """Whether the thread's person holds a seat at its organization, or waits for one, if it is about one."""
    if thread.organization_id is None:
        return True
    return thread.organization_id in {seat.organization_id for seat in await seats.of_person(tx, thread.person_id)}


async def close(tx: Tx, thread: Thread, by: int, now: datetime) -> bool:
    """Notes that the thread needs no answer; False if it waits for none any more."""
    changed = await tx.execute(
        sa.update(t.threads).where(t.threads.c.id == thread.id, t.threads.c.waits).values(waits=False)
    )
    if changed.rowcount:
        await audit.record(tx, now, by, "thread.closed", organization_id=thread.organization_id, **thread.on_record)
    return changed.rowcount > 0


async def set_topic(tx: Tx, thread_id: int, chat_id: int, topic_id: int) -> None:
    """Sets the thread's topic in the department's forum."""
    await tx.execute(sa.update(t.threads).where(t.threads.c.id == thread_id).values(topic_id=topic_id))
    await remember(tx, chat_id, [topic_id], thread_id)


async def topic(tx: Tx, thread: Thread, chat_id: int) -> int | None:
    """The thread's topic in that chat; None if its number belongs to a group that the department had before."""
    if thread.topic_id is None or await of_message(tx, chat_id, thread.topic_id) != thread.id:
        return None
    return thread.topic_id


async def _within(tx: Tx, limits: Limits) -> list[Any]:
    # What is about a request belongs to those whose matter that is; otherwise to those whose organization it is now.
    conditions: list[Any] = [
        sa.case((t.threads.c.obligation_id.is_(None), by_organization), else_=then)
        for by_organization, then in zip(
            within(t.threads.c.organization_id, limits), within_then(t.obligations, limits), strict=True
        )
    ]
    if not limits.are_none:
        query = sa.select(t.directive_versions.c.id, t.directive_versions.c.body).where(
            t.directive_versions.c.id.in_(
                sa.select(t.rounds.c.directive_version_id)
                .select_from(
                    t.threads.join(t.obligations, t.obligations.c.id == t.threads.c.obligation_id).join(
                        t.rounds, t.rounds.c.id == t.obligations.c.round_id
                    )
                )
                .distinct()
            )
        )
        versions = [row.id for row in await tx.execute(query) if limits.covers(directives.restore(row.body))]
        conditions.append(sa.or_(t.threads.c.obligation_id.is_(None), t.rounds.c.directive_version_id.in_(versions)))
    return conditions


async def _count(tx: Tx, *conditions: Any) -> int:
    query = sa.select(sa.func.count()).select_from(_JOINED).where(*conditions)
    return int((await tx.execute(query)).scalar_one())


def _query() -> sa.Select[Any]:
    return sa.select(
        *_THREAD.columns,
        t.threads.c.announcement_id,
        t.rounds.c.title.label("round_title"),
        t.directive_versions.c.body,
    ).select_from(_JOINED)


async def _load(tx: Tx, query: sa.Select[Any]) -> list[Thread]:
    rows = (await tx.execute(query)).all()
    announced = await announcements.some(tx, {row.announcement_id for row in rows if row.announcement_id is not None})
    return [
        _THREAD(row, about=_about(row.body, row.round_title), announcement=announced.get(row.announcement_id))
        for row in rows
    ]


def _about(body: str | None, round_title: str | None) -> str | None:
    if body is None:
        return None
    title = directives.restore(body).title
    return f"{title} · {round_title}" if round_title else title
