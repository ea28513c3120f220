"""`python -m bot probe`, as somebody at a terminal sees it."""

import asyncio
import json
import os
import re
import signal
from pathlib import Path

import pytest

from bot.probe.telegram import PROBES, UNTRIED
from bot.views import probe as words
from simulator import Person, Simulator
from tests.forge import Forge, Forged
from tests.probe.conftest import TOKEN, Willing, helping
from tests.waiting import until
from tests.world import ROOT


class Terminal:
    """A folder of its own, without any file of an installation."""

    def __init__(self, folder: Path, forge: Forge, telegram: Simulator) -> None:
        self.folder, self._forge = folder / "cwd", forge
        self.folder.mkdir()
        self._out, self._err = folder / "out", folder / "err"
        self.environment = {
            "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": telegram.url,
            "DIRECTIVES_FILE": "nowhere.yaml",
        }  # fmt: skip

    async def begin(self, *arguments: str, command: str = "probe") -> Forged:
        """The command as a process."""
        with Path(os.devnull).open("rb") as null, self._out.open("wb") as out, self._err.open("wb") as err:
            descriptors = null.fileno(), out.fileno(), err.fileno()
            at = self._forge.at
            return await asyncio.to_thread(at, self.folder, self.environment, descriptors, command, *arguments)

    async def ends(self, process: Forged) -> int:
        """Its exit code."""
        return await asyncio.to_thread(process.wait_now)

    async def run(self, *arguments: str, **settings: str) -> tuple[int, str, str]:
        """Exit code, stdout, stderr."""
        self.environment |= settings
        return await self.ends(await self.begin(*arguments)), self.out(), self.err()

    def out(self) -> str:
        """What would be sent."""
        return self._out.read_text("utf-8")

    def err(self) -> str:
        """What is said meanwhile."""
        return self._err.read_text("utf-8")

    async def code(self) -> str:
        """The one that the command prints."""
        await until(lambda: "start=" in self.err())
        (code,) = re.findall(r"start=([A-Z0-9]{8})\n", self.err())
        assert f"/start {code}" in self.err()
        return str(code)


@pytest.fixture
def terminal(tmp_path: Path, forge: Forge, telegram: Simulator) -> Terminal:
    return Terminal(tmp_path, forge, telegram)


@pytest.mark.slow
async def test_a_department_runs_it(terminal: Terminal, head: Person) -> None:
    process = await terminal.begin("--only", "button-styles", "--only", "copies")
    willing = Willing(head, code=await terminal.code())
    async with helping(willing):
        assert await terminal.ends(process) == 0
    out = terminal.out()
    assert "button-styles  as assumed" in out
    assert [json.loads(line)["probe"] for line in out.splitlines() if line.startswith('{"probe"')] == [
        "button-styles",
        "copies",
    ]
    for secret in (TOKEN, str(head.id), "Мария", "Заречная", await terminal.code()):
        assert secret not in out
    assert "button-styles" in terminal.err()
    # Neither a database nor anything else.
    assert list(terminal.folder.iterdir()) == []
    assert [message["text"] for message in await head.messages(from_bot=None)] == [words.over(0)]


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_ctrl_c_in_the_middle(terminal: Terminal, head: Person, number: signal.Signals) -> None:
    process = await terminal.begin()
    willing = Willing(head, {words.SEES_STYLES: ""}, code=await terminal.code())
    async with helping(willing):
        await head.wait_for(words.SEES_STYLES)
        os.kill(process.pid, number)
        assert await terminal.ends(process) == 0
    assert "The end: stopped" in terminal.out()
    assert "rich-table" in terminal.out()
    assert [message["text"] for message in await head.messages(from_bot=None)] == [words.over(0)]


@pytest.mark.slow
async def test_ctrl_c_before_anybody_has_come(terminal: Terminal) -> None:
    process = await terminal.begin()
    await terminal.code()
    os.kill(process.pid, signal.SIGINT)
    assert await terminal.ends(process) == 0
    assert "The end: stopped" in terminal.out()


@pytest.mark.slow
async def test_nobody_comes(terminal: Terminal, head: Person) -> None:
    await head.send("/start")
    code, out, err = await terminal.run("--wait", "1")
    assert code == 4
    assert "nobody has come" in out
    assert "nothing was tried" in err
    assert await head.messages() == []


async def test_it_says_what_it_would_try(terminal: Terminal, telegram: Simulator) -> None:
    code, out, _ = await terminal.run("--list")
    assert code == 0
    assert [line.split(":")[0] for line in out.splitlines()[: len(PROBES)]] == [probe.name for probe in PROBES]
    assert all(f"not tried: {what}: {why}" in out for what, why in UNTRIED.items())
    assert await telegram.calls() == []


@pytest.mark.parametrize(
    ("arguments", "settings", "says"),
    [
        (["--only", "tables"], {}, "'tables' is no probe; there are: rich-table, "),
        (["--wait", "soon"], {}, "'soon' is no number of seconds"),
        ([], {"BOT_TOKEN": ""}, "BOT_TOKEN is not set"),
        ([], {"BOT_TOKEN": "43:WRONG"}, "Telegram does not know the token"),
        ([], {"TELEGRAM_API_URL": "http://127.0.0.1:1"}, "Telegram cannot be reached"),
    ],
)
async def test_what_cannot_be_used(
    terminal: Terminal, arguments: list[str], settings: dict[str, str], says: str
) -> None:
    code, out, err = await terminal.run(*arguments, **settings)
    assert code == 2
    assert says in err
    assert out == ""
    assert TOKEN not in err
