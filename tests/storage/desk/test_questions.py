"""Drafts are their author's, are asked once, and open a round for exactly who was chosen."""

from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from bot.domain.desk.audience import Audience
from bot.domain.desk.question import Question, add, compose
from bot.domain.directives.directive import AudiencePart
from bot.domain.fields.field import FieldKind
from bot.domain.ledger.obligation import UNANSWERED
from bot.domain.people.member import Limits
from bot.storage.desk import erasure, questions
from bot.storage.engine.database import Tx
from bot.storage.ledger import addressing, obligations, rounds
from bot.storage.people import audiences, people, seats
from bot.storage.schema import audit
from tests.storage.seed import CALENDAR, DAY, HOUR, IVAN, NOW, OLGA, SAFETY, Seed

DUE = date(2026, 10, 20)
HALL = replace(
    add(Question("Есть ли зал?"), FieldKind.YES_NO, "Есть ли зал?"),
    audience=Audience(everyone=True),
    due=date(2026, 10, 15),
)


async def authors(seed: Seed) -> None:
    async def work(tx: Tx) -> None:
        for person in (OLGA, IVAN):
            await people.ensure(tx, person, f"Автор {person}", NOW)

    await seed.storage.apply(work)


async def begun(seed: Seed, question: Question = HALL, by: int = OLGA) -> int:
    return await seed.storage.apply(lambda tx: questions.create(tx, question, by, NOW))


async def send(tx: Tx, question_id: int, audience: Audience, types: tuple[str, ...] = ("school",)) -> int | None:
    directive, occurrence = compose(replace(HALL, audience=audience), question_id, types, CALENDAR, "запрос", NOW)
    chosen = audiences.organization_ids(audience, Limits())
    round_id = await rounds.open_round(tx, directive, occurrence, CALENDAR, NOW, by=OLGA, chosen=chosen)
    if round_id is not None and not await questions.asked(tx, question_id, round_id, OLGA, NOW):
        raise LookupError(question_id)
    return round_id


async def owing(seed: Seed, round_id: int) -> set[int]:
    return {
        obligation.organization_id
        for obligation in await seed.see(lambda tx: obligations.of_round(tx, round_id, UNANSWERED))
    }


async def test_a_draft_is_its_author_s(seed: Seed) -> None:
    await authors(seed)
    draft = await begun(seed)
    later = NOW + HOUR
    renamed = await seed.storage.apply(
        lambda tx: questions.edit(tx, draft, OLGA, later, lambda question: replace(question, name="Зал"))
    )
    assert renamed == replace(HALL, name="Зал")
    refused = await seed.storage.apply(
        lambda tx: questions.edit(tx, draft, IVAN, later, lambda question: replace(question, name="Чужой"))
    )
    assert refused is None
    assert not await seed.storage.apply(lambda tx: questions.change(tx, draft, IVAN, later, HALL))
    (stored,) = await seed.see(lambda tx: questions.drafts(tx, OLGA))
    assert (stored.question.title, stored.by_name, stored.updated_at) == ("Зал", f"Автор {OLGA}", later)
    assert await seed.see(lambda tx: questions.drafts(tx, IVAN)) == []
    assert not await seed.storage.apply(lambda tx: questions.remove(tx, stored, IVAN, later))
    assert await seed.storage.apply(lambda tx: questions.remove(tx, stored, OLGA, later))
    assert await seed.see(lambda tx: questions.get(tx, draft)) is None


async def test_many_presses_ask_once(seed: Seed) -> None:
    await authors(seed)
    school = await seed.organization("Школа")
    draft = await begun(seed)

    async def press(tx: Tx, _: int) -> int | None:
        stored = await questions.get(tx, draft)
        return await send(tx, draft, HALL.audience) if stored is not None and stored.is_draft else None

    done = await seed.crowd(6, press)
    (round_id,) = [one for one in done if one is not None]
    assert isinstance(round_id, int)
    assert await owing(seed, round_id) == {school}
    stored = await seed.see(lambda tx: questions.get(tx, draft))
    assert stored is not None
    assert (stored.round_id, stored.is_draft) == (round_id, False)
    # What was asked is not changed any more.
    assert not await seed.storage.apply(lambda tx: questions.change(tx, draft, OLGA, NOW, HALL))
    assert not await seed.storage.apply(lambda tx: questions.remove(tx, stored, OLGA, NOW))
    opened = await seed.see(lambda tx: rounds.get(tx, round_id))
    assert opened is not None
    assert (opened.by_id, opened.directive.number, opened.directive.audience) == (OLGA, "", (AudiencePart("school"),))
    logged = await seed.see(lambda tx: _by(tx, "round.opened"))
    assert logged == [OLGA]


