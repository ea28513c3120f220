"""Events of MAX as the updates that handlers read."""

import copy
import logging
import random
from contextlib import suppress
from typing import Any

import pytest
from aiogram.types import Update

from bot.delivery.incoming.intake import NotAnUpdate, check, sender
from bot.delivery.max.events import NOTHING, PASSED, TYPES, told
from bot.delivery.max.ids import mid_of, person_of, user_of
from tests.handlers import hostile

_USER = {"user_id": 501, "first_name": "Анна", "last_name": "Иванова", "username": None, "is_bot": False}
_PERSON = person_of(501)
_DIALOG, _SEQ, _AT = 7_001, 117_000_000_000_000_001, 1_785_000_000_123


def _message(**changed: Any) -> dict[str, Any]:
    body = {"mid": mid_of(_DIALOG, _SEQ), "seq": _SEQ, "text": "42", "attachments": None} | changed.pop("body", {})
    recipient = {"chat_id": _DIALOG, "chat_type": "dialog", "user_id": 1}
    return {"sender": _USER, "recipient": recipient, "timestamp": _AT, "body": body} | changed


def _created(**changed: Any) -> dict[str, Any]:
    return {"update_type": "message_created", "timestamp": _AT, "message": _message(**changed)}


def _read(event: Any) -> list[Update]:
    updates = told(event).updates
    for update in updates:
        check(update)
    return [Update.model_validate(update) for update in updates]


def test_people_of_max_are_numbered_above_those_of_telegram() -> None:
    """So one number is one person, and says in which messenger; what does not fit is nobody."""
    assert _PERSON is not None
    assert _PERSON > 2**52
    assert user_of(_PERSON) == 501
    assert user_of(501) is None
    assert [person_of(number) for number in (0, -5, 2**52, "501", None, True)] == [None] * 6


def test_a_message_is_its_persons_in_their_private_chat() -> None:
    """The dialog has another number in MAX: answers go to the person."""
    (update,) = _read(_created())
    message = update.message
    assert message is not None
    assert (message.text, message.message_id, message.chat.id, message.chat.type) == ("42", _SEQ, _PERSON, "private")
    assert sender(told(_created()).updates[0]) == _PERSON
    (seen,) = told(_created()).seen
    assert (seen.where, seen.chat_id, seen.is_regular) == (_PERSON, _DIALOG, True)


@pytest.mark.parametrize("chat", [_DIALOG, -70])
def test_a_chat_without_a_number_has_that_of_its_messages(chat: int) -> None:
    """The schema lets the number of a recipient be null; the name of each message says it too."""
    where = {"chat_type": "dialog" if chat > 0 else "chat", "user_id": 1}
    body = {"mid": mid_of(chat, _SEQ)}
    known, unknown = (told(_created(body=body, recipient=where | {"chat_id": number})) for number in (chat, None))
    assert known.updates
    assert unknown == known


def test_an_event_that_comes_again_has_the_same_number() -> None:
    """Whatever the moment of its delivery; what is later has a greater one."""
    (first,) = told(_created()).updates
    (again,) = told(_created() | {"timestamp": _AT + 60_000}).updates
    (later,) = told(_created(timestamp=_AT + 1, body={"seq": _SEQ + 65_536})).updates
    assert first["update_id"] == again["update_id"] < later["update_id"] < 2**63


def test_presses_of_one_moment_are_several() -> None:
    """Whether a press or a keyboard has the id, nobody says: what is pressed, and by whom, tells them apart."""

    def pressed(payload: str, user: int) -> dict[str, Any]:
        press = {"timestamp": _AT, "callback_id": "k", "payload": payload, "user": _USER | {"user_id": user}}
        return {"update_type": "message_callback", "timestamp": _AT, "callback": press, "message": _message()}

    numbers = [told(pressed(*who)).updates[0]["update_id"] for who in (("a", 501), ("b", 501), ("a", 502))]
    assert len(set(numbers)) == 3


def test_a_press_on_a_message_that_is_gone_is_a_press() -> None:
    """It comes without its message: what it shows is then said anew."""
    press = {"timestamp": _AT, "callback_id": "k", "payload": "tasks", "user": _USER}
    (update,) = _read({"update_type": "message_callback", "timestamp": _AT, "callback": press, "message": None})
    query = update.callback_query
    assert query is not None
    assert query.message is not None
    assert (query.data, query.from_user.id, query.message.date) == ("tasks", _PERSON, 0)


def test_files_of_one_message_are_an_album() -> None:
    """Telegram would have made several messages of it; the text goes with the first."""
    files = [{"type": "image", "payload": {"photo_id": n, "token": f"t{n}", "url": "https://x/1"}} for n in range(3)]
    updates = _read(_created(body={"attachments": files, "text": "Отчёт"}))
    messages = [update.message for update in updates]
    assert [message.caption for message in messages if message] == ["Отчёт", None, None]
    assert len({message.media_group_id for message in messages if message}) == 1
    assert [message.message_id for message in messages if message] == [_SEQ, _SEQ + 1, _SEQ + 2]
    assert [message.photo[0].file_id.rsplit("|", 1)[1] for message in messages if message and message.photo] == [
        "t0",
        "t1",
        "t2",
    ]
    assert [update.update_id for update in updates] == sorted(update.update_id for update in updates)
    assert [one.name.partition("#")[2] for one in told(_created(body={"attachments": files})).seen] == ["0", "1", "2"]


def test_what_was_passed_on_says_what_its_original_says() -> None:
    """Also where the message itself has no body, and so no name."""
    original = {"mid": mid_of(9, 5), "seq": 5, "text": "Приказ", "attachments": None}
    link = {"type": "forward", "sender": _USER, "chat_id": 9, "message": original}
    for body in ({"text": None}, None):
        event: dict[str, Any] = _created(link=link)
        event["message"]["body"] = None if body is None else event["message"]["body"] | body
        (update,) = _read(event)
        assert update.message is not None
        assert update.message.text == "Приказ"
        assert update.message.forward_origin is not None


