"""Says the sayings of a handler: now, in order, as often as it takes."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiogram import Bot
from aiogram.methods import (
    AnswerCallbackQuery,
    CopyMessage,
    CopyMessages,
    CreateForumTopic,
    DeleteMessage,
    EditMessageText,
    Response,
    SendDocument,
    SendMediaGroup,
    SendMessage,
    SendPhoto,
    SendRichMessage,
    SetMessageReaction,
)
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    ReactionTypeEmoji,
    ReplyParameters,
)

from bot.delivery.outcomes import Fate, Outcome, attempt
from bot.delivery.pacer import Pacer
from bot.delivery.rich import rich_message
from bot.delivery.sayings import Delete, Edit, EditButtons, React, Saying, Send, Toast
from bot.domain.screen import Amend, Button, Content, Copy, Pictures, Screen, Stored, Table, Upload, Withdraw
from bot.storage import drafts, meta
from bot.storage.engine import DatabaseUnavailable, Storage, Tx

_log = logging.getLogger(__name__)

# aiogram asks pydantic for the model of each answer by its type. pydantic keeps a model only while somebody does:
# after each full garbage collection it is built anew, which stops the event loop for 190 ms (measured) with a Message.
_RESPONSES = tuple(
    Response[method.__returning__]  # type: ignore[name-defined]
    for method in (
        SendMessage,
        EditMessageText,
        DeleteMessage,
        AnswerCallbackQuery,
        SetMessageReaction,
        CopyMessage,
        CopyMessages,
        SendDocument,
        SendPhoto,
        SendMediaGroup,
        SendRichMessage,
        CreateForumTopic,
    )
)

# Seconds between attempts: doubled from the first to the last, with jitter.
_FIRST_PAUSE, _LAST_PAUSE = 0.5, 30.0


def keyboard(rows: tuple[tuple[Button, ...], ...]) -> InlineKeyboardMarkup | None:
    """Rows of buttons for Telegram."""
    if not rows:
        return None
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [
                InlineKeyboardButton(
                    text=one.text,
                    callback_data=one.data or None,
                    url=one.url or None,
                    style=one.style or None,
                )
                for one in row
            ]
            for row in rows
        ]
    )


def backoff(attempts: int) -> float:
    """Seconds to wait after that many attempts, different for each of those who wait."""
    longest = min(_LAST_PAUSE, _FIRST_PAUSE * 2.0 ** min(attempts, 16))
    return longest * random.uniform(0.5, 1.0)


async def _noted(work: Awaitable[None]) -> None:
    """Records something about what was said. If it cannot be recorded, the rest still has to be said, and once."""
    try:
        await work
    except DatabaseUnavailable:
        _log.exception("a saying could not be recorded")


def _numbered(outcome: Outcome) -> Outcome:
    """The outcome of a sending with the number of its message instead of the message."""
    if outcome.fate is not Fate.DONE:
        return outcome
    return Outcome(Fate.DONE, [outcome.value.message_id])


@dataclass(frozen=True, slots=True)
class Words:
    """What the speaker says of itself: what is left of a message that is too old to be removed, and the menus.

    A menu is pairs of command and description; staff see both.
    """

    withdrawn: Screen
    menu: tuple[tuple[str, str], ...] = ()
    staff_menu: tuple[tuple[str, str], ...] = ()


class Speaker:
    """The only one that talks to Telegram for handlers, and for the courier the way it talks."""

    def __init__(
        self,
        bot: Bot,
        storage: Storage,
        pacer: Pacer,
        now: Callable[[], datetime],
        on_unreachable: Callable[[int], Awaitable[None]],
        words: Words,
    ) -> None:
        self._bot = bot
        self._storage = storage
        self._pacer = pacer
        self._now = now
        self._on_unreachable = on_unreachable
        self._words = words

    async def say(self, person_id: int, sayings: list[Saying]) -> None:
        """Says all of them, waiting and repeating as long as only patience is wanting."""
        # The press is answered first: its button waits, whatever else has to be said.
        for one in sorted(sayings, key=lambda saying: not isinstance(saying, Toast)):
            outcome = await self._insist(one)
            about = one.about if isinstance(one, Send) else None
            if outcome.fate is Fate.GONE and isinstance(one, Edit):
                about = one.about
                outcome = await self._insist(Send(one.chat, one.screen, about))
            if outcome.fate is Fate.UNREACHABLE:
                await _noted(self._on_unreachable(person_id))
                return
            if outcome.fate is Fate.REFUSED:
                _log.error("Telegram refused %s: %s", type(one).__name__, outcome.error)
            if about is not None and outcome.fate is Fate.DONE:
                await _noted(self.remember(person_id, outcome.value.message_id, about))

    async def post(self, chat: int, content: Content, topic: int | None = None) -> Outcome:
        """One attempt to do what a letter says; its value are the numbers of the messages that it made.

        `topic` is of the chat's forum, if it is one.
        """
        match content:
            case Screen():
                return _numbered(await self.send(chat, content, topic=topic))
            case Upload():
                return _numbered(await self._upload(chat, content, topic))
            case Stored():
                return _numbered(await self._again(chat, content, topic))
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
                return _numbered(await self._table(chat, content, topic))

    async def send(self, chat: int, screen: Screen, reply_to: int | None = None, topic: int | None = None) -> Outcome:
        """One attempt to send a new message; its value is Telegram's message."""
        return await attempt(
            lambda: self._bot.send_message(
                chat_id=chat,
                text=screen.text,
                message_thread_id=topic,
                reply_markup=keyboard(screen.rows),
                reply_parameters=(
                    ReplyParameters(message_id=reply_to, allow_sending_without_reply=True) if reply_to else None
                ),
            )
        )

    async def withdraw(self, chat: int, message: int) -> Outcome:
        """One attempt to remove a message; after 48 hours Telegram refuses, and it is reduced to a line instead."""
        outcome = await attempt(lambda: self._bot.delete_message(chat_id=chat, message_id=message))
        if outcome.fate is not Fate.GONE:
            return outcome
        return await self._edit(chat, message, self._words.withdrawn)

    async def menu(self, chat: int | None, *, staff: bool) -> Outcome:
        """One attempt to set the menu of commands: of everybody's chats (None) or of one."""
        shown = self._words.menu + (self._words.staff_menu if staff else ())
        commands = [BotCommand(command=name, description=text) for name, text in shown]
        scope = BotCommandScopeAllPrivateChats() if chat is None else BotCommandScopeChat(chat_id=chat)
        return await attempt(lambda: self._bot.set_my_commands(commands, scope=scope))

    async def make_topic(self, chat: int, title: str) -> Outcome:
        """One attempt to make a topic in a forum; its value is the topic's number."""
        outcome = await attempt(lambda: self._bot.create_forum_topic(chat_id=chat, name=title))
        if outcome.fate is not Fate.DONE:
            return outcome
        return Outcome(Fate.DONE, outcome.value.message_thread_id)

    async def hold(self, seconds: float) -> None:
        """Telegram wants silence for that long, from everybody, a restart included."""
        self._pacer.pause(seconds)
        until = self._now() + timedelta(seconds=seconds)

        async def work(tx: Tx) -> None:
            held = await meta.get_moment(tx, meta.POST_PAUSED_UNTIL)
            if held is None or until > held:
                await meta.put_moment(tx, meta.POST_PAUSED_UNTIL, until)

        await _noted(self._storage.apply(work))

    async def remember(self, person_id: int, message_id: int, obligation_id: int) -> None:
        """The message is the form of the obligation from now on."""

        async def work(tx: Tx) -> None:
            await drafts.remember_message(tx, person_id, message_id, obligation_id)

        await self._storage.apply(work)

    async def _insist(self, one: Saying) -> Outcome:
        attempts = 0
        while True:
            if not isinstance(one, Toast):
                await self._pacer.answer(one.chat)
            outcome = await self._once(one)
            if outcome.fate is Fate.WAIT:
                _log.warning("Telegram asks for %s s of silence", outcome.retry_after)
                await self.hold(outcome.retry_after)
                if isinstance(one, Toast):
                    return outcome
            elif outcome.fate is Fate.LATER:
                attempts += 1
                if isinstance(one, Toast | React) and attempts > 1:
                    # Worth a second attempt, not a queue: the message itself is what matters.
                    return outcome
                await asyncio.sleep(backoff(attempts))
            else:
                return outcome

    async def _once(self, one: Saying) -> Outcome:
        match one:
            case Send(chat, screen, _, reply_to):
                return await self.send(chat, screen, reply_to)
            case Edit(chat, message, screen):
                return await self._edit(chat, message, screen)
            case EditButtons(chat, message, rows):
                return await attempt(
                    lambda: self._bot.edit_message_reply_markup(
                        chat_id=chat, message_id=message, reply_markup=keyboard(rows)
                    )
                )
            case Delete(chat, message):
                return await self.withdraw(chat, message)
            case Toast(callback, text, alert):
                return await attempt(
                    lambda: self._bot.answer_callback_query(
                        callback_query_id=callback, text=text or None, show_alert=alert or None
                    )
                )
            case React(chat, message, emoji):
                return await attempt(
                    lambda: self._bot.set_message_reaction(
                        chat_id=chat, message_id=message, reaction=[ReactionTypeEmoji(emoji=emoji)]
                    )
                )

    async def _edit(self, chat: int, message: int, screen: Screen) -> Outcome:
        return await attempt(
            lambda: self._bot.edit_message_text(
                chat_id=chat, message_id=message, text=screen.text, reply_markup=keyboard(screen.rows)
            )
        )

    async def _copy(self, chat: int, copy: Copy, topic: int | None) -> Outcome:
        if len(copy.messages) > 1:
            outcome = await attempt(
                lambda: self._bot.copy_messages(
                    chat_id=chat,
                    from_chat_id=copy.from_chat,
                    message_ids=list(copy.messages),
                    message_thread_id=topic,
                )
            )
        else:
            outcome = await attempt(
                lambda: self._bot.copy_message(
                    chat_id=chat,
                    from_chat_id=copy.from_chat,
                    message_id=copy.messages[0],
                    caption=copy.caption,
                    reply_markup=keyboard(copy.rows),
                    message_thread_id=topic,
                )
            )
        if outcome.fate is not Fate.DONE:
            return outcome
        made = outcome.value if len(copy.messages) > 1 else [outcome.value]
        return Outcome(Fate.DONE, [one.message_id for one in made])

    async def _upload(self, chat: int, file: Upload, topic: int | None) -> Outcome:
        return await attempt(
            lambda: self._bot.send_document(
                chat_id=chat,
                document=BufferedInputFile(file.content, file.name),
                caption=file.caption or None,
                message_thread_id=topic,
            )
        )

    async def _pictures(self, chat: int, files: tuple[Upload, ...], topic: int | None) -> Outcome:
        if len(files) == 1:
            return _numbered(
                await attempt(
                    lambda: self._bot.send_photo(
                        chat_id=chat,
                        photo=BufferedInputFile(files[0].content, files[0].name),
                        caption=files[0].caption or None,
                        message_thread_id=topic,
                    )
                )
            )
        outcome = await attempt(
            lambda: self._bot.send_media_group(
                chat_id=chat,
                media=[
                    InputMediaPhoto(media=BufferedInputFile(one.content, one.name), caption=one.caption or None)
                    for one in files
                ],
                message_thread_id=topic,
            )
        )
        if outcome.fate is not Fate.DONE:
            return outcome
        return Outcome(Fate.DONE, [one.message_id for one in outcome.value])

    async def _table(self, chat: int, table: Table, topic: int | None) -> Outcome:
        return await attempt(
            lambda: self._bot.send_rich_message(
                chat_id=chat,
                rich_message=rich_message(table),
                message_thread_id=topic,
                reply_markup=keyboard(table.buttons),
            )
        )

    async def _again(self, chat: int, file: Stored, topic: int | None) -> Outcome:
        """Telegram takes its own number of a file only as the kind that the file is."""
        send: dict[str, Callable[..., Awaitable[object]]] = {
            "document": self._bot.send_document,
            "photo": self._bot.send_photo,
            "video": self._bot.send_video,
            "audio": self._bot.send_audio,
            "voice": self._bot.send_voice,
        }
        content = {file.kind: file.file_id, "caption": file.caption or None, "message_thread_id": topic}
        return await attempt(lambda: send[file.kind](chat_id=chat, **content))

    async def _amend(self, chat: int, amend: Amend) -> Outcome:
        if not amend.caption:
            return await self._edit(chat, amend.message, amend.screen)
        return await attempt(
            lambda: self._bot.edit_message_caption(
                chat_id=chat,
                message_id=amend.message,
                caption=amend.screen.text,
                reply_markup=keyboard(amend.screen.rows),
            )
        )

    async def _withdraw_all(self, chat: int, messages: tuple[int, ...]) -> Outcome:
        """One by one, so that what cannot be removed any more can be reduced to a line. All or the first failure."""
        for message in messages:
            outcome = await self.withdraw(chat, message)
            if outcome.fate is Fate.REFUSED and "no text in the message" in outcome.error.lower():
                outcome = await self._amend(chat, Amend(message, self._words.withdrawn, caption=True))
            # Gone: the person has removed it.
            if outcome.fate not in (Fate.DONE, Fate.GONE):
                return outcome
        return Outcome(Fate.DONE, [])
