"""Finds the file that came with a message."""

from aiogram.types import Message

from bot.domain.text import clean

_NAME_LENGTH = 100
# Of one field.
FILES_AT_MOST = 10


def attachment(message: Message) -> tuple[str, str] | None:
    """Telegram's id of the file, and a name for it; None if no file of a known kind came."""
    if message.photo:
        return message.photo[-1].file_id, "фото.jpg"
    if message.voice:
        return message.voice.file_id, "голосовое.ogg"
    for file, fallback in (
        (message.document, "документ"),
        (message.video, "видео.mp4"),
        (message.audio, "аудио.mp3"),
    ):
        if file is not None:
            return file.file_id, " ".join(clean(file.file_name or "").split())[:_NAME_LENGTH] or fallback
    return None
