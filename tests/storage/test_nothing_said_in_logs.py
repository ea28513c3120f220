"""Whatever statement fails, and however: the log says where and what, and nothing of what people have said."""

import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from bot import logs
from bot.storage import schema as t
from bot.storage.engine.database import DatabaseUnavailable, Tx
from bot.storage.engine.prepared import INSERTS, Prepared, Upsert
from tests.storage.seed import NOW, Seed

WORDS = "Ждёмвсехвпятницу"
TABLES = sorted(t.metadata.tables.values(), key=lambda table: table.name)
Doing = Callable[[Tx], Awaitable[Any]]


def filled(table: sa.Table) -> dict[str, Any]:
    """A row of the table with words wherever words fit, and a reference that leads nowhere wherever one is needed."""
    return {column.name: _value(column) for column in table.c}


def _value(column: sa.Column[Any]) -> Any:
    kind = column.type
    if isinstance(kind, sa.JSON):
        return {"text": WORDS}
    try:
        of = kind.python_type
    except NotImplementedError:
        return WORDS
    if of is str:
        return WORDS
    return {int: 987654321, bool: True, bytes: WORDS.encode()}.get(of, NOW)


def broken(table: sa.Table) -> sa.Table:
    """The same with a column that no database has, so that each statement on it fails there."""
    wrong = table.to_metadata(sa.MetaData())
    wrong.append_column(sa.Column("no_such", sa.Text))
    return wrong


def ways_of(table: sa.Table) -> dict[str, Doing]:
    """Each kind of statement on a table, so that it fails."""
    wrong, row = broken(table), filled(table)
    wrong_row = row | {"no_such": WORDS}
    words = [column for column in wrong.c if isinstance(column.type, sa.String | sa.Text)]
    condition = sa.and_(*(column == WORDS for column in words))
    keys = tuple(column.name for column in table.primary_key)

    async def upserted(tx: Tx) -> None:
        insert = INSERTS[tx.dialect.name](wrong).values(wrong_row)
        await tx.execute(insert.on_conflict_do_update(index_elements=list(keys), set_={"no_such": WORDS}))

    prepared = Prepared(sa.select(wrong).where(wrong.c.no_such == sa.bindparam("said")))
    listed = Prepared(sa.select(wrong).where(wrong.c.no_such.in_(sa.bindparam("said", expanding=True))))
    return {
        "select": lambda tx: tx.execute(sa.select(wrong).where(condition)),
        "insert": lambda tx: tx.execute(sa.insert(wrong).values(wrong_row)),
        "insert many": lambda tx: tx.execute(sa.insert(wrong), [wrong_row, wrong_row]),
        "update": lambda tx: tx.execute(sa.update(wrong).where(condition).values(no_such=WORDS)),
        "delete": lambda tx: tx.execute(sa.delete(wrong).where(condition)),
        "upsert": upserted,
        "prepared": lambda tx: prepared.all(tx, said=WORDS),
        "prepared list": lambda tx: listed.all(tx, said=[WORDS, WORDS]),
        "prepared upsert": lambda tx: Upsert(wrong, keys, ("no_such",)).run(tx, **wrong_row),
        # These reach the rows: a reference to nothing, a row that is there already.
        "twice": partial(_each, [sa.insert(table).values(row), sa.insert(table).values(row)]),
        "no number": lambda tx: tx.execute(
            sa.text("SELECT CAST(:said AS INTEGER) / 0, no_such").bindparams(said=WORDS)
        ),
    }


async def _each(statements: list[Any], tx: Tx) -> None:
    for statement in statements:
        await tx.execute(statement)


@pytest.fixture
def lines() -> Any:
    """What the log would say of an error, for people and for programs."""

    def of(error: BaseException) -> str:
        record = logging.LogRecord(
            "bot",
            logging.ERROR,
            __file__,
            1,
            "it failed: %s, %r",
            (error, error),
            (type(error), error, error.__traceback__),
        )
        return logs.Lines().format(record) + logs.Json().format(record)

    return of


@pytest.mark.slow
async def test_no_statement_that_fails_tells_its_values(seed: Seed, lines: Callable[[BaseException], str]) -> None:
    for table in TABLES:
        for way, doing in ways_of(table).items():
            what = f"{way} of {table.name}"
            with pytest.raises((sa.exc.SQLAlchemyError, DatabaseUnavailable, ValueError, TypeError)) as caught:
                async with seed.storage.write() as tx:
                    await doing(tx)
            said = lines(caught.value)
            assert WORDS not in said, what
            assert WORDS.encode().hex() not in said, what
            assert "987654321" not in said, what
            # It is still told where it failed and, of the statement, which.
            assert "test_nothing_said_in_logs.py" in said, what
            # Neither do they who write errors without the log.
            assert WORDS not in str(caught.value) or seed.storage.engine.dialect.name == "postgresql", what


async def test_a_chain_and_a_group_of_errors_tell_no_words(lines: Callable[[BaseException], str]) -> None:
    def wrong() -> None:
        try:
            int(WORDS)
        except ValueError as error:
            raise KeyError(WORDS) from error

    with pytest.raises(KeyError) as caught:
        wrong()
    group = ExceptionGroup(WORDS, [caught.value, OSError(2, "No such file or directory", f"{WORDS}.xlsx")])
    said = lines(group)
    assert WORDS not in said
    for kind in ("ValueError", "KeyError", "ExceptionGroup", "[Errno 2] No such file or directory"):
        assert kind in said
