"""Comes before the first update: the bot's name there, its menus, the link of the first administrator."""

import logging
import sys
from collections.abc import Awaitable, Callable

from bot.delivery.outcomes import Fate
from bot.delivery.outgoing.speaker import Speaker
from bot.domain.people.messenger import Messenger
from bot.storage.engine.database import DatabaseUnavailable, Storage, Tx
from bot.storage.people import invitations, staff
from bot.storage.post import meta
from handlers.registration import CLAIM

_log = logging.getLogger(__name__)

STOPS = "Ctrl+C stops the bot."


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
        """Brings the menus of commands up to date: everybody's, and the staff's own."""
        await self._speaker.menu(None, staff=False)
        try:
            async with self._storage.read() as tx:
                members = await staff.members(tx)
        except DatabaseUnavailable as error:
            _log.error("the staff's menus are not brought up to date: %s", error)
            return
        for member in members:
            # Telegram refuses a menu for a chat that does not exist yet; the common menu serves there.
            outcome = await self._speaker.menu(member.id, staff=True)
            if outcome.fate is not Fate.DONE:
                _log.info("no menu for staff member %s yet: %s", member.id, outcome.error)

    async def claim_link(self) -> str:
        """A link that makes its first bearer an administrator; "" if there is one. Whatever was made before is void."""
        token = invitations.new_token()

        async def work(tx: Tx) -> bool:
            if await staff.admins(tx):
                return False
            await meta.put(tx, meta.CLAIM_HASH, invitations.digest(token))
            return True

        return self._messenger.link(self._name, CLAIM + token) if await self._storage.apply(work) else ""

    async def offer_claim(self, *, leads: bool) -> None:
        """Prints the link on a terminal, if this process `leads`: another one's would be void. What a service prints is
        kept in a log that others may read, so there it says which command prints the link."""
        try:
            await self._offer_claim(leads=leads)
        except DatabaseUnavailable as error:
            _log.error("no link for the first administrator: %s", error)

    async def _offer_claim(self, *, leads: bool) -> None:
        if not sys.stdout.isatty():
            async with self._storage.read() as tx:
                if not await staff.admins(tx):
                    print(
                        "There is no administrator yet: `python -m bot claim` prints a link for the first.", flush=True
                    )
        elif leads and (claim := await self.claim_link()):
            print(framed(f"To become the administrator, open: {claim}", STOPS), flush=True)
        else:
            print(STOPS, flush=True)


def framed(*lines: str) -> str:
    """The lines between two others that nobody overlooks; nothing beside them, so that they can be copied."""
    line = "=" * max(map(len, lines))
    return "\n".join(["", line, *lines, line, ""])
