"""What the organizations of a territory have answered together, proposed to their department for its own answer."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from bot.domain.fields.days import takes
from bot.domain.fields.field import Field, FieldKind, Values
from bot.domain.fields.kinds import FILES_AT_MOST, Answering, rules
from bot.domain.fields.misfit import Misfit
from bot.domain.fields.values import NUMERIC, fits, parse


class NotGathered(StrEnum):
    """Why there is nothing to propose."""

    # Nobody has been asked yet.
    NOT_OPENED = "not_opened"
    # None of the territory's organizations was.
    NOBODY = "nobody"
    # They were not asked this, or not so that it could be proposed here: the file has changed, or in another period.
    OTHERWISE = "otherwise"


@dataclass(frozen=True, slots=True)
class Gathered:
    """The answers of a territory's organizations to the field `asked`, by their labels.

    Missing are `unanswered`; `returned`, whose answer does not hold until it is mended; and `blank`, who have answered
    but not this. `not_ours`: it does not concern them. `period`: how it is called, if it is not the one that is asked.
    """

    asked: Field
    answers: tuple[tuple[str, Any], ...]
    unanswered: tuple[str, ...] = ()
    returned: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()
    not_ours: tuple[str, ...] = ()
    period: str = ""

    @property
    def total(self) -> Decimal:
        """The sum of the numbers; of yes and no, how many say yes."""
        return sum((Decimal(value) for value in self._values), Decimal())

    @property
    def chosen(self) -> dict[str | bool, list[str]]:
        """Who has chosen each option that anybody has, in the order of the options; yes comes before no."""
        counted: dict[str | bool, list[str]] = {}
        for label, value in self.answers:
            for option in value if isinstance(value, list) else [value]:
                counted.setdefault(option, []).append(label)
        places = {option: place for place, option in enumerate(rules(self.asked.kind).options(self.asked))}
        return dict(sorted(counted.items(), key=lambda item: (item[0] is not True, places.get(item[0], len(places)))))

    @property
    def days(self) -> list[date]:
        """The days that were named, in their order."""
        return sorted(date.fromisoformat(value) for value in self._values)

    @property
    def files(self) -> list[Values]:
        """The files that came, each called by its organization."""
        return [{**file, "name": f"{label} · {file['name']}"} for label, files in self.answers for file in files]

    @property
    def _values(self) -> list[Any]:
        return [value for _, value in self.answers]


def proposed(field: Field, its: Gathered, today: date) -> Any:
    """What the department's field of that kind may take from them; None: nothing, or it does not fit the field.

    Numbers are summed up. One option is proposed only if all say the same; of several, each that anybody has chosen. A
    territory is ready with the last of its organizations, so that is its day. Texts are worded by the views.
    """
    if not its.answers:
        return None
    match field.kind:
        case FieldKind.WHOLE | FieldKind.DECIMAL:
            return _number(field, its.total, today)
        case FieldKind.CHOICE | FieldKind.YES_NO:
            (option, who), *_ = Counter({each: len(who) for each, who in its.chosen.items()}).most_common(1)
            return option if who == len(its.answers) and fits(field, option) else None
        case FieldKind.MULTI_CHOICE:
            return [option for option in field.options if option in its.chosen] or None
        case FieldKind.DATE:
            return its.days[-1].isoformat() if takes(field, its.days[-1], today) else None
        case FieldKind.FILE:
            return its.files[:FILES_AT_MOST]
        case FieldKind.TEXT | FieldKind.LINK:
            return None


def _number(field: Field, total: Decimal, today: date) -> Any:
    try:
        return parse(field, f"{total:f}", today)
    except Misfit:
        return None


def differs(field: Field, now: Any, given: Any) -> bool:
    """Whether what was given to the field is something else than is proposed now."""
    if field.kind in NUMERIC:
        return Decimal(str(now)) != Decimal(str(given))
    if rules(field.kind).answering is Answering.ATTACHED:
        # What the organizations are called may have changed.
        return [file["file_id"] for file in now] != [file["file_id"] for file in given]
    return bool(now != given)
