#!/bin/sh
# icalendar 2.8.0 for Ruby (Debian 12): a moment is written without what makes it one. Time.utc(2026, 10, 15, 10) as the beginning of a meeting is
# DTSTART:20261015T100000, without the Z, and 18:00 with +08:00, the same moment, is DTSTART:20261015T180000: both are «floating», 10:00 and 18:00
# wherever the reader is (RFC 5545, 3.3.5), two meetings of one. So is an EXDATE that is given, and a DTSTAMP, which has to be in UTC. Told
# "tzid" => "Asia/Irkutsk", it puts the name before UTC's clock: 10:00 in Irkutsk. A Date as the beginning is a midnight, not a whole day. What
# was read from a file with its Z keeps it, so a file that is read and written shows nothing. Nothing is raised. Icalendar::Values::DateTime
# with "tzid" => "UTC" has the Z, Icalendar::Values::Date is a whole day; beside a zone's name a Time wants the clock of that zone.
set -eu
command -v ruby >/dev/null && ruby -e 'require "icalendar"' 2>/dev/null ||
    { echo "Ruby and its icalendar are needed: apt-get install ruby ruby-icalendar (Debian 12)" >&2; exit 3; }
ruby - <<'RUBY'
require "date"
require "icalendar"

UTC = Time.utc(2026, 10, 15, 10)
IRKUTSK = Time.new(2026, 10, 15, 18, 0, 0, "+08:00")

# The line of a property in the file that is written.
def line(property, value)
  calendar = Icalendar::Calendar.new
  calendar.event { |event| event.send("#{property.downcase}=", value) }
  calendar.to_ical.lines.map(&:strip).find { |each| each.start_with?(property) }
end

def with_zone(value, zone)
  Icalendar::Values::DateTime.new(value, "tzid" => zone)
end

def read_and_written(line)
  text = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example//", "BEGIN:VEVENT", "UID:1", line, "END:VEVENT", "END:VCALENDAR", ""].join("\r\n")
  Icalendar::Calendar.parse(text).first.to_ical.lines.map(&:strip).find { |each| each.start_with?("DTSTART") }
end

SEEN = {
  "Time.utc" => [line("DTSTART", UTC), "DTSTART:20261015T100000"],
  "DateTime in UTC" => [line("DTSTART", UTC.to_datetime), "DTSTART:20261015T100000"],
  "the same with +08:00" => [line("DTSTART", IRKUTSK), "DTSTART:20261015T180000"],
  "EXDATE, Time.utc" => [line("EXDATE", [UTC]), "EXDATE:20261015T100000"],
  "DTSTAMP, Time.utc" => [line("DTSTAMP", UTC), "DTSTAMP:20261015T100000"],
  "Time.utc, told Irkutsk" => [line("DTSTART", with_zone(UTC, "Asia/Irkutsk")), "DTSTART;TZID=Asia/Irkutsk:20261015T100000"],
  "+08:00, told Irkutsk" => [line("DTSTART", with_zone(IRKUTSK, "Asia/Irkutsk")), "DTSTART;TZID=Asia/Irkutsk:20261015T180000"],
  "Time.utc, told UTC" => [line("DTSTART", with_zone(UTC, "UTC")), "DTSTART:20261015T100000Z"],
  "Date" => [line("DTSTART", Date.new(2026, 10, 15)), "DTSTART:20261015T000000"],
  "Icalendar::Values::Date" => [line("DTSTART", Icalendar::Values::Date.new(Date.new(2026, 10, 15))), "DTSTART;VALUE=DATE:20261015"],
  "read and written" => [read_and_written("DTSTART:20261015T100000Z"), "DTSTART:20261015T100000Z"],
}
puts "icalendar #{Icalendar::VERSION}"
SEEN.each { |what, (seen, _)| puts "  #{what}: #{seen}" }
abort "the behaviour has changed" unless SEEN.values.all? { |seen, expected| seen == expected }
RUBY
