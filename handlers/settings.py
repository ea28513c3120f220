"""/settings, /stop and /delete: what the bot writes to a person, and what it keeps."""

from datetime import date, timedelta
from typing import Any

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.domain.fields.durations import duration
from bot.domain.fields.field import Field, FieldKind
from bot.domain.fields.misfit import Misfit
from bot.domain.fields.moments import day_back
from bot.domain.fields.values import parse
from bot.domain.people.member import Right, Seat, SeatState
from bot.domain.people.organization import OrganizationType
from bot.domain.screen import Screen
from bot.storage.desk import erasure, notices
from bot.storage.people import organizations, people, seats, staff
from bot.storage.post import dialogues
from bot.storage.post.dialogues import Dialogue
from bot.views import callbacks
from bot.views.heads import settings as views
from bot.views.heads.worded import Word, word
from handlers.rights import register
from handlers.saying import Sayings, Talking, anew, edit, send, toast
from handlers.scene import Scene
from handlers.seating import unseated

PAUSE = "pause"
_PAUSE_AT_MOST = timedelta(days=365)


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="settings")
    register(router.message, settings, Command("settings", ignore_case=True), rights=Right.AGREED)
    register(router.message, stop, Command("stop", ignore_case=True), rights=Right.AGREED)
    register(router.message, delete, Command("delete", ignore_case=True), rights=Right.AGREED)
    register(router.callback_query, screen, callbacks.Settings.filter(), rights=Right.AGREED)
    register(router.callback_query, mute, callbacks.Mute.filter(), rights=Right.AGREED)
    register(router.callback_query, pause, callbacks.Pause.filter(), rights=Right.AGREED)
    register(router.callback_query, leave, callbacks.Leave.filter(), rights=Right.AGREED)
    register(router.callback_query, erase, callbacks.Delete.filter(), rights=Right.AGREED)
    register(router.message, pause_until, Talking(PAUSE), F.text, ~F.text.startswith("/"), rights=Right.AGREED)
    return router


async def settings(message: Message, scene: Scene) -> Sayings:
    """/settings shows the settings' first screen."""
    held = await seats.of_person(scene.tx, scene.person.id)
    return [send(message, await _main(scene, held))]


async def screen(query: CallbackQuery, callback_data: callbacks.Settings, scene: Scene) -> Sayings:
    """Shows a screen of the settings."""
    if scene.dialogue.kind == PAUSE and callback_data.screen != "pause":
        await dialogues.end(scene.tx, scene.person.id)
    held = await seats.of_person(scene.tx, scene.person.id)
    match callback_data.screen:
        case "wanted" | "types" | "topics":
            return [edit(query, await _wanted(scene, held))]
        case "pause":
            await dialogues.put(scene.tx, scene.person.id, Dialogue(PAUSE), scene.now)
            return [edit(query, views.pause(scene.person, scene.now, scene.zone))]
        case "organizations":
            return [edit(query, views.organizations(held, scene.now, scene.zone))]
        case "seats":
            return [edit(query, views.seats(held))]
        case "main":
            return [edit(query, await _main(scene, held))]


async def mute(query: CallbackQuery, callback_data: callbacks.Mute, scene: Scene) -> Sayings:
    """Switches a subscription on or off."""
    known = {"type": set(scene.catalog.types), "topic": set(scene.catalog.topics)}
    if callback_data.value not in known[callback_data.scope]:
        shown = await _wanted(scene, await seats.of_person(scene.tx, scene.person.id))
        return [toast(query, views.NOT_OFFERED), edit(query, shown)]
    muted = await seats.toggle_mute(scene.tx, scene.person.id, callback_data.scope, callback_data.value, scene.now)
    if not muted:
        await notices.back(scene.tx, scene.person.id, scene.now)
    return [edit(query, await _wanted(scene, await seats.of_person(scene.tx, scene.person.id)))]


async def pause(query: CallbackQuery, callback_data: callbacks.Pause, scene: Scene) -> Sayings:
    """Begins a vacation of so many days, or ends it."""
    await dialogues.end(scene.tx, scene.person.id)
    if callback_data.days <= 0:
        await people.resume(scene.tx, scene.person.id, scene.now)
        await notices.back(scene.tx, scene.person.id, scene.now)
        return [edit(query, views.resumed(await seats.of_person(scene.tx, scene.person.id), scene.now, scene.zone))]
    day = scene.today + timedelta(days=min(callback_data.days, _PAUSE_AT_MOST.days))
    return [edit(query, await _pause(scene, day))]


async def pause_until(message: Message, scene: Scene) -> Sayings:
    """Begins a vacation until a typed day."""
    if word(message.text or "") is Word.BACK:
        await dialogues.end(scene.tx, scene.person.id)
        return [send(message, await _main(scene, await seats.of_person(scene.tx, scene.person.id)))]
    today = scene.today
    field = Field("until", FieldKind.DATE, "", earliest=today + timedelta(days=1), latest=today + _PAUSE_AT_MOST)
    typed, said = day_back(message.text or ""), duration(message.text or "")
    if said is not None and not said.is_work and said.days <= _PAUSE_AT_MOST.days:
        typed = (today + timedelta(days=said.days)).isoformat()
    try:
        value: Any = parse(field, typed, today)
    except Misfit:
        return [send(message, views.bad_pause(scene.now, scene.zone))]
    await dialogues.end(scene.tx, scene.person.id)
    return [send(message, await _pause(scene, date.fromisoformat(value)))]


