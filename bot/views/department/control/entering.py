"""Answers from a returned workbook: what would be entered, what cannot be, and what has been."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from bot.domain.brevity import shortened
from bot.domain.fields.field import Field
from bot.domain.fields.kinds import Answering, rules
from bot.domain.ledger.entered import Change, Conflict, Entered, EnteringFault, EnteringFaultKind, SheetRow
from bot.domain.ledger.obligation import Obligation
from bot.domain.ledger.untaken import Own, OwnCells
from bot.domain.people.messenger import Messenger
from bot.domain.screen import Button, Screen
from bot.domain.timing.calendar import WorkCalendar
from bot.views.callbacks.entering import Enter
from bot.views.callbacks.reports import Reports
from bot.views.department.panel import back
from bot.views.heads.misfits import broken, reason
from bot.views.values import value_text
from bot.views.words import agreeing, arrows, by, esc, moment, plural, screen, shorten

# Rows of a page; a phone shows about 25 lines at once.
PAGE = 5
# Fields of an answer that are shown.
_FIELDS = 6
_VALUE, _NAME, _LISTED = 60, 60, 3
# Signs of the options that are named beside a cell that says none of them.
_OPTIONS = 120

NOTHING = "Эти ответы уже внесены или отменены"
OUTDATED = "Ответы тем временем изменились. Просим проверить ещё раз."

_FAULTS = {
    EnteringFaultKind.UNKNOWN: "такого запроса нет, или он вне ваших полномочий.",
    EnteringFaultKind.OTHER_NAME: "служебная пометка строки от другой организации: {name}. Скачайте свод заново.",
    EnteringFaultKind.TWICE: "та же организация есть в строке {other} с другими ответами. Оставьте одну из двух.",
    EnteringFaultKind.ACCEPTED: "ответ уже принят. Чтобы исправить его, отмените решение.",
    EnteringFaultKind.EXCUSED: "снято с контроля.",
    EnteringFaultKind.WIPED: "все ответы стёрты. Удалить ответ нельзя, его можно вернуть на доработку.",
    EnteringFaultKind.NOT_ASKED: "<b>{field}</b>: при таких ответах или в этот период не спрашивается («{text}»). "
    "Очистите ячейку.",
    EnteringFaultKind.MISSING: "<b>{field}</b>: нужен ответ.",
    EnteringFaultKind.CHECK: "{check}",
    EnteringFaultKind.ERROR: "<b>{field}</b>: в ячейке ошибка {text}. Впишите значение или очистите её.",
    EnteringFaultKind.UNCOMPUTED: "<b>{field}</b>: формула «{text}» не вычислена. Откройте файл в Excel и сохраните "
    "книгой XLSX или впишите значение.",
    EnteringFaultKind.ROUNDED: "<b>{field}</b>: в ячейке видно «{text}», а записано {exact}. Впишите нужное число.",
    EnteringFaultKind.HIDDEN: "<b>{field}</b>: в ячейке записано «{text}», но этого не видно. Поставьте ей формат "
    "«Общий» или очистите её.",
    EnteringFaultKind.MERGED: "<b>{field}</b>: ячейка объединена с соседними. Отмените объединение и впишите каждой "
    "организации её ответ.",
    EnteringFaultKind.TWO_COLUMNS: "<b>{field}</b>: таких столбцов два, и в них разное: «{text}». Удалите лишний.",
    EnteringFaultKind.HEADING: "<b>{field}</b>: над этим столбцом теперь стоит «{text}». Верните столбцы и заголовки "
    "на место или скачайте свод заново.",
}
# No cell holds a file.
_NEEDS_FILE = "нужен файл, таблицей его не внести. «Кто ответил» → организация → «Ответить за организацию»."


@dataclass(frozen=True, slots=True)
class Over:
    """In so many rows somebody has typed into columns that the bot fills, by their headings; the first stands there."""

    rows: int
    columns: Sequence[str]
    sheet: str
    row: int
    name: str


@dataclass(frozen=True, slots=True)
class Beside:
    """What of the table was not read: rows without a key and where the first stands, columns by heading, sheets."""

    strangers: int = 0
    stranger: tuple[str, int, str] | None = None
    foreign: Sequence[str] = ()
    lost: Sequence[str] = ()
    over: Over | None = None


def beside_of(
    strangers: Sequence[tuple[str, int, str]],
    foreign: Sequence[str],
    lost: Sequence[str],
    over: Sequence[tuple[OwnCells, Sequence[Own]]],
) -> Beside:
    """What is said of all these, by their first and their number."""
    said = None
    if over:
        first, columns = over[0][0], {column for _, columns in over for column in columns}
        said = Over(len(over), [own.value for own in Own if own in columns], first.sheet, first.row, first.name)
    return Beside(len(strangers), strangers[0] if strangers else None, foreign, lost, said)


def prompt() -> Screen:
    """Asks for the workbook, and says how to fill it."""
    return screen(
        "<b>Внести ответы из таблицы</b>",
        "",
        "1. Скачайте «Свод в Excel».",
        "2. На листе поручения впишите или исправьте ответы в белых столбцах.",
        "3. Пришлите файл сюда.",
        "",
        "Сначала бот покажет, что изменится. Руководителям он сообщит, что ответ внесён.",
        rows=[_back()],
    )


def no_file() -> Screen:
    """Words came where a file was waited for."""
    return screen("Нужен файл: свод Excel, скачанный из бота.", rows=[_back()])


def not_answers() -> Screen:
    """The file has none of the keys by which rows are known."""
    return screen(
        "⚠️ В этом файле нет служебных пометок, по которым бот узнаёт строки.",
        "",
        "Подойдёт книга Excel, скачанная из бота, если в ней не удаляли скрытые столбец A и строку над заголовками. "
        "CSV и новая книга не подойдут.",
        rows=[_back()],
    )


def other_version() -> Screen:
    """The keys of the file mean something else in this version."""
    return screen("⚠️ Этот свод сделан другой версией бота. Скачайте его заново, пожалуйста.", rows=[_back()])


def too_big() -> Screen:
    """The file is larger than is taken."""
    return screen(
        "⚠️ Файл слишком велик: можно до 5 МБ. Скачайте свод за меньший период или по одному поручению.",
        rows=[_back()],
    )


def protected() -> Screen:
    """The file wants a password."""
    return screen("⚠️ Файл защищён паролем. Снимите защиту и пришлите его снова.", rows=[_back()])


def damaged() -> Screen:
    """The file cannot be read."""
    return screen("⚠️ Не удалось прочитать файл. Нужна книга Excel.", rows=[_back()])


def try_again(messenger: Messenger) -> Screen:
    """The messenger did not give the file."""
    return screen(
        f"Не удалось получить файл от {messenger.called}. Просим прислать его ещё раз чуть позже.", rows=[_back()]
    )


def cancelled() -> Screen:
    """Nothing is entered, as the person wished."""
    return screen("Хорошо, ответы не изменены.", rows=[_back()])


def done(entered: Entered, when: datetime, now: datetime, zone: tzinfo) -> Screen:
    """The answers are entered; says when heads hear of it."""
    count = len(entered.changes)
    return screen(
        f"✅ <b>{agreeing(count, 'Внесён', 'Внесено')} {plural(count, 'ответ', 'ответа', 'ответов')}</b>",
        "Руководителям уже сообщаем об этом." if when <= now else f"Руководителям сообщим {moment(when, now, zone)}.",
        rows=[_back()],
    )


def preview(entered: Entered, beside: Beside, page: int, now: datetime, calendar: WorkCalendar) -> Screen:
    """Shows by pages what would be entered, and what cannot be."""
    unknown = [fault for fault in entered.faults if fault.kind is EnteringFaultKind.UNKNOWN]
    items = [
        *(_change(change) for change in entered.changes),
        *(_conflict(conflict, now, calendar) for conflict in entered.conflicts),
        *(_fault(fault) for fault in entered.faults if fault.kind is not EnteringFaultKind.UNKNOWN),
        *([_unknown(unknown)] if unknown else []),
    ]
    last = max(0, (len(items) - 1) // PAGE)
    page = min(page, last)
    lines = ["<b>Ответы из таблицы</b>", _counts(entered)]
    for item in items[page * PAGE : (page + 1) * PAGE]:
        lines += ["", *item]
    if page == last:
        lines += _beside(beside)
    rows = []
    if last:
        mark = entered.fingerprint
        rows.append(arrows(page, last + 1, lambda to: Enter(step="page", mark=mark, page=to).pack()))
        lines.append(f"\n<i>Страница {page + 1} из {last + 1}</i>")
    if entered.changes:
        apply = Enter(step="apply", mark=entered.fingerprint).pack()
        rows += [
            [
                Button(f"Внести ответы: {len(entered.changes)}", apply, style="success"),
                Button("Отмена", Enter(step="cancel", mark=entered.fingerprint).pack()),
            ]
        ]
    else:
        rows.append(_back())
    return screen(*lines, rows=rows)


def _counts(entered: Entered) -> str:
    """«Новых ответов: 2, изменится: 3, не будет внесено: 1, без изменений: 20.»"""
    new = sum(1 for change in entered.changes if change.before is None)
    refused = len(entered.conflicts) + len(entered.faults)
    if not entered.changes and not refused:
        same = f"Изменений нет: {plural(entered.unchanged, 'строка', 'строки', 'строк')} как в боте."
        # Whoever expects some has filled in another sheet, and nothing else would say so.
        return f"{same} Читаются листы поручений; вписанное на других листах — нет."
    counts = {
        "новых ответов": new,
        "изменится": len(entered.changes) - new,
        "не будет внесено": refused,
        "без изменений": entered.unchanged,
    }
    return ", ".join(f"{word}: {count}" for word, count in counts.items() if count).capitalize() + "."


def _change(change: Change) -> list[str]:
    sign = "➕" if change.before is None else "✏️"
    lines = [f"{sign} {_about(change.obligation)}"]
    differences = change.differences
    lines += [_difference(field, was, is_, new=change.before is None) for field, was, is_ in differences[:_FIELDS]]
    if len(differences) > _FIELDS:
        lines.append(f"… и ещё {len(differences) - _FIELDS}")
    if change.before is not None and change.before.not_ours:
        lines.insert(1, f"Было: не относится к организации ({esc(shorten(change.before.not_ours, _VALUE))})")
    return lines


def _difference(field: Field, was: Any, is_: Any, *, new: bool) -> str:
    label = esc(shorten(field.label, _NAME))
    after = f"<b>{_value(field, is_)}</b>"
    return f"{label}: {after}" if new else f"{label}: {_value(field, was)} → {after}"


def _value(field: Field, value: Any) -> str:
    return "—" if value is None else esc(shorten(value_text(field, value), _VALUE))


def _conflict(conflict: Conflict, now: datetime, calendar: WorkCalendar) -> list[str]:
    if conflict.newest is None:
        return [
            f"❗️ {_where(conflict.row)}. {_about(conflict.obligation)}",
            "Свод сделан по другой базе. Скачайте его заново.",
        ]
    zone = conflict.obligation.zone(calendar)
    whose = by(conflict.newest.by_name, entered=conflict.newest.entered)
    return [
        f"❗️ {_where(conflict.row)}. {_about(conflict.obligation)}",
        f"После скачивания свода ответ изменили: {moment(conflict.newest.at, now, zone)}{whose}. "
        "Скачайте свод заново, если это нужно исправить.",
    ]


def _fault(fault: EnteringFault) -> list[str]:
    assert fault.obligation is not None, "rows of no known request are told together"
    faults = [fault, *fault.more]
    lines = [f"❗️ {_where(fault.row)}. {_about(fault.obligation)}", *map(_why, faults[:_FIELDS])]
    if len(faults) > _FIELDS:
        lines.append(f"… и ещё {len(faults) - _FIELDS}")
    return lines


def _unknown(faults: Sequence[EnteringFault]) -> list[str]:
    """A workbook of somebody with wider limits has hundreds of such rows, and there is one thing to say about all."""
    first = faults[0].row
    where = _place(first.sheet, first.row, first.name)
    if len(faults) == 1:
        return [f"❗️ {where[:1].upper()}{where[1:]}", _why(faults[0])]
    return [f"❗️ Строк: {len(faults)}. Таких запросов нет, или они вне ваших полномочий. Первая: {where}."]


def _why(fault: EnteringFault) -> str:
    label = esc(fault.field.label) if fault.field else ""
    if fault.misfit is not None:
        said = f"<b>{label}</b>: {reason(fault.misfit)} В ячейке: «{esc(shorten(fault.text, _VALUE))}»"
        options = fault.misfit.field.options
        return f"{said}. Варианты: {esc(shorten('; '.join(options), _OPTIONS))}." if options else said
    if fault.kind is EnteringFaultKind.MISSING and fault.field and _is_attached(fault.field):
        return f"<b>{label}</b>: {_NEEDS_FILE}"
    text = _FAULTS[fault.kind].format(
        name=f"«{esc(shortened(fault.row.name, _NAME))}»",
        other=_other(fault.row, fault.other) if fault.other else "",
        field=label,
        text=esc(shorten(fault.text, _VALUE)),
        exact=esc(fault.exact.replace(".", ",")),
        check=broken(fault.check) if fault.check is not None else "",
    )
    return text[:1].upper() + text[1:]


def _is_attached(field: Field) -> bool:
    return rules(field.kind).answering is Answering.ATTACHED


def _other(row: SheetRow, other: SheetRow) -> str:
    return str(other.row) if other.sheet == row.sheet else f"{other.row} листа «{esc(shorten(other.sheet, _NAME))}»"


def _beside(beside: Beside) -> list[str]:
    lines = []
    if beside.stranger is not None:
        lines.append(
            f"ℹ️ Строк без служебной пометки: {beside.strangers} ({_place(*beside.stranger)}). Они не читались: "
            "организации добавляются в разделе «Люди»."
        )
    if over := beside.over:
        others = f", всего строк: {over.rows}" if over.rows > 1 else ""
        lines.append(
            f"ℹ️ Заполняет сам бот, из таблицы не взято: {_listed(over.columns, len(Own))} "
            f"({_place(over.sheet, over.row, over.name)}{others}). Принять и вернуть ответ можно в «Кто ответил»."
        )
    if beside.foreign:
        lines.append(f"ℹ️ Столбцы, которых не было в своде, не читались: {_listed(beside.foreign)}.")
    if beside.lost:
        lines.append(
            "⚠️ Не читались листы без скрытого столбца A, скрытой строки над заголовками или столбца «Организация»: "
            f"{_listed(beside.lost)}. "
            "Скачайте свод заново и перенесите ответы в него."
        )
    return ["", *lines] if lines else []


def _place(sheet: str, row: int, name: str) -> str:
    """«лист «Клуб», строка 5: Школа № 5»."""
    whose = f": {esc(shortened(name, _NAME))}" if name else ""
    return f"лист «{esc(shorten(sheet, _NAME))}», строка {row}{whose}"


def _listed(names: Sequence[str], most: int = _LISTED) -> str:
    more = f" и ещё {len(names) - most}" if len(names) > most else ""
    return ", ".join(f"«{esc(shorten(name, _NAME))}»" for name in names[:most]) + more


def _about(obligation: Obligation) -> str:
    """«Школа № 5» and below it «Спортивный клуб · октябрь»."""
    about = " · ".join(filter(None, (obligation.round.directive.title, obligation.round.title)))
    return f"<b>{esc(shortened(obligation.organization_label, _NAME))}</b>\n{esc(shorten(about, _NAME))}"


def _where(row: SheetRow) -> str:
    return f"Лист «{esc(shorten(row.sheet, _NAME))}», строка {row.row}"


def _back() -> list[Button]:
    return back(Reports().pack())
