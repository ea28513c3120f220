"""A question that the department asks once (разовый запрос), while it is composed and as it is asked.

It is composed in a chat, one thing after the other, so a question may lack anything: `lacks` says what. A text that
does not fit raises `Unfit`. Lengths are those of the catalog's own directives.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from bot.domain.desk.audience import Audience
from bot.domain.directives.directive import AudiencePart, Directive
from bot.domain.fields.field import Field, FieldKind
from bot.domain.fields.kinds import Answering, rules
from bot.domain.fields.labels import is_percentage
from bot.domain.text import LABEL, OPTION, PROMPT, TITLE, UNIT, caseless, clean, units, without_marks
from bot.domain.timing.calendar import WorkCalendar
from bot.domain.timing.schedule import Dates, Ladder, Occurrence, Schedule, YearDate, YearPeriod

MAX_FIELDS, MAX_OPTIONS = 20, 12
# Days; a question asked once is not due in years.
LATEST = 366
# Working days that are given to answer unless the author says otherwise.
USUAL_DAYS = 3
# Of a number, unless the author takes less.
LEAST = Decimal(0)
# A question has one period. The name is in the ledger: never change it.
PERIOD = "once"

_ID_PREFIX = "question-"
_FIELD_PREFIX = "f"
_NOBODY = Audience()
# «1,5» is one option.
_SEMICOLON, _COMMA = re.compile(";"), re.compile(r",(?!\d)|\s/\s")
# «Да; нет» as an example had it: the quotes are of the whole line.
_QUOTED = re.compile(r'[«„“"]([^«»„“”"]*)[»“”"]')
# A greeting is no title, alone in its line or before what is asked: «Уважаемые коллеги!» would name every question.
_TO_ALL = r"(?i:уважаем|добрый день|доброе утро|здравствуйте|коллеги)"
_GREETING = re.compile(rf"(?:{_TO_ALL}(?:[^.!?,]|,\s*{_TO_ALL})*(?:!|\.(?=\s+[А-ЯЁ]))\s*)+|{_TO_ALL}[^?]*[^.?]$")


def is_question(directive_id: str) -> bool:
    """Whether the directive of that id is a question of the department's own, and no item of the resolution."""
    return directive_id.startswith(_ID_PREFIX)


class Reminding(StrEnum):
    """How often those who do not answer are reminded."""

    USUAL = "usual"
    OFTEN = "often"
    NEVER = "never"


LADDERS = {
    Reminding.USUAL: Ladder(),
    Reminding.OFTEN: Ladder(before=(3, 2, 1, 0), after=(1, 2, 3, 5)),
    Reminding.NEVER: Ladder(before=(), after=()),
}


class Lack(StrEnum):
    """What a question lacks to be asked."""

    FIELDS = "fields"
    AUDIENCE = "audience"
    DUE = "due"
    DUE_PAST = "due_past"
    # It would be due before anybody gets it.
    DUE_UNHEARD = "due_unheard"


