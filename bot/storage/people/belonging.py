"""Of which types and territory organizations are, now and when they were asked; and whose matter that makes them."""

from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa

from bot.domain.directives.directive import AudiencePart
from bot.domain.people.member import Limits
from bot.storage import schema as t


def within(organization_id: sa.ColumnElement[Any], limits: Limits) -> tuple[sa.ColumnElement[bool], ...]:
    """The condition, if any, that the organization of that column is a matter of somebody with these limits."""
    theirs: list[sa.Select[Any]] = []
    if limits.types:
        own = t.organization_types.c
        theirs.append(sa.select(own.organization_id).where(own.type.in_(limits.types)))
    if limits.territories:
        theirs.append(sa.select(t.organizations.c.id).where(placed_in(limits.territories)))
    return tuple(organization_id.in_(each) for each in theirs)


def placed_in(territories: Collection[str]) -> sa.ColumnElement[bool]:
    """Whether the organization is of one of the territories, as their index has it."""
    own = t.organizations.c.territory
    return sa.and_(own != sa.literal_column("''"), own.in_(territories))


def all_within(limits: Limits) -> sa.Select[Any] | None:
    """Ids of all organizations within the limits, as a query for use in another; None: there are no such limits."""
    here = within(t.organizations.c.id, limits)
    return sa.select(t.organizations.c.id).where(*here) if here else None


def typed(organization_id: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    """The types of the organization of that column, as they are now, in one text that can be kept."""
    bounded = sa.literal(",").concat(t.organization_types.c.type).concat(",")
    types = sa.select(sa.func.aggregate_strings(bounded, "")).where(
        t.organization_types.c.organization_id == organization_id
    )
    return sa.func.coalesce(types.scalar_subquery(), "")


def types_then(table: sa.FromClause) -> sa.ColumnElement[str]:
    """The types that a row of the table has kept of its organization; where it has kept none, those of now."""
    return sa.func.coalesce(table.c.types, typed(table.c.organization_id))


def territory_then(table: sa.FromClause) -> sa.ColumnElement[str]:
    """The territory that a row of the table has kept of its organization; where it has kept none, that of now."""
    return sa.func.coalesce(table.c.territory, territory_of(table.c.organization_id))


def territory_of(organization_id: sa.ColumnElement[Any]) -> sa.ScalarSelect[str]:
    """The territory of the organization of that column, as it is now."""
    # An alias: the query around it may be of organizations itself.
    own = t.organizations.alias("present").c
    return sa.select(own.territory).where(own.id == organization_id).scalar_subquery()


def noted(territory: sa.ColumnElement[str]) -> sa.ColumnElement[Any]:
    """The territory as it is noted with what is asked: nothing while no organization has any.

    So a region that gives its organizations territories later sees what was asked before as if they had been there.
    """
    own = t.organizations.alias("placed").c
    return sa.case((sa.exists().where(own.territory != sa.literal_column("''")), territory))


def load_types(text: str) -> frozenset[str]:
    """The types of a text that `typed` has made."""
    return frozenset(filter(None, text.split(",")))


def within_then(table: sa.FromClause, limits: Limits) -> tuple[sa.ColumnElement[bool], ...]:
    """The condition, if any, that a row of the table was a matter of somebody with these limits when it was made."""
    conditions: list[sa.ColumnElement[bool]] = []
    if limits.types:
        types = types_then(table)
        conditions.append(sa.or_(*(types.contains(f",{type_},", autoescape=True) for type_ in sorted(limits.types))))
    if limits.territories:
        conditions.append(territory_then(table).in_(limits.territories))
    return tuple(conditions)


def in_audience(audience: Iterable[AudiencePart]) -> sa.ColumnElement[bool]:
    """The condition on `organizations` that it is active and one of the parts speaks of it."""
    parts: list[sa.ColumnElement[bool]] = []
    for part in audience:
        conditions: list[sa.ColumnElement[bool]] = [
            sa.exists().where(
                t.organization_types.c.organization_id == t.organizations.c.id,
                t.organization_types.c.type == part.type,
            )
        ]
        conditions += [
            sa.exists().where(
                t.organization_tags.c.organization_id == t.organizations.c.id, t.organization_tags.c.tag == tag
            )
            for tag in part.tags
        ]
        if part.territories:
            conditions.append(t.organizations.c.territory.in_(part.territories))
        parts.append(sa.and_(*conditions))
    return sa.and_(t.organizations.c.active, sa.or_(sa.false(), *parts))
