"""The messengers in which the worlds of tests are: one suite, two doors.

What differs between them for whoever lives there stands here; a test says nothing of it.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from bot.app import App
from bot.delivery.max.door import Door
from bot.delivery.max.events import told
from bot.delivery.max.incoming.intaking import take
from bot.delivery.max.layout import ADVISED, WORD
from bot.delivery.max.pace import ALL
from bot.domain.people.messenger import Messenger
from bot.views.short import LABELS, PAIRS, PHRASES, short
from simulator import Simulator
from simulator.clock import Clock, real_now
from simulator.content import text as content
from simulator.faults import SENDS
from simulator.labels import fit, in_full
from simulator.max import Max, MaxPerson
from simulator.max.model import Stored
from simulator.max.text import LONGEST
from simulator.max.updates import KEPT
from simulator.people.writing import THINGS
from simulator.person import Person
from simulator.world.updates import NO_PAUSES, PRESS_LIVES
from tests.waiting import until

_chosen = Messenger.TELEGRAM
# What stands before words that have to be read.
_ATTENTION = ("❗ ", "ℹ️ ")
_LABELS_TOLD = re.compile(r"^\d+\) .*$", re.MULTILINE)
# Bots of MAX cannot react: what would stand on a message is an answer to it.
_SIGNS = ("👌",)


class Reader(MaxPerson):
    """Somebody in MAX who reads the list above the buttons, and what the bot says of a press whether it pops up or not:
    whether it does is one of the things that nobody knows."""

    def in_group(self, group_id: int, topic: int | None = None) -> "Reader":
        """The same person acting in a group."""
        return Reader(self._link, self.id, self.name, group_id, topic)

    async def delete_chat(self) -> None:
        """See Person; what stands there is gone, and no more: deleting the dialog stops the bot."""
        await self.clear_chat()

    async def chat(self) -> dict[str, Any]:
        """See Person; buttons are called by what the message says of them, and words to be pressed stand below."""
        view = dict(await super().chat())
        alerts = [*view["alerts"], *view["unseen"]]
        # Words that may not pop up stand above what was pressed too, or alone where there is nothing of it.
        popped = {alert["text"] for alert in alerts}
        messages: list[dict[str, Any]] = []
        below: list[list[dict[str, Any]]] = []
        reactions: dict[int, list[str]] = {}
        for item in view["messages"]:
            if item["from_bot"] and item["text"] in _SIGNS and not item["deleted"]:
                reactions.setdefault(item["reply_to"], []).append(item["text"])
                continue
            words, text = _attention(item) if item["from_bot"] else ("", item["text"])
            alone = words and not text and not item["media"]
            if alone or (words and words not in popped):
                alerts.append({"text": words, "changed": item["changed"], "person_id": self.id})
            if alone:
                continue
            rows = (item["markup"] or {"inline_keyboard": []})["inline_keyboard"]
            keys = [key for row in rows for key in row]
            shown = [_in_full(key["text"], text) for key in keys if not _is_word(key)]
            below = [[key] for key in keys if _is_word(key)] if item["from_bot"] and not item["deleted"] else below
            messages.append(item | {"text": text, "buttons": shown})
        for item in messages:
            item["reactions"] = reactions.get(item["message_id"], [])
        alerts.sort(key=lambda alert: int(alert["changed"]))
        return view | {"messages": messages, "alerts": alerts, "keyboard": {"keyboard": below} if below else None}

    async def press(self, label: str, *, message_id: int | None = None) -> dict[str, Any]:
        """See Person; by what the message says of the button."""
        for item in reversed((await super().chat())["messages"]):
            if item["deleted"] or message_id not in (None, item["message_id"]):
                continue
            fits = [(_degree(shown, item["text"], label), shown) for shown in item["buttons"]]
            degree = max((degree for degree, _ in fits), default=0)
            if degree:
                shown = next(shown for fitting, shown in fits if fitting == degree)
                return await super().press(shown, message_id=item["message_id"])
        return await super().press(label, message_id=message_id)


def _degree(shown: str, text: str, label: str) -> int:
    """How well a button fits a label: by itself, by what the message says of it, or as the label's short name."""
    by_name = 2 if shown == short(label, ADVISED[1]) else 0
    return max(fit(shown, label), fit(_in_full(shown, text), label), by_name)


def _attention(item: dict[str, Any]) -> tuple[str, str]:
    """Words above a text that may not pop up, and the text."""
    above, _, rest = item["text"].partition("\n\n")
    sign = next(filter(above.startswith, _ATTENTION), None)
    return (above.removeprefix(sign), rest) if sign is not None else ("", item["text"])


def _is_word(button: dict[str, Any]) -> bool:
    """Whether it stands for a word under the line in which people type."""
    return str(button.get("callback_data", "")).startswith(WORD)


def _in_full(label: str, text: str) -> str:
    full = in_full(label, text)
    return full if full != label else _unshortened(label)


# A place among pages, as MAX has room for it.
_PAGE = re.compile(r"^(\d+)/(\d+)$")


def _unshortened(label: str) -> str:
    """What the label is short for, if it is."""
    label = _PAGE.sub(r"\1 / \2", label)
    full = next((long for long, brief in (*LABELS.items(), *PAIRS.items()) if brief == label), label)
    for phrase, brief in PHRASES:
        whole = re.sub(rf"(?<!\w){re.escape(brief)}(?!\w)", phrase, full)
        # What has room for more is as brief where one of its like has none.
        if phrase not in full and whole != full and label in (short(whole, ADVISED[1]), short(whole, len(whole) - 1)):
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


# Calls by which nobody is told anything.
SILENT = frozenset({"getUpdates", "getMe", "getMessage"})
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


