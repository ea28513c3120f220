"""Letters to the department, or to deputies, when something about a person changes."""

from datetime import datetime, timedelta

from bot.domain.letter import LetterKind
from bot.domain.people.failure import Failure
from bot.domain.people.member import Invitation, Place, Seat, SeatState, StaffInvitation
from bot.domain.timing.calendar import WorkCalendar
from bot.storage.desk import afterwards
from bot.storage.engine.database import Tx
from bot.storage.people import organizations, people, seats, staff
from bot.storage.post import letters, whereabouts

_GATHERED = timedelta(hours=1)


async def registration(tx: Tx, seat: Seat, now: datetime) -> None:
    """Sends those who decide about it the card of a seat that is asked for."""
    told = await _managers(tx, [seat.organization_id])
    await letters.write(tx, LetterKind.REGISTRATION, told, now, seat=seat.id)


async def role(tx: Tx, person_id: int, now: datetime) -> None:
    """Tells a person that their role in the department has changed; the letter also sets their menu."""
    await letters.write(tx, LetterKind.STAFF, [person_id], now, dedup=True)


async def succession(tx: Tx, invitation: Invitation, place: Place, now: datetime) -> None:
    """Asks those whose matter the organization is whether the bearer of a link takes the place of its head."""
    asked = await staff.curators(tx, None, place, but=invitation.used_by)
    await letters.write(tx, LetterKind.SUCCESSION, asked, now, invitation=invitation.id)


async def linked(tx: Tx, invitation: Invitation | StaffInvitation, bearer: int, now: datetime) -> None:
    """Tells those who may give the same what a link has given: of a role at once, of seats once an hour at most.

    A hundred links may have been handed out the same day.
    """
    to_seat = isinstance(invitation, Invitation)
    if isinstance(invitation, Invitation):
        told = await _managers(tx, [invitation.organization_id])
    else:
        told = await staff.givers(tx, invitation.limits)
    for admin in told:
        if admin == bearer:
            continue
        last = await letters.last_written(tx, admin, LetterKind.LINKED)
        gathered = to_seat and last is not None and now - last < _GATHERED
        at = last + _GATHERED if gathered and last is not None else now
        key = "seats" if to_seat else False
        await letters.write(tx, LetterKind.LINKED, [admin], now, send_after=at, dedup=key, since=now.isoformat())


async def unreachable(
    tx: Tx, person_id: int, calendar: WorkCalendar, now: datetime, why: Failure = Failure.UNREACHABLE
) -> None:
    """Notes that Telegram will not deliver to the person: tells whoever seats people; deputies are asked instead."""
    if not await people.unreachable(tx, person_id, now, why):
        return
    held = await _held(tx, person_id)
    if not held:
        return
    told = await _managers(tx, held, but=person_id)
    await letters.write(tx, LetterKind.UNREACHABLE, told, now, person=person_id)
    await letters.ask(tx, held, calendar, now)


async def away(tx: Tx, person_id: int, calendar: WorkCalendar, now: datetime) -> None:
    """Has deputies asked instead of a person who wants no messages, for a while or for good."""
    held = await _held(tx, person_id)
    if held:
        await letters.ask(tx, held, calendar, now)


async def back(tx: Tx, person_id: int, now: datetime) -> None:
    """Has a person who has just come back asked at once for what was not asked meanwhile."""
    held = await _held(tx, person_id)
    if held:
        await letters.ask_at_once(tx, held, now)
    for organization_id in held:
        await afterwards.join(tx, organization_id, now)


async def rested(tx: Tx, person_id: int, calendar: WorkCalendar, now: datetime) -> None:
    """Has a person whose vacation is over asked, in working hours, for what was not asked meanwhile."""
    held = await _held(tx, person_id)
    if held:
        await letters.ask(tx, held, calendar, now)
    theirs = await whereabouts.of_person(tx, person_id, calendar) if held else calendar
    for organization_id in held:
        await afterwards.join(tx, organization_id, theirs.next_work_moment(now))


async def vacated(tx: Tx, organization_ids: list[int], calendar: WorkCalendar, by: int, now: datetime) -> None:
    """Has the people who are still seated at the organizations asked instead of somebody who has left.

    Where nobody is left, whoever seats people hears of it, but for `by`: what is asked there reaches nobody.
    """
    if not organization_ids:
        return
    await letters.ask(tx, organization_ids, calendar, now)
    seated = {seat.organization_id for seat in await seats.holders(tx, organization_ids)}
    for organization_id in organization_ids:
        if organization_id not in seated:
            told, key = await _managers(tx, [organization_id], but=by), str(organization_id)
            await letters.write(tx, LetterKind.DESERTED, told, now, dedup=key, organization=organization_id)


async def _managers(tx: Tx, organization_ids: list[int], *, but: int | None = None) -> list[int]:
    """Ids of those who say who sits at any of the organizations, but for one."""
    places = await organizations.of_ids(tx, organization_ids)
    return sorted({person_id for place in places for person_id in await staff.managers(tx, place, but=but)})


async def _held(tx: Tx, person_id: int) -> list[int]:
    own = await seats.of_person(tx, person_id)
    return [seat.organization_id for seat in own if seat.state is SeatState.SEATED]
