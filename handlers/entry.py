"""Which handler gets an update, and what every handler is given."""

from datetime import datetime

from aiogram import Bot, Router
from aiogram.types import CallbackQuery, Message, Update

from bot.delivery.sayings import Saying
from bot.domain.people.member import Person
from bot.storage import arrivals
from bot.storage.arrivals import Arrival
from bot.storage.desk import notices
from bot.storage.engine.database import Tx
from bot.storage.people import people
from bot.views import common, tasks
from bot.views.callbacks import Consent
from handlers import (
    acknowledging,
    adopting,
    department,
    district,
    extending,
    fallback,
    lists,
    membership,
    registration,
    replying,
    settings,
    typing,
    writing,
)
from handlers.department import group
from handlers.routing import Routing
from handlers.saying import send, toast
from handlers.scene import Installation, Scene


def conversations() -> list[Router]:
    """The routers of all conversations, in the order in which they are asked."""
    return [
        membership.setup(),
        acknowledging.setup(),
        # First of those that take what is typed: a reply to a thread belongs there, whatever else is going on.
        writing.setup(),
        registration.setup(),
        settings.setup(),
        lists.setup(),
        district.setup(),
        department.setup(),
        extending.setup(),
        replying.setup(),
        typing.setup(),
        fallback.setup(),
    ]


class Entry:
    """Hands an update to its conversation inside the transaction that will record it."""

    def __init__(self, bot: Bot, installation: Installation) -> None:
        self._bot = bot
        self._installation = installation
        self._routing = Routing(*conversations())

    async def handle(self, tx: Tx, update: Update, now: datetime) -> list[Saying]:
        """What is to be said about the update; what it changes is changed in `tx`."""
        event = update.event
        user = getattr(event, "from_user", None)
        if user is None:
            return []
        arrival = await arrivals.look(tx, user.id)
        person = arrival.person
        chat = group.chat_of(event)
        if chat is not None:
            return await group.heard(event, chat, await self._scene(tx, user.id, arrival, now))
        if person is None or person.consent_at is None:
            turned_away = _turn_away(event)
            if turned_away is not None:
                return turned_away
        elif person.unreachable_at is not None and update.my_chat_member is None:
            await people.reachable(tx, user.id, now)
            await notices.back(tx, user.id, now)
        scene = await self._scene(tx, user.id, arrival, now)
        return list(await self._routing.handle(update, bot=self._bot, scene=scene) or ())

    async def _scene(self, tx: Tx, person_id: int, arrival: Arrival, now: datetime) -> Scene:
        await adopting.catch_up(tx, self._installation.shelf, arrival.edition, now)
        return Scene(
            tx=tx,
            now=now,
            person=arrival.person or Person(person_id, ""),
            dialogue=arrival.dialogue,
            catalog=self._installation.shelf.current,
            installation=self._installation,
            reminder=arrival.reminder,
        )


def _turn_away(event: object) -> list[Saying] | None:
    """What somebody who has not agreed to anything is told; None if it is a step towards agreeing."""
    if isinstance(event, CallbackQuery):
        agrees = (event.data or "").split(":")[0] == Consent.__prefix__
        return None if agrees else [toast(event, common.NOT_YOURS, alert=True)]
    if isinstance(event, Message):
        starts = (event.text or "").split(maxsplit=1)[:1] == ["/start"]
        return None if starts and event.edit_date is None else [send(event, tasks.stranger())]
    return None
