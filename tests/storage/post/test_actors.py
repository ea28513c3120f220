"""Whose deeds the journal shows, where there are many people."""

from functools import partial

import pytest
import sqlalchemy as sa

from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.post import actors
from bot.views.callbacks.journal import Page
from bot.views.department import journal as views
from tests.storage.plans import indexes_of
from tests.storage.seed import NOW, Seed

# More than are put in order in one go.
_MANY = 1500


async def _people(tx: Tx) -> None:
    # Added in an order that is not that of their names.
    ids = range(_MANY, 0, -1)
    people = [{"id": 5000 + id, "name": f"Сосанскева Мария{id:04}", "created_at": NOW} for id in ids]
    people += [
        {"id": 1, "name": "Ёлкина Анна", "created_at": NOW},
        {"id": 2, "name": "Молчалина Софья", "created_at": NOW},
    ]
    await tx.execute(t.people.insert(), people)
    acted = [{"at": NOW, "by_id": each["id"], "action": "test", "detail": {}} for each in people if each["id"] != 2]
    await tx.execute(t.audit.insert(), acted)


@pytest.mark.slow
async def test_of_many_people_each_is_found(seed: Seed) -> None:
    before = len(await seed.see(lambda tx: actors.page(tx, None, 0, 8)))
    await seed.storage.apply(_people)

    first = await seed.see(lambda tx: actors.page(tx, None, 0, 8))
    assert len(first) == before + _MANY + 1
    everybody: list[actors.Actor] = []
    for number in range(-(-len(first) // 100)):
        window = await seed.see(partial(actors.page, among=None, number=number, size=100))
        everybody += window[number * 100 : (number + 1) * 100]
    assert len(set(everybody)) == len(first)
    assert [name for _, name, _ in everybody] == sorted(name for _, name, _ in everybody)
    # A page beyond the last one is the last one.
    last = await seed.see(lambda tx: actors.page(tx, None, 9999, 8))
    assert last[len(last) - 1] == everybody[-1]

    async def found(typed: str) -> tuple[list[str], bool]:
        window = await seed.see(lambda tx: actors.find(tx, None, typed))
        return [name for _, name, _ in window], window.is_cut

    names, is_cut = await found("сосанскева")
    assert (len(names), is_cut) == (200, True)
    assert await found("мария0007 сосанскева") == (["Сосанскева Мария0007"], False)
    assert await found("МАРИЯ0008") == (["Сосанскева Мария0008"], False)
    # With «е» for «ё», in another layout of the keyboard, with a typo.
    for typed in ("елкина", "`krbyf", "Ёлкинна"):
        assert await found(typed) == (["Ёлкина Анна"], False), typed
    # Nothing is found of somebody who has done nothing, nor of what is no name.
    assert await found("молчалина") == ([], False)
    assert await found("%") == ([], False)
    assert await seed.see(lambda tx: actors.name(tx, None, 1)) == "Ёлкина Анна"
    assert await seed.see(lambda tx: actors.name(tx, None, 2)) is None


async def test_of_very_many_the_first_are_listed(seed: Seed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actors, "AT_MOST", 1001)
    await seed.storage.apply(_people)
    assert "ix_people_name_id" in await indexes_of(seed.storage, lambda tx: actors.page(tx, None, 0, 8))
    last = await seed.see(lambda tx: actors.page(tx, None, 9999, 8))
    assert (len(last), last.is_cut) == (1001, True)
    assert [name for _, name, _ in last[1000:]] == ["Сосанскева Мария1000"]
    shown = views.who(last, Page(to="p", list=9999))
    assert "Первые 1001 по алфавиту. Выберите или напишите часть имени." in shown.text
    # Nothing is said where that is all.
    monkeypatch.setattr(actors, "AT_MOST", 5000)
    every = await seed.see(lambda tx: actors.page(tx, None, 0, 8))
    assert not every.is_cut
    assert "Первые" not in views.who(every, Page(to="p")).text


async def test_those_who_acted_at_some_organizations(seed: Seed) -> None:
    await seed.storage.apply(_people)
    school = await seed.organization("Школа 7")
    await seed.seat(5007, school)
    deed = {"at": NOW, "by_id": 5007, "action": "test", "organization_id": school, "detail": {}}
    await seed.storage.apply(lambda tx: tx.execute(t.audit.insert(), deed))

    here = sa.select(t.organizations.c.id).where(t.organizations.c.id == school)
    shown = await seed.see(lambda tx: actors.page(tx, here, 0, 8))
    assert list(shown) == [(5007, "Сосанскева Мария0007", "Школа 7")]
    assert list(await seed.see(lambda tx: actors.find(tx, here, "ёлкина"))) == []
    assert await seed.see(lambda tx: actors.name(tx, here, 5008)) is None
