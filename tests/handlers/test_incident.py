"""What nobody foresaw: the person gets an apology with an id, the log the id and the place, and no word of theirs."""

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot import logs
from tests.handlers.answering.ledger import SCHOOL
from tests.texts.heads import Anywhere
from tests.world import living

WORDS = "Ждёмвсехвпятницу"


@pytest.fixture
def written() -> Iterator[list[str]]:
    """All that is logged, as the bot would write it."""
    lines: list[str] = []

    class Keeping(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.extend(formatter.format(record) for formatter in (logs.Lines(), logs.Json()))

    handler = Keeping()
    logging.getLogger().addHandler(handler)
    yield lines
    logging.getLogger().removeHandler(handler)


@pytest.mark.sqlite_alone
@pytest.mark.parametrize("table", ["threads", "thread_messages", "notes"])
async def test_words_that_cannot_be_kept_are_in_no_log(
    tmp_path: Path, written: list[str], table: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with living(tmp_path) as world:
        head = await world.person("Иванова Мария", 101)
        await head.join("Общее", SCHOOL)
        await world.storage.apply(
            lambda tx: tx.execute(
                sa.text(f"CREATE TRIGGER no BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'no more'); END")
            )
        )
        await head.send("/write")
        await head.send(WORDS)
        apology = await head.sees()
        (incident,) = re.findall(Anywhere.INCIDENT + " ([0-9A-F]{6})", apology)
        said = "\n".join(written)
        assert f"incident {incident}" in said
        assert "no more" in said
        assert WORDS not in said
        assert "Мария" not in said
    # It was meant to happen.
    caplog.clear()
