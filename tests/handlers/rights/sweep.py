"""Whoever had a right and has it no more, and whoever has got one since, tries everything, with any ids at all.

python -m tests.handlers.rights.sweep SECONDS [SEED]
"""

import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.domain.desk.announcement import AnnouncementState
from bot.domain.letter import Export, Letter, LetterKind, Postponed, Urgency
from bot.domain.people.member import Right
from bot.domain.screen import Rendered
from bot.letters.render import render
from bot.reports import making
from bot.reports.job import Job
from bot.reports.orders import allowed, letterhead
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from tests.handlers.hostile import TRICKS
from tests.handlers.rights.cast import (
    COMPARED,
    DEMOTED,
    FORMER,
    FORMER_ADMIN,
    NARROWED,
    PEOPLE,
    STAFF,
)
from tests.handlers.rights.deed import Deed
from tests.handlers.rights.deeds import every
from tests.handlers.rights.held import heard, not_theirs
from tests.handlers.rights.held_later import Held, facts_of
from tests.handlers.rights.later import Later, later
from tests.handlers.rights.office import NOW, STRANGER, Ids

# Whose ids each of the names is given.
KINDS = {
    "organizations": ("school", "centre", "department"),
    "rounds": ("club_round", "correction_round", "by_hand_round", "round_by_outside", "missed"),
    "obligations": ("answered", "owed", "others", "of_centre", "ended"),
    "extensions": ("extension",),
    "threads": ("thread", "unasked_thread", "own_thread"),
    "notes": ("note", "unasked_note"),
    "seats": ("seat", "applied", "applied_to_centre"),
    "questions": (
        "draft", "template", "wide_template", "asked", "question_of_outside", "question_to_all", "question_of_inside",
        "by_hand",
    ),
    "announcements": (
        "announcement", "approval", "sending", "scheduled", "of_viewer", "of_outside", "of_chief", "of_chief_to_all",
        "to_all", "to_schools", "to_unanswered", "to_unacknowledged", "narrowed", "rewording",
    ),
    "invitations": ("link", "succession", "waits"),
}  # fmt: skip
# What no button of the bot's says in place of a number or a word.
_NUMBERS = [
    *["0", "-1", "1", "101", "10101", "999912", "99991231", str(2**31), str(2**53), str(2**53 + 1), str(2**63)],
    *["9" * 20, "1e3", "٣", "", "1.5", "x"],
]
_WORDS = ["", "all", "a", "q", "sent", "silent", "reach", "general", "preschool", "olympiad", "True", "1"]
# A registration names organizations to whoever registers.
_OF_REGISTRATION = {"ok", "rt", "ro", "rr", "rg"}
# What goes to the department's people about what is a matter of theirs.
_STAFF_LETTERS = (
    LetterKind.REGISTRATION, LetterKind.EXTENSION, LetterKind.MISSED, LetterKind.DIGEST, LetterKind.UNREACHABLE,
    LetterKind.PREVIEW, LetterKind.PROGRESS, LetterKind.APPROVAL, LetterKind.NOTE,
    LetterKind.EXPORT, LetterKind.DESERTED, LetterKind.STAFF,
)  # fmt: skip
# So many tries go by between two letters of long ago.
_LETTER_EVERY = 8
_OF_DEPARTMENT = (*STAFF, FORMER, *COMPARED, *COMPARED)
# Letters that one act writes are alike: so many are read.
_READ = 20


@dataclass
class Swept:
    """What was tried, and what is wrong. `figures`: by what, how often."""

    figures: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return ", ".join(f"{number} {what}" for what, number in sorted(self.figures.items()))


