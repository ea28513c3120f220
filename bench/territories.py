"""Control of a region of 2,000 organizations in 23 territories: what each screen costs, and how long it is.

A screen has lines and rows of buttons: a phone shows some twenty at a time.
"""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa

from bench import region
from bench.harness import serving
from bench.screens import TIMES, Bot, Cost, Step, Watched, database, do
from bot.app import App
from bot.domain.ledger.control import Part
from bot.domain.ledger.obligation import ObligationState
from bot.domain.people.member import Limits, StaffRole
from bot.storage import schema as t
from bot.storage.engine.database import Storage, Tx
from bot.storage.ledger import obligations, rounds
from bot.storage.people import staff
from bot.views.callbacks.control import Answer, Finished, InRound, InTerritory, RemindIn, Shares
from bot.views.callbacks.department import Control
from tests.reports import ledgers

ORGANIZATIONS, TERRITORIES = 2000, 23


def measure() -> None:
    """Prints the tables."""
    watched = Watched()
    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(watched)) as runner:
        runner.run(_measure(watched))


async def _measure(watched: Watched) -> None:
    catalog = region.territorial(ledgers.catalog(), TERRITORIES)
    for kind in ("sqlite", "postgresql"):
        async with AsyncExitStack() as stack:
            url = await stack.enter_async_context(database(kind))
            if url is None:
                continue
            storage = Storage(url)
            rows = await region.fill(storage, ORGANIZATIONS, ledgers.NOW, tuple(catalog.territories))

            async def limit(tx: Tx) -> None:
                limits = Limits(territories=frozenset({"t1"}))
                await staff.change(tx, region.CURATOR, StaffRole.CURATOR, limits, region.ADMIN, ledgers.NOW)

            await storage.apply(limit)
            print(f"\n{kind}: {ORGANIZATIONS:,} organizations in {TERRITORIES} territories, {rows:,} obligations")
            server = await stack.enter_async_context(serving())
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="bench-")))
            app = App(region.settings(url, server.url, folder), catalog, lambda: ledgers.NOW)
            bot = Bot(app, watched)
            await app.introduction.asked()
            print(f"median of {TIMES}; ms{'wall':>43} {'CPU':>8} {'held':>9} {'SQL':>6}   {'first':>8}")
            for name, step in (await _screens(storage)).items():
                cost = Cost()
                for _ in range(TIMES + 1):
                    with bot.measured(cost):
                        await do(bot, step)
                print(f"{name:>52} {cost.shown()}", flush=True)
            await app.close()
            await storage.close()


async def _screens(storage: Storage) -> dict[str, Step]:
    """Each screen by the step that leads there."""
    admin, curator = region.ADMIN, region.CURATOR
    async with storage.read() as tx:
        running = await rounds.open_now(tx, ledgers.NOW)
        asked = sa.select(t.obligations.c.round_id, sa.func.count()).group_by(t.obligations.c.round_id)
        sizes: dict[int, int] = {row.round_id: row[1] for row in await tx.execute(asked)}
        wide = max(running, key=lambda each: sizes.get(each.id, 0)).id
        theirs = t.obligations.c.territory == "t2"
        owed = (await obligations.of_round(tx, wide, (ObligationState.ANSWERED,), theirs, limit=1))[0]
    return {
        "/panel": (admin, "/panel"),
        "/panel, a curator of one territory": (curator, "/panel"),
        "/status": (admin, "/status"),
        "/status, a curator of one territory": (curator, "/status"),
        "/status, last page": (admin, f"»{Control(page=99).pack()}"),
        "finished rounds": (admin, f"»{Finished().pack()}"),
        "a round by territory": (admin, f"»{InRound(round=wide).pack()}"),
        "the same, who owes": (admin, f"»{InRound(round=wide, part=Part.OWING).pack()}"),
        "the same, whose answer waits": (admin, f"»{InRound(round=wide, part=Part.WAITING).pack()}"),
        "the same, whom it has not reached": (admin, f"»{InRound(round=wide, part=Part.UNREACHED).pack()}"),
        "the same, shares": (admin, f"»{Shares(round=wide).pack()}"),
        "the round, a curator of one territory": (curator, f"»{InRound(round=wide).pack()}"),
        "a territory": (admin, f"»{InTerritory(round=wide, territory='t2').pack()}"),
        "a territory, last page": (admin, f"»{InTerritory(round=wide, territory='t2', page=99).pack()}"),
        "a territory, who owes": (admin, f"»{InTerritory(round=wide, territory='t2', part=Part.OWING).pack()}"),
        "an answer": (admin, f"»{Answer(obligation=owed.id).pack()}"),
        "reminding a territory": (admin, f"»{RemindIn(round=wide, territory='t3', sure=True).pack()}"),
    }
