"""Files that staff ask for; what an EXPORT holds is gathered when it is sent.

Whoever adds an export writes the letter (`what` is an `Export`, further data are ids).
"""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.catalog.catalog import Catalog
from bot.domain.ledger import level
from bot.domain.ledger.obligation import Obligation, Round
from bot.domain.ledger.report import Line
from bot.domain.letter import Export, Letter
from bot.domain.people.member import Person
from bot.domain.screen import Copy, Rendered, Stored
from bot.letters import recipient
from bot.storage.desk import announcements, destinations, ledger_report
from bot.storage.desk.matters import bounds
from bot.storage.engine.database import Tx
from bot.storage.ledger import apart, obligations, replies, rounds
from bot.storage.people import audiences, belonging
from bot.storage.post import audit
from bot.views.department import journal as journal_views
from bot.views.department.announcements import files as announcement_files
from bot.views.department.control import answer, round_table
from bot.views.department.journal_details import Known
from bot.views.territories import short, total_of_all

# Organizations whose rows are read at a time: others are served between them.
_PORTION = 500


async def evidence(tx: Tx, letter: Letter, _catalog: Catalog, _now: datetime) -> Rendered | None:
    """A file of the answer: number `file` of field `field` in its newest version, or that of remark `remark`."""
    person, obligation = await recipient.staff(tx, letter), await obligations.get(tx, letter.data["obligation"])
    if person is None or obligation is None or not obligation.round.is_open:
        return None
    if not person.limits.covers(obligation.round.directive):
        return None
    if not person.limits.covers_place(obligation):
        return None
    if "remark" in letter.data:
        return await _of_remark(tx, obligation, letter.data["remark"])
    newest = await replies.newest(tx, obligation.id)
    field = obligation.round.directive.field(letter.data["field"])
    files = newest.values.get(field.id, []) if newest else []
    if letter.data["file"] >= len(files):
        return None
    file = files[letter.data["file"]]
    return Rendered(Stored(file["file_id"], file["kind"], answer.file_caption(obligation, field.label)))


async def export(tx: Tx, letter: Letter, catalog: Catalog, now: datetime) -> Rendered | None:
    """What `letter.data["what"]` names, for staff alone."""
    if await recipient.staff(tx, letter) is None:
        return None
    match Export(letter.data["what"]):
        case Export.ANNOUNCEMENT:
            return await _recipients(tx, letter, catalog, now)
        case Export.JOURNAL:
            return await _journal(tx, letter, catalog)
        case Export.TABLE:
            return await _table(tx, letter, catalog, now)


async def _of_remark(tx: Tx, obligation: Obligation, remark_id: int) -> Rendered | None:
    """A copy of the message, which keeps what was written under the file."""
    remark = next((remark for remark in await replies.remarks_to(tx, obligation.id) if remark.id == remark_id), None)
    if remark is None or remark.by_id is None or remark.message_id is None:
        return None
    copy = Copy(remark.by_id, (remark.message_id,), caption=answer.remark_caption(obligation, remark))
    return Rendered(copy, instead=answer.remark_gone(obligation))


async def _journal(tx: Tx, letter: Letter, catalog: Catalog) -> Rendered | None:
    """The journal as a table, narrowed as it was on the screen, as of the press."""
    reader = await recipient.manager(tx, letter)
    if reader is None:
        return None
    data, zone, most = letter.data, catalog.calendar.zone, journal_views.MOST
    start = journal_views.since(data["span"], letter.created_at, zone)
    # Letters of before actions could be chosen lack it.
    among = belonging.all_within(reader.limits)
    narrowing = audit.Filter(data["by"], data["organization"], data["directive"], data.get("action"), start, among)
    entries = await audit.found(tx, narrowing, most + 1)
    titles = journal_views.titled(catalog, await rounds.asked_within(tx, reader.limits), reader.limits)
    names = await audit.names(tx, journal_views.persons(entries[:most]))
    announced = await announcements.texts(tx, journal_views.announcements(entries[:most]))
    territories = {"": "", **{its: each.name for its, each in catalog.known_territories.items()}}
    others = {its: each.title for its, each in catalog.types.items()} | catalog.tags | catalog.topics | territories
    periods = await rounds.titles(tx, journal_views.noted(entries[:most], "round"))
    answered_in = await obligations.periods(tx, journal_views.noted(entries[:most], "obligation"))
    told = (entries, names, announced, Known(zone, titles, others, periods, answered_in), letter.created_at)
    return Rendered(await tx.aside(journal_views.file, *told))


