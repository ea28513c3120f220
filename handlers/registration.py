"""Leads a person from /start to a seat."""

import hmac
from datetime import timedelta
from typing import Any

from aiogram import F, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.filters import CommandObject, CommandStart
from aiogram.types import CallbackQuery, Message, User

from bot.domain.people.member import Invitation, Limits, Right, Role, SeatState, StaffRole
from bot.domain.people.messenger import messenger_of
from bot.domain.people.names import same
from bot.domain.people.organization import OrganizationType
from bot.domain.people.roster import named
from bot.domain.people.search import asked, nearly
from bot.domain.screen import Screen
from bot.domain.text import clean
from bot.storage.desk import erasure, notices
from bot.storage.people import invitations, listing, organizations, people, seats, staff
from bot.storage.people.listing import Which
from bot.storage.post import dialogues, meta
from bot.storage.post.dialogues import Dialogue
from bot.views import callbacks, leaving
from bot.views.department import panel as panel_views
from bot.views.heads import registration as views
from bot.views.heads import settings as settings_views
from handlers.rights import register
from handlers.saying import Sayings, Talking, anew, edit, send, toast
from handlers.scene import Scene
from handlers.seating import by_link, is_departments, seated, show_waiting

KIND = "registration"
INVITATION = "inv_"
CLAIM = "claim_"
STAFF = "staff_"
_LINKS = (INVITATION, CLAIM, STAFF)
_NAME_LENGTH = range(3, 201)
# Nobody sits at more organizations; the limit keeps an account from flooding the department with requests.
_SEATS_AT_MOST = 20
# So does what may be asked for within a day, whatever is given up meanwhile; and beginning as somebody new.
_WITHIN, _ASKED_AT_MOST, _ERASED_AT_MOST = timedelta(days=1), 30, 3


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="registration")
    register(router.message, start, CommandStart(ignore_case=True), rights=Right.ANYBODY)
    register(router.callback_query, consent, callbacks.Consent.filter(), rights=Right.ANYBODY)
    register(router.callback_query, again, callbacks.Registration.filter(F.step == "again"), rights=Right.AGREED)
    register(router.callback_query, pick_type, callbacks.PickType.filter(), rights=Right.AGREED)
    register(router.callback_query, step, callbacks.Registration.filter(), rights=Right.AGREED)
    register(router.callback_query, pick_organization, callbacks.PickOrganization.filter(), rights=Right.AGREED)
    register(router.callback_query, pick_role, callbacks.PickRole.filter(), rights=Right.AGREED)
    register(router.callback_query, give_up, callbacks.GiveUp.filter(), rights=Right.AGREED)
    register(
        router.message, search, Talking(KIND, "organizations"), F.text, ~F.text.startswith("/"), rights=Right.AGREED
    )
    register(router.message, type_name, Talking(KIND, "unlisted"), F.text, ~F.text.startswith("/"), rights=Right.AGREED)
    register(router.message, astray, Talking(KIND), ~F.text.startswith("/"), rights=Right.AGREED)
    return router


async def start(message: Message, command: CommandObject, scene: Scene) -> Sayings:
    """/start: greets a stranger, resumes a known person, follows a deep link."""
    payload = (command.args or "").strip()
    if scene.person.consent_at is None:
        asked = views.consent(messenger_of(scene.person.id), _token(payload))
        return [send(message, views.welcome(scene.catalog.source)), send(message, asked)]
    await people.ensure(scene.tx, scene.person.id, _name(message.from_user), scene.now)
    if scene.person.stopped_at or scene.person.paused_until:
        # Before all else: whoever comes back now wants to be written to.
        await people.resume(scene.tx, scene.person.id, scene.now)
    if payload.startswith(_LINKS):
        return [send(message, await _follow(scene, payload))]
    held = await seats.of_person(scene.tx, scene.person.id)
    if not held and (coming := await invitations.waiting_for(scene.tx, scene.person.id)) is not None:
        return [send(message, views.succeeds(coming))]
    if not held:
        return [send(message, await _begin(scene))]
    await notices.back(scene.tx, scene.person.id, scene.now)
    await dialogues.end(scene.tx, scene.person.id)
    waiting = [seat for seat in held if seat.state is SeatState.WAITING]
    if len(waiting) == len(held):
        return [send(message, views.waiting(waiting[0]))]
    return [send(message, settings_views.resumed(held, scene.now, scene.zone))]


