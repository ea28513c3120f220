"""How each kind of field is asked, one record per kind; its rules are in `bot/domain/fields/kinds.py`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from bot.domain.fields import below_zero, days
from bot.domain.fields.days import Near
from bot.domain.fields.field import Field, FieldKind
from bot.domain.screen import Button
from bot.views.callbacks import Choose, Day, FormStep, Step, packed
from bot.views.heads import calendar
from bot.views.words import day, number, typed_day


@dataclass(frozen=True, slots=True)
class Asked:
    """A field as a form asks it. `index` is its place in the directive; `month` is open in the calendar."""

    field: Field
    obligation: int
    index: int
    today: date
    value: Any = None
    month: date | None = None

    def step(self, text: str, step: FormStep, style: str = "") -> Button:
        """A button that moves the form."""
        return Button(text, Step(obligation=self.obligation, field=self.index, step=step).pack(), style=style)

    def choose(self, text: str, option: int) -> Button:
        """A button that chooses the option of that number."""
        return Button(text, Choose(obligation=self.obligation, field=self.index, option=option).pack())


def _no_buttons(_asked: Asked) -> list[list[Button]]:
    return []


@dataclass(frozen=True, slots=True)
class Looks:
    """How all fields of one kind are asked and shown."""

    # In a list of fields: «целое число».
    name: str
    # What to do, below the question; empty where the buttons say it.
    instruction: Callable[[Asked], str]
    # Why something is no such value at all.
    unreadable: str
    # Said after why something does not fit, on that day; what it shows as code fits. HTML.
    example: Callable[[Field, date], str]
    # Whether the instruction has that example too.
    instructs: bool = False
    # Below the question; without any, the answer is typed or attached.
    buttons: Callable[[Asked], list[list[Button]]] = _no_buttons


# Numbers


def _write_number(_asked: Asked) -> str:
    return "Напишите число."


def _number_example(typed: str) -> Callable[[Field, date], str]:
    """Its bounds, if it has both; otherwise `typed`, or the bound where that is beyond it, on either side of zero."""

    def example(field: Field, _today: date) -> str:
        low, high = field.min, field.max
        if low is not None and high is not None:
            return f"Напишите число от {number(low)} до {number(high)}."
        signs = (1, -1) if below_zero.allowed(field) else (1,)
        shown = {_within(field, sign * Decimal(typed)): None for sign in signs}
        return f"Например: {' или '.join(f'<code>{number(each)}</code>' for each in shown)}"

    return example


def _within(field: Field, value: Decimal) -> Decimal:
    if field.min is not None:
        return max(value, field.min)
    return value if field.max is None else min(value, field.max)


_NO_NUMBER = "нужно число цифрами."
_WHOLE = Looks("целое число", _write_number, _NO_NUMBER, _number_example("12"))
_DECIMAL = Looks("число", _write_number, _NO_NUMBER, _number_example("12.5"))

# Days


def _day_buttons(asked: Asked) -> list[list[Button]]:
    field, obligation, index, today = asked.field, asked.obligation, asked.index, asked.today
    if asked.month is not None:
        return calendar.month(asked.month, today, field, obligation, index)
    return [
        [
            Button(_near(which, on, today), Day(obligation=obligation, field=index, day=packed(on)).pack())
            for which, on in days.near(field, today)
        ],
        [calendar.open_button(today, field, obligation, index)],
    ]


def _near(which: Near, on: date, today: date) -> str:
    match which:
        case Near.YESTERDAY:
            return "Вчера"
        case Near.TODAY:
            return "Сегодня"
        case Near.TOMORROW:
            return "Завтра"
        case Near.WEEK:
            return "Через неделю"
        case Near.MONTH_END:
            return day(on, today)


def day_example(field: Field, today: date) -> str:
    """«25.10.2026»: how a day is typed, by one that the field takes."""
    return typed_day(days.example(field, today))


_DATE = Looks(
    "дата",
    lambda asked: f"Выберите день или напишите: {day_example(asked.field, asked.today)}.",
    "это не похоже на дату.",
    lambda field, today: f"Например: <code>{day_example(field, today)}</code>",
    instructs=True,
    buttons=_day_buttons,
)

# Words

_TEXT = Looks(
    "текст",
    lambda asked: f"Напишите сообщением, до {asked.field.max_length} знаков.",
    "это не похоже на текст.",
    lambda _field, _today: "Отправьте текст ещё раз, пожалуйста.",
)
_LINK = Looks(
    "ссылка",
    lambda _asked: "Пришлите ссылку сообщением.",
    "это не похоже на ссылку.",
    lambda _field, _today: "Например: <code>https://school.ru/page</code>",
)

# Options

_NO_OPTION = "непонятно, какой это вариант."


def _by_button(_field: Field, _today: date) -> str:
    return "Нажмите кнопку."


def _option_buttons(asked: Asked) -> list[list[Button]]:
    return [[asked.choose(text, place)] for place, text in enumerate(asked.field.options)]


def _ticked_buttons(asked: Asked) -> list[list[Button]]:
    chosen = asked.value or ()
    rows = [
        [asked.choose(f"✅ {text}" if text in chosen else text, place)]
        for place, text in enumerate(asked.field.options)
    ]
    return [*rows, [asked.step("Готово", "done", "success")]] if chosen else rows


def _tick(asked: Asked) -> str:
    return "Отметьте всё, что подходит, и нажмите «Готово»." if asked.value else "Отметьте всё, что подходит."


_CHOICE = Looks("выбор", lambda _asked: "", _NO_OPTION, _by_button, buttons=_option_buttons)
_MULTI_CHOICE = Looks(
    "выбор нескольких",
    _tick,
    _NO_OPTION,
    _by_button,
    buttons=_ticked_buttons,
)
_YES_NO = Looks(
    "да или нет",
    lambda _asked: "",
    "нужно «да» или «нет».",
    _by_button,
    buttons=lambda asked: [[asked.choose("Да", 1), asked.choose("Нет", 0)]],
)

# Files


def _file_buttons(asked: Asked) -> list[list[Button]]:
    if not asked.value:
        return []
    return [[asked.step("Готово", "done", "success")], [asked.step("Убрать файлы", "clear")]]


_FILE = Looks(
    "файл",
    lambda asked: "Прикрепите ещё или нажмите «Готово»." if asked.value else "Прикрепите файл или фото.",
    "нужен файл.",
    lambda _field, _today: "Прикрепите файл или фото.",
    instructs=True,
    buttons=_file_buttons,
)


def looks(kind: FieldKind) -> Looks:
    """How fields of that kind look."""
    match kind:
        case FieldKind.CHOICE:
            return _CHOICE
        case FieldKind.MULTI_CHOICE:
            return _MULTI_CHOICE
        case FieldKind.YES_NO:
            return _YES_NO
        case FieldKind.WHOLE:
            return _WHOLE
        case FieldKind.DECIMAL:
            return _DECIMAL
        case FieldKind.DATE:
            return _DATE
        case FieldKind.TEXT:
            return _TEXT
        case FieldKind.LINK:
            return _LINK
        case FieldKind.FILE:
            return _FILE
