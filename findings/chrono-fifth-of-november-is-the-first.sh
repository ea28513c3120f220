#!/bin/sh
# chrono-node 2.10.3 in Russian, chrono.ru: «5-го ноября», as people write the fifth, is 1 November, for only the month is read. «15.10.2026 г. 18:00»
# and «15 октября 2026 г., 18:00» are two moments, the day at noon and 18:00 of today, and parseDate() gives the first: six hours early; without
# the «г.» all is right. «в 5 вечера» is 5 in the morning, and with it «15 октября в 5 вечера», where English has 17:00 of "at 5 pm". «полдень»,
# noon, is twelve hours from now, while «в полдень» is noon. «через 1,5 часа» is in five hours, «до конца месяца», till the end of the month, a
# month from now, and «12.10-15.10» is ten past twelve to ten past three. None of it is empty or raised. «15 октября», «15.10.2026 18:00» and
# «через 2 дня» are right. What was read is to be shown to whoever wrote it, and the text that was read (result.text) to be the whole of it.
set -eu
command -v node >/dev/null && command -v npm >/dev/null || { echo "Node.js and npm are needed" >&2; exit 3; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
echo '{"private": true}' >"$folder/package.json"
npm install --silent --no-fund --no-audit --prefix "$folder" chrono-node@2.10.3 >/dev/null
cat >"$folder/read.mjs" <<'JAVASCRIPT'
import { readFileSync } from "node:fs";
import * as chrono from "chrono-node";

const { version } = JSON.parse(readFileSync(new URL("node_modules/chrono-node/package.json", import.meta.url), "utf8"));
console.log(`chrono-node ${version}`);
const now = new Date(2026, 9, 12, 10, 0); // Monday, 12 October 2026, 10:00
const shown = (at) => at.toLocaleString("sv").slice(0, 16);
const read = (words, found) => found.map(({ start, end }) => [start, ...(end ? [end] : [])].map((one) => shown(one.date())).join(" to "));
const expected = {
  "5 ноября": ["2026-11-05 12:00"],
  "5-го ноября": ["2026-11-01 12:00"],
  "15.10.2026 18:00": ["2026-10-15 18:00"],
  "15.10.2026 г. 18:00": ["2026-10-15 12:00", "2026-10-12 18:00"],
  "15 октября 2026 г., 18:00": ["2026-10-15 12:00", "2026-10-12 18:00"],
  "15 октября в 5 вечера": ["2026-10-15 05:00"],
  "завтра в 5 вечера": ["2026-10-13 05:00"],
  полдень: ["2026-10-12 22:00"],
  "в полдень": ["2026-10-12 12:00"],
  "через 2 дня": ["2026-10-14 10:00"],
  "через 1,5 часа": ["2026-10-12 15:00"],
  "до конца месяца": ["2026-11-12 10:00"],
  "12.10-15.10": ["2026-10-12 12:10 to 2026-10-12 15:10"],
};
let same = true;
for (const [words, moments] of Object.entries(expected)) {
  const seen = read(words, chrono.ru.parse(words, now, { forwardDate: true }));
  console.log(`  «${words}» is ${seen.join(", and ")}`);
  same &&= JSON.stringify(seen) === JSON.stringify(moments);
}
const english = read("at 5 pm", chrono.parse("15 October at 5 pm", now, { forwardDate: true }));
console.log(`  "15 October at 5 pm" is ${english.join(", and ")}`);
same &&= JSON.stringify(english) === '["2026-10-15 17:00"]';
if (!same) console.error("the behaviour has changed");
process.exit(same ? 0 : 1);
JAVASCRIPT
TZ=Asia/Irkutsk node "$folder/read.mjs"
