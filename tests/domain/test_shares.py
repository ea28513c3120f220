"""Whole per cent, as everybody is shown them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.shares import whole_percent


@pytest.mark.parametrize(
    ("count", "of", "shown"),
    [
        (0, 7, 0),
        (7, 7, 100),
        (2, 3, 67),
        (1, 6, 17),
        (1, 8, 13),
        (6, 62, 10),
        (1, 200, 1),
        # Not all, and not nobody.
        (199, 200, 99),
        (999, 1000, 99),
        (1, 1000, 1),
    ],
)
def test_rounded_as_people_do(count: int, of: int, shown: int) -> None:
    assert whole_percent(Fraction(count, of)) == shown


@given(st.integers(1, 2000), st.data())
def test_only_all_are_a_hundred_and_only_nobody_is_zero(of: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, of))
    shown = whole_percent(Fraction(count, of))
    assert (shown == 0) == (count == 0)
    assert (shown == 100) == (count == of)
    assert abs(shown - 100 * count / of) < 1
