"""Backups of a database on a PostgreSQL server, by the server's own tools: pg_dump, pg_restore and psql.

A password is in none of their arguments, which everybody on the machine can read: they have it from the environment.
"""

import asyncio
import contextlib
import os
import re
import shutil
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import sqlalchemy as sa

from bot.domain.progress import Progress, silent
from bot.storage.engine.backup import NoBackup, check_engine
from bot.storage.engine.migrate import COMPATIBLE_FROM, check_newer, known_revisions

# Seconds that a tool waits for a connection to each of the hosts.
_CONNECTS_WITHIN = "30"
# What asyncpg takes by these names the tools take from these variables.
_VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "passfile": "PGPASSFILE",
    "database": "PGDATABASE",
    "ssl": "PGSSLMODE",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
}
# Its first group is the schema that the tables are in, as SQL writes it.
_REVISION = re.compile(r"^COPY (.+)\.alembic_version .*\n(.*)$", re.MULTILINE)
_MARK = re.compile(rf"^{COMPATIBLE_FROM}\t(\w*)", re.MULTILINE)


class NoTools(NoBackup):
    """The tools of PostgreSQL are not here, or older than its server."""


async def make(url: sa.URL, target: Path, progress: Progress = silent) -> None:
    """Writes the database as it is at one moment into a file, while it is in use.

    The file is checked and complete before it gets its name, and only its owner can read it. Raises NoTools, NoBackup.
    """
    partial = target.with_name(f"{target.name}.partial")
    try:
        _begin(partial)
        progress("dumping", 0, 0)
        await _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={partial}", url=url)
        progress("checking the copy", 0, 0)
        # Of whatever version it is: a newer one's is set aside too, and an older bot on its schema has its nights.
        await _found_in(partial)
        await asyncio.to_thread(_finish, partial, target)
    except OSError as error:
        raise NoBackup(f"{target}: {error}") from error
    finally:
        _forget(partial)


async def check(path: Path, place: str | None) -> str:
    """Reads the whole file, which must be a dump that this version can use; returns its revision.

    `place`: the schema (PostgreSQL's) of the role's tables, which must be that of the file. Raises NoTools, NoBackup,
    or SchemaTooNew.
    """
    check_engine(path, "PostgreSQL")
    was_in, revision = await _found_in(path)
    if was_in != place:
        raise NoBackup(
            f"{path} is of the schema {was_in}, and this role's tables are in {place or 'none'}. Have both be the same:"
            " ALTER ROLE ... SET search_path"
        )
    if revision not in known_revisions():
        mark = _MARK.search(await _rows(path, "meta"))
        check_newer(revision, mark and mark[1])
    return revision


async def _found_in(path: Path) -> tuple[str, str]:
    """Reads the whole file, which must be a dump of this program's database; returns where the tables are in it (a
    schema of PostgreSQL's), and their revision. Raises NoTools, NoBackup."""
    await _run("pg_restore", f"--file={os.devnull}", str(path))
    found = _REVISION.search(await _rows(path, "alembic_version"))
    if found is None or found[2] == "\\.":
        raise NoBackup(f"{path} is no backup of this program: it says no version")
    place = found[1]
    return place[1:-1].replace('""', '"') if place.startswith('"') else place, found[2]


async def _rows(path: Path, table: str) -> str:
    return await _run("pg_restore", "--data-only", f"--table={table}", "--file=-", str(path))


async def restore(url: sa.URL, dump: Path, place: str, replaced: Collection[str], script: Path, last: str) -> None:
    """Puts the dump, which is of the schema `place`, there for the tables that are `replaced` (quoted names), in one
    transaction: all or nothing.

    `script`: a file for what it does, that goes afterwards; `last`: a statement at its end. Raises NoTools, NoBackup.
    """
    drop = f"DROP TABLE {', '.join(replaced)} CASCADE" if replaced else "SELECT 1"
    try:
        _begin(script)
        # Not by a pipe: a script that breaks off would end its last table early, and psql take that for the end.
        # The schema alone: that it is made, and the extensions of the server, are its administrator's.
        kept = ("--no-owner", "--no-privileges", f"--schema={place}")
        await _run("pg_restore", *kept, f"--file={script}", str(dump))
        quiet = ("--no-psqlrc", "--quiet", f"--output={os.devnull}", "--set=ON_ERROR_STOP=1")
        steps = (f"--command={drop}", f"--file={script}", f"--command={last}")
        await _run("psql", *quiet, "--single-transaction", *steps, url=url)
    except OSError as error:
        raise NoBackup(f"{script}: {error}") from error
    finally:
        _forget(script)


def _begin(path: Path) -> None:
    """Makes an empty file for its owner alone, and its folder."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _finish(partial: Path, target: Path) -> None:
    with partial.open("rb+") as file:
        os.fsync(file.fileno())
    partial.replace(target)


def _forget(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)


async def _run(tool: str, *arguments: str, url: sa.URL | None = None) -> str:
    """Runs the tool to its end, and returns what it printed; whoever is cancelled ends it. Raises NoTools, NoBackup."""
    path = shutil.which(tool)
    if path is None:
        raise NoTools(
            f"{tool} is not installed here (Debian has it in postgresql-client). Without it backups are made and put "
            "back by tools of the server's own"
        )
    process = await asyncio.create_subprocess_exec(
        path,
        *arguments,
        env=_environment(url),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        printed, complained = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    if process.returncode:
        raise _refused(tool, complained.decode(errors="replace") or f"it ended with code {process.returncode}")
    return printed.decode(errors="replace")


def _refused(tool: str, said: str) -> NoBackup:
    # What follows in a CONTEXT or DETAIL may quote what people have written.
    lines = [line for line in said.splitlines() if "error:" in line or "ERROR:" in line or "server version:" in line]
    reason = "; ".join(dict.fromkeys(lines[:3])) or said.strip().partition("\n")[0]
    if "version mismatch" in said:
        return NoTools(f"{tool} here is older than the server, and cannot be used with it: {reason}")
    return NoBackup(f"{tool} refuses: {reason}")


def _environment(url: sa.URL | None) -> Mapping[str, str]:
    kept = dict(os.environ) | {"LC_ALL": "C", "PGCONNECT_TIMEOUT": _CONNECTS_WITHIN}
    if url is None:
        return kept
    _, options = url.get_dialect()().create_connect_args(url)
    return kept | {variable: _said(options[name]) for name, variable in _VARIABLES.items() if name in options}


def _said(value: object) -> str:
    """Several hosts, and their ports, are lists."""
    return ",".join(map(str, value)) if isinstance(value, Sequence) and not isinstance(value, str) else str(value)
