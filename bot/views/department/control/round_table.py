"""The consolidated report of one round in the chat: as a table that Telegram draws, or as plain text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Literal

from bot.domain.brevity import told_apart
from bot.domain.fields.field import Field
from bot.domain.fields.kinds import rules
from bot.domain.fields.values import NUMERIC
from bot.domain.ledger.obligation import Round
from bot.domain.ledger.report import Debtor, Execution, Line, Total, totals
from bot.domain.ledger.standing import Standing
from bot.domain.screen import Button, Column, Screen, Table
from bot.views.callbacks.control import InRound
from bot.views.callbacks.reports import OfRound
from bot.views.reports import answered, uncounted
from bot.views.standing import SIGNS, WORDS
from bot.views.values import value_text
from bot.views.words import day, esc, number, screen, shorten

# Telegram takes 20 columns and 32,768 characters; on a phone three or four columns are seen at a time.
_FIELDS = 8
_ROWS = 300
_CHARACTERS = 24_000
_NAME, _VALUE = 48, 40
# Characters; columns of kinds that need more are the first to be left out.
_SHORT = 20
_ORGANIZATIONS = "По организациям — в Excel."
# Silent organizations that are named.
_NAMES = 20


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: an organization, what it has answered, and how it stands."""

    debtor: Debtor
    line: Line
    standing: Standing

    def text(self, field: Field) -> str:
        """What the organization has answered to that field."""
        value = (self.line.values or {}).get(field.id)
        return "" if value is None else shorten(value_text(field, value), _VALUE)


def rows_of(round_: Round, debtors: Sequence[Debtor], lines: Sequence[Line], now: datetime) -> list[Row]:
    """A row for each organization that was asked, in the order of the debtors."""
    by_id = {line.organization_id: line for line in lines}
    return [
        Row(debtor, by_id[debtor.id], by_id[debtor.id].standing(round_, now))
        for debtor in debtors
        if debtor.id in by_id
    ]


def to_nobody(round_: Round) -> Screen:
    """No organization was asked."""
    return screen(f"<b>{esc(_title(round_))}</b>", "Никому не направлено.")


def table(round_: Round, rows: Sequence[Row], execution: Execution, zone: tzinfo, whole: str) -> Table:
    """Shows as many fields and organizations as a table in the chat holds; the workbook has them all.

    `whole`: what the total is called.
    """
    fields = _chosen(_asked(round_))
    cells: list[tuple[str, ...]] = []
    size = 0
    for place, (row, name) in enumerate(zip(rows, _called(rows), strict=True), start=1):
        line = (
            str(place),
            name,
            f"{SIGNS[row.standing]} {WORDS[row.standing]}",
            *(row.text(field) for field in fields),
        )
        size += sum(map(len, line))
        if len(cells) == _ROWS or size > _CHARACTERS:
            break
        cells.append(line)
    below = (_uncounted(fields, rows), _silent(rows), _left_out(round_, fields), _cut(len(cells), len(rows)))
    return Table(
        shorten(_title(round_), 200),
        (Column("№", is_number=True), Column("Организация"), Column("Статус"), *map(_column, fields)),
        tuple(cells),
        totals=_totals(fields, rows, whole),
        above=(_due(round_, zone), answered(execution)),
        below=tuple(filter(None, below)),
        buttons=((Button("Текстом", _of(round_, "x")), Button("Excel", _of(round_, "w"))), _back(round_)),
    )


def text(round_: Round, rows: Sequence[Row], execution: Execution, zone: tzinfo, whole: str) -> Screen:
    """Gives each organization a line; the workbook has what a message does not hold."""
    fields = _asked(round_)
    lines = [f"<b>{esc(_title(round_))}</b>", _due(round_, zone), answered(execution)]
    summed = [
        f"{esc(total.what.label)}: <b>{number(total.total)}</b>{f' {esc(total.what.unit)}' if total.what.unit else ''}"
        for total in _summed(fields, rows)
        if total.total is not None
    ]
    if summed:
        lines += ["", f"<b>{esc(whole)}</b>", *summed, *filter(None, [_uncounted(fields, rows)])]
    # Before the list, of which a message may not hold all.
    silent = _silent(rows)
    lines += ["", esc(silent), ""] if silent else [""]
    if any(row.line.values for row in rows):
        lines += [f"<i>По порядку: {esc('; '.join(shorten(field.label, 30) for field in fields))}</i>", ""]
    for place, (row, name) in enumerate(zip(rows, _called(rows), strict=True), start=1):
        values = [row.text(field) for field in fields]
        said = f" — {esc('; '.join(value or '—' for value in values))}" if any(values) else ""
        lines.append(f"{place}. {SIGNS[row.standing]} {esc(name)}{said}")
    return screen(*lines, rows=[[Button("Excel", _of(round_, "w"))], list(_back(round_))])


@dataclass(frozen=True, slots=True)
class Place:
    """A line of the table of a region: a territory, what it comes to, and the rows of its organizations."""

    territory: str
    name: str
    execution: Execution
    rows: tuple[Row, ...]


