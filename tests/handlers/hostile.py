"""Updates that no client sends: real ones with something wrong in them, and buttons that were never shown."""

import copy
import json
import random
from collections.abc import Callable
from typing import Any

from tests.handlers.department.test_anything import callback_classes
from tests.texts.example import Club
from tests.texts.heads import Form

Json = dict[str, Any]
Shape = Callable[[random.Random, int], Json]

# Direction, width, and other things that turn a text into another one; markup; formulas; much.
TRICKS = [
    "\u202e\u202dшкола\u2066",
    "\u200bШко\u200dла\ufeff",
    "Zа\u0301\u0489\u0489\u0489лго" * 30,
    "<b>&lt;<a href='tg://user?id=102'>я</a>",
    "%s%n{0}{{}}${x}",
    "=HYPERLINK(1)",
    "'; DROP TABLE replies; --",
    "\x00",
    "\ud83d",
    "я" * 4096,
    "🏫" * 2000,
    "\n" * 500,
    " ",
    "",
    "٣٤٥",
    "9" * 400,
    "-0",
    "1e308",
    "٢٠٢٦-10-05",
    "05.10.20260",
]
COMMANDS = [
    *[
        "/start",
        "/start inv_x",
        "/start claim_x",
        "/start staff_x",
        "/tasks",
        "/history",
        "/settings",
        "/help",
        "/stop",
    ],
    *[
        "/panel",
        "/status",
        "/reload",
        "/write",
        "/delete",
        "/tasks@simulator_bot",
        "/" + "x" * 300,
        "/start " + "z" * 200,
    ],
    *["/", "/start\u202einv", "/TASKS", "//"],
]
WORDS = ["12", "да", Form.SEND, "120\n60\n5", "05.10.2026", "school.ru", Club.WORKS, "Просим продлить до 20.10.2026"]
# What stands in for any part of an update.
WEIRD: list[Any] = [
    *[None, True, False, 0, -1, 1, 2**31, 2**52, 2**53, 2**63 - 1, -(2**63), 2**63, 2**200, 0.5, 1e308, float("nan")],
    *[[], {}, [[]], [None], {"": None}, [{}] * 50, "101", "private", *TRICKS],
]


def update(chance: random.Random, update_id: int, person_id: int, shown: list[str]) -> Json:
    """One of them, from that person; `shown` are the buttons that anybody has seen."""
    shape = chance.choice(_SHAPES)
    content = shape(chance, person_id)
    kind = next(iter(content))
    if kind == "callback_query" and chance.random() < 0.8:
        content[kind]["data"] = data(chance, shown)
    made = {"update_id": update_id, **content}
    for _ in range(chance.choice([0, 0, 1, 1, 2, 5])):
        spoil(chance, made[kind])
    # As it comes over the wire.
    sent: Json = json.loads(json.dumps(made))
    return sent


def data(chance: random.Random, shown: list[str]) -> str:
    """The data of a button: of an old one of anybody's, one with other ids, or nothing of the kind."""
    if shown and chance.random() < 0.3:
        return chance.choice(shown)
    if chance.random() < 0.1:
        return chance.choice(["", ":", "a" * 64, "я" * 400, "ok", "ok:" * 30, *TRICKS])
    prefix, fields = chance.choice(_BUTTONS)
    parts = [_part(chance, name) for name in fields]
    if chance.random() < 0.15:
        parts = parts[:-1] if chance.random() < 0.5 else [*parts, "1"]
    return ":".join([prefix, *parts])


def _part(chance: random.Random, _name: str) -> str:
    if chance.random() < 0.75:
        return str(chance.randint(0, 12))
    return chance.choice(
        [
            *[
                "",
                "-1",
                "102",
                "900",
                "1_0",
                " 1",
                "+1",
                "1.0",
                "٣",
                "1e3",
                str(2**53),
                str(2**64),
                "9" * 40,
                "\u202e1",
            ],
            *["main", "all", "done", "send", "yes", "0", "1", "a", "q", "head", "admin", "20261010", "types", "True"],
        ]
    )


def spoil(chance: random.Random, content: Any) -> None:
    """Changes one place, however deep."""
    place = content
    while True:
        keys: list[Any] = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            return
        key = chance.choice(keys)
        if isinstance(place[key], dict | list) and place[key] and chance.random() < 0.7:
            place = place[key]
            continue
        break
    what = chance.random()
    if what < 0.3:
        del place[key]
    elif what < 0.4 and isinstance(place, dict):
        place[chance.choice(["unheard_of", "text", "photo", "from", "data", "via_bot", "sender_chat"])] = _weird(chance)
    else:
        place[key] = _weird(chance)


