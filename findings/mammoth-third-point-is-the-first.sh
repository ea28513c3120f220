#!/bin/sh
# Mammoth 1.13.0: a numbered list of a DOCX that goes on after a paragraph in between, as the points of an order do, begins anew: the
# third point is 1 in its HTML and in its Markdown, where LibreOffice 7.4 shows 3, and «see point 3» leads nowhere; no message
# tells of it. extract_raw_text() drops line breaks, so that two lines become one word, «5Б12» of «5Б» and «12» (a tab is kept),
# and a ticked box. docx2python 3.7.1 keeps both, and drops a hyphen that does not break, as in «5‑Б», and the numbers of
# a list that has them from its style. LibreOffice's plain text has all of it.
set -eu
case "$(soffice --version 2>/dev/null)" in
"LibreOffice 7.4."*) ;;
*) echo "LibreOffice 7.4 (soffice) is needed: apt-get install libreoffice-writer" >&2; exit 3 ;;
esac
soffice --version
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet python-docx==1.2.0 mammoth==1.13.0 docx2python==3.7.1
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys

import docx
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls

BOX = """<w:sdt {} xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml">
<w:sdtPr><w14:checkbox><w14:checked w14:val="1"/></w14:checkbox></w:sdtPr>
<w:sdtContent><w:r><w:t>☒</w:t></w:r></w:sdtContent></w:sdt>"""

document = docx.Document()
for words in ("Назначить ответственных", "Сдать отчёт"):
    document.add_paragraph(words, style="List Number")
document.add_paragraph("Директорам школ:")
document.add_paragraph("Сообщить до 15.10", style="List Number")
lines = document.add_paragraph("5Б")
lines.add_run().add_break()
lines.add_run("12")
hyphen = document.add_paragraph("5")
hyphen.add_run()._r.append(OxmlElement("w:noBreakHyphen"))
hyphen.add_run("Б")
document.add_paragraph("Исполнено ")._p.append(parse_xml(BOX.format(nsdecls("w"))))
document.save(f"{sys.argv[1]}/order.docx")
PYTHON
soffice -env:UserInstallation="file://$folder/profile" --headless --convert-to txt:Text --outdir "$folder" \
    "$folder/order.docx" >/dev/null 2>&1
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import re
import sys
from importlib.metadata import version
from pathlib import Path

import mammoth
from docx2python import docx2python

ORDER = Path(sys.argv[1], "order.docx")


def of_mammoth(convert) -> str:
    with ORDER.open("rb") as file:
        result = convert(file)
    assert not result.messages, result.messages
    return result.value


shown = [line.strip("\ufeff ") for line in ORDER.with_suffix(".txt").read_text("utf-8").splitlines()]
page, marked, raw = (of_mammoth(how) for how in (mammoth.convert_to_html, mammoth.convert_to_markdown, mammoth.extract_raw_text))
with docx2python(ORDER) as other:
    text = other.text
lists = re.findall(r"<ol>.*?</ol>", page)
points = [line for line in marked.splitlines() if re.match(r"\d+\.", line)]
raw_lines, text_lines = ([line for line in whole.splitlines() if line] for whole in (raw, text))
print(*(f"{name} {version(name)}" for name in ("mammoth", "docx2python", "python-docx")))
for who, what in (
    ("LibreOffice", shown),
    ("Mammoth's HTML", lists),
    ("Mammoth's Markdown", points),
    ("Mammoth's raw text", raw_lines),
    ("docx2python", text_lines),
):
    print(f"  {who}: {what}")
same = (
    shown[:4] == ["1. Назначить ответственных", "2. Сдать отчёт", "Директорам школ:", "3. Сообщить до 15.10"]
    and shown[4:] == ["5Б", "12", "5\u2011Б", "Исполнено ☒"]
    and lists == ["<ol><li>Назначить ответственных</li><li>Сдать отчёт</li></ol>", "<ol><li>Сообщить до 15.10</li></ol>"]
    and [point[:3] for point in points] == ["1. ", "2. ", "1. "]
    and raw_lines[4:] == ["5Б12", "5\u2011Б", "Исполнено "]
    and text_lines[3:] == ["Сообщить до 15.10", "5Б", "12", "5Б", "Исполнено ☒"]
)
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
