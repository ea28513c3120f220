"""The table of what becomes of a letter that was not sent has a line for each, and none too many."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bot.delivery.outcomes import Fate
from bot.delivery.outgoing.unsent import TABLE, Unsent, what_is_done
from bot.domain.letter import Letter, LetterKind, Urgency

NOW = datetime(2026, 10, 5, 1, tzinfo=UTC)
UNSENT = [fate for fate in Fate if fate is not Fate.DONE]


def letters() -> Iterator[Letter]:
    """Letters of each kind: to a person and to a group, new and an amendment of what stands there."""
    for kind in LetterKind:
        for chat_id in (None, -100):
            for data in ({}, {"amends": 5}):
                yield Letter(1, kind, 101, data, Urgency.REQUEST, 1, NOW, NOW, chat_id)


@pytest.mark.parametrize("fate", UNSENT)
def test_whatever_telegram_says_to_whatever_letter_something_is_done(fate: Fate) -> None:
    assert all(what_is_done(letter, fate) for letter in letters())


def test_each_line_is_some_letter_s() -> None:
    reached = {
        next(number for number, (of, fits, _) in enumerate(TABLE) if of is fate and fits(letter))
        for fate in UNSENT
        for letter in letters()
    }
    assert reached == set(range(len(TABLE)))


def test_what_was_sent_has_no_line() -> None:
    assert Fate.DONE not in {fate for fate, _, _ in TABLE}


def test_who_cannot_be_written_to_is_a_person_or_a_group() -> None:
    for letter in letters():
        lost = Unsent.lose_person if letter.chat_id is None else Unsent.lose_group
        assert what_is_done(letter, Fate.UNREACHABLE) is lost


def test_a_letter_is_given_up_only_where_no_other_attempt_can_help() -> None:
    gives_up = {fate for fate in UNSENT for letter in letters() if what_is_done(letter, fate) is Unsent.give_up}
    assert gives_up == {Fate.MOVED, Fate.GONE, Fate.REFUSED, Fate.NO_TOPIC}
