"""What comes before the first update: who the bot is at Telegram, its menus, the link of the first administrator."""

import logging
from collections.abc import Awaitable, Callable

from bot.delivery.outcomes import Fate
from bot.delivery.outgoing.speaker import Speaker
from bot.storage.engine.database import DatabaseUnavailable, Storage, Tx
from bot.storage.people import invitations, staff
from bot.storage.post import meta
from bot.views.department.people.invitations import link
from handlers.registration import CLAIM

_log = logging.getLogger(__name__)


class Introduction:
    """`ask` asks Telegram for the bot's name."""

    def __init__(self, storage: Storage, speaker: Speaker, ask: Callable[[], Awaitable[str]]) -> None:
        self._storage = storage
        self._speaker = speaker
        self._ask = ask
        # Known before anything is handled.
        self._name = ""

    async def asked(self) -> str:
        """The bot's name; waits for Telegram as long as it takes. Raises BadToken."""
        self._name = await self._ask()
        return self._name

    def known(self) -> str:
        """The same, once it has been asked for."""
        return self._name

    async def menus(self) -> None:
        """Brings the menus of commands up to date: everybody's, and those of the staff."""
        await self._speaker.menu(None, staff=False)
        try:
            async with self._storage.read() as tx:
                members = await staff.members(tx)
        except DatabaseUnavailable as error:
            _log.error("the staff's menus are not brought up to date: %s", error)
            return
        for member in members:
            # Telegram refuses it for a chat that does not exist yet; then the common menu serves.
            outcome = await self._speaker.menu(member.id, staff=True)
            if outcome.fate is not Fate.DONE:
                _log.info("no menu for staff member %s yet: %s", member.id, outcome.error)

    async def claim_link(self) -> None:
        """Nobody is administrator: prints a link that makes its first bearer one."""
        token = invitations.new_token()

        async def work(tx: Tx) -> bool:
            if await staff.admins(tx):
                return False
            # A new link each time; the one printed before is void.
            await meta.put(tx, meta.CLAIM_HASH, invitations.digest(token))
            return True

        if await self._storage.apply(work):
            print(f"To become the administrator, open: {link(self._name, CLAIM + token)}", flush=True)
