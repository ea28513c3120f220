"""The fields of a one-off question, and why something that was typed does not fit."""

from datetime import date, time

from bot.domain.desk.question import MAX_FIELDS, MAX_OPTIONS, Fault, Question, Unfit, number_of
from bot.domain.fields.field import Field, FieldKind
from bot.domain.fields.kinds import rules
from bot.domain.fields.misfit import Misfit
from bot.domain.screen import Button, Screen
from bot.views.callbacks.questions import (
    AddField,
    ChangeField,
    FieldStep,
    OpenField,
    OpenQuestion,
    QuestionKind,
    TypedOfField,
)
from bot.views.department.panel import back
from bot.views.heads import misfits
from bot.views.heads.kinds import looks
from bot.views.words import esc, plural, screen, shorten

# In the order in which they are offered.
_OFFERED: dict[QuestionKind, str] = {
    "yes-no": "Да / Нет",
    "whole": "Число",
    "text": "Текст",
    "choice": "Выбор",
    "file": "Файл",
}

_OPTIONS = (
    f"Напишите варианты ответа одним сообщением, каждый с новой строки или через «;»: от 2 до {MAX_OPTIONS}. "
    "Например: да; нет; не знаем"
)

FULL = f"В запросе может быть не больше {MAX_FIELDS} полей"


def kind_rows(question_id: int) -> list[list[Button]]:
    """Buttons for the kinds of field that can be added."""
    buttons = [Button(title, AddField(question=question_id, kind=kind).pack()) for kind, title in _OFFERED.items()]
    return [buttons[:2], buttons[2:]]


def line(field: Field) -> str:
    """A field in one line, HTML."""
    about = [looks(field.kind).name]
    if field.options:
        about = [shorten(" / ".join(field.options), 120)]
    if field.unit:
        about.append(field.unit)
    if _takes_less(field):
        about.append("можно меньше нуля")
    if not field.required:
        about.append("можно пропустить")
    return f"{esc(field.label)} — <i>{esc(', '.join(about))}</i>"


def kinds(question: Question, question_id: int) -> Screen:
    """Asks which kind of field to add."""
    lines = ["<b>Ещё одно поле</b>", "Что в нём укажет руководитель?"]
    lines += [f"{place}. {line(field)}" for place, field in enumerate(question.fields, 1)]
    return screen(*lines, rows=[*kind_rows(question_id), _back(question_id)])


def ask_label(question_id: int, kind: FieldKind) -> Screen:
    """Asks for the label of a new field."""
    return screen(
        f"<b>Новое поле: {looks(kind).name}</b>",
        "Напишите, что просим указать: одной строкой, до 100 знаков. Например: Количество выпускников",
        rows=[_back(question_id)],
    )


def ask_options(question_id: int, label: str) -> Screen:
    """Asks for the options of a choice."""
    return screen(
        f"<b>{esc(label)}</b>",
        _OPTIONS,
        rows=[_back(question_id)],
    )


def field(question: Question, question_id: int, field: Field) -> Screen:
    """Shows a field with all that can be done to it."""

    def step(title: str, what: FieldStep, style: str = "") -> Button:
        return Button(title, ChangeField(question=question_id, field=number_of(field), step=what).pack(), style=style)

    lines = [f"<b>{esc(field.label)}</b>", f"Вид: {looks(field.kind).name}"]
    if field.options:
        lines += ["Варианты:", *(f"• {esc(option)}" for option in field.options)]
    if rules(field.kind).is_numeric:
        lines.append(f"Единица: {esc(field.unit) or 'не указана'}")
    lines.append("Ответ обязателен" if field.required else "Ответ можно пропустить")
    rows = [[step("Подпись", "label")]]
    if field.options:
        rows[0].append(step("Варианты", "options"))
    if rules(field.kind).is_numeric:
        rows[0].append(step("Единица", "unit"))
        rows.append([step(f"Дробные числа: {'нет' if rules(field.kind).is_count else 'да'}", "fraction")])
        rows.append([step(f"Меньше нуля: {'да' if _takes_less(field) else 'нет'}", "negative")])
    rows.append([step(f"Обязательное: {'да' if field.required else 'нет'}", "required")])
    moves = [step("Удалить поле", "remove", "danger")]
    if question.fields[0] is not field:
        moves.insert(0, step("Выше", "up"))
    return screen(*lines, rows=[*rows, moves, _back(question_id)])


def change(question_id: int, field: Field, step: TypedOfField) -> Screen:
    """Asks for another label, other options or another unit of a field."""
    to = OpenField(question=question_id, field=number_of(field)).pack()
    if step == "options":
        prompt = _OPTIONS
    elif step == "unit":
        prompt = "Напишите единицу, до 20 знаков. Например: чел."
    else:
        prompt = "Напишите новую подпись одной строкой, до 100 знаков."
    rows = [back(to)]
    if step == "unit" and field.unit:
        unitless = ChangeField(question=question_id, field=number_of(field), step="unitless").pack()
        rows.insert(0, [Button("Без единицы", unitless)])
    return screen(f"<b>{esc(field.label)}</b>", prompt, rows=rows)


def unfit(fault: Unfit) -> Screen:
    """Says why what was typed does not fit."""
    return screen(_reason(fault), "Напишите, пожалуйста, ещё раз.")


def unfit_due(misfit: Misfit, today: date) -> Screen:
    """Says why what was typed cannot be the due date."""
    return screen(misfits.explain(misfit, today))


def past_hour(until: time) -> Screen:
    """That hour of today has passed."""
    return screen(f"{until:%H:%M} сегодня уже прошло. Напишите день: завтра до {until:%H:%M}.")


def words_wanted() -> Screen:
    """Something other than words came."""
    return screen("Здесь нужен текст. Напишите его, пожалуйста, обычным сообщением.")


def _reason(unfit: Unfit) -> str:
    word = esc(shorten(unfit.word, 60))
    match unfit.fault:
        case Fault.EMPTY:
            return "Сообщение пустое."
        case Fault.TOO_LONG:
            signs = plural(unfit.length, "знак", "знака", "знаков")
            return f"Слишком длинно: {signs}, помещается {unfit.most}."
        case Fault.SEVERAL_LINES:
            return "Здесь нужна одна строка."
        case Fault.LABEL_TAKEN:
            return f"Поле «{word}» уже есть."
        case Fault.TOO_MANY_FIELDS:
            return f"{FULL}."
        case Fault.TOO_FEW_OPTIONS:
            return "Нужно хотя бы два варианта: каждый с новой строки или через «;»."
        case Fault.TOO_MANY_OPTIONS:
            return f"Вариантов слишком много: {unfit.length}, можно {unfit.most}."
        case Fault.OPTION_TWICE:
            return f"Вариант «{word}» повторяется."
        case Fault.OPTION_TOO_LONG:
            return f"Вариант «{word}» слишком длинный: до {unfit.most} знаков."


def _takes_less(field: Field) -> bool:
    """Whether it is a number that may be below zero."""
    return rules(field.kind).is_numeric and field.min is None


def _back(question_id: int) -> list[Button]:
    return back(OpenQuestion(question=question_id).pack())
