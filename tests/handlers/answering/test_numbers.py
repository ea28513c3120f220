"""A head types numbers as people do: below zero, several in a line, once more at the preview."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.storage.ledger import drafts
from tests.handlers.answering.ledger import SCHOOL, mine
from tests.texts.example import Club
from tests.texts.heads import Form, Misfit, Placing
from tests.world import Head, World, catalog_of, living

ONE_NUMBER = Path(__file__).parent / "one_number.yaml"
PLACES, CHANGE = "Свободных мест", "Изменение контингента"


async def values(world: World, head: Head) -> dict[str, Any]:
    """What the head's drafts hold."""
    kept: dict[str, Any] = {}
    async with world.storage.read() as tx:
        for obligation_id in (await mine(world, head)).values():
            draft = await drafts.get(tx, head.id, obligation_id)
            kept |= draft.values if draft else {}
    return kept


@pytest.fixture
async def school(tmp_path: Path) -> AsyncIterator[World]:
    """A world with one number to be asked in October, and in November one that may be below zero."""
    roster = tmp_path / "organizations.yaml"
    roster.write_text(f"organizations:\n  - {{code: s1, name: {SCHOOL} школа, types: [general]}}\n", encoding="utf-8")
    async with living(tmp_path, catalog_of(ONE_NUMBER, roster)) as world:
        yield world


async def asked_of(school: World, day: str) -> Head:
    head = await school.person("Иванова Мария", 101)
    await head.join("Общее", SCHOOL)
    await school.at(f"{day} 09:00")
    return head


@pytest.mark.slow
async def test_what_is_below_zero_is_refused_as_that_where_nothing_is(school: World) -> None:
    head = await asked_of(school, "2026-10-05")
    for typed in ("минус 3", "3 ниже нуля", "- 3,5", "(-3)", "–3", "3-", "убыло 3", "стало меньше на 3"):
        await head.send(typed)
        assert (await head.sees()).startswith(f"❗️ {PLACES}: не меньше 0."), typed
    assert await values(school, head) == {}
    await head.send("3")
    assert await values(school, head) == {"places": 3}


async def test_what_is_below_zero_is_taken_where_it_may_be_and_what_may_be_is_asked_about(school: World) -> None:
    head = await asked_of(school, "2026-11-05")
    await head.press_at(await head.card(CHANGE), Form.MORE)
    for typed in ("убыло 3", "3-", "- 3,5"):
        await head.send(typed)
        assert (await head.sees()).startswith(f"❗️ {CHANGE}: {Misfit.UNCLEAR_SIGN}"), typed
        assert await values(school, head) == {}
    await head.send("много")
    assert "Например: 12,5 или −12,5" in await head.sees()
    for typed in ("минус 3,5", "3,5 ниже нуля", "−3,5", "(-3,5)"):
        await head.send(typed)
        assert await values(school, head) == {"change": "-3.5"}, typed
        assert f"{CHANGE}: -3,5" in await head.sees()
        await head.send("12")


@pytest.mark.parametrize("typed", ["-3,5", "-1 250", "3,5", "12-15", "1.250", "убыло 3", "- 3"])
async def test_at_the_preview_a_number_that_does_not_fit_is_told_as_before_it(school: World, typed: str) -> None:
    head = await asked_of(school, "2026-10-05")
    await head.send(typed)
    before = (await head.sees()).splitlines()[0].split(". ")[0]
    await head.send("12")
    assert Form.CHECK in await head.sees()
    await head.send(typed)
    said = await head.sees()
    assert Placing.FILLED_IN not in said
    assert said.startswith("❗️")
    assert said.startswith(before)
    assert Misfit.CORRECT_IT in said
    assert await values(school, head) == {"places": 12}


@pytest.fixture
async def asked(world: World, head: Head) -> Head:
    """The head has come to the first of three numbers that follow each other."""
    await world.at("2026-10-05 09:00")
    await head.press(Club.BEING_MADE, Form.NO)
    return head


@pytest.mark.parametrize("typed", ["120; 60; 12,5", "120, 60, 12,5", "120 60 12,5", "120/60/12,5", "120 и 60 и 12,5"])
@pytest.mark.parametrize("swiped", [False, True])
async def test_bare_numbers_in_a_line_fill_all_questions_that_follow(
    world: World, asked: Head, typed: str, swiped: bool
) -> None:
    await asked.send(typed, reply_to=await asked.card(Club.TITLE) if swiped else None)
    kept = await values(world, asked)
    assert (kept["members"], kept["girls"], kept["share"]) == (120, 60, "12.5")
    assert ". Дата приказа" in await asked.sees()


@pytest.mark.parametrize("typed", ["120; 60", "120 60", "120, 60 и 5, 5", "60/120/5"])
async def test_numbers_in_a_line_that_are_too_few_or_may_be_others_are_to_stand_in_lines(
    world: World, asked: Head, typed: str
) -> None:
    await asked.send(typed)
    said = await asked.sees()
    assert Misfit.SEVERAL_IN_LINE in said or Misfit.TOO_MANY_NUMBERS in said
    assert Misfit.ONE_NUMBER not in said
    assert "members" not in await values(world, asked)
    await asked.send("120\n60")
    assert (await values(world, asked))["girls"] == 60


@pytest.mark.parametrize(
    ("typed", "field", "kept"),
    [
        ("ой, 130", "Занимается", {"members": 130}),
        ("Извините, 60", "из них девочек", {"members": 120, "girls": 60}),
        ("вернее 130", None, {"members": 120}),
    ],
)
async def test_a_slip_that_is_corrected_in_words_is_not_taken_for_the_next_number(
    world: World, head: Head, typed: str, field: str | None, kept: dict[str, int]
) -> None:
    await world.at("2026-10-05 09:00")
    await head.press(Club.BEING_MADE, Form.NO)
    await head.send("120")
    await head.send(typed)
    assert Placing.WHICH_QUESTION in (await head.phone.find(typed))["text"]
    assert "из них девочек" in await head.sees(), "the question stays below"
    await head.press(f"«{field}»" if field else Placing.TO_NONE)
    filled = await values(world, head)
    assert {key: filled[key] for key in ("members", "girls") if key in filled} == kept


async def test_words_that_correct_nothing_are_no_slip(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await head.press(Club.BEING_MADE, Form.NO)
    await head.send("ой, 120")
    await head.send("60 точнее не скажу")
    filled = await values(world, head)
    assert (filled["members"], filled["girls"]) == (120, 60)
