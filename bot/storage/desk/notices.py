"""What the department, or a deputy, has to be told when something about a person changes."""

from datetime import datetime

from bot.domain.letter import LetterKind
from bot.domain.people.member import Seat, SeatState
from bot.domain.timing.calendar import WorkCalendar
from bot.storage.desk import broadcasts
from bot.storage.engine.database import Tx
from bot.storage.people import people, seats, staff
from bot.storage.post import letters


async def registration(tx: Tx, seat: Seat, now: datetime) -> None:
    """Administrators get the card of a seat that is asked for."""
    await letters.write(tx, LetterKind.REGISTRATION, await staff.admins(tx), now, seat=seat.id)


async def role(tx: Tx, person_id: int, now: datetime) -> None:
    """Somebody's role in the department has changed: they are told, and get the menu that goes with it."""
    await letters.write(tx, LetterKind.STAFF, [person_id], now, dedup=True)


async def unreachable(tx: Tx, person_id: int, calendar: WorkCalendar, now: datetime) -> None:
    """Telegram will not deliver to the person: administrators are told, deputies asked in the head's place."""
    if not await people.unreachable(tx, person_id, now):
        return
    held = await _held(tx, person_id)
    if not held:
        return
    admins = [admin for admin in await staff.admins(tx) if admin != person_id]
    await letters.write(tx, LetterKind.UNREACHABLE, admins, now, person=person_id)
    await letters.ask(tx, held, calendar, now)


async def away(tx: Tx, person_id: int, calendar: WorkCalendar, now: datetime) -> None:
    """The person wants no messages, for a while or for good: deputies are asked in the head's place."""
    held = await _held(tx, person_id)
    if held:
        await letters.ask(tx, held, calendar, now)


async def back(tx: Tx, person_id: int, now: datetime) -> None:
    """The person has just come back, and gets at once what was not asked meanwhile."""
    held = await _held(tx, person_id)
    if held:
        await letters.ask_at_once(tx, held, now)
    for organization_id in held:
        await broadcasts.join(tx, organization_id, now)


async def rested(tx: Tx, person_id: int, calendar: WorkCalendar, now: datetime) -> None:
    """The person's vacation is over: what was not asked meanwhile comes in working hours."""
    held = await _held(tx, person_id)
    if held:
        await letters.ask(tx, held, calendar, now)
    for organization_id in held:
        await broadcasts.join(tx, organization_id, calendar.next_work_moment(now))


async def vacated(tx: Tx, organization_ids: list[int], calendar: WorkCalendar, now: datetime) -> None:
    """Somebody has left the organizations: whoever is still seated there is asked instead."""
    if organization_ids:
        await letters.ask(tx, organization_ids, calendar, now)


async def _held(tx: Tx, person_id: int) -> list[int]:
    own = await seats.of_person(tx, person_id)
    return [seat.organization_id for seat in own if seat.state is SeatState.SEATED]
