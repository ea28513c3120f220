"""Types and kinds of columns. Times are aware and in UTC on both engines."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


# What is read together has few moments: a round's are in each of its thousands of rows.
@lru_cache(maxsize=4096)
def _read(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC. SQLite compares text, which says no zone, so both directions convert."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Converts to UTC. Raises ValueError for a naive datetime, which would pass for UTC silently."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}")
        return value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        """Makes the datetime aware; a server's driver returns it in UTC."""
        return _read if dialect.name == "sqlite" else None


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
