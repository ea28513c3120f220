"""What people do to get a seat, and where they sit."""

from bot.domain.people.member import SeatState
from bot.storage.ledger import obligations
from bot.storage.people import organizations, seats
from tests.texts.example import Organizations, Types
from tests.texts.heads import Registration
from tests.world import Head, World


async def begin(person: Head, *types: str) -> None:
    """Up to the list of organizations."""
    await person.send("/start")
    await person.press(Registration.AGREE, *types, Registration.DONE)


async def seated_at(world: World, person: Head) -> dict[str, SeatState]:
    """At which organizations, and whether an administrator has still to confirm it."""
    async with world.storage.read() as tx:
        return {seat.organization_name: seat.state for seat in await seats.of_person(tx, person.id)}


async def id_of(world: World, name: str) -> int:
    """The id of the organization of that name."""
    async with world.storage.read() as tx:
        organization = await organizations.by_name(tx, name)
    assert organization is not None
    return organization.id


async def open_requests(world: World, person: Head) -> list[str]:
    """The directives that the person has been asked about and has not answered."""
    async with world.storage.read() as tx:
        found = await obligations.unanswered(tx, person.id, world.now)
    return [obligation.round.directive.id for obligation in found]


async def apply(
    world: World, name: str, id: int, organization: str = Organizations.SCHOOL, role: str = Registration.HEAD
) -> Head:
    """Somebody asks for a seat and waits."""
    person = await world.person(name, id)
    await begin(person, Types.GENERAL)
    await person.press(organization, role)
    assert Registration.APPLIED in await person.sees()
    return person
