"""A whole school year of the resolution's 19 directives for the 12 organizations and the department."""

from collections import defaultdict
from datetime import datetime, timedelta
from itertools import takewhile
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.domain.fields.values import NUMERIC
from bot.domain.ledger.obligation import UNANSWERED
from bot.domain.letter import LetterState
from bot.domain.timing.recurrence import occurrences
from bot.storage import schema
from bot.storage.engine.database import Tx
from bot.storage.ledger import obligations as ledger
from bot.storage.ledger import replies
from bot.storage.ledger import rounds as rounds_of
from tests.people import introduced
from tests.texts.department import Applications
from tests.texts.heads import Form, Registration, Request
from tests.world import Head, World, catalog_of, living, local

BEGIN, TERM, END = "2026-09-01 00:00", "2026-11-10 23:00", "2027-08-31 23:00"


async def register(world: World) -> dict[int, Head]:
    """A head for each organization of the roster; the department's curator is let in by the administrator."""
    heads = {}
    for number, entry in enumerate(world.catalog.roster):
        head = await introduced(world, f"Руководитель {number}", 1000 + number)
        titles = [world.catalog.types[type_].title for type_ in sorted(entry.types)]
        await head.press(*titles, Registration.DONE, entry.name, Registration.HEAD)
        heads[head.id] = head
    return heads


async def answer(world: World, head: Head) -> None:
    """Answers the form that is open, whatever it asks, up to «Ответ принят»."""
    for _ in range(60):
        message = (await head.phone.messages())[-1]
        buttons = list(message["buttons"])
        if Form.ACCEPTED in message["text"]:
            return
        if Form.SEND in buttons:
            await head.press(Form.SEND)
        elif Form.NUMBER in message["text"]:
            # The same everywhere, so that every sum fits every other; all that are asked in a row at once.
            await head.send("\n".join(["0"] * numbers_in_a_row(world, message["text"])))
        elif "Выберите день" in message["text"]:
            await head.press(Form.TODAY)
        elif Form.SKIP in buttons:
            await head.press(Form.SKIP)
        elif Form.DONE in buttons:
            await head.press(Form.DONE)
        elif Form.LINK in message["text"]:
            await head.send("https://school.example/page")
        elif "Напишите сообщением" in message["text"]:
            await head.send("Протокол № 1")
        else:
            await head.press(buttons[0])
    pytest.fail(f"the form does not end:\n{await head.screen()}")


def numbers_in_a_row(world: World, form: str) -> int:
    """How many numbers are asked one after the other from where the form is."""
    title = form.split("\n", maxsplit=1)[0].split(" · ", maxsplit=1)[0]
    directive = next(one for one in world.catalog.directives.values() if one.title == title)
    lines = [line for line in form.split("\n") if line[:1] in ("▶", "◻")]
    if len(lines) < 2:
        return 1
    labels = {field.label: field.kind in NUMERIC for field in directive.fields}
    return len(list(takewhile(bool, (labels[line[2:].strip(" \ufe0f")] for line in lines))))


def expected(world: World, end: str) -> dict[datetime, set[str]]:
    """The openings until then, by moment: directives and periods."""
    found = defaultdict(set)
    for directive in world.catalog.directives.values():
        for occurrence in occurrences(directive.schedule, world.catalog.calendar, local(BEGIN), local(end)):
            found[occurrence.opens_at].add(f"{directive.id} {occurrence.period}")
    return dict(sorted(found.items()))


async def rounds(world: World) -> set[str]:
    """The ledger's rounds."""
    async with world.storage.read() as tx:
        rows = await tx.execute(sa.select(schema.rounds).where(schema.rounds.c.opened_at.is_not(None)))
        return {f"{row.directive_id} {row.period}" for row in rows}


