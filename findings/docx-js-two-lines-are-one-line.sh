#!/bin/sh
# docx 9.15.2 (Node.js): a "\n" within a text, new Paragraph("до 15.10\nшкола № 5"), goes into the file as it is, and XML's white space is a
# space: LibreOffice 7.4 shows «до 15.10 школа № 5», one line. python-docx 1.2.0 reads "до 15.10\nшкола № 5", two lines, and so does
# docx2python 3.7.1, so a test that reads the letter back sees the lines which nobody will see on paper. python-docx itself writes
# a break (w:br) for a "\n", which LibreOffice shows. In docx each line wants a TextRun of its own with {break: 1}.
set -eu
command -v node >/dev/null && command -v npm >/dev/null || { echo "Node.js and npm are needed" >&2; exit 3; }
case "$(soffice --version 2>/dev/null)" in
"LibreOffice 7.4."*) ;;
*) echo "LibreOffice 7.4 (soffice) is needed: apt-get install libreoffice-writer" >&2; exit 3 ;;
esac
soffice --version
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet python-docx==1.2.0 docx2python==3.7.1
(cd "$folder" && echo '{"private": true}' >package.json && npm install --silent --no-audit --no-fund docx@9.15.2 >/dev/null 2>&1)
cat >"$folder/write.js" <<'JS'
const { Document, Packer, Paragraph, TextRun } = require("docx");
const fs = require("fs");
const folder = process.argv[2];
const lines = ["до 15.10", "школа № 5"];
async function write(name, paragraph) {
  const letter = new Document({ sections: [{ children: [paragraph] }] });
  fs.writeFileSync(`${folder}/${name}.docx`, await Packer.toBuffer(letter));
}
(async () => {
  await write("plain", new Paragraph(lines.join("\n")));
  await write("runs", new Paragraph({ children: lines.map((text, row) => new TextRun({ text, break: row })) }));
  console.log(`docx ${JSON.parse(fs.readFileSync(`${folder}/node_modules/docx/package.json`)).version}`);
})();
JS
node "$folder/write.js" "$folder"
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys

import docx

letter = docx.Document()
letter.add_paragraph("до 15.10\nшкола № 5")
letter.save(f"{sys.argv[1]}/python.docx")
PYTHON
for name in plain runs python; do
    soffice -env:UserInstallation="file://$folder/profile" --headless --convert-to txt:Text --outdir "$folder" \
        "$folder/$name.docx" >/dev/null 2>&1
done
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys
from importlib.metadata import version
from pathlib import Path

import docx
from docx2python import docx2python

FOLDER = Path(sys.argv[1])
TWO, ONE = ["до 15.10", "школа № 5"], ["до 15.10 школа № 5"]


def lines(name: str) -> tuple[list[str], ...]:
    """What LibreOffice, python-docx and docx2python have of a letter, line by line."""
    shown = (FOLDER / f"{name}.txt").read_text("utf-8-sig")
    of_docx = "\n".join(paragraph.text for paragraph in docx.Document(FOLDER / f"{name}.docx").paragraphs)
    with docx2python(FOLDER / f"{name}.docx") as letter:
        other = letter.text
    return tuple([line for line in text.splitlines() if line] for text in (shown, of_docx, other))


print(*(f"{name} {version(name)}" for name in ("python-docx", "docx2python")))
same = True
for name, expected in {"plain": (ONE, TWO, TWO), "runs": (TWO, TWO, TWO), "python": (TWO, TWO, TWO)}.items():
    seen = lines(name)
    print(f"  {name}: {seen[0]} in LibreOffice, {seen[1]} by python-docx, {seen[2]} by docx2python")
    same = same and seen == expected
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
