"""python -m bot, as somebody at a terminal sees it."""

import json
import os
import pty
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bot.__main__ import main
from bot.app import App
from bot.storage.engine.database import SqliteTooOld, Storage
from bot.storage.engine.migrate import migrate
from bot.storage.ledger import adopted_files
from bot.storage.post import meta, replicas
from tests.forge import Forge
from tests.postgres import execute
from tests.world import ROOT, catalog_of

TOKEN = "123456:AAH-this_is_a_secret"
FILES = {
    "DIRECTIVES_FILE": str(ROOT / "data/directives.yaml"),
    "CALENDAR_FILE": str(ROOT / "data/calendar.yaml"),
    "ORGANIZATIONS_FILE": str(ROOT / "data/organizations.example.yaml"),
}


class Terminal:
    """Runs the program in a folder of its own, in a clean environment, with nobody at the keyboard."""

    def __init__(self, folder: Path, forge: Forge) -> None:
        self.folder, self.forge = folder, forge
        self.environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **FILES}

    def run(self, *arguments: str, **settings: str) -> tuple[int, str, str]:
        """Exit code, stdout, stderr."""
        return self._read(*self.forge.command_now(self.folder, self.environment | settings, *arguments))

    def start(self, *arguments: str, **settings: str) -> tuple[int, str, str]:
        """The same by an interpreter of its own, which takes seconds."""
        done = subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            cwd=self.folder,
            env=self.environment | settings,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=False,
        )
        return self._read(done.returncode, done.stdout, done.stderr)

    def _read(self, code: int, out: bytes, err: bytes) -> tuple[int, str, str]:
        assert b"Traceback" not in err
        return code, out.decode(), err.decode()


@pytest.fixture
def terminal(tmp_path: Path, forge: Forge) -> Terminal:
    return Terminal(tmp_path, forge)


@pytest.mark.slow
def test_no_command_says_a_secret(terminal: Terminal) -> None:
    secrets = {
        "BOT_TOKEN": TOKEN,
        "WEBHOOK_URL": "https://bot.example.org/telegram",
        "WEBHOOK_SECRET": "HUSH-webhook-0123456789",
        "LISTEN": "127.0.0.1:8080",
        "TELEGRAM_PROXY": "socks5://me:HUSH-proxy@127.0.0.1:1",
        "DATABASE_URL": "postgresql+asyncpg://bot:HUSH-database@127.0.0.1:1/bot",
    }
    said = []
    for expected, command in ((0, ["check"]), (3, ["report", "r.xlsx"])):
        code, out, err = terminal.run(*command, **secrets)
        assert code == expected, err
        said += [out, err]
    # Each in the wrong place.
    values = list(secrets.values())
    wrong = dict(zip(secrets, values[1:] + values[:1], strict=True))
    code, out, err = terminal.run("check", **wrong)
    assert code == 2
    said += [out, err]
    assert "HUSH" not in "".join(said)
    assert "AAH-this" not in "".join(said)


def test_whoever_presses_ctrl_c_sees_no_stack(terminal: Terminal) -> None:
    """It waits for a server that does not answer; a start that imports its libraries ends so too."""
    with socket.create_server(("127.0.0.1", 0)) as silent, tempfile.TemporaryFile() as said:
        silent.settimeout(30)
        url = f"postgresql+asyncpg://bot@127.0.0.1:{silent.getsockname()[1]}/bot"
        with Path(os.devnull).open("rb") as null:
            settings = terminal.environment | {"DATABASE_URL": url}
            descriptors = (null.fileno(), said.fileno(), said.fileno())
            process = terminal.forge.at(terminal.folder, settings, descriptors, "report", "r.xlsx")
        with silent.accept()[0]:
            os.kill(process.pid, signal.SIGINT)
            code = process.wait_now()
        said.seek(0)
        assert (code, said.read()) == (-signal.SIGINT, b"")


@pytest.mark.slow
def test_without_a_token_nothing_runs(terminal: Terminal) -> None:
    for arguments in ((), ("invite",)):
        code, out, err = terminal.run(*arguments)
        assert (code, out) == (2, "")
        assert err == "BOT_TOKEN is not set. Get a token from @BotFather and put it into the file .env.\n"
    assert list(terminal.folder.iterdir()) == []


