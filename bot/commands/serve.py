"""`run`, `invite` and `claim`: the bot itself."""

import argparse
import asyncio
import gc
import logging
import os
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from bot import logs
from bot.catalog.faults import CatalogError
from bot.commands.console import catalog_of, fail
from bot.commands.first_start import with_token
from bot.config import Settings, is_open, repeated_keys, unknown_keys
from bot.domain.catalog.catalog import Catalog
from bot.domain.people.member import Role

if TYPE_CHECKING:
    from bot.app import App

_log = logging.getLogger(__name__)


def run(settings: Settings, options: argparse.Namespace) -> int:
    """Serves, or prints invitations. Raises ConfigError, CatalogError and StorageError."""
    if settings.token is None:
        settings = with_token(settings.messenger)
        logs.keep_secret(settings.secrets())
    catalog = _own_catalog(settings, serves=options.command not in _ONCE)
    # Imported here: the messenger's library takes seconds, for which `check` and `plan` do not wait.
    with _nothing_is_garbage():
        from bot.app import App
        from bot.delivery.client import BadToken
        from bot.delivery.incoming.receiver import SameToken
        from bot.parts.doors import CannotListen

    logs.set_up(as_json=settings.log_format == "json")
    once = _ONCE.get(options.command)
    if once is None:
        _doubt_env()
    if settings.clock_url and once is None:
        return asyncio.run(_serve_demo(settings, catalog))
    with _nothing_is_garbage():
        app = App(settings, catalog)
    try:
        return asyncio.run(_serve(app) if once is None else _do_once(app, partial(once, app, options)))
    except (BadToken, SameToken, CannotListen) as error:
        return fail(2, error)


def _doubt_env() -> None:
    """Has the log tell what `check` tells of .env: whoever starts the bot has hardly asked it first. A name like no
    setting's is another program's."""
    for name in repeated_keys():
        _log.warning(".env sets %s in several lines, not to the same: the last one counts", name)
    for name, near in unknown_keys().items():
        if near is not None:
            _log.warning(".env: there is no setting %s, which sets nothing. Is it %s?", name, near)
    if is_open():
        _log.warning(".env has the token and passwords, and everybody on this machine can read it: chmod 600 .env")


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


def _own_catalog(settings: Settings, *, serves: bool) -> Catalog | CatalogError:
    """The catalog of this machine's files. On a server others may serve what was adopted, and so can this one in spite
    of faults, which are returned. Raises CatalogError."""
    try:
        return catalog_of(settings)
    except CatalogError as error:
        if not serves or settings.database_url.startswith("sqlite"):
            raise
        return error


async def _serve_demo(settings: Settings, catalog: Catalog | CatalogError) -> int:
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
        if await _opened(app, stop):
            await app.run(stop)
    finally:
        await app.close()
    return 0


async def _opened(app: "App", stop: asyncio.Event) -> bool:
    """Whether it could be opened before somebody has stopped it: a migration waits for as long as others read. What is
    broken off is a transaction, or a copy that the next start makes anew."""
    opening, stopped = asyncio.create_task(app.open()), asyncio.create_task(stop.wait())
    await asyncio.wait({opening, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if not opening.done():
        opening.cancel()
        await asyncio.gather(opening, return_exceptions=True)
        return False
    await opening
    return True


def _stop_or_die(stop: asyncio.Event) -> None:
    if stop.is_set():
        # Whoever sends a second signal does not want to wait. The inbox and the outbox keep everything.
        os._exit(1)
    stop.set()


async def _do_once(app: "App", work: Callable[[], Awaitable[int]]) -> int:
    try:
        await app.open(serves=False)
        return await work()
    finally:
        await app.close()


async def _invite(app: "App", options: argparse.Namespace) -> int:
    links = await app.invite(Role.DEPUTY if options.deputies else Role.HEAD)
    if not links:
        return fail(2, "There is no organization yet: fill in ORGANIZATIONS_FILE first.")
    for name, link in links:
        print(f"{name}\n{link}\n")
    return 0


async def _claim(app: "App", _options: argparse.Namespace) -> int:
    link = await app.claim_link()
    if not link:
        return fail(2, "There is an administrator already: /panel, «Сотрудники» invites others.")
    print(f"To become the administrator, open: {link}")
    return 0


# What is done by a bot that serves nobody.
_ONCE: dict[str | None, Callable[["App", argparse.Namespace], Awaitable[int]]] = {"invite": _invite, "claim": _claim}
