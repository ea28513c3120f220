"""The words under the line in which a head types are commands, pressed or typed by hand."""

from aiogram.types import Update

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
