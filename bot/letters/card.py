"""What the screens of one request are drawn from, looked up."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from types import MappingProxyType

from bot.domain.catalog.catalog import Catalog
from bot.domain.ledger.obligation import Draft, Obligation, ObligationState
from bot.domain.ledger.sums import Gathered, NotGathered
from bot.domain.people.messenger import messenger_of
from bot.domain.screen import Screen
from bot.storage.engine.database import Tx
from bot.storage.ledger import beside, sums
from bot.storage.ledger.beside import Beside
from bot.views.department.control import on_behalf
from bot.views.heads import form
from bot.views.heads.card import Card, compared

_NO_SUMS: Mapping[str, Gathered | NotGathered] = MappingProxyType({})


async def draw(tx: Tx, obligation: Obligation, catalog: Catalog, now: datetime, person_id: int) -> Card:
    """Gathers what the screens of a request are drawn from."""
    cards = await draw_each(tx, [(person_id, obligation)], {person_id: catalog}, now)
    return cards[person_id, obligation.id]


async def draw_each(
    tx: Tx, requests: Collection[tuple[int, Obligation]], readers: Mapping[int, Catalog], now: datetime
) -> dict[tuple[int, int], Card]:
    """The same for many: each for a person; by the ids of both. `readers`: the catalog as each person sees it."""
    about = await beside.look(tx, requests, now)
    # What is proposed is the same for all of an organization.
    summing = {
        obligation.id: (obligation, readers[reader].own_types)
        for reader, obligation in requests
        if obligation.round.directive.sums_up
    }
    proposed = {id: await sums.proposed(tx, *its) for id, its in summing.items()}
    return {
        (person_id, obligation.id): card_of(
            obligation,
            readers[person_id],
            now,
            about[person_id, obligation.id],
            sums_of=proposed.get(obligation.id, {}),
            folds=messenger_of(person_id).folds,
        )
        for person_id, obligation in requests
    }


def card_of(
    obligation: Obligation,
    catalog: Catalog,
    now: datetime,
    its: Beside,
    *,
    sums_of: Mapping[str, Gathered | NotGathered] = _NO_SUMS,
    folds: bool = True,
) -> Card:
    """The same with what stands beside the request."""
    zone = obligation.zone(catalog.calendar)
    return Card(
        obligation,
        now,
        zone,
        is_elsewhere=zone != catalog.calendar.zone,
        has_moved=zone != catalog.calendar.of(obligation.organization_territory).zone,
        source=catalog.source_of(obligation.round.directive),
        # A copy of an earlier answer is offered only before anything is answered.
        has_previous=its.has_previous,
        others=its.others,
        newest=its.newest,
        first_at=its.first_at,
        remarks=its.remarks,
        extension=its.extension,
        compared=compared(obligation, catalog.known_territories if catalog.territories else {}),
        sums=sums_of,
        folds=folds,
    )


def as_it_stands(card: Card, kept: Draft | None, month: date | None = None, *, brief: bool = False) -> Screen:
    """The request as it stands for whoever has that draft of an answer; `brief`: below something else that is said."""
    shown = _as_it_stands(card, kept, month, brief=brief)
    return on_behalf.form(card.obligation, shown) if card.obligation.on_behalf else shown


def _as_it_stands(card: Card, kept: Draft | None, month: date | None, *, brief: bool) -> Screen:
    obligation = card.obligation
    if obligation.state is ObligationState.EXCUSED:
        return form.excused(card)
    if obligation.takes_answers(card.now):
        if kept is not None:
            return form.of_draft(card, kept, month, brief=brief)
        return form.request(card) if obligation.is_unanswered else form.accepted(card)
    return form.accepted(card) if obligation.version else form.closed(card)
