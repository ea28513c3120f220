"""Decides about more time that heads ask for: whoever's matter it is grants or refuses it in one tap."""

from datetime import tzinfo

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.domain.ledger.extension import Asked
from bot.domain.letter import LetterKind
from bot.domain.people.member import Right
from bot.domain.screen import Screen
from bot.storage.ledger import decisions, extensions, obligations
from bot.storage.people import seats
from bot.storage.post import letters
from bot.views import common
from bot.views.callbacks.extending import Extension, Extensions, Grant
from bot.views.department.control import extensions as views
from handlers.department.common import obligation_within
from handlers.rights import register
from handlers.saying import Sayings, edit, toast
from handlers.scene import Scene


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="extensions")
    register(router.callback_query, listed, Extensions.filter(), rights=Right.VIEW)
    register(router.callback_query, card, Extension.filter(), rights=Right.VIEW)
    register(router.callback_query, decide, Grant.filter(), rights=Right.CURATE)
    return router


async def listed(query: CallbackQuery, callback_data: Extensions, scene: Scene) -> Sayings:
    """Lists the requests for more time that wait for a decision."""
    waiting = await extensions.waiting(scene.tx, scene.person.limits, scene.now)
    # Some that were listed when the button was shown may have been decided.
    page = min(callback_data.page, max(0, len(waiting) - 1) // views.PAGE)
    return [edit(query, views.listed(waiting, page, scene.now, scene.catalog.calendar))]


async def card(query: CallbackQuery, callback_data: Extension, scene: Scene) -> Sayings:
    """Shows a request for more time, with the buttons that decide."""
    asked = await _within(scene, callback_data.extension)
    if asked is None:
        return [toast(query, common.NO_ROUND)]
    if not await extensions.waits(scene.tx, asked.extension.id, scene.now):
        return [edit(query, await _decided(scene, asked))]
    if not scene.person.may_curate:
        return [edit(query, views.shown(asked, scene.now, _zone(scene, asked), callback_data.page))]
    return [edit(query, views.asked(asked, scene.now, _zone(scene, asked), page=callback_data.page))]


async def decide(query: CallbackQuery, callback_data: Grant, scene: Scene) -> Sayings:
    """«Продлить» or «Отказать». The first of two curators decides, the second sees what was decided."""
    asked = await _within(scene, callback_data.extension)
    if asked is None:
        return [toast(query, common.NO_ROUND)]
    done = await extensions.waits(scene.tx, asked.extension.id, scene.now) and await extensions.decide(
        scene.tx, asked, callback_data.yes, scene.person.id, scene.now
    )
    if done:
        await (_extend if callback_data.yes else _refuse)(scene, asked)
    extension = await extensions.get(scene.tx, asked.extension.id)
    obligation = await obligations.get(scene.tx, asked.obligation.id)
    assert extension is not None
    assert obligation is not None
    return [edit(query, await _decided(scene, Asked(extension, obligation)))]


async def _extend(scene: Scene, asked: Asked) -> None:
    """Moves the due date; the organization hears of it as of any that the department moves."""
    ids, calendar = [asked.obligation.id], scene.catalog.calendar
    # The day that was asked for ends by the organization's own clock.
    until = asked.extension.until
    await decisions.extend(scene.tx, ids, until, calendar, scene.person.id, scene.now, at_that_moment=True)


async def _refuse(scene: Scene, asked: Asked) -> None:
    obligation = asked.obligation
    seated = {seat.person_id for seat in await seats.holders(scene.tx, [obligation.organization_id])}
    await letters.write(
        scene.tx,
        LetterKind.EXTENDED,
        sorted(seated),
        scene.now,
        hours=scene.catalog.calendar,
        obligation=obligation.id,
        extension=asked.extension.id,
    )


async def _within(scene: Scene, extension_id: int) -> Asked | None:
    """The request for more time if it is a matter of this staff member's."""
    extension = await extensions.get(scene.tx, extension_id)
    obligation = await obligation_within(scene, extension.obligation_id) if extension else None
    return Asked(extension, obligation) if extension and obligation else None


async def _decided(scene: Scene, asked: Asked) -> Screen:
    others = len(await extensions.waiting(scene.tx, scene.person.limits, scene.now))
    return views.decided(asked, scene.now, _zone(scene, asked), others)


def _zone(scene: Scene, asked: Asked) -> tzinfo:
    """The organization's: until which hour of which day it asks is said by its own clock."""
    return asked.obligation.zone(scene.catalog.calendar)
