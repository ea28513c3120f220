"""«Как в районе»: what a head sees of the others after answering."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.storage.ledger import obligations
from bot.views.callbacks import InDistrict
from tests.handlers.answering.ledger import EVERY_KIND, fill
from tests.people import introduced
from tests.texts.heads import Anywhere, Form
from tests.world import Head, World, catalog_of, living

SCHOOLS = 7


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Seven schools; the request about the club comes on 5 October."""
    roster = tmp_path / "organizations.yaml"
    rows = (f"  - {{code: s{number}, name: Школа {number}, types: [general]}}\n" for number in range(1, SCHOOLS + 1))
    roster.write_text("organizations:\n" + "".join(rows), encoding="utf-8")
    async with living(tmp_path, catalog_of(EVERY_KIND, roster)) as world:
        yield world


async def seated(world: World, number: int) -> Head:
    """The head of that school."""
    head = await world.person(f"Директор {number}", 100 + number)
    await head.join("Общее", f"Школа {number}")
    return head


@pytest.mark.slow
async def test_figures_come_with_the_fifth_answer_and_not_with_the_sixth(world: World) -> None:
    heads = [await seated(world, number) for number in range(1, SCHOOLS + 1)]
    await world.at("2026-10-05 09:00")
    for number, head in enumerate(heads[:6], start=1):
        await fill(head)
        await head.press(Form.SEND)
        await head.press("Как в районе")
        seen = await head.sees()
        assert f"Ответили {number} из {SCHOOLS}" in seen
        if number < 5:
            assert "когда ответят хотя бы 5 организаций" in seen
            assert "120" not in seen
        else:
            # The sixth alone would be seen by the difference.
            assert "Всего: 600" in seen
            assert "в среднем 120 (организаций: 5)" in seen
            assert "У вас: 120" in seen
    await heads[5].press("‹ К ответу")
    assert Form.ACCEPTED in await heads[5].sees()


@pytest.mark.slow
async def test_only_who_has_answered_and_only_their_own(world: World) -> None:
    head, other = await seated(world, 1), await seated(world, 2)
    await world.at("2026-10-05 09:00")
    await fill(head)
    await head.press(Form.SEND)
    async with world.storage.read() as tx:
        theirs = [each.id for each in await obligations.unanswered(tx, other.id, world.now)]
    for obligation_id in theirs:
        await other.callback(InDistrict(obligation=obligation_id).pack())
        assert Anywhere.OUTDATED in await other.toast()
        await head.callback(InDistrict(obligation=obligation_id).pack())
        assert Anywhere.NOT_YOURS in await head.toast()
    stranger = await introduced(world, "Чужой", 666)
    await stranger.callback(InDistrict(obligation=1).pack())
    assert Anywhere.NOT_YOURS in await stranger.toast()
