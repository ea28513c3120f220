#!/bin/sh
# Perl's readers of tables, Spreadsheet::ParseExcel 0.65 (XLS), Spreadsheet::ParseXLSX 0.27 (XLSX), which makes its texts by the former, and Spreadsheet::Read 0.87
# in front of both (Debian 12): of a span in hours, [h]:mm, as timesheets have it, the minutes are the month in which it would end, counted from 1900:
# 7:30 is «7:01», 30:45 «30:01», 870 hours «870:02», February; an exact hour is a minute more. Of the format of a day that Excel itself offers
# in Russian, «15 октября 2026 г.», [$-FC19]dd mmmm yyyy г., the text is «[$FC19] 4 6310 г.», no day at all, as if it were a picture of digits.
# Nothing is raised. h:mm, [h]:mm:ss, dd.mm.yyyy, and the same words with [$-419] are right, so the first look is at what is right. LibreOffice and
# Gnumeric show 7:30. The number, $cell->unformatted, is whole: a span is 24 times that, and a day ExcelLocaltime() of it.
set -eu
command -v perl >/dev/null && perl -MSpreadsheet::ParseXLSX -MSpreadsheet::Read -MSpreadsheet::WriteExcel -MExcel::Writer::XLSX -e 1 2>/dev/null || {
    echo "Perl with its tables is needed: apt-get install libspreadsheet-parsexlsx-perl libspreadsheet-read-perl" \
        "libspreadsheet-writeexcel-perl libexcel-writer-xlsx-perl (Debian 12)" >&2
    exit 3
}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/read.pl" <<'PERL'
use strict;
use utf8;
use Excel::Writer::XLSX;
use Spreadsheet::ParseExcel;
use Spreadsheet::ParseExcel::Utility qw(ExcelLocaltime);
use Spreadsheet::ParseXLSX;
use Spreadsheet::Read;
use Spreadsheet::WriteExcel;
binmode STDOUT, ":utf8";
my $folder = shift;
my $russian = '[$-FC19]dd\\ mmmm\\ yyyy\\ \\г\\.;@';
my @cells = (
    [7.5 / 24, '[h]:mm', '7:01'],
    [30.75 / 24, '[h]:mm', '30:01'],
    [870 / 24, '[h]:mm', '870:02'],
    [8 / 24, '[h]:mm', '8:01'],
    [30.75 / 24, '[h]:mm:ss', '30:45:00'],
    [7.5 / 24, 'h:mm', '7:30'],
    [46310, $russian, '[$FC19] 4 6310 г.'],
    [46310, '[$-419]dd mmmm yyyy', '15 October 2026'],
    [46310.75, 'dd.mm.yyyy hh:mm', '15.10.2026 18:00'],
);
my $same = 1;
print "Spreadsheet::ParseExcel $Spreadsheet::ParseExcel::VERSION, ParseXLSX $Spreadsheet::ParseXLSX::VERSION, Read $Spreadsheet::Read::VERSION\n";
for my $kind ("xls", "xlsx") {
    my $file = "$folder/spans.$kind";
    my $book = $kind eq "xls" ? Spreadsheet::WriteExcel->new($file) : Excel::Writer::XLSX->new($file);
    my $sheet = $book->add_worksheet("S");
    for my $row (0 .. $#cells) {
        my $format = $book->add_format();
        $format->set_num_format($cells[$row][1]);
        $sheet->write_number($row, 0, $cells[$row][0], $format);
    }
    $book->close;
    my $read = ($kind eq "xls" ? Spreadsheet::ParseExcel->new : Spreadsheet::ParseXLSX->new)->parse($file)->worksheet(0);
    my $by_front = ReadData($file);
    for my $row (0 .. $#cells) {
        my ($number, $format, $expected) = @{ $cells[$row] };
        my $seen = $read->get_cell($row, 0)->value;
        my $front = $by_front->[1]{ "A" . ($row + 1) };
        print "  $kind, $number in $format: $seen\n";
        $same = 0 if $seen ne $expected or $front ne $expected;
        $same = 0 if abs($read->get_cell($row, 0)->unformatted - $number) > 1e-9;
    }
    my (undef, undef, undef, $day, $month, $year) = ExcelLocaltime($read->get_cell(6, 0)->unformatted);
    $same = 0 if "$day.$month.$year" ne "15.9.126";
}
print STDERR "the behaviour has changed\n" unless $same;
exit($same ? 0 : 1);
PERL
perl "$folder/read.pl" "$folder"
