"""Office programs as people use them: a file is opened, computed, changed and saved under another format.

Each use has a profile of its own and a limit of time, and what it has started is ended by its id.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import astuple
from datetime import date
from functools import cache
from pathlib import Path
from typing import Protocol

from tests.lacking import lacks
from tests.office.steps import Percent, Sorted, Step, Typed, Value

# Seconds. A use takes one to five.
_LIMIT = 60.0
_ROOT = Path(__file__).parents[2]
_EPOCH = date(1899, 12, 30)
# What LibreOffice and Gnumeric call the formats.
_FILTERS = {
    "xlsx": "Calc MS Excel 2007 XML",
    "ods": "calc8",
    "xls": "MS Excel 97",
    "docx>pdf": "writer_pdf_Export",
    "xlsx>pdf": "calc_pdf_Export",
    "txt": "Text (encoded)",
}
_EXPORTERS = {
    "xlsx": "Gnumeric_Excel:xlsx2",
    "ods": "Gnumeric_OpenCalc:odf",
    "xls": "Gnumeric_Excel:excel_biff8",
}


class ProgramError(Exception):
    """The program has not done what was asked of it."""


class Program(Protocol):
    """An office program. `formats`: what it saves, by the end of the file's name."""

    name: str
    formats: tuple[str, ...]

    def missing(self) -> str | None:
        """Why it cannot be used on this machine; None if it can be."""
        ...

    def use(self, source: Path, folder: Path, steps: Sequence[Step], *formats: str) -> list[Path]:
        """Opens a file, does the steps, and saves it in the folder in these formats. Raises ProgramError."""
        ...


def needed(program: Program) -> None:
    """Skips the test, with the reason, where the program is not installed."""
    if reason := program.missing():
        lacks("OFFICE", reason)


class LibreOffice:
    """Calc and Writer without windows, with a Russian locale."""

    name = "LibreOffice"
    formats: tuple[str, ...] = ("xlsx", "ods", "xls")
    _PROFILE = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><item oor:path="/org.openoffice.Setup/L10N">'
        '<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>ru-RU</value></prop></item></oor:items>'
    )

    def missing(self) -> str | None:
        if shutil.which("soffice") is None or self._python() is None:
            return (
                "LibreOffice is not installed: "
                "apt-get install libreoffice-calc-nogui libreoffice-writer-nogui python3-uno"
            )
        return None

    def use(self, source: Path, folder: Path, steps: Sequence[Step], *formats: str) -> list[Path]:
        targets = _targets(source, folder, formats)
        pipe = f"office-{uuid.uuid4().hex}"
        order = {
            "pipe": pipe,
            "source": str(source),
            "steps": [_words(step) for step in steps],
            "targets": [(str(target), _filter(source, target)) for target in targets],
        }
        with _profile() as profile:
            (profile / "user").mkdir()
            (profile / "user" / "registrymodifications.xcu").write_text(self._PROFILE, encoding="utf-8")
            command = [
                *("soffice", "--headless", "--norestore", "--nologo", "--nodefault"),
                f"-env:UserInstallation={profile.as_uri()}",
                f"--accept=pipe,name={pipe};urp;",
            ]
            with _running(command):
                script = str(Path(__file__).with_name("libreoffice_script.py"))
                _run([str(self._python()), "-I", script], json.dumps(order))
        return _made(targets)

    @staticmethod
    @cache
    def _python() -> str | None:
        """The Python that has `uno`: the system's, or LibreOffice's own."""
        for python in ("/usr/bin/python3", str(Path(shutil.which("soffice") or "").resolve().with_name("python"))):
            if Path(python).is_file():
                done = subprocess.run([python, "-I", "-c", "import uno"], capture_output=True, check=False)
                if done.returncode == 0:
                    return python
        return None


