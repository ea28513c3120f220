"""From /start to a seat."""

import hmac
from datetime import datetime
from typing import Any

from aiogram import F, Router
from aiogram.filters import CommandObject, CommandStart
from aiogram.types import CallbackQuery, Message, User

from bot.domain.catalog import Catalog
from bot.domain.letter import LetterKind
from bot.domain.member import Person, Role, Seat, SeatState, StaffRole
from bot.domain.organization import OrganizationType
from bot.domain.screen import Screen
from bot.domain.search import find
from bot.domain.values import clean
from bot.storage import dialogues, invitations, letters, meta, notices, organizations, people, rounds, seats
from bot.storage.dialogues import Dialogue
from bot.storage.engine import Tx
from bot.views import callbacks, common
from bot.views import registration as views
from bot.views import settings as settings_views
from handlers.saying import Sayings, Talking, edit, send, toast

KIND = "registration"
INVITATION = "inv_"
CLAIM = "claim_"
_NAME_LENGTH = range(3, 201)
# Nobody sits at more places than that; it keeps one account from flooding the department with requests.
_SEATS_AT_MOST = 20


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="registration")
    router.message.register(start, CommandStart())
    router.callback_query.register(consent, callbacks.Consent.filter())
    router.callback_query.register(again, callbacks.Registration.filter(F.step == "again"))
    router.callback_query.register(pick_type, callbacks.PickType.filter())
    router.callback_query.register(step, callbacks.Registration.filter())
    router.callback_query.register(pick_organization, callbacks.PickOrganization.filter())
    router.callback_query.register(pick_role, callbacks.PickRole.filter())
    router.message.register(search, Talking(KIND, "organizations"), F.text, ~F.text.startswith("/"))
    router.message.register(type_name, Talking(KIND, "unlisted"), F.text, ~F.text.startswith("/"))
    return router


async def start(
    message: Message,
    command: CommandObject,
    tx: Tx,
    now: datetime,
    person: Person,
    catalog: Catalog,
    mode: str,
) -> Sayings:
    """/start: greets a stranger, resumes a known person, follows a deep link."""
    payload = (command.args or "").strip()
    if person.consent_at is None:
        return [send(message, views.welcome(catalog.source)), send(message, views.consent(_token(payload)))]
    await people.ensure(tx, person.id, _name(message.from_user), now)
    if person.stopped_at or person.paused_until:
        # Before all else: whoever takes a seat now wants to be written to.
        await people.resume(tx, person.id, now)
    if payload.startswith((INVITATION, CLAIM)):
        return [send(message, await _follow(tx, now, person, catalog, payload))]
    held = await seats.of_person(tx, person.id)
    if not held:
        return [send(message, await _begin(tx, now, person, catalog, mode))]
    await notices.back(tx, person.id, now)
    await dialogues.end(tx, person.id)
    waiting = [seat for seat in held if seat.state is SeatState.WAITING]
    if len(waiting) == len(held):
        return [send(message, views.waiting(waiting[0]))]
    return [send(message, settings_views.resumed(held))]


async def consent(
    query: CallbackQuery,
    callback_data: callbacks.Consent,
    tx: Tx,
    now: datetime,
    person: Person,
    catalog: Catalog,
    mode: str,
) -> Sayings:
    """«Согласен»: from here on the person's data are kept."""
    if person.consent_at is not None and await seats.of_person(tx, person.id):
        return [toast(query, common.OUTDATED)]
    await people.ensure(tx, person.id, _name(query.from_user), now)
    await people.consent(tx, person.id, now)
    if person.is_admin:
        await show_waiting(tx, person.id, now)
    if callback_data.token:
        return [edit(query, await _follow(tx, now, person, catalog, callback_data.token))]
    if person.is_admin and person.consent_at is None:
        return [edit(query, views.claimed())]
    return [edit(query, await _begin(tx, now, person, catalog, mode))]


async def again(query: CallbackQuery, tx: Tx, now: datetime, person: Person, catalog: Catalog, mode: str) -> Sayings:
    """«Добавить организацию» in the settings."""
    return [edit(query, await _begin(tx, now, person, catalog, mode))]


async def pick_type(
    query: CallbackQuery,
    callback_data: callbacks.PickType,
    tx: Tx,
    now: datetime,
    person: Person,
    dialogue: Dialogue,
    catalog: Catalog,
) -> Sayings:
    """Ticks or unticks a type."""
    if dialogue.kind != KIND:
        return [toast(query, common.OUTDATED)]
    chosen = set(dialogue.data.get("types", ())) ^ {callback_data.type}
    kept = [one for one in catalog.types if one in chosen]
    await _keep(tx, now, person, dialogue, types=kept, step="types")
    return [edit(query, views.types(_types(catalog), kept))]


