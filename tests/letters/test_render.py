"""Letters of every kind, when what they are about is gone."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.domain.letter import Export, Letter, LetterKind, Urgency
from bot.letters.render import render, renderer
from bot.storage.engine.database import Storage
from tests.catalog.sheets import example
from tests.databases import make_database, quick
from tests.threadless import threadless

NOW = datetime(2026, 10, 5, 3, tzinfo=UTC)
NOBODY, NOTHING = 101, 1
# Copies are looked up together; a report goes by a lane of its own.
OTHERWISE = {LetterKind.ANNOUNCEMENT, LetterKind.REPORT}
ALONE = [kind for kind in LetterKind if kind not in OTHERWISE]

# All that any letter names.
NAMED = ("seat", "person", "round", "obligation", "extension", "announcement", "thread", "field", "file", "invitation")
DATA: dict[str, Any] = {
    **dict.fromkeys(NAMED, NOTHING),
    **{name: [NOTHING] for name in ("obligations", "notes", "organizations")},
    "batch": "b",
    "since": "2026-10-05T01:00:00+00:00",
}


def letter(kind: LetterKind, **data: Any) -> Letter:
    """As the courier claims it."""
    return Letter(NOTHING, kind, NOBODY, DATA | data, Urgency.SERVICE, 0, NOW, NOW, announcement_id=NOTHING)


def test_each_kind_has_a_renderer_of_its_own() -> None:
    renderers = {kind: renderer(kind) for kind in ALONE}
    # A seat is given or refused: one look says which.
    assert renderers.pop(LetterKind.REJECTED) is renderers[LetterKind.SEATED]
    assert len(set(renderers.values())) == len(renderers)


@pytest.mark.parametrize("kind", sorted(OTHERWISE))
def test_what_is_not_rendered_one_by_one(kind: LetterKind) -> None:
    with pytest.raises(ValueError, match=kind):
        renderer(kind)


async def test_there_is_nothing_to_say_when_all_is_gone(tmp_path: Path) -> None:
    """Whom and what the letters name has been erased meanwhile: none is sent, and none hinders another."""
    await make_database(tmp_path / "bot.db")
    storage = threadless(quick(Storage(f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}")))
    # What befell the department's group is news whoever reads it.
    kinds = [kind for kind in LetterKind if kind not in (LetterKind.REPORT, LetterKind.GROUP, LetterKind.EXPORT)]
    letters = [letter(kind) for kind in kinds] + [letter(LetterKind.EXPORT, what=what) for what in Export]
    async with storage.read() as tx:
        rendered = [each async for each in render(tx, letters, example(), NOW)]
    await storage.close()
    assert rendered == [None] * len(letters)
