"""Statements that are put together once find and change what they do by SQLAlchemy's own way, on either engine."""

import importlib
import pkgutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

import bot.storage
from bot.storage.engine.database import Storage, Tx
from bot.storage.engine.prepared import Plan, Prepared, Upsert
from bot.storage.engine.rows import one_of
from bot.storage.people import people
from bot.storage.post import dialogues, inbox
from bot.storage.post.dialogues import Dialogue
from bot.storage.post.inbox import Incoming
from bot.storage.schema import dialogues as dialogue_rows
from bot.storage.schema import metadata
from bot.storage.schema import people as people_rows
from bot.storage.schema import seats as seat_rows
from tests.databases import make_database
from tests.storage.plans import indexes_of
from tests.storage.seed import NOW, Seed

_FOUND = sa.select(people_rows).where(one_of(people_rows.c.id, "ids"))
_NAMED = sa.select(people_rows.c.id, people_rows.c.consent_at, people_rows.c.name.label("called")).where(
    people_rows.c.consent_at > sa.bindparam("since"), people_rows.c.name.in_(["Анна", "Борис"])
)
_RENAME = Prepared(
    sa.update(people_rows).where(people_rows.c.id == sa.bindparam("whose")).values(name=sa.bindparam("new"))
)
_ADD = Prepared(people_rows.insert())
# What is never asked of SQLite.
_OF_SERVERS = ("claims._LOCK", "meta._CLOCK", "post.replicas.")


def constants() -> Iterator[tuple[str, Prepared]]:
    """All of the storage."""
    for info in pkgutil.walk_packages(bot.storage.__path__, "bot.storage."):
        if ".migrations." in info.name:
            # Alembic's scripts run only under Alembic.
            continue
        module = importlib.import_module(info.name)
        for name, value in vars(module).items():
            every = value if isinstance(value, dict | tuple) else {"": value}
            for key, prepared in every.items() if isinstance(every, dict) else enumerate(every):
                if isinstance(prepared, Prepared):
                    yield f"{info.name}.{name}{key}", prepared


def test_each_engine_has_all_of_them() -> None:
    found = dict(constants())
    dialects: dict[str, Any] = {"sqlite": dialect_of(sqlite), "postgresql": dialect_of(postgresql)}
    assert len(found) > 30
    for name, prepared in found.items():
        for engine, dialect in dialects.items():
            assert str(prepared.statements[engine].compile(dialect=dialect)), name


@pytest.mark.slow
def test_sqlite_makes_the_plan_of_each_once() -> None:
    # It makes one anew when a value is given that may decide whether a partial index serves, as «state = ?» may.
    engine, asked, anew = sa.create_engine("sqlite://"), [], []

    def ask(*what: Any) -> int:
        asked.append(what)
        return sqlite3.SQLITE_OK

    with engine.connect() as connection:
        metadata.create_all(connection)
        sqlite_itself: Any = connection.connection.driver_connection
        # SQLite asks whether it may do what a statement says when it makes its plan.
        sqlite_itself.set_authorizer(ask)
        for name, prepared in constants():
            statement = prepared.statements["sqlite"]
            if isinstance(statement, sa.Insert) or any(word in name for word in _OF_SERVERS):
                continue
            binds = statement.compile(dialect=sqlite.dialect()).binds.values()
            sql = Plan(statement, sqlite.dialect(), [each.key for each in binds if each.required]).sql
            for value in ("[1]", "[2]"):
                sqlite_itself.execute(f"EXPLAIN {sql}", [value] * sql.count("?")).fetchall()
                anew += [name] if asked and value == "[2]" else []
                assert asked or value == "[2]"
                asked.clear()
    assert not anew


async def test_what_is_one_of_many_is_looked_up_by_an_index(seed: Seed) -> None:
    # A comparison with its truth, which SQLAlchemy makes of a condition where truth is a number, reads the whole table.
    query = sa.select(seat_rows.c.role).where(one_of(seat_rows.c.person_id, [1, 2]), seat_rows.c.state != "")
    assert await indexes_of(seed.storage, lambda tx: tx.execute(query)) == {"ix_seats_person_id"}


def dialect_of(module: Any) -> Any:
    return module.dialect()


@pytest.fixture
async def crowd(seed: Seed) -> Seed:
    """Three people, of whom two have agreed to their data being kept, at different times."""
    async with seed.storage.write() as tx:
        for number, name in enumerate(("Анна", "Борис", "Вера"), 1):
            await people.ensure(tx, number, name, NOW)
        for number in (1, 2):
            await people.consent(tx, number, NOW + timedelta(days=number))
    return seed


@pytest.mark.parametrize("ids", [[], [1], [1, 2], [3, 1, 2], [7], list(range(2, 40))])
async def test_a_list_of_any_length_is_looked_up_in(crowd: Seed, ids: list[int]) -> None:
    async with crowd.storage.read() as tx:
        ours = await Prepared(_FOUND).all(tx, ids=ids)
        theirs = (await tx.execute(sa.select(people_rows).where(people_rows.c.id.in_(ids)))).all()
    assert sorted(ours) == sorted(theirs)
    assert {row.id for row in ours} == {1, 2, 3} & set(ids)


