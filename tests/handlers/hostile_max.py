"""Events that MAX never delivers: real ones with something wrong in them, and buttons that were never shown."""

import json
import random
from collections.abc import Callable
from typing import Any

from bot.delivery.max.ids import mid_of
from tests.handlers import hostile
from tests.handlers.hostile import Json

_AT, _GROUP = 1_788_400_000_000, -70
Shape = Callable[[random.Random, Json, int], Json]


def event(chance: random.Random, number: int, account: int, dialog: int, shown: list[str]) -> Json:
    """One of them, from that person, at a moment by that number; `shown` are the buttons that anybody has seen."""
    who = {"user_id": account, "first_name": "Мария", "last_name": "Иванова", "is_bot": False}
    kind, content = chance.choice(_SHAPES)
    made: Json = {"update_type": kind, "timestamp": _AT + number, **content(chance, who, dialog)}
    if kind == "message_callback":
        press = {"timestamp": _AT + number, "callback_id": f"c{number}", "user": who}
        made["callback"] = press | {"payload": hostile.data(chance, shown)}
    elif "message" in made:
        made["message"]["timestamp"] = _AT + number
    for _ in range(chance.choice([0, 0, 1, 1, 2, 5])):
        hostile.spoil(chance, made)
    # As it comes over the wire.
    sent: Json = json.loads(json.dumps(made))
    return sent


def _said(chance: random.Random, who: Json, chat: int, **body: Any) -> Json:
    seq = (_AT << 16) + chance.randint(1, 50)
    recipient = {"chat_id": chat, "chat_type": "dialog" if chat > 0 else "chat", "user_id": 1}
    text = chance.choice(chance.choice([hostile.TRICKS, hostile.COMMANDS, hostile.WORDS]))
    whole = {"mid": mid_of(chat, seq), "seq": seq, "text": text, "attachments": None, **body}
    return {"message": {"sender": who, "recipient": recipient, "timestamp": _AT, "body": whole}}


def _formatted(chance: random.Random, who: Json, chat: int) -> Json:
    kinds = ["strong", "link", "user_mention", "new_kind"]
    markup = [{"type": kind, "from": chance.randint(-1, 5), "length": 3, "url": "x"} for kind in kinds]
    return _said(chance, who, chat, markup=markup)


def _sent(chance: random.Random, who: Json, chat: int) -> Json:
    payload = {"token": "t", "url": "http://127.0.0.1:1/", "code": "x"}
    kinds = ["image", "video", "audio", "file", "sticker", "contact", "location", "share", "inline_keyboard", "data"]
    name = chance.choice([*hostile.TRICKS, "отчёт.xlsx", "../../etc/passwd"])
    files = [{"type": chance.choice(kinds), "payload": payload, "size": 5, "filename": name}] * chance.choice(
        [1, 1, 20]
    )
    return _said(chance, who, chat, attachments=files)


def _linked(chance: random.Random, who: Json, chat: int) -> Json:
    made = _said(chance, who, chat)
    original = _said(chance, who, chance.choice([chat, 102, _GROUP]))["message"]["body"]
    made["message"]["link"] = {"type": chance.choice(["reply", "forward"]), "sender": who, "message": original}
    made["message"]["body"] = chance.choice([made["message"]["body"], None])
    return made


def _pressed(chance: random.Random, who: Json, chat: int) -> Json:
    return chance.choice(
        [{"message": None}, _said(chance, who, chat), _said(chance, who, chat), _elsewhere(chance, who, chat)]
    )


def _elsewhere(chance: random.Random, who: Json, _chat: int) -> Json:
    made = _said(chance, who, _GROUP)
    made["message"]["recipient"]["chat_type"] = chance.choice(["chat", "chat", "channel", "brand_new"])
    return made


def _began(chance: random.Random, who: Json, chat: int) -> Json:
    payload = chance.choice([None, "inv_x", "claim_x", "staff_x", *hostile.TRICKS])
    return {"chat_id": chat, "user": who, "payload": payload}


def _of_group(_chance: random.Random, who: Json, _chat: int) -> Json:
    return {"chat_id": _GROUP, "user": who, "is_channel": False}


_SHAPES: list[tuple[str, Shape]] = [
    *[("message_created", _said)] * 4, ("message_created", _formatted), *[("message_created", _sent)] * 3,
    *[("message_created", _linked)] * 2, ("message_created", _elsewhere), ("message_edited", _said),
    ("message_edited", _sent), *[("message_callback", _pressed)] * 8, *[("bot_started", _began)] * 2,
    ("bot_stopped", _began), ("bot_added", _of_group), ("bot_removed", _of_group), ("brand_new_kind", _began),
]  # fmt: skip
