"""What heads are told of the district must not tell them of a school."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.fields.field import Field, FieldKind
from bot.domain.ledger.district import BATCH, figures

MEMBERS = Field("members", FieldKind.WHOLE, "Занимается", total=True)
SHARE = Field("share", FieldKind.DECIMAL, "Охват")
DONE = Field("done", FieldKind.YES_NO, "Создан")
SPORTS = Field("sports", FieldKind.MULTI_CHOICE, "Виды", options=("Лыжи", "Самбо"))
NOTE = Field("note", FieldKind.TEXT, "Примечание")
FIELDS = (MEMBERS, SHARE, DONE, SPORTS, NOTE)

ANSWERS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "members": st.integers(0, 3000),
            "share": st.integers(0, 1000).map(lambda tenths: str(Decimal(tenths) / 10)),
            "done": st.booleans(),
            "sports": st.lists(st.sampled_from(SPORTS.options), min_size=1, max_size=2, unique=True),
            "note": st.text(max_size=5),
        },
    ),
    max_size=30,
)


def test_totals_averages_and_shares() -> None:
    answers: list[dict[str, Any]] = [
        {"members": 10 * number, "share": str(number), "done": number > 1, "sports": ["Лыжи"]} for number in range(1, 6)
    ]
    members, share, done, sports = figures(FIELDS, answers)
    assert (members.total, members.average, members.count) == (Decimal(150), Decimal(30), 5)
    # Shares are not added up.
    assert (share.total, share.median) == (None, Decimal(3))
    assert done.shares == ((True, Fraction(4, 5)), (False, Fraction(1, 5)))
    assert sports.shares == (("Лыжи", Fraction(1)),)


def test_four_are_too_few_and_blank_is_not_zero() -> None:
    assert figures(FIELDS, [{"members": 1}] * 4) == []
    (figure,) = figures([MEMBERS], [{"members": 10}] * 5 + [{}] * 5)
    assert (figure.total, figure.average) == (Decimal(50), Decimal(10))


@pytest.mark.slow
@settings(deadline=None)
@given(ANSWERS, st.fixed_dictionaries({"members": st.integers(0, 3000), "done": st.booleans()}))
def test_nobody_sees_one_more_organization(answers: list[dict[str, Any]], one_more: dict[str, Any]) -> None:
    before = {figure.field.id: figure for figure in figures(FIELDS, answers)}
    after = {figure.field.id: figure for figure in figures(FIELDS, [*answers, one_more])}
    for field in FIELDS:
        was, now = before.get(field.id), after.get(field.id)
        if was != now:
            assert now is not None
            # It is five organizations that have come to it.
            assert now.count - (was.count if was else 0) == BATCH


@pytest.mark.slow
@settings(deadline=None)
@given(ANSWERS)
def test_every_figure_is_of_whole_fives(answers: list[dict[str, Any]]) -> None:
    for figure in figures(FIELDS, answers):
        assert figure.count >= BATCH
        assert figure.count % BATCH == 0
        assert figure.field is not NOTE
        assert all(0 < share <= 1 for _, share in figure.shares)
