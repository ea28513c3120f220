"""What somebody decides when organizations move: who goes on with the work of one, and where open requests go."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

# The codes of organizations, in files and in tables alike.
Codes = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heirs:
    """Who goes on with the work of an organization that is merged (one heir) or split (several), by their codes.

    `takers`: those of them that are asked in its place what it still owes; none: that is taken off control.
    """

    codes: Codes
    takers: Codes = ()

    def dump(self) -> list[list[str]]:
        """JSON."""
        return [list(self.codes), list(self.takers)]

    @classmethod
    def load(cls, stored: Iterable[Iterable[str]]) -> Self:
        """The heirs of a list by `dump`."""
        codes, takers = map(tuple, stored)
        return cls(codes, takers)

    def toggled(self, code: str) -> Self:
        """With that organization, or without it if it is one. Whoever is added takes what is open, as the others do."""
        if code in self.codes:
            return type(self)(*(tuple(each for each in part if each != code) for part in (self.codes, self.takers)))
        follows = not self.codes or self.takers == self.codes
        return type(self)((*self.codes, code), (*self.takers, code) if follows else self.takers)

    def among(self, codes: Iterable[str]) -> Self:
        """Without those that are not among these."""
        known = frozenset(codes)
        return type(self)(*(tuple(each for each in part if each in known) for part in (self.codes, self.takers)))


@dataclass(frozen=True, slots=True)
class Wishes:
    """What has been decided about a change of the roster beside what it says.

    `heirs`: of organizations that leave, by id. `stays`: whether open requests stay with the territory that an
    organization leaves; otherwise they go with it.
    """

    heirs: Mapping[int, Heirs] = field(default_factory=dict)
    stays: bool = False

    def dump(self) -> dict[str, Any]:
        """JSON."""
        return {"heirs": {str(its): heirs.dump() for its, heirs in self.heirs.items()}, "stays": self.stays}

    @classmethod
    def load(cls, stored: Mapping[str, Any]) -> Self:
        """The wishes of a mapping with what `dump` has written; before anything is decided it is empty."""
        heirs = {int(its): Heirs.load(each) for its, each in stored.get("heirs", {}).items()}
        return cls(heirs, bool(stored.get("stays", False)))

    def with_heirs(self, organization_id: int, heirs: Heirs) -> Self:
        """With these heirs of the organization; without any, if they are none."""
        kept = {its: each for its, each in self.heirs.items() if its != organization_id}
        return type(self)({**kept, organization_id: heirs} if heirs.codes else kept, self.stays)
