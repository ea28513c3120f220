"""What docs, comments and strings name is there: a file that was moved is moved in every sentence about it."""

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.domain.people.messenger import Messenger
from tests.demo.pictures import leaflet

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "simulator/README.md", *sorted((ROOT / "docs").glob("*.md"))]
CODE = [path for room in ("bot", "handlers", "scheduler", "simulator", "bench") for path in (ROOT / room).rglob("*.py")]
PROJECT = [path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*") if not {".git", ".venv"} & set(path.parts)]

# What an installation has beside the project; methods of objects called `bot` and `simulator`.
THEIRS = {"data/organizations.yaml", "organizations.yaml", "bot.send_message", "simulator.url"}
# `bot/app.py`, `storage/ledger/rounds.py`, `clock.py`, `tests/texts/`
FILE = re.compile(
    r"`((?:[\w.-]+/)*[\w-]+\.(?:py|yaml|md|service)|(?:bot|handlers|scheduler|simulator|tests|docs)/[\w/]*)`"
)
# bot.delivery.sayings, handlers.rights.register
MODULE = re.compile(r"(?<![\w./\"'@-])((?:bot|handlers|scheduler|simulator)(?:\.[a-z_]\w*)+)(?![\w/@(])")


def stands(name: str) -> bool:
    """Whether something of the project has that path, or ends in it."""
    name = name.rstrip("/")
    return name in THEIRS or name in PROJECT or any(path.endswith(f"/{name}") for path in PROJECT)


def imports(name: str) -> bool:
    """Whether it is a module, or something that a module holds."""
    if name in THEIRS:
        return True
    path = name.replace(".", "/")
    parent, _, held = path.rpartition("/")
    if path in PROJECT or f"{path}.py" in PROJECT or f"{parent}.py" in PROJECT:
        return True
    package = ROOT / parent / "__init__.py"
    return package.exists() and re.search(rf"\b{held}\b", package.read_text("utf-8")) is not None


def said_in(path: Path) -> Iterator[tuple[int, str]]:
    """Comments and strings of a module, with the lines where they begin."""
    for token in tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline):
        if token.type in (tokenize.COMMENT, tokenize.STRING):
            yield token.start[0], token.string


def test_pages_name_files_that_are_there() -> None:
    gone = [
        f"{page.name}: {name}" for page in PAGES for name in FILE.findall(page.read_text("utf-8")) if not stands(name)
    ]
    assert gone == []


def test_comments_name_modules_that_are_there() -> None:
    gone = []
    for path in CODE:
        for line, said in said_in(path):
            gone += [f"{path.relative_to(ROOT)}:{line}: {name}" for name in MODULE.findall(said) if not imports(name)]
            gone += [f"{path.relative_to(ROOT)}:{line}: {name}" for name in FILE.findall(said) if not stands(name)]
    assert gone == []


def test_the_checks_see_what_is_gone() -> None:
    assert [
        name
        for name in FILE.findall("`bot/app.py` `bot/apps.py` `views/heads/form.py` `tests/texts/`")
        if not stands(name)
    ] == ["bot/apps.py"]
    assert [
        name for name in MODULE.findall("bot.app and bot.apps, bot.app.App, bot.storage.post") if not imports(name)
    ] == ["bot.apps"]


# [text](target), not of the web
LINK = re.compile(r"\]\((?!https?://)([^)#\s]*)(?:#([^)\s]+))?\)")


def anchors(page: Path) -> set[str]:
    """What a link may name after # in that page."""
    headings = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken(page: Path, text: str) -> list[str]:
    """Links of a page that lead nowhere."""
    lost = []
    for target, anchor in LINK.findall(text):
        path = page.parent / target if target else page
        if not path.exists() or (anchor and anchor not in anchors(path)):
            lost.append(f"{page.name}: {target}#{anchor}")
    return lost


def test_links_lead_somewhere() -> None:
    assert [link for page in PAGES for link in broken(page, page.read_text("utf-8"))] == []


def test_a_broken_link_is_seen() -> None:
    page = ROOT / "README.md"
    assert broken(page, "[a](docs/nothing.md) [b](#no-such) [c](docs/operations.md#webhook) [d](LICENSE)") == [
        "README.md: docs/nothing.md#",
        "README.md: #no-such",
    ]


# Whoever is new reads them to the end.
@pytest.mark.parametrize(("page", "most"), [("README.md", 900), ("docs/department.md", 900)])
def test_what_everybody_reads_is_short(page: str, most: int) -> None:
    assert len((ROOT / page).read_text("utf-8").split()) <= most


@pytest.mark.parametrize("messenger", Messenger)
def test_the_page_for_heads_is_one_page_about_their_messenger(messenger: Messenger) -> None:
    words = leaflet.words(messenger)
    assert [each.called for each in Messenger if each.called in words] == [messenger.called]
    assert len(words.split()) <= 350
    assert words.count("![") == 3
    assert leaflet.pages(leaflet.LEAFLETS[messenger].read_bytes()) == 1


PICTURES = sorted((ROOT / "docs/pictures").iterdir())


def test_each_picture_is_shown_and_all_together_are_small() -> None:
    shown = {(page.parent / target).resolve() for page in PAGES for target, _ in LINK.findall(page.read_text("utf-8"))}
    assert [path.name for path in PICTURES if path not in shown] == []
    assert sum(path.stat().st_size for path in PICTURES) < 2_000_000
    assert (ROOT / "docs/department.md").read_text("utf-8").count("![") == 10


def test_the_contents_of_the_reference_name_all_its_parts() -> None:
    for name in ("desk.md", "files.md"):
        page = (ROOT / "docs" / name).read_text("utf-8")
        parts = re.findall(r"^## (.*)$", page, re.MULTILINE)
        assert re.findall(r"^- \[(.*)\]\(#", page, re.MULTILINE) == parts
