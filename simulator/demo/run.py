"""Runs the demo until it is stopped: checks that nothing real is near, opens the page."""

import asyncio
import logging
import os
import shutil
import signal
import sys
import tempfile
import webbrowser
from datetime import datetime
from pathlib import Path

from simulator.demo.server import add_routes
from simulator.demo.stage import ZONE, Stage, opening

_REAL = """The demo does not start: BOT_TOKEN is set in this environment, and a demo has no business near a real bot.
Open another terminal, or: env -u BOT_TOKEN make demo"""
# What a made-up department calls itself.
BOT_NAME = "Поручения района"


def run(port: int, *, browser: bool, registration: str, directives: Path | None) -> int:
    """Serves the demo; the exit code."""
    if os.environ.get("BOT_TOKEN"):
        print(_REAL, file=sys.stderr)
        return 2
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    # A folder of its own each time: no .env is read there, and no database of a real bot can be in it.
    folder = Path(tempfile.mkdtemp(prefix="demo-"))
    settings = {"REGISTRATION": registration}
    if directives is not None:
        settings["DIRECTIVES_FILE"] = str(directives.resolve())
    try:
        return asyncio.run(_serve(folder, port, settings, browser=browser))
    except OSError as error:
        print(f"The demo cannot listen on 127.0.0.1:{port}: {error.strerror or error}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _serve(folder: Path, port: int, settings: dict[str, str], *, browser: bool) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    with_past = "DIRECTIVES_FILE" not in settings
    stage = Stage(folder, port, opening(datetime.now(ZONE).date()), settings, with_past=with_past)
    stage.world.bot.first_name = BOT_NAME
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
