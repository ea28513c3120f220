"""The department, for now: registrations, missed rounds, and how the open rounds stand."""

from datetime import datetime

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.domain.catalog import Catalog
from bot.domain.letter import LetterKind
from bot.domain.member import Person
from bot.domain.screen import Screen
from bot.storage import letters, obligations, rounds, seats
from bot.storage.engine import Tx
from bot.views import callbacks, common
from bot.views import department as views
from handlers.registration import seated, show_waiting
from handlers.saying import Sayings, edit, send, toast


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="department")
    router.message.register(status, Command("status"))
    router.callback_query.register(show_status, callbacks.Status.filter())
    router.callback_query.register(pending, callbacks.Pending.filter())
    router.callback_query.register(decide, callbacks.Decide.filter())
    router.callback_query.register(missed, callbacks.Missed.filter())
    return router


async def status(message: Message, tx: Tx, now: datetime, person: Person, catalog: Catalog) -> Sayings:
    """/status: open rounds, answered of all."""
    if person.staff_role is None:
        return [send(message, views.staff_only())]
    return [send(message, await _status(tx, now, catalog))]


async def show_status(
    query: CallbackQuery,
    callback_data: callbacks.Status,
    tx: Tx,
    now: datetime,
    person: Person,
    catalog: Catalog,
) -> Sayings:
    """Who has not answered a round, or back to all of them."""
    if person.staff_role is None:
        return [toast(query, common.NOT_YOURS, alert=True)]
    found = await rounds.get(tx, callback_data.round) if callback_data.round else None
    if found is None:
        return [edit(query, await _status(tx, now, catalog))]
    who = await obligations.missing(tx, found.id)
    return [edit(query, views.missing(found, who, now, catalog.calendar.zone))]


async def pending(
    query: CallbackQuery, callback_data: callbacks.Pending, tx: Tx, now: datetime, person: Person
) -> Sayings:
    """Sends the cards of what waits for a decision once more: the first may have been lost in the chat."""
    if not person.is_admin:
        return [toast(query, common.NOT_YOURS, alert=True)]
    if callback_data.what == "registrations":
        await show_waiting(tx, person.id, now)
    elif callback_data.what == "missed":
        for found in await rounds.missed(tx):
            await letters.write(tx, LetterKind.MISSED, [person.id], now, round=found.id)
    return []


async def decide(
    query: CallbackQuery,
    callback_data: callbacks.Decide,
    tx: Tx,
    now: datetime,
    person: Person,
    catalog: Catalog,
) -> Sayings:
    """«Подтвердить» or «Отклонить» a registration. Of two administrators the first decides."""
    if not person.is_admin:
        return [toast(query, common.NOT_YOURS, alert=True)]
    seat = await seats.decide(tx, callback_data.seat, callback_data.accept, person.id, now)
    if seat is None:
        return [toast(query, views.ALREADY_DECIDED), edit(query, views.already_decided())]
    if callback_data.accept:
        await letters.write(tx, LetterKind.SEATED, [seat.person_id], now, seat=seat.id)
        # The answer to the registration comes at once; requests keep to working hours.
        await seated(tx, seat, catalog, person.id, now, catalog.calendar.next_work_moment(now))
    else:
        await letters.write(tx, LetterKind.REJECTED, [seat.person_id], now, seat=seat.id)
    return [edit(query, views.decided(seat, accepted=callback_data.accept))]


async def missed(
    query: CallbackQuery,
    callback_data: callbacks.Missed,
    tx: Tx,
    now: datetime,
    person: Person,
    catalog: Catalog,
) -> Sayings:
    """Opens a round whose time passed while the bot was down, or leaves it."""
    if not person.is_admin:
        return [toast(query, common.NOT_YOURS, alert=True)]
    found = await rounds.get(tx, callback_data.round)
    if found is None:
        return [toast(query, common.OUTDATED)]
    if callback_data.open:
        if now >= found.closes_at and found.opened_at is None:
            return [edit(query, views.missed_past(found))]
        done = await rounds.open_missed(tx, found, catalog.calendar, person.id, now)
        if done:
            await letters.ask(tx, rounds.owing(found.id), now, catalog.calendar.next_work_moment(now))
    else:
        done = await rounds.skip_missed(tx, found.id, person.id, now)
    if not done:
        return [edit(query, views.missed_already())]
    return [edit(query, views.missed_decided(found, opened=callback_data.open))]


async def _status(tx: Tx, now: datetime, catalog: Catalog) -> Screen:
    found = await rounds.open_now(tx, now)
    tally = await rounds.tally(tx, [one.id for one in found])
    waiting, missed = len(await seats.waiting(tx)), len(await rounds.missed(tx))
    return views.status(found, tally, waiting, missed, now, catalog.calendar.zone)
