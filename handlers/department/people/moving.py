"""An organization goes to another territory, or others go on with its work: from its card, or in an import."""

from dataclasses import replace
from typing import Any

from aiogram import F, Router
from aiogram.filters import BaseFilter
from aiogram.types import CallbackQuery, Message

from bot.domain.people import search
from bot.domain.people.heirs import Heirs, Wishes
from bot.domain.people.leaving import Loss
from bot.domain.people.member import Right
from bot.domain.people.organization import Organization, RosterEntry, entry_of
from bot.domain.people.proposal import Proposal
from bot.domain.people.roster import Changed, RosterChange
from bot.domain.screen import Screen
from bot.storage.desk import losses
from bot.storage.ledger import leaving, roster
from bot.storage.people import listing, organizations
from bot.storage.people.listing import Which
from bot.storage.post import dialogues
from bot.storage.post.dialogues import Dialogue
from bot.views import common
from bot.views import roster as roster_views
from bot.views.callbacks.people import Heir, Place
from bot.views.department.people import moving as views
from bot.views.department.people import people as cards
from bot.views.department.people.moving import Naming
from handlers.department.common import listen, shown
from handlers.department.people import importing, people
from handlers.rights import register
from handlers.saying import Sayings, edit, toast
from handlers.scene import Scene

KIND = "heirs"


class NamesHeir(BaseFilter):
    """Passes whoever is choosing who goes on with the work of an organization."""

    async def __call__(self, _event: Message, scene: Scene, **_: Any) -> bool:
        return scene.dialogue.kind == KIND or (importing.is_shown(scene) and "naming" in scene.dialogue.data)


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="moving")
    register(router.callback_query, place, Place.filter(), rights=Right.ADMIN)
    register(router.callback_query, heir, Heir.filter(), rights=Right.ADMIN)
    register(
        router.message, find, NamesHeir(), F.text, ~F.text.startswith("/"), ~F.reply_to_message, rights=Right.ADMIN
    )
    return router


# --- Another territory ---


async def place(query: CallbackQuery, callback_data: Place, scene: Scene) -> Sayings:
    """«Сменить территорию»: where to, what becomes of open requests, and then it is done."""
    organization = await organizations.get(scene.tx, callback_data.organization)
    if organization is None or not organization.active:
        return [toast(query, cards.NO_SUCH, alert=True)]
    if callback_data.act == "ask":
        return [edit(query, views.territories(organization, scene.catalog))]
    to = callback_data.to
    is_there = to == organization.territory
    if is_there or (to and to not in scene.catalog.territories):
        # Somebody was faster, or the territory has gone meanwhile.
        said = toast(query, views.THERE_ALREADY) if is_there else toast(query, common.OUTDATED, alert=True)
        return [said, edit(query, await people.show(scene, organization))]
    after = replace(entry_of(organization), territory=to)
    change = RosterChange(changed=(Changed(organization, after),), stays=callback_data.act == "stay")
    if callback_data.act == "pick" and organization.territory:
        owed = (await leaving.owed_by(scene.tx, [organization.id], scene.now)).get(organization.id, [])
        if owed:
            loss = (await losses.of(scene.tx, change, scene.now)).get(organization.id, Loss())
            return [edit(query, views.ask_move(organization, to, len(owed), loss, scene.catalog))]
    await roster.apply(scene.tx, change, scene.catalog, scene.person.id, scene.now)
    moved = await organizations.get(scene.tx, organization.id) or organization
    return [toast(query, views.MOVED), edit(query, await people.show(scene, moved))]


# --- Heirs ---


async def heir(query: CallbackQuery, callback_data: Heir, scene: Scene) -> Sayings:
    """Who goes on with the work of an organization, and who takes what is open there."""
    if importing.is_shown(scene):
        return await _of_import(query, callback_data, scene)
    organization = await organizations.get(scene.tx, callback_data.organization)
    if organization is None or not (organization.active or organization.left_at is not None):
        return [toast(query, cards.NO_SUCH, alert=True)]
    if callback_data.act == "open":
        await listen(query, scene, KIND, organization=organization.id, heirs=Heirs(()).dump(), typed="")
        return [edit(query, await _naming_screen(scene, organization, Heirs(()), 0, ""))]
    if scene.dialogue.kind != KIND or scene.dialogue.data["organization"] != organization.id:
        return [toast(query, common.OUTDATED, alert=True)]
    if callback_data.act == "done" and callback_data.code == views.ALL:
        await dialogues.end(scene.tx, scene.person.id)
        return [edit(query, await people.show(scene, organization))]
    said = Heirs.load(scene.dialogue.data["heirs"])
    if callback_data.act in ("done", "sure"):
        return await _carry_out(query, callback_data, scene, organization, said)
    named = _changed(said, callback_data)
    await _keep(scene, heirs=named.dump())
    typed = scene.dialogue.data["typed"]
    return [edit(query, await _naming_screen(scene, organization, named, callback_data.page, typed))]


async def find(message: Message, scene: Scene) -> Sayings:
    """Looks for who may go on with the work."""
    typed, data = search.asked(message.text or ""), scene.dialogue.data
    await _keep(scene, typed=typed)
    if importing.is_shown(scene):
        proposal = await importing.proposal_of(scene)
        gone = {each.id: each for each in proposal.change.removed}
        if data["naming"] in gone:
            return shown(message, scene, _in_preview(proposal, gone[data["naming"]], 0, typed))
        return shown(message, scene, await importing.again(scene, proposal))
    organization = await organizations.get(scene.tx, data["organization"])
    assert organization is not None
    return shown(message, scene, await _naming_screen(scene, organization, Heirs.load(data["heirs"]), 0, typed))


