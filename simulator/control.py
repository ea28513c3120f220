"""The control interface of a Telegram: verbs over the world, the faults and the record. Direct and over HTTP."""

from dataclasses import asdict

from simulator.errors import Json
from simulator.faults import REFUSED, Fault, FaultBook
from simulator.people import groups, people, views, writing
from simulator.record import CallLog
from simulator.screen import render
from simulator.verbs import Verbs
from simulator.world.model import Person
from simulator.world.world import World


class Control(Verbs):
    """A Telegram's verbs."""

    def __init__(self, world: World, faults: FaultBook, record: CallLog) -> None:
        super().__init__(world, faults, record)
        self.world = world
        steps = (
            writing.send, writing.edit, writing.send_file, writing.send_thing, writing.forward, writing.album_id,
            people.press, people.callback, people.block, people.unblock, people.delete_chat,
            groups.bot_rights, groups.remove_bot, groups.slow_mode, groups.set_forum, groups.upgrade, groups.join,
            groups.leave,            groups.create_topic, groups.turn_topic, groups.delete_topic, views.commands,
        )  # fmt: skip
        self.verbs |= {step.__name__: self._bind(step) for step in steps}
        self.verbs |= {
            "group": self._bind(groups.create_group),
            "chat": self._bind(views.chat_view),
            "person": self.person, "people": self.people, "start": self.start, "deactivate": self.deactivate,
            "forbid": self.forbid, "voice_privacy": self.voice_privacy,
            "screen": self.screen, "file": self.file, "profile": self.profile, "fault": self.fault,
            "limits": self.limits,
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

    def fault(  # noqa: PLR0913, PLR0917 - called with named arguments only
        self, action: str, method: str = "*", chat_id: int | None = None, count: int | None = None,
        probability: float = 1.0, seed: int = 0, retry_after: int = 1, seconds: float = 0.0,
        html_body: bool = False, description: str = REFUSED,
    ) -> int:  # fmt: skip
        """Order a fault; its id."""
        order = Fault(action, method, chat_id, count, probability, seed, retry_after, seconds, html_body, description)
        return self.faults.order(order).id

    def limits(
        self, per_second: int | None = None, per_chat: int | None = None, per_group_minute: int | None = None
    ) -> None:
        """Hard limits of sends in any sliding second, and to one group in any sliding minute."""
        self.faults.limits(per_second, per_chat, per_group_minute)
