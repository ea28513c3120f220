"""The words under the line in which a head types are commands, pressed or typed by hand."""

from dataclasses import replace
from typing import TypeGuard

from aiogram.types import Update

from bot.delivery.sayings import Saying, Send
from bot.domain.people.member import Person
from bot.storage.engine.database import Tx
from bot.storage.people import seats
from bot.views import menu


async def as_command(tx: Tx, update: Update) -> Update:
    """The update with the command that its words stand for; as it is, if they stand for none or for nobody's.

    A command is what ends no form and no draft: a word would be taken for an answer.
    """
    message = update.message
    if message is None or message.chat.type != "private" or message.reply_to_message is not None:
        return update
    command = menu.command(message.text or "")
    if not command or message.from_user is None or not await seats.roles(tx, message.from_user.id):
        return update
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
