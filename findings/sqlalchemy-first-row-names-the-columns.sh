#!/bin/sh
# SQLAlchemy 2.1.9: of a list of rows for insert() the first one alone names the columns. What a later row has beyond it is
# dropped without a word, a typing error in a name as well, while a row that lacks one raises. Both ways lose it,
# execute(insert, rows) and insert.values(rows). A name that the table does not have raises only in values(), and there only
# of the first row; for execute() none does, not even of a single row.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet sqlalchemy==2.1.9
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from importlib.metadata import version

import sqlalchemy as sa

metadata = sa.MetaData()
table = sa.Table("t", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("note", sa.Text))
engine = sa.create_engine("sqlite://")


def kept(rows, is_values):
    """What stands in the table afterwards, or the name of the error."""
    metadata.drop_all(engine)
    metadata.create_all(engine)
    try:
        with engine.begin() as connection:
            if is_values:
                connection.execute(table.insert().values(rows))
            else:
                connection.execute(table.insert(), rows)
            return [tuple(row) for row in connection.execute(sa.select(table))]
    except sa.exc.SQLAlchemyError as error:
        return type(error).__name__


print("SQLAlchemy", version("sqlalchemy"))
lost = [(1, None), (2, None)]
same = True
for rows, executed, in_values in (
    ([{"id": 1}, {"id": 2, "note": "x"}], lost, lost),
    ([{"id": 1}, {"id": 2, "nope": "x"}], lost, lost),
    ([{"id": 1, "note": "x"}, {"id": 2}], "StatementError", "CompileError"),
    ({"id": 1, "nope": "x"}, [(1, None)], "CompileError"),
):
    found = kept(rows, False), kept(rows, True)
    print(f"  {rows}: execute {found[0]}, values {found[1]}")
    same = same and found == (executed, in_values)
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
