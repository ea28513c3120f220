"""Months later: what was somebody's to do is theirs no more, and nothing says a word of what is not theirs."""

import os
import random
from collections.abc import AsyncIterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from bot.delivery.sayings import Toast
from bot.domain.people.member import Right
from bot.views import common
from bot.views.callbacks import Edit, Open, Versions
from bot.views.callbacks import announcements as a
from bot.views.callbacks import control as k
from bot.views.callbacks import questions as q
from bot.views.callbacks import threads as x
from tests.handlers.rights.cast import (
    DEMOTED,
    FORMER,
    FORMER_HEAD,
    GRANTED,
    HEAD,
    NARROWED,
    OF_TWO,
    PEOPLE,
    STAFF,
)
from tests.handlers.rights.deed import Deed
from tests.handlers.rights.held_later import Held, facts_of
from tests.handlers.rights.later import Later, later
from tests.handlers.rights.office import AUTHOR, Ids, Outcome
from tests.handlers.rights.sweep import KINDS, Sweep, Swept, sweep

# Repeats a run of the long sweep.
_SEED = int(os.environ.get("SWEEP_SEED", "0")) or random.randrange(1, 10**6)


@pytest.fixture
async def district(tmp_path: Path) -> AsyncIterator[Later]:
    async with later(tmp_path, compared=False) as filled:
        yield filled


async def pressed(district: Later, person_id: int, button: Any) -> Outcome:
    deed = Deed(button.pack(), Right.ANYBODY, press=button.pack())
    return await district.office.take(person_id, deed.update(person_id), None)


def refused(outcome: Outcome) -> bool:
    """Whether nothing came of it but a word over the chat."""
    return outcome.touched == 0 and all(isinstance(each, Toast) for each in outcome.said)


async def held_in(district: Later) -> Held:
    async with district.storage.read() as tx:
        return Held(await facts_of(tx), district.words, district.places)


@pytest.mark.slow
async def test_the_roles_that_were_taken_open_nothing_and_those_given_since_do(district: Later) -> None:
    held = await held_in(district)
    (thread, *_) = held.facts.rows["threads"]
    (answered, *_) = held.facts.rows["obligations"]
    for button in (x.View(thread=thread), k.Answer(obligation=answered)):
        assert refused(await pressed(district, FORMER, button))
        assert not refused(await pressed(district, GRANTED, button))
    # A viewer, who was a curator, looks and decides nothing.
    assert refused(await pressed(district, DEMOTED, x.View(thread=thread)))
    assert not refused(await pressed(district, DEMOTED, k.Answer(obligation=answered)))


@pytest.mark.slow
async def test_the_head_before_reads_nothing_of_the_school_and_the_present_one_everything(district: Later) -> None:
    held = await held_in(district)
    school = district.places["school"]
    owed = [id for id, row in held.facts.rows["obligations"].items() if row["organization_id"] == school]
    assert owed
    for obligation in owed:
        for button in (Open(obligation=obligation), Edit(obligation=obligation), Versions(obligation=obligation)):
            refusal = await pressed(district, FORMER_HEAD, button)
            assert [each.text for each in refusal.said if isinstance(each, Toast)] == [common.NOT_YOURS]
        assert not refused(await pressed(district, HEAD, Open(obligation=obligation)))
    # What they wrote to the department is theirs all the same.
    own = next(id for id, row in held.facts.rows["threads"].items() if row["person_id"] == FORMER_HEAD)
    assert not refused(await pressed(district, FORMER_HEAD, x.Own(thread=own)))
    assert refused(await pressed(district, HEAD, x.Own(thread=own)))


async def test_what_was_sent_stays_its_authors(district: Later) -> None:
    held = await held_in(district)
    sent = [
        id
        for id, row in held.facts.rows["announcements"].items()
        if row["by_id"] == NARROWED and row["started_at"] is not None
    ]
    assert sent
    for announcement in sent:
        outcome = await pressed(district, NARROWED, a.OpenAnnouncement(id=announcement))
        assert held.facts.rows["announcements"][announcement]["text"].split()[0] in repr(outcome.said)
        assert refused(await pressed(district, FORMER, a.OpenAnnouncement(id=announcement)))


