"""python -m bot import-organizations, as the operator sees it."""

import asyncio
import os
import pty
import select
import signal
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.domain.people.member import Role, SeatState
from bot.domain.people.organization import Organization
from bot.storage.engine.database import Storage, Tx
from bot.storage.ledger.changes import roster
from bot.storage.people import organizations, people, seats
from bot.views.commands import NOBODY_TO_ASK
from tests.catalog.sheets import DATA, book, comma_separated, example, rows_of
from tests.forge import Forge

CATALOG = example()
NOW = datetime(2026, 8, 27, tzinfo=UTC)
FILES = {
    "DIRECTIVES_FILE": str(DATA / "directives.yaml"),
    "CALENDAR_FILE": str(DATA / "calendar.yaml"),
    "ORGANIZATIONS_FILE": str(DATA / "organizations.example.yaml"),
}
DEPARTMENT = "Управление образования администрации Сосновоозёрского района"
SMALL = f'Название;Тип\nМБОУ "Новая школа";Общее образование\n{DEPARTMENT};department\n'


class Operator:
    """Somebody who runs the command in a folder with a table and a database."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capsys = folder, capsys

    def table(self, content: bytes | str, name: str = "table.csv") -> str:
        """A table in the folder; its path."""
        file = self.folder / name
        file.write_bytes(content.encode("cp1251") if isinstance(content, str) else content)
        return str(file)

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Exit code, stdout, stderr."""
        code = main(["import-organizations", *arguments])
        out, err = self._capsys.readouterr()
        return code, out, err

    def has(self) -> dict[str, Organization]:
        """The active organizations."""

        async def look() -> dict[str, Organization]:
            storage = Storage(os.environ["DATABASE_URL"])
            async with storage.read() as tx:
                found = {organization.name: organization for organization in await organizations.all_active(tx)}
            await storage.close()
            return found

        return asyncio.run(look())

    def start(self) -> None:
        """What a start of the bot does with the roster's file."""

        async def take_in() -> None:
            storage = Storage(os.environ["DATABASE_URL"])
            await storage.apply(lambda tx: roster.take_in_file(tx, CATALOG, NOW))
            await storage.close()

        asyncio.run(take_in())


@pytest.fixture
def operator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Operator]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BOT_TOKEN", raising=False)
    for name, value in (FILES | {"DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/bot.db"}).items():
        monkeypatch.setenv(name, value)
    with (tmp_path / "stdin").open("w+") as stdin:
        # Nobody is at the keyboard.
        monkeypatch.setattr(sys, "stdin", stdin)
        yield Operator(tmp_path, capsys)


@pytest.mark.slow
def test_what_changes_is_shown_first_and_done_with_yes(operator: Operator) -> None:
    file = operator.table(book(rows_of(CATALOG.roster, CATALOG, titles=True)), "организации.xlsx")
    code, out, err = operator.run(file)
    # A code of its own, for a program that keeps the list in step: it is no fault of the table.
    assert code == 4
    assert "Добавится: 13.\n\nДобавляются: 13\n" in out
    assert "+ МБУ ДО «Сосновоозёрский центр детского творчества» (centre-creativity): Дополнительное образование" in out
    assert err == f"{NOBODY_TO_ASK}\n"
    assert operator.has() == {}

    code, out, err = operator.run(file, "--yes")
    assert (code, err) == (0, "")
    assert out.endswith("Список организаций обновлён. Добавлено: 13.\n")
    assert len(operator.has()) == 13
    assert operator.run(file) == (0, "Изменений нет, в списке 13 организаций.\n", "")

    code, out, _ = operator.run(operator.table(SMALL), "--yes")
    assert code == 0
    assert out.startswith("Добавится: 1, отключится: 12, без изменений: 1.\n\nОтключаются: 12\n")
    assert "Ответы сохраняются." in out
    assert set(operator.has()) == {"МБОУ «Новая школа»", DEPARTMENT}
    # The next start does not bring back what the YAML file still lists.
    operator.start()
    assert len(operator.has()) == 2


@pytest.mark.slow
def test_what_changes_is_told_apart(operator: Operator) -> None:
    rows = [
        ["Код", "Название", "Тип", "Метки"],
        ["a", "Первая", "general", "upper-secondary"],
        ["b", "Вторая", "general"],
    ]
    operator.run(operator.table(comma_separated(rows)), "--yes")
    rows[1:] = [["a", "Первая имени А. Б.", "general, preschool", "-"], ["c", "вторая", "general"]]
    code, out, _ = operator.run(operator.table(comma_separated(rows)), "--yes")
    assert code == 0
    assert out.splitlines()[:9] == [
        "Изменится: 2.",
        "",
        "Изменяются: 2",
        "  * Первая (a)",
        "      Название: Первая имени А. Б.",
        "      Тип: Общее образование → Общее образование, Дошкольное образование",
        "      Метки: Есть 10–11 классы → нет",
        "  * Вторая (b)",
        "      Код: b → c",
    ]
    assert set(operator.has()) == {"Первая имени А. Б.", "вторая"}


