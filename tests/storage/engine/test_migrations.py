"""The schema grows by migrations alone, all of them or none."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot.domain.desk.announcement import Coverage
from bot.domain.people.failure import Failure
from bot.domain.people.member import Limits
from bot.storage.desk import destinations
from bot.storage.engine import migrate as migrating
from bot.storage.engine import revisions
from bot.storage.engine.database import Storage, Tx
from bot.storage.engine.migrate import migrate
from bot.storage.people import links
from bot.storage.post import inbox, meta
from bot.storage.post.inbox import Incoming
from bot.storage.schema import metadata

BROKEN = """
import sqlalchemy as sa
from alembic import op

revision = "9000"
down_revision = "{head}"


def upgrade() -> None:
    op.create_table("halfway", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("INSERT INTO meta VALUES ('halfway', 'да')")
    op.execute("INSERT INTO no_such_table VALUES (1)")
"""


@pytest.fixture
async def empty(empty_url: str) -> AsyncIterator[Storage]:
    storage = Storage(empty_url)
    yield storage
    await storage.close()


@pytest.fixture
async def migrated(empty: Storage) -> Storage:
    await migrate(empty)
    return empty


async def tables(storage: Storage) -> set[str]:
    async with storage.read() as tx:
        return set(await tx.run_sync(lambda connection: sa.inspect(connection).get_table_names()))


async def revision(storage: Storage) -> str | None:
    async with storage.read() as tx:
        return await tx.run_sync(
            lambda connection: MigrationContext.configure(connection).get_current_revision(),
        )


async def indexes(storage: Storage) -> dict[str, str]:
    """Definitions of the partial indexes, which `compare_metadata` does not compare, as the engine tells them."""
    if storage.is_sqlite:
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'"
    else:
        query = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexdef LIKE '% WHERE %'"
    async with storage.read() as tx:
        return {row[0]: " ".join(row[1].split()) for row in await tx.execute(sa.text(query))}


@pytest.mark.slow
async def test_migrations_bring_exactly_the_schema(empty: Storage) -> None:
    await migrate(empty)

    def differences(connection: sa.Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found: list[Any] = compare_metadata(context, metadata)
        # SQLAlchemy does not read all of a reference that was added to a table of SQLite: see the test below.
        return [one for one in found if not (empty.is_sqlite and one[0] in ("add_fk", "remove_fk"))]

    async with empty.read() as tx:
        assert await tx.run_sync(differences) == []
    assert await tables(empty) == {*metadata.tables, "alembic_version"}


async def references(storage: Storage) -> set[tuple[Any, ...]]:
    """What refers to what, and what happens when it is deleted, as SQLite itself has it."""
    found: set[tuple[Any, ...]] = set()
    async with storage.read() as tx:
        for table in metadata.tables:
            rows = await tx.execute(sa.text(f"PRAGMA foreign_key_list({table})"))
            found |= {(table, row.table, row._mapping["from"], row.to, row.on_delete) for row in rows}
    return found


@pytest.mark.slow
async def test_migrations_bring_the_very_references(tmp_path: Path) -> None:
    migrated, made = Storage(f"sqlite+aiosqlite:///{tmp_path}/1.db"), Storage(f"sqlite+aiosqlite:///{tmp_path}/2.db")
    await migrate(migrated)
    async with made.write() as tx:
        await tx.run_sync(metadata.create_all)
    assert await references(migrated) == await references(made)
    assert ("rounds", "people", "by_id", "id", "SET NULL") in await references(migrated)
    await migrated.close()
    await made.close()


@pytest.mark.slow
async def test_migrations_bring_the_very_conditions_of_partial_indexes(empty: Storage) -> None:
    await migrate(empty)
    migrated = await indexes(empty)
    async with empty.write() as tx:
        await tx.run_sync(metadata.drop_all)
        await tx.run_sync(metadata.create_all)
    assert migrated == await indexes(empty)
    assert set(migrated) == {
        "ix_letters_announcement_id_state",
        "ix_letters_claimed_by",
        "ix_letters_slow",
        "ix_drafts_correcting",
        "ix_inbox_waiting",
        "ix_letters_waiting",
        "ix_obligations_next_reminder_at",
        "ix_obligations_not_ours",
        "ix_obligations_territory",
        "ix_obligations_untouched",
        "ix_openings_waiting",
        "ix_organizations_inactive",
        "ix_organizations_territory",
        "ix_organizations_unlearned",
        "ix_people_cut_off",
        "ix_seats_held",
        "ix_seats_waiting",
        "uq_extensions_one_waiting",
        "uq_letters_dedup_waiting",
        "uq_seats_one_per_person",
    }


@pytest.mark.slow
async def test_migrating_again_changes_nothing(empty: Storage) -> None:
    await migrate(empty)
    await empty.apply(lambda tx: meta.put(tx, "school", "Лицей"))
    before = await revision(empty)
    await migrate(empty)
    async with empty.read() as tx:
        assert await meta.get(tx, "school") == "Лицей"
    assert await revision(empty) == before is not None


@pytest.fixture
async def broken_migration(migrated: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next version's migration fails in its middle."""
    folder = tmp_path / "migrations"
    copytree(migrating.MIGRATIONS, folder, ignore=ignore_patterns("__pycache__"))
    (folder / "versions" / "9000_broken.py").write_text(BROKEN.format(head=await revision(migrated)))
    monkeypatch.setattr(migrating, "MIGRATIONS", folder)


@pytest.mark.slow
@pytest.mark.usefixtures("broken_migration")
async def test_a_migration_that_fails_leaves_nothing(migrated: Storage) -> None:
    before = await tables(migrated), await revision(migrated)
    with pytest.raises(Exception, match="no_such_table"):
        await migrate(migrated)
    assert (await tables(migrated), await revision(migrated)) == before
    async with migrated.read() as tx:
        assert await meta.get(tx, "halfway") is None


# A row of everything that a table of the first schema may hold, as its program left it.
FIRST_LIFE = """
INSERT INTO people (id, name, created_at) VALUES (5111222333, 'Ольга', '2026-10-05 01:00:00.000000');
INSERT INTO staff (person_id, role, since) VALUES (5111222333, 'admin', '2026-10-05 01:00:00.000000');
INSERT INTO organizations (id, code, name, active, created_at)
    VALUES (1, 'school-1', 'Школа № 1', TRUE, '2026-10-05 01:00:00.000000');
INSERT INTO seats (id, organization_id, person_id, role, state, asked_at)
    VALUES (1, 1, 5111222333, 'head', 'seated', '2026-10-05 01:00:00.000000');
INSERT INTO directive_versions (id, directive_id, digest, body, stored_at)
    VALUES (1, 'safety', 'd1', '{}', '2026-10-05 01:00:00.000000');
INSERT INTO rounds (id, directive_id, period, key, title, directive_version_id, opens_at, due_at, closes_at)
    VALUES (1, 'safety', '2026-10', '', '', 1, '2026-10-05 01:00:00.000000', '2026-10-15 01:00:00.000000',
            '2026-10-29 01:00:00.000000');
INSERT INTO obligations (id, round_id, organization_id, state, due_at, version)
    VALUES (1, 1, 1, 'answered', '2026-10-15 01:00:00.000000', 1);
INSERT INTO replies (id, obligation_id, version, "values", at, by_id)
    VALUES (1, 1, 1, '{"done": true}', '2026-10-06 01:00:00.000000', 5111222333);
INSERT INTO letters (id, kind, person_id, data, urgency, created_at, send_after, state, attempts)
    VALUES (1, 'reminder', 5111222333, '{}', 3, '2026-10-05 01:00:00.000000', '2026-10-05 01:00:00.000000',
            'waiting', 0);
INSERT INTO audit (id, at, by_id, action, organization_id, directive_id, detail)
    VALUES (1, '2026-10-06 01:00:00.000000', 5111222333, 'reply.submitted', 1, 'safety', '{}')
"""


def upgraded(connection: sa.Connection, revision: str) -> None:
    """Brings an empty database to the schema of an older version."""
    config = revisions.config(migrating.MIGRATIONS)
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


@pytest.mark.slow
async def test_an_upgrade_keeps_every_row(empty: Storage) -> None:
    async with empty.write() as tx:
        await tx.run_sync(upgraded, "0001")
        for statement in FIRST_LIFE.split(";"):
            await tx.execute(sa.text(statement.replace(":", r"\:")))
        filled = await tx.run_sync(lambda connection: sa.inspect(connection).get_table_names())
        before = {table: await count(tx, table) for table in filled if table not in ("alembic_version", "meta")}
    await migrate(empty)
    async with empty.read() as tx:
        assert {table: await count(tx, table) for table in before} == before
        row = (await tx.execute(sa.select(metadata.tables["staff"]))).one()
        assert (row.role, row.limits, row.digest) == ("admin", {}, True)
        row = (await tx.execute(sa.select(metadata.tables["organizations"]))).one()
        assert (row.name, row.sort_key) == ("Школа № 1", "школа №\x01011")
        assert (row.short, row.label) == ("", "Школа № 1")
        assert row.learned == row.words
        words = await tx.execute(sa.select(metadata.tables["organization_words"].c.word))
        assert set(words.scalars()) == set(row.words.split()) >= {"школа", "№1"}
    # What refers to a person still does: the reply stays, without a name.
    async with empty.write() as tx:
        await tx.execute(sa.text("DELETE FROM people"))
        assert await count(tx, "replies") == 1
        assert await count(tx, "seats") == 0


async def count(tx: Tx, table: str) -> int:
    return int((await tx.execute(sa.text(f"SELECT count(*) FROM {table}"))).scalar_one())


@pytest.mark.slow_on_postgresql
async def test_what_was_received_before_the_upgrade_is_known_after_it(empty: Storage) -> None:
    """The version before remembered the highest number alone."""

    async with empty.write() as tx:
        await tx.run_sync(upgraded, "0005")
        await meta.put(tx, "last_update", "100000150 2026-10-05T09:00:00+08:00")
    await migrate(empty)
    at = datetime(2026, 10, 5, 1, tzinfo=UTC)
    async with empty.write() as tx:
        unconfirmed = range(100_000_051, 100_000_151)
        again = [Incoming(update_id, 1, "{}") for update_id in (*unconfirmed, 100_000_151)]
        assert await inbox.take(tx, again, at - timedelta(days=1), at) == again[-1:]
        assert await meta.get(tx, "last_update") is None


ANNOUNCED = """
INSERT INTO people (id, name, created_at) VALUES
    (1, 'Анна', '2026-10-05 01:00:00+00:00'), (2, 'Борис', '2026-10-05 01:00:00+00:00'),
    (3, 'Вера', '2026-10-05 01:00:00+00:00');
INSERT INTO organizations (id, code, name, active, created_at, sort_key) VALUES
    (1, 'a', 'А', true, '2026-10-05 01:00:00+00:00', 'а'), (2, 'b', 'Б', true, '2026-10-05 01:00:00+00:00', 'б');
INSERT INTO announcements
    (id, created_at, state, chat_id, messages, wording, text, audience, acknowledge, started_at) VALUES
    (1, '2026-10-05 01:00:00+00:00', 'done', 1, '[1]', 'text', 'Собрание', '{}', true, '2026-10-05 01:00:00+00:00');
INSERT INTO recipients (announcement_id, person_id, organization_id, added_at, sent_at, failure, acknowledged_at) VALUES
    (1, 1, 1, '2026-10-05 01:00:00+00:00', '2026-10-05 01:00:00+00:00', NULL, '2026-10-05 03:00:00+00:00'),
    (1, 2, 1, '2026-10-05 01:00:00+00:00', '2026-10-05 01:00:00+00:00', NULL, '2026-10-05 02:00:00+00:00'),
    (1, 3, 2, '2026-10-05 01:00:00+00:00', NULL, 'unreachable', NULL)
"""


@pytest.mark.slow
async def test_announcements_of_before_the_upgrade_are_known_by_organization(empty: Storage) -> None:
    async with empty.write() as tx:
        await tx.run_sync(upgraded, "0008")
        for statement in ANNOUNCED.split(";"):
            await tx.execute(sa.text(statement.replace(":", r"\:")))
    await migrate(empty)
    async with empty.read() as tx:
        first, second = await destinations.all_of(tx, 1)
        assert await destinations.coverage(tx, 1) == Coverage(total=2, reached=1, acknowledged=1)
    # The first of two who acknowledged it did so for the organization.
    assert (first.acknowledged_by, first.acknowledged_at) == ("Борис", datetime(2026, 10, 5, 2, tzinfo=UTC))
    assert [delivery.person_name for delivery in first.people] == ["Анна", "Борис"]
    assert [delivery.failure for delivery in second.people] == [Failure.UNREACHABLE]


LINKED = """
INSERT INTO people (id, name, created_at) VALUES
    (1, 'Анна', '2026-10-05 01:00:00+00:00'), (2, 'Борис', '2026-10-05 01:00:00+00:00');
INSERT INTO organizations (id, code, name, label, active, created_at, sort_key) VALUES
    (1, 's1', 'Школа', 'Школа', true, '2026-10-05 01:00:00+00:00', '');
INSERT INTO audit (at, by_id, action, organization_id, detail) VALUES
    ('2026-10-05 01:00:00+00:00', 1, 'invitation.created', 1, '{}');
INSERT INTO invitations (id, token_hash, organization_id, role, created_at, expires_at, used_at, used_by) VALUES
    (1, 'a', 1, 'head', '2026-10-05 01:00:00+00:00', '2026-12-05 01:00:00+00:00', NULL, NULL),
    (2, 'b', 1, 'head', '2026-10-06 01:00:00+00:00', '2026-12-05 01:00:00+00:00', '2026-10-07 01:00:00+00:00', 2)
"""


@pytest.mark.slow
@pytest.mark.slow_on_postgresql
async def test_links_of_before_the_upgrade_have_their_makers_and_seats(empty: Storage) -> None:
    async with empty.write() as tx:
        await tx.run_sync(upgraded, "0013")
        for statement in LINKED.split(";"):
            await tx.execute(sa.text(statement.replace(":", r"\:")))
    await migrate(empty)
    now = datetime(2026, 10, 8, tzinfo=UTC)
    async with empty.read() as tx:
        (link,) = await links.usable_now(tx, now)
        assert (link.id, link.by_name) == (1, "Анна")
        # Whoever had come by one of them waits for nobody's word.
        assert await links.successions(tx, Limits()) == []


_OF_OLD = {"id", "code", "name", "active", "created_at", "sort_key"}


@pytest.mark.slow
async def test_who_had_left_before_the_upgrade_is_known_to_have_left(empty: Storage) -> None:
    """One that a head typed in waits for its confirmation: it has not left."""
    at = datetime(2026, 10, 5, 1, tzinfo=UTC)
    organizations, audit = metadata.tables["organizations"], metadata.tables["audit"]
    old = sa.table("organizations", *(sa.column(c.name, c.type) for c in organizations.c if c.name in _OF_OLD))
    async with empty.write() as tx:
        await tx.run_sync(upgraded, "0008")
        for number, (code, active) in enumerate((("s1", True), ("s2", False), ("s3", False), ("own-4", False)), 1):
            values = {"id": number, "code": code, "name": code, "active": active, "sort_key": code, "created_at": at}
            # The columns of that time alone.
            await tx.execute(old.insert().values(**values))
        for day in (1, 2):
            removal = {"action": "organization.removed", "organization_id": 2, "detail": {}}
            await tx.execute(audit.insert().values(at=at + timedelta(days=day), **removal))
    await migrate(empty)
    async with empty.read() as tx:
        rows = await tx.execute(sa.select(organizations.c.code, organizations.c.left_at))
        left = {row.code: row.left_at for row in rows}
    assert left == {"s1": None, "s2": at + timedelta(days=2), "s3": at, "own-4": None}


CALLED = """
INSERT INTO organizations (id, code, name, label, words, active, created_at, sort_key) VALUES
    (1, 's1', 'МБОУ СОШ с. Б. Куналей', 'СОШ. Куналей', 'сош куналей', true, '2026-10-05 01:00:00+00:00', ''),
    (2, 's2', 'МБОУ «СОШ № 5 имени Героя России, лётчика А. Б. Леонова»', 'СОШ № 5, лётчика А. Б. Леонова',
     'сош 5 летчика', true, '2026-10-05 01:00:00+00:00', ''),
    (3, 's3', 'МБОУ «СОШ № 6»', 'СОШ № 6', '', false, '2026-10-05 01:00:00+00:00', '')
"""


@pytest.mark.slow
async def test_labels_of_before_the_upgrade_are_made_anew(empty: Storage) -> None:
    async with empty.write() as tx:
        await tx.run_sync(upgraded, "0028")
        for statement in CALLED.split(";"):
            await tx.execute(sa.text(statement.replace(":", r"\:")))
    await migrate(empty)
    async with empty.read() as tx:
        rows = (await tx.execute(sa.text("SELECT label, words FROM organizations ORDER BY id"))).all()
    assert [row.label for row in rows] == ["СОШ с. Б. Куналей", "СОШ № 5", "СОШ № 6"]
    assert "№5" in rows[1].words.split()
    # What is called as before is left alone.
    assert rows[2].words == ""


def test_the_newest_schema_is_known_by_its_file() -> None:
    assert ScriptDirectory(str(migrating.MIGRATIONS)).get_current_head() == migrating.newest_revision()
