"""The journal on the department's desk."""

import ast
import csv
import io
import re
from datetime import timedelta
from pathlib import Path

from bot.storage.people import staff
from bot.storage.post import audit
from bot.storage.post.audit import Filter
from bot.views.department.journal import ACTIONS
from tests.world import ROOT, Head, World

ADMIN, SECOND_ADMIN = 900, 901
SCHOOL = "МБОУ «Тихореченская основная общеобразовательная школа»"
# What is written in code where it is not one word: f"seat.{state}" and the like.
_COMPUTED = re.compile(r"(announcement|group|seat)\.")


async def to_journal(admin: Head) -> None:
    await admin.send("/panel")
    await admin.press("Журнал")


async def seated(world: World, admin: Head, name: str = "Иванова Мария", id: int = 101) -> Head:
    person = await world.person(name, id)
    await person.send("/start")
    await person.press("Согласен", "Общее образование", "Готово", SCHOOL, "Руководитель")
    await admin.press("Подтвердить")
    return person


async def rows(admin: Head) -> list[dict[str, str]]:
    """The last file as Excel would read it."""
    name, content = await admin.received_file()
    assert re.fullmatch(r"журнал 20\d\d-\d\d-\d\d\.csv", name)
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


async def test_who_did_what(approving: World, admin: Head) -> None:
    await seated(approving, admin)
    await approving.at("2026-09-04 09:00")
    await to_journal(admin)
    assert "4 сентября в 09:00\nЗапрос открыт\n" in await admin.sees()
    await admin.press("Кто: все")
    assert "Выберите или напишите часть имени." in await admin.sees()
    await admin.send("никто")
    assert "По запросу «никто»: ничего не нашлось." in await admin.sees()
    await admin.send("начальник")
    await admin.press("Анна Начальник")
    deed = f"27 августа в 10:00 · Анна Начальник\nРегистрация подтверждена: Мария Иванова\n{SCHOOL}"
    assert deed in await admin.sees()
    assert "Запрос открыт" not in await admin.sees()
    # What is typed now is no search any more.
    await admin.send("начальник")
    assert "По запросу" not in await admin.sees()
    await to_journal(admin)
    await admin.press("Организация: все")
    await admin.send("тихореченска")
    await admin.press(SCHOOL[:20])
    assert "Кто: все" in await admin.buttons()
    assert "Заявка на регистрацию" in await admin.sees()
    assert "Запрос открыт" not in await admin.sees()
    await admin.press("Период: всё время", "Сегодня")
    assert "Записей нет." in await admin.sees()
    assert "Скачать таблицей" not in await admin.buttons()
    await admin.press("Период: сегодня", "Неделя")
    assert "Записей нет." in await admin.sees()
    await admin.press("Период: неделя", "Месяц")
    assert "Регистрация подтверждена" in await admin.sees()
    await admin.press("Организация", "Все", "Поручение: все", "1.1. Санитарные правила")
    assert "Поручение: 1.1. Санитарные правила" in await admin.buttons()
    assert (await admin.sees()).count("Запрос открыт") == 1
    await admin.press("‹ Рабочий стол")
    assert "Рабочий стол" in await admin.sees()


async def test_pages_and_the_file(approving: World, admin: Head) -> None:
    await seated(approving, admin, "=HYPERLINK(1)", 102)
    await approving.until("2026-09-08 10:00", step=timedelta(hours=23))
    await to_journal(admin)
    first = await admin.sees()
    await admin.press("Раньше ›")
    assert await admin.sees() != first
    await admin.press("‹ Новее")
    assert await admin.sees() == first
    await admin.press("Скачать таблицей")
    assert "отдельным сообщением" in await admin.toast()
    found = await rows(admin)
    async with approving.storage.read() as tx:
        count = len(await audit.found(tx, Filter(), 1000))
    # But for the record of the download itself, which came after the press and is in it.
    assert len(found) == count
    assert found[0]["Действие"] == "Журнал скачан"
    assert {"Кто": "Анна Начальник", "О ком": "'=HYPERLINK(1)", "Организация": SCHOOL}.items() <= next(
        one for one in found if one["Действие"] == "Регистрация подтверждена"
    ).items()
    assert [one["Поручение"] for one in found if one["Действие"] == "Запрос открыт"]
    await admin.press("Кто: все", "Сам бот", "Скачать таблицей")
    assert {one["Кто"] for one in await rows(admin)} == {"бот"}


async def test_not_for_others(approving: World, admin: Head) -> None:
    head = await seated(approving, admin)
    for forged in ("zl:0", "zp:0:-1:0::a::0", "zp:0:-1:0::a:f:0"):
        await head.callback(forged)
        assert "не для вас" in await head.toast()
    # Forged filters of an administrator find nothing, or are none.
    await to_journal(admin)
    card = await admin.card("Журнал")
    await admin.callback("zp:9007199254740992:9007199254740992:9007199254740992:ffffffff:d::0", card)
    assert "Записей нет." in await admin.sees()
    assert "Организация: —" in await admin.buttons()
    # A role that is taken away in the middle of a search.
    await admin.press("Организация", "Все", "Кто")
    await approving.storage.apply(lambda tx: staff.revoke(tx, ADMIN, None, approving.now))
    await admin.send("Мария")
    assert "больше нет доступа" in await admin.sees()


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


def test_every_action_has_words() -> None:
    files = [file for folder in ("bot", "handlers", "scheduler") for file in (ROOT / folder).rglob("*.py")]
    found = {action for file in files for action in actions_of(file)}
    # Kinds of dialogues look the same.
    found = {one for one in found if not one.startswith("control.")}
    assert len(found) > 40
    assert found <= ACTIONS.keys(), found - ACTIONS.keys()
    assert {one for one in ACTIONS.keys() - found if not _COMPUTED.match(one)} == set(), "words of nothing"