class Fault(StrEnum):
    """Why something does not fit; the wording is the views'."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    SEVERAL_LINES = "several_lines"
    LABEL_TAKEN = "label_taken"
    TOO_MANY_FIELDS = "too_many_fields"
    TOO_FEW_OPTIONS = "too_few_options"
    TOO_MANY_OPTIONS = "too_many_options"
    OPTION_TWICE = "option_twice"
    OPTION_TOO_LONG = "option_too_long"


class Unfit(Exception):
    """A text does not fit. `length`: what it has; `most`: what it may have; `word`: what the fault is about."""

    def __init__(self, fault: Fault, length: int = 0, most: int = 0, word: str = "") -> None:
        super().__init__(f"{fault}: {length} of {most} {word!r}")
        self.fault = fault
        self.length = length
        self.most = most
        self.word = word


@dataclass(frozen=True, slots=True)
class Question:
    """What its author has said of it so far.

    `name` is the author's own title; without one the text's first line, but for a greeting, is the title. `last` is the
    number of the field that was made last: no number is used again, so an old button never names another field.
    """

    text: str
    name: str = ""
    fields: tuple[Field, ...] = ()
    audience: Audience = _NOBODY
    due: date | None = None
    # Until what hour of that day; None: the end of the working day.
    until: time | None = None
    reminding: Reminding = Reminding.USUAL
    topic: str = ""
    last: int = 0

    @property
    def title(self) -> str:
        """How lists and buttons name it."""
        return self.name or cut(_heading(self.text), TITLE)

    def field(self, number: int) -> Field | None:
        """The field of that number; None if it was removed."""
        return next((field for field in self.fields if field.id == f"{_FIELD_PREFIX}{number}"), None)


def directive_id(question_id: int) -> str:
    """The id of the directive that the question becomes when it is asked."""
    return f"{_ID_PREFIX}{question_id}"


def number_of(field: Field) -> int:
    """The field's number, as buttons name it."""
    return int(field.id.removeprefix(_FIELD_PREFIX))


def cut(line: str, most: int) -> str:
    """Cuts the line to that many units, after a whole word where possible, with an ellipsis for the rest."""
    line = line.strip().rstrip(":;,")
    if units(line) <= most:
        return line
    kept = line
    while units(kept) > most - 1:
        kept = kept[:-1]
    # A word that the cut went through is dropped; a single long word stays cut.
    whole = kept.rsplit(" ", 1)[0] if " " in kept and line[len(kept)] != " " else kept
    return f"{whole.rstrip(' .,:;–—-')}…"


def asked(text: str) -> str:
    """Takes the text of a question. Raises Unfit."""
    return _fitting(text, PROMPT, lines=True)


def named(text: str) -> str:
    """Takes a title of the author's own. Raises Unfit."""
    return _fitting(text, TITLE)


def label_of(question: Question, kind: FieldKind) -> str:
    """Labels a field that asks what the text asks: by the question itself, if that is one short line."""
    lines = _said(question.text)
    inquiring = [line for line in lines if line.endswith("?")]
    line = inquiring[0] if len(inquiring) == 1 else lines[0]
    label = line if line.endswith("?") else line.rstrip(".:;,!")
    if (len(inquiring) == 1 or len(lines) == 1) and label and units(label) <= LABEL:
        return label
    return "Файл" if rules(kind).answering is Answering.ATTACHED else "Ответ"


def labelled(question: Question, text: str, but: Field | None = None) -> str:
    """Takes a label that no field but `but` has. Raises Unfit."""
    label = _fitting(text, LABEL)
    if any(caseless(field.label) == caseless(label) for field in question.fields if field is not but):
        raise Unfit(Fault.LABEL_TAKEN, word=label)
    return label


def options_of(text: str) -> tuple[str, ...]:
    """Takes options, one a line, or several in the only line: on a computer Enter sends. Raises Unfit."""
    # A list in lines may have its signs too: «да;».
    lines = [line.strip(" ;") for line in clean(text).split("\n") if line.strip(" ;")]
    if len(lines) == 1:
        line = quoted[1] if (quoted := _QUOTED.fullmatch(lines[0])) else lines[0]
        between = _SEMICOLON if ";" in line else _COMMA
        lines = [part.strip() for part in between.split(line) if part.strip()]
    options = tuple(without_marks(lines))
    if len(options) < 2:
        raise Unfit(Fault.TOO_FEW_OPTIONS)
    if len(options) > MAX_OPTIONS:
        raise Unfit(Fault.TOO_MANY_OPTIONS, len(options), MAX_OPTIONS)
    for index, option in enumerate(options):
        if units(option) > OPTION:
            raise Unfit(Fault.OPTION_TOO_LONG, units(option), OPTION, option)
        if any(caseless(option) == caseless(other) for other in options[:index]):
            raise Unfit(Fault.OPTION_TWICE, word=option)
    return options


