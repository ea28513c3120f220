"""Organizations and their types. Both are data: no type is known to the code."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Final, Self, get_type_hints

from bot.domain.directives.directive import AudiencePart
from bot.domain.text import NAME, SHORT_NAME

# How the code of an organization begins that a head typed in; the roster's codes come from its file.
TYPED_IN = "own-"
# How the code begins that an organization gets whose row of a table has none; ten hexadecimal digits follow.
MADE_UP = "org-"
_MADE_UP = re.compile(f"{MADE_UP}[0-9a-f]{{10}}")


@dataclass(frozen=True, slots=True)
class OrganizationType:
    """A type such as general, preschool or department.

    `staff`: its members work in the department itself, so a seat there always needs an administrator.
    """

    id: str
    title: str
    staff: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A field of the roster that is one line of text of at most `longest` UTF-16 units.

    `headings`: how tables head its column beside the field's own name, in small letters; the first is said to people.
    """

    headings: tuple[str, ...]
    longest: int


@dataclass(frozen=True, slots=True)
class Ids:
    """A field of the roster that is a set of ids which the catalog gives titles."""

    headings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Id:
    """A field of the roster that is one id, which the catalog gives a title, or empty."""

    headings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """An organization as the roster declares it: the YAML, a table that is imported, the database.

    All of them follow from this class; `COLUMNS` has its fields. A new one comes last and has a default, because what
    `dump` has written is a list in the order of the class.
    """

    code: Annotated[str, Text(("код", "код организации", "код учреждения"), longest=40)]
    name: Annotated[
        str,
        Text(
            (
                "название", "наименование", "organization", "организация", "учреждение",
                "наименование организации", "название организации", "наименование учреждения", "название учреждения",
                "наименование оо", "название оо", "образовательная организация", "полное наименование",
            ),
            longest=NAME,
        ),
    ]  # fmt: skip
    types: Annotated[
        frozenset[str],
        Ids((
            "тип", "type", "типы", "тип ы", "тип организации", "типы организации", "типы организаций",
            "тип учреждения", "тип оо",
        )),
    ]  # fmt: skip
    tags: Annotated[frozenset[str], Ids(("метки", "метка", "tag", "признак", "признаки", "тег", "теги"))] = frozenset()
    # What it is called where there is little room; empty: its label is made of its name.
    short: Annotated[
        str,
        Text(
            (
                "краткое название", "краткое наименование", "сокращённое наименование", "сокращённое название",
                "короткое название", "сокр. наименование", "кратк. наименование", "кратко", "краткое", "сокращённо",
                "сокращённое", "short name", "краткое название организации", "краткое наименование организации",
                "сокращённое наименование организации",
            ),
            longest=SHORT_NAME,
        ),
    ] = ""  # fmt: skip
    # The id of a territory of the catalog; empty: none.
    territory: Annotated[
        str,
        Id((
            "территория", "territory", "район", "муниципалитет", "муниципальное образование", "муниципальный район",
            "муниципальный округ", "городской округ", "округ", "куст",
        )),
    ] = ""  # fmt: skip

    def dump(self) -> list[Any]:
        """JSON. What is not given is left out at the end: it is the same before and after a field is added."""
        values = [getattr(self, name) for name in COLUMNS]
        while values[-1] == "":
            del values[-1]
        return [sorted(value) if isinstance(value, frozenset) else value for value in values]

    @classmethod
    def load(cls, stored: Iterable[Any]) -> Self:
        """The entry of a list by `dump`."""
        values: Iterable[Any] = (frozenset(value) if isinstance(value, list) else value for value in stored)
        return cls(*values)


# What the roster says of an organization, by the name of the field, in the order of the class.
COLUMNS: Final[Mapping[str, Text | Ids | Id]] = {
    name: hint.__metadata__[0] for name, hint in get_type_hints(RosterEntry, include_extras=True).items()
}


@dataclass(frozen=True, slots=True)
class Organization(RosterEntry):
    """A school, a kindergarten, the department itself. `id` is the database's; `code` names it in files.

    Not `active`: it is asked nothing, because the roster lists it no more (`left_at`: since when), or, if a head typed
    it in, because the department has not confirmed it yet. `label`: what it is called where there is little room,
    unlike any other of the list; the whole list makes it, see `bot.domain.people.labels`.
    """

    id: int = field(kw_only=True)
    active: bool = field(default=True, kw_only=True)
    left_at: datetime | None = field(default=None, kw_only=True)
    label: str = field(default="", kw_only=True, compare=False)

    @property
    def is_typed_in(self) -> bool:
        """Whether a head typed it in, because the roster lacked it."""
        return self.code.startswith(TYPED_IN)


def entry_of(organization: RosterEntry) -> RosterEntry:
    """What the roster says of the organization, and nothing else."""
    return RosterEntry(**{name: getattr(organization, name) for name in COLUMNS})


def is_of(audience: Iterable[AudiencePart], entry: RosterEntry) -> bool:
    """Whether a part of the audience speaks of the organization."""
    return any(
        part.type in entry.types
        and entry.tags.issuperset(part.tags)
        and (not part.territories or entry.territory in part.territories)
        for part in audience
    )


def is_made_up(code: str) -> bool:
    """Whether nobody has given the code: it says nothing of which organization is which."""
    return code.startswith(TYPED_IN) or _MADE_UP.fullmatch(code) is not None
