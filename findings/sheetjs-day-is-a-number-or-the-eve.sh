#!/bin/sh
# SheetJS (xlsx 0.18.5, the newest that npm has) has no text for a day in the format dd.mm.yyyy, as XlsxWriter writes it: of a cell
# that shows 15.10.2026 the text is 46310, in sheet_to_csv() and in sheet_to_json() with raw: false, while dd/mm/yyyy, hh:mm
# and dd\.mm\.yyyy are right. With cellDates, which should make Dates, the same cell is 14 October, 23:59:55, in Irkutsk, and
# 23:59:43 in Moscow: it reckons by the zone's time of 1899, whose seconds it loses, so it is the eve in all of Russia but Kaliningrad.
# In UTC, where tests run, it is midnight. ExcelJS 4.4.0 has midnight of UTC everywhere. With neither option there is the number,
# which SSF.parse_date_code() turns into year, month and day.
set -eu
command -v node >/dev/null && command -v npm >/dev/null || { echo "Node.js and npm are needed" >&2; exit 3; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet XlsxWriter==3.3.1
npm install --silent --no-fund --no-audit --prefix "$folder" xlsx@0.18.5 exceljs@4.4.0 >/dev/null
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys
from datetime import datetime
from importlib.metadata import version

import xlsxwriter

with xlsxwriter.Workbook(f"{sys.argv[1]}/due.xlsx") as book:
    sheet = book.add_worksheet()
    for column, shown in enumerate(("dd.mm.yyyy", "dd/mm/yyyy", "dd\\.mm\\.yyyy", "dd.mm.yyyy hh:mm", "hh:mm")):
        sheet.write_datetime(0, column, datetime(2026, 10, 15, 18, 30), book.add_format({"num_format": shown}))
    sheet.write_datetime(1, 0, datetime(2026, 10, 15), book.add_format({"num_format": "dd.mm.yyyy"}))
print("XlsxWriter", version("XlsxWriter"))
PYTHON
cat >"$folder/read.js" <<'JAVASCRIPT'
const [xlsx, exceljs] = [require("xlsx"), require("exceljs")];
const { version } = require("exceljs/package.json");

const shown = (day) => day.toLocaleString("sv-SE");

(async () => {
  const place = `${__dirname}/due.xlsx`;
  const texts = xlsx.utils.sheet_to_csv(xlsx.readFile(place).Sheets.Sheet1).split("\n")[0];
  const day = xlsx.readFile(place, { cellDates: true }).Sheets.Sheet1.A2.v;
  const book = await new exceljs.Workbook().xlsx.readFile(place);
  const other = book.worksheets[0].getCell("A2").value;
  const { y, m, d } = xlsx.SSF.parse_date_code(xlsx.readFile(place).Sheets.Sheet1.A2.v);
  console.log(`  ${process.env.TZ}: xlsx ${xlsx.version} has ${texts}`);
  console.log(`    and the day ${shown(day)} here (${day.toISOString()}), by its number ${y}-${m}-${d}`);
  console.log(`    ExcelJS ${version} has ${other.toISOString()}`);
  const eve = { "Asia/Irkutsk": "2026-10-14 23:59:55", "Europe/Moscow": "2026-10-14 23:59:43", UTC: "2026-10-15 00:00:00" };
  const same =
    texts === "46310.77083,15/10/2026,15.10.2026,46310.77083,18:30" &&
    shown(day) === eve[process.env.TZ] &&
    `${y}-${m}-${d}` === "2026-10-15" &&
    other.toISOString() === "2026-10-15T00:00:00.000Z";
  if (!same) {
    console.error("the behaviour has changed");
    process.exit(1);
  }
})();
JAVASCRIPT
for zone in UTC Europe/Moscow Asia/Irkutsk; do
    TZ=$zone node "$folder/read.js"
done
