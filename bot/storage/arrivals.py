"""What every update needs, read by one statement: who sent it, their conversation, and the catalog's edition."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.ledger.obligation import Draft, Obligation
from bot.domain.people.member import Person
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.prepared import Prepared
from bot.storage.ledger import beside, drafts, obligations, rounds, sent_directives
from bot.storage.ledger.sent_directives import Edition
from bot.storage.people import people
from bot.storage.post import dialogues, meta
from bot.storage.post.dialogues import Dialogue

_EDITION = sa.select(t.meta.c.value).where(t.meta.c.key == meta.CATALOG_EDITION).scalar_subquery()
_LOOK = (
    sa.select(
        *people.PERSON.columns,
        t.dialogues.c.kind,
        t.dialogues.c.data,
        _EDITION.label("edition"),
        t.people.c.reminder_message_id,
        t.people.c.handled_id,
        t.people.c.handled_at,
        t.people.c.waited,
        t.messages.c.obligation_id.label("about_id"),
        t.messages.c.field.label("about_field"),
    )
    .select_from(
        t.people.outerjoin(t.staff, t.staff.c.person_id == t.people.c.id)
        .outerjoin(t.dialogues, t.dialogues.c.person_id == t.people.c.id)
        .outerjoin(
            t.messages,
            sa.and_(t.messages.c.person_id == t.people.c.id, t.messages.c.message_id == sa.bindparam("pressed")),
        )
    )
    .where(t.people.c.id == sa.bindparam("whose"))
)
_ALONE = Prepared(_LOOK)
# The button is of the form of an obligation: all that its press needs is looked up at once.
_WITH_FORM = Prepared(
    _LOOK.add_columns(*obligations.OWED.columns, *rounds.ROUND.columns, *drafts.BEGUN.columns, *beside.STAYS)
    .outerjoin(t.obligations, obligations.IS_THEIRS)
    .outerjoin(t.organizations, t.organizations.c.id == t.obligations.c.organization_id)
    .outerjoin(t.rounds, t.rounds.c.id == t.obligations.c.round_id)
    .outerjoin(t.directive_versions, t.directive_versions.c.id == t.rounds.c.directive_version_id)
    .outerjoin(t.drafts, sa.and_(t.drafts.c.obligation_id == t.obligations.c.id, t.drafts.c.person_id == t.people.c.id))
)


@dataclass(frozen=True, slots=True)
class Form:
    """The obligation that the button is about, which is the person's to answer now, and their draft of the answer.

    `beside`: what stands beside it, for `after` of `bot.storage.ledger.beside`.
    """

    obligation: Obligation
    draft: Draft | None
    beside: Any


@dataclass(frozen=True, slots=True)
class Arrival:
    """What is known of whoever sent an update. `person` None: a stranger, about whom nothing is kept."""

    person: Person | None
    dialogue: Dialogue
    edition: Edition
    # The number of the reminder that stands in their chat.
    reminder: int | None = None
    # The newest update of theirs that was handled, when, and what was asked of them before each of the last.
    handled_id: int | None = None
    handled_at: datetime | None = None
    waited: Sequence[Any] = ()
    # The obligation that the pressed message is about, and a field if it was typed for that.
    about: tuple[int, str | None] | None = None
    form: Form | None = None


async def look(
    tx: Tx, person_id: int, now: datetime, *, pressed: int | None = None, obligation_id: int | None = None
) -> Arrival:
    """Reads what is known of the person; `pressed`: the number of the message whose button was pressed, and
    `obligation_id`: of what it is a form's."""
    if obligation_id is None:
        row = await _ALONE.first(tx, whose=person_id, pressed=pressed)
    else:
        row = await _WITH_FORM.first(tx, whose=person_id, pressed=pressed, its=obligation_id, now=now)
    if row is None:
        return Arrival(None, await dialogues.get(tx, person_id), await sent_directives.edition(tx))
    dialogue = Dialogue(row.kind, row.data) if row.kind is not None else Dialogue()
    return Arrival(
        people.PERSON(row),
        dialogue,
        sent_directives.edition_of(row.edition),
        row.reminder_message_id,
        row.handled_id,
        row.handled_at,
        row.waited or (),
        (row.about_id, row.about_field) if row.about_id is not None else None,
        _form(row) if obligation_id is not None else None,
    )


def _form(row: Any) -> Form | None:
    if row.owed_id is None:
        return None
    obligation = obligations.OWED(row, round=rounds.ROUND(row))
    return Form(obligation, drafts.BEGUN(row) if row.draft_person_id is not None else None, row)
