"""/settings, /stop, /delete."""

from datetime import date, datetime, timedelta
from typing import Any

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.domain.catalog import Catalog
from bot.domain.field import Field, FieldKind
from bot.domain.member import Person, SeatState
from bot.domain.screen import Screen
from bot.domain.values import Misfit, parse
from bot.storage import dialogues, notices, organizations, people, seats
from bot.storage.dialogues import Dialogue
from bot.storage.engine import Tx
from bot.views import callbacks, common
from bot.views import settings as views
from handlers.registration import unseated
from handlers.saying import Sayings, Talking, edit, send, toast

PAUSE = "pause"
_PAUSE_AT_MOST = timedelta(days=365)


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="settings")
    router.message.register(settings, Command("settings"))
    router.message.register(stop, Command("stop"))
    router.message.register(delete, Command("delete"))
    router.callback_query.register(screen, callbacks.Settings.filter())
    router.callback_query.register(mute, callbacks.Mute.filter())
    router.callback_query.register(pause, callbacks.Pause.filter())
    router.callback_query.register(leave, callbacks.Leave.filter())
    router.callback_query.register(erase, callbacks.Delete.filter())
    router.message.register(pause_until, Talking(PAUSE), F.text, ~F.text.startswith("/"))
    return router


async def settings(message: Message, tx: Tx, now: datetime, person: Person, catalog: Catalog) -> Sayings:
    """/settings."""
    held = await seats.of_person(tx, person.id)
    return [send(message, views.main(person, held, now, catalog.calendar.zone))]


async def screen(
    query: CallbackQuery,
    callback_data: callbacks.Settings,
    tx: Tx,
    now: datetime,
    person: Person,
    dialogue: Dialogue,
    catalog: Catalog,
) -> Sayings:
    """A screen of the settings."""
    if dialogue.kind == PAUSE and callback_data.screen != "pause":
        await dialogues.end(tx, person.id)
    zone = catalog.calendar.zone
    held = await seats.of_person(tx, person.id)
    match callback_data.screen:
        case "types" | "topics":
            return [edit(query, await _subscriptions(tx, person, catalog, callback_data.screen))]
        case "pause":
            await dialogues.put(tx, person.id, Dialogue(PAUSE), now)
            return [edit(query, views.pause(person, now, zone))]
        case "seats":
            return [edit(query, views.seats(held))]
    return [edit(query, views.main(person, held, now, zone))]


async def mute(
    query: CallbackQuery,
    callback_data: callbacks.Mute,
    tx: Tx,
    now: datetime,
    person: Person,
    catalog: Catalog,
) -> Sayings:
    """Switches a subscription."""
    known = {"type": set(catalog.types), "topic": set(catalog.topics)}
    if callback_data.value not in known.get(callback_data.scope, ()):
        return [toast(query, common.OUTDATED)]
    muted = await seats.toggle_mute(tx, person.id, callback_data.scope, callback_data.value, now)
    if not muted:
        await notices.back(tx, person.id, now)
    shown = "types" if callback_data.scope == "type" else "topics"
    return [edit(query, await _subscriptions(tx, person, catalog, shown))]


async def pause(
    query: CallbackQuery,
    callback_data: callbacks.Pause,
    tx: Tx,
    now: datetime,
    person: Person,
    catalog: Catalog,
) -> Sayings:
    """A vacation of so many days, or its end."""
    await dialogues.end(tx, person.id)
    if callback_data.days <= 0:
        await people.resume(tx, person.id, now)
        await notices.back(tx, person.id, now)
        return [edit(query, views.resumed(await seats.of_person(tx, person.id)))]
    day = now.astimezone(catalog.calendar.zone).date() + timedelta(days=min(callback_data.days, _PAUSE_AT_MOST.days))
    return [edit(query, await _pause(tx, now, person, catalog, day))]


async def pause_until(message: Message, tx: Tx, now: datetime, person: Person, catalog: Catalog) -> Sayings:
    """A vacation until a typed day."""
    today = now.astimezone(catalog.calendar.zone).date()
    field = Field("until", FieldKind.DATE, "", earliest=today + timedelta(days=1), latest=today + _PAUSE_AT_MOST)
    try:
        value: Any = parse(field, message.text or "", today)
    except Misfit:
        return [send(message, views.bad_pause(now, catalog.calendar.zone))]
    await dialogues.end(tx, person.id)
    return [send(message, await _pause(tx, now, person, catalog, date.fromisoformat(value)))]


async def stop(message: Message, tx: Tx, now: datetime, person: Person, catalog: Catalog) -> Sayings:
    """/stop."""
    await people.stop(tx, person.id, now)
    await notices.away(tx, person.id, catalog.calendar, now)
    return [send(message, views.stopped())]


async def leave(
    query: CallbackQuery,
    callback_data: callbacks.Leave,
    tx: Tx,
    now: datetime,
    person: Person,
    catalog: Catalog,
) -> Sayings:
    """Gives up a seat, after asking."""
    held = [one for one in await seats.of_person(tx, person.id) if one.id == callback_data.seat]
    if not held:
        return [toast(query, common.OUTDATED)]
    if not callback_data.sure:
        return [edit(query, views.leave(held[0]))]
    await seats.leave(tx, callback_data.seat, person.id, now)
    if held[0].state is SeatState.SEATED:
        await unseated(tx, person.id, catalog, now)
        await notices.vacated(tx, [held[0].organization_id], catalog.calendar, now)
    others = len(await seats.of_person(tx, person.id))
    return [edit(query, views.left(held[0], others))]


async def delete(message: Message) -> Sayings:
    """/delete."""
    return [send(message, views.delete())]


async def erase(
    query: CallbackQuery,
    callback_data: callbacks.Delete,
    tx: Tx,
    now: datetime,
    person: Person,
    catalog: Catalog,
) -> Sayings:
    """Erases all that is kept about the person, after asking."""
    if not callback_data.sure:
        return [edit(query, views.not_deleted())]
    held = [one.organization_id for one in await seats.of_person(tx, person.id) if one.state is SeatState.SEATED]
    await people.erase(tx, person.id, now)
    await notices.vacated(tx, held, catalog.calendar, now)
    return [edit(query, views.deleted())]


async def _pause(tx: Tx, now: datetime, person: Person, catalog: Catalog, day: date) -> Screen:
    until = catalog.calendar.begins(day)
    await people.pause(tx, person.id, until, now)
    await notices.away(tx, person.id, catalog.calendar, now)
    fresh = await people.get(tx, person.id)
    assert fresh is not None
    return views.paused(fresh, catalog.calendar.zone, now)


async def _subscriptions(tx: Tx, person: Person, catalog: Catalog, shown: str) -> Screen:
    muted = await seats.muted(tx, person.id)
    mine: set[str] = set()
    for seat in await seats.of_person(tx, person.id):
        organization = await organizations.get(tx, seat.organization_id)
        mine |= organization.types if organization else set()
    if shown == "types":
        return views.types([one for one in catalog.types.values() if one.id in mine], muted)
    asked = {one.topic for one in catalog.directives.values() if any(part.type in mine for part in one.audience)}
    # What is muted can be unmuted, even if nobody asks about it any more.
    asked |= {value for scope, value in muted if scope == "topic"}
    return views.topics({one: title for one, title in catalog.topics.items() if one in asked}, muted)
