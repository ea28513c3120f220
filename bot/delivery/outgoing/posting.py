"""One attempt to send a letter: its parts, and the topic of the group's forum that it belongs to."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.delivery.outcomes import Fate, Outcome, is_group
from bot.delivery.outgoing.speaker import Speaker
from bot.domain.desk.thread import GroupTrouble
from bot.domain.letter import Letter
from bot.domain.screen import Rendered, Withdraw
from bot.replica import Replica
from bot.storage.desk import group, threads
from bot.storage.engine.database import Storage, Tx
from bot.storage.post import claims

_log = logging.getLogger(__name__)

# Topics that an attempt tries: the known topic, and a new one if that turns out to be closed.
_TOPICS = 2

Render = Callable[[Letter, datetime], Awaitable[Rendered | None]]


class Posting:
    """Sends letters as rendered; `render` words a letter anew if the group turns out to have no topics."""

    def __init__(
        self, storage: Storage, speaker: Speaker, render: Render, now: Callable[[], datetime], replica: Replica
    ) -> None:
        self._replica = replica
        self._storage = storage
        self._speaker = speaker
        self._render = render
        self._now = now

    async def post(self, letter: Letter, rendered: Rendered) -> Outcome:
        """One attempt to send the letter, into a topic if it has one; a closed topic is replaced once."""
        topic, title = rendered.topic, rendered.topic_title
        for _ in range(_TOPICS):
            if title and topic is None:
                made = await self._make_topic(letter, title, rendered.thread)
                if made.fate is Fate.REFUSED:
                    # `_make_topic` has recorded that the group has no topics: the letter is worded for that.
                    rendered = await self._render(letter, self._now()) or rendered
                    break
                if made.fate is not Fate.DONE:
                    return made
                topic = made.value
            outcome = await self._post_all(letter, rendered, topic)
            if outcome.fate is not Fate.NO_TOPIC:
                return outcome
            topic = None
        return await self._post_all(letter, rendered, None)

    async def _make_topic(self, letter: Letter, title: str, thread_id: int | None) -> Outcome:
        chat = letter.chat
        made = await self._speaker.make_topic(chat, title)
        now = self._now()
        if made.fate is Fate.DONE and thread_id is not None:
            # Before anything is sent there: if recording fails, an empty topic stays behind, and no note is lost.
            async def keep(tx: Tx) -> None:
                # Whoever has taken the letter from this process has made another topic.
                if await claims.hold(tx, letter.id, self._replica.id):
                    await threads.set_topic(tx, thread_id, chat, made.value)

            await self._storage.apply(keep, snapshot=False)
        elif made.fate is Fate.REFUSED:
            if not self._speaker.has_topics:
                await self._storage.apply(lambda tx: group.goes_without_topics(tx, chat))
                return made
            _log.warning("no topic can be made in group %s: %s", chat, made.error)
            lacks_right = any(sign in made.error for sign in ("rights", "ADMIN_REQUIRED", "WRITE_FORBIDDEN"))
            why = GroupTrouble.RIGHT if lacks_right else GroupTrouble.FORUM
            await self._storage.apply(lambda tx: group.has_no_topics(tx, chat, why, now))
        return made

    async def _post_all(self, letter: Letter, rendered: Rendered, topic: int | None) -> Outcome:
        chat = letter.chat
        first: list[int] = letter.data.get(claims.BEGUN, []) if rendered.before is not None else []
        if rendered.before is not None and not first:
            outcome = await self._speaker.post(chat, rendered.before, topic)
            if outcome.fate is not Fate.DONE:
                return outcome
            first = outcome.value
        outcome = await self._speaker.post(chat, rendered.content, topic)
        if first and outcome.fate in (Fate.WAIT, Fate.LATER):
            # In a group with slow mode the second message always has to wait: the first is not to be said again.
            await self._storage.apply(lambda tx: claims.begun(tx, letter, first, self._replica.id), snapshot=False)
        # A file that a group does not take is there all the same: curators get it in their own chats.
        hopeless = (Fate.GONE,) if is_group(chat) else (Fate.GONE, Fate.REFUSED)
        if outcome.fate in hopeless and rendered.instead is not None:
            _log.warning("letter %s was not taken, and is told of instead: %s", letter.id, outcome.error)
            outcome = await self._speaker.post(chat, rendered.instead, topic)
        if first and outcome.fate in hopeless:
            # What it was to introduce does not come.
            await self._speaker.post(chat, Withdraw(tuple(first)), topic)
        return Outcome(Fate.DONE, first + outcome.value) if outcome.fate is Fate.DONE else outcome
