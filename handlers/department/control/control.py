"""Shows how rounds stand, and the organizations of a round."""

from collections.abc import Sequence
from dataclasses import replace

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.domain.ledger.control import Counts, Part
from bot.domain.ledger.obligation import Round
from bot.domain.letter import LetterKind
from bot.domain.people.member import Right
from bot.domain.screen import Screen
from bot.storage.ledger import control, rounds, unreached
from bot.storage.people import seats
from bot.storage.post import dialogues, letters
from bot.views import callbacks, common
from bot.views.callbacks.control import Finished, InRound
from bot.views.callbacks.department import Control
from bot.views.department.control import control as views
from bot.views.department.panel import staff_only
from handlers.department.common import paged, round_within
from handlers.rights import register, told
from handlers.saying import Sayings, edit, send, toast
from handlers.scene import Scene
from handlers.seating import show_waiting


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="control")
    register(router.message, status, Command("status"), rights=Right.VIEW, refusal=told(staff_only))
    register(router.callback_query, running, Control.filter(), rights=Right.VIEW)
    register(router.callback_query, finished, Finished.filter(), rights=Right.VIEW)
    register(router.callback_query, of_round, InRound.filter(), rights=Right.VIEW)
    register(router.callback_query, pending, callbacks.Pending.filter(), rights=Right.ADMIN)
    return router


async def status(message: Message, scene: Scene) -> Sayings:
    """/status shows the rounds that take answers."""
    await dialogues.end(scene.tx, scene.person.id)
    return [send(message, await _running(scene, 0))]


async def running(query: CallbackQuery, callback_data: Control, scene: Scene) -> Sayings:
    """Shows the same from the panel, and its further pages."""
    await dialogues.end(scene.tx, scene.person.id)
    return [edit(query, await _running(scene, callback_data.page))]


async def finished(query: CallbackQuery, callback_data: Finished, scene: Scene) -> Sayings:
    """Shows the rounds that have closed."""
    closed = await control.closed(scene.tx, scene.person.limits, scene.now)
    shown, page, pages = paged(closed, callback_data.page, views.PAGE)
    return [edit(query, views.finished(shown, await _counts(scene, shown), page, pages, scene.now, scene.zone))]


async def of_round(query: CallbackQuery, callback_data: InRound, scene: Scene) -> Sayings:
    """Shows a round with a page of its organizations."""
    round_ = await round_within(scene, callback_data.round)
    if round_ is None or round_.opened_at is None:
        return [toast(query, common.OUTDATED, alert=True)]
    await dialogues.end(scene.tx, scene.person.id)
    return [edit(query, await round_screen(scene, round_, callback_data.part, callback_data.page))]


async def pending(query: CallbackQuery, callback_data: callbacks.Pending, scene: Scene) -> Sayings:
    """Sends the cards of what waits for a decision once more: the first may have been lost in the chat."""
    match callback_data.what:
        case "registrations":
            await show_waiting(scene)
        case "missed":
            for round_ in await rounds.missed(scene.tx):
                await letters.write(scene.tx, LetterKind.MISSED, [scene.person.id], scene.now, round=round_.id)
    return []


async def round_screen(scene: Scene, round_: Round, part: Part = Part.ALL, page: int = 0) -> Screen:
    """The round as it stands, with that page of that part, or with its last page."""
    tx, limits = scene.tx, scene.person.limits
    counts = (await control.counts(tx, [round_.id], limits, scene.now)).get(round_.id, Counts())
    counts = replace(counts, unreached=await unreached.count(tx, round_.id, limits))
    sizes = {
        Part.ALL: counts.asked + counts.excused,
        Part.OWING: counts.owing,
        Part.WAITING: counts.answered,
        Part.UNREACHED: counts.unreached,
    }
    size = views.ORGANIZATIONS
    _, page, pages = paged(range(sizes[part]), page, size)
    entries = await control.page(tx, round_.id, part, limits, size, page * size, scene.now, of=sizes[part])
    round_ = round_.seen_by(scene.catalog.calendar)
    return views.of_round(round_, counts, entries, part, page, pages, scene.now, scene.zone, scene.person)


async def _counts(scene: Scene, listed: Sequence[Round]) -> dict[int, Counts]:
    return await control.counts(scene.tx, [round_.id for round_ in listed], scene.person.limits, scene.now)


async def _running(scene: Scene, page: int) -> Screen:
    open_rounds = await control.running(scene.tx, scene.person.limits, scene.now)
    shown, page, pages = paged([round_.seen_by(scene.catalog.calendar) for round_ in open_rounds], page, views.PAGE)
    waiting = missed = 0
    if scene.person.is_admin:
        waiting, missed = len(await seats.waiting(scene.tx)), len(await rounds.missed(scene.tx))
    return views.running(
        shown, await _counts(scene, shown), page, pages, waiting, missed, len(open_rounds), scene.now, scene.zone
    )
