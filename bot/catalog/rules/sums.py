"""Rules of `sums`: a territory's department is asked; what its organizations are asked exists, fits, and is asked in
the same territories; and no field sums up itself."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.catalog import build
from bot.catalog.faults import one_of, unknown
from bot.catalog.rules.fields import Finding
from bot.catalog.rules.one_file import Names
from bot.catalog.schema import DirectiveItem, SourceItem, TypeItem
from bot.catalog.shape import each_of, value_of
from bot.domain.catalog.catalog import Catalog
from bot.domain.directives.directive import AudiencePart
from bot.domain.fields.field import Field
from bot.domain.fields.kinds import rules
from bot.domain.fields.values import NUMERIC

# A field: the ids of its directive and its own.
_Place = tuple[str, str]


@dataclass(frozen=True)
class _Asked:
    """A directive as far as it is readable; `whole`: all of its fields are. `audience` None: not all of it is."""

    fields: Mapping[str, Field]
    audience: tuple[AudiencePart, ...] | None
    whole: bool = True


@dataclass
class _Known:
    """All that is declared; `complete`: all directives are readable, so of none it is unknown whether it exists."""

    names: Names
    # Types of departments.
    staff: set[str]
    directives: dict[str, _Asked] = field(default_factory=dict)
    complete: bool = True


def between(files: Sequence[Any], names: Names, base: Catalog | None = None) -> list[list[Finding]]:
    """For each file what is wrong with its sums; `base`: what holds beside the files. `names`: what all declare."""
    known = _Known(names, set(base.own_types if base else ()))
    for directive in base.directives.values() if base else ():
        known.directives[directive.id] = _Asked({each.id: each for each in directive.fields}, directive.audience)
    for data in files:
        _note(data, known)
    return [[*_of(data, known)] for data in files]


def _part(data: Any, key: str, kind: type) -> Any:
    part = data.get(key) if isinstance(data, dict) else None
    return part if isinstance(part, kind) else kind()


def _note(data: Any, known: _Known) -> None:
    known.complete &= data is not None
    types = _part(data, "organization_types", dict)
    known.staff |= {str(id) for id, item in types.items() if value_of(TypeItem, "staff", item)}
    territories = tuple(place for _, place in each_of(SourceItem, "territories", _part(data, "source", dict)))
    for item in _part(data, "directives", list):
        its: str | None = value_of(DirectiveItem, "id", item)
        if its is None:
            known.complete = False
            continue
        asked = [build.field(each) for _, each in each_of(DirectiveItem, "fields", item)]
        audience: list[AudiencePart] | None = value_of(DirectiveItem, "audience", item)
        known.directives[its] = _Asked(
            {each.id: each for each in asked},
            None if audience is None else tuple(build.within(audience, territories)),
            whole=isinstance(item.get("fields"), list) and len(asked) == len(item["fields"]),
        )


def _of(data: Any, known: _Known) -> Iterator[Finding]:
    for number, item in enumerate(_part(data, "directives", list)):
        its: str | None = value_of(DirectiveItem, "id", item)
        for index, asked in each_of(DirectiveItem, "fields", item):
            for key, message in _wrong(its, build.field(asked), known):
                yield ("directives", number, "fields", index, "sums", *key), message


def _wrong(its: str | None, asked: Field, known: _Known) -> Iterator[tuple[tuple[str, ...], str]]:
    if asked.sums is None:
        return
    if not rules(asked.kind).gathers:
        yield (), f"не сочетается с видом {asked.kind}"
        return
    departments = _departments(its, known)
    if departments == ():
        yield (), "предлагать некому: в audience нет управлений (типа организаций со staff: true)"
    elif known.names.territories == {}:
        yield (), "ответы собирают по территориям, а в calendar.yaml их нет (territories)"
    other, summed = asked.sums.directive, asked.sums.field
    if other == its:
        yield ("directive",), "складывают ответы на другое поручение, а это то же самое"
        return
    directive = known.directives.get(other)
    if directive is None:
        if known.complete:
            yield ("directive",), unknown("поручения", other, known.directives)
        return
    if departments and directive.audience is not None and _are_apart(departments, directive.audience):
        there = one_of(sorted({place for part in directive.audience for place in part.territories}))
        yield ("directive",), f"поручение {other} спрашивают в других территориях{there}"
    if summed in directive.fields:
        yield from (((*key,), text) for key, text in _unfit(asked, directive.fields[summed]))
        if its is not None and (circle := _circle((its, asked.id), known)):
            yield (), f"поля складывают друг друга по кругу: {' → '.join('.'.join(place) for place in circle)}"
    elif directive.whole:
        yield ("field",), unknown("поля", summed, directive.fields)


def _departments(its: str | None, known: _Known) -> tuple[AudiencePart, ...] | None:
    """The parts of the directive's audience that are departments; None: not all of it is readable."""
    asked = known.directives.get(its or "")
    if asked is None or asked.audience is None or known.names.types is None:
        return None
    if any(part.type not in known.names.types for part in asked.audience):
        return None
    return tuple(part for part in asked.audience if part.type in known.staff)


def _are_apart(some: Iterable[AudiencePart], others: Iterable[AudiencePart]) -> bool:
    """Whether no territory is asked by both."""
    return not any(
        not one.territories or not other.territories or set(one.territories) & set(other.territories)
        for one in some
        for other in others
    )


def _unfit(asked: Field, summed: Field) -> Iterator[tuple[tuple[str, ...], str]]:
    kinds = rules(asked.kind).gathers
    if summed.kind in kinds:
        missing = [option for option in summed.options if asked.options and option not in asked.options]
        if missing:
            yield ("field",), f"у поля {asked.id} нет варианта «{missing[0]}», а его выбирают в поле {summed.id}"
    elif {asked.kind, summed.kind} <= NUMERIC:
        yield ("field",), f"поле {summed.id} вида {summed.kind}: сумма может быть дробной, а это поле целое"
    else:
        yield (
            ("field",),
            f"поле {summed.id} вида {summed.kind}, а для вида {asked.kind} собирают {', '.join(sorted(kinds))}",
        )


def _circle(start: _Place, known: _Known) -> list[_Place]:
    """The way from a field through what is summed up back to itself; empty if there is none."""
    way = [start]
    while (following := _summed(way[-1], known)) is not None:
        way.append(following)
        if following == start:
            return way
        if way.index(following) < len(way) - 1:
            break
    return []


def _summed(place: _Place, known: _Known) -> _Place | None:
    asked = known.directives.get(place[0])
    its = asked.fields.get(place[1]) if asked else None
    return (its.sums.directive, its.sums.field) if its is not None and its.sums is not None else None
