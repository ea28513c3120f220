"""Nothing of the desk is more than three taps away from /panel."""

from pathlib import Path

import pytest

from tests.handlers.answering.ledger import every_kind
from tests.handlers.department.staff import employee
from tests.people import ADMIN
from tests.texts.department import (
    Announcements,
    Control,
    Directives,
    Extensions,
    Importing,
    Invitations,
    Panel,
    People,
    Questions,
    Recipients,
)
from tests.texts.example import Club
from tests.texts.heads import Extending, Form
from tests.world import Head, World, living

SCHOOL = "Сосновоозёрская"

# Taps, and what the screen at their end says. A label may be told by its beginning.
WAYS: dict[tuple[str, ...], str] = {
    (Panel.CONTROL,): Control.OPEN,
    (Panel.CONTROL, "1.", "👁"): Club.TITLE,
    (Panel.CONTROL, "1.", Control.REMIND): "напомн",
    (Panel.CONTROL, "1.", Control.EXTEND_ALL): "срок",
    (Panel.CONTROL, "1.", Control.EXCUSE): "контрол",
    (Panel.CONTROL, Control.ENDED): "Завершённых",
    (Extensions.HEADING, "1."): Extensions.EXTEND,
    (Panel.ANNOUNCEMENTS, Announcements.NEW): "Пришлите",
    (Panel.ANNOUNCEMENTS, "✅", "Дошло"): "Иванова",
    (Panel.REQUESTS, Questions.NEW): Questions.REPORT_WHAT,
    (Panel.PEOPLE, "Общее", "Сосновоозёрская"): "Иванова",
    (Panel.PEOPLE, People.VACANT): "руководител",
    (Panel.PEOPLE, Invitations.HEADING): "ссылк",
    (Panel.PEOPLE, Importing.UPLOAD): "Пришлите файл",
    (Panel.STAFF, "Анна"): "Администратор",
    (Panel.STAFF, "Пригласить куратора"): "Новый куратор",
    (Panel.DIRECTIVES, "2.1"): Directives.UPCOMING,
    (Panel.DIRECTIVES, "2.1", Directives.OPEN_NOW): "сейчас",
    (Panel.DIRECTIVES, Directives.RELOAD): "файл",
    (Panel.THREADS, "❗"): "Когда будет приказ?",
    (Panel.JOURNAL, "Кто"): "Чьи записи",
    (Panel.JOURNAL, "Организация"): "рганизац",
    (Panel.JOURNAL, Directives.DIRECTIVE): "оручени",
    ("Утренняя сводка",): Panel.HEADING,
}


@pytest.mark.slow
@pytest.mark.slow_on_postgresql
@pytest.mark.both_databases
async def test_no_screen_needs_more_than_three_taps(tmp_path: Path) -> None:
    async with living(tmp_path, every_kind(tmp_path), admin_ids=(ADMIN,)) as world:
        admin = await employee(world, ADMIN, "Начальник Анна")
        await _busy(world, admin)
        for taps, said in WAYS.items():
            assert len(taps) <= 3
            await admin.send("/panel")
            for label in taps:
                await admin.press(await _label(admin, label, taps))
            text = str((await admin.phone.last_message())["text"]) + "\n".join(await admin.buttons())
            assert said.casefold() in text.casefold(), f"{taps}: {text}"


async def _label(admin: Head, beginning: str, taps: tuple[str, ...]) -> str:
    newest = await admin.phone.last_message()
    found = [one for one in newest["buttons"] if one.lstrip("○⚠️ ").startswith(beginning) or one.startswith(beginning)]
    assert found, f"{taps}: no {beginning!r} among {newest['buttons']}"
    return str(found[0])


async def _busy(world: World, admin: Head) -> None:
    """Something of everything: a plea for time, a letter to the department, an announcement."""
    head = await world.person("Иванова Мария", 101)
    await head.join("Общее", SCHOOL)
    await world.at("2026-10-05 09:00")
    await world.at("2026-10-06 09:00")
    await head.send("/tasks")
    await head.press((await head.buttons())[0], Form.MORE, Extending.ASK, Extending.WEEK)
    await head.send("Ждём подписи")
    await head.press(Extending.SEND)
    await head.send("/write")
    await head.send("Когда будет приказ?")
    await admin.send("/panel")
    await admin.press(Panel.ANNOUNCEMENTS, Announcements.NEW)
    await admin.send("Собрание в 15:00")
    await admin.press(Recipients.TO, Recipients.ALL, Form.DONE, Form.SEND, Announcements.SURELY_SEND)
