"""The roster as a whole: its file at start, and imports of tables. Of the two the last change wins."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.catalog.catalog import Catalog
from bot.domain.letter import LetterKind
from bot.domain.people.organization import RosterEntry
from bot.domain.people.roster import Changed, RosterChange, compare
from bot.domain.progress import Progress, silent
from bot.domain.timing.calendar import WorkCalendar
from bot.storage.engine.database import Tx
from bot.storage.ledger import extensions, obligations, rounds
from bot.storage.ledger.changes import farewells, leaving, resettling, successions
from bot.storage.people import links, organizations, staff, territories
from bot.storage.post import letters, meta


async def take_in_file(tx: Tx, catalog: Catalog, now: datetime) -> None:
    """Takes in the roster's file if it says something else than last time, and asks who is to be asked for it.

    Unchanged it is left alone: at each start it would undo what was imported since. Organizations that the file does
    not name stay: heads typed some in, and others have answered already. What territories are called is kept, too.
    """
    await territories.mirror(tx, catalog.territories.values(), now)
    if not catalog.roster or await meta.get(tx, meta.ROSTER_DIGEST) == _digest(catalog.roster):
        return
    change = compare(await organizations.every(tx), catalog.roster)
    await _carry_out(tx, replace(change, removed=()), catalog.calendar, None, now)
    await _note_file(tx, catalog)


async def apply(
    tx: Tx,
    change: RosterChange,
    catalog: Catalog,
    by: int | None,
    now: datetime,
    progress: Progress = silent,
) -> None:
    """Does what an import changes, by `compare` in this transaction; asks who is to be asked and tells who lost a part.

    The roster's file as it is now counts as taken in: it would undo the import at the next start.
    """
    await _carry_out(tx, change, catalog.calendar, by, now, progress)
    await _note_file(tx, catalog)


async def _carry_out(
    tx: Tx, change: RosterChange, calendar: WorkCalendar, by: int | None, now: datetime, progress: Progress = silent
) -> None:
    falling = await leaving.falling(tx, change, now)
    heritage = await leaving.heritage(tx, change, now) if change.heirs or change.parts else {}
    moved = [changed.before.id for changed in change.moved]
    if moved:
        await leaving.note_territories(tx, moved)
    asked = await organizations.apply(tx, change, by, now, progress)
    if moved:
        await links.end_beyond(tx, moved, by, now)
    heirs = await _succeed(tx, change, heritage, calendar, by, now)
    gone: list[int] = []
    applications: list[int] = []
    for done, organization in enumerate(change.removed):
        progress("organizations that leave", done, len(change.removed))
        its, owed = organization.id, falling.get(organization.id, ())
        ended = await leaving.leave(
            tx, organization, owed, by, now, heirs.of.get(its, ()), is_handed=bool(heirs.taking.get(its))
        )
        if ended is not None:
            gone.append(organization.id)
            applications += ended
    if change:
        await organizations.label(tx)
    progress("requests to them", 0, 0)
    await farewells.of_those_that_left(tx, gone, applications, calendar, now)
    leaves = {organization.id for organization in change.removed}
    asked_less = {its: owed for its, owed in falling.items() if its not in leaves}
    await _ask_less(tx, asked_less, heirs, calendar, by, now)
    back = [changed.before.id for changed in change.changed if await _come_back(tx, changed, calendar, now)]
    retyped = [changed.before.id for changed in change.changed if changed.before.types != changed.after.types]
    if retyped:
        await obligations.retype(tx, retyped)
    elsewhere = [changed for changed in change.changed if changed.before.territory != changed.after.territory]
    follows = [changed.before.id for changed in elsewhere]
    if follows and not change.stays:
        await leaving.relocate(tx, follows, now)
    if follows and calendar.others:
        await extensions.follow(tx, elsewhere, calendar)
        asked = [*asked, *(its for its in follows if its not in asked)]
    # Wherever what they owe counts, and whoever owed it before, they live by the clock of where they are.
    if lands := {*follows, *back, *heirs.takers}:
        await resettling.resettle(tx, lands, calendar, now)
    # Those that are new or other than before what runs, and those that go on for others what they have taken.
    if asked:
        await rounds.join(tx, asked, calendar, now)
    if asked := [*asked, *(its for its in heirs.takers if its not in asked)]:
        await letters.ask(tx, asked, calendar, now)


@dataclass(frozen=True, slots=True)
class _Heirs:
    """Ids of the heirs of each organization that leaves or has a part made its own, and of those that take its debts.

    `wholes` are those that have.
    """

    of: Mapping[int, frozenset[int]]
    taking: Mapping[int, frozenset[int]]
    wholes: Collection[int] = ()

    @property
    def takers(self) -> list[int]:
        """All who take anything."""
        return sorted(frozenset[int]().union(*self.taking.values()))

    def instead_of(self, its: int) -> frozenset[int]:
        """Who is asked instead of one that stays: its parts, or, if it is one, what it was made out of."""
        if its in self.wholes:
            return self.taking[its]
        return frozenset(whole for whole in self.wholes if its in self.of[whole])


async def _succeed(
    tx: Tx, change: RosterChange, heritage: leaving.Falling, calendar: WorkCalendar, by: int | None, now: datetime
) -> _Heirs:
    """Notes who goes on with the work of organizations: before those leave, and after new ones are there."""
    if not change.heirs and not change.parts:
        return _Heirs({}, {})
    named = {**change.heirs, **change.parts}
    codes = {code for heirs in named.values() for code in heirs.codes}
    ids = {each.code: each.id for each in await organizations.of_codes(tx, codes) if each.active}
    leaves = {organization.id for organization in change.removed}
    of, taking = {}, {}
    for its, heirs in named.items():
        of[its], taking[its] = (
            frozenset(ids[code] for code in codes if code in ids) - {its} for codes in (heirs.codes, heirs.takers)
        )
        owed, has_left = heritage.get(its, ()), its not in leaves and its not in change.parts
        if has_left:
            # What had ended when it left is owed by it again for the time of this, with reminders to hand over.
            for obligation in await obligations.of_ids(tx, owed):
                await leaving.reopen(tx, obligation, calendar, now)
        is_part = its in change.parts
        await successions.succeed(tx, its, of[its], taking[its], owed, calendar, by, now, is_part=is_part)
        if has_left:
            await leaving.excuse(tx, owed)
    return _Heirs(of, taking, change.parts.keys())


async def _ask_less(
    tx: Tx, falling: leaving.Falling, heirs: _Heirs, calendar: WorkCalendar, by: int | None, now: datetime
) -> None:
    """Ends what organizations that stay owe no more, and tells their people."""
    for its, owed in falling.items():
        if instead := heirs.instead_of(its):
            await leaving.relieve(tx, its, owed, instead, by, now)
        else:
            await leaving.narrow(tx, its, owed, by, now)
        await farewells.of_one_that_is_asked_less(tx, its, owed, calendar, now, instead)


async def _come_back(tx: Tx, changed: Changed, calendar: WorkCalendar, now: datetime) -> bool:
    """Has an organization that is in the roster again, or of wider types, owe what still runs; whether it does."""
    before, after = changed.before, changed.after
    same = before.types == after.types and before.tags == after.tags and before.territory == after.territory
    if same and not changed.comes_back:
        return False
    if before.left_at is not None:
        await successions.end(tx, before.id, before.left_at)
    owed = await leaving.come_back(tx, changed, calendar, now)
    if before.left_at is not None:
        told = await farewells.of_one_that_is_back(tx, before.id, before.left_at, calendar, now)
        await leaving.ask_anew(tx, owed, told)
        for seat_id in await leaving.apply_again(tx, before.id):
            await letters.write(tx, LetterKind.REGISTRATION, await staff.managers(tx, after), now, seat=seat_id)
    return bool(owed)


async def _note_file(tx: Tx, catalog: Catalog) -> None:
    # A file that is away for a while has not changed when it is back.
    if catalog.roster:
        await meta.put(tx, meta.ROSTER_DIGEST, _digest(catalog.roster))


def _digest(roster: Iterable[RosterEntry]) -> str:
    """A digest of what the file says, not of its bytes: comments and the order of rows ask nobody for anything."""
    said = sorted(entry.dump() for entry in roster)
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
