"""An organization goes to another territory, or others go on with its work: from its card, or in an import."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

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
from bot.storage.ledger.changes import leaving, roster
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

# Who goes on with the work of an organization, and what was made out of a part of one that stays.
KIND, PARTS = "heirs", "parts"
# Of so many new ones those nearby come first, where somebody chooses out of which one was made.
_NEAR = 20
T = TypeVar("T")


class NamesHeir(BaseFilter):
    """Passes whoever is choosing who goes on with the work of an organization."""

    async def __call__(self, _event: Message, scene: Scene, **_: Any) -> bool:
        return scene.dialogue.kind in (KIND, PARTS) or (importing.is_shown(scene) and "naming" in scene.dialogue.data)


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
        said = toast(query, views.THERE_ALREADY) if is_there else toast(query, views.NO_TERRITORY, alert=True)
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
    if callback_data.act == "open" or (callback_data.act == "part" and organization.active):
        none, kind = Heirs((), keeps=callback_data.act == "part"), PARTS if callback_data.act == "part" else KIND
        await listen(query, scene, kind, organization=organization.id, heirs=none.dump(), typed="")
        return [edit(query, await _naming_screen(scene, organization, none, 0, "", is_part=none.keeps))]
    is_part = scene.dialogue.kind == PARTS
    is_other = scene.dialogue.kind not in (KIND, PARTS) or scene.dialogue.data["organization"] != organization.id
    if is_other or (is_part and not organization.active):
        return [toast(query, common.BEGIN_AGAIN, alert=True), edit(query, await people.show(scene, organization))]
    if callback_data.act == "done" and callback_data.code == views.ALL:
        await dialogues.end(scene.tx, scene.person.id)
        return [edit(query, await people.show(scene, organization))]
    said = Heirs.load(scene.dialogue.data["heirs"])
    if callback_data.act in ("done", "sure"):
        return await _carry_out(query, callback_data, scene, organization, said, is_part=is_part)
    named = _changed(said, callback_data, is_part=is_part)
    await _keep(scene, heirs=named.dump())
    typed = scene.dialogue.data["typed"]
    shown_now = await _naming_screen(scene, organization, named, callback_data.page, typed, is_part=is_part)
    return [edit(query, shown_now)]


async def find(message: Message, scene: Scene) -> Sayings:
    """Looks for who may go on with the work."""
    typed, data = search.asked(message.text or ""), scene.dialogue.data
    await _keep(scene, typed=typed)
    if importing.is_shown(scene):
        proposal = await importing.proposal_of(scene)
        if data["naming"] == 0:
            return shown(message, scene, _whole_in_preview(proposal, 0, typed))
        organization = _known(proposal).get(data["naming"])
        if organization is not None:
            return shown(message, scene, _in_preview(proposal, organization, 0, typed))
        return shown(message, scene, await importing.again(scene, proposal))
    found = await organizations.get(scene.tx, data["organization"])
    assert found is not None
    heirs, is_part = Heirs.load(data["heirs"]), scene.dialogue.kind == PARTS
    return shown(message, scene, await _naming_screen(scene, found, heirs, 0, typed, is_part=is_part))


async def _of_import(query: CallbackQuery, callback_data: Heir, scene: Scene) -> Sayings:
    proposal = await importing.proposal_of(scene)
    known, added = _known(proposal), proposal.change.added
    whole_asked = callback_data.act == "whole" and added
    if callback_data.act in ("done", "sure"):
        return [edit(query, await importing.again(scene, proposal))]
    if not whole_asked and (callback_data.organization not in known or not (added or _leaves(proposal, callback_data))):
        return [toast(query, roster_views.OUTDATED, alert=True), edit(query, await importing.again(scene, proposal))]
    if not whole_asked:
        proposal = await importing.proposal_of(scene, _decided(proposal, callback_data))
    await importing.again(scene, proposal)
    page = callback_data.page
    typed = scene.dialogue.data.get("typed", "")
    if callback_data.act in ("open", "part") or (callback_data.act == "whole" and page == 0):
        typed = ""
    screen_at = query.message.message_id if query.message is not None else None
    kept = (await dialogues.get(scene.tx, scene.person.id)).data
    naming = 0 if whole_asked else callback_data.organization
    data = {**kept, "naming": naming, "typed": typed, "screen": screen_at}
    await dialogues.put(scene.tx, scene.person.id, Dialogue(importing.KIND, data), scene.now)
    if whole_asked:
        return [edit(query, _whole_in_preview(proposal, page, typed))]
    return [edit(query, _in_preview(proposal, known[naming], page, typed))]


def _known(proposal: Proposal) -> dict[int, Organization]:
    """Those that are in the list before the import, by id."""
    change = proposal.change
    kept = (each for each in proposal.after.values() if isinstance(each, Organization))
    return {each.id: each for each in (*kept, *(each.before for each in change.changed), *change.removed)}


def _leaves(proposal: Proposal, callback_data: Heir) -> bool:
    return any(each.id == callback_data.organization for each in proposal.change.removed)


def _decided(proposal: Proposal, callback_data: Heir) -> Wishes:
    """The wishes as the press has them. The only new organization need not be chosen."""
    wishes, its = proposal.change.wishes, callback_data.organization
    if _leaves(proposal, callback_data):
        return wishes.with_heirs(its, _changed(wishes.heirs.get(its, Heirs(())), callback_data))
    parts = _changed(wishes.parts.get(its, Heirs((), keeps=True)), callback_data, is_part=True)
    if callback_data.act == "part" and not parts.codes and len(proposal.change.added) == 1:
        parts = parts.toggled(proposal.change.added[0].code)
    return wishes.with_parts(its, parts)


def _in_preview(proposal: Proposal, organization: Organization, page: int, typed: str) -> Screen:
    """Those that stay or are new; those first that are new, then those nearby. For parts of it those that are new."""
    change = proposal.change
    is_part = all(each.id != organization.id for each in change.removed)
    entries = [*(change.added if is_part else proposal.after.values())]
    if typed:
        entries = search.rank(entries, typed, _names_of)
    else:
        new = {entry.code for entry in change.added}
        entries.sort(key=lambda each: (each.code not in new, not _is_near(each, organization)))
    page, here = _page(entries, page)
    named = (change.parts if is_part else change.heirs).get(organization.id, Heirs((), keeps=is_part))
    names = {code: entry.name for code, entry in proposal.after.items()}
    owed = len(proposal.losses.get(organization.id, Loss()).obligations)
    if is_part:
        owed = len(proposal.heritage.get(organization.id, ()))
    return views.heirs(Naming(organization, named, names, here, len(entries), page, owed, typed, is_part))


def _whole_in_preview(proposal: Proposal, page: int, typed: str) -> Screen:
    """Those that stay; those first that are near one of the new ones."""
    leave = {each.id for each in proposal.change.removed}
    entries = [(its, each) for its, each in _known(proposal).items() if its not in leave]
    if typed:
        entries = search.rank(entries, typed, lambda each: _names_of(each[1]))
    else:
        added = proposal.change.added
        near = {its for its, each in entries if any(_is_near(entry, each) for entry in added[:_NEAR])}
        entries.sort(key=lambda each: each[0] not in near)
    page, here = _page(entries, page)
    return views.wholes(here, len(entries), page, typed)


def _page(entries: Sequence[T], page: int) -> tuple[int, Sequence[T]]:
    page = max(0, min(page, -(-len(entries) // views.PAGE) - 1))
    return page, entries[page * views.PAGE : (page + 1) * views.PAGE]


def _names_of(entry: RosterEntry) -> list[str]:
    return [name for name in (entry.name, entry.short) if name]


def _is_near(entry: RosterEntry, organization: Organization) -> bool:
    return entry.territory == organization.territory and bool(entry.types & organization.types)


def _changed(heirs: Heirs, callback_data: Heir, *, is_part: bool = False) -> Heirs:
    """The heirs as the press has them."""
    code = callback_data.code
    if callback_data.act == "pick":
        return heirs.toggled(code)
    if callback_data.act == "who" and is_part:
        takers = heirs.codes if code in (views.ALL, views.BOTH) else ()
        return replace(heirs, takers=takers, keeps=code != views.ALL)
    if callback_data.act == "who":
        takers = heirs.codes if code == views.ALL else tuple(each for each in heirs.codes if each == code)
        return replace(heirs, takers=takers)
    return heirs


async def _keep(scene: Scene, **said: Any) -> None:
    data = {**scene.dialogue.data, **said}
    await dialogues.put(scene.tx, scene.person.id, Dialogue(scene.dialogue.kind, data), scene.now)


async def _naming(
    scene: Scene, organization: Organization, heirs: Heirs, page: int, typed: str, *, is_part: bool = False
) -> Naming:
    # Whoever is here may do everything.
    which = Which()
    if typed:
        found = await listing.find(scene.tx, which, typed, scene.catalog.kinds)
        others = [each for each in found if each.id != organization.id]
        (page, here), total = _page(others, page), len(others)
    else:
        listed = await listing.page(scene.tx, which, page, views.PAGE)
        total = len(listed)
        page = max(0, min(page, -(-total // views.PAGE) - 1))
        here = [each for each in listed[page * views.PAGE : (page + 1) * views.PAGE] if each.id != organization.id]
    names = {each.code: each.name for each in await organizations.of_codes(scene.tx, heirs.codes)}
    naming = Naming(organization, heirs, names, here, total, page, 0, typed, is_part)
    if organization.active:
        owed = (await leaving.owed_by(scene.tx, [organization.id], scene.now)).get(organization.id, [])
        return replace(naming, owed=len(owed))
    ended = await leaving.ended(scene.tx, organization.id, scene.now)
    return replace(naming, owed=len(ended.open), handed=len(ended.handed), closed=ended.closed)


async def _naming_screen(
    scene: Scene, organization: Organization, heirs: Heirs, page: int, typed: str, *, is_part: bool = False
) -> Screen:
    return views.heirs(await _naming(scene, organization, heirs, page, typed, is_part=is_part))


async def _carry_out(
    query: CallbackQuery, callback_data: Heir, scene: Scene, organization: Organization, said: Heirs, *, is_part: bool
) -> Sayings:
    """Shows what it comes to, and does it once that is confirmed; shows it again if it would cost more by now."""
    there = await organizations.of_codes(scene.tx, said.codes)
    named = said.among(each.code for each in there if each.active and each.id != organization.id)
    if not named.codes:
        if not said.codes:
            return [toast(query, views.NOBODY, alert=True)]
        await _keep(scene, heirs=named.dump())
        screen = await _naming_screen(scene, organization, named, 0, "", is_part=is_part)
        return [toast(query, views.LEFT, alert=True), edit(query, screen)]
    its, leaves = organization.id, (organization,) if organization.active else ()
    change = RosterChange(parts={its: named}) if is_part else RosterChange(removed=leaves, heirs={its: named})
    lost = await losses.of(scene.tx, change, scene.now)
    mark = Proposal(change, lost, heritage=await leaving.heritage(scene.tx, change, scene.now)).mark
    if callback_data.act != "sure" or scene.dialogue.data.get("mark") != mark:
        await _keep(scene, heirs=named.dump(), mark=mark)
        naming = await _naming(scene, organization, named, 0, "", is_part=is_part)
        if is_part:
            names = {each.id: each.name for each in (organization, *there)}
            asked = views.ask_divide(naming, {names[at]: loss for at, loss in lost.items()})
        else:
            asked = views.ask_succeed(naming, lost.get(its, Loss()))
        is_other = callback_data.act == "sure"
        return [*([toast(query, roster_views.OUTDATED, alert=True)] if is_other else []), edit(query, asked)]
    await roster.apply(scene.tx, change, scene.catalog, scene.person.id, scene.now)
    await dialogues.end(scene.tx, scene.person.id)
    gone = await organizations.get(scene.tx, organization.id) or organization
    return [toast(query, views.DIVIDED if is_part else views.SUCCEEDED), edit(query, await people.show(scene, gone))]
