"""What the board knows, as neutral JSON; the words and signs of standings are those of all reports.

The block `board` has lists, in which everything else is named by its place:

- organizations: [label, official name or "", [types]], and its territory where there are several
- sections: a directive with its fields, [heading, kind, whether it has a total], and the group that it belongs to
- columns: a request; `cells` has a letter for each organization: its look, or a dot if it was not asked; `told` says
  beside whose answers something stands
- looks: how a cell looks, and what it counts as
- people: who has answered

A block `answers-N` has the answers to the Nth column by organization: {"due", "extended", "late", "seen", "comment",
"versions", "beside"}, each only where there is something to tell. A version is [when, who, values in the order of the
fields, why it is not theirs], newest first; a thing beside is [when, who, text, name of a file].
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.brevity import told_apart
from bot.domain.desk.sources import Group
from bot.domain.fields.field import Field
from bot.domain.fields.kinds import rules
from bot.domain.ledger.obligation import Remark, Reply, Round
from bot.domain.ledger.report import Debtor, Line, Outcome
from bot.domain.ledger.standing import Standing
from bot.domain.text import clean
from bot.reports import words
from bot.reports.job import Job
from bot.reports.level import Level
from bot.reports.local import Local
from bot.reports.sections import Section
from bot.views.reports import BOARD_OF_TERRITORIES
from bot.views.sources import heading
from bot.views.standing import WORDS
from bot.views.values import value_text
from bot.views.words import percent

_LETTERS = digits + ascii_lowercase + ascii_uppercase
_NOT_ASKED = "."
# Rules of rounding change at whole or half percents, if anywhere: so many shares show them all.
_SHARES = 400
# What makes a cell worth a look besides its answer.
_TOLD = {"comment", "beside"}
# Letters of a button on a phone.
_GROUP = 44
_GROUPS = ("Поручения организациям", "Поручения управлению", "Разовые вопросы")


@dataclass(slots=True)
class Column:
    """A request that is being read."""

    number: int
    round: Round
    content: "Content"
    cells: list[str]
    answers: dict[int, dict[str, Any]] = field(default_factory=dict)

    def add(self, place: int, line: Line, earlier: Sequence[Reply], beside: Sequence[Remark]) -> None:
        """Takes the answer of the organization of that place."""
        self.cells[place] = _LETTERS[self.content.look(self.round, line)]
        answer = self.content.answer(self.round, line, earlier, beside)
        if answer:
            self.answers[place] = answer


class Content:
    """Gathers what stands in the file once, while requests go by."""

    def __init__(
        self,
        job: Job,
        debtors: Sequence[Debtor],
        local: Local,
        level: Level | None = None,
        territories: Sequence[str] = (),
    ) -> None:
        self._job, self._local, self._level, self._homes = job, local, level, territories
        self._debtors = debtors
        self._types, self._topics, self._people, self._groups = _Places(), _Places(), _Places(), _Places()
        if not job.letterhead.sources:
            for group in _GROUPS:
                self._groups.of(group)
        self._looks: dict[tuple[Standing, Outcome], int] = {}
        self._states = _states()
        self._described: list[dict[str, Any]] = []
        self._sections: list[dict[str, Any]] = []
        self._columns: list[dict[str, Any]] = []
        self._fields: Sequence[Field] = ()

    def begin(self, section: Section) -> None:
        """The requests that follow are this directive's."""
        directive, letterhead = section.directive, self._job.letterhead
        self._fields = section.fields
        self._sections.append(
            {
                "number": section.number,
                "title": clean(directive.title),
                "text": clean(directive.text or directive.prompt),
                "topic": self._topics.of(letterhead.topics.get(directive.topic, directive.topic)),
                # A question of the department's own is no directive, and has no number.
                "group": self._groups.of(self._group(section)),
                "fields": [[clean(words.heading(asked)), _kind(asked), asked.total] for asked in section.fields],
            }
        )

    def _group(self, section: Section) -> str:
        if section.is_question:
            return _GROUPS[2]
        if self._job.letterhead.sources:
            return clean(heading(Group(section.source)))
        return _GROUPS[section.is_own(self._job.letterhead.staff_types)]

    def column(self, round_: Round) -> Column:
        """A request whose rows are to be added."""
        return Column(len(self._columns), round_, self, [_NOT_ASKED] * len(self._debtors))

    def end(self, column: Column) -> dict[int, dict[str, Any]]:
        """Keeps what the whole board shows of the request; returns its answers."""
        self._columns.append(
            {
                "section": len(self._sections) - 1,
                "period": clean(column.round.title),
                "due": self._local.due(column.round).isoformat(),
                "cells": "".join(column.cells),
                "told": [place for place, answer in column.answers.items() if answer.keys() & _TOLD],
            }
        )
        return column.answers

    def board(self) -> dict[str, Any]:
        """The block that is read first."""
        organizations = [
            [debtor.label, "" if debtor.name == debtor.label else debtor.name, self._types_of(debtor)]
            for debtor in self._debtors
        ]
        return self._territories(organizations) | {
            "period": words.covered(self._job),
            "made": words.made_on(self._job) + (f"; {words.LOCAL}" if self._local.is_mixed else ""),
            "organizations": organizations,
            "types": self._types.all,
            "topics": self._topics.all,
            "groups": told_apart(self._groups.all, _GROUP),
            "sections": self._sections,
            "columns": self._columns,
            "looks": self._described,
            "letters": _LETTERS,
            "states": self._states,
            "people": self._people.all,
            "percents": [percent(Fraction(share, _SHARES)) for share in range(_SHARES + 1)],
        }

    def _territories(self, organizations: list[list[Any]]) -> dict[str, Any]:
        """What a board of several territories has besides; each organization gets the place of its own."""
        if self._level is None:
            return {}
        places = {territory: place for place, territory in enumerate(self._level.ids)}
        for organization, home in zip(organizations, self._homes, strict=True):
            organization.append(places[home])
        return {"title": BOARD_OF_TERRITORIES, "territories": [self._level.short(id) for id in self._level.ids]}

    def look(self, round_: Round, line: Line) -> int:
        """The place of how the row looks and counts."""
        standing, outcome = line.standing(round_, self._job.now), line.outcome(self._job.now)
        key = (standing, outcome)
        if key not in self._looks:
            self._looks[key] = len(self._described)
            sign = words.SIGNS[standing]
            state = [state["sign"] for state in self._states].index(sign)
            self._described.append(
                {"kind": standing, "sign": sign, "word": WORDS[standing], "state": state, "outcome": outcome}
            )
        return self._looks[key]

    def answer(self, round_: Round, line: Line, earlier: Sequence[Reply], beside: Sequence[Remark]) -> dict[str, Any]:
        """What is behind a cell; empty if its look says it all."""
        zone = self._local.zone(round_, line)
        versions = [self._version(line, zone)] if line.at else []
        due, is_extended = line.due_at.astimezone(zone).date(), line.due_at != (line.own_due or round_.due_at)
        told = {
            "due": words.short_day(due) if is_extended or due != self._local.due(round_) else "",
            "extended": is_extended,
            "late": line.was_late,
            "seen": words.moment(line.seen_at, zone) if line.seen_at else "",
            "comment": clean(line.comment or ""),
            "versions": versions + [self._version(_as_it_was(line, reply), zone) for reply in earlier],
            "beside": [
                [
                    words.moment(remark.at, zone),
                    self._people.of(clean(remark.by_name or "")),
                    clean(remark.text or ""),
                    # A photo has no name.
                    clean(remark.file_name or "фото") if remark.file_id else "",
                ]
                for remark in beside
            ],
        }
        return {key: value for key, value in told.items() if value}

    def _version(self, line: Line, zone: ZoneInfo) -> list[Any]:
        assert line.at is not None
        who = self._people.of(clean(words.author(line)))
        if line.not_ours is not None:
            return [words.moment(line.at, zone), who, [], clean(line.not_ours)]
        values = [_value(asked, (line.values or {}).get(asked.id)) for asked in self._fields]
        while values and values[-1] is None:
            values.pop()
        return [words.moment(line.at, zone), who, values]

    def _types_of(self, debtor: Debtor) -> list[int]:
        """Types that its reader has to do with: of others not even the name is in the file."""
        seen = debtor.types & self._job.order.limits.types if self._job.order.limits.types else debtor.types
        titles = self._job.letterhead.types
        return [self._types.of(titles.get(type_, type_)) for type_ in sorted(seen)]


