"""What a table of organizations would change, what that costs, and what somebody has to say about it first."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.domain.people.heirs import Wishes
from bot.domain.people.leaving import Loss
from bot.domain.people.organization import Organization, RosterEntry
from bot.domain.people.renaming import Renaming, likely
from bot.domain.people.roster import RosterChange, compare


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change as it would be done now. `losses` by the organization's id; `decided` by the pair's key: is it one?"""

    change: RosterChange
    losses: Mapping[int, Loss]
    renamings: tuple[Renaming, ...] = ()
    decided: Mapping[str, bool] | None = None
    # What territories are or were called, by id; of a change that touches none it may be empty.
    territories: Mapping[str, str] = field(default_factory=dict)
    # What the roster is then, by code, and how much those owe that leave a territory.
    after: Mapping[str, RosterEntry] = field(default_factory=dict)
    moving: int = 0
    # Ids of what those owe, or owed when they left and might still, for whom others are named; by organization.
    heritage: Mapping[int, Sequence[int]] = field(default_factory=dict)
    # What those are called that left before, and for whom heirs are named now; by id.
    gone: Mapping[int, str] = field(default_factory=dict)

    @property
    def mark(self) -> str:
        """16 characters that tell the change, and what it costs as things stand, from any other."""
        costs = sorted((place, repr(loss)) for place, loss in self.losses.items())
        handed = sorted((its, *owed) for its, owed in self.heritage.items())
        return _digest(self.change.fingerprint, costs, *([handed] if handed else []))[:16]

    @property
    def pairs_mark(self) -> str:
        """12 characters that tell these pairs from others, whatever has been said about them."""
        return _digest(*(renaming.key for renaming in self.renamings))[:12]

    def is_one(self, renaming: Renaming) -> bool | None:
        """What has been said of the pair; None: nothing."""
        return (self.decided or {}).get(renaming.key)

    @property
    def undecided(self) -> tuple[Renaming, ...]:
        """Pairs of which nobody has said whether they are one."""
        return tuple(renaming for renaming in self.renamings if self.is_one(renaming) is None)


def planned_change(
    present: Sequence[Organization], entries: Sequence[RosterEntry], decided: Mapping[str, bool], wishes: Wishes
) -> tuple[tuple[Renaming, ...], RosterChange, dict[str, RosterEntry]]:
    """The pairs that may be one, the change as decided and wished, and the roster after it."""
    renamings = renamings_of(present, entries)
    change = compared(present, entries, renamings, decided)
    after = roster_after(present, change)
    return renamings, with_wishes(present, change, wishes, after), after


def renamings_of(present: Sequence[Organization], entries: Sequence[RosterEntry]) -> tuple[Renaming, ...]:
    """Pairs of an organization that no row names, and a row that names none, that may be one."""
    change = compare(present, entries)
    listed = {entry.code for entry in entries} | {changed.before.code for changed in change.changed}
    # What heads have typed in stays, and would stand beside its own row.
    own = [each for each in present if each.active and each.is_typed_in and each.code not in listed]
    return likely((*change.removed, *own), change.added)


def compared(
    present: Sequence[Organization],
    entries: Sequence[RosterEntry],
    renamings: Iterable[Renaming],
    decided: Mapping[str, bool],
) -> RosterChange:
    """The change with the pairs as one that were said to be one."""
    renamed = {pair.before.id: pair.after.code for pair in renamings if decided.get(pair.key)}
    return compare(present, entries, renamed)


def roster_after(present: Iterable[Organization], change: RosterChange) -> dict[str, RosterEntry]:
    """The roster once the change is done, by code: what is new comes first, the rest in the order of lists."""
    touched = {each.id for each in change.removed} | {each.before.id for each in change.changed}
    kept = (each for each in present if each.active and each.id not in touched)
    return {each.code: each for each in (*change.added, *(each.after for each in change.changed), *kept)}


def with_wishes(
    present: Iterable[Organization], change: RosterChange, wishes: Wishes, after: Mapping[str, RosterEntry]
) -> RosterChange:
    """The change with what has been decided about it, as far as it still speaks of that."""
    here = {each.before.id: each.after.code for each in change.changed}
    gone = {each.id for each in change.removed}
    gone |= {each.id for each in present if each.left_at is not None and each.id not in here}
    here |= {each.id: each.code for each in present if each.active and each.id not in gone | here.keys()}
    heirs = {its: each.among(after) for its, each in wishes.heirs.items() if its in gone}
    parts = {
        its: each.among(after.keys() - {here[its]}) for its, each in wishes.parts.items() if here.get(its) in after
    }
    return replace(
        change,
        heirs={its: each for its, each in heirs.items() if each.codes},
        stays=wishes.stays and bool(change.moved),
        parts={its: each for its, each in parts.items() if each.codes},
    )


def _digest(*told: object) -> str:
    return hashlib.sha256(repr(told).encode()).hexdigest()
