"""The simulator's table of refusals and the bot's are two readings of one source."""

import pytest

from bot.delivery.refusal_texts import METHODS
from bot.delivery.refusals import meaning
from simulator.api.params import PARAMETERS
from simulator.api.refusals import texts_of

# What the bot's calls never have; and JSON as the body of a call, since aiogram sends forms.
NEVER_GIVEN = frozenset({"entities", "keyboard", "quote", "copy_text", "business_connection_id", "JSON"})


def test_every_method_of_the_bot_s_is_played() -> None:
    assert PARAMETERS.keys() >= METHODS


@pytest.mark.parametrize("method", sorted(METHODS))
def test_the_bot_knows_what_the_simulator_says(method: str) -> None:
    texts = texts_of(method, without=NEVER_GIVEN)
    said = [text.replace("{}", "x1") for text in texts]
    unknown = [text for text in said for in_group in (False, True) if meaning(method, text, in_group=in_group) is None]
    assert texts
    assert unknown == []


def test_a_text_that_no_table_has_is_unknown() -> None:
    """The comparison can fail."""
    assert meaning("sendMessage", "message to copy not found", in_group=False) is None
    assert "message to copy not found" not in texts_of("sendMessage")