class _Places:
    """A list in which each text stands once."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    def of(self, text: str) -> int:
        """The place of the text."""
        return self._places.setdefault(text, len(self._places))

    @property
    def all(self) -> list[str]:
        """The texts in the order of their places."""
        return list(self._places)


def _as_it_was(line: Line, reply: Reply) -> Line:
    """The row when that version was the newest."""
    return replace(
        line,
        at=reply.at,
        by_name=reply.by_name,
        values=reply.values,
        not_ours=reply.not_ours,
        entered=reply.entered,
    )


def _states() -> list[dict[str, str]]:
    """What cells are filtered by, the worst first: standings with one sign are one state."""
    legend = {words.SIGNS[standing]: text for standing, text in words.LEGEND}
    kinds = {words.SIGNS[standing]: standing for standing in reversed(words.WORST_FIRST)}
    signs = list(dict.fromkeys(words.SIGNS[standing] for standing in words.WORST_FIRST))
    return [{"sign": sign, "kind": kinds[sign], "word": legend.get(sign, WORDS[kinds[sign]])} for sign in signs]


def _kind(asked: Field) -> str:
    if rules(asked.kind).is_numeric:
        return "number"
    return "options" if rules(asked.kind).options(asked) else "other"


def _value(asked: Field, value: Any) -> str | list[str] | None:
    if value is None:
        return None
    if rules(asked.kind).options(asked) and isinstance(value, list):
        # Options are counted one by one.
        return [clean(str(option)) for option in value]
    return value_text(asked, value)
