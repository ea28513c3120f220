"""A new roster against the organizations that there are: what would be added, changed and removed."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.domain.people.heirs import Heirs, Wishes
from bot.domain.people.names import same
from bot.domain.people.organization import Organization, RosterEntry, is_made_up


@dataclass(frozen=True, slots=True)
class Changed:
    """An organization that stays, with its seats and its ledger, and what the roster says of it now."""

    before: Organization
    after: RosterEntry

    @property
    def returns(self) -> bool:
        """Whether it had been removed, or nobody had confirmed it yet."""
        return not self.before.active

    @property
    def comes_back(self) -> bool:
        """Whether it had left the list."""
        return self.before.left_at is not None

    @property
    def is_taken_over(self) -> bool:
        """Whether a head typed it in and it is the roster's from now on."""
        return self.before.is_typed_in and self.after.code != self.before.code


@dataclass(frozen=True, slots=True)
class RosterChange:
    """What an import does. `kept`: how many organizations stay just as they are."""

    added: tuple[RosterEntry, ...] = ()
    changed: tuple[Changed, ...] = ()
    removed: tuple[Organization, ...] = ()
    kept: int = 0
    # What has been decided about it: see `Wishes`.
    heirs: Mapping[int, Heirs] = field(default_factory=dict)
    stays: bool = False
    parts: Mapping[int, Heirs] = field(default_factory=dict)

    @property
    def wishes(self) -> Wishes:
        """What has been decided about it."""
        return Wishes(self.heirs, self.stays, self.parts)

    @property
    def moved(self) -> tuple[Changed, ...]:
        """Those that go from one territory to another, or out of one."""
        return tuple(each for each in self.changed if each.before.territory not in ("", each.after.territory))

    def __bool__(self) -> bool:
        """Whether anything is different."""
        return bool(self.added or self.changed or self.removed or self.heirs or self.parts)

    @property
    def fingerprint(self) -> str:
        """16 characters that tell this change from any other: whether what was confirmed is what would be done."""
        told = [
            *(("added", *entry.dump()) for entry in self.added),
            *(
                (str(change.before.id), change.before.active, *change.before.dump(), *change.after.dump())
                for change in self.changed
            ),
            *(("removed", organization.id) for organization in self.removed),
            *(("heirs", its, *heirs.dump()) for its, heirs in sorted(self.heirs.items())),
            *(("parts", its, *parts.dump()) for its, parts in sorted(self.parts.items())),
            *(["stays"] if self.stays else []),
        ]
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def compare(
    present: Iterable[Organization], roster: Sequence[RosterEntry], renamed: Mapping[int, str] | None = None
) -> RosterChange:
    """What makes the roster of the organizations present, removed and unconfirmed ones included.

    An organization is known by its code. A row whose code is new stands for an organization of the same name that
    no other row claims, if there is one: it was typed in by a head, or its code has changed. Organizations that
    heads typed in stay whatever the roster says: somebody has registered there, and the department decided it.

    `renamed`: of organizations that no row claims, the code of the row that somebody has said is the same one.
    """
    present = list(present)
    by_code = {organization.code: organization for organization in present}
    listed = {entry.code for entry in roster}
    free = [organization for organization in present if organization.code not in listed]
    rows = renamed or {}
    by_entry = {rows[organization.id]: organization for organization in free if organization.id in rows}
    by_name = named(organization for organization in free if organization.id not in rows)
    added, changed, claimed = [], [], set()
    for entry in roster:
        before = by_code.get(entry.code) or by_entry.get(entry.code) or by_name.pop(same(entry.name), None)
        if before is None:
            added.append(entry)
            continue
        claimed.add(before.id)
        keeps_code = entry.code in by_entry and is_made_up(entry.code) and not before.is_typed_in
        after = replace(entry, code=before.code) if keeps_code else entry
        if before.dump() != after.dump() or not before.active:
            changed.append(Changed(before, after))
    removed = tuple(
        organization
        for organization in present
        if organization.active and not organization.is_typed_in and organization.id not in claimed
    )
    active = sum(organization.active for organization in present)
    kept = active - len(removed) - sum(change.before.active for change in changed)
    return RosterChange(tuple(added), tuple(changed), removed, kept)


def named(organizations: Iterable[Organization]) -> dict[str, Organization]:
    """Organizations by `same` name; of several the active one of the roster."""
    ranked = sorted(organizations, key=lambda each: (each.active, not each.is_typed_in, -each.id))
    return {same(organization.name): organization for organization in ranked}
