"""What people write that asks for nothing and belongs nowhere: thanks, a greeting, «Ознакомлена»."""

from aiogram.types import Message

from bot.delivery.sayings import React
from bot.storage.desk import announcements, recipients
from bot.storage.people import seats
from bot.views.department.announcements import broadcast
from bot.views.heads import tasks, worded
from handlers.saying import Sayings, answer, send
from handlers.scene import Scene

# Of so many announcements at most, the newest, the button comes once more.
_AT_ONCE = 3


async def met(message: Message, scene: Scene) -> Sayings | None:
    """What is said to that where nothing is asked; None: the words are more than that."""
    text = message.text or ""
    if worded.is_thanks(text):
        return [React(scene.person.id, message.message_id)]
    if worded.is_greeting(text) and await seats.of_person(scene.tx, scene.person.id):
        return [send(message, tasks.greeted())]
    return await acknowledging(message, scene)


async def acknowledging(message: Message, scene: Scene) -> Sayings | None:
    """The button that says «Ознакомлен», to whoever has written it; None: they have not, or nothing waits for it."""
    if not worded.is_acknowledgement(message.text or ""):
        return None
    waiting = await recipients.to_acknowledge(scene.tx, scene.person.id, _AT_ONCE)
    known = await announcements.some(scene.tx, waiting)
    asked = [broadcast.by_button(known[its], scene.now, scene.zone) for its in waiting]
    return [answer(message, screen) for screen in asked] or None
