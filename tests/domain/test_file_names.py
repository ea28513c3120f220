"""Names of files arrive as they were meant: Telegram's server finds nothing to change in them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.file_names import EXTENSION, STEM, dated, surviving, together


def as_the_server(name: str) -> str:
    """What arrives, by the rules of the server's source."""

    def part(text: str, most: int) -> str:
        kept = ""
        for character in text:
            taken = unicodedata.category(character)[0] in "LN"
            if ord(character) < 127:
                taken = character >= " " and character not in "<>:\"/\\|?*&`'"
            new = character if taken else " "
            if (not kept and new in " .") or len(kept) >= most:
                continue
            kept += new
        return kept.rstrip(" .")

    stem, dot, extension = name.rpartition("/")[2].rpartition(".")
    return f"{part(stem, 64)}.{part(extension, 16)}" if dot else part(extension, 64)


@pytest.mark.parametrize(
    ("name", "arrives"),
    [
        ("Свод 2026-09-01 — 2026-10-31.xlsx", "Свод 2026-09-01 - 2026-10-31.xlsx"),
        ("Ответы МБОУ «Школа № 5».xlsx", "Ответы МБОУ Школа N 5.xlsx"),
        ("ОШ №5 «Радуга»….docx", "ОШ N 5 Радуга.docx"),
        ("журнал\u00a0за\u2009месяц.csv", "журнал за месяц.csv"),
        # An й of two characters would lose its mark.
        (unicodedata.normalize("NFD", "ёлочкой.png"), "ёлочкой.png"),
        ("a/b\\c:d|e.txt", "a-b-c-d-e.txt"),
        ("💥💥.pdf", "file.pdf"),
        ("...", "file"),
        ("без расширения", "без расширения"),
        ("архив.tar.gz", "архив.tar.gz"),
    ],
)
def test_what_the_server_would_change_is_changed_beforehand(name: str, arrives: str) -> None:
    assert surviving(name) == arrives
    assert as_the_server(arrives) == arrives


@pytest.mark.slow
@given(st.lists(st.text(max_size=120), min_size=1, max_size=8))
def test_any_names_survive_and_stay_apart(names: list[str]) -> None:
    fitted = together(names)
    assert [as_the_server(name) for name in fitted] == fitted
    assert len({name.casefold() for name in fitted}) == len(names)
    assert all(len(name) <= STEM + 1 + EXTENSION for name in fitted)


def test_a_long_title_loses_its_end_and_neither_date_nor_page_nor_kind() -> None:
    title = "Матрица исполнения " + "и очень длинное название " * 5
    pages = [dated("05.10.2026", title, f" {page}.png") for page in (1, 12)]
    assert pages[0].startswith("Матрица исполнения и очень")
    assert pages[0].endswith(" 05.10.2026 1.png")
    assert [page.rpartition(" ")[2] for page in pages] == ["1.png", "12.png"]
    assert [as_the_server(page) for page in pages] == pages
    assert max(len(page) for page in pages) <= STEM + len(".png")


def test_the_same_name_twice_is_told_apart() -> None:
    assert together(["Свод.xlsx", "свод.xlsx", "Свод.docx"]) == ["Свод.xlsx", "свод 2.xlsx", "Свод.docx"]
