"""Pictures for the phone: their size, what is drawn, and that it is inside."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.text import Text

from bot.domain.ledger.report import Execution, ReportKind
from bot.domain.people.member import Limits
from bot.reports import completion, drawing
from bot.reports.completion import Bar
from bot.storage.engine.database import Storage
from tests.reports import ledgers
from tests.reports.conftest import Making
from tests.storage.seed import Seed

PICTURES = (ReportKind.MATRIX, ReportKind.COMPLETION, ReportKind.DYNAMICS)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Figure]:
    """Every figure that is made into a file."""
    figures: list[Figure] = []
    save = drawing.save

    def keep(figure: Figure, path: Path) -> str:
        figures.append(figure)
        return save(figure, path)

    for module in ("matrix", "completion", "dynamics"):
        monkeypatch.setattr(f"bot.reports.{module}.save", keep)
    return figures


def texts(figure: Figure) -> list[str]:
    """Everything that is written in it."""
    return [text.get_text() for text in figure.findobj(Text) if text.get_text().strip() and text.get_visible()]


def fits_telegram(path: Path) -> None:
    """What Telegram takes as a photo, and a phone loads at once."""
    height, width = imread(path).shape[:2]
    assert width + height <= 10_000
    assert max(width, height) / min(width, height) <= 20
    assert path.stat().st_size < 1_000_000


def is_inside(figure: Figure) -> None:
    """No text is cut off at the edge."""
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    for text in figure.findobj(Text):
        if text.get_text().strip() and text.get_visible():
            box = text.get_window_extent(renderer)
            assert box.x0 >= 0, text
            assert box.y0 >= 0, text
            assert box.x1 <= figure.bbox.width, text
            assert box.y1 <= figure.bbox.height, text


@pytest.mark.slow
@pytest.mark.parametrize(("count", "pages"), [(12, 1), (60, 3)])
async def test_the_matrix_is_readable_whatever_the_district(
    tmp_path: Path, making_of: Callable[[Storage], Making], drawn: list[Figure], count: int, pages: int
) -> None:
    storage = await ledgers.filled(tmp_path, count)
    made, files = await making_of(storage)(ledgers.job(ReportKind.MATRIX))
    await storage.close()
    assert made.pictures
    assert len(files) == len(drawn) == pages
    for path, figure in zip(files, drawn, strict=True):
        fits_telegram(path)
        is_inside(figure)
    written = "\n".join(text for figure in drawn for text in texts(figure))
    # A sign in each cell, so that nobody needs the colours, and the legend of those that occur.
    assert "✓" in written
    assert "! просрочено" in written
    assert "в своде Excel" not in made.caption


async def test_what_an_album_does_not_hold_is_told(
    autumn: Storage, making_of: Callable[[Storage], Making], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.reports.matrix.ROWS", 3)
    monkeypatch.setattr("bot.reports.matrix.PICTURES", 2)
    made, files = await making_of(autumn)(ledgers.job(ReportKind.MATRIX))
    assert len(files) == 2
    assert "Ещё 7 организаций — в своде Excel." in made.caption


@pytest.mark.slow
async def test_completion_counts_what_the_ledger_has(
    autumn: Storage, making_of: Callable[[Storage], Making], drawn: list[Figure]
) -> None:
    made, files = await making_of(autumn)(ledgers.job(ReportKind.COMPLETION))
    fits_telegram(files[0])
    is_inside(drawn[0])
    written = texts(drawn[0])
    assert "1.1 Санитарные правила" in written
    assert "1 из 1, 100\u00a0%" in written
    assert {"в срок", "с опозданием", "не представили"} <= set(written)
    assert "Исполнение поручений" in made.caption


def test_the_counts_of_a_region_are_inside(tmp_path: Path, drawn: list[Figure]) -> None:
    whole = Execution(asked=32010, answered=27597, on_time=25086, late=2511, overdue=4413)
    bars = [Bar("Все территории", whole, is_total=True), Bar("Север", whole)]
    completion.draw(ledgers.job(ReportKind.COMPLETION), "Исполнение по территориям", bars, tmp_path / "bars.png")
    is_inside(drawn[0])


@pytest.mark.slow
async def test_dynamics_say_how_many_answered(
    tmp_path: Path, making_of: Callable[[Storage], Making], drawn: list[Figure]
) -> None:
    storage = await ledgers.filled(tmp_path, 12, last=date(2027, 3, 31))
    make = making_of(storage)
    order = {"first": None, "last": None, "directive": "school-sports-clubs"}
    made, files = await make(ledgers.job(ReportKind.DYNAMICS, field="members", **order))
    fits_telegram(files[0])
    is_inside(drawn[0])
    written = "\n".join(texts(drawn[0]))
    assert "Занимается обучающихся, чел. (итого по району)" in written
    assert written.count("ответили") >= 2
    assert "итого по району" in made.caption
    # A field that is not there, or is no number.
    for field in ("none", "club"):
        made, files = await make(ledgers.job(ReportKind.DYNAMICS, field=field, **order))
        assert files == []
    await storage.close()


@pytest.mark.parametrize("kind", PICTURES)
async def test_nothing_to_draw_is_said(
    autumn: Storage, making_of: Callable[[Storage], Making], kind: ReportKind
) -> None:
    make = making_of(autumn)
    for order in ({"first": date(2020, 1, 1), "last": date(2020, 2, 1)}, {"limits": Limits(topics=frozenset({"no"}))}):
        made, files = await make(ledgers.job(kind, **order))
        assert files == []
        assert made.caption == "За этот период запросов не было."


async def test_names_as_people_write_them(seed: Seed, make: Making, storage: Storage, drawn: list[Figure]) -> None:
    for name in ("=cmd()", "<b>&", "$x^2$ и $y$", "\U0001f3d0 Клуб", "я" * 200, "a\u202eb\u0007"):
        await seed.organization(name)
    found = await seed.open()
    job = ledgers.job(ReportKind.MATRIX, first=None, last=None)
    _, files = await make(replace(job, now=found.closes_at))
    fits_telegram(files[0])
    is_inside(drawn[0])
    written = "\n".join(texts(drawn[0]))
    assert "=cmd()" in written
    # Money is no mathematics.
    assert "\\$x^2\\$" in written
