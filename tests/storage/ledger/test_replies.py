"""Answers: every version stays, and nobody overwrites what they have not seen."""

import pytest
import sqlalchemy as sa

from bot.domain.ledger.obligation import Obligation, ObligationState, Remark, Reply
from bot.storage.engine.database import Tx
from bot.storage.ledger import obligations, replies
from bot.storage.ledger.replies import NewerReply
from bot.storage.schema import audit as audit_rows
from bot.storage.schema import replies as rows
from tests.storage.seed import DAY, HOUR, IVAN, NOW, OLGA, SAFETY, SPORT, Seed, occurrence


@pytest.fixture
async def owed(seed: Seed) -> Obligation:
    await seed.person(OLGA)
    await seed.person(IVAN, "Иван")
    school = await seed.organization("Лицей")
    return await seed.owed(await seed.open(), school)


async def audited(seed: Seed) -> list[str]:
    query = sa.select(audit_rows.c.action).where(audit_rows.c.by_id.is_not(None)).order_by(audit_rows.c.id)
    return list((await seed.see(lambda tx: tx.execute(query))).scalars())


async def test_an_answer_is_recorded(seed: Seed, owed: Obligation) -> None:
    values = {"done": True, "why": "Ёлка № 1", "share": "12.50", "pupils": 0, "files": [{"file_id": "x"}]}
    version = await seed.storage.apply(lambda tx: replies.submit(tx, owed, values, None, 0, OLGA, NOW + HOUR))
    assert version == 1
    expected = Reply(1, values, None, NOW + HOUR, OLGA, "Ольга Сергеевна")
    assert await seed.see(lambda tx: replies.newest(tx, owed.id)) == expected
    now = await seed.see(lambda tx: obligations.get(tx, owed.id))
    assert now is not None
    assert (now.state, now.version) == (ObligationState.ANSWERED, 1)
    assert await audited(seed) == ["reply.submitted"]


async def test_without_an_answer_there_is_none(seed: Seed, owed: Obligation) -> None:
    assert await seed.see(lambda tx: replies.newest(tx, owed.id)) is None
    assert await seed.see(lambda tx: replies.versions(tx, owed.id)) == []


async def test_every_version_stays_and_the_newest_counts(seed: Seed, owed: Obligation) -> None:
    await seed.answer(owed, OLGA, done=False)
    await seed.answer(owed, IVAN, NOW + HOUR, not_ours="Нет пищеблока")
    await seed.answer(owed, OLGA, NOW + DAY, done=True)
    versions = await seed.see(lambda tx: replies.versions(tx, owed.id))
    assert versions == [
        Reply(3, {"done": True}, None, NOW + DAY, OLGA, "Ольга Сергеевна"),
        Reply(2, {}, "Нет пищеблока", NOW + HOUR, IVAN, "Иван"),
        Reply(1, {"done": False}, None, NOW, OLGA, "Ольга Сергеевна"),
    ]
    assert await seed.see(lambda tx: replies.newest(tx, owed.id)) == versions[0]


@pytest.mark.parametrize("base", [0, 2])
async def test_an_answer_over_one_that_was_not_seen_is_refused(seed: Seed, owed: Obligation, base: int) -> None:
    await seed.answer(owed, OLGA)
    with pytest.raises(NewerReply):
        await seed.storage.apply(lambda tx: replies.submit(tx, owed, {"done": False}, None, base, IVAN, NOW))
    assert len(await seed.see(lambda tx: replies.versions(tx, owed.id))) == 1
    assert await audited(seed) == ["reply.submitted"]


@pytest.mark.parametrize("state", [ObligationState.ACCEPTED, ObligationState.EXCUSED])
async def test_what_is_settled_takes_no_answer(seed: Seed, owed: Obligation, state: ObligationState) -> None:
    async with seed.storage.write() as tx:
        await tx.execute(sa.text(f"UPDATE obligations SET state = '{state}'"))
    with pytest.raises(NewerReply):
        await seed.answer(owed, OLGA)


async def test_what_was_returned_is_answered_again(seed: Seed, owed: Obligation) -> None:
    await seed.answer(owed, OLGA)
    async with seed.storage.write() as tx:
        await tx.execute(sa.text("UPDATE obligations SET state = 'returned'"))
    assert (await seed.answer(owed, OLGA)).version == 2
    now = await seed.see(lambda tx: obligations.get(tx, owed.id))
    assert now is not None
    assert now.state is ObligationState.ANSWERED


async def test_of_many_at_the_same_second_one_wins_and_nothing_is_half_written(seed: Seed, owed: Obligation) -> None:
    async def submit(tx: Tx, index: int) -> int:
        # Something before the race is lost must not stay either.
        await replies.remark(tx, owed, (OLGA, IVAN)[index % 2], index, NOW, text=str(index))
        return await replies.submit(tx, owed, {"index": index}, None, 0, (OLGA, IVAN)[index % 2], NOW)

    found = await seed.crowd(6, submit)
    assert [type(one) for one in found].count(NewerReply) == 5
    winner = found.index(1)
    assert winner in range(6)
    (reply,) = await seed.see(lambda tx: replies.versions(tx, owed.id))
    assert (reply.values, reply.by_id) == ({"index": winner}, (OLGA, IVAN)[winner % 2])
    (remark,) = await seed.see(lambda tx: replies.remarks_to(tx, owed.id))
    assert remark.text == str(winner)
    assert await audited(seed) == ["remark.added", "reply.submitted"]
    now = await seed.see(lambda tx: obligations.get(tx, owed.id))
    assert now is not None
    assert now.version == 1


