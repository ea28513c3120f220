"""Leads a person from /start to a seat."""

from datetime import timedelta
from typing import Any

from aiogram import F, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.filters import CommandObject, CommandStart
from aiogram.types import CallbackQuery, Message, User

from bot.delivery.numbered import numbered
from bot.domain.fields.marks import fold
from bot.domain.people.member import Right, Role, SeatState
from bot.domain.people.messenger import messenger_of
from bot.domain.people.names import same
from bot.domain.people.organization import Organization, OrganizationType
from bot.domain.people.roster import named
from bot.domain.people.search import asked, nearly
from bot.domain.screen import Screen
from bot.domain.text import clean
from bot.domain.window import Window
from bot.storage.desk import erasure, notices
from bot.storage.people import invitations, listing, organizations, people, seats
from bot.storage.people.listing import Which
from bot.storage.post import dialogues
from bot.storage.post.dialogues import Dialogue
from bot.views import callbacks, leaving
from bot.views.department import panel as panel_views
from bot.views.heads import registration as views
from bot.views.heads import settings as settings_views
from bot.views.short import short
from handlers import links
from handlers.rights import register
from handlers.saying import Sayings, Talking, anew, edit, send, toast
from handlers.scene import Scene
from handlers.seating import is_departments, seated, show_waiting

KIND = "registration"
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
        asked = views.consent(messenger_of(scene.person.id), links.token(payload))
        return [send(message, views.welcome(scene.catalog.source)), send(message, asked)]
    await people.ensure(scene.tx, scene.person.id, _name(message.from_user), scene.now)
    if scene.person.stopped_at or scene.person.paused_until:
        # Before all else: whoever comes back now wants to be written to.
        await people.resume(scene.tx, scene.person.id, scene.now)
    if payload.startswith(links.KINDS):
        return [send(message, await links.follow(scene, payload))]
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
        led_to = await links.follow(scene, callback_data.token)
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
    return [edit(query, await _ticked(scene, callback_data.type))]


async def _ticked(scene: Scene, which: str) -> Screen:
    chosen = set(scene.dialogue.data.get("types", ())) ^ {which}
    kept = [type_id for type_id in scene.catalog.types if type_id in chosen]
    await _keep(scene, types=kept, step="types", wide=False)
    return views.types(_types(scene), kept)


async def step(query: CallbackQuery, callback_data: callbacks.Registration, scene: Scene) -> Sayings:
    """Goes a step: «Готово», a page, «Нет в списке», back to the types."""
    if scene.dialogue.kind != KIND:
        return await _from_the_beginning(query, scene)
    return [edit(query, await _stepped(scene, callback_data.step, callback_data.page))]


async def _stepped(scene: Scene, to: str, page: int = 0) -> Screen:
    """Where that step leads from here, be its button pressed or its words written."""
    chosen = scene.dialogue.data.get("types", [])
    looked = scene.dialogue.data.get("query", "") if scene.dialogue.data.get("step") == "organizations" else ""
    if to == "unlisted" and chosen:
        await _keep(scene, step="unlisted", query="")
        return views.unlisted()
    if to == "new" and (name := scene.dialogue.data.get("name")) and chosen:
        await _keep(scene, step="role", organization=None)
        return views.role(name)
    if to != "organizations" or not (chosen or looked):
        await _keep(scene, step="types", query="")
        asked_for = views.types(_types(scene), chosen)
        return asked_for if chosen or to == "types" else views.type_first(asked_for)
    # «Готово» comes from the types and forgets an earlier search; a page keeps it.
    await _keep(scene, step="organizations", query=looked, page=page)
    return await _offered(scene, chosen, page, looked)


async def _by_number(text: str, scene: Scene) -> Screen | None:
    """Takes what the messenger shows by the number that was typed; None: there is none of that number."""
    said = text.strip().rstrip(".)")
    if not said.isdecimal() or len(said) > 2:
        return None
    data = numbered(await _as_it_stands(scene), messenger_of(scene.person.id), short).get(int(said), "")
    if data.startswith(f"{callbacks.PickType.__prefix__}:"):
        return await _ticked(scene, callbacks.PickType.unpack(data).type)
    if data.startswith(f"{callbacks.PickOrganization.__prefix__}:"):
        picked = await organizations.get(scene.tx, callbacks.PickOrganization.unpack(data).id)
        if picked is not None and picked.left_at is None and _is_offered(picked, scene.dialogue.data):
            return await _chosen(scene, picked)
    return None


