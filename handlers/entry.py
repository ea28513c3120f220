"""Brings an update to its handler, with what every handler is given."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from aiogram import Bot, Router
from aiogram.types import CallbackQuery, Chat, Message, Update

from bot.delivery.incoming.dispatcher import Decided
from bot.delivery.sayings import Saying
from bot.domain.people.member import Person, Right
from bot.following import follow
from bot.storage import arrivals
from bot.storage.arrivals import Arrival
from bot.storage.engine.database import Tx
from bot.storage.post import dialogues, whereabouts
from bot.storage.post.dialogues import Dialogue
from bot.views import common
from bot.views.callbacks import of_form
from bot.views.heads import tasks
from handlers import (
    acknowledging,
    department,
    fallback,
    keyboard,
    lists,
    long_text,
    membership,
    order,
    registration,
    settings,
    writing,
)
from handlers.answering import announced, district, extending, late, placing, replying, typing, unshown
from handlers.department import group
from handlers.order import Asked
from handlers.routing import Routing
from handlers.saying import send, toast
from handlers.scene import Installation, Scene


def conversations() -> list[Router]:
    """The routers of all conversations, in the order in which they are asked."""
    return [
        membership.setup(),
        acknowledging.setup(),
        # First of the routers that take what is typed: a reply to a thread belongs there, whatever else is going on.
        writing.setup(),
        announced.setup(),
        registration.setup(),
        settings.setup(),
        lists.setup(),
        district.setup(),
        department.setup(),
        extending.setup(),
        replying.setup(),
        typing.setup(),
        placing.setup(),
        fallback.setup(),
    ]


class Entry:
    """Hands an update to its conversation inside the transaction that will record it."""

    def __init__(self, bot: Bot, installation: Installation, routing: Routing) -> None:
        self._bot = bot
        self._installation = installation
        self._routing = routing
        self._group = Routing(group.setup())

    async def handle(self, tx: Tx, update: Update, now: datetime, press: int | None = None) -> Decided:
        """Has the update handled in `tx`; returns what is to be said about it. `press`: one before it whose
        answer had not been seen when it was made."""
        update = await keyboard.as_command(tx, update)
        arrival, decided = await self._handled(tx, update, now, press)
        said = await keyboard.beneath(tx, arrival.person if arrival is not None else None, decided.sayings)
        return replace(decided, sayings=said)

    async def _handled(
        self, tx: Tx, update: Update, now: datetime, press: int | None
    ) -> tuple[Arrival | None, Decided]:
        event = update.event
        user = getattr(event, "from_user", None)
        if user is None:
            return None, Decided([])
        pressed = event.message if isinstance(event, CallbackQuery) else None
        arrival = await arrivals.look(
            tx,
            user.id,
            now,
            pressed=pressed.message_id if pressed is not None else None,
            obligation_id=of_form(event.data or "") if isinstance(event, CallbackQuery) else None,
        )
        chat = group.chat_of(event)
        if chat is not None:
            # What is said in a group belongs to what it points at, and to nothing that was asked before.
            return arrival, Decided(await self._handle(tx, update, arrival, now, None))
        if keyboard.is_spoken(update):
            update = await keyboard.as_spoken(update, await self._scene(tx, user.id, arrival, now))
            event = update.event
        then = order.when_sent(arrival, update.update_id, now)
        if then is not None and isinstance(event, Message) and (event.text or "").startswith("/"):
            # A command that comes late ends nothing that was begun since.
            said = await self._handle(tx, update, replace(arrival, dialogue=Dialogue()), now, then)
            if arrival.dialogue.kind:
                await dialogues.put(tx, user.id, arrival.dialogue, now)
            return arrival, Decided(said)
        shown = order.when_shown(arrival, press, now) if then is None else None
        said = await self._handle(tx, update, arrival, now, then, shown)
        agreed = arrival.person is not None and arrival.person.may(Right.AGREED)
        return arrival, Decided(said, order.noted(arrival, update.update_id) if agreed and then is None else None)

    async def _handle(
        self,
        tx: Tx,
        update: Update,
        arrival: Arrival,
        now: datetime,
        then: Asked | None,
        shown: Asked | None = None,
    ) -> list[Saying]:
        event: Any = update.event
        chat = group.chat_of(event)
        scene, beginning = long_text.begun(await self._scene(tx, event.from_user.id, arrival, now))
        scene = replace(scene, then=then, shown=shown)
        if not isinstance(event, Message) or update.message is None:
            return await self._answer(event, chat, update, scene)
        before = beginning if beginning is not None and beginning.goes_on(event) else None
        if before is not None:
            update, rest = long_text.as_correction(update, event, before)
            scene = replace(scene, rest=rest)
        said = await self._answer(update.event, chat, update, scene)
        if scene.person.may(Right.AGREED) and (said or before is not None):
            await long_text.note(tx, event, before, beginning, scene)
        return said

    async def _answer(self, event: Any, chat: Chat | None, update: Update, scene: Scene) -> list[Saying]:
        if chat is not None:
            return await self._in_group(event, chat, update, scene)
        agreed = scene.person.may(Right.AGREED)
        spoke = update.my_chat_member is None and scene.then is None
        if agreed and scene.person.unreachable_at is not None and spoke:
            await membership.back(scene)
        if agreed and scene.then is not None and update.message is not None:
            taken = await late.message(update.message, scene)
            if taken is not None:
                return taken
        if agreed and scene.shown is not None and update.message is not None:
            taken = await unshown.message(update.message, scene, scene.shown)
            if taken is not None:
                return taken
        said = await self._routing.handle(update, scene, agreed=agreed, bot=self._bot)
        return said if said is not None else [] if agreed else _turned_away(event)

    async def _in_group(self, event: object, chat: Chat, update: Update, scene: Scene) -> list[Saying]:
        """Listens to the department's group alone, whose members the department itself has let in."""
        if not await group.is_ours(event, chat, scene):
            return []
        said = await self._group.handle(update, scene, agreed=True, bot=self._bot)
        if said is None and isinstance(event, CallbackQuery):
            return [toast(event, common.NOT_YOURS, alert=True)]
        return said or []

    async def _scene(self, tx: Tx, person_id: int, arrival: Arrival, now: datetime) -> Scene:
        await follow(self._installation.shelf, tx, arrival.edition, now)
        catalog = self._installation.shelf.current
        return Scene(
            tx=tx,
            now=now,
            person=arrival.person or Person(person_id, ""),
            dialogue=arrival.dialogue,
            catalog=catalog.seen_from(await whereabouts.of_person(tx, person_id, catalog.calendar)),
            installation=self._installation,
            reminder=arrival.reminder,
            about=arrival.about,
            form=arrival.form,
        )


def _turned_away(event: object) -> list[Saying]:
    """Words for somebody who has not agreed to anything, and takes no step towards agreeing."""
    if isinstance(event, CallbackQuery):
        return [toast(event, common.NOT_YOURS, alert=True)]
    return [send(event, tasks.stranger())] if isinstance(event, Message) else []
