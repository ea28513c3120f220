"""Reports on directives of several documents: each has its heading and its totals, questions have none."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import docx
import openpyxl
import pytest

from bot.catalog.loader import load
from bot.domain.catalog.catalog import Catalog
from bot.domain.ledger.report import Execution, ReportKind
from bot.reports import sections
from bot.reports.orders import letterhead
from bot.storage.engine.database import Storage
from tests.reports import ledgers
from tests.reports.boards import data_of
from tests.reports.conftest import Making

ORDER = """\
source: {title: приказа Министерства образования, number: "1204", date: 2026-09-12}
directives:
  - id: hot-meals
    number: "1"
    title: Горячее питание
    topic: sanitary
    audience: [general]
    text: обеспечить горячее питание
    prompt: Просим сообщить об охвате горячим питанием.
    fields: [{id: pupils, kind: whole, label: Охвачено питанием, unit: чел., min: 0, max: 3000, total: true}]
    schedule: {dates: [{key: autumn, title: Осень, open: 10-05, due: 10-15}]}
  - id: transport
    number: "2"
    title: Подвоз
    topic: sanitary
    audience: [general, department]
    text: обеспечить подвоз
    prompt: Просим сообщить о подвозе.
    fields: [{id: buses, kind: whole, label: Автобусов, min: 0, max: 30, total: true}]
    schedule: {every: month, on: 5, due: 5}
