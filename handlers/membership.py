"""Somebody blocks the bot, or takes it back."""

from datetime import datetime

from aiogram import Router
from aiogram.enums import ChatMemberStatus
from aiogram.types import ChatMemberUpdated

from bot.domain.catalog import Catalog
from bot.domain.member import Person
from bot.storage import notices, people
from bot.storage.engine import Tx
from handlers.registration import show_waiting
from handlers.saying import Sayings


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="membership")
    router.my_chat_member.register(changed)
    return router


async def changed(event: ChatMemberUpdated, tx: Tx, now: datetime, person: Person, catalog: Catalog) -> Sayings:
    """Blocked: others are asked instead. Unblocked: what was missed is asked now."""
    if event.new_chat_member.status == ChatMemberStatus.KICKED:
        await notices.unreachable(tx, person.id, catalog.calendar, now)
    elif await people.reachable(tx, person.id, now):
        await notices.back(tx, person.id, now)
        if person.is_admin:
            await show_waiting(tx, person.id, now)
    return []
