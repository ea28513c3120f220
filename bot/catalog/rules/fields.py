"""Rules that hold within and between the fields of one directive: options, bounds, conditions, checks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.catalog.faults import did_you_mean, one_of, unknown
from bot.catalog.places import Loc
from bot.catalog.schema import FieldItem, ScheduleItem
from bot.domain.fields.field import Check, FieldKind
from bot.domain.fields.kinds import Answering, rules
from bot.domain.text import caseless

# A place inside the directive, and what is wrong there.
Finding = tuple[Loc, str]

# Keys that only some kinds of field read; the other kinds would ignore them silently.
_KEYS_OF_KINDS = sorted(frozenset[str]().union(*(rules(kind).keys for kind in FieldKind)))


@dataclass(frozen=True)
class FieldSet:
    """The readable fields of a directive, by their index.

    `ids` has all fields, None where not even the id is readable: then no field can be called unknown.
    """

    items: Mapping[int, FieldItem]
    ids: Sequence[str | None]

    @property
    def complete(self) -> bool:
        """Whether every id is readable."""
        return None not in self.ids

    def item(self, field_id: str) -> FieldItem | None:
        """The field of that id if it is readable."""
        return next((item for item in self.items.values() if item.id == field_id), None)


def twice(words: Sequence[str | None], key: str | None = None) -> Iterator[Finding]:
    """Finds words that repeat an earlier one, whatever their case; the place is their index, and `key` in it."""
    seen: dict[str, int] = {}
    for index, word in enumerate(words):
        if word is None:
            continue
        first = seen.setdefault(caseless(word), index)
        if first != index:
            yield (index, key) if key else (index,), f"«{word}» повторяется: так же названо № {first + 1}"


def field_findings(fields: FieldSet, schedule: ScheduleItem | None) -> Iterator[Finding]:
    """All that is wrong in and between the fields; locations begin with `fields`."""
    labels = [fields.items[index].label if index in fields.items else None for index in range(len(fields.ids))]
    for loc, message in (*twice(fields.ids, "id"), *twice(labels, "label")):
        yield ("fields", *loc), message
    for index, item in fields.items.items():
        findings = (*_own(item), *_condition(item, index, fields), *_periods(item, schedule))
        for loc, message in findings:
            yield ("fields", index, *loc), message
    yield from _silent_periods(fields, schedule)


def _own(item: FieldItem) -> Iterator[Finding]:
    given, kind = item.model_fields_set, rules(item.kind)
    for key in _KEYS_OF_KINDS:
        if key in given and getattr(item, key) not in (None, False) and key not in kind.keys:
            yield (key,), f"не сочетается с видом {item.kind}"
    if kind.needs_options and item.options is None:
        yield (), f"не хватает ключа options: он нужен для вида {item.kind}"
    if item.options and len(item.options) == 1 and ";" in item.options[0]:
        yield ("options", 0), "между вариантами ставят запятую, а не точку с запятой"
    for loc, message in twice(item.options or []):
        yield ("options", *loc), message
    if item.min is not None and item.max is not None and item.min > item.max:
        yield ("min",), f"наименьшее {item.min} больше наибольшего {item.max}"
    if kind.is_count:
        for key, bound in (("min", item.min), ("max", item.max)):
            if bound is not None and bound != bound.to_integral_value():
                yield (key,), f"граница целого числа не целая: {bound}"
    if item.earliest and item.latest and item.earliest > item.latest:
        yield ("earliest",), f"самая ранняя дата {item.earliest} позже самой поздней {item.latest}"
    if item.total and item.unit == "%":
        yield ("total",), "проценты не складывают"


def _condition(item: FieldItem, index: int, fields: FieldSet) -> Iterator[Finding]:
    condition = item.only_if
    if condition is None:
        return
    loc: Loc = ("only_if", condition.field)
    if condition.field not in fields.ids:
        if fields.complete:
            yield loc, unknown("поля", condition.field, [field_id for field_id in fields.ids if field_id])
        return
    if condition.field == item.id:
        yield loc, f"поле {item.id} ждёт собственного ответа"
        return
    if fields.ids.index(condition.field) > index:
        circle = _circle(item.id, fields)
        if circle:
            yield loc, f"поля ждут друг друга по кругу: {' → '.join(circle)}"
        else:
            yield loc, f"поле {condition.field} спрашивают позже: поставьте его выше, чем {item.id}"
    asked = fields.item(condition.field)
    if asked is not None:
        for message in _answers(asked, condition.values):
            yield loc, message


def _circle(start: str, fields: FieldSet) -> list[str]:
    """The way from a field through conditions back to itself; empty if there is none."""
    way = [start]
    while (item := fields.item(way[-1])) is not None and item.only_if is not None:
        way.append(item.only_if.field)
        if way[-1] == start:
            return way
        if len(way) > len(fields.ids):
            return []
    return []


def _answers(asked: FieldItem, values: tuple[str | bool, ...]) -> Iterator[str]:
    kind = rules(asked.kind)
    if kind.answering not in (Answering.TAPPED, Answering.TICKED):
        yield f"поле {asked.id} вида {asked.kind}, а ждать можно ответа choice, multi-choice или yes-no"
    elif not kind.needs_options:
        if not all(isinstance(value, bool) for value in values):
            yield f"на поле {asked.id} отвечают true или false"
    elif asked.options is not None:
        for value in values:
            if isinstance(value, bool):
                yield f"на поле {asked.id} отвечают вариантом: возьмите его в кавычки"
            elif value not in asked.options:
                near = did_you_mean(value, asked.options) or one_of(asked.options)
                yield f"у поля {asked.id} нет варианта «{value}»{near}"


def _periods(item: FieldItem, schedule: ScheduleItem | None) -> Iterator[Finding]:
    if not item.only_in or schedule is None:
        return
    keys = schedule.period_keys()
    if not keys:
        yield ("only_in",), "у периодов этого расписания нет ключей"
        return
    for loc, message in twice(item.only_in):
        yield ("only_in", *loc), message
    for index, key in enumerate(item.only_in):
        if key not in keys:
            yield ("only_in", index), unknown("периода", key, keys)


def _silent_periods(fields: FieldSet, schedule: ScheduleItem | None) -> Iterator[Finding]:
    """Finds periods in which nothing is asked."""
    everywhere = len(fields.items) < len(fields.ids) or any(not item.only_in for item in fields.items.values())
    if schedule is None or everywhere or not fields.items:
        return
    for key in schedule.period_keys():
        if not any(key in (item.only_in or []) for item in fields.items.values()):
            yield ("fields",), f"в периоде {key} ничего не спрашивают"


def check_findings(checks: Sequence[tuple[int, Check]], fields: FieldSet) -> Iterator[Finding]:
    """What is wrong with the checks between fields; locations begin with `check`."""
    for index, check in checks:
        for name in (*check.left, *check.right):
            if name not in fields.ids:
                if fields.complete:
                    yield ("check", index), unknown("поля", name, [field_id for field_id in fields.ids if field_id])
                continue
            item = fields.item(name)
            if item is not None and not rules(item.kind).is_numeric:
                yield ("check", index), f"поле {name} вида {item.kind}, а сравнивают числа"