def test_bad_settings_are_named_and_not_shown(terminal: Terminal) -> None:
    (terminal.folder / ".env").write_text(f"ADMIN_IDS={TOKEN}\nTIMEZONE=Asia/Irkutks\n", encoding="utf-8")
    code, out, err = terminal.run("check", DATABASE_URL="postgresql+asyncpg://bot:secret@host:port/bot")
    assert (code, out) == (2, "")
    assert [line.split(": ")[:2] for line in err.splitlines()] == [
        [".env", "ADMIN_IDS"],
        ["environment", "DATABASE_URL"],
        [".env", "TIMEZONE"],
    ]
    assert "secret" not in err


def test_check_finds_no_fault(terminal: Terminal) -> None:
    code, out, err = terminal.start("check")
    assert (code, err) == (0, "")
    assert "19 поручений, 4 типа организаций, 16 тем" in out
    assert "13 организаций" in out
    assert "BOT_TOKEN не задан" in out
    assert "2028 год известен только в части" in out
    assert out.endswith("Ошибок нет.\n")
    code, out, err = terminal.run("check", ORGANIZATIONS_FILE="none.yaml", BOT_TOKEN=TOKEN)
    assert "none.yaml: файла нет, руководители сами назовут свою организацию" in out
    assert "BOT_TOKEN" not in out


@pytest.mark.slow
async def test_check_says_whether_several_bots_serve_these_files(terminal: Terminal, postgres_url: str) -> None:
    storage, now = Storage(postgres_url), datetime(2026, 8, 27, tzinfo=UTC)
    _, out, _ = terminal.run("check", DATABASE_URL=postgres_url)
    assert "База данных ещё пуста: первый запущенный бот примет эти файлы." in out
    await migrate(storage)
    await storage.apply(partial(adopted_files.adopt, written=catalog_of().written, now=now))
    _, out, _ = terminal.run("check", DATABASE_URL=postgres_url)
    assert "Боты работают по этим файлам." in out
    code, out, _ = terminal.run("check", DATABASE_URL=postgres_url, TIMEZONE="Europe/Moscow")
    assert "Боты работают не по этим файлам и TIMEZONE: принято другое." in out
    assert (code, out.splitlines()[-1]) == (0, "Ошибок нет.")
    code, out, _ = terminal.run("check", DATABASE_URL="postgresql+asyncpg://bot:secret@127.0.0.1:1/bot")
    assert "База данных не отвечает, поэтому не видно" in out
    assert (code, "secret" in out) == (0, False)
    await storage.close()


@pytest.mark.slow
async def test_check_says_that_the_bots_that_serve_get_updates_in_another_way(
    terminal: Terminal, postgres_url: str
) -> None:
    storage, now = Storage(postgres_url), datetime(2026, 8, 27, tzinfo=UTC)
    otherwise = "У работающих ботов другие WEBHOOK_URL и WEBHOOK_SECRET"
    webhook = {"WEBHOOK_URL": "https://bot.example.org/telegram", "WEBHOOK_SECRET": "a" * 32, "LISTEN": "127.0.0.1:1"}
    await migrate(storage)
    await storage.apply(partial(adopted_files.adopt, written=catalog_of().written, now=now))
    await storage.apply(partial(meta.put, key=meta.ARRIVAL, value="polling"))
    _, out, _ = terminal.run("check", DATABASE_URL=postgres_url, **webhook)
    assert otherwise not in out, "nobody serves"
    await storage.apply(partial(replicas.join, version="0001"))
    code, out, _ = terminal.run("check", DATABASE_URL=postgres_url, **webhook)
    assert otherwise in out
    assert (code, out.splitlines()[-1]) == (0, "Ошибок нет.")
    _, out, _ = terminal.run("check", DATABASE_URL=postgres_url)
    assert otherwise not in out
    await storage.close()


@pytest.mark.slow
def test_check_says_what_no_start_would_mend(terminal: Terminal, postgres_url: str) -> None:
    """The server is there: whoever starts it anew changes nothing."""
    missing = make_url(postgres_url).set(database="missing").render_as_string(hide_password=False)
    for url, said in (
        (missing, 'database "missing" does not exist'),
        (postgres_url.replace("bot@", "nobody@"), "role"),
        (f"{postgres_url}?ssl=verify-full", "root certificate file"),
    ):
        code, out, err = terminal.run("check", DATABASE_URL=url)
        assert code == 3
        assert said in err
        assert "Ошибок нет" not in out


