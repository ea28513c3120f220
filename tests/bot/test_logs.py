"""What the log says of an update and of a letter, for people and for programs."""

import asyncio
import contextlib
import io
import json
import logging
import os
import subprocess
import sys
import traceback
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiohttp import web
from pydantic import SecretStr

from bot import logs
from bot.commands.console import fail
from bot.config import Settings
from tests.forge import Forge
from tests.live import TOKEN, live
from tests.ports import free_port
from tests.world import ROOT

_SCRIPT = """
import asyncio, logging
from bot import logs
logs.set_up(as_json={as_json})
log = logging.getLogger("bot.test")

async def work(number):
    logs.about.set(f"update {{number}}")
    await asyncio.sleep(0.01)
    try:
        raise ValueError("не вышло")
    except ValueError:
        log.exception("incident %s", number)

async def main():
    log.info("начало\\nи вторая строка")
    await asyncio.gather(work(1), work(2))

asyncio.run(main())
"""


def said(*, as_json: bool) -> list[str]:
    """The lines of the log."""
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT.format(as_json=as_json)], cwd=ROOT, capture_output=True, check=True, timeout=60
    )
    return done.stderr.decode().splitlines()


def test_an_object_a_line_with_what_it_is_about() -> None:
    first, *rest = [json.loads(line) for line in said(as_json=True)]
    assert first["message"] == "начало\nи вторая строка"
    assert "about" not in first
    assert first["at"].endswith("+00:00")
    assert sorted((one["about"], one["message"]) for one in rest) == [
        ("update 1", "incident 1"),
        ("update 2", "incident 2"),
    ]
    # Where and what, but not its text: of such an error that may be somebody's answer.
    assert all(one["trace"].endswith("ValueError (its text is not written)") for one in rest)
    assert all("in work" in one["trace"] for one in rest)


def test_lines_for_people() -> None:
    lines = said(as_json=False)
    assert "INFO bot.test [-]: начало" in lines[0]
    assert any("ERROR bot.test [update 2]: incident 2" in line for line in lines)


@pytest.mark.slow
async def test_the_bot_writes_json_and_never_its_token(tmp_path: Path, forge: Forge) -> None:
    async with live(tmp_path, forge, LOG_FORMAT="json") as bot:
        await bot.start()
        await bot.telegram.order_fault("502", method="getUpdates")
        await asyncio.sleep(0.5)
        await bot.telegram.cancel_faults()
        await bot.stop()
        assert bot.log
        for line in bot.log:
            assert json.loads(line)["level"] in ("INFO", "WARNING", "ERROR")
        assert TOKEN not in bot.said()


TOKEN_OF_A_BOT = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1"
PASSWORD = "p@ss/w0rd:123"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """All that is logged, at its most talkative, as the bot would write it."""
    monkeypatch.setattr(logs, "KEPT_SECRET", [])
    stream = io.StringIO()
    handlers = [logging.StreamHandler(stream), logging.StreamHandler(stream)]
    handlers[0].setFormatter(logs.Lines())
    handlers[1].setFormatter(logs.Json())
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.DEBUG)
    for stream_handler in handlers:
        root.addHandler(stream_handler)
    yield stream
    root.setLevel(level)
    for stream_handler in handlers:
        root.removeHandler(stream_handler)


async def test_no_error_of_a_call_to_telegram_holds_the_token(written: io.StringIO) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path.startswith("/file"):
            return web.Response(status=404)
        if "getMe" in request.path:
            raise web.HTTPFound("http://" + "x" * 70 + f".invalid/{TOKEN_OF_A_BOT}")
        if "close" in request.path:
            assert request.transport is not None
            request.transport.abort()
        return web.Response(text="<html>", status=502)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner, port = web.AppRunner(app, access_log=logging.getLogger("access")), free_port()
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    session = AiohttpSession(api=TelegramAPIServer.from_base(f"http://127.0.0.1:{port}"), timeout=5)
    bot = Bot(TOKEN_OF_A_BOT, session=session)
    raw = []
    calls: list[Callable[[], Awaitable[Any]]] = [
        bot.get_me,
        bot.close,
        bot.log_out,
        lambda: bot.send_message(1, "x"),
        lambda: bot.download_file("documents/file_1.txt", io.BytesIO()),
        lambda: bot.download_file("http://[/", io.BytesIO()),
    ]
    for call in calls:
        try:
            await call()
        except Exception as error:
            logging.getLogger("bot.test").exception("not done: %r", error)
            raw.append("".join(traceback.format_exception(error)))
    await session.close()
    await runner.cleanup()
    assert len(raw) == len(calls)
    # Left to themselves the libraries say it.
    assert any(TOKEN_OF_A_BOT in one for one in raw)
    assert "not done" in written.getvalue()
    assert TOKEN_OF_A_BOT.split(":")[1] not in written.getvalue()


