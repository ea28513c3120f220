"""What somebody tries, with the right that it takes, and whose matter it is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from itertools import count, product
from typing import Any, Literal, get_args, get_origin

from aiogram.filters.callback_data import CallbackData
from aiogram.types import (
    CallbackQuery,
    Chat,
    ChatMemberBanned,
    ChatMemberMember,
    ChatMemberUpdated,
    Message,
    Update,
    User,
)

from bot.domain.people.member import Right
from bot.domain.screen import Screen
from bot.storage.post.dialogues import Dialogue
from bot.views import placing
from tests.handlers.rights.office import (
    ADMIN,
    AUTHOR,
    BOUND,
    CHIEF,
    ELSEWHERE,
    GROUP,
    HEAD,
    IN_GROUP,
    INSIDE,
    NORTHERN,
    NOW,
    OTHER,
    OUTSIDE,
    VIEWER,
    Turn,
)

# Whose matter the objects are, right or no right.
HEADS = frozenset({HEAD})
SEATED = frozenset({HEAD, OTHER})
AUTHORS = frozenset({AUTHOR})
ADMINS = frozenset({ADMIN})
UNLIMITED = frozenset({AUTHOR, ADMIN})
# The school's answers; and what is asked of many, among whom the organizations of some limits are.
MATTER = frozenset({VIEWER, INSIDE, NORTHERN, AUTHOR, ADMIN})
OF_ALL = MATTER | {OUTSIDE, BOUND, CHIEF}
# The school itself, and what is announced to schools: limits to topics say nothing of them.
PLACE = MATTER | {ELSEWHERE}
CENTRE = frozenset({VIEWER, OUTSIDE, ELSEWHERE, AUTHOR, ADMIN, BOUND, CHIEF})
# An announcement may be decided about by anybody but its author.
SECOND = PLACE - {AUTHOR}
NOT_OWN = MATTER - {HEAD}

MESSAGE = 900
# aiogram remembers of the latest updates what they are, and finds them by their number.
_numbers = count(1)


@dataclass(frozen=True)
class Deed:
    """Something that somebody does. `whose` None: anybody's who has the right.

    `refused`: what those hear who lack the right, where it is not what they hear as a rule; `ends`: a conversation
    that is going on is over then; `silent`: they hear nothing; `kept`: whose message is kept, and they are asked where
    it belongs, in those words. `hidden`: what those people must not read of it. `consent`: whether announcements need a
    second person's. `turn`: it does not come in its turn. `touches`: so many rows are written whoever does it.
    `spared`: nobody has these written to. `blocked`: they could not be written to before. `pressed`:
    whose button it is.
    """

    name: str
    right: Right
    whose: frozenset[int] | None = None
    press: str | None = None
    content: dict[str, Any] = field(default_factory=dict)
    kind: str = "message"
    talk: Dialogue | None = None
    refused: Screen | None = None
    ends: bool = True
    silent: bool = False
    kept: frozenset[int] = frozenset()
    group: bool = False
    hidden: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    consent: bool = True
    turn: Turn | None = None
    kept_with: str = placing.UNASKED_FILE
    touches: int = 0
    spared: frozenset[int] = frozenset()
    blocked: bool = False
    pressed: int = MESSAGE

    def talk_of(self, person_id: int) -> Dialogue | None:
        """The conversation that is going on with them: a text that may go on has begun in their own chat."""
        if self.talk is None or "cut" not in self.talk.data:
            return self.talk
        cut = self.talk.data["cut"] | {"chat": person_id}
        return replace(self.talk, data=self.talk.data | {"cut": cut})

    @property
    def is_by_link(self) -> bool:
        """Whether it has a link's token, which is of one district alone."""
        return str(self.content.get("text", "")).startswith("/start ")

    def update(self, person_id: int) -> Update:
        """As it comes."""
        who = User(id=person_id, is_bot=False, first_name="Человек")
        chat = Chat(id=GROUP, type="supergroup") if self.group else Chat(id=person_id, type="private")
        if self.kind == "my_chat_member":
            bot = User(id=42, is_bot=True, first_name="Бот")
            here, out = ChatMemberMember(user=bot), ChatMemberBanned(user=bot, until_date=NOW)
            before, after = (here, out) if self.content["banned"] else (out, here)
            event = ChatMemberUpdated(chat=chat, from_user=who, date=NOW, old_chat_member=before, new_chat_member=after)
            return Update(update_id=next(_numbers), my_chat_member=event)
        if self.press is not None:
            below = Message(message_id=self.pressed, date=NOW, chat=chat, text="экран")
            query = CallbackQuery(id="1", from_user=who, chat_instance="1", data=self.press, message=below)
            return Update(update_id=next(_numbers), callback_query=query)
        content: dict[str, Any] = {"message_id": MESSAGE, **self.content}
        if (pointed := content.pop("reply_to", None)) is not None:
            content["reply_to_message"] = Message(message_id=pointed, date=NOW, chat=chat, text="раньше")
        if content["message_id"] == IN_GROUP:
            content["message_id"] += person_id
        if self.kind == "edited_message":
            content["edit_date"] = int(NOW.timestamp())
        message = Message(date=NOW, chat=chat, from_user=who, **content)
        return Update.model_validate({"update_id": next(_numbers), self.kind: message})


def _variants(of: type[CallbackData], fixed: dict[str, Any]) -> Iterator[CallbackData]:
    """The button with every value of its steps and switches; what is no id and not given is as its class says."""
    ways: dict[str, list[Any]] = {name: [value] for name, value in fixed.items()}
    for name, info in of.model_fields.items():
        annotation: Any = info.annotation
        if name in ways:
            continue
        if get_origin(annotation) is Literal:
            ways[name] = list(get_args(annotation))
        elif annotation is bool:
            ways[name] = [False, True]
        elif isinstance(annotation, type) and issubclass(annotation, Enum) and info.is_required():
            ways[name] = list(annotation)
    for values in product(*ways.values()):
        yield of(**dict(zip(ways, values, strict=True)))


def presses(
    right: Right,
    *kinds: type[CallbackData],
    whose: frozenset[int] | None = None,
    talk: Dialogue | None = None,
    **fixed: Any,
) -> Iterator[Deed]:
    """Presses of these buttons, whatever else they say than the `fixed` values that they have."""
    for of in kinds:
        given = {name: value for name, value in fixed.items() if name in of.model_fields}
        for each in _variants(of, given):
            yield Deed(f"{of.__module__.rpartition('.')[2]} {each.pack()}", right, whose, each.pack(), talk=talk)


def about(obligation: int, version: int) -> dict[str, Any]:
    """What a conversation about a decision on the answer keeps."""
    return {"obligation": obligation, "version": version, "part": "all", "page": 0, "screen": MESSAGE - 1}
