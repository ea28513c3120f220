"""Types and kinds of columns. Times are aware and in UTC on both engines."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC. SQLite compares text and returns naive times, so both directions convert."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Converts to UTC. Raises ValueError for a naive datetime, which would pass for UTC silently."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Makes the datetime aware, in UTC."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


# Text that both engines sort by its bytes: PostgreSQL's default is the order of the machine's language.
Bytewise = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

# Constraint names are fixed so that migrations can name what they change on either engine.
metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers rows by itself only in a column of type INTEGER.
Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def identity() -> sa.Column[int]:
    """The row's number."""
    return sa.Column("id", Id, primary_key=True)


def person(name: str = "person_id", **options: Any) -> sa.Column[int]:
    """A reference to a person; the row goes with their data."""
    return sa.Column(name, sa.ForeignKey("people.id", ondelete="CASCADE"), **options)


def by(name: str = "by_id") -> sa.Column[int]:
    """Who did it; emptied when the person's data are erased, so that the ledger stays whole."""
    return sa.Column(name, sa.ForeignKey("people.id", ondelete="SET NULL"))


def to(table: str, **options: Any) -> sa.Column[int]:
    """A reference to a row of that table (`to("rounds")` is round_id); the row goes with that one."""
    return sa.Column(f"{table.removesuffix('s')}_id", sa.ForeignKey(f"{table}.id", ondelete="CASCADE"), **options)