async def consent(query: CallbackQuery, callback_data: callbacks.Consent, scene: Scene) -> Sayings:
    """«Согласен»: the bot keeps the person's data from here on."""
    if scene.person.consent_at is not None and await seats.of_person(scene.tx, scene.person.id):
        return [toast(query, views.OVER)]
    if await erasure.erased_since(scene.tx, scene.person.id, scene.now - _WITHIN) >= _ERASED_AT_MOST:
        return [toast(query, views.ERASED_OFTEN, alert=True)]
    await people.ensure(scene.tx, scene.person.id, _name(query.from_user), scene.now)
    await people.consent(scene.tx, scene.person.id, scene.now)
    if scene.person.may_manage:
        await show_waiting(scene, scene.person.limits)
    if callback_data.token:
        led_to = await _follow(scene, callback_data.token)
        return [edit(query, led_to)] if led_to.keyboard is None else anew(query, led_to)
    if scene.person.is_admin and scene.person.consent_at is None:
        return [edit(query, panel_views.welcome())]
    return [edit(query, await _begin(scene))]


async def again(query: CallbackQuery, scene: Scene) -> Sayings:
    """«Добавить организацию» in the settings begins another registration."""
    return [edit(query, await _begin(scene))]


async def _from_the_beginning(query: CallbackQuery, scene: Scene) -> Sayings:
    """Begins anew in the pressed message after another conversation; not for those who have a seat."""
    if await seats.of_person(scene.tx, scene.person.id):
        # The second of two quick presses must not take away what the first has brought.
        return [toast(query, views.OVER)]
    return [edit(query, await _begin(scene))]


async def pick_type(query: CallbackQuery, callback_data: callbacks.PickType, scene: Scene) -> Sayings:
    """Ticks or unticks a type."""
    if scene.dialogue.kind != KIND:
        return await _from_the_beginning(query, scene)
    chosen = set(scene.dialogue.data.get("types", ())) ^ {callback_data.type}
    kept = [type_id for type_id in scene.catalog.types if type_id in chosen]
    await _keep(scene, types=kept, step="types")
    return [edit(query, views.types(_types(scene), kept))]


async def step(query: CallbackQuery, callback_data: callbacks.Registration, scene: Scene) -> Sayings:
    """Goes a step: «Готово», a page, «Нет в списке», back to the types."""
    if scene.dialogue.kind != KIND:
        return await _from_the_beginning(query, scene)
    chosen = scene.dialogue.data.get("types", [])
    if callback_data.step == "unlisted" and chosen:
        await _keep(scene, step="unlisted", query="")
        return [edit(query, views.unlisted())]
    if callback_data.step == "new" and (name := scene.dialogue.data.get("name")) and chosen:
        await _keep(scene, step="role", organization=None)
        return [edit(query, views.role(name))]
    if callback_data.step != "organizations" or not chosen:
        await _keep(scene, step="types", query="")
        return [edit(query, views.types(_types(scene), chosen))]
    # «Готово» comes from the types and forgets an earlier search; a page keeps it.
    typed = scene.dialogue.data.get("query", "") if scene.dialogue.data.get("step") == "organizations" else ""
    await _keep(scene, step="organizations", query=typed)
    return [edit(query, await _offered(scene, chosen, callback_data.page, typed))]


async def search(message: Message, scene: Scene) -> Sayings:
    """Looks for the organization by its name."""
    typed = asked(message.text or "")
    await _keep(scene, query=typed)
    return [send(message, await _offered(scene, scene.dialogue.data["types"], 0, typed))]


