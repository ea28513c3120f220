"""What of a list of organizations its sender had better look at again: it is taken as it stands."""

import re
from collections.abc import Collection, Sequence

from bot.catalog.roster.rows import Row
from bot.domain.people.names import same
from bot.domain.people.organization import Organization, RosterEntry
from bot.domain.people.renaming import called
from bot.domain.people.roster_faults import NoteKind, RosterNote

# «Закрыта с 01.09.2026», «ликвидирован»; a school «закрытого типа» works.
_CLOSED = re.compile(r"\b(закрыт|ликвидирован|реорганизован|присоединен|упразднен|приостановлен)[аоы]?\b")


def doubts(
    rows: Sequence[Row], entries: Sequence[RosterEntry], organizations: Collection[Organization]
) -> list[RosterNote]:
    """Rows that may be of one organization, and those beside which it says that there is none any more.

    `entries` are those of the rows, one by one; `organizations` all that there are: what is two of them already has
    been decided.
    """
    return [*_closed(rows), *_twins(rows, entries, frozenset(each.code for each in organizations))]


def _closed(rows: Sequence[Row]) -> list[RosterNote]:
    said = ((row, next((cell for cell in row.filled if _CLOSED.search(same(cell))), "")) for row in rows)
    return [RosterNote(NoteKind.CLOSED, row.number, cell) for row, cell in said if cell]


def _twins(rows: Sequence[Row], entries: Sequence[RosterEntry], known: frozenset[str]) -> list[RosterNote]:
    if all(row.code for row in rows) or known.issuperset(entry.code for entry in entries):
        return []
    alike: dict[tuple[frozenset[str], str], list[tuple[Row, RosterEntry]]] = {}
    found = []
    for row, entry in zip(rows, entries, strict=True):
        others = alike.setdefault((called(entry.name), entry.territory), [])
        for other, its in others:
            is_decided = bool(row.code and other.code) or (entry.code in known and its.code in known)
            if entry.types & its.types and not is_decided:
                found.append(RosterNote(NoteKind.TWIN, row.number, entry.name, other.number))
                break
        others.append((row, entry))
    return found
