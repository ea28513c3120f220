"""Somebody blocks the bot, or unblocks it."""

from aiogram import Router
from aiogram.enums import ChatMemberStatus
from aiogram.types import ChatMemberUpdated

from bot.domain.people.failure import Failure
from bot.domain.people.member import Right
from bot.storage.desk import notices
from bot.storage.people import people
from handlers.rights import register
from handlers.saying import Sayings
from handlers.scene import Scene
from handlers.seating import show_waiting


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="membership")
    register(router.my_chat_member, changed, rights=Right.ANYBODY)
    return router


async def changed(event: ChatMemberUpdated, scene: Scene) -> Sayings:
    """Has others asked instead of somebody who has blocked the bot, and asks those who have unblocked it."""
    if scene.then is not None:
        # What they have done since says more.
        return []
    if event.new_chat_member.status == ChatMemberStatus.KICKED:
        await notices.unreachable(scene.tx, scene.person.id, scene.catalog.calendar, scene.now, Failure.BLOCKED)
    else:
        await back(scene)
    return []


async def back(scene: Scene) -> None:
    """Asks somebody who can be written to again for what was not asked meanwhile."""
    if await people.reachable(scene.tx, scene.person.id, scene.now):
        await notices.back(scene.tx, scene.person.id, scene.now)
        if scene.person.may_manage:
            await show_waiting(scene, scene.person.limits)