def test_start_by_a_link_is_the_command() -> None:
    """What the link brought stands behind it; stopping is blocking."""
    event = {"update_type": "bot_started", "timestamp": _AT, "chat_id": _DIALOG, "user": _USER, "payload": "i-abc"}
    (update,) = _read(event)
    assert update.message is not None
    assert update.message.text == "/start i-abc"
    assert told(event).seen[0].chat_id == _DIALOG
    (stopped,) = _read(event | {"update_type": "bot_stopped"})
    assert stopped.my_chat_member is not None
    assert stopped.my_chat_member.new_chat_member.status == "kicked"


def test_in_a_group_a_reply_points_at_its_message() -> None:
    """The group has its own number, which is negative as in Telegram."""
    link = {"type": "reply", "message": {"mid": mid_of(-70, 12), "seq": 12, "text": "Вопрос"}}
    event = _created(link=link, recipient={"chat_id": -70, "chat_type": "chat", "user_id": None})
    (update,) = _read(event)
    assert update.message is not None
    assert update.message.reply_to_message is not None
    assert (update.message.chat.id, update.message.reply_to_message.message_id) == (-70, 12)
    assert sender(told(event).updates[0], -70) == -70


def test_an_event_with_anything_wrong_in_it_makes_an_update_or_none(caplog: pytest.LogCaptureFixture) -> None:
    """It is the same for whoever reads it again, and what is no update is known for it."""
    # What is said of it cannot be told from process to process.
    caplog.set_level(logging.CRITICAL, "bot")
    files = [{"type": kind, "payload": {"token": "t", "url": "https://x/1"}, "size": 1} for kind in ("image", "file")]
    press = {"timestamp": _AT, "callback_id": "k", "payload": "tasks", "user": _USER}
    link = {"type": "forward", "sender": _USER, "chat_id": 9, "message": {"mid": mid_of(9, 5), "seq": 5, "text": "x"}}
    markup = [{"type": "strong", "from": 0, "length": 2}, {"type": "link", "from": 0, "length": 1, "url": "x.ru"}]
    shapes = [
        _created(body={"attachments": files, "markup": markup}),
        _created(link=link, body={"text": None}),
        _created() | {"update_type": "message_edited"},
        {"update_type": "message_callback", "timestamp": _AT, "callback": press, "message": _message()},
        {"update_type": "bot_started", "timestamp": _AT, "chat_id": _DIALOG, "user": _USER, "payload": "i-abc"},
        {"update_type": "bot_removed", "timestamp": _AT, "chat_id": -70, "user": _USER, "is_channel": False},
    ]
    taken = 0
    for seed in range(1_000):
        chance = random.Random(seed)
        event = copy.deepcopy(chance.choice(shapes))
        for _ in range(chance.choice([1, 2, 5])):
            hostile.spoil(chance, event)
        updates = told(event).updates
        assert updates == told(event).updates
        for update in updates:
            with suppress(NotAnUpdate):
                check(update)
                taken += 1
    assert taken > 100


def test_what_is_no_business_of_the_bots_makes_no_update() -> None:
    """Channels, bots (itself among them), unknown kinds, and what cannot be read."""
    channel = {"chat_id": -5, "chat_type": "channel", "user_id": None}
    unread: tuple[Any, ...] = (
        _created(recipient=channel),
        _created(sender=_USER | {"is_bot": True}),
        _created(sender=None),
        _created(sender=_USER | {"user_id": 2**60}),
        {"update_type": "dialog_muted", "timestamp": _AT, "user": _USER, "chat_id": _DIALOG},
        {"update_type": "message_created", "timestamp": _AT},
        {"update_type": "message_created", "timestamp": "now", "message": _message()},
        {"update_type": ["x"], "timestamp": _AT},
        None,
        [],
    )
    assert [told(event).updates for event in unread] == [[]] * len(unread)


def test_whose_number_is_too_large_is_told_of_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """Once, and without the number: their people would wonder why nobody answers."""
    for _ in range(2):
        assert told(_created(sender=_USER | {"user_id": 2**52 + 77})).updates == []
    (record,) = caplog.records
    assert "they are not answered" in record.getMessage()
    assert str(2**52 + 77) not in record.getMessage()


def test_things_that_are_no_files_are_told_by_their_kind() -> None:
    """A sticker, a place, a contact; and something that nobody knows is a message of no known kind."""
    for kind in ("sticker", "location", "contact", "new"):
        (update,) = _read(_created(body={"text": "", "attachments": [{"type": kind, "payload": {}}]}))
        assert update.message is not None
        assert update.message.content_type == (kind if kind != "new" else "unknown")


def test_each_kind_of_event_has_an_outcome(caplog: pytest.LogCaptureFixture) -> None:
    """Of what its documentation names, nothing is met by surprise; what is new is logged, once."""
    documented = (
        "message_created message_edited message_removed message_callback bot_started bot_stopped bot_added bot_removed "
        "user_added user_removed chat_title_changed dialog_cleared dialog_muted dialog_unmuted dialog_removed "
        "comment_created comment_edited comment_removed bot_admin_permissions_changed"
    )
    assert sorted(documented.split()) == sorted([*TYPES, *PASSED])
    for kind in (*PASSED, "stars_rained", "stars_rained"):
        assert told({"update_type": kind, "timestamp": _AT, "user": _USER, "chat_id": _DIALOG}) == NOTHING
    assert [record.getMessage() for record in caplog.records] == [
        "MAX tells of stars_rained, of which nobody knows what it is"
    ]
