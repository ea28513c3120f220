"""Somebody with a Telegram account: what they write, do and see."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypedDict, Unpack

from simulator.content.text import cut
from simulator.errors import Json
from simulator.screen import render

TIMEOUT = 15.0
PICTURE = b"\xff\xd8\xff picture"
ALBUM_FILES = {
    "photo": ("jpg", "image/jpeg"), "video": ("mp4", "video/mp4"), "document": ("pdf", "application/pdf"),
    "audio": ("mp3", "audio/mpeg"),
}  # fmt: skip


class Where(TypedDict, total=False):
    """Where a message goes: a group and its topic, a message to reply to; `origin` marks it as forwarded."""

    chat: int | None
    topic: int | None
    reply_to: int | None
    origin: Json | None


def origin(author: "Person | str | None" = None, channel: str | None = None) -> Json:
    """Where a forwarded message comes from: a person, the name of one who hides the account, or a channel."""
    if channel is not None:
        return {"type": "channel", "title": channel}
    if isinstance(author, Person):
        return {"type": "user", "person_id": author.id}
    return {"type": "hidden_user", "name": author or "Неизвестный"}


class Link(Protocol):
    """The way to a simulator."""

    async def call(self, verb: str, arguments: Json) -> Any:
        """Do a control verb."""

    async def events(self, after: int, seconds: float, chat_id: int | None) -> list[Json]:
        """Wait for events after a number."""


class Person:
    """Somebody with a Telegram account. Methods are what a person does and sees."""

    def __init__(self, link: Link, id: int, name: str, chat_id: int | None = None, topic: int | None = None) -> None:
        self._link = link
        self.id = id
        self.name = name
        self._chat_id = chat_id
        self._topic = topic
        self._mark = 0

    def in_group(self, group_id: int, topic: int | None = None) -> "Person":
        """The same person acting in a group, writing and reading in one topic of it if that is given."""
        return Person(self._link, self.id, self.name, group_id, topic)

    async def _act(self, verb: str, **arguments: Any) -> Any:
        self._mark = await self._link.call("last_event", {})
        if self._chat_id is not None:
            arguments["chat_id"] = self._chat_id
        return await self._link.call(verb, {"person_id": self.id, **arguments})

    # what the person does

    async def _write(self, verb: str, where: Where, **arguments: Any) -> int:
        """A message of the person; its id."""
        chat = where.get("chat") or self._chat_id
        topic = where.get("topic")
        if topic is None and chat == self._chat_id:
            topic = self._topic
        for name in ("reply_to", "origin"):
            if where.get(name) is not None:
                arguments[name] = where.get(name)
        self._mark = await self._link.call("last_event", {})
        arguments |= {"person_id": self.id, "chat_id": chat, "topic": topic}
        return int(await self._link.call(verb, arguments))

    # what the person writes

    async def send(
        self, text: str, *, html: bool = False, entities: list[Json] | None = None, **where: Unpack[Where]
    ) -> int:
        """Write a message; its id. html: the text says in HTML how the person formats it."""
        return await self._write("send", where, text=text, html=html, entities=entities)

    async def send_long(self, text: str, **where: Unpack[Where]) -> list[int]:
        """Write a text of any length: the client cuts it into messages that go at once; their ids."""
        return [await self.send(part, **where) for part in cut(text)]

    async def reply_to(self, message_id: int, text: str) -> int:
        """Write a message as a reply; its id."""
        return await self.send(text, reply_to=message_id)

    async def edit(self, message_id: int, text: str, *, html: bool = False) -> None:
        """Edit an own message."""
        await self._act("edit", message_id=message_id, text=text, html=html)

    async def send_file(
        self, content: bytes, name: str, *, mime: str = "application/octet-stream", caption: str = "",
        kind: str = "document", media_group_id: str | None = None, size: int | None = None, html: bool = False,
        entities: list[Json] | None = None, **where: Unpack[Where],
    ) -> int:  # fmt: skip
        """Send a document, or a file of another kind (see model.KINDS); its message id."""
        return await self._write(
            "send_file", where, content=content, name=name, mime=mime, caption=caption, kind=kind,
            media_group_id=media_group_id, size=size, html=html, entities=entities,
        )  # fmt: skip

    async def send_photo(
        self, content: bytes = PICTURE, *, caption: str = "", html: bool = False, **where: Unpack[Where]
    ) -> int:
        """Send a photo; its message id."""
        return await self.send_file(
            content, "photo.jpg", mime="image/jpeg", caption=caption, kind="photo", html=html, **where
        )

    async def send_video(
        self, content: bytes = b"video", *, caption: str = "", html: bool = False, **where: Unpack[Where]
    ) -> int:
        """Send a video; its message id."""
        return await self.send_file(
            content, "video.mp4", mime="video/mp4", caption=caption, kind="video", html=html, **where
        )

    async def send_audio(self, content: bytes = b"audio", *, caption: str = "", **where: Unpack[Where]) -> int:
        """Send a piece of music; its message id."""
        return await self.send_file(content, "song.mp3", mime="audio/mpeg", caption=caption, kind="audio", **where)

    async def send_voice(self, content: bytes = b"voice", *, caption: str = "", **where: Unpack[Where]) -> int:
        """Send a voice message; its id."""
        return await self.send_file(content, "voice.ogg", mime="audio/ogg", caption=caption, kind="voice", **where)

    async def send_sticker(self, emoji: str = "👍", **where: Unpack[Where]) -> int:
        """Send a sticker; its message id."""
        return await self.send_file(b"sticker", emoji, mime="image/webp", kind="sticker", **where)

    async def send_album(
        self, kinds: Sequence[str] = ("photo", "photo"), *, caption: str = "", html: bool = False,
        **where: Unpack[Where],
    ) -> list[int]:  # fmt: skip
        """Send an album of 2-10 files of these kinds, the caption under the first; the messages' ids."""
        if not 2 <= len(kinds) <= 10:
            raise ValueError("an album has 2-10 items")
        group = await self._link.call("album_id", {})
        sent = []
        for number, kind in enumerate(kinds):
            suffix, mime = ALBUM_FILES[kind]
            sent.append(
                await self.send_file(
                    PICTURE if kind == "photo" else f"file {number}".encode(), f"file{number + 1}.{suffix}", mime=mime,
                    kind=kind, caption="" if number else caption, html=html, media_group_id=group, **where,
                )
            )  # fmt: skip
        return sent

    async def send_thing(self, kind: str, value: Json | None = None, **where: Unpack[Where]) -> int:
        """Send what is neither text nor file (see writing.THINGS), also what no bot can copy; its message id."""
        return await self._write("send_thing", where, kind=kind, value=value)

    async def send_poll(
        self, question: str, options: Sequence[str], *, right: int | None = None, **where: Unpack[Where]
    ) -> int:
        """Send a poll, or a quiz whose right option is given by number; its message id."""
        value = {"question": question, "options": list(options), "right": right}
        return await self.send_thing("poll", value, **where)

    async def send_location(self, latitude: float, longitude: float, **where: Unpack[Where]) -> int:
        """Send a place on the map; its message id."""
        return await self.send_thing("location", {"latitude": latitude, "longitude": longitude}, **where)

    async def send_contact(self, phone_number: str, first_name: str, **where: Unpack[Where]) -> int:
        """Send a contact; its message id."""
        return await self.send_thing("contact", {"phone_number": phone_number, "first_name": first_name}, **where)

    async def send_dice(self, emoji: str = "🎲", value: int = 1, **where: Unpack[Where]) -> int:
        """Throw a die; its message id."""
        return await self.send_thing("dice", {"emoji": emoji, "value": value}, **where)

    async def forward(
        self, what: str | int, *, author: "Person | str | None" = None, channel: str | None = None,
        from_chat: int | None = None, html: bool = False, **where: Unpack[Where],
    ) -> int:  # fmt: skip
        """Forward a text written elsewhere by an author (a name alone: one who hides the account) or in a channel,
        or a message by its id: of `from_chat`, or of the own chat with the bot. The new message's id."""
        if isinstance(what, int):
            return await self._write("forward", where, message_id=what, from_chat=from_chat)
        where["origin"] = origin(author, channel)
        return await self.send(what, html=html, **where)

    # what else the person does

    async def press(self, label: str, *, message_id: int | None = None) -> Json:
        """Press a button by its label; LookupError with the labels on screen when there is none."""
        result: Json = await self._act("press", label=label, message_id=message_id)
        return result

    async def callback(self, data: str, *, message_id: int | None = None) -> str:
        """Send arbitrary callback data, on a message of the chat or on an inaccessible one."""
        return str(await self._act("callback", data=data, message_id=message_id))

    async def start(self) -> None:
        """Be marked as having pressed Start, without an update."""
        await self._link.call("start", {"person_id": self.id})

    async def block(self) -> None:
        """Block the bot."""
        await self._link.call("block", {"person_id": self.id})

    async def unblock(self) -> None:
        """Unblock the bot, without pressing Start."""
        await self._link.call("unblock", {"person_id": self.id})

    async def deactivate(self) -> None:
        """Delete the account."""
        await self._link.call("deactivate", {"person_id": self.id})

    async def delete_chat(self) -> None:
        """Delete the chat with the bot for both sides."""
        await self._link.call("delete_chat", {"person_id": self.id})

    # what the person sees

    async def chat(self) -> Json:
        """The whole chat, see `views.chat_view`."""
        view: Json = await self._link.call("chat", {"chat_id": self._chat_id or self.id})
        return view

    async def commands(self) -> list[Json]:
        """The menu of commands shown to the person in this chat."""
        commands: list[Json] = await self._link.call("commands", {"person_id": self.id, "chat_id": self._chat_id})
        return commands

    async def screen(self) -> str:
        """The chat as printable text."""
        return render(await self.chat())

    async def messages(self, *, from_bot: bool | None = True) -> list[Json]:
        """Visible messages, of the bot unless told otherwise (False: of people, None: all); of one topic for a
        person `in_group` with a topic."""
        return [
            item
            for item in (await self.chat())["messages"]
            if not item["deleted"] and from_bot in (None, item["from_bot"]) and self._topic in (None, item["topic"])
        ]

    async def last_message(self) -> Json:
        """The last visible message of the bot."""
        messages = await self.messages()
        if not messages:
            raise LookupError(f"the bot has not written to {self.name}")
        return messages[-1]

    async def last(self) -> str:
        """The text of the last visible message of the bot."""
        return str((await self.last_message())["text"])

    async def table(self) -> list[list[str]]:
        """The rows of cells of the last table the bot has sent, in a rich message."""
        for item in reversed(await self.messages()):
            if item["tables"]:
                cells: list[list[str]] = item["tables"][-1]
                return cells
        raise LookupError(f"no table from the bot:\n{await self.screen()}")

    async def files(self, kind: str = "document") -> list[tuple[str, bytes]]:
        """Names and contents of the files of a kind that the bot has sent, oldest first."""
        files = [item for item in await self.messages() if item["kind"] == kind]
        return [(str(item["media"]["name"]), await self.download(item)) for item in files]

    async def album(self) -> list[tuple[str, bytes]]:
        """Names and contents of the files of the last album the bot has sent."""
        albums = [item for item in await self.messages() if item["media_group_id"]]
        if not albums:
            raise LookupError(f"no album from the bot:\n{await self.screen()}")
        last = [item for item in albums if item["media_group_id"] == albums[-1]["media_group_id"]]
        return [(str(item["media"]["name"]), await self.download(item)) for item in last]

    async def find(self, text: str) -> Json:
        """The latest visible message of the bot that contains a text."""
        for item in reversed(await self.messages()):
            if text in item["text"]:
                return item
        raise LookupError(f"no message with {text!r}:\n{await self.screen()}")

    async def alerts(self) -> list[str]:
        """Texts that popped up after presses."""
        return [str(alert["text"]) for alert in (await self.chat())["alerts"]]

    async def buttons(self) -> list[str]:
        """Labels under the last message of the bot that has any."""
        for item in reversed(await self.messages()):
            if item["buttons"]:
                return list(item["buttons"])
        return []

    async def download(self, message: Json | int) -> bytes:
        """The bytes of the file of a message, or of the message with that id."""
        if isinstance(message, int):
            messages = [item for item in await self.messages(from_bot=None) if item["message_id"] == message]
            if not messages or not messages[0]["media"]:
                raise LookupError(f"no file in message {message}")
            message = messages[0]
        content: bytes = await self._link.call("file", {"file_id": message["media"]["file_id"]})
        return content

    # groups

    async def join(self, group_id: int) -> None:
        """Come into a group."""
        await self._link.call("join", {"person_id": self.id, "chat_id": group_id})

    async def leave(self, group_id: int) -> None:
        """Leave a group."""
        await self._link.call("leave", {"person_id": self.id, "chat_id": group_id})

    async def create_topic(self, name: str) -> int:
        """Begin a topic in the group the person acts in; its id."""
        return int(await self._act("create_topic", name=name))

    async def close_topic(self, topic: int, *, closed: bool = True) -> None:
        """Close a topic, or open it again."""
        await self._act("turn_topic", topic=topic, closed=closed)

    async def delete_topic(self, topic: int) -> None:
        """Delete a topic with its messages."""
        await self._act("delete_topic", topic=topic)

    async def wait_until(
        self, condition: Callable[[Json], Any], *, what: str = "the condition", timeout: float = TIMEOUT
    ) -> Any:
        """Wait on events until the condition of the chat is true; AssertionError with the screen if not."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        while True:
            seen = await self._link.call("last_event", {})
            view = await self.chat()
            if result := condition(view):
                return result
            left = deadline - loop.time()
            if left <= 0:
                raise AssertionError(f"{self.name} waited {timeout} s for {what}:\n{render(view)}")
            await self._link.events(seen, left, self._chat_id or self.id)

    async def wait_for(self, text: str, *, fresh: bool = False, timeout: float = TIMEOUT) -> str:
        """Wait until a visible message of the bot or an alert contains a text; returns its whole text.

        fresh: only what came or changed after this person's last step.
        """
        mark = self._mark if fresh else 0

        def shown(view: Json) -> str | None:
            items = [item for item in view["messages"] if item["from_bot"] and not item["deleted"]] + view["alerts"]
            for item in reversed(items):
                if text in item["text"] and item["changed"] > mark:
                    return str(item["text"])
            return None

        return str(await self.wait_until(shown, what=repr(text), timeout=timeout))
