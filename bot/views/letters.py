"""A letter as it is to be sent, from what holds at that moment; None: there is nothing to say any more."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.domain.catalog import Catalog
from bot.domain.letter import Letter, LetterKind
from bot.domain.member import SeatState
from bot.domain.screen import Rendered
from bot.storage import obligations, organizations, people, rounds, seats
from bot.storage.engine import Tx
from bot.views import form, registration, tasks
from bot.views.card import card
from bot.views.department import missed, registrations


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
            typed_in=organizations.is_typed_in(organization),
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


Renderer = Callable[[Tx, Letter, Catalog, datetime], Awaitable[Rendered | None]]

_RENDERERS: dict[LetterKind, Renderer] = {
    LetterKind.REQUESTS: _requests,
    LetterKind.REMINDER: _reminder,
    LetterKind.SEATED: _seat,
    LetterKind.REJECTED: _seat,
    LetterKind.REGISTRATION: _registration,
    LetterKind.UNREACHABLE: _unreachable,
    LetterKind.MISSED: _missed,
}


async def render(tx: Tx, letter: Letter, catalog: Catalog, now: datetime) -> Rendered | None:
    """The message that the letter is now. Raises Postponed if it is held back."""
    return await _RENDERERS[letter.kind](tx, letter, catalog, now)
