"""In the middle of the autumn: what is due, what is not yet, and what the department has asked on its own."""

import re
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import docx
import openpyxl
import pytest
import sqlalchemy as sa
from matplotlib.figure import Figure

from bot.domain.ledger.report import Execution, Outcome, ReportKind
from bot.domain.ledger.standing import Standing
from bot.domain.people.member import Limits
from bot.reports import drawing, sections, words
from bot.reports.job import Job
from bot.storage.desk import ledger_report
from bot.storage.engine.database import Storage, Tx
from bot.storage.schema import obligations, replies
from tests.reports import ledgers
from tests.reports.conftest import Making
from tests.reports.test_pictures import drawn, is_inside, texts

NOW = datetime(2026, 11, 12, 2, tzinfo=UTC)
BUSES, NURSES = "Сколько автобусов исправно?", "Сколько медсестёр не хватает?"
PENDING = "2.3 Сетевые программы"

__all__ = ["drawn"]


@pytest.fixture
async def season(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Storage]:
    """Twelve organizations; one question is due, the other is not, and nobody has answered after NOW."""
    storage = await ledgers.filled(tmp_path_factory.mktemp("season"), 12)
    await ledgers.ask(storage, 1, BUSES, date(2026, 11, 5), datetime(2026, 11, 2, 2, tzinfo=UTC))
    await ledgers.ask(storage, 2, NURSES, date(2026, 12, 21), datetime(2026, 11, 9, 2, tzinfo=UTC))

    async def unanswered(tx: Tx) -> None:
        later = sa.select(replies.c.obligation_id).where(replies.c.at > NOW)
        await tx.execute(sa.update(obligations).where(obligations.c.id.in_(later)).values(state="open", version=0))
        await tx.execute(sa.delete(replies).where(replies.c.at > NOW))

    await storage.apply(unanswered)
    yield storage
    await storage.close()


@pytest.fixture
def make(season: Storage, making_of: Callable[[Storage], Making]) -> Making:
    return making_of(season)


def job(kind: ReportKind) -> Job:
    """A report of the school year until today."""
    return replace(ledgers.job(kind, last=date(2026, 11, 12)), now=NOW)


async def counted(storage: Storage) -> dict[str, Execution]:
    """What each directive and question comes to, by title."""
    order = job(ReportKind.WORKBOOK).order
    async with storage.read() as tx:
        rounds = await ledger_report.of_order(tx, order, ledgers.ZONE)
        found = await ledger_report.executions(tx, [round_.id for round_ in rounds], order.limits, NOW)
    parts = sections.parts(
        sections.sections([round_ for round_ in rounds if round_.id in found], ledgers.head()), found
    )
    assert [part.is_questions for part in parts] == [False, True]
    return {section.title: part.of(section) for part in parts for section in part.sections}


async def test_a_row_counts_as_the_database_counts_it(season: Storage) -> None:
    order = job(ReportKind.WORKBOOK).order
    async with season.read() as tx:
        rounds = await ledger_report.of_order(tx, order, ledgers.ZONE)
        ids = [round_.id for round_ in rounds]
        debtors = await ledger_report.debtors(tx, ids, Limits())
        lines = await ledger_report.lines(tx, ids, [debtor.id for debtor in debtors], Limits())
        total = sum((await ledger_report.executions(tx, ids, Limits(), NOW)).values(), Execution())
    outcomes = Counter(line.outcome(NOW) for line in lines)
    assert outcomes == Counter({each: getattr(total, each) for each in Outcome})
    assert all(outcomes.values())
    assert total.answered == total.on_time + total.late
    assert total.wanted == total.answered + total.overdue + total.returned


@pytest.mark.slow
async def test_questions_have_totals_of_their_own(season: Storage, make: Making) -> None:
    of = await counted(season)
    questions = of[BUSES] + of[NURSES]
    directives = sum((each for title, each in of.items() if title not in (BUSES, NURSES)), Execution())
    for kind in (ReportKind.WORKBOOK, ReportKind.EXECUTION, ReportKind.MATRIX, ReportKind.COMPLETION):
        made, _ = await make(job(kind))
        first, second = made.caption.split("\n")[-2:]
        assert first.startswith(f"По поручениям: 13. Представили {directives.answered} из {directives.wanted} (")
        assert first.endswith(f"; срок не наступил: {directives.pending}.")
        assert second.startswith(f"Разовых вопросов: 2. Представили {questions.answered} из {questions.wanted} (")


@pytest.mark.slow
async def test_the_workbook_has_a_sheet_of_questions(make: Making) -> None:
    _, files = await make(job(ReportKind.WORKBOOK))
    book = openpyxl.load_workbook(files[0])
    assert book.sheetnames[:3] == ["Сводка", "Разовые вопросы", "1.1 Санитарные правила"]
    summary = {cell.value for row in book["Сводка"] for cell in row}
    assert BUSES not in summary
    headings = [cell.value for cell in book["Разовые вопросы"][7]]
    assert headings[3:5] == [BUSES, NURSES]
    kinds = {(row[3].value, row[4].value) for row in book["Данные"].iter_rows(min_row=2)}
    assert {kind for kind, title in kinds if title in (BUSES, NURSES)} == {"Разовый вопрос"}
    assert {kind for kind, title in kinds if title not in (BUSES, NURSES)} == {"Поручение"}


