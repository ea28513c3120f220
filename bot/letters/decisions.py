"""Letters about what the department has decided, and about what waits for its decision."""

from datetime import datetime

from bot.domain.catalog.catalog import Catalog
from bot.domain.ledger.obligation import Obligation, ObligationState
from bot.domain.letter import Letter
from bot.domain.screen import Rendered
from bot.letters import recipient
from bot.letters.card import draw
from bot.storage.engine.database import Tx
from bot.storage.ledger import drafts, extensions, obligations, rounds
from bot.views.department.control import answer
from bot.views.department.control import extensions as views
from bot.views.department.control import missed as missed_views
from bot.views.heads import extending


async def returned(tx: Tx, letter: Letter, catalog: Catalog, now: datetime) -> Rendered | None:
    """Tells a head what is to be corrected, until when, and what was answered."""
    obligation = await _open(tx, letter, now)
    if obligation is None or obligation.state is not ObligationState.RETURNED:
        return None
    card = await draw(tx, obligation, catalog, now, letter.person_id)
    return Rendered(answer.returned(card), asks=(obligation.id,), card=obligation.id)


async def extended(tx: Tx, letter: Letter, catalog: Catalog, now: datetime) -> Rendered | None:
    """Tells a head that the due date was moved; or, where the letter names a request for more time, that it was not."""
    obligation = await _open(tx, letter, now)
    if obligation is None or not obligation.is_unanswered:
        return None
    zone = obligation.zone(catalog.calendar)
    if "extension" not in letter.data:
        return Rendered(extending.extended(obligation, now, zone))
    extension = await extensions.get(tx, letter.data["extension"])
    # The date may have been moved after all.
    is_moot = extension is None or obligation.due_at >= extension.until
    return None if is_moot else Rendered(extending.refused(obligation, now, zone))


async def entered(tx: Tx, letter: Letter, catalog: Catalog, now: datetime) -> Rendered | None:
    """Tells a head what the department has entered for their organizations, as far as it still counts."""
    if await recipient.listening(tx, letter, now) is None:
        return None
    cards = []
    for obligation_id in letter.data["obligations"]:
        obligation = await obligations.of_person(tx, letter.person_id, obligation_id)
        if obligation is None:
            continue
        card = await draw(tx, obligation, catalog, now, letter.person_id)
        if card.newest is not None and card.newest.entered:
            cards.append(card)
    if not cards:
        return None
    # What is said stays, if the person goes on with an answer of their own: their form is another message.
    which = cards[0].obligation.id if len(cards) == 1 else None
    begun = which is not None and await drafts.get(tx, letter.person_id, which) is not None
    return Rendered(answer.entered(cards), card=None if begun else which)


async def extension(tx: Tx, letter: Letter, catalog: Catalog, now: datetime) -> Rendered | None:
    """Asks a curator about a request for more time, if it still waits and is theirs to decide."""
    curator = await recipient.curator(tx, letter)
    if curator is None:
        return None
    for request in await extensions.waiting(tx, curator.limits, now):
        if request.extension.id == letter.data["extension"]:
            return Rendered(views.asked(request, now, request.obligation.zone(catalog.calendar)))
    return None


async def missed(tx: Tx, letter: Letter, catalog: Catalog, now: datetime) -> Rendered | None:
    """Asks an administrator about a round that was not opened in its time, until somebody has decided."""
    if await recipient.admin(tx, letter) is None:
        return None
    for round_ in await rounds.missed(tx):
        if round_.id == letter.data["round"]:
            return Rendered(missed_views.missed(round_, now, catalog.calendar.zone))
    return None


async def _open(tx: Tx, letter: Letter, now: datetime) -> Obligation | None:
    """The obligation that the letter names, if its answer is taken and the person hears of it now."""
    if await recipient.listening(tx, letter, now) is None:
        return None
    obligation = await obligations.of_person(tx, letter.person_id, letter.data["obligation"])
    return obligation if obligation is not None and not obligation.is_closed(now) else None
