"""What the log says of an update and of a letter, for people and for programs."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

from tests.live import Forge, forging, live
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
    assert all("ValueError: не вышло" in one["trace"] for one in rest)


def test_lines_for_people() -> None:
    lines = said(as_json=False)
    assert "INFO bot.test [-]: начало" in lines[0]
    assert any("ERROR bot.test [update 2]: incident 2" in line for line in lines)


async def test_the_bot_writes_json_and_never_its_token(tmp_path: Path) -> None:
    with forging() as forge:
        await _a_life_in_json(tmp_path, forge)


async def _a_life_in_json(folder: Path, forge: Forge) -> None:
    async with live(folder, forge, LOG_FORMAT="json") as bot:
        await bot.start()
        await bot.telegram.order_fault("502", method="getUpdates")
        await asyncio.sleep(0.5)
        await bot.telegram.cancel_faults()
        await bot.stop()
        assert bot.log
        for line in bot.log:
            assert json.loads(line)["level"] in ("INFO", "WARNING", "ERROR")
        assert "42:TEST" not in bot.said()
