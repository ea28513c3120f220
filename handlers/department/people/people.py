"""Shows the roster (who sits where), makes invitations for a seat, and takes seats back."""

from dataclasses import replace

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from bot.domain.letter import LetterKind
from bot.domain.people.member import Limits, Right, Role
from bot.domain.people.messenger import messenger_of
from bot.domain.people.organization import Organization
from bot.domain.people.search import asked
from bot.domain.screen import Screen
from bot.storage.desk import notices
from bot.storage.ledger.changes import successions
from bot.storage.ledger.control import standing
from bot.storage.people import invitations, links, listing, organizations, people, seats
from bot.storage.people.listing import Which
from bot.storage.post import dialogues, letters
from bot.views.callbacks.department import Roster
from bot.views.callbacks.people import Card, Invite, Listed, Print, PrintNow, Vacate
from bot.views.department.people import invitations as invitation_views
from bot.views.department.people import people as views
from handlers.department.common import found, listen
from handlers.links import INVITATION
from handlers.rights import register
from handlers.saying import Sayings, Talking, edit, send, toast
from handlers.scene import Scene
from handlers.seating import dismissed

KIND = "roster"
_PRINTING = "printing"
_FORMER = 5


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="people")
    register(router.callback_query, roster, Roster.filter(), rights=Right.VIEW)
    register(router.callback_query, listed, Listed.filter(), rights=Right.VIEW)
    register(router.callback_query, card, Card.filter(), rights=Right.VIEW)
    register(router.callback_query, invite, Invite.filter(), rights=Right.MANAGE)
    register(router.callback_query, vacate, Vacate.filter(), rights=Right.MANAGE)
    register(router.callback_query, ask, Print.filter(), rights=Right.MANAGE)
    register(router.callback_query, make, PrintNow.filter(), rights=Right.MANAGE)
    register(
        router.message, search, Talking(KIND), F.text, ~F.text.startswith("/"), ~F.reply_to_message, rights=Right.VIEW
    )
    return router


async def roster(query: CallbackQuery, scene: Scene) -> Sayings:
    """Shows the types of organizations; what is typed next is looked for among all."""
    await listen(query, scene, KIND, **Listed().model_dump(), typed="")
    total, by_type = await standing.counts(scene.tx, scene.person.limits)
    limits = scene.person.limits
    waiting = len(await seats.waiting(scene.tx, limits)) if scene.person.may_manage else 0
    # Who goes on with their work may be said late, where that is said at all.
    names_heirs = scene.person.is_admin and scene.catalog.territories
    gone = await listing.count(scene.tx, Which(has_left=True)) if names_heirs else 0
    return [edit(query, views.roster(scene.person, total, by_type, waiting, scene.catalog, gone))]


async def listed(query: CallbackQuery, callback_data: Listed, scene: Scene) -> Sayings:
    """Shows a page of organizations; what is typed next is looked for among them."""
    typed = scene.dialogue.data.get("typed", "") if _is_same(scene, callback_data) else ""
    await listen(query, scene, KIND, **callback_data.model_dump(), typed=typed)
    return [edit(query, await _listed(scene, callback_data, typed))]


async def search(message: Message, scene: Scene) -> Sayings:
    """Looks for organizations by their names, or by those of their people."""
    data = scene.dialogue.data
    typed, about = asked(message.text or ""), Listed(type=data["type"], show=data["show"])
    screen = await _listed(scene, about, typed)
    return await found(message, scene, screen, **about.model_dump(), typed=typed)


async def card(query: CallbackQuery, callback_data: Card, scene: Scene) -> Sayings:
    """Shows an organization."""
    organization = await _within(scene, callback_data.organization)
    if organization is None:
        return [toast(query, views.NO_SUCH, alert=True)]
    return [edit(query, await show(scene, organization))]


async def invite(query: CallbackQuery, callback_data: Invite, scene: Scene) -> Sayings:
    """Makes a one-time link, in a message that can be forwarded as it is."""
    organization = await _within(scene, callback_data.organization)
    if organization is None or not organization.active:
        return [toast(query, views.NO_SUCH, alert=True)]
    tx, now = scene.tx, scene.now
    role = Role.DEPUTY if callback_data.kind == "deputy" else Role.HEAD
    beside = callback_data.kind == "beside"
    token = await invitations.create(tx, organization.id, role, scene.person.id, now, beside=beside)
    url = messenger_of(scene.person.id).link(scene.installation.bot_name(), INVITATION + token)
    until = now + invitations.LIFETIME
    heads = await seats.heads(tx, organization.id) if callback_data.kind == "head" else []
    word = invitation_views.replacing(heads[0].person_name) if heads else invitation_views.BELOW
    return [
        toast(query, word, alert=bool(heads)),
        edit(query, await show(scene, organization)),
        send(query, invitation_views.invitation(organization.name, role, url, until, now, scene.zone)),
    ]


async def vacate(query: CallbackQuery, callback_data: Vacate, scene: Scene) -> Sayings:
    """«Освободить место» vacates a seat, after asking."""
    seat = await seats.get(scene.tx, callback_data.seat)
    organization = await _within(scene, seat.organization_id) if seat else None
    if seat is None or organization is None:
        return [toast(query, views.NO_SUCH, alert=True)]
    there = await seats.holders(scene.tx, [organization.id])
    if seat.id not in [holder.id for holder in there]:
        return [toast(query, views.LEFT_ALREADY), edit(query, await show(scene, organization))]
    if not callback_data.sure:
        return [edit(query, views.vacate(seat, others=len(there) > 1))]
    await seats.vacate(scene.tx, seat.id, scene.person.id, scene.now)
    await dismissed(scene, seat, by_other=False)
    await notices.vacated(scene.tx, [organization.id], scene.catalog.calendar, scene.person.id, scene.now)
    return [edit(query, await show(scene, organization))]


