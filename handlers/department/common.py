"""What conversations of the department share: whose matter something is, and where a screen is shown."""

from collections.abc import Sequence
from typing import Any, TypeVar

from aiogram.types import CallbackQuery, Message

from bot.delivery.sayings import Delete, Edit, Saying
from bot.domain.ledger.obligation import Obligation, Round
from bot.domain.screen import Screen
from bot.storage.ledger import obligations, rounds
from bot.storage.post import dialogues
from bot.storage.post.dialogues import Dialogue
from handlers.saying import send
from handlers.scene import Scene

T = TypeVar("T")

# Conversations in which names are looked for, or a period is typed, and "" for none: a table that comes meanwhile is
# for whoever knows what it is.
_FOR_WORDS = frozenset({"", "roster", "audience", "journal", "report-period", "limits", "heirs", "parts"})
# After so many messages below it a screen moves down, so that the answer to what was typed is in sight.
_FAR = 6


def waits_for_no_file(scene: Scene) -> bool:
    """Whether a table may come out of the blue: nothing is waited for, or words, or what an earlier table is."""
    dialogue = scene.dialogue
    return dialogue.kind in _FOR_WORDS or (dialogue.kind == "import" and dialogue.data.get("step") == "ask")


def paged(items: Sequence[T], page: int, size: int) -> tuple[Sequence[T], int, int]:
    """The items of that page or of the last page, its number, and the number of pages."""
    pages = max(1, -(-len(items) // size))
    page = min(page, pages - 1)
    return items[page * size : (page + 1) * size], page, pages


async def round_within(scene: Scene, round_id: int) -> Round | None:
    """The round, if it is a matter of this staff member's."""
    round_ = await rounds.get(scene.tx, round_id)
    return round_ if round_ is not None and await rounds.within(scene.tx, [round_], scene.person.limits) else None


async def obligation_within(scene: Scene, obligation_id: int) -> Obligation | None:
    """The obligation, if it is a matter of this staff member's: its directive, and its organization as it was then."""
    obligation = await obligations.get(scene.tx, obligation_id)
    if obligation is None or not obligation.round.is_open:
        return None
    if not scene.person.limits.covers(obligation.round.directive):
        return None
    return obligation if scene.person.limits.covers_place(obligation) else None


async def listen(query: CallbackQuery, scene: Scene, kind: str, /, **data: Any) -> None:
    """Begins a conversation of that kind: what is typed next belongs to the screen in the pressed message."""
    message = query.message.message_id if query.message is not None else None
    await dialogues.put(scene.tx, scene.person.id, Dialogue(kind, {**data, "screen": message}), scene.now)


async def found(message: Message, scene: Scene, screen: Screen, **kept: Any) -> list[Saying]:
    """Shows what a search has found, and keeps what was typed for its further pages."""
    said = shown(message, scene, screen)
    # The number of a screen that has moved below is not known: the next search makes another.
    stands = scene.dialogue.data.get("screen") if len(said) == 1 else None
    data = {**scene.dialogue.data, **kept, "screen": stands}
    await dialogues.put(scene.tx, scene.person.id, Dialogue(scene.dialogue.kind, data), scene.now)
    return said


def shown(message: Message, scene: Scene, screen: Screen) -> list[Saying]:
    """Shows the conversation's screen after something was typed: edits it where it stands, or moves it below."""
    stands: int | None = scene.dialogue.data.get("screen")
    if stands is None:
        return [send(message, screen)]
    if message.message_id - stands < _FAR:
        return [Edit(message.chat.id, stands, screen)]
    return [Delete(message.chat.id, stands), send(message, screen)]
