"""What runs the bot elsewhere: the image has all that it needs and writes nowhere but to its volume, systemd takes the
unit."""

import asyncio
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy.engine import make_url

from bot.addresses import checked_database
from bot.config import Settings
from simulator import Simulator
from tests.forge import Forge
from tests.lacking import lacks
from tests.live import live
from tests.ports import free_port
from tests.world import ROOT

TOKEN = "42:TEST"
# A proxy that does not answer, as an environment may name one for the way to Telegram.
_NO_WAY_OUT = {
    "http_proxy": "http://127.0.0.1:9",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "all_proxy": "http://127.0.0.1:9",
}
# Seconds in which a bot starts on a busy machine.
PATIENCE = 90.0


class Image:
    """What the last stage of the Dockerfile copies, sets and runs, in a folder; an engine is not needed for that."""

    def __init__(self, folder: Path) -> None:
        text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
        stage = text[text.rindex("\nFROM ") + 1 :].splitlines()
        self._said = [(word, rest) for word, _, rest in (line.partition(" ") for line in stage)]
        self.app, self.state, self.port = folder / "app", folder / "state", free_port()
        self.state.mkdir()
        for rest in self._all("COPY"):
            if not rest.startswith("--from"):
                source, target = rest.split()
                self._copy(ROOT / source, self.app / target)
        words = [word.partition("=") for rest in self._all("ENV") for word in shlex.split(rest)]
        self.environment = {name: self._here(value) for name, _, value in words}
        self.environment["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"

    def _copy(self, source: Path, target: Path) -> None:
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
        else:
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.db*", "backups"))

    def _all(self, word: str) -> Iterator[str]:
        return (rest for said, rest in self._said if said == word)

    def _here(self, text: str) -> str:
        return text.replace("/state", str(self.state)).replace("0.0.0.0:8080", f"127.0.0.1:{self.port}")

    def command(self, word: str) -> list[str]:
        """That of CMD or HEALTHCHECK."""
        (rest,) = self._all(word)
        found: list[str] = json.loads(rest[rest.index("[") :])
        return [one.replace("127.0.0.1:8080", f"127.0.0.1:{self.port}") for one in found]

    def files(self) -> set[Path]:
        """All that is in it. Compiled modules are written where that is possible, and not missed elsewhere."""
        return {path for path in self.app.rglob("*") if "__pycache__" not in path.parts}


@pytest.mark.slow
async def test_the_image_has_all_that_the_bot_needs(tmp_path: Path) -> None:
    image = Image(tmp_path)
    before = image.files()
    async with Simulator(TOKEN) as telegram:
        head = await telegram.person("Доржиева Оюна", id=5)
        settings = {"BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": telegram.url, "ADMIN_IDS": "900"}
        bot = await asyncio.create_subprocess_exec(
            *image.command("CMD"), cwd=image.app, env=image.environment | settings, stdin=subprocess.DEVNULL
        )
        try:
            await head.send("/start")
            await head.wait_for("Здравствуйте", timeout=PATIENCE)
            check = await asyncio.create_subprocess_exec(
                *image.command("HEALTHCHECK"), cwd=image.app, env=image.environment | _NO_WAY_OUT
            )
            assert await check.wait() == 0
            bot.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(bot.wait(), PATIENCE) == 0
        finally:
            if bot.returncode is None:
                bot.kill()
                await bot.wait()
        # And it says so when nobody is there.
        check = await asyncio.create_subprocess_exec(
            *image.command("HEALTHCHECK"), cwd=image.app, env=image.environment, stderr=subprocess.DEVNULL
        )
        assert await check.wait() != 0
    assert image.files() == before
    assert (image.state / "bot.db").exists()


@pytest.mark.slow
async def test_systemd_waits_for_the_bot_and_not_for_telegram(tmp_path: Path, forge: Forge) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.setblocking(False)

        async def hears() -> list[str]:
            said = await asyncio.get_running_loop().sock_recv(systemd, 1000)
            return said.decode().splitlines()

        async with live(tmp_path, forge, NOTIFY_SOCKET=str(tmp_path / "notify")) as bot:
            away = await bot.telegram.order_fault("502", method="getMe")
            starting = asyncio.create_task(bot.start())
            assert await hears() == ["READY=1", "STATUS=Telegram cannot be reached yet"]
            assert not starting.done()
            await bot.telegram.cancel_faults(away)
            while (said := await hears())[-1] == "STATUS=Telegram cannot be reached yet":
                assert said[0] == "READY=1"
            assert said[-1].endswith("is at work")
            await starting
            await bot.stop()
            assert await hears() == ["STOPPING=1"]


@pytest.mark.slow
def test_a_process_without_a_sign_of_life_ends_for_a_new_start(tmp_path: Path) -> None:
    program = "import time; from bot.watch import live_on; live_on(0.2); time.sleep(PATIENCE)"
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(
        [sys.executable, "-c", program.replace("PATIENCE", str(PATIENCE))],
        cwd=tmp_path, env=environment, check=False, capture_output=True, text=True, timeout=PATIENCE,
    )  # fmt: skip
    assert ended.returncode == 1
    assert "most recent call first" in ended.stderr
    # systemd watches by itself.
    watched = subprocess.run(
        [sys.executable, "-c", program.replace("PATIENCE", "0.5")],
        cwd=tmp_path, env=environment | {"WATCHDOG_USEC": "300000000"}, check=False, timeout=PATIENCE,
    )  # fmt: skip
    assert watched.returncode == 0


def services() -> dict[str, Any]:
    """Of compose.yaml, by their names."""
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    return found


def test_compose_bounds_what_a_container_may_take(tmp_path: Path) -> None:
    assert services()["bot"]["mem_limit"] == "1g"
    # What is in a tmpfs counts as memory, and a report of a region takes more than half a gigabyte while it is made.
    image = Image(tmp_path)
    assert image.environment["TMPDIR"] == str(image.state)
    assert "/state" not in services()["bot"]["tmpfs"]
    for service in services().values():
        assert service["restart"] == "unless-stopped"
        assert re.fullmatch(r"\d+[mg]", service["mem_limit"])
        assert set(service["logging"]["options"]) == {"max-size", "max-file"}
        # What is not made here is what was looked at.
        assert "build" in service or re.fullmatch(r"[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}", service["image"])
    bases = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert re.fullmatch(r"python:3\.11-slim@sha256:[0-9a-f]{64}", bases[0])
    assert set(bases[1:]) == {"base"}


def test_a_container_that_is_stopped_while_it_starts_ends_at_once() -> None:
    """Its first process hears only the signals that it has asked for: somebody who passes them on is that one."""
    assert all(service.get("init") for service in services().values() if "build" in service)


def test_replicas_stand_in_the_place_of_the_one_bot() -> None:
    told = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    by_itself = [name for name, service in told["services"].items() if "profiles" not in service]
    assert by_itself == ["bot"]
    replica, proxy = told["services"]["replica"], told["services"]["proxy"]
    assert replica["deploy"]["replicas"] == 2
    # All that the bot has, but for where its database is.
    same = {key: value for key, value in told["services"]["bot"].items() if key not in ("build", "environment")}
    assert {key: replica[key] for key in same} == same
    settings = {name.upper() for name in Settings.model_fields} | {"PGPASSWORD"}
    assert set(replica["environment"]) <= settings
    assert checked_database(replica["environment"]["DATABASE_URL"])
    # What is waited for is there, and says when it is well; of the image made here that stands in the Dockerfile.
    for service in told["services"].values():
        for name, awaited in service.get("depends_on", {}).items():
            assert awaited == {"condition": "service_healthy"}
            assert "build" in told["services"][name] or "healthcheck" in told["services"][name]
    # All volumes that are named are declared, all files are there.
    for service in told["services"].values():
        for volume in service.get("volumes", ()):
            source = volume.partition(":")[0]
            assert (ROOT / source).exists() if source.startswith(".") else source in told["volumes"]
    # Where the proxy listens, and what it hands on to.
    conf = (ROOT / "deploy/proxy.conf").read_text(encoding="utf-8")
    port = replica["environment"]["LISTEN"].rpartition(":")[2]
    assert re.findall(r"server (\S+) resolve", conf) == [f"replica:{port}"]
    assert re.findall(r"listen (\d+);", conf) == [published.rpartition(":")[2] for published in proxy["ports"]]
    assert proxy["healthcheck"]["test"][-1] == f"http://127.0.0.1:{port}/health"
    assert conf.count("{") == conf.count("}")


def test_by_hand_and_by_systemd_it_is_the_same_database() -> None:
    unit = (ROOT / "deploy/porucheniya.service").read_text(encoding="utf-8")
    assert "EnvironmentFile" not in unit
    assert "DATABASE_URL" not in unit
    home = re.findall(r"^WorkingDirectory=(.*)$", unit, re.MULTILINE)[0]
    default = make_url(Settings(_env_file=None).database_url).database
    assert re.findall(r"^ReadWritePaths=(.*)$", unit, re.MULTILINE) == [str((Path(home) / str(default)).parent)]


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        lacks("SYSTEMD", "no systemd-analyze is installed (Debian: apt-get install systemd): the unit was not verified")
    unit = (ROOT / "deploy/porucheniya.service").read_text(encoding="utf-8")
    here = re.sub(r"^ExecStart=\S+", f"ExecStart={sys.executable}", unit, flags=re.MULTILINE)
    assert here != unit
    (tmp_path / "porucheniya.service").write_text(here, encoding="utf-8")
    said = subprocess.run(
        ["systemd-analyze", "verify", str(tmp_path / "porucheniya.service")],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    # It warns, and goes on, of what it does not know.
    assert (said.returncode, said.stderr) == (0, "")