def _weird(chance: random.Random) -> Any:
    if chance.random() < 0.1:
        deep: Any = 1
        for _ in range(chance.choice([5, 40, 70, 200])):
            deep = {"reply_to_message": deep} if chance.random() < 0.5 else [deep]
        return deep
    return copy.deepcopy(chance.choice(WEIRD))


# --- shapes: what Telegram really sends -------------------------------------------------------------------------------


def _who(person_id: int) -> Json:
    return {"id": person_id, "is_bot": False, "first_name": "Мария", "last_name": "Иванова", "language_code": "ru"}


def _message(chance: random.Random, person_id: int, **content: Any) -> Json:
    return {
        "message_id": chance.choice([1, 2, 3, 5, 8, 13, 40, 10**6, 2**31 - 1]),
        "from": _who(person_id),
        "chat": {"id": person_id, "type": "private", "first_name": "Мария", "last_name": "Иванова"},
        "date": 1_788_400_000,
        **content,
    }


def _text(chance: random.Random) -> str:
    return chance.choice(chance.choice([TRICKS, COMMANDS, WORDS]))


def _file(chance: random.Random) -> Json:
    named = {"file_id": "F", "file_unique_id": "U", "file_size": 5}
    return chance.choice(
        [
            {"document": {**named, "file_name": chance.choice([*TRICKS, "отчёт.xlsx", "../../etc/passwd", "a.yaml"])}},
            {"photo": [{**named, "width": 9, "height": 9}, {**named, "width": 90, "height": 90}]},
            {"video": {**named, "width": 9, "height": 9, "duration": 1}},
            {"audio": {**named, "duration": 1}},
            {"voice": {**named, "duration": 1}},
            {"sticker": {**named, "type": "regular", "width": 9, "height": 9, "is_animated": False, "is_video": False}},
            {"video_note": {**named, "length": 9, "duration": 1}},
            {"animation": {**named, "width": 9, "height": 9, "duration": 1}, "document": named},
        ]
    )


