"""Comes before the first update: the bot's name there, its menus, the link of the first administrator."""

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.delivery.outcomes import Fate
from bot.delivery.outgoing.speaker import Speaker, backoff
from bot.domain.people.member import Person
from bot.domain.people.messenger import Messenger
from bot.storage.engine.database import DatabaseUnavailable, Storage, Tx
from bot.storage.people import invitations, staff
from bot.storage.post import meta
from handlers.links import CLAIM

_log = logging.getLogger(__name__)

T = TypeVar("T")

STOPS = "Ctrl+C stops the bot."
_NO_LINK = "no link for the first administrator yet"


class Introduction:
    """Asks the messenger, by `ask`, for the bot's name, and introduces the bot to its people."""

    def __init__(
        self, storage: Storage, speaker: Speaker, messenger: Messenger, ask: Callable[[], Awaitable[str]]
    ) -> None:
        self._messenger = messenger
        self._storage = storage
        self._speaker = speaker
        self._ask = ask
        # Asked for before anything is handled.
        self._name = ""

    async def asked(self) -> str:
        """The bot's name; waits for the messenger for as long as it takes. Raises BadToken."""
        self._name = await self._ask()
        return self._name

    def known(self) -> str:
        """The bot's name, once it has been asked for."""
        return self._name

    async def menus(self) -> None:
        """Brings the menus of commands up to date: everybody's, and the staff's own once the database answers."""
        await self._speaker.menu(None, staff=False)
        for member in await _insisted(self._staff, "the staff's menus are not brought up to date yet"):
            # Telegram refuses a menu for a chat that does not exist yet; the common menu serves there.
            outcome = await self._speaker.menu(member.id, staff=True)
            if outcome.fate is not Fate.DONE:
                _log.info("no menu for staff member %s yet: %s", member.id, outcome.error)

    async def _staff(self) -> list[Person]:
        async with self._storage.read() as tx:
            return await staff.members(tx)

    async def claim_link(self) -> str:
        """A link that makes its first bearer an administrator; "" if there is one. Whatever was made before is void."""
        token = invitations.new_token()

        async def work(tx: Tx) -> bool:
            if await staff.admins(tx):
                return False
            await meta.put(tx, meta.CLAIM_HASH, invitations.digest(token))
            return True

        return self._messenger.link(self._name, CLAIM + token) if await self._storage.apply(work) else ""

    async def offer_claim(self, leading: Callable[[], Awaitable[None]]) -> None:
        """Prints on a terminal how the bot is stopped, and the link, once `leading` returns: that of a process that
        does not lead would be void. What a service prints is kept in a log that others may read: there it says which
        command prints the link."""
        if not sys.stdout.isatty():
            if not await _insisted(self._has_admins, _NO_LINK):
                print("There is no administrator yet: `python -m bot claim` prints a link for the first.", flush=True)
            return
        # Who follows may do so for weeks.
        print(STOPS, flush=True)
        await leading()
        if claim := await _insisted(self.claim_link, _NO_LINK):
            print(framed(f"To become the administrator, open: {claim}"), flush=True)

    async def _has_admins(self) -> bool:
        async with self._storage.read() as tx:
            return bool(await staff.admins(tx))


async def _insisted(look: Callable[[], Awaitable[T]], lacking: str) -> T:
    """What the database says, however long it is away; the log tells once what is lacking meanwhile."""
    attempts = 0
    while True:
        try:
            return await look()
        except DatabaseUnavailable as error:
            if not attempts:
                _log.error("%s: %s", lacking, error)
            attempts += 1
            await asyncio.sleep(backoff(attempts))


def framed(words: str) -> str:
    """The words between two lines that nobody overlooks; nothing beside them, so that they can be copied."""
    line = "=" * len(words)
    return f"\n{line}\n{words}\n{line}\n"
