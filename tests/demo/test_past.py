"""What the demo's people answer, and the month that is played once and kept: no page, no bot."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.directives.directive import Directive
from bot.domain.fields.field import Field, FieldKind
from simulator import Simulator
from simulator.demo import answers, past
from simulator.demo.cast import ADMIN, CAST
from simulator.demo.stage import opening
from tests.texts.heads import Registration
from tests.world import catalog_of

CATALOG = catalog_of()
START = opening(datetime(2026, 9, 1, tzinfo=UTC).date())
HEADS = [part for part in CAST if part.id != ADMIN]
NUMBERS = (FieldKind.WHOLE, FieldKind.DECIMAL)
# Over some years, in every season.
MOMENTS = [datetime(year, month, 5, 1, tzinfo=UTC) for year in (2026, 2027, 2029) for month in (1, 4, 9, 11)]


def number(field: Field, size: int, who: int, title: str, now: datetime) -> int | None:
    screen = f"Запрос · {title}\n\nНапишите число от {field.min} до {field.max}."
    return answers.number(size, who, field.label, screen, now)


def test_everybody_has_a_head() -> None:
    """Each of the thirteen organizations; most answer by themselves, one never does."""
    seats = [part.organization for part in HEADS if part.seat == Registration.HEAD]
    assert len(seats) == 13
    assert len(set(seats)) == 13
    silent = [part.name for part in HEADS if part.joined and part.days is None]
    assert silent == ["Петрова Ольга"]
    assert {part.days for part in HEADS} >= {0, 1, 5, 17}


@pytest.mark.parametrize("directive", CATALOG.directives.values(), ids=lambda directive: str(directive.id))
def test_numbers_fit_the_form(directive: Directive) -> None:
    """Every check between fields holds, for everybody, in every period of every year."""
    fields = [field for field in directive.fields if field.kind in NUMBERS]
    titles = [period.title for period in getattr(directive.schedule.rule, "periods", ())] or [""]
    for part in HEADS:
        for now in MOMENTS:
            for title in titles:
                given = {field.id: number(field, part.size, part.id, title, now) for field in fields}
                for field in fields:
                    value = given[field.id]
                    assert value is not None, field.label
                    assert field.min is None or value >= field.min
                    assert field.max is None or value <= field.max
                for check in directive.checks:
                    left, right = (sum(given[name] or 0 for name in side) for side in (check.left, check.right))
                    assert left <= right, (part.name, now, title, given)


def test_next_year_is_like_this_one() -> None:
    """Whoever is asked again says nearly the same."""
    for part in HEADS:
        then, later = (
            answers.number(part.size, part.id, "Занимается обучающихся", "", datetime(year, 10, 5, tzinfo=UTC))
            for year in (2026, 2027)
        )
        assert then is not None
        assert later is not None
        assert abs(later - then) <= max(2, then // 10)


async def test_a_world_goes_on_from_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(past, "FOLDER", tmp_path / "kept")
    database, used = tmp_path / "bot.db", tmp_path / "used.db"
    database.write_bytes(b"a database")
    assert past.find(START, used) is None
    assert not used.exists()
    async with Simulator("42:TEST") as first:
        head = await first.person("Доржиев Баир", id=102)
        message = await head.send("Раньше")
        past.keep(START, first.world.kept(), database)
    assert past.is_kept(START)
    async with Simulator("42:TEST") as second:
        world = past.find(START, used)
        assert world is not None
        second.world.go_on_from(world)
        assert used.read_bytes() == b"a database"
        head = second.at(102, "Доржиев Баир")
        assert [item["text"] for item in await head.messages(from_bot=None)] == ["Раньше"]
        # Numbers go on: a bot that has seen the first message sees another one now.
        assert await head.send("Теперь") > message
        assert [update["update_id"] for update in second.world.updates.waiting()] == [100_000_002]
    # Another moment is another demo; a file that was cut off is none.
    assert past.find(START.replace(year=2025), used) is None
    (pickled,) = (tmp_path / "kept").glob("*/world.pickle")
    pickled.write_bytes(pickled.read_bytes()[:40])
    assert past.find(START, used) is None


async def test_a_folder_that_cannot_be_written_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(past, "FOLDER", tmp_path / "file" / "kept")
    async with Simulator("42:TEST") as simulator:
        past.keep(START, simulator.world.kept(), tmp_path / "none.db")
    assert not past.is_kept(START)