async def _table(tx: Tx, letter: Letter, catalog: Catalog, now: datetime) -> Rendered | None:
    """The consolidated report of one round, in the chat."""
    person, round_ = await recipient.staff(tx, letter), await rounds.get(tx, letter.data["round"])
    if person is None or round_ is None or not round_.is_open:
        return None
    if not await rounds.within(tx, [round_], person.limits):
        return None
    execution = (await ledger_report.executions(tx, [round_.id], person.limits, now)).get(round_.id)
    if execution is None:
        return Rendered(round_table.to_nobody(round_))
    debtors = await ledger_report.debtors(tx, [round_.id], person.limits)
    lines: list[Line] = []
    for first in range(0, len(debtors), _PORTION):
        some = [debtor.id for debtor in debtors[first : first + _PORTION]]
        lines += await ledger_report.lines(tx, [round_.id], some, person.limits)
    rows = await tx.aside(round_table.rows_of, round_, debtors, lines, now)
    (round_,) = await apart.seen_by(tx, [round_], catalog.calendar, person.limits.territories)
    places = await _by_territory(tx, person, round_, rows, catalog, now)
    zone, whole = catalog.calendar.zone, _whole(person, places, catalog)
    if len(places) > 1:
        text = await tx.aside(round_table.text_of_territories, round_, places, rows, execution, zone, whole)
        if letter.data.get("plain"):
            return Rendered(text)
        table = await tx.aside(round_table.table_of_territories, round_, places, rows, execution, zone, whole)
        return Rendered(table, instead=text)
    text = await tx.aside(round_table.text, round_, rows, execution, zone, whole)
    if letter.data.get("plain"):
        return Rendered(text)
    return Rendered(await tx.aside(round_table.table, round_, rows, execution, zone, whole), instead=text)


async def _by_territory(
    tx: Tx, person: Person, round_: Round, rows: Sequence[round_table.Row], catalog: Catalog, now: datetime
) -> list[round_table.Place]:
    """The rows of the table by territory; empty where their reader has to do with one alone, or there are none."""
    if not level.is_seen(catalog, person.limits):
        return []
    counted = (await ledger_report.executions_by_territory(tx, [round_.id], person.limits, now)).get(round_.id, {})
    homes = await ledger_report.moves(tx, [round_.id], [row.debtor.id for row in rows], person.limits)
    known = catalog.known_territories
    return [
        round_table.Place(
            territory,
            short(territory, known),
            counted[territory],
            tuple(row for row in rows if homes[round_.id, row.debtor.id] == territory),
        )
        for territory in level.in_order(counted, known)
    ]


def _whole(person: Person, places: Sequence[round_table.Place], catalog: Catalog) -> str:
    """What the total of the table is called."""
    ids = person.limits.territories or (places[0].territory if len(places) == 1 else "",)
    return total_of_all(catalog.known_territories if catalog.territories else {}, ids)


async def _recipients(tx: Tx, letter: Letter, catalog: Catalog, now: datetime) -> Rendered | None:
    """Who gets an announcement, got it, or did not, as a table."""
    announcement = await announcements.get(tx, letter.data["announcement"])
    reader = await recipient.announcer(tx, letter, announcement) if announcement is not None else None
    if announcement is None or reader is None:
        return None
    who = letter.data["who"]
    if who == "reach":
        limits = await bounds(tx, announcement, reader)
        reach = await audiences.reach(tx, announcement.audience, limits, now)
        return Rendered(await tx.aside(announcement_files.reach, announcement, reach, now, catalog.calendar.zone))
    told = (announcement, who, await destinations.all_of(tx, announcement.id), now, catalog.calendar.zone)
    return Rendered(await tx.aside(announcement_files.destinations, *told))
