"""What a cell shows is what its reader answers: formats as Excel's Russian version and other programs write them."""

import pytest

from bot.catalog.tables.number_formats import OUTSIDE, Look, look

RUBLES = '_-* #,##0.00\\ "₽"_-;-* #,##0.00\\ "₽"_-;_-* "-"??\\ "₽"_-;_-@_-'


@pytest.mark.parametrize(
    ("number", "code", "seen", "exact"),
    [
        (12.5, "General", "12,5", "12.5"),
        (0.1 + 0.2, "General", "0,3", "0.3"),
        (12, 'Основной" чел."', "12 чел.", "12"),
        (12.5, "@", "12,5", "12.5"),
        # Percentages
        (1, "0%", "100%", "100"),
        (0.12345, "0.0%", "12,3%", "12.345"),
        (-0.5, "0%;[Red]-0%", "-50%", "-50"),
        (0.5, "[<1]0%;0", "50%", "50"),
        (5, "[<1]0%;0", "5", "5"),
        (50, '0" %"', "50 %", "50"),
        (0.07, "[Blue][>=0.5]0.0%;[Color3]0.00%", "7,00%", "7"),
        # Scales
        (1000, "0,", "1", "1"),
        (1_500_000, '#,##0,\\ "тыс."', "1 500 тыс.", "1500"),
        (1_234_567.891, "#,##0.0,", "1 234,6", "1234.567891"),
        # Decimals that are not shown, and those that are
        (2.6, "0", "3", "2.6"),
        (2.5, "0", "3", "2.5"),
        (2.6, "0.##", "2,6", "2.6"),
        (3, "0.##", "3", "3"),
        (0.5, "#.##", "0,5", "0.5"),
        (100, "0.00", "100,00", "100"),
        (1250.5, "#,##0.00", "1 250,50", "1250.5"),
        # Fractions and exponents
        (2.6, "# ?/?", "2 3/5", "2.6"),
        (0.5, "# ?/8", "4/8", "0.5"),
        (1250, "0.00E+00", "1250", "1250"),
        # Signs
        (-3, "0", "-3", "-3"),
        (-5, "#,##0;(#,##0)", "-5", "-5"),
        (-5, "#,##0_);[Red](#,##0)", "-5", "-5"),
        (-5, "0;[Red]0", "5", "-5"),
        (-0.4, "0", "0", "-0.4"),
        # Money
        (1500, "#,##0.00\\ [$₽-419]", "1 500,00 ₽", "1500"),
        (-1500, RUBLES, "-1 500,00 ₽", "-1500"),
        (0, RUBLES, "0 ₽", "0"),
        (0, '#,##0;-#,##0;"–"', "0", "0"),
        # Digits in their places, words, and nothing
        (7, "000", "007", "7"),
        (123, "00-00", "01-23", "123"),
        (89001234567, "0\\-000\\-000\\-00\\-00", "8-900-123-45-67", "89001234567"),
        (1, '"да";"нет";"нет"', "да", "1"),
        (0, '"да";"нет";"нет"', "нет", "0"),
        (0, "0;-0;;@", "", "0"),
        (5, ";;;", "", "5"),
        # Days
        (46300, "dd.mm.yyyy", "05.10.2026", "2026-10-05 00:00:00"),
        (46300.5, "DD.MM.YYYY hh:mm", "05.10.2026 12:00", "2026-10-05 12:00:00"),
        (46300, "dd.mmm", "05.окт", "2026-10-05 00:00:00"),
        (46300, 'd mmmm yyyy\\ "г."', "5 октября 2026 г.", "2026-10-05 00:00:00"),
        (46300, "dd/mm/yy", "05.10.26", "2026-10-05 00:00:00"),
        (46300, "mmm.yy", "окт.26", "окт.26"),
        (5, "dd.mm.yyyy", "05.01.1900", "1900-01-05 00:00:00"),
        (-1, "dd.mm.yyyy", OUTSIDE, OUTSIDE),
        # Times
        (0.52, "h:mm", "12:28", "12:28"),
        (0.75, "h:mm AM/PM", "6:00 PM", "6:00 PM"),
        (0.52, "mm:ss", "28:48", "28:48"),
        (1.25, "[h]:mm:ss", "30:00:00", "30:00:00"),
    ],
)
def test_what_is_seen_and_what_is_there(number: float, code: str, seen: str, exact: str) -> None:
    assert look(number, code) == Look(seen, exact)


def test_days_that_count_from_1904() -> None:
    assert look(44838, "dd.mm.yyyy", is_1904=True).seen == "05.10.2026"


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_is_no_number(number: float) -> None:
    with pytest.raises(ValueError, match=r"nan|inf"):
        look(number, "0")


@pytest.mark.parametrize("code", ["", ";", "[", '"', "\\", "0;;;;;", "[>x]0", "E+00", "////", ",", "%", ".", "?" * 300])
def test_formats_that_are_none_are_no_panic(code: str) -> None:
    for number in (0, -1.5, 46300.25, 1e300):
        assert isinstance(look(number, code), Look)
