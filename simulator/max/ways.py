"""What is not known of MAX, or what its sources tell differently: each is a switch, set as the first value says."""

from dataclasses import dataclass, fields
from typing import Any


@dataclass(slots=True)
class Ways:
    """How this MAX behaves where the real one may behave either way."""

    # POST /answers with neither message nor notification: refused, or taken.
    empty_answers: bool = False
    # A notification pops up on the phone. In April 2026 it did not, and the bot was told success.
    notifications_shown: bool = False
    # `success: false` says a code too.
    codes_in_refusals: bool = True
    # Positions of markup count UTF-16 units instead of characters.
    utf16_markup: bool = False
    # A link with a payload starts a bot again that somebody has started before.
    started_again: bool = True
    # An edit changes the text and leaves the buttons as they were.
    edits_leave_buttons: bool = False
    # message_callback comes without its message.
    null_messages: bool = False
    # All presses on one keyboard have one callback_id.
    keyboard_ids: bool = False
    # A message that only forwards another has no body, and so no mid.
    bare_forwards: bool = False
    # A voice message comes as message_created without a message, as the library maxapi tells of.
    untold_voices: bool = False
    # Each event comes twice.
    events_twice: bool = False
    # What came later in a chat is delivered after what has failed.
    later_waits: bool = True
    # A new webhook is given what came while there was none.
    backlog: bool = False
    # For so many attempts an attachment is not ready, and for one more if the file is larger than so many bytes.
    not_ready: int = 0
    slow_over: int = 2_000_000

    def turn(self, **values: Any) -> None:
        """Set some of them."""
        for name, value in values.items():
            kind = next((field.type for field in fields(self) if field.name == name), None)
            if kind is None:
                raise ValueError(f"no way {name!r}, known: {', '.join(field.name for field in fields(self))}")
            if type(value) is not kind:
                raise ValueError(f"{name} is a {getattr(kind, '__name__', kind)}")
            setattr(self, name, value)
