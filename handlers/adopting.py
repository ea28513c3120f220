"""The catalog of the moment follows what has been adopted in the database."""

from datetime import datetime

from bot.catalog.shelf import Shelf
from bot.storage.engine.database import Tx
from bot.storage.ledger import sent_directives
from bot.storage.ledger.sent_directives import Edition


async def catch_up(tx: Tx, shelf: Shelf, adopted: Edition, now: datetime) -> None:
    """Turns the shelf to the edition that was adopted last, at the beginning of whatever is done."""
    if adopted.number > shelf.edition:
        shelf.turn(adopted.number, adopted.digest, await sent_directives.every(tx), now)
