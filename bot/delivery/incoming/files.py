"""Downloads a file that a person has sent."""

import logging
from io import BytesIO

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiohttp import ClientError

from bot.delivery.outcomes import NETWORK_ERRORS, in_short

_log = logging.getLogger(__name__)

# Seconds for each of the two calls: the person is waiting.
_TIMEOUT = 10


class NotDownloaded(Exception):
    """Telegram has not handed the file over: it is gone or too big, or Telegram cannot be reached."""


async def download(bot: Bot, file_id: str, limit: int) -> bytes:
    """The file's content, of at most `limit` bytes. Raises NotDownloaded. Changes nothing, so it may be repeated."""
    content = BytesIO()
    try:
        file = await bot.get_file(file_id, request_timeout=_TIMEOUT)
        if file.file_path is None or (file.file_size or 0) > limit:
            raise NotDownloaded(f"{file.file_size} bytes")
        await bot.download_file(file.file_path, content, timeout=_TIMEOUT)
    except (TelegramAPIError, ClientError, *NETWORK_ERRORS) as error:
        _log.warning("a file could not be downloaded: %s", in_short(error))
        raise NotDownloaded(in_short(error)) from error
    return content.getvalue()
