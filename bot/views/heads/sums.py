"""What a territory's organizations have answered together, above the field of their department."""

import json
from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from typing import Any

from bot.domain.fields.field import Field, FieldKind
from bot.domain.fields.kinds import FILES_AT_MOST, Answering, rules
from bot.domain.fields.values import NUMERIC
from bot.domain.ledger import sums
from bot.domain.ledger.sums import Gathered, NotGathered
from bot.domain.screen import Button
from bot.domain.text import MESSAGE
from bot.views.callbacks import TakeSum
from bot.views.values import Style, value_text
from bot.views.words import agreeing, button_label, day, esc, number, plural, shorten, units

# So many of those that have not answered are named, and of those that have chosen an option.
_NAMED = 3
# A text in a list is not cut shorter than this: rather it has fewer of them.
_SHORTEST = 40
# What a list may take of a message; and what else the message has to say below it.
_ROOM, _REST = 1200, 600

_NOTHING = {
    NotGathered.NOT_OPENED: "Организаций об этом ещё не спрашивали: предложить пока нечего.",
    NotGathered.NOBODY: "Организаций этой территории об этом пока не спрашивали: предложить нечего.",
    NotGathered.OTHERWISE: "В запросе организациям такого пункта нет: предложить нечего.",
}


def lines(field: Field, its: Gathered | NotGathered, above: int = 0) -> list[str]:
    """What the organizations say together, and who is missing in it; below that many characters of a message."""
    if isinstance(its, NotGathered):
        return [f"🧮 {_NOTHING[its]}"]
    missing = [
        *_named("Не ответили", its.unanswered),
        *_named("На доработке", its.returned),
        *_named("Ответили без этого пункта", its.blank),
        *_named("Не относится", its.not_ours),
    ]
    of_then = [f"Это ответы за период «{esc(its.period)}»."] if its.period else []
    room = min(_ROOM, MESSAGE - _REST - above - sum(map(units, missing)))
    return [*_said(field, its, room), *of_then, *missing]


def _said(field: Field, its: Gathered, room: int) -> list[str]:
    count = len(its.answers)
    if not count:
        return ["🧮 Чисел для суммы пока нет." if field.kind in NUMERIC else "🧮 Ответов пока нет."]
    who = plural(count, "организация", "организации", "организаций")
    whose = f"🧮 {agreeing(count, 'Ответила', 'Ответили')} {who}"
    match field.kind:
        case FieldKind.WHOLE | FieldKind.DECIMAL if its.asked.kind in NUMERIC:
            of = plural(count, "организации", "организациям", "организациям")
            return [f"🧮 Итого по {of}: <b>{number(its.total)}</b>."]
        case FieldKind.DATE:
            first, last = its.days[0], its.days[-1]
            return [f"{whose}: <b>{day(first) if first == last else f'{day(first)} – {day(last)}'}</b>."]
        case FieldKind.FILE:
            files = plural(len(its.files), "файл", "файла", "файлов")
            more = f" В ответ войдут первые {FILES_AT_MOST}." if len(its.files) > FILES_AT_MOST else ""
            return [f"{whose}: {files}.{more}"]
        case FieldKind.TEXT | FieldKind.LINK:
            return [f"{whose}:", *_list(field, its, room)]
        case FieldKind.CHOICE | FieldKind.MULTI_CHOICE | FieldKind.YES_NO | FieldKind.WHOLE | FieldKind.DECIMAL:
            return [f"{whose}:", *(f"{esc(option)} — {esc(who)}" for option, who in _counts(its))]


def _named(what: str, labels: Sequence[str]) -> list[str]:
    if not labels:
        return []
    more = f" и ещё {len(labels) - _NAMED}" if len(labels) > _NAMED else ""
    return [f"{what} {len(labels)}: {esc(', '.join(labels[:_NAMED]))}{more}."]


def _counts(its: Gathered) -> list[tuple[str, str]]:
    """Each option with how many have chosen it; few are named."""
    return [
        (
            value_text(
                its.asked, [option] if rules(its.asked.kind).answering is Answering.TICKED else option, Style.FORM
            ),
            f"{len(who)} ({', '.join(who)})" if len(who) <= _NAMED else str(len(who)),
        )
        for option, who in its.chosen.items()
    ]


