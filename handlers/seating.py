"""Does what follows when a seat is taken, given up or taken back."""

from dataclasses import replace

from bot.domain.letter import LetterKind
from bot.domain.people.member import Invitation, Limits, Role, Seat, SeatState, StaffRole
from bot.storage.desk import afterwards, notices
from bot.storage.ledger import rounds
from bot.storage.people import invitations, links, organizations, seats, staff
from bot.storage.post import letters
from handlers.scene import Scene


async def seated(scene: Scene, seat: Seat, *, at_once: bool) -> None:
    """Does what follows when a seat is taken: the organization owes what is open, and the person is asked for it.

    `at_once`: the person has just taken it and waits; otherwise they are asked in working hours.
    """
    organization = await organizations.get(scene.tx, seat.organization_id)
    assert organization is not None
    await organizations.activate(scene.tx, organization.id, scene.person.id, scene.now)
    if is_departments(scene, organization.types):
        # The role that they have may just be ending with another seat.
        await staff.hold(scene.tx, seat.person_id)
        # A department of a territory looks after its own.
        own = Limits(territories=frozenset(filter(None, [organization.territory])))
        granted = await staff.grant(scene.tx, seat.person_id, StaffRole.CURATOR, scene.person.id, scene.now, own)
        if granted or await _gains(scene, seat.person_id, organization.territory):
            await notices.role(scene.tx, seat.person_id, scene.now)
    await rounds.join(scene.tx, [organization.id], scene.catalog.calendar, scene.now)
    if at_once:
        await letters.ask_at_once(scene.tx, [organization.id], scene.now)
    else:
        await letters.ask(scene.tx, [organization.id], scene.catalog.calendar, scene.now)
    await afterwards.join(scene.tx, organization.id, scene.now)


async def by_link(scene: Scene, invitation: Invitation, person_id: int, *, at_once: bool) -> Seat | None:
    """Seats the bearer of the link, in the place of the present heads unless it is beside them.

    None if it has given its seat before, or was recalled. The organization is held by the caller.
    """
    tx, now, place = scene.tx, scene.now, invitation.organization_id
    if not await invitations.give(tx, invitation, person_id, now):
        return None
    for held in await seats.of_person(tx, person_id):
        if held.organization_id == place and held.state is SeatState.SEATED:
            # A deputy has come with the head's link, or the other way round.
            await seats.leave(tx, held.id, person_id, now)
    seat = await seats.take(tx, person_id, place, invitation.role, SeatState.SEATED, now)
    if seat.role is Role.HEAD and not invitation.beside:
        for former in await seats.heads(tx, place):
            if former.id != seat.id:
                await seats.vacate(tx, former.id, scene.person.id, now, replaced=True)
                await dismissed(scene, former, by_other=True)
    await seated(scene, seat, at_once=at_once)
    await notices.linked(tx, invitation, person_id, now)
    return seat


async def unseated(scene: Scene, given_up: Seat) -> None:
    """Does what follows when a seat is given up: a curator without a seat in the department loses the role; of one who
    sits in other departments only the territory goes."""
    person_id = given_up.person_id
    # Whoever gives up, or loses, two seats there at once would keep the role by each for the other's sake.
    await staff.hold(scene.tx, person_id)
    departments = [
        organization.territory
        for seat in await seats.of_person(scene.tx, person_id)
        # Anybody may ask for a seat in the department; only an administrator's word gives the role.
        if seat.state is SeatState.SEATED
        and (organization := await organizations.get(scene.tx, seat.organization_id))
        and is_departments(scene, organization.types)
    ]
    if departments:
        changed = await _loses(scene, given_up, departments)
    else:
        changed = await staff.revoke_curator(scene.tx, person_id, scene.now)
    if changed:
        await notices.role(scene.tx, person_id, scene.now)


async def _gains(scene: Scene, person_id: int, territory: str) -> bool:
    """Has a curator by a seat look after one more territory; after all, by a department of none. True: that is new."""
    limits = await staff.limits_by_seat(scene.tx, person_id) if scene.catalog.known_territories else None
    if limits is None or not limits.territories or territory in limits.territories:
        return False
    territories = limits.territories | {territory} if territory else frozenset[str]()
    wider = replace(limits, territories=territories)
    return await staff.change(scene.tx, person_id, StaffRole.CURATOR, wider, scene.person.id, scene.now)


async def _loses(scene: Scene, given_up: Seat, departments: list[str]) -> bool:
    """Takes back what came with that seat from a curator who sits in departments of these territories. True: it had."""
    limits = await staff.limits_by_seat(scene.tx, given_up.person_id) if scene.catalog.known_territories else None
    left = await organizations.get(scene.tx, given_up.organization_id)
    if limits is None or left is None or not is_departments(scene, left.types):
        return False
    if left.territory in departments or "" in departments:
        return False
    stays = limits.territories - {left.territory} or frozenset(departments)
    narrower = replace(limits, territories=stays)
    return await staff.change(scene.tx, given_up.person_id, StaffRole.CURATOR, narrower, scene.person.id, scene.now)


async def dismissed(scene: Scene, seat: Seat, *, by_other: bool) -> None:
    """Does what follows when a seat is taken back: tells its holder. `by_other`: somebody else sits there now."""
    if seat.person_id != scene.person.id:
        await letters.write(scene.tx, LetterKind.REPLACED, [seat.person_id], scene.now, seat=seat.id, by_other=by_other)
    await unseated(scene, seat)


async def show_waiting(scene: Scene, limits: Limits) -> None:
    """Sends somebody who decides about them, and could not be written to before, the cards of those who still wait."""
    me, now = [scene.person.id], scene.now
    for seat in await seats.waiting(scene.tx, limits):
        await letters.write(scene.tx, LetterKind.REGISTRATION, me, now, seat=seat.id)
    for waiting in await links.successions(scene.tx, limits):
        await letters.write(scene.tx, LetterKind.SUCCESSION, me, now, invitation=waiting.id)


def is_departments(scene: Scene, types: frozenset[str]) -> bool:
    """Whether any of the types is the department's own."""
    return any(scene.catalog.types[type_id].staff for type_id in types if type_id in scene.catalog.types)