async def search(message: Message, scene: Scene) -> Sayings:
    """Looks for the organization by its name."""
    text = message.text or ""
    typed = asked(text)
    types: list[str] = scene.dialogue.data["types"]
    if (to := views.step_of(text)) is not None:
        return [send(message, await _stepped(scene, to))]
    if not typed:
        await _keep(scene, query="", page=0)
        return [send(message, await _offered(scene, types, 0, ""))]
    found, elsewhere = await _found(scene, types, typed)
    # «2» is school № 2 before it is the second of the list.
    if (elsewhere or not found) and (led := await _by_number(text, scene)) is not None:
        return [send(message, led)]
    # What has been listed may be pressed, whatever is looked for after that.
    await _keep(scene, query=typed, page=0, wide=elsewhere or scene.dialogue.data.get("wide", False))
    return [send(message, views.organizations(found, 0, typed, elsewhere=elsewhere))]


async def type_name(message: Message, scene: Scene) -> Sayings:
    """Takes the name of an organization that the roster lacks, or has after all."""
    name = " ".join(clean(message.text or "").split())
    if (to := views.step_of(name)) is not None:
        return [send(message, await _stepped(scene, to))]
    if len(name) not in _NAME_LENGTH or not any(map(str.isalnum, name)):
        return [send(message, views.bad_name())]
    # Two people who type the same organization in mean one, even if it waits for its confirmation.
    known = named(await listing.alike(scene.tx, Which(everybody=True), name)).get(same(name))
    if known is not None and known.left_at is not None:
        return [send(message, leaving.not_listed(known.name))]
    if known is not None:
        return [send(message, await _chosen(scene, known))]
    # Of whatever type: perhaps it is another that has been ticked.
    if near := nearly(await listing.alike(scene.tx, Which(), name), name):
        await _keep(scene, name=name, wide=True)
        return [send(message, views.perhaps_listed(name, near))]
    await _keep(scene, step="role", organization=None, name=name)
    return [send(message, views.role(name))]


async def astray(message: Message, scene: Scene) -> Sayings:
    """Words or a file where a button is wanted: what was asked comes below. Whoever has a seat means something else."""
    if scene.person.is_staff or await seats.of_person(scene.tx, scene.person.id):
        raise SkipHandler
    said, text = scene.dialogue.data, message.text or ""
    to = views.step_of(text)
    if to is not None and (to, said["step"]) != ("organizations", "role"):
        return [send(message, await _stepped(scene, to))]
    if (led := await _by_number(text, scene)) is not None:
        return [send(message, led)]
    titled = [each.id for each in _types(scene) if fold(each.title) == fold(text)]
    if said["step"] == "types" and titled:
        return [send(message, await _ticked(scene, titled[0]))]
    if said["step"] == "types" and (typed := asked(text)):
        # Whoever names the organization at once need not say of what type it is.
        found, elsewhere = await _found(scene, said["types"], typed)
        if not found:
            return [send(message, views.nothing_found(typed, views.types(_types(scene), said["types"])))]
        await _keep(scene, step="organizations", query=typed, page=0, wide=elsewhere or not said["types"])
        return [send(message, views.organizations(found, 0, typed, elsewhere=elsewhere))]
    if said["step"] == "role" and (role := views.role_of(text)) is not None and not await _why_not(scene):
        return [send(message, await _taken(scene, role))]
    return [send(message, await _as_it_stands(scene))]


async def is_name(text: str, scene: Scene) -> bool:
    """Whether the words may be the name of an organization where the registration asks for one: «Помощь»."""
    said = scene.dialogue.data
    if said["step"] in ("types", "organizations") and (typed := asked(text)):
        return bool((await _found(scene, said["types"], typed))[0])
    return bool(said["step"] == "unlisted")


async def _offered(scene: Scene, types: list[str], page: int, typed: str) -> Screen:
    """The organizations of these types, or those that are meant by what was typed."""
    if not typed:
        return views.organizations(await listing.page(scene.tx, Which(types or None), page, views.PAGE), page)
    found, elsewhere = await _found(scene, types, typed)
    return views.organizations(found, page, typed, elsewhere=elsewhere)


async def _found(scene: Scene, types: list[str], typed: str) -> tuple[Window[Organization], bool]:
    """What is meant of these types; if that is nothing, of the others, and True."""
    found = await listing.find(scene.tx, Which(types), typed, scene.catalog.kinds) if types else Window([])
    if found:
        return found, False
    return await listing.find(scene.tx, Which(), typed, scene.catalog.kinds), bool(types)


