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
from handlers.registration import STAFF
from handlers.rights import register
from handlers.saying import Sayings, edit, send, toast
from handlers.scene import Scene

# The conversation in which somebody chooses what a curator is limited to.
KIND = "limits"


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="staff")
    register(router.callback_query, members, Members.filter(), rights=Right.ADMIN)
    register(router.callback_query, member, Member.filter(), rights=Right.ADMIN)
    register(router.callback_query, grant, Grant.filter(), rights=Right.ADMIN)
    register(router.callback_query, tick, Limit.filter(), rights=Right.ADMIN)
    register(router.callback_query, limits, LimitsPage.filter(), rights=Right.ADMIN)
    register(router.callback_query, withdraw, Withdraw.filter(), rights=Right.ADMIN)
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
    """Gives a member a role, or makes a link for somebody new; a curator's limits are asked first."""
    role, name, limited = callback_data.role, "", Limits()
    if callback_data.person:
        person = await _staff(scene, callback_data.person)
        if person is None:
            return await _gone(query, scene)
        kept = await _kept(query, scene, person)
        if kept is not None:
            return kept
        name, limited = person.name or str(person.id), person.limits
    if role is not StaffRole.CURATOR:
        return await _grant(query, scene, callback_data.person, role, Limits())
    await _listen(query, scene, callback_data.person, limited)
    return [edit(query, views.choose(limited, 0, scene.catalog, name=name, is_new=not callback_data.person))]


async def tick(query: CallbackQuery, callback_data: Limit, scene: Scene) -> Sayings:
    """Ticks or unticks a type or a topic."""
    known = set(scene.catalog.types) if callback_data.scope == "types" else set(scene.catalog.topics)
    if scene.dialogue.kind != KIND or callback_data.value not in known:
        return [toast(query, common.OUTDATED)]
    chosen = Limits.load(scene.dialogue.data)
    flipped = frozenset({callback_data.value})
    match callback_data.scope:
        case "types":
            chosen = replace(chosen, types=chosen.types ^ flipped)
        case "topics":
            chosen = replace(chosen, topics=chosen.topics ^ flipped)
    person_id, page = scene.dialogue.data["person"], scene.dialogue.data["page"]
    await _listen(query, scene, person_id, chosen, page)
    return [edit(query, await _choose(scene, person_id, chosen, page))]


async def limits(query: CallbackQuery, callback_data: LimitsPage, scene: Scene) -> Sayings:
    """Shows another page of what a curator can be limited to, or ends the choice."""
    if scene.dialogue.kind != KIND:
        return [toast(query, common.OUTDATED)]
    person_id, chosen = scene.dialogue.data["person"], Limits.load(scene.dialogue.data)
    if not callback_data.done:
        await _listen(query, scene, person_id, chosen, callback_data.page)
        return [edit(query, await _choose(scene, person_id, chosen, callback_data.page))]
    await dialogues.end(scene.tx, scene.person.id)
    return await _grant(query, scene, person_id, StaffRole.CURATOR, chosen)


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
    """Gives the role, by a link if it is for nobody in particular."""
    tx, now = scene.tx, scene.now
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
    if person.id == scene.person.id:
        # The person is no administrator any more, and may not see the member's card.
        return [toast(query, views.CHANGED), edit(query, views.demoted(role))]
    fresh = await _staff(scene, person_id)
    assert fresh is not None
    return [toast(query, views.CHANGED), edit(query, await _member(scene, fresh))]


async def _kept(query: CallbackQuery, scene: Scene, person: Person) -> Sayings | None:
    """Why the member's role stays as it is; None if nothing stands against a change."""
    if person.id in scene.installation.admin_ids:
        return [toast(query, views.BY_SETTING, alert=True), edit(query, await _member(scene, person))]
    if await staff.is_last_admin(scene.tx, person.id):
        return [toast(query, views.LAST, alert=True), edit(query, await _member(scene, person))]
    return None


async def _staff(scene: Scene, person_id: int) -> Person | None:
    person = await people.get(scene.tx, person_id)
    return person if person is not None and person.is_staff else None


async def _gone(query: CallbackQuery, scene: Scene) -> Sayings:
    return [toast(query, views.NO_MEMBER, alert=True), edit(query, await _members(scene, 0))]


async def _members(scene: Scene, page: int) -> Screen:
    everybody, since = await staff.members(scene.tx), await staff.since(scene.tx)
    open_links = await links.usable_now(scene.tx, scene.now)
    return views.members(everybody, since, page, len(open_links), scene.catalog, scene.now, scene.zone)


async def _member(scene: Scene, person: Person) -> Screen:
    since = (await staff.since(scene.tx)).get(person.id)
    return views.member(
        person,
        since,
        scene.catalog,
        scene.now,
        scene.zone,
        by_setting=person.id in scene.installation.admin_ids,
        last=await staff.is_last_admin(scene.tx, person.id),
    )


async def _choose(scene: Scene, person_id: int, chosen: Limits, page: int) -> Screen:
    person = await people.get(scene.tx, person_id) if person_id else None
    name = (person.name or str(person.id)) if person else ""
    return views.choose(chosen, page, scene.catalog, name=name, is_new=not person_id)


async def _listen(query: CallbackQuery, scene: Scene, person_id: int, chosen: Limits, page: int = 0) -> None:
    await listen(query, scene, KIND, person=person_id, page=page, **chosen.dump())
