"""Reports on paper: what office programs print of them, read from their PDF."""

import itertools
import re
import shutil
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.domain.ledger.report import ReportKind
from bot.reports import making
from bot.storage.engine.database import Storage
from tests.lacking import lacks
from tests.office.programs import LibreOffice, OnlyOffice, Program, needed
from tests.reports import ledgers

pytestmark = [pytest.mark.soak, pytest.mark.timeout(300)]

PROGRAMS = [pytest.param(program, id=program.name) for program in (LibreOffice(), OnlyOffice())]
# In the middle of the autumn: some directives are due, some are not.
NOW = datetime(2026, 11, 12, 2, tzinfo=UTC)
# pdftohtml tells sizes in thirds of a point.
ZOOM, SMALLEST = 3, 8.0


@dataclass(frozen=True, slots=True)
class Word:
    """A printed word and its place, in points."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def is_upright(self) -> bool:
        return len(self.text) > 2 and self.bottom - self.top > self.right - self.left

    def covers(self, other: "Word") -> bool:
        """Whether both lie on each other by more than their letters' air."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return wide > 1 and high > 0.35 * min(self.bottom - self.top, other.bottom - other.top)


@pytest.fixture(params=[12, 60])
async def district(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Storage]:
    """An autumn with two questions, one of which is not due yet."""
    storage = await ledgers.filled(tmp_path, request.param)
    for number, text, due, asked in (
        (1, "Сколько автобусов исправно?", date(2026, 11, 5), datetime(2026, 11, 2, 2, tzinfo=UTC)),
        (2, "Сколько медсестёр не хватает?", date(2026, 12, 21), datetime(2026, 11, 9, 2, tzinfo=UTC)),
    ):
        await ledgers.ask(storage, number, text, due, asked)
    yield storage
    await storage.close()


@pytest.mark.parametrize("program", PROGRAMS)
async def test_the_workbook_is_readable_on_paper(district: Storage, tmp_path: Path, program: Program) -> None:
    printed = await _printed(district, tmp_path, program, ReportKind.WORKBOOK)
    assert _smallest(printed) >= SMALLEST
    pages = _pages(printed)
    first = " ".join(word.text for word in pages[0])
    assert "Сводка исполнения поручений" in first
    assert "Итого: представлено, %" in first
    assert "автобусов" not in first


async def test_no_rows_lie_on_each_other(district: Storage, tmp_path: Path) -> None:
    if not re.search("Arial|Liberation Sans", _run("fc-match", "Arial")):
        lacks("OFFICE", "there is no font like Arial: apt-get install fonts-liberation")
    pages = _pages(await _printed(district, tmp_path, LibreOffice(), ReportKind.WORKBOOK))
    for number, words in enumerate(pages, start=1):
        if any(word.text == "Данные," for word in words):
            # Its texts run over the cells beside them, where they are cut.
            continue
        # Headings stand upright, two lines beside each other.
        level = [word for word in words if not word.is_upright]
        lying = [(word.text, other.text) for word, other in itertools.combinations(level, 2) if word.covers(other)]
        assert lying == [], f"page {number}"


@pytest.mark.parametrize("program", PROGRAMS)
async def test_the_execution_report_is_readable_on_paper(district: Storage, tmp_path: Path, program: Program) -> None:
    printed = await _printed(district, tmp_path, program, ReportKind.EXECUTION)
    assert _smallest(printed) >= SMALLEST
    text = " ".join(word.text for page in _pages(printed) for word in page)
    overview, _, questions = text.partition("Разовые вопросы")
    assert "автобусов" not in overview
    assert "Сколько автобусов исправно?" in questions
    # Nobody is called silent who still has time.
    assert "срок не наступил" in overview


async def _printed(storage: Storage, folder: Path, program: Program, kind: ReportKind) -> Path:
    needed(program)
    if shutil.which("pdftotext") is None:
        lacks("OFFICE", "poppler is not installed: apt-get install poppler-utils")
    order = ledgers.job(kind, last=NOW.astimezone(ledgers.ZONE).date())
    (made_in := folder / "made").mkdir()
    (saved := folder / "saved").mkdir()
    async with storage.read() as tx:
        made = await making.make(tx, replace(order, now=NOW), made_in)
    source = (made_in / made.files[0]).rename(folder / f"report{Path(made.files[0]).suffix}")
    (pdf,) = program.use(source, saved, (), "pdf")
    return pdf


def _smallest(pdf: Path) -> float:
    """The size of the smallest letters, in points."""
    said = _run("pdftohtml", "-xml", "-i", "-stdout", "-zoom", str(ZOOM), str(pdf))
    sizes = [int(size) for size in re.findall(r'<fontspec [^>]*size="(\d+)"', said)]
    assert sizes
    return min(sizes) / ZOOM


def _pages(pdf: Path) -> list[list[Word]]:
    """The words of each page."""
    said = _run("pdftotext", "-bbox", str(pdf), "-")
    place = r'xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)"'
    return [
        [Word(text, *map(float, edges)) for *edges, text in re.findall(rf"<word {place}>(.*?)</word>", page)]
        for page in said.split("<page ")[1:]
    ]


def _run(*command: str) -> str:
    return subprocess.run(command, capture_output=True, check=True, text=True, timeout=60).stdout