def _thing(chance: random.Random) -> Json:
    return chance.choice(
        [
            {"location": {"latitude": 51.8, "longitude": 107.6}},
            {"contact": {"phone_number": "+7", "first_name": "Я"}},
            {"dice": {"emoji": "🎲", "value": 3}},
            {"poll": {"id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False}},
            {"new_chat_members": [_who(5)]},
            {"pinned_message": {"message_id": 5, "date": 0, "chat": {"id": 5, "type": "private"}}},
            {"successful_payment": {"currency": "XTR", "total_amount": 1, "invoice_payload": "x"}},
            {"web_app_data": {"data": "ok:1", "button_text": "x"}},
            {"users_shared": {"request_id": 1, "users": [{"user_id": 102}]}},
            {"story": {"chat": {"id": 5, "type": "private"}, "id": 1}},
            {"migrate_to_chat_id": -100500},
            {"unheard_of_thing": {"a": 1}},
            {},
        ]
    )


def _written(chance: random.Random, person_id: int) -> Json:
    return {"message": _message(chance, person_id, text=_text(chance))}


def _formatted(chance: random.Random, person_id: int) -> Json:
    entities = [
        {"type": kind, "offset": 0, "length": 3} for kind in ("bold", "bot_command", "text_mention", "new_kind")
    ]
    return {"message": _message(chance, person_id, text=_text(chance) or "абв", entities=entities)}


def _replied(chance: random.Random, person_id: int) -> Json:
    to = _message(chance, person_id, text="запрос") | {"from": {"id": 42, "is_bot": True, "first_name": "Бот"}}
    content = {"text": _text(chance)} if chance.random() < 0.7 else _file(chance)
    return {"message": _message(chance, person_id, reply_to_message=to, **content)}


def _sent(chance: random.Random, person_id: int) -> Json:
    content = chance.choice([_file, _file, _thing])(chance)
    more = chance.choice([{}, {"caption": _text(chance)}, {"media_group_id": "7", "caption": _text(chance)}])
    return {"message": _message(chance, person_id, **content, **more)}


def _forwarded(chance: random.Random, person_id: int) -> Json:
    origin = chance.choice(
        [
            {"type": "user", "date": 0, "sender_user": _who(102)},
            {"type": "hidden_user", "date": 0, "sender_user_name": chance.choice(TRICKS)},
            {"type": "channel", "date": 0, "message_id": 1, "chat": {"id": -1001, "type": "channel", "title": "К"}},
            {"type": "chat", "date": 0, "sender_chat": {"id": -5, "type": "group", "title": "Г"}},
            {"type": "brand_new", "date": 0},
        ]
    )
    via = chance.choice([{}, {"via_bot": {"id": 5, "is_bot": True, "first_name": "Б"}}])
    return {"message": _message(chance, person_id, text=_text(chance), forward_origin=origin, **via)}


def _edited(chance: random.Random, person_id: int) -> Json:
    content = {"text": _text(chance)} if chance.random() < 0.7 else {"caption": _text(chance), **_file(chance)}
    return {"edited_message": _message(chance, person_id, edit_date=1_788_400_001, **content)}


def _pressed(chance: random.Random, person_id: int) -> Json:
    chat = {"id": person_id, "type": "private", "first_name": "Мария"}
    message = chance.choice(
        [
            _message(chance, person_id, text="форма") | {"from": {"id": 42, "is_bot": True, "first_name": "Бот"}},
            {"chat": chat, "message_id": chance.choice([1, 5, 10**6]), "date": 0},
            _message(chance, person_id, caption="копия", **_file(chance)),
        ]
    )
    where: Json = chance.choice([{"message": message}, {"message": message}, {"inline_message_id": "x"}, {}])
    said: Json = chance.choice([{"data": "tl"}, {"data": "xx:1"}, {"game_short_name": "g"}])
    return {
        "callback_query": {
            "id": str(chance.randint(1, 9)),
            "from": _who(person_id),
            "chat_instance": "1",
            **where,
            **said,
        }
    }


def _membership(chance: random.Random, person_id: int) -> Json:
    bot = {"id": 42, "is_bot": True, "first_name": "Бот"}
    old, new = chance.choice([("member", "kicked"), ("kicked", "member"), ("member", "left"), ("left", "restricted")])
    chat = chance.choice([{"id": person_id, "type": "private"}, {"id": -7, "type": "group", "title": "Г"}])
    return {
        "my_chat_member": {
            "chat": chat,
            "from": _who(person_id),
            "date": 0,
            "old_chat_member": {"user": bot, "status": old, "until_date": 0},
            "new_chat_member": {"user": bot, "status": new, "until_date": 0},
        }
    }


def _elsewhere(chance: random.Random, person_id: int) -> Json:
    group = {"id": -100_123, "type": chance.choice(["group", "supergroup", "channel"]), "title": "Учительская"}
    message = _message(chance, person_id, text=_text(chance)) | {"chat": group}
    anonymous = {"sender_chat": group, "from": {"id": 1087968824, "is_bot": True, "first_name": "Group"}}
    return chance.choice(
        [
            {"message": message},
            {"message": message | anonymous},
            {"edited_message": message},
            {"channel_post": {key: value for key, value in message.items() if key != "from"}},
            {"business_message": _message(chance, person_id, text="x", business_connection_id="b")},
            {
                "callback_query": {
                    "id": "1",
                    "from": _who(person_id),
                    "chat_instance": "1",
                    "message": message,
                    "data": "ok",
                }
            },
            {"inline_query": {"id": "1", "from": _who(person_id), "query": "x", "offset": ""}},
            {"poll_answer": {"poll_id": "1", "user": _who(person_id), "option_ids": [0]}},
            {"message_reaction": {"chat": group, "message_id": 1, "date": 0, "old_reaction": [], "new_reaction": []}},
            {"brand_new_kind": {"chat": group, "from": _who(person_id)}},
            # A private chat of somebody else's.
            {"message": message | {"chat": {"id": 102, "type": "private", "first_name": "Ольга"}}},
        ]
    )


_SHAPES: list[Shape] = [
    *[_written] * 3, _formatted, _replied, _replied, _sent, _sent, _forwarded, _edited, *[_pressed] * 8, _membership,
    _elsewhere, _elsewhere,
]  # fmt: skip
_BUTTONS = [(prefix, list(one.model_fields)) for prefix, one in sorted(callback_classes().items())]