class Sweep:
    """Tries, as chance has it, in a district that is as it was after each try."""

    def __init__(self, district: Later, held: Held, chance: random.Random) -> None:
        self.swept = Swept()
        self._district = district
        self._held = held
        self._chance = chance
        rows = held.facts.rows
        self._pools = {kind: sorted(rows[kind]) for kind in KINDS}
        self._all_ids = [*PEOPLE, *(id for pool in self._pools.values() for id in pool)]
        self._messages = [
            *(row["message_id"] for name in ("notes", "remarks", "messages") for row in rows[name].values()),
            *range(600, 660),
        ]
        # Reports that were ordered, by whom and what; they take a second each, and are made at the end.
        self.orders: dict[str, Letter] = {}
        self._last_letter = max(rows["letters"], default=0)

    async def run(self, *, tries: int | None = None, until: float | None = None) -> Swept:
        """Tries so often, or until that moment of the monotonic clock."""
        for deed in self._deeds():
            if (tries is not None and self.swept.figures["tries"] >= tries) or (
                until is not None and time.monotonic() > until
            ):
                return self.swept
            await self.attempt(self._somebody(deed), deed)
            if self.swept.figures["tries"] % _LETTER_EVERY == 0:
                await self._letter_of_then()
        raise AssertionError

    def _somebody(self, deed: Deed) -> int:
        """Of the department, if it is the department's to do, or was; otherwise anybody."""
        of_department = (
            deed.right in (Right.VIEW, Right.CURATE, Right.MANAGE, Right.ADMIN) and self._chance.random() < 0.8
        )
        return self._chance.choice(_OF_DEPARTMENT if of_department else PEOPLE)

    async def attempt(self, person_id: int, deed: Deed) -> None:
        """Has the person do it, and looks at everything that comes of it."""
        wrong: list[str] = []
        talk = deed.talk_of(person_id) if person_id != STRANGER else None

        async def look(tx: Tx) -> None:
            wrong.extend(await self._held.touched(tx, person_id))
            wrong.extend(await self._letters(tx, person_id))

        self.swept.figures["tries"] += 1
        try:
            update = deed.update(person_id)
            outcome = await self._district.office.take(
                person_id, update, talk, consent=deed.consent, turn=deed.turn, look=look
            )
            prefix = (deed.press or "").partition(":")[0]
            registers = prefix in _OF_REGISTRATION or (talk is not None and talk.kind == "registration")
            if not _sends_answers(deed):
                # What stands in a file is known to whoever sends it.
                wrong += self._held.leaks(person_id, outcome.said, of="registration" if registers else "")
            self.swept.figures["changes"] += bool(outcome.touched)
            self.swept.figures["refusals"] += bool(not_theirs(outcome.said))
            if person_id in self._district.without and not registers and not not_theirs(outcome.said):
                without = self._district.without[person_id]
                update = deed.update(person_id)
                other = await without.take(person_id, update, talk, consent=deed.consent, turn=deed.turn)
                self.swept.figures["comparisons"] += 1
                if heard(outcome)[1] != heard(other)[1]:
                    wrong.append(f"learns of what is beyond: {heard(outcome)[1]}, without it: {heard(other)[1]}")
        except Exception as error:  # whatever breaks is a finding
            wrong.append(f"{type(error).__name__}: {error}")
        self.swept.faults += [
            f"{person_id}: {deed.name} [{deed.press or deed.content} {talk}]: {each}" for each in wrong
        ]

    async def _letters(self, tx: Tx, person_id: int) -> list[str]:
        """What is wrong with the letters that the person has had written, as they would be sent now."""
        rows = (await tx.execute(sa.select(t.letters).where(t.letters.c.id > self._last_letter))).all()
        # What its author has sent to be agreed to in this very deed is a draft no more.
        own = t.announcements.c
        waits = sa.select(own.id).where(own.by_id == person_id, own.state == AnnouncementState.APPROVAL)
        submitted = frozenset((await tx.execute(waits)).scalars())
        wrong = [
            f"writes {row.kind} to {row.person_id}"
            for row in rows
            if row.chat_id is None
            # Who takes a seat has all who sit there asked anew, for what they have not been asked yet.
            and row.kind != LetterKind.REQUESTS
            and not self._held.may_write_to(person_id, row.person_id)
        ]
        for row in rows[:_READ]:
            if row.chat_id is not None or row.kind == LetterKind.ANNOUNCEMENT:
                continue
            letter = Letter(
                row.id, LetterKind(row.kind), row.person_id, row.data, Urgency(row.urgency), 0, NOW, NOW,
                announcement_id=row.announcement_id,
            )  # fmt: skip
            if letter.kind is LetterKind.REPORT:
                self.orders[f"{letter.person_id} {letter.data}"] = letter
            else:
                wrong += await self._read(tx, letter, submitted)
        return wrong

    async def _read(self, tx: Tx, letter: Letter, submitted: Collection[int] = ()) -> list[str]:
        catalog = self._district.catalog
        self.swept.figures["letters"] += 1
        async for rendered in render(tx, [letter], catalog, NOW):
            if isinstance(rendered, Rendered):
                leaks = self._held.leaks(letter.person_id, rendered, submitted=submitted)
                about = {name: value for name, value in letter.data.items() if isinstance(value, int | str)}
                return [f"{letter.kind} {about} to {letter.person_id} tells of {each}" for each in leaks]
            assert rendered is None or isinstance(rendered, Postponed)
        return []

    async def make_reports(self, folder: Path, at_most: int) -> None:
        """Makes so many of the reports that were ordered, and reads them."""
        catalog, letters = self._district.catalog, list(self.orders.values())
        for number, letter in enumerate(self._chance.sample(letters, min(at_most, len(letters)))):
            async with self._district.storage.read() as tx:
                order = await allowed(tx, letter)
                if order is None:
                    continue
                place = folder / f"report-{number}"
                place.mkdir()
                made = await making.make(tx, Job(order, letterhead(catalog), NOW), place)
            files = [(place / name).read_bytes() for name in made.files]
            self.swept.figures["reports"] += 1
            leaks = self._held.leaks(letter.person_id, made.caption, *files, of="report")
            self.swept.faults += [f"report {letter.data} to {letter.person_id} tells of {each}" for each in leaks]

    async def _letter_of_then(self) -> None:
        """A letter that was written while its reader had the right, and is sent now."""
        chance, rows = self._chance, self._held.facts.rows
        kind = chance.choice(_STAFF_LETTERS)
        thread_id, extension_id = chance.choice(self._pools["threads"]), chance.choice(self._pools["extensions"])
        obligation_id = rows["extensions"][extension_id]["obligation_id"]
        place = rows["obligations"][obligation_id]["organization_id"]
        data = {
            "thread": thread_id,
            "notes": [id for id, row in rows["notes"].items() if row["thread_id"] == thread_id],
            "extension": extension_id,
            "obligation": obligation_id,
            "obligations": [obligation_id],
            "round": rows["obligations"][obligation_id]["round_id"],
            "organizations": [place],
            "seat": chance.choice(self._pools["seats"]),
            "person": chance.choice([id for id, places in self._held.facts.ever.items() if places]),
            "announcement": chance.choice(self._pools["announcements"]),
            "what": str(chance.choice((Export.ANNOUNCEMENT, Export.TABLE))),
            "who": chance.choice(["reach", "sent", "missed", "acknowledged", "silent"]),
            "comment": "Уточните",
        }
        reader = chance.choice((FORMER, DEMOTED, NARROWED, FORMER_ADMIN))
        letter = Letter(
            10**6, kind, reader, data, kind.urgency, 0, NOW, NOW, announcement_id=data["announcement"],
        )  # fmt: skip
        async with self._district.storage.read() as tx:
            self.swept.faults += await self._read(tx, letter)

    # --- what is tried ---

    def _deeds(self) -> Iterator[Deed]:
        while True:
            deeds = [*every(self._ids()), *self._links()]
            for deed in self._chance.sample(deeds, 60):
                yield self._forged(deed)

    def _links(self) -> Iterator[Deed]:
        for link in self._district.dead_links:
            yield Deed(f"a dead link {link[:4]}", Right.ANYBODY, content={"text": f"/start {link}"})

    def _ids(self) -> Ids:
        """Of anything of that kind; sometimes of another."""
        chosen: dict[str, Any] = {}
        for kind, names in KINDS.items():
            for name in names:
                pool = self._all_ids if self._chance.random() < 0.05 else self._pools[kind]
                chosen[name] = self._chance.choice(pool)
        return replace(self._district.ids, **chosen)

    def _forged(self, deed: Deed) -> Deed:
        """As it is, or with something in it that nobody was given."""
        if deed.press is not None and self._chance.random() < 0.3:
            return replace(deed, press=self._data(deed.press))
        if deed.press is not None and self._chance.random() < 0.03:
            return replace(deed, group=True)
        pointed = {name for name in ("message_id", "reply_to") if name in deed.content}
        if pointed and self._chance.random() < 0.8:
            return replace(deed, content=deed.content | {name: self._chance.choice(self._messages) for name in pointed})
        return deed

    def _data(self, press: str) -> str:
        prefix, *parts = press.split(":")
        if self._chance.random() < 0.05:
            return self._chance.choice(["", ":", "::::", "a" * 64, prefix, f"{press}:1", *TRICKS[:6]])
        for place in range(len(parts)):
            if self._chance.random() < 0.5:
                is_number = parts[place].isdecimal()
                some = self._chance.random() < 0.7 and is_number
                pool = [*map(str, self._all_ids)] if some else _NUMBERS if is_number else _WORDS
                parts[place] = self._chance.choice(pool)
        return ":".join([prefix, *parts])


def _sends_answers(deed: Deed) -> bool:
    document = deed.content.get("document")
    return document is not None and document.file_id == "answers"


async def sweep(
    folder: Path, seed: int, *, tries: int | None = None, seconds: float | None = None, reports: int = 0
) -> Swept:
    """Fills the district and tries; makes so many reports of those that were ordered."""
    async with later(folder) as district:
        async with district.storage.read() as tx:
            held = Held(await facts_of(tx), district.words, district.places)
        until = None if seconds is None else time.monotonic() + seconds
        trying = Sweep(district, held, random.Random(seed))
        await trying.run(tries=tries, until=until)
        await trying.make_reports(folder, reports)
        return trying.swept


def main() -> int:
    """Prints what is wrong, each once, and the figures; 1 if anything is."""
    seconds, seed = float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(10**6)
    with tempfile.TemporaryDirectory() as folder:
        swept = asyncio.run(sweep(Path(folder), seed, seconds=seconds, reports=60))
    for each in dict.fromkeys(swept.faults):
        print(each)
    print(f"seed {seed}: {swept}, {len(swept.faults)} faults")
    return 1 if swept.faults else 0


if __name__ == "__main__":
    sys.exit(main())
