"""Serves HTTP at LISTEN; `bot.parts.doors` says who answers what."""

import logging
from collections.abc import Iterable

from aiohttp import web
from aiohttp.http import HttpProcessingError

_log = logging.getLogger(__name__)

# Bytes of a request's body: the webhook takes the largest.
_MAX_BODY = 1_000_000


def _is_ours(record: logging.LogRecord) -> bool:
    """Whether the record is no trace of a request that is no HTTP: strangers could fill the log with those."""
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


_log.addFilter(_is_ours)


class Listener:
    """A server that ends whatever it has begun to answer when it stops."""

    def __init__(self) -> None:
        self._runner: web.AppRunner | None = None

    async def serve(self, host: str, port: int, routes: Iterable[web.RouteDef]) -> None:
        """Serves these routes until stopped. Raises OSError if the address cannot be listened at."""
        app = web.Application(client_max_size=_MAX_BODY)
        app.router.add_routes(routes)
        # lingering_time: an unwanted body is not read to its end for politeness' sake.
        self._runner = web.AppRunner(app, access_log=None, logger=_log, shutdown_timeout=1.0, lingering_time=0)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()

    async def stop(self) -> None:
        """Stops serving."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
