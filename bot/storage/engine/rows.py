"""Values of many rows as a server takes them: one statement for all, where SQLite gets one for each."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY


def rows_of(**columns: Any) -> sa.TableValuedAlias:
    """A table of these columns; a statement gets a list for each, of the type that is given."""
    lists = [sa.bindparam(name, type_=ARRAY(kind)) for name, kind in columns.items()]
    named = [sa.column(name, kind) for name, kind in columns.items()]
    return sa.func.unnest(*lists).table_valued(*named, name="given").render_derived()
