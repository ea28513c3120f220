from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.directives.directive import Directive
from bot.domain.directives.form import applicable, broken_checks, carry_over, is_one_tap, missing, next_blank, prune
from bot.domain.fields.field import Check, Condition, Field, FieldKind, Values
from tests.domain.samples import a_directive, a_field

TODAY = date(2026, 10, 5)

EXISTS = a_field(FieldKind.YES_NO, "exists")
MEMBERS = a_field(FieldKind.WHOLE, "members", min=Decimal(0), only_if=Condition("exists", (True,)))
EVENTS = a_field(FieldKind.MULTI_CHOICE, "events", options=("Бег", "Лыжи"), only_if=Condition("exists", (True,)))
SKIERS = a_field(FieldKind.WHOLE, "skiers", only_if=Condition("events", ("Лыжи",)))
NOTE = a_field(FieldKind.TEXT, "note", required=False)
CLUB = a_directive(EXISTS, MEMBERS, EVENTS, SKIERS, NOTE, checks=(Check(("skiers",), ("members",)),))


def ids(fields: list[Field]) -> list[str]:
    return [field.id for field in fields]


def test_a_field_is_asked_after_the_answers_that_its_condition_names() -> None:
    assert ids(applicable(CLUB, "", {})) == ["exists", "note"]
    assert ids(applicable(CLUB, "", {"exists": False})) == ["exists", "note"]
    assert ids(applicable(CLUB, "", {"exists": True})) == ["exists", "members", "events", "note"]
    answered = {"exists": True, "events": ["Бег", "Лыжи"]}
    assert ids(applicable(CLUB, "", answered)) == ["exists", "members", "events", "skiers", "note"]


def test_a_condition_holds_only_while_the_field_it_names_applies() -> None:
    left_over: Values = {"exists": False, "events": ["Лыжи"], "skiers": 3, "note": "Закрыт", "gone": 1}
    assert ids(applicable(CLUB, "", left_over)) == ["exists", "note"]
    assert prune(CLUB, "", left_over) == {"exists": False, "note": "Закрыт"}


def test_the_number_one_is_not_yes() -> None:
    assert ids(applicable(CLUB, "", {"exists": 1})) == ["exists", "note"]


def test_fields_of_other_periods_are_not_asked() -> None:
    directive = a_directive(
        a_field(FieldKind.CHOICE, "stage", options=("А", "Б"), only_in=("school", "final")),
        a_field(field_id="grade4", only_in=("school",)),
        a_field(field_id="winners", only_if=Condition("stage", ("Б",))),
    )
    values = {"stage": "Б"}
    assert ids(applicable(directive, "school", values)) == ["stage", "grade4", "winners"]
    assert ids(applicable(directive, "final", values)) == ["stage", "winners"]
    assert ids(applicable(directive, "region", values)) == []


def test_conditions_in_a_circle_or_on_nothing_are_never_asked() -> None:
    directive = a_directive(
        a_field(FieldKind.YES_NO, "a", only_if=Condition("b", (True,))),
        a_field(FieldKind.YES_NO, "b", only_if=Condition("a", (True,))),
        a_field(FieldKind.YES_NO, "c", only_if=Condition("nowhere", (True,))),
    )
    assert applicable(directive, "", {"a": True, "b": True, "c": True}) == []


def test_the_next_blank_field_passes_over_what_was_skipped() -> None:
    def following(values: Values, skipped: tuple[str, ...] = ()) -> str | None:
        field = next_blank(CLUB, "", values, skipped)
        return field.id if field else None

    assert following({}) == "exists"
    assert following({"exists": False}) == "note"
    assert following({"exists": False}, ("note",)) is None
    # A required field cannot be skipped; nought is an answer, an empty list is not.
    assert following({"exists": True}, ("members",)) == "members"
    assert following({"exists": True, "members": 0}) == "events"
    assert following({"exists": True, "members": 0, "events": []}) == "events"


def test_missing_are_required_fields_that_apply() -> None:
    assert ids(missing(CLUB, "", {})) == ["exists"]
    assert ids(missing(CLUB, "", {"exists": True, "members": 0})) == ["events"]
    assert missing(CLUB, "", {"exists": False}) == []


@pytest.mark.parametrize(
    ("values", "broken"),
    [
        ({"won": 3, "placed": 4, "took": 7}, False),
        ({"won": 3, "placed": 5, "took": 7}, True),
        ({"won": 3, "placed": 5}, False),
        ({"won": 8, "took": 7}, False),
        ({"won": 0, "placed": 0, "took": 0}, False),
    ],
)
def test_a_check_compares_sums_and_is_silent_while_a_term_is_blank(values: Values, broken: bool) -> None:
    check = Check(("won", "placed"), ("took",))
    directive = a_directive(*(a_field(field_id=each) for each in ("won", "placed", "took")), checks=(check,))
    assert [each.check for each in broken_checks(directive, "", values)] == ([check] if broken else [])


