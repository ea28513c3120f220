"""What is done to all of a round at once, where a round asks more organizations than a statement takes values."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from bot.domain.desk.audience import Audience
from bot.domain.ledger.control import Part
from bot.domain.letter import LetterKind
from bot.domain.people.member import Limits, Role, SeatState
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.ledger import addressing, decisions, extensions, replies
from bot.storage.ledger.control import control
from bot.storage.people import audiences, invitations
from bot.storage.post import letters
from tests.postgres import execute
from tests.storage.plans import statements
from tests.storage.seed import ADMIN, CALENDAR, DAY, NOW, Seed

# PostgreSQL takes 32,767 values in a statement, many a SQLite 32,766. That no statement grows with a round shows
# already in a small one.
SIZES = [pytest.param(300, id="small"), pytest.param(33_000, id="whole", marks=pytest.mark.soak)]
FIRST_HEAD = 1_000_000_000


async def region(seed: Seed, many: int) -> None:
    """As many schools, each with a head: rows of a few statements, since a roster would take a minute."""
    numbers = sa.select(sa.literal(1).label("n")).cte("numbers", recursive=True)
    numbers = numbers.union_all(sa.select(numbers.c.n + 1).where(numbers.c.n < many))
    name = sa.literal("Школа ").concat(sa.cast(numbers.c.n, sa.Text))
    schools = sa.select(
        name, name, name, name, sa.literal("школа"), sa.true(), sa.literal(NOW, t.organizations.c.created_at.type)
    )
    of_school = ["code", "name", "label", "sort_key", "words", "active", "created_at"]
    head = t.organizations.c.id + FIRST_HEAD
    moment = sa.literal(NOW, t.people.c.created_at.type)
    heads = sa.select(head, sa.literal("Ольга"), moment)
    sit = sa.select(t.organizations.c.id, head, sa.literal(str(Role.HEAD)), sa.literal(str(SeatState.SEATED)), moment)

    async def work(tx: Tx) -> None:
        await tx.execute(t.organizations.insert().from_select(of_school, schools, include_defaults=False))
        types = sa.select(t.organizations.c.id, sa.literal("school"))
        await tx.execute(t.organization_types.insert().from_select(["organization_id", "type"], types))
        await tx.execute(t.people.insert().from_select(["id", "name", "created_at"], heads))
        of_seat = ["organization_id", "person_id", "role", "state", "asked_at"]
        await tx.execute(t.seats.insert().from_select(of_seat, sit))

    await seed.storage.apply(work)


async def grown(seed: Seed) -> None:
    """The server has seen how large the tables are, as one with autovacuum has within a minute."""
    if not seed.storage.is_sqlite:
        await execute(seed.storage.url.render_as_string(hide_password=False), "VACUUM ANALYZE")


@pytest.mark.slow
@pytest.mark.parametrize("many", SIZES)
async def test_a_curator_decides_about_all_of_a_region(seed: Seed, many: int) -> None:
    await seed.person(ADMIN)
    await region(seed, many)
    await grown(seed)
    found = await seed.open()
    await grown(seed)

    async def looks(tx: Tx) -> None:
        owing = await control.members(tx, found.id, Part.OWING, Limits())
        assert len(owing) == many
        assert len(await control.entries(tx, owing, NOW)) == many
        assert len(await addressing.pressed(tx, owing, NOW)) == many
        assert len(await addressing.addressees(tx, owing, NOW)) == many
        assert await extensions.of_obligations(tx, owing, NOW) == {}
        assert await replies.newest_of(tx, [obligation.id for obligation in owing]) == {}
        ids = [obligation.organization_id for obligation in owing]
        assert len((await audiences.reach(tx, Audience(organizations=tuple(ids)), Limits(), NOW)).addressees) == many
        assert await invitations.batch_tokens(tx, "none", ids, NOW) is None

    async def decides(tx: Tx) -> None:
        owing = await control.members(tx, found.id, Part.OWING, Limits())
        assert await decisions.remind(tx, found, owing, CALENDAR, ADMIN, NOW)
        assert await decisions.were_reminded(tx, replace(found, reminded_at=NOW), owing)
        ids = [obligation.id for obligation in owing]
        assert await decisions.extend(tx, ids, found.due_at + DAY, CALENDAR, ADMIN, NOW) == many
        assert await decisions.accept_all(tx, owing, NOW, ADMIN, NOW) == 0
        assert await decisions.excuse_all(tx, owing, ADMIN, NOW) == many

    with statements() as seen:
        await seed.see(looks)
        await seed.storage.apply(decides)
        await seed.storage.apply(lambda tx: letters.ask(tx, list(range(many)), CALENDAR, NOW))
    # Of SQLite, which may have been built to take more; what is added has a row for each.
    assert [sql for sql, values in seen if len(values) > 100 and not sql.startswith("INSERT")] == []
    reminders = sa.select(sa.func.count()).where(t.letters.c.kind == LetterKind.REMINDER)
    assert await seed.see(lambda tx: tx.connection.scalar(reminders)) == many
    counts = await seed.see(lambda tx: control.counts(tx, [found.id], Limits(), NOW))
    assert counts[found.id].excused == many