async def step(
    query: CallbackQuery,
    callback_data: callbacks.Registration,
    tx: Tx,
    now: datetime,
    person: Person,
    dialogue: Dialogue,
    catalog: Catalog,
) -> Sayings:
    """«Готово», pages, «Нет в списке», back to the types."""
    if dialogue.kind != KIND:
        return [toast(query, common.OUTDATED)]
    chosen = dialogue.data.get("types", [])
    if callback_data.step == "unlisted" and chosen:
        await _keep(tx, now, person, dialogue, step="unlisted", query="")
        return [edit(query, views.unlisted())]
    if callback_data.step != "organizations" or not chosen:
        await _keep(tx, now, person, dialogue, step="types", query="")
        return [edit(query, views.types(_types(catalog), chosen))]
    # «Готово» comes from the types and forgets what was searched before; a page keeps it.
    typed = dialogue.data.get("query", "") if dialogue.data.get("step") == "organizations" else ""
    await _keep(tx, now, person, dialogue, step="organizations", query=typed)
    found = await organizations.of_types(tx, chosen)
    if typed:
        found = find(found, typed)
    return [edit(query, views.organizations(found, callback_data.page, typed))]


async def search(message: Message, tx: Tx, now: datetime, person: Person, dialogue: Dialogue) -> Sayings:
    """A part of the organization's name."""
    typed = clean(message.text or "")[:100]
    await _keep(tx, now, person, dialogue, query=typed)
    found = find(await organizations.of_types(tx, dialogue.data["types"]), typed)
    return [send(message, views.organizations(found, 0, typed))]


async def type_name(message: Message, tx: Tx, now: datetime, person: Person, dialogue: Dialogue) -> Sayings:
    """The name of an organization that the roster lacks; or has, after all."""
    name = " ".join(clean(message.text or "").split())
    if len(name) not in _NAME_LENGTH:
        return [send(message, views.bad_name())]
    known = await organizations.alike(tx, name)
    if known is not None:
        await _keep(tx, now, person, dialogue, step="role", organization=known.id)
    else:
        await _keep(tx, now, person, dialogue, step="role", organization=None, name=name)
    return [send(message, views.role(name))]


async def pick_organization(
    query: CallbackQuery,
    callback_data: callbacks.PickOrganization,
    tx: Tx,
    now: datetime,
    person: Person,
    dialogue: Dialogue,
) -> Sayings:
    """An organization of the list."""
    if dialogue.kind != KIND:
        return [toast(query, common.OUTDATED)]
    organization = await organizations.get(tx, callback_data.id)
    if organization is None or not organization.types & set(dialogue.data.get("types", ())):
        return [toast(query, common.OUTDATED, alert=True)]
    await _keep(tx, now, person, dialogue, step="role", organization=organization.id)
    return [edit(query, views.role(organization.name))]


async def pick_role(
    query: CallbackQuery,
    callback_data: callbacks.PickRole,
    tx: Tx,
    now: datetime,
    person: Person,
    dialogue: Dialogue,
    catalog: Catalog,
    mode: str,
) -> Sayings:
    """«Руководитель» or «Заместитель»: the seat is asked for, or taken."""
    if dialogue.kind != KIND or dialogue.data.get("step") != "role":
        return [toast(query, common.OUTDATED)]
    if callback_data.role not in set(Role):
        return [toast(query, common.OUTDATED)]
    if mode == "invite" and not person.is_admin:
        return [edit(query, views.by_invitation_only())]
    if len(await seats.of_person(tx, person.id)) >= _SEATS_AT_MOST:
        return [toast(query, views.ENOUGH_SEATS, alert=True)]
    chosen: list[str] = dialogue.data.get("types", [])
    organization_id = dialogue.data.get("organization")
    known = await organizations.get(tx, organization_id) if organization_id is not None else None
    types = known.types if known else frozenset(chosen)
    # A seat in the department itself opens the department's doors: an administrator decides, in every mode.
    staff = any(catalog.types[one].staff for one in types if one in catalog.types)
    at_once = person.is_admin or (mode == "open" and not staff)
    if known is not None:
        place = known.id
    else:
        place = await organizations.add(tx, dialogue.data["name"], chosen, person.id, now, active=at_once)
    state = SeatState.SEATED if at_once else SeatState.WAITING
    seat = await seats.take(tx, person.id, place, Role(callback_data.role), state, now)
    await dialogues.end(tx, person.id)
    if seat.state is SeatState.WAITING:
        await notices.registration(tx, seat, now)
        return [edit(query, views.waiting(seat))]
    await seated(tx, seat, catalog, person.id, now, now)
    return [edit(query, views.seated(seat))]


