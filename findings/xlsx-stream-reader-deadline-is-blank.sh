#!/bin/sh
# Long tables are read row by row, by a stream. xlsx-stream-reader 1.1.1 (Node.js) gives '' for a day in the format dd.mm.yyyy, and with an hour, dd.mm.yyyy
# hh:mm: a column of deadlines is blank, as if nobody had answered. ssf 0.11.2, by which it makes texts, raises at the point, and the error
# is swallowed. dd/mm/yyyy is right, and what is shown as a code, 007, too; TRUE is '1', and the spaces at both ends of a text are gone. xlstream 2.5.5
# has those days, yet 7 for 007. Of a book in Excel's system of 1904, as books from a Mac may be, each day is four years and a day early
# to both: 14 October 2022. Nothing is raised. One would have bet on what the cell shows. ExcelJS 4.4.0 has the days of
# both books, by readFile() and by its stream, WorkbookReader, with styles: "cache", without which it has numbers.
set -eu
command -v node >/dev/null && command -v npm >/dev/null || { echo "Node.js and npm are needed" >&2; exit 3; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet XlsxWriter==3.3.1
cd "$folder"
echo '{"private": true}' >package.json
npm install --silent --no-audit --no-fund xlsx-stream-reader@1.1.1 xlstream@2.5.5 exceljs@4.4.0 >/dev/null 2>&1
"$folder/venv/bin/python" - <<'PYTHON'
from datetime import datetime

import xlsxwriter

DUE = datetime(2026, 10, 15, 18)
for name, system_of_1904 in (("usual", False), ("1904", True)):
    with xlsxwriter.Workbook(f"{name}.xlsx", {"date_1904": system_of_1904}) as book:
        sheet = book.add_worksheet("S")
        for column, shown in enumerate(("dd.mm.yyyy", "dd.mm.yyyy hh:mm", "dd/mm/yyyy")):
            sheet.write_datetime(0, column, DUE.replace(hour=18 if "hh" in shown else 0), book.add_format({"num_format": shown}))
        sheet.write_number(0, 3, 7, book.add_format({"num_format": "000"}))
        sheet.write_boolean(0, 4, True)
        sheet.write_string(0, 5, " № 1 ")
PYTHON
cat >read.js <<'JS'
const assert = require("node:assert");
const fs = require("node:fs");
const ExcelJS = require("exceljs");
const StreamReader = require("xlsx-stream-reader");
const { getXlsxStream } = require("xlstream");

const byStreamReader = (file, told) =>
  new Promise((resolve, reject) => {
    const reader = new StreamReader(told);
    reader.on("error", reject);
    reader.on("worksheet", (sheet) => {
      sheet.on("row", (row) => resolve(row.values.slice(1)));
      sheet.process();
    });
    fs.createReadStream(file).pipe(reader);
  });
const byXlstream = async (file) => {
  for await (const row of await getXlsxStream({ filePath: file, sheet: 0 })) return row.formatted.arr;
};
const plain = (values) => values.map((value) => (value instanceof Date ? value.toISOString().slice(0, 16) : value));
const STREAM = { styles: "cache", sharedStrings: "cache", worksheets: "emit" };
const byExcelStream = async (file) => {
  for await (const sheet of new ExcelJS.stream.xlsx.WorkbookReader(file, STREAM)) {
    for await (const row of sheet) return plain(row.values.slice(1));
  }
};
const byExcel = async (file) => {
  const book = new ExcelJS.Workbook();
  await book.xlsx.readFile(file);
  return plain(book.worksheets[0].getRow(1).values.slice(1));
};

(async () => {
  const seen = {};
  for (const file of ["usual", "1904"]) {
    seen[file] = {
      "xlsx-stream-reader": await byStreamReader(`${file}.xlsx`),
      "formatting: false": await byStreamReader(`${file}.xlsx`, { formatting: false }),
      xlstream: await byXlstream(`${file}.xlsx`),
      "ExcelJS, stream": await byExcelStream(`${file}.xlsx`),
      "ExcelJS, readFile": await byExcel(`${file}.xlsx`),
    };
  }
  console.log(`Node.js ${process.version}`, seen);
  const days = ["2026-10-15T00:00", "2026-10-15T18:00", "2026-10-15T00:00"];
  const rest = [7, true, " № 1 "];
  try {
    assert.deepStrictEqual(seen, {
      usual: {
        "xlsx-stream-reader": ["", "", "15/10/2026", "007", "1", "№ 1"],
        "formatting: false": ["46310", "46310.75", "46310", "7", "1", "№ 1"],
        xlstream: ["15.10.2026", "15.10.2026 18:00", "15/10/2026", 7, 1, " № 1 "],
        "ExcelJS, stream": [...days, ...rest],
        "ExcelJS, readFile": [...days, ...rest],
      },
      1904: {
        "xlsx-stream-reader": ["", "", "14/10/2022", "007", "1", "№ 1"],
        "formatting: false": ["44848", "44848.75", "44848", "7", "1", "№ 1"],
        xlstream: ["14.10.2022", "14.10.2022 18:00", "14/10/2022", 7, 1, " № 1 "],
        "ExcelJS, stream": [...days, ...rest],
        "ExcelJS, readFile": [...days, ...rest],
      },
    });
  } catch {
    console.error("the behaviour has changed");
    process.exit(1);
  }
})();
JS
node read.js