async def test_exactly_the_chosen_are_asked(seed: Seed) -> None:
    await authors(seed)
    school, other = await seed.organization("Школа"), await seed.organization("Другая")
    await seed.organization("Третья")
    by_hand = await seed.storage.apply(lambda tx: _sent(tx, Audience(organizations=(school, other))))
    assert await owing(seed, by_hand) == {school, other}
    # Those who have not answered that round, though the new one fills the same table.
    owed = await seed.owed(await _round(seed, by_hand), school)
    await seed.seat(IVAN, school)
    await seed.answer(owed, IVAN)
    silent = await seed.storage.apply(lambda tx: _sent(tx, Audience(unanswered=by_hand)))
    assert await owing(seed, silent) == {other}
    # Who joins later is asked what was asked of all of a type, not what was asked of some.
    by_type = await seed.storage.apply(lambda tx: _sent(tx, Audience(types=("school",))))
    late = await seed.organization("Новая")
    await seed.storage.apply(lambda tx: rounds.join(tx, [late], CALENDAR, NOW + DAY))
    assert late in await owing(seed, by_type)
    assert late not in await owing(seed, by_hand)


async def test_subscriptions_do_not_silence_what_was_asked_by_hand(seed: Seed) -> None:
    await authors(seed)
    school = await seed.organization("Школа")
    await seed.seat(IVAN, school)
    await seed.storage.apply(lambda tx: seats.toggle_mute(tx, IVAN, "type", "school", NOW))
    await seed.open(SAFETY)
    assert await seed.see(lambda tx: addressing.to_ask(tx, IVAN, NOW)) == []
    await seed.storage.apply(lambda tx: _sent(tx, Audience(organizations=(school,))))
    (asked,) = await seed.see(lambda tx: addressing.to_ask(tx, IVAN, NOW))
    assert asked.round.directive.title == "Есть ли зал?"


async def test_templates_are_the_department_s(seed: Seed) -> None:
    await authors(seed)
    school = await seed.organization("Школа")
    assert await seed.storage.apply(lambda tx: questions.keep(tx, HALL, OLGA, NOW))
    assert not await seed.storage.apply(lambda tx: questions.keep(tx, HALL, IVAN, NOW))
    (template,) = await seed.see(questions.templates)
    assert (template.question.due, template.question.audience) == (None, HALL.audience)
    copied = await seed.storage.apply(lambda tx: questions.copy(tx, template.question, DUE, IVAN, NOW))
    assert copied == await seed.storage.apply(lambda tx: questions.copy(tx, template.question, DUE, IVAN, NOW))
    assert [stored.id for stored in await seed.see(lambda tx: questions.drafts(tx, IVAN))] == [copied]
    round_id = await seed.storage.apply(lambda tx: _sent(tx, Audience(organizations=(school,))))
    (sent,) = await seed.see(lambda tx: questions.sent(tx, Limits()))
    assert sent.round_id == round_id
    # Of silent organizations it is not known who they will be.
    stale = replace(HALL, audience=Audience(unanswered=round_id), name="Ещё раз")
    assert await seed.storage.apply(lambda tx: questions.keep(tx, stale, OLGA, NOW))
    assert (await seed.see(questions.templates))[0].question.audience == Audience()
    assert await seed.storage.apply(lambda tx: questions.remove(tx, template, IVAN, NOW))
    assert not await seed.storage.apply(lambda tx: questions.remove(tx, template, OLGA, NOW))


async def test_what_others_asked_is_seen_within_the_limits(seed: Seed) -> None:
    await authors(seed)
    await seed.organization("Школа")
    await seed.storage.apply(lambda tx: _sent(tx, Audience(everyone=True)))
    assert len(await seed.see(lambda tx: questions.sent(tx, Limits(types=frozenset({"school"}))))) == 1
    assert await seed.see(lambda tx: questions.sent(tx, Limits(types=frozenset({"preschool"})))) == []


async def test_what_was_asked_outlives_its_author(seed: Seed) -> None:
    await authors(seed)
    await seed.organization("Школа")
    await seed.storage.apply(lambda tx: _sent(tx, Audience(everyone=True)))
    await seed.storage.apply(lambda tx: erasure.erase(tx, OLGA, NOW))
    (sent,) = await seed.see(lambda tx: questions.sent(tx, Limits()))
    assert (sent.by_id, sent.by_name, sent.is_draft) == (None, None, False)


async def _sent(tx: Tx, audience: Audience) -> int:
    question_id = await questions.create(tx, replace(HALL, audience=audience), OLGA, NOW)
    round_id = await send(tx, question_id, audience)
    assert round_id is not None
    return round_id


async def _round(seed: Seed, round_id: int) -> Any:
    return await seed.see(lambda tx: rounds.get(tx, round_id))


async def _by(tx: Tx, action: str) -> list[int]:
    return list((await tx.execute(sa.select(audit.c.by_id).where(audit.c.action == action))).scalars())
