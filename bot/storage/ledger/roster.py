"""The roster as a whole: its file at start, and imports of tables. Of the two the last change wins."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from bot.domain.catalog.catalog import Catalog
from bot.domain.letter import LetterKind
from bot.domain.people.organization import RosterEntry
from bot.domain.people.roster import Changed, RosterChange, compare
from bot.domain.progress import Progress, silent
from bot.domain.timing.calendar import WorkCalendar
from bot.storage.engine.database import Tx
from bot.storage.ledger import farewells, leaving, obligations, rounds
from bot.storage.people import organizations, staff, territories
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
    asked = await organizations.apply(tx, change, by, now, progress)
    gone: list[int] = []
    applications: list[int] = []
    for done, organization in enumerate(change.removed):
        progress("organizations that leave", done, len(change.removed))
        ended = await leaving.leave(tx, organization, falling.get(organization.id, ()), by, now)
        if ended is not None:
            gone.append(organization.id)
            applications += ended
    if change:
        await organizations.label(tx)
    progress("requests to them", 0, 0)
    await farewells.of_those_that_left(tx, gone, applications, calendar, now)
    for changed in change.changed:
        if fallen := falling.get(changed.before.id):
            await leaving.narrow(tx, changed.before.id, fallen, by, now)
            await farewells.of_one_that_is_asked_less(tx, changed.before.id, fallen, calendar, now)
    for changed in change.changed:
        await _come_back(tx, changed, calendar, now)
    retyped = [changed.before.id for changed in change.changed if changed.before.types != changed.after.types]
    if retyped:
        await obligations.retype(tx, retyped)
    if asked:
        await rounds.join(tx, asked, calendar, now)
        await letters.ask(tx, asked, calendar, now)


async def _come_back(tx: Tx, changed: Changed, calendar: WorkCalendar, now: datetime) -> None:
    """Has an organization that is in the roster again, or of wider types, owe what still runs of what it owed."""
    before, after = changed.before, changed.after
    if before.types == after.types and before.tags == after.tags and not changed.comes_back:
        return
    owed = await leaving.come_back(tx, changed, calendar, now)
    if before.left_at is not None:
        told = await farewells.of_one_that_is_back(tx, before.id, before.left_at, calendar, now)
        await leaving.ask_anew(tx, owed, told)
        for seat_id in await leaving.apply_again(tx, before.id):
            await letters.write(tx, LetterKind.REGISTRATION, await staff.managers(tx, after), now, seat=seat_id)


async def _note_file(tx: Tx, catalog: Catalog) -> None:
    # A file that is away for a while has not changed when it is back.
    if catalog.roster:
        await meta.put(tx, meta.ROSTER_DIGEST, _digest(catalog.roster))


def _digest(roster: Iterable[RosterEntry]) -> str:
    """A digest of what the file says, not of its bytes: comments and the order of rows ask nobody for anything."""
    said = sorted(entry.dump() for entry in roster)
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