@pytest.mark.slow
def test_all_faults_of_a_table_and_nothing_is_done(operator: Operator) -> None:
    file = operator.table("Название;Тип\nЛицей;обшее образование\n;general\nлицей;general\n")
    code, out, err = operator.run(file, "--yes")
    assert (code, out) == (1, "")
    assert err.splitlines() == [
        f"{file}:",
        "Строка 2. Типа «обшее образование» нет. Возможно, «Общее образование»?",
        "Строка 3. Нет названия. Впишите его или удалите строку.",
        "Строка 4. «лицей» уже есть в строке 2. Оставьте одну или впишите каждой свой код.",
        "",
        "Типы: Общее образование; Дошкольное образование; Дополнительное образование; Управление образования",
    ]
    assert operator.has() == {}
    code, _, err = operator.run(operator.table(b"%PDF-1.7\x00", "приказ.pdf"), "--yes")
    assert code == 1
    assert "Не удалось прочитать файл: это документ PDF, а не таблица." in err


@pytest.mark.slow
def test_what_the_table_does_not_say_is_said_by_options(operator: Operator) -> None:
    file = operator.table("№;Полное имя\n1;МБОУ «Лицей»\n2;МБДОУ «Сад»\n;Всего: 2\n")
    code, out, err = operator.run(file, "--yes")
    assert (code, out) == (1, "")
    assert err.endswith('Столбцы таблицы:\n• «№»\n• «Полное имя»\n\nУкажите столбец: --column "name=заголовок"\n')
    code, _, err = operator.run(file, "--yes", "--column", "name=Полное имя")
    assert code == 1
    assert "Типы по названиям: Общее образование — 1; Дошкольное образование — 1.\n" in err
    assert err.endswith("general, preschool, supplementary, department\nили --types by-name.\n")
    assert operator.run(file, "--types", "generl")[0] == 2
    code, out, _ = operator.run(file, "--yes", "--column", "name=полное имя", "--types", "by-name")
    assert code == 0
    assert "Не учтено: 1\n• строка 4, «Всего: 2»: итог\n" in out
    assert {name: set(one.types) for name, one in operator.has().items()} == {
        "МБОУ «Лицей»": {"general"}, "МБДОУ «Сад»": {"preschool"},
    }  # fmt: skip
    code, _, err = operator.run(operator.table("Название;Тип\nШкола;СОШ\n"), "--yes")
    assert code == 1
    assert "добавьте --accept-hints" in err
    assert operator.run(operator.table("Название;Тип\nШкола;СОШ\n"), "--yes", "--accept-hints")[0] == 0


@pytest.mark.slow
def test_who_is_lost_is_named_and_a_renaming_is_decided(operator: Operator) -> None:
    before = "Название;Тип;Код\nСосновская СОШ;general;\nБелоярская школа;general;bel\n"
    assert operator.run(operator.table(before), "--yes")[0] == 0
    code = operator.has()["Сосновская СОШ"].code

    async def sit() -> None:
        storage = Storage(os.environ["DATABASE_URL"])

        async def work(tx: Tx) -> None:
            for number, organization in enumerate(await organizations.all_active(tx)):
                await people.ensure(tx, 100 + number, f"Человек {organization.name}", NOW)
                await seats.take(tx, 100 + number, organization.id, Role.HEAD, SeatState.SEATED, NOW)

        await storage.apply(work)
        await storage.close()

    asyncio.run(sit())
    file = operator.table("Название;Тип\nСосновская средняя школа;general\n")
    # Nothing is switched off, or taken for another one, unasked.
    status, out, err = operator.run(file, "--yes")
    assert status == 2
    assert f"Возможно, переименованы: 1\n  ❓ Сосновская СОШ ({code}) → Сосновская средняя школа (org-" in out
    assert "  - Белоярская школа (bel)\n      Человек Белоярская школа (руководитель)\n" in out
    assert "Добавьте --renamed" in err
    pair = err.splitlines()[-1].strip()
    assert pair.startswith(f"{code}=org-")
    assert operator.run(file, "--yes", "--renamed", "one=two")[2] == "--renamed: такой пары нет: one=two\n"
    status, out, _ = operator.run(file, "--yes", "--renamed", pair)
    assert status == 0
    assert f"  ✅ Сосновская СОШ ({code}) → " in out
    assert {name: each.code for name, each in operator.has().items()} == {"Сосновская средняя школа": code}
    # And the other way round, refused.
    file = operator.table("Название;Тип\nСосновская СОШ;general\n")
    assert operator.run(file, "--yes", "--renamed", "none")[0] == 0
    assert operator.has()["Сосновская СОШ"].code != code


