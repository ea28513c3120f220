"""Each kind of field: what its rules and its looks promise each other."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bot.domain.fields.field import FieldKind
from bot.domain.fields.kinds import Answering, rules
from bot.domain.fields.misfit import Misfit
from bot.domain.fields.values import fits, parse
from bot.views.heads.kinds import Asked, looks
from bot.views.heads.misfits import reason
from bot.views.values import Style, value_text
from tests.domain.samples import a_field

REFERENCE = Path(__file__).parents[2] / "data" / "directives.yaml"
GUIDE = REFERENCE.parents[1] / "docs" / "files.md"
TODAY = date(2026, 10, 5)
ANSWERED = [kind for kind in FieldKind if rules(kind).answering is not Answering.ATTACHED]
TYPED = [kind for kind in FieldKind if rules(kind).answering is Answering.TYPED]


def samples(kind: FieldKind) -> list[str]:
    """What somebody types in answer to it: what its example shows, or one of its options."""
    shown = re.findall(r"<code>(.+?)</code>", looks(kind).example(a_field(kind), TODAY))
    return shown or ["да" if not rules(kind).needs_options else "Бег"]


@pytest.mark.parametrize("kind", ANSWERED)
def test_what_the_example_shows_is_an_answer(kind: FieldKind) -> None:
    field = a_field(kind, options=("Бег", "Лыжи"))
    for sample in samples(kind):
        value = parse(field, sample, TODAY)
        assert fits(field, value)
        assert value_text(field, value, Style.FORM)


@pytest.mark.parametrize("kind", [FieldKind.WHOLE, FieldKind.DECIMAL])
def test_the_example_shows_a_number_below_zero_where_it_may_be(kind: FieldKind) -> None:
    example = looks(kind).example
    assert ["−" in sample for sample in samples(kind)] == [False, True]
    assert "−5<" in example(a_field(kind, min=Decimal(-5)), TODAY)
    assert example(a_field(kind, max=Decimal(-20)), TODAY) == "Например: <code>−20</code>"
    assert "−" not in example(a_field(kind, min=Decimal(0)), TODAY)


@pytest.mark.parametrize("kind", ANSWERED)
def test_what_a_cell_shows_is_read_back_as_the_same_value(kind: FieldKind) -> None:
    field = a_field(kind, options=("Бег", "Лыжи"))
    for sample in samples(kind):
        value = parse(field, sample, TODAY)
        shown = value_text(field, value, Style.CELL)
        assert parse(field, rules(kind).typed(shown), TODAY) == value


@pytest.mark.parametrize("kind", FieldKind)
def test_what_is_tapped_has_a_button_for_each_option(kind: FieldKind) -> None:
    field = a_field(kind, options=("Бег", "Лыжи"))
    buttons = [button for row in looks(kind).buttons(Asked(field, 1, 0, TODAY)) for button in row]
    tapped = rules(kind).answering in (Answering.TAPPED, Answering.TICKED)
    assert len(rules(kind).options(field)) == (len(buttons) if tapped else 0)


@pytest.mark.parametrize("kind", FieldKind)
def test_the_reference_of_the_file_names_every_kind(kind: FieldKind) -> None:
    reference = REFERENCE.read_text("utf-8")
    kinds = reference[reference.index("#     kind ") : reference.index("#     required ")]
    assert re.search(rf"(?<![\w-]){kind}(?![\w-])", kinds), f"the comment on `kind` in {REFERENCE.name} lacks {kind}"
    assert re.search(rf"^\|.*`{kind}`", GUIDE.read_text("utf-8"), re.MULTILINE), f"{GUIDE.name} lacks {kind}"


def test_a_number_beyond_what_is_counted_is_refused_without_a_bound_that_nobody_set() -> None:
    with pytest.raises(Misfit) as caught:
        parse(a_field(FieldKind.WHOLE), "9" * 16, TODAY)
    assert reason(caught.value) == "слишком много."
