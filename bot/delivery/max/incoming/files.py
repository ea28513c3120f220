"""Downloads a file that a person has sent: MAX says in the message where it lies."""

import logging

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError

from bot.delivery.incoming.files import NotDownloaded
from bot.delivery.max.door import Door
from bot.delivery.max.events import SEPARATOR, content
from bot.delivery.outcomes import NETWORK_ERRORS, in_short
from bot.delivery.wire import named

_log = logging.getLogger(__name__)

# Seconds for each of the two calls: the person is waiting.
_TIMEOUT = 10.0


async def download(bot: Bot, file_id: str, limit: int) -> bytes:
    """The file's content, of at most `limit` bytes. Raises NotDownloaded. Changes nothing, so it may be repeated."""
    door, method = bot.session, named("getFile")
    assert isinstance(door, Door)
    try:
        # The message is asked for, and not the address that it came with: that may have ended.
        _, mid, place, _ = file_id.split(SEPARATOR, 3)
        found = content(await door.sources.raw(method, mid, _TIMEOUT))
        file = found["attachments"][int(place)]
        if (file.get("size") or 0) > limit:
            raise NotDownloaded(f"{file['size']} bytes")
        got = await door.server.download(method, file["payload"]["url"], _TIMEOUT, limit)
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise NotDownloaded("nobody knows the file") from error
    except (TelegramAPIError, *NETWORK_ERRORS) as error:
        _log.warning("a file could not be downloaded: %s", in_short(error))
        raise NotDownloaded(in_short(error)) from error
    if got is None:
        raise NotDownloaded(f"more than {limit} bytes")
    return got
