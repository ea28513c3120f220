"""A real PostgreSQL for the storage tests.

The server lives in a temporary folder, listens on a free loopback port, trusts everybody who reaches it
there, and is gone with its folder when the block ends. Of an installed PostgreSQL only the binaries are used:
no cluster of this machine is touched.
"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TypedDict

import asyncpg
from sqlalchemy import make_url

# Seconds. initdb and the start take about one each; the rest is for a loaded machine.
START_TIMEOUT = 60.0
STOP_TIMEOUT = 20.0

# The data is thrown away, so none of it has to survive a power cut. Containers have a small /dev/shm.
SETTINGS = {
    "autovacuum": "off",
    "dynamic_shared_memory_type": "mmap",
    "fsync": "off",
    "full_page_writes": "off",
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "shared_buffers": "32MB",
    "synchronous_commit": "off",
    "unix_socket_directories": "",
}


class PostgresError(Exception):
    """PostgreSQL could not be started."""


class _As(TypedDict, total=False):
    """The account that a subprocess runs under: the keyword arguments of subprocess for it."""

    user: int
    group: int
    extra_groups: list[int]


def postgres_missing() -> str | None:
    """Why there can be no server on this machine; None if there can be one."""
    if find_binaries() is None:
        return "the PostgreSQL server (initdb, postgres) is not installed: apt-get install postgresql"
    return None


class Server:
    """A server that can be stopped and started again in the same place; `data` is the folder of its cluster."""

    def __init__(self, binaries: Path, data: Path, account: _As, settings: Mapping[str, str] = SETTINGS) -> None:
        self._binaries, self.data, self._account, self._settings = binaries, data, account, settings
        self._process, self.port = _start(binaries, data, account, settings)
        self.url = f"postgresql+asyncpg://bot@127.0.0.1:{self.port}/postgres"

    def stop(self) -> None:
        """Ends it and every session, as its operator does."""
        _stop(self._process)

    def fail(self) -> None:
        """Ends it as a power cut does: nothing is written any more, nobody is told."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(STOP_TIMEOUT)

    def start(self) -> None:
        """Starts it again at the same address."""
        self._process, self.port = _start(self._binaries, self.data, self._account, self._settings, self.port)

    def promote(self) -> None:
        """Makes a standby the primary; returns when it is one."""
        _run(self._binaries / "pg_ctl", f"--pgdata={self.data}", "promote", "--wait", account=self._account)


@contextlib.contextmanager
def postgres_server() -> Iterator[str]:
    """Run a server for the length of the block and give its SQLAlchemy URL. Raises what `postgres` raises."""
    with postgres() as server:
        yield server.url


@contextlib.contextmanager
def postgres() -> Iterator[Server]:
    """Run a server for the length of the block.

    Raises PostgresError when the binaries are missing or the server does not start.
    """
    binaries = find_binaries()
    if binaries is None:
        raise PostgresError(postgres_missing())
    account = _account()
    with _folder(account) as folder:
        _initdb(binaries, folder / "data", account)
        server = Server(binaries, folder / "data", account)
        try:
            yield server
        finally:
            server.stop()


@contextlib.contextmanager
def replicated() -> Iterator[tuple[Server, Server]]:
    """Run a primary and a standby for the length of the block: a commit is there when it is on both.

    Raises what `postgres` raises.
    """
    binaries = find_binaries()
    if binaries is None:
        raise PostgresError(postgres_missing())
    account = _account()
    with _folder(account) as folder:
        _initdb(binaries, folder / "primary", account)
        durable = SETTINGS | {"synchronous_commit": "on"}
        primary = Server(binaries, folder / "primary", account, durable | {"synchronous_standby_names": "*"})
        try:
            _run(
                binaries / "pg_basebackup",
                f"--pgdata={folder / 'standby'}",
                f"--dbname=postgresql://bot@127.0.0.1:{primary.port}/postgres",
                "--write-recovery-conf",
                "--checkpoint=fast",
                "--no-sync",
                account=account,
            )
            standby = Server(binaries, folder / "standby", account, durable)
            try:
                yield primary, standby
            finally:
                standby.stop()
        finally:
            primary.stop()


@contextlib.contextmanager
def _folder(account: _As) -> Iterator[Path]:
    """A temporary folder that the account may write to."""
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    try:
        if account:
            os.chown(folder, account["user"], account["group"])
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.asynccontextmanager
async def fresh_database(url: str) -> AsyncIterator[str]:
    """Make an empty database on the server of `url`, give its URL, drop it even if somebody is connected."""
    server = make_url(url)
    name = f"test_{uuid.uuid4().hex}"
    await create_database(url, name)
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        await execute(url, f'DROP DATABASE "{name}" WITH (FORCE)')


async def create_database(url: str, name: str) -> None:
    """Makes an empty database of that name on the server of `url`."""
    await execute(url, f'CREATE DATABASE "{name}"')


