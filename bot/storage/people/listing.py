"""Lists of organizations, a page at a time, and what is looked for in them: a region has 50,000."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import sqlalchemy as sa

from bot.domain.people.member import NO_LIMITS, Limits, Role
from bot.domain.people.organization import Organization
from bot.domain.people.search import SLIPS_AT_MOST, Likeness, near, searched, ways
from bot.domain.people.sought import Sought, labelled, mistakable, sought
from bot.domain.people.territory import titled
from bot.domain.window import Window
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.rows import named, one_of
from bot.storage.people import belonging, finding, organizations, seats

# So many organizations are all loaded and ranked: it takes as long as to have the database choose.
_ALL = 300
# So many of what a database has chosen are ranked. Nobody turns as many pages.
_RANKED = 200
# So many readings of what was typed are looked for: another layout of the keyboard, each of several organizations.
_WAYS = 8

_NO_TITLES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Which:
    """Which organizations: active ones that have any of the `types`, if that is not None, within the limits.

    `everybody`: also those that left, or wait for their confirmation; `has_left`: the former alone. `vacant`: without a
    head; `silent`: where people sit, but messages reach none of them.
    """

    types: Collection[str] | None = None
    limits: Limits = NO_LIMITS
    everybody: bool = False
    vacant: bool = False
    silent: bool = False
    has_left: bool = False


@dataclass(frozen=True, slots=True)
class Marks:
    """Of the organizations of a page: those without a head, and those that nothing reaches."""

    vacant: frozenset[int]
    silent: frozenset[int]


# Of a seat: a head sits there.
HEADED = (t.SEAT_IS_HELD, t.seats.c.role == Role.HEAD)


def is_vacant(organization_id: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Whether no head sits at the organization of that column."""
    return ~sa.exists().where(t.seats.c.organization_id == organization_id, *HEADED)