async def type_name(message: Message, scene: Scene) -> Sayings:
    """Takes the name of an organization that the roster lacks, or has after all."""
    name = " ".join(clean(message.text or "").split())
    if len(name) not in _NAME_LENGTH:
        return [send(message, views.bad_name())]
    # Two people who type the same organization in mean one, even if it waits for its confirmation.
    known = named(await listing.alike(scene.tx, Which(everybody=True), name)).get(same(name))
    if known is not None and known.left_at is not None:
        return [send(message, leaving.not_listed(known.name))]
    if known is not None:
        await _keep(scene, step="role", organization=known.id)
        return [send(message, views.role(known.name))]
    if near := nearly(await listing.alike(scene.tx, Which(scene.dialogue.data["types"]), name), name):
        await _keep(scene, name=name)
        return [send(message, views.perhaps_listed(name, near))]
    await _keep(scene, step="role", organization=None, name=name)
    return [send(message, views.role(name))]


async def astray(message: Message, scene: Scene) -> Sayings:
    """Words or a file where a button is wanted: what was asked comes below. Whoever has a seat means something else."""
    if scene.person.is_staff or await seats.of_person(scene.tx, scene.person.id):
        raise SkipHandler
    return [send(message, await _as_it_stands(scene))]


async def _offered(scene: Scene, types: list[str], page: int, typed: str) -> Screen:
    """The organizations of these types, or those of them that are meant by what was typed."""
    which = Which(types)
    if typed:
        matching = await listing.find(scene.tx, which, typed, scene.catalog.kinds)
    else:
        matching = await listing.page(scene.tx, which, page, views.PAGE)
    return views.organizations(matching, page, typed)


async def _as_it_stands(scene: Scene) -> Screen:
    """What the registration asks now."""
    said = scene.dialogue.data
    chosen: list[str] = said.get("types", [])
    match said["step"]:
        case "organizations":
            return await _offered(scene, chosen, 0, said.get("query", ""))
        case "unlisted":
            return views.unlisted()
        case "role":
            known = await organizations.get(scene.tx, said["organization"]) if said.get("organization") else None
            return views.press(views.role(known.name if known is not None else said.get("name", "")))
        case _:
            return views.press(views.types(_types(scene), chosen))


async def pick_organization(query: CallbackQuery, callback_data: callbacks.PickOrganization, scene: Scene) -> Sayings:
    """Takes an organization of the list."""
    if scene.dialogue.kind != KIND:
        return await _from_the_beginning(query, scene)
    organization = await organizations.get(scene.tx, callback_data.id)
    if organization is None or not organization.types & set(scene.dialogue.data.get("types", ())):
        # Other types have been chosen since, in an older message.
        return [edit(query, await _as_it_stands(scene))]
    if organization.left_at is not None:
        return [toast(query, leaving.NOT_LISTED, alert=True)]
    await _keep(scene, step="role", organization=organization.id)
    return [edit(query, views.role(organization.name))]


