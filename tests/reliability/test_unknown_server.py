"""The bot against a Bot API server that is not Telegram's and refuses fields which it does not know.

lo-bot-api-emulator is another platform's fixture: it refuses `link_preview_options` and `style`, has neither reactions
nor copies, and takes bad HTML. It runs unmodified in an environment of its own, and an errand boy between the two
writes down what is said.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientError, ClientSession, web

from tests.live import TOKEN, live
from tests.ports import free_port
from tests.texts.department import ReportMenu
from tests.texts.heads import Form, Registration
from tests.waiting import until

pytestmark = pytest.mark.telegram_alone
EMULATOR = "lo-bot-api-emulator==0.3.6"
ADMIN, HEAD = 900, 1001
_SENDS = ("sendMessage", "editMessageText", "sendDocument")


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program of the emulator, installed for this run."""
    folder = tmp_path_factory.mktemp("emulator")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = folder / "bin" / "python"
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet", "install", EMULATOR]
    installed = subprocess.run(pip, capture_output=True, text=True, check=False)
    if installed.returncode:
        pytest.skip(f"{EMULATOR} cannot be had here: {installed.stderr.strip()[-200:]}")
    return folder / "bin" / "lo-bot-api-emulator"


class Server:
    """The emulator behind a door that writes down calls and answers, and people who write to the bot there."""

    def __init__(self, url: str) -> None:
        self.emulator = url
        self.url = ""
        # Method and what was sent, as JSON or by the names of its parts; and the answer.
        self.calls: list[tuple[str, dict[str, Any], dict[str, Any]]] = []
        # By chat and message: its text and its buttons.
        self.shown: dict[tuple[int, int], dict[str, Any]] = {}
        self._presses = count(1)
        self._messages = count(100_001)
        self.session = ClientSession()

    async def pass_on(self, request: web.Request) -> web.Response:
        """Hands the bot's call on, as it is."""
        body = await request.read()
        headers = {name: value for name, value in request.headers.items() if name == "Content-Type"}
        async with self.session.post(self.emulator + request.path, data=body, headers=headers) as answer:
            content, status = await answer.read(), answer.status
        method = request.path.rpartition("/")[2]
        sent = json.loads(body) if request.content_type == "application/json" and body else {"parts": body}
        told = json.loads(content)
        self.calls.append((method, sent, told))
        if method in _SENDS and told["ok"]:
            made = told["result"]
            self.shown[made["chat"]["id"], made["message_id"]] = {"method": method, **made}
        return web.Response(body=content, status=status, content_type="application/json")

    async def _update(self, update: dict[str, Any]) -> None:
        async with self.session.post(
            f"{self.emulator}/__fixture/updates", json={"token": TOKEN, "update": update}
        ) as answer:
            assert (await answer.json())["ok"]

    async def send(self, person: int, text: str) -> None:
        """They write to the bot."""
        message = {"message_id": next(self._messages), "text": text, **self._of(person)}
        if text.startswith("/"):
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text)}]
        await self._update({"message": message})

    async def press(self, person: int, label: str) -> None:
        """They press the newest button of that label, once it is there."""
        await until(lambda: self._button(person, label) is not None)
        found = self._button(person, label)
        assert found is not None
        number, data = found
        about = {"message_id": number, "text": "…", **self._of(person)}
        press = {"id": str(next(self._presses)), "from": self._who(person), "chat_instance": "1", "data": data}
        await self._update({"callback_query": {**press, "message": about}})

    def _button(self, person: int, label: str) -> tuple[int, str] | None:
        for (chat, number), message in reversed(self.shown.items()):
            rows = message.get("reply_markup", {}).get("inline_keyboard", [])
            for button in (button for row in rows for button in row if chat == person):
                if label in button["text"] and "callback_data" in button:
                    return number, button["callback_data"]
        return None

    def sees(self, person: int, words: str) -> bool:
        """Whether a message to them has the words."""
        return any(words in message.get("text", "") for (chat, _), message in self.shown.items() if chat == person)

    @staticmethod
    def _who(person: int) -> dict[str, Any]:
        return {"id": person, "is_bot": False, "first_name": "Мария", "last_name": f"Иванова{person}"}

    def _of(self, person: int) -> dict[str, Any]:
        chat = {"id": person, "type": "private", "first_name": "Мария"}
        return {"date": int(time.time()), "chat": chat, "from": self._who(person)}


