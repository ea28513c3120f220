"""The board as a file: what is in it, what is not, and that nothing in it can do harm."""

import re
from fractions import Fraction
from pathlib import Path

import pytest

from bot.domain.ledger.report import Execution
from bot.domain.people.member import Limits
from bot.reports.board import page
from bot.storage.desk import ledger_report
from bot.storage.engine.database import Storage
from bot.views.reports import answered
from bot.views.words import percent
from tests.reports import boards, ledgers
from tests.reports.conftest import Making
from tests.storage.seed import Seed


@pytest.fixture
async def district(seed: Seed) -> Storage:
    """The small district."""
    await boards.District(seed).fill()
    return seed.storage


async def test_it_is_one_file_that_asks_nobody(district: Storage, tmp_path: Path) -> None:
    made, path = await boards.file_of(district, boards.job(), tmp_path / "made")
    text = path.read_text("utf-8")
    assert len(made.files) == 1
    assert path.name.endswith(".html")
    assert "<b>Доска района</b>" in made.caption
    assert "Интернет не нужен" in made.caption
    own = re.sub(r'<script type="application/json".*', "", text)
    # Nothing is fetched, by whatever means; the name of SVG's elements is no address to go to.
    assert re.findall(r"https?://[^\"]*", own) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"\b(src|href|action|srcset)=|@import|url\(|import\(|fetch\(|XMLHttp|type=.module", own)
    # And if anything were: nothing but what is in the file may run, no markup can bring anything along.
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    assert "default-src 'none'" in policy[1]
    assert "unsafe" not in policy[1]


async def test_no_text_can_end_the_script(district: Storage, tmp_path: Path) -> None:
    _, path = await boards.file_of(district, boards.job(), tmp_path / "made")
    text = path.read_text("utf-8")
    blocks = boards.data_of(text)
    assert blocks.keys() >= {"board", "answers-0", "answers-1"}
    # As many ends as there are elements.
    assert text.count("</script>") == text.count("<script") == len(blocks) + 1
    assert "<!-- <i>" not in text
    # Nothing is lost or changed either.
    board = blocks["board"]
    assert any("</script></b><!-- <i>курсив</i>" in name for _, name, _ in board["organizations"])
    assert boards.MARKUP in board["people"]
    assert boards.EVIDENCE in str(blocks)
    # Files are told by name only: nobody gets them by what is here.
    assert "file_id" not in text
    assert "Ольга Сергеевна" in board["people"]
    assert "Методист Анна (управление)" in board["people"]


@pytest.mark.parametrize(
    ("limits", "seen", "hidden"),
    [
        (
            Limits(types=frozenset({"preschool"})),
            [boards.GARDEN, boards.BOTH, boards.MEALS.title, boards.STAFF.title],
            [boards.PINE, boards.CEDAR, boards.CLUBS.title, boards.OWN.title, "\"Школа\"", "Ольга", "1\u00a0250"],
        ),
        (
            Limits(topics=frozenset({"food"})),
            [boards.PINE, boards.GARDEN, boards.MEALS.title, "Питание", boards.BUSES.title],
            [boards.CLUBS.title, boards.OWN.title, boards.STAFF.title, "Спорт", "Кадры", "Ольга", "1\u00a0250"],
        ),
        (
            Limits(types=frozenset({"school"}), topics=frozenset({"sport"})),
            [boards.PINE, boards.BOTH, boards.CLUBS.title, "1\u00a0250", "Ольга"],
            [boards.GARDEN, boards.MEALS.title, boards.OWN.title, "\"Детский сад\"", "Питание", "Кадры"],
        ),
    ],
)  # fmt: skip
async def test_nothing_beyond_the_readers_limits_is_in_the_file(
    district: Storage, tmp_path: Path, limits: Limits, seen: list[str], hidden: list[str]
) -> None:
    made, path = await boards.file_of(district, boards.job(limits), tmp_path / "made")
    text = path.read_text("utf-8")
    for word in seen:
        assert word in text, word
    for word in hidden:
        assert word not in text, word
    # Cells are those of the ledger within the limits, so that no total tells more.
    board = boards.data_of(text)["board"]
    async with district.read() as tx:
        rounds = await ledger_report.of_order(tx, boards.job(limits).order, boards.job().zone)
        counted = await ledger_report.executions(tx, [round_.id for round_ in rounds], limits, boards.LATER)
    total = sum(counted.values(), Execution())
    cells = [letter for column in board["columns"] for letter in column["cells"] if letter != "."]
    assert len(cells) == total.asked + total.excused
    assert answered(total) in made.caption or "Разовых вопросов" in made.caption


async def test_questions_and_own_directives_stand_apart(district: Storage, tmp_path: Path) -> None:
    _, path = await boards.file_of(district, boards.job(), tmp_path / "made")
    board = boards.data_of(path.read_text("utf-8"))["board"]
    group = {section["title"]: board["groups"][section["group"]] for section in board["sections"]}
    assert group[boards.BUSES.title] == "Разовые вопросы"
    assert group[boards.OWN.title] == "Поручения управлению"
    assert group[boards.CLUBS.title] == group[boards.MEALS.title] == "Поручения организациям"


async def test_shares_are_rounded_as_the_bot_does(district: Storage, tmp_path: Path) -> None:
    _, path = await boards.file_of(district, boards.job(), tmp_path / "made")
    told = boards.data_of(path.read_text("utf-8"))["board"]["percents"]
    for whole in range(1, 130):
        for part in range(whole + 1):
            halves, rest = divmod(200 * part, whole)
            assert told[2 * halves + (rest > 0)] == percent(Fraction(part, whole))


async def test_nothing_to_show_is_said(district: Storage, make: Making) -> None:
    made, files = await make(boards.job(Limits(topics=frozenset({"none"})), directive="clubs"))
    assert files == []
    assert made.caption == "За этот период запросов не было."


async def test_a_failed_report_leaves_no_page_that_looks_whole(tmp_path: Path) -> None:
    path = tmp_path / "board.html"

    # JSON has no sets.
    with pytest.raises(TypeError), page.Page(path, "Доска") as file:
        file.data("board", {1})
    assert "</html>" not in path.read_text("utf-8")


@pytest.mark.soak
async def test_a_year_of_sixty_organizations_is_small(tmp_path: Path) -> None:
    storage = await ledgers.filled(tmp_path, 60, ledgers.FIRST, ledgers.LAST.replace(2027, 5))
    job = ledgers.job(boards.BOARD, last=ledgers.LAST.replace(2027, 5))
    _, path = await boards.file_of(storage, job, tmp_path / "made")
    await storage.close()
    assert path.stat().st_size < 2_000_000
