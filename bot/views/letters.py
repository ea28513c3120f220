"""A letter as it is to be sent, from what holds at that moment; None: there is nothing to say any more."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime

from bot.domain.catalog.catalog import Catalog
from bot.domain.letter import Letter, LetterKind, Postponed
from bot.domain.people.member import SeatState
from bot.domain.screen import Rendered
from bot.storage.engine.database import Tx
from bot.storage.ledger import extensions as asked_for
from bot.storage.ledger import obligations, rounds
from bot.storage.people import organizations, people, seats
from bot.views import extending, form, registration, tasks
from bot.views.card import card
from bot.views.department import decided, digest, exports, journal, threads
from bot.views.department.announcements import announcement_letters
from bot.views.department.control import extensions, missed, round_table
from bot.views.department.people import invitations, registrations, staff


async def _quiet(tx: Tx, person_id: int, now: datetime) -> bool:
    person = await people.get(tx, person_id)
    return person is None or person.is_quiet(now)


async def _requests(tx: Tx, letter: Letter, catalog: Catalog, now: datetime) -> Rendered | None:
    if await _quiet(tx, letter.person_id, now):
        return None
    found = await obligations.to_ask(tx, letter.person_id, now)
    if not found:
        return None
    ids = tuple(one.id for one in found)
    if len(found) == 1:
        shown = await card(tx, found[0], catalog, now, letter.person_id)
        return Rendered(form.request(shown), asks=ids, card=found[0].id)
    return Rendered(tasks.new_requests(found, now, catalog.calendar.zone), asks=ids)


async def _reminder(tx: Tx, letter: Letter, catalog: Catalog, now: datetime) -> Rendered | None:
    if await _quiet(tx, letter.person_id, now):
        return None
    found = await obligations.to_remind(tx, letter.person_id, now, since=letter.created_at)
    if not found:
        return None
    return Rendered(
        tasks.reminder(found, now, catalog.calendar.zone),
        asks=tuple(one.id for one in found),
        replaces=await people.reminder_message(tx, letter.person_id),
        is_reminder=True,
    )


async def _seat(tx: Tx, letter: Letter, _catalog: Catalog, _now: datetime) -> Rendered | None:
    seat = await seats.get(tx, letter.data["seat"])
    if seat is None or seat.person_id != letter.person_id:
        return None
    if seat.state is SeatState.SEATED:
        return Rendered(registration.seated(seat))
    return Rendered(registration.rejected(seat)) if seat.state is SeatState.REJECTED else None


async def _replaced(tx: Tx, letter: Letter, _catalog: Catalog, _now: datetime) -> Rendered | None:
    seat = await seats.get(tx, letter.data["seat"])
    if seat is None or seat.person_id != letter.person_id or seat.state is not SeatState.LEFT:
        return None
    held = [one.organization_id for one in await seats.of_person(tx, letter.person_id)]
    # They have a seat there again, in another role perhaps.
    if seat.organization_id in held:
        return None
    return Rendered(registration.replaced(seat, by_other=letter.data["by_other"]))


async def _registration(tx: Tx, letter: Letter, catalog: Catalog, now: datetime) -> Rendered | None:
    seat = await seats.get(tx, letter.data["seat"])
    if seat is None or seat.state is not SeatState.WAITING:
        return None
    organization = await organizations.get(tx, seat.organization_id)
    assert organization is not None
    holders = await seats.holders(tx, [seat.organization_id])
    zone = catalog.calendar.zone
    return Rendered(
        registrations.registration(
            seat,
            organization,
            catalog.types,
            holders,
            now,
            zone,
            typed_in=organization.is_typed_in,
        )
    )


async def _unreachable(tx: Tx, letter: Letter, _catalog: Catalog, _now: datetime) -> Rendered | None:
    person = await people.get(tx, letter.data["person"])
    if person is None or person.unreachable_at is None:
        return None
    return Rendered(registrations.unreachable(person, await seats.of_person(tx, person.id)))


async def _missed(tx: Tx, letter: Letter, catalog: Catalog, now: datetime) -> Rendered | None:
    # Of those alone that nobody has decided about yet.
    for found in await rounds.missed(tx):
        if found.id == letter.data["round"]:
            return Rendered(missed.missed(found, now, catalog.calendar.zone))
    return None


async def _extended(tx: Tx, letter: Letter, catalog: Catalog, now: datetime) -> Rendered | None:
    """The due date was moved; or, where a request for more time is named, it was not."""
    one = await obligations.of_person(tx, letter.person_id, letter.data["obligation"])
    if one is None or not one.is_unanswered or one.is_closed(now) or await _quiet(tx, letter.person_id, now):
        return None
    if "extension" not in letter.data:
        return Rendered(extending.extended(one, now, catalog.calendar.zone))
    asked = await asked_for.get(tx, letter.data["extension"])
    # The date may have been moved after all.
    moot = asked is None or one.due_at >= asked.until
    return None if moot else Rendered(extending.refused(one, now, catalog.calendar.zone))


Renderer = Callable[[Tx, Letter, Catalog, datetime], Awaitable[Rendered | None]]

# Files, by what the letter of kind EXPORT asks for.
_EXPORTS: dict[str, exports.Exporter] = {
    "announcement": announcement_letters.export,
    "journal": journal.export,
    "table": round_table.export,
}

_RENDERERS: dict[LetterKind, Renderer] = {
    LetterKind.REQUESTS: _requests,
    LetterKind.REMINDER: _reminder,
    LetterKind.SEATED: _seat,
    LetterKind.REJECTED: _seat,
    LetterKind.REGISTRATION: _registration,
    LetterKind.UNREACHABLE: _unreachable,
    LetterKind.MISSED: _missed,
    LetterKind.RETURNED: decided.returned,
    LetterKind.EVIDENCE: decided.evidence,
    LetterKind.ENTERED: decided.entered,
    LetterKind.EXTENDED: _extended,
    LetterKind.EXTENSION: extensions.letter,
    LetterKind.DIGEST: digest.letter,
    LetterKind.REPLACED: _replaced,
    LetterKind.STAFF: staff.letter,
    LetterKind.INVITATIONS: invitations.letter,
    LetterKind.EXPORT: exports.renderer(_EXPORTS),
    LetterKind.ACKNOWLEDGE: announcement_letters.acknowledge,
    LetterKind.PREVIEW: announcement_letters.preview,
    LetterKind.CORRECTION: announcement_letters.correction,
    LetterKind.WITHDRAWAL: announcement_letters.withdrawal,
    LetterKind.PROGRESS: announcement_letters.progress,
    LetterKind.APPROVAL: announcement_letters.approval,
    LetterKind.NOTE: threads.note,
    LetterKind.GROUP: threads.trouble,
}


async def render(
    tx: Tx, letters: Sequence[Letter], catalog: Catalog, now: datetime
) -> AsyncIterator[Rendered | Postponed | None]:
    """The message that each letter is now; Postponed if it is held back."""
    copies = [one for one in letters if one.kind is LetterKind.ANNOUNCEMENT]
    copied = await announcement_letters.copies(tx, copies, now) if copies else {}
    for letter in letters:
        if letter.kind is LetterKind.ANNOUNCEMENT:
            yield copied.get(letter.id)
            continue
        try:
            made = await _RENDERERS[letter.kind](tx, letter, catalog, now)
        except Postponed as held:
            yield held
        else:
            yield made
