"""What the simulator assumes of Telegram is tried, or it is said why not."""

import re
from fnmatch import fnmatchcase

import pytest

from bot.probe.telegram import PROBES, UNTRIED
from simulator.api.refusals import TABLE, Origin
from tests.world import ROOT

TRIED = [phrase for probe in PROBES for phrase in probe.assumes]
TOLD = [*TRIED, *UNTRIED]


def assumed() -> list[str]:
    """The pieces of the last column of the table «Whom it follows»."""
    section = (ROOT / "simulator/README.md").read_text("utf-8").split("## Whom it follows")[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("| ") and "---" not in line]
    assert rows[0][-1].strip() == "assumed"
    return [piece.strip() for row in rows[1:] for piece in re.split("[;,]", row[-1]) if piece.strip()]


def is_told_of(what: str) -> bool:
    """Whether a probe tries it, or it is said why none does."""
    return any(phrase == what or fnmatchcase(what, phrase) for phrase in TOLD)


def test_each_line_that_is_marked_as_assumed_is_tried_or_it_is_said_why_not() -> None:
    assert len(assumed()) > 10
    assert [piece for piece in assumed() if not is_told_of(piece)] == []


def test_so_is_each_text_that_is_not_in_the_source() -> None:
    texts = {text for entry in TABLE if entry.origin is Origin.TELEGRAM for text in entry.texts}
    assert len(texts) > 10
    assert [text for text in sorted(texts) if not is_told_of(text)] == []


def test_nothing_is_tried_that_nobody_assumes() -> None:
    """A line that has gone from the README goes here too."""
    texts = {text for entry in TABLE if entry.origin is Origin.TELEGRAM for text in entry.texts} | set(assumed())
    own = {"changing a message after 48 hours"}
    assert [phrase for phrase in TOLD if not any(fnmatchcase(text, phrase) or text == phrase for text in texts)] == [
        *own
    ]


def test_the_comparison_can_fail() -> None:
    assert not is_told_of("STICKERS_INVALID")


def test_names_are_each_once_and_can_be_typed() -> None:
    names = [probe.name for probe in PROBES]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", name) for name in names)


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: str(probe.name))
def test_each_says_what_it_asks_and_how_it_is_judged(probe: object) -> None:
    assert getattr(probe, "asks", "")
    assert getattr(probe, "judged", "")
