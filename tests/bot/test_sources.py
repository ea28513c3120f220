"""The commands, where directives are in a folder: a line for each source, headings in the plan, faults by file."""

from pathlib import Path

import pytest

from tests.bot.test_command_line import TOKEN, Terminal
from tests.catalog.small import CALENDAR, ORGANIZATIONS
from tests.catalog.test_folder import FOLDER, ORDER
from tests.forge import Forge

NAME = "приказа министерства от 01.09.2026 № 12"


@pytest.fixture
def terminal(tmp_path: Path, forge: Forge) -> Terminal:
    found = Terminal(tmp_path, forge)
    files = {"calendar.yaml": CALENDAR, "organizations.yaml": ORGANIZATIONS}
    files |= {f"поручения/{name}": text for name, text in FOLDER.items()}
    (tmp_path / "поручения").mkdir()
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    found.environment |= {
        "DIRECTIVES_FILE": "поручения", "CALENDAR_FILE": "calendar.yaml", "ORGANIZATIONS_FILE": "organizations.yaml"
    }  # fmt: skip
    return found


def test_check_and_plan(terminal: Terminal) -> None:
    code, out, err = terminal.run("check", BOT_TOKEN=TOKEN)
    assert (code, err) == (0, "")
    assert out.splitlines()[:3] == [
        "поручения: 2 поручения, 2 типа организаций, 2 темы",
        "поручения/10-resolution.yaml: 1 поручение резолюции",
        f"поручения/20-order.yml: 1 поручение {NAME}",
    ]
    code, out, err = terminal.run("plan", "--from", "2026-10-01", "--until", "2026-10-31")
    assert (code, err) == (0, "")
    schools, gardens = out.split("\n\n")[1:3]
    assert schools.splitlines()[2:] == [
        "  Из резолюции",
        "  05.10.2026 09:00  до 15.10.2026   2.10  Клуб · Осень",
        f"  Из {NAME}",
        "  05.10.2026 09:00  до 12.10.2026      1  Хор · октябрь 2026 (только: Старшие классы)",
    ]
    assert "руководитель получит 2 запроса в 1 сообщении" in schools
    assert "Из резолюции" in gardens
    assert NAME not in gardens


@pytest.mark.slow
def test_a_fault_in_one_file_refuses_all(terminal: Terminal) -> None:
    (terminal.folder / "поручения/20-order.yml").write_text(ORDER.replace("topic: art", "topic: ar"), encoding="utf-8")
    told = "поручения/20-order.yml:7: 1 Хор, topic: нет темы «ar» (может быть, art?)\n"
    assert terminal.run("check") == (1, "", told)
    assert terminal.run("plan") == (1, "", told)
    assert terminal.run("run", BOT_TOKEN=TOKEN)[0] == 1
    for file in (terminal.folder / "поручения").iterdir():
        file.unlink()
    assert terminal.run("check") == (1, "", "поручения: в папке нет файлов с поручениями (.yaml)\n")
