"""What every update is met with, in one look: who it is, where they are in a conversation, which catalog holds."""

from dataclasses import dataclass

import sqlalchemy as sa

from bot.domain.people.member import Person
from bot.storage.engine.database import Tx
from bot.storage.engine.prepared import Prepared
from bot.storage.ledger import sent_directives
from bot.storage.ledger.sent_directives import Edition
from bot.storage.people import people
from bot.storage.post import dialogues as conversations
from bot.storage.post import meta
from bot.storage.post.dialogues import Dialogue
from bot.storage.schema import dialogues, staff
from bot.storage.schema import meta as facts
from bot.storage.schema import people as people_rows

_EDITION = sa.select(facts.c.value).where(facts.c.key == meta.CATALOG_EDITION).scalar_subquery()
_LOOK = Prepared(
    sa.select(
        *people.PERSON.columns,
        dialogues.c.kind,
        dialogues.c.data,
        _EDITION.label("edition"),
        people_rows.c.reminder_message_id,
    )
    .select_from(
        people_rows.outerjoin(staff, staff.c.person_id == people_rows.c.id).outerjoin(
            dialogues, dialogues.c.person_id == people_rows.c.id
        )
    )
    .where(people_rows.c.id == sa.bindparam("whose"))
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """`person` None: a stranger, about whom nothing is kept."""

    person: Person | None
    dialogue: Dialogue
    edition: Edition
    # The reminder that stands in their chat.
    reminder: int | None = None


async def look(tx: Tx, person_id: int) -> Arrival:
    """What is known of whoever sent the update, by one statement."""
    row = await _LOOK.first(tx, whose=person_id)
    if row is None:
        return Arrival(None, await conversations.get(tx, person_id), await sent_directives.edition(tx))
    dialogue = Dialogue(row.kind, row.data) if row.kind is not None else Dialogue()
    return Arrival(people.PERSON(row), dialogue, sent_directives.edition_of(row.edition), row.reminder_message_id)
