"""Runs the demo until it is stopped: checks that nothing real is near, opens the page."""

import asyncio
import logging
import os
import shutil
import signal
import sys
import tempfile
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from simulator.demo import past
from simulator.demo.cast import DISTRICT, REGION, Play
from simulator.demo.doors import InTelegram
from simulator.demo.process import faults
from simulator.demo.server import add_routes
from simulator.demo.stage import ZONE, Stage, opening

_REAL = """The demo does not start: {0} is set in this environment, and a demo has no business near a real bot.
Open another terminal, or: env -u {0} make demo"""
_TOKENS = ("BOT_TOKEN", "MAX_TOKEN")


def run(
    port: int, *, browser: bool, registration: str, directives: Path | None, messenger: str = "telegram",
    region: bool = False,
) -> int:  # fmt: skip
    """Serves the demo; the exit code."""
    if _real_is_near():
        return 2
    settings = {"REGISTRATION": registration}
    if directives is not None:
        settings["DIRECTIVES_FILE"] = str(directives.resolve())
    try:
        with _folder() as folder:
            return asyncio.run(_serve(folder, port, settings, _play(region), browser=browser, messenger=messenger))
    except OSError as error:
        print(f"The demo cannot listen on 127.0.0.1:{port}: {error.strerror or error}", file=sys.stderr)
        return 1


def prepare(messenger: str = "telegram", *, region: bool = False) -> int:
    """Plays and keeps the month before the demo, unless it is kept already; the exit code."""
    start = opening(datetime.now(ZONE).date())
    if _real_is_near():
        return 2
    play = _play(region)
    if not past.is_kept(start, f"{play.prefix}{messenger}"):
        print("Playing the month before the demo begins (once) ...", flush=True)
        with _folder() as folder:
            asyncio.run(_rehearsed(folder, start, messenger, play))
    return 0


def _play(region: bool) -> Play:
    return REGION if region else DISTRICT


async def _rehearsed(folder: Path, start: datetime, messenger: str, play: Play) -> None:
    stage = Stage(folder, 0, start, {}, with_past=True, messenger=messenger, play=play)
    add_routes(stage)
    try:
        await stage.begin(bot=False)
    finally:
        await stage.end()


def _real_is_near() -> bool:
    """Says so if it is, and sets up the log."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    real = next((name for name in _TOKENS if os.environ.get(name)), None)
    if real is None:
        return False
    print(_REAL.format(real), file=sys.stderr)
    return True


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder of its own each time: no .env is read there, and no database of a real bot can be in it."""
    folder = Path(tempfile.mkdtemp(prefix="demo-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _serve(
    folder: Path, port: int, settings: dict[str, str], play: Play, *, browser: bool, messenger: str
) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    with_past = "DIRECTIVES_FILE" not in settings
    # Otherwise the bot would end at once, and the page wait for it for ever.
    start = opening(datetime.now(ZONE).date())
    stage = Stage(folder, port, start, settings, with_past=with_past, messenger=messenger, play=play)
    if not with_past and (said := await faults(folder, {**play.files} | {"BOT_TOKEN": InTelegram.token} | settings)):
        print(said, file=sys.stderr)
        return 1
    stage.world.bot.first_name = play.title
    add_routes(stage)
    try:
        await stage.begin()
        print(f"The demo is at {stage.simulator.url}/  (Ctrl+C ends it)", flush=True)
        if browser and _has_screen():
            await asyncio.to_thread(webbrowser.open, f"{stage.simulator.url}/")
        await stop.wait()
    finally:
        await stage.end()
    return 0


def _has_screen() -> bool:
    """Whether a browser that is opened would be seen."""
    return sys.platform in ("win32", "darwin") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