def _list(field: Field, its: Gathered, room: int) -> list[str]:
    """The list as far as the message has room, and what the field has no room for."""
    text, listed = _text(field, its)
    rows, entries = text.split("\n") if text else [], _entries(its)
    shown = [row for place, row in enumerate(rows) if units("\n".join(rows[: place + 1])) <= max(room, _SHORTEST)]
    quoted = esc("\n".join(shown))
    said = [f"<blockquote expandable>{quoted}</blockquote>"] if shown else []
    if len(shown) < len(rows):
        said.append(f"Показано начало списка: {len(shown)} из {len(rows)}.")
    limit = f"помещается до {plural(field.max_length, 'знака', 'знаков', 'знаков')}"
    if listed < len(entries):
        said.append(f"В ответ войдут {listed} из {len(entries)}: {limit}.")
    elif any(f"{name} — {what}" not in rows for name, what in entries):
        said.append(f"Длинные ответы сокращены: {limit}.")
    return said


def _entries(its: Gathered) -> list[tuple[str, str]]:
    if rules(its.asked.kind).options(its.asked):
        return _counts(its)
    # In a list of rows a text is a row.
    return [(label, " ".join(value_text(its.asked, value, Style.FORM).split())) for label, value in its.answers]


def _text(field: Field, its: Gathered) -> tuple[str, int]:
    """The list as the field takes it, and how many of its entries have got into it."""
    entries, room = _entries(its), field.max_length
    for width in range(max((len(what) for _, what in entries), default=0), _SHORTEST - 1, -1):
        if sum(len(name) + 4 + min(len(what), width) for name, what in entries) - 1 <= room:
            return "\n".join(f"{name} — {shorten(what, width)}" for name, what in entries), len(entries)
    rows = [f"{name} — {shorten(what, _SHORTEST)}" for name, what in entries]
    for count in range(len(rows), 0, -1):
        rest = [f"… и ещё {len(rows) - count}"] if count < len(rows) else []
        text = "\n".join([*rows[:count], *rest])
        if len(text) <= room:
            return text, count
    return "", 0


def proposal(field: Field, its: Gathered | NotGathered | None, today: date) -> Any:
    """The value that the field may take from them; None: there is none."""
    if not isinstance(its, Gathered):
        return None
    return _text(field, its)[0] or None if rules(field.kind).lists else sums.proposed(field, its, today)


def mark(field: Field, value: Any) -> str:
    """What a button says of the value that it takes: the number itself; of anything longer, what tells it apart."""
    if field.kind in NUMERIC:
        return str(value)
    return sha256(json.dumps(value, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:12]


def changed(field: Field, its: Gathered | NotGathered | None, given: Any, today: date) -> list[str]:
    """What the organizations say by now, where that is something else than was given."""
    now = proposal(field, its, today)
    if now is None or its is None or not sums.differs(field, now, given):
        return []
    what = "сумма другая" if field.kind in NUMERIC else "ответы организаций другие"
    return [f"сейчас {what}.", *lines(field, its, above=MESSAGE // 2)]


def take(
    field: Field, its: Gathered | NotGathered, obligation: int, index: int, given: Any, today: date
) -> list[list[Button]]:
    """The button that takes what is proposed; none where it is given already, or does not fit the field."""
    value = proposal(field, its, today)
    if value is None or (given is not None and not sums.differs(field, value, given)):
        return []
    pressed = TakeSum(obligation=obligation, field=index, sum=mark(field, value)).pack()
    return [[Button(button_label(f"Принять {_what(field, value)}"), pressed, style="primary")]]


def _what(field: Field, value: Any) -> str:
    match field.kind:
        case FieldKind.TEXT | FieldKind.LINK:
            return "список"
        case FieldKind.FILE:
            return f"файлы ({len(value)})"
        case FieldKind.MULTI_CHOICE:
            return f"варианты ({len(value)})"
        case FieldKind.CHOICE | FieldKind.YES_NO:
            return f"«{value_text(field, value, Style.FORM)}»"
        case FieldKind.WHOLE | FieldKind.DECIMAL:
            return number(value)
        case FieldKind.DATE:
            return value_text(field, value, Style.FORM)
