"""What must come of a deed, and whether it has."""

import re
from dataclasses import replace
from typing import Any

from bot.delivery.sayings import Edit, Saying, Send, Toast
from bot.domain.people.member import Limits, Right
from bot.domain.screen import Screen
from bot.storage.post.dialogues import Dialogue
from bot.views import common, placing
from bot.views.callbacks.questions import CloseQuestion, Reword, TakeBack
from bot.views.department import audience as audiences
from bot.views.department import panel, reports
from bot.views.department import threads as department
from bot.views.department.announcements import approving, broadcast, composing, source
from bot.views.department.directives import directives
from bot.views.department.panel import no_longer_staff
from bot.views.department.people import links, people, registrations, staff
from bot.views.department.questions import questions
from bot.views.heads import extending, registration, settings, tasks, threads
from tests.handlers.rights.deed import Deed
from tests.handlers.rights.office import (
    BOUND,
    CHIEF,
    CLUB,
    ELSEWHERE,
    FORMER,
    LIMITED,
    OTHER,
    OUTSIDE,
    QUESTION,
    ROLES,
    SCHOOL,
    SECRET,
    STAFF,
    STRANGER,
    UNASKED,
    Office,
    Outcome,
)

_RANK = list(Right)
# Of a link that is made there is no other.
_TOKEN = re.compile(r"(?<=start=)\S+")
_STRANGERS = (STRANGER, FORMER, UNASKED)
# What somebody hears who has the right, about what is not theirs.
_NOT_THEIRS = {
    common.NOT_YOURS,
    common.OUTDATED,
    common.OUTDATED_AT_DESK,
    common.NOT_OFFERED,
    common.NO_ROUND,
    audiences.GONE,
    audiences.NOBODY,
    audiences.OUTSIDE,
    broadcast.BEYOND,
    broadcast.NOT_A_RECIPIENT,
    broadcast.SPECIMEN,
    approving.AUTHOR_GONE,
    approving.DECIDED,
    composing.GONE,
    composing.NOT_NOW,
    source.not_theirs().text,
    approving.OWN,
    approving.OWN_WORDS,
    department.NOT_WITHIN,
    directives.GONE,
    directives.BEYOND,
    links.over().text,
    links.DECIDED,
    links.GONE,
    people.NO_SUCH,
    registrations.ALREADY_DECIDED,
    staff.NO_MEMBER,
    # A territory that a chief has nothing to do with.
    "Больше не выбрать: north. Снимите, пожалуйста, эти отметки.",
    questions.GONE,
    questions.OF_OTHERS,
    questions.BEYOND,
    questions.TOPIC_OUTSIDE,
    reports.NO_ROUNDS,
    department.may_not().text,
    department.not_within().text,
    approving.already_decided(0).text,
    approving.withdrawn().text,
    panel.astray().text,
    common.closed().text,
    placing.late().text,
    registration.bad_invitation().text,
    registration.DECIDED,
    settings.NOT_SEATED,
    tasks.unseated().text,
    threads.finished().text,
    threads.gone().text,
    extending.outdated().text,
    no_longer_staff().text,
}
# What is done to a question is done to all who were asked.
_OF_THE_WHOLE = {button.__prefix__ for button in (Reword, CloseQuestion, TakeBack)}
# Screens of a registration name organizations to whoever registers.
NAMED = ("registration", "callbacks ro", "callbacks rg", "callbacks rr", "callbacks rt")
# What those people must never read.
_UNHEARD_OF = {
    OUTSIDE: (SCHOOL, SECRET, CLUB, QUESTION),
    CHIEF: (SCHOOL, SECRET, CLUB, QUESTION),
    ELSEWHERE: (CLUB, QUESTION),
    OTHER: (SCHOOL, SECRET),
    STRANGER: (SCHOOL, SECRET, QUESTION),
    FORMER: (SCHOOL, SECRET, QUESTION),
}


async def fault(office: Office, deed: Deed, person_id: int) -> str:
    """What has gone wrong when the person did it; empty: it went as it must."""
    talk = deed.talk_of(person_id) if person_id != STRANGER else None
    how: dict[str, Any] = {"consent": deed.consent, "turn": deed.turn, "blocked": deed.blocked}
    outcome = await office.take(person_id, deed.update(person_id), talk, **how)
    wrong = _wrong(replace(deed, talk=talk), person_id, outcome)
    if wrong:
        return f"{deed.name} by {person_id}: {wrong}: {outcome.said}"
    limited = person_id in LIMITED and deed.right not in (Right.AGREED, Right.ADMIN) and not deed.is_by_link
    # A word of a refusal has no number in it.
    if office.without is None or not limited or not (outcome.touched or _screens(outcome.said)):
        return ""
    without = await office.without.take(person_id, deed.update(person_id), talk, **how)
    told, expected = heard(outcome), heard(without)
    if told == expected:
        return ""
    return f"{deed.name} by {person_id}: learns of what is beyond the limits: {told}, without it: {expected}"


