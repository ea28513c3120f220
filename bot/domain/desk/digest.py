"""What a staff member should know in the morning (сводка)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.domain.directives.directive import Directive
from bot.domain.ledger.control import Counts
from bot.domain.ledger.obligation import Round


@dataclass(frozen=True, slots=True)
class Late:
    """How many organizations have not answered a round in time, and the names of the first of them.

    `fresh`: those who were not late yet in the last digest; `answered`: those who were, and have answered since.
    """

    round: Round
    count: int
    names: tuple[str, ...]
    fresh: tuple[str, ...] = ()
    answered: tuple[str, ...] = ()

    @property
    def is_first(self) -> bool:
        """Whether nobody was late in the last digest."""
        return len(self.fresh) == self.count and not self.answered


@dataclass(frozen=True, slots=True)
class Unknown:
    """With which words Telegram has refused a method, which nobody knows the meaning of, and how often in a day."""

    method: str
    text: str
    times: int


@dataclass(frozen=True, slots=True)
class Digest:
    """`opens`: directives, each with the title of its period; `due`: rounds by date, up to the next working day. These
    and `late` are by document, where there are several."""

    opens: Sequence[tuple[Directive, str]] = ()
    due: dict[date, Sequence[tuple[Round, Counts]]] = field(default_factory=dict)
    # Hours are those of each organization, and not all live by one clock.
    is_local: bool = False
    late: Sequence[Late] = ()
    # Answers that were to be mended by now.
    unmended: int = 0
    registrations: int = 0
    missed: int = 0
    extensions: int = 0
    threads: int = 0
    # Answers that wait for a decision, and how many of these say «не относится к нам».
    answers: int = 0
    not_ours: int = 0
    # Organizations that announcements since the last working day have not reached.
    unreached: int = 0
    # People at organizations to whom nothing can be delivered.
    unreachable: int = 0
    # Administrators are told if a backup has failed, and when the newest one was made (None: there is none).
    is_admins: bool = False
    backup_at: datetime | None = None
    backup_failed: bool = False
    unknown: tuple[Unknown, ...] = ()

    @property
    def is_worth_a_message(self) -> bool:
        """Whether it says anything that asks for attention; answers and what does not arrive alone do not."""
        waits = self.registrations + self.missed + self.extensions + self.threads
        return bool(self.opens or self.due or self.late or self.unmended or waits or self.backup_failed or self.unknown)
