"""Says what a handler returned: now, in order, as often as it takes."""

import asyncio
import logging
import math
import random
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from aiogram import Bot
from aiogram.types import BufferedInputFile, InputFile, InputMediaPhoto, Message, ReplyKeyboardMarkup

from bot.delivery.obstacles import why_unreachable
from bot.delivery.outcomes import Fate, Outcome, is_group
from bot.delivery.outgoing import fence
from bot.delivery.outgoing.holds import Holds
from bot.delivery.outgoing.leaflet import Leaflet
from bot.delivery.outgoing.line import Line
from bot.delivery.outgoing.pacer import Pacer
from bot.delivery.outgoing.rate_limit import RateLimit
from bot.delivery.outgoing.rich import rich_message
from bot.delivery.outgoing.streamed import Streamed
from bot.delivery.outgoing.unheard import Unheard
from bot.delivery.sayings import Delete, Edit, EditButtons, React, Saying, Send, Toast
from bot.delivery.wire import patience
from bot.domain.file_names import surviving, together
from bot.domain.people.failure import Failure
from bot.domain.people.messenger import Messenger
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
from bot.storage.engine.database import DatabaseUnavailable, Storage, Tx
from bot.storage.ledger import drafts
from bot.storage.post import meta
from bot.storage.post.replicas import Beat

_log = logging.getLogger(__name__)

_LONGEST_SILENCE = timedelta(days=1)
# Seconds between attempts: the pause doubles from the first to the last, with jitter.
FIRST_PAUSE, LAST_PAUSE = 0.5, 30.0
# Seconds. A toast that a rate limit delays for longer means nothing any more. A toast without a word only ends the
# button's waiting, which ends by itself.
_PRESS_LASTS = 10.0
# For so long a message that was said in the place of one that is gone is what further presses on that one change; of so
# many it is known.
_IMPATIENCE, _INSTEAD_KEPT = timedelta(minutes=1), 1_000


# Of a group: it is held for longer than anybody waits for an answer, or does not let the bot write.
_NOT_IN_GROUP = (Fate.WAIT, Fate.UNREACHABLE, Fate.MOVED, Fate.NO_TOPIC)


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


def backoff(attempts: int) -> float:
    """Seconds to wait after that many attempts, with jitter, so that not everybody tries at the same moment."""
    longest = min(LAST_PAUSE, FIRST_PAUSE * 2.0 ** min(attempts, 16))
    return longest * random.uniform(0.5, 1.0)


async def _noted(work: Awaitable[None]) -> None:
    """Records something about what was said. If that fails, the rest still has to be said, and once."""
    try:
        await work
    except DatabaseUnavailable as error:
        _log.error("a saying could not be recorded: %s", error)


@dataclass(frozen=True, slots=True)
class Words:
    """What the speaker says of its own accord: `withdrawn` takes the place of a message too old to be removed.

    A menu is pairs of command and description; staff see both menus. `leaflet` goes with screens that ask for it.
    """

    withdrawn: Screen
    menu: tuple[tuple[str, str], ...] = ()
    staff_menu: tuple[tuple[str, str], ...] = ()
    leaflet: Leaflet | None = None


