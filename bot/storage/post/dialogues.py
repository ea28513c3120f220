"""Conversations that are going on, so that a restart interrupts nobody."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.prepared import Prepared, Upsert

# The kind of whoever has a form open: what they type is an answer. During any other it is not.
FORM = "form"
# The kind of whoever asks for more time: `obligation`, `step`, and so far as they have said it `until` and `reason`.
EXTENSION = "extension"

_THEIRS = t.dialogues.c.person_id == sa.bindparam("whose")
_GET = Prepared(sa.select(t.dialogues).where(_THEIRS))
_END = Prepared(sa.delete(t.dialogues).where(_THEIRS))
_PUT = Upsert(t.dialogues, ("person_id",), ("kind", "data", "updated_at"))


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A conversation that is going on: its kind, and what has been said so far as JSON."""

    kind: str = ""
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def takes_words(self) -> bool:
        """Whether what is typed next belongs to a conversation, and is no answer to a form."""
        return self.kind not in ("", FORM)


async def get(tx: Tx, person_id: int) -> Dialogue:
    """The person's conversation; an empty one if there is none."""
    row = await _GET.first(tx, whose=person_id)
    return Dialogue(row.kind, row.data) if row else Dialogue()


async def put(tx: Tx, person_id: int, dialogue: Dialogue, now: datetime) -> None:
    """Makes the dialogue the person's conversation."""
    await _PUT.run(tx, person_id=person_id, kind=dialogue.kind, data=dialogue.data, updated_at=now)


async def end(tx: Tx, person_id: int) -> None:
    """Forgets the person's conversation."""
    await _END.run(tx, whose=person_id)


async def prune(tx: Tx, before: datetime) -> int:
    """Forgets conversations that have stood still since that time; returns how many."""
    return (await tx.execute(sa.delete(t.dialogues).where(t.dialogues.c.updated_at < before))).rowcount
