#!/bin/sh
# pandas 3.1.1, read_html(): the comma parts thousands unless it is told otherwise, and may stand anywhere. Of a Russian page the share
# «75,5» is 755, «5,7» 57 and the points «1,2,3» the number 123; a word in the column does not save it, the comma is taken out of the
# text as well, '755' beside 'нет'. decimal="," changes nothing, for the comma is gone before: only thousands=None, or another
# sign, together with decimal="," gives 75.5. read_csv() of the same cells keeps texts, and decimal="," is enough there.
# converters={"Доля": str} gets '755' too: what comes to a converter has lost its comma already.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pandas==3.1.1 lxml==6.1.1
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from importlib.metadata import version
from io import StringIO

import pandas

COLUMNS = (("75,5", "8,25"), ("75,5", "нет"), ("5,7", "12"), ("1,2,3", "4"))


def of_html(cells: tuple[str, ...], **how: object) -> list[object]:
    rows = "".join(f"<tr><td>{cell}</td></tr>" for cell in cells)
    return pandas.read_html(StringIO(f"<table><tr><th>Доля</th></tr>{rows}</table>"), **how)[0]["Доля"].tolist()


def of_csv(cells: tuple[str, ...], **how: object) -> list[object]:
    return pandas.read_csv(StringIO("\n".join(("Доля", *cells))), sep=";", **how)["Доля"].tolist()


print(*(f"{name} {version(name)}" for name in ("pandas", "lxml")))
seen = {
    "read_html": [of_html(cells) for cells in COLUMNS],
    "read_html, decimal=','": [of_html(cells, decimal=",") for cells in COLUMNS],
    "read_html, thousands=None, decimal=','": [of_html(cells, thousands=None, decimal=",") for cells in COLUMNS],
    "read_csv": [of_csv(cells) for cells in COLUMNS],
    "read_csv, decimal=','": [of_csv(cells, decimal=",") for cells in COLUMNS],
    "read_html, converters": [of_html(cells, converters={"Доля": str}) for cells in COLUMNS],
}
for how, columns in seen.items():
    print(f"  {how}: {columns}")
wrong, read, texts = (
    [[755, 825], ["755", "нет"], [57, 12], [123, 4]],
    [[75.5, 8.25], [5.7, 12.0]],
    [list(cells) for cells in COLUMNS],
)
same = (
    seen["read_html"] == seen["read_html, decimal=','"] == wrong
    and seen["read_html, thousands=None, decimal=','"][::2] == read == seen["read_csv, decimal=','"][::2]
    and seen["read_csv"] == texts
    and seen["read_html, converters"][0] == ["755", "825"]
)
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