async def connect(url: str) -> "asyncpg.Connection[asyncpg.Record]":
    """A bare asyncpg connection to the database of a SQLAlchemy URL."""
    target = make_url(url)
    return await asyncpg.connect(
        host=target.host, port=target.port, user=target.username, database=target.database, ssl=False
    )


async def execute(url: str, statement: str) -> None:
    """Runs SQL on a connection of its own."""
    connection = await connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@cache
def find_binaries() -> Path | None:
    """The folder of the server's binaries. Debian keeps it out of PATH, one folder for each major version."""
    folders = sorted(
        (path for path in Path("/usr/lib/postgresql").glob("*/bin") if path.parent.name.isdigit()),
        key=lambda path: int(path.parent.name),
        reverse=True,
    )
    if pg_config := shutil.which("pg_config"):
        answer = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False)
        if answer.returncode == 0:
            folders.append(Path(answer.stdout.strip()))
    if postgres := shutil.which("postgres"):
        # Through the links: initdb looks for postgres beside itself.
        folders.append(Path(postgres).resolve().parent)
    for folder in folders:
        if all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres")):
            return folder
    return None


def _account() -> _As:
    """PostgreSQL refuses to run as root, so root lends it an account that may do nothing else."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise PostgresError("PostgreSQL refuses root, and there is no user postgres or nobody to run it as")


def _environment() -> dict[str, str]:
    """PGDATA, PGPORT and the like of the developer's own cluster must not reach ours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    return kept | {"LC_ALL": "C"}


@cache
def _tied_to_us() -> list[str]:
    """What to put before a command so that a kill -9 of pytest ends it too, where the system can do that.

    Not preexec_fn: forking with it beside the threads of a driver is a warning, hence an error.
    """
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return []
    usage = subprocess.run([setpriv, "--help"], capture_output=True, text=True, check=False).stdout
    return [setpriv, "--pdeathsig", "INT"] if "--pdeathsig" in usage else []


def _initdb(binaries: Path, data: Path, account: _As) -> None:
    _run(
        binaries / "initdb",
        f"--pgdata={data}",
        "--username=bot",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
        "--no-instructions",
        account=account,
    )


def _run(program: Path, *options: str, account: _As) -> None:
    """Runs one of the server's programs to its end. Raises PostgresError."""
    done = subprocess.run(
        [str(program), *options],
        cwd="/",
        env=_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=START_TIMEOUT,
        **account,
    )
    if done.returncode != 0:
        raise PostgresError(f"{program.name} failed:\n{done.stdout}")


def _start(
    binaries: Path, data: Path, account: _As, settings: Mapping[str, str], again: int = 0
) -> tuple[subprocess.Popen[bytes], int]:
    """Start the server, at the port `again` if it is given, and wait until it takes connections: process and port."""
    log = data.with_name(f"{data.name}.log")
    for _ in range(3):
        port = again or _free_port()
        options = [f"--{name}={value}" for name, value in {**settings, "port": str(port)}.items()]
        with log.open("wb") as output:
            process = subprocess.Popen(
                [*_tied_to_us(), str(binaries / "postgres"), "-D", str(data), *options],
                cwd=data.parent,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # Ctrl-C in the terminal is for pytest, which then stops the server itself.
                start_new_session=True,
                **account,
            )
        try:
            _wait_until_ready(process, data / "postmaster.pid")
        except BaseException as error:
            _stop(process)
            text = log.read_text(errors="replace")
            # Somebody took the port between our look and the start: look for another.
            if isinstance(error, PostgresError) and "Address already in use" in text:
                continue
            if isinstance(error, PostgresError):
                raise PostgresError(f"{error}:\n{text[-2000:]}") from None
            raise
        return process, port
    raise PostgresError("no free loopback port for PostgreSQL")


def _wait_until_ready(process: subprocess.Popen[bytes], pid_file: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while process.poll() is None:
        # The eighth line is the server's state: what pg_ctl waits for as well.
        with contextlib.suppress(FileNotFoundError):
            lines = pid_file.read_text().splitlines()
            if len(lines) >= 8 and lines[7].strip() in ("ready", "standby"):
                return
        if time.monotonic() > deadline:
            raise PostgresError(f"PostgreSQL was not ready after {START_TIMEOUT:.0f} s")
        time.sleep(0.02)
    raise PostgresError(f"PostgreSQL stopped at its start with code {process.returncode}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Fast shutdown: the server closes the sessions that tests left open. Killed if it takes too long."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGINT)
    try:
        process.wait(STOP_TIMEOUT)
    except subprocess.TimeoutExpired:
        # Immediate shutdown takes the children along; SIGKILL would leave them.
        process.send_signal(signal.SIGQUIT)
        process.wait(STOP_TIMEOUT)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
