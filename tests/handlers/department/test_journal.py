"""The journal on the department's desk."""

import ast
import csv
import dataclasses
import io
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.ledger import history
from bot.domain.people.member import StaffRole
from bot.domain.people.organization import RosterEntry
from bot.storage.people import organizations, staff
from bot.storage.post import audit
from bot.storage.post.audit import Filter
from bot.views.callbacks.journal import Page
from bot.views.department.journal import ACTIONS, action_mark, action_of
from tests import messengers
from tests.catalog.sheets import book
from tests.handlers.department.staff import employee
from tests.people import ADMIN, introduced
from tests.texts.department import Announcements, Applications, Importing, Journal, Panel, Questions, Recipients
from tests.texts.example import Organizations, Titles, Types
from tests.texts.heads import Anywhere, Registration
from tests.world import ROOT, Head, World, catalog_of, living, on_button

# What is written in code where it is not one word: f"seat.{state}" and the like.
_COMPUTED = re.compile(r"(announcement|group|seat)\.")


async def to_journal(admin: Head) -> None:
    await admin.send("/panel")
    await admin.press(Panel.JOURNAL)


async def seated(world: World, admin: Head, name: str = "Иванова Мария", id: int = 101) -> Head:
    person = await world.person(name, id)
    await person.send("/start")
    await person.press(Registration.AGREE, Types.GENERAL, Registration.DONE, Organizations.SCHOOL, Registration.HEAD)
    await admin.press(Applications.CONFIRM)
    return person


async def rows(admin: Head) -> list[dict[str, str]]:
    """The last file as Excel would read it."""
    name, content = await admin.received_file()
    assert re.fullmatch(r"журнал \d\d\.\d\d\.20\d\d\.csv", name)
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


@pytest.mark.slow
async def test_who_did_what(approving: World, admin: Head) -> None:
    await seated(approving, admin)
    await approving.at("2026-09-04 09:00")
    await to_journal(admin)
    assert f"4 сентября в 09:00\n{Journal.OPENED}\n" in await admin.sees()
    await admin.press("Кто: все")
    assert "Выберите или напишите часть имени." in await admin.sees()
    await admin.send("никто")
    assert f"{Journal.FOUND_BY} «никто»: {Journal.NOTHING_FOUND}." in await admin.sees()
    await admin.send("начальник")
    await admin.press("Анна Начальник")
    school = on_button(Organizations.SCHOOL)
    deed = f"27 августа в 10:00 · Анна Начальник\nРегистрация подтверждена: Мария Иванова\n{school}"
    assert deed in await admin.sees()
    assert Journal.OPENED not in await admin.sees()
    # What is typed now is no search any more.
    await admin.send("начальник")
    assert Journal.FOUND_BY not in await admin.sees()
    await to_journal(admin)
    await admin.press("Организация: все")
    await admin.send("тихореченска")
    await admin.press(Organizations.SCHOOL)
    assert "Кто: все" in await admin.buttons()
    assert Applications.HEADING in await admin.sees()
    assert Journal.OPENED not in await admin.sees()
    await admin.press(f"{Journal.SPAN}: всё время", Journal.TODAY.capitalize())
    assert Journal.EMPTY in await admin.sees()
    assert Journal.DOWNLOAD not in await admin.buttons()
    await admin.press(f"{Journal.SPAN}: {Journal.TODAY}", Journal.WEEK.capitalize())
    assert Journal.EMPTY in await admin.sees()
    await admin.press(f"{Journal.SPAN}: неделя", "Месяц")
    assert Journal.CONFIRMED in await admin.sees()
    await admin.press("Организация", "Все", f"{Journal.DIRECTIVE}: все", f"1.1. {Titles.SANITARY_RULES}")
    assert f"{Journal.DIRECTIVE}: 1.1. {Titles.SANITARY_RULES}" in await admin.buttons()
    assert (await admin.sees()).count(Journal.OPENED) == 1
    await admin.press(Panel.TO_PANEL)
    assert Panel.HEADING in await admin.sees()