def test_secrets_of_the_settings_are_not_written(written: io.StringIO, capsys: pytest.CaptureFixture[str]) -> None:
    quoted = "p%40ss%2Fw0rd%3A123"
    settings = Settings(
        _env_file=None,
        bot_token=SecretStr("42:TEST"),
        database_url=f"postgresql+asyncpg://bot:{quoted}@db/bot",
        telegram_proxy=SecretStr("socks5://me:abc@proxy:1080"),
        webhook_url="https://bot.example.org/x",
        webhook_secret=SecretStr("0123456789abcdefSECRET"),
        listen="127.0.0.1:1",
    )
    logs.keep_secret(settings.secrets())
    for text in (
        f"postgresql+asyncpg://bot:{quoted}@db/bot",
        f"password {PASSWORD!r} is wrong",
        "socks5://me:abc@proxy:1080",
        "https://api.telegram.org/bot42:TEST/getMe",
        "0123456789abcdefSECRET",
        f"another's: {TOKEN_OF_A_BOT}",
    ):
        logging.getLogger("bot.test").error("%s", text)
        with contextlib.suppress(ValueError):
            raise ValueError(text)
        try:
            raise ValueError(text)
        except ValueError as error:
            logging.getLogger("bot.test").exception("trace")
            logs.last_words(ValueError, error, error.__traceback__)
        fail(2, text)
    everything = written.getvalue() + capsys.readouterr().err + repr(settings)
    for secret in (quoted, PASSWORD, ":abc@", "42:TEST", "abcdefSECRET", TOKEN_OF_A_BOT):
        assert secret not in everything
    # Short words that somebody has for a password do not make holes into everything else.
    assert logs.hidden("abc") == "abc"


@pytest.mark.slow
async def test_what_everybody_on_the_machine_can_see(tmp_path: Path) -> None:
    """`ps` shows arguments, and of one's own processes the environment."""
    secrets = {
        "BOT_TOKEN": TOKEN_OF_A_BOT,
        "WEBHOOK_SECRET": "0123456789abcdefSECRET",
        "TELEGRAM_PROXY": "socks5://me:HUSH-HUSH@127.0.0.1:9",
    }
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **secrets}
    spy, seen = tmp_path / "spy", tmp_path / "seen"
    spy.write_text(f"""#!/bin/sh
tr '\\0' '\\n' </proc/$$/environ >>{seen}
echo "$@" >>{seen}
exit 1
""")
    spy.chmod(0o755)
    # The maker of reports and the reader of tables are started as the bot starts them, and tell what they were given.
    script = f"""
import asyncio, sys
from bot.catalog.tables import workbook
from bot.reports import workshop
sys.executable = {str(spy)!r}
workshop.MAKER = (sys.executable, *workshop.MAKER[1:])
async def report():
    try:
        async with workshop.Workshop("sqlite+aiosqlite:///{tmp_path}/HUSH-HUSH.db").made(None):
            pass
    except workshop.ReportFailed:
        pass
asyncio.run(report())
try:
    workbook.read(b"PK", 5)
except workbook.WorkbookError:
    pass
"""
    done = await asyncio.create_subprocess_exec(sys.executable, "-c", script, cwd=tmp_path, env=environment)
    assert await done.wait() == 0
    told = seen.read_text()
    assert "bot.reports" in told
    assert "workbook.py" in told
    for secret in (TOKEN_OF_A_BOT, "abcdefSECRET", "HUSH-HUSH"):
        assert secret not in told


_UNCAUGHT = """
import asyncio, gc, threading
from bot import logs
logs.set_up(as_json={as_json})
NAMES = ["Иванова Мария", "Петрова Анна", "Сидоров Иван", "Кузнецов Олег", "Орлова Вера"]

def fail(words):
    raise ValueError(words)

async def fail_later(words):
    fail(words)

class Closed:
    def __del__(self):
        fail(NAMES[3])

async def main():
    task = asyncio.create_task(fail_later(NAMES[0]))
    asyncio.get_running_loop().call_soon(fail, NAMES[1])
    await asyncio.sleep(0.01)
    del task
    gc.collect()

asyncio.run(main())
thread = threading.Thread(target=fail, args=NAMES[2:3])
thread.start()
thread.join()
Closed()
gc.collect()
fail(NAMES[4])
"""


@pytest.mark.parametrize("as_json", [False, True])
def test_what_nobody_has_caught_tells_its_place_and_no_words(as_json: bool) -> None:
    """A task that nobody awaits, a callback, a thread, an object's end, and the program itself."""
    script = _UNCAUGHT.format(as_json=as_json)
    done = subprocess.run([sys.executable, "-c", script], check=False, cwd=ROOT, capture_output=True, timeout=60)
    written = done.stderr.decode()
    assert written.count("ValueError (its text is not written)") == 5
    assert "Task exception was never retrieved" in written
    assert "Exception in callback fail" in written
    for name in ("Иванова", "Петрова", "Кузнецов", "Сидоров", "Орлова"):
        assert name not in written
