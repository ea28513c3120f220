"""Does what follows when a seat is taken, given up or taken back."""

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
        if await staff.grant(scene.tx, seat.person_id, StaffRole.CURATOR, scene.person.id, scene.now, own):
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


async def unseated(scene: Scene, person_id: int) -> None:
    """Does what follows when a seat is given up: a curator without a seat in the department loses the role."""
    # Whoever gives up, or loses, two seats there at once would keep the role by each for the other's sake.
    await staff.hold(scene.tx, person_id)
    for seat in await seats.of_person(scene.tx, person_id):
        if seat.state is not SeatState.SEATED:
            # Anybody may ask for a seat in the department; only an administrator's word gives the role.
            continue
        organization = await organizations.get(scene.tx, seat.organization_id)
        if organization and is_departments(scene, organization.types):
            return
    if await staff.revoke_curator(scene.tx, person_id, scene.now):
        await notices.role(scene.tx, person_id, scene.now)


async def dismissed(scene: Scene, seat: Seat, *, by_other: bool) -> None:
    """Does what follows when a seat is taken back: tells its holder. `by_other`: somebody else sits there now."""
    if seat.person_id != scene.person.id:
        await letters.write(scene.tx, LetterKind.REPLACED, [seat.person_id], scene.now, seat=seat.id, by_other=by_other)
    await unseated(scene, seat.person_id)


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