@pytest.mark.slow
async def test_pages_and_the_file(approving: World, admin: Head) -> None:
    await seated(approving, admin, "=HYPERLINK(1)", 102)
    await approving.until("2026-09-08 10:00", step=timedelta(hours=23))
    await to_journal(admin)
    first = await admin.sees()
    await admin.press("Раньше ›")
    assert await admin.sees() != first
    await admin.press("‹ Новее")
    assert await admin.sees() == first
    await admin.press(Journal.DOWNLOAD)
    assert "отдельным сообщением" in await admin.toast()
    found = await rows(admin)
    async with approving.storage.read() as tx:
        count = len(await audit.found(tx, Filter(), 1000))
    # But for the record of the download itself, which came after the press and is in it.
    assert len(found) == count
    assert found[0][Journal.ACTION] == "Журнал скачан"
    # Words in one column, numbers of the database in another, and neither is a program's.
    confirmed = next(one for one in found if one[Journal.ACTION] == Journal.CONFIRMED)
    assert (confirmed["Подробности"], confirmed["Номера в базе"]) == ("руководитель", "")
    opened = [one for one in found if one[Journal.ACTION] == Journal.OPENED]
    # What the period is called, and its key in the database where such keys stand.
    assert "период: Начало учебного года" in {one["Подробности"] for one in opened}
    assert not [one for one in opened if re.search(r"\d", one["Подробности"])]
    assert all(re.fullmatch(r"round \d+, period \S+", one["Номера в базе"]) for one in opened)
    assert not [value for one in found for value in one.values() if "{" in value or "[" in value]
    about = {"Кто": "Анна Начальник", "О ком или о чём": "'=HYPERLINK(1)", "Организация": Organizations.SCHOOL}
    assert about.items() <= next(one for one in found if one[Journal.ACTION] == Journal.CONFIRMED).items()
    assert [one[Journal.DIRECTIVE] for one in found if one[Journal.ACTION] == Journal.OPENED]
    await admin.press("Кто: все", "Сам бот", Journal.DOWNLOAD)
    assert {row["Кто"] for row in await rows(admin)} == {"бот"}


@pytest.fixture
async def large(tmp_path: Path) -> AsyncIterator[World]:
    """A district with 30 schools and 30 kindergartens."""
    roster = tuple(
        RosterEntry(f"{type_}-{number}", f"МБОУ «{name} № {number}»", frozenset({type_}))
        for type_, name in (("general", "СОШ"), ("preschool", "Детский сад"))
        for number in range(1, 31)
    )
    catalog = dataclasses.replace(catalog_of(), roster=roster)
    async with living(tmp_path, catalog, admin_ids=(ADMIN,)) as world:
        yield world


@pytest.mark.slow
async def test_every_organization_can_be_reached(large: World) -> None:
    admin = await introduced(large, "Начальник Анна", ADMIN)
    await to_journal(admin)
    await admin.press("Организация: все")
    seen = []
    for page in range(1, 9):
        assert f"Страница {page} из 8." in await admin.sees()
        seen += [button for button in await admin.buttons() if button.startswith(("СОШ", "Детский сад"))]
        await admin.press(*(["›"] if page < 8 else []))
    assert len(seen) == len(set(seen)) == 60
    await admin.send("сош")
    assert "найдено 30" in await admin.sees()
    await admin.press("›", "›", "›")
    assert (await admin.buttons())[1:3] == ["СОШ № 25", "СОШ № 26"]
    for typed, found in (("№21", 2), ("сад 21", 1), ("1-я школа", 1), ("детский", 30)):
        await admin.send(typed)
        assert f"найдено {found}." in await admin.sees()
    await admin.send("школа 2")
    await admin.press("СОШ № 2")
    assert "Организация: СОШ № 2" in await admin.buttons()
    # Asked for again, the list is whole.
    await admin.press("Организация: СОШ № 2")
    assert "Страница 1 из 8." in await admin.sees()


