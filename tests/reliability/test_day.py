"""kill -9 over everything at once: a day on which heads answer, rounds open, an announcement goes out, reports are made
and the directives are changed, while the bot dies again and again."""

import asyncio
import random
import re
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from simulator import Person
from simulator.world.model import Message
from tests import messengers
from tests.forge import Forge
from tests.live import Live, live
from tests.reliability.announcing import LONG_PATIENCE, arrived, come, copies, district, send_off
from tests.reliability.crowd import Head, InHand, Witness, nobody_reads_what_is_not_theirs, said
from tests.texts.department import Panel, Reloading, ReportMenu

AUTHOR, MANAGER = 900, 901

_ASKED = "SELECT count(*) FROM letters WHERE kind = 'requests' AND settled_at IS NULL"
_ORDERED = "SELECT count(*) FROM letters WHERE kind = 'report'"
_MADE = "SELECT count(*) FROM letters WHERE kind = 'report' AND settled_at IS NULL"
_EXTRA = """
  - id: extra-{n}
    number: "{n}"
    title: Музей {n}
    topic: study
    audience: [school]
    text: вести музей
    prompt: Есть ли музей {n}?
    fields:
      - {{id: have, kind: yes-no, label: Есть}}
    schedule: {{every: day, due: 30, catch_up: 1}}
    remind: {{before: [], after: []}}
"""


@dataclass(frozen=True, slots=True)
class Day:
    """`schools` are asked, of which the heads of `answering` answer; `others` get the announcement alone.

    `rest`: seconds between two answers of a head, `every` between two reloads. `life`: calls of a life of the bot, at
    most; counted, not timed, so that a slow machine makes it no shorter.
    """

    schools: int
    answering: int
    others: int
    kills: int
    rest: float
    every: float
    life: int


_SHORT = Day(10, 10, 100, kills=5, rest=0.2, every=1.0, life=200)
# Sixty heads with three seconds between two answers are twenty answers a second, where the machine is fast enough.
_LONG = Day(300, 60, 5000, kills=60, rest=3.0, every=20.0, life=300)


@pytest.mark.slow
async def test_a_day_survives_kills(tmp_path: Path, forge: Forge) -> None:
    async with live(tmp_path, forge, ADMIN_IDS=f"{AUTHOR},{MANAGER}", MESSAGES_PER_SECOND="100") as bot:
        await _day(bot, tmp_path, _SHORT, seed=1)


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", [2, 3])
async def test_a_day_of_a_district_survives_many_kills(tmp_path: Path, forge: Forge, seed: int) -> None:
    async with live(tmp_path, forge, ADMIN_IDS=f"{AUTHOR},{MANAGER}", MESSAGES_PER_SECOND="300") as bot:
        await _day(bot, tmp_path, _LONG, seed=seed)


class Manager:
    """An administrator who changes directives.yaml, reloads it, and asks for the report again and again."""

    def __init__(self, bot: Live, person: Person, witness: Witness) -> None:
        self.bot = bot
        self.person = person
        self.witness = witness
        # Directives that have been added to the file.
        self.added = 0
        self.ordered = 0
        self._base = bot.directives.read_text(encoding="utf-8")

    async def works(self, enough: asyncio.Event, rest: float) -> None:
        """Until it is enough; `rest` seconds between two changes."""
        while not enough.is_set():
            await self.reload()
            await self.order()
            # Requests go before an announcement, which would never begin if there were always some.
            while not enough.is_set() and self.bot.rows(_ASKED) != [(0,)]:  # noqa: ASYNC110
                await asyncio.sleep(0.2)
            with suppress(TimeoutError):
                await asyncio.wait_for(enough.wait(), rest)

    async def reload(self) -> None:
        """One directive more in the file, and it holds."""
        self.added += 1
        text = self._base + "".join(_EXTRA.format(n=n) for n in range(1, self.added + 1))
        new = self.bot.directives.with_suffix(".new")
        new.write_text(text, encoding="utf-8")
        new.rename(self.bot.directives)
        mine = await self.person.send("/reload")
        shown = await self._sees(mine, Reloading.CHANGES, Reloading.READ_AGAIN)
        while Reloading.APPLY in said(shown):
            # After a restart in between the files hold already, or they are shown anew.
            before = said(shown)
            await self.person.press(Reloading.APPLY, message_id=shown.message_id)
            shown = await self._changed(shown.message_id, before)

    async def order(self) -> None:
        """Asks for the report, unless the last one is still being made."""
        if self.bot.rows(_MADE) != [(0,)]:
            return
        mine = await self.person.send("/panel")
        desk = await self._sees(mine, Panel.REPORTS)
        await self.person.press(Panel.REPORTS, message_id=desk.message_id)
        section = await self._sees(mine, ReportMenu.WORKBOOK)
        await self.person.press(ReportMenu.WORKBOOK, message_id=section.message_id)
        self.ordered += 1

    async def report(self) -> None:
        """Returns when all that was ordered is here: no event tells that, so it is looked at now and then."""
        async with asyncio.timeout(LONG_PATIENCE):
            while self.bot.rows(_ORDERED) < [(self.ordered,)] or self.bot.rows(_MADE) != [(0,)]:  # noqa: ASYNC110
                await asyncio.sleep(0.1)

    def received(self) -> int:
        """Workbooks that have come."""
        messages = self.bot.telegram.world.chats[self.person.id].messages.values()
        return sum(file.name.endswith(".xlsx") for message in messages for file in messengers.files_of(message))

    def refused(self) -> int:
        """Reports that were given up: each had been begun four times, and the bot had died each time."""
        messages = self.bot.telegram.world.chats[self.person.id].messages.values()
        return sum("отчёт не получился" in message.text for message in messages)

    async def _sees(self, after: int, *texts: str) -> Message:
        """A message below `after` that says one of the texts."""

        def found() -> Message | None:
            for message in self.witness.newest(self.person.id):
                if message.message_id > after and any(text in said(message) for text in texts):
                    return message
            return None

        return await self.witness.until(self.person.id, found, " / ".join(texts))

    async def _changed(self, message_id: int, before: str) -> Message:
        def found() -> Message | None:
            message = self.bot.telegram.world.chats[self.person.id].messages[message_id]
            return message if said(message) != before else None

        return await self.witness.until(self.person.id, found, "the reload")


