"""Texts between Telegram's HTML, which views write, and MAX's HTML and markup."""

import re
from html import escape, unescape

import pytest
from aiogram.types import Message
from hypothesis import example, given
from hypothesis import strategies as st

from bot.delivery.max.text import LONGEST, entities, formatted, pages, plain, spoken


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("<b>Запрос</b> &lt;1&gt;", "<b>Запрос</b> &lt;1&gt;"),
        ("<blockquote expandable>Текст <i>пункта</i></blockquote>", "<i>Текст пункта</i>"),
        ("<i>до <blockquote>внутри</blockquote> после</i>", "<i>до внутри после</i>"),
        ('<a href="https://max.ru/x?a=1&amp;b=2">ссылка</a>', '<a href="https://max.ru/x?a=1&amp;b=2">ссылка</a>'),
        ('<a href="tg://user?id=4503599627370997">Анна</a>', '<a href="max://user/501">Анна</a>'),
        ('<a href="tg://user?id=501">Анна</a>', "Анна"),
        ("<tg-spoiler>тайна</tg-spoiler>, <del>нет</del>", "тайна, <s>нет</s>"),
        ('<code class="x">код</code>', "<code>код</code>"),
    ],
)
def test_what_max_does_not_know_is_said_otherwise(written: str, said: str) -> None:
    """Quotations are set in italics; nothing is opened that is open, and everything is closed."""
    assert spoken(written) == said


def test_a_long_text_loses_its_formatting_before_it_is_divided() -> None:
    """No tag is cut in two, and no word is lost."""
    words = [f"<b>слово{number}</b>" for number in range(400)]
    (page,) = pages(" ".join(words))
    assert len(page) <= LONGEST
    assert "<b>" not in page
    assert page.split() == [plain(word) for word in words]


@pytest.mark.slow
@given(st.lists(st.text(st.characters(blacklist_categories=["Cs"]) | st.sampled_from("<>&"), max_size=3000)))
@example(["&" * 3000])
def test_pages_hold_all_that_was_said(lines: list[str]) -> None:
    """In order, each within the limit, and no sign is cut in two that is written in several."""
    text = "\n".join(lines)
    parts = pages(escape(text, quote=False))
    assert all(len(part) <= LONGEST for part in parts)
    assert re.sub(r"\s", "", "".join(map(unescape, parts))) == re.sub(r"\s", "", text)


def test_markup_of_a_delivered_text_is_read_in_characters_or_in_units() -> None:
    """What MAX's «symbols» are nobody says: an emoji tells by where words then begin."""
    text = "🔗 Справка по школе"
    by_characters = [{"type": "strong", "from": 2, "length": 7}]
    by_units = [{"type": "strong", "from": 3, "length": 7}]
    assert formatted(text, by_characters) == formatted(text, by_units) == "🔗 <b>Справка</b> по школе"
    (entity,) = entities(text, by_characters)
    assert entity == {"type": "bold", "offset": 3, "length": 7}


def test_markup_may_overlap_and_be_of_any_kind() -> None:
    """Tags never overlap; a mention is a link to the person, and what is unknown is left out."""
    text = "абвгд <е>"
    marks = [
        {"type": "strong", "from": 0, "length": 3},
        {"type": "emphasized", "from": 2, "length": 3},
        {"type": "link", "from": 6, "length": 3, "url": "https://x.ru/?a=1&b=2"},
        {"type": "new", "from": 0, "length": 9},
        {"type": "strong", "from": 50, "length": 9},
        {"from": 1},
    ]
    said = formatted(text, marks)
    assert said == '<b>аб<i>в</i></b><i>гд</i> <a href="https://x.ru/?a=1&amp;b=2">&lt;е&gt;</a>'
    assert unescape(re.sub(r"<[^<>]*>", "", said)) == text
    assert [entity["type"] for entity in entities(text, marks)] == ["bold", "italic", "text_link"]


@given(st.text(max_size=30), st.lists(st.tuples(st.integers(-2, 40), st.integers(-2, 40)), max_size=5))
def test_any_markup_can_be_read(text: str, spans: list[tuple[int, int]]) -> None:
    """The text is all there, and aiogram reads the entities."""
    marks = [{"type": "strong", "from": start, "length": length} for start, length in spans]
    assert unescape(re.sub(r"</?b>", "", formatted(text, marks).replace("\r", ""))) == text.replace("\r", "")
    told = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "text": text}
    assert Message.model_validate({**told, "entities": entities(text, marks)}).html_text is not None