@pytest.mark.slow
async def test_the_document_has_a_section_of_questions(season: Storage, make: Making) -> None:
    _, files = await make(job(ReportKind.EXECUTION))
    document = docx.Document(str(files[0]))
    first, second = [
        [[cell.text for cell in row.cells] for row in table.rows]
        for table in document.tables
        if table.rows[0].cells[1].text == "Ожидалось"
    ]
    assert BUSES not in [row[0] for row in first]
    assert [row[0] for row in second] == ["Вопрос", BUSES, NURSES, "Итого"]
    text = "\n".join(paragraph.text for paragraph in document.paragraphs).replace("\u00a0", " ")
    assert "По поручениям направлено запросов: 13 (поручений: 13)." in text
    assert text.index("\nРазовые вопросы\n") > text.index(PENDING)
    # «Не представили» is said of nobody who still has time.
    of = (await counted(season))[PENDING]
    said = text.partition(f"{PENDING}\n")[2].partition("\n2.4 ")[0]
    assert of.pending == of.asked == 12
    assert said.endswith("I полугодие: срок — 20 ноября 2026. Срок не наступил: 12.")
    # What is kept together, and lines that are not torn apart.
    raw = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert re.search(r"\(\d+\u00a0%\)", raw)
    assert not re.search(r"\d %|в срок \d", raw)


@pytest.mark.slow
async def test_a_percentage_is_the_same_everywhere(season: Storage, make: Making, drawn: list[Figure]) -> None:
    of = await counted(season)
    shown = {
        title: None if execution.completion is None else f"{round(100 * execution.completion)} %"
        for title, execution in of.items()
        # 12,5 is rounded up, by `round` down.
        if execution.completion is None or (100 * execution.completion) % 1 != 0.5
    }
    assert len(set(shown.values())) > 4
    _, files = await make(job(ReportKind.WORKBOOK))
    book = openpyxl.load_workbook(files[0])
    cells = {}
    for name in ("Сводка", "Разовые вопросы"):
        sheet = book[name]
        for heading, share in zip(sheet[7][3:], sheet[4][3:], strict=True):
            cells[heading.value] = None if share.value is None else f"{round(share.value * 100)} %"
            assert share.value is None or share.value * 100 == pytest.approx(round(share.value * 100))
    _, files = await make(job(ReportKind.EXECUTION))
    tables = [table for table in docx.Document(str(files[0])).tables if table.rows[0].cells[1].text == "Ожидалось"]
    rows = {row.cells[0].text.replace("\u00a0", " "): row.cells[3].text for table in tables for row in table.rows}
    drawn.clear()
    await make(job(ReportKind.COMPLETION))
    picture = "\n".join(text for figure in drawn for text in texts(figure)).replace("\u00a0", " ")
    for title, share in shown.items():
        assert cells[title] == share, title
        assert rows[title].replace("\u00a0", " ") == (share or "—"), title
        if share:
            execution = of[title]
            assert f"{execution.answered} из {execution.wanted}, {share}" in picture, title


@pytest.mark.slow
async def test_bars_show_what_is_due_and_their_total(season: Storage, make: Making, drawn: list[Figure]) -> None:
    made, _ = await make(job(ReportKind.COMPLETION))
    assert made.pictures
    directives, questions = drawn
    for figure in drawn:
        is_inside(figure)
    assert {"в срок", "с опозданием", "на доработке", "не представили", "срок не наступил"} <= set(texts(directives))
    assert "Все поручения" in texts(directives)
    assert BUSES not in texts(directives)
    assert {"Разовые вопросы", "Все вопросы", BUSES, NURSES} <= set(texts(questions))
    # Without colours, bars are told apart by their hatching.
    assert len({*drawing.HATCHES.values()}) == len(drawing.HATCHES)


@pytest.mark.slow
async def test_the_matrix_keeps_questions_on_a_page_of_their_own(make: Making, drawn: list[Figure]) -> None:
    await make(job(ReportKind.MATRIX))
    directives, questions = drawn
    for figure in drawn:
        is_inside(figure)
    assert BUSES not in " ".join(texts(directives)).replace("\n", " ")
    assert BUSES in " ".join(texts(questions)).replace("\n", " ")
    assert any("+! представлено с опозданием" in text for text in texts(directives))


def test_signs_tell_late_from_on_time_and_the_legend_has_all() -> None:
    on_time, late = (Standing.ACCEPTED, Standing.ANSWERED), (Standing.ACCEPTED_LATE, Standing.ANSWERED_LATE)
    assert not {words.SIGNS[each] for each in on_time} & {words.SIGNS[each] for each in late}
    assert not {words.TINTS[each] for each in on_time} & {words.TINTS[each] for each in late}
    assert {text.split(" ", 1)[0] for text in words.present(Standing)} == set(words.SIGNS.values())


@pytest.mark.parametrize(
    ("reported", "silent", "execution", "said"),
    [
        ([], [], Execution(asked=2, answered=2), ""),
        ([], ["А", "Б"], Execution(asked=2), "Не представил никто"),
        (["А"], ["Б", "В"], Execution(asked=3), "Представили: А; не представили остальные (2)"),
        (["А", "Б"], ["В"], Execution(asked=3), "Не представили: В"),
        # Whoever has time, or mends an answer, is in neither list: the silent ones are named.
        (["А"], ["Б", "В"], Execution(asked=4, pending=1), "Не представили: Б, В"),
        ([], ["Б", "В"], Execution(asked=3, returned=1), "Не представили: Б, В"),
    ],
)
def test_who_is_silent(reported: list[str], silent: list[str], execution: Execution, said: str) -> None:
    assert words.silence(execution, reported, silent, 30) == said
