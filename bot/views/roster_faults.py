"""A list of organizations that cannot be taken as it is: what is wrong with the table, what does not count."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.catalog.catalog import Catalog
from bot.domain.people.organization import COLUMNS, Text
from bot.domain.people.roster_faults import Candidate, Format, NoteKind, RosterFault, RosterFaultKind, RosterNote
from bot.domain.screen import Button, Screen
from bot.views.words import esc, plural, screen, shorten

# A phone shows about 25 lines at once; what does not fit is counted.
_FAULTS_LISTED, _NOTES_LISTED = 20, 12
_COLUMNS_LISTED, _TERRITORIES_LISTED = 15, 30
_ASKED = frozenset({RosterFaultKind.HIDDEN_ROWS})

UNCHANGED = "Список организаций не изменён."
_TEXTS = {
    RosterFaultKind.EMPTY: "Файл пуст. Нужна таблица со списком организаций.",
    RosterFaultKind.TOO_BIG: "Таблица слишком велика: до 5 МБ и 100 000 строк. Удалите лишние листы и ячейки.",
    RosterFaultKind.PROTECTED: "Файл защищён паролем. Снимите защиту и сохраните его снова.",
    RosterFaultKind.NOT_A_TABLE: "Не удалось прочитать файл: это {format}. Сохраните список как книгу Excel или CSV.",
    RosterFaultKind.UNREADABLE: "Не удалось прочитать файл. Откройте его и сохраните как книгу Excel (.xlsx) или CSV.",
    RosterFaultKind.ANSWERS: "Это свод с ответами, а не список организаций. Ответы вносят в разделе «Отчёты»: «Внести "
    "ответы из таблицы».",
    RosterFaultKind.NO_HEADING: "Нет строки заголовков. Столбцы нужно назвать: «Название», «Тип», «Метки», «Код».",
    RosterFaultKind.HIDDEN_ROWS: "В таблице скрыты строки: {count} (первая — {meant_row}). Учитывать ли их?",
    RosterFaultKind.NO_ROWS: "Под заголовками нет ни одной организации.",
    RosterFaultKind.NO_COLUMN: "Среди заголовков нет столбца «{heading}».{instead}",
    RosterFaultKind.SAME_COLUMN: "Столбец {value} повторяет другой. Оставьте один или назовите его иначе.",
    RosterFaultKind.SEVERAL_SHEETS: "Организации есть на нескольких листах: {sheets}. Соберите их на одном.",
    RosterFaultKind.BROKEN: "Не сходятся кавычки, и не видно, где кончаются столбцы: {value}. Исправьте строку.",
    RosterFaultKind.NO_NAME: "Нет названия. Впишите его или удалите строку.",
    RosterFaultKind.NOT_A_NAME: "{value} не похоже на название. Впишите его текстом.",
    RosterFaultKind.LONG: "{heading} длиннее {longest} знаков: {value}. Сократите его.",
    RosterFaultKind.SAME_NAME: "{value} уже есть в строке {other}. Оставьте одну или впишите каждой свой код.",
    RosterFaultKind.OTHER_TYPES: (
        "{value} уже есть в строке {other} с другим типом. Это одна организация — оставьте одну строку, в «Тип» "
        "впишите: {hint}. Их две — впишите каждой свой код."
    ),
    RosterFaultKind.NAME_OF_SEVERAL: "{value} — название нескольких организаций. Впишите код: {hint}.",
    RosterFaultKind.BAD_CODE: "Код {value} не подходит: нужны a–z, цифры, «-» и «_», до 40 знаков. Или ничего.",
    RosterFaultKind.SAME_CODE: "Код {value} уже есть в строке {other}. Впишите другой.",
    RosterFaultKind.SAME_SHORT: "Краткое название {value} подходит и организации в строке {other}. Уточните его.",
    RosterFaultKind.NO_TYPES: "Не указан тип: {value}.{meant}",
    RosterFaultKind.UNKNOWN_TYPE: "Типа {value} нет.{meant}",
    RosterFaultKind.UNKNOWN_TAG: "Метки {value} нет.{meant}",
    RosterFaultKind.UNKNOWN_TERRITORY: "Территории {value} нет.{meant}",
}
_UNKNOWN = frozenset({RosterFaultKind.UNKNOWN_TYPE, RosterFaultKind.UNKNOWN_TAG, RosterFaultKind.UNKNOWN_TERRITORY})
# The same of many rows: told once.
_ALIKE = _UNKNOWN | {RosterFaultKind.NO_NAME}
_WITHOUT_COLUMN = "Без этого столбца территории организаций останутся прежними."
_FORMATS = {
    Format.PDF: "документ PDF, а не таблица",
    Format.PICTURE: "картинка, а не таблица",
    Format.DOCUMENT: "текстовый документ (Word), а не таблица",
    Format.SLIDES: "презентация, а не таблица",
    Format.ARCHIVE: "архив, а не таблица",
    Format.WEB_PAGE: "веб-страница или XML без таблицы",
    Format.UNKNOWN: "не таблица",
}
_NOTES = {
    NoteKind.TOTAL: "итог",
    NoteKind.SECTION: "заголовок раздела",
    NoteKind.NUMBERS: "номера столбцов",
    NoteKind.HEADING: "заголовки столбцов",
    NoteKind.SIGNATURE: "подпись или примечание",
    NoteKind.ONLY_A_NUMBER: "номер без организации",
    NoteKind.HIDDEN: "строка скрыта",
    NoteKind.SHEET: "на этом листе тоже есть названия, но он не учтён",
    NoteKind.TWIN: "не та же ли, что в строке {other}? Если та же, оставьте одну",
    NoteKind.CLOSED: "если её больше нет, удалите строку",
}


def faults(roster_faults: Sequence[RosterFault], catalog: Catalog, rows: list[list[Button]] | None = None) -> Screen:
    """What is wrong with the table that was sent."""
    told = _once(roster_faults)
    lines = [esc(line) for line in told[:_FAULTS_LISTED]]
    if is_question(roster_faults):
        return screen(f"⚠️ {lines[0]}", *map(esc, _candidates(roster_faults[0], catalog)), "", UNCHANGED, rows=rows)
    if len(roster_faults) == 1 and roster_faults[0].row is None:
        return screen(f"⚠️ {lines[0]}", "", UNCHANGED, rows=rows)
    if len(told) > _FAULTS_LISTED:
        lines.append(f"… и ещё {len(told) - _FAULTS_LISTED}")
    return screen(
        f"⚠️ <b>В таблице {plural(len(told), 'ошибка', 'ошибки', 'ошибок')}</b>",
        *lines,
        *map(esc, _choice(roster_faults, catalog)),
        "",
        f"{UNCHANGED} Просим исправить таблицу и прислать её снова.",
        rows=rows,
    )


def faults_text(roster_faults: Sequence[RosterFault], catalog: Catalog) -> str:
    """The same for a terminal: all of them, a line each."""
    lines = _once(roster_faults)
    if is_question(roster_faults):
        return "\n".join([*lines, *_candidates(roster_faults[0], catalog), *_options(roster_faults[0], catalog)])
    if roster_faults and all(roster_fault.is_mended_by_hint for roster_fault in roster_faults):
        lines += ["", "Если всё так и есть, добавьте --accept-hints."]
    return "\n".join([*lines, *_choice(roster_faults, catalog)])


def is_question(roster_faults: Sequence[RosterFault]) -> bool:
    """Whether somebody can answer instead of mending the table."""
    first = roster_faults[0]
    has_no_types = first.kind is RosterFaultKind.NO_COLUMN and first.value == "types"
    return len(roster_faults) == 1 and (has_no_types or bool(first.candidates) or first.kind in _ASKED)


def _candidates(roster_fault: RosterFault, catalog: Catalog) -> list[str]:
    """What the table has, and what of it was probably meant."""
    lines, columns = [], roster_fault.candidates
    if columns:
        lines += ["", "Столбцы таблицы:", *(f"• {_headed(column)}" for column in columns[:_COLUMNS_LISTED])]
        lines += [f"… и ещё {len(columns) - _COLUMNS_LISTED}"] if len(columns) > _COLUMNS_LISTED else []
    if roster_fault.proposed:
        types = {id: type_.title for id, type_ in catalog.types.items()} | {"": "непонятно"}
        said = "; ".join(f"{types[id]} — {count}" for id, count in roster_fault.proposed)
        lines += ["", f"Типы по названиям: {said}."]
    return lines


def _headed(column: Candidate) -> str:
    near = COLUMNS[column.near].headings[0].capitalize() if column.near else ""
    return f"«{shorten(column.heading, 60)}»" + (f" — возможно, «{near}»" if near else "")


def _options(roster_fault: RosterFault, catalog: Catalog) -> list[str]:
    """How the command line is told."""
    if roster_fault.kind is RosterFaultKind.HIDDEN_ROWS:
        return ["", "Добавьте --hidden take (учитывать) или --hidden skip (пропустить)."]
    asked = column_asked(roster_fault)
    lines = ["", f'Укажите столбец: --column "{asked}=заголовок"']
    if asked == "types":
        lines += ["или тип всех организаций: --types и один из: " + ", ".join(catalog.types), "или --types by-name."]
    return lines


def column_asked(roster_fault: RosterFault) -> str:
    """The id of the column that the fault asks for."""
    return roster_fault.column or (roster_fault.value if roster_fault.kind is RosterFaultKind.NO_COLUMN else "name")


def notes(roster_notes: Sequence[RosterNote]) -> list[str]:
    """What of the table had better be looked at again, and what of it does not count and why; plain."""
    taken = [note for note in roster_notes if note.is_taken]
    left_out = [note for note in roster_notes if not note.is_taken]
    return [*_noted("Учтено, но проверьте", taken), *_noted("Не учтено", left_out)]


def _noted(heading: str, roster_notes: Sequence[RosterNote]) -> list[str]:
    if not roster_notes:
        return []
    lines = [
        f"• {f'строка {note.row}, ' if note.row else ''}«{shorten(note.value, 50)}»: "
        f"{_NOTES[note.kind].format(other=note.other)}"
        for note in roster_notes[:_NOTES_LISTED]
    ]
    rest = len(roster_notes) - _NOTES_LISTED
    return ["", f"{heading}: {len(roster_notes)}", *lines, *([f"… и ещё {rest}"] if rest > 0 else [])]


def _once(roster_faults: Sequence[RosterFault]) -> list[str]:
    """The faults as `fault` tells them; a word that nobody knows, and no name, is told of once, for all of its rows."""
    alike: dict[RosterFault, list[RosterFault]] = {}
    for each in roster_faults:
        key = replace(each, row=None, value=each.value.casefold()) if each.kind in _ALIKE else each
        alike.setdefault(key, []).append(each)
    return [fault(first, len(more)) for first, *more in alike.values()]


def fault(roster_fault: RosterFault, more: int = 0) -> str:
    """One fault, plain text: where, what, and what to do. `more`: how many rows more have it."""
    column = COLUMNS.get(roster_fault.value if roster_fault.kind is RosterFaultKind.NO_COLUMN else roster_fault.column)
    hints = " или ".join(f"«{hint}»" for hint in (roster_fault.hint, *roster_fault.other_hints))
    text = _TEXTS[roster_fault.kind].format(
        value=f"«{shorten(roster_fault.value, 60)}»",
        heading=column.headings[0].capitalize() if column else "",
        longest=column.longest if isinstance(column, Text) else "",
        sheets=shorten(roster_fault.value, 100),
        other=roster_fault.other,
        meant=f" Возможно, {hints}?" if roster_fault.hint else "",
        instead=f" В «{shorten(roster_fault.hint, 60)}» — форма учреждения, а не тип." if roster_fault.hint else "",
        count=roster_fault.value,
        format=_FORMATS[Format(roster_fault.value)] if roster_fault.kind is RosterFaultKind.NOT_A_TABLE else "",
        meant_row=f"«{shorten(roster_fault.hint, 60)}»",
        hint=roster_fault.hint,
    )
    rows = f" и ещё {more}" if more else ""
    return text if roster_fault.row is None else f"Строка {roster_fault.row}{rows}. {text}"


def _choice(roster_faults: Sequence[RosterFault], catalog: Catalog) -> list[str]:
    """Which types, tags and territories there are, if they were missed."""
    kinds = {roster_fault.kind for roster_fault in roster_faults}
    lines = []
    if kinds & {RosterFaultKind.NO_TYPES, RosterFaultKind.UNKNOWN_TYPE}:
        lines += ["", "Типы: " + "; ".join(type_.title for type_ in catalog.types.values())]
    if RosterFaultKind.UNKNOWN_TAG in kinds:
        lines += ["", "Метки: " + ("; ".join(catalog.tags.values()) or "не заведены")]
    if RosterFaultKind.UNKNOWN_TERRITORY in kinds:
        lines += ["", "Территории: " + _few([each.short for each in catalog.territories.values()]), _WITHOUT_COLUMN]
    return lines


def _few(names: Sequence[str]) -> str:
    """The names, of many the first."""
    shown = "; ".join(shorten(name, 60) for name in names[:_TERRITORIES_LISTED])
    rest = len(names) - _TERRITORIES_LISTED
    return f"{shown} … и ещё {rest}" if rest > 0 else shown or "не заведены"
