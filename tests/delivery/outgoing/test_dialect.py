"""A server that refuses fields which it does not know gets the message without them."""

import logging
from typing import Any

import pytest

from bot.delivery.outcomes import Fate
from bot.delivery.outgoing.dialect import blamed
from bot.domain.screen import Button, Screen
from simulator import Person
from tests.delivery.office import Office, spied, texts

SCREEN = Screen("вопрос", ((Button("Да", "yes", style="success"),),))


def _values() -> dict[str, Any]:
    return {
        "text": "вопрос",
        "link_preview_options": {"is_disabled": True},
        "reply_parameters": {"message_id": 5, "allow_sending_without_reply": True},
        "reply_markup": {"inline_keyboard": [[{"text": "Да", "callback_data": "yes", "style": "success"}]]},
        "message_thread_id": 7,
    }


@pytest.mark.parametrize(
    ("error", "field"),
    [
        ("Bad Request: link_preview_options is not supported yet", "link_preview_options"),
        ("Bad Request: can't parse link preview options JSON object", "link_preview_options"),
        ("Bad Request: unknown field 'style' in InlineKeyboardButton", "style"),
        ("Bad Request: can't parse inline keyboard button: invalid button style specified", "style"),
        ("Bad Request: invalid reply_markup", "style"),
        (
            "Bad Request: reply_parameters.allow_sending_without_reply is not supported yet",
            "allow_sending_without_reply",
        ),
        ("Bad Request: can't parse reply parameters JSON object", "reply_parameters"),
        # What carries meaning is never left out, and an error of another kind blames no field.
        ("Bad Request: message_thread_id is not supported yet", None),
        ("Bad Request: text is not supported yet", None),
        ("Bad Request: message to be replied not found", None),
        ("Bad Request: message is too long", None),
        ("Bad Request: lifestyle is not supported", None),
        ("", None),
    ],
)
def test_which_field_is_blamed(error: str, field: str | None) -> None:
    assert blamed(error, _values()) == field


def test_a_field_that_was_not_sent_is_not_to_blame() -> None:
    assert blamed("Bad Request: link_preview_options is not supported yet", {"text": "вопрос"}) is None


async def test_a_refused_field_is_left_out_from_then_on(
    office: Office, head: Person, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = spied(office, monkeypatch)
    for words in ("link_preview_options is not supported yet", "invalid reply_markup"):
        await office.telegram.order_fault("400", method="sendMessage", count=1, description=words)
    with caplog.at_level(logging.WARNING):
        assert (await office.speaker.send(head.id, SCREEN)).fate is Fate.DONE
    told = [record.getMessage() for record in caplog.records if "left out from now on" in record.getMessage()]
    assert [line.split(":")[0] for line in told] == [
        "this Bot API server does not know link_preview_options",
        "this Bot API server does not know style",
    ]
    await office.speaker.send(head.id, SCREEN)
    assert texts(await head.messages()) == ["вопрос", "вопрос"]
    assert [name for name, _ in calls] == ["sendMessage"] * 4
    assert "link_preview_options" not in calls[-1][1]
    assert calls[-1][1]["reply_markup"] == {"inline_keyboard": [[{"text": "Да", "callback_data": "yes"}]]}
    # It was understood: no administrator has to hear of it.
    assert not office.speaker.unheard.take()
    assert office.speaker.unheard.count() == 0


async def test_a_field_that_was_not_the_fault_stays(
    office: Office, head: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = spied(office, monkeypatch)
    await office.telegram.order_fault("400", method="sendMessage", count=2, description="invalid reply_markup")
    assert (await office.speaker.send(head.id, SCREEN)).fate is Fate.REFUSED
    assert (await office.speaker.send(head.id, SCREEN)).fate is Fate.DONE
    assert "style" in str(calls[-1][1]["reply_markup"])
    assert dict(office.speaker.unheard.take()) == {("sendMessage", "Bad Request: invalid reply_markup"): 2}


async def test_what_carries_meaning_is_refused_and_told(office: Office, head: Person) -> None:
    await office.telegram.order_fault("400", method="sendMessage", description="reply_markup is not supported yet")
    assert (await office.speaker.send(head.id, SCREEN)).fate is Fate.REFUSED
    assert office.speaker.unheard.count() > 0
