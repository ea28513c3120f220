"""A report is for whoever may see it when it is sent: not when it was ordered, nor when it was begun."""

import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import cast

import pytest

from bot.catalog.loader import Files
from bot.catalog.shelf import Shelf
from bot.domain.ledger.report import Order, ReportKind
from bot.domain.letter import Letter, LetterKind
from bot.domain.people.member import Limits, StaffRole
from bot.domain.screen import Parcel, Rendered, Screen
from bot.reports import workshop
from bot.reports.job import Job, Made
from bot.reports.orders import Orders
from bot.reports.workshop import Workshop
from bot.storage.engine.database import Storage, Tx
from bot.storage.people import people, staff
from tests.databases import make_database
from tests.storage.seed import ADMIN, NOW, OLGA, Seed
from tests.world import catalog_of

GARDENS = Limits(frozenset({"preschool"}))


class Slow:
    """Makes reports that say within which limits they are; something happens while the first is made."""

    def __init__(self, folder: Path, seed: Seed, happens: Callable[[Tx], Awaitable[object]]) -> None:
        self._folder, self._seed, self._happens = folder, seed, happens
        self.made_within: list[Limits] = []

    @asynccontextmanager
    async def made(self, job: Job) -> AsyncIterator[tuple[Made, Path]]:
        self.made_within.append(job.order.limits)
        (self._folder / "report.xlsx").write_text(str(sorted(job.order.limits.types)))
        if len(self.made_within) == 1:
            await self._seed.storage.apply(self._happens)
        yield Made(("report.xlsx",), "Отчёт"), self._folder


@pytest.fixture
async def seed(tmp_path: Path) -> AsyncIterator[Seed]:
    await make_database(tmp_path / "bot.db")
    storage = Storage(f"sqlite+aiosqlite:///{tmp_path}/bot.db")
    yield Seed(storage, storage)
    await storage.close()


async def ordered(seed: Seed, shop: Workshop) -> Rendered | None:
    """The workbook that Olga has ordered."""
    catalog = catalog_of()
    files = Files(Path("data/directives.yaml"), Path("data/calendar.yaml"), None, catalog.calendar.zone)
    orders = Orders(seed.storage, shop, Shelf(catalog, files))
    data = Order(ReportKind.WORKBOOK).data
    letter = Letter(1, LetterKind.REPORT, OLGA, data, LetterKind.REPORT.urgency, 0, NOW, NOW)
    return await orders.render(letter, NOW)


@pytest.mark.parametrize("lacks", ["room", "processes"])
async def test_who_orders_a_report_that_cannot_be_begun_reads_so(
    seed: Seed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lacks: str
) -> None:
    await seed.person(OLGA)
    await seed.storage.apply(partial(staff.grant, person_id=OLGA, role=StaffRole.ADMIN, by=None, now=NOW))
    if lacks == "room":
        # As of a folder for temporary files that is gone, full or read-only.
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    else:
        monkeypatch.setattr(workshop, "MAKER", (str(tmp_path / "none"),))
    rendered = await ordered(seed, Workshop(f"sqlite+aiosqlite:///{tmp_path}/bot.db"))
    assert isinstance(rendered, Rendered)
    assert isinstance(rendered.content, Screen)
    assert "отчёт не получился" in rendered.content.text


@pytest.mark.parametrize("ordered_by", [StaffRole.ADMIN, StaffRole.VIEWER])
@pytest.mark.parametrize("happens", ["taken", "narrowed"])
async def test_who_loses_the_right_while_it_is_made_gets_nothing_of_it(
    seed: Seed, tmp_path: Path, ordered_by: StaffRole, happens: str
) -> None:
    for person_id, role in ((ADMIN, StaffRole.ADMIN), (OLGA, ordered_by)):
        await seed.person(person_id)
        await seed.storage.apply(partial(people.consent, person_id=person_id, now=NOW))
        await seed.storage.apply(partial(staff.grant, person_id=person_id, role=role, by=None, now=NOW))

    async def change(tx: Tx) -> None:
        if happens == "taken":
            assert await staff.revoke(tx, OLGA, ADMIN, NOW)
        else:
            assert await staff.change(tx, OLGA, StaffRole.CURATOR, GARDENS, ADMIN, NOW)

    shop = Slow(tmp_path, seed, change)
    rendered = await ordered(seed, cast(Workshop, shop))
    if happens == "taken":
        assert rendered is None
        assert shop.made_within == [Limits()]
    else:
        assert isinstance(rendered, Rendered)
        assert isinstance(rendered.content, Parcel)
        (volume,) = rendered.content.files
        assert volume.content.piece(0, 100) == b"['preschool']"
        assert shop.made_within == [Limits(), GARDENS]
