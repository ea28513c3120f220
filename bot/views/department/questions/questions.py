"""One-off questions: composing and sending; one that was asked, and a template."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from bot.domain.brevity import shortened
from bot.domain.catalog.catalog import Catalog
from bot.domain.desk.announcement import Reach
from bot.domain.desk.question import Lack, Question, Reminding, due_at, is_hasty, number_of
from bot.domain.directives.directive import Directive
from bot.domain.ledger.control import Counts
from bot.domain.ledger.obligation import Obligation, ObligationState, Round
from bot.domain.screen import Button, Screen
from bot.domain.timing.schedule import Occurrence
from bot.views import form
from bot.views.callbacks.audience import Audiences
from bot.views.callbacks.control import InRound
from bot.views.callbacks.department import Questions
from bot.views.callbacks.questions import (
    Ask,
    Confirm,
    CopyQuestion,
    DueChoice,
    KeepTemplate,
    Kinds,
    ListQuestions,
    NextReminding,
    OpenField,
    OpenQuestion,
    PickDue,
    PickTopic,
    RemoveQuestion,
    Sample,
    ShowSample,
    Write,
)
from bot.views.department.audience import described, organizations
from bot.views.department.panel import back
from bot.views.department.questions.fields import kind_rows, line
from bot.views.words import button_label, day, due_day, esc, left, moment, plural, screen

_NAMED = 10

GONE = "Этого запроса больше нет или он уже отправлен"
GONE_FIELD = "Этого поля больше нет"
SAMPLE = "Это образец: так запрос увидит руководитель"
REMOVED = "Удалено"
OF_OTHERS = "Шаблон не только для ваших организаций. Удалить его может автор или администратор"
KEPT = "Сохранено как шаблон"
KEPT_ALREADY = "Такой шаблон уже есть"
CHANGED = "Запрос изменился. Проверьте, пожалуйста, ещё раз"
TOPIC_OUTSIDE = "Эта тема вам недоступна. Выберите, пожалуйста, другую"
COPIED = "Черновик составлен: проверьте его и укажите срок."
ASKED = "Запрос отправлен."
NOBODY = "Под выбранное не подходит ни одна организация. Измените, пожалуйста, «Кому»"
# The label of the date that is asked for.
DUE_LABEL = "Срок"
# Due dates that are offered, by their choice.
DUE: dict[DueChoice, str] = {"work3": "Через 3 рабочих дня", "7": "Через неделю", "14": "Через две недели"}
# Stands on a sample for the name of an organization, where there is none.
ORGANIZATION = "Название организации"

_REMINDING = {Reminding.USUAL: "обычные", Reminding.OFTEN: "чаще", Reminding.NEVER: "нет"}
_LACKS = {
    Lack.FIELDS: "что ответит руководитель",
    Lack.AUDIENCE: "кому",
    Lack.DUE: "срок",
    Lack.DUE_PAST: "срок уже прошёл: выберите другой",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """What the screens of a question that is composed are drawn from.

    `count`: organizations that the audience comes to; `chosen` and `about`: how the audience is described.
    """

    id: int
    question: Question
    catalog: Catalog
    now: datetime
    count: int = 0
    chosen: Sequence[str] = ()
    about: str = ""

    @property
    def zone(self) -> tzinfo:
        """The department's time zone."""
        return self.catalog.calendar.zone

    @property
    def today(self) -> date:
        """The department's date."""
        return self.now.astimezone(self.zone).date()

    @property
    def card(self) -> str:
        """The way back to the question."""
        return OpenQuestion(question=self.id).pack()


def ask_text(question_id: int | None) -> Screen:
    """Asks for the text."""
    to = Questions().pack() if question_id is None else OpenQuestion(question=question_id).pack()
    return screen(
        "<b>Что просим сообщить?</b>",
        "Напишите текст запроса одним сообщением, до 1500 знаков. Первая строка станет названием.",
        rows=[back(to)],
    )


def ask_name(draft: Draft) -> Screen:
    """Asks for a title of the author's own."""
    return screen(
        f"Сейчас: <b>{esc(draft.question.title)}</b>",
        "Напишите название для списков и кнопок, до 40 знаков.",
        rows=[back(draft.card)],
    )