def table_of_territories(
    round_: Round, places: Sequence[Place], rows: Sequence[Row], execution: Execution, zone: tzinfo, whole: str
) -> Table:
    """Shows how each territory stands, with its sums; the workbook has the organizations."""
    fields = _chosen([field for field in _asked(round_) if field.total])
    shown = places[:_ROWS]
    below = (_uncounted(fields, rows), _cut(len(shown), len(places)), *_silent_there(places), _ORGANIZATIONS)
    return Table(
        shorten(_title(round_), 200),
        (
            Column("№", is_number=True),
            Column("Территория"),
            Column("Ожидалось", is_number=True),
            Column("Представили", is_number=True),
            Column("Не представили", is_number=True),
            *map(_column, fields),
        ),
        tuple(
            (str(number_), place.name, *_counts(place.execution), *_sums(fields, place.rows))
            for number_, place in enumerate(shown, start=1)
        ),
        totals=("", whole, *_counts(execution), *_sums(fields, rows)),
        above=(_due(round_, zone), answered(execution)),
        below=tuple(filter(None, below)),
        buttons=((Button("Текстом", _of(round_, "x")), Button("Excel", _of(round_, "w"))), _back(round_)),
    )


def text_of_territories(
    round_: Round, places: Sequence[Place], rows: Sequence[Row], execution: Execution, zone: tzinfo, whole: str
) -> Screen:
    """Gives each territory a line."""
    lines = [f"<b>{esc(_title(round_))}</b>", _due(round_, zone), answered(execution), ""]
    fields = [field for field in _asked(round_) if field.total]
    for place in places[:_ROWS]:
        lines.append(f"<b>{esc(place.name)}</b>: {answered(place.execution) or 'сняты с контроля'}")
        sums = zip(fields, _sums(fields, place.rows), strict=True)
        lines += [f"{esc(shorten(field.label, 60))}: {total}" for field, total in sums if total]
    summed = [
        f"{esc(field.label)}: <b>{total}</b>" for field, total in zip(fields, _sums(fields, rows), strict=True) if total
    ]
    if summed:
        lines += ["", f"<b>{esc(whole)}</b>", *summed, *filter(None, [_uncounted(fields, rows)])]
    lines += ["", *map(esc, _silent_there(places))]
    return screen(*lines, rows=[[Button("Excel", _of(round_, "w"))], list(_back(round_))])


def _counts(execution: Execution) -> tuple[str, str, str]:
    return str(execution.wanted), str(execution.answered), str(execution.overdue)


def _sums(fields: Sequence[Field], rows: Sequence[Row]) -> list[str]:
    by_field = {total.what.id: total.total for total in _summed(fields, rows)}
    return ["" if (total := by_field.get(field.id)) is None else number(total) for field in fields]


def _silent_there(places: Sequence[Place]) -> list[str]:
    """«Не представили: Северный — 12, Южный — 3»."""
    silent = [f"{place.name} — {place.execution.overdue}" for place in places if place.execution.overdue]
    return [f"Не представили: {', '.join(silent)}"] if silent else []


def _due(round_: Round, zone: tzinfo) -> str:
    return f"Срок: {day(round_.due_at.astimezone(zone).date())}"


def _title(round_: Round) -> str:
    directive = round_.directive
    return " · ".join(part for part in (f"{directive.number} {directive.title}".strip(), round_.title) if part)


def _asked(round_: Round) -> list[Field]:
    return [field for field in round_.directive.fields if not field.only_in or round_.key in field.only_in]


def _chosen(fields: Sequence[Field]) -> list[Field]:
    """As many as a table holds: numbers first if they are too many, in the order of the questions."""
    if len(fields) <= _FIELDS:
        return list(fields)
    ranked = sorted(fields, key=lambda field: (field.kind not in NUMERIC, rules(field.kind).width > _SHORT))
    return [field for field in fields if field in ranked[:_FIELDS]]


def _column(field: Field) -> Column:
    heading = f"{field.label}, {field.unit}" if field.unit else field.label
    return Column(heading, is_number=field.kind in NUMERIC)


def _summed(fields: Sequence[Field], rows: Sequence[Row]) -> list[Total]:
    return totals((field for field in fields if field.total), (row.line.counted for row in rows))


def _uncounted(fields: Sequence[Field], rows: Sequence[Row]) -> str:
    left = [row for row in rows if row.line.counted is None]
    count = sum(any(row.text(field) for field in fields if field.total) for row in left)
    return uncounted(count) if count else ""


def _totals(fields: Sequence[Field], rows: Sequence[Row], whole: str) -> tuple[str, ...]:
    by_field = {total.what.id: total.total for total in _summed(fields, rows)}
    if not any(total is not None for total in by_field.values()):
        return ()
    sums = (by_field.get(field.id) for field in fields)
    return ("", whole, "", *("" if total is None else number(total) for total in sums))


def _called(rows: Sequence[Row]) -> list[str]:
    return told_apart([row.debtor.label for row in rows], _NAME)


def _silent(rows: Sequence[Row]) -> str:
    # Whoever still has time is not called silent.
    silent = [name for row, name in zip(rows, _called(rows), strict=True) if row.standing is Standing.OVERDUE]
    if not silent:
        return ""
    more = f" и ещё {len(silent) - _NAMES}" if len(silent) > _NAMES else ""
    return f"Не представили: {', '.join(silent[:_NAMES])}{more}"


def _left_out(round_: Round, fields: Sequence[Field]) -> str:
    left = len(_asked(round_)) - len(fields)
    return f"Не все показатели поместились (ещё {left}): они есть в Excel." if left else ""


def _cut(shown: int, total: int) -> str:
    return f"Показаны {shown} из {total}: полностью — в Excel." if shown < total else ""


def _of(round_: Round, what: Literal["w", "x"]) -> str:
    return OfRound(round=round_.id, what=what).pack()


def _back(round_: Round) -> tuple[Button, ...]:
    return (Button("К запросу", InRound(round=round_.id).pack()),)
