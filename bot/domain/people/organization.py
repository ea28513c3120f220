"""Organizations and their types. Both are data: no type is known to the code."""

from dataclasses import dataclass

# How the code of an organization begins that a head typed in; the roster's codes come from its file.
TYPED_IN = "own-"


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
    """A school, a kindergarten, the department itself. `id` is the database's; `code` names it in files.

    Not `active`: it is asked nothing, because the roster lists it no more, or, if a head typed it in, because the
    department has not confirmed it yet.
    """

    id: int
    code: str
    name: str
    types: frozenset[str]
    tags: frozenset[str] = frozenset()
    active: bool = True

    @property
    def is_typed_in(self) -> bool:
        """Whether a head typed it in, because the roster lacked it."""
        return self.code.startswith(TYPED_IN)


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """An organization as the roster's file declares it."""

    code: str
    name: str
    types: frozenset[str]
    tags: frozenset[str] = frozenset()
