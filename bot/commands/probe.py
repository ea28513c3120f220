"""`probe` and `probe-max`: try what a messenger really does, with a token and somebody willing.

No database is changed; that of a bot in MAX is locked meanwhile, for MAX itself does not say that somebody polls.
"""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from bot.commands.alone import alone
from bot.commands.console import NOBODY_TO_ASK, fail
from bot.config import ConfigError, Settings
from bot.delivery.max.trust import trust
from bot.probe import max as of_max
from bot.probe import report
from bot.probe import telegram as of_telegram
from bot.probe.conduct import NOBODY, conduct, fresh_code
from bot.probe.door import CannotProbe, Door
from bot.probe.max.door import MaxDoor
from bot.probe.probe import Probe
from bot.probe.stage import Clock, Limits
from bot.probe.telegram.door import TelegramDoor
from bot.storage.engine.database import Storage
from bot.storage.engine.lock import InUse
from bot.storage.engine.migrate import is_ready


@dataclass(frozen=True, slots=True)
class _Suite:
    """What there is to be tried in a messenger, and what is not, and why."""

    probes: Sequence[Probe]
    untried: Mapping[str, str]


_TELEGRAM = _Suite(of_telegram.PROBES, of_telegram.UNTRIED)
_MAX = _Suite(of_max.PROBES, of_max.UNTRIED)


def run(settings: Settings, options: argparse.Namespace) -> int:
    """Lists the probes, or conducts them and prints what was seen. Raises ConfigError."""
    suite = _MAX if options.in_max else _TELEGRAM
    if options.list:
        _list(suite)
        return 0
    probes = _chosen(suite, options.only)
    door = _max_door(settings) if options.in_max else _telegram_door(settings)
    long_is_named = bool(options.only) and any(probe.is_long for probe in probes)
    limits = replace(Limits(), comes=options.wait, patient=options.patient or long_is_named)
    database = settings.database_url if options.in_max else ""
    try:
        return asyncio.run(_conducted(door, suite, probes, limits, database))
    except (CannotProbe, InUse) as error:
        return fail(2, error)


def _telegram_door(settings: Settings) -> Door:
    if settings.bot_token is None:
        raise ConfigError("BOT_TOKEN is not set. Get a token from @BotFather: one for the probe alone disturbs nobody.")
    return TelegramDoor(settings.bot_token, settings.telegram_api_url, settings.telegram_proxy)


def _max_door(settings: Settings) -> Door:
    if settings.max_token is None:
        raise ConfigError("MAX_TOKEN is not set. Copy the bot's token at https://business.max.ru/self.")
    return MaxDoor(settings.max_token, settings.max_api_url, trust())


async def _unserved(stack: AsyncExitStack, url: str) -> None:
    """No bot serves that database, if there is one, nor begins to meanwhile. Raises InUse and DatabaseUnavailable."""
    driver, _, path = url.partition(":///")
    if driver.startswith("sqlite") and not await asyncio.to_thread(Path(path).exists):
        # Where there is none, none is made.
        return
    storage = Storage(url)
    stack.push_async_callback(storage.close)
    if await is_ready(storage):
        await stack.enter_async_context(alone(storage))


async def _conducted(door: Door, suite: _Suite, probes: Sequence[Probe], limits: Limits, database: str) -> int:
    task = asyncio.current_task()
    assert task is not None
    loop, stop = asyncio.get_running_loop(), _Stopping(task)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    async with AsyncExitStack() as stack:
        if database:
            await _unserved(stack, database)
        tried = await conduct(door, probes, fresh_code(), _tell, limits, Clock())
    untried = suite.untried if len(probes) == len(suite.probes) else {}
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


def _list(suite: _Suite) -> None:
    for probe in suite.probes:
        print(f"{probe.name}: {probe.asks}; as assumed if: {probe.judged}{' (--patient)' if probe.is_long else ''}")
    for what, why in suite.untried.items():
        print(f"not tried: {what}: {why}")


def _chosen(suite: _Suite, names: Sequence[str]) -> list[Probe]:
    known = [probe.name for probe in suite.probes]
    for name in names:
        if name not in known:
            raise ConfigError(f"{name!r} is no probe; there are: {', '.join(known)}")
    return [probe for probe in suite.probes if not names or probe.name in names]
