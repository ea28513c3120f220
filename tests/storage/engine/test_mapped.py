"""What is kept of an object of the domain is all of it: its fields say what is written and read."""

import json
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.desk.announcement import Announcement
from bot.domain.desk.audience import Audience
from bot.domain.desk.question import Question
from bot.domain.directives.directive import Directive
from bot.domain.fields.field import Field, FieldKind
from bot.domain.ledger.obligation import Draft, DraftStep
from bot.domain.timing.schedule import Schedule
from bot.storage.desk import announcements, questions
from bot.storage.engine.database import Storage
from bot.storage.engine.mapped import Mapped
from bot.storage.ledger import directives, drafts
from bot.storage.ledger.directives import RULES
from bot.storage.schema import metadata
from tests.storage.filling import filled
from tests.storage.seed import NOW, OLGA, Seed


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Thing:
    id: int
    colour: Colour
    faded: Colour | None
    parts: tuple[int, ...]
    title: str
    owner: str


THINGS = sa.Table(
    "t", sa.MetaData(), *(sa.Column(name) for name in ("id", "colour", "faded", "name")), sa.Column("parts", sa.JSON)
)


async def test_a_row_is_read_as_its_class_says(table: Storage) -> None:
    thing = Mapped(Thing, THINGS, prefix="thing_", but=("owner",), title=THINGS.c.name)
    values: dict[str, sa.ColumnElement[Any]] = {
        "id": sa.literal(1),
        "colour": sa.literal("red"),
        "faded": sa.null(),
        "parts": sa.literal([1, 2], sa.JSON),
        "title": sa.literal("Стол"),
    }
    assert [column.name for column in thing.columns] == [f"thing_{name}" for name in values]
    query = sa.select(sa.literal(7).label("id"), *(value.label(f"thing_{name}") for name, value in values.items()))
    async with table.read() as tx:
        row = (await tx.execute(query)).one()
    assert thing(row, owner="Ольга") == Thing(1, Colour.RED, None, (1, 2), "Стол", "Ольга")


def test_a_field_without_a_column_is_named_when_the_module_is_imported() -> None:
    with pytest.raises(KeyError, match="owner"):
        Mapped(Thing, THINGS, title=THINGS.c.name)


# --- Kept as JSON ---


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_version_keeps_every_field_of_a_directive(rule: type[Any]) -> None:
    directive = filled(Directive, schedule=filled(Schedule, rule=filled(rule)))
    assert directives.restore(directives.dump(directive)) == directive


def test_a_question_is_kept_with_every_field() -> None:
    question = filled(Question)
    assert questions.restore(json.loads(json.dumps(questions.dump(question)))) == question
    assert questions.restore(questions.dump(Question("Текст"))) == Question("Текст")


def test_a_question_of_an_older_version_is_read() -> None:
    stored = {
        "text": "Текст", "name": "", "audience": {"types": ["a"], "organizations": [3, 4]}, "due": "2026-10-09",
        "reminding": "usual", "topic": "", "last": 1,
        "fields": [{"id": "f1", "kind": "choice", "label": "Форма", "options": ["Очно", "Заочно"], "unit": "",
                    "required": False, "total": False}],
    }  # fmt: skip
    field = Field("f1", FieldKind.CHOICE, "Форма", ("Очно", "Заочно"), required=False)
    audience = Audience(types=("a",), organizations=(3, 4))
    assert questions.restore(stored) == Question(
        "Текст", fields=(field,), audience=audience, due=date(2026, 10, 9), last=1
    )


# --- Kept as a row ---


async def test_a_draft_is_kept_with_every_field(seed: Seed) -> None:
    school = await seed.organization("Лицей")
    await seed.seat(OLGA, school)
    owed = await seed.owed(await seed.open(), school)
    draft = filled(Draft, person_id=OLGA, obligation_id=owed.id, step=DraftStep.PREVIEW)

    async def after_put(kept: Draft) -> Draft | None:
        await seed.storage.apply(lambda tx: drafts.put(tx, kept, NOW))
        return await seed.see(lambda tx: drafts.get(tx, OLGA, owed.id))

    assert await after_put(draft) == draft
    blank = replace(draft, values={}, skipped=(), field=None, not_ours=None)
    assert await after_put(blank) == blank


async def test_an_announcement_is_read_with_every_field(seed: Seed) -> None:
    await seed.person(OLGA, "Ольга")
    announcement = filled(Announcement, by_id=OLGA, by_name="Ольга", approved_by=OLGA, proposed_by=OLGA)
    row = {field.name: getattr(announcement, field.name) for field in fields(announcement) if field.name != "by_name"}
    row |= {"audience": announcement.audience.dump(), "messages": list(announcement.messages)}
    await seed.storage.apply(lambda tx: tx.execute(metadata.tables["announcements"].insert().values(**row)))
    assert await seed.see(lambda tx: announcements.get(tx, announcement.id)) == announcement