def unit_of(text: str) -> str:
    """Takes the unit of a number. Raises Unfit."""
    return _fitting(text, UNIT)


def free_label(question: Question, label: str) -> str:
    """The label, with a number if a field has it already."""
    labels, number = [field.label for field in question.fields], 1
    free = label
    while any(caseless(free) == caseless(other) for other in labels):
        number += 1
        free = f"{cut(label, LABEL - 4)} {number}"
    return free


def add(question: Question, kind: FieldKind, label: str, options: tuple[str, ...] = ()) -> Question:
    """The question with one more field at its end. Raises Unfit."""
    if len(question.fields) >= MAX_FIELDS:
        raise Unfit(Fault.TOO_MANY_FIELDS, most=MAX_FIELDS)
    number = question.last + 1
    # Heads are asked for what is counted: a minus is a slip unless the author says otherwise.
    least = LEAST if rules(kind).is_numeric else None
    field = _summed(Field(f"{_FIELD_PREFIX}{number}", kind, labelled(question, label), options, min=least))
    return replace(question, fields=(*question.fields, field), last=number)


def amend(question: Question, field: Field, **changes: Any) -> Question:
    """The question with that field changed."""
    amended = _summed(replace(field, **changes))
    return replace(question, fields=tuple(amended if other.id == field.id else other for other in question.fields))


def drop(question: Question, field: Field) -> Question:
    """The question without that field."""
    return replace(question, fields=_but(question, field))


def raise_(question: Question, field: Field) -> Question:
    """The question with that field one place further up; the first one stays."""
    fields = list(question.fields)
    place = fields.index(field)
    if place:
        fields[place - 1], fields[place] = fields[place], fields[place - 1]
    return replace(question, fields=tuple(fields))


def lacks(question: Question, calendar: WorkCalendar, now: datetime) -> list[Lack]:
    """What the author has to say before it can be asked; whether the audience reaches anybody is not known here."""
    lacking = []
    if not question.fields:
        lacking.append(Lack.FIELDS)
    if question.audience.is_nobody:
        lacking.append(Lack.AUDIENCE)
    if question.due is None:
        lacking.append(Lack.DUE)
    elif now >= due_at(question.due, calendar, question.until):
        lacking.append(Lack.DUE_PAST)
    elif calendar.next_work_moment(now) >= due_at(question.due, calendar, question.until):
        lacking.append(Lack.DUE_UNHEARD)
    return lacking


def completed(question: Question, calendar: WorkCalendar, now: datetime) -> Question:
    """The question as a sample: what it lacks is put there as it is most often."""
    for lack in lacks(question, calendar, now):
        match lack:
            case Lack.FIELDS:
                question = add(question, FieldKind.TEXT, label_of(question, FieldKind.TEXT))
            case Lack.AUDIENCE:
                question = replace(question, audience=Audience(everyone=True))
            case Lack.DUE | Lack.DUE_PAST | Lack.DUE_UNHEARD:
                today = now.astimezone(calendar.zone).date()
                question = replace(question, due=in_working_days(USUAL_DAYS, today, calendar), until=None)
    return question


def due_at(day: date, calendar: WorkCalendar, until: time | None = None) -> datetime:
    """That hour, or the end, of that working day; for a day off, of the next working day."""
    work_day = calendar.work_day(day)
    ends = calendar.ends(work_day) if until is None else datetime.combine(work_day, until, calendar.zone)
    return ends.astimezone(UTC)


def begun(text: str, audience: Audience, today: date, calendar: WorkCalendar) -> Question:
    """A new draft: for whom the last one was, due in three working days. Raises Unfit."""
    return Question(asked(text), audience=audience, due=in_working_days(USUAL_DAYS, today, calendar))


def corrected(question: Question, text: str) -> Question:
    """What was asked, in other words. Raises Unfit.

    Its fields stay, so that answers do; a label that said what the text said, says what it says now.
    """
    after = replace(question, text=asked(text))
    for field in question.fields:
        if field.label == label_of(question, field.kind):
            label = free_label(replace(after, fields=_but(after, field)), label_of(after, field.kind))
            after = amend(after, field, label=label)
    return after


