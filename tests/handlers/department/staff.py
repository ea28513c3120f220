"""People of the department, for the tests of its desk."""

from bot.domain.people.member import Limits, StaffRole
from bot.storage.people import staff
from tests.texts.heads import Registration
from tests.world import Head, World


async def introduced(world: World, name: str, id: int) -> Head:
    """Somebody who has agreed to their data being kept."""
    person = await world.person(name, id)
    await person.send("/start")
    await person.press(Registration.AGREE)
    return person


async def employee(world: World, id: int, name: str, role: StaffRole | None = None, **limits: set[str]) -> Head:
    """Somebody of the department; without a role: of ADMIN_IDS."""
    person = await introduced(world, name, id)
    if role is not None:
        frozen = Limits(**{name: frozenset(values) for name, values in limits.items()})
        await world.storage.apply(lambda tx: staff.grant(tx, id, role, None, world.now, frozen))
    return person
