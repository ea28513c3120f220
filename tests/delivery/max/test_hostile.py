"""Whatever MAX delivers, also what nobody knows or no column holds: what is behind it is heard."""

import copy
import json
import logging
import random
from pathlib import Path
from typing import Any

import pytest

from bot.delivery.max.api import Api
from bot.delivery.max.events import NOTHING, TYPES, told
from bot.delivery.outgoing import speaker
from bot.views import callbacks
from tests import messengers
from tests.delivery.max.world import living_in_max
from tests.handlers.hostile import WEIRD
from tests.texts.heads import Preferences

_PLACES = ("text", "attachments", "markup", "link", "payload", "mid", "seq", "message", "user", "chat_id", "timestamp")
_NAMES = [f"mid.{'f' * 32}", f"mid.{'0' * 32}", "a\x00b", "../subscriptions", "x" * 3000, "word:\x00", "word:"]
_WEIRDER = [*WEIRD, *_NAMES]
_USER = {"user_id": 501, "first_name": "Анна", "last_name": "Петрова", "is_bot": False}
_AT, _DIALOG = 1_788_400_000_000, 7_001


def _event(kind: str, place: int) -> dict[str, Any]:
    """As MAX delivers it."""
    seq = (_AT << 16) + place
    photo = {"type": "image", "payload": {"photo_id": 1, "token": "t", "url": "https://i.oneme.ru/1"}}
    markup = [{"type": "strong", "from": 0, "length": 3}]
    body = {
        "mid": f"mid.{_DIALOG:016x}{seq:016x}",
        "seq": seq,
        "text": "Да 😀",
        "attachments": [photo],
        "markup": markup,
    }
    recipient = {"chat_id": _DIALOG, "chat_type": "dialog", "user_id": 1}
    message = {"sender": _USER, "recipient": recipient, "timestamp": _AT, "body": body}
    if place % 3 == 0:
        message |= {"link": {"type": "forward", "sender": _USER, "message": dict(body)}, "body": None}
    press = {"timestamp": _AT, "callback_id": f"c{place}", "payload": "tasks", "user": _USER}
    parts: dict[str, dict[str, Any]] = {
        "message_created": {"message": message},
        "message_edited": {"message": message},
        "message_callback": {"callback": press, "message": message},
        "bot_started": {"chat_id": _DIALOG, "user": _USER, "payload": "x"},
        "bot_stopped": {"chat_id": _DIALOG, "user": _USER},
        **{kind: {"chat_id": -70, "user": _USER, "is_channel": False} for kind in ("bot_added", "bot_removed")},
    }
    return {"update_type": kind, "timestamp": _AT + place, **parts[kind]}


def _spoil(chance: random.Random, event: Any) -> None:
    place = event
    while True:
        keys: list[Any] = list(place) if isinstance(place, dict) else [*range(len(place))]
        if not keys:
            return
        key = chance.choice(keys)
        if not isinstance(place[key], dict | list) or not place[key] or chance.random() < 0.2:
            break
        place = place[key]
    if chance.random() < 0.15:
        del place[key]
    elif isinstance(place, dict) and chance.random() < 0.2:
        place[chance.choice(_PLACES)] = copy.deepcopy(chance.choice(_WEIRDER))
    else:
        place[key] = copy.deepcopy(chance.choice(_WEIRDER))


@pytest.mark.both_databases
async def test_what_is_spoilt_holds_up_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is passed over or answered, never a reason to stop; the person's next word is heard as ever."""
    monkeypatch.setattr(speaker, "FIRST_PAUSE", 0.001)
    monkeypatch.setattr(speaker, "LAST_PAUSE", 0.002)
    async with living_in_max(tmp_path) as world:
        head = await world.person("Петрова Анна", 501)
        await head.agree()
        for place in range(150):
            chance = random.Random(place)
            event = _event(chance.choice(TYPES), place)
            for _ in range(chance.choice([1, 1, 2, 4])):
                _spoil(chance, event)
            # As it comes over the wire.
            await messengers.hand_over(world.app, json.loads(json.dumps(event)))
        await world.app.dispatcher.idle()
        await head.send("/settings")
        assert Preferences.HOLIDAY in await head.buttons()
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR or record.exc_info]


@pytest.mark.slow
@pytest.mark.both_databases
async def test_nor_does_what_max_answers(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes what is said, and answers what nobody can read: nothing ends by it, and then all is as ever."""
    monkeypatch.setattr(speaker, "FIRST_PAUSE", 0.001)
    monkeypatch.setattr(speaker, "LAST_PAUSE", 0.002)
    chance, call, is_spoilt = random.Random(1), Api.call, True

    async def spoilt(api: Api, method: Any, verb: str, *given: Any, **named: Any) -> Any:
        told = json.loads(json.dumps(await call(api, method, verb, *given, **named)))
        if not is_spoilt or method.__api_method__ == "getUpdates":
            return told
        if chance.random() < 0.2 and verb != "GET":
            return copy.deepcopy(chance.choice(WEIRD))
        for _ in range(chance.choice([0, 1, 1, 2, 4])):
            if isinstance(told, dict):
                _spoil(chance, told)
        return told

    monkeypatch.setattr(Api, "call", spoilt)
    async with living_in_max(tmp_path, admin_ids=(1,)) as world:
        admin, head = await world.person("Начальник Анна", 1), await world.person("Петрова Анна", 501)
        await head.agree()
        await admin.agree()
        for place in range(20):
            await head.send("/settings")
            await admin.send("/panel")
            await admin.send_photo(f"снимок {place}")
            await head.callback(callbacks.Settings(screen="main").pack())
        is_spoilt = False
        await head.send("/settings")
        assert Preferences.HOLIDAY in await head.buttons()
    assert "the answer cannot be read" in caplog.text
    assert not [record for record in caplog.records if record.exc_info]


def test_what_no_column_holds_is_no_event() -> None:
    """Also where the bot makes a number of it."""
    spoilt = []
    for kind, key, value in (
        ("bot_started", "chat_id", 2**63),
        ("bot_started", "chat_id", "7001"),
        ("bot_added", "chat_id", -(2**63) - 1),
    ):
        spoilt.append(_event(kind, 1) | {key: value})
    for key, value in (("seq", 2**63), ("seq", 0), ("mid", "m\x00"), ("mid", "\ud83d"), ("mid", 5)):
        event = _event("message_created", 1)
        event["message"]["body"] |= {key: value, "attachments": None}
        spoilt.append(event)
    assert [told(event) for event in spoilt] == [NOTHING] * len(spoilt)
