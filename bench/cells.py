"""Measures what a workbook adds to XlsxWriter: the same cells, written once more by the library alone."""

import gc
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from bench.harness import in_turn, ratios
from bot.reports import making
from bot.reports.job import Job
from bot.storage.engine.database import Storage

_ROUNDS = 3
_CELLS = ("write_string", "write_number", "write_blank", "write_datetime", "write_formula")
_CALLS = (*_CELLS, "set_row", "merge_range")
# A call of a method of the sheet of that number.
_Call = tuple[int, str, tuple[Any, ...], dict[str, Any]]


async def measure(storage: Storage, job: Job) -> None:
    """Prints the seconds of a processor of both, in one process, one after the other."""
    recorded: list[_Call] = []
    with _recording(recorded):
        await _make(storage, job)
    # What was recorded is searched for garbage in neither.
    gc.freeze()
    ours, alone = [], []
    for is_ours in in_turn([False, True], _ROUNDS):
        if is_ours:
            ours.append(await _make(storage, job))
        else:
            alone.append(_write(recorded))
    gc.unfreeze()
    cells = sum(name in _CELLS for _, name, _, _ in recorded)
    print(
        f"{'':>14} {cells:,} cells: CPU {min(ours):.1f} s, of XlsxWriter alone {min(alone):.1f} s; "
        f"XlsxWriter to the bot {ratios(alone, ours)}"
    )


async def _make(storage: Storage, job: Job) -> float:
    with TemporaryDirectory(prefix="bench-") as folder:
        begun = time.process_time()
        async with storage.read() as tx:
            await making.make(tx, job, Path(folder))
        return time.process_time() - begun


@contextmanager
def _recording(calls: list[_Call]) -> Iterator[None]:
    sheets: list[Worksheet] = []
    own = {name: getattr(Worksheet, name) for name in _CALLS}

    def record(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def recorded(sheet: Worksheet, *arguments: Any, **options: Any) -> Any:
            if sheet not in sheets:
                sheets.append(sheet)
            calls.append((sheets.index(sheet), name, arguments, options))
            return method(sheet, *arguments, **options)

        return recorded

    for name, method in own.items():
        setattr(Worksheet, name, record(name, method))
    try:
        yield
    finally:
        for name, method in own.items():
            setattr(Worksheet, name, method)


def _write(calls: list[_Call]) -> float:
    """The seconds that XlsxWriter takes for the calls, in a file with as many formats, which all look alike."""
    with TemporaryDirectory(prefix="bench-") as folder:
        begun = time.process_time()
        file = xlsxwriter.Workbook(Path(folder) / "alone.xlsx", {"constant_memory": True, "tmpdir": folder})
        methods = [
            {name: getattr(sheet, name) for name in _CALLS}
            for sheet in (file.add_worksheet() for _ in range(1 + max(call[0] for call in calls)))
        ]
        formats: dict[Any, Format] = defaultdict(lambda: file.add_format({"bold": True}))
        for sheet, name, arguments, options in calls:
            its = [formats[each] if isinstance(each, Format) else each for each in arguments]
            methods[sheet][name](*its, **options)
        file.close()
        return time.process_time() - begun
