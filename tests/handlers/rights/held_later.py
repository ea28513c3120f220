"""Whose the things of the district are, months later: who may hear of each, touch it, and be written to about it.

The second telling of the rules, from the rows themselves: what the department's limits say is held against this one.
"""

import json
import re
import zipfile
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Literal

import sqlalchemy as sa

from bot.domain.desk.announcement import AnnouncementState
from bot.domain.desk.audience import Audience
from bot.domain.people.member import Limits, SeatState, StaffRole
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.ledger import directives
from tests.handlers.rights.cast import (
    STAFF,
    TERRITORIES,
    TYPES,
    UNASKED,
)
from tests.handlers.rights.office import ADMIN, STRANGER

_WORD = re.compile(r"[A-Z]qx\d{3}")
_ROW = Mapping[str, Any]
# Where organizations are named to whoever registers; and where of what is announced to many the part of some is told.
Told = Literal["", "registration", "report"]
# Whoever does something leaves traces there.
_TRACES = {"audit", "inbox", "meta", "unheard", "letters"}
# By which a row belongs to an obligation, an announcement, a thread.
_OF_OBLIGATION = {"obligations", "replies", "remarks", "extensions", "askings", "messages", "drafts"}
_OF_ANNOUNCEMENT = {"announcements", "recipients", "destinations", "addressees"}
_OF_THREAD = {"threads", "notes", "thread_messages"}

# What organizations are called says which words they are found by.
WATCHED = {name: table for name, table in t.metadata.tables.items() if table is not t.organization_words}


@dataclass
class Facts:
    """The district as it stands. `rows`: by table and SQLite's number of the row, as it is kept."""

    rows: dict[str, dict[int, _ROW]] = field(default_factory=dict)
    # Of organizations now; and of what they were once asked or told also what they were then.
    types: dict[int, frozenset[str]] = field(default_factory=dict)
    then: dict[int, frozenset[str]] = field(default_factory=dict)
    # Their territories, in the same way.
    territories: dict[int, str] = field(default_factory=dict)
    territories_then: dict[int, str] = field(default_factory=dict)
    # Who sits where, and who has ever asked to.
    seated: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    ever: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    directives: dict[int, Any] = field(default_factory=dict)
    asked: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    went_to: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    recipients: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))


async def facts_of(tx: Tx) -> Facts:
    """Reads them."""
    facts = Facts()
    for name in WATCHED:
        rows = (await tx.connection.exec_driver_sql(f"SELECT rowid AS row_number, * FROM {name}")).mappings().all()
        facts.rows[name] = {row["row_number"]: dict(row) for row in rows}
    for organization_id in (await tx.execute(sa.select(t.organizations.c.id))).scalars().all():
        of = sa.select(t.organization_types.c.type).where(t.organization_types.c.organization_id == organization_id)
        facts.types[organization_id] = frozenset((await tx.execute(of)).scalars())
        (row,) = (each for each in facts.rows["organizations"].values() if each["id"] == organization_id)
        code = row["code"]
        facts.territories[organization_id] = row["territory"]
        facts.territories_then[organization_id] = TERRITORIES.get(code, "")
        facts.then[organization_id] = frozenset(TYPES.get(code, ()))
    for row in facts.rows["seats"].values():
        facts.ever[row["person_id"]].add(row["organization_id"])
        if row["state"] == SeatState.SEATED:
            facts.seated[row["person_id"]].add(row["organization_id"])
    for row in facts.rows["invitations"].values():
        if row["used_by"] is not None:
            facts.ever[row["used_by"]].add(row["organization_id"])
    bodies = {id: directives.restore(row["body"]) for id, row in facts.rows["directive_versions"].items()}
    facts.directives = {id: bodies[row["directive_version_id"]] for id, row in facts.rows["rounds"].items()}
    for row in facts.rows["obligations"].values():
        facts.asked[row["round_id"]].add(row["organization_id"])
    for row in facts.rows["destinations"].values():
        facts.went_to[row["announcement_id"]].add(row["organization_id"])
    for row in facts.rows["recipients"].values():
        facts.recipients[row["announcement_id"]].add(row["person_id"])
        if row["organization_id"] is not None:
            facts.went_to[row["announcement_id"]].add(row["organization_id"])
    return facts


