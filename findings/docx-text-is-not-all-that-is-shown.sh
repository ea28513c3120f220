#!/bin/sh
# python-docx 1.2.0: paragraph.text leaves out what was inserted while changes are recorded, what stands in a field of a form
# (content control) and the result of a simple field, all of which a reader sees on the page. What was deleted while
# changes are recorded is left out too, so of "5" changed to "7" neither is there. LibreOffice's plain text of the same file
# has all that is shown, with what was deleted, which it shows struck out.
set -eu
case "$(soffice --version 2>/dev/null)" in
"LibreOffice 7.4."*) ;;
*) echo "LibreOffice 7.4 (soffice) is needed: apt-get install libreoffice-writer" >&2; exit 3 ;;
esac
soffice --version
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet python-docx==1.2.0
cat > "$folder/make.py" <<'PYTHON'
import sys

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

WHO = 'w:id="1" w:author="someone" w:date="2026-10-15T00:00:00Z"'
PARTS = (
    f"<w:del {WHO} {{}}><w:r><w:delText>5</w:delText></w:r></w:del>",
    f"<w:ins {WHO} {{}}><w:r><w:t>7</w:t></w:r></w:ins>",
    '<w:sdt {}><w:sdtContent><w:r><w:t xml:space="preserve"> classes</w:t></w:r></w:sdtContent></w:sdt>',
    '<w:fldSimple {} w:instr="TITLE"><w:r><w:t>Lyceum</w:t></w:r></w:fldSimple>',
)
document = docx.Document()
document.core_properties.title = "Lyceum"
paragraph = document.add_paragraph("It has ")
for part in PARTS[:3]:
    paragraph._p.append(parse_xml(part.format(nsdecls("w"))))
paragraph.add_run(" in ")
paragraph._p.append(parse_xml(PARTS[3].format(nsdecls("w"))))
paragraph.add_run(".")
document.save(sys.argv[1])
PYTHON
"$folder/venv/bin/python" "$folder/make.py" "$folder/letter.docx"
soffice -env:UserInstallation="file://$folder/profile" --headless --convert-to txt:Text --outdir "$folder" \
    "$folder/letter.docx" >/dev/null 2>&1
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys
from importlib.metadata import version
from pathlib import Path

import docx

text = docx.Document(f"{sys.argv[1]}/letter.docx").paragraphs[0].text
shown = Path(f"{sys.argv[1]}/letter.txt").read_text("utf-8-sig").strip()
print("python-docx", version("python-docx"), repr(text))
print("LibreOffice", repr(shown))
same = text == "It has  in ." and shown == "It has 57 classes in Lyceum."
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