async def test_the_database_itself_refuses_a_version_twice(seed: Seed, owed: Obligation) -> None:
    await seed.answer(owed, OLGA)
    async with seed.storage.write() as tx:
        insert = sa.insert(rows).from_select(
            ["obligation_id", "version", "values", "at"],
            sa.select(rows.c.obligation_id, rows.c.version + 1, rows.c["values"], rows.c.at),
        )
        await tx.execute(insert)
    with pytest.raises(sa.exc.IntegrityError):
        async with seed.storage.write() as tx:
            await tx.execute(insert)


# --- The previous answer ---


@pytest.fixture
async def months(seed: Seed) -> list[Obligation]:
    """What the lyceum owes for the safety directive in September, October, November and December."""
    await seed.person(OLGA)
    school = await seed.organization("Лицей")
    return [
        await seed.owed(await seed.open(SAFETY, occurrence(NOW + 30 * month * DAY)), school) for month in (-1, 0, 1, 2)
    ]


async def previous(seed: Seed, obligation: Obligation) -> object:
    reply = await seed.see(lambda tx: replies.previous(tx, obligation))
    return reply and reply.values


async def test_previous_is_the_newest_answer_of_an_earlier_round(seed: Seed, months: list[Obligation]) -> None:
    september, october, november, december = months
    assert await previous(seed, november) is None
    # Not in the order of the rounds: an answer may come late.
    await seed.answer(october, OLGA, NOW, done=True)
    await seed.answer(september, OLGA, NOW + DAY, done=False)
    await seed.answer(december, OLGA, NOW + DAY, done=False)
    assert await previous(seed, november) == {"done": True}
    assert await previous(seed, october) == {"done": False}
    assert await previous(seed, september) is None
    await seed.answer(october, OLGA, NOW + 2 * DAY, done=False)
    assert await previous(seed, november) == {"done": False}


async def test_previous_passes_over_what_did_not_concern_them(seed: Seed, months: list[Obligation]) -> None:
    september, october, november, _ = months
    await seed.answer(september, OLGA, done=True)
    await seed.answer(october, OLGA, done=False)
    await seed.answer(october, OLGA, not_ours="На ремонте")
    assert await previous(seed, november) == {"done": True}
    await seed.answer(october, OLGA, done=False)
    assert await previous(seed, november) == {"done": False}


async def test_previous_is_of_the_same_organization_and_directive(seed: Seed, months: list[Obligation]) -> None:
    other = await seed.organization("Гимназия")
    here = months[0].organization_id
    before = occurrence(NOW - 60 * DAY)
    await seed.answer(await seed.owed(await seed.open(SPORT, before), here), OLGA)
    await seed.answer(await seed.owed(await seed.open(SAFETY, before), other), OLGA)
    assert await previous(seed, months[3]) is None


# --- Remarks ---


async def test_remarks_are_told_oldest_first(seed: Seed, owed: Obligation) -> None:
    await seed.storage.apply(lambda tx: replies.remark(tx, owed, OLGA, 10, NOW, text="Приказ прилагаю"))
    await seed.storage.apply(
        lambda tx: replies.remark(tx, owed, IVAN, 10, NOW + HOUR, file_id="AgAC", file_name="приказ.pdf")
    )
    first, second = await seed.see(lambda tx: replies.remarks_to(tx, owed.id))
    assert first == Remark(first.id, NOW, "Ольга Сергеевна", "Приказ прилагаю", None, None, OLGA, 10)
    assert second == Remark(second.id, NOW + HOUR, "Иван", None, "AgAC", "приказ.pdf", IVAN, 10)
    assert await seed.see(lambda tx: replies.remark_of_message(tx, OLGA, 10)) == owed.id
    assert await seed.see(lambda tx: replies.remark_of_message(tx, OLGA, 11)) is None
    assert await seed.see(lambda tx: replies.remarks_to(tx, owed.id + 1)) == []


async def test_an_edited_message_replaces_its_remark(seed: Seed, owed: Obligation) -> None:
    await seed.storage.apply(lambda tx: replies.remark(tx, owed, OLGA, 10, NOW, text="Преказ"))
    await seed.storage.apply(lambda tx: replies.remark(tx, owed, OLGA, 11, NOW, text="Второе"))
    await seed.storage.apply(lambda tx: replies.remark(tx, owed, OLGA, 10, NOW + HOUR, text="Приказ"))
    remarks = await seed.see(lambda tx: replies.remarks_to(tx, owed.id))
    assert [(remark.text, remark.at) for remark in remarks] == [("Приказ", NOW), ("Второе", NOW)]
