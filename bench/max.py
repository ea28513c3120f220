"""python -m bench.max: a MAX that costs next to nothing, of the make of `bench/telegram.py`.

A person is called by their number in the bot's database, which says that it is of MAX.
"""

import json
import time
from typing import Any
from urllib.parse import parse_qs

from bench.telegram import FORM, TEXT, Connection, Telegram, serve
from bot.domain.people.messenger import Messenger, account_of

_ME = b'{"user_id":42,"first_name":"Bench","username":"bench_bot","is_bot":true,"last_activity_time":1780000000000}'
_BUTTONS = [
    [{"type": "callback", "text": "Да", "payload": "fc:1:0:1"}, {"type": "callback", "text": "Нет", "payload": "x"}],
    [{"type": "callback", "text": "Не относится к нам", "payload": "fn:1:0"}],
]
_DONE = b'{"success":true}'


def dialog_of(account: int) -> int:
    """The number of the bot's chat with that person."""
    return account + 1_000_000_000


def _message(account: Any, dialog: Any, number: Any, mid: str) -> dict[str, Any]:
    sender = {"user_id": 42, "first_name": "Bench", "username": "bench_bot", "is_bot": True}
    return {
        "sender": sender | {"last_activity_time": 1780000000000},
        "recipient": {"chat_id": dialog, "chat_type": "dialog", "user_id": account},
        "timestamp": 1780000000000,
        "body": {
            "mid": mid,
            "seq": number,
            "text": TEXT,
            "attachments": [{"type": "inline_keyboard", "payload": {"buttons": _BUTTONS}}],
        },
    }


# Between the parts stand the dialog, the account, the name of the message, its number.
_MADE = (
    json.dumps({"message": _message("%", "%", "%", "%")}, ensure_ascii=False).replace('"%"', "%").encode().split(b"%")
)


class Max(Telegram):
    """The state that all connections share."""

    def made(self, chat: bytes) -> bytes:
        """See Telegram."""
        self.numbers += 1
        account, number = int(chat), 116_000_000_000_000_000 + self.numbers
        dialog = dialog_of(account)
        told = (b"%d" % dialog, b"%d" % account, b'"mid.%016x%016x"' % (dialog, number), b"%d" % number)
        return b"".join(part for pair in zip(_MADE, (*told, b""), strict=True) for part in pair)

    def pressed(self, number: int, chat: int, data: str) -> dict[str, Any]:
        """See Telegram."""
        account, now = account_of(chat), int(time.time() * 1000)
        dialog = dialog_of(account)
        user = {"user_id": account, "first_name": "Мария", "last_name": "Иванова", "is_bot": False}
        press = {"timestamp": now, "callback_id": f"{account}.{number}", "payload": data, "user": user}
        message = _message(account, dialog, FORM, f"mid.{dialog:016x}{FORM:016x}")
        return {"update_type": "message_callback", "timestamp": now, "callback": press, "message": message}


class _Connection(Connection):
    def __init__(self, server: Max) -> None:
        super().__init__(server)
        self._max = server

    def called(self, verb: str, path: str, body: bytes) -> None:
        """See Connection."""
        what, _, rest = path.partition("?")
        given = {name: values[0] for name, values in parse_qs(rest).items()}
        match verb, what.split("/")[1:]:
            case "POST", ["messages"]:
                self._max.calls["sendMessage"] += 1
                made = self._max.send(given["user_id"].encode())
                if made is None:
                    self.answer(b'{"code":"too.many.requests","message":"too many"}', b"429 Too Many Requests")
                else:
                    self.answer(made)
            case "POST", ["answers"]:
                self._max.calls["answers"] += 1
                self.answer(_DONE)
                if b'"message"' in body:
                    self._edited(int(given["callback_id"].partition(".")[0]))
            case "PUT", ["messages"]:
                self._max.calls["edits"] += 1
                self.answer(_DONE)
                self._edited(int(given["message_id"][4:20], 16) - dialog_of(0))
            case "GET", ["messages", mid]:
                self._max.calls["looks"] += 1
                dialog, number = int(mid[4:20], 16), int(mid[20:], 16)
                self.answer(json.dumps(_message(42, dialog, number, mid)).encode())
            case "GET", ["updates"]:
                self._max.calls["polls"] += 1
                self.later(self._told(int(given.get("marker", 0)), float(given.get("timeout", 0))))
            case _, ["me", *_]:
                self.answer(_ME)
            case _:
                self.answer(_DONE)

    async def _told(self, marker: int, seconds: float) -> None:
        events = await self._max.poll(marker + 1, seconds)
        last = events[-1][0] if events else marker
        told = {"updates": [event for _, event in events], "marker": last}
        self.answer(json.dumps(told, ensure_ascii=False).encode())

    def _edited(self, account: int) -> None:
        self._max.edited(Messenger.MAX.person(account))


if __name__ == "__main__":
    server = Max()
    serve(lambda: _Connection(server))