def test_decimals_are_compared_exactly() -> None:
    check = Check(("a", "b"), ("c",))
    fields = (a_field(FieldKind.DECIMAL, each) for each in "abc")
    assert broken_checks(a_directive(*fields, checks=(check,)), "", {"a": "0.1", "b": "0.2", "c": "0.3"}) == []


def test_a_term_that_does_not_apply_counts_as_nothing() -> None:
    check = Check(("won",), ("grade4", "grade9"))
    directive = a_directive(
        a_field(field_id="won"),
        a_field(field_id="grade4", only_in=("school",)),
        a_field(field_id="grade9", only_in=("school", "final")),
        checks=(check,),
    )
    values = {"won": 5, "grade4": 9, "grade9": 4}
    assert broken_checks(directive, "school", values) == []
    (found,) = broken_checks(directive, "final", values)
    assert found.check == check
    assert (int(found.left.sum), int(found.right.sum)) == (5, 4)
    assert [field.id for field in found.right.fields] == ["grade9"]
    # Nothing on the right applies: there is nothing to compare with.
    assert broken_checks(directive, "region", values) == []


def test_no_change_carries_over_what_still_fits() -> None:
    directive = a_directive(
        EXISTS,
        a_field(FieldKind.WHOLE, "members", max=Decimal(100), only_if=Condition("exists", (True,))),
        a_field(FieldKind.CHOICE, "state", options=("Исполнено", "В работе")),
        a_field(FieldKind.MULTI_CHOICE, "events", options=("Бег",)),
        a_field(FieldKind.DECIMAL, "share"),
        a_field(FieldKind.DATE, "opened"),
        a_field(FieldKind.FILE, "plan"),
        a_field(FieldKind.LINK, "page"),
        a_field(FieldKind.TEXT, "note", max_length=5),
        a_field(field_id="autumn", only_in=("autumn",)),
    )
    fitting: Values = {
        "exists": True,
        "members": 100,
        "state": "В работе",
        "events": ["Бег"],
        "share": "12.5",
        "opened": "2026-10-05",
        "plan": [{"file_id": "1", "name": "план.pdf", "kind": "document"}],
        "page": "https://school.ru/page",
        "note": "Пять.",
    }
    assert carry_over(directive, "spring", {**fitting, "autumn": 3, "gone": 1}, TODAY) == fitting
    unfit: Values = {
        "exists": "да",
        "members": 5,
        "state": "Отменено",
        "events": ["Бег", "Лыжи"],
        "share": 12.5,
        "opened": "2026-02-30",
        "plan": ["план.pdf"],
        "page": "school.ru",
        "note": "Шесть!",
    }
    assert carry_over(directive, "spring", unfit, TODAY) == {}
    assert carry_over(directive, "spring", {**fitting, "members": 101, "exists": True}, TODAY).keys() == (
        fitting.keys() - {"members"}
    )


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ((EXISTS,), True),
        ((a_field(FieldKind.CHOICE, "state", options=("А", "Б")),), True),
        ((a_field(FieldKind.YES_NO, "x", required=False),), False),
        ((a_field(),), False),
        ((EXISTS, NOTE), False),
        # It may come to be asked.
        ((EXISTS, MEMBERS), False),
        ((EXISTS, a_field(field_id="later", only_in=("spring",))), True),
        # It depends on what is not asked in this period.
        (
            (
                EXISTS,
                a_field(FieldKind.YES_NO, "later", only_in=("spring",)),
                a_field(field_id="deep", only_if=Condition("later", (True,))),
            ),
            True,
        ),
        ((), False),
    ],
)
def test_one_tap(fields: tuple[Field, ...], expected: bool) -> None:
    assert is_one_tap(a_directive(*fields), "autumn") is expected


values_of_anything: st.SearchStrategy[Any] = st.one_of(
    st.booleans(),
    st.integers(-5, 5),
    st.sampled_from(["", "Бег", "Лыжи"]),
    st.lists(st.sampled_from(["Бег", "Лыжи"])),
)


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(
    st.permutations([EXISTS, MEMBERS, EVENTS, SKIERS, NOTE]),
    st.dictionaries(st.sampled_from(["exists", "members", "events", "skiers", "note"]), values_of_anything),
)
def test_pruning_changes_nothing_of_what_is_asked(fields: list[Field], values: Values) -> None:
    directive: Directive = a_directive(*fields, checks=CLUB.checks)
    pruned = prune(directive, "", values)
    assert applicable(directive, "", pruned) == applicable(directive, "", values)
    assert prune(directive, "", pruned) == pruned
    assert prune(directive, "", carry_over(directive, "", values, TODAY)) == carry_over(directive, "", values, TODAY)
    for field in missing(directive, "", values):
        assert field in applicable(directive, "", values)
