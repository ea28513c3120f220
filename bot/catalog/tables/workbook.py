"""Reads a workbook (XLSX, XLS, ODS, and what is called so) in a process of its own, with limits to memory and time.

Such a file says itself how large it is. One stray cell in the last column of the last row makes the library ask for
500 GB, a file of a few kilobytes unpacks to gigabytes, and both would end the bot. Here they end only the reader.
"""

import contextlib
import io
import json
import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

    from bot.catalog.tables.markup import Grid

_MEMORY = 1 << 30
# 100,000 organizations unpack to 20 MB.
_UNPACKED = 200_000_000
_SECONDS = 20
# How the reader ends when somebody has to do something particular about the file.
_PROTECTED, _NOT_A_WORKBOOK, _TOO_BIG, _UNREADABLE = 3, 4, 5, 6
# What an XLSX or a document with a password holds: its only stream that says anything.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class WorkbookError(Exception):
    """The workbook cannot be read."""


class NotAWorkbook(WorkbookError):
    """The file is something else."""


class Unreadable(NotAWorkbook):
    """The file looks like a workbook, but cannot be read."""


class Protected(WorkbookError):
    """The file wants a password."""


class TooBig(WorkbookError):
    """The file takes too much memory or time, or has too many rows."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: the rows that hold anything, each with the number that Excel shows, as texts.

    `merged`: ranges that are shown as one cell, which only the first cell of them holds: first row, first column,
    last row, last column. Rows count from 1, columns from 0. `hidden`: rows that nobody sees, filtered out or hidden
    by hand. `shown`: what is seen where `rows` has what is exactly there: row, column, text (007 for 7, «12%» for 12.4,
    «05.окт» for 2026-10-05 00:00:00, #N/A; a formula itself if nothing has computed it). `is_known`: whether it is
    known at all how cells look. `broken`: rows of a CSV of which nobody knows where their cells end.
    """

    name: str
    rows: list[tuple[int, list[str]]]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden: frozenset[int] = frozenset()
    shown: tuple[tuple[int, int, str], ...] = ()
    is_known: bool = True
    broken: frozenset[int] = frozenset()


def _bare() -> dict[str, str]:
    """What an interpreter may need to start."""
    return {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}


