"""In which order a person did things. What waited at Telegram through a failure comes in another.

Messages and presses of one person are queues of their own there, and whatever failed is delivered again when its time
comes: a press may overtake the number that was typed before it. But Telegram numbers updates as they come to it. So
what was asked of a person before each of their last deeds is noted under the deed's number, and a message that comes
after a deed with a greater number is late: it belongs to what was asked then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.storage.arrivals import Arrival
from bot.storage.post.dialogues import Dialogue

# So many changes are remembered.
_KEPT = 12
# Telegram keeps nothing longer than a day, and may number updates anew after a week without any.
_LASTS = timedelta(days=1)
# What differs in a conversation without its asking for anything else: where its screen stands.
_PLACES = ("screen", "message", "at")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a message was for when it was sent. `kind` empty: for nothing; `known` False: nobody knows any more."""

    kind: str = ""
    # Of the conversation's data its step and the ids that say which it is.
    about: tuple[tuple[str, Any], ...] = ()
    known: bool = True

    def __getitem__(self, key: str) -> Any:
        return dict(self.about).get(key)


def asked(dialogue: Dialogue) -> Asked:
    """What the next message is for. Nothing of what the person has said is in it."""
    about = {
        key: value
        for key, value in sorted(dialogue.data.items())
        if key not in _PLACES and (key in ("step", "asked") or type(value) is int)
    }
    return Asked(dialogue.kind, tuple(about.items()))


def when_sent(arrival: Arrival, update_id: int, now: datetime) -> Asked | None:
    """What was asked when the update was made, if a later deed has been handled before it; None: it is not late."""
    if arrival.handled_id is None or arrival.handled_at is None or now - arrival.handled_at > _LASTS:
        return None
    if update_id >= arrival.handled_id:
        return None
    return _before(arrival, update_id + 1)


def when_shown(arrival: Arrival, press: int | None, now: datetime) -> Asked | None:
    """What was asked before that press, which has been handled and had not been answered when the update was made: so
    the screen still asked it; None: nobody knows, or there was no such press."""
    if press is None or arrival.handled_id is None or arrival.handled_at is None or arrival.handled_id < press:
        return None
    before = _before(arrival, press) if now - arrival.handled_at <= _LASTS else Asked(known=False)
    return before if before.known else None


def _before(arrival: Arrival, update_id: int) -> Asked:
    """What was asked before the first deed of that number or a greater one."""
    if len(arrival.waited) == _KEPT and update_id < arrival.waited[0][0]:
        return Asked(known=False)
    kind, about = next((what for until, what in arrival.waited if until >= update_id), (None, ()))
    return Asked(known=False) if kind is None else Asked(kind, tuple((key, value) for key, value in about))


def noted(arrival: Arrival, update_id: int) -> list[Any]:
    """What was asked before each of the last deeds, this one among them."""
    before = asked(arrival.dialogue)
    what = [before.kind, [[key, value] for key, value in before.about]]
    waited: Sequence[Any] = arrival.waited
    if waited and waited[-1][1] == what:
        waited = waited[:-1]
    return [*waited, [update_id, what]][-_KEPT:]
