"""What a head of a region sees of the others after answering: those of their own territory, by its name."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.storage import schema as t
from tests.handlers.answering.ledger import EVERY_KIND, fill
from tests.handlers.test_district import seated
from tests.texts.department import Control
from tests.texts.heads import Form
from tests.world import ROOT, World, catalog_of, living

pytestmark = pytest.mark.both_databases

_TERRITORIES = "territories: {north: {name: Северный район, short: Север}, south: {name: Южный район, short: Юг}}\n"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Six schools of the north, one of the south, and one of neither; the request comes on 5 October."""
    territories = [", territory: north"] * 6 + [", territory: south", ""]
    rows = (
        f"  - {{code: s{number}, name: Школа {number}, types: [general]{territory}}}\n"
        for number, territory in enumerate(territories, start=1)
    )
    (tmp_path / "organizations.yaml").write_text("organizations:\n" + "".join(rows), encoding="utf-8")
    calendar = (ROOT / "data/calendar.yaml").read_text(encoding="utf-8")
    (tmp_path / "calendar.yaml").write_text(calendar + _TERRITORIES, encoding="utf-8")
    catalog = catalog_of(EVERY_KIND, tmp_path / "organizations.yaml", tmp_path / "calendar.yaml")
    async with living(tmp_path, catalog) as region:
        yield region


@pytest.mark.slow
async def test_heads_are_compared_within_their_territory(world: World) -> None:
    heads = [await seated(world, number) for number in range(1, 9)]
    await world.at("2026-10-05 09:00")
    for head in heads:
        await fill(head)
        await head.press(Form.SEND)
    await heads[0].press("Как у других: Север")
    seen = await heads[0].sees()
    assert seen.startswith("Северный район: как у других")
    assert f"{Control.ANSWERED} 6 из 6" in seen
    assert "Всего" in seen
    assert "(организаций: 5)" in seen
    # The south has one school: what it has answered is nobody else's, and it hears nothing of the north.
    await heads[6].press("Как у других: Юг")
    seen = await heads[6].sees()
    assert "Южный район" in seen
    assert f"{Control.ANSWERED} 1 из 1" in seen
    assert "Всего" not in seen
    # Who belongs to none sees all together.
    await heads[7].press("Как у других")
    assert f"{Control.ANSWERED} 8 из 8" in await heads[7].sees()


@pytest.mark.slow
@pytest.mark.slow_on_postgresql
async def test_a_school_that_has_moved_is_compared_where_it_was_asked(world: World) -> None:
    head = await seated(world, 1)
    await world.at("2026-10-05 09:00")
    await fill(head)
    await head.press(Form.SEND)
    moved = sa.update(t.organizations).where(t.organizations.c.name == "Школа 1").values(territory="south")
    await world.storage.apply(lambda tx: tx.execute(moved))
    await head.press("Как у других: Север")
    assert f"{Control.ANSWERED} 1 из 6" in await head.sees()