async def test_rows_are_read_as_sqlalchemy_reads_them(crowd: Seed) -> None:
    moscow = (NOW + timedelta(days=1, hours=1)).astimezone(timezone(timedelta(hours=3)))
    async with crowd.storage.read() as tx:
        ours = await Prepared(_NAMED).all(tx, since=moscow)
        theirs = (await tx.execute(_NAMED, {"since": moscow})).all()
    assert list(ours) == list(theirs)
    (row,) = ours
    assert (row.id, row.called, row[2]) == (2, "Борис", "Борис")
    assert row.consent_at == NOW + timedelta(days=2)
    assert row.consent_at.tzinfo is UTC
    assert dict(row._mapping) == dict(theirs[0]._mapping)


async def test_json_comes_back_as_it_was(crowd: Seed) -> None:
    read = Prepared(sa.select(dialogue_rows.c.data).where(dialogue_rows.c.person_id == sa.bindparam("whose")))
    for said in ({}, {"школа": ["№ 1", None, True, 1.5]}, {"null": None}):
        async with crowd.storage.write() as tx:
            await dialogues.put(tx, 1, Dialogue("join", said), NOW)
        async with crowd.storage.read() as tx:
            assert await read.scalar(tx, whose=1) == said
            assert await read.scalar(tx, whose=2) is None


async def test_it_says_how_many_rows_it_has_changed(crowd: Seed) -> None:
    async with crowd.storage.write() as tx:
        assert await _RENAME.run(tx, whose=1, new="Алла") == 1
        assert await _RENAME.run(tx, whose=99, new="Никто") == 0
    person = await crowd.see(lambda tx: people.get(tx, 1))
    assert person is not None
    assert person.name == "Алла"


async def test_many_rows_at_once(seed: Seed) -> None:
    rows = [{"id": number, "name": f"{number}", "created_at": NOW} for number in range(1, 1001)]
    await seed.storage.apply(lambda tx: _ADD.run_each(tx, rows))
    await seed.storage.apply(lambda tx: _ADD.run_each(tx, []))
    put = Upsert(people_rows, ("id",), ("name",))
    some = [{"id": number, "name": "снова", "created_at": NOW} for number in (1, 1000, 1001)]
    await seed.storage.apply(lambda tx: put.run_each(tx, some))
    query = sa.select(sa.func.count(), sa.func.count().filter(people_rows.c.name == "снова"))
    async with seed.storage.read() as tx:
        assert (await tx.execute(query)).one() == (1001, 3)


async def test_a_fault_is_sqlalchemy_s_and_tells_nothing_of_people(tmp_path: Path) -> None:
    # SQLite's alone: a server's transaction is over after a fault.
    await make_database(tmp_path / "some.db")
    storage = Storage(f"sqlite+aiosqlite:///{tmp_path}/some.db")
    await storage.apply(lambda tx: _ADD.run(tx, id=1, name="Анна", created_at=NOW))
    async with storage.write() as tx:
        with pytest.raises(IntegrityError) as caught:
            await _ADD.run(tx, id=1, name="Секретов", created_at=NOW)
        assert "Секретов" not in str(caught.value)
        # The transaction goes on.
        await _ADD.run(tx, id=4, name="Галина", created_at=NOW)
    async with storage.read() as tx:
        assert await people.get(tx, 4) is not None
    await storage.close()


async def test_a_naive_moment_and_what_is_no_value_are_refused(crowd: Seed) -> None:
    naive = datetime(2026, 10, 5)  # noqa: DTZ001
    updates = [Incoming(1, 1, "{}")]
    with pytest.raises(Exception, match="naive"):
        await crowd.storage.apply(lambda tx: inbox.take(tx, updates, naive, naive))
    assert await crowd.see(inbox.waiting) == []


async def test_the_way_of_a_value_does_not_depend_on_who_came_first(storage: Storage, another: Storage) -> None:
    """The SQL is kept for all databases of an engine, and nothing of a connection with it."""
    added = Prepared(people_rows.insert())

    async def add(tx: Tx, number: int) -> None:
        await added.run(tx, id=number, name="Имя", created_at=NOW)

    await storage.apply(lambda tx: add(tx, 1))
    await another.apply(lambda tx: add(tx, 2))
    async with another.read() as tx:
        assert await Prepared(sa.select(sa.func.count()).select_from(people_rows)).scalar(tx) == 2


async def test_a_mistaken_name_is_noticed(crowd: Seed) -> None:
    wrong: dict[str, Any] = {"who": 1, "new": "x"}
    with pytest.raises(Exception, match="whose"):
        await crowd.storage.apply(lambda tx: _RENAME.run(tx, **wrong))