def _held_by(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    here = (t.seats.c.organization_id == t.organizations.c.id, t.SEAT_IS_HELD)
    return sa.exists().where(*here, t.people.c.id == t.seats.c.person_id, *conditions)


VACANT = is_vacant(t.organizations.c.id)
# A vacation does not make an organization silent: it ends by itself. A blocked bot or «/stop» may never end. Whoever
# cannot be written to is looked for first: they are few.
SILENT = sa.and_(
    t.organizations.c.id.in_(
        sa.select(t.seats.c.organization_id).where(
            t.SEAT_IS_HELD, t.seats.c.person_id.in_(sa.select(t.people.c.id).where(t.PERSON_IS_CUT_OFF))
        )
    ),
    ~_held_by(sa.not_(t.PERSON_IS_CUT_OFF)),
)
# The few that are not active are looked for instead of the many that are.
GONE = sa.select(t.organizations.c.id).where(~t.organizations.c.active)
ACTIVE = t.organizations.c.id.not_in(GONE)
_UNLEARNED = sa.select(t.organizations.c.id).where(t.ORGANIZATION_IS_UNLEARNED)


async def count(tx: Tx, which: Which) -> int:
    """How many organizations these are."""
    types = [each for each in (which.types, which.limits.types or None) if each is not None]
    others = which.limits.territories or which.silent or which.everybody or which.has_left
    if others or len(types) > 1:
        query = sa.select(sa.func.count()).select_from(t.organizations).where(*_conditions(which))
    elif types:
        own = t.organization_types.c
        vacant = [is_vacant(own.organization_id)] if which.vacant else []
        query = sa.select(sa.func.count(sa.distinct(own.organization_id))).where(
            own.type.in_(types[0]), own.organization_id.not_in(GONE), *vacant
        )
    else:
        # None of the many is looked up.
        every = sa.select(sa.func.count()).select_from(t.organizations)
        query = sa.select(every.scalar_subquery() - every.where(~t.organizations.c.active).scalar_subquery())
        but = await headed(tx) if which.vacant else 0
        return int((await tx.execute(query)).scalar_one()) - but
    return int((await tx.execute(query)).scalar_one())


async def headed(tx: Tx, limits: Limits = NO_LIMITS) -> int:
    """How many active organizations within the limits have a head, or several."""
    its = t.seats.c.organization_id
    every = sa.select(sa.func.count(sa.distinct(its))).where(*HEADED, *belonging.within(its, limits))
    # The few that are not active are counted by themselves, not looked for among all.
    gone = every.where(its.in_(GONE)).scalar_subquery()
    return int((await tx.execute(sa.select(every.scalar_subquery() - gone))).scalar_one())


async def _are_few(tx: Tx, which: Which) -> bool:
    """Whether so few that all are ranked. To know that takes no more of them."""
    some = sa.select(t.organizations.c.id).where(*_conditions(which)).limit(_ALL + 1)
    return int((await tx.execute(sa.select(sa.func.count()).select_from(some.subquery()))).scalar_one()) <= _ALL


async def page(tx: Tx, which: Which, page: int, size: int) -> Window[Organization]:
    """The organizations in order, of which that page, or the last one, is at hand."""
    total = await count(tx, which)
    first = size * max(0, min(page, -(-total // size) - 1))
    ids = sa.select(t.organizations.c.id).where(*_conditions(which)).order_by(*t.ORGANIZATIONS_IN_ORDER)
    shown = list((await tx.execute(ids.limit(size).offset(first))).scalars())
    return Window(await organizations.of_ids(tx, shown), first, total)


async def every(tx: Tx, which: Which) -> list[Organization]:
    """All of the organizations, in order, for what is about all of them."""
    return await organizations.where(tx, *_conditions(which))


async def marks(tx: Tx, organization_ids: Collection[int]) -> Marks:
    """What is wrong at the organizations."""
    chosen = t.organizations.c.id.in_(organization_ids)
    found = [
        frozenset((await tx.execute(sa.select(t.organizations.c.id).where(chosen, condition))).scalars())
        for condition in (VACANT, SILENT)
    ]
    return Marks(*found)


async def find(
    tx: Tx, which: Which, typed: str, titles: Mapping[str, str] = _NO_TITLES, *, by_people: bool = False
) -> Window[Organization]:
    """The organizations that are meant, the likeliest first: by their names, code, and the titles of what they are.

    `by_people`: by the names of those who sit there, too. Of many the likeliest alone are found, and the window is cut.
    """
    if await _are_few(tx, which):
        return Window((await _ranked(tx, _conditions(which), typed, titles, by_people=by_people))[0])
    first = sought(typed)
    search = finding.Search(tx, await finding.known(tx), _conditions(which), _RANKED + 1)
    if first is not None and first.is_kind and len(of_kind := await search.having([first.kinds])) > _RANKED:
        return Window((await _ranked(tx, _chosen(of_kind), typed, titles, by_people=False))[0], is_cut=True)
    seated = await _where_sits(tx, typed) if by_people and not any(map(str.isdecimal, typed)) else []
    labels = labelled(typed, titles)
    ids = await _candidates(search, [first], labels, seated)
    found, likeness = await _ranked(tx, _chosen(ids), typed, titles, by_people=by_people)
    # Where the likeliest has it all as whole words, nothing else is meant.
    if likeness > Likeness.OTHER_KIND:
        looked = [sought(each, _near(search, typed)) for each in ways(typed)[:_WAYS]]
        ids = await _candidates(search, looked, labels, seated, widely=True)
        found, likeness = await _ranked(tx, _chosen(ids), typed, titles, by_people=by_people)
        if likeness >= Likeness.MOSTLY and (wanted := next(filter(None, looked), None)):
            ids = list(dict.fromkeys([*ids, *await search.mostly(wanted)]))
            found, _ = await _ranked(tx, _chosen(ids), typed, titles, by_people=by_people)
    return Window(found, is_cut=len(found) == _RANKED < len(ids))


async def alike(tx: Tx, which: Which, name: str) -> list[Organization]:
    """Organizations among which are all that the name may mean."""
    if await _are_few(tx, which):
        return await organizations.where(tx, *_conditions(which))
    search = finding.Search(tx, await finding.known(tx), _conditions(which), _RANKED + 1)
    ids = await _candidates(search, [sought(name, _near(search, name))], widely=True)
    return await organizations.where(tx, *_chosen(ids))


def _chosen(ids: Sequence[int]) -> tuple[sa.ColumnElement[bool], ...]:
    return (one_of(t.organizations.c.id, ids[:_RANKED]),)


async def _ranked(
    tx: Tx, conditions: tuple[sa.ColumnElement[bool], ...], typed: str, titles: Mapping[str, str], *, by_people: bool
) -> tuple[list[Organization], Likeness]:
    among = await organizations.where(tx, *conditions)
    names: dict[int, list[str]] = {}
    if by_people:
        for organization_id, name in await seats.names(tx, [organization.id for organization in among]):
            names.setdefault(organization_id, []).append(name)
    return searched(among, typed, titles, names)


def _near(search: finding.Search, typed: str) -> dict[str, Collection[str]]:
    """The words of all names that may be meant by each that was typed."""
    words = mistakable(typed)
    if not words:
        return {}
    shortest = min(map(len, words)) - SLIPS_AT_MOST
    known = [word for word in search.known.words if len(word) >= shortest]
    return {word: near(word, known) for word in words}


async def _candidates(
    search: finding.Search,
    looked: Sequence[Sought | None],
    labels: Collection[str] = (),
    seated: Collection[int] = (),
    *,
    widely: bool = False,
) -> list[int]:
    """Ids of the organizations that are likeliest to be meant, one more than are ranked if there are as many.

    `looked`: the first is what was typed. `seated`: where somebody sits who may be meant. `widely`: what was typed with
    spaces too many or too few, too.
    """
    wanted = [each for each in looked if each is not None]
    others: list[sa.ColumnElement[bool]] = [t.organizations.c.id.in_(seated)] if seated else []
    if widely:
        # What they say is not known: an older version of the program has written it.
        others.append(t.organizations.c.id.in_(finding.first(_UNLEARNED)))
        joined = wanted[0].joined if wanted else None
        if joined and search.known.may_join(joined):
            spaceless = sa.func.replace(t.organizations.c.sort_key, " ", "")
            others.append(spaceless.contains(joined, autoescape=True))
    tiers: list[Callable[[], Awaitable[list[int]]]] = [
        lambda: search.having([((each.code,),) for each in wanted if each.code]),
        lambda: search.having([(*each.whole, *each.kinds) for each in wanted]),
        lambda: search.having([each.whole for each in wanted]),
        *([lambda: search.where(*others)] if others else []),
        lambda: search.having([each.part for each in wanted]),
        *([lambda: search.where(*_labelled(labels))] if labels else []),
    ]
    found: dict[int, None] = {}
    for tier in tiers:
        found |= dict.fromkeys(await tier())
        if len(found) > _RANKED:
            break
    return list(found)


def _labelled(labels: Collection[str]) -> list[sa.ColumnElement[bool]]:
    """Of a type, with a tag or in a territory of these ids."""
    own: list[tuple[sa.Column[int], sa.ColumnElement[str]]] = []
    own.append((t.organization_types.c.organization_id, t.organization_types.c.type))
    own.append((t.organization_tags.c.organization_id, t.organization_tags.c.tag))
    if any(label.startswith(titled("")) for label in labels):
        own.append((t.organizations.c.id, sa.literal(titled("")).concat(t.organizations.c.territory)))
    return [t.organizations.c.id.in_(sa.select(its).where(value.in_(labels))) for its, value in own] if labels else []


async def _where_sits(tx: Tx, typed: str) -> list[int]:
    """Ids of the first organizations where somebody sits whose name has all that was typed."""
    people = sa.select(t.people.c.id).where(*named(tx, t.people.c.name, typed))
    query = sa.select(t.seats.c.organization_id).where(t.SEAT_IS_HELD, t.seats.c.person_id.in_(finding.first(people)))
    return list((await tx.execute(query.order_by(t.seats.c.organization_id).limit(_RANKED))).scalars())


def _conditions(which: Which) -> tuple[sa.ColumnElement[bool], ...]:
    asked = [types for types in (which.types, which.limits.types or None) if types is not None]
    return (
        *([] if which.everybody or which.has_left else [ACTIVE]),
        *([t.organizations.c.left_at.is_not(None), ~t.organizations.c.active] if which.has_left else []),
        *(
            sa.exists().where(
                t.organization_types.c.organization_id == t.organizations.c.id, t.organization_types.c.type.in_(types)
            )
            for types in asked
        ),
        *([belonging.placed_in(which.limits.territories)] if which.limits.territories else []),
        *([VACANT] if which.vacant else []),
        *([SILENT] if which.silent else []),
    )