class Books:
    """What must hold whenever the bot is dead."""

    def __init__(self, bot: Live, heads: list[Head], schools: int) -> None:
        self.bot, self.heads, self.schools = bot, heads, schools
        self.edition, self.reloads = self._editions()

    def check(self) -> None:
        """0 answers lost, none recorded twice; rounds are whole; the catalog was adopted wholly or not at all."""
        ledger = self.bot.ledger()
        for head in self.heads:
            assert head.is_in(ledger.get(head.person.id, [])), (head.number, head.sent)
        whole = self.bot.rows("SELECT count(*) FROM obligations GROUP BY round_id")
        assert set(whole) <= {(self.schools,)}, whole
        assert self.bot.rows("PRAGMA quick_check") == [("ok",)]
        # A reload raises the edition once, together with its line in the log, and so does a start whose files differ.
        edition, reloads = self._editions()
        assert edition - self.edition - (reloads - self.reloads) in (0, 1)
        kept = "SELECT count(*) FROM adopted_files JOIN meta ON key = 'catalog_edition' AND value LIKE '% ' || digest"
        assert self.bot.rows(kept) == [(1,)]
        self.edition, self.reloads = edition, reloads

    def _editions(self) -> tuple[int, int]:
        ((said,),) = self.bot.rows("SELECT value FROM meta WHERE key = 'catalog_edition'")
        ((reloads,),) = self.bot.rows("SELECT count(*) FROM audit WHERE action = 'catalog.reloaded'")
        return int(str(said).split()[0]), int(reloads)


async def _day(bot: Live, folder: Path, day: Day, seed: int) -> None:
    chance = random.Random(seed)
    began = time.monotonic()
    bot.schools(folder, day.schools)
    bot.environment["TMPDIR"] = str(folder)
    witness = Witness(bot.telegram)
    heads = [Head(person, number, witness) for number, person in enumerate(await bot.seat(day.schools), 1)]
    busy = heads[: day.answering]
    await district(bot, day.others)
    author = await bot.telegram.person("Начальник Анна", id=AUTHOR)
    manager = Manager(bot, await bot.telegram.person("Методист Вера", id=MANAGER), witness)
    await bot.start()
    await asyncio.gather(come(author), come(manager.person), *(head.answer() for head in busy))
    await send_off(author)

    bot.kill()
    await bot.ended()
    books, in_hand = Books(bot, heads, day.schools), InHand()
    in_hand.count(bot)
    enough = asyncio.Event()
    before, day_began = sum(len(head.accepted) for head in heads), time.monotonic()
    async with asyncio.TaskGroup() as group:
        for head in busy:
            group.create_task(head.answers(enough, chance, day.rest))
        group.create_task(manager.works(enough, day.every))
        # And until somebody has got through in between, however short its lives have been.
        while bot.kills < day.kills or sum(len(head.accepted) for head in busy) == before:
            await _live_and_die(bot, chance, day.life, books, in_hand)
        await bot.start()
        answered, lasted = sum(len(head.accepted) for head in heads) - before, time.monotonic() - day_began
        enough.set()
    await manager.report()
    # The last one is made in peace.
    received = manager.received()
    await manager.reload()
    await manager.order()
    await manager.report()
    assert manager.received() > received
    await arrived(author)
    await _settled(bot)
    await bot.stop()

    _everything_was_said(bot, heads, day.others, manager, witness, in_hand)
    # Of reports that were being made when the bot died nothing is left: they hold answers.
    assert [path for made in folder.glob("report-*") for path in made.iterdir()] == []
    assert bot.kills >= day.kills
    assert answered
    print(
        f"\n{bot.kills} kills, {answered} answers in {lasted:.0f} s ({answered / lasted:.1f} a second), "
        f"{manager.added} reloads, {manager.received()} reports, {sum(copies(bot).values())} copies; in hand at the "
        f"kills: {in_hand}; {time.monotonic() - began:.0f} s in all"
    )