def test_check_says_that_a_bouncer_is_no_server(terminal: Terminal) -> None:
    """A bot would not start by it."""
    said = "unsupported startup parameter: jit"
    refusal = f"SFATAL\0VFATAL\0C08P01\0M{said}\0\0".encode()
    with socket.create_server(("127.0.0.1", 0)) as bouncer:
        answering = threading.Thread(target=_refuses, args=(bouncer, refusal), daemon=True)
        answering.start()
        url = f"postgresql+asyncpg://bot@127.0.0.1:{bouncer.getsockname()[1]}/bot?ssl=disable"
        code, out, err = terminal.run("check", DATABASE_URL=url)
        bouncer.shutdown(socket.SHUT_RDWR)
        answering.join()
    assert (code, said in err, "Ошибок нет" in out) == (3, True, False)


def _refuses(bouncer: socket.socket, refusal: bytes) -> None:
    """Whoever comes is told so, until nobody can come any more."""
    with suppress(OSError):
        while True:
            connection, _ = bouncer.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"E" + (len(refusal) + 4).to_bytes(4, "big") + refusal)


@pytest.mark.slow
async def test_check_says_what_keeps_a_bot_from_beginning(
    terminal: Terminal, postgres_url: str, postgres_server_url: str
) -> None:
    """It is tried, and nothing stays of that."""

    def refused(said: str) -> bool:
        code, out, err = terminal.run("check", DATABASE_URL=postgres_url)
        return code == 3 and said in err and "Ошибок нет" not in out

    name = make_url(postgres_url).database
    read_only = f'ALTER DATABASE "{name}" SET default_transaction_read_only = '
    for _ in range(2):
        await execute(postgres_server_url, f"{read_only} on")
        assert refused("in a read-only transaction")
        await execute(postgres_server_url, f"{read_only} off")
        assert terminal.run("check", DATABASE_URL=postgres_url)[0] == 0
        # Empty at first, then as a bot leaves it.
        storage = Storage(postgres_url)
        await migrate(storage)
        await storage.close()
    await execute(postgres_url, "UPDATE alembic_version SET version_num = '9999'; DELETE FROM meta")
    assert refused("newer version")


async def test_check_says_that_much_could_not_be_kept(terminal: Terminal, postgres_server_url: str) -> None:
    latin = f"latin_{uuid.uuid4().hex}"
    await execute(postgres_server_url, f"CREATE DATABASE {latin} ENCODING 'LATIN5' LOCALE 'C' TEMPLATE template0")
    url = make_url(postgres_server_url).set(database=latin).render_as_string(hide_password=False)
    code, _, err = terminal.run("check", DATABASE_URL=url)
    assert (code, "its encoding is LATIN5" in err) == (3, True)
    await execute(postgres_server_url, f"DROP DATABASE {latin}")


@pytest.mark.slow
async def test_an_import_goes_by_what_several_bots_serve(terminal: Terminal, postgres_url: str) -> None:
    """Otherwise the next /reload would take the roster of another machine's file for a newer word."""
    table = terminal.folder / "clubs.csv"
    table.write_text("Название\nКлуб юных\n", encoding="utf-8")
    command = ("import-organizations", str(table), "--types", "club", "--yes")
    code, _, err = terminal.run(*command, DATABASE_URL=postgres_url)
    assert (code, "--types: можно by-name" in err) == (2, True)
    storage, written = Storage(postgres_url), catalog_of().written
    await migrate(storage)
    directives = written.directives.replace("organization_types:\n", "organization_types:\n  club: {title: Клуб}\n")
    adopted = replace(written, directives=directives)
    await storage.apply(partial(adopted_files.adopt, written=adopted, now=datetime(2026, 8, 27, tzinfo=UTC)))
    code, out, _ = terminal.run(*command, DATABASE_URL=postgres_url)
    assert (code, "Клуб юных" in out) == (0, True)
    await storage.close()


@pytest.mark.slow
def test_who_only_looks_waits_for_no_library_of_the_database_or_telegrams(terminal: Terminal) -> None:
    script = (
        "import sys\n"
        "from bot.__main__ import main\n"
        "main(sys.argv[1:])\n"
        "print([one for one in ('sqlalchemy', 'aiogram', 'aiohttp') if one in sys.modules])\n"
    )
    for command in ("check", "plan"):
        done = subprocess.run(
            [sys.executable, "-c", script, command],
            cwd=terminal.folder,
            env=terminal.environment,
            capture_output=True,
            timeout=60,
            check=True,
        )
        assert done.stdout.decode().endswith("[]\n"), command