async def _of_import(query: CallbackQuery, callback_data: Heir, scene: Scene) -> Sayings:
    proposal = await importing.proposal_of(scene)
    gone = {each.id: each for each in proposal.change.removed}
    if callback_data.organization not in gone:
        return [toast(query, roster_views.OUTDATED, alert=True), edit(query, await importing.again(scene, proposal))]
    if callback_data.act in ("done", "sure"):
        return [edit(query, await importing.again(scene, proposal))]
    organization = gone[callback_data.organization]
    named = _changed(proposal.change.heirs.get(organization.id, Heirs(())), callback_data)
    known = Wishes(proposal.change.heirs, proposal.change.stays)
    proposal = await importing.proposal_of(scene, known.with_heirs(organization.id, named))
    await importing.again(scene, proposal)
    typed = "" if callback_data.act == "open" else scene.dialogue.data.get("typed", "")
    screen_at = query.message.message_id if query.message is not None else None
    kept = (await dialogues.get(scene.tx, scene.person.id)).data
    data = {**kept, "naming": organization.id, "typed": typed, "screen": screen_at}
    await dialogues.put(scene.tx, scene.person.id, Dialogue(importing.KIND, data), scene.now)
    return [edit(query, _in_preview(proposal, organization, callback_data.page, typed))]


def _in_preview(proposal: Proposal, organization: Organization, page: int, typed: str) -> Screen:
    """Those that stay or are new; those first that are new, then those nearby."""
    entries = [*proposal.after.values()]
    if typed:
        entries = search.rank(entries, typed, lambda entry: [name for name in (entry.name, entry.short) if name])
    else:
        new = {entry.code for entry in proposal.change.added}
        entries.sort(key=lambda each: (each.code not in new, not _is_near(each, organization)))
    page = max(0, min(page, -(-len(entries) // views.PAGE) - 1))
    shown_here = entries[page * views.PAGE : (page + 1) * views.PAGE]
    named = proposal.change.heirs.get(organization.id, Heirs(()))
    names = {code: entry.name for code, entry in proposal.after.items()}
    owed = len(proposal.losses.get(organization.id, Loss()).obligations)
    return views.heirs(Naming(organization, named, names, shown_here, len(entries), page, owed, typed))


def _is_near(entry: RosterEntry, organization: Organization) -> bool:
    return entry.territory == organization.territory and bool(entry.types & organization.types)


def _changed(heirs: Heirs, callback_data: Heir) -> Heirs:
    """The heirs as the press has them."""
    code = callback_data.code
    if callback_data.act == "pick":
        return heirs.toggled(code)
    if callback_data.act == "who":
        takers = heirs.codes if code == views.ALL else tuple(each for each in heirs.codes if each == code)
        return replace(heirs, takers=takers)
    return heirs


async def _keep(scene: Scene, **said: Any) -> None:
    data = {**scene.dialogue.data, **said}
    await dialogues.put(scene.tx, scene.person.id, Dialogue(scene.dialogue.kind, data), scene.now)


async def _naming(scene: Scene, organization: Organization, heirs: Heirs, page: int, typed: str) -> Naming:
    which = Which(limits=scene.person.limits)
    if typed:
        found = await listing.find(scene.tx, which, typed, scene.catalog.kinds)
        others = [each for each in found if each.id != organization.id]
        page = max(0, min(page, -(-len(others) // views.PAGE) - 1))
        here, total = others[page * views.PAGE : (page + 1) * views.PAGE], len(others)
    else:
        listed = await listing.page(scene.tx, which, page, views.PAGE)
        total = len(listed)
        page = max(0, min(page, -(-total // views.PAGE) - 1))
        here = [each for each in listed[page * views.PAGE : (page + 1) * views.PAGE] if each.id != organization.id]
    names = {each.code: each.name for each in await organizations.of_codes(scene.tx, heirs.codes)}
    owed = (await leaving.owed_by(scene.tx, [organization.id], scene.now)).get(organization.id, [])
    return Naming(organization, heirs, names, here, total, page, len(owed), typed)


async def _naming_screen(scene: Scene, organization: Organization, heirs: Heirs, page: int, typed: str) -> Screen:
    return views.heirs(await _naming(scene, organization, heirs, page, typed))


async def _carry_out(
    query: CallbackQuery, callback_data: Heir, scene: Scene, organization: Organization, said: Heirs
) -> Sayings:
    """Shows what it comes to, and does it once that is confirmed; shows it again if it would cost more by now."""
    there = await organizations.of_codes(scene.tx, said.codes)
    named = said.among(each.code for each in there if each.active and each.id != organization.id)
    if not named.codes:
        return [toast(query, views.NOBODY, alert=True)]
    change = RosterChange(removed=(organization,) if organization.active else (), heirs={organization.id: named})
    loss = (await losses.of(scene.tx, change, scene.now)).get(organization.id, Loss())
    mark = Proposal(change, {organization.id: loss}).mark
    if callback_data.act != "sure" or scene.dialogue.data.get("mark") != mark:
        await _keep(scene, heirs=named.dump(), mark=mark)
        asked = views.ask_succeed(await _naming(scene, organization, named, 0, ""), loss)
        is_other = callback_data.act == "sure"
        return [*([toast(query, roster_views.OUTDATED, alert=True)] if is_other else []), edit(query, asked)]
    await roster.apply(scene.tx, change, scene.catalog, scene.person.id, scene.now)
    await dialogues.end(scene.tx, scene.person.id)
    gone = await organizations.get(scene.tx, organization.id) or organization
    return [toast(query, views.SUCCEEDED), edit(query, await people.show(scene, gone))]
