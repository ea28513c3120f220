"""The journal on the department's desk."""

import ast
import csv
import io
import re
from datetime import timedelta
from pathlib import Path

from bot.domain.ledger import history
from bot.storage.people import staff
from bot.storage.post import audit
from bot.storage.post.audit import Filter
from bot.views.department.journal import ACTIONS
from tests.people import ADMIN
from tests.texts.department import Applications, Journal, Panel
from tests.texts.example import Organizations, Titles, Types
from tests.texts.heads import Anywhere, Registration
from tests.world import ROOT, Head, World

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
    assert re.fullmatch(r"20\d\d-\d\d-\d\d журнал\.csv", name)
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


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
    deed = f"27 августа в 10:00 · Анна Начальник\nРегистрация подтверждена: Мария Иванова\n{Organizations.SCHOOL}"
    assert deed in await admin.sees()
    assert Journal.OPENED not in await admin.sees()
    # What is typed now is no search any more.
    await admin.send("начальник")
    assert Journal.FOUND_BY not in await admin.sees()
    await to_journal(admin)
    await admin.press("Организация: все")
    await admin.send("тихореченска")
    await admin.press(Organizations.SCHOOL[:20])
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
    assert {"Кто": "Анна Начальник", "О ком": "'=HYPERLINK(1)", "Организация": Organizations.SCHOOL}.items() <= next(
        one for one in found if one[Journal.ACTION] == Journal.CONFIRMED
    ).items()
    assert [one[Journal.DIRECTIVE] for one in found if one[Journal.ACTION] == Journal.OPENED]
    await admin.press("Кто: все", "Сам бот", Journal.DOWNLOAD)
    assert {row["Кто"] for row in await rows(admin)} == {"бот"}


async def test_not_for_others(approving: World, admin: Head) -> None:
    head = await seated(approving, admin)
    for forged in ("zl:0", "zp:0:-1:0::a::0", "zp:0:-1:0::a:f:0"):
        await head.callback(forged)
        assert Anywhere.NOT_YOURS in await head.toast()
    # Forged filters of an administrator find nothing, or are none.
    await to_journal(admin)
    card = await admin.card(Panel.JOURNAL)
    await admin.callback("zp:9007199254740992:9007199254740992:9007199254740992:ffffffff:d::0", card)
    assert Journal.EMPTY in await admin.sees()
    assert "Организация: —" in await admin.buttons()
    # A role that is taken away in the middle of a search.
    await admin.press("Организация", "Все", "Кто")
    await approving.storage.apply(lambda tx: staff.revoke(tx, ADMIN, None, approving.now))
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


def test_every_action_has_words() -> None:
    files = [file for folder in ("bot", "handlers", "scheduler") for file in (ROOT / folder).rglob("*.py")]
    found = {action for file in files for action in actions_of(file)}
    found |= {history.ACCEPTED, history.RETURNED, history.EXCUSED, history.WITHDRAWN, history.EXTENDED}
    found |= {history.REMINDED, history.SUBMITTED, history.ENTERED}
    # Kinds of dialogues look the same.
    found = {one for one in found if not one.startswith("control.")}
    assert len(found) > 40
    assert found <= ACTIONS.keys(), found - ACTIONS.keys()
    assert {one for one in ACTIONS.keys() - found if not _COMPUTED.match(one)} == set(), "words of nothing"
