"""Telegram's webhook after a failure: what a person did is delivered in another order than it was done in."""

from bot.domain.people.messenger import Messenger
from tests import messengers
from tests.world import World


async def deliver(world: World, *order: int) -> None:
    """The bot gets what waits for it at Telegram, all of it, in that order: (2, 1) is the second deed first."""
    queue = world.telegram.world.updates
    waiting = queue.waiting()
    assert sorted(order) == list(range(1, len(waiting) + 1)), f"{len(waiting)} updates wait"
    for number in order:
        if world.settings.messenger is Messenger.MAX:
            await messengers.hand_over(world.app, waiting[number - 1].body)
            await world.app.dispatcher.idle()
            continue
        update = waiting[number - 1]
        queue.remove(update["update_id"])
        await world.app.intake.take([update])
        await world.app.dispatcher.idle()
    if world.settings.messenger is Messenger.MAX and waiting:
        queue.confirm(waiting[-1].number + 1)
    await world.settle()