async def _live_and_die(bot: Live, chance: random.Random, life: int, books: Books, in_hand: InHand) -> None:
    """One life of the bot, which now and then does not see the end of its start, and now and then is longer."""
    starting = asyncio.create_task(bot.start())
    unborn = chance.random() < 0.15
    if unborn:
        while not bot.has_begun:  # noqa: ASYNC110 - a process that has begun is no event
            await asyncio.sleep(0.005)
        await asyncio.sleep(chance.uniform(0, 0.5))
    else:
        await starting
        calls = chance.randint(1, life) * (10 if chance.random() < 0.05 else 1)
        await _called(bot, bot.telegram.record.total + calls)
        # Somewhere between two things that Telegram sees.
        await asyncio.sleep(chance.uniform(0, 0.02))
    bot.kill()
    # Of a start that is cut off the test says that it has not come to work.
    await asyncio.gather(starting, return_exceptions=True)
    await bot.ended()
    in_hand.count(bot)
    books.check()


async def _called(bot: Live, total: int) -> None:
    """Returns when the bot has called Telegram so often, or when it has nothing more to say."""
    with suppress(TimeoutError):
        async with asyncio.timeout(10):
            while bot.telegram.record.total < total:  # noqa: ASYNC110 - each call is an event
                await asyncio.sleep(0.01)


async def _settled(bot: Live) -> None:
    """Returns when all that was due has been said: no event tells that, so it is looked at now and then."""
    async with asyncio.timeout(LONG_PATIENCE):
        while bot.rows("SELECT count(*) FROM letters WHERE settled_at IS NULL") != [(0,)]:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        while bot.rows("SELECT count(*) FROM inbox WHERE finished_at IS NULL") != [(0,)]:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


def _everything_was_said(
    bot: Live, heads: list[Head], others: int, manager: Manager, witness: Witness, in_hand: InHand
) -> None:
    ids = [head.person.id for head in heads]
    ledger = bot.ledger()
    assert all(head.is_in(ledger.get(head.person.id, []), at_rest=True) for head in heads)
    # Every letter has gone, every head was asked about everything once, everybody got the announcement.
    assert [state for (state,) in bot.rows("SELECT DISTINCT state FROM letters ORDER BY state")] in (
        ["sent"],
        ["dropped", "sent"],
    )
    asked = len(heads) * (1 + manager.added)
    assert bot.rows("SELECT count(*) FROM askings") == [(asked,)]
    assert bot.rows("SELECT count(*), count(sent_at), count(failure) FROM recipients") == [
        (len(heads) + others, len(heads) + others, 0)
    ]
    # As many reports as were asked for, each of which came or was given up in words.
    assert bot.rows(_ORDERED) == [(manager.ordered,)]
    assert manager.received() + manager.refused() >= manager.ordered
    seen = copies(bot)
    assert len(seen) == len(heads) + others
    assert sum(seen.values()) - len(seen) <= in_hand.copies
    for head in heads:
        words = "\n".join(shown.said for shown in witness.shown[head.person.id])
        for number in range(1, manager.added + 1):
            assert re.search(rf"Музей {number}\b", words), (head.number, number)
    assert witness.repeated(ids) <= in_hand.updates + in_hand.letters
    assert _asked_again(witness, ids, manager.added) <= in_hand.letters
    nobody_reads_what_is_not_theirs(witness, heads)
    assert bot.traces == []


def _asked_again(witness: Witness, ids: list[int], added: int) -> int:
    """How often a head was asked anew for what they had been asked for already."""
    again = 0
    for chat_id in ids:
        requests: list[Any] = [
            shown for shown in witness.shown[chat_id] if shown.kind == "message" and "Музей" in shown.said
        ]
        for number in range(1, added + 1):
            again += max(0, sum(bool(re.search(rf"Музей {number}\b", request.said)) for request in requests) - 1)
    return again
