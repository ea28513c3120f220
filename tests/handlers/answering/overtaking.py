"""A webhook after a failure: what a person did is delivered in another order than it was done in."""

from typing import Any

from bot.domain.people.messenger import Messenger
from tests import messengers
from tests.world import World


def withheld(world: World) -> list[Any]:
    """All that waits for the bot at the messenger, which brings none of it."""
    queue = world.telegram.world.updates
    waiting = list(queue.waiting())
    if world.settings.messenger is Messenger.MAX:
        queue.confirm(queue.next_id)
        return waiting
    for update in waiting:
        queue.remove(update["update_id"])
    return waiting


async def brought(world: World, update: Any) -> None:
    """The bot gets it after all, and handles it."""
    if world.settings.messenger is Messenger.MAX:
        await messengers.hand_over(world.app, update.body)
    else:
        await world.app.intake.take([update])
    await world.app.dispatcher.idle()


async def deliver(world: World, *order: int) -> None:
    """The bot gets what waits for it at the messenger, all of it, in that order: (2, 1) is the second deed first."""
    waiting = withheld(world)
    assert sorted(order) == list(range(1, len(waiting) + 1)), f"{len(waiting)} updates wait"
    for number in order:
        await brought(world, waiting[number - 1])
    await world.settle()
