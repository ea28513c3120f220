"""A returned row against the ledger."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.directives.directive import Directive
from bot.domain.fields.field import Check, Condition, Field, FieldKind, Values
from bot.domain.ledger.entered import Entered, EnteringFaultKind, SheetRow, compare, placed
from bot.domain.ledger.obligation import Obligation, ObligationState, Reply, Round
from bot.domain.timing.schedule import Monthly, Schedule
from bot.views.values import Style, value_text

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
    Field("places", FieldKind.WHOLE, "Мест", unit="ед.", required=False),
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
        ({"club": "ИСТИНА", "members": "3"}, {"club": True, "members": 3}),
        ({"club": "true", "members": "3"}, {"club": True, "members": 3}),
        ({"club": "FALSE"}, {"club": False}),
        ({"club": "Ложь", "since": "2026-10-05 00:00:00"}, {"club": False, "since": "2026-10-05"}),
        ({"club": "Нет", "share": "0,3"}, {"club": False, "share": "0.3"}),
    ],
    ids=["1", "0", "logical", "in English", "no in English", "logical no and a moment", "a comma"],
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


# --- Cells of which something else is seen than they hold ---


def seen(field: str, text: str, exact: str, present: Reply | None = None) -> Entered:
    """A row whose cell shows `text` and holds `exact`."""
    one = obligation(ObligationState.ANSWERED if present else ObligationState.OPEN, 1 if present else 0)
    cells = {"club": "Нет"} | {field: text}
    row = SheetRow("2.4", 9, 7, one.version, SCHOOL, cells, {field: exact})
    return compare([row], {7: one}, {7: present} if present else {}, TODAY, shown)


@pytest.mark.parametrize(
    ("field", "text", "exact", "expected"),
    [
        ("share", "100%", "100", "100"),
        ("share", "12,3%", "12.345", "12.3"),
        ("share", "33%", "33.3333333333333", "33"),
        ("share", "1 250,50", "1250.5", "1250.5"),
        ("since", "05.окт", "2026-10-05 00:00:00", "2026-10-05"),
        ("since", "05.10.2026 09:30", "2026-10-05 09:30:00", "2026-10-05"),
        ("note", "05.окт", "2026-10-05 00:00:00", "05.окт"),
        ("note", "ИСТИНА", "1", "ИСТИНА"),
        ("note", "007", "7", "007"),
        ("note", "50%", "50", "50%"),
    ],
)
def test_what_is_seen_is_the_answer(field: str, text: str, exact: str, expected: str) -> None:
    (change,) = seen(field, text, exact).changes
    assert change.values == {"club": False, field: expected}


@pytest.mark.parametrize(
    ("field", "text", "exact", "kind"),
    [
        # A whole number is not rounded without a word, and a red 5 that is -5 is neither.
        ("places", "3", "2.6", EnteringFaultKind.ROUNDED),
        ("places", "0", "0.4", EnteringFaultKind.ROUNDED),
        ("share", "5", "-5", EnteringFaultKind.ROUNDED),
        ("share", "12.34", "1234", EnteringFaultKind.ROUNDED),
        ("places", "2 3/5", "2.6", EnteringFaultKind.MISFIT),
        ("places", "ИСТИНА", "1", EnteringFaultKind.MISFIT),
        ("places", "05.01.1900", "1900-01-05 00:00:00", EnteringFaultKind.MISFIT),
        ("places", "12:30", "12:30", EnteringFaultKind.MISFIT),
        ("places", "30:00:00", "30:00:00", EnteringFaultKind.MISFIT),
        ("places", "########", "########", EnteringFaultKind.MISFIT),
        ("places", "12%", "12", EnteringFaultKind.MISFIT),
        ("since", "окт.26", "окт.26", EnteringFaultKind.MISFIT),
        ("since", "46 300", "46300", EnteringFaultKind.MISFIT),
        ("since", "46300", "46300", EnteringFaultKind.MISFIT),
        ("since", "5,1", "5.1", EnteringFaultKind.MISFIT),
        ("since", "12:30", "12:30", EnteringFaultKind.MISFIT),
        ("sports", "05.окт", "2026-10-05 00:00:00", EnteringFaultKind.MISFIT),
    ],
)
def test_what_cannot_be_the_answer_is_told(field: str, text: str, exact: str, kind: EnteringFaultKind) -> None:
    entered = seen(field, text, exact)
    assert not entered.changes
    assert [(each.kind, each.field and each.field.id) for each in entered.faults] == [(kind, field)]


def test_clothes_of_a_cell_are_no_change() -> None:
    """Somebody has shown fewer decimals, or has lost the format of a day."""
    given = {"club": False, "share": "12.345", "since": "2026-10-05"}
    assert seen("share", "12,3", "12.345", reply({"club": False, "share": "12.345"})).unchanged == 1
    assert came({"since": "46300"}, reply(given)).unchanged == 1
    # 1 % that reads 100 % by now is another answer, though the cell holds 1 as before.
    (change,) = seen("share", "100%", "100", reply({"club": False, "share": "1"})).changes
    assert change.values["share"] == "100"


def spoilt(kind: EnteringFaultKind, text: str, cell: str, present: Reply | None) -> Entered:
    """A row whose share nobody can take for an answer."""
    one = obligation(ObligationState.ANSWERED if present else ObligationState.OPEN, 1 if present else 0)
    exact = {"share": text} if kind is EnteringFaultKind.HIDDEN else {}
    row = SheetRow("2.4", 9, 7, one.version, SCHOOL, {"share": cell}, exact, {"share": (kind.value, text)})
    return compare([row], {7: one}, {7: present} if present else {}, TODAY, shown)


@pytest.mark.parametrize("kind", ["error", "uncomputed", "hidden", "two-columns"])
@pytest.mark.parametrize("present", [None, reply()])
def test_spoilt_cells_are_told_and_take_nothing_away(kind: str, present: Reply | None) -> None:
    cell = "" if kind == "hidden" else "#N/A"
    (found,) = spoilt(EnteringFaultKind(kind), "#N/A" if cell else "0", cell, present).faults
    assert (found.kind, found.field and found.field.id) == (EnteringFaultKind(kind), "share")


def test_spoilt_cells_that_say_what_the_ledger_does_are_no_fault() -> None:
    assert spoilt(EnteringFaultKind.HIDDEN, "12.5", "", reply()).unchanged == 1
    assert spoilt(EnteringFaultKind.MERGED, "", "", None).unchanged == 1
    assert spoilt(EnteringFaultKind.MERGED, "12.5", "12.5", reply()).unchanged == 1
    (found,) = spoilt(EnteringFaultKind.MERGED, "", "", reply()).faults
    assert found.kind is EnteringFaultKind.MERGED


# --- Headings ---


@pytest.mark.parametrize(
    ("heading", "is_own"),
    [
        ("Занимается", True),
        ("  занимается\n", True),
        ("Занимается (сверено)", True),
        ("Девочек", False),
        ("Телефон", False),
        ("", False),
    ],
)
def test_a_column_is_known_by_its_heading(heading: str, *, is_own: bool) -> None:
    row = SheetRow("2.4", 9, 7, 1, SCHOOL, {"members": "41"})
    (marked,) = placed([row], {"2.4": {"members": heading}}, {7: obligation()})
    assert ("members" not in marked.spoilt) is is_own
    answered = {7: obligation(ObligationState.ANSWERED, 1)}
    entered = compare([marked], answered, {7: reply()}, TODAY, shown)
    assert [fault.kind for fault in entered.faults] == ([] if is_own else [EnteringFaultKind.HEADING])
    # What is as it was is as it was.
    untouched = SheetRow("2.4", 9, 7, 1, SCHOOL, {"members": "40"}, {}, marked.spoilt)
    assert compare([untouched], answered, {7: reply()}, TODAY, shown).unchanged == 1


def test_a_label_that_was_changed_between_two_periods_is_known() -> None:
    before = obligation()
    fields = tuple(replace(each, label="Спортсменов") if each.id == "members" else each for each in FIELDS)
    after = replace(before, id=8, round=replace(before.round, directive=replace(CLUBS, fields=fields)))
    rows = [SheetRow("2.4", row, id, 0, SCHOOL, {"members": "41"}) for row, id in ((9, 8), (20, 7))]
    marked = placed(rows, {"2.4": {"members": "Спортсменов"}}, {7: before, 8: after})
    assert [row.spoilt for row in marked] == [{}, {}]


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


def test_all_that_is_to_be_mended_in_a_row_is_told_at_once() -> None:
    (found,) = came({"members": "12о", "share": "много", "sports": "Шашки"}).faults
    told = [(fault.kind, fault.field and fault.field.id) for fault in (found, *found.more)]
    kinds = EnteringFaultKind
    assert told == [
        (kinds.MISFIT, "members"), (kinds.MISFIT, "share"), (kinds.MISFIT, "sports"), (kinds.MISSING, "club"),
    ]  # fmt: skip
    (found,) = came({"club": "нет", "members": "4", "girls": "2", "later": "Всё"}).faults
    pointless = [fault.field and fault.field.id for fault in (found, *found.more) if fault.kind is kinds.NOT_ASKED]
    assert pointless == ["members", "girls", "later"]
    # What is asked after a cell that is to be mended nobody knows yet.
    (found,) = came({"club": "возможно", "members": "4"}).faults
    assert (found.kind, found.more) == (kinds.MISFIT, ())


def test_spelling_of_the_name_does_not_matter() -> None:
    assert came({"members": "41"}, reply(), name=' мбоу "школа №5" ').changes


def test_an_answer_given_meanwhile_is_a_conflict_unless_it_says_the_same() -> None:
    (conflict,) = came({"members": "41"}, reply(), version=0).conflicts
    assert conflict.newest == reply()
    assert came({"members": "40"}, reply(), version=0).unchanged == 1
    # A workbook of another database.
    (conflict,) = came({"club": "нет"}, version=3).conflicts
    assert conflict.newest is None


def older(cells: dict[str, str], made_of: Reply | None, version: int) -> Entered:
    """What a row of a workbook made some versions ago comes to."""
    given = made_of.values if made_of else {}
    written = {each.id: shown(each, given[each.id]) for each in FIELDS if each.id in given}
    row = SheetRow("2.4", 9, 7, version, SCHOOL, dict.fromkeys((each.id for each in FIELDS), "") | written | cells)
    one = {7: obligation(ObligationState.ANSWERED, 3)}
    return compare([row], one, {7: reply()}, TODAY, shown, {7: made_of} if made_of else {})


def test_a_row_that_nobody_has_touched_takes_no_newer_answer_away() -> None:
    """The workbook lay for a week, and organizations have answered and corrected their answers meanwhile."""
    before = Reply(2, {"club": True, "members": 12}, None, NOW, 5, "Иванова Мария")
    assert older({}, None, 0).unchanged == 1
    assert older({}, before, 2).unchanged == 1
    (conflict,) = older({"members": "13"}, before, 2).conflicts
    assert conflict.newest == reply()
    (conflict,) = older({"club": "нет"}, None, 0).conflicts
    assert conflict.newest == reply()
    # What it was made of nobody knows: it comes from another database.
    (fault,) = older({}, None, 2).faults
    assert fault.kind is EnteringFaultKind.WIPED


def test_a_copied_row_counts_once_and_contradicting_ones_not_at_all() -> None:
    one = obligation()
    row = SheetRow("2.4", 9, 7, 0, SCHOOL, {"club": "нет"})
    other = SheetRow("2.4", 12, 7, 0, SCHOOL, {"club": "да", "members": "3"})
    same = SheetRow("2.4", 13, 7, 0, SCHOOL, {"club": "нет"})
    assert len(compare([row, same], {7: one}, {}, TODAY, shown).changes) == 1
    # A row that was copied for a school that is not in the list.
    copied = SheetRow("2.4", 14, 7, 0, "Новая школа", {"club": "нет"})
    entered = compare([row, copied], {7: one}, {}, TODAY, shown)
    assert [fault.kind for fault in entered.faults] == [EnteringFaultKind.OTHER_NAME]
    entered = compare([row, other], {7: one}, {}, TODAY, shown)
    assert entered.changes == ()
    assert (entered.faults[0].kind, entered.faults[0].other) == (EnteringFaultKind.TWICE, row)


def test_the_fingerprint_is_of_what_would_be_done() -> None:
    first, again = came({"members": "41"}, reply()), came({"members": "41.0"}, reply())
    assert first.fingerprint == again.fingerprint
    assert first.fingerprint != came({"members": "42"}, reply()).fingerprint
    assert len(first.fingerprint) == 16
