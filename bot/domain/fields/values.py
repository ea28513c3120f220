"""Values of fields: read from what people type, and held against the field; see `Values` for how each is kept."""

from collections.abc import Sequence
from datetime import date
from itertools import takewhile

from bot.domain.fields import labels, numbers
from bot.domain.fields.days import FIRST_DAY
from bot.domain.fields.field import Field, FieldKind
from bot.domain.fields.kinds import Answering, Value, rules
from bot.domain.fields.marks import fold_signs
from bot.domain.fields.misfit import Misfit, MisfitReason
from bot.domain.text import clean

NUMERIC = frozenset(kind for kind in FieldKind if rules(kind).is_numeric)


def parse(field: Field, text: str, today: date) -> Value:
    """The value that `text` is for the field.

    Raises Misfit and nothing else. `today` is the local day: «вчера», and the year of «5 октября».
    """
    kind, cleaned = rules(field.kind), clean(text)
    if not cleaned and kind.answering is not Answering.ATTACHED:
        raise Misfit(MisfitReason.EMPTY, field)
    return kind.read(field, cleaned, today)


def parse_many(
    fields: Sequence[Field], text: str, today: date, asked: Sequence[Field] = ()
) -> list[tuple[Field, Value]]:
    """A message in answer to the first of `fields`, which are in the order in which they are asked.

    Where that is a number, each non-empty line fills one of the numeric fields that follow each other from
    it, or the one that its words name: of these, or of `asked`, all that are asked; bare numbers in one line fill all
    that follow each other. Otherwise the message is the value of the first field. Raises Misfit with the field that a
    line does not fit, with TOO_MANY_NUMBERS if there are more lines than numeric fields (of one SEVERAL_NUMBERS),
    SEVERAL_IN_LINE if a line has several numbers and it is not certain for which fields, or with UNCLEAR_LABELS if
    words may mean another field than the one in turn; ValueError without fields.
    """
    if not fields:
        raise ValueError("there is no field to fill")
    numeric = list(takewhile(lambda field: field.kind in NUMERIC, fields))
    if not numeric:
        return [(fields[0], parse(fields[0], text, today))]
    others = [field for field in asked if field.kind in NUMERIC and field not in numeric]
    candidates = [*numeric, *others]
    lines = _apart(labels.parts(clean(text), candidates), numeric)
    names = labels.all_named(lines, candidates)
    given = [field for field in names if field is not None]
    if given and len(given) == len(lines) and len({field.id for field in given}) == len(lines):
        return [(field, parse(field, line, today)) for field, line in zip(given, lines, strict=True)]
    if len(lines) > max(len(numeric), 1):
        beyond = MisfitReason.TOO_MANY_NUMBERS if len(numeric) > 1 else MisfitReason.SEVERAL_NUMBERS
        raise Misfit(MisfitReason.UNCLEAR_LABELS if given else beyond, fields[0])
    if labels.are_unclear(lines, names, numeric):
        raise Misfit(MisfitReason.UNCLEAR_LABELS, fields[0])
    if len(lines) < 2:
        return [(fields[0], parse(fields[0], text, today))]
    return [(field, parse(field, line, today)) for field, line in zip(numeric, lines, strict=False)]


def _apart(lines: list[str], fields: Sequence[Field]) -> list[str]:
    """The lines; a single one of bare numbers as so many, if they are certainly those fields'. Raises Misfit."""
    if len(lines) != 1 or len(fields) == 1:
        return lines
    # «25 120 130» is hardly 25 millions where three numbers are asked for.
    is_unclear = len(fields) > 2 and numbers.groups(lines[0]) == len(fields)
    if is_unclear or numbers.has_nothing_beside(lines[0]):
        raise Misfit(MisfitReason.SEVERAL_IN_LINE, fields[0])
    pieces = numbers.in_line(lines[0])
    if not pieces or len(pieces) > len(fields):
        return pieces or lines
    whole = all(rules(field.kind).is_count for field in fields[:-1])
    # «10 и 11» are the classes of «Классов 10–11», and not how many there are.
    is_of_label = labels.has_numbers(fields[0], pieces)
    if len(pieces) < len(fields) or is_of_label or not numbers.is_certain(lines[0], pieces, whole=whole):
        raise Misfit(MisfitReason.SEVERAL_IN_LINE, fields[0])
    return pieces


def zero(field: Field) -> Value | None:
    """The number 0 as the field keeps it; None where it does not fit."""
    try:
        return parse(field, "0", FIRST_DAY) if field.kind in NUMERIC else None
    except Misfit:
        return None


def may_be_zero(field: Field, text: str) -> bool:
    """Whether the words may mean the number 0, and that fits: only their writer knows."""
    return zero(field) is not None and numbers.means_nothing(clean(text))


# What says that there is nothing to write, and of no number that it is 0.
_UNKNOWN = frozenset({"нет данных", "данных нет", "нет сведений", "сведений нет", "не знаю", "неизвестно"})


def leaves_blank(field: Field, text: str) -> bool:
    """Whether the words leave an optional field blank: a dash in a text, «нет» where a link or a date is asked for.

    Of a text «нет» is the answer, and of a number perhaps 0; among options, of which it is none, it may mean one.
    """
    said, kind = fold_signs(clean(text)), rules(field.kind)
    is_dash = set(said) == {"-"}
    if kind.takes_any_words:
        return is_dash
    if kind.answering in (Answering.TAPPED, Answering.TICKED):
        return is_dash or said in _UNKNOWN
    return said in _UNKNOWN or (field.kind not in NUMERIC and numbers.means_nothing(said))


def first_number(text: str) -> str:
    """The first line, or the first number of a line of them, of what may answer several questions at once."""
    lines = text.splitlines()
    if len(lines) > 1 and all(map(str.strip, lines)):
        return lines[0]
    return next(iter(numbers.in_line(clean(text))), text)


def fits(field: Field, value: object) -> bool:
    """Whether a stored value is one of the field's: of its kind, among its options, within its bounds."""
    kind = rules(field.kind)
    # type(): True is an int too.
    return type(value) is kind.keeps and kind.accepts(field, value)