"""
RESOLUTION = "резолюции августовской конференции работников образования Иволгинского района 2021 г."
MINISTRY = "приказа Министерства образования от 12.09.2026 № 1204"


@pytest.fixture
def catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Catalog:
    """The resolution and an order of the ministry."""
    folder = tmp_path / "directives"
    folder.mkdir()
    (folder / "10.yaml").write_text((ledgers.DATA / "directives.yaml").read_text("utf-8"), encoding="utf-8")
    (folder / "20.yaml").write_text(ORDER, encoding="utf-8")
    roster = ledgers.DATA / "organizations.example.yaml"
    found = load(folder, ledgers.DATA / "calendar.yaml", roster, ledgers.ZONE, ledgers.NOW)
    monkeypatch.setattr(ledgers, "catalog", lambda: found)
    return found


@pytest.fixture
async def autumn(tmp_path: Path, catalog: Catalog) -> AsyncIterator[Storage]:
    assert len(catalog.sources) == 2
    found = await ledgers.filled(tmp_path, 12)
    await ledgers.ask(found, 1, "Сколько автобусов?", date(2026, 11, 20), ledgers.NOW - timedelta(days=20))
    yield found
    await found.close()


async def counted(storage: Storage) -> tuple[Execution, Execution]:
    """What the directives of each document come to."""
    async with storage.read() as tx:
        asked, executions = await sections.asked(tx, ledgers.job())
    sums = {RESOLUTION: Execution(), MINISTRY: Execution(), "": Execution()}
    for round_ in asked:
        source = round_.directive.source
        sums[source.name if source else ""] += executions[round_.id]
    return sums[RESOLUTION], sums[MINISTRY]


@pytest.mark.slow
async def test_the_word_report_has_a_heading_for_each(autumn: Storage, making_of: Callable[[Storage], Making]) -> None:
    made, files = await making_of(autumn)(ledgers.job(ReportKind.EXECUTION))
    assert made.files == ("Справка об исполнении поручений 01.09.2026-30.11.2026.docx",)
    document = docx.Document(str(files[0]))
    headings = [(one.style.name, one.text) for one in document.paragraphs if one.style.name.startswith("Heading")]  # type: ignore[union-attr]
    assert [text for style, text in headings if style == "Heading 1"] == [
        "Общие итоги", f"Из {RESOLUTION}", f"Из {MINISTRY}", "Разовые вопросы"
    ]  # fmt: skip
    assert [text for style, text in headings if style == "Heading 2"] == [
        "Поручения управлению образования", "Поручения организациям", "Сколько автобусов?"
    ]  # fmt: skip
    assert headings[-4:-2] == [("Heading 3", "1 Горячее питание"), ("Heading 3", "2 Подвоз")]
    # The totals of all, of each, and none that adds questions.
    of_all, *_ = document.tables
    resolution, ministry = await counted(autumn)
    whole = resolution + ministry
    rows = [[cell.text.replace("\u00a0", " ") for cell in row.cells][:3] for row in of_all.rows]
    assert rows[1:] == [
        [f"Из {RESOLUTION}", str(resolution.wanted), str(resolution.answered)],
        [f"Из {MINISTRY}", str(ministry.wanted), str(ministry.answered)],
        ["Итого", str(whole.wanted), str(whole.answered)],
    ]
    assert "об исполнении поручений" in [paragraph.text for paragraph in document.paragraphs]
    assert f"• Из {MINISTRY}: представили {ministry.answered} из {ministry.wanted}" in made.caption


@pytest.mark.slow
async def test_the_workbook_has_a_summary_of_all_and_of_each(
    autumn: Storage, making_of: Callable[[Storage], Making]
) -> None:
    _, files = await making_of(autumn)(ledgers.job())
    book = openpyxl.load_workbook(files[0])
    assert book.sheetnames[:4] == [
        "Сводка", "Сводка 1", "Сводка 2", "Разовые вопросы"
    ]  # fmt: skip
    whole, _, ministry, questions = book.worksheets[:4]
    assert whole["B1"].value == "Сводка исполнения поручений"
    (band,) = (row for row in whole.iter_rows() if row[3].value == f"1. Из {RESOLUTION}")
    named = [(cell.column, cell.value) for cell in band if cell.value]
    assert [value for _, value in named] == [f"1. Из {RESOLUTION}", "2."]
    headings = next(row for row in whole.iter_rows(min_row=band[0].row + 1))
    assert headings[named[1][0] - 1].value == "1 Горячее питание"
    assert f"2. Из {MINISTRY}" in str(whole["B3"].value)
    assert ministry["B1"].value == f"Сводка исполнения поручений {MINISTRY}"
    _, its = await counted(autumn)
    (total,) = (row for row in ministry.iter_rows() if row[2].value == "Итого: представлено, %")
    assert [cell.value for cell in total[5:7]] == [its.wanted, its.answered]
    assert questions["B1"].value == "Ответы на разовые вопросы"
    assert str(book["2 Подвоз"]["B3"].value).startswith(f"Из {MINISTRY}: «обеспечить подвоз»")
    flat = [[cell.value for cell in row] for row in book["Данные"].iter_rows()]
    column = flat[0].index("Источник")
    assert {(row[3], row[column]) for row in flat[1:]} == {
        ("Поручение", RESOLUTION), ("Поручение", MINISTRY), ("Разовый вопрос", None)
    }  # fmt: skip


@pytest.mark.slow
async def test_the_board_and_pictures(autumn: Storage, making_of: Callable[[Storage], Making]) -> None:
    _, files = await making_of(autumn)(ledgers.job(ReportKind.BOARD))
    board = data_of(files[0].read_text("utf-8"))["board"]
    assert board["groups"] == [
        "Из резолюции августовской… района 2021 г.",
        "Из приказа Министерства… 12.09.2026 № 1204",
        "Разовые вопросы",
    ]
    groups = {section["title"]: section["group"] for section in board["sections"]}
    assert (groups["Горячее питание"], groups["Школьный спортивный клуб"], groups["Сколько автобусов?"]) == (1, 0, 2)
    made, _ = await making_of(autumn)(ledgers.job(ReportKind.COMPLETION))
    # All of them by document, then each, then the questions.
    assert len(made.files) == 4
    made, _ = await making_of(autumn)(ledgers.job(ReportKind.MATRIX))
    assert len(made.files) == 3


async def test_a_document_that_is_gone_keeps_its_heading(autumn: Storage, catalog: Catalog) -> None:
    directives = {key: each for key, each in catalog.directives.items() if each.source == catalog.sources[0]}
    left = replace(catalog, directives=directives, sources=catalog.sources[:1], source=RESOLUTION)
    async with autumn.read() as tx:
        asked, executions = await sections.asked(tx, ledgers.job())
    found = sections.parts(sections.sections(asked, letterhead(left)), executions)
    assert [part.heading for part in found] == [f"Из {RESOLUTION}", f"Из {MINISTRY}", ""]
    # What was asked before anybody noted documents goes by what the directive's is now; of others nobody knows it.
    unknown = [replace(one, directive=replace(one.directive, source=None)) for one in asked]
    found = sections.parts(sections.sections(unknown, letterhead(catalog)), executions)
    assert [part.heading for part in found] == [f"Из {RESOLUTION}", f"Из {MINISTRY}", ""]
    found = sections.parts(sections.sections(unknown, letterhead(left)), executions)
    assert [part.heading for part in found] == ["", ""]


async def test_a_head_s_own_file(autumn: Storage, making_of: Callable[[Storage], Making]) -> None:
    _, files = await making_of(autumn)(ledgers.job(ReportKind.OWN, organization=1, first=None, last=None))
    sheet = openpyxl.load_workbook(files[0]).worksheets[0]
    headings = [str(row[1].value) for row in sheet.iter_rows() if str(row[1].value).startswith(("Из ", "Разовые"))]
    assert headings == [f"Из {RESOLUTION}", f"Из {MINISTRY}", "Разовые вопросы"]
