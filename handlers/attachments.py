"""Finds the file that came with a message."""

from aiogram.types import Message

from bot.domain.text import clean
from bot.views import attachments as views

_NAME_LENGTH = 100


def attachment(message: Message) -> tuple[str, str] | None:
    """Telegram's id of the file, and a name for it; None if no file of a known kind came."""
    if message.photo:
        return message.photo[-1].file_id, views.PHOTO
    if message.voice:
        return message.voice.file_id, views.VOICE
    for file, fallback in (
        (message.document, views.DOCUMENT),
        (message.video, views.VIDEO),
        (message.audio, views.AUDIO),
    ):
        if file is not None:
            return file.file_id, " ".join(clean(file.file_name or "").split())[:_NAME_LENGTH] or fallback
    return None