def look_at_labels(telegram: Any) -> None:
    """Nothing that was on a button there is more than a phone shows of it, nor looks like another."""
    if isinstance(telegram, Max):
        assert not telegram.world.unreadable, telegram.world.unreadable[:5]


def token_of(token: str) -> str:
    """The token for that messenger."""
    return token.replace(":", "-MAX-") if _chosen is Messenger.MAX else token


def settings(url: str, token: str) -> dict[str, str]:
    """What the bot's settings say of it, in lower case."""
    if _chosen is Messenger.MAX:
        return {"messenger": "max", "max_token": token_of(token)} | address(url)
    return {"bot_token": token} | address(url)


def address(url: str) -> dict[str, str]:
    """What they say of where it is."""
    return {f"{_chosen}_api_url": url}


def person(account: int) -> int:
    """The number that the database has for somebody's account there."""
    return _chosen.person(account)


def payload_of(link: str) -> str:
    """What a link brings to the bot that opens a chat with it there."""
    address, payload = link.split("?start=")
    assert f"{address}?start=" == _chosen.link(address.rpartition("/")[2], "")
    return payload


def without_labels(text: str) -> str:
    """The text but for the lines that tell what stands on buttons."""
    return _LABELS_TOLD.sub("", text)


def called(label: str) -> str:
    """What a button is called there that has a row to itself."""
    return short(label, ADVISED[1]) if _chosen is Messenger.MAX else label


def beside(first: str, word: str) -> str:
    """What a button says there that stands beside another, as others do beside others: «Напомнить (2)» beside
    «Южный: 2»."""
    return f"{word.partition(' (')[0]}: {first.partition(':')[0]}" if _chosen is Messenger.MAX else word


def kinds_of_files(messages: Iterable[dict[str, Any]]) -> list[str]:
    """What kinds of files the messages have, in order; one of MAX has several."""
    return [str(file["kind"]) for item in messages for file in item.get("files", [item["media"]]) if file]


def has(thing: str) -> bool:
    """Whether there is such a thing there, to be sent by people or made in a group."""
    return _chosen is Messenger.TELEGRAM or thing not in {*THINGS, "topic"} or thing in {"location", "contact"}


def draws_tables() -> bool:
    """Whether a table in the chat is one; otherwise its text comes at once."""
    return _chosen is Messenger.TELEGRAM


def menus_by_role() -> bool:
    """Whether staff have commands of their own in their menu."""
    return _chosen is Messenger.TELEGRAM


def without_messages() -> list[None]:
    """A press in a group on a message that is not there: MAX does not say in what chat that was."""
    return [None] if _chosen is Messenger.TELEGRAM else []


def fetching() -> str:
    """What a call is called that asks where a file is."""
    return "getMessage" if _chosen is Messenger.MAX else "getFile"


def press_lives() -> timedelta:
    """For how long a press waits there for a bot that is away."""
    return timedelta(milliseconds=KEPT) if _chosen is Messenger.MAX else timedelta(seconds=PRESS_LIVES)


async def send_together(person: Person, names: list[str]) -> None:
    """Documents that somebody sends at once, more than Telegram's own clients would."""
    if _chosen is Messenger.MAX:
        files = [{"content": b"x", "name": name, "mime": "application/pdf", "kind": "document"} for name in names]
        assert isinstance(person, MaxPerson)
        await person.send_files(files)
        return
    for name in names:
        await person.send_file(b"x", name, media_group_id="album")


def stands_aside(entity: dict[str, Any]) -> bool:
    """Whether it is a passage that nobody need read: a quotation, collapsed, or where nothing is, long italics."""
    if _chosen is Messenger.MAX:
        return bool(entity["type"] == "italic" and entity["length"] > 100)
    return bool(entity["type"] == "expandable_blockquote")


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


def pressable(message: Any) -> list[str]:
    """The data of the buttons of a message of that messenger's model."""
    if _chosen is Messenger.MAX:
        return [button["payload"] for button in message.buttons() if "payload" in button]
    rows = (message.markup or {}).get("inline_keyboard", [])
    return [button["callback_data"] for row in rows for button in row if "callback_data" in button]


async def asked(telegram: Any) -> None:
    """Returns when the bot has begun to ask for events by its marker, or to have them delivered: whoever asks MAX for
    the first time is given the last of those that were before, and no other."""
    if _chosen is Messenger.MAX:
        updates = telegram.world.updates
        await until(lambda: updates.polled() or updates.subscriptions or telegram.record.count("getUpdates") > 1)


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
        # The first repeat of MAX's comes after a minute, and each is two and a half times later: a bot that is killed
        # again and again would not hear of a press within a test.
        telegram.postman.pace = pace / 200 if isinstance(telegram, Max) else pace
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


def waits_for_its_turn(people: int) -> float:
    """Seconds for which a call may wait there beside those of so many people, each of whom is told one thing at a
    time: MAX takes thirty calls of a bot in a second, whatever they are."""
    return people / ALL if _chosen is Messenger.MAX else 0.0


def crowd(people: int) -> int:
    """As many people as keep the bot as busy there as so many do in Telegram."""
    return people // 4 if _chosen is Messenger.MAX else people


def silence(seconds: float) -> float:
    """For how long the bot says nothing when it was asked for so many seconds: MAX never says how many."""
    return 1.0 if _chosen is Messenger.MAX else seconds


def cut(text: str) -> list[str]:
    """A text of any length as clients send it."""
    return content.cut(text, longest())


def longest() -> int:
    """UTF-16 units of the longest text that people can send there in one message."""
    return LONGEST if _chosen is Messenger.MAX else content.MAX_TEXT
