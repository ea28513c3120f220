"""Which of a new list may be an organization that leaves it under another name."""

import pytest

from bot.domain.people.organization import Organization, RosterEntry
from bot.domain.people.proposal import compared, renamings_of
from bot.domain.people.renaming import decide, likely

GENERAL, PRESCHOOL = frozenset({"general"}), frozenset({"preschool"})
MADE_UP = "org-{:010x}"


def there(*names: str, types: frozenset[str] = GENERAL, code: str = MADE_UP) -> list[Organization]:
    return [Organization(code.format(number), name, types, id=number) for number, name in enumerate(names, 1)]


def rows(*names: str, types: frozenset[str] = GENERAL, code: str = MADE_UP) -> list[RosterEntry]:
    return [RosterEntry(code.format(number + 100), name, types) for number, name in enumerate(names)]


def offered(leaving: list[Organization], added: list[RosterEntry]) -> list[tuple[str, str, bool]]:
    return [(each.before.name, each.after.name, each.rivals) for each in likely(leaving, added)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("МБОУ «Сосновская СОШ»", "МБОУ «Сосновская средняя общеобразовательная школа»"),
        ("МБОУ «Сосновская школа»", "Муниципальное автономное общеобразовательное учреждение «Сосновская школа»"),
        ("МБДОУ Детский сад «Ручеёк»", "МБДОУ «Детский сад общеразвивающего вида «Ручеек» села Луг»"),
        ("МБОУ Школа № 3", "МАОУ СОШ №3 имени Героя Труда П. И. Иванова"),
        ("МБОУ СОШ № 3", "МБОУ «СОШ № 3 имени 50-летия Победы»"),
        ("МБОУ «Тихорченская школа»", "МБОУ «Тихореченская школа»"),
        ("Центр детского творчества", "Дом детского творчества"),
        ("МБОУ «Верхнекедровская СОШ»", "МБОУ «Верхне-Кедровская СОШ»"),
        ("МБОУ «Кедровская средняя общеобразовательная школа»", "МБОУ «Кедровская СОШ имени А. С. Пушкина»"),
        ("МБУ ДО «Детско-юношеская спортивная школа села Бор»", "МБУ ДО ДЮСШ с. Бор имени Героя"),
    ],
)
def test_a_near_name_is_offered(old: str, new: str) -> None:
    others = ["МБОУ «Белоярская школа»", "МБОУ «Озёрная школа»", "МБДОУ Детский сад «Ёлочка»"]
    assert offered(there(old, *others), rows(new, "МБОУ «Луговая школа»")) == [(old, new, False)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("МБДОУ Детский сад «Ёлочка»", "МБДОУ Детский сад «Ромашка»"),
        ("МБОУ СОШ № 1", "МБОУ СОШ № 11"),
        ("МБОУ СОШ № 2", "МБОУ СОШ № 21"),
        ("МБОУ «Сосновская СОШ»", "МБОУ «Белоярская СОШ»"),
        ("МБДОУ Детский сад «Ромашка» с. Луг", "МБДОУ Детский сад «Ромашка» с. Бор"),
        ("МБОУ «Сосновская школа имени Гагарина»", "МБОУ «Кедровая школа имени Гагарина»"),
    ],
)
def test_what_differs_in_what_tells_is_not_offered(old: str, new: str) -> None:
    assert offered(there(old), rows(new)) == []


def test_types_and_given_codes_tell_apart() -> None:
    old, new = "МБОУ «Сосновская СОШ»", "МБОУ «Сосновская школа»"
    assert offered(there(old), rows(new, types=PRESCHOOL)) == []
    assert offered(there(old, code="s{}"), rows(new, code="n{}")) == []
    assert offered(there(old, code="s{}"), rows(new)) == offered(there(old), rows(new, code="n{}")) != []


def test_two_that_are_as_near_are_both_offered_and_marked() -> None:
    old = ["МБДОУ Детский сад «Ромашка» № 1", "МБДОУ Детский сад «Ромашка» № 2"]
    new = "МБДОУ «Детский сад «Ромашка»»"
    assert offered(there(*old), rows(new)) == [(name, new, True) for name in old]
    pairs = likely(there(*old), rows(new))
    # A yes is a no to the other; a second yes moves it.
    first = decide(pairs, {}, pairs[0].key, is_one=True)
    assert first == {pairs[0].key: True, pairs[1].key: False}
    assert decide(pairs, first, pairs[1].key, is_one=True) == {pairs[0].key: False, pairs[1].key: True}
    assert decide(pairs, {}, pairs[1].key, is_one=False) == {pairs[1].key: False}
    assert decide(pairs, {}, "7:unknown", is_one=True) == {}


def test_each_of_many_that_differ_by_number_finds_its_own() -> None:
    old = [f"МБОУ СОШ № {number}" for number in range(1, 31)]
    new = [f"МБОУ «Средняя общеобразовательная школа № {number}»" for number in range(30, 0, -1)]
    assert offered(there(*old), rows(*new)) == [
        (f"МБОУ СОШ № {number}", f"МБОУ «Средняя общеобразовательная школа № {number}»", False)
        for number in range(1, 31)
    ]


def test_a_renaming_keeps_the_organization_and_its_code() -> None:
    present = there("МБОУ «Сосновская СОШ»", code="s{}")
    (row,) = entries = rows("МБОУ «Сосновская школа»")
    (pair,) = renamings_of(present, entries)
    change = compared(present, entries, [pair], {pair.key: True})
    assert [(each.before.id, each.after.code, each.after.name) for each in change.changed] == [(1, "s1", row.name)]
    assert (change.removed, change.added) == ((), ())
    refused = compared(present, entries, [pair], {pair.key: False})
    assert (len(refused.removed), len(refused.added)) == (1, 1)
    # With a code of its own the row gives it.
    entries = rows("МБОУ «Сосновская школа»", code="n{}")
    present = there("МБОУ «Сосновская СОШ»")
    (pair,) = renamings_of(present, entries)
    (changed,) = compared(present, entries, [pair], {pair.key: True}).changed
    assert changed.after.code == "n100"


def test_what_a_head_typed_in_may_be_a_row_too() -> None:
    own = there("Сосновская школа", code="own-{}")
    (row,) = entries = rows("МБОУ «Сосновская СОШ»")
    (pair,) = renamings_of(own, entries)
    (changed,) = compared(own, entries, [pair], {pair.key: True}).changed
    assert (changed.after.code, changed.is_taken_over) == (row.code, True)
    # A row of its name takes it over unasked.
    assert renamings_of(own, rows("Сосновская Школа")) == ()


@pytest.mark.slow
def test_a_region_takes_no_time() -> None:
    old = [f"МБОУ «Школа села {'абвгдежз'[number % 8]}{number}овка»" for number in range(3000)]
    new = [f"МБОУ «СОШ села {'абвгдежз'[number % 8]}{number}овка»" for number in range(3000)]
    assert len(likely(there(*old), rows(*new))) == 200
