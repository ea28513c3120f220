"""Deadlines in a person's own calendar, which knows only what the files that it was given have said."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

# A file that was not opened misses what it took back: so long each later one says it again.
_SAID_AGAIN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Deadline:
    """When an answer is due, as a file says it. `sequence` grows with each change, which was first said `changed_at`.

    `cancelled`: an earlier file has it, and no answer is wanted any more.
    """

    obligation_id: int
    title: str
    due_at: datetime
    changed_at: datetime
    sequence: int = 0
    cancelled: bool = False


def to_be_said(owed: Sequence[Deadline], said: Sequence[Deadline], now: datetime) -> list[Deadline]:
    """What the next file says, of what is owed now and of what the files before it have `said`; by due date."""
    before = {deadline.obligation_id: deadline for deadline in said}
    there = [_after(before.pop(deadline.obligation_id, None), deadline) for deadline in owed]
    gone = [
        deadline
        if deadline.cancelled
        else replace(deadline, cancelled=True, sequence=deadline.sequence + 1, changed_at=now)
        for deadline in before.values()
        if not deadline.cancelled or deadline.changed_at > now - _SAID_AGAIN
    ]
    return sorted([*there, *gone], key=lambda deadline: (deadline.due_at, deadline.obligation_id))


def standing(owed: Sequence[Deadline], said: Sequence[Deadline]) -> list[Deadline]:
    """What a subscription says: all that is owed, and nothing else. It is read whole, so what is gone is gone."""
    before = {deadline.obligation_id: deadline for deadline in said}
    return sorted(
        (_after(before.get(deadline.obligation_id), deadline) for deadline in owed),
        key=lambda deadline: (deadline.due_at, deadline.obligation_id),
    )


def _after(said: Deadline | None, deadline: Deadline) -> Deadline:
    if said is None:
        return deadline
    if replace(deadline, sequence=said.sequence, changed_at=said.changed_at) == said:
        return said
    return replace(deadline, sequence=said.sequence + 1)
