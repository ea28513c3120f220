"""`import-organizations`: takes organizations from a table, once somebody has seen what that changes."""

import argparse
import asyncio
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from bot import progress
from bot.catalog.roster import reading
from bot.catalog.roster.reading import BY_NAME, Answers, RosterTable
from bot.catalog.tables import table
from bot.commands.console import NOBODY_TO_ASK, agreed, catalog_of, fail, shelf_of
from bot.config import Settings
from bot.domain.catalog.catalog import Catalog
from bot.domain.people.heirs import Heirs, Wishes
from bot.domain.people.organization import Organization, RosterEntry
from bot.domain.people.proposal import Proposal, renamings_of
from bot.domain.people.renaming import Renaming, decide
from bot.domain.people.roster_faults import RosterTableError
from bot.domain.progress import Progress
from bot.storage.desk import losses
from bot.storage.engine.database import Storage, Tx
from bot.storage.engine.migrate import migrate
from bot.storage.ledger.changes import roster
from bot.storage.people import organizations
from bot.views import commands as words
from bot.views import roster as views
from bot.views import roster_faults


def run(settings: Settings, options: argparse.Namespace) -> int:
    """Shows what would change, asks, and changes it."""
    catalog = shelf_of(settings, catalog_of(settings)).current
    if options.types not in ("", "by-name", *catalog.types):
        return fail(2, words.type_option(catalog.types))
    try:
        with options.file.open("rb") as file:
            content = file.read(table.MAX_BYTES + 1)
    except OSError as error:
        return fail(2, words.unreadable(options.file, error))
    try:
        with progress.shown(words.STAGES) as tell:
            tell("reading the table", 0, 0)
            read_table, shown = asyncio.run(_look(settings, catalog, content, options))
    except RosterTableError as error:
        return fail(1, f"{options.file}:\n{roster_faults.faults_text(error.faults, catalog)}")
    except UnknownPair as error:
        return fail(2, words.renamed_option(str(error)))
    except UnknownHeirs as error:
        return fail(2, words.heirs_option(str(error)))
    except UnknownParts as error:
        return fail(2, words.parts_option(str(error)))
    print("\n".join([views.change_text(shown, catalog), *roster_faults.notes(read_table.notes)]))
    if not shown.change:
        return 0
    sys.stdout.flush()
    asks = not options.yes and sys.stdin.isatty()
    if shown.undecided and not asks:
        return fail(2 if options.yes else NOBODY_TO_ASK, views.undecided_text(shown))
    if not options.yes and not asks:
        return fail(NOBODY_TO_ASK, words.NOBODY_TO_ASK)
    # Outside the event loop, which would keep Ctrl+C from those who only wanted to look.
    if shown.undecided:
        decided = _decided(shown)
        shown = asyncio.run(_see(settings, read_table.entries, decided, options))
        print("\n" + views.change_text(shown, catalog))
    if asks and not agreed(views.QUESTION):
        print(roster_faults.UNCHANGED)
        return 0
    with progress.shown(words.STAGES) as tell:
        done = asyncio.run(_carry_out(settings, catalog, read_table.entries, shown, tell))
    if not done:
        return fail(1, views.OUTDATED)
    print(views.done_text(shown.change))
    return 0


class UnknownPair(Exception):
    """The option names a pair that is none."""


class UnknownHeirs(Exception):
    """The option names an organization that neither leaves nor has left, or an heir that will not be there."""


class UnknownParts(Exception):
    """The option names an organization, or a part of it, that will not be there."""


def _decided(shown: Proposal) -> dict[str, bool]:
    """Which pairs are one, as the person at the terminal says."""
    decided = dict(shown.decided or {})
    for renaming in shown.undecided:
        if renaming.key not in decided:
            is_one = agreed(views.pair_question(renaming))
            decided = decide(shown.renamings, decided, renaming.key, is_one=is_one)
    return decided


def _told(option: str, renamings: Sequence[Renaming]) -> dict[str, bool]:
    """Which pairs are one, as the option says. Raises UnknownPair."""
    decided: dict[str, bool] = {}
    if option in ("all", "none"):
        for renaming in renamings:
            if option == "none" or not renaming.rivals:
                decided = decide(renamings, decided, renaming.key, is_one=option == "all")
        return decided
    pairs = {f"{renaming.before.code}={renaming.after.code}": renaming.key for renaming in renamings}
    for said in filter(None, (part.strip() for part in option.split(","))):
        if said not in pairs:
            raise UnknownPair(said)
        decided = decide(renamings, decided, pairs[said], is_one=True)
    # Who names some pairs has looked at all of them.
    return {**dict.fromkeys(pairs.values(), False), **decided} if option else {}


