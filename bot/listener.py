"""What is answered over HTTP at LISTEN; who answers what is `bot.parts.doors`'s."""

import logging
from collections.abc import Iterable

from aiohttp import web
from aiohttp.http import HttpProcessingError

_log = logging.getLogger(__name__)

# Bytes of a request's body; what the webhook takes is the largest.
_MAX_BODY = 1_000_000


def _is_ours(record: logging.LogRecord) -> bool:
    """Whoever sends what is no HTTP gets 400; a trace of it would let strangers fill the log."""
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


_log.addFilter(_is_ours)


class Listener:
    """A server that is stopped with everything that it has begun to answer."""

    def __init__(self) -> None:
        self._runner: web.AppRunner | None = None

    async def serve(self, host: str, port: int, routes: Iterable[web.RouteDef]) -> None:
        """Answers these routes there, until stopped. Raises OSError if nobody can listen there."""
        app = web.Application(client_max_size=_MAX_BODY)
        app.router.add_routes(routes)
        # lingering_time: what nobody wanted to read is not read to its end for politeness' sake.
        self._runner = web.AppRunner(app, access_log=None, logger=_log, shutdown_timeout=1.0, lingering_time=0)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()

    async def stop(self) -> None:
        """Answers no more."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
