"""Rules of `sums`: the directive and the field whose answers are summed up exist and fit, and none sums up itself."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from bot.catalog.faults import unknown
from bot.catalog.rules_fields import Finding
from bot.catalog.schema import DirectiveItem, FieldItem
from bot.catalog.shape import each_of, value_of
from bot.domain.directives.directive import Directive
from bot.domain.fields.field import FieldKind
from bot.domain.fields.kinds import rules
from bot.domain.fields.values import NUMERIC

_NONE: Mapping[str, Directive] = MappingProxyType({})

# A field: the ids of its directive and its own.
_Place = tuple[str, str]


@dataclass
class _Known:
    """All that is declared. Of what is not readable nothing is unknown: `complete` says whether all directives are,
    `whole` of which directives all fields are."""

    kinds: dict[str, dict[str, FieldKind]] = field(default_factory=dict)
    sums: dict[_Place, _Place] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)
    complete: bool = True


def between(files: Sequence[Any], before: Mapping[str, Directive] = _NONE) -> list[list[Finding]]:
    """For each file what is wrong with its sums; `before`: directives that hold beside those of the files."""
    known = _Known()
    for directive in before.values():
        known.kinds[directive.id] = {each.id: each.kind for each in directive.fields}
        known.whole.add(directive.id)
        known.sums |= {
            (directive.id, each.id): (each.sums.directive, each.sums.field) for each in directive.fields if each.sums
        }
    for data in files:
        _note(data, known)
    return [[*_of(data, known)] for data in files]


def _items(data: Any) -> list[Any]:
    items = data.get("directives") if isinstance(data, dict) else None
    return items if isinstance(items, list) else []


def _note(data: Any, known: _Known) -> None:
    known.complete &= data is not None
    for item in _items(data):
        its: str | None = value_of(DirectiveItem, "id", item)
        if its is None:
            known.complete = False
            continue
        asked: list[FieldItem] = [each for _, each in each_of(DirectiveItem, "fields", item)]
        known.kinds[its] = {each.id: each.kind for each in asked}
        readable = isinstance(item.get("fields"), list) and len(asked) == len(item["fields"])
        (known.whole.add if readable else known.whole.discard)(its)
        for place in [place for place in known.sums if place[0] == its]:
            del known.sums[place]
        known.sums |= {(its, each.id): (each.sums.directive, each.sums.field) for each in asked if each.sums}


def _of(data: Any, known: _Known) -> Iterator[Finding]:
    for number, item in enumerate(_items(data)):
        its: str | None = value_of(DirectiveItem, "id", item)
        for index, asked in each_of(DirectiveItem, "fields", item):
            for key, message in _wrong(its, asked, known):
                yield ("directives", number, "fields", index, "sums", *key), message


def _wrong(its: str | None, asked: FieldItem, known: _Known) -> Iterator[tuple[tuple[str, ...], str]]:
    if asked.sums is None or asked.kind not in NUMERIC:
        return
    other, summed = asked.sums.directive, asked.sums.field
    if other == its:
        yield ("directive",), "складывают ответы на другое поручение, а это то же самое"
        return
    fields = known.kinds.get(other)
    if fields is None:
        if known.complete:
            yield ("directive",), unknown("поручения", other, known.kinds)
        return
    if summed not in fields:
        if other in known.whole:
            yield ("field",), unknown("поля", summed, fields)
        return
    kind = fields[summed]
    if kind not in NUMERIC:
        yield ("field",), f"поле {summed} вида {kind}, а складывают только числа: whole и decimal"
    elif rules(asked.kind).is_count and not rules(kind).is_count:
        yield ("field",), f"поле {summed} вида decimal: сумма может быть дробной, а это поле целое"
    elif its is not None and (circle := _circle((its, asked.id), known)):
        yield (), f"поля складывают друг друга по кругу: {' → '.join('.'.join(place) for place in circle)}"


def _circle(start: _Place, known: _Known) -> list[_Place]:
    """The way from a field through what is summed up back to itself; empty if there is none."""
    way = [start]
    while (following := known.sums.get(way[-1])) is not None:
        way.append(following)
        if following == start:
            return way
        if len(way) > len(known.sums) + 1:
            break
    return []