async def stop(message: Message, scene: Scene) -> Sayings:
    """/stop: nothing more is asked of the person."""
    await people.stop(scene.tx, scene.person.id, scene.now)
    await notices.away(scene.tx, scene.person.id, scene.catalog.calendar, scene.now)
    return [send(message, views.stopped())]


async def leave(query: CallbackQuery, callback_data: callbacks.Leave, scene: Scene) -> Sayings:
    """Gives up a seat, after asking."""
    everywhere = await seats.of_person(scene.tx, scene.person.id)
    held = [seat for seat in everywhere if seat.id == callback_data.seat]
    if not held:
        # It has been given to somebody else, or given up in another message.
        return [toast(query, views.NOT_SEATED, alert=True), edit(query, views.seats(everywhere))]
    if not callback_data.sure:
        alone = len(await seats.holders(scene.tx, [held[0].organization_id])) == 1
        return [edit(query, views.leave(held[0], alone=alone))]
    await seats.leave(scene.tx, callback_data.seat, scene.person.id, scene.now)
    if held[0].state is SeatState.SEATED:
        await unseated(scene, held[0])
        await notices.vacated(scene.tx, [held[0].organization_id], scene.catalog.calendar, scene.person.id, scene.now)
    others = await seats.of_person(scene.tx, scene.person.id)
    seated = any(seat.state is SeatState.SEATED for seat in others)
    said = views.left(held[0], len(others), seated=seated)
    return [edit(query, said)] if seated else anew(query, said)


async def delete(message: Message, scene: Scene) -> Sayings:
    """/delete asks whether all is to be erased."""
    if await staff.is_last_admin(scene.tx, scene.person.id):
        return [send(message, views.last_administrator())]
    return [send(message, views.delete())]


async def erase(query: CallbackQuery, callback_data: callbacks.Delete, scene: Scene) -> Sayings:
    """Erases all that is kept about the person, after asking."""
    if not callback_data.sure:
        return [edit(query, views.not_deleted())]
    # As with the withdrawal of a role: whichever way the last one goes, nobody would be left.
    if await staff.is_last_admin(scene.tx, scene.person.id):
        return [edit(query, views.last_administrator())]
    held = await seats.of_person(scene.tx, scene.person.id)
    await erasure.erase(scene.tx, scene.person.id, scene.now)
    left = [seat.organization_id for seat in held if seat.state is SeatState.SEATED]
    await notices.vacated(scene.tx, left, scene.catalog.calendar, scene.person.id, scene.now)
    return anew(query, views.deleted())


async def _pause(scene: Scene, day: date) -> Screen:
    until = scene.catalog.calendar.begins(day)
    await people.pause(scene.tx, scene.person.id, until, scene.now)
    await notices.away(scene.tx, scene.person.id, scene.catalog.calendar, scene.now)
    fresh = await people.get(scene.tx, scene.person.id)
    assert fresh is not None
    return views.paused(fresh, scene.zone, scene.now)


async def _main(scene: Scene, held: list[Seat]) -> Screen:
    types, topics, _ = await _offered(scene, held)
    seated = any(seat.state is SeatState.SEATED for seat in held)
    subscribes = seated and bool(scene.installation.calendar_url)
    return views.main(scene.person, held, scene.now, scene.zone, chooses=bool(types or topics), subscribes=subscribes)


async def _wanted(scene: Scene, held: list[Seat]) -> Screen:
    return views.wanted(*await _offered(scene, held))


async def _offered(
    scene: Scene, held: list[Seat]
) -> tuple[list[OrganizationType], dict[str, str], set[tuple[str, str]]]:
    """Types and topics of which a part may be muted, and what is muted. Of one there is no part."""
    muted = await seats.muted(scene.tx, scene.person.id)
    mine: set[str] = set()
    for seat in held:
        if seat.left_at is not None:
            # Nothing comes of it that could be muted.
            continue
        organization = await organizations.get(scene.tx, seat.organization_id)
        mine |= organization.types if organization else set()
    asked = {
        directive.topic
        for directive in scene.catalog.directives.values()
        if any(part.type in mine for part in directive.audience)
    }
    # What is muted can be unmuted, even if nobody asks about it any more.
    types = mine if len(mine) > 1 else set()
    topics = asked if len(asked) > 1 else set()
    types = types | {value for scope, value in muted if scope == "type"}
    topics = topics | {value for scope, value in muted if scope == "topic"}
    return (
        [type_ for type_ in scene.catalog.types.values() if type_.id in types],
        {topic_id: title for topic_id, title in scene.catalog.topics.items() if topic_id in topics},
        muted,
    )
