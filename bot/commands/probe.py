"""`probe`: tries what a messenger really does, with a token and somebody willing; the database is not touched."""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from bot.commands.console import NOBODY_TO_ASK, fail
from bot.config import ConfigError, Settings
from bot.probe import report
from bot.probe.conduct import NOBODY, conduct, fresh_code
from bot.probe.door import CannotProbe
from bot.probe.probe import Probe
from bot.probe.stage import Clock, Limits
from bot.probe.telegram import PROBES, UNTRIED
from bot.probe.telegram.door import TelegramDoor


def run(settings: Settings, options: argparse.Namespace) -> int:
    """Lists the probes, or conducts them and prints what was seen. Raises ConfigError."""
    if options.list:
        _list()
        return 0
    probes = _chosen(options.only)
    if settings.bot_token is None:
        raise ConfigError("BOT_TOKEN is not set. Get a token from @BotFather: one for the probe alone disturbs nobody.")
    long_is_named = bool(options.only) and any(probe.is_long for probe in probes)
    limits = replace(Limits(), comes=options.wait, patient=options.patient or long_is_named)
    door = TelegramDoor(settings.bot_token, settings.telegram_api_url, settings.telegram_proxy)
    try:
        return asyncio.run(_conducted(door, probes, limits))
    except CannotProbe as error:
        return fail(2, error)


async def _conducted(door: TelegramDoor, probes: Sequence[Probe], limits: Limits) -> int:
    task = asyncio.current_task()
    assert task is not None
    loop, stop = asyncio.get_running_loop(), _Stopping(task)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    tried = await conduct(door, probes, fresh_code(), _tell, limits, Clock())
    untried = UNTRIED if len(probes) == len(PROBES) else {}
    for line in report.lines(tried, probes, door, untried, datetime.now(UTC)):
        print(line)
    if tried.ended == NOBODY:
        return fail(NOBODY_TO_ASK, "Nobody has come in time: nothing was tried.")
    return 0


class _Stopping:
    """What a signal does: the first has the probe end and clean up."""

    def __init__(self, task: "asyncio.Task[int]") -> None:
        self._task, self._is_asked = task, False

    def __call__(self) -> None:
        if self._is_asked:
            # Whoever sends a second one does not want to wait; messages may stay in the chat.
            os._exit(1)
        self._is_asked = True
        self._task.cancel()


def _tell(line: str) -> None:
    """On stderr: stdout is what is sent."""
    print(line, file=sys.stderr, flush=True)


def _list() -> None:
    for probe in PROBES:
        print(f"{probe.name}: {probe.asks}; as assumed if: {probe.judged}{' (--patient)' if probe.is_long else ''}")
    for what, why in UNTRIED.items():
        print(f"not tried: {what}: {why}")


def _chosen(names: Sequence[str]) -> list[Probe]:
    known = [probe.name for probe in PROBES]
    for name in names:
        if name not in known:
            raise ConfigError(f"{name!r} is no probe; there are: {', '.join(known)}")
    return [probe for probe in PROBES if not names or probe.name in names]
