"""Single attempts to say something to Telegram: of a saying, of what a letter holds, of the menu, of a topic."""

import logging
import math
from dataclasses import dataclass, replace
from typing import Any

from aiogram import Bot
from aiogram.types import BufferedInputFile, InputFile, InputMediaPhoto, Message, ReplyKeyboardMarkup

from bot.delivery.outcomes import Fate, Outcome
from bot.delivery.outgoing.leaflet import Leaflet
from bot.delivery.outgoing.line import Line
from bot.delivery.outgoing.pacer import Pacer
from bot.delivery.outgoing.rich import rich_message
from bot.delivery.outgoing.streamed import Streamed
from bot.delivery.outgoing.unheard import Unheard
from bot.delivery.sayings import Delete, Edit, EditButtons, React, Saying, Send, Toast
from bot.delivery.wire import patience
from bot.domain.file_names import surviving, together
from bot.domain.screen import (
    Amend,
    Button,
    Content,
    Copy,
    Parcel,
    Pictures,
    Screen,
    Stored,
    Table,
    Upload,
    Volume,
    Withdraw,
)

_log = logging.getLogger(__name__)


def _worded(screen: Screen) -> dict[str, Any]:
    """The text as Telegram takes it: HTML, with what people typed escaped. Few screens ask for a preview of a link."""
    return {"text": screen.text, "parse_mode": "HTML", "link_preview_options": {"is_disabled": not screen.preview}}


def _document(file: Upload | Volume) -> InputFile:
    name = surviving(file.name)
    return BufferedInputFile(file.content, name) if isinstance(file, Upload) else Streamed(file.content, name)


def keyboard(rows: tuple[tuple[Button, ...], ...]) -> dict[str, Any] | None:
    """Rows of buttons for Telegram."""
    return {"inline_keyboard": [[_button(button) for button in row] for row in rows]} if rows else None


def _below(screen: Screen) -> dict[str, Any] | None:
    """What Telegram shows under a new message, or under the line in which its reader types."""
    if screen.rows or screen.keyboard is None:
        return keyboard(screen.rows)
    if not screen.keyboard:
        return {"remove_keyboard": True}
    words = [[{"text": word} for word in row] for row in screen.keyboard]
    return {"keyboard": words, "is_persistent": True, "resize_keyboard": True}


def _button(button: Button) -> dict[str, str]:
    values = {"callback_data": button.data, "url": button.url, "style": button.style}
    return {"text": button.text} | {key: value for key, value in values.items() if value}


@dataclass(frozen=True, slots=True)
class Words:
    """What the speaker says of its own accord: `withdrawn` takes the place of a message too old to be removed.

    A menu is pairs of command and description; staff see both menus. `leaflet` goes with screens that ask for it.
    """

    withdrawn: Screen
    menu: tuple[tuple[str, str], ...] = ()
    staff_menu: tuple[tuple[str, str], ...] = ()
    leaflet: Leaflet | None = None