def test_check_names_what_is_no_setting(terminal: Terminal) -> None:
    (terminal.folder / ".env").write_text("ADMIN_ID=1\nTICK_SECONDS=10\nPOSTGRES_PASSWORD=secret\n", encoding="utf-8")
    code, out, err = terminal.run("check")
    assert (code, err) == (0, "")
    assert ".env: настройки ADMIN_ID нет (может быть, ADMIN_IDS?)" in out
    assert ".env: настройки POSTGRES_PASSWORD нет\n" in out
    assert "TICK_SECONDS" not in out
    assert "secret" not in out


def test_check_tells_of_secrets_that_all_can_read(terminal: Terminal) -> None:
    """A plain copy of the example is readable by everybody on the machine."""
    (terminal.folder / ".env").write_text("TICK_SECONDS=10\n", encoding="utf-8")
    for mode, is_told in ((0o644, True), (0o640, False), (0o600, False)):
        (terminal.folder / ".env").chmod(mode)
        code, out, err = terminal.run("check")
        assert (code, err) == (0, "")
        assert ("chmod 600 .env\n" in out) == is_told


def test_check_names_what_is_set_twice(terminal: Terminal) -> None:
    """Whoever writes above the copied example is overruled by its defaults below."""
    (terminal.folder / ".env").write_text(
        "TICK_SECONDS=10\nBACKUPS_KEEP=3\nTOKEN_OF_ANOTHER=1\n" * 2 + "TICK_SECONDS=30\nTOKEN_OF_ANOTHER=2\n",
        encoding="utf-8",
    )
    code, out, err = terminal.run("check")
    assert (code, err) == (0, "")
    assert ".env: TICK_SECONDS стоит в нескольких строках по-разному, действует последняя\n" in out
    assert out.count("в нескольких строках") == 1


def test_check_says_that_a_file_stands_where_backups_are_to_be(terminal: Terminal, postgres_url: str) -> None:
    """Otherwise the first night tells."""
    file = terminal.folder / "backups"
    file.touch()
    on_server = {"DATABASE_URL": postgres_url, "BACKUPS_FOLDER": str(file / "of-the-bot")}
    for settings, what in (
        (on_server, "укажите в BACKUPS_FOLDER папку"),
        ({"DATABASE_URL": f"sqlite+aiosqlite:///{terminal.folder}/bot.db"}, "переименуйте его"),
    ):
        code, out, err = terminal.run("check", **settings)
        assert code == 2
        assert err == f"Резервные копии хранить негде: {file} — это файл, а не папка; {what}.\n"
        assert "Ошибок нет" not in out
    file.unlink()
    assert terminal.run("check", **on_server)[0] == 0
    file.mkdir()
    assert terminal.run("check", **on_server)[0] == 0


def test_check_says_that_the_file_is_another_program_s(terminal: Terminal) -> None:
    with closing(sqlite3.connect(terminal.folder / "grafana.db")) as theirs:
        theirs.execute("CREATE TABLE dashboards (id INTEGER)")
    code, out, err = terminal.run("check", DATABASE_URL=f"sqlite+aiosqlite:///{terminal.folder}/grafana.db")
    assert (code, "Ошибок нет" in out) == (3, False)
    assert "it is another program's, and has its table dashboards" in err


