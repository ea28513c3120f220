"""The post: a courier of letters, and a courier of reports, which take longer to make."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from functools import partial

from bot.catalog.shelf import Shelf
from bot.delivery.outgoing.bell import Bell
from bot.delivery.outgoing.courier import REPORTS, Courier
from bot.domain.letter import Letter, Postponed, held_until
from bot.domain.screen import Rendered
from bot.letters.batches import Rendering
from bot.letters.render import render
from bot.parts.telegram import Telegram
from bot.parts.unreachable import Unreachable
from bot.parts.wall_clock import WallClock
from bot.replica import Replica
from bot.reports.orders import Orders
from bot.reports.workshop import Workshop
from bot.storage.engine.database import Storage, Tx


class Post:
    """Two couriers, which hear the bell."""

    def __init__(
        self,
        storage: Storage,
        telegram: Telegram,
        shelf: Shelf,
        workshop: Workshop,
        now: Callable[[], datetime],
        unreachable: Unreachable,
        bell: Bell,
        wall_clock: WallClock,
        replica: Replica,
    ) -> None:
        courier = partial(
            Courier,
            storage,
            telegram.speaker,
            now=now,
            on_unreachable=unreachable.note,
            held_until=partial(_held_until, shelf),
            replica=replica,
            may_send=wall_clock.may_send,
        )
        self.courier = courier(render=Rendering(storage, partial(_rendered, shelf)).render)
        self.reporter = courier(render=Orders(storage, workshop, shelf).render, lane=REPORTS)
        bell.heard_by(self.courier.ring, self.reporter.ring)
        replica.lost_by(self.courier.lost, self.reporter.lost)


def _rendered(
    shelf: Shelf, tx: Tx, batch: Sequence[Letter], now: datetime
) -> AsyncIterator[Rendered | Postponed | None]:
    return render(tx, batch, shelf.current, now)


def _held_until(shelf: Shelf, letter: Letter, now: datetime) -> datetime | None:
    calendar = shelf.current.calendar
    # Where people live by several calendars, it is known with the letter's words by which this one does.
    return None if calendar.others else held_until(letter, calendar, now)
