"""The HTML parse mode."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.content.html import escape, parse_html, utf16_len
from simulator.content.text import caption_text, formatted, message_text
from simulator.errors import ApiError

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
SIMPLE = [
    "b",
    "strong",
    "i",
    "em",
    "u",
    "ins",
    "s",
    "strike",
    "del",
    "tg-spoiler",
    "code",
    "pre",
    "blockquote",
]


@given(ANY_TEXT)
def test_escaped_text_comes_back_as_it_was(text: str) -> None:
    assert parse_html(escape(text)) == (text, [])


@given(ANY_TEXT, ANY_TEXT.filter(bool), st.sampled_from(SIMPLE))
def test_an_entity_covers_exactly_the_tagged_text(before: str, inside: str, tag: str) -> None:
    plain, entities = parse_html(f"{escape(before)}<{tag}>{escape(inside)}</{tag}>!")
    assert plain == f"{before}{inside}!"
    assert [(e["offset"], e["length"]) for e in entities] == [(utf16_len(before), utf16_len(inside))]
    units = plain.encode("utf-16-le")
    start, end = entities[0]["offset"] * 2, (entities[0]["offset"] + entities[0]["length"]) * 2
    assert units[start:end].decode("utf-16-le") == inside


@given(st.text("<>/&;\"'=ab \n-#x1"))
def test_any_input_is_parsed_or_refused_as_telegram_refuses(source: str) -> None:
    refusal = ""
    try:
        plain, entities = parse_html(source)
        assert all(e["offset"] + e["length"] <= utf16_len(plain) for e in entities)
    except ApiError as error:
        refusal = str(error)
    assert not refusal or refusal.startswith("400 Bad Request: can't parse entities: ")


@pytest.mark.parametrize(
    ("source", "part"),
    [
        ("a < b", 'Unsupported start tag ""'),
        ("5 <6", "Unclosed start tag at byte offset 2"),
        ("<школа>", 'Unsupported start tag "школа" at byte offset 0'),
        ("ы<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</b", "Unclosed end tag"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler"'),
        ("<a href='x>y</a>", "Unclosed start tag"),
        ("<a href>y</a>", "Expected equal sign"),
        ("<br/>", 'Unsupported start tag "br/"'),
        ("<p>x</p>", 'Unsupported start tag "p"'),
        ("<b class='x'>x</b>", 'unknown attribute "class"'),
        ("<tg-emoji emoji-id='no'>x</tg-emoji>", "Invalid custom emoji identifier"),
    ],
)
def test_bad_markup_is_refused(source: str, part: str) -> None:
    with pytest.raises(ApiError) as caught:
        parse_html(source)
    assert caught.value.description.startswith("Bad Request: can't parse entities: ")
    assert part in caught.value.description


def test_the_kinds_of_entities() -> None:
    source = (
        '<span class="tg-spoiler">1</span><a href="https://ya.ru">2</a><a href="tg://user?id=7">3</a>'
        '<pre><code class="language-python">4</code></pre><blockquote expandable>5</blockquote>'
        '<tg-emoji emoji-id="55">👍</tg-emoji>'
    )
    plain, entities = parse_html(source)
    assert plain == "12345👍"
    assert entities == [
        {"offset": 0, "length": 1, "type": "spoiler"},
        {"offset": 1, "length": 1, "type": "text_link", "url": "https://ya.ru/"},
        {"offset": 2, "length": 1, "type": "text_mention", "user": {"id": 7}},
        {"offset": 3, "length": 1, "type": "pre", "language": "python"},
        {"offset": 4, "length": 1, "type": "expandable_blockquote"},
        {"offset": 5, "length": 2, "type": "custom_emoji", "custom_emoji_id": "55"},
    ]


def test_nesting_and_what_cannot_nest() -> None:
    assert [e["type"] for e in parse_html("<b>a<i>b</i></b>")[1]] == ["bold", "italic"]
    assert [e["type"] for e in parse_html("<code>a<b>b</b></code>")[1]] == ["code"]
    assert [e["type"] for e in parse_html("<b>a<strong>b</strong></b>")[1]] == ["bold"]
    assert parse_html("<b></b>x") == ("x", [])
    assert parse_html('<a href="no host">x</a>') == ("x", [])


def test_character_references() -> None:
    assert parse_html("&lt;&gt;&amp;&quot;&#65;&#x42;")[0] == '<>&"AB'
    # Telegram knows only four names, the rest is text
    assert parse_html("R&D &nbsp; &#0; &copy;")[0] == "R&D &nbsp; &#0; &copy;"


def test_outer_blanks_are_cut_and_entities_follow() -> None:
    assert formatted("\n  <b>x</b> y \n", "HTML", None) == (
        "x y",
        [{"offset": 0, "length": 1, "type": "bold"}],
    )
    assert formatted("a<i> \n</i>", "HTML", None) == ("a", [])


def test_limits_are_counted_after_parsing_in_utf16() -> None:
    assert len(message_text("<b>" + "&lt;" * 4096 + "</b>", "HTML", None, editing=False)[0]) == 4096
    with pytest.raises(ApiError, match="message is too long"):
        message_text("😀" * 2049, "HTML", None, editing=False)
    assert caption_text("😀" * 512, "", None)[0]
    with pytest.raises(ApiError, match="message caption is too long"):
        caption_text("😀" * 513, "", None)
