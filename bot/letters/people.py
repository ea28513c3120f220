"""Letters about people: seats, roles in the department, invitations, those whom nothing reaches."""

from datetime import datetime

from bot.domain.catalog.catalog import Catalog
from bot.domain.letter import Letter
from bot.domain.people.member import Role, SeatState
from bot.domain.people.messenger import messenger_of
from bot.domain.people.organization import Organization
from bot.domain.screen import Rendered
from bot.letters import recipient
from bot.storage.engine.database import Tx
from bot.storage.people import invitations, links, organizations, people, seats
from bot.views.department.people import invitations as invitation_views
from bot.views.department.people import links as link_views
from bot.views.department.people import registrations
from bot.views.department.people import staff as staff_views
from bot.views.heads import registration as registration_views


async def seat(tx: Tx, letter: Letter, _catalog: Catalog, _now: datetime) -> Rendered | None:
    """Tells the person that their registration was confirmed, or rejected."""
    seat = await seats.get(tx, letter.data["seat"])
    if seat is None or seat.person_id != letter.person_id:
        return None
    match seat.state:
        case SeatState.SEATED:
            return Rendered(registration_views.seated(seat))
        case SeatState.REJECTED:
            return Rendered(registration_views.rejected(seat))
        case SeatState.WAITING | SeatState.LEFT:
            return None


async def replaced(tx: Tx, letter: Letter, _catalog: Catalog, _now: datetime) -> Rendered | None:
    """Tells the person that somebody else has their seat, or nobody."""
    seat = await seats.get(tx, letter.data["seat"])
    if seat is None or seat.person_id != letter.person_id or seat.state is not SeatState.LEFT:
        return None
    places = [place.organization_id for place in await seats.of_person(tx, letter.person_id)]
    # The person may have a seat there again, in another role perhaps.
    if seat.organization_id in places:
        return None
    last = not await seats.roles(tx, letter.person_id)
    return Rendered(registration_views.replaced(seat, by_other=letter.data["by_other"], last=last))


async def registration(tx: Tx, letter: Letter, catalog: Catalog, now: datetime) -> Rendered | None:
    """Asks those who decide about it about somebody who waits for a seat."""
    seat = await seats.get(tx, letter.data["seat"])
    manager = await recipient.manager(tx, letter)
    if seat is None or seat.state is not SeatState.WAITING or manager is None:
        return None
    organization = await organizations.get(tx, seat.organization_id)
    assert organization is not None
    if not manager.manages(organization):
        return None
    holders = await seats.holders(tx, [seat.organization_id])
    typed_in = organization.is_typed_in
    zone = catalog.calendar.zone
    return Rendered(
        registrations.registration(seat, organization, catalog.types, holders, now, zone, typed_in=typed_in)
    )


async def unreachable(tx: Tx, letter: Letter, _catalog: Catalog, _now: datetime) -> Rendered | None:
    """Tells the department that nothing can be delivered to somebody at an organization."""
    person = await people.get(tx, letter.data["person"])
    manager = await recipient.manager(tx, letter)
    if person is None or person.unreachable_at is None or manager is None:
        return None
    held = await seats.of_person(tx, person.id)
    places = await organizations.of_ids(tx, [seat.organization_id for seat in held])
    mine = {place.id for place in places if manager.manages(place)}
    theirs = [seat for seat in held if seat.organization_id in mine]
    # Whoever has left all places is told of to those alone to whom everything matters.
    return Rendered(registrations.unreachable(person, theirs)) if theirs or manager.is_admin else None


async def staff(tx: Tx, letter: Letter, catalog: Catalog, _now: datetime) -> Rendered | None:
    """Tells a person their role in the department after a change, and sets their menu."""
    person = await people.get(tx, letter.person_id)
    if person is None:
        return None
    return Rendered(staff_views.role(person, catalog), menu=person.is_staff)


async def succession(tx: Tx, letter: Letter, _catalog: Catalog, _now: datetime) -> Rendered | None:
    """Asks whoever's matter the organization is about somebody who would take another's place, until it is decided."""
    curator = await recipient.curator(tx, letter)
    if curator is None:
        return None
    found = await links.successions(tx, curator.limits, invitation_id=letter.data["invitation"])
    return Rendered(link_views.succession(found[0])) if found else None


async def linked(tx: Tx, letter: Letter, catalog: Catalog, now: datetime) -> Rendered | None:
    """Tells whoever may give the same whom links have given a seat or a role since the letter was written."""
    manager = await recipient.manager(tx, letter)
    if manager is None:
        return None
    given = await links.gifts(tx, manager, datetime.fromisoformat(letter.data["since"]))
    return Rendered(link_views.given(given, now, catalog.calendar.zone)) if given else None


async def unlinked(tx: Tx, letter: Letter, _catalog: Catalog, _now: datetime) -> Rendered | None:
    """Tells the bearer of a link that it has given them no seat."""
    invitation = await invitations.get(tx, letter.data["invitation"])
    if invitation is None or invitation.used_by != letter.person_id or invitation.ended_at is None:
        return None
    return Rendered(registration_views.not_succeeded(invitation))


async def invitation(tx: Tx, letter: Letter, catalog: Catalog, now: datetime) -> Rendered | None:
    """A file of a batch of invitations, or the message about one organization."""
    zone, data = catalog.calendar.zone, letter.data
    manager = await recipient.manager(tx, letter)
    if manager is None or not all(map(manager.manages, await organizations.of_ids(tx, data["organizations"]))):
        return None
    tokens = await invitations.batch_tokens(tx, data["batch"], data["organizations"], now)
    if tokens is None:
        return Rendered(invitation_views.late())
    until = letter.created_at + invitations.LIFETIME
    messenger = messenger_of(letter.person_id)
    links = [
        (organization.name, messenger.link(data["bot"], data["prefix"] + tokens[organization.id]))
        for organization in await _invited(tx, tokens)
    ]
    if not links:
        return None
    if data["form"] == "message":
        name, url = links[0]
        return Rendered(invitation_views.invitation(name, Role.HEAD, url, until, now, zone))
    if data["form"] == "csv":
        return Rendered(invitation_views.to_send(links, until, now, zone))
    return Rendered(invitation_views.to_print(links, until, now, zone, messenger))


async def _invited(tx: Tx, tokens: dict[int, str]) -> list[Organization]:
    return [organization for organization in await organizations.of_ids(tx, tokens) if organization.active]