def test_check_tells_of_the_sqlite_of_an_old_system(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As Debian 11 and Astra Linux have it, for a Python that was built there: no letter would be claimed."""
    file = terminal.folder / "bot.db"
    for name, value in (terminal.environment | {"DATABASE_URL": f"sqlite+aiosqlite:///{file}"}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(terminal.folder)
    monkeypatch.setattr("sqlite3.sqlite_version", "3.34.1")
    monkeypatch.setattr("sqlite3.sqlite_version_info", (3, 34, 1))
    code = main(["check"])
    out, err = capsys.readouterr()
    assert (code, "Ошибок нет" in out) == (3, False)
    assert "this Python has SQLite 3.34.1, and 3.35 is needed" in err
    with pytest.raises(SqliteTooOld):
        Storage(f"sqlite+aiosqlite:///{file}")
    assert not file.exists()


@pytest.mark.slow
def test_a_start_tells_what_check_tells_of_the_settings(terminal: Terminal) -> None:
    """Whoever has put a few lines above the copied example starts the bot, and asks `check` when something is odd."""
    env = terminal.folder / ".env"
    env.write_text(
        "REGISTRATION=invite\nADMIN_ID=1\nPOSTGRES_PASSWORD=hidden\nREGISTRATION=approval\n", encoding="utf-8"
    )
    env.chmod(0o644)
    (terminal.folder / "file").touch()
    settings = {"BOT_TOKEN": TOKEN, "DATABASE_URL": "sqlite+aiosqlite:///file/bot.db"}
    code, _, err = terminal.run("run", **settings)
    assert code == 3
    assert "REGISTRATION in several lines, not to the same: the last one counts\n" in err
    assert "there is no setting ADMIN_ID, which sets nothing. Is it ADMIN_IDS?\n" in err
    assert "chmod 600 .env\n" in err
    assert "POSTGRES_PASSWORD" not in err
    assert "hidden" not in err

    env.write_text("REGISTRATION=invite\n", encoding="utf-8")
    env.chmod(0o600)
    assert ".env" not in terminal.run("run", **settings)[2]


def test_check_finds_faults(terminal: Terminal) -> None:
    text = (ROOT / "data/directives.yaml").read_text(encoding="utf-8")
    text = text.replace("audience: [general]", "audience: [genral]", 1).replace("open: 09-03", "open: 09-31", 1)
    (terminal.folder / "directives.yaml").write_text(text, encoding="utf-8")
    code, out, err = terminal.run("check", DIRECTIVES_FILE="directives.yaml", CALENDAR_FILE="none.yaml")
    assert (code, out) == (1, "")
    lines = err.splitlines()
    assert len(lines) == 3
    assert "none.yaml: файла нет" in lines
    number = text[: text.index("[genral]")].count("\n") + 1
    (line,) = [one for one in lines if "genral" in one]
    assert line.startswith(f"directives.yaml:{number}: 2.4 Школьный спортивный клуб, audience")
    assert line.endswith("нет типа организаций «genral» (может быть, general?)")
    # Whatever the command, a catalog with faults is refused.
    assert terminal.run("run", DIRECTIVES_FILE="directives.yaml", BOT_TOKEN=TOKEN)[0] == 1


def test_the_plan(terminal: Terminal) -> None:
    code, out, err = terminal.run("plan", "--from", "2026-09-01", "--until", "2026-09-30")
    assert (code, err) == (0, "")
    assert out.startswith("План запросов с 1 сентября 2026 по 30 сентября 2026\n")
    general = out[out.index("Общее образование") : out.index("Дошкольное образование")]
    assert "  03.09.2026 09:00  до 18.09.2026    2.2  Корректировка программ · Начало учебного года\n" in general
    assert "ФГОС среднего общего образования · Учебный год (только: " in general
    assert "Санитарные правила" not in general
    assert "Санитарные правила" in out[out.index("Управление образования") :]
    # A day is a span; both its ends count.
    code, out, _ = terminal.run("plan", "--from", "2026-09-03", "--until", "2026-09-03")
    assert out.count("03.09.2026 09:00") == 4
    assert list(terminal.folder.iterdir()) == []
    assert "Отдельно не спрашивается" not in out
    assert "известен только в части" not in out


def test_the_plan_says_what_is_left_out_and_which_year_is_not_known(terminal: Terminal) -> None:
    text = Path(FILES["DIRECTIVES_FILE"]).read_text(encoding="utf-8")
    (terminal.folder / "weekly.yaml").write_text(
        re.sub(
            r"    schedule:\n      dates:\n(?:        - .*\n)+",
            "    schedule: {every: week, on: mon, due: 4}\n",
            text,
            count=1,
        ),
        encoding="utf-8",
    )
    code, out, err = terminal.run(
        "plan", "--from", "2026-12-20", "--until", "2028-01-31", DIRECTIVES_FILE="weekly.yaml"
    )
    assert (code, err) == (0, "")
    left_out = out[out.index("\nОтдельно не спрашивается\n") :]
    assert "«неделя с 4 января 2027» — вместе с «неделя с 11 января 2027», 11 января 2027\n" in left_out
    assert "7 периодов от «неделя с 5 июля 2027» до «неделя с 16 августа 2027» — никогда: летняя пауза" in left_out
    assert "2028 год известен только в части" in left_out
    assert "2027 год" not in left_out


@pytest.mark.parametrize(
    "arguments",
    [
        ("--from", "2026-13-01"),
        ("--from", "завтра"),
        ("--from", "9999-12-01"),
        ("--until", "0001-01-01"),
        ("--from", "2026-09-01", "--until", "2026-08-31"),
        ("--from", "2026-09-01", "--until", "2036-08-31"),
        ("--since", "2026-09-01"),
    ],
)
def test_no_plan(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    for name, value in FILES.items():
        monkeypatch.setenv(name, value)
    try:
        code: object = main(["plan", *arguments])
    except SystemExit as ended:
        code = ended.code
    assert code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "--" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("plan", "--from", "завтра"), "--from: «завтра» — не дата. Например: 2026-10-05"),
        (("plan", "--from", "05.10.2026"), "--from: «05.10.2026» — не дата. Например: 2026-10-05"),
        (("plan", "--until", "0001-01-01"), "--until: «0001-01-01»: годы бывают от 2000 до 2100"),
        (("plan", "--until"), "после --until нужно значение"),
        (("plan", "--since", "2026-09-01"), "лишнее: --since 2026-09-01"),
        (("check", "directives.yaml"), "лишнее: directives.yaml"),
        (("report",), "не хватает: FILE"),
        (("report", "a.xlsx", "b.xlsx"), "лишнее: b.xlsx"),
        (("import-organizations", "--yes=да", "a.csv"), "у --yes не бывает значения"),
        (("import-organizations", "a.csv", "--hidden", "drop"), "--hidden: можно 'take', 'skip'"),
        (
            ("import-organizations", "a.csv", "--column", "школа=Имя"),
            "--column: «школа=Имя»: нужно name, types, tags или code, знак = и заголовок, например name=Школа",
        ),
        (("report", "--f", "a.xlsx"), "--from: «a.xlsx» — не дата. Например: 2026-10-05"),
    ],
)
def test_a_methodist_reads_in_russian_what_is_wrong_with_arguments(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main([*arguments])
    usage, *rest = capsys.readouterr().err.splitlines()
    assert usage.startswith(f"Вызов: python -m bot {arguments[0]} ")
    # Python 3.12 and later name choices without quotes.
    assert rest[-1].replace("take, skip", "'take', 'skip'") == said


@pytest.mark.parametrize(
    "arguments", [("backup",), ("restore", "a", "b"), ("probe", "--wait", "0"), ("run", "now"), ("fly",)]
)
def test_whoever_runs_the_bot_reads_in_english(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main([*arguments])
    said = capsys.readouterr().err
    assert said.startswith("usage: python -m bot ")
    assert said.isascii()


def test_a_database_that_cannot_be_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # In this process: Telegram's library takes seconds to import.
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    for name, value in (FILES | {"BOT_TOKEN": TOKEN}).items():
        monkeypatch.setenv(name, value)
    for url in ("sqlite+aiosqlite:///file/bot.db", "postgresql+asyncpg://bot:secret@127.0.0.1:1/bot"):
        monkeypatch.setenv("DATABASE_URL", url)
        assert main(["run"]) == 3
        err = capsys.readouterr().err
        assert err.startswith("The database of DATABASE_URL: ")
        assert err.count("\n") == 1
        assert "secret" not in err


@pytest.mark.slow
def test_a_fault_of_the_program_is_no_fault_of_the_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def run(_app: App, _stop: object) -> None:
        raise ZeroDivisionError(f"in the address of {TOKEN}")

    monkeypatch.chdir(tmp_path)
    for name, value in (FILES | {"BOT_TOKEN": TOKEN}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(App, "run", run)
    # A supervisor does not start it again after 1 and 2, where a new start changes nothing.
    assert main(["run"]) == 70
    err = capsys.readouterr().err
    assert err.startswith("Traceback")
    assert err.endswith("ZeroDivisionError: in the address of ***\n")


def at_keyboard(terminal: Terminal, *typed: str, **settings: str) -> tuple[int, str]:
    """Runs the program on a terminal where somebody types that, each when asked; exit code and what it showed."""
    keyboard, screen = pty.openpty()
    done = terminal.forge.at(terminal.folder, terminal.environment | settings, (screen, screen, screen))
    os.close(screen)
    shown = b""
    try:
        for number, each in enumerate(typed, 1):
            while shown.count(b"Token of ") < number:
                shown += os.read(keyboard, 1024)
            os.write(keyboard, each.encode())
        while chunk := os.read(keyboard, 1024):
            shown += chunk
    except OSError:
        # The program has ended: Linux says so by EIO.
        pass
    finally:
        os.close(keyboard)
    return done.wait_now(), shown.decode()


@contextmanager
def a_telegram(known: str) -> Iterator[str]:
    """The address of one that knows a single token."""

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            well = self.path == f"/bot{known}/getMe"
            bot = {"id": 1, "is_bot": True, "first_name": "Бот", "username": "district_bot"}
            no = {"ok": False, "error_code": 401, "description": "Unauthorized"}
            body = json.dumps({"ok": True, "result": bot} if well else no).encode()
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(200 if well else 401)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            serving.join()


@pytest.mark.slow
def test_a_token_is_tried_before_it_is_kept(terminal: Terminal) -> None:
    # Of the right form, and nobody's.
    wrong = TOKEN[:-3] + "xyz"
    with a_telegram(TOKEN) as address:
        known = {"TELEGRAM_API_URL": address, "DIRECTIVES_FILE": "none.yaml"}
        code, shown = at_keyboard(terminal, f"{wrong}\n", f"{TOKEN}\n", **known)
        assert code == 1
        assert shown.index("does not know this token") < shown.index("It is @district_bot.")
        # The libraries take seconds: nobody waits without a word.
        assert shown.index("Asking Telegram ...") < shown.index("does not know this token")
        assert (terminal.folder / ".env").read_text(encoding="utf-8") == f"BOT_TOKEN={TOKEN}\n"
        (terminal.folder / ".env").unlink()
        code, shown = at_keyboard(terminal, *[f"{wrong}\n"] * 3, **known)
        assert code == 2
        assert "knows none of these tokens" in shown
        assert wrong not in shown
        assert not (terminal.folder / ".env").exists()


def test_the_token_is_asked_for_on_a_terminal_and_kept(terminal: Terminal) -> None:
    env = terminal.folder / ".env"
    env.write_text("ADMIN_IDS=5\nexport BOT_TOKEN =\n# BOT_TOKEN=example\n", encoding="utf-8")
    env.chmod(0o644)
    # A catalog with faults ends the run before it would serve. Nobody listens at port 1.
    nowhere = {"TELEGRAM_API_URL": "http://127.0.0.1:1"}
    code, shown = at_keyboard(terminal, f"{TOKEN}\n", DIRECTIVES_FILE="none.yaml", **nowhere)
    assert code == 1
    assert "without having been tried" in shown
    assert "none.yaml: файла нет" in shown
    assert "AAH" not in shown
    assert env.stat().st_mode & 0o777 == 0o600
    assert env.read_text(encoding="utf-8") == f"BOT_TOKEN={TOKEN}\nADMIN_IDS=5\n# BOT_TOKEN=example\n"
    assert [path.name for path in terminal.folder.iterdir()] == [".env"]
    # From now on it is known.
    assert terminal.run("run", DIRECTIVES_FILE="none.yaml")[0] == 1


def test_a_token_is_kept_in_a_file_of_notepad_s_that_a_link_leads_to(terminal: Terminal) -> None:
    """The mark with which such a file begins stood in its second line then, and the next start could not read that."""
    (folder := terminal.folder / "settings").mkdir()
    (terminal.folder / ".env").symlink_to(folder / "bot.txt")
    (folder / "bot.txt").write_text("# Настройки\nTICK_SECONDS=10\n", encoding="utf-8-sig")
    nowhere = {"TELEGRAM_API_URL": "http://127.0.0.1:1", "DIRECTIVES_FILE": "none.yaml"}
    assert at_keyboard(terminal, f"{TOKEN}\n", **nowhere)[0] == 1
    said = (folder / "bot.txt").read_text(encoding="utf-8")
    assert said == f"BOT_TOKEN={TOKEN}\n# Настройки\nTICK_SECONDS=10\n"
    assert (terminal.folder / ".env").is_symlink()
    assert [path.name for path in folder.iterdir()] == ["bot.txt"]
    assert terminal.run("run", DIRECTIVES_FILE="none.yaml")[0] == 1


def test_what_can_be_no_token_is_asked_for_again(terminal: Terminal) -> None:
    nowhere = {"TELEGRAM_API_URL": "http://127.0.0.1:1", "DIRECTIVES_FILE": "none.yaml"}
    code, shown = at_keyboard(terminal, "no token\n", "\n", f"{TOKEN}\n", **nowhere)
    assert code == 1
    assert shown.count("This is no token: it looks like 123456:ABC-DEF.") == 2
    assert (terminal.folder / ".env").read_text(encoding="utf-8") == f"BOT_TOKEN={TOKEN}\n"


@pytest.mark.parametrize("typed", ["no token\n", "\n", "\x04"], ids=["wrong", "empty", "end of file"])
def test_no_token_is_typed(terminal: Terminal, typed: str) -> None:
    code, shown = at_keyboard(terminal, *[typed] * (1 if typed == "\x04" else 3))
    assert code == 2
    assert "BOT_TOKEN" in shown
    assert "Traceback" not in shown
    assert not (terminal.folder / ".env").exists()


# --- in MAX ---

TOKEN_OF_MAX = "f9LHodD0cOL-HUSH-in_MAX"


@contextmanager
def a_max(known: str) -> Iterator[str]:
    """The address of one that knows a single token."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            well = self.path == "/me" and self.headers.get("Authorization") == known
            bot = {"user_id": 7, "first_name": "Бот", "username": "district_bot", "is_bot": True}
            no = {"code": "verify.token", "message": "Invalid access_token"}
            body = json.dumps(bot if well else no).encode()
            self.send_response(200 if well else 401)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            serving.join()


def test_a_token_of_max_is_tried_before_it_is_kept(terminal: Terminal) -> None:
    with a_max(TOKEN_OF_MAX) as address:
        known = {"MESSENGER": "max", "MAX_API_URL": address, "DIRECTIVES_FILE": "none.yaml"}
        code, shown = at_keyboard(terminal, f"{TOKEN}\n", "of-nobody\n", f"{TOKEN_OF_MAX}\n", **known)
    assert code == 1
    # One of BotFather's is none of MAX's, whoever has given it.
    assert shown.index("and is not one of @BotFather") < shown.index("MAX does not know this token")
    assert shown.index("MAX does not know this token") < shown.index("It is @district_bot.")
    assert "HUSH" not in shown
    assert (terminal.folder / ".env").read_text(encoding="utf-8") == f"MAX_TOKEN={TOKEN_OF_MAX}\n"
    assert (terminal.folder / ".env").stat().st_mode & 0o777 == 0o600


def test_a_max_that_is_away_keeps_nobody_from_setting_up(terminal: Terminal) -> None:
    nowhere = {"MESSENGER": "max", "MAX_API_URL": "http://127.0.0.1:1", "DIRECTIVES_FILE": "none.yaml"}
    code, shown = at_keyboard(terminal, f"{TOKEN_OF_MAX}\n", **nowhere)
    assert code == 1
    assert "MAX cannot be reached now; the token is kept without having been tried." in shown


def test_without_a_token_nothing_runs_in_max(terminal: Terminal) -> None:
    code, out, err = terminal.run(MESSENGER="max", BOT_TOKEN=TOKEN)
    assert (code, out) == (2, "")
    assert err.startswith("MAX_TOKEN is not set. Copy the bot's token at https://business.max.ru/self")


@pytest.mark.slow
def test_a_token_that_max_refuses_ends_the_bot(terminal: Terminal) -> None:
    with a_max(TOKEN_OF_MAX) as address:
        code, _, err = terminal.run("claim", MESSENGER="max", MAX_API_URL=address, MAX_TOKEN="HUSH-of-nobody")
        assert code == 2
        assert err.splitlines()[-1].startswith("MAX does not know the token. Check MAX_TOKEN")
        assert "HUSH" not in err
        code, out, err = terminal.run("claim", MESSENGER="max", MAX_API_URL=address, MAX_TOKEN=TOKEN_OF_MAX)
    assert code == 0, err
    assert "https://max.ru/district_bot?start=claim_" in out


def test_check_says_that_polling_max_is_not_for_good(terminal: Terminal) -> None:
    known = {"MESSENGER": "max", "MAX_TOKEN": TOKEN_OF_MAX}
    hook = {"WEBHOOK_URL": "https://bot.example.org/max", "WEBHOOK_SECRET": "0123456789abcdef", "LISTEN": "127.0.0.1:1"}
    code, out, _ = terminal.run("check", **known)
    assert code == 0
    assert "MAX называет негодным для постоянной работы" in out
    assert "негодным" not in terminal.run("check", **known, **hook)[1]
    assert "MAX_TOKEN не задан" in terminal.run("check", MESSENGER="max")[1]