def _but(question: Question, field: Field) -> tuple[Field, ...]:
    return tuple(other for other in question.fields if other.id != field.id)


def reworded(directive: Directive, question: Question) -> Directive:
    """The directive of a question that was asked, with the question's words as they are now."""
    labels = {field.id: field.label for field in question.fields}
    fields = tuple(replace(field, label=labels.get(field.id, field.label)) for field in directive.fields)
    return replace(directive, title=question.title, prompt=question.text, fields=fields)


def in_working_days(days: int, today: date, calendar: WorkCalendar) -> date:
    """The working day so many working days after today."""
    day = today
    for _ in range(days):
        day = calendar.work_day(day + timedelta(days=1))
    return day


def is_hasty(day: date, calendar: WorkCalendar, now: datetime) -> bool:
    """Whether heads get it only on the working day before it is due, or later."""
    arrives = calendar.next_work_moment(now).astimezone(calendar.zone).date()
    return calendar.work_day(day) <= calendar.work_day(arrives + timedelta(days=1))


def parts(audience: Audience, types: Iterable[str]) -> tuple[AudiencePart, ...]:
    """The audience as a directive has it: an organization that joins later is asked if it is of this audience.

    `types` are all that the catalog has. Organizations chosen by hand are left out: no later one belongs to them.
    """
    if not audience.is_general:
        return ()
    everywhere = [type_ for type_ in types if type_ not in audience.but]
    chosen = audience.types if audience.types and not audience.everyone else everywhere
    return tuple(AudiencePart(type_, audience.tags, audience.territories) for type_ in chosen)


def compose(
    question: Question, question_id: int, types: Sequence[str], calendar: WorkCalendar, title: str, now: datetime
) -> tuple[Directive, Occurrence]:
    """Makes the question a directive of its own with one period, of that title, which opens now.

    Raises ValueError if it lacks something. The directive's audience has types, tags and territories only: see `parts`.
    """
    if question.due is None or lacks(question, calendar, now):
        raise ValueError(f"question {question_id} cannot be asked yet")
    opens, due = now.astimezone(calendar.zone).date(), calendar.work_day(question.due)
    rule = Dates((YearPeriod(PERIOD, title, YearDate(opens.month, opens.day), YearDate(due.month, due.day)),))
    schedule = Schedule(rule, in_summer=True)
    directive = Directive(
        id=directive_id(question_id),
        number="",
        title=question.title,
        text="",
        topic=question.topic,
        prompt=question.text,
        audience=parts(question.audience, types),
        fields=question.fields,
        schedule=schedule,
        reminders=LADDERS[question.reminding],
    )
    closes = calendar.ends(due + timedelta(days=schedule.closes_days)).astimezone(UTC)
    return directive, Occurrence(PERIOD, PERIOD, title, now, due_at(due, calendar, question.until), closes)


def _heading(text: str) -> str:
    return _said(text)[0]


def _said(text: str) -> list[str]:
    """The lines of the text without the greeting that it begins with; a greeting that is all stays."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    after = _GREETING.sub("", lines[0], count=1) if _GREETING.match(lines[0]) else lines[0]
    return [line for line in (after, *lines[1:]) if line] or lines


def _fitting(text: str, most: int, *, lines: bool = False) -> str:
    text = clean(text)
    if not text:
        raise Unfit(Fault.EMPTY)
    if "\n" in text and not lines:
        raise Unfit(Fault.SEVERAL_LINES)
    if units(text) > most:
        raise Unfit(Fault.TOO_LONG, units(text), most)
    return text


def _summed(field: Field) -> Field:
    """Counts are summed over organizations, percentages and fractions never."""
    return replace(field, total=rules(field.kind).is_count and not is_percentage(field))
