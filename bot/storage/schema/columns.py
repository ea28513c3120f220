"""What columns are made of. Times are UTC and aware on both engines."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC. SQLite would hand it back naive and compares text, so both ends convert."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """ValueError for a naive datetime: it would be taken for UTC silently."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Aware, UTC."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


# Text that both engines sort by its bytes: by itself PostgreSQL has an order of the machine's language.
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

# SQLite only numbers rows by itself in a column of type INTEGER.
Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def identity() -> sa.Column[int]:
    """The row's number."""
    return sa.Column("id", Id, primary_key=True)


def person(name: str = "person_id", **options: Any) -> sa.Column[int]:
    """A reference that goes with the person's data."""
    return sa.Column(name, sa.ForeignKey("people.id", ondelete="CASCADE"), **options)


def by(name: str = "by_id") -> sa.Column[int]:
    """Who did it; emptied when the person's data are erased, so that the ledger stays whole."""
    return sa.Column(name, sa.ForeignKey("people.id", ondelete="SET NULL"))


def to(table: str, **options: Any) -> sa.Column[int]:
    """A reference to a row of that table (`to("rounds")` is round_id), which goes with it."""
    return sa.Column(f"{table.removesuffix('s')}_id", sa.ForeignKey(f"{table}.id", ondelete="CASCADE"), **options)