class OnlyOffice:
    """The engine of ONLYOFFICE, which opens, computes and saves like its editors.

    It reads names of files by the locale of the process: only ASCII is safe.
    """

    name = "OnlyOffice"
    formats: tuple[str, ...] = ("xlsx", "ods")

    def missing(self) -> str | None:
        if self._builder() is None:
            return "document-builder is not installed: make office installs it"
        return None

    def use(self, source: Path, folder: Path, steps: Sequence[Step], *formats: str) -> list[Path]:
        targets = _targets(source, folder, formats)
        lines = [f'builder.OpenFile({json.dumps(str(source))}, "");']
        lines += [line for step in steps for line in self._lines(step)]
        lines += [f'builder.SaveFile("{target.suffix[1:]}", {json.dumps(str(target))});' for target in targets]
        lines.append("builder.CloseFile();")
        with _profile() as profile:
            script = profile / "steps.docbuilder"
            script.write_text("\n".join(lines), encoding="utf-8")
            _run([str(self._builder()), str(script)], "", cwd=profile)
        return _made(targets)

    @staticmethod
    def _lines(step: Step) -> Iterator[str]:
        sheet = f"Api.GetSheet({json.dumps(step.sheet, ensure_ascii=False)})"
        if isinstance(step, Typed):
            cell = f"{sheet}.GetRange({json.dumps(step.cell)})"
            value: object = step.value
            if isinstance(step.value, Percent):
                value = f"{step.value.value}%"
            elif isinstance(step.value, date):
                # Its editors make a number of a typed date, and a format; a script has to say both.
                value = (step.value - _EPOCH).days
            yield f"{cell}.SetValue({json.dumps(value, ensure_ascii=False)});"
            if isinstance(step.value, date):
                yield f'{cell}.SetNumberFormat("dd.mm.yyyy");'
        elif isinstance(step, Sorted):
            area = f"{sheet}.GetRange({json.dumps(step.area)})"
            key = f"{sheet}.GetRange('{step.column}' + {area}.GetRow())"
            yield f'{area}.SetSort({key}, "xlDescending", null, null, null, null, "xlYes");'
        else:
            yield f'{sheet}.GetRange("{step.column}1").GetEntireColumn().Insert("right");'
            heading = json.dumps(step.heading, ensure_ascii=False)
            yield f'{sheet}.GetRange("{step.column}{step.row}").SetValue({heading});'

    @staticmethod
    def _builder() -> Path | None:
        found = (_ROOT / ".venv-office").glob("lib/python*/site-packages/docbuilder/lib/docbuilder")
        return next(found, None)


class Gnumeric:
    """Its converter, which opens, computes and saves, and can do nothing else."""

    name = "Gnumeric"
    formats: tuple[str, ...] = ("xlsx", "ods", "xls")

    def missing(self) -> str | None:
        return None if shutil.which("ssconvert") else "Gnumeric is not installed: apt-get install gnumeric"

    def use(self, source: Path, folder: Path, steps: Sequence[Step], *formats: str) -> list[Path]:
        if steps:
            raise ProgramError("ssconvert changes no cells")
        targets = _targets(source, folder, formats)
        with _profile() as profile:
            for target in targets:
                kind = _EXPORTERS[target.suffix[1:]]
                _run(["ssconvert", "--recalc", "-T", kind, str(source), str(target)], "", home=profile)
        return _made(targets)


PROGRAMS: tuple[Program, ...] = (LibreOffice(), OnlyOffice(), Gnumeric())


def _filter(source: Path, target: Path) -> str:
    """How LibreOffice calls the format; each of its programs prints by a filter of its own."""
    kind = target.suffix[1:]
    return _FILTERS[f"{source.suffix[1:]}>pdf" if kind == "pdf" else kind]


def _words(step: Step) -> list[object]:
    """A step as LibreOffice's script takes it."""
    if not isinstance(step, Typed):
        return [type(step).__name__, *astuple(step)]
    return ["Typed", step.sheet, step.cell, _typed_in_russian(step.value)]


def _typed_in_russian(value: Value) -> str:
    """The value as a person types it into a program with a Russian locale."""
    if isinstance(value, bool):
        return "ИСТИНА" if value else "ЛОЖЬ"
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, Percent):
        return f"{_typed_in_russian(value.value)}%"
    return f"{value:g}".replace(".", ",") if isinstance(value, float) else value


def _targets(source: Path, folder: Path, formats: Sequence[str]) -> list[Path]:
    return [folder / f"{source.stem}.{format_}" for format_ in formats]


def _made(targets: list[Path]) -> list[Path]:
    if lacking := [target.name for target in targets if not target.exists()]:
        raise ProgramError(f"not saved: {', '.join(lacking)}")
    return targets


@contextlib.contextmanager
def _profile() -> Iterator[Path]:
    """A folder for the settings of one use."""
    folder = Path(tempfile.mkdtemp(prefix="office-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _running(command: Sequence[str]) -> Iterator[None]:
    """Runs a program for the length of the block."""
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)
    try:
        yield
    finally:
        _end(process)


def _run(command: Sequence[str], words: str, *, home: Path | None = None, cwd: Path | None = None) -> str:
    """Runs a program to its end and returns what it has said. Raises ProgramError."""
    environment = os.environ | {"HOME": str(home)} if home else None
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=cwd,
        start_new_session=True,
    ) as process:
        try:
            said, complaint = process.communicate(words, _LIMIT)
        except subprocess.TimeoutExpired:
            raise ProgramError(f"{command[0]} is not ready after {_LIMIT:.0f} s") from None
        finally:
            _end(process)
    if process.returncode:
        raise ProgramError(f"{command[0]} ended with {process.returncode}: {complaint[-2000:]}")
    return said


def _end(process: "subprocess.Popen[str] | subprocess.Popen[bytes]") -> None:
    """Ends it and what it has started, which is its group."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
