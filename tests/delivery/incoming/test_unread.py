"""What nobody could read is answered all the same."""

from typing import Any

import pytest

from bot.delivery.incoming.dispatcher import unread
from bot.delivery.sayings import Saying, Send, Toast
from bot.domain.screen import Screen

WORDS = Screen("Не получилось это прочитать")
SEND = Send(101, WORDS)


@pytest.mark.parametrize(
    ("update", "person_id", "said"),
    [
        ({"message": {"message_id": "x"}}, 101, [SEND]),
        ({"edited_message": []}, 101, [SEND]),
        ({"callback_query": {"id": "5", "from": 7}}, 101, [Toast("5"), SEND]),
        ({"callback_query": {"id": 5}}, 101, [SEND]),
        ({"my_chat_member": {}}, 101, []),
        # The department's group.
        ({"message": {}}, -5, []),
    ],
)
def test_who_waits_is_answered(update: dict[str, Any], person_id: int, said: list[Saying]) -> None:
    assert unread(update, person_id, WORDS) == said
