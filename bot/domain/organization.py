"""Organizations and their types. Both are data: no type is known to the code."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OrganizationType:
    """A type such as general, preschool or department.

    `staff`: its members work in the department itself, so a seat there always needs an administrator.
    """

    id: str
    title: str
    staff: bool = False


@dataclass(frozen=True, slots=True)
class Organization:
    """A school, a kindergarten, the department itself. `id` is the database's; `code` names it in files."""

    id: int
    code: str
    name: str
    types: frozenset[str]
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """An organization as the roster's file declares it."""

    code: str
    name: str
    types: frozenset[str]
    tags: frozenset[str] = frozenset()
