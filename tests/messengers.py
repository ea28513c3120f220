"""The messengers in which the worlds of tests are: one suite, two doors.

What differs between them for whoever lives there stands here; a test says nothing of it.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bot.app import App
from bot.delivery.max.door import Door
from bot.delivery.max.events import told
from bot.delivery.max.intaking import take
from bot.delivery.max.layout import ADVISED
from bot.domain.people.messenger import Messenger
from bot.views.short import LABELS, PHRASES, short
from simulator import Simulator
from simulator.content import text as content
from simulator.faults import SENDS
from simulator.labels import fit
from simulator.max import Max, MaxPerson
from simulator.max.model import Stored
from simulator.max.text import LONGEST
from simulator.world.updates import NO_PAUSES
from simulator.world.world import Clock, real_now
from tests.waiting import until

_chosen = Messenger.TELEGRAM
# A button whose label has no room, of which the message above tells all: «3. Дошкольное…».
_NUMBERED = re.compile(r"(\d+)\. ")


class Reader(MaxPerson):
    """Somebody in MAX who reads the list above the buttons, and what the bot says of a press whether it pops up or not:
    whether it does is one of the things that nobody knows."""

    def in_group(self, group_id: int, topic: int | None = None) -> "Reader":
        """The same person acting in a group."""
        return Reader(self._link, self.id, self.name, group_id, topic)

    async def chat(self) -> dict[str, Any]:
        """See Person; buttons are called by what the message says of them."""
        view = dict(await super().chat())
        view["alerts"] = [*view["alerts"], *({"text": words} for words in view["unseen"])]
        # Words that may not pop up stand above what was pressed too, or in a message where there is nothing of it.
        words = {f"❗ {alert['text']}" for alert in view["alerts"]}
        view["messages"] = [item for item in view["messages"] if not (item["from_bot"] and item["text"] in words)]
        for item in view["messages"]:
            above, _, rest = item["text"].partition("\n\n")
            item["text"] = rest if item["from_bot"] and above in words else item["text"]
            item["buttons"] = [_in_full(label, item["text"]) for label in item["buttons"]]
        return view

    async def press(self, label: str, *, message_id: int | None = None) -> dict[str, Any]:
        """See Person; by what the message says of the button."""
        for item in reversed((await super().chat())["messages"]):
            if item["deleted"] or message_id not in (None, item["message_id"]):
                continue
            fits = [
                (max(fit(shown, label), fit(_in_full(shown, item["text"]), label)), shown) for shown in item["buttons"]
            ]
            degree = max((degree for degree, _ in fits), default=0)
            if degree:
                shown = next(shown for fitting, shown in fits if fitting == degree)
                return await super().press(shown, message_id=item["message_id"])
        return await super().press(label, message_id=message_id)


def _in_full(label: str, text: str) -> str:
    number = _NUMBERED.match(label)
    if number is None:
        return _unshortened(label)
    lines = [line.removeprefix(number[0]) for line in text.splitlines() if line.startswith(number[0])]
    return lines[-1] if lines else label


def _unshortened(label: str) -> str:
    """What the label is short for, if it is."""
    full = next((long for long, brief in LABELS.items() if brief == label), label)
    for phrase, brief in PHRASES:
        whole = full.replace(brief, phrase)
        if phrase not in full and whole != full and short(whole, ADVISED[1]) == label:
            return whole
    return full


# What tests call a call, of which they know Telegram's name.
_CALLS = {
    "GET /me": "getMe",
    "GET /updates": "getUpdates",
    "GET /subscriptions": "getWebhookInfo",
    "POST /subscriptions": "setWebhook",
    "DELETE /subscriptions": "deleteWebhook",
    # Telegram looks at what it copies by itself.
    "GET /messages/{messageId}": "getMessage",
    "PATCH /me/commands": "setMyCommands",
    "POST /messages": "sendMessage",
    "PUT /messages": "editMessageText",
    "DELETE /messages": "deleteMessage",
}


_UPLOADED = {"file": "sendDocument", "image": "sendPhoto"}


class _ReadersMax(Max):
    PERSON = Reader

    def __init__(self, token: str, now: Clock) -> None:
        super().__init__(token, now=now, called=self._telegrams_name, sends=SENDS)

    def _telegrams_name(self, name: str, body: dict[str, Any]) -> str:
        if name == "POST /answers":
            # A form is changed by the answer to the press on it.
            return "editMessageText" if body.get("message") else "answerCallbackQuery"
        if name == "POST /messages" and (files := self._files_of(body)):
            if not files[0].by_bot:
                return "copyMessage" if len(files) == 1 else "copyMessages"
            return _UPLOADED.get(files[0].type, name) if len(files) == 1 else "sendMediaGroup"
        return _CALLS.get(name, name)

    def _files_of(self, body: dict[str, Any]) -> list[Stored]:
        payloads = [one.get("payload") or {} for one in body.get("attachments") or []]
        held = [part for one in payloads for part in (one, *(one.get("photos") or {}).values())]
        return [self.world.files[part["token"]] for part in held if part.get("token") in self.world.files]


@contextmanager
def in_messenger(messenger: Messenger) -> Iterator[None]:
    """Worlds that begin within the block are in that messenger."""
    global _chosen  # noqa: PLW0603
    before, _chosen = _chosen, messenger
    try:
        yield
    finally:
        _chosen = before


def chosen() -> Messenger:
    """Where worlds begin now."""
    return _chosen


def simulator(token: str, now: Clock = real_now) -> Any:
    """A messenger on this machine that knows the token; to be entered. `Any`: each has verbs of its own."""
    if _chosen is Messenger.MAX:
        max_ = _ReadersMax(token_of(token), now)
        max_.faults.limits(None, None)
        return max_
    telegram = Simulator(token, now=now)
    telegram.world.updates.pauses = NO_PAUSES
    return telegram


def token_of(token: str) -> str:
    """The token for that messenger."""
    return token.replace(":", "-MAX-") if _chosen is Messenger.MAX else token


def settings(url: str, token: str) -> dict[str, str]:
    """What the bot's settings say of it, in lower case."""
    if _chosen is Messenger.MAX:
        return {"messenger": "max", "max_token": token_of(token), "max_api_url": url}
    return {"bot_token": token, "telegram_api_url": url}


