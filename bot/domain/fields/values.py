"""Values of fields: read from what people type, and held against the field; see `Values` for how each is kept."""

from collections.abc import Sequence
from datetime import date
from itertools import takewhile

from bot.domain.fields.field import Field, FieldKind
from bot.domain.fields.kinds import Answering, Value, rules
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


def parse_many(fields: Sequence[Field], text: str, today: date) -> list[tuple[Field, Value]]:
    """A message in answer to the first of `fields`, which are in the order in which they are asked.

    Where that is a number, each non-empty line fills one of the numeric fields that follow each other from
    it. Otherwise the message is the value of the first field. Raises Misfit with the field that a line does
    not fit, or with SEVERAL_NUMBERS if there are more lines than numeric fields; ValueError without fields.
    """
    if not fields:
        raise ValueError("there is no field to fill")
    numeric = list(takewhile(lambda field: field.kind in NUMERIC, fields))
    lines = [line for line in clean(text).split("\n") if line.strip()]
    if not numeric or len(lines) < 2:
        return [(fields[0], parse(fields[0], text, today))]
    if len(lines) > len(numeric):
        raise Misfit(MisfitReason.SEVERAL_NUMBERS, fields[0])
    return [(field, parse(field, line, today)) for field, line in zip(numeric, lines, strict=False)]


def fits(field: Field, value: object) -> bool:
    """Whether a stored value is one of the field's: of its kind, among its options, within its bounds."""
    kind = rules(field.kind)
    # type(): True is an int too.
    return type(value) is kind.keeps and kind.accepts(field, value)
