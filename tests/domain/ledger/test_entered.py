"""A returned row against the ledger."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.directives.directive import Directive
from bot.domain.fields.field import Check, Condition, Field, FieldKind, Values
from bot.domain.ledger.entered import Entered, EnteringFaultKind, SheetRow, compare
from bot.domain.ledger.obligation import Obligation, ObligationState, Reply, Round
from bot.domain.timing.schedule import Monthly, Schedule
from bot.views.kinds import Style, value_text

NOW = datetime(2026, 10, 6, 3, tzinfo=UTC)
TODAY = date(2026, 10, 6)
SCHOOL = "МБОУ «Школа № 5»"
FIELDS = (
    Field("club", FieldKind.YES_NO, "Клуб есть"),
    Field("members", FieldKind.WHOLE, "Занимается", max=Decimal(500), only_if=Condition("club", (True,))),
    Field("girls", FieldKind.WHOLE, "Девочек", required=False, only_if=Condition("club", (True,))),
    Field("share", FieldKind.DECIMAL, "Охват", required=False),
    Field("since", FieldKind.DATE, "Дата", required=False),
    Field("sports", FieldKind.MULTI_CHOICE, "Виды", options=("Лыжи", "Шахматы"), required=False),
    Field("note", FieldKind.TEXT, "Примечание", required=False, max_length=20),
    Field("later", FieldKind.TEXT, "Итоги", required=False, only_in=("spring",)),
    Field("order", FieldKind.FILE, "Приказ", required=False),
)
GIVEN: Values = {
    "club": True,
    "members": 40,
    "share": "12.5",
    "order": [{"file_id": "F", "name": "а", "kind": "photo"}],
}


CLUBS = Directive(
    "clubs",
    "2.4",
    "Клуб",
    "",
    "sport",
    "",
    (),
    FIELDS,
    Schedule(Monthly(5, 10)),
    checks=(Check(("girls",), ("members",)),),
)


def obligation(state: ObligationState = ObligationState.OPEN, version: int = 0) -> Obligation:
    found = Round(1, CLUBS, "2026", "autumn", "осень", NOW, NOW + timedelta(days=9), NOW + timedelta(days=20), NOW)
    return Obligation(7, found, 1, SCHOOL, SCHOOL, state, found.due_at, version)


def reply(values: Values = GIVEN, not_ours: str | None = None) -> Reply:
    return Reply(1, values, not_ours, NOW, 5, "Иванова Мария")


def shown(field: Field, value: Any) -> str:
    return value_text(field, value, Style.CELL)


def came(
    cells: dict[str, str],
    present: Reply | None = None,
    *,
    state: ObligationState | None = None,
    version: int | None = None,
    name: str = SCHOOL,
) -> Entered:
    """What a row with these cells comes to; the others are as the workbook has written them."""
    is_answered = ObligationState.ANSWERED if present else ObligationState.OPEN
    one = obligation(state or is_answered, 1 if present else 0)
    written = {
        each.id: shown(each, present.values[each.id]) if present and each.id in present.values else ""
        for each in FIELDS
    }
    row = SheetRow("2.4", 9, 7, one.version if version is None else version, name, written | cells)
    return compare([row], {7: one}, {7: present} if present else {}, TODAY, shown)


def values(cells: dict[str, str], present: Reply | None = None) -> Values:
    (change,) = came(cells, present).changes
    return change.values


def fault(cells: dict[str, str], present: Reply | None = None, **more: Any) -> EnteringFaultKind:
    entered = came(cells, present, **more)
    assert not entered.changes
    return entered.faults[0].kind


def test_what_is_typed_becomes_the_answer() -> None:
    cells = {"club": "да", "members": "40 чел.", "since": "5 октября", "sports": "шахматы, лыжи", "note": " Хорошо\t "}
    assert values(cells) == {
        "club": True, "members": 40, "since": "2026-10-05", "sports": ["Лыжи", "Шахматы"], "note": "Хорошо",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"club": "1", "members": "3"}, {"club": True, "members": 3}),
        ({"club": "0"}, {"club": False}),
        ({"club": "Нет", "since": "2026-10-05 00:00:00"}, {"club": False, "since": "2026-10-05"}),
        ({"club": "Нет", "since": "46300"}, {"club": False, "since": "2026-10-05"}),
        ({"club": "Нет", "share": "0,3"}, {"club": False, "share": "0.3"}),
    ],
    ids=["logical", "logical no", "a moment", "a serial", "a comma"],
)
def test_what_programs_make_of_cells(cells: dict[str, str], expected: Values) -> None:
    assert values(cells) == expected


@pytest.mark.parametrize("given", [GIVEN, {"club": False, "note": "Прежний текст, который длиннее двадцати знаков"}])
def test_an_untouched_answer_stays(given: Values) -> None:
    assert came({}, reply(given)).unchanged == 1
    # Nor does it matter that the organization has answered since.
    assert came({}, reply(given), version=0).unchanged == 1
    assert came({}, reply(given), state=ObligationState.ACCEPTED).unchanged == 1
    assert came({}, reply({}, "Нет клуба")).unchanged == 1
    assert came({}).unchanged == 1


@pytest.mark.parametrize("cell", ["12.5", "12,5", " 12.50 ", "12,5 %"])
def test_the_same_number_in_other_clothes_is_no_change(cell: str) -> None:
    assert came({"share": cell}, reply()).unchanged == 1


def test_a_cell_holds_fifteen_digits() -> None:
    given = {"club": False, "share": "123456789.1234567891"}
    assert came({"share": "123456789.123457"}, reply(given)).unchanged == 1


def test_an_optional_value_can_be_emptied_and_files_stay() -> None:
    (change,) = came({"share": "", "order": ""}, reply()).changes
    assert change.values == {key: value for key, value in GIVEN.items() if key != "share"}
    assert [(field.id, was, now) for field, was, now in change.differences] == [("share", "12.5", None)]


def test_another_answer_takes_away_what_it_made_pointless() -> None:
    (change,) = came({"club": "нет"}, reply()).changes
    assert "members" not in change.values
    assert {field.id for field, _, _ in change.differences} == {"club", "members"}


def test_a_column_that_is_gone_says_nothing() -> None:
    row = SheetRow("2.4", 9, 7, 1, SCHOOL, {"members": "41"})
    entered = compare([row], {7: obligation(ObligationState.ANSWERED, 1)}, {7: reply()}, TODAY, shown)
    assert entered.changes[0].values == GIVEN | {"members": 41}


def test_an_answer_of_substance_ends_not_ours() -> None:
    (change,) = came({"club": "нет"}, reply({}, "Нет клуба")).changes
    assert change.values == {"club": False}


def test_what_cannot_be_entered() -> None:
    kinds = EnteringFaultKind
    assert fault({"club": "да"}) is kinds.MISSING
    assert fault({"members": "12о"}, reply()) is kinds.MISFIT
    assert fault({"members": "501"}, reply()) is kinds.MISFIT
    assert fault({"members": "="}, reply()) is kinds.MISFIT
    assert fault({"girls": "41"}, reply()) is kinds.CHECK
    assert fault({"later": "Всё"}, reply()) is kinds.NOT_ASKED
    assert fault({"club": "нет", "members": "40"}) is kinds.NOT_ASKED
    assert fault({"since": "46300000"}, reply()) is kinds.MISFIT
    assert fault({"members": "41"}, reply(), state=ObligationState.ACCEPTED) is kinds.ACCEPTED
    assert fault({"members": "41"}, reply(), state=ObligationState.EXCUSED) is kinds.EXCUSED
    assert fault({"members": "41"}, reply(), name="МБОУ «Школа № 6»") is kinds.OTHER_NAME
    assert fault(dict.fromkeys(GIVEN, ""), reply()) is kinds.WIPED


def test_spelling_of_the_name_does_not_matter() -> None:
    assert came({"members": "41"}, reply(), name=' мбоу "школа №5" ').changes


def test_an_answer_given_meanwhile_is_a_conflict_unless_it_says_the_same() -> None:
    (conflict,) = came({"members": "41"}, reply(), version=0).conflicts
    assert conflict.newest == reply()
    assert came({"members": "40"}, reply(), version=0).unchanged == 1
    # A workbook of another database.
    (conflict,) = came({"club": "нет"}, version=3).conflicts
    assert conflict.newest is None


def test_a_copied_row_counts_once_and_contradicting_ones_not_at_all() -> None:
    one = obligation()
    row = SheetRow("2.4", 9, 7, 0, SCHOOL, {"club": "нет"})
    other = SheetRow("2.4", 12, 7, 0, SCHOOL, {"club": "да", "members": "3"})
    same = SheetRow("2.4", 13, 7, 0, SCHOOL, {"club": "нет"})
    assert len(compare([row, same], {7: one}, {}, TODAY, shown).changes) == 1
    entered = compare([row, other], {7: one}, {}, TODAY, shown)
    assert entered.changes == ()
    assert (entered.faults[0].kind, entered.faults[0].other) == (EnteringFaultKind.TWICE, row)


def test_the_fingerprint_is_of_what_would_be_done() -> None:
    first, again = came({"members": "41"}, reply()), came({"members": "41.0"}, reply())
    assert first.fingerprint == again.fingerprint
    assert first.fingerprint != came({"members": "42"}, reply()).fingerprint
    assert len(first.fingerprint) == 16