class Held:
    """Judges what a person hears and does."""

    def __init__(self, facts: Facts, words: Mapping[str, tuple[str, Any]], places: Mapping[str, int]) -> None:
        self.facts = facts
        self._words = words
        self._places = places

    # --- the limits ---

    def curates(self, person_id: int) -> Limits | None:
        """The limits of somebody who may ask, announce and review; None: they may not."""
        role, limits = STAFF.get(person_id, (StaffRole.VIEWER, Limits()))
        return limits if role is not StaffRole.VIEWER else None

    def covers_round(self, limits: Limits, round_id: int) -> bool:
        """Whether the round asks some organization within the limits, about one of their topics."""
        directive = self.facts.directives.get(round_id)
        if directive is None or (limits.topics and directive.topic and directive.topic not in limits.topics):
            return False
        # No part of an audience here names a territory: each may ask somebody there.
        chosen = any(not limits.types or part.type in limits.types for part in directive.audience)
        asked = any(self.covers_ever(limits, place) for place in self.facts.asked[round_id])
        return not limits.are_of_places or chosen or asked

    def covers_obligation(self, limits: Limits, obligation_id: int) -> bool:
        """Whether it is of such a round and such an organization."""
        row = self.facts.rows["obligations"].get(obligation_id)
        if row is None:
            return False
        return self.covers_round(limits, row["round_id"]) and self.covers_ever(limits, row["organization_id"])

    def covers_ever(self, limits: Limits, place: int) -> bool:
        """Whether an organization is within the limits, or was when it was asked."""
        where = {self.facts.territories[place], self.facts.territories_then[place]}
        near = not limits.territories or not limits.territories.isdisjoint(where)
        return near and limits.covers_types(self.facts.types[place] | self.facts.then[place])

    def _covers(self, limits: Limits, place: int, *, then: bool = False) -> bool:
        """Whether an organization is within the limits, or was then."""
        types = (self.facts.then if then else self.facts.types).get(place, frozenset())
        where = (self.facts.territories_then if then else self.facts.territories).get(place, "")
        return limits.covers_types(types) and (not limits.territories or where in limits.territories)

    def covers_thread(self, limits: Limits, thread_id: int) -> bool:
        """Whether its organization is within the limits, and what it is about."""
        row = self.facts.rows["threads"].get(thread_id)
        if row is None:
            return False
        place, about = row["organization_id"], row["obligation_id"]
        mine = not limits.are_of_places or (place is not None and self.covers_ever(limits, place))
        return mine and (about is None or self.covers_round(limits, self.facts.rows["obligations"][about]["round_id"]))

    def covers_announcement(self, limits: Limits, announcement_id: int, *, submitted: bool = False) -> bool:
        """Whether all to whom it went, or is to go, are within the limits; a draft is nobody's but its author's, until
        it is `submitted`."""
        row = self.facts.rows["announcements"].get(announcement_id)
        if row is None or (row["state"] == AnnouncementState.DRAFT and not submitted):
            return False
        whom, sent = self._whom(announcement_id, row), row["started_at"] is not None
        return not limits.are_of_places or (
            bool(whom) and all(self._covers(limits, place, then=sent) for place in whom)
        )

    def spoken_of(self, limits: Limits) -> set[int]:
        """Those whose silent ones, or whom they have not reached, the announcements within the limits are for."""
        rows = self.facts.rows["announcements"].items()
        meant = [Audience.load(json.loads(row["audience"])) for id, row in rows if self.covers_announcement(limits, id)]
        return {about for audience in meant if (about := audience.unacknowledged or audience.unreached)}

    def _whom(self, announcement_id: int, row: _ROW) -> set[int]:
        if row["started_at"] is not None:
            return self.facts.went_to[announcement_id]
        # It goes no further than its author's limits, and to whoever is in the roster.
        bounds = STAFF[row["by_id"]][1] if row["by_id"] in STAFF else Limits()
        active = {id for id, place in self.facts.rows["organizations"].items() if place["active"]}
        addressed = self._addressed(Audience.load(json.loads(row["audience"])))
        return {place for place in addressed & active if self._covers(bounds, place)}

    def _addressed(self, audience: Audience) -> set[int]:
        if audience.unanswered is not None:
            return self.facts.asked[audience.unanswered]
        if audience.is_of_its_moment:
            return self.facts.went_to[audience.unacknowledged or audience.unreached or 0]
        if audience.everyone or (audience.tags and not audience.types):
            meant = set(self.facts.types)
        else:
            meant = {place for place, of in self.facts.types.items() if of & set(audience.types)}
        where = Limits(territories=frozenset(audience.territories))
        return {place for place in meant if self._covers(where, place)} | set(audience.organizations)

    # --- what somebody may hear of ---

    def leaks(self, person_id: int, *said: object, of: Told = "", submitted: Collection[int] = ()) -> list[str]:
        """What the person hears of that they may not; `submitted`: drafts that have been sent to be agreed to since."""
        words = {word for each in said for text in texts_of(each) for word in _WORD.findall(text)}
        return [
            f"{word} ({self._words[word]})"
            for word in sorted(words)
            if word in self._words and not self.may_hear(person_id, word, of=of, submitted=submitted)
        ]

    def may_hear(self, person_id: int, word: str, *, of: Told = "", submitted: Collection[int] = ()) -> bool:
        """Whether the person may hear of the thing whose word it is."""
        kind, id = self._words[word]
        limits = STAFF[person_id][1] if person_id in STAFF else None
        curates = self.curates(person_id)
        match kind:
            case "organization":
                return self._may_hear_of_place(person_id, self._places[id], limits, of=of)
            case "person":
                return id == person_id or self._may_hear_of_person(person_id, id, limits)
            case "announcement":
                return self._may_hear_of_announcement(person_id, id, limits, of=of, submitted=id in submitted)
            case "draft":
                return bool(id == person_id)
            case "template":
                return curates is not None
            case "question":
                return self._may_hear_of_round(person_id, word, limits)
            case "answer" | "comment" | "extension" | "remark":
                mine = self.facts.rows["obligations"][id]["organization_id"] in self.facts.seated[person_id]
                return mine or (limits is not None and self.covers_obligation(limits, id))
            case "unsent":
                return bool(id[0] == person_id)
            case "note":
                own = self.facts.rows["threads"].get(id, {}).get("person_id") == person_id
                return own or (curates is not None and self.covers_thread(curates, id))
            case _:
                raise AssertionError(kind)

    def _may_hear_of_place(self, person_id: int, place: int, limits: Limits | None, *, of: Told) -> bool:
        if person_id in (STRANGER, UNASKED):
            return False
        seen = limits is None or self.covers_ever(limits, place)
        return of == "registration" or seen or place in self.facts.ever[person_id] | self._own_places(person_id)

    def _may_hear_of_announcement(
        self, person_id: int, id: int, limits: Limits | None, *, of: Told, submitted: bool
    ) -> bool:
        row = self.facts.rows["announcements"].get(id)
        if row is None:
            return False
        if row["by_id"] == person_id or person_id in self.facts.recipients[id]:
            return True
        if of == "report" and limits is not None and row["started_at"] is not None:
            # A report tells what came to somebody's organizations of whatever was announced, to others too.
            return any(self.covers_ever(limits, place) for place in self.facts.went_to[id])
        curates = self.curates(person_id)
        return curates is not None and self.covers_announcement(curates, id, submitted=submitted)

    def _may_hear_of_person(self, person_id: int, other: int, limits: Limits | None) -> bool:
        places = self.facts.ever[other]
        if limits is None:
            return bool(places & self.facts.seated[person_id])
        theirs = not limits.are_of_places or any(self.covers_ever(limits, place) for place in places)
        got = any(other in self.facts.recipients[id] for id in self._own_announcements(person_id))
        return theirs or got or bool(places & self.facts.seated[person_id])

    def _may_hear_of_round(self, person_id: int, word: str, limits: Limits | None) -> bool:
        (round_id,) = (id for id, directive in self.facts.directives.items() if word in directive.prompt)
        asked = self.facts.asked[round_id] & self.facts.seated[person_id]
        return bool(asked) or (limits is not None and self.covers_round(limits, round_id))

    def _own_announcements(self, person_id: int) -> list[int]:
        return [id for id, row in self.facts.rows["announcements"].items() if row["by_id"] == person_id]

    def _own_places(self, person_id: int) -> set[int]:
        """Where what the person has sent went: it stays its author's."""
        return {place for id in self._own_announcements(person_id) for place in self.facts.went_to[id]}

    # --- what somebody may touch ---

    async def touched(self, tx: Tx, person_id: int) -> list[str]:
        """What the person has changed that they may not."""
        noted = (await tx.connection.exec_driver_sql("SELECT DISTINCT name, row FROM touched")).all()
        wrong = []
        for row in noted:
            name, number = row.name, row.row
            query = f"SELECT rowid AS row_number, * FROM {name} WHERE rowid = {number}"
            found = (await tx.connection.exec_driver_sql(query)).mappings().first()
            after = None if found is None else dict(found)
            before = self.facts.rows[name].get(number)
            if not self._may_touch(person_id, name, before, after):
                wrong.append(f"{name} {number}: {_differs(before, after)}")
        return wrong

    def _may_touch(self, person_id: int, name: str, before: _ROW | None, after: _ROW | None) -> bool:
        if name in _TRACES or person_id == ADMIN or (before is None and after is None):
            return True
        if before is not None and after is not None and _forgets(before, after, person_id):
            return True
        if before is None and after is not None:
            return self._may(person_id, name, after, is_new=True)
        # What it was says whose it is; and what was somebody's own does not become another's matter.
        assert before is not None
        return self._may(person_id, name, before, is_new=False)

    def _may(self, person_id: int, name: str, row: _ROW, *, is_new: bool) -> bool:
        if person_id in (row.get("person_id"), row.get("chat_id"), row["id"] if name == "people" else None):
            return True
        if name in _OF_OBLIGATION:
            return self._may_with_obligation(person_id, name, row, is_new=is_new)
        if name in _OF_ANNOUNCEMENT:
            return self._may_with_announcement(person_id, name, row)
        if name in _OF_THREAD:
            return self._may_with_thread(person_id, row["id"] if name == "threads" else row["thread_id"])
        curates = self.curates(person_id)
        match name:
            case "rounds":
                return curates is not None and (is_new or self.covers_round(curates, row["id"]))
            case "directive_versions":
                return curates is not None
            case "questions":
                return row["by_id"] == person_id or (curates is not None and bool(row["template"]))
            case "organizations" | "organization_types":
                return is_new or self._manages(person_id, row.get("organization_id", row.get("id", 0)))
            case "staff" | "staff_invitations":
                limits = Limits.load(json.loads(row["limits"]))
                return self._manages(person_id) and STAFF[person_id][1].include(limits)
            case "invitations":
                own = row["used_by"] == person_id or row["by_id"] == person_id
                return own or (curates is not None and self._covers_place(curates, row))
            case "seats":
                # Whoever confirms that somebody takes another's place by a link.
                confirms = curates is not None and self._is_waited_for(row) and self._covers_place(curates, row)
                return confirms or self._manages(person_id, row["organization_id"])
            case _:
                return False

    def _may_with_obligation(self, person_id: int, name: str, row: _ROW, *, is_new: bool) -> bool:
        id = row["id"] if name == "obligations" else row["obligation_id"]
        place = row["organization_id"] if name == "obligations" else self._place_of(id)
        curates = self.curates(person_id)
        if place in self.facts.seated[person_id]:
            return True
        if curates is None:
            return False
        if name == "obligations" and is_new:
            return self._covers(curates, place or 0)
        return self.covers_obligation(curates, id) or id not in self.facts.rows["obligations"]

    def _may_with_announcement(self, person_id: int, name: str, row: _ROW) -> bool:
        id = row["id"] if name == "announcements" else row["announcement_id"]
        known = self.facts.rows["announcements"].get(id)
        if known is None or known["by_id"] == person_id:
            return True
        mine = name != "announcements" and row.get("organization_id") in self.facts.seated[person_id]
        curates = self.curates(person_id)
        return mine or (curates is not None and self.covers_announcement(curates, id))

    def _may_with_thread(self, person_id: int, id: int) -> bool:
        known, curates = self.facts.rows["threads"].get(id), self.curates(person_id)
        if known is None or known["person_id"] == person_id:
            return True
        return curates is not None and self.covers_thread(curates, id)

    def _covers_place(self, limits: Limits, row: _ROW) -> bool:
        return self._covers(limits, row["organization_id"])

    def _manages(self, person_id: int, place: int | None = None) -> bool:
        """Whether the person seats people and gives roles, at that organization if one is given."""
        role, limits = STAFF.get(person_id, (StaffRole.VIEWER, Limits()))
        chief = role is StaffRole.ADMIN and limits.are_of_territories
        return chief and (place is None or self._covers(limits, place))

    def _is_waited_for(self, row: _ROW) -> bool:
        return any(
            link["organization_id"] == row["organization_id"] and link["used_by"] and not link["given_at"]
            for link in self.facts.rows["invitations"].values()
        )

    def _place_of(self, obligation_id: int) -> int | None:
        row = self.facts.rows["obligations"].get(obligation_id)
        return None if row is None else row["organization_id"]

    # --- whom somebody may have written to ---

    def may_write_to(self, person_id: int, reader_id: int) -> bool:
        """Whether what the person does may bring the other a letter."""
        if reader_id == person_id or reader_id in STAFF:
            return True
        curates = self.curates(person_id)
        theirs = self.facts.seated[reader_id] | {
            row["organization_id"] for row in self.facts.rows["threads"].values() if row["person_id"] == reader_id
        }
        if curates is None:
            return bool(theirs & self.facts.seated[person_id])
        # Who waits for a place, by a link or not, hears what becomes of it.
        links, seats = self.facts.rows["invitations"].values(), self.facts.rows["seats"].values()
        theirs |= {link["organization_id"] for link in links if link["used_by"] == reader_id}
        waits = [seat for seat in seats if seat["person_id"] == reader_id and seat["state"] == SeatState.WAITING]
        theirs |= {seat["organization_id"] for seat in waits}
        own = any(reader_id in self.facts.recipients[id] for id in self._own_announcements(person_id))
        places = {place for place in theirs if place is not None}
        return own or not curates.are_of_places or any(self.covers_ever(curates, place) for place in places)


def texts_of(said: object) -> Iterable[str]:
    """All that can be read of it; of a file what is inside."""
    if isinstance(said, bytes):
        if said.startswith(b"PK"):
            with zipfile.ZipFile(BytesIO(said)) as archive:
                for name in archive.namelist():
                    yield archive.read(name).decode(errors="replace")
        else:
            yield said.decode(errors="replace")
        return
    content = getattr(getattr(said, "content", None), "content", None)
    if isinstance(content, bytes):
        yield from texts_of(content)
    yield repr(said)


def _forgets(before: _ROW, after: _ROW, person_id: int) -> bool:
    """Whether nothing has changed but that the row says no more that it was this person."""
    changed = [name for name in before if before[name] != after[name]]
    return all(before[name] == person_id and not after[name] for name in changed)


def _differs(before: _ROW | None, after: _ROW | None) -> Collection[Any]:
    if before is None or after is None:
        return ["new" if before is None else "gone", {**(before or after or {})}]
    return [(name, before[name], after[name]) for name in before if before[name] != after[name]]
