"""What a tick does, one thing after the other."""

import logging
from collections.abc import Awaitable, Callable

from bot.storage.engine.database import DatabaseUnavailable

_log = logging.getLogger(__name__)


async def do_each(*duties: Callable[[], Awaitable[object]]) -> None:
    """Does all of them, also when one fails: a digest that cannot be put together must not cost the night's backup.

    Raises the first fault when all have been done; DatabaseUnavailable at once, since all of them need the database.
    """
    first: Exception | None = None
    for duty in duties:
        try:
            await duty()
        except DatabaseUnavailable:
            raise
        except Exception as error:
            if first is None:
                first = error
            else:
                _log.exception("another duty has failed")
    if first is not None:
        raise first