async def pick_role(query: CallbackQuery, callback_data: callbacks.PickRole, scene: Scene) -> Sayings:
    """«Руководитель» or «Заместитель»: asks for the seat, or takes it."""
    if scene.dialogue.kind != KIND:
        return await _from_the_beginning(query, scene)
    if scene.dialogue.data.get("step") != "role" or callback_data.role not in set(Role):
        return [edit(query, await _as_it_stands(scene))]
    if scene.installation.registration == "invite" and not scene.person.is_admin:
        return [edit(query, views.by_invitation_only())]
    if len(await seats.of_person(scene.tx, scene.person.id)) >= _SEATS_AT_MOST:
        return [toast(query, views.ENOUGH_SEATS, alert=True)]
    if await seats.asked(scene.tx, scene.person.id, scene.now - _WITHIN) >= _ASKED_AT_MOST:
        return [toast(query, views.ASKED_OFTEN, alert=True)]
    said = scene.dialogue.data
    chosen: list[str] = said.get("types", [])
    organization_id = said.get("organization")
    known = await organizations.get(scene.tx, organization_id) if organization_id is not None else None
    if organization_id is not None and known is None:
        return [toast(query, views.NO_ORGANIZATION, alert=True), edit(query, await _begin(scene))]
    if known is not None and known.left_at is not None:
        # It has left since it was chosen; a seat there would bring it back unasked.
        return [edit(query, leaving.not_listed(known.name))]
    if known is not None:
        await organizations.hold(scene.tx, known.id)
    types = known.types if known else frozenset(chosen)
    # A seat in the department gives a role in it: an administrator decides about that in every mode.
    opened = scene.installation.registration == "open" and not is_departments(scene, types)
    # Whoever decides about it needs nobody's word, unless it has to be said whether there are two heads.
    taken = known is not None and callback_data.role == Role.HEAD and bool(await seats.heads(scene.tx, known.id))
    mine = scene.person.is_admin or (known is not None and scene.person.manages(known))
    at_once = opened or (mine and not taken)
    if known is not None:
        place = known.id
    else:
        place = await organizations.add(scene.tx, said["name"], chosen, scene.person.id, scene.now, active=at_once)
    state = SeatState.SEATED if at_once else SeatState.WAITING
    seat = await seats.take(scene.tx, scene.person.id, place, Role(callback_data.role), state, scene.now)
    await dialogues.end(scene.tx, scene.person.id)
    if seat.state is SeatState.WAITING:
        await notices.registration(scene.tx, seat, scene.now)
        return [edit(query, views.waiting(seat))]
    await seated(scene, seat, at_once=True)
    return anew(query, views.seated(seat))


async def give_up(query: CallbackQuery, callback_data: callbacks.GiveUp, scene: Scene) -> Sayings:
    """«Отозвать заявку»: whoever has come by a link for another's place does not wait for it any more."""
    me = scene.person.id
    waiting = await invitations.get(scene.tx, callback_data.invitation)
    if waiting is None or waiting.used_by != me or not await invitations.refuse(scene.tx, waiting, me, scene.now):
        return [toast(query, views.DECIDED, alert=True)]
    return [edit(query, views.given_up())]


async def _begin(scene: Scene) -> Screen:
    """Begins a registration: its first screen, or the word that it needs an invitation."""
    if scene.installation.registration == "invite" and not scene.person.is_admin:
        return views.by_invitation_only()
    await dialogues.put(scene.tx, scene.person.id, Dialogue(KIND, {"step": "types", "types": []}), scene.now)
    return views.types(_types(scene), ())


async def _follow(scene: Scene, token: str) -> Screen:
    """Follows a deep link: to a seat, a role in the department, or the first administrator's rights."""
    if token.startswith(CLAIM):
        return await _claim(scene, token.removeprefix(CLAIM))
    if token.startswith(STAFF):
        return await _join_staff(scene, token.removeprefix(STAFF))
    token = token.removeprefix(INVITATION)
    offered = await invitations.find(scene.tx, token)
    held = [
        seat
        for seat in await seats.of_person(scene.tx, scene.person.id)
        if offered and offered.organization_id == seat.organization_id
    ]
    if offered is not None and offered.left_at is not None:
        return leaving.not_listed(offered.organization_name)
    sits = offered is not None and bool(held) and held[0].state is SeatState.SEATED
    if offered and sits and (offered.role is held[0].role or (offered.used_at is not None and not offered.waits)):
        # People open a link again that has done its work, or may still serve somebody else.
        return views.seated(held[0])
    if offered is not None and offered.waits and offered.used_by == scene.person.id:
        return views.succeeds(offered)
    invitation = await invitations.use(scene.tx, token, scene.person.id, scene.now)
    if invitation is None:
        return views.bad_invitation()
    await dialogues.end(scene.tx, scene.person.id)
    await organizations.hold(scene.tx, invitation.organization_id)
    if invitation.role is Role.HEAD and not invitation.beside and await _unseats(scene, invitation):
        organization = await organizations.get(scene.tx, invitation.organization_id)
        assert organization is not None
        await notices.succession(scene.tx, invitation, organization, scene.now)
        return views.succeeds(invitation)
    seat = await by_link(scene, invitation, scene.person.id, at_once=True)
    assert seat is not None, "the link was used in this very transaction"
    return views.seated(seat)