@pytest.mark.slow
@pytest.mark.slow_on_postgresql
@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    ("end", "openings_in_all"),
    [
        pytest.param(TERM, 13, id="the autumn"),
        pytest.param(END, 39, id="a whole year", marks=pytest.mark.soak),
    ],
)
@pytest.mark.both_databases
async def test_every_prompt_on_its_day_once_and_every_answer_in_the_ledger(
    tmp_path: Path, end: str, openings_in_all: int
) -> None:
    async with living(tmp_path, catalog_of(), admin_ids=(1,)) as world:
        admin = await introduced(world, "Администратор", 1)
        heads = await register(world)
        # Of each kind of organization one answers by pressing; the others follow, or the year would take minutes.
        kinds = {
            (entry.types, entry.tags): head for entry, head in zip(world.catalog.roster, heads.values(), strict=True)
        }
        pressing = list(kinds.values())
        assert len(pressing) < len(heads)
        await admin.press(Applications.CONFIRM)
        opened: set[str] = set()
        prompts: dict[int, int] = defaultdict(int)
        answers = 0
        for moment, openings in expected(world, end).items():
            # A tick before the time opens nothing, two after it open it once.
            await world.at(moment - timedelta(minutes=1))
            assert await rounds(world) == opened
            for minutes in (0, 30):
                await world.at(moment + timedelta(minutes=minutes))
            opened |= openings
            assert await rounds(world) == opened
            for head in pressing:
                while await owed(world, head):
                    prompts[head.id] += 1
                    await open_next(head)
                    await answer(world, head)
                    answers += 1
            answers += await follow(world)
        await world.at(end)
        assert len(opened) == openings_in_all, "the proposal's openings"
        await check_ledger(world, answers, end)
        assert sum(prompts.values()) >= len(opened)
        assert await asked_once(world)


async def owed(world: World, head: Head) -> int:
    """How many requests the head has not answered."""
    query = (
        sa.select(sa.func.count())
        .select_from(
            schema.obligations.join(
                schema.seats, schema.seats.c.organization_id == schema.obligations.c.organization_id
            )
        )
        .where(schema.seats.c.person_id == head.id, schema.obligations.c.state == "open")
    )
    async with world.storage.read() as tx:
        return int((await tx.execute(query)).scalar_one())


async def follow(world: World) -> int:
    """Whoever still owes an answer gives the one that another gave to the same request; how many there were."""
    async with world.storage.read() as tx:
        opened = await rounds_of.open_now(tx, world.now)
        owing = [obligation for each in opened for obligation in await ledger.of_round(tx, each.id, UNANSWERED)]
        given = {
            row.round_id: row.given
            for row in await tx.execute(
                sa.select(schema.obligations.c.round_id, schema.replies.c["values"].label("given")).join(schema.replies)
            )
        }
        people = {
            row.organization_id: row.person_id
            for row in await tx.execute(sa.select(schema.seats).where(schema.seats.c.state == "seated"))
        }

    async def work(tx: Tx) -> None:
        for obligation in owing:
            by = people[obligation.organization_id]
            await replies.submit(tx, obligation, given[obligation.round.id], None, 0, by, world.now)

    await world.storage.apply(work)
    return len(owing)


async def open_next(head: Head) -> None:
    """Goes to the next form: it is there, or behind a button of a list."""
    message = (await head.phone.messages())[-1]
    if f"{Request.DUE}:" in message["text"]:
        return
    if Form.ACCEPTED in message["text"]:
        await head.press(Request.OTHERS)
    await head.press("1. ")


async def check_ledger(world: World, answers: int, end: str) -> None:
    """Every organization of the audience has one answered obligation for each round, of one version."""
    async with world.storage.read() as tx:
        states = (await tx.execute(sa.select(schema.obligations.c.state, schema.obligations.c.version))).all()
        replies = (await tx.execute(sa.select(sa.func.count()).select_from(schema.replies))).scalar_one()
        pairs = (await tx.execute(sa.select(schema.obligations.c.round_id, schema.obligations.c.organization_id))).all()
    assert {tuple(state) for state in states} == {("answered", 1)}
    assert len(states) == replies == answers
    assert len(set(pairs)) == len(pairs)
    roster = world.catalog.roster
    due = sum(
        sum(
            any(part.type in entry.types and entry.tags.issuperset(part.tags) for part in directive.audience)
            for entry in roster
        )
        * len(occurrences(directive.schedule, world.catalog.calendar, local(BEGIN), local(end)))
        for directive in world.catalog.directives.values()
    )
    assert answers == due


async def asked_once(world: World) -> bool:
    """Each obligation was put to its head in one message, and nobody who answered was reminded."""
    async with world.storage.read() as tx:
        askings = (await tx.execute(sa.select(sa.func.count()).select_from(schema.askings))).scalar_one()
        obligations = (await tx.execute(sa.select(sa.func.count()).select_from(schema.obligations))).scalar_one()
        reminders = (
            await tx.execute(
                sa.select(sa.func.count()).where(
                    schema.letters.c.kind == "reminder", schema.letters.c.state == LetterState.SENT
                )
            )
        ).scalar_one()
    return bool(askings == obligations and reminders == 0)
