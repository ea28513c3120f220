"""The server of the database fails, and its standby takes its place."""

import asyncio
from pathlib import Path

from tests.cable import Cable, cable
from tests.forge import Forge
from tests.live import LEDGER, ledger_of, live
from tests.postgres import Server, connect, postgres, replicated
from tests.reliability.crowd import PATIENCE, Head, Witness
from tests.texts.heads import Anywhere


def either(primary: Server, standby: Server) -> str:
    """The address of whichever of the two takes writes."""
    hosts = "&".join(f"host=127.0.0.1:{server.port}" for server in (primary, standby))
    return f"postgresql+asyncpg://bot@/postgres?{hosts}&target_session_attrs=read-write"


async def ledger(server: Server) -> dict[int, list[int]]:
    """The numbers that each person has answered, by version, in that server's database."""
    connection = await connect(server.url)
    try:
        return ledger_of([tuple(row) for row in await connection.fetch(LEDGER)])
    finally:
        await connection.close()


async def test_what_its_author_saw_accepted_is_in_the_promoted_standby(
    tmp_path: Path, forge: Forge, postgres_server_url: str
) -> None:
    assert postgres_server_url
    with replicated() as (primary, standby):
        async with live(tmp_path, forge, DATABASE_URL=either(primary, standby)) as bot:
            witness = Witness(bot.telegram)
            heads = [Head(person, number, witness) for number, person in enumerate(await bot.seat(8), 1)]
            await bot.start()
            await asyncio.gather(*(head.answer() for head in heads))
            # In the midst of everybody's next answer: some have seen it accepted, some have not.
            answering = [asyncio.create_task(head.answer()) for head in heads]
            await asyncio.wait(answering, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.to_thread(primary.fail)
            seen = {head.person.id: list(head.accepted) for head in heads}
            await asyncio.to_thread(standby.promote)
            kept = await ledger(standby)
            assert all(kept[person_id][: len(accepted)] == accepted for person_id, accepted in seen.items())
            # And all go on there.
            await asyncio.gather(*answering)
            await asyncio.gather(*(head.answer() for head in heads))
            await bot.stop()
            assert await ledger(standby) == {head.person.id: head.accepted for head in heads}
        assert "Traceback" not in bot.said()


async def test_a_server_that_never_answers_again_is_given_up(
    tmp_path: Path, forge: Forge, postgres_server_url: str
) -> None:
    assert postgres_server_url
    with postgres() as server:
        quick = {"TEST_ANSWERS_WITHIN": "2"}
        async with cable(server.port) as line, live(tmp_path, forge, DATABASE_URL=through(line), **quick) as bot:
            witness = Witness(bot.telegram)
            heads = [Head(person, number, witness) for number, person in enumerate(await bot.seat(4), 1)]
            await bot.start()
            await asyncio.gather(*(head.answer() for head in heads))
            answering = [asyncio.create_task(head.answer()) for head in heads]
            await asyncio.wait(answering, return_when=asyncio.FIRST_COMPLETED)
            # No connection is refused, none is closed: whoever waits for an answer of before waits for ever.
            line.cut()
            await heads[0].person.send("Есть кто-нибудь?")
            await heads[0].person.wait_for(Anywhere.NOT_SAVED_YET, timeout=PATIENCE)
            line.mend()
            await asyncio.gather(*answering)
            await asyncio.gather(*(head.answer() for head in heads))
            await bot.stop()
            assert await ledger(server) == {head.person.id: head.accepted for head in heads}
        assert "Traceback" not in bot.said()


def through(line: Cable) -> str:
    """The server's address, by the cable."""
    return f"postgresql+asyncpg://bot@127.0.0.1:{line.port}/postgres"