@pytest.mark.slow
@pytest.mark.parametrize(("typed", "kept"), [("да", True), ("нет", False)])
def test_at_a_terminal_a_renaming_is_asked_about(
    operator: Operator, monkeypatch: pytest.MonkeyPatch, typed: str, kept: bool
) -> None:
    operator.run(operator.table("Название;Тип\nСосновская СОШ;general\n"), "--yes")
    code = operator.has()["Сосновская СОШ"].code
    questions: list[str] = []

    def answer(question: str) -> str:
        questions.append(question)
        return typed if len(questions) == 1 else "да"

    monkeypatch.setattr("builtins.input", answer)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    status, out, _ = operator.run(operator.table("Название;Тип\nСосновская средняя школа;general\n"))
    assert status == 0
    assert "это та же организация?" in questions[0]
    assert (operator.has()["Сосновская средняя школа"].code == code) is kept
    assert ("Отключаются: 1" in out.rpartition("Возможно, переименованы")[2]) is not kept


def test_a_file_that_cannot_be_read(operator: Operator) -> None:
    for path in ("none.csv", "."):
        code, out, err = operator.run(path, "--yes")
        assert (code, out) == (2, "")
        assert err.startswith(f"{path}: ")
    assert not (operator.folder / "bot.db").exists()


@pytest.mark.slow
def test_whoever_changes_the_organizations_meanwhile_is_not_overridden(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def agree(_: str) -> str:
        operator.start()
        return "да"

    monkeypatch.setattr("builtins.input", agree)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    code, _, err = operator.run(operator.table(SMALL))
    assert code == 1
    assert err.startswith("Список организаций тем временем изменился.")
    assert len(operator.has()) == 13


@pytest.mark.parametrize("typed", ["да\n", "нет\n", None], ids=["yes", "no", "Ctrl+C"])
def test_on_a_terminal_it_asks(operator: Operator, forge: Forge, typed: str | None) -> None:
    keyboard, screen = pty.openpty()
    process = forge.at(
        Path.cwd(), os.environ | {"PYTHONPATH": str(DATA.parent)}, (screen, screen, screen),
        "import-organizations", operator.table(SMALL),
    )  # fmt: skip
    os.close(screen)
    shown = b""
    try:
        while "Напишите «да»:".encode() not in shown:
            shown += os.read(keyboard, 1024)
        if typed is None:
            os.kill(process.pid, signal.SIGINT)
            # Python misses a signal that comes between the prompt and the wait for keys: people press again.
            while not select.select([keyboard], [], [], 2)[0]:
                os.kill(process.pid, signal.SIGINT)
        else:
            os.write(keyboard, typed.encode())
        while chunk := os.read(keyboard, 1024):
            shown += chunk
    except OSError:
        # The program has ended: Linux says so by EIO.
        pass
    finally:
        os.close(keyboard)
    assert process.wait_now() == 0, shown.decode()
    said = shown.decode()
    assert "Traceback" not in said
    assert ("обновлён" in said, "не изменён" in said) == ((True, False) if typed == "да\n" else (False, True))
    assert bool(operator.has()) is (typed == "да\n")


@pytest.mark.slow
def test_heirs_are_named_by_codes(operator: Operator) -> None:
    heading = ["Код", "Название", "Тип"]
    both = operator.table(comma_separated([heading, ["a", "Первая", "general"], ["b", "Вторая", "general"]]))
    assert operator.run(both, "--yes")[0] == 0
    merged = operator.table(comma_separated([heading, ["c", "Объединённая школа", "general"]]))
    code, _, err = operator.run(merged, "--yes", "--heirs", "a=nobody")
    assert (code, err.startswith("--heirs: a=nobody: слева — код организации")) == (2, True)
    assert operator.run(merged, "--yes", "--heirs", "z=c")[0] == 2
    assert set(operator.has()) == {"Первая", "Вторая"}
    code, out, _ = operator.run(merged, "--yes", "--heirs", "a=c, b=c")
    assert code == 0
    assert out.count("Преемник: «Объединённая школа»") == 2
    assert set(operator.has()) == {"Объединённая школа"}


@pytest.mark.slow
def test_parts_and_late_heirs_are_named_by_codes(operator: Operator) -> None:
    heading = ["Код", "Название", "Тип"]
    first, new = ["a", "Первая", "general"], ["c", "Выделенная школа", "general"]
    assert operator.run(operator.table(comma_separated([heading, first, ["b", "Вторая", "general"]])), "--yes")[0] == 0
    divided = operator.table(comma_separated([heading, first, new]))
    code, _, err = operator.run(divided, "--yes", "--split-off", "b=c")
    assert (code, err.startswith("--split-off: b=c: слева — код организации")) == (2, True)
    code, out, _ = operator.run(divided, "--yes", "--split-off", "a=c", "--requests", "both")
    assert code == 0
    assert "Выделена: «Выделенная школа» из «Первая». Открытых запросов нет." in out
    # The same table once more, for one that has left with it.
    assert operator.run(divided, "--yes", "--heirs", "a=c")[0] == 2
    code, out, _ = operator.run(divided, "--yes", "--heirs", "b=c")
    assert code == 0
    assert "Раньше ушла: «Вторая». Преемник: «Выделенная школа»." in out
    assert "Передать нечего" in out
