"""Links that can be used still: who made them, how they are recalled, and who would take whose place by one."""

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.domain.letter import LetterKind
from bot.domain.people.member import Limits, Right, Succession
from bot.domain.screen import Screen
from bot.storage.people import invitations, links, organizations, staff
from bot.storage.post import dialogues, letters
from bot.views.callbacks.people import EndLink, EndLinks, Links, Succeed, Successor
from bot.views.department.people import links as views
from handlers.rights import register
from handlers.saying import Sayings, edit, toast
from handlers.scene import Scene
from handlers.seating import by_link


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="links")
    register(router.callback_query, listed, Links.filter(), rights=Right.ADMIN)
    register(router.callback_query, end, EndLink.filter(), rights=Right.ADMIN)
    register(router.callback_query, end_all, EndLinks.filter(), rights=Right.ADMIN)
    register(router.callback_query, successor, Successor.filter(), rights=Right.CURATE)
    register(router.callback_query, succeed, Succeed.filter(), rights=Right.CURATE)
    return router


async def listed(query: CallbackQuery, callback_data: Links, scene: Scene) -> Sayings:
    """Shows a page of the links."""
    await dialogues.end(scene.tx, scene.person.id)
    return [edit(query, await _listed(scene, callback_data.organization, callback_data.page))]


async def end(query: CallbackQuery, callback_data: EndLink, scene: Scene) -> Sayings:
    """«Отозвать» recalls a link, unless somebody was faster to use it."""
    to_seat = callback_data.to == "seat"
    open_now = await links.usable_now(scene.tx, scene.now)
    wanted = [
        link for link in open_now if link.id == callback_data.id and (link.organization_id is not None) == to_seat
    ]
    gone = await links.end(scene.tx, wanted, scene.person.id, scene.now) if wanted else 0
    said = toast(query, views.ENDED) if gone else toast(query, views.USED if wanted else views.GONE, alert=True)
    return [said, edit(query, await _listed(scene, callback_data.organization, callback_data.page))]


async def end_all(query: CallbackQuery, callback_data: EndLinks, scene: Scene) -> Sayings:
    """«Отозвать все» asks first, and again if there are others meanwhile than it has asked about."""
    place = callback_data.organization
    open_now = await links.usable_now(scene.tx, scene.now, organization_id=place or None)
    if not open_now:
        return [toast(query, views.NONE_LEFT, alert=True), edit(query, await _listed(scene, place, 0))]
    if callback_data.count != len(open_now):
        return [edit(query, views.ask_all(len(open_now), place))]
    gone = await links.end(scene.tx, open_now, scene.person.id, scene.now)
    return [toast(query, views.ended(gone)), edit(query, await _listed(scene, place, 0))]


async def successor(query: CallbackQuery, callback_data: Successor, scene: Scene) -> Sayings:
    """Shows the card of somebody who waits to take another's place."""
    waiting = await _waiting(scene, callback_data.invitation)
    if waiting is None:
        return [toast(query, views.DECIDED, alert=True), edit(query, views.over())]
    return [edit(query, views.succession(waiting))]


async def succeed(query: CallbackQuery, callback_data: Succeed, scene: Scene) -> Sayings:
    """«Подтвердить» or «Отказать». The first of two who decide does; whoever came by the link is not asked."""
    waiting = await _waiting(scene, callback_data.invitation)
    if waiting is None:
        return [toast(query, views.DECIDED, alert=True), edit(query, views.over())]
    tx, me, now = scene.tx, scene.person.id, scene.now
    if waiting.person_id == me and await _somebody_else(scene, waiting):
        return [toast(query, views.OWN, alert=True)]
    await organizations.hold(tx, waiting.organization_id)
    invitation = await invitations.get(tx, waiting.id)
    assert invitation is not None
    if not callback_data.accept:
        if not await invitations.refuse(tx, invitation, me, now):
            return [toast(query, views.DECIDED, alert=True), edit(query, views.over())]
        await letters.write(tx, LetterKind.UNLINKED, [waiting.person_id], now, invitation=invitation.id)
        return [edit(query, views.decided(waiting, accepted=False))]
    if callback_data.mark != views.mark(waiting):
        return [toast(query, views.CHANGED, alert=True), edit(query, views.succession(waiting))]
    seat = await by_link(scene, invitation, waiting.person_id, at_once=False)
    if seat is None:
        return [toast(query, views.DECIDED, alert=True), edit(query, views.over())]
    await letters.write(tx, LetterKind.SEATED, [waiting.person_id], now, seat=seat.id)
    return [edit(query, views.decided(waiting, accepted=True))]


async def _waiting(scene: Scene, invitation_id: int) -> Succession | None:
    """Who waits by that link, if the organization is a matter of this staff member's."""
    found = await links.successions(scene.tx, scene.person.limits, invitation_id=invitation_id)
    return found[0] if found else None


async def _somebody_else(scene: Scene, waiting: Succession) -> bool:
    """Whether another of the department may decide about it."""
    organization = await organizations.get(scene.tx, waiting.organization_id)
    return bool(await staff.curators(scene.tx, None, organization, but=scene.person.id))


async def _listed(scene: Scene, organization_id: int, page: int) -> Screen:
    tx, place = scene.tx, organization_id or None
    return views.listed(
        await links.usable_now(tx, scene.now, organization_id=place),
        await links.successions(tx, Limits(), organization_id=place),
        organization_id,
        page,
        scene.catalog,
        scene.now,
        scene.zone,
    )
