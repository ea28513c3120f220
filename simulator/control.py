"""The control interface: verbs over the world, the faults and the record. Used directly and over HTTP."""

import inspect
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from simulator.errors import Json
from simulator.faults import REFUSED, Fault, FaultBook
from simulator.people import groups, people, views, writing
from simulator.record import CallLog
from simulator.screen import render
from simulator.world.model import Person
from simulator.world.world import World


class Control:
    """All verbs by name; arguments and results are plain JSON values, and bytes for files."""

    def __init__(self, world: World, faults: FaultBook, record: CallLog) -> None:
        self.world, self.faults, self.record = world, faults, record
        steps = (
            writing.send, writing.edit, writing.send_file, writing.send_thing, writing.forward, writing.album_id,
            people.press, people.callback, people.block, people.unblock, people.delete_chat,
            groups.bot_rights, groups.remove_bot, groups.slow_mode, groups.set_forum, groups.upgrade, groups.join,
            groups.leave,            groups.create_topic, groups.turn_topic, groups.delete_topic, views.commands,
        )  # fmt: skip
        self.verbs: dict[str, Callable[..., Any]] = {step.__name__: self._bind(step) for step in steps}
        self.verbs |= {
            "group": self._bind(groups.create_group),
            "chat": self._bind(views.chat_view),
            "person": self.person, "people": self.people, "start": self.start, "deactivate": self.deactivate,
            "forbid": self.forbid, "voice_privacy": self.voice_privacy,
            "screen": self.screen, "file": self.file, "profile": self.profile, "clock": self.clock,
            "fault": self.fault, "faults": self.open_faults, "cancel_faults": self.cancel_faults,
            "limits": self.limits, "calls": self.calls, "stats": self.stats, "clear_calls": self.clear_calls,
            "last_event": self.last_event,
        }  # fmt: skip
        self._signatures = {name: inspect.signature(verb) for name, verb in self.verbs.items()}

    def _bind(self, step: Callable[..., Any]) -> Callable[..., Any]:
        def bound(*args: Any, **arguments: Any) -> Any:
            return step(self.world, *args, **arguments)

        signature = inspect.signature(step)
        bound.__signature__ = signature.replace(  # type: ignore[attr-defined]
            parameters=list(signature.parameters.values())[1:]
        )
        return bound

    def call(self, verb: str, arguments: Json) -> Any:
        """Do a verb. LookupError, ValueError and PersonError are answers to the caller."""
        if verb not in self.verbs:
            raise LookupError(f"no verb {verb!r}, known: {', '.join(sorted(self.verbs))}")
        try:
            self._signatures[verb].bind(**arguments)
        except TypeError as error:
            raise ValueError(f"{verb}: {error}") from None
        return self.verbs[verb](**arguments)

    def person(
        self, id: int, first_name: str, last_name: str = "", username: str = "", language_code: str = "ru"
    ) -> Json:
        """A new account."""
        return asdict(self.world.add_person(Person(id, first_name, last_name, username, language_code)))

    def people(self) -> list[Json]:
        """All accounts."""
        return [asdict(person) for person in self.world.people.values()]

    def start(self, person_id: int) -> None:
        """Mark as having pressed Start, without an update; sending /start does both."""
        writing.person_of(self.world, person_id).started = True

    def deactivate(self, person_id: int) -> None:
        """The account is deleted."""
        writing.person_of(self.world, person_id).deactivated = True

    def forbid(self, chat_id: int, what: list[str]) -> None:
        """What ordinary members of a group may not send from now on."""
        groups.forbid(self.world, chat_id, *what)

    def voice_privacy(self, person_id: int, on: bool = True) -> None:
        """The person takes no voice messages from bots."""
        writing.person_of(self.world, person_id).no_voices = on

    def screen(self, chat_id: int) -> str:
        """The chat as printable text."""
        return render(views.chat_view(self.world, chat_id))

    def file(self, file_id: str) -> bytes:
        """The bytes of a file somebody sent."""
        if file_id not in self.world.files:
            raise LookupError(f"no file {file_id}")
        return self.world.files[file_id].content

    def profile(self) -> Json:
        """What the bot set about itself: commands by scope and language, texts, menu button."""
        commands = [
            {"scope": scope, "language_code": language, "commands": items}
            for (scope, language), items in self.world.commands.items()
        ]
        return {"commands": commands, "texts": self.world.profile, "menu_button": self.world.menu_button}

    def clock(self, now: str | None) -> str:
        """Fix the clock at an ISO moment with a time zone, or None: real time again. The time it shows."""
        self.world.set_clock(None if now is None else datetime.fromisoformat(now))
        return self.world.now().isoformat()

    def fault(  # noqa: PLR0913, PLR0917 - called with named arguments only
        self, action: str, method: str = "*", chat_id: int | None = None, count: int | None = None,
        probability: float = 1.0, seed: int = 0, retry_after: int = 1, seconds: float = 0.0,
        html_body: bool = False, description: str = REFUSED,
    ) -> int:  # fmt: skip
        """Order a fault; its id."""
        order = Fault(action, method, chat_id, count, probability, seed, retry_after, seconds, html_body, description)
        return self.faults.order(order).id

    def open_faults(self) -> list[Json]:
        """Orders not used up."""
        return [fault.as_json() for fault in self.faults.ordered()]

    def cancel_faults(self, fault_id: int | None = None) -> None:
        """Cancel one order or all."""
        self.faults.cancel(fault_id)

    def limits(
        self, per_second: int | None = None, per_chat: int | None = None, per_group_minute: int | None = None
    ) -> None:
        """Hard limits of sends in any sliding second, and to one group in any sliding minute."""
        self.faults.limits(per_second, per_chat, per_group_minute)

    def calls(self, method: str | None = None, chat_id: int | None = None, after: int = 0) -> list[Json]:
        """The record of calls."""
        return [call.as_json() for call in self.record.calls(method, chat_id, after)]

    def stats(self) -> Json:
        """Exact counters, the highest rate of sends, updates not confirmed."""
        return {**self.record.stats(), "pending_updates": len(self.world.updates)}

    def clear_calls(self) -> None:
        """Forget calls and counters."""
        self.record.clear()

    def last_event(self) -> int:
        """The number of the last event."""
        return self.world.events.last
