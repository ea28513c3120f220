"""Replicas as processes over what befalls them: a stop, a cut cable, a reload, another version, one start."""

import asyncio
import signal
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from simulator import Simulator
from tests.cable import cable
from tests.forge import Forge
from tests.next_version import next_migrations
from tests.reliability.announcing import come, pressed
from tests.reliability.crowd import Head, Witness
from tests.reliability.test_kill import answers
from tests.reliability.test_webhook import health
from tests.replicas.fleet import Fleet, fleet
from tests.texts.department import Reloading
from tests.texts.heads import Form, Registration

ADMIN, GROUP = 900, -5001
_HELD = "SELECT count(*) FROM letters WHERE settled_at IS NULL AND claimed_by = $1"
_WAITING = "SELECT count(*) FROM letters WHERE settled_at IS NULL"
_MUSEUM = """
  - id: museum
    number: "2"
    title: Музей
    topic: study
    audience: [school]
    text: вести музей
    prompt: Есть ли музей?
    fields:
      - {id: have, kind: yes-no, label: Есть}
    schedule: {every: day, due: 30, catch_up: 1}
    remind: {before: [], after: []}
"""


def _said(telegram: Simulator) -> Counter[int]:
    return telegram.record.by_chat("sendMessage", 200)


async def _end(found: Fleet) -> None:
    for bot in found.bots:
        await bot.stop()
        assert not bot.traces, "\n".join(bot.traces)


async def test_one_that_was_stopped_amid_letters_says_nothing_of_what_was_taken(
    tmp_path: Path, forge: Forge, migrated_url: str
) -> None:
    async with fleet(tmp_path, forge, migrated_url, 2, webhook=False) as found:
        sleeper, other = found.bots
        heads = await sleeper.seat(20)
        telegram = sleeper.telegram
        # Telegram takes nothing, and each letter is to be tried again.
        await telegram.order_fault("502", method="sendMessage")
        await sleeper.start()
        ((asleep,),) = await found.rows("SELECT id FROM replicas")
        while True:
            sleeper.signal(signal.SIGSTOP)
            ((held,),) = await found.rows(_HELD, asleep)
            if held:
                break
            # Between two attempts.
            sleeper.signal(signal.SIGCONT)
            await asyncio.sleep(0.01)
        assert held <= 25
        await other.start()
        # By itself, after eight seconds: by its own clock the sleeper has then been away for longer than it may be.
        await found.until(f"SELECT count(*) FROM replicas WHERE id = {asleep}", (0,))
        await telegram.cancel_faults()
        await found.until(_WAITING, (0,))
        said = _said(telegram)
        assert set(said) == {head.id for head in heads}
        sleeper.signal(signal.SIGCONT)
        await found.until("SELECT count(*) FROM replicas", (2,))
        # It has found out, and is at work again.
        await answers(heads[0], 7)
        assert await found.rows(_HELD, asleep) == [(0,)]
        said[heads[0].id] = _said(telegram)[heads[0].id]
        assert _said(telegram) == said
        assert max(_said(telegram)[head.id] for head in heads[1:]) == 1
        await _end(found)


@pytest.mark.slow
async def test_a_threads_topic_is_made_once(tmp_path: Path, forge: Forge, migrated_url: str) -> None:
    async with fleet(tmp_path, forge, migrated_url, 2, webhook=True, DEPARTMENT_CHAT_ID=str(GROUP)) as found:
        heads = await found.bots[0].seat(3)
        telegram = found.bots[0].telegram
        await telegram.group("Управление", heads[2:], id=GROUP, forum=True)
        await found.start()
        noted = 0
        for head in heads[:2]:
            await head.wait_for(Form.NUMBER, timeout=60)
            for word in ("Первый вопрос", "И второй"):
                await head.send("/write")
                await head.send(word)
                noted += 1
                await found.until("SELECT count(*) FROM notes", (noted,))
        await found.until(_WAITING, (0,))
        ((threads,),) = await found.rows("SELECT count(*) FROM threads")
        made = [call for call in telegram.record.calls("createForumTopic") if call.code == 200]
        assert len(made) == threads > 0
        await _end(found)


