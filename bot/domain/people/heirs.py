"""What somebody decides when organizations move: who goes on with the work of one, and where open requests go."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

# The codes of organizations, in files and in tables alike.
Codes = tuple[str, ...]
_KEEPS = "keeps"


@dataclass(frozen=True, slots=True)
class Heirs:
    """Who goes on with the work of an organization that is merged (one heir) or split (several), by their codes.

    `takers`: those of them that are asked in its place what it still owes; none: that is taken off control.

    Of an organization that stays they are those that were made out of a part of it, each new: `keeps` says that it
    goes on owing what it owes itself, whoever is asked beside it.
    """

    codes: Codes
    takers: Codes = ()
    keeps: bool = False

    def dump(self) -> list[list[str]]:
        """JSON."""
        return [list(self.codes), list(self.takers), *([[_KEEPS]] if self.keeps else [])]

    @classmethod
    def load(cls, stored: Iterable[Iterable[str]]) -> Self:
        """The heirs of a list by `dump`."""
        codes, takers, *rest = map(tuple, stored)
        return cls(codes, takers, keeps=bool(rest))

    def toggled(self, code: str) -> Self:
        """With that organization, or without it if it is one. Whoever is added takes what is open, as the others do."""
        if code in self.codes:
            codes, takers = (tuple(each for each in part if each != code) for part in (self.codes, self.takers))
            return replace(self, codes=codes, takers=takers)
        follows = not (self.codes or self.keeps) or (self.takers == self.codes and bool(self.codes))
        return replace(self, codes=(*self.codes, code), takers=(*self.takers, code) if follows else self.takers)

    def among(self, codes: Iterable[str]) -> Self:
        """Without those that are not among these."""
        known = frozenset(codes)
        codes, takers = (tuple(each for each in part if each in known) for part in (self.codes, self.takers))
        return replace(self, codes=codes, takers=takers)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What has been decided about a change of the roster beside what it says.

    `heirs`: of organizations that leave or have left, by id; `parts`: of those that stay, what was made out of a part
    of each. `stays`: whether open requests stay with the territory that an organization leaves; otherwise they go
    with it.
    """

    heirs: Mapping[int, Heirs] = field(default_factory=dict)
    stays: bool = False
    parts: Mapping[int, Heirs] = field(default_factory=dict)

    def dump(self) -> dict[str, Any]:
        """JSON."""
        return {"heirs": _dumped(self.heirs), "stays": self.stays, "parts": _dumped(self.parts)}

    @classmethod
    def load(cls, stored: Mapping[str, Any]) -> Self:
        """The wishes of a mapping with what `dump` has written; before anything is decided it is empty."""
        return cls(_loaded(stored.get("heirs", {})), bool(stored.get("stays", False)), _loaded(stored.get("parts", {})))

    def with_heirs(self, organization_id: int, heirs: Heirs) -> Self:
        """With these heirs of the organization; without any, if they are none."""
        return replace(self, heirs=_with(self.heirs, organization_id, heirs))

    def with_parts(self, organization_id: int, parts: Heirs) -> Self:
        """With these made out of a part of the organization; without any, if they are none."""
        return replace(self, parts=_with(self.parts, organization_id, parts))


def _with(known: Mapping[int, Heirs], organization_id: int, heirs: Heirs) -> Mapping[int, Heirs]:
    kept = {its: each for its, each in known.items() if its != organization_id}
    return {**kept, organization_id: heirs} if heirs.codes else kept


def _dumped(known: Mapping[int, Heirs]) -> dict[str, list[list[str]]]:
    return {str(its): heirs.dump() for its, heirs in known.items()}


def _loaded(stored: Mapping[str, Iterable[Iterable[str]]]) -> dict[int, Heirs]:
    return {int(its): Heirs.load(each) for its, each in stored.items()}
