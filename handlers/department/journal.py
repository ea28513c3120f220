"""The journal: who did what, and when; for administrators, and a territory's chief about its organizations."""

from typing import Any

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from bot.domain.letter import Export, LetterKind
from bot.domain.people import search
from bot.domain.people.member import Right
from bot.domain.screen import Screen
from bot.storage.desk import announcements
from bot.storage.ledger import rounds
from bot.storage.people import belonging, listing, organizations
from bot.storage.people.listing import Which
from bot.storage.post import actors, audit, dialogues, letters
from bot.storage.post.audit import Filter
from bot.views.callbacks.department import Journal
from bot.views.callbacks.journal import Page
from bot.views.department import journal as views
from handlers.department.common import found, listen
from handlers.rights import register
from handlers.saying import Sayings, Talking, edit, toast
from handlers.scene import Scene

_KIND = "journal"
# Nobody turns to later pages: the export has all entries.
_LAST = 10_000


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="journal")
    register(router.callback_query, door, Journal.filter(), rights=Right.MANAGE)
    register(router.callback_query, page, Page.filter(), rights=Right.MANAGE)
    register(router.message, typed, Talking(_KIND), F.text, ~F.text.startswith("/"), rights=Right.MANAGE)
    return router


async def door(query: CallbackQuery, callback_data: Journal, scene: Scene) -> Sayings:
    """Shows the newest entries."""
    return await page(query, Page(page=callback_data.page), scene)


async def page(query: CallbackQuery, callback_data: Page, scene: Scene) -> Sayings:
    """Shows a page or a list to narrow it by, or orders the file."""
    about = callback_data
    if about.to in ("p", "o", "d", "a"):
        # A further page is one of what was found.
        asked_before = scene.dialogue.data.get("typed", "") if _is_same(scene, about) else ""
        await listen(query, scene, _KIND, about=about.but(list=0).pack(), typed=asked_before)
        return [edit(query, await _choice(scene, about, asked_before))]
    if scene.dialogue.kind == _KIND:
        await dialogues.end(scene.tx, scene.person.id)
    if about.to == "s":
        return [edit(query, views.which_span(about))]
    if about.to == "f":
        return await _export(query, about, scene)
    return [edit(query, await _page(scene, about))]


async def typed(message: Message, scene: Scene) -> Sayings:
    """Looks for a person, an organization, a directive or a deed by its name."""
    about, words = Page.unpack(scene.dialogue.data["about"]), search.asked(message.text or "")
    return await found(message, scene, await _choice(scene, about, words), typed=words)


async def _choice(scene: Scene, about: Page, words: str) -> Screen:
    """The list to narrow the journal by, of all or of what the words mean."""
    if about.to == "o":
        which = Which(limits=scene.person.limits, everybody=True)
        if words:
            matching = await listing.find(scene.tx, which, words, scene.catalog.kinds)
        else:
            matching = await listing.page(scene.tx, which, about.list, views.LISTED)
        return views.which_organization(matching, about, words)
    if about.to == "d":
        titles = list((await _titles(scene)).items())
        meant = search.rank(titles, words, lambda titled: (titled[1],)) if words else titles
        return views.which_directive(dict(meant), about, words)
    if about.to == "a":
        actions = sorted(views.ACTIONS, key=lambda action: views.ACTIONS[action])
        meant_actions = search.rank(actions, words, lambda action: (views.ACTIONS[action],)) if words else actions
        return views.which_action(meant_actions, about, words)
    if words:
        return views.who(await actors.find(scene.tx, _among(scene), words), about, words)
    return views.who(await actors.page(scene.tx, _among(scene), about.list, views.LISTED), about)


def _is_same(scene: Scene, about: Page) -> bool:
    """Whether the page belongs to the list that was searched."""
    return scene.dialogue.kind == _KIND and scene.dialogue.data["about"] == about.but(list=0).pack()


async def _export(query: CallbackQuery, about: Page, scene: Scene) -> Sayings:
    which = await _filter(scene, about)
    await letters.write(
        scene.tx,
        LetterKind.EXPORT,
        [scene.person.id],
        scene.now,
        dedup=f"journal:{about.pack()}",
        what=Export.JOURNAL,
        by=which.by,
        organization=which.organization_id,
        directive=which.directive_id,
        action=which.action,
        span=about.span,
    )
    await audit.record(scene.tx, scene.now, scene.person.id, "journal.exported")
    return [toast(query, views.COMING)]


async def _page(scene: Scene, about: Page) -> Screen:
    about = about.but(page=min(about.page, _LAST))
    entries = await audit.found(scene.tx, await _filter(scene, about), views.PAGE + 1, about.page * views.PAGE)
    titles = await _titles(scene)
    by = None
    if about.by >= 0:
        by = await _actor(scene, about.by) if about.by else views.BOT
    narrowed = views.Narrowed(
        by=by,
        organization=await _organization(scene, about.org) if about.org else None,
        directive=next((title for key, title in titles.items() if views.mark(key) == about.directive), None),
        action=views.ACTIONS[action] if (action := views.action_of(about.action)) else None,
    )
    names = await audit.names(scene.tx, views.persons(entries))
    announced = await announcements.texts(scene.tx, views.announcements(entries))
    return views.journal(entries, about, narrowed, titles, names, announced, scene.now, scene.zone)


async def _filter(scene: Scene, about: Page) -> Filter:
    directive = None
    if about.directive:
        titles = await _titles(scene)
        directive = next((key for key in titles if views.mark(key) == about.directive), None)
    return Filter(
        by=about.by if about.by >= 0 else None,
        organization_id=about.org or None,
        directive_id=directive,
        action=views.action_of(about.action),
        since=views.since(about.span, scene.now, scene.zone),
        among=_among(scene),
    )


def _among(scene: Scene) -> Any:
    """Whose entries a territory's chief reads: those about its organizations as they are now; None: all."""
    return belonging.all_within(scene.person.limits)


async def _actor(scene: Scene, person_id: int) -> str:
    """The name of somebody who has done something that this person reads of."""
    if scene.person.limits.are_none:
        return (await audit.names(scene.tx, [person_id])).get(person_id, "—")
    return await actors.name(scene.tx, _among(scene), person_id) or "—"


async def _titles(scene: Scene) -> dict[str, str]:
    asked = await rounds.asked_within(scene.tx, scene.person.limits)
    return views.titled(scene.catalog, asked, scene.person.limits)


async def _organization(scene: Scene, organization_id: int) -> str:
    organization = await organizations.get(scene.tx, organization_id)
    return organization.label if organization and scene.person.limits.covers_place(organization) else "—"