class Attempts:
    """Each is one attempt; what becomes of it is its outcome."""

    def __init__(self, bot: Bot, pacer: Pacer, unheard: Unheard, words: Words) -> None:
        self._bot = bot
        self._line = Line(bot, unheard)
        self.pacer = pacer
        self._words = words

    async def once(self, saying: Saying) -> Outcome:
        """One attempt to say what a handler returned; the value of a new message is the list of its number."""
        match saying:
            case Send(chat, screen, _, reply_to):
                return await self.send(chat, screen, reply_to)
            case Edit(chat, message, screen):
                return await self._edit(chat, message, screen)
            case EditButtons(chat, message, rows):
                return await self._line.call(
                    "editMessageReplyMarkup", chat_id=chat, message_id=message, reply_markup=keyboard(rows)
                )
            case Delete(chat, message):
                return await self.withdraw(chat, message)
            case Toast(callback, text, alert):
                return await self._line.call(
                    "answerCallbackQuery", callback_query_id=callback, text=text or None, show_alert=alert or None
                )
            case React(chat, message, emoji):
                reaction = [{"type": "emoji", "emoji": emoji}]
                return await self._line.call("setMessageReaction", chat_id=chat, message_id=message, reaction=reaction)

    async def send(self, chat: int, screen: Screen, reply_to: int | None = None, topic: int | None = None) -> Outcome:
        """One attempt to send a new message; its value is the list of its number."""
        leaflet = self._words.leaflet
        if screen.leaflet and leaflet is not None and leaflet.content:
            outcome = await self._below_leaflet(chat, screen, leaflet)
            if outcome.fate not in (Fate.REFUSED, Fate.GONE):
                return outcome
            _log.warning("the page for heads was not taken: %s", outcome.error)
            leaflet.file_id = ""
        reply = {"message_id": reply_to, "allow_sending_without_reply": True} if reply_to else None
        return await self._line.call(
            "sendMessage",
            chat_id=chat,
            message_thread_id=topic,
            reply_markup=_below(screen),
            reply_parameters=reply,
            **_worded(screen),
        )

    async def post(self, chat: int, content: Content, topic: int | None = None) -> Outcome:
        """One attempt to do what a letter says; its value is the list of the numbers of the messages that it made.

        `topic` is the number of a topic, if the chat is a forum.
        """
        match content:
            case Screen():
                return await self.send(chat, content, topic=topic)
            case Upload():
                return await self._upload(chat, content, topic)
            case Parcel():
                return await self._parcel(chat, content.files, topic)
            case Stored():
                return await self._again(chat, content, topic)
            case Copy():
                return await self._copy(chat, content, topic)
            case Amend():
                outcome = await self._amend(chat, content)
                return Outcome(Fate.DONE, [content.message]) if outcome.fate is Fate.DONE else outcome
            case Withdraw():
                return await self._withdraw_all(chat, content.messages)
            case Pictures():
                return await self._pictures(chat, content.files, topic)
            case Table():
                return await self._table(chat, content, topic)

    async def withdraw(self, chat: int, message: int) -> Outcome:
        """One attempt to remove a message; after 48 hours Telegram refuses, and it is reduced to a line instead."""
        outcome = await self._line.call("deleteMessage", chat_id=chat, message_id=message)
        if outcome.fate is not Fate.GONE:
            return outcome
        return await self._edit(chat, message, self._words.withdrawn)

    async def menu(self, chat: int | None, *, staff: bool) -> Outcome:
        """One attempt to set the menu of commands: for everybody's chats (None) or for one chat."""
        shown = self._words.menu + (self._words.staff_menu if staff else ())
        commands = [{"command": name, "description": text} for name, text in shown]
        scope = {"type": "all_private_chats"} if chat is None else {"type": "chat", "chat_id": chat}
        return await self._line.call("setMyCommands", commands=commands, scope=scope)

    async def make_topic(self, chat: int, title: str) -> Outcome:
        """One attempt to make a topic in a forum; its value is the topic's number."""
        outcome = await self._line.call("createForumTopic", chat_id=chat, name=title)
        return replace(outcome, value=outcome.value[0]) if outcome.fate is Fate.DONE else outcome

    async def _edit(self, chat: int, message: int, screen: Screen) -> Outcome:
        return await self._line.call(
            "editMessageText",
            chat_id=chat,
            message_id=message,
            reply_markup=keyboard(screen.rows),
            **_worded(screen),
        )

    async def _copy(self, chat: int, copy: Copy, topic: int | None) -> Outcome:
        whence = {"chat_id": chat, "from_chat_id": copy.from_chat, "message_thread_id": topic}
        if len(copy.messages) > 1:
            return await self._line.call("copyMessages", message_ids=list(copy.messages), **whence)
        return await self._line.call(
            "copyMessage",
            message_id=copy.messages[0],
            caption=copy.caption,
            parse_mode="HTML",
            reply_markup=keyboard(copy.rows),
            **whence,
        )

    def _seconds(self, method: str, files: tuple[Upload | Volume, ...]) -> int:
        """The patience with that upload."""
        return math.ceil(patience(method, self._bot.session.timeout, sum(len(file.content) for file in files)))

    async def _upload(self, chat: int, file: Upload | Volume, topic: int | None) -> Outcome:
        return await self._line.make(
            chat,
            lambda: self._bot.send_document(
                chat_id=chat,
                document=_document(file),
                caption=file.caption or None,
                message_thread_id=topic,
                request_timeout=self._seconds("sendDocument", (file,)),
            ),
        )

    async def _parcel(self, chat: int, files: tuple[Volume, ...], topic: int | None) -> Outcome:
        """Sends the files one after the other; if one cannot go, those before it are taken back."""
        gone: list[int] = []
        for file in files:
            if gone:
                await self.pacer.answer(chat, is_new=True)
            outcome = await self._upload(chat, file, topic)
            if outcome.fate is not Fate.DONE:
                # Made anew, its parts begin elsewhere: halves of two parcels do not make a whole.
                await self._withdraw_all(chat, tuple(gone))
                return outcome
            gone += outcome.value
        return Outcome(Fate.DONE, gone)

    async def _below_leaflet(self, chat: int, screen: Screen, leaflet: Leaflet) -> Outcome:
        """The screen as the caption of the page for heads. Telegram keeps the file that it was given first."""
        below = _below(screen)
        if leaflet.file_id:
            return await self._line.call(
                "sendDocument",
                chat_id=chat,
                document=leaflet.file_id,
                caption=screen.text,
                parse_mode="HTML",
                reply_markup=below,
            )
        file = Upload(leaflet.name, leaflet.content)

        async def uploaded() -> Message:
            message = await self._bot.send_document(
                chat_id=chat,
                document=_document(file),
                caption=screen.text,
                parse_mode="HTML",
                reply_markup=None if below is None else ReplyKeyboardMarkup.model_validate(below),
                request_timeout=self._seconds("sendDocument", (file,)),
            )
            leaflet.file_id = message.document.file_id if message.document else ""
            return message

        return await self._line.make(chat, uploaded)

    async def _pictures(self, chat: int, files: tuple[Upload, ...], topic: int | None) -> Outcome:
        names = together([file.name for file in files])
        if len(files) == 1:
            return await self._line.make(
                chat,
                lambda: self._bot.send_photo(
                    chat_id=chat,
                    photo=BufferedInputFile(files[0].content, names[0]),
                    caption=files[0].caption or None,
                    message_thread_id=topic,
                    request_timeout=self._seconds("sendPhoto", files),
                ),
            )
        return await self._line.make(
            chat,
            lambda: self._bot.send_media_group(
                chat_id=chat,
                media=[
                    InputMediaPhoto(media=BufferedInputFile(file.content, name), caption=file.caption or None)
                    for file, name in zip(files, names, strict=True)
                ],
                message_thread_id=topic,
                request_timeout=self._seconds("sendMediaGroup", files),
            ),
        )

    async def _table(self, chat: int, table: Table, topic: int | None) -> Outcome:
        return await self._line.call(
            "sendRichMessage",
            chat_id=chat,
            rich_message=rich_message(table).model_dump(mode="json", exclude_none=True),
            message_thread_id=topic,
            reply_markup=keyboard(table.buttons),
        )

    async def _again(self, chat: int, file: Stored, topic: int | None) -> Outcome:
        """Sends a file by Telegram's own id of it, as the kind of file that Telegram knows it as."""
        return await self._line.call(
            f"send{file.kind.capitalize()}",
            chat_id=chat,
            caption=file.caption or None,
            parse_mode="HTML",
            message_thread_id=topic,
            **{file.kind: file.file_id},
        )

    async def _amend(self, chat: int, amend: Amend) -> Outcome:
        if not amend.caption:
            return await self._edit(chat, amend.message, amend.screen)
        return await self._line.call(
            "editMessageCaption",
            chat_id=chat,
            message_id=amend.message,
            caption=amend.screen.text,
            parse_mode="HTML",
            reply_markup=keyboard(amend.screen.rows),
        )

    async def _withdraw_all(self, chat: int, messages: tuple[int, ...]) -> Outcome:
        """Removes each message, or reduces it to a line where Telegram refuses; returns the first failure."""
        for message in messages:
            outcome = await self.withdraw(chat, message)
            if outcome.fate is Fate.REFUSED and "no text in the message" in outcome.error.lower():
                outcome = await self._amend(chat, Amend(message, self._words.withdrawn, caption=True))
            # Fate.GONE: the person has removed the message.
            if outcome.fate not in (Fate.DONE, Fate.GONE):
                return outcome
        return Outcome(Fate.DONE, [])
