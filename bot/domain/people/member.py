"""People: heads and deputies seated at organizations, and the department's staff."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import Enum, StrEnum, auto
from typing import Any, Protocol, Self

from bot.domain.directives.directive import AudiencePart, Directive


class Role(StrEnum):
    """What a member is at an organization."""

    HEAD = "head"
    DEPUTY = "deputy"


class SeatState(StrEnum):
    """A seat is asked for, held, given up, or was refused."""

    WAITING = "waiting"
    SEATED = "seated"
    LEFT = "left"
    REJECTED = "rejected"


class StaffRole(StrEnum):
    """What a person of the department may do."""

    ADMIN = "admin"
    CURATOR = "curator"
    VIEWER = "viewer"

    @property
    def rank(self) -> int:
        """The role's place in order: a role that may do more has a lower number."""
        return list(StaffRole).index(self)


class Right(Enum):
    """What a person must be to do something; each right includes those above it."""

    ANYBODY = auto()  # strangers too
    AGREED = auto()  # to their data being kept
    VIEW = auto()  # the department's screens
    CURATE = auto()  # ask, announce and review, within their limits
    ADMIN = auto()  # everything


class Place(Protocol):
    """An organization, or something of its that says what it was then."""

    @property
    def types(self) -> frozenset[str]:
        """Ids of its types."""

    @property
    def territory(self) -> str:
        """The id of its territory; empty: none."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Which of the district's matters are a curator's. Empty: all of them.

    `types` and `territories` are those of organizations, `topics` those of directives; all must fit.
    """

    types: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    territories: frozenset[str] = frozenset()

    def covers(self, directive: Directive) -> bool:
        """Whether the directive is the curator's matter.

        A question of the department's own may have no topic, and an audience chosen by hand: then the types of the
        organizations say which of them are the curator's.
        """
        mine = not self.topics or not directive.topic or directive.topic in self.topics
        return mine and (not directive.audience or any(map(self._cover_some_of, directive.audience)))

    def covers_all_of(self, directive: Directive) -> bool:
        """Whether all whom the directive asks are the curator's; whom a question chooses by hand it does not say."""
        return self.covers(directive) and all(map(self._cover_all_of, directive.audience))

    def covers_place(self, place: Place) -> bool:
        """Whether the organization is the curator's; only somebody without such limits has to do with none."""
        return self.covers_types(place.types) and (not self.territories or place.territory in self.territories)

    def covers_types(self, types: frozenset[str]) -> bool:
        """Whether organizations of these types may be the curator's: see `covers_place` for a certain one."""
        return not self.types or bool(self.types & types)

    def _cover_some_of(self, part: AudiencePart) -> bool:
        near = not self.territories or not part.territories or not self.territories.isdisjoint(part.territories)
        return near and self.covers_types(frozenset({part.type}))

    def _cover_all_of(self, part: AudiencePart) -> bool:
        near = not self.territories or (part.territories and self.territories.issuperset(part.territories))
        return bool(near) and self.covers_types(frozenset({part.type}))

    def include(self, other: "Limits") -> bool:
        """Whether nothing is the matter of somebody with the other limits that is not of somebody with these."""
        return all(
            not mine or (theirs and theirs <= mine)
            for mine, theirs in ((getattr(self, each.name), getattr(other, each.name)) for each in fields(self))
        )

    @property
    def are_of_places(self) -> bool:
        """Whether some organizations are beyond them."""
        return bool(self.types or self.territories)

    @property
    def are_none(self) -> bool:
        """Whether all of the district's matters are the curator's."""
        return self == Limits()

    def dump(self) -> dict[str, Any]:
        """JSON, without what limits nothing."""
        return {field.name: sorted(ids) for field in fields(self) if (ids := getattr(self, field.name))}

    @classmethod
    def load(cls, stored: Mapping[str, Any] | None) -> Self:
        """The limits of a mapping with what `dump` has written, whatever else is in it."""
        return cls(**{field.name: frozenset((stored or {}).get(field.name, ())) for field in fields(cls)})


@dataclass(frozen=True, slots=True)
class Person:
    """A Telegram account that wrote to the bot. `id` is Telegram's; only the name is kept beside it."""

    id: int
    name: str
    consent_at: datetime | None = None
    stopped_at: datetime | None = None
    paused_until: datetime | None = None
    unreachable_at: datetime | None = None
    staff_role: StaffRole | None = None
    limits: Limits = Limits()

    @property
    def is_staff(self) -> bool:
        """Whether the person may look at the department's screens."""
        return self.staff_role is not None

    @property
    def may_curate(self) -> bool:
        """Whether the person may ask, announce and review, within their limits."""
        return self.staff_role in (StaffRole.ADMIN, StaffRole.CURATOR)

    @property
    def is_admin(self) -> bool:
        """Whether the person may do everything."""
        # Whoever has limits may not do everything, however they came to them.
        return self.staff_role is StaffRole.ADMIN and self.limits.are_none

    def may(self, right: Right) -> bool:
        """Whether the person has the right."""
        match right:
            case Right.ANYBODY:
                return True
            case Right.AGREED:
                return self.consent_at is not None
            case Right.VIEW:
                return self.is_staff
            case Right.CURATE:
                return self.may_curate
            case Right.ADMIN:
                return self.is_admin

    def is_quiet(self, now: datetime) -> bool:
        """Whether the person wants no messages now: they have stopped the bot, or are on vacation."""
        return self.stopped_at is not None or (self.paused_until is not None and self.paused_until > now)


@dataclass(frozen=True, slots=True)
class Seat:
    """One person at one organization. It carries the organization's name and label, since every screen shows one."""

    id: int
    organization_id: int
    organization_name: str
    organization_label: str
    person_id: int
    person_name: str
    role: Role
    state: SeatState
    asked_at: datetime
    since: datetime | None = None
    until: datetime | None = None
    # Since when the organization is no longer in the roster: nothing is asked of it.
    left_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a one-time deep link gives: a seat of that role at that organization.

    A new head replaces the present one, unless the invitation is for a head `beside` them.
    """

    id: int
    organization_id: int
    organization_name: str
    role: Role
    expires_at: datetime
    used_at: datetime | None
    beside: bool = False
    # Since when the organization is no longer in the roster.
    left_at: datetime | None = None
    used_by: int | None = None
    given_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def waits(self) -> bool:
        """Whether it was used and somebody has to confirm that its bearer takes another's place."""
        used = self.used_at is not None and self.used_by is not None
        return used and self.given_at is None and self.ended_at is None


@dataclass(frozen=True, slots=True)
class StaffInvitation:
    """What a one-time deep link gives: a role in the department."""

    id: int
    role: StaffRole
    limits: Limits
    expires_at: datetime
    used_at: datetime | None
    used_by: int | None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A one-time link that can be used still; without an organization it gives a role in the department.

    `by_name` None: it was made on the command line.
    """

    id: int
    role: Role | StaffRole
    by_name: str | None
    expires_at: datetime
    limits: Limits = Limits()
    organization_id: int | None = None
    organization_name: str = ""
    organization_label: str = ""
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Succession:
    """Somebody has come by a link that would unseat the present `heads`, and waits for the department's word."""

    id: int
    organization_id: int
    organization_name: str
    organization_label: str
    person_id: int
    person_name: str
    by_name: str | None
    heads: tuple[Seat, ...]


@dataclass(frozen=True, slots=True)
class Gift:
    """What a link has given: a seat at an organization, or a role in the department."""

    at: datetime
    person_name: str
    by_name: str | None
    role: Role | StaffRole
    organization_id: int | None = None
    organization_name: str = ""
    organization_label: str = ""
