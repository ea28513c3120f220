"""What is proposed to a department of its schools' answers, by kinds of fields; and how long a list may be."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.fields.field import Field, FieldKind
from bot.domain.ledger.sums import Gathered
from bot.views.heads import sums
from bot.views.words import units
from tests.texts.department import Control, Summed

TODAY = date(2026, 10, 5)
OPTIONS = ("Есть", "Строится", "Нет")


def field(kind: FieldKind, **given: Any) -> Field:
    has_options = kind in (FieldKind.CHOICE, FieldKind.MULTI_CHOICE)
    return Field("all", kind, "Всё", options=OPTIONS if has_options else (), **given)


def gathered(kind: FieldKind, *values: Any) -> Gathered:
    return Gathered(field(kind), tuple((f"Школа {place}", value) for place, value in enumerate(values, 1)))


@pytest.mark.parametrize(
    ("kind", "its", "proposed"),
    [
        (FieldKind.DECIMAL, gathered(FieldKind.WHOLE, 1, 2), "3"),
        (FieldKind.WHOLE, gathered(FieldKind.YES_NO, True, False, True), 2),
        (FieldKind.CHOICE, gathered(FieldKind.CHOICE, "Есть", "Есть"), "Есть"),
        (FieldKind.CHOICE, gathered(FieldKind.CHOICE, "Есть", "Нет"), None),
        (FieldKind.YES_NO, gathered(FieldKind.YES_NO, False, False), False),
        (FieldKind.MULTI_CHOICE, gathered(FieldKind.MULTI_CHOICE, ["Нет"], ["Есть", "Нет"]), ["Есть", "Нет"]),
        (FieldKind.MULTI_CHOICE, gathered(FieldKind.CHOICE, "Нет", "Нет"), ["Нет"]),
        (FieldKind.DATE, gathered(FieldKind.DATE, "2026-10-03", "2026-09-20"), "2026-10-03"),
        (FieldKind.TEXT, gathered(FieldKind.TEXT, "Да\nещё", "Нет"), "Школа 1 — Да ещё\nШкола 2 — Нет"),
        (FieldKind.TEXT, gathered(FieldKind.CHOICE, *["Есть"] * 4, "Нет"), "Есть — 4\nНет — 1 (Школа 5)"),
        (FieldKind.TEXT, gathered(FieldKind.TEXT), None),
    ],
)
def test_what_is_proposed(kind: FieldKind, its: Gathered, proposed: Any) -> None:
    asked = field(kind)
    assert sums.proposal(asked, its, TODAY) == proposed
    rows = sums.take(asked, its, 1, 0, None, TODAY)
    assert bool(rows) is (proposed is not None)
    # Whoever has taken it is offered nothing more.
    assert not sums.take(asked, its, 1, 0, proposed, TODAY) or proposed is None


def test_what_the_field_does_not_take_is_not_offered() -> None:
    assert sums.proposal(field(FieldKind.WHOLE, max=Decimal(2)), gathered(FieldKind.WHOLE, 1, 2), TODAY) is None
    early = field(FieldKind.DATE, latest=date(2026, 10, 1))
    assert sums.proposal(early, gathered(FieldKind.DATE, "2026-10-03"), TODAY) is None


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["Ремонт " * 20] * 6, "Длинные ответы сокращены: помещается до 500 знаков."),
        (["Ремонт " * 20] * 40, "В ответ войдут 9 из 40: помещается до 500 знаков."),
    ],
)
def test_a_long_list_is_cut_to_what_the_field_takes_and_that_is_said(texts: list[str], said: str) -> None:
    asked, its = field(FieldKind.TEXT), gathered(FieldKind.TEXT, *texts)
    text = sums.proposal(asked, its, TODAY)
    assert len(text) <= asked.max_length
    assert said in sums.lines(asked, its)
    # Whole rows only: what is left out is counted in the last one.
    assert text.endswith("… и ещё 31") is (len(texts) == 40)


def test_a_message_that_says_much_already_shows_the_beginning_of_the_list() -> None:
    asked, its = field(FieldKind.TEXT, max_length=1000), gathered(FieldKind.TEXT, *["Ремонт зала"] * 30)
    lines = sums.lines(asked, its, above=3200)
    assert "Показано начало списка: 13 из 30." in lines
    assert sum(map(units, lines)) < 400
    assert len(sums.lines(asked, its)) == 2


def test_whoever_is_missing_is_named_by_what_they_lack() -> None:
    asked = field(FieldKind.WHOLE)
    its = Gathered(asked, (("А", 5),), ("Б", "В", "Г", "Д"), ("Е",), ("Ё",), ("Ж",), "I квартал")
    assert sums.lines(asked, its) == [
        "🧮 Итого по 1 организации: <b>5</b>.",
        "Это ответы за период «I квартал».",
        f"{Control.UNANSWERED} 4: Б, В, Г и ещё 1.",
        f"{Summed.RETURNED} 1: Е.",
        "Ответили без этого пункта 1: Ё.",
        "Не относится 1: Ж.",
    ]
