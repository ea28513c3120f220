"""What the screens of one request need to know, looked up."""

from datetime import datetime

from bot.domain.catalog import Catalog
from bot.domain.obligation import Obligation
from bot.storage import extensions, obligations, replies
from bot.storage.engine import Tx
from bot.views import form


async def card(tx: Tx, obligation: Obligation, catalog: Catalog, now: datetime, person_id: int) -> form.Card:
    """What the screens of a request need to know."""
    return form.Card(
        obligation,
        now,
        catalog.calendar.zone,
        source=catalog.source,
        # Offered before anything is answered.
        has_previous=obligation.version == 0 and await replies.previous(tx, obligation) is not None,
        others=await obligations.others(tx, person_id, obligation.id, now),
        newest=await replies.newest(tx, obligation.id) if obligation.version else None,
        remarks=await replies.remarks_to(tx, obligation.id),
        extension=await extensions.of_obligation(tx, obligation.id, now) if obligation.is_unanswered else None,
    )
