#!/bin/sh
# Tables of texts, as a bot puts them into a message in letters of one width, given as Python's str, are not printed as they are given by five of
# seven. texttable 1.7.2 writes 8.903e+10 of the telephone «89025551234» and 3.812e+09 of a school's ИНН, «007» is 7, the point «1.10» of an order
# 1.100 and a deadline, «15.10», 15.100. beautifultable 1.1.0 and pytablewriter 1.2.1 have 7 and 1.1, and the latter 755 of the share «75,5», for
# the comma parts thousands to it. tabulate 0.10.0, and to_markdown() of pandas 3.1.1 by it, have 1.1 for both «1.10» and «1.1», and 15.1 for
# «15.10», where all of the column look like numbers; «007» they leave. prettytable 3.18.0 and rich 15.0.0 print what they are given. Nothing is
# raised. tabulate tells of it (disable_numparse=True, in to_markdown() too); of the others one expects that a str is a text. Texts stay with
# texttable's set_cols_dtype(["t", ...]), beautifultable's detect_numerics=False and pytablewriter's type_hints=["str", ...].
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet texttable==1.7.2 beautifultable==1.1.0 pytablewriter==1.2.1 tabulate==0.10.0 pandas==3.1.1 \
    prettytable==3.18.0 rich==15.0.0
"$folder/venv/bin/python" - <<'PYTHON'
import io
import re
import sys
from importlib.metadata import version

import beautifultable
import pandas
import prettytable
import pytablewriter
import rich.console
import rich.table
import tabulate
import texttable

HEADINGS = ["Школа", "Код", "ИНН", "Телефон", "Пункт", "Доля", "Срок"]
ROWS = [
    ["№ 1", "007", "3812345678", "89025551234", "1.10", "75,5", "15.10"],
    ["№ 2", "012", "3811000042", "89140000042", "1.1", "80", "05.11"],
]


def by_texttable(**told) -> str:
    table = texttable.Texttable(0)
    if told:
        table.set_cols_dtype(["t"] * len(HEADINGS))
    table.add_rows([HEADINGS, *ROWS])
    return table.draw()


def by_beautifultable(**told) -> str:
    table = beautifultable.BeautifulTable(maxwidth=200, **told)
    for row in ROWS:
        table.rows.append(row)
    return str(table)


def by_pytablewriter(**told) -> str:
    return pytablewriter.MarkdownTableWriter(headers=HEADINGS, value_matrix=ROWS, **told).dumps()


def by_tabulate(**told) -> str:
    return tabulate.tabulate(ROWS, HEADINGS, tablefmt="github", **told)


def by_pandas(**told) -> str:
    return pandas.DataFrame(ROWS, columns=HEADINGS).to_markdown(index=False, **told)


def by_prettytable() -> str:
    table = prettytable.PrettyTable(HEADINGS)
    table.add_rows(ROWS)
    return table.get_string()


def by_rich() -> str:
    table = rich.table.Table(*HEADINGS)
    for row in ROWS:
        table.add_row(*row)
    page = io.StringIO()
    rich.console.Console(file=page, width=200).print(table)
    return page.getvalue()


def first(page: str) -> list[str]:
    """The cells of the row of № 1, as they are printed."""
    line = next(line for line in page.splitlines() if "№ 1" in line)
    return [cell.strip() for cell in re.split("[|│]", line) if cell.strip()]


kept = ROWS[0]
seen = {
    "texttable": first(by_texttable()),
    "beautifultable": first(by_beautifultable()),
    "pytablewriter": first(by_pytablewriter()),
    "tabulate": first(by_tabulate()),
    "pandas": first(by_pandas()),
    "prettytable": first(by_prettytable()),
    "rich": first(by_rich()),
}
told = {
    "texttable": first(by_texttable(dtype="t")),
    "beautifultable": first(by_beautifultable(detect_numerics=False)),
    "pytablewriter": first(by_pytablewriter(type_hints=["str"] * len(HEADINGS))),
    "tabulate": first(by_tabulate(disable_numparse=True)),
    "pandas": first(by_pandas(disable_numparse=True)),
}
print("given", *kept, sep="  ")
for name, cells in seen.items():
    print(f"  {name} {version(name)}: ", *cells, sep="  ")
expected = {
    "texttable": ["№ 1", "7", "3.812e+09", "8.903e+10", "1.100", "75,5", "15.100"],
    "beautifultable": ["№ 1", "7", "3812345678", "89025551234", "1.1", "75,5", "15.1"],
    "pytablewriter": ["№ 1", "7", "3812345678", "89025551234", "1.1", "755", "15.10"],
    "tabulate": ["№ 1", "007", "3812345678", "89025551234", "1.1", "75,5", "15.1"],
    "pandas": ["№ 1", "007", "3812345678", "89025551234", "1.1", "75,5", "15.1"],
    "prettytable": kept,
    "rich": kept,
}
same = seen == expected and all(cells == kept for cells in told.values())
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
