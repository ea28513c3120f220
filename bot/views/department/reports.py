"""The section of reports: of which period, of what, and what comes by itself."""

from collections.abc import Sequence
from datetime import date

from bot.domain.directives.directive import Directive
from bot.domain.fields.field import Field
from bot.domain.ledger.report import AWAITED_AT_MOST
from bot.domain.screen import Button, Screen
from bot.views.callbacks.directives import Card
from bot.views.callbacks.entering import Enter
from bot.views.callbacks.reports import Choice, Curves, Make, OfDirective, OnSchedule, Reports, Span, Spans, Turn
from bot.views.department.panel import back
from bot.views.reports import BOARD, BOARD_OF_TERRITORIES
from bot.views.words import arrows, button_titles, day, esc, screen

PAGE = 8

COMING = "Готовим. Пришлём сюда отдельным сообщением"
TOO_MANY = f"Уже готовим ваши отчёты: {AWAITED_AT_MOST}. Остальные, пожалуйста, закажите, когда придут эти."
NO_CURVE = "У этого поручения нет числовых показателей"
NO_ROUNDS = "По этому поручению запросов ещё не было"
BAD_PERIOD = "Не удалось понять период. Напишите месяц или две даты, например: 01.09–30.11"

_SPANS: dict[Span, str] = {
    "y": "учебный год",
    "m": "этот месяц",
    "p": "прошлый месяц",
    "q": "этот квартал",
    # Days that were typed are named by themselves.
    "c": "",
}


def section(
    chosen: Reports, first: date, last: date, today: date, *, curates: bool, by_territory: bool = False
) -> Screen:
    """Offers the reports of a period; whoever `curates` can also bring answers back.

    `by_territory`: there are several territories, of which a workbook may have a sheet each.
    """
    name = f" ({_SPANS[chosen.span]})" if _SPANS[chosen.span] else ""

    def make(title: str, kind: Choice) -> Button:
        return Button(title, Make(kind=kind, span=chosen.span, first=chosen.first, last=chosen.last).pack())

    return screen(
        "<b>Отчёты</b>",
        f"Период: {day(first, today)} — {day(last, today)}{name}",
        "",
        "Отчёт придёт сюда файлом или картинкой.",
        rows=[
            [Button("Изменить период", Spans().pack())],
            [make(BOARD_OF_TERRITORIES if by_territory else BOARD, "board")],
            [make("Свод в Excel", "workbook"), make("Справка (Word)", "execution")],
            [make("Excel: лист на территорию", "apart")] if by_territory else [],
            [make("Матрица", "matrix"), make("Исполнение", "completion")],
            [Button("Динамика показателя", Curves().pack())],
            [Button("По расписанию", OnSchedule().pack())],
            [Button("Внести ответы из таблицы", Enter(step="begin").pack())] if curates else [],
            back(),
        ],
    )


def spans() -> Screen:
    """Asks for the period."""
    return screen(
        "<b>За какой период?</b>",
        "Выберите или напишите месяц или даты, например: 01.09–30.11",
        rows=_offered(),
    )


def bad_period() -> Screen:
    """What was typed is no period."""
    return screen(BAD_PERIOD, rows=_offered())


def _offered() -> list[list[Button]]:
    named = ((span, name) for span, name in _SPANS.items() if name)
    choices = [[Button(name[0].upper() + name[1:], Reports(span=span).pack())] for span, name in named]
    return [*choices, back(Reports().pack())]


def span_of(typed: str) -> Span | None:
    """The period whose button says that, «прошлый месяц», «за учебный год»; None: no button does."""
    words = typed.casefold().strip(" .").removeprefix("за ")
    return next((span for span, name in _SPANS.items() if name and name == words), None)


def curves(directives: Sequence[Directive], page: int) -> Screen:
    """Asks for the directive of the dynamics, among those that have numbers."""
    if not directives:
        return screen("Запросов с числовыми показателями ещё не было.", rows=[back(Reports().pack())])
    pages = -(-len(directives) // PAGE)
    page = min(page, pages - 1)
    shown = directives[page * PAGE : (page + 1) * PAGE]
    labels = button_titles([f"{directive.number} {directive.title}".strip() for directive in shown])
    rows = [
        [Button(label, OfDirective(id=directive.id, what="d").pack())]
        for label, directive in zip(labels, shown, strict=True)
    ]
    rows.append(arrows(page, pages, lambda to: Curves(page=to).pack()))
    return screen("<b>Динамика показателя</b>", "По какому поручению?", rows=[*rows, back(Reports().pack())])


def which_field(directive: Directive, numeric: Sequence[tuple[int, Field]]) -> Screen:
    """Asks for the number of the directive; each field comes with its place."""
    labels = button_titles([field.label for _, field in numeric])
    rows = [
        [Button(label, OfDirective(id=directive.id, what="d", field=place + 1).pack())]
        for label, (place, _) in zip(labels, numeric, strict=True)
    ]
    title = f"{esc(directive.number)} {esc(directive.title)}".strip()
    return screen(f"<b>{title}</b>", "Какой показатель?", rows=[*rows, back(Card(id=directive.id).pack())])


def on_schedule(*, monthly: bool, closings: bool) -> Screen:
    """Switches what comes by itself."""

    def switch(title: str, turn: Turn, *, on: bool) -> list[Button]:
        return [Button(f"{title}: {'да' if on else 'нет'}", OnSchedule(turn=turn).pack())]

    return screen(
        "<b>Отчёты по расписанию</b>",
        "",
        "<b>Отчёт за месяц</b> — свод за прошлый месяц, в первый рабочий день.",
        "<b>Свод по запросу</b> — когда приём ответов завершён.",
        rows=[
            switch("Отчёт за месяц", "monthly", on=monthly),
            switch("Свод по запросу", "closings", on=closings),
            back(Reports().pack()),
        ],
    )
