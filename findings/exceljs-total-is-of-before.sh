#!/bin/sh
# ExcelJS 4.4.0: a report that is filled in from a template keeps the totals of the template. A formula is written with the result with
# which it was read, and LibreOffice 7.4, which trusts the file, shows and converts «107» where the column adds up to 150. The
# switch for it, workbook.calcProperties.fullCalcOnLoad = true, does not move LibreOffice. A formula set anew without its result is
# computed, and so is the book that openpyxl 3.1.5 saves. insertRow() leaves the ranges of formulas as they are: the last school
# falls out of SUM(B2:B3). Each cell of a merged range has the range's number, so a loop over the rows counts 5 twice; openpyxl has it once.
set -eu
command -v node >/dev/null && command -v npm >/dev/null || { echo "Node.js and npm are needed" >&2; exit 3; }
case "$(soffice --version 2>/dev/null)" in
"LibreOffice 7.4."*) ;;
*) echo "LibreOffice 7.4 (soffice) is needed: apt-get install libreoffice-calc" >&2; exit 3 ;;
esac
soffice --version
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet XlsxWriter==3.3.1 openpyxl==3.1.5
(cd "$folder" && echo '{"private": true}' >package.json && npm install --silent --no-audit --no-fund exceljs@4.4.0 >/dev/null 2>&1)
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys

import openpyxl
import xlsxwriter

FOLDER = sys.argv[1]
book = xlsxwriter.Workbook(f"{FOLDER}/template.xlsx")
sheet = book.add_worksheet("Свод")
for row, values in enumerate((("Школа", "Учеников", "Здание"), ("СОШ № 1", 100), ("СОШ № 2", 7), ("Итого",))):
    sheet.write_row(row, 0, values)
sheet.write_formula("B4", "=SUM(B2:B3)", None, 107)
sheet.merge_range("C2:C3", 5)
book.close()
other = openpyxl.load_workbook(f"{FOLDER}/template.xlsx")
other.active["B3"] = 50
print("  openpyxl reads the merged cells as", [cell.value for cell in other.active["C"][1:3]])
other.save(f"{FOLDER}/openpyxl.xlsx")
PYTHON
cat >"$folder/fill.js" <<'JS'
const ExcelJS = require("exceljs");
const folder = process.argv[2];
async function filled(name, change) {
  const book = new ExcelJS.Workbook();
  await book.xlsx.readFile(`${folder}/template.xlsx`);
  change(book.worksheets[0], book);
  await book.xlsx.writeFile(`${folder}/${name}.xlsx`);
}
(async () => {
  let merged = 0;
  await filled("filled", (sheet) => {
    sheet.eachRow((row) => {
      if (typeof row.getCell(3).value === "number") merged += row.getCell(3).value;
    });
    sheet.getCell("B3").value = 50;
  });
  await filled("switched", (sheet, book) => {
    sheet.getCell("B3").value = 50;
    book.calcProperties.fullCalcOnLoad = true;
  });
  await filled("anew", (sheet) => {
    sheet.getCell("B3").value = 50;
    sheet.getCell("B4").value = { formula: "SUM(B2:B3)" };
  });
  await filled("inserted", (sheet) => {
    sheet.insertRow(3, ["СОШ № 9", 11]);
    sheet.getCell("B5").value = { formula: sheet.getCell("B5").formula };
  });
  console.log(`exceljs ${require("exceljs/package.json").version}`);
  console.log(`  the merged cells add up to ${merged}`);
  process.exitCode = merged === 10 ? 0 : 1;
})();
JS
node "$folder/fill.js" "$folder" || { echo "the behaviour has changed" >&2; exit 1; }
for name in filled switched anew inserted openpyxl; do
    soffice -env:UserInstallation="file://$folder/profile" --headless \
        --convert-to csv:"Text - txt - csv (StarCalc)":59,34,76 --outdir "$folder" "$folder/$name.xlsx" >/dev/null 2>&1
done
failed=0
seen() {
    total=$(sed -n 's/^Итого;\([0-9]*\).*/\1/p' "$folder/$2.csv")
    echo "  $1: $total"
    [ "$total" = "$3" ] || failed=1
}
seen "100 and 50, filled in by ExcelJS, in LibreOffice" filled 107
seen "told fullCalcOnLoad" switched 107
seen "the formula set anew" anew 150
seen "filled in by openpyxl" openpyxl 150
seen "100, 11 inserted, and 7, the formula set anew" inserted 111
[ "$failed" = 0 ] || { echo "the behaviour has changed" >&2; exit 1; }
