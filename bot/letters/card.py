"""What the screens of one request are drawn from, looked up."""

from datetime import date, datetime

from bot.domain.catalog.catalog import Catalog
from bot.domain.ledger.obligation import Draft, Obligation, ObligationState, Reply
from bot.domain.screen import Screen
from bot.storage.engine.database import Tx
from bot.storage.ledger import extensions, obligations, replies
from bot.views import form
from bot.views.department.control import on_behalf


async def draw(
    tx: Tx, obligation: Obligation, catalog: Catalog, now: datetime, person_id: int, newest: Reply | None = None
) -> form.Card:
    """Gathers what the screens of a request are drawn from; `newest`: the answer that counts, if it is known."""
    if newest is None and obligation.version:
        newest = await replies.newest(tx, obligation.id)
    first_at = newest.at if newest is not None else None
    if newest is not None and newest.version > 1:
        first_at = await replies.first_at(tx, obligation.id)
    return form.Card(
        obligation,
        now,
        catalog.calendar.zone,
        source=catalog.source,
        # A copy of an earlier answer is offered only before anything is answered.
        has_previous=obligation.version == 0 and await replies.previous(tx, obligation) is not None,
        others=await obligations.others(tx, person_id, obligation.id, now),
        newest=newest,
        first_at=first_at,
        remarks=await replies.remarks_to(tx, obligation.id),
        extension=await extensions.of_obligation(tx, obligation.id, now) if obligation.is_unanswered else None,
    )


def as_it_stands(card: form.Card, kept: Draft | None, month: date | None = None) -> Screen:
    """The request as it stands for whoever has that draft of an answer."""
    shown = _as_it_stands(card, kept, month)
    return on_behalf.form(card.obligation, shown) if card.obligation.on_behalf else shown


def _as_it_stands(card: form.Card, kept: Draft | None, month: date | None) -> Screen:
    obligation = card.obligation
    if obligation.state is ObligationState.EXCUSED:
        return form.excused(card)
    if obligation.takes_answers(card.now):
        if kept is not None:
            return form.of_draft(card, kept, month)
        return form.request(card) if obligation.is_unanswered else form.accepted(card)
    return form.accepted(card) if obligation.version else form.closed(card)
