"""One-off questions: composing and sending; one that was asked, and a template."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from bot.domain.brevity import shortened
from bot.domain.catalog.catalog import Catalog
from bot.domain.desk.announcement import Reach
from bot.domain.desk.question import Lack, Question, Reminding, due_at, is_hasty, number_of
from bot.domain.directives.directive import Directive
from bot.domain.ledger.control import Counts
from bot.domain.ledger.obligation import Obligation, ObligationState, Round
from bot.domain.screen import Button, Screen
from bot.domain.timing.schedule import Occurrence
from bot.views.callbacks.audience import Audiences
from bot.views.callbacks.control import InRound
from bot.views.callbacks.department import Questions
from bot.views.callbacks.questions import (
    Ask,
    CloseQuestion,
    Confirm,
    CopyQuestion,
    DueChoice,
    KeepTemplate,
    Kinds,
    ListQuestions,
    More,
    NextReminding,
    OpenField,
    OpenQuestion,
    PickDue,
    PickTopic,
    RemoveQuestion,
    Reword,
    Sample,
    ShowSample,
    TakeBack,
    Write,
)
from bot.views.department.audience import described, organizations
from bot.views.department.panel import CONTROL, back
from bot.views.department.questions.fields import kind_rows, line
from bot.views.heads import form
from bot.views.heads.card import Card
from bot.views.words import agreeing, button_label, day, due_day, due_hour, esc, fit, left, moment, plural, screen

_NAMED = 10

GONE = "Этого запроса больше нет или он уже отправлен"
GONE_FIELD = "Этого поля больше нет"
SAMPLE = "Это образец: так запрос увидит руководитель"
REMOVED = "Удалено"
OF_OTHERS = "Шаблон не только для ваших организаций. Удалить его может автор или администратор"
KEPT = "Сохранено как шаблон"
KEPT_ALREADY = "Такой шаблон уже есть"
CHANGED = "Запрос изменился. Проверьте, пожалуйста, ещё раз"
BEYOND = "Вопрос задан и организациям вне ваших полномочий. Это может сделать его автор или администратор"
ENDED = "Приём ответов уже завершён"
TAKEN_BACK_ALREADY = "Вопрос уже отозван"
TOPIC_OUTSIDE = "Эта тема вам недоступна. Выберите, пожалуйста, другую"
COPIED = "Черновик составлен. Проверьте срок."
ASKED = "Вопрос отправлен."
NOBODY = "Под выбранное не подходит ни одна организация. Измените, пожалуйста, «Кому»"
# The label of the date that is asked for.
DUE_LABEL = "Срок"
# Due dates that are offered, by their choice.
DUE: dict[DueChoice, str] = {
    "15": "Сегодня до 15:00",
    "0": "Сегодня до конца дня",
    "next": "Завтра",
    "work3": "Через 3 рабочих дня",
    "7": "Через неделю",
    "14": "Через две недели",
}
# Stands on a sample for the name of an organization, where there is none.
ORGANIZATION = "Название организации"

_REMINDING = {Reminding.USUAL: "обычные", Reminding.OFTEN: "чаще", Reminding.NEVER: "нет"}
_LACKS = {
    Lack.FIELDS: "что ответит руководитель",
    Lack.AUDIENCE: "кому",
    Lack.DUE: "срок",
    Lack.DUE_PAST: "срок уже прошёл: выберите другой",
    Lack.DUE_UNHEARD: "срок раньше, чем запрос придёт: выберите другой",
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
        "Напишите вопрос одним сообщением. Первая строка станет названием.",
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
        lines += ["<b>Что ответит руководитель</b> (номер — изменить):"]
        lines += [f"{place}. {line(field)}" for place, field in enumerate(question.fields, 1)]
        numbers = [
            Button(str(place), OpenField(question=question_id, field=number_of(field)).pack())
            for place, field in enumerate(question.fields, 1)
        ]
        rows += [numbers[first : first + 5] for first in range(0, len(numbers), 5)]
        rows.append([Button("Добавить поле", Kinds(question=question_id).pack())])
    else:
        lines.append("<b>Что ответит руководитель?</b> Выберите ниже.")
        rows += kind_rows(question_id)
    lines += ["", *_terms(draft)]
    due = "Срок" if question.due is None else f"Срок: {_short(question, draft.today)}"
    to = Audiences(of="q", id=question_id).pack()
    rows += [
        [
            Button(f"Кому: {draft.count}" if draft.count else "Кому", to),
            Button(due, PickDue(question=question_id).pack()),
        ],
        [
            Button("Как увидит руководитель", ShowSample(question=question_id).pack()),
            Button("Ещё…", More(question=question_id).pack()),
        ],
        [Button("Отправить", Confirm(question=question_id).pack(), style="success")],
        [Button("Удалить", RemoveQuestion(question=question_id).pack(), style="danger"), *back(Questions().pack())],
    ]
    return screen(*lines, rows=rows)


def more(draft: Draft) -> Screen:
    """What is seldom changed."""
    question_id, topic = draft.id, draft.question.topic
    titled = f"Тема: {draft.catalog.topics.get(topic, topic)}" if topic else "Тема"
    return screen(
        f"<b>{esc(draft.question.title)}</b> · черновик",
        rows=[
            [
                Button("Изменить текст", Write(question=question_id, what="text").pack()),
                Button("Название", Write(question=question_id, what="name").pack()),
            ],
            [
                Button(
                    f"Напоминания: {_REMINDING[draft.question.reminding]}", NextReminding(question=question_id).pack()
                )
            ],
            [Button(button_label(titled), PickTopic(question=question_id).pack())],
            back(draft.card),
        ],
    )


def due_dates(draft: Draft, days: Sequence[tuple[DueChoice, str, datetime]]) -> Screen:
    """Offers due dates; each of `days` is the choice, its title, the moment."""
    rows = [
        [Button(_offer(after, title, at, draft), PickDue(question=draft.id, after=after).pack())]
        for after, title, at in days
    ]
    example = f"{days[-1][2].astimezone(draft.zone):%d.%m} до 12:00"
    return screen(
        "<b>Срок ответа</b>",
        f"Выберите или напишите: завтра, {example}. После срока ответы примем ещё две недели.",
        rows=[*rows, back(draft.card)],
    )


def _offer(after: DueChoice, title: str, at: datetime, draft: Draft) -> str:
    on = at.astimezone(draft.zone).date()
    if on == draft.today:
        return title
    if after == "next" and on != draft.today + timedelta(days=1):
        title = "Следующий рабочий день"
    return f"{title} · {day(on, draft.today)}"


def _short(question: Question, today: date) -> str:
    """«28 августа, 15:00»."""
    assert question.due is not None
    return day(question.due, today) + (f", {question.until:%H:%M}" if question.until else "")


def _due(draft: Draft) -> str:
    """«Срок: 28 августа, пятница, до 15:00 (завтра)»; the hour is told if it is not the end of the day."""
    question = draft.question
    assert question.due is not None
    at = due_at(question.due, draft.catalog.calendar, question.until)
    hour = (
        f", до {due_hour(at, draft.now, draft.zone)}" if question.until and due_hour(at, draft.now, draft.zone) else ""
    )
    return f"🗓 Срок: {due_day(at, draft.now, draft.zone)}{hour} ({left(at, draft.now, draft.zone)}){_clock(draft)}"


def _clock(draft: Draft) -> str:
    """Whose hours are meant, where people live by several clocks."""
    return ", по местному времени" if len(draft.catalog.calendar.all_of_them) > 1 else ""


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


def sample(
    draft: Draft, directive: Directive, occurrence: Occurrence, organization: str, lacks: Sequence[Lack]
) -> Screen:
    """Shows the very screen that a head will see, with buttons that do nothing; and what is still to be said."""
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
    seen = form.request(Card(owed, draft.now, draft.zone, source=draft.catalog.source))
    inert = tuple(
        tuple(Button(button.text, Sample().pack(), style=button.style) for button in row) for row in seen.rows
    )
    above = f"<i>Образец. {lacking(lacks)}.</i>\n\n" if lacks else ""
    return Screen(fit(f"{above}{seen.text}"), (*inert, tuple(back(draft.card))))


def confirm(draft: Draft, reach: Reach, seen: int) -> Screen:
    """Asks before the question is sent: to how many, and who will not get it."""
    question, calendar = draft.question, draft.catalog.calendar
    assert question.due is not None
    people = len(reach.people)
    lines = [
        "<b>Отправить вопрос?</b>",
        esc(question.title),
        "",
        f"👥 {_whom(draft)}: {organizations(draft.count)}",
        f"✉️ {agreeing(people, 'Получит', 'Получат')} {plural(people, 'человек', 'человека', 'человек')}"
        if people
        else "✉️ Сейчас не получит никто",
        _due(draft),
    ]
    arrives = calendar.next_work_moment(draft.now)
    if arrives > draft.now:
        lines.append(f"🕘 Нерабочее время: вопрос придёт {moment(arrives, draft.now, draft.zone)}.")
    if is_hasty(question.due, calendar, draft.now):
        lines += ["", "⚠️ Времени на ответ мало. Если возможно, дайте организациям больше."]
    unreached = [f"{addressee.person_name}, {addressee.organization_label}" for addressee in reach.obstructed]
    lines += _names("Не получат сообщение", unreached)
    lines += _names("Никто не зарегистрирован", [vacancy.organization_label for vacancy in reach.vacancies])
    send = Button(
        f"Отправить: {people}" if people else "Отправить", Ask(question=draft.id, seen=seen).pack(), style="success"
    )
    return screen(*lines, rows=[[send], back(draft.card)])


def asked(
    draft: Draft,
    round_: Round,
    counts: Counts,
    author: str | None,
    *,
    may_end: bool,
    runs: bool,
    note: str = "",
) -> Screen:
    """Shows a question that was asked, and how many have answered. `note`: what has just happened.

    `may_end`: whether all of it is its reader's matter, so that they may correct it, end it, take it back; `runs`:
    whether somebody may answer it still, were it by a due date of their own.
    """
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
    if round_.is_open:
        lines += [f"🗓 {_term(draft, round_, runs=runs)}", f"📥 Ответили {done} из {total}"]
    else:
        lines.append("↩️ Отозван: отвечать никому не нужно")
    if author:
        lines.append(f"Автор: {esc(author)}")
    again = [
        Button("Повторить", CopyQuestion(question=draft.id).pack()),
        Button("В шаблоны", KeepTemplate(question=draft.id).pack()),
    ]
    if not round_.is_open:
        return screen(*lines, rows=[again, back(ListQuestions(what="sent").pack())])
    rows = [[Button(CONTROL, InRound(round=round_.id).pack())], again]
    if may_end:
        corrected = Button("Исправить текст", Reword(question=draft.id).pack())
        ended = Button("Закрыть приём", CloseQuestion(question=draft.id).pack())
        rows.append([corrected, ended] if runs else [])
        rows.append([Button("Отозвать", TakeBack(question=draft.id).pack(), style="danger")])
    return screen(*lines, rows=[*rows, back(ListQuestions(what="sent").pack())])


def _term(draft: Draft, round_: Round, *, runs: bool) -> str:
    if runs and round_.closes_at <= draft.now:
        return "Приём ответов завершён, некоторым срок продлён"
    if round_.closes_at <= draft.now:
        closed = round_.closes_at.astimezone(draft.zone).date()
        return f"Приём ответов завершён {day(closed, draft.today)}"
    until = f", до {draft.question.until:%H:%M}" if draft.question.until else ""
    its = round_.seen_by(draft.catalog.calendar)
    return f"Срок: {due_day(its.due_at, draft.now, draft.zone)}{until}{_clock(draft)}"


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
        f"<b>Удалить {what}?</b> Вернуть его будет нельзя.",
        esc(draft.question.title),
        rows=[[Button("Удалить", sure, style="danger")], back(draft.card)],
    )


def _terms(draft: Draft) -> list[str]:
    """Audience, topic, reminders, and at last the due date."""
    question = draft.question
    lines = [f"👥 {_whom(draft)}"]
    if draft.count:
        lines[0] += f" ({organizations(draft.count)})"
    if question.topic:
        lines.append(f"🏷 {esc(draft.catalog.topics.get(question.topic, question.topic))}")
    if question.reminding is not Reminding.USUAL:
        lines.append(f"🔔 Напоминания: {_REMINDING[question.reminding]}")
    lines.append("🗓 Срок не указан" if question.due is None else _due(draft))
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