@pytest.mark.slow
async def test_every_person_can_be_reached(large: World) -> None:
    admin = await introduced(large, "Начальник Анна", ADMIN)
    for number in range(20):
        await introduced(large, f"Ёлкина Мария{number:02}", 2000 + number)
    await to_journal(admin)
    await admin.press("Кто: все")
    await admin.send("елкина")
    assert "найдено 20" in await admin.sees()
    await admin.press("›", "›")
    assert len([button for button in await admin.buttons() if "Ёлкина" in button]) == 4
    await admin.send("мария07 елкиной")
    await admin.press("Мария07 Ёлкина")
    assert "Кто: Мария07 Ёлкина" in await admin.buttons()


async def test_a_directive_is_found_by_its_words(approving: World, admin: Head) -> None:
    await to_journal(admin)
    await admin.press(f"{Journal.DIRECTIVE}: все")
    await admin.send("санитарных правил")
    assert f"{Journal.FOUND_BY} «санитарных правил»: найдено" in await admin.sees()
    await admin.press(f"1.1. {Titles.SANITARY_RULES}")
    assert f"{Journal.DIRECTIVE}: 1.1. {Titles.SANITARY_RULES}" in await admin.buttons()


@pytest.mark.slow
async def test_the_journal_is_narrowed_to_a_kind_of_deed(approving: World, admin: Head) -> None:
    await seated(approving, admin)
    await approving.at("2026-09-04 09:00")
    await to_journal(admin)
    await admin.press(f"{Journal.WHAT}: всё")
    assert f"Страница 1 из {-(-len(ACTIONS) // 8)}." in await admin.sees()
    await admin.send("подтвердил регистрацию")
    await admin.press(Journal.CONFIRMED)
    text = messengers.without_labels(await admin.sees())
    assert (text.count(Journal.CONFIRMED), Journal.OPENED in text) == (1, False)
    assert f"{Journal.WHAT}: {Journal.CONFIRMED}" in await admin.buttons()
    await admin.press(f"{Journal.WHAT}: {Journal.CONFIRMED}", "Всё")
    assert Journal.OPENED in await admin.sees()
    await admin.press(f"{Journal.WHAT}: всё")
    await admin.send("регистрация")
    await admin.press(Journal.CONFIRMED, Journal.DOWNLOAD)
    assert {row[Journal.ACTION] for row in await rows(admin)} == {Journal.CONFIRMED}


def test_every_kind_of_deed_has_a_mark_of_its_own_and_the_longest_button_fits() -> None:
    assert {action_of(action_mark(action)) for action in ACTIONS} == ACTIONS.keys()
    longest = Page(page=9999, by=9_999_999_999, org=99_999, directive="f" * 8, action="f" * 4, to="o", list=9999)
    assert len(longest.pack()) <= 64


async def test_not_for_others(approving: World, admin: Head) -> None:
    head = await seated(approving, admin)
    for forged in ("zl:0", "zn:0:-1:0:::a::0", "zn:0:-1:0:::a:f:0"):
        await head.callback(forged)
        assert Anywhere.NOT_YOURS in await head.toast()
    # Forged filters of an administrator find nothing, or are none.
    await to_journal(admin)
    card = await admin.card(Panel.JOURNAL)
    await admin.callback("zn:9007199254740992:9007199254740992:9007199254740992:ffffffff:ffff:d::0", card)
    assert Journal.EMPTY in await admin.sees()
    assert "Организация: —" in await admin.buttons()
    # A role that is taken away in the middle of a search.
    await admin.press("Организация", "Все", "Кто")
    await employee(approving, 500, "Другой Начальник", StaffRole.ADMIN)
    await approving.storage.apply(lambda tx: staff.revoke(tx, messengers.person(ADMIN), None, approving.now))
    await admin.send("Мария")
    assert Panel.NO_ACCESS in await admin.sees()


