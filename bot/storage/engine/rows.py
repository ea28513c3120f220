"""Values of many rows in one statement: a list for each column, of the type that is given."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from bot.storage.engine.database import Tx


def rows_of(**columns: Any) -> sa.TableValuedAlias:
    """A table of these columns, as a server takes it."""
    lists = [sa.bindparam(name, type_=ARRAY(kind)) for name, kind in columns.items()]
    named = [sa.column(name, kind) for name, kind in columns.items()]
    return sa.func.unnest(*lists).table_valued(*named, name="given").render_derived()


def rows_in_json(**columns: Any) -> sa.Subquery:
    """The same as SQLite takes it, which knows no lists."""
    row = sa.func.json_each(sa.bindparam("given", type_=sa.JSON)).table_valued("value").c.value
    extracted = [
        sa.func.json_extract(row, sa.literal_column(f"'$[{place}]'"), type_=kind).label(name)
        for place, (name, kind) in enumerate(columns.items())
    ]
    return sa.select(*extracted).subquery("given")


def given(tx: Tx, **columns: Sequence[Any]) -> dict[str, Any]:
    """The values of a statement that has either table, in the order of its columns."""
    return {"given": list(zip(*columns.values(), strict=True))} if tx.dialect.name == "sqlite" else columns
