"""The execution report, read back as Word would: what the chief signs."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from bot.domain.fields.field import Field, FieldKind
from bot.domain.ledger.report import Execution, Letterhead, Order, ReportKind
from bot.domain.people.member import Limits
from bot.reports.job import Job
from bot.storage.desk import ledger_report
from bot.storage.engine.database import Storage
from bot.storage.ledger.replies import submit
from tests.reports import ledgers
from tests.reports.conftest import Making
from tests.storage.seed import DAY, NOW, OLGA, SCHOOL, Seed, directive

EXECUTION = ReportKind.EXECUTION


def read(files: list[Path]) -> Document:
    """The document that was made."""
    return docx.Document(str(files[0]))


def written(document: Document) -> str:
    """Its paragraphs."""
    return "\n".join(paragraph.text for paragraph in document.paragraphs).replace("\u00a0", " ")


def tables(document: Document) -> list[list[list[str]]]:
    """Its tables' cells."""
    return [
        [[cell.text.replace("\u00a0", " ") for cell in row.cells] for row in table.rows] for table in document.tables
    ]


def _first(block: Paragraph | Table) -> Paragraph:
    """The paragraph that keeps a block with the next one: of a table in its last row."""
    return block.rows[-1].cells[0].paragraphs[0] if isinstance(block, Table) else block


@pytest.mark.slow
async def test_what_the_chief_signs(autumn: Storage, making_of: Callable[[Storage], Making]) -> None:
    job = ledgers.job(EXECUTION)
    made, files = await making_of(autumn)(job)
    assert made.files == ("Справка об исполнении резолюции 01.09.2026-30.11.2026.docx",)
    document = read(files)
    text = written(document)
    assert text.startswith(
        "Управление образования администрации Сосновоозёрского района\nСправка\nоб исполнении резолюции"
    )
    assert "Начальник управления образования\t____________" in text
    async with autumn.read() as tx:
        rounds = await ledger_report.of_order(tx, job.order, ledgers.ZONE)
        counted = await ledger_report.executions(tx, [one.id for one in rounds], job.order.limits, ledgers.NOW)
    total = sum(counted.values(), Execution())
    assert f"Представили {total.answered} из {total.wanted}" in text
    assert f"не представили — {total.overdue}." in text
    # The overview has a row for each directive, and each is quoted to the letter.
    overview, *_ = tables(document)
    directives = {one.directive.id: one.directive for one in rounds}
    assert len(overview) == 1 + len(directives) + 1
    assert overview[-1][:3] == ["Итого", str(total.wanted), str(total.answered)]
    for one in directives.values():
        assert f"«{' '.join(one.text.split())}»" in text
    # Those to the department come before those to the organizations.
    headings = [
        paragraph.text for paragraph in document.paragraphs if (paragraph.style and paragraph.style.name) == "Heading 1"
    ]
    assert headings == ["Общие итоги", "Поручения управлению образования", "Поручения организациям"]
    # Ready for the printer: headings on each page, no row torn apart, A4 with the margins of the standard, a picture.
    for table in document.element.body.iter(qn("w:tbl")):
        first, *rows = (row.find(qn("w:trPr")) for row in table.iterchildren(qn("w:tr")))
        assert first.find(qn("w:tblHeader")) is not None
        assert all(row.find(qn("w:cantSplit")) is not None for row in rows)
    # A directive's title, words, due dates and short table do not part at a page's end.
    short = [table for table in document.tables if len(table.rows) < 9]
    assert short
    for table in short:
        *rows, _ = table.rows
        assert all(row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in rows)
    for name in ("Heading 2", "Quote"):
        assert document.styles[name].paragraph_format.keep_with_next
    due = [paragraph for paragraph in document.paragraphs if re.match(r"(.*: с|С)рок\s—\s", paragraph.text)]
    assert due
    assert all(paragraph.paragraph_format.keep_with_next for paragraph in due)
    # Nobody signs a page on which nothing else stands.
    blocks = list(document.iter_inner_content())
    signed = next(place for place, block in enumerate(blocks) if "Начальник управления" in _first(block).text)
    assert all(_first(block).paragraph_format.keep_with_next for block in blocks[signed - 3 : signed])
    page = document.sections[0]
    sizes = (page.page_width, page.page_height, page.left_margin, page.right_margin)
    assert [round(length.cm, 1) for length in sizes if length] == [21.0, 29.7, 3.0, 1.0]
    assert len(document.inline_shapes) == 1
    assert document.styles["Normal"].font.name == "Times New Roman"


async def test_totals_names_and_reasons(seed: Seed, make: Making) -> None:
    fields = (
        Field("status", FieldKind.CHOICE, "Состояние", options=("Исполнено", "В работе")),
        Field("members", FieldKind.WHOLE, "Занимается", unit="чел.", total=True),
        Field("share", FieldKind.WHOLE, "Охват", unit="%"),
    )
    what = replace(directive("clubs", "sport", SCHOOL), number="2.4", fields=fields)
    names = ["Школа <№ 1> & Ко", "=Школа № 2", "\U0001f3d0 Школа\u0007 № 3", "Школа № 4", "я" * 200]
    schools = [await seed.organization(name) for name in names]
    found = await seed.open(what)
    await seed.person(OLGA)
    for school, at, values in (
        (schools[0], NOW, {"status": "Исполнено", "members": 1000, "share": 10}),
        (schools[1], NOW + 11 * DAY, {"status": "Исполнено", "members": 250, "share": 90}),
        (schools[2], NOW, {"status": "В работе", "members": 0, "share": 20}),
    ):
        owed = await seed.owed(found, school)
        await seed.storage.apply(
            lambda tx, owed=owed, values=values, at=at: submit(tx, owed, values, None, 0, OLGA, at)  # type: ignore[misc]
        )
    refusing = await seed.owed(found, schools[3])
    await seed.storage.apply(lambda tx: submit(tx, refusing, {}, "Нет спортзала", 0, OLGA, NOW))
    job = Job(Order(EXECUTION), Letterhead("Asia/Irkutsk"), NOW + 12 * DAY)
    _, files = await make(job)
    document = read(files)
    text = written(document)
    assert tables(document)[1][1:] == [
        ["Состояние", "Исполнено — 2; В работе — 1"],
        ["Занимается, чел.", "1 250"],
        # Shares are not added up.
        ["Охват, %", "медиана 20"],
    ]
    assert f"Не представили: {'я' * 200}." in text
    assert "Представили с нарушением срока: =Школа № 2." in text
    assert "Сообщили, что поручение к ним не относится: Школа № 4 (Нет спортзала)." in text
    assert "Управление образования\nСправка" in text


@pytest.mark.slow
async def test_limits_and_nothing_to_report(autumn: Storage, making_of: Callable[[Storage], Making]) -> None:
    make = making_of(autumn)
    _, files = await make(ledgers.job(EXECUTION, limits=Limits(frozenset({"preschool"}))))
    text = written(read(files))
    assert "Детский сад" in text
    # A school that is a kindergarten too is a matter of theirs.
    others = [entry.name for entry in ledgers.catalog().roster if "preschool" not in entry.types]
    assert others
    assert not any(name in text for name in others)
    made, files = await make(ledgers.job(EXECUTION, first=date(2020, 1, 1), last=date(2020, 2, 1)))
    assert (files, made.caption) == ([], "За этот период запросов не было.")
