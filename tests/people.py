"""Accounts that many tests know, and how anybody begins."""

from tests.world import Head, World

ADMIN, SECOND_ADMIN, CURATOR, VIEWER = 900, 901, 910, 911
HEAD, DEPUTY = 101, 102


async def introduced(world: World, name: str, id: int) -> Head:
    """Somebody who has agreed to their data being kept."""
    person = await world.person(name, id)
    await person.agree()
    return person