def _answers(options: argparse.Namespace) -> Answers:
    """What the options say to questions about the table."""
    columns = dict(column.split("=", 1) for column in options.column)
    types = BY_NAME if options.types == "by-name" else options.types
    return Answers(columns, types, {"take": True, "skip": False}.get(options.hidden), options.accept_hints)


async def _look(
    settings: Settings, catalog: Catalog, content: bytes, options: argparse.Namespace
) -> tuple[RosterTable, Proposal]:
    """The roster of the table and what it would change. Raises RosterTableError, UnknownPair."""
    storage = Storage(settings.database_url)
    try:
        await migrate(storage)
        async with storage.read() as tx:
            present = await organizations.every(tx)
        read_table = reading.read(content, catalog, present, _answers(options))
        decided = _told(options.renamed, renamings_of(present, read_table.entries))
        return read_table, await _proposed(storage, read_table.entries, decided, options)
    finally:
        await storage.close()


async def _see(
    settings: Settings, entries: tuple[RosterEntry, ...], decided: dict[str, bool], options: argparse.Namespace
) -> Proposal:
    """What the table would change, once somebody has said which pairs are one."""
    storage = Storage(settings.database_url)
    try:
        return await _proposed(storage, entries, decided, options)
    finally:
        await storage.close()


async def _proposed(
    storage: Storage, entries: tuple[RosterEntry, ...], decided: dict[str, bool], options: argparse.Namespace
) -> Proposal:
    """What the table would change, with what the options say of heirs and parts. Raises UnknownHeirs, UnknownParts."""
    now = datetime.now(UTC)
    async with storage.read() as tx:
        shown = await losses.propose(tx, entries, decided, now)
        if not options.heirs and not options.split_off:
            return shown
        present = {each.code: each for each in await organizations.every(tx)}
        wishes = _wishes(options, shown, present)
        return await losses.propose(tx, entries, decided, now, wishes)


def _wishes(options: argparse.Namespace, shown: Proposal, present: Mapping[str, Organization]) -> Wishes:
    """What the options say: all heirs take what is open, parts as is said. Raises UnknownHeirs, UnknownParts."""
    wishes, leaves = Wishes(), {each.id for each in shown.change.removed}
    for pair, old, new in _pairs(options.heirs):
        its = present.get(old)
        is_gone = its is not None and (its.id in leaves or its.left_at is not None) and old not in shown.after
        if its is None or not is_gone or new not in shown.after:
            raise UnknownHeirs(pair)
        named = wishes.heirs.get(its.id, Heirs(()))
        wishes = wishes.with_heirs(its.id, named if new in named.codes else named.toggled(new))
    for pair, old, new in _pairs(options.split_off):
        its = present.get(old)
        if its is None or not its.active or its.id in leaves or new not in shown.after or new == old:
            raise UnknownParts(pair)
        codes = dict.fromkeys((*wishes.parts.get(its.id, Heirs(())).codes, new))
        takers = () if options.requests == "stay" else tuple(codes)
        wishes = wishes.with_parts(its.id, Heirs(tuple(codes), takers, keeps=options.requests != "move"))
    return wishes


def _pairs(option: str) -> Iterator[tuple[str, str, str]]:
    """Each pair of the option, and its two codes."""
    for pair in filter(None, (part.strip() for part in option.split(","))):
        old, _, new = pair.partition("=")
        yield pair, old, new


async def _carry_out(
    settings: Settings, catalog: Catalog, entries: tuple[RosterEntry, ...], shown: Proposal, tell: Progress
) -> bool:
    """Does what was shown; False if it would be something else by now, or cost more."""

    async def work(tx: Tx) -> bool:
        now = datetime.now(UTC)
        proposal = await losses.propose(tx, entries, shown.decided or {}, now, shown.change.wishes)
        if proposal.mark != shown.mark or proposal.undecided:
            return False
        await roster.apply(tx, proposal.change, catalog, None, now, tell)
        return True

    storage = Storage(settings.database_url)
    try:
        return await storage.apply(work)
    finally:
        await storage.close()
