"""Witnesses against a mistake that the bot and its MAX have in common: programs of others that speak with this MAX.

They come from their registries, pinned, into a temporary folder, and are gone with it.
"""

import asyncio
import json
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from simulator.max import Max, MaxPerson
from tests.lacking import lacks
from tests.simulator.max.conftest import Bot, Json, button
from tests.waiting import until

pytestmark = [pytest.mark.soak, pytest.mark.timeout(300)]

JAVASCRIPT, PYTHON = "@maxhub/max-bot-api@0.3.1", "maxapi==1.2.3"
OTHERS = Path(__file__).parent / "witnesses"
# Seconds.
_INSTALLED_WITHIN = 240


def _install(*command: str, into: Path) -> None:
    done = subprocess.run(command, cwd=into, capture_output=True, text=True, timeout=_INSTALLED_WITHIN, check=False)
    if done.returncode:
        lacks("REGISTRIES", f"{command[-1]} could not be installed: {done.stderr[-500:]}")


@pytest.fixture(scope="module")
def javascript(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the official client of MAX."""
    if not shutil.which("npm"):
        lacks("NODE", "no Node.js is installed (Debian: apt-get install npm): MAX's own client was not asked")
    folder = tmp_path_factory.mktemp("javascript")
    _install("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", JAVASCRIPT, into=folder)
    return folder


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter with a library for MAX that others have written."""
    folder = tmp_path_factory.mktemp("python")
    _install(sys.executable, "-m", "venv", "venv", into=folder)
    _install("venv/bin/pip", "install", "--quiet", "--disable-pip-version-check", PYTHON, into=folder)
    return folder / "venv/bin/python"


@asynccontextmanager
async def official(folder: Path, max: Max) -> AsyncIterator[list[Json]]:
    """The official client as a bot; what it was told."""
    node = shutil.which("node")
    assert node is not None
    bot = await asyncio.create_subprocess_exec(
        node, str(OTHERS / "bot.mjs"), stdout=asyncio.subprocess.PIPE,
        env={"CLIENT": str(folder), "TOKEN": max.token, "MAX_API_URL": max.url},
    )  # fmt: skip
    told: list[Json] = []

    async def listen() -> None:
        assert bot.stdout is not None
        async for line in bot.stdout:
            told.append(json.loads(line))

    listening = asyncio.create_task(listen())
    try:
        await until(max.world.updates.polled)
        yield told
        assert bot.returncode is None
    finally:
        bot.kill()
        await bot.wait()
        await listening


async def test_the_official_client_is_a_bot_here(javascript: Path, max: Max) -> None:
    await max.limits(30, 2)
    head = await max.person("Иванова Мария", id=101)
    assert isinstance(head, MaxPerson)
    async with official(javascript, max) as told:
        assert await head.commands() == [{"command": "ask", "description": "Спросить"}]
        await head.send("/start inv-7")
        assert await head.wait_for("Здравствуйте") == "Здравствуйте, Мария: inv-7"
        await head.send("/ask")
        await head.wait_for("Готово?")
        shown = await head.last_message()
        assert [(one["type"], one["offset"], one["length"]) for one in shown["entities"]] == [("bold", 0, 7)]
        assert await head.buttons() == ["Да", "Нет", "Сайт"]
        await head.press("Да")
        await head.wait_for("Записано")
        assert (await head.last_message())["message_id"] == shown["message_id"]
        assert await head.buttons() == []
        assert await head.unseen() == ["Записано"]
        await head.send("Спасибо")
        assert await head.wait_for("Эхо") == "Эхо: Спасибо"
        await head.send("/file")
        await head.wait_for("Снимок")
        ((_, content),) = await head.files()
        assert content.decode() == "отчёт"
        assert len(await head.files("photo")) == 1
        assert (await head.find("Отчёт готов"))["edited"]
        await max.wait_idle()
    kinds = [event["update_type"] for event in told]
    assert kinds == ["bot_started", "message_created", "message_callback", "message_created", "message_created"]
    # It polls more often than MAX allows, and comes again.
    assert {(call["method"], call["code"]) for call in await max.calls() if call["code"] != 200} <= {
        ("GET /updates", 429)
    }


def _read(python: Path, events: list[Json]) -> list[Json]:
    lines = "".join(f"{json.dumps(event)}\n" for event in events)
    done = subprocess.run(
        [python, OTHERS / "read.py"], input=lines, capture_output=True, text=True, timeout=60, check=False
    )
    assert not done.returncode, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


async def lived_through(max: Max, bot: Bot) -> list[Json]:
    """Events of every kind that there is here."""
    _, marker = await bot.poll()
    head = await max.person("Иванова Мария", id=101)
    other = await max.person("Петров Пётр", id=102)
    assert isinstance(head, MaxPerson)
    await head.open_link("inv-7")
    number = await head.send('Добрый <b>день</b> <a href="https://max.ru">здесь</a>', html=True)
    await head.edit(number, "Добрый вечер")
    await head.remove(number)
    await head.send_album(("photo", "video", "photo"), caption="снимки")
    for deed in (head.send_file(b"%PDF", "приказ.pdf"), head.send_voice(), head.send_sticker()):
        await deed
    await head.send_contact("+79990000000", "Мария")
    await head.send_location(52.28, 104.28)
    sent = await bot.send(101, "Готово?", [button("Да", "yes")])
    await head.send("Вот", reply_to=sent["body"]["seq"])
    await head.forward(sent["body"]["seq"])
    await head.forward("Приказ", channel="Минпросвещения")
    await head.press("Да")
    group = await max.group("Управление", [head])
    await head.in_group(group).send("всем")
    await other.join(group)
    await max.rename(group, "Отдел")
    await other.leave(group)
    await max.remove_bot(group)
    await head.clear_chat()
    await head.delete_chat()
    return (await bot.poll(marker))[0]


async def test_a_library_of_others_reads_every_event(python: Path, max: Max, bot: Bot) -> None:
    events = await lived_through(max, bot)
    read = await asyncio.to_thread(_read, python, events)
    assert [one["kind"] for one in read] == [event["update_type"] for event in events]
    bodies = [(event.get("message") or {}).get("body") or {} for event in events]
    for name in ("mid", "seq", "text"):
        assert [one[name] for one in read] == [body.get(name) for body in bodies]
    kinds = [[attachment["type"] for attachment in body.get("attachments", [])] for body in bodies]
    assert [one["attachments"] for one in read] == kinds
    assert read[0]["payload"] == "inv-7"
    assert read[1]["markup"] == ["MarkupElement", "MarkupLink"]
    assert [one["link"] for one in read if one["link"]] == ["reply", "forward", "forward"]
    assert "yes" in [one["payload"] for one in read]
