"""The catalog of these tests, what the ledger holds, and the way through the big form."""

from pathlib import Path

from bot.domain.catalog.catalog import Catalog
from bot.domain.ledger.obligation import ObligationState, Reply
from bot.storage.ledger import obligations, replies
from tests.texts.example import Club
from tests.texts.heads import Form
from tests.world import Head, World, catalog_of

EVERY_KIND = Path(__file__).parent / "every_kind.yaml"
SCHOOL = "Сосновоозёрская"
_ROSTER = """organizations:
  - {code: s1, name: Сосновоозёрская школа, types: [general]}
  - {code: s2, name: Белоярская школа, types: [general]}
  - {code: k1, name: Детский сад «Ёлочка», types: [preschool]}
"""


def every_kind(folder: Path) -> Catalog:
    """The catalog of `every_kind.yaml` with three organizations."""
    roster = folder / "organizations.yaml"
    roster.write_text(_ROSTER, encoding="utf-8")
    return catalog_of(EVERY_KIND, roster)


async def newest(world: World, obligation_id: int = 1) -> Reply | None:
    """The ledger's newest answer."""
    async with world.storage.read() as tx:
        return await replies.newest(tx, obligation_id)


async def state(world: World, obligation_id: int = 1) -> ObligationState:
    """What the ledger holds against the organization."""
    async with world.storage.read() as tx:
        obligation = await obligations.get(tx, obligation_id)
    assert obligation is not None
    return obligation.state


async def mine(world: World, head: Head) -> dict[str, int]:
    """Ids of what the head's organizations owe, by directive."""
    async with world.storage.read() as tx:
        found = await obligations.unanswered(tx, head.id, world.now)
    return {obligation.round.directive.id: obligation.id for obligation in found}


async def fill(head: Head) -> None:
    """Answers everything up to the preview."""
    await head.press(Club.WORKS, "Лыжи", "Борьба", Form.DONE, Form.YES)
    await head.send("120")
    await head.send("60")
    await head.send("12,5")
    await head.press(Form.YESTERDAY, Form.SKIP)
    await head.send("school.ru/club")
    await head.send_file("приказ 12.pdf")
    await head.press(Form.DONE)


async def answer(world: World, head: Head) -> None:
    """Fills the big form on the morning when it comes, and sends it."""
    await world.at("2026-10-05 09:00")
    await fill(head)
    await head.press(Form.SEND)
