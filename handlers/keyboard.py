"""The words under the line in which a head types are commands, pressed or typed by hand."""

from dataclasses import replace
from typing import TypeGuard

from aiogram.types import Message, Update

from bot.delivery.sayings import Saying, Send
from bot.domain.fields.plainly import is_value
from bot.domain.people.member import Person, Right
from bot.storage.engine.database import Tx
from bot.storage.people import seats
from bot.views import menu
from handlers import registration
from handlers.answering import request_form, typing
from handlers.scene import Scene


async def as_command(tx: Tx, update: Update) -> Update:
    """The update with the command that its words stand for; as it is, if they stand for none or for nobody's.

    A command is what ends no form and no draft: a word would be taken for an answer.
    """
    message = _of_its_own(update)
    command = menu.command(message.text or "") if message is not None else ""
    return await _commanding(tx, update, message, command)


def is_spoken(update: Update) -> bool:
    """Whether its words may be a command that stands on no button."""
    message = _of_its_own(update)
    return message is not None and bool(menu.spoken(message.text or ""))


async def as_spoken(update: Update, scene: Scene) -> Update:
    """The same for words that stand on no button; as it is where they are what was asked for: «Помощь» is an option."""
    message = _of_its_own(update)
    # Also whoever has no seat, in the department or any more, is left alone when they ask for it.
    if message is None or not scene.person.may(Right.AGREED) or await _is_asked(message.text or "", scene):
        return update
    return _commanded(update, message, menu.spoken(message.text or ""))


async def _is_asked(text: str, scene: Scene) -> bool:
    """Whether the text is an option of the question that is asked, a part of what the department is making, or of an
    organization's name: «Центр „Помощь“»."""
    if scene.dialogue.kind == registration.KIND:
        return await registration.is_name(text, scene)
    if scene.dialogue.takes_words:
        return scene.person.is_staff
    obligation = await typing.addressed(scene)
    draft = await request_form.draft(scene, obligation) if obligation is not None else None
    field = obligation.round.directive.field(draft.field) if obligation and draft and draft.field else None
    return field is not None and bool(field.options) and is_value(field, text, scene.today)


def _of_its_own(update: Update) -> Message | None:
    """The message, if a person wrote it in their own chat, in reply to nothing."""
    message = update.message
    if message is None or message.chat.type != "private" or message.reply_to_message is not None:
        return None
    return message


async def _commanding(tx: Tx, update: Update, message: Message | None, command: str) -> Update:
    if not command or message is None or message.from_user is None or not await seats.roles(tx, message.from_user.id):
        return update
    return _commanded(update, message, command)


def _commanded(update: Update, message: Message, command: str) -> Update:
    return update.model_copy(update={"message": message.model_copy(update={"text": f"/{command}", "entities": None})})


async def beneath(tx: Tx, person: Person | None, said: list[Saying]) -> list[Saying]:
    """What is said, with the words beneath what has no buttons of its own: so they come to heads who ask for nothing.

    Telegram shows one or the other with a message, and goes on showing the words with those that have buttons.
    """
    if person is None or not any(_is_bare(saying, person.id) for saying in said) or not await is_shown(tx, person):
        return said
    return [
        replace(saying, screen=menu.with_words(saying.screen)) if _is_bare(saying, person.id) else saying
        for saying in said
    ]


async def is_shown(tx: Tx, person: Person) -> bool:
    """Whether the person has the words: a seat, and no wish to be left alone."""
    if person.consent_at is None or person.stopped_at is not None:
        return False
    return bool(await seats.roles(tx, person.id))


def _is_bare(saying: Saying, person_id: int) -> TypeGuard[Send]:
    """Whether it is a new message of words alone, for the person themselves."""
    if not isinstance(saying, Send) or saying.chat != person_id:
        return False
    return not saying.screen.rows and saying.screen.keyboard is None
