#!/bin/sh
# DateTime::Event::ICal 0.13 (Perl, Debian 12), by which DateTime::Format::ICal 0.09 reads rules as well: the days of a rule have lost the zone of the
# first one. A meeting from 12 October on, 18:00 in Asia/Irkutsk, daily, is at 18:00 of no zone («floating»), whose epoch() is 18:00 UTC, eight hours late;
# next() after a moment in UTC is 18:00 UTC, after one in Moscow 18:00 in Moscow. An end in UTC, as UNTIL has to be in a calendar (RFC 5545,
# 3.3.10), is taken by its clock: until 10:00Z of the 15th, which is that day's 18:00 in Irkutsk, the 15th is gone. Nothing is raised, the clock
# that is shown is right, and a server in Irkutsk is no better. The whole set is to be told, set_time_zone("Asia/Irkutsk"), after it was
# made, and the end to be given in that zone; then all is right.
set -eu
perl -MDateTime::Event::ICal -MDateTime::Format::ICal -e 1 2>/dev/null ||
    { echo "Perl's modules are needed: apt-get install libdatetime-event-ical-perl libdatetime-format-ical-perl (Debian 12)" >&2; exit 3; }
TZ=Asia/Irkutsk perl - <<'PERL'
use strict;
use warnings;
use DateTime;
use DateTime::Event::ICal;
use DateTime::Format::ICal;

my $START = DateTime->new(year => 2026, month => 10, day => 12, hour => 18, time_zone => "Asia/Irkutsk");
my $END = DateTime->new(year => 2026, month => 10, day => 15, hour => 10, time_zone => "UTC");

# The days of a set as they show themselves, with the clock of UTC by epoch().
sub told {
    return join ", ", map { $_->strftime("%d %H:%M ") . $_->time_zone->name . DateTime->from_epoch(epoch => $_->epoch)->strftime(" (%H:%M UTC)") } @_;
}

sub next_after {
    my ($set, $zone) = @_;
    return told($set->next(DateTime->new(year => 2026, month => 10, day => 13, hour => 1, time_zone => $zone)));
}

my $count = DateTime::Event::ICal->recur(dtstart => $START, freq => "daily", count => 2);
my $until = DateTime::Event::ICal->recur(dtstart => $START, freq => "daily", until => $END);
my $rule = DateTime::Format::ICal->parse_recurrence(recurrence => "FREQ=DAILY;UNTIL=20261015T100000Z", dtstart => $START);
my $daily = DateTime::Event::ICal->recur(dtstart => $START, freq => "daily");
my $told = DateTime::Event::ICal->recur(dtstart => $START, freq => "daily", until => $END->clone->set_time_zone("Asia/Irkutsk"));
my @seen = (
    ["the first", told($START)],
    ["the days", told($count->as_list)],
    ["until 15 October, 10:00 UTC", join " ", map { $_->day } $until->as_list],
    ["the same of a rule as text", join " ", map { $_->day } $rule->as_list],
    ["next, asked in UTC", next_after($daily, "UTC")],
    ["next, asked in Moscow", next_after($daily, "Europe/Moscow")],
    ["told the zone", told(($told->set_time_zone("Asia/Irkutsk")->as_list)[0, -1])],
);
my @expected = (
    "12 18:00 Asia/Irkutsk (10:00 UTC)",
    "12 18:00 floating (18:00 UTC), 13 18:00 floating (18:00 UTC)",
    "12 13 14",
    "12 13 14",
    "13 18:00 UTC (18:00 UTC)",
    "13 18:00 Europe/Moscow (15:00 UTC)",
    "12 18:00 Asia/Irkutsk (10:00 UTC), 15 18:00 Asia/Irkutsk (10:00 UTC)",
);
print "DateTime::Event::ICal $DateTime::Event::ICal::VERSION, DateTime::Format::ICal $DateTime::Format::ICal::VERSION\n";
print map { "  $_->[0]: $_->[1]\n" } @seen;
if (join("\n", map { $_->[1] } @seen) ne join("\n", @expected)) {
    print STDERR "the behaviour has changed\n";
    exit 1;
}
PERL
