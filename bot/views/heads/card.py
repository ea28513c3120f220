"""A request as the screens of its reader have it: which it is, until when, why, and what was answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from functools import lru_cache

from bot.domain.directives import form
from bot.domain.directives.directive import Directive
from bot.domain.fields.field import Field, Values
from bot.domain.ledger.obligation import Extension, Obligation, ObligationState, Remark, Reply
from bot.domain.ledger.sums import Gathered, NotGathered
from bot.domain.screen import Button
from bot.domain.text import caseless
from bot.views.callbacks import FormStep, Step, Tasks
from bot.views.territories import Named, short
from bot.views.values import Style, value_text
from bot.views.words import (
    asks_for_more,
    before_value,
    by_its_clock,
    due_day,
    due_hour,
    esc,
    left,
    plural,
    shorten,
)

# What is shown of a long text in a form; the answer itself keeps all of it.
_SHOWN = 120
# What is shown of a quotation that cannot be folded: as much as Telegram shows of a folded one.
_BEGINNING = 120
# Fewer characters of a line say nothing: «Поручение…».
_STUB = 20
_IN_DISTRICT = "Как в районе"


@dataclass(frozen=True, slots=True)
class Card:
    """All that the screens of one request are drawn from."""

    obligation: Obligation
    now: datetime
    # The organization's clock, as it was when it had to answer.
    zone: tzinfo
    # How the resolution is named before a quotation; empty: it is not named.
    source: str = ""
    # Whether there is an earlier answer to copy.
    has_previous: bool = False
    # How many other requests wait for the person.
    others: int = 0
    newest: Reply | None = None
    # When it was first answered.
    first_at: datetime | None = None
    remarks: Sequence[Remark] = ()
    # The request for more time that the department has not decided about.
    extension: Extension | None = None
    # Whether whoever reads it lives by another clock.
    is_elsewhere: bool = False
    # Whether the organization itself does by now.
    has_moved: bool = False
    # What leads to the answers of the others.
    compared: str = _IN_DISTRICT
    # What is proposed for fields that sum up others, by their ids.
    sums: Mapping[str, Gathered | NotGathered] = field(default_factory=dict)
    # Whether quotations are folded where it is read; where they are not, a form has their beginning.
    folds: bool = True

    @property
    def directive(self) -> Directive:
        """As it was when the round opened."""
        return self.obligation.round.directive

    @property
    def key(self) -> str:
        """The period's key, which `only_in` speaks of."""
        return self.obligation.round.key

    @property
    def today(self) -> date:
        """The date where the organization is."""
        return self.now.astimezone(self.zone).date()


def compared(obligation: Obligation, known: Mapping[str, Named]) -> str:
    """What leads to the answers of the others: of the district, or of the territory, «Как у других: Северный»."""
    if not known:
        return _IN_DISTRICT
    return f"Как у других: {short(obligation.territory, known)}" if obligation.territory in known else "Как у других"


def title(card: Card) -> list[str]:
    """Which request it is, and of which organization."""
    occasion = card.obligation.round.title
    name = f"<b>{esc(card.directive.title)}</b>"
    return [f"{name} · {esc(occasion)}" if occasion else name, esc(card.obligation.organization_name)]


def heading(card: Card) -> list[str]:
    """Which request it is, until when, whether more time has been asked for, and what is to be corrected."""
    return [*title(card), *term(card), *returned(card)]


def returned(card: Card) -> list[str]:
    """The department's comment, if it wants a correction."""
    if card.obligation.state is not ObligationState.RETURNED:
        return []
    comment = card.obligation.comment
    said = [f"<blockquote>{esc(comment)}</blockquote>"] if comment else []
    return ["", "↩️ <b>Возвращено на доработку</b>", *said]


def term(card: Card, *, brief: bool = False) -> list[str]:
    """Until when, and whether more time has been asked for; `brief`: without what is left."""
    if card.extension is None:
        return [_due(card, brief=brief)]
    return [_due(card, brief=brief), asks_for_more(card.extension, card.now, card.zone)]


def _due(card: Card, *, brief: bool) -> str:
    obligation = card.obligation
    mark = "❗️" if obligation.is_overdue(card.now) else "🗓"
    due = due_day(obligation.due_at, card.now, card.zone)
    if not obligation.is_unanswered:
        # The answer is being changed: it came, whatever the calendar says.
        return f"{mark} Срок: <b>{due}</b>"
    hour = due_hour(obligation.due_at, card.now, card.zone)
    until = f", до {hour}" if hour else ""
    if card.is_elsewhere:
        until += by_its_clock(hour)
    if brief and hour:
        return f"{mark} Срок: <b>{due}{until}</b>"
    return f"{mark} Срок: <b>{due}{until}</b> ({left(obligation.due_at, card.now, card.zone)})"


