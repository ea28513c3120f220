"""`run` and `invite`: the bot itself."""

import argparse
import asyncio
import gc
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot import logs
from bot.commands.console import catalog_of, fail
from bot.commands.first_start import with_token
from bot.config import Settings
from bot.domain.catalog.catalog import Catalog
from bot.domain.people.member import Role

if TYPE_CHECKING:
    from bot.app import App


def run(settings: Settings, options: argparse.Namespace) -> int:
    """Serves, or prints invitations. Raises ConfigError, CatalogError and StorageError."""
    if settings.bot_token is None:
        settings = with_token()
        logs.keep_secret(settings.secrets())
    catalog = catalog_of(settings)
    # Imported here: Telegram's library takes seconds, for which `check` and `plan` do not wait.
    with _nothing_is_garbage():
        from bot.app import App
        from bot.delivery.client import BadToken
        from bot.delivery.incoming.receiver import SameToken
        from bot.parts.doors import CannotListen

    logs.set_up(as_json=settings.log_format == "json")
    if settings.clock_url and options.command != "invite":
        return asyncio.run(_serve_demo(settings, catalog))
    with _nothing_is_garbage():
        app = App(settings, catalog)
    try:
        return asyncio.run(_invite(app, options) if options.command == "invite" else _serve(app))
    except (BadToken, SameToken, CannotListen) as error:
        return fail(2, error)


@contextmanager
def _nothing_is_garbage() -> Iterator[None]:
    """Keeps what is made within the block from being searched for garbage, now or later: it stays for good.

    The libraries are 270,000 objects. Searching them takes a fifth of a second, in which nobody is answered, and
    happens several times during their import: a tenth of the start.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


async def _serve_demo(settings: Settings, catalog: Catalog) -> int:
    """Serves under the clock of the demo, which somebody moves."""
    from bot.app import App
    from scheduler.outside import ClockGone, OutsideClock

    clock = OutsideClock(settings.clock_url)
    try:
        await clock.begin()
        return await _serve(App(settings, catalog, clock.now, clock))
    except ClockGone as error:
        return fail(1, error)


async def _serve(app: "App") -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _stop_or_die, stop)
    try:
        await app.claim()
        await app.open()
        await app.run(stop)
    finally:
        await app.close()
    return 0


def _stop_or_die(stop: asyncio.Event) -> None:
    if stop.is_set():
        # Whoever sends a second signal does not want to wait. The inbox and the outbox keep everything.
        os._exit(1)
    stop.set()


async def _invite(app: "App", options: argparse.Namespace) -> int:
    try:
        await app.open()
        links = await app.invite(Role.DEPUTY if options.deputies else Role.HEAD)
    finally:
        await app.close()
    if not links:
        return fail(2, "There is no organization yet: fill in ORGANIZATIONS_FILE first.")
    for name, link in links:
        print(f"{name}\n{link}\n")
    return 0
