"""What a restart must not forget: conversations, drafts, what a message was about, single facts."""

from dataclasses import replace
from functools import partial

import pytest

from bot.domain.ledger.obligation import Draft, DraftStep, Obligation
from bot.storage.ledger import drafts
from bot.storage.post import dialogues, meta, names
from bot.storage.post.dialogues import Dialogue
from tests.storage.seed import HOUR, IVAN, NOW, OLGA, SPORT, Seed


@pytest.fixture
async def owed(seed: Seed) -> Obligation:
    await seed.person(OLGA)
    await seed.person(IVAN)
    school = await seed.organization("Лицей")
    return await seed.owed(await seed.open(), school)


# --- Dialogues ---


async def test_a_dialogue_goes_on_until_it_ends(seed: Seed) -> None:
    # Before consent nothing of the person is kept, so there is no row of people to refer to.
    assert await seed.see(lambda tx: dialogues.get(tx, OLGA)) == Dialogue("", {})
    first, second = Dialogue("join", {"types": ["school"]}), Dialogue("reason", {"obligation": 5})
    await seed.storage.apply(lambda tx: dialogues.put(tx, OLGA, first, NOW))
    await seed.storage.apply(lambda tx: dialogues.put(tx, IVAN, first, NOW))
    await seed.storage.apply(lambda tx: dialogues.put(tx, OLGA, second, NOW + HOUR))
    assert await seed.see(lambda tx: dialogues.get(tx, OLGA)) == second
    await seed.storage.apply(lambda tx: dialogues.end(tx, OLGA))
    await seed.storage.apply(lambda tx: dialogues.end(tx, OLGA))
    assert await seed.see(lambda tx: dialogues.get(tx, OLGA)) == Dialogue("", {})
    assert await seed.see(lambda tx: dialogues.get(tx, IVAN)) == first


# --- What messages are called ---


async def test_names_of_messages_are_forgotten_when_nobody_edits_them_any_more(seed: Seed) -> None:
    """By the moment that their numbers say; of numbers that say none nobody knows how old they are."""
    await seed.person(OLGA)
    written = int(NOW.timestamp() * 1000) << 16
    numbers = (1, 4_000_000_000, written, written + (int(HOUR.total_seconds() * 1000) << 16))
    await seed.storage.apply(lambda tx: names.keep_names(tx, [(OLGA, number, "mid") for number in numbers]))
    assert await seed.storage.apply(lambda tx: names.prune(tx, NOW)) == 0
    assert await seed.storage.apply(lambda tx: names.prune(tx, NOW + HOUR / 2)) == 1
    known = [await seed.see(partial(names.name_of, chat=OLGA, message_id=number)) for number in numbers]
    assert known == ["mid", "mid", None, "mid"]


# --- Drafts ---


@pytest.mark.parametrize(
    ("values", "skipped", "step", "field", "base", "not_ours"),
    [
        ({}, (), DraftStep.FIELDS, "done", 0, None),
        ({"done": True, "why": "Ёлка", "n": 0}, ("share", "day"), DraftStep.PREVIEW, None, 3, None),
        ({}, (), DraftStep.REASON, None, 1, "Нет пищеблока"),
    ],
    ids=["begun", "filled", "not ours"],
)
async def test_a_draft_comes_back_as_it_was(
    seed: Seed,
    owed: Obligation,
    values: dict[str, object],
    skipped: tuple[str, ...],
    step: DraftStep,
    field: str | None,
    base: int,
    not_ours: str | None,
) -> None:
    draft = Draft(OLGA, owed.id, values, skipped, step, field, base, not_ours)
    other = Draft(IVAN, owed.id, {"done": False}, (), DraftStep.PREVIEW, None, 0)
    for one in (Draft(OLGA, owed.id, {"old": 1}, ("x",), DraftStep.REASON, "y", 9, "z"), other, draft):
        await seed.storage.apply(lambda tx, one=one: drafts.put(tx, one, NOW))  # type: ignore[misc]
    found = await seed.see(lambda tx: drafts.get(tx, OLGA, owed.id))
    assert found == draft
    assert type(found.step) is DraftStep
    assert await seed.see(lambda tx: drafts.get(tx, IVAN, owed.id)) == other