def person(account: int) -> int:
    """The number that the database has for somebody's account there."""
    return _chosen.person(account)


async def hand_over(app: App, event: dict[str, Any]) -> None:
    """An event of MAX's comes to the bot as its webhook would bring it."""
    door = app.bot.session
    assert isinstance(door, Door)
    await take(app.intake, door, [told(event)])


async def empty(phone: Any) -> None:
    """All messages of the chat with the bot are deleted, and that is all: with its dialog MAX would stop the bot."""
    await (phone.clear_chat() if _chosen is Messenger.MAX else phone.delete_chat())


def files_of(message: Any) -> list[Any]:
    """The files of a message of that messenger's model."""
    if _chosen is Messenger.MAX:
        return list(message.files())
    return [message.file] if message.file is not None else []


async def asked(telegram: Any) -> None:
    """Returns when the bot has begun to ask for events, or to have them delivered: whoever asks MAX for the first time
    is given the last of those that were before, and no other."""
    if _chosen is Messenger.MAX:
        updates = telegram.world.updates
        await until(lambda: updates.polled() or updates.subscriptions or telegram.record.count("getUpdates"))


# What an event of MAX's is as an update.
_UPDATES = {"message_created": "message", "message_edited": "edited_message", "message_callback": "callback_query"}


def kinds(delivered: dict[str, Any]) -> set[str]:
    """What has been delivered is an update of that kind, as tests call it."""
    kind = delivered.get("update_type")
    return {_UPDATES.get(kind, kind)} if isinstance(kind, str) else {*delivered}


class Deliveries:
    """How the messenger fares in delivering to the bot's address. `pace`: how long a second of its pauses lasts."""

    def __init__(self, telegram: Any, pace: float) -> None:
        self._world = telegram.world
        # The first repeat of MAX's comes after a minute.
        telegram.postman.pace = pace / 20 if isinstance(telegram, Max) else pace
        if isinstance(telegram, Max):
            # Whether what came later waits for what has failed is not known; in Telegram other kinds do not.
            self._world.ways.turn(later_waits=False)

    @property
    def addresses(self) -> set[str]:
        """Where it delivers."""
        if _chosen is Messenger.MAX:
            return {*self._world.updates.subscriptions}
        return {self._world.webhook.url} - {""}

    def given_up(self) -> int:
        """How many deliveries were."""
        return int((self._world.updates if _chosen is Messenger.MAX else self._world.webhook).given_up)

    def fails(self) -> bool:
        """Whether the bot has asked for something anew."""
        if _chosen is Messenger.MAX:
            return any(one.failing is not None for one in self._world.updates.subscriptions.values())
        return "503" in self._world.webhook.error


def silence(seconds: float) -> float:
    """For how long the bot says nothing when it was asked for so many seconds: MAX never says how many."""
    return 1.0 if _chosen is Messenger.MAX else seconds


def cut(text: str) -> list[str]:
    """A text of any length as clients send it."""
    return content.cut(text, LONGEST) if _chosen is Messenger.MAX else content.cut(text)