def heard(outcome: Outcome) -> tuple[int, list[str]]:
    """All that the person can read, and how much was done; what buttons name grows with what is there.

    But for what is offered to whoever may do it to all who were asked: by its absence one sees that they are more.
    """
    buttons = [each for screen in _screens(outcome.said) for row in screen.rows for each in row]
    shown = [each.text for each in buttons if each.data.partition(":")[0] not in _OF_THE_WHOLE]
    toasts = [each.text for each in outcome.said if isinstance(each, Toast)]
    texts = [_TOKEN.sub("", screen.text) for screen in _screens(outcome.said)]
    return outcome.touched, [*toasts, *texts, *shown]


def _wrong(deed: Deed, person_id: int, outcome: Outcome) -> str:
    has = _RANK.index(ROLES[person_id]) >= _RANK.index(deed.right)
    if not has:
        return _refused(deed, person_id, outcome)
    told = _leak(deed, person_id, outcome.said)
    if told:
        return f"is told of {told}"
    beyond = _beyond(deed, person_id, outcome)
    if beyond:
        return beyond
    theirs = deed.whose is None or person_id in deed.whose
    if deed.silent and deed.whose is not None and not not_theirs(outcome.said):
        if bool(outcome.said) != theirs:
            return "is heard out of turn"
        return "" if theirs else _left_as_it_was(deed, outcome)
    words = not_theirs(outcome.said)
    if theirs:
        if deed.whose is not None and words:
            return "is refused what is theirs"
        return "is refused in spite of the right" if words & {common.NOT_YOURS, no_longer_staff().text} else ""
    if person_id in deed.kept:
        return _not_asked(deed, outcome)
    if not words:
        return "is let in to what is not theirs"
    return _left_as_it_was(deed, outcome)


def _beyond(deed: Deed, person_id: int, outcome: Outcome) -> str:
    """What was done that reaches beyond somebody's limits."""
    if deed.spared & outcome.written_to:
        return f"writes to {sorted(deed.spared & outcome.written_to)}"
    strangers = {OUTSIDE, BOUND, CHIEF}
    if deed.whose is not None and not deed.whose & strangers and outcome.written_to & (strangers - {person_id}):
        return f"writes to {sorted(outcome.written_to)} of what is not theirs"
    limits = STAFF[person_id][1] if person_id in STAFF else Limits()
    beyond = [audience for audience in outcome.chosen if audience != audience.within(limits)]
    if beyond:
        return f"has chosen {beyond}"
    given = [each for each in outcome.given if not limits.include(each)]
    return f"has given a role with {given}" if given else ""


def _refused(deed: Deed, person_id: int, outcome: Outcome) -> str:
    """Nothing is done, and exactly one thing is said."""
    if deed.silent and (deed.group or person_id not in _STRANGERS):
        expected: Saying | Screen | None = None
    elif deed.press is not None:
        expected = Toast("1", common.NOT_YOURS, alert=True)
    elif person_id in _STRANGERS:
        expected = tasks.stranger()
    else:
        expected = deed.refused or no_longer_staff()
    # Heads have their words beneath whatever has no buttons.
    said = [replace(each.screen, keyboard=None) if isinstance(each, Send) else each for each in outcome.said]
    if person_id in deed.kept:
        return _not_asked(deed, outcome)
    if said != ([] if expected is None else [expected]):
        return "does not hear that it is not theirs to do"
    # Who has agreed to nothing is not even noticed.
    return _left_as_it_was(replace(deed, ends=deed.ends and person_id not in _STRANGERS), outcome)


def _not_asked(deed: Deed, outcome: Outcome) -> str:
    asked = [screen.text.split("\n")[0] for screen in _screens(outcome.said)]
    return "" if asked == [deed.kept_with] else "is not asked where it belongs"


def _left_as_it_was(deed: Deed, outcome: Outcome) -> str:
    """Nothing has changed but whether something is waited for in the person's own chat."""
    moved = outcome.dialogue != (deed.talk or Dialogue())
    if outcome.touched > int(moved) + deed.touches:
        return f"has changed {outcome.touched} rows"
    return "has lost the conversation" if moved and not deed.ends else ""


def _screens(said: list[Saying]) -> list[Screen]:
    return [each.screen for each in said if isinstance(each, Send | Edit)]


def _words(said: list[Saying]) -> set[str]:
    return {each.text for each in said if isinstance(each, Toast)} | {each.text for each in _screens(said)}


def not_theirs(said: list[Saying]) -> set[str]:
    words = _words(said)
    return words & _NOT_THEIRS | {text for text in words if questions.GONE in text}


def _leak(deed: Deed, person_id: int, said: list[Saying]) -> str:
    if deed.name.startswith(NAMED):
        return ""
    shown = [each.text for screen in _screens(said) for row in screen.rows for each in row]
    for text in (*_words(said), *shown):
        for word in (*_UNHEARD_OF.get(person_id, ()), *deed.hidden.get(person_id, ())):
            if word in text:
                return word
    return ""
