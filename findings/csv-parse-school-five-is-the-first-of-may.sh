#!/bin/sh
# To Node.js 20 a text with a number at its end is a day: «Школа № 5» is 1 May 2001, «Лицей № 36» New Year 2036 and «Гимназия № 101» the year 101, for
# Date() of V8 leaves out the words before the first number, Russian ones too. So csv-parse 7.0.3 with cast_date: true makes days of the schools'
# names, and of the answers «до 12», «7-8» and «5/6», while a name that goes on behind its number, «СОШ № 12 п. Мирный», stays a text: a column of
# names is half days. The checks of forms let it pass, z.coerce.date() of zod 4.6.7, yup 1.7.1, joi 18.3.2 and mongoose 9.12.1: «уточним после
# 5» is a deadline, the first of May, «05.11.2026» is 11 May, and a right day, «15.10.2026», is refused. Nothing is raised. One expects of
# a check that a text which is no date is refused. z.iso.date(), Joi.date().iso(), and for csv-parse a function as cast_date, that looks at the
# text before, mean days alone; days as Russians write them are to be matched whole and put together by the program.
set -eu
command -v node >/dev/null && command -v npm >/dev/null || { echo "Node.js and npm are needed" >&2; exit 3; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private": true}' >package.json
npm install --silent --no-audit --no-fund csv-parse@7.0.3 zod@4.6.7 yup@1.7.1 joi@18.3.2 mongoose@9.12.1 >/dev/null 2>&1
cat >read.js <<'JS'
const assert = require("node:assert");
const { parse } = require("csv-parse/sync");
const { z } = require("zod");
const yup = require("yup");
const Joi = require("joi");
const mongoose = require("mongoose");

const told = (value) => {
  if (!(value instanceof Date)) return String(value);
  const [year, month, day] = [value.getFullYear(), value.getMonth() + 1, value.getDate()];
  return `day ${day}.${month}.${year}`;
};
const table = `Школа;Ответ
Школа № 5;до 12
Лицей № 36;05.11.2026
Гимназия № 101;15.10.2026
СОШ № 12 п. Мирный;7-8
МБОУ СОШ № 3;5/6
`;
const read = (castDate) =>
  parse(table, { delimiter: ";", cast: true, cast_date: castDate, from_line: 2 }).map((row) => row.map(told).join(" | "));
const iso = (text) => (/^\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T00:00:00`) : text);
const refused = (check) => (value) => {
  try {
    return told(check(value));
  } catch {
    return "refused";
  }
};
const checks = {
  "z.coerce.date()": refused((value) => z.coerce.date().parse(value)),
  "yup.date()": refused((value) => yup.date().validateSync(value)),
  "Joi.date()": refused((value) => Joi.attempt(value, Joi.date())),
  mongoose: refused((value) => new mongoose.Schema.Types.Date("due", {}).cast(value)),
  "z.iso.date()": refused((value) => z.iso.date().parse(value)),
  "Joi.date().iso()": refused((value) => Joi.attempt(value, Joi.date().iso())),
};
console.log(`Node.js ${process.version}, V8 ${process.versions.v8}`);
const seen = { cast: read(true), function: read(iso) };
for (const answer of ["уточним после 5", "05.11.2026", "15.10.2026"]) {
  seen[answer] = Object.fromEntries(Object.entries(checks).map(([name, check]) => [name, check(answer)]));
}
console.log(seen);
const all = (four) => ({
  ...Object.fromEntries(Object.keys(checks).slice(0, 4).map((name) => [name, four])),
  "z.iso.date()": "refused",
  "Joi.date().iso()": "refused",
});
try {
  assert.deepStrictEqual(seen, {
    cast: [
      "day 1.5.2001 | day 1.12.2001",
      "day 1.1.2036 | day 11.5.2026",
      "day 1.1.101 | 15.10.2026",
      "СОШ № 12 п. Мирный | day 8.7.2001",
      "day 1.3.2001 | day 6.5.2001",
    ],
    function: table.trim().split("\n").slice(1).map((row) => row.replace(";", " | ")),
    "уточним после 5": all("day 1.5.2001"),
    "05.11.2026": all("day 11.5.2026"),
    "15.10.2026": all("refused"),
  });
} catch {
  console.error("the behaviour has changed");
  process.exit(1);
}
JS
node read.js