def card(draft: Draft, note: str = "") -> Screen:
    """Shows the question as far as it is composed. `note`: what has just happened, HTML."""
    question, question_id = draft.question, draft.id
    lines = [f"ℹ️ {note}", ""] if note else []
    lines += [f"<b>{esc(question.title)}</b> · черновик"]
    if question.text != question.title:
        lines.append(f"<blockquote expandable>{esc(question.text)}</blockquote>")
    lines.append("")
    rows: list[list[Button]] = []
    if question.fields:
        lines += ["<b>Что ответит руководитель</b> (кнопка с номером — изменить):"]
        lines += [f"{place}. {line(field)}" for place, field in enumerate(question.fields, 1)]
        numbers = [
            Button(str(place), OpenField(question=question_id, field=number_of(field)).pack())
            for place, field in enumerate(question.fields, 1)
        ]
        rows += [numbers[first : first + 5] for first in range(0, len(numbers), 5)]
        rows.append([Button("Добавить поле", Kinds(question=question_id).pack())])
    else:
        lines.append("<b>Что ответит руководитель?</b> Выберите ниже одним нажатием.")
        rows += kind_rows(question_id)
    lines += ["", *_terms(draft)]
    due = "Срок" if question.due is None else f"Срок: {day(question.due, draft.today)}"
    to = Audiences(of="q", id=question_id).pack()
    rows += [
        [
            Button(f"Кому: {draft.count}" if draft.count else "Кому", to),
            Button(due, PickDue(question=question_id).pack()),
        ],
        [
            Button(f"Напоминания: {_REMINDING[question.reminding]}", NextReminding(question=question_id).pack()),
            Button("Тема", PickTopic(question=question_id).pack()),
        ],
        [
            Button("Изменить текст", Write(question=question_id, what="text").pack()),
            Button("Название", Write(question=question_id, what="name").pack()),
        ],
        [Button("Как увидит руководитель", ShowSample(question=question_id).pack())],
        [Button("Отправить", Confirm(question=question_id).pack(), style="success")],
        [Button("Удалить", RemoveQuestion(question=question_id).pack(), style="danger"), *back(Questions().pack())],
    ]
    return screen(*lines, rows=rows)


def due_dates(draft: Draft, days: Sequence[tuple[DueChoice, str, date]]) -> Screen:
    """Offers due dates; each of `days` is the choice, its title, the day."""
    rows = [
        [Button(f"{title} · {day(on, draft.today)}", PickDue(question=draft.id, after=after).pack())]
        for after, title, on in days
    ]
    return screen(
        "<b>Срок ответа</b>",
        "Выберите или напишите дату: 05.10.2026. Ответ ждём до конца рабочего дня; после срока его можно прислать "
        "ещё две недели.",
        rows=[*rows, back(draft.card)],
    )


def topics(draft: Draft, offered: Sequence[str]) -> Screen:
    """Offers the topics that the author may use."""
    titles = draft.catalog.topics
    rows = [
        [
            Button(
                _ticked(titles[topic], on=topic == draft.question.topic),
                PickTopic(question=draft.id, set=True, topic=topic).pack(),
            )
        ]
        for topic in offered
    ]
    rows.append(
        [Button(_ticked("Без темы", on=not draft.question.topic), PickTopic(question=draft.id, set=True).pack())]
    )
    return screen(
        "<b>Тема</b>",
        "По теме руководители подписываются, а кураторы видят свои запросы. Можно без темы.",
        rows=[*rows, back(draft.card)],
    )


def occasion(today: date) -> str:
    """What the period of a question is called, beside its title."""
    return f"запрос от {day(today)}"


def moved(from_day: date, to_day: date) -> str:
    """The due date was moved off a day off."""
    return f"{day(from_day, to_day)} — выходной. Срок перенесён на {day(to_day, from_day)}."


def lacking(lacks: Sequence[Lack]) -> str:
    """Names what has to be said before it can be sent; a toast."""
    return f"Осталось указать: {', '.join(_LACKS[lack] for lack in lacks)}"


def sample(draft: Draft, directive: Directive, occurrence: Occurrence, organization: str) -> Screen:
    """Shows the very screen that a head will see, with buttons that do nothing."""
    opened = Round(
        0,
        directive,
        occurrence.period,
        occurrence.key,
        occurrence.title,
        occurrence.opens_at,
        occurrence.due_at,
        occurrence.closes_at,
        draft.now,
    )
    owed = Obligation(0, opened, 0, organization, organization, ObligationState.OPEN, occurrence.due_at, 0)
    seen = form.request(form.Card(owed, draft.now, draft.zone, source=draft.catalog.source))
    inert = tuple(
        tuple(Button(button.text, Sample().pack(), style=button.style) for button in row) for row in seen.rows
    )
    return Screen(seen.text, (*inert, tuple(back(draft.card))))


