#!/bin/sh
# Carbone 3.8.2 (Node.js), which fills in letters and reports: formatD writes a moment by the clock of Paris unless it is told otherwise, so the deadline of 18:00 in
# Irkutsk, 2026-10-15T18:00:00+08:00, is 12:00. A day without an hour, "2026-10-15", is the midnight of the machine's clock to it and then told by that of
# Paris: 15 October on a server in UTC, where one tries it, and 14 October in Irkutsk. With timezone: "Asia/Irkutsk" the moment is right everywhere,
# and "2026-10-15T18:00:00" on a server in UTC is 16 October, 2:00. A moment as a number, Date.now() as JSON has it, 1792058400000, is read by its
# digits as a day, 23 July 1792. Blanks in a pattern are gone unless it is in quotes: DD.MM.YYYY HH:mm is «15.10.202618:00». Nothing
# is raised. One expects the machine's zone, or that of the moment, and a day to be a day. luxon 3.7.2 has them. Moments are to be told
# as ISO with their offset, days as noon with the offset, with timezone set and patterns in quotes.
set -eu
command -v node >/dev/null && command -v npm >/dev/null || { echo "Node.js and npm are needed" >&2; exit 3; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private": true}' >package.json
npm install --silent --no-audit --no-fund --ignore-scripts carbone@3.8.2 luxon@3.7.2 >/dev/null 2>&1
cat >letter.xml <<'XML'
<letter>{d.moment:formatD('DD.MM.YYYY HH:mm')}|{d.noon:formatD('DD.MM.YYYY')}|{d.day:formatD('DD.MM.YYYY')}|{d.bare:formatD('DD.MM.YYYY HH:mm')}|{d.number:formatD('DD.MM.YYYY')}|{d.moment:formatD(DD.MM.YYYY HH:mm)}</letter>
XML
cat >fill.js <<'JS'
const carbone = require("carbone");
const { DateTime } = require("luxon");
const data = {
  moment: "2026-10-15T18:00:00+08:00",
  noon: "2026-10-15T12:00:00+08:00",
  day: "2026-10-15",
  bare: "2026-10-15T18:00:00",
  number: Date.parse("2026-10-15T10:00:00Z"),
};
const by_luxon = [DateTime.fromISO(data.moment, { setZone: true }).toFormat("dd.MM.yyyy HH:mm"), DateTime.fromISO(data.day).toFormat("dd.MM.yyyy")];
carbone.render("letter.xml", data, { lang: "ru", ...JSON.parse(process.argv[2]) }, (error, page) => {
  if (error) throw error;
  console.log(`${page.toString().replace(/<\/?letter>/g, "").trim()}|luxon ${by_luxon.join(", ")}`);
  process.exit(0);
});
JS
seen=$(for zone in UTC Asia/Irkutsk; do
    for told in '{}' '{"timezone": "Asia/Irkutsk"}'; do
        echo "machine $zone, told $told: $(TZ=$zone node fill.js "$told")"
    done
done)
node --version
echo "a moment|noon|a day|without an offset|a number|without quotes"
echo "$seen"
expected='machine UTC, told {}: 15.10.2026 12:00|15.10.2026|15.10.2026|15.10.2026 20:00|23.07.1792|15.10.202612:00
machine UTC, told {"timezone": "Asia/Irkutsk"}: 15.10.2026 18:00|15.10.2026|15.10.2026|16.10.2026 02:00|23.07.1792|15.10.202618:00
machine Asia/Irkutsk, told {}: 15.10.2026 12:00|15.10.2026|14.10.2026|15.10.2026 12:00|22.07.1792|15.10.202612:00
machine Asia/Irkutsk, told {"timezone": "Asia/Irkutsk"}: 15.10.2026 18:00|15.10.2026|15.10.2026|15.10.2026 18:00|23.07.1792|15.10.202618:00'
by_luxon='|luxon 15.10.2026 18:00, 15.10.2026'
[ "$seen" = "$(echo "$expected" | sed "s/\$/$by_luxon/")" ] || { echo "the behaviour has changed" >&2; exit 1; }