@asynccontextmanager
async def running(program: Path) -> AsyncIterator[Server]:
    """The emulator as a process, and the door before it."""
    port, door = free_port(), free_port()
    process = await asyncio.create_subprocess_exec(str(program), "--port", str(port), "--enable-control")
    server = Server(f"http://127.0.0.1:{port}")
    app = web.Application(client_max_size=64_000_000)
    app.router.add_post("/{path:.*}", server.pass_on)
    runner = web.AppRunner(app)
    try:
        async with asyncio.timeout(30):
            while True:
                with suppress(ClientError):
                    async with server.session.post(f"{server.emulator}/bot{TOKEN}/getMe") as answer:
                        assert answer.status == 200
                        break
                await asyncio.sleep(0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", door).start()
        server.url = f"http://127.0.0.1:{door}"
        yield server
    finally:
        await runner.cleanup()
        await server.session.close()
        process.terminate()
        await process.wait()


@pytest.mark.soak
@pytest.mark.timeout(600)
async def test_a_head_registers_answers_and_the_chief_gets_the_report(tmp_path: Path, emulator: Path) -> None:
    folder = tmp_path / "bot"
    folder.mkdir()
    async with running(emulator) as server, live(folder, TELEGRAM_API_URL=server.url, ADMIN_IDS=str(ADMIN)) as bot:
        await bot.start()
        await server.send(HEAD, "/start")
        await server.press(HEAD, Registration.AGREE)
        await server.press(HEAD, "Школа")
        await server.press(HEAD, Registration.DONE)
        await until(lambda: server.sees(HEAD, Registration.CHOOSE))
        await server.send(HEAD, "Школа 007")
        await server.press(HEAD, "Школа 007")
        await server.press(HEAD, Registration.HEAD)
        await until(lambda: server.sees(HEAD, "Сколько учеников?"))
        await server.send(HEAD, "345")
        await server.press(HEAD, Form.SEND)
        await until(lambda: bot.ledger() == {HEAD: [345]})
        # The chief agrees too, and orders the workbook.
        await server.send(ADMIN, "/start")
        await server.press(ADMIN, Registration.AGREE)
        await server.send(ADMIN, "/panel")
        await server.press(ADMIN, ReportMenu.HEADING)
        await server.press(ADMIN, ReportMenu.WORKBOOK)
        await until(lambda: any(method == "sendDocument" and told["ok"] for method, _, told in server.calls))
        await bot.stop()

    # Each field was refused once or twice, while several calls were under way, and never after.
    refused = [(method, told["description"]) for method, _, told in server.calls if not told["ok"]]
    texts = [sent for method, sent, told in server.calls if method in ("sendMessage", "editMessageText") and told["ok"]]
    assert len([words for _, words in refused if "link_preview_options" in words]) < len(texts)
    assert all("link_preview_options" not in sent and "style" not in json.dumps(sent) for sent in texts)
    assert "left out from now on" in bot.said()
    documents = [told["result"] for method, _, told in server.calls if method == "sendDocument" and told["ok"]]
    # It knows no words below: with them it refuses the page for heads, and the welcome has come alone.
    assert {document["chat"]["id"] for document in documents} == {ADMIN}
    assert server.sees(HEAD, Registration.REGISTERED)
    assert bot.traces == []
    assert bot.rows("SELECT count(*) FROM letters WHERE state = 'failed'") == [(0,)]
    print(f"\n{len(server.calls)} calls, refused: {sorted(set(refused))}")