class Speaker:
    """Talks to Telegram: says what handlers return until it is said, and makes single attempts for the courier."""

    # Whether the messenger's groups may have topics; where none has, nobody need be told that this one has none.
    has_topics: ClassVar[bool] = True
    messenger: ClassVar[Messenger] = Messenger.TELEGRAM

    def __init__(
        self,
        bot: Bot,
        storage: Storage,
        pacer: Pacer,
        now: Callable[[], datetime],
        on_unreachable: Callable[[int, Failure], Awaitable[None]],
        words: Words,
    ) -> None:
        self._bot = bot
        self.holds = Holds(now)
        self._limit = RateLimit(pacer, self.holds, now)
        bot.session.middleware(self._limit)
        # The inner of the two: what the rate limit answers in Telegram's place is not Telegram's answer.
        self.unheard = Unheard()
        bot.session.middleware(self.unheard)
        self._line = Line(bot, self.unheard)
        self._storage = storage
        self.pacer = pacer
        self._now = now
        self._on_unreachable = on_unreachable
        self._words = words
        # What was said in the place of a message that is gone, when last: by chat, message and what it is about.
        self._instead: OrderedDict[tuple[int, int, int | None], tuple[datetime, int]] = OrderedDict()
        # The last silence of everybody's that it heard of from elsewhere.
        self._silent_until: datetime | None = None

    async def say(self, person_id: int, sayings: list[Saying]) -> None:
        """Says all of them, waiting and repeating for as long as that can help."""
        # The press is answered first, for its button waits; nothing else waits for that answer.
        toasts = [asyncio.create_task(self._answer(saying)) for saying in sayings if isinstance(saying, Toast)]
        try:
            if toasts:
                await asyncio.sleep(0)
            await self._say_each(person_id, [saying for saying in sayings if not isinstance(saying, Toast)])
            await asyncio.gather(*toasts)
        finally:
            for toast in toasts:
                toast.cancel()

    async def _answer(self, toast: Toast) -> None:
        outcome = await self._insist(toast)
        if outcome.fate is Fate.REFUSED:
            _log.error("%s refused Toast: %s", self.messenger.called, outcome.error)

    async def _say_each(self, person_id: int, sayings: list[Saying]) -> None:
        for saying in sayings:
            outcome = await self._insist(saying)
            about = saying.about if isinstance(saying, Send) else None
            if outcome.fate is Fate.GONE and isinstance(saying, Edit):
                about = saying.about
                outcome = await self._say_instead(saying)
            if not isinstance(saying, Toast) and is_group(saying.chat) and outcome.fate in _NOT_IN_GROUP:
                # Its members see by the missing sign that nothing was said; what they write meanwhile must not wait.
                _log.warning("group %s does not get %s: %s", saying.chat, type(saying).__name__, outcome.error)
                continue
            if outcome.fate is Fate.UNREACHABLE:
                await _noted(self._on_unreachable(person_id, why_unreachable(outcome.error)))
                return
            if outcome.fate is Fate.REFUSED:
                _log.error("%s refused %s: %s", self.messenger.called, type(saying).__name__, outcome.error)
            if about is not None and outcome.fate is Fate.DONE:
                await _noted(self.remember(person_id, outcome.value[0], about))

    async def _say_instead(self, edit: Edit) -> Outcome:
        """Says anew what was to change a message that is gone. Whoever presses on it in impatience gets one message."""
        key = edit.chat, edit.message, edit.about
        at, number = self._instead.pop(key, (self._now(), 0))
        if number and self._now() - at < _IMPATIENCE:
            outcome = await self._insist(replace(edit, message=number))
            if outcome.fate is not Fate.GONE:
                self._instead[key] = self._now(), number
                return Outcome(outcome.fate, [number], outcome.retry_after, outcome.error)
        outcome = await self._insist(Send(edit.chat, edit.screen, edit.about))
        if outcome.fate is Fate.DONE:
            self._instead[key] = self._now(), outcome.value[0]
            while len(self._instead) > _INSTEAD_KEPT:
                self._instead.popitem(last=False)
        return outcome

    async def at_ease(self, person_id: int) -> None:
        """Returns when another answer to the person would not have to wait."""
        await self.pacer.at_ease(person_id)

    async def mention(self, person_id: int, screen: Screen) -> bool:
        """Tries once to say what is true only now, unless a rate limit holds; returns whether it was said."""
        if self.pacer.paused_for():
            return False
        await self.pacer.answer(person_id, is_new=True)
        return (await self.warn(person_id, screen)).fate is Fate.DONE

    async def warn(self, person_id: int, screen: Screen) -> Outcome:
        """One attempt to say how this very process is, whoever has its updates and letters."""
        with fence.regardless():
            return await self.send(person_id, screen)

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

    async def hold(self, seconds: float, chat: int | None = None) -> None:
        """Keeps Telegram's rate limit for that long, even after a restart: for a group, or for everybody."""
        held = self._limit.limit(chat, seconds)
        key = meta.POST_PAUSED_UNTIL if held is None else meta.chat_paused_until(held)
        until = self.holds.until(held) or self._now() + timedelta(seconds=seconds)
        whom = "everybody" if held is None else f"chat {held}"
        _log.warning("%s asks for %.0f s of silence towards %s", self.messenger.called, seconds, whom)

        async def work(tx: Tx) -> None:
            known = await meta.get_moment(tx, key)
            if known is None or until > known:
                await meta.put_moment(tx, key, until)

        await _noted(self._storage.apply(work))

    def hear(self, beat: Beat) -> None:
        """Hears what silences other processes were told of."""
        self.keep_silence(beat.paused_until, beat.chats)

    def keep_silence(self, until: datetime | None, chats: Mapping[int, datetime]) -> None:
        """Keeps the rate limits that an earlier run, or another process, was told of: everybody's, and groups' own."""
        now = self._now()
        for chat, its in chats.items():
            if its > now:
                self.holds.know(chat, its)
        if until is not None and until != self._silent_until and until > now:
            self._silent_until = until
            # The clock may be behind: then Telegram says again how long it wants silence.
            self.pacer.pause(min(until - now, _LONGEST_SILENCE).total_seconds())

    async def remember(self, person_id: int, message_id: int, obligation_id: int) -> None:
        """Records that the message is the obligation's form from now on."""

        async def work(tx: Tx) -> None:
            await drafts.remember_message(tx, person_id, message_id, obligation_id)

        await self._storage.apply(work)

    async def _insist(self, saying: Saying) -> Outcome:
        attempts = 0
        while True:
            if not isinstance(saying, Toast):
                await self.pacer.answer(saying.chat, is_new=isinstance(saying, Send))
            outcome = await self._once(saying)
            if outcome.fate is Fate.WAIT:
                chat = None if isinstance(saying, Toast) else saying.chat
                await self.hold(outcome.retry_after, chat)
                if chat is None or is_group(chat):
                    if outcome.retry_after > _PRESS_LASTS or (isinstance(saying, Toast) and not saying.text):
                        return outcome
                    await asyncio.sleep(outcome.retry_after)
            elif outcome.fate is Fate.LATER:
                attempts += 1
                if isinstance(saying, Toast | React) and attempts > 1:
                    # Worth a second attempt, not a queue: the message itself is what matters.
                    return outcome
                await asyncio.sleep(backoff(attempts))
            else:
                return outcome

    async def _once(self, saying: Saying) -> Outcome:
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