def confirm(draft: Draft, reach: Reach, seen: int) -> Screen:
    """Asks before the question is sent: to how many, and who will not get it."""
    question, calendar = draft.question, draft.catalog.calendar
    assert question.due is not None
    people = plural(len(reach.people), "человек", "человека", "человек")
    due = due_at(question.due, calendar)
    lines = [
        f"<b>Отправить запрос «{esc(question.title)}»?</b>",
        "",
        f"👥 {organizations(draft.count)}, напишем: {people}",
        f"Кому: {_whom(draft)}",
        f"🗓 Срок: {due_day(due, draft.now, draft.zone)} ({left(due, draft.now, draft.zone)})",
    ]
    arrives = calendar.next_work_moment(draft.now)
    if arrives > draft.now:
        lines.append(f"🕘 Нерабочее время: запрос придёт {moment(arrives, draft.now, draft.zone)}.")
    if is_hasty(question.due, calendar, draft.now):
        lines += ["", "⚠️ Времени на ответ мало. Если возможно, дайте организациям больше."]
    unreached = [f"{addressee.person_name}, {addressee.organization_label}" for addressee in reach.obstructed]
    lines += _names("Не получат сообщение", unreached)
    lines += _names("Никто не зарегистрирован", [vacancy.organization_label for vacancy in reach.vacancies])
    send = Button(f"Отправить: {draft.count}", Ask(question=draft.id, seen=seen).pack(), style="success")
    return screen(*lines, rows=[[send], back(draft.card)])


def asked(draft: Draft, round_: Round, counts: Counts, author: str | None, note: str = "") -> Screen:
    """Shows a question that was asked, and how many have answered. `note`: what has just happened."""
    done, total = counts.done, counts.asked
    lines = [f"✅ {note}", ""] if note else []
    lines += [f"<b>{esc(round_.directive.title)}</b> · {esc(round_.title)}"]
    if round_.directive.prompt != round_.directive.title:
        lines.append(f"<blockquote expandable>{esc(round_.directive.prompt)}</blockquote>")
    lines += ["", *(f"{place}. {line(field)}" for place, field in enumerate(round_.directive.fields, 1))]
    lines += [
        "",
        *(f"👥 {whom}" for whom in described(draft.question.audience, draft.catalog, draft.chosen, draft.about)),
    ]
    lines += [
        f"🗓 Срок: {due_day(round_.due_at, draft.now, draft.zone)}",
        f"📥 Ответили {done} из {total}",
    ]
    if author:
        lines.append(f"Автор: {esc(author)}")
    rows = [
        [Button("Кто ответил", InRound(round=round_.id).pack())],
        [Button("Повторить", CopyQuestion(question=draft.id).pack())],
        [Button("Сохранить как шаблон", KeepTemplate(question=draft.id).pack())],
        back(ListQuestions(what="sent").pack()),
    ]
    return screen(*lines, rows=rows)


def template(draft: Draft, author: str | None, *, may_remove: bool) -> Screen:
    """Shows a template, and makes a draft from it."""
    question = draft.question
    lines = [f"<b>{esc(question.title)}</b> · шаблон"]
    if question.text != question.title:
        lines.append(f"<blockquote expandable>{esc(question.text)}</blockquote>")
    lines += [
        "",
        *(f"{place}. {line(field)}" for place, field in enumerate(question.fields, 1)),
        "",
        *_terms(draft)[:-1],
    ]
    if author:
        lines.append(f"Автор: {esc(author)}")
    rows = [
        [Button("Составить запрос", CopyQuestion(question=draft.id).pack(), style="primary")],
        *([[Button("Удалить шаблон", RemoveQuestion(question=draft.id).pack(), style="danger")]] if may_remove else []),
        back(ListQuestions(what="templates").pack()),
    ]
    return screen(*lines, rows=rows)


def remove(draft: Draft, *, is_template: bool) -> Screen:
    """Asks before a draft or a template is removed."""
    what = "шаблон" if is_template else "черновик"
    sure = RemoveQuestion(question=draft.id, sure=True).pack()
    return screen(
        f"Удалить {what} «{esc(draft.question.title)}»? Вернуть его будет нельзя.",
        rows=[[Button("Удалить", sure, style="danger")], back(draft.card)],
    )


def _terms(draft: Draft) -> list[str]:
    """Audience, topic, reminders, and at last the due date."""
    question, calendar = draft.question, draft.catalog.calendar
    lines = [f"👥 {_whom(draft)}"]
    if draft.count:
        lines[0] += f" ({organizations(draft.count)})"
    if question.topic:
        lines.append(f"🏷 {esc(draft.catalog.topics.get(question.topic, question.topic))}")
    lines.append(f"🔔 Напоминания: {_REMINDING[question.reminding]}")
    if question.due is None:
        lines.append("🗓 Срок не указан")
    else:
        due = due_at(question.due, calendar)
        lines.append(f"🗓 Срок: {due_day(due, draft.now, draft.zone)} ({left(due, draft.now, draft.zone)})")
    return lines


def _whom(draft: Draft) -> str:
    return "; ".join(described(draft.question.audience, draft.catalog, draft.chosen, draft.about))


def _names(heading: str, names: Sequence[str]) -> list[str]:
    if not names:
        return []
    lines = ["", f"{heading} ({len(names)}):", *(f"• {esc(shortened(name, 90))}" for name in names[:_NAMED])]
    return [*lines, f"… и ещё {len(names) - _NAMED}"] if len(names) > _NAMED else lines


def _ticked(label: str, *, on: bool) -> str:
    return button_label(f"✅ {label}" if on else label)
