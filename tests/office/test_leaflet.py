"""The page for heads on paper: one A4 with all the words of docs/heads.md and nothing that an older text said."""

import re
import shutil
import subprocess

import pytest

from bot.domain.people.messenger import Messenger
from tests.demo.pictures.leaflet import LEAFLETS, words
from tests.lacking import lacks

pytestmark = pytest.mark.soak


def read(program: str, *arguments: str) -> str:
    if shutil.which(program) is None:
        lacks("OFFICE", "poppler is not installed: apt-get install poppler-utils")
    return subprocess.run([program, *arguments], check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("messenger", Messenger)
def test_it_is_one_a4(messenger: Messenger) -> None:
    told = read("pdfinfo", str(LEAFLETS[messenger]))
    assert re.search(r"^Pages:\s+1$", told, re.MULTILINE)
    assert "(A4)" in told


@pytest.mark.parametrize("messenger", Messenger)
def test_it_says_what_the_page_says(messenger: Messenger) -> None:
    shown = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", "", words(messenger))
    printed = read("pdftotext", "-raw", str(LEAFLETS[messenger]), "-")
    assert sorted(_words(printed)) == sorted(_words(shown))


def _words(text: str) -> list[str]:
    # A list's dots and a table's lines are no words.
    return re.findall(r"[\w/]+", text.replace("|---", ""))
