#!/bin/sh
# Bree 9.2.9 (Node.js), which takes jobs in English words, read by @breejs/later: «at 9:00 am on Mondays», in the plural, runs on Saturdays; «on
# Monday» is right. «every month» runs on 1 January alone, «every 1 month» each month. «every 45 days» is monthly, «every 36 hours» daily and
# «every 90 minutes» hourly, for what goes over the end of the next larger unit is cut, and the count begins anew there: «every 10 days» runs on 31
# October and again on 1 November, «every 15th day of the month» is the 1st, 16th and 31st. «after the 20th day of the month» is passed over: every
# day. «1,5 hours» is one hour. A crontab's line with both days, «0 9 15 * 1», is a Monday the 15th to it, once a year or so, where croner
# 11.0.1 has the 15th and each Monday, as a crontab does. Nothing is raised nor logged. The next days are to be looked at before a job
# is believed: later.schedule(bree.config.jobs[0].interval).next(5); lines of a crontab with one of both days are right.
set -eu
command -v node >/dev/null && command -v npm >/dev/null || { echo "Node.js and npm are needed" >&2; exit 3; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
echo '{"private": true}' >"$folder/package.json"
npm install --silent --no-fund --no-audit --prefix "$folder" bree@9.2.9 @breejs/later@4.2.0 croner@11.0.1 >/dev/null
echo 'process.exit(0);' >"$folder/remind.js"
cat >"$folder/look.mjs" <<'JAVASCRIPT'
import { readFileSync } from "node:fs";
import later from "@breejs/later";
import Bree from "bree";
import { Cron } from "croner";

const FOLDER = process.argv[2];
const START = new Date("2026-10-12T08:30:00Z"); // a Monday
const WEEKDAYS = ["Su", "Mo", "Tu", "We", "Th", "Fr", "Sa"];
const told = (at) => `${WEEKDAYS[at.getUTCDay()]} ${at.toISOString().slice(8, 10)}.${at.toISOString().slice(5, 7)}.${at.toISOString().slice(2, 4)} ${at.toISOString().slice(11, 16)}`;

// The first runs of a job after the start, or every how many hours it runs.
async function runs(job) {
  const bree = new Bree({ root: false, logger: false, jobs: [{ name: "remind", path: `${FOLDER}/remind.js`, ...job }] });
  await bree.init();
  const { interval } = bree.config.jobs[0];
  return typeof interval === "number" ? `${interval / 3600000} h` : later.schedule(interval).next(4, START).map(told).join(", ");
}

const EXPECTED = [
  [{ interval: "at 9:00 am on Monday" }, "Mo 12.10.26 09:00, Mo 19.10.26 09:00, Mo 26.10.26 09:00, Mo 02.11.26 09:00"],
  [{ interval: "at 9:00 am on Mondays" }, "Sa 17.10.26 09:00, Sa 24.10.26 09:00, Sa 31.10.26 09:00, Sa 07.11.26 09:00"],
  [{ interval: "every 10 days" }, "We 21.10.26 00:00, Sa 31.10.26 00:00, Su 01.11.26 00:00, We 11.11.26 00:00"],
  [{ interval: "every 45 days" }, "Su 01.11.26 00:00, Tu 01.12.26 00:00, Fr 01.01.27 00:00, Mo 01.02.27 00:00"],
  [{ interval: "every 36 hours" }, "Tu 13.10.26 00:00, We 14.10.26 00:00, Th 15.10.26 00:00, Fr 16.10.26 00:00"],
  [{ interval: "every 90 minutes" }, "Mo 12.10.26 09:00, Mo 12.10.26 10:00, Mo 12.10.26 11:00, Mo 12.10.26 12:00"],
  [{ interval: "every month" }, "Fr 01.01.27 00:00, Sa 01.01.28 00:00, Mo 01.01.29 00:00, Tu 01.01.30 00:00"],
  [{ interval: "at 6:00 pm every 15th day of the month" }, "Fr 16.10.26 18:00, Sa 31.10.26 18:00, Su 01.11.26 18:00, Mo 16.11.26 18:00"],
  [{ interval: "at 6:00 pm on the 15th day of the month" }, "Th 15.10.26 18:00, Su 15.11.26 18:00, Tu 15.12.26 18:00, Fr 15.01.27 18:00"],
  [{ interval: "at 9:00 am after the 20th day of the month" }, "Mo 12.10.26 09:00, Tu 13.10.26 09:00, We 14.10.26 09:00, Th 15.10.26 09:00"],
  [{ interval: "1.5 hours" }, "1.5 h"],
  [{ interval: "1,5 hours" }, "1 h"],
  [{ cron: "0 9 * * 1" }, "Mo 12.10.26 09:00, Mo 19.10.26 09:00, Mo 26.10.26 09:00, Mo 02.11.26 09:00"],
  [{ cron: "0 9 15 * 1" }, "Mo 15.02.27 09:00, Mo 15.03.27 09:00, Mo 15.11.27 09:00, Mo 15.05.28 09:00"],
];
const CRONER = "Mo 12.10.26 09:00, Th 15.10.26 09:00, Mo 19.10.26 09:00, Mo 26.10.26 09:00";
const version = (name) => `${name} ${JSON.parse(readFileSync(`${FOLDER}/node_modules/${name}/package.json`, "utf8")).version}`;
console.log(["bree", "@breejs/later", "croner"].map(version).join(" "));
let same = true;
for (const [job, expected] of EXPECTED) {
  const seen = await runs(job);
  console.log(`  ${Object.entries(job)[0].join(": ")}: ${seen}`);
  same &&= seen === expected;
}
const seen = new Cron("0 9 15 * 1", { timezone: "UTC" }).nextRuns(4, START).map(told).join(", ");
console.log(`  croner, 0 9 15 * 1: ${seen}`);
if (!same || seen !== CRONER) {
  console.error("the behaviour has changed");
  process.exit(1);
}
JAVASCRIPT
TZ=UTC node "$folder/look.mjs" "$folder"
