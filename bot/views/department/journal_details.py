"""What an entry of the journal's file tells beside who did what, and about whom: in words, and by numbers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from bot.domain.ledger.obligation import ObligationState
from bot.domain.ledger.report import ReportKind
from bot.domain.people.member import Role, StaffRole
from bot.views.roles import role_name
from bot.views.words import plain, plural

_BEFORE = {
    ObligationState.OPEN: "ответа не было",
    ObligationState.ANSWERED: "ответ ждал решения",
    ObligationState.ACCEPTED: "ответ был принят",
    ObligationState.EXCUSED: "запрос был снят с контроля",
    ObligationState.RETURNED: "ответ был возвращён",
}
_REPORTS = {
    ReportKind.WORKBOOK: "свод в Excel",
    ReportKind.BOARD: "доска (страница)",
    ReportKind.EXECUTION: "справка (Word)",
    ReportKind.MATRIX: "матрица",
    ReportKind.COMPLETION: "исполнение",
    ReportKind.DYNAMICS: "динамика показателя",
    ReportKind.OWN: "ответы организации",
}
_TURNS = {"monthly": "отчёт за месяц", "closings": "свод по запросу"}
_SCOPES = {"type": "тип", "topic": "тема"}
# Stands in a column of its own.
_APART = {"person"}
# Said in words by what they stand for, and noted as the numbers that they are.
_BOTH = {"round", "obligation"}


@dataclass(frozen=True, slots=True)
class Known:
    """By what an entry is worded: the reader's zone, and titles of directives, types, topics and the like by id.

    `periods`: titles of the periods of rounds by the round's id, `answered_in` by the obligation's.
    """

    zone: tzinfo
    directives: Mapping[str, str]
    others: Mapping[str, str]
    periods: Mapping[int, str]
    answered_in: Mapping[int, str]


def words(detail: Mapping[str, Any], known: Known) -> str:
    """«версия 2; до 22.10.2026 18:00»; empty: nothing that can be said in words."""
    return "; ".join(said for key in _SAID if key in detail and (said := _SAID[key](detail[key], known)))


def numbers(detail: Mapping[str, Any]) -> str:
    """«obligation 12, round 3»: what else is noted, as it is called in the database; empty: nothing."""
    rest = {key: value for key, value in detail.items() if key in _BOTH or (key not in _SAID and key not in _APART)}
    return ", ".join(f"{key} {_numbered(value)}" for key, value in rest.items())


def _numbered(value: Any) -> str:
    return "+".join(map(str, value)) if isinstance(value, list) else str(value)


def _moment(value: Any, known: Known) -> str:
    at = datetime.fromisoformat(value)
    return f"{at.astimezone(known.zone):%d.%m.%Y %H:%M}" if at.tzinfo else f"{at:%d.%m.%Y}"


def _was(value: Any, known: Known) -> str:
    """What was there before: a due date, or the words of a question."""
    try:
        return f"было до {_moment(value, known)}"
    except ValueError:
        return f"было: «{plain(value)}»"


def _period(title: str | None) -> str:
    return f"период: {title}" if title else ""


def _role(value: Any, _: Known) -> str:
    return role_name(StaffRole(value) if value in set(StaffRole) else Role(value))


def _titled(what: str) -> Callable[[Any, Known], str]:
    """`what` with the titles of the ids."""

    def said(value: Any, known: Known) -> str:
        named = {**known.others, **known.directives}
        return f"{what}: {', '.join(named.get(id, id) or 'остальные' for id in value)}" if value else ""

    return said


# In the order in which they are said.
_SAID: dict[str, Callable[[Any, Known], str]] = {
    "name": lambda value, _: str(value),
    "role": _role,
    "types": _titled("типы"),
    "topics": _titled("темы"),
    "tags": lambda value, known: _titled("метки")(value, known) or "меток нет",
    "territories": _titled("территории"),
    "territory": lambda value, known: f"территория: {known.others.get(value, value) or 'нет'}",
    "short": lambda value, _: f"краткое название: {value or 'нет'}",
    "scope": lambda value, _: _SCOPES.get(value, value),
    "value": lambda value, known: known.others.get(value, value),
    "kind": lambda value, _: _REPORTS.get(value, value),
    "which": lambda value, _: _TURNS.get(value, value),
    "round": lambda value, known: _period(known.periods.get(value)),
    "obligation": lambda value, known: _period(known.answered_in.get(value)),
    "version": lambda value, _: f"версия {value}",
    "state": lambda value, _: _BEFORE.get(value, value),
    "comment": lambda value, _: f"«{value}»",
    "until": lambda value, known: f"до {_moment(value, known)}",
    "due": lambda value, known: f"до {_moment(value, known)}",
    "was": _was,
    "organizations": lambda value, _: plural(value, "организация", "организации", "организаций"),
    "answered": lambda value, _: plural(value, "ответ", "ответа", "ответов"),
    "excused": lambda value, _: f"снято с контроля: {value}",
    "handed": lambda value, _: "запросы переданы" if value else "",
    "added": _titled("новые"),
    "changed": _titled("изменены"),
    "removed": _titled("убраны"),
}
