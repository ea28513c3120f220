"""The control interface of a MAX: verbs over the world, the faults and the record."""

from dataclasses import asdict
from typing import Any

from simulator.errors import Json
from simulator.faults import REFUSED
from simulator.max import people, views
from simulator.max.faults import MaxFault, Rates
from simulator.max.model import Person
from simulator.max.world import World
from simulator.record import CallLog
from simulator.screen import render
from simulator.verbs import Verbs


class Control(Verbs):
    """A MAX's verbs: those of the Telegram simulator that MAX has too, under the same names, and its own."""

    def __init__(self, world: World, faults: Rates, record: CallLog) -> None:
        super().__init__(world, faults, record)
        self.world = world
        steps = (
            people.send, people.edit, people.remove, people.send_file, people.send_files, people.send_thing,
            people.forward, people.press, people.callback, people.open_link, people.block, people.unblock,
            people.delete_chat, people.clear_chat, people.bot_rights, people.remove_bot, people.rename, people.join,
            people.leave, views.commands,
        )  # fmt: skip
        self.verbs |= {step.__name__: self._bind(step) for step in steps}
        self.verbs |= {
            "group": self._bind(people.create_group), "chat": self._bind(views.chat_view),
            "person": self.person, "people": self.people, "start": self.start, "deactivate": self.deactivate,
            "screen": self.screen, "file": self.file, "profile": self.profile, "fault": self.fault,
            "limits": self.limits, "ways": self.ways, "again": self.again,
        }  # fmt: skip

    def person(
        self, id: int, first_name: str, last_name: str = "", username: str = "", language_code: str = "ru"
    ) -> Json:
        """A new account."""
        return asdict(self.world.add_person(Person(id, first_name, last_name, username, language_code)))

    def people(self) -> list[Json]:
        """All accounts."""
        return [asdict(person) for person in self.world.people.values()]

    def start(self, person_id: int) -> None:
        """Mark as having pressed Start, without an event; `open_link` does both."""
        people.person_of(self.world, person_id).started = True

    def deactivate(self, person_id: int) -> None:
        """The account is deleted."""
        people.person_of(self.world, person_id).deactivated = True

    def screen(self, chat_id: int) -> str:
        """The chat as printable text."""
        return render(views.chat_view(self.world, chat_id))

    def file(self, file_id: str) -> bytes:
        """The bytes of a file somebody sent."""
        content = self.world.files[file_id].content if file_id in self.world.files else None
        if content is None:
            raise LookupError(f"no file {file_id}")
        return content

    def profile(self) -> Json:
        """What the bot set about itself, and the tags it has sent that MAX does not know."""
        return {"commands": self.world.commands, "stripped": self.world.stripped}

    def fault(  # noqa: PLR0913, PLR0917 - called with named arguments only
        self, action: str, method: str = "*", chat_id: int | None = None, count: int | None = None,
        probability: float = 1.0, seed: int = 0, retry_after: int = 1, seconds: float = 0.0,
        html_body: bool = False, description: str = REFUSED,
    ) -> int:  # fmt: skip
        """Order a fault; its id. MAX never says when to come again: `retry_after` is for Telegram alone."""
        order = MaxFault(
            action, method, chat_id, count, probability, seed, retry_after, seconds, html_body, description
        )
        return self.faults.order(order).id

    def limits(self, per_second: int | None = None, per_chat: int | None = None) -> None:
        """Calls in any sliding second: of all, and of a kind in one dialog; nothing: no limits."""
        self.faults.limits(per_second, per_chat)

    def ways(self, **values: Any) -> Json:
        """Turn what the sources tell differently; how everything stands."""
        self.world.ways.turn(**values)
        return asdict(self.world.ways)

    def again(self) -> None:
        """The last event comes once more."""
        self.world.updates.again()