async def test_a_dropped_draft_is_gone_and_others_stay(seed: Seed, owed: Obligation) -> None:
    mine = Draft(OLGA, owed.id, {}, (), DraftStep.FIELDS, "done", 0)
    theirs = replace(mine, person_id=IVAN)
    for draft in (mine, theirs):
        await seed.storage.apply(lambda tx, one=draft: drafts.put(tx, one, NOW))  # type: ignore[misc]
    await seed.storage.apply(lambda tx: drafts.drop(tx, OLGA, owed.id))
    assert await seed.see(lambda tx: drafts.get(tx, OLGA, owed.id)) is None
    assert await seed.see(lambda tx: drafts.get(tx, IVAN, owed.id)) == theirs


# --- Messages ---


async def test_a_message_is_about_what_it_was_last_said_to_be(seed: Seed, owed: Obligation) -> None:
    sport = await seed.owed(await seed.open(SPORT), owed.organization_id)

    async def about(person: int, message: int) -> tuple[int, str | None] | None:
        return await seed.see(lambda tx: drafts.about(tx, person, message))

    assert await about(OLGA, 10) is None
    await seed.storage.apply(lambda tx: drafts.remember_message(tx, OLGA, 10, owed.id))
    await seed.storage.apply(lambda tx: drafts.remember_message(tx, IVAN, 10, sport.id, "done"))
    assert await about(OLGA, 10) == (owed.id, None)
    # Numbers of messages are a chat's own.
    assert await about(IVAN, 10) == (sport.id, "done")
    await seed.storage.apply(lambda tx: drafts.remember_message(tx, OLGA, 10, sport.id, "done"))
    assert await about(OLGA, 10) == (sport.id, "done")
    await seed.storage.apply(lambda tx: drafts.forget_message(tx, OLGA, 10))
    assert await about(OLGA, 10) is None
    assert await about(IVAN, 10) == (sport.id, "done")


async def test_the_forms_of_an_obligation_stand_in_their_order(seed: Seed, owed: Obligation) -> None:
    assert await seed.see(lambda tx: drafts.forms(tx, OLGA, owed.id)) == []
    for message, field in ((20, None), (9, None), (30, "done")):
        await seed.storage.apply(
            lambda tx, message=message, field=field: drafts.remember_message(tx, OLGA, message, owed.id, field)  # type: ignore[misc]
        )
    await seed.storage.apply(lambda tx: drafts.remember_message(tx, IVAN, 40, owed.id))
    assert await seed.see(lambda tx: drafts.forms(tx, OLGA, owed.id)) == [9, 20]
    await seed.storage.apply(lambda tx: drafts.forget_message(tx, OLGA, 20))
    assert await seed.see(lambda tx: drafts.forms(tx, OLGA, owed.id)) == [9]


# --- Meta ---


async def test_a_fact_is_set_and_changed(seed: Seed) -> None:
    assert await seed.see(lambda tx: meta.get(tx, "школа")) is None
    for value in ("Лицей", "Гимназия"):
        await seed.storage.apply(lambda tx, value=value: meta.put(tx, "школа", value))  # type: ignore[misc]
    assert await seed.see(lambda tx: meta.get(tx, "школа")) == "Гимназия"


async def test_a_moment_comes_back_aware(seed: Seed) -> None:
    assert await seed.see(lambda tx: meta.get_moment(tx, meta.LAST_TICK)) is None
    await seed.storage.apply(lambda tx: meta.put_moment(tx, meta.LAST_TICK, NOW))
    moment = await seed.see(lambda tx: meta.get_moment(tx, meta.LAST_TICK))
    assert moment == NOW
    assert moment.tzinfo is not None


async def test_of_many_who_take_a_fact_away_one_does(seed: Seed) -> None:
    await seed.storage.apply(lambda tx: meta.put(tx, meta.CLAIM_HASH, "x"))
    found = await seed.crowd(8, lambda tx, _: meta.remove(tx, meta.CLAIM_HASH))
    assert sorted(found, key=str) == [False] * 7 + [True]
    assert await seed.see(lambda tx: meta.get(tx, meta.CLAIM_HASH)) is None