def why(card: Card, *, with_prompt: bool) -> list[str]:
    """Number and text of the directive, collapsed; a question of the department's own quotes nothing."""
    said = _quoted(card, with_prompt=with_prompt)
    if not said:
        return []
    if card.folds:
        return [f"<blockquote expandable>{esc(said)}</blockquote>"]
    if len(said) > _BEGINNING and card.obligation.is_unanswered:
        said = f"{_beginning(said)} Целиком: «Ещё…»"
    # Nothing but its letters sets it apart there.
    return ["", f"<blockquote>{esc(said)}</blockquote>"]


def _beginning(said: str) -> str:
    """As much of it as a form shows; of a line that would be cut after a word or two, nothing."""
    cut = said[:_BEGINNING].rpartition(" ")[0]
    above, _, last = cut.rpartition("\n")
    return above if above and len(last) < _STUB else f"{cut.rstrip(' ,;:—')}…"


def unfolded(card: Card) -> list[str]:
    """The quotation as a whole, where a form had its beginning alone."""
    said = _quoted(card, with_prompt=True)
    return [] if card.folds or len(said) <= _BEGINNING else ["", f"<blockquote>{esc(said)}</blockquote>"]


def _quoted(card: Card, *, with_prompt: bool) -> str:
    directive = card.directive
    said = [directive.prompt] if with_prompt else []
    if directive.text:
        source = f" {card.source}" if card.source else ""
        said.append(f"Поручение {directive.number}{source}: «{directive.text}»")
    return "\n".join(said)


def is_said(directive: Directive, field: Field) -> bool:
    """Whether the title, or a question of the department's own, says what the field's label does."""
    said = [directive.title]
    if not directive.text:
        said += [directive.prompt, *directive.prompt.split("\n")]
    return bare(field.label) in map(bare, said)


@lru_cache(maxsize=256)
def bare(text: str) -> str:
    """The words without their case and what ends them."""
    return caseless(text).rstrip(" .:;,!?")


def top(card: Card, *, fresh: bool) -> list[str]:
    """Which request it is and of whom, in few words; a question of the department's own is asked there, once."""
    directive, label = card.directive, esc(card.obligation.organization_label)
    name = f"<b>{esc(directive.title)}</b>"
    if directive.text:
        occasion = card.obligation.round.title
        return [f"{name} · {esc(occasion)}" if occasion else name, label]
    if not fresh:
        return [name, label]
    # The title is the beginning of one of its lines, unless its author has given it a name.
    lines, begins = directive.prompt.split("\n"), directive.title.rstrip("…")
    titled = next((line for line in lines if line.startswith(begins)), None)
    if titled is None:
        return [name, esc(directive.prompt), "", label]
    return [
        *(f"<b>{esc(line)}</b>" if line is titled else esc(line) for line in lines),
        *([""] * (len(lines) > 1)),
        label,
    ]


def shown(field: Field, values: Values) -> str:
    """What was answered, as a form has it."""
    return shorten(value_text(field, values[field.id], Style.FORM), _SHOWN) if field.id in values else "—"


def answer_lines(card: Card, values: Values, not_ours: str | None) -> list[str]:
    """What was answered, a line for each field."""
    if not_ours:
        return [f"Не относится к организации: <i>{esc(shorten(not_ours, 500))}</i>"]
    asked = form.applicable(card.directive, card.key, values)
    if len(asked) == 1 and not card.directive.text and is_said(card.directive, asked[0]):
        return [f"Ответ: <b>{esc(shown(asked[0], values))}</b>"]
    return [f"• {esc(before_value(field.label))} <b>{esc(shown(field, values))}</b>" for field in asked]


def remarks_lines(remarks: Sequence[Remark]) -> list[str]:
    """What was added beside the answer: the newest three in words, and how many files."""
    files = sum(1 for remark in remarks if remark.file_id)
    lines = [f"💬 {esc(shorten(remark.text, _SHOWN))}" for remark in remarks if remark.text][-3:]
    if files:
        lines.append(f"📎 {plural(files, 'файл', 'файла', 'файлов')}")
    return lines


def others_button(card: Card) -> list[list[Button]]:
    """A row that leads to the other requests, if there are any."""
    return [[Button(f"Другие запросы ({card.others})", Tasks().pack())]] if card.others else []


def step_to(card: Card, field: Field | None, step: FormStep) -> str:
    """What a button of that field, or of the form as a whole, does."""
    index = card.directive.fields.index(field) if field else 0
    return Step(obligation=card.obligation.id, field=index, step=step).pack()
