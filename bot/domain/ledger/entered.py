"""Answers that the department enters for organizations: a returned workbook compared with the ledger.

The rules are those of a head's form: each value has to fit its field, nothing required may be missing, and the answers
have to hold together. Whatever is not clear is a fault of its row, and a row with a fault is not entered.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import StrEnum
from functools import partial
from types import MappingProxyType
from typing import Any

from bot.domain.directives import form
from bot.domain.fields.field import Field, Values
from bot.domain.fields.kinds import Answering, rules
from bot.domain.fields.misfit import Misfit
from bot.domain.fields.values import parse
from bot.domain.ledger.obligation import Obligation, ObligationState, Reply
from bot.domain.people.names import same
from bot.domain.text import clean

_WORD = re.compile(r"\w+")

# Writes a value as its cell shows it.
Shown = Callable[[Field, Any], str]


@dataclass(frozen=True, slots=True)
class SheetRow:
    """An organization's row of a returned workbook: its key says what it is about.

    `cells` are texts as they are seen, by the id of the field; an empty cell is "", a column that was removed is
    missing. `exact`: what is in a cell of which something else is seen: 12.4 for «12%». `spoilt`: cells that nobody
    can take for an answer: the kind of fault, and what there is to be told. `version` is that of the newest reply when
    the workbook was made.
    """

    sheet: str
    row: int
    obligation_id: int
    version: int
    name: str
    cells: dict[str, str] = field(default_factory=dict)
    exact: dict[str, str] = field(default_factory=dict)
    spoilt: dict[str, Sequence[str]] = field(default_factory=dict)


class EnteringFaultKind(StrEnum):
    """Why a row is not entered."""

    # There is no such obligation, or it is beyond the person's limits.
    UNKNOWN = "unknown"
    # The key belongs to another organization than the name.
    OTHER_NAME = "other-name"
    # Another row with the same key says something else.
    TWICE = "twice"
    ACCEPTED = "accepted"
    EXCUSED = "excused"
    # All values of an answer have been wiped out.
    WIPED = "wiped"
    MISFIT = "misfit"
    # The field is not asked in that period, or not after those answers.
    NOT_ASKED = "not-asked"
    MISSING = "missing"
    CHECK = "check"
    # An error stands there, or a formula that nothing has computed.
    ERROR = "error"
    UNCOMPUTED = "uncomputed"
    # The number is not what is seen: 2.6 shown as 3; or nothing is seen of it.
    ROUNDED = "rounded"
    HIDDEN = "hidden"
    # One cell for several answers, or two columns for one.
    MERGED = "merged"
    TWO_COLUMNS = "two-columns"
    # The heading is not that of the field: columns have changed places.
    HEADING = "heading"


@dataclass(frozen=True, slots=True)
class EnteringFault:
    """A row that is not entered. `field`, `misfit`, `text`, `exact`, `check`, `other` (a row) depend on the kind.

    `more`: what else of the row is to be mended.
    """

    row: SheetRow
    kind: EnteringFaultKind
    obligation: Obligation | None = None
    field: Field | None = None
    misfit: Misfit | None = None
    text: str = ""
    exact: str = ""
    check: form.Broken | None = None
    other: SheetRow | None = None
    more: tuple["EnteringFault", ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """An answer to be entered: a new one, or another version of what `before` says."""

    row: SheetRow
    obligation: Obligation
    before: Reply | None
    values: Values

    @property
    def differences(self) -> list[tuple[Field, Any, Any]]:
        """The fields that change, with their value before and after; None: blank."""
        was = self.before.values if self.before else {}
        return [
            (field, was.get(field.id), self.values.get(field.id))
            for field in self.obligation.round.directive.fields
            if was.get(field.id) != self.values.get(field.id)
        ]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A row whose organization has given another answer since the workbook was made.

    `newest` None: the workbook knows an answer that the ledger does not, so it comes from another database.
    """

    row: SheetRow
    obligation: Obligation
    newest: Reply | None