async def _as_it_stands(scene: Scene) -> Screen:
    """What the registration asks now."""
    said = scene.dialogue.data
    chosen: list[str] = said.get("types", [])
    match said["step"]:
        case "organizations":
            return await _offered(scene, chosen, said.get("page", 0), said.get("query", ""))
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
    picked = await organizations.get(scene.tx, callback_data.id)
    if picked is None or not _is_offered(picked, scene.dialogue.data):
        # Other types have been chosen since, in an older message.
        return [edit(query, await _as_it_stands(scene))]
    if picked.left_at is not None:
        return [toast(query, leaving.NOT_LISTED, alert=True)]
    return [edit(query, await _chosen(scene, picked))]


def _is_offered(organization: Organization, said: dict[str, Any]) -> bool:
    """Whether it is one of those to choose from, as far as has been said."""
    return bool(said.get("wide") or organization.types & set(said.get("types", ())))


async def _chosen(scene: Scene, organization: Organization) -> Screen:
    """The next step, with that organization."""
    await _keep(scene, step="role", organization=organization.id)
    return views.role(organization.name)


async def pick_role(query: CallbackQuery, callback_data: callbacks.PickRole, scene: Scene) -> Sayings:
    """«Руководитель» or «Заместитель»: asks for the seat, or takes it."""
    if scene.dialogue.kind != KIND:
        return await _from_the_beginning(query, scene)
    if scene.dialogue.data.get("step") != "role" or callback_data.role not in set(Role):
        return [edit(query, await _as_it_stands(scene))]
    if why := await _why_not(scene):
        again = [edit(query, await _begin(scene))] if why == views.NO_ORGANIZATION else []
        return [toast(query, why, alert=True), *again]
    shown = await _taken(scene, Role(callback_data.role))
    return anew(query, shown) if shown.leaflet else [edit(query, shown)]


async def _why_not(scene: Scene) -> str:
    """Why the person may not ask for a seat where they have chosen to; empty: they may."""
    if len(await seats.of_person(scene.tx, scene.person.id)) >= _SEATS_AT_MOST:
        return views.ENOUGH_SEATS
    if await seats.asked(scene.tx, scene.person.id, scene.now - _WITHIN) >= _ASKED_AT_MOST:
        return views.ASKED_OFTEN
    chosen = scene.dialogue.data.get("organization")
    is_gone = chosen is not None and await organizations.get(scene.tx, chosen) is None
    return views.NO_ORGANIZATION if is_gone else ""


async def _taken(scene: Scene, role: Role) -> Screen:
    """Asks for the seat, or takes it; says what has become of that."""
    if scene.installation.registration == "invite" and not scene.person.is_admin:
        return views.by_invitation_only()
    said = scene.dialogue.data
    chosen: list[str] = said.get("types", [])
    organization_id = said.get("organization")
    known = await organizations.get(scene.tx, organization_id) if organization_id is not None else None
    if known is not None and known.left_at is not None:
        # It has left since it was chosen; a seat there would bring it back unasked.
        return leaving.not_listed(known.name)
    if known is not None:
        await organizations.hold(scene.tx, known.id)
    types = known.types if known else frozenset(chosen)
    # A seat in the department gives a role in it: an administrator decides about that in every mode.
    opened = scene.installation.registration == "open" and not is_departments(scene, types)
    # Whoever decides about it needs nobody's word, unless it has to be said whether there are two heads.
    taken = known is not None and role is Role.HEAD and bool(await seats.heads(scene.tx, known.id))
    mine = scene.person.is_admin or (known is not None and scene.person.manages(known))
    at_once = opened or (mine and not taken)
    if known is not None:
        place = known.id
    else:
        place = await organizations.add(scene.tx, said["name"], chosen, scene.person.id, scene.now, active=at_once)
    state = SeatState.SEATED if at_once else SeatState.WAITING
    seat = await seats.take(scene.tx, scene.person.id, place, role, state, scene.now)
    await dialogues.end(scene.tx, scene.person.id)
    if seat.state is SeatState.WAITING:
        await notices.registration(scene.tx, seat, scene.now)
        return views.waiting(seat)
    await seated(scene, seat, at_once=True)
    return views.seated(seat)


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


async def _keep(scene: Scene, **changes: Any) -> None:
    await dialogues.put(scene.tx, scene.person.id, Dialogue(KIND, {**scene.dialogue.data, **changes}), scene.now)


def _types(scene: Scene) -> list[OrganizationType]:
    """The types to choose from, the department's own last."""
    return sorted(scene.catalog.types.values(), key=lambda organization_type: organization_type.staff)


def _name(user: User | None) -> str:
    """The name of the profile, as the department sees it."""
    name = " ".join(clean(user.full_name).split())[:100] if user else ""
    return name or views.NAMELESS
