"""A text that the person's client has cut in several messages: which of them is the rest of what came before.

Clients send the parts of a text that is longer than a message at once, one after the other, and cut at a paragraph, a
line or a space if there is one: so a part may be shorter, but two that follow never fit into one message.
"""

import re
from dataclasses import dataclass, replace
from typing import Any, Self

from aiogram.types import Message, Update

from bot.domain.people.messenger import messenger_of
from bot.domain.text import MESSAGE, units
from bot.storage.engine.database import Tx
from bot.storage.post import dialogues
from bot.storage.post.dialogues import Dialogue
from handlers.scene import Rest, Scene

# UTF-16 units: the least that clients leave in a message that they cut.
LEAST_PART = MESSAGE // 2
# Seconds between two parts, as Telegram dates them.
_AT_ONCE = 3
# Characters of a text whose parts are kept to be put together; no conversation takes more.
_KEPT = 50_000
# A whole message that is a command of anybody's, or what a link to the bot sends, is no rest of a text.
_COMMAND = re.compile(r"/[a-z_]+(?:@\w+)?|/start(?:@\w+)? [\w-]{1,64}", re.IGNORECASE)
# The key in the data of a dialogue. It is taken out before a conversation sees them.
_KEY = "cut"


@dataclass(frozen=True, slots=True)
class Beginning:
    """The parts that have come. `first` and `last` are numbers of messages; `date` and `units` are of the last."""

    chat: int
    first: int
    last: int
    date: int
    units: int
    text: str
    reply_to: int | None
    forwarded: bool

    @classmethod
    def of(cls, message: Message, before: Self | None) -> Self | None:
        """What is known of the text up to this message; None if it cannot go on."""
        text = message.text or ""
        # Clients cut at a space; a part without any is cut where a message is full, before a character of two units.
        if units(text) < (LEAST_PART if any(map(str.isspace, text)) else _full(message) - 1):
            return None
        whole = (before.joined(message) if before else text)[:_KEPT]
        return cls(
            message.chat.id,
            before.first if before else message.message_id,
            message.message_id,
            int(message.date.timestamp()),
            units(text),
            whole,
            _pointed(message),
            message.forward_origin is not None,
        )

    def goes_on(self, message: Message) -> bool:
        """Whether the message is the next part."""
        return (
            message.text is not None
            and message.chat.id == self.chat
            and message.message_id > self.last
            and _COMMAND.fullmatch(message.text) is None
            and abs(int(message.date.timestamp()) - self.date) <= _AT_ONCE
            and self.units + units(message.text) >= _full(message)
            and _pointed(message) in (None, self.reply_to)
            and (message.forward_origin is not None) is self.forwarded
        )

    def joined(self, message: Message) -> str:
        """The whole text with that part; clients drop the space at which they cut."""
        between = "" if self.units >= _full(message) else "\n"
        return f"{self.text}{between}{message.text or ''}"


def _full(message: Message) -> int:
    """UTF-16 units of a message that takes no more."""
    assert message.from_user is not None
    return messenger_of(message.from_user.id).message


def _pointed(message: Message) -> int | None:
    return message.reply_to_message.message_id if message.reply_to_message is not None else None


def begun(scene: Scene) -> tuple[Scene, Beginning | None]:
    """The scene without what is noted of a text that may go on, and that."""
    noted: dict[str, Any] | None = scene.dialogue.data.get(_KEY)
    if noted is None:
        return scene, None
    data = {key: value for key, value in scene.dialogue.data.items() if key != _KEY}
    return replace(scene, dialogue=replace(scene.dialogue, data=data)), Beginning(**noted)


def as_correction(update: Update, message: Message, before: Beginning) -> tuple[Update, Rest]:
    """The rest of a text as a correction of the message that it began in: whoever took that takes the whole.

    Who cannot take more than one message sees by `Scene.rest` that this is none of its own.
    """
    whole = {"message_id": before.first, "text": before.joined(message), "entities": None}
    corrected = message.model_copy(update={**whole, "edit_date": int(message.date.timestamp())})
    return Update(update_id=update.update_id, edited_message=corrected), Rest(message)


async def note(tx: Tx, message: Message, before: Beginning | None, noted: Beginning | None, scene: Scene) -> None:
    """Notes beside the person's conversation, whatever it has become, that the text may go on; forgets what is over."""
    beginning = Beginning.of(message, before)
    if beginning is None and noted is None:
        return
    dialogue = await dialogues.get(tx, scene.person.id)
    data = {key: value for key, value in dialogue.data.items() if key != _KEY}
    if beginning is not None:
        data[_KEY] = {name: getattr(beginning, name) for name in Beginning.__slots__}
    if data or dialogue.kind:
        await dialogues.put(tx, scene.person.id, Dialogue(dialogue.kind, data), scene.now)
    else:
        await dialogues.end(tx, scene.person.id)