def read(content: bytes, most_rows: int) -> list[Sheet]:
    """The visible sheets that hold anything. Waits for the reader, for 20 seconds at most.

    Raises NotAWorkbook, Unreadable, Protected, or TooBig, also when a sheet has more than `most_rows`.
    """
    # -I: neither the folder nor the environment decides what the reader imports.
    command = [sys.executable, "-I", str(Path(__file__)), str(most_rows)]
    try:
        done = subprocess.run(
            # It reads what strangers may have made: the token and the passwords are not there for the taking.
            command,
            env=_bare(),
            input=content,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TooBig(TooBig.__doc__) from None
    if (done.returncode < 0 and b"panicked" not in done.stderr) or done.returncode == _TOO_BIG:
        raise TooBig(TooBig.__doc__)
    if done.returncode == _PROTECTED:
        raise Protected(Protected.__doc__)
    if done.returncode == _NOT_A_WORKBOOK:
        raise NotAWorkbook(NotAWorkbook.__doc__)
    if done.returncode:
        # A panic of the library among others.
        raise Unreadable(Unreadable.__doc__)
    return [
        Sheet(
            name,
            [(number, cells) for number, cells in rows],
            tuple(map(tuple, merged)),
            frozenset(hidden),
            tuple(map(tuple, shown)),
            is_known,
        )
        for name, rows, merged, hidden, shown, is_known in json.loads(done.stdout)
    ]


def _main() -> int:
    import python_calamine as calamine  # noqa: PLC0415 - the bot itself never loads it

    # -I has left out the folder of the program.
    sys.path.append(str(Path(__file__).parents[3]))
    _limit()
    content, most_rows = sys.stdin.buffer.read(), int(sys.argv[1])
    try:
        sheets = _read(content, most_rows)
    except (MemoryError, OverflowError):
        return _TOO_BIG
    except _Password:
        return _PROTECTED
    except calamine.CalamineError as error:
        return _PROTECTED if "password" in str(error).lower() else _UNREADABLE
    except (zipfile.BadZipFile, ValueError):
        return _UNREADABLE
    if sheets is None:
        return _NOT_A_WORKBOOK
    json.dump([sheet for sheet in sheets if sheet[1]], sys.stdout)
    return 0


class _Password(Exception):
    """The file wants one."""


def _read(content: bytes, most_rows: int) -> list[tuple[object, ...]] | None:
    """The sheets, None if the file is no workbook at all."""
    from bot.catalog.tables import markup  # noqa: PLC0415 - not to be found before; the others are for one kind each

    if markup.is_markup(content):
        return [_of_grid(grid, most_rows) for grid in markup.read(content)] or None
    grids: dict[str, Grid] = {}
    is_whole = False
    if content.startswith(_CONTAINER):
        if _ENCRYPTED in content:
            raise _Password
        from bot.catalog.tables import xls  # noqa: PLC0415

        try:
            grids = {grid.name: grid for grid in xls.read(content)}
            is_whole = True
        except xls.Protected:
            raise _Password from None
        except ValueError:
            # The library reads what it can.
            pass
    elif zipfile.is_zipfile(io.BytesIO(content)):
        from bot.catalog.tables import cells  # noqa: PLC0415

        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(zip_info.file_size for zip_info in archive.infolist()) > _UNPACKED:
                raise OverflowError
            if cells.is_protected(archive):
                raise _Password
            # What is not known beside the values does not keep them from being read.
            with contextlib.suppress(ValueError, zipfile.BadZipFile):
                grids = cells.read(archive)
            is_whole = bool(grids) and "content.xml" in archive.namelist()
    if is_whole:
        return [_of_grid(grid, most_rows) for grid in grids.values() if grid.visible]
    return _by_calamine(content, most_rows, grids)


def _by_calamine(content: bytes, most_rows: int, grids: "dict[str, Grid]") -> list[tuple[object, ...]]:
    import python_calamine as calamine  # noqa: PLC0415 - as in `_main`

    book = calamine.load_workbook(io.BytesIO(content))
    shown, of_cells = calamine.SheetVisibleEnum.Visible, calamine.SheetTypeEnum.WorkSheet
    names = [sheet.name for sheet in book.sheets_metadata if sheet.visible is shown and sheet.typ is of_cells]
    return [_sheet(book.get_sheet_by_name(name), most_rows, grids.get(name)) for name in names]


def _of_grid(grid: "Grid", most_rows: int) -> tuple[object, ...]:
    rows = grid.rows()
    if len(rows) > most_rows:
        raise OverflowError
    return grid.name, rows, grid.merged, sorted(grid.hidden), grid.shown, True


def _sheet(sheet: "CalamineSheet", most_rows: int, grid: "Grid | None") -> tuple[object, ...]:
    exact = {} if grid is None else grid.cells
    rows = []
    for number, values in enumerate(sheet.to_python(skip_empty_area=False), 1):
        cells = [exact.get((number, place)) or _text(value) for place, value in enumerate(values)]
        if any(cells):
            rows.append((number, cells))
        if len(rows) > most_rows:
            raise OverflowError
    merged = [(first[0] + 1, first[1], last[0] + 1, last[1]) for first, last in sheet.merged_cell_ranges or ()]
    if grid is None:
        return sheet.name, rows, merged, [], [], False
    return sheet.name, rows, merged or grid.merged, sorted(grid.hidden), grid.shown, True


def _text(value: object) -> str:
    # Excel keeps every number as a fraction: a code 12 is 12.0. It shows 15 digits, and never an exponent here.
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float):
        return f"{Decimal(f'{value:.15g}'):f}"
    return str(value).strip()


def _limit() -> None:
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return
    for what, most in ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CPU, _SECONDS), (resource.RLIMIT_CORE, 0)):
        # A system that knows no such limit, or has set a lower one.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    sys.exit(_main())
