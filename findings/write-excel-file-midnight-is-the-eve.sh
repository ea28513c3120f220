#!/bin/sh
# One Date of JavaScript, given to seven programs that write XLSX (Node.js 20), on a machine in Irkutsk: the deadline of 15 October, 18:00, which is 10:00 UTC, and
# the day itself, new Date(2026, 9, 15). write-excel-file 4.1.1, ExcelJS 4.4.0 and excel4node 1.8.2 write the clock of UTC: 10:00, and for the day
# 14.10.2026 16:00, so that a cell in the format dd.mm.yyyy shows the eve. xlsx-populate 1.21.0 and json-as-xlsx 2.6.4 write the machine's clock, 18:00
# and 15.10.2026. SheetJS 0.18.5 writes that too, and five seconds more, 18:00:05, which is later than the deadline. mr-excel 6.0.1 has
# an English text, "Thu Oct 15 2026 18:00:00 GMT+0800 (Irkutsk Standard Time)". On a server in UTC all but the last write one and the same, so a
# test sees nothing, and whoever goes from one to another moves all days. Nothing is raised. One expects what the machine's clock shows, as
# XLSX has no zones. What is given is to be made for the writer: new Date(Date.UTC(2026, 9, 15)) for the first three.
set -eu
command -v node >/dev/null && command -v npm >/dev/null || { echo "Node.js and npm are needed" >&2; exit 3; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet python-calamine==0.9.1
cd "$folder"
echo '{"private": true}' >package.json
npm install --silent --no-audit --no-fund --ignore-scripts write-excel-file@4.1.1 exceljs@4.4.0 excel4node@1.8.2 xlsx-populate@1.21.0 \
    json-as-xlsx@2.6.4 xlsx@0.18.5 mr-excel@6.0.1 >/dev/null 2>&1
cat >write.js <<'JS'
const fs = require("node:fs");
const excel4node = require("excel4node");
const ExcelJS = require("exceljs");
const jsonAsXlsx = require("json-as-xlsx");
const mrExcel = require("mr-excel");
const writeExcelFile = require("write-excel-file/node");
const XLSX = require("xlsx");
const XlsxPopulate = require("xlsx-populate");

const due = new Date("2026-10-15T18:00:00+08:00");
const day = new Date(2026, 9, 15);
const [moment, date] = ["dd.mm.yyyy hh:mm", "dd.mm.yyyy"];
const place = (name) => `${process.argv[2]}/${name}.xlsx`;
const writers = {
  "write-excel-file": async (file) => {
    const cells = [[{ type: Date, value: due, format: moment }, { type: Date, value: day, format: date }]];
    await (writeExcelFile.default || writeExcelFile)(cells).toFile(file);
  },
  ExcelJS: async (file) => {
    const book = new ExcelJS.Workbook();
    book.addWorksheet("S").addRow([due, day]);
    await book.xlsx.writeFile(file);
  },
  excel4node: async (file) => {
    const book = new excel4node.Workbook();
    const sheet = book.addWorksheet("S");
    sheet.cell(1, 1).date(due).style({ numberFormat: moment });
    sheet.cell(1, 2).date(day).style({ numberFormat: date });
    fs.writeFileSync(file, await book.writeToBuffer());
  },
  "xlsx-populate": async (file) => {
    const book = await XlsxPopulate.fromBlankAsync();
    book.sheet(0).cell("A1").value(due).style("numberFormat", moment);
    book.sheet(0).cell("B1").value(day).style("numberFormat", date);
    await book.toFileAsync(file);
  },
  "json-as-xlsx": async (file) => {
    const columns = [{ label: "due", value: "due", format: moment }, { label: "day", value: "day", format: date }];
    const told = { writeOptions: { type: "buffer", bookType: "xlsx" } };
    fs.writeFileSync(file, (jsonAsXlsx.default || jsonAsXlsx)([{ sheet: "S", columns, content: [{ due, day }] }], told));
  },
  SheetJS: async (file) => {
    const book = XLSX.utils.book_new();
    XLSX.utils.book_append_sheet(book, XLSX.utils.aoa_to_sheet([[due, day]]), "S");
    XLSX.writeFile(book, file);
  },
  "mr-excel": async (file) => {
    const headers = [{ label: "due", text: "due" }, { label: "day", text: "day" }];
    const told = { backend: true, fetch: null, creator: "x", notSave: true, sheet: [{ headers, data: [{ due, day }] }] };
    fs.writeFileSync(file, Buffer.from(await mrExcel.generateExcel(told)));
  },
};
(async () => {
  fs.mkdirSync(process.argv[2]);
  for (const [name, write] of Object.entries(writers)) await write(place(name));
})();
JS
TZ=UTC node --no-warnings write.js in_utc
TZ=Asia/Irkutsk node --no-warnings write.js in_irkutsk
node --version
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from datetime import date
from pathlib import Path

import python_calamine


def told(value: date | str) -> str:
    return value if isinstance(value, str) else value.isoformat(" ") if hasattr(value, "hour") else f"{value} 00:00:00"


def read(folder: str) -> dict[str, list[str]]:
    places = sorted(Path(folder).iterdir())
    return {place.stem: [told(value) for value in python_calamine.load_workbook(place).get_sheet_by_index(0).to_python()[-1]] for place in places}


seen = {folder: read(folder) for folder in ("in_utc", "in_irkutsk")}
for folder, books in seen.items():
    print(folder)
    for name, values in books.items():
        print(f"  {name}: {' | '.join(values)}")
by_utc = ["2026-10-15 10:00:00", "2026-10-14 16:00:00"]
by_machine = ["2026-10-15 18:00:00", "2026-10-15 00:00:00"]
six = ("write-excel-file", "ExcelJS", "excel4node", "xlsx-populate", "json-as-xlsx", "SheetJS")
same = (
    {name: values for name, values in seen["in_utc"].items() if name in six}
    == dict.fromkeys(six, ["2026-10-15 10:00:00", "2026-10-15 00:00:00"])
    and {name: values for name, values in seen["in_irkutsk"].items() if name in six}
    == dict.fromkeys(six[:3], by_utc) | dict.fromkeys(six[3:5], by_machine) | {"SheetJS": ["2026-10-15 18:00:05", "2026-10-15 00:00:05"]}
    and seen["in_irkutsk"]["mr-excel"][0] == "Thu Oct 15 2026 18:00:00 GMT+0800 (Irkutsk Standard Time)"
)
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
