#!/bin/sh
# Date::Manip 6.91 (Perl, Debian 12) in Russian, Language => "Russian": an hour with the point, as Russians write it, is a fraction: «15 октября
# 2026 в 18.30» is 18:18, «9.05» 9:03, «завтра в 9.30» 9:18; with the colon all are right. «15.10» is 15:06 of today. The month comes first, as
# in America, though the language is Russian: «05.11.2026» is 11 May, and only «15.10.2026», where that cannot be, is an error. «октябрь 2026»
# is the 20th of it: of the year 20 is taken for the day, and 26 for the year. «2 дня», two days, is 14:00 of today, for «дня» is its word
# for the afternoon. «6 вечера», 18:00, is right. Nothing is raised. DateFormat => "non-US" has to be said as well, and the point of
# an hour to become a colon before it is read, s/\b(\d{1,2})\.(\d\d)$/$1:$2/.
set -eu
perl -MDate::Manip::Date -e 1 2>/dev/null || { echo "Date::Manip is needed: apt-get install libdate-manip-perl (Debian 12)" >&2; exit 3; }
TZ=UTC perl - <<'PERL'
use strict;
use utf8;
use warnings;
use Date::Manip::Date;

binmode STDOUT, ":utf8";
print "Date::Manip $Date::Manip::Date::VERSION\n";

# What is read on 25 November 2026, at noon.
sub seen {
    my ($text, @more) = @_;
    my $date = Date::Manip::Date->new;
    $date->config("Language", "Russian", "Encoding", "utf8", @more, "ForceDate", "2026-11-25-12:00:00,UTC");
    return $date->parse($text) ? "an error" : $date->printf("%Y-%m-%d %H:%M:%S");
}

my @expected = (
    ["15 октября 2026 в 18:30", "2026-10-15 18:30:00", "2026-10-15 18:30:00"],
    ["15 октября 2026 в 18.30", "2026-10-15 18:18:00", "2026-10-15 18:18:00"],
    ["15 октября 2026 9.05", "2026-10-15 09:03:00", "2026-10-15 09:03:00"],
    ["завтра в 9.30", "2026-11-26 09:18:00", "2026-11-26 09:18:00"],
    ["15.10.2026 18.30", "an error", "2026-10-15 18:18:00"],
    ["15.10", "2026-11-25 15:06:00", "2026-11-25 15:06:00"],
    ["05.11.2026", "2026-05-11 00:00:00", "2026-11-05 00:00:00"],
    ["15.10.2026", "an error", "2026-10-15 00:00:00"],
    ["октябрь 2026", "2026-10-20 00:00:00", "2026-10-20 00:00:00"],
    ["2 дня", "2026-11-25 14:00:00", "2026-11-25 14:00:00"],
    ["15 октября 2026 6 вечера", "2026-10-15 18:00:00", "2026-10-15 18:00:00"],
);
my $same = 1;
for (@expected) {
    my ($text, $plain, $non_us) = @$_;
    my @seen = (seen($text), seen($text, "DateFormat", "non-US"));
    print "  $text: $seen[0]; non-US: $seen[1]\n";
    $same &&= $seen[0] eq $plain && $seen[1] eq $non_us;
}
unless ($same) {
    print STDERR "the behaviour has changed\n";
    exit 1;
}
PERL
