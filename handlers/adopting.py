"""The catalog of the moment follows what has been adopted in the database."""

from datetime import datetime

from bot.catalog.shelf import Shelf
from bot.storage import sent_directives
from bot.storage.engine import Tx


async def catch_up(tx: Tx, shelf: Shelf, now: datetime) -> None:
    """Turns the shelf to the edition that holds, at the beginning of whatever is done."""
    adopted = await sent_directives.edition(tx)
    if adopted.number > shelf.edition:
        shelf.turn(adopted.number, adopted.digest, await sent_directives.every(tx), now)