@pytest.mark.slow
async def test_who_sits_at_two_has_a_word_with_each_of_them(district: Later) -> None:
    """A thread of the kindergarten is none of the school's, though one person writes in both."""
    held = await held_in(district)
    rows = held.facts.rows["threads"]
    of_two = {row["organization_id"]: id for id, row in rows.items() if row["person_id"] == OF_TWO}
    schools, gardens = (
        next(id for id, (_, limits) in STAFF.items() if limits.types == {type_} and not limits.topics)
        for type_ in ("general", "preschool")
    )
    for code, theirs, others in (("other", schools, gardens), ("garden", gardens, schools)):
        thread = x.View(thread=of_two[district.places[code]])
        assert not refused(await pressed(district, theirs, thread))
        assert refused(await pressed(district, others, thread))


async def test_drafts_of_a_role_that_was_taken_are_nobodys(district: Later) -> None:
    held = await held_in(district)
    drafts = [id for id, row in held.facts.rows["questions"].items() if row["by_id"] == FORMER and not row["round_id"]]
    assert drafts
    for person_id in (FORMER, AUTHOR, GRANTED):
        for draft in drafts:
            for button in (q.Confirm(question=draft), q.RemoveQuestion(question=draft, sure=True)):
                assert (await pressed(district, person_id, button)).touched == 0


async def test_every_thing_has_a_word_that_is_found(district: Later) -> None:
    """The check can fail: whoever may see everything is told of all kinds of things, and a stranger of none."""
    held = await held_in(district)
    kinds = {kind for kind, _ in district.words.values()}
    assert kinds == {
        *("organization", "person", "question", "answer", "comment", "extension", "remark", "unsent", "note"),
        *("announcement", "draft", "template"),
    }
    said = " ".join(district.words)
    for person_id in PEOPLE:
        assert held.leaks(person_id, said)
    assert len(held.leaks(PEOPLE[0], said)) == len(district.words)


async def test_whatever_is_let_pass_is_noticed(district: Later, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sweep itself: with one guard taken away it finds what comes of it."""
    held = await held_in(district)

    async def anything(_scene: Any, _thread: Any) -> bool:
        return True

    monkeypatch.setattr("handlers.department.threads.may_answer", anything)
    gardens = next(id for id, (_, limits) in STAFF.items() if limits.types == {"preschool"})
    trying = Sweep(district, held, random.Random(1))
    of_school = next(
        id for id, row in held.facts.rows["threads"].items() if row["organization_id"] == district.places["school"]
    )
    for button in (x.View(thread=of_school), x.Done(thread=of_school)):
        await trying.attempt(gardens, Deed("taken away", Right.CURATE, press=button.pack()))
    faults = "\n".join(trying.swept.faults)
    assert "'note'" in faults
    assert f"threads {of_school}: [('waits', 1, 0)]" in faults


def test_every_id_that_a_button_may_have_is_given_another() -> None:
    named = {name for names in KINDS.values() for name in names}
    assert named == {field.name for field in fields(Ids) if field.type is int}


def unknown(swept: Swept) -> list[str]:
    """The faults, each once."""
    return list(dict.fromkeys(swept.faults))


# Some seconds of a processor.
@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_whoever_had_the_right_tries_everything(tmp_path: Path) -> None:
    swept = await sweep(tmp_path, 2026, tries=800)
    assert not unknown(swept), "\n".join(unknown(swept))
    assert swept.figures["comparisons"] > 30
    assert swept.figures["letters"] > 60


@pytest.mark.soak
@pytest.mark.timeout(1800)
async def test_whoever_had_the_right_tries_everything_for_long(tmp_path: Path) -> None:
    swept = await sweep(tmp_path, _SEED, seconds=600, reports=60)
    print(f"SWEEP_SEED={_SEED}: {swept}")
    assert not unknown(swept), f"SWEEP_SEED={_SEED}\n" + "\n".join(unknown(swept))
