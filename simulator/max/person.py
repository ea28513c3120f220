"""Somebody with a MAX account: the words of `simulator.person`, where MAX differs in its own way."""

import base64
from collections.abc import Sequence
from typing import Unpack

from simulator.content.text import cut
from simulator.errors import Json
from simulator.max.text import LONGEST
from simulator.person import ALBUM_FILES, PICTURE, Person, Where


class MaxPerson(Person):
    """Somebody with a MAX account. Numbers of messages are MAX's `seq`."""

    def in_group(self, group_id: int, topic: int | None = None) -> "MaxPerson":
        """The same person acting in a group."""
        return MaxPerson(self._link, self.id, self.name, group_id, topic)

    async def open_link(self, payload: str | None = None) -> None:
        """Open a link to the bot, and press Start where there is one to press."""
        await self._link.call("open_link", {"person_id": self.id, "payload": payload})

    async def send_long(self, text: str, **where: Unpack[Where]) -> list[int]:
        """Write a text of any length: the client cuts it into messages that go at once; their numbers."""
        return [await self.send(part, **where) for part in cut(text, LONGEST)]

    async def send_album(
        self, kinds: Sequence[str] = ("photo", "photo"), *, caption: str = "", html: bool = False,
        **where: Unpack[Where],
    ) -> list[int]:  # fmt: skip
        """Send several files, in MAX one message; its number."""
        files = []
        for number, kind in enumerate(kinds):
            suffix, mime = ALBUM_FILES[kind]
            content = PICTURE if kind == "photo" else f"file {number}".encode()
            files.append({"content": content, "name": f"file{number + 1}.{suffix}", "mime": mime, "kind": kind})
        return [await self.send_files(files, caption=caption, html=html, **where)]

    async def send_files(
        self, files: list[Json], *, caption: str = "", html: bool = False, **where: Unpack[Where]
    ) -> int:
        """Send files in one message, each with content, name, mime and kind; its number."""
        encoded = [file | {"content": base64.b64encode(file["content"]).decode()} for file in files]
        return await self._write("send_files", where, files=encoded, caption=caption, html=html)

    async def remove(self, message_id: int) -> None:
        """Delete an own message for both sides."""
        await self._act("remove", message_id=message_id)

    async def clear_chat(self) -> None:
        """Clear the dialog's history."""
        await self._link.call("clear_chat", {"person_id": self.id})

    async def files(self, kind: str = "document") -> list[tuple[str, bytes]]:
        """Names and contents of the files of a kind that the bot has sent, oldest first."""
        shown = [file for item in await self.messages() for file in item["files"] if file["kind"] == kind]
        return [(str(file["name"]), await self.download({"media": file})) for file in shown]

    async def album(self) -> list[tuple[str, bytes]]:
        """Names and contents of the files of the last message of the bot that has several."""
        albums = [item for item in await self.messages() if len(item["files"]) > 1]
        if not albums:
            raise LookupError(f"no message with several files from the bot:\n{await self.screen()}")
        return [(str(file["name"]), await self.download({"media": file})) for file in albums[-1]["files"]]

    async def unseen(self) -> list[str]:
        """What the bot answered to presses that did not pop up."""
        return [str(said["text"]) for said in (await self.chat())["unseen"]]
