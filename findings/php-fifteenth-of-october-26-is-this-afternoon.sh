#!/bin/sh
# PHP 8.2, new DateTime() and strtotime(), by which Carbon and most else reads: a day as Russians write it in short, «15.10.26», is ten past three
# of this afternoon, and 26 seconds. So it is from the 1st to the 24th of each month: hour, minute, second. Only the 25th to the 31st, which are no
# hours, are the days that were written, «25.10.26», 25 October 2026. With the year in full, «15.10.2026», every day is right, and so is
# «15.10.2026 18.30»; «15.10» is 15:10 of today, «15-10-26» 26 October 2015, «31.09.2026» 1 October. Nothing is raised, and a check that
# asks whether it can be read at all lets it pass; the manual tells of it in a note below its table of formats.
# DateTime::createFromFormat("!d.m.y", …) reads it, and getLastErrors() tells of a 31st that is none.
set -eu
command -v php >/dev/null || { echo "PHP is needed: apt-get install php-cli" >&2; exit 3; }
php --version | head -n 1
TZ=UTC php -d date.timezone=Asia/Irkutsk <<'PHP'
<?php
$today = (new DateTime("today"))->format("Y-m-d");
$expected = [
    "01.10.26" => "$today 01:10:26",
    "15.10.26" => "$today 15:10:26",
    "24.10.26" => date("Y-m-d", strtotime("tomorrow")) . " 00:10:26",
    "25.10.26" => "2026-10-25 00:00:00",
    "31.10.26" => "2026-10-31 00:00:00",
    "15.10.2026" => "2026-10-15 00:00:00",
    "15.10.2026 18.30" => "2026-10-15 18:30:00",
    "15.10" => "$today 15:10:00",
    "15-10-26" => "2015-10-26 00:00:00",
    "31.09.2026" => "2026-10-01 00:00:00",
];
$same = true;
foreach ($expected as $text => $day) {
    $seen = [(new DateTime($text))->format("Y-m-d H:i:s"), date("Y-m-d H:i:s", strtotime($text))];
    echo "  $text: $seen[0]\n";
    $same = $same && $seen === [$day, $day];
}
$told = DateTime::createFromFormat("!d.m.y", "15.10.26")->format("Y-m-d H:i:s");
echo "  15.10.26, told the format: $told\n";
if (!$same || $told !== "2026-10-15 00:00:00") {
    fwrite(STDERR, "the behaviour has changed\n");
    exit(1);
}
PHP
