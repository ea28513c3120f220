#!/bin/sh
# tablib 3.10.0 reads of an ODS cell that has a comment the comment and not the text of the cell, and of a text in
# several paragraphs the first alone. odfdo gives the text of the cell, whole.
# OpenDocument 1.2, 9.1.4: a cell holds an optional annotation beside its paragraphs; LibreOffice writes it before them.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet 'tablib[ods]==3.10.0' odfpy==1.4.1 odfdo==3.27.3
"$folder/venv/bin/python" - <<'PYTHON'
import io
import sys
from importlib.metadata import version

import odfdo
import tablib
from odf.office import Annotation
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

commented = TableCell(valuetype="string")
note = Annotation()
note.addElement(P(text="ask again"))
commented.addElement(note)
commented.addElement(P(text="Lyceum"))
several = TableCell(valuetype="string")
several.addElement(P(text="School"))
several.addElement(P(text="named after"))
row = TableRow()
row.addElement(commented)
row.addElement(several)
table = Table(name="Sheet1")
table.addElement(row)
document = OpenDocumentSpreadsheet()
document.spreadsheet.addElement(table)
out = io.BytesIO()
document.write(out)
content = out.getvalue()

read = list(tablib.Dataset().load(io.BytesIO(content), format="ods", headers=False)[0])
peer = odfdo.Document(io.BytesIO(content)).body.get_table(0).get_values()[0]
print("tablib", version("tablib"), read)
print("odfdo", version("odfdo"), peer)
same = read == ["ask again", "School"] and peer == ["Lyceum", "School\nnamed after"]
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
