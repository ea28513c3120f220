"""Organizations, people, announcements and questions of equal names: nobody presses the wrong one of equal buttons."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.people.member import Limits
from bot.domain.people.organization import RosterEntry
from bot.storage.desk import announcements
from bot.storage.people import audiences
from tests.catalog.sheets import book
from tests.people import ADMIN, introduced
from tests.texts.department import Announcements, Importing, Panel, Questions, Recipients
from tests.texts.example import Types
from tests.texts.heads import Preferences, Registration
from tests.world import Head, World, catalog_of, living

OFFICIAL = "Муниципальное бюджетное дошкольное образовательное учреждение «Детский сад «Ручеёк» "
VILLAGES = ("села Малое Сосново»", "села Большое Сосново»", "села Новое Сосново»")
TWIN = "МБДОУ «Детский сад № 1»"
BRIEF = [f"Детский сад «Ручеёк» с. {village} Сосново" for village in ("Большое", "Малое", "Новое")]
TWINS = ["Детский сад № 1 (t-1)", "Детский сад № 1 (t-2)"]
KINDERGARTENS = frozenset({"preschool"})


@pytest.fixture
async def district(tmp_path: Path) -> AsyncIterator[World]:
    """Three kindergartens whose names differ at their ends, and two of one name; heads are seated at once."""
    roster = [RosterEntry(f"k-{place}", OFFICIAL + village, KINDERGARTENS) for place, village in enumerate(VILLAGES)]
    roster += [RosterEntry(code, TWIN, KINDERGARTENS) for code in ("t-1", "t-2")]
    async with living(tmp_path, replace(catalog_of(), roster=tuple(roster)), admin_ids=(ADMIN,)) as world:
        yield world


@pytest.fixture
async def author(district: World) -> Head:
    return await introduced(district, "Начальник Анна", ADMIN)


async def begin(author: Head, text: str = "Совещание") -> None:
    await author.send("/panel")
    await author.press(Panel.ANNOUNCEMENTS, Announcements.NEW)
    await author.send(text)
    await author.press(Recipients.TO)


async def press_like(person: Head, beginning: str) -> None:
    await person.press(next(button for button in await person.buttons() if button.startswith(beginning)))


@pytest.mark.slow
async def test_an_announcement_goes_to_the_one_that_was_meant(district: World, author: Head) -> None:
    heads = {}
    for number, label in enumerate([*BRIEF, *TWINS], 101):
        heads[label] = await district.person(f"Иванова Мария{number}", number)
        await heads[label].join(Types.PRESCHOOL, label)
    await begin(author)
    await author.press(Recipients.BY_HAND)
    shown = [button for button in await author.buttons() if "сад" in button]
    assert shown == [*TWINS, *BRIEF]
    await author.press(BRIEF[1], TWINS[1])
    ticked = [button for button in await author.buttons() if button.startswith("✅ ")]
    assert ticked == [f"✅ {TWINS[1]}", f"✅ {BRIEF[1]}"]
    await press_like(author, Recipients.DONE)
    await author.press(Announcements.SEND)
    # What is confirmed names them whole, and what one name does not tell has its label.
    asked = await author.sees()
    assert f"{OFFICIAL}{VILLAGES[0]}" in asked
    assert f"{TWIN} — {TWINS[1]}" in asked
    assert VILLAGES[1] not in asked
    await press_like(author, Announcements.SURELY_SEND)
    for label, head in heads.items():
        assert ("Совещание" in await head.sees()) is (label in (BRIEF[1], TWINS[1]))


@pytest.mark.slow
async def test_lists_and_cards_tell_them_apart(district: World, author: Head) -> None:
    head = await district.person("Иванова Мария", 101)
    await head.join(Types.PRESCHOOL, BRIEF[0])
    assert f"{OFFICIAL}{VILLAGES[1]}" in await head.sees()
    for label in (BRIEF[1], *TWINS):
        await head.send("/settings")
        await head.press(
            Preferences.ORGANIZATIONS,
            Preferences.ADD_ORGANIZATION,
            Types.PRESCHOOL,
            Registration.DONE,
            label,
            Registration.HEAD,
        )
    await head.send("/settings")
    await head.press(Preferences.ORGANIZATIONS, Preferences.LEAVE)
    assert [button for button in await head.buttons() if "сад" in button] == [*BRIEF[:2], *TWINS]
    await head.press(TWINS[0])
    assert f"{TWIN} — {TWINS[0]}" in await head.sees()
    await district.at("2026-09-03 09:00")
    await head.send("/tasks")
    for label in (*BRIEF[:2], *TWINS):
        assert label in await head.sees()
    await author.send("/panel")
    await author.press(Panel.PEOPLE, Types.PRESCHOOL)
    await press_like(author, TWINS[1])
    assert f"{TWIN}\nКратко: {TWINS[1]}" in await author.sees()


async def test_the_journal_reaches_each_of_them(district: World, author: Head) -> None:
    await author.send("/panel")
    await author.press(Panel.JOURNAL, "Организация: все")
    await author.send("Ручеёк")
    assert [button for button in await author.buttons() if "сад" in button] == BRIEF
    await author.press(BRIEF[2])
    assert any(f"Организация: {BRIEF[2]}"[:40] in button for button in await author.buttons())


@pytest.mark.slow
async def test_two_announcements_and_two_questions_of_the_same_words(district: World, author: Head) -> None:
    for text in ("Уважаемые коллеги! " * 5 + "Сначала", "Уважаемые коллеги! " * 5 + "Потом"):
        await begin(author, text)
        await district.at("2026-08-27 11:30")
    await author.send("/panel")
    await author.press(Panel.ANNOUNCEMENTS)
    buttons = [button for button in await author.buttons() if "Уважаемые" in button]
    assert len(set(buttons)) == 2
    assert {button[-5:] for button in buttons} == {"10:00", "11:30"}
    for _ in range(2):
        await author.send("/panel")
        await author.press(Panel.REQUESTS, Questions.NEW)
        await author.send("Есть ли в саду бассейн?")
    await author.send("/panel")
    await author.press(Panel.REQUESTS)
    buttons = [button for button in await author.buttons() if "бассейн" in button]
    assert len(buttons) == len(set(buttons)) == 2


@pytest.mark.slow
async def test_a_short_name_comes_by_the_list_and_is_used_at_once(district: World, author: Head) -> None:
    rows = [["Код", "Полное наименование", "Краткое наименование", "Тип"]]
    rows += [[f"k-{place}", OFFICIAL + village, "", "preschool"] for place, village in enumerate(VILLAGES)]
    rows += [["t-1", TWIN, "Сад на Ленина", "preschool"], ["t-2", TWIN, "Сад на ленина", "preschool"]]
    await author.send("/panel")
    await author.press(Panel.PEOPLE, Importing.UPLOAD)
    await author.phone.send_file(book(rows), "список.xlsx")
    await district.settle()
    said = (await author.phone.messages())[-1]["text"]
    assert "Строка 6. Краткое название «Сад на ленина» подходит и организации в строке 5. Уточните его." in said
    rows[-1][2] = "Сад на Мира"
    await author.send("/panel")
    await author.press(Panel.PEOPLE, Importing.UPLOAD)
    await author.phone.send_file(book(rows), "список.xlsx")
    await district.settle()
    assert "Краткое название: Сад на Мира" in (await author.phone.find("Изменяются"))["text"]
    await author.press(Importing.APPLY)
    await begin(author)
    await author.press(Recipients.BY_HAND)
    assert [button for button in await author.buttons() if "ад на" in button] == ["Сад на Ленина", "Сад на Мира"]
    await author.press("Сад на Мира")
    async with district.storage.read() as tx:
        announcement = await announcements.get(tx, 1)
        assert announcement is not None
        chosen = await audiences.names(tx, announcement.audience, Limits())
    assert chosen == [f"{TWIN} — Сад на Мира"]
