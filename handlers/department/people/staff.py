"""Roles in the department: shows who has which, gives them by links, limits them, and takes them away."""

from dataclasses import replace

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.domain.people.member import Limits, Person, Right, StaffRole
from bot.domain.people.messenger import messenger_of
from bot.domain.screen import Screen
from bot.storage.desk import notices
from bot.storage.people import links, people, staff
from bot.storage.post import dialogues
from bot.views import common
from bot.views.callbacks.people import Grant, Limit, Member, Members, Withdraw
from bot.views.callbacks.people import Limits as LimitsPage
from bot.views.department.people import staff as views
from handlers.department.common import listen
from handlers.links import STAFF
from handlers.rights import register
from handlers.saying import Sayings, edit, send, toast
from handlers.scene import Scene

# The conversation in which somebody chooses what a curator is limited to.
KIND = "limits"


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="staff")
    register(router.callback_query, members, Members.filter(), rights=Right.MANAGE)
    register(router.callback_query, member, Member.filter(), rights=Right.MANAGE)
    register(router.callback_query, grant, Grant.filter(), rights=Right.MANAGE)
    register(router.callback_query, tick, Limit.filter(), rights=Right.MANAGE)
    register(router.callback_query, limits, LimitsPage.filter(), rights=Right.MANAGE)
    register(router.callback_query, withdraw, Withdraw.filter(), rights=Right.MANAGE)
    return router


async def members(query: CallbackQuery, callback_data: Members, scene: Scene) -> Sayings:
    """Shows a page of the staff."""
    await dialogues.end(scene.tx, scene.person.id)
    return [edit(query, await _members(scene, callback_data.page))]


async def member(query: CallbackQuery, callback_data: Member, scene: Scene) -> Sayings:
    """Shows a staff member."""
    person = await _staff(scene, callback_data.person)
    if person is None:
        return await _gone(query, scene)
    return [edit(query, await _member(scene, person))]


async def grant(query: CallbackQuery, callback_data: Grant, scene: Scene) -> Sayings:
    """Gives a member a role, or makes a link for somebody new; what it is limited to is asked first."""
    role, name, limited, bounds = callback_data.role, "", Limits(), scene.person.limits
    if callback_data.person:
        person = await _staff(scene, callback_data.person)
        if person is None:
            return await _gone(query, scene)
        kept = await _kept(query, scene, person)
        if kept is not None:
            return kept
        name, limited = person.name or str(person.id), person.limits
    if role is not StaffRole.CURATOR:
        limited = Limits(territories=limited.territories)
    if not views.offers(role, limited, bounds, scene.catalog):
        return await _grant(query, scene, callback_data.person, role, limited)
    await _listen(query, scene, callback_data.person, role, limited)
    is_new = not callback_data.person
    return [edit(query, views.choose(role, limited, 0, bounds, scene.catalog, name=name, is_new=is_new))]


async def tick(query: CallbackQuery, callback_data: Limit, scene: Scene) -> Sayings:
    """Ticks or unticks a type, a topic or a territory."""
    if scene.dialogue.kind != KIND:
        return await _begin_again(query, scene)
    role, chosen = _role(scene), Limits.load(scene.dialogue.data)
    offered = views.offers(role, chosen, scene.person.limits, scene.catalog)
    if (callback_data.scope, callback_data.value) not in [(offer.scope, offer.id) for offer in offered]:
        shown = await _choose(scene, scene.dialogue.data["person"], role, chosen, scene.dialogue.data["page"])
        return [toast(query, common.NOT_OFFERED, alert=True), edit(query, shown)]
    flipped = frozenset({callback_data.value})
    match callback_data.scope:
        case "types":
            chosen = replace(chosen, types=chosen.types ^ flipped)
        case "topics":
            chosen = replace(chosen, topics=chosen.topics ^ flipped)
        case "territories":
            chosen = replace(chosen, territories=chosen.territories ^ flipped)
    person_id, page = scene.dialogue.data["person"], scene.dialogue.data["page"]
    await _listen(query, scene, person_id, role, chosen, page)
    return [edit(query, await _choose(scene, person_id, role, chosen, page))]


async def limits(query: CallbackQuery, callback_data: LimitsPage, scene: Scene) -> Sayings:
    """Shows another page of what somebody can be limited to, or ends the choice."""
    if scene.dialogue.kind != KIND:
        return await _begin_again(query, scene)
    person_id, role, chosen = scene.dialogue.data["person"], _role(scene), Limits.load(scene.dialogue.data)
    # A territory may have been merged, and whoever chooses may have other limits, since they began.
    lacking = views.not_there(chosen, scene.person.limits, scene.catalog) if callback_data.done else ""
    if lacking or not callback_data.done:
        await _listen(query, scene, person_id, role, chosen, callback_data.page)
        said = [toast(query, lacking, alert=True)] if lacking else []
        return [*said, edit(query, await _choose(scene, person_id, role, chosen, callback_data.page))]
    await dialogues.end(scene.tx, scene.person.id)
    return await _grant(query, scene, person_id, role, chosen)


