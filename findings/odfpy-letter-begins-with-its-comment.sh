#!/bin/sh
# odfpy 1.4.1: the paragraphs of an ODT, by teletype.extractText(), are not the letter's. A comment stands in the paragraph to
# which it belongs, author, time, initials and words glued to the paragraph's, «Иванова2026-10-01T09:00:00ИНе позднее!до 15.10»,
# and comes once more as a paragraph of its own. What was deleted while changes are recorded comes first of all, before the
# beginning of the letter: LibreOffice keeps it at the head of the file. In LibreOffice 7.4 the plain text has no comment, and the
# deleted line where it stood. The elements office:annotation and text:tracked-changes, taken out of the document before, leave
# what counts.
set -eu
case "$(soffice --version 2>/dev/null)" in
"LibreOffice 7.4."*) ;;
*) echo "LibreOffice 7.4 (soffice) is needed: apt-get install libreoffice-writer" >&2; exit 3 ;;
esac
soffice --version
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet odfpy==1.4.1 python-docx==1.2.0
"$folder/venv/bin/python" - "$folder/letter.docx" <<'PYTHON'
import sys

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

letter = Document()
letter.add_paragraph("Прошу ответить")
line = letter.add_paragraph()
run = line.add_run("до 15.10")
letter.add_comment(run, text="Не позднее!", author="Иванова", initials="И")
by = f'{nsdecls("w")} w:id="7" w:author="Иванова" w:date="2026-10-01T09:00:00Z"'
mark = f"<w:pPr><w:rPr><w:del {by}/></w:rPr></w:pPr>"
gone = f"<w:del {by}><w:r><w:delText>до 5.10</w:delText></w:r></w:del>"
line._p.addprevious(parse_xml(f"<w:p {nsdecls('w')}>{mark}{gone}</w:p>"))
letter.save(sys.argv[1])
PYTHON
for format in odt txt:Text; do
    soffice -env:UserInstallation="file://$folder/profile" --headless --convert-to "$format" --outdir "$folder" \
        "$folder/letter.docx" >/dev/null 2>&1
done
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import re
import sys
from importlib.metadata import version
from pathlib import Path

from odf import office, opendocument, teletype, text

folder = Path(sys.argv[1])
letter = opendocument.load(folder / "letter.odt")


def lines() -> list[str]:
    """The paragraphs as odfpy reads them, with one time for all."""
    said = (teletype.extractText(paragraph) for paragraph in letter.text.getElementsByType(text.P))
    return [re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z?", "TIME", line) for line in said]


shown = (folder / "letter.txt").read_text("utf-8-sig").splitlines()
raw = lines()
for kind in (office.Annotation, text.TrackedChanges):
    for element in letter.text.getElementsByType(kind):
        element.parentNode.removeChild(element)
print("odfpy", version("odfpy"))
print("  LibreOffice, as text:", shown)
print("  odfpy:", raw)
left = lines()
print("  odfpy, without both elements:", left)
same = (shown, raw, left) == (
    ["Прошу ответить", "до 5.10", "до 15.10"],
    ["до 5.10", "", "Прошу ответить", "ИвановаTIMEИНе позднее!до 15.10", "Не позднее!"],
    ["Прошу ответить", "до 15.10"],
)
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
