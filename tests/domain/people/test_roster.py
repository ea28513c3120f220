"""A new roster against the organizations that there are."""

import pytest

from bot.domain.people.names import same
from bot.domain.people.organization import Organization, RosterEntry
from bot.domain.people.roster import Changed, RosterChange, compare

SCHOOL, GARDEN = frozenset({"school"}), frozenset({"preschool"})


def present(id: int, code: str, name: str, types: frozenset[str] = SCHOOL, *, active: bool = True) -> Organization:
    return Organization(code, name, types, id=id, active=active)


def row(code: str, name: str, types: frozenset[str] = SCHOOL) -> RosterEntry:
    return RosterEntry(code, name, types)


LYCEUM = present(1, "s1", "Лицей")
GONE = present(2, "s2", "Школа", active=False)
TYPED_IN = present(3, "own-1", "Новая школа")
WAITING = present(4, "own-2", "Сад «Ёлочка»", active=False)
ALL = [LYCEUM, GONE, TYPED_IN, WAITING]


def test_the_same_roster_changes_nothing() -> None:
    change = compare(ALL, [row("s1", "Лицей")])
    assert change == RosterChange(kept=2)
    assert not change


def test_what_is_new_other_and_missing() -> None:
    second = present(5, "s5", "Гимназия")
    new, renamed = row("s9", "Девятая"), row("s1", "Лицей № 1", SCHOOL | GARDEN)
    change = compare([*ALL, second], [new, renamed])
    assert change == RosterChange((new,), (Changed(LYCEUM, renamed),), (second,), kept=1)
    assert change


def test_who_was_removed_returns_as_the_same() -> None:
    (change,) = compare(ALL, [row("s1", "Лицей"), row("s2", "Школа")]).changed
    assert change.before is GONE
    assert change.returns
    assert not change.is_taken_over


@pytest.mark.parametrize("typed_in", [TYPED_IN, WAITING])
def test_a_row_takes_over_what_a_head_typed_in(typed_in: Organization) -> None:
    entry = row("s7", typed_in.name.upper().replace("Ё", "Е").replace("«", '"').replace("»", '"'))
    change = compare(ALL, [row("s1", "Лицей"), entry])
    assert change.changed == (Changed(typed_in, entry),)
    assert change.changed[0].is_taken_over
    assert (change.added, change.removed) == ((), ())


def test_an_organization_whose_code_has_changed_is_not_removed_and_added_again() -> None:
    change = compare(ALL, [row("lyceum", "Лицей")])
    assert [(changed.before.id, changed.after.code) for changed in change.changed] == [(1, "lyceum")]
    assert not change.removed
    # Its code is what counts, if the roster names it.
    swapped = compare([LYCEUM, present(5, "s5", "Гимназия")], [row("s1", "Гимназия"), row("s5", "Лицей")])
    assert [(changed.before.id, changed.after.name) for changed in swapped.changed] == [(1, "Гимназия"), (5, "Лицей")]


def test_of_several_of_a_name_the_roster_s_own_is_meant_and_once() -> None:
    twin = present(9, "own-9", "Лицей")
    change = compare([twin, LYCEUM], [row("a", "Лицей"), row("b", "лицей")])
    assert [changed.before for changed in change.changed] == [LYCEUM]
    assert [entry.code for entry in change.added] == ["b"]
    assert not change.removed


def test_a_fingerprint_tells_one_change_from_another() -> None:
    changes = [
        compare(ALL, rows)
        for rows in (
            [row("s1", "Лицей")],
            [row("s1", "Лицей"), row("s9", "Девятая")],
            [row("s1", "Лицей"), row("s9", "Девятая", GARDEN)],
            [row("s1", "Лицей № 1")],
            [row("s9", "Девятая")],
            [row("s1", "Лицей"), row("s2", "Школа")],
        )
    ]
    assert len({change.fingerprint for change in changes}) == len(changes)
    assert (
        changes[1].fingerprint == compare(list(reversed(ALL)), [row("s1", "Лицей"), row("s9", "Девятая")]).fingerprint
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("МБОУ «Школа»", 'мбоу "школа"'),
        ("Ёлочка", "Елочка"),
        ("Школа № 1", "Школа №1"),
        ("Школа — сад", "Школа-сад"),
        ("Школа\u00a0имени  П. И.", " Школа имени П. И. "),
    ],
)
def test_spellings_of_one_name(one: str, other: str) -> None:
    assert same(one) == same(other)
    assert same(one) != same(one + " 2")
