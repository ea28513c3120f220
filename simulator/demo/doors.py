"""What of the demo is a messenger's own: how the bot is told of it, and how its messages are read and shown.

The two doors have the same methods; a message is one of the door's own world.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from simulator.demo.clock import DemoClock
from simulator.errors import Json
from simulator.labels import in_full
from simulator.max import Max
from simulator.max import people as max_people
from simulator.max import views as max_views
from simulator.max.model import Chat as MaxChat
from simulator.max.model import Message as MaxMessage
from simulator.max.world import World as MaxWorld
from simulator.people import people, views, writing
from simulator.server import Simulator
from simulator.world.model import Chat as TelegramChat
from simulator.world.model import Message as TelegramMessage
from simulator.world.world import World as TelegramWorld

# The faults of the page's buttons, as orders of the simulator's; %s is the method of long polls.
_FAULTS: Mapping[str, tuple[Json, ...]] = {
    "down": (
        {"action": "502", "method": "*", "html_body": True},
        {"action": "502", "method": "%s", "html_body": True},
    ),
    "429": ({"action": "429", "method": "*", "retry_after": 2, "probability": 0.6, "seed": 5},),
    "slow": ({"action": "slow", "method": "*", "seconds": 1.5},),
}
FAULTS = tuple(_FAULTS)
_LIST_OF_BUTTONS = re.compile(r"\n\n1[.)] .+(?:\n\d+[.)] .+)+\Z")


def _faults(polls: str) -> dict[str, list[Json]]:
    return {
        name: [order | {"method": order["method"].replace("%s", polls)} for order in orders]
        for name, orders in _FAULTS.items()
    }


class Key(NamedTuple):
    """A button as a person reads it, and what a press on it gives; "": nothing that the bot would hear."""

    text: str
    data: str


class TelegramHands:
    """How a person of a Telegram acts who is nobody's phone, and reads messages."""

    send, send_file = staticmethod(writing.send), staticmethod(writing.send_file)
    press, callback = staticmethod(people.press), staticmethod(people.callback)

    @staticmethod
    def keys(message: Any) -> list[Key]:
        """The buttons of a message, in reading order."""
        return [Key(button["text"], button.get("callback_data", "")) for button in message.buttons()]

    @staticmethod
    def text(message: Any) -> str:
        """What a message says."""
        return str(message.text)

    @staticmethod
    def bold(message: Any) -> str:
        """The last words of the text that are bold; "" if none are."""
        bold = [entity for entity in message.entities if entity["type"] == "bold"]
        if not bold:
            return ""
        units: bytes = message.text.encode("utf-16-le")
        start, length = 2 * bold[-1]["offset"], 2 * bold[-1]["length"]
        return units[start : start + length].decode("utf-16-le")


class MaxHands:
    """The same in a MAX."""

    send, send_file = staticmethod(max_people.send), staticmethod(max_people.send_file)
    press, callback = staticmethod(max_people.press), staticmethod(max_people.callback)

    @staticmethod
    def keys(message: Any) -> list[Key]:
        """The buttons of a message, in reading order, as the message tells of them."""
        return [Key(in_full(button["text"], message.text), button.get("payload", "")) for button in message.buttons()]

    @staticmethod
    def text(message: Any) -> str:
        """What a message says, without the list of its buttons."""
        return _LIST_OF_BUTTONS.sub("", message.text)

    @staticmethod
    def bold(message: Any) -> str:
        """The last words of the text that are bold; "" if none are."""
        bold = [element for element in message.markup if element["type"] == "strong"]
        return str(message.text[bold[-1]["from"] :][: bold[-1]["length"]]) if bold else ""


World = TelegramWorld | MaxWorld
Chat = TelegramChat | MaxChat
Message = TelegramMessage | MaxMessage


def hands_of(world: World) -> Any:
    """Hands for people of that world; the first argument of each deed is the world."""
    return MaxHands if isinstance(world, MaxWorld) else TelegramHands


def messages_of(chat: Chat) -> list[Message]:
    """All messages of a chat, the latest last."""
    messages: Iterable[Message] = chat.messages.values()
    return [*messages]


class InTelegram:
    """The demo in Telegram."""

    name = "telegram"
    token = "42:DEMO"

    def __init__(self, port: int, clock: DemoClock) -> None:
        self.simulator = Simulator(self.token, port, now=clock.now)
        self.faults = _faults("getUpdates")

    def settings(self) -> dict[str, str]:
        """The bot's settings by which it comes here."""
        return {"BOT_TOKEN": self.token, "TELEGRAM_API_URL": self.simulator.url}

    def message(self, message: Any) -> Json:
        """A message as the page shows it."""
        view = views.message_view(message)
        files = [view["media"]] if view["media"] else []
        return view | {"files": files, "rich": message.extra.get("rich_message"), "extra": {}}

    def chat(self, chat_id: int) -> Json:
        """A chat as the page shows it."""
        view = views.chat_view(self.simulator.world, chat_id)
        chat = self.simulator.world.chats[chat_id]
        shown = [self.message(message) for message in chat.messages.values() if not message.deleted]
        return view | {"messages": shown} | self.below(chat_id)

    def below(self, chat_id: int) -> Json:
        """What stands below a chat: the keyboard, and the commands of the person's menu."""
        world = self.simulator.world
        return {"keyboard": world.chats[chat_id].keyboard, "commands": views.commands(world, chat_id)}


class InMax:
    """The demo in MAX. The page is told numbers of messages as texts: they are longer than its own numbers can be."""

    name = "max"
    token = "DEMO-OF-MAX"

    def __init__(self, port: int, clock: DemoClock) -> None:
        self.simulator = Max(self.token, port, now=clock.now)
        # A year passes here in minutes: more polls and answers a second than MAX takes.
        self.simulator.faults.limits(None, None)
        self.faults = _faults("GET /updates")

    def settings(self) -> dict[str, str]:
        """The bot's settings by which it comes here."""
        return {"MESSENGER": "max", "MAX_TOKEN": self.token, "MAX_API_URL": self.simulator.url}

    def message(self, message: Any) -> Json:
        """A message as the page shows it."""
        view = max_views.message_view(self.simulator.world, message)
        reply = view["reply_to"]
        return view | {
            "message_id": str(message.seq), "reply_to": str(reply) if reply is not None else None, "rich": None,
            "media_group_id": None,
        }  # fmt: skip

    def chat(self, chat_id: int) -> Json:
        """A chat as the page shows it."""
        view = max_views.chat_view(self.simulator.world, chat_id)
        chat = self.simulator.world.chats[chat_id]
        shown = [self.message(message) for message in chat.messages.values() if not message.deleted]
        return view | {"messages": shown} | self.below(chat_id)

    def below(self, chat_id: int) -> Json:
        """What stands below a chat: the commands of everybody's menu."""
        return {"keyboard": None, "commands": max_views.commands(self.simulator.world, chat_id)}


Door = InTelegram | InMax


def door_of(name: str, port: int, clock: DemoClock) -> Door:
    """The door with that name."""
    return InMax(port, clock) if name == "max" else InTelegram(port, clock)