async def _unseats(scene: Scene, invitation: Invitation) -> bool:
    """Whether somebody would lose their place to the bearer of the link."""
    heads = await seats.heads(scene.tx, invitation.organization_id)
    return any(head.person_id != scene.person.id for head in heads)


async def _join_staff(scene: Scene, token: str) -> Screen:
    """Gives a role in the department by a link; a link never takes a greater role away."""
    tx, person, now = scene.tx, scene.person, scene.now
    offered = await staff.find_invitation(tx, token)
    if offered is not None and person.staff_role is not None:
        same = (person.staff_role, person.limits) == (offered.role, offered.limits)
        # Whoever has made it for their territory may not take away what others have given.
        beyond = bool(offered.limits.territories) and not offered.limits.include(person.limits)
        if same or beyond or person.staff_role.rank < offered.role.rank or offered.used_by == person.id:
            # The link may serve somebody else.
            return views.staff_already(person.staff_role)
    if offered is not None and not _is_somewhere(scene, offered.limits):
        return views.territory_gone()
    invitation = await staff.use_invitation(tx, token, person.id, now)
    if invitation is None:
        return views.bad_invitation()
    granted = await staff.grant(tx, person.id, invitation.role, person.id, now, invitation.limits)
    if not granted:
        await staff.change(tx, person.id, invitation.role, invitation.limits, person.id, now)
    await dialogues.end(tx, person.id)
    await notices.role(tx, person.id, now)
    await notices.linked(tx, invitation, person.id, now)
    if invitation.role is StaffRole.ADMIN:
        await show_waiting(scene, invitation.limits)
    return views.staff_seated(invitation.role)


def _is_somewhere(scene: Scene, limits: Limits) -> bool:
    """Whether any of the territories is left that the limits name."""
    return not limits.territories or not limits.territories.isdisjoint(scene.catalog.territories)


async def _claim(scene: Scene, token: str) -> Screen:
    expected = await meta.get(scene.tx, meta.CLAIM_HASH) or ""
    fits = hmac.compare_digest(invitations.digest(token), expected)
    # It is for the first administrator: since it was printed the settings may have named one.
    if not fits or await staff.admins(scene.tx) or not await meta.remove(scene.tx, meta.CLAIM_HASH):
        return views.bad_claim()
    await staff.make_admin(scene.tx, scene.person.id, scene.person.id, scene.now)
    await notices.role(scene.tx, scene.person.id, scene.now)
    await show_waiting(scene, Limits())
    return panel_views.welcome()


async def _keep(scene: Scene, **changes: Any) -> None:
    await dialogues.put(scene.tx, scene.person.id, Dialogue(KIND, {**scene.dialogue.data, **changes}), scene.now)


def _types(scene: Scene) -> list[OrganizationType]:
    """The types to choose from, the department's own last."""
    return sorted(scene.catalog.types.values(), key=lambda organization_type: organization_type.staff)


def _token(payload: str) -> str:
    """The deep link's payload, if the bot made it and it fits into a button; otherwise empty."""
    ours = payload.startswith(_LINKS) and payload.isascii() and ":" not in payload
    return payload if ours and len(payload) <= 60 else ""


def _name(user: User | None) -> str:
    """The name of the profile, as the department sees it."""
    name = " ".join(clean(user.full_name).split())[:100] if user else ""
    return name or views.NAMELESS