async def ask(query: CallbackQuery, callback_data: Print, scene: Scene) -> Sayings:
    """Asks for whom invitations are to be made, then whether really."""
    offered = await listing.count(scene.tx, _which(scene, callback_data.type))
    without = await listing.count(scene.tx, _which(scene, callback_data.type, vacant=True))
    if not callback_data.show:
        await dialogues.end(scene.tx, scene.person.id)
        title = views.type_title(callback_data.type, scene.catalog)
        return [edit(query, invitation_views.choose(callback_data.type, title, offered, without))]
    # The dialogue lasts until they are made: a second press makes no second set of links.
    await listen(query, scene, _PRINTING, **callback_data.model_dump())
    chosen = without if callback_data.show == "vacant" else offered
    headed = offered - without if callback_data.show == "all" else 0
    until = scene.now + invitations.LIFETIME
    return [edit(query, invitation_views.sure(callback_data, chosen, headed, until, scene.now, scene.zone))]


async def make(query: CallbackQuery, callback_data: PrintNow, scene: Scene) -> Sayings:
    """Makes the invitations that were asked about; files, and messages to forward, come as letters."""
    if scene.dialogue.kind != _PRINTING:
        return [toast(query, invitation_views.DONE_ALREADY, alert=True)]
    await dialogues.end(scene.tx, scene.person.id)
    about = scene.dialogue.data
    which = _which(scene, about["type"], vacant=about["show"] == "vacant")
    if not 0 < await listing.count(scene.tx, which) <= invitation_views.AT_MOST:
        again = await ask(query, Print(type=about["type"]), scene)
        return [toast(query, invitation_views.OTHERS_NOW, alert=True), *again]
    chosen = [organization.id for organization in await listing.every(scene.tx, which)]
    batch = await invitations.create_batch(scene.tx, chosen, Role.HEAD, scene.person.id, scene.now)
    messages = callback_data.messages and len(chosen) <= invitation_views.MESSAGES_AT_MOST
    wanted = [("message", [organization_id]) for organization_id in chosen] if messages else []
    for form, ids in [*wanted, ("html", chosen), ("csv", chosen)]:
        await letters.write(
            scene.tx,
            LetterKind.INVITATIONS,
            [scene.person.id],
            scene.now,
            batch=batch,
            form=form,
            organizations=ids,
            bot=scene.installation.bot_name(),
            prefix=INVITATION,
        )
    return [edit(query, invitation_views.made(len(chosen), messages=messages))]


async def _listed(scene: Scene, about: Listed, typed: str) -> Screen:
    which = _which(scene, about.type, vacant=about.show == "vacant", silent=about.show == "silent")
    which = replace(which, has_left=about.show == "left")
    if typed:
        matching = await listing.find(scene.tx, which, typed, scene.catalog.kinds, by_people=True)
    else:
        matching = await listing.page(scene.tx, which, about.page, views.PAGE)
    here = [organization.id for organization in views.shown(matching, about)]
    wrong = await listing.marks(scene.tx, here)
    marks = {its: views.mark(vacant=its in wrong.vacant, silent=its in wrong.silent) for its in here}
    return views.listed(scene.person, matching, about, typed, marks, scene.catalog)


def _which(scene: Scene, type_: str, *, vacant: bool = False, silent: bool = False) -> Which:
    """Active organizations of the type, or all, within the limits of who looks."""
    return Which([type_] if type_ else None, scene.person.limits, vacant=vacant, silent=silent)


async def _within(scene: Scene, organization_id: int) -> Organization | None:
    organization = await organizations.get(scene.tx, organization_id)
    return organization if organization is not None and scene.person.limits.covers_place(organization) else None


async def show(scene: Scene, organization: Organization) -> Screen:
    """The card of the organization."""
    tx = scene.tx
    holders = []
    for seat in await seats.holders(tx, [organization.id]):
        person = await people.get(tx, seat.person_id)
        if person is not None:
            holders.append((seat, person))
    kin = await successions.of(tx, organization.id)
    about = views.Standing(
        organization,
        sorted(holders, key=lambda held: (held[0].role is not Role.HEAD, held[0].id)),
        await seats.former(tx, organization.id, _FORMER),
        await standing.debt(tx, organization.id, scene.person.limits, scene.now),
        len([seat for seat in await seats.waiting(tx, Limits()) if seat.organization_id == organization.id]),
        await invitations.pending(tx, organization.id, scene.now),
        await links.successions(tx, Limits(), organization_id=organization.id),
        kin.before,
        kin.after,
        kin.wholes,
        kin.parts,
    )
    data = scene.dialogue.data
    came = scene.dialogue.kind == KIND
    to = Listed(type=data["type"], show=data["show"], page=data["page"]) if came else Roster()
    return views.card(scene.person, about, scene.catalog, scene.now, scene.zone, to.pack())


def _is_same(scene: Scene, about: Listed) -> bool:
    """Whether the page belongs to the list that was searched."""
    data = scene.dialogue.data
    return scene.dialogue.kind == KIND and (data["type"], data["show"]) == (about.type, about.show)