async def withdraw(query: CallbackQuery, callback_data: Withdraw, scene: Scene) -> Sayings:
    """«Отозвать роль» takes the role away, after asking."""
    person = await _staff(scene, callback_data.person)
    if person is None:
        return await _gone(query, scene)
    kept = await _kept(query, scene, person)
    if kept is not None:
        return kept
    if not callback_data.sure:
        return [edit(query, views.withdraw(person))]
    await staff.revoke(scene.tx, person.id, scene.person.id, scene.now)
    await dialogues.end(scene.tx, person.id)
    await notices.role(scene.tx, person.id, scene.now)
    if person.id == scene.person.id:
        return [edit(query, views.resigned())]
    return [edit(query, await _members(scene, 0))]


async def _grant(query: CallbackQuery, scene: Scene, person_id: int, role: StaffRole, limited: Limits) -> Sayings:
    """Gives the role, by a link if it is for nobody in particular, and never beyond the limits of who gives it."""
    tx, now, limited = scene.tx, scene.now, limited.within(scene.person.limits)
    if not person_id:
        token = await staff.invite(tx, role, limited, scene.person.id, now)
        url = messenger_of(scene.person.id).link(scene.installation.bot_name(), STAFF + token)
        message = views.invitation(role, limited, url, now + staff.LIFETIME, scene.catalog, scene.zone)
        return [toast(query, views.BELOW), edit(query, await _members(scene, 0)), send(query, message)]
    person = await _staff(scene, person_id)
    if person is None:
        return await _gone(query, scene)
    kept = await _kept(query, scene, person)
    if kept is not None:
        return kept
    if not await staff.change(tx, person.id, role, limited, scene.person.id, now):
        return [toast(query, views.NO_CHANGE), edit(query, await _member(scene, person))]
    await notices.role(tx, person.id, now)
    fresh = await people.get(tx, person_id)
    assert fresh is not None
    if person.id == scene.person.id and not fresh.may_manage:
        # The person may not see the member's card any more.
        return [toast(query, views.CHANGED), edit(query, views.demoted(role))]
    return [toast(query, views.CHANGED), edit(query, await _member(scene, fresh))]


async def _kept(query: CallbackQuery, scene: Scene, person: Person) -> Sayings | None:
    """Why the member's role stays as it is; None if nothing stands against a change."""
    if person.id in scene.installation.admin_ids:
        return [toast(query, views.BY_SETTING, alert=True), edit(query, await _member(scene, person))]
    if await staff.is_last_admin(scene.tx, person.id):
        return [toast(query, views.LAST, alert=True), edit(query, await _member(scene, person))]
    return None


async def _staff(scene: Scene, person_id: int) -> Person | None:
    """The staff member, if nothing is theirs that is not this person's too."""
    person = await people.get(scene.tx, person_id)
    if person is None or not person.is_staff:
        return None
    return person if scene.person.limits.include(person.limits) else None


async def _begin_again(query: CallbackQuery, scene: Scene) -> Sayings:
    """What was being chosen is forgotten."""
    return [toast(query, common.BEGIN_AGAIN, alert=True), edit(query, await _members(scene, 0))]


async def _gone(query: CallbackQuery, scene: Scene) -> Sayings:
    return [toast(query, views.NO_MEMBER, alert=True), edit(query, await _members(scene, 0))]


async def _members(scene: Scene, page: int) -> Screen:
    bounds, since = scene.person.limits, await staff.since(scene.tx)
    everybody = [person for person in await staff.members(scene.tx) if bounds.include(person.limits)]
    open_links = await links.usable_now(scene.tx, scene.now, bounds)
    return views.members(everybody, since, page, len(open_links), scene.catalog, scene.now, scene.zone)


async def _member(scene: Scene, person: Person) -> Screen:
    since = (await staff.since(scene.tx)).get(person.id)
    return views.member(
        person,
        since,
        scene.catalog,
        scene.now,
        scene.zone,
        bounds=scene.person.limits,
        by_setting=person.id in scene.installation.admin_ids,
        last=await staff.is_last_admin(scene.tx, person.id),
    )


async def _choose(scene: Scene, person_id: int, role: StaffRole, chosen: Limits, page: int) -> Screen:
    person = await people.get(scene.tx, person_id) if person_id else None
    name = (person.name or str(person.id)) if person else ""
    return views.choose(role, chosen, page, scene.person.limits, scene.catalog, name=name, is_new=not person_id)


def _role(scene: Scene) -> StaffRole:
    """The role that is being limited. Conversations of before others could be limited lack it."""
    return StaffRole(scene.dialogue.data.get("role", StaffRole.CURATOR))


async def _listen(
    query: CallbackQuery, scene: Scene, person_id: int, role: StaffRole, chosen: Limits, page: int = 0
) -> None:
    await listen(query, scene, KIND, person=person_id, role=role, page=page, **chosen.dump())
