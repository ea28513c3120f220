"""The catalog that holds at this moment, and how another one takes its place while the bot runs.

A transaction decides what is adopted: it raises the edition in the database, where the text of the adopted files is
too. The next reader turns the shelf to that edition, so a transaction that was rolled back adopts nothing, and what one
process has adopted holds for all, whatever files they have.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bot.catalog.faults import CatalogError
from bot.catalog.folder import is_folder
from bot.catalog.loader import Files, compiled, read
from bot.catalog.sent import merge
from bot.domain.catalog.catalog import Catalog
from bot.domain.catalog.faults import Fault
from bot.domain.catalog.written import Adopted, Written

_log = logging.getLogger(__name__)

# So many catalogs that were looked at are kept, in case one is adopted.
_CANDIDATES = 4


class Shelf:
    """`base` is the catalog of the adopted files, `current` that with the directives that were sent to the bot.

    `own` is the catalog of this process's files as it began, or what is wrong with them; until something has been
    adopted it holds.
    """

    base: Catalog
    current: Catalog

    def __init__(self, own: Catalog | CatalogError, files: Files) -> None:
        self.own = own
        # The faults of sent directives that do not fit the files any more.
        self.left_out: Mapping[str, tuple[Fault, ...]] = {}
        self.edition = 0
        self._files = files
        self._candidates: dict[str, Catalog] = {}
        # Its roster need not be read again.
        self._read_last: Catalog | None = None
        # Set when something has been adopted that this program cannot read.
        self.lost = asyncio.Event()
        self._turning = asyncio.Lock()
        if not isinstance(own, CatalogError):
            self.base = self.current = own
            self._keep(own)

    @property
    def folder(self) -> Path:
        """Where the files of directives are: two bots on one machine may have files of their own."""
        directives = self._files.directives
        return (directives if is_folder(directives) else directives.parent).absolute()

    async def look(self, now: datetime) -> Catalog:
        """Reads the files as they are now and keeps the catalog for `turn`. Raises CatalogError with all faults."""
        loaded = await asyncio.to_thread(read, self._files, now, self._read_last)
        self._keep(loaded)
        return loaded

    async def make(self, written: Written, now: datetime) -> Catalog:
        """The catalog of that text, which another process has read from its files; kept for `turn`. Raises
        CatalogError."""
        made = await asyncio.to_thread(compiled, written, now, self._read_last)
        self._keep(made)
        return made

    @property
    def differs(self) -> bool:
        """Whether the files here, as the process began, say something else than was adopted."""
        return self.own != self.base

    async def turn(
        self, edition: int, digest: str, read_adopted: Callable[[bool], Awaitable[Adopted]], now: datetime
    ) -> None:
        """Follows what has been adopted in the database: files with that digest and the sent directives.

        `read_adopted` is asked only if the edition is new, and for the text only if nobody has read these files here.
        Both are read as at the moment of their adoption, so that all make the same of them; as at `now`, and the
        present files stay, where nobody has kept them. An older edition changes nothing: it comes from a transaction
        that began earlier. Raises CatalogError if this program cannot read the text.
        """
        if edition <= self.edition:
            return
        # Of many who come at once one makes it.
        async with self._turning:
            if edition <= self.edition:
                return
            adopted = await read_adopted(digest not in self._candidates)
            at = adopted.at or now
            if adopted.written is not None and digest not in self._candidates:
                try:
                    await self.make(adopted.written, at)
                except CatalogError:
                    self.lost.set()
                    raise
            base = self._candidates.get(digest) or self.base
            sent = await asyncio.to_thread(merge, base, adopted.sent, at) if adopted.sent else None
            self.edition, self.base = edition, base
            current, self.left_out = (sent.catalog, sent.left_out) if sent else (base, {})
            self.current = replace(current, gone=adopted.gone) if adopted.gone else current
        for directive_id, faults in self.left_out.items():
            told = "; ".join(map(str, faults)) or "it is not in its file"
            _log.warning("the directive %s that was sent to the bot is left out: %s", directive_id, told)

    def _keep(self, catalog: Catalog) -> None:
        self._candidates.pop(catalog.written.digest, None)
        self._candidates[catalog.written.digest] = self._read_last = catalog
        while len(self._candidates) > _CANDIDATES:
            del self._candidates[next(iter(self._candidates))]
