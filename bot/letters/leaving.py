"""Letters to the people of an organization that leaves the roster, is asked less, or is back; or has none left."""

from datetime import datetime

from bot.domain.catalog.catalog import Catalog
from bot.domain.ledger.obligation import Obligation
from bot.domain.letter import Letter
from bot.domain.people.member import Seat, SeatState
from bot.domain.screen import Rendered
from bot.letters import recipient
from bot.storage.engine.database import Tx
from bot.storage.ledger import obligations
from bot.storage.ledger.changes import farewells
from bot.storage.ledger.control import standing
from bot.storage.people import organizations, seats
from bot.views import leaving as views


async def delisted(tx: Tx, letter: Letter, _catalog: Catalog, now: datetime) -> Rendered | None:
    """Tells a person that their organizations have left the roster with this letter, and have not come back since."""
    if await recipient.listening(tx, letter, now) is None:
        return None
    held = [seat for seat in await seats.of_person(tx, letter.person_id) if seat.state is SeatState.SEATED]
    gone = [
        seat
        for seat in held
        if seat.organization_id in letter.data["organizations"] and seat.left_at == letter.created_at
    ]
    applied = [await seats.get(tx, seat_id) for seat_id in letter.data["applications"]]
    ended = [
        seat
        for seat in applied
        if seat is not None and seat.state is SeatState.REJECTED and seat.left_at == letter.created_at
    ]
    if not gone and not ended:
        return None
    rest = [seat for seat in held if seat.left_at is None]
    told = [await farewells.farewell(tx, seat) for seat in gone]
    return Rendered(views.delisted(told, ended, rest))


async def relisted(tx: Tx, letter: Letter, _catalog: Catalog, now: datetime) -> Rendered | None:
    """Tells a person that their organization is in the roster again, and how much of what was asked is asked again."""
    if await recipient.listening(tx, letter, now) is None:
        return None
    seat = await _seat(tx, letter)
    if seat is None or seat.left_at is not None:
        return None
    open_ = [
        obligation
        for obligation in await obligations.unanswered(tx, letter.person_id, now)
        if obligation.organization_id == seat.organization_id
    ]
    return Rendered(views.relisted(seat, len(open_)))


async def relieved(tx: Tx, letter: Letter, catalog: Catalog, now: datetime) -> Rendered | None:
    """Tells a person which requests have ended because their organization is of other types or tags."""
    if await recipient.listening(tx, letter, now) is None:
        return None
    seat = await _seat(tx, letter)
    organization = await organizations.get(tx, letter.data["organization"])
    ended = [
        obligation
        for obligation in await obligations.of_ids(tx, letter.data["obligations"])
        if not obligation.is_unanswered and not _is_decided_since(obligation, letter)
    ]
    if seat is None or seat.left_at is not None or organization is None or not ended:
        return None
    instead = [each.name for each in await organizations.of_ids(tx, letter.data.get("instead", ()))]
    return Rendered(views.relieved(seat, organization, ended, catalog, instead))


async def deserted(tx: Tx, letter: Letter, _catalog: Catalog, now: datetime) -> Rendered | None:
    """Tells those who seat people that nobody sits at an organization any more, while that is so."""
    manager = await recipient.manager(tx, letter)
    if manager is None:
        return None
    organization = await organizations.get(tx, letter.data["organization"])
    if organization is None or not manager.manages(organization):
        return None
    if not organization.active or await seats.holders(tx, [organization.id]):
        return None
    debt = await standing.debt(tx, organization.id, manager.limits, now)
    return Rendered(views.deserted(organization, debt.owed))


def _is_decided_since(obligation: Obligation, letter: Letter) -> bool:
    return obligation.decided_at is not None and obligation.decided_at > letter.created_at


async def _seat(tx: Tx, letter: Letter) -> Seat | None:
    """The person's seat at the organization that the letter names."""
    for seat in await seats.of_person(tx, letter.person_id):
        if seat.organization_id == letter.data["organization"] and seat.state is SeatState.SEATED:
            return seat
    return None
