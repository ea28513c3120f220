"""Shows directives, pauses them, and opens a round before its time."""

import hashlib

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.domain.catalog.written import sent_as
from bot.domain.desk.sources import in_groups
from bot.domain.directives.by_hand import by_hand, upcoming
from bot.domain.directives.directive import Directive
from bot.domain.ledger.control import Counts
from bot.domain.people.member import Limits, Right
from bot.domain.screen import Screen
from bot.domain.timing.schedule import Occurrence
from bot.storage.ledger import pauses, rounds, sent_directives
from bot.storage.ledger.control import control
from bot.storage.people import organizations
from bot.storage.post import letters
from bot.views.callbacks.department import Directives
from bot.views.callbacks.directives import Card, OpenNow, Pause, Resume
from bot.views.department.directives import directives as views
from handlers.department.common import paged
from handlers.rights import register
from handlers.saying import Sayings, edit, toast
from handlers.scene import Scene


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="directives")
    register(router.callback_query, listed, Directives.filter(), rights=Right.VIEW)
    register(router.callback_query, show, Card.filter(), rights=Right.VIEW)
    register(router.callback_query, pause, Pause.filter(), rights=Right.ADMIN)
    register(router.callback_query, resume, Resume.filter(), rights=Right.ADMIN)
    register(router.callback_query, open_now, OpenNow.filter(), rights=Right.CURATE)
    return router


async def listed(query: CallbackQuery, callback_data: Directives, scene: Scene) -> Sayings:
    """Shows a page of the directives that are this staff member's matter."""
    return [edit(query, await _list(scene, callback_data.page))]


async def show(query: CallbackQuery, callback_data: Card, scene: Scene) -> Sayings:
    """Shows a directive."""
    directive = _within(scene, callback_data.id)
    if directive is None:
        return await _gone(query, scene)
    return [edit(query, await card(scene, directive))]


async def pause(query: CallbackQuery, callback_data: Pause, scene: Scene) -> Sayings:
    """«Приостановить» pauses a directive, after asking."""
    directive = scene.catalog.directives.get(callback_data.id)
    if directive is None:
        return await _gone(query, scene)
    before = await pauses.of(scene.tx, directive.id)
    if before is not None and before.is_on:
        return [toast(query, views.PAUSED_ALREADY), edit(query, await card(scene, directive))]
    if not callback_data.sure:
        return [edit(query, views.ask_pause(directive))]
    await pauses.pause(scene.tx, directive.id, scene.person.id, scene.now)
    return [edit(query, await card(scene, directive))]


async def resume(query: CallbackQuery, callback_data: Resume, scene: Scene) -> Sayings:
    """«Возобновить» ends the pause."""
    directive = scene.catalog.directives.get(callback_data.id)
    if directive is None:
        return await _gone(query, scene)
    changed = await pauses.resume(scene.tx, directive.id, scene.person.id, scene.now)
    said: Sayings = [] if changed else [toast(query, views.RESUMED_ALREADY)]
    return [*said, edit(query, await card(scene, directive))]


async def open_now(query: CallbackQuery, callback_data: OpenNow, scene: Scene) -> Sayings:
    """«Открыть сейчас» opens the period that was shown, if it still is the next period."""
    directive = _within(scene, callback_data.id)
    if directive is None:
        return await _gone(query, scene)
    # Its period is asked once: whom a part of it leaves out, no schedule would ask any more.
    if not scene.person.limits.covers_all_of(directive):
        return [toast(query, views.BEYOND, alert=True)]
    paused = await pauses.of(scene.tx, directive.id)
    if paused is not None and paused.is_on:
        return [toast(query, views.RESUME_FIRST, alert=True), edit(query, await card(scene, directive))]
    calendar, now = scene.catalog.calendar, scene.now
    coming = await _unknown(scene, directive)
    opening = by_hand(directive, coming, calendar, now)
    if opening is None:
        return [toast(query, views.NOTHING_TO_OPEN, alert=True), edit(query, await card(scene, directive))]
    if not callback_data.mark:
        asked = await organizations.count_in_audience(scene.tx, directive.audience, Limits())
        planned = coming[0] if coming else None
        return [edit(query, views.ask_open(directive, opening, planned, asked, _mark(opening), now, scene.zone))]
    if callback_data.mark != _mark(opening):
        return [toast(query, views.OPENED_ALREADY), edit(query, await card(scene, directive))]
    round_id = await rounds.open_round(scene.tx, directive, opening, calendar, now, by=scene.person.id)
    if round_id is None:
        return [toast(query, views.OPENED_ALREADY), edit(query, await card(scene, directive))]
    await letters.ask(scene.tx, rounds.owing(round_id), calendar, now)
    return [edit(query, await card(scene, directive))]


async def card(scene: Scene, directive: Directive) -> Screen:
    """The screen of a directive as it stands."""
    tx = scene.tx
    last = await rounds.latest(tx, directive.id)
    if last is not None and not await rounds.within(tx, [last], scene.person.limits):
        last = None
    counts = (await control.counts(tx, [last.id], scene.person.limits, scene.now)).get(last.id) if last else None
    counts = counts or Counts()
    audience, limits = directive.audience, scene.person.limits
    departments = None
    if scene.catalog.territories and directive.is_of(scene.catalog.own_types):
        departments = await organizations.in_audience_by_territory(tx, audience, limits)
        asked = sum(departments.values())
    else:
        asked = await organizations.count_in_audience(tx, audience, limits)
    sent = await sent_directives.moments(tx)
    standing = views.Standing(
        directive=directive,
        coming=await _unknown(scene, directive),
        asked=asked,
        departments=departments,
        pause=await pauses.of(tx, directive.id),
        sent_at=sent[key] if (key := sent_as(directive, sent)) else None,
        last=(last, counts.done, counts.asked) if last else None,
    )
    return views.card(scene.person, standing, scene.catalog, scene.now)


async def _list(scene: Scene, page: int) -> Screen:
    directives, limits = scene.catalog.directives.values(), scene.person.limits
    mine = in_groups([each for each in directives if limits.covers(each)], lambda directive: directive, scene.catalog)
    shown, page, _ = paged(mine, page, views.PAGE)
    coming = {directive.id: nearest[0] for directive in shown if (nearest := await _unknown(scene, directive))}
    paused = await pauses.every(scene.tx)
    return views.listed(scene.person, shown, coming, len(mine), page, paused, scene.now, scene.zone)


async def _unknown(scene: Scene, directive: Directive) -> list[Occurrence]:
    """The periods to come that have no round yet."""
    coming = upcoming(directive, scene.catalog.calendar, scene.now)
    known = await rounds.known(scene.tx, directive.id, [occurrence.period for occurrence in coming])
    return [occurrence for occurrence in coming if occurrence.period not in known]


async def _gone(query: CallbackQuery, scene: Scene) -> Sayings:
    return [toast(query, views.GONE, alert=True), edit(query, await _list(scene, 0))]


def _within(scene: Scene, directive_id: str) -> Directive | None:
    """The directive, if it is a matter of this staff member's."""
    directive = scene.catalog.directives.get(directive_id)
    return directive if directive is not None and scene.person.limits.covers(directive) else None


def _mark(opening: Occurrence) -> str:
    """Tells the period from others; a period itself could be too long for a button."""
    return hashlib.sha256(opening.period.encode()).hexdigest()[:8]
