"""What an organization leaves behind that is asked no more, or less than before."""

from dataclasses import dataclass

from bot.domain.people.member import Role, Seat


@dataclass(frozen=True, slots=True)
class Loss:
    """What is open at an organization when it leaves the list, or the audience of some requests.

    Ids, so that another one in place of one that was shown is another loss. `obligations` are unanswered; `drafts`
    are pairs of person and obligation; `announcements` are planned and name the organization itself.
    """

    people: tuple[tuple[int, str, Role], ...] = ()
    applicants: tuple[tuple[int, str, Role], ...] = ()
    obligations: tuple[int, ...] = ()
    drafts: tuple[tuple[int, int], ...] = ()
    extensions: tuple[int, ...] = ()
    threads: tuple[int, ...] = ()
    invitations: tuple[int, ...] = ()
    announcements: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is lost, or anybody told."""
        return any(getattr(self, name) for name in self.__slots__)


@dataclass(frozen=True, slots=True)
class Farewell:
    """What becomes of a person's matters at an organization that has left the list.

    `obligations` were unanswered and are owed no more; `drafts` and `extensions` are the person's own. `heirs`: labels
    of those that go on with its work, and `handed`, whether they are asked instead.
    """

    seat: Seat
    obligations: int = 0
    drafts: int = 0
    extensions: int = 0
    heirs: tuple[str, ...] = ()
    handed: bool = False