def actions_of(file: Path) -> set[str]:
    """Actions that the module hands to `audit.record`, directly or by way of names and helpers of its own."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    if not any(isinstance(node, ast.ImportFrom | ast.Name) and _speaks_of_audit(node) for node in ast.walk(tree)):
        return set()
    words = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {word for word in words if re.fullmatch(r"[a-z]+\.[a-z]+", word)}


def _speaks_of_audit(node: ast.ImportFrom | ast.Name) -> bool:
    if isinstance(node, ast.ImportFrom):
        return any(alias.name == "audit" for alias in node.names) and node.module == "bot.storage.post"
    return node.id == "record"


@pytest.mark.slow
def test_every_action_has_words() -> None:
    files = [file for folder in ("bot", "handlers", "scheduler") for file in (ROOT / folder).rglob("*.py")]
    # It names modules, which look the same.
    files.remove(ROOT / "bot/logs.py")
    found = {action for file in files for action in actions_of(file)}
    found |= {history.ACCEPTED, history.RETURNED, history.EXCUSED, history.WITHDRAWN, history.EXTENDED}
    found |= {history.REMINDED, history.SUBMITTED, history.ENTERED}
    # Kinds of dialogues look the same.
    found = {one for one in found if not one.startswith("control.")}
    assert len(found) > 40
    assert found <= ACTIONS.keys(), found - ACTIONS.keys()
    assert {one for one in ACTIONS.keys() - found if not _COMPUTED.match(one)} == set(), "words of nothing"


@pytest.mark.slow
@pytest.mark.both_databases
async def test_each_line_names_what_it_is_about_and_drafts_are_nobodys_business(approving: World, admin: Head) -> None:
    await seated(approving, admin)
    await admin.send("/panel")
    await admin.press(Panel.ANNOUNCEMENTS, Announcements.NEW)
    await admin.send("Завтра совещание & концерт")
    await admin.press(Announcements.TO, Recipients.ALL, Recipients.DONE, Announcements.SEND, Announcements.SURELY_SEND)
    await admin.send("/panel")
    await admin.press(Panel.REQUESTS)
    await admin.send("Сколько автобусов исправно?")
    await admin.press("Число", Questions.DELETE, Questions.DELETE)
    await to_journal(admin)
    text = await admin.sees()
    assert "Рассылка начата\n«Завтра совещание & концерт»" in text
    assert not any(words in text for action, words in ACTIONS.items() if action.startswith("question."))
    await admin.press(Journal.DOWNLOAD)
    assert "Завтра совещание & концерт" in {row["О ком или о чём"] for row in await rows(admin)}


@pytest.mark.slow
async def test_what_an_organization_was_called_and_is_now_stays_to_be_read(approving: World, admin: Head) -> None:
    """A list that renames a school by its code."""
    async with approving.storage.read() as tx:
        present = await organizations.all_active(tx)
    listed = [["Код", "Название", "Тип", "Метки"]]
    for each in present:
        name = "Школа имени Героя" if each.name == Organizations.SCHOOL else each.name
        listed.append([each.code, name, ", ".join(each.types), ", ".join(each.tags)])
    await admin.send("/panel")
    await admin.press(Panel.PEOPLE, Importing.UPLOAD)
    await admin.phone.send_file(book(listed), "список.xlsx")
    await approving.settle()
    await admin.press(Importing.APPLY)
    await to_journal(admin)
    was = f"было «{Organizations.SCHOOL}»"
    assert f"Организация изменена: {was}\nШкола" in await admin.sees()
    await admin.press(Journal.DOWNLOAD)
    (changed,) = [row for row in await rows(admin) if row[Journal.ACTION] == "Организация изменена"]
    assert (changed["Подробности"], changed["Номера в базе"]) == (f"было: «{Organizations.SCHOOL}»", "")