@dataclass(frozen=True, slots=True)
class Entered:
    """What entering a returned workbook would do."""

    changes: tuple[Change, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    faults: tuple[EnteringFault, ...] = ()
    unchanged: int = 0

    @property
    def rows(self) -> list[SheetRow]:
        """The rows that are to be spoken of."""
        return [finding.row for part in (self.changes, self.conflicts, self.faults) for finding in part]

    @property
    def fingerprint(self) -> str:
        """16 characters that tell these changes from any others: only what was confirmed is entered."""
        told = [
            (change.obligation.id, change.obligation.version, sorted(change.values.items())) for change in self.changes
        ]
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def placed(
    rows: Iterable[SheetRow], headings: Mapping[str, Mapping[str, str]], obligations: Mapping[int, Obligation]
) -> tuple[SheetRow, ...]:
    """The rows, with the cells marked as spoilt that stand below the heading of another field.

    `headings` are those of a sheet by the id of the field. A label that was changed since is known as well, if any row
    of the sheet asks by it.
    """
    rows = tuple(rows)
    known: dict[str, dict[str, set[tuple[str, str]]]] = {}
    for row in rows:
        if obligation := obligations.get(row.obligation_id):
            labels = known.setdefault(row.sheet, {})
            for asked in obligation.round.directive.fields:
                labels.setdefault(asked.id, set()).add((same(asked.label), same(f"{asked.label}, {asked.unit}")))
    wrong = {
        sheet: {id: heading for id, heading in headings.get(sheet, {}).items() if not _is_own(id, heading, labels)}
        for sheet, labels in known.items()
    }
    marked = {
        sheet: {id: (EnteringFaultKind.HEADING.value, heading) for id, heading in of_sheet.items()}
        for sheet, of_sheet in wrong.items()
    }
    return tuple(
        replace(row, spoilt={**row.spoilt, **marked[row.sheet]}) if marked.get(row.sheet) else row for row in rows
    )


def _is_own(field_id: str, heading: str, labels: Mapping[str, set[tuple[str, str]]]) -> bool:
    """Whether the heading may be that of the field: its label, maybe with words of somebody's own beside it."""
    heading = same(heading)
    if field_id not in labels or any(heading in each for each in labels[field_id]):
        return True
    is_of_another = any(heading in each for other in labels.values() for each in other)
    return not is_of_another and any(label in heading for label, _ in labels[field_id])


def compare(
    rows: Iterable[SheetRow],
    obligations: Mapping[int, Obligation],
    newest: Mapping[int, Reply],
    today: date,
    shown: Shown,
    made_of: Mapping[int, Reply] = MappingProxyType({}),
) -> Entered:
    """Finds what the rows say beyond the ledger. `obligations`: those that may be entered; `today`: the local day.

    `made_of`: the answers that stood in the workbook when it was made, of obligations that have a newer one by now.
    """
    changes: list[Change] = []
    conflicts: list[Conflict] = []
    faults: list[EnteringFault] = []
    unchanged = 0
    first: dict[int, SheetRow] = {}
    kinds = EnteringFaultKind
    for row in rows:
        obligation = obligations.get(row.obligation_id)
        if obligation is None:
            faults.append(EnteringFault(row, kinds.UNKNOWN))
            continue
        before = first.setdefault(obligation.id, row)
        if before is not row:
            if same(clean(before.name)) != same(clean(row.name)):
                faults.append(EnteringFault(row, kinds.OTHER_NAME, obligation))
            elif (before.cells, before.exact) != (row.cells, row.exact):
                faults.append(EnteringFault(row, kinds.TWICE, obligation, other=before))
            continue
        reply = newest.get(obligation.id)
        try:
            values = _values(row, obligation, reply, today, shown, obligations, made_of.get(obligation.id))
        except _Faulty as error:
            faults.append(error.fault)
            continue
        if values is None:
            unchanged += 1
        elif row.version != obligation.version:
            conflicts.append(Conflict(row, obligation, reply))
        else:
            changes.append(Change(row, obligation, reply, values))
    # Neither of two rows that contradict each other is believed.
    twice = {fault.row.obligation_id for fault in faults if fault.kind is kinds.TWICE}
    kept = tuple(change for change in changes if change.obligation.id not in twice)
    return Entered(kept, tuple(conflicts), tuple(faults), unchanged)


class _Faulty(Exception):
    def __init__(self, first: EnteringFault, *more: EnteringFault) -> None:
        super().__init__(first.kind)
        self.fault = replace(first, more=more)


def _values(
    row: SheetRow,
    obligation: Obligation,
    reply: Reply | None,
    today: date,
    shown: Shown,
    obligations: Mapping[int, Obligation],
    made_of: Reply | None,
) -> Values | None:
    """The answer that the row gives; None: it says nothing new. Raises _Faulty."""
    kinds = EnteringFaultKind
    directive, key = obligation.round.directive, obligation.round.key
    present = dict(reply.values) if reply else {}
    given = {field: row.cells[field.id] for field in directive.fields if field.id in row.cells}
    given = {field: text for field, text in given.items() if rules(field.kind).answering is not Answering.ATTACHED}
    touched = [field for field in given if not _is_same(field, row, present.get(field.id), shown)]
    if not touched or _is_as_made(row, obligation, given, made_of, shown):
        return None
    if not _is_named(same(clean(row.name)), obligation, obligations.values()):
        raise _Faulty(EnteringFault(row, kinds.OTHER_NAME, obligation))
    if obligation.state in (ObligationState.ACCEPTED, ObligationState.EXCUSED):
        accepted = obligation.state is ObligationState.ACCEPTED
        raise _Faulty(EnteringFault(row, kinds.ACCEPTED if accepted else kinds.EXCUSED, obligation))
    if not any(clean(text) for text in given.values()) and not any(asked.id in row.spoilt for asked in touched):
        raise _Faulty(EnteringFault(row, kinds.WIPED, obligation))
    values, faults = _typed(row, obligation, touched, present, today)
    pruned = form.prune(directive, key, values)
    if not faults:
        # What a cell that is to be mended will say nobody knows, nor what would be asked then.
        pointless = [asked for asked in touched if asked.id in values and asked.id not in pruned]
        faults = [EnteringFault(row, kinds.NOT_ASKED, obligation, asked, text=given[asked]) for asked in pointless]
    told = {fault.field for fault in faults}
    missing = [asked for asked in form.missing(directive, key, pruned) if asked not in told]
    faults += [EnteringFault(row, kinds.MISSING, obligation, asked) for asked in missing]
    broken = form.broken_checks(directive, key, pruned) if not faults else []
    faults += [EnteringFault(row, kinds.CHECK, obligation, check=check) for check in broken]
    if faults:
        raise _Faulty(*faults)
    return None if reply is not None and reply.not_ours is None and pruned == reply.values else pruned


def _is_as_made(
    row: SheetRow, obligation: Obligation, given: Iterable[Field], made_of: Reply | None, shown: Shown
) -> bool:
    """Whether nobody has typed anything: the row is as it was made, and what is newer is the organization's answer."""
    if row.version >= obligation.version or (made_of is None and row.version):
        return False
    values = made_of.values if made_of else {}
    return all(_is_same(asked, row, values.get(asked.id), shown) for asked in given)


def _is_named(name: str, obligation: Obligation, obligations: Iterable[Obligation]) -> bool:
    """Whether the name is the organization's, as it was or cut short by hand; one that may be another's is not."""

    def names(of: Obligation) -> set[str]:
        return {same(of.organization_name), same(of.organization_label)}

    if name in names(obligation):
        return True
    others = (each for each in obligations if each.organization_id != obligation.organization_id)
    return _shortens(name, names(obligation)) and not any(_shortens(name, names(other)) for other in others)


def _shortens(name: str, names: Iterable[str]) -> bool:
    """Whether it has words of one of the names, in their order, whole or begun: «Белоярская шк.»."""
    words = _WORD.findall(name)
    for whole in names:
        rest = iter(_WORD.findall(whole))
        if words and all(any(_begins(word, full) for full in rest) for word in words):
            return True
    return False


def _begins(word: str, full: str) -> bool:
    # 1 is not the beginning of 12.
    return word == full or (full.startswith(word) and word.isalpha())


def _typed(
    row: SheetRow, obligation: Obligation, touched: Iterable[Field], present: Values, today: date
) -> tuple[Values, list[EnteringFault]]:
    """What was answered, with the cells that say something else; and the cells that nobody can take for an answer."""
    values = dict(present)
    faults: list[EnteringFault] = []
    for asked in touched:
        text, exact = row.cells[asked.id], row.exact.get(asked.id, "")
        fault = partial(EnteringFault, row, obligation=obligation, field=asked, text=text)
        values.pop(asked.id, None)
        if asked.id in row.spoilt:
            kind, spoilt = row.spoilt[asked.id]
            faults.append(fault(EnteringFaultKind(kind), text=spoilt))
            continue
        if not clean(text):
            continue
        try:
            values[asked.id] = _read(asked, clean(text), exact, today)
        except Misfit as error:
            faults.append(fault(EnteringFaultKind.MISFIT, misfit=error))
            continue
        if rules(asked.kind).is_numeric and not _agree(asked, values[asked.id], exact):
            faults.append(fault(EnteringFaultKind.ROUNDED, exact=exact))
    return values, faults


def _read(asked: Field, seen: str, exact: str, today: date) -> Any:
    """The value as it is seen; a day as the calendar has it, however short the cell shows it. Raises Misfit."""
    kind = rules(asked.kind)
    behind = kind.typed(exact) if kind.is_day else exact
    return parse(asked, behind if behind != exact else kind.typed(seen), today)


def _agree(asked: Field, value: Any, exact: str) -> bool:
    """Whether the number that is seen is the one in the cell, but for decimals that are not shown of a fraction."""
    try:
        seen, behind = Decimal(value), Decimal(exact or value)
        return seen == (behind if rules(asked.kind).is_count else behind.quantize(seen, ROUND_HALF_UP))
    except InvalidOperation:
        return False


def _is_same(asked: Field, row: SheetRow, value: Any, shown: Shown) -> bool:
    """Whether the cell says what the ledger does: such a cell is not checked, whatever rules have changed since."""
    kind = rules(asked.kind)
    seen, exact = clean(row.cells[asked.id]), row.exact.get(asked.id, "")
    texts = {seen, exact if kind.is_numeric or kind.is_day else ""} - {""}
    if value is None or not texts:
        return value is None and not texts
    return any(text == clean(shown(asked, value)) or kind.holds(text, value) for text in texts)