async def seated(tx: Tx, seat: Seat, catalog: Catalog, by: int, now: datetime, send_after: datetime) -> None:
    """What follows from a seat being taken: the organization owes what is open, the person is asked for it."""
    organization = await organizations.get(tx, seat.organization_id)
    assert organization is not None
    await organizations.activate(tx, organization.id, by, now)
    if any(catalog.types[one].staff for one in organization.types if one in catalog.types):
        await people.make_staff(tx, seat.person_id, StaffRole.CURATOR, by, now)
    await rounds.join(tx, [organization.id], catalog.calendar, now)
    await letters.ask(tx, [organization.id], now, send_after)


async def unseated(tx: Tx, person_id: int, catalog: Catalog, now: datetime) -> None:
    """What follows from a seat being given up: a curator without a seat in the department is none any more."""
    for seat in await seats.of_person(tx, person_id):
        if seat.state is not SeatState.SEATED:
            # Anybody may ask for a seat there; only an administrator's word gives the role.
            continue
        organization = await organizations.get(tx, seat.organization_id)
        if organization and any(catalog.types[one].staff for one in organization.types if one in catalog.types):
            return
    await people.revoke_curator(tx, person_id, now)


async def show_waiting(tx: Tx, admin_id: int, now: datetime) -> None:
    """An administrator who could not be written to gets the cards of those who still wait."""
    for seat in await seats.waiting(tx):
        await letters.write(tx, LetterKind.REGISTRATION, [admin_id], now, seat=seat.id)


async def _begin(tx: Tx, now: datetime, person: Person, catalog: Catalog, mode: str) -> Screen:
    """The first screen of a registration, or the word that it needs an invitation."""
    if mode == "invite" and not person.is_admin:
        return views.by_invitation_only()
    await dialogues.put(tx, person.id, Dialogue(KIND, {"step": "types", "types": []}), now)
    return views.types(_types(catalog), ())


async def _follow(tx: Tx, now: datetime, person: Person, catalog: Catalog, token: str) -> Screen:
    """What comes of a deep link: a seat, or the first administrator."""
    if token.startswith(CLAIM):
        return await _claim(tx, now, person, token.removeprefix(CLAIM))
    token = token.removeprefix(INVITATION)
    offered = await invitations.find(tx, token)
    held = [
        one
        for one in await seats.of_person(tx, person.id)
        if offered and offered.organization_id == one.organization_id
    ]
    sits = offered is not None and bool(held) and held[0].state is SeatState.SEATED
    if offered and sits and (offered.role is held[0].role or offered.used_at is not None):
        # People open the same link again: it has done its work, or may serve somebody else.
        return views.seated(held[0])
    invitation = await invitations.use(tx, token, person.id, now)
    if invitation is None:
        return views.bad_invitation()
    if sits:
        # A deputy with the head's link, or the other way round.
        await seats.leave(tx, held[0].id, person.id, now)
    seat = await seats.take(tx, person.id, invitation.organization_id, invitation.role, SeatState.SEATED, now)
    await seated(tx, seat, catalog, person.id, now, now)
    await dialogues.end(tx, person.id)
    return views.seated(seat)


async def _claim(tx: Tx, now: datetime, person: Person, token: str) -> Screen:
    expected = await meta.get(tx, meta.CLAIM_HASH) or ""
    fits = hmac.compare_digest(invitations.digest(token), expected)
    if not fits or not await meta.remove(tx, meta.CLAIM_HASH):
        return views.bad_claim()
    await people.make_admin(tx, person.id, person.id, now)
    await show_waiting(tx, person.id, now)
    return views.claimed()


async def _keep(tx: Tx, now: datetime, person: Person, dialogue: Dialogue, **changes: Any) -> None:
    await dialogues.put(tx, person.id, Dialogue(KIND, {**dialogue.data, **changes}), now)


def _types(catalog: Catalog) -> list[OrganizationType]:
    """Heads' types first, the department's own last."""
    return sorted(catalog.types.values(), key=lambda one: one.staff)


def _token(payload: str) -> str:
    """The deep link's payload if it is one of ours and fits into a button."""
    ours = payload.startswith((INVITATION, CLAIM)) and payload.isascii() and ":" not in payload
    return payload if ours and len(payload) <= 60 else ""


def _name(user: User | None) -> str:
    """The name of the profile: what the department sees."""
    name = " ".join(clean(user.full_name).split())[:100] if user else ""
    return name or "Без имени"
