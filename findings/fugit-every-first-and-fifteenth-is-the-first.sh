#!/bin/sh
# Fugit 1.5.2 (Debian 12; it reads for Ruby's schedulers when a job is to run, as crontab or in English words): what it does not understand in a
# line of words it leaves out. «every 1st and 15th of the month at 9» is the 1st alone, while «every month on the 1st and 15th at 9» is both;
# «every day at 9:00 and 18:30» is 9:00, and the second hour comes only with multi: true, of which the words give no hint, as «at 9 and 18» is both.
# «every 2 hours from 9 to 18» is every hour, «every 1 hour and 30 minutes» hourly, «every 45 days» monthly. «every day at 18.30», with
# the point, as Russians write an hour, and «every day at 18:00 MSK» are no rule but one single moment for Fugit.parse(), the first of them 18
# seconds after the present minute began: a scheduler makes of it a job that runs once, or never. Nothing is raised. Fugit.parse_nat()
# has nil for these two at least, and of the others to_cron_s tells what was understood: it is to be shown to whoever wrote the words.
set -eu
command -v ruby >/dev/null && ruby -e 'require "fugit"' 2>/dev/null ||
    { echo "Ruby and Fugit are needed: apt-get install ruby ruby-fugit (Debian 12)" >&2; exit 3; }
TZ=UTC ruby - <<'RUBY'
require "fugit"

EXPECTED = {
  "every 1st and 15th of the month at 9" => "0 9 1 * *",
  "every month on the 1st and 15th at 9" => "0 9 1,15 * *",
  "every day at 9 and 18" => "0 9,18 * * *",
  "every day at 9:00 and 18:30" => "0 9 * * *",
  "every day at 18:30" => "30 18 * * *",
  "every day at 18.30" => "once",
  "every day at 18:00 MSK" => "once",
  "every day at 18:00 Europe/Moscow" => "0 18 * * * Europe/Moscow",
  "every 2 hours from 9 to 18" => "0 9,10,11,12,13,14,15,16,17,18 * * *",
  "every 1 hour and 30 minutes" => "0 * * * *",
  "every 45 days" => "0 0 1 * *",
}
NEXT = {
  "every day at 18.30" => "at :18",
  "every day at 18:00 MSK" => "at :00",
  "every 1st and 15th of the month at 9" => "01.11 09:00, 01.12 09:00, 01.01 09:00",
  "every day at 9:00 and 18:30" => "12.10 09:00, 13.10 09:00, 14.10 09:00",
  "every 2 hours from 9 to 18" => "12.10 09:00, 12.10 10:00, 12.10 11:00",
  "every 1 hour and 30 minutes" => "12.10 09:00, 12.10 10:00, 12.10 11:00",
  "every 45 days" => "01.11 00:00, 01.12 00:00, 01.01 00:00",
}
puts "fugit #{Fugit::VERSION}"
same = true
EXPECTED.each do |words, expected|
  rule = Fugit.parse(words)
  once = rule.is_a?(EtOrbi::EoTime)
  seen = once ? "once" : rule.to_cron_s
  at = EtOrbi.parse("2026-10-12 08:30:00 UTC")
  days = once ? rule.strftime("at :%S") : Array.new(3) { (at = rule.next_time(at)).strftime("%d.%m %H:%M") }.join(", ")
  puts "  #{words}: #{seen} (#{days})"
  same &&= seen == expected && (!NEXT.key?(words) || days == NEXT[words])
  same &&= Fugit.parse_nat(words).nil? == once
end
abort "the behaviour has changed" unless same
RUBY
