"""Sayings are kept as JSON and come back as they were, whatever people type."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.sayings import Delete, Edit, EditButtons, React, Saying, Send, Toast, dump, load
from bot.domain.screen import Button, Screen

_IDS = st.integers(min_value=-(2**53), max_value=2**53)
# Without lone surrogates: Telegram's JSON has none, and no database takes them.
_TEXT = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(
    [
        "",
        "</b><a href='tg://'>",
        '"}],{"say":"Delete"',
        "\\u0000",
        "\x00",
        "'; DROP TABLE inbox; --",
        "{0}%s",
        "\u202eтекст",
        "🏫" * 50,
    ]
)
_BUTTONS = st.builds(Button, text=_TEXT, data=_TEXT, url=_TEXT, style=st.sampled_from(["", "success", "danger"]))
_SCREENS = st.builds(
    Screen, text=_TEXT, rows=st.lists(st.lists(_BUTTONS, max_size=3).map(tuple), max_size=3).map(tuple)
)
_OPTIONAL = st.none() | _IDS
_SAYINGS = st.one_of(
    st.builds(Send, chat=_IDS, screen=_SCREENS, about=_OPTIONAL, reply_to=_OPTIONAL),
    st.builds(Edit, chat=_IDS, message=_IDS, screen=_SCREENS, about=_OPTIONAL),
    st.builds(
        EditButtons,
        chat=_IDS,
        message=_IDS,
        rows=st.lists(st.lists(_BUTTONS, max_size=3).map(tuple), max_size=3).map(tuple),
    ),
    st.builds(Delete, chat=_IDS, message=_IDS),
    st.builds(Toast, callback=_TEXT, text=_TEXT, alert=st.booleans()),
    st.builds(React, chat=_IDS, message=_IDS, emoji=_TEXT),
)


@pytest.mark.slow
@given(st.lists(_SAYINGS))
def test_what_is_kept_comes_back(sayings: list[Saying]) -> None:
    assert load(json.loads(json.dumps(dump(sayings), ensure_ascii=False))) == sayings
