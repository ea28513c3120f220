"""A letter as it is to be sent, from what holds at that moment; None: there is nothing to say any more."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from bot.domain.catalog.catalog import Catalog
from bot.domain.letter import Letter, LetterKind, Postponed, held_until
from bot.domain.screen import Rendered
from bot.letters import announcements, decisions, digest, files, leaving, own_calendar, people, requests, threads
from bot.storage.engine.database import Tx
from bot.storage.post import whereabouts

Renderer = Callable[[Tx, Letter, Catalog, datetime], Awaitable[Rendered | None]]


async def render(
    tx: Tx, letters: Sequence[Letter], catalog: Catalog, now: datetime
) -> AsyncIterator[Rendered | Postponed | None]:
    """The message that each letter is now, by the clock of whoever reads it; Postponed if it is held back."""
    readers = await _readers(tx, letters, catalog)
    late = _late(letters, readers, now)
    together = late | await _together(tx, [letter for letter in letters if letter.id not in late], readers, now)
    for letter in letters:
        if letter.id in together:
            yield together[letter.id]
            continue
        try:
            rendered = await renderer(letter.kind)(tx, letter, readers[letter.id], now)
        except Postponed as held:
            yield held
        else:
            yield rendered


async def _readers(tx: Tx, letters: Sequence[Letter], catalog: Catalog) -> dict[int, Catalog]:
    """The catalog as the reader of each letter sees it; a group reads by the department's clock."""
    if not catalog.calendar.others:
        return dict.fromkeys((letter.id for letter in letters), catalog)
    people = {letter.person_id for letter in letters if letter.chat_id is None}
    theirs = await whereabouts.calendars(tx, people, catalog.calendar)
    seen = {id(calendar): catalog.seen_from(calendar) for calendar in theirs.values()}
    return {letter.id: seen[id(theirs[letter.person_id])] if letter.chat_id is None else catalog for letter in letters}


def _late(
    letters: Sequence[Letter], readers: Mapping[int, Catalog], now: datetime
) -> dict[int, Rendered | Postponed | None]:
    """Those that have not gone in their time, and wait for the working hours of their reader."""
    late: dict[int, Rendered | Postponed | None] = {}
    for letter in letters:
        calendar = readers[letter.id].calendar
        until = held_until(letter, calendar, now) if calendar.others else None
        if until is not None:
            late[letter.id] = Postponed(until)
    return late


async def _together(
    tx: Tx, letters: Sequence[Letter], readers: Mapping[int, Catalog], now: datetime
) -> dict[int, Rendered | Postponed | None]:
    """Letters of the kinds that go to thousands are looked up together; by the letter's id."""
    copied = [letter for letter in letters if letter.kind is LetterKind.ANNOUNCEMENT]
    worded: dict[int, Rendered | Postponed | None] = dict.fromkeys(letter.id for letter in copied)
    worded |= await announcements.copies(tx, copied, now)
    asking = [letter for letter in letters if letter.kind is LetterKind.REQUESTS]
    if len(asking) > 1:
        # What is wrong with one of them is not the others' fault: each by itself shows whose it is.
        with suppress(ValueError, LookupError, TypeError, AttributeError):
            worded.update(await requests.new_each(tx, asking, readers, now))
    return worded


def renderer(kind: LetterKind) -> Renderer:  # noqa: PLR0911, PLR0912 (a line for each kind)
    """What renders letters of that kind one by one."""
    match kind:
        case LetterKind.REQUESTS:
            return requests.new
        case LetterKind.REMINDER:
            return requests.reminder
        case LetterKind.RETURNED:
            return decisions.returned
        case LetterKind.EXTENDED:
            return decisions.extended
        case LetterKind.ENTERED:
            return decisions.entered
        case LetterKind.UNSENT:
            return requests.unsent
        case LetterKind.PRESS_AGAIN:
            return requests.press_again
        case LetterKind.EXTENSION:
            return decisions.extension
        case LetterKind.MISSED:
            return decisions.missed
        case LetterKind.SEATED | LetterKind.REJECTED:
            return people.seat
        case LetterKind.REPLACED:
            return people.replaced
        case LetterKind.DELISTED:
            return leaving.delisted
        case LetterKind.RELISTED:
            return leaving.relisted
        case LetterKind.RELIEVED:
            return leaving.relieved
        case LetterKind.DESERTED:
            return leaving.deserted
        case LetterKind.REGISTRATION:
            return people.registration
        case LetterKind.UNREACHABLE:
            return people.unreachable
        case LetterKind.STAFF:
            return people.staff
        case LetterKind.SUCCESSION:
            return people.succession
        case LetterKind.LINKED:
            return people.linked
        case LetterKind.UNLINKED:
            return people.unlinked
        case LetterKind.INVITATIONS:
            return people.invitation
        case LetterKind.DIGEST:
            return digest.digest
        case LetterKind.ACKNOWLEDGE:
            return announcements.acknowledge
        case LetterKind.PREVIEW:
            return announcements.preview
        case LetterKind.CORRECTION:
            return announcements.correction
        case LetterKind.WITHDRAWAL:
            return announcements.withdrawal
        case LetterKind.PROGRESS:
            return announcements.progress
        case LetterKind.APPROVAL:
            return announcements.approval
        case LetterKind.NOTE:
            return threads.note
        case LetterKind.GROUP:
            return threads.trouble
        case LetterKind.EVIDENCE:
            return files.evidence
        case LetterKind.EXPORT:
            return files.export
        case LetterKind.REDRAWN:
            return requests.redrawn
        case LetterKind.REWORDED:
            return requests.reworded
        case LetterKind.CALENDAR:
            return own_calendar.file
        case LetterKind.ANNOUNCEMENT | LetterKind.REPORT:
            # Copies are looked up together; a report goes by a lane of its own (bot.reports.orders).
            raise ValueError(kind)
