"""Why a value does not fit its field."""

from enum import StrEnum

from bot.domain.fields.field import Field


class MisfitReason(StrEnum):
    """Why a value does not fit; the wording is the views'."""

    EMPTY = "empty"
    # Nothing of the field's kind: no number, no date, none of the options.
    UNREADABLE = "unreadable"
    NOT_WHOLE = "not_whole"
    # 1.250 may be 1250 or one and a quarter; «12 тыс.» where people are counted.
    AMBIGUOUS = "ambiguous"
    # Of «- 3» and «убыло 3» only the writer knows whether it is below zero.
    UNCLEAR_SIGN = "unclear_sign"
    SEVERAL_NUMBERS = "several_numbers"
    # Of several questions, in one line, where it is not certain which number is whose.
    SEVERAL_IN_LINE = "several_in_line"
    # More of them than questions that could take them.
    TOO_MANY_NUMBERS = "too_many_numbers"
    # «1500 руб.» where thousands of roubles are asked for.
    OTHER_UNIT = "other_unit"
    # The words beside several numbers do not say clearly which number is for which field.
    UNCLEAR_LABELS = "unclear_labels"
    BELOW = "below"
    ABOVE = "above"
    TOO_PRECISE = "too_precise"
    # «С 1 по 30 ноября», «12 и 15 октября».
    SEVERAL_DAYS = "several_days"
    NO_SUCH_DATE = "no_such_date"
    BEFORE_EARLIEST = "before_earliest"
    AFTER_LATEST = "after_latest"
    # A day to come of something that is done, and a day that has passed of something that is planned.
    TO_COME = "to_come"
    PASSED = "passed"
    TOO_LONG = "too_long"


class Misfit(Exception):
    """The value does not fit `field`; `reason` says why."""

    def __init__(self, reason: MisfitReason, field: Field) -> None:
        super().__init__(f"{field.id}: {reason}")
        self.reason = reason
        self.field = field
