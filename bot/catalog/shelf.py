"""The catalog that holds at this moment, and how another one takes its place while the bot runs.

A transaction decides what is adopted: it raises the edition in the database. The next reader turns the shelf to that
edition, so a transaction that was rolled back adopts nothing. After a restart the files count as they are.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from bot.catalog.loader import Files, Loaded, read
from bot.catalog.sent import merge
from bot.domain.catalog.catalog import Catalog
from bot.domain.catalog.faults import Fault

_log = logging.getLogger(__name__)

# So many catalogs that were looked at are kept, in case one is adopted.
_CANDIDATES = 4


class Shelf:
    """`base` is the catalog of the files, `current` that with the directives that were sent to the bot."""

    def __init__(self, base: Catalog, files: Files) -> None:
        self.base = base
        self.current = base
        # The faults of sent directives that do not fit the files any more.
        self.left_out: Mapping[str, tuple[Fault, ...]] = {}
        self.edition = 0
        self._files = files
        self._candidates: dict[str, Catalog] = {}

    async def look(self, now: datetime) -> Loaded:
        """Reads the files as they are now and keeps the catalog for `turn`. Raises CatalogError with all faults."""
        loaded = await asyncio.to_thread(read, self._files, now)
        self._candidates.pop(loaded.digest, None)
        self._candidates[loaded.digest] = loaded.catalog
        while len(self._candidates) > _CANDIDATES:
            del self._candidates[next(iter(self._candidates))]
        return loaded

    async def turn(
        self, edition: int, digest: str, read_bodies: Callable[[], Awaitable[Mapping[str, str]]], now: datetime
    ) -> None:
        """Follows what has been adopted in the database: files with that digest and the sent directives.

        The directives' bodies are read only if the edition is new. A digest of files that were never looked at is that
        of the present ones. An older edition changes nothing: it comes from a transaction that began earlier.
        """
        if edition <= self.edition:
            return
        bodies = await read_bodies()
        if edition <= self.edition:
            return
        self.edition = edition
        self.base = self._candidates.get(digest, self.base)
        sent = merge(self.base, bodies, now)
        self.current, self.left_out = sent.catalog, sent.left_out
        for directive_id, faults in sent.left_out.items():
            told = "; ".join(map(str, faults)) or "it is not in its file"
            _log.warning("the directive %s that was sent to the bot is left out: %s", directive_id, told)