async def test_what_one_reloads_the_other_asks(tmp_path: Path, forge: Forge, migrated_url: str) -> None:
    async with fleet(tmp_path, forge, migrated_url, 2, webhook=False, ADMIN_IDS=str(ADMIN)) as found:
        first, second = found.bots
        (head,) = await first.seat(1)
        admin = await first.telegram.person("Начальник Анна", id=ADMIN)
        await found.start()
        await come(admin)
        first.directives.write_text(first.directives.read_text(encoding="utf-8") + _MUSEUM, encoding="utf-8")
        # The one that polls reads its own files; those of the other one are as they were.
        await admin.send("/reload")
        await admin.wait_for(Reloading.CHANGES, timeout=60)
        await pressed(admin, Reloading.APPLY)
        await admin.wait_for("✅ Применено", timeout=60)
        first.kill()
        await first.ended()
        asked = await head.send("/tasks")

        def told(chat: dict[str, Any]) -> bool:
            return any(
                one["from_bot"] and one["message_id"] > asked and "Музей" in "".join([one["text"], *one["buttons"]])
                for one in chat["messages"]
            )

        await head.wait_until(told, what="the new directive", timeout=60)
        await second.stop()
        assert not second.traces, second.traces


async def test_three_start_at_once_on_an_empty_database(tmp_path: Path, forge: Forge, postgres_url: str) -> None:
    async with fleet(tmp_path, forge, postgres_url, 3, webhook=True) as found:
        await asyncio.gather(*(bot.start() for bot in found.bots))
        await found.until("SELECT count(*) FROM replicas", (3,))
        person = await found.bots[0].telegram.person("Иванова Мария", id=101)
        await person.send("/start")
        await person.wait_for(Registration.GREETING, timeout=60)
        assert sum([(await health(port))["leads"] for port in found.ports]) == 1
        assert await found.rows("SELECT count(*) FROM organizations") == [(100,)]
        await _end(found)


async def test_two_versions_serve_over_the_migration_of_the_next(
    tmp_path: Path, forge: Forge, postgres_url: str
) -> None:
    async with fleet(tmp_path, forge, postgres_url, 2, webhook=True) as found:
        older, newer = found.bots
        newer.environment["TEST_MIGRATIONS"] = str(next_migrations(tmp_path))
        heads = await older.seat(3)
        witness = Witness(older.telegram)
        crowd = [Head(head, number, witness) for number, head in enumerate(heads, 1)]
        await older.start()
        await asyncio.gather(*(head.answer() for head in crowd))
        answering = [asyncio.create_task(head.answer()) for head in crowd]
        await newer.start()
        assert await found.rows("SELECT version_num FROM alembic_version") == [("9999",)]
        await asyncio.gather(*answering)
        for _ in range(2):
            await asyncio.gather(*(head.answer() for head in crowd))
        # The older one starts again on what the newer one has made.
        await older.stop()
        await older.start()
        assert "of a newer version; this version serves on it" in older.said()
        await asyncio.gather(*(head.answer() for head in crowd))
        assert await found.ledger() == {head.person.id: head.accepted for head in crowd}
        await _end(found)


@pytest.mark.slow
async def test_one_that_was_cut_off_is_one_of_them_again(tmp_path: Path, forge: Forge, migrated_url: str) -> None:
    address = make_url(migrated_url)
    assert address.port is not None
    async with cable(address.port) as line, fleet(tmp_path, forge, migrated_url, 2, webhook=True) as found:
        cut, other = found.bots
        cut.environment["DATABASE_URL"] = address.set(port=line.port).render_as_string(hide_password=False)
        cut.environment["TEST_ANSWERS_WITHIN"] = "2"
        witness = Witness(cut.telegram)
        crowd = [Head(head, number, witness) for number, head in enumerate(await other.seat(3), 1)]
        ids = await found.start()
        await asyncio.gather(*(head.answer() for head in crowd))
        answering = [asyncio.create_task(head.answer()) for head in crowd]
        await asyncio.wait(answering, return_when=asyncio.FIRST_COMPLETED)
        line.cut()
        await found.silent(ids[0])
        await found.until("SELECT id FROM replicas", (ids[1],))
        await asyncio.gather(*answering)
        line.mend()
        await found.until("SELECT count(*) FROM replicas", (2,))
        await asyncio.gather(*(head.answer() for head in crowd))
        assert await found.ledger() == {head.person.id: head.accepted for head in crowd}
        await found.until("SELECT count(*) FROM inbox WHERE finished_at IS NULL", (0,))
        await _end(found)
