"""Chooses whom an announcement or a question is for: an Owner says how each keeps its audience."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from aiogram import F, Router
from aiogram.filters import BaseFilter
from aiogram.types import CallbackQuery, Message

from bot.domain.desk.announcement import Announcement
from bot.domain.desk.audience import Audience
from bot.domain.ledger.obligation import Round
from bot.domain.people.member import Right
from bot.domain.people.search import asked
from bot.domain.screen import Screen
from bot.letters.audience import words_of
from bot.storage.desk import announcements, destinations, matters
from bot.storage.ledger import apart, rounds
from bot.storage.ledger.control import control
from bot.storage.people import audiences, listing, organizations
from bot.storage.people.listing import Which
from bot.storage.post import dialogues
from bot.views import common
from bot.views.callbacks.audience import (
    Audiences,
    Everyone,
    FindPlaces,
    LeavePicker,
    Owing,
    Picked,
    Silent,
    TickPlace,
    TickTag,
    TickTerritory,
    TickType,
)
from bot.views.department import audience as views
from handlers.department.announcements import approving
from handlers.department.common import found, listen, paged
from handlers.rights import denied, register
from handlers.saying import Sayings, Talking, edit, toast
from handlers.scene import Scene

KIND = "audience"


@dataclass(frozen=True, slots=True)
class Owner:
    """An announcement or a question, as the picker of its audience knows it.

    Each function gets the scene and the owner's id, and checks rights and state. `load` returns the audience, None if
    this person may not change it now. `save` returns False if the owner has gone off meanwhile. `follow` returns the
    screen after «Готово».
    """

    load: Callable[[Scene, int], Awaitable[Audience | None]]
    save: Callable[[Scene, int, Audience], Awaitable[bool]]
    follow: Callable[[Scene, int], Awaitable[Screen]]


class _OwnerOf(BaseFilter):
    """Finds the owner that the button, or the conversation, is about."""

    def __init__(self, owners: Mapping[str, Owner]) -> None:
        self._owners = owners

    async def __call__(
        self, _event: CallbackQuery | Message, scene: Scene, callback_data: Any = None, **_: Any
    ) -> bool | dict[str, Owner]:
        of = scene.dialogue.data["of"] if callback_data is None else callback_data.of
        return {"owner": self._owners[of]}


def setup(owners: Mapping[str, Owner]) -> Router:
    """The router of this conversation. `owners` are keyed by the purpose in the callback data."""
    owned = _OwnerOf(owners)
    router = Router(name="audience")
    register(router.callback_query, show, Audiences.filter(), owned, rights=Right.CURATE)
    register(router.callback_query, everyone, Everyone.filter(), owned, rights=Right.CURATE)
    register(router.callback_query, tick_type, TickType.filter(), owned, rights=Right.CURATE)
    register(router.callback_query, tick_tag, TickTag.filter(), owned, rights=Right.CURATE)
    register(router.callback_query, tick_territory, TickTerritory.filter(), owned, rights=Right.CURATE)
    register(router.callback_query, tick_place, TickPlace.filter(), owned, rights=Right.CURATE)
    register(router.callback_query, list_all, FindPlaces.filter(), owned, rights=Right.CURATE)
    register(router.callback_query, owing, Owing.filter(), owned, rights=Right.CURATE)
    register(router.callback_query, silent, Silent.filter(), owned, rights=Right.CURATE)
    register(router.callback_query, leave, LeavePicker.filter(), owned, rights=Right.CURATE)
    register(router.callback_query, picked, Picked.filter(), owned, rights=Right.CURATE)
    register(router.message, search, Talking(KIND), F.text, ~F.text.startswith("/"), owned, rights=Right.CURATE)
    return router


async def show(query: CallbackQuery, callback_data: Audiences, scene: Scene, owner: Owner) -> Sayings:
    """Shows a screen of the picker."""
    audience = await owner.load(scene, callback_data.id)
    if audience is None:
        return _closed(query)
    if callback_data.view == "places":
        typed = _typed(scene, callback_data)
        await listen(query, scene, KIND, of=callback_data.of, id=callback_data.id, typed=typed)
    elif scene.dialogue.kind == KIND:
        await dialogues.end(scene.tx, scene.person.id)
    return [edit(query, await _view(scene, callback_data, audience))]


async def everyone(query: CallbackQuery, callback_data: Everyone, scene: Scene, owner: Owner) -> Sayings:
    """«Все организации» replaces every other choice; the department, which asks, is not among those that it asks."""
    chosen = Audience(everyone=True, but=scene.catalog.own_types)

    def change(audience: Audience) -> Audience:
        mine = chosen.within(scene.person.limits).territories
        return Audience() if audience.everyone and audience.territories == mine else chosen

    return await _change(query, scene, owner, callback_data, change)


async def tick_type(query: CallbackQuery, callback_data: TickType, scene: Scene, owner: Owner) -> Sayings:
    """Ticks or unticks a type of organizations."""
    if callback_data.type not in scene.catalog.types:
        return await _not_offered(query, scene, owner, callback_data, view="types")
    if not scene.person.limits.covers_types(frozenset({callback_data.type})):
        return [toast(query, views.OUTSIDE, alert=True)]

    def change(audience: Audience) -> Audience:
        return replace(_by_hand(audience), types=_toggled(audience.types, callback_data.type))

    return await _change(query, scene, owner, callback_data, change, view="types")


async def tick_tag(query: CallbackQuery, callback_data: TickTag, scene: Scene, owner: Owner) -> Sayings:
    """Ticks or unticks a tag."""
    if callback_data.tag not in scene.catalog.tags:
        return await _not_offered(query, scene, owner, callback_data, view="tags")

    def change(audience: Audience) -> Audience:
        return replace(_by_hand(audience), tags=_toggled(audience.tags, callback_data.tag))

    return await _change(query, scene, owner, callback_data, change, view="tags")


async def tick_territory(query: CallbackQuery, callback_data: TickTerritory, scene: Scene, owner: Owner) -> Sayings:
    """Ticks or unticks a territory: of it those of the types and tags that are chosen, or all."""
    territory, mine = callback_data.territory, scene.person.limits.territories
    if territory in scene.catalog.territories and mine and territory not in mine:
        return [toast(query, views.OUTSIDE, alert=True)]

    def change(audience: Audience) -> Audience:
        if territory not in scene.catalog.territories and territory not in audience.territories:
            # It has been merged since it was shown.
            return audience
        territories = _toggled(audience.territories, territory)
        if audience.is_general and (territories or not audience.everyone):
            return replace(audience, territories=territories)
        chosen = Audience(organizations=audience.organizations)
        # Without the last one it is nobody, not everybody everywhere.
        everybody = replace(chosen, everyone=True, but=scene.catalog.own_types, territories=territories)
        return everybody if territories else chosen

    return await _change(query, scene, owner, callback_data, change, view="territories")


async def tick_place(query: CallbackQuery, callback_data: TickPlace, scene: Scene, owner: Owner) -> Sayings:
    """Ticks or unticks an organization."""
    organization = await organizations.get(scene.tx, callback_data.organization)
    if organization is None or not organization.active:
        return await _not_offered(query, scene, owner, callback_data, view="places", page=callback_data.page)
    if not scene.person.limits.covers_place(organization):
        return [toast(query, views.OUTSIDE, alert=True)]

    def change(audience: Audience) -> Audience:
        chosen = frozenset(audience.organizations) ^ {callback_data.organization}
        return replace(_by_hand(audience), organizations=tuple(sorted(chosen)))

    typed = _typed(scene, callback_data)
    await listen(query, scene, KIND, of=callback_data.of, id=callback_data.id, typed=typed)
    return await _change(query, scene, owner, callback_data, change, view="places", page=callback_data.page)


async def list_all(query: CallbackQuery, callback_data: FindPlaces, scene: Scene, owner: Owner) -> Sayings:
    """«Показать все» forgets the search."""
    audience = await owner.load(scene, callback_data.id)
    if audience is None:
        return _closed(query)
    await listen(query, scene, KIND, of=callback_data.of, id=callback_data.id, typed="")
    return [edit(query, await _places(scene, callback_data, audience, 0, ""))]


async def owing(query: CallbackQuery, callback_data: Owing, scene: Scene, owner: Owner) -> Sayings:
    """Chooses those who have not answered an open round."""
    round_ = next((each for each in await _open_rounds(scene) if each.id == callback_data.round), None)
    if round_ is None:
        return await _not_offered(query, scene, owner, callback_data, view="rounds")

    def change(audience: Audience) -> Audience:
        return Audience() if audience.unanswered == round_.id else Audience(unanswered=round_.id)

    return await _change(query, scene, owner, callback_data, change, view="rounds")


async def silent(query: CallbackQuery, callback_data: Silent, scene: Scene, owner: Owner) -> Sayings:
    """Chooses those who have not acknowledged an announcement; a question goes to organizations, not to people."""
    announcement = await approving.within(scene, callback_data.announcement)
    if announcement is None or callback_data.of != "a" or not _was_to_be_acknowledged(announcement):
        return await _not_offered(query, scene, owner, callback_data, view="silent")

    def change(audience: Audience) -> Audience:
        return Audience() if audience.unacknowledged == announcement.id else Audience(unacknowledged=announcement.id)

    return await _change(query, scene, owner, callback_data, change, view="silent")


async def leave(query: CallbackQuery, callback_data: LeavePicker, scene: Scene, owner: Owner) -> Sayings:
    """«‹ Назад» keeps what was chosen, were it nobody."""
    if await owner.load(scene, callback_data.id) is None:
        return _closed(query)
    return await _follow(query, callback_data, scene, owner)


async def picked(query: CallbackQuery, callback_data: Picked, scene: Scene, owner: Owner) -> Sayings:
    """«Готово» keeps what was chosen, unless it is nobody."""
    audience = await owner.load(scene, callback_data.id)
    if audience is None:
        return _closed(query)
    if not await audiences.size(scene.tx, audience, scene.person.limits):
        return [toast(query, views.NOBODY, alert=True)]
    return await _follow(query, callback_data, scene, owner)


async def search(message: Message, scene: Scene, owner: Owner) -> Sayings:
    """Looks for organizations by a part of the name."""
    said = scene.dialogue.data
    target = Audiences(of=said["of"], id=said["id"], view="places")
    audience = await owner.load(scene, target.id)
    if audience is None:
        return await denied(message, scene)
    typed = asked(message.text or "")
    return await found(message, scene, await _places(scene, target, audience, 0, typed), typed=typed)


_Target = (
    Audiences
    | Everyone
    | TickType
    | TickTag
    | TickTerritory
    | TickPlace
    | FindPlaces
    | Owing
    | Silent
    | LeavePicker
    | Picked
)


async def _follow(query: CallbackQuery, target: LeavePicker | Picked, scene: Scene, owner: Owner) -> Sayings:
    if scene.dialogue.kind == KIND:
        await dialogues.end(scene.tx, scene.person.id)
    return [edit(query, await owner.follow(scene, target.id))]


def _closed(query: CallbackQuery) -> Sayings:
    return [toast(query, views.GONE, alert=True)]


async def _not_offered(query: CallbackQuery, scene: Scene, owner: Owner, target: _Target, **where: Any) -> Sayings:
    """What was pressed can be chosen no more: it has left, closed, or is gone from the catalog. Shows what can be."""
    audience = await owner.load(scene, target.id)
    if audience is None:
        return _closed(query)
    shown = await _view(scene, Audiences(of=target.of, id=target.id, **where), audience)
    return [toast(query, common.NOT_OFFERED, alert=True), edit(query, shown)]


async def _change(
    query: CallbackQuery,
    scene: Scene,
    owner: Owner,
    target: _Target,
    change: Callable[[Audience], Audience],
    **where: Any,
) -> Sayings:
    """Changes the audience, and shows the screen again."""
    audience = await owner.load(scene, target.id)
    if audience is None:
        return _closed(query)
    changed = change(audience).within(scene.person.limits)
    if not await owner.save(scene, target.id, changed):
        return _closed(query)
    return [edit(query, await _view(scene, Audiences(of=target.of, id=target.id, **where), changed))]


async def _view(scene: Scene, target: Audiences, audience: Audience) -> Screen:
    limits, tx = scene.person.limits, scene.tx
    match target.view:
        case "places":
            return await _places(scene, target, audience, target.page, _typed(scene, target))
        case "types":
            # An organization within the limits may be of another type as well.
            counts = await audiences.counts_by_type(tx, limits)
            mine = {type_id: count for type_id, count in counts.items() if limits.covers_types(frozenset({type_id}))}
            return views.types(await _choice(scene, target, audience), mine)
        case "tags":
            return views.tags(await _choice(scene, target, audience), await audiences.counts_by_tag(tx, limits))
        case "territories":
            return views.in_territories(
                await _choice(scene, target, audience), await audiences.counts_by_territory(tx, limits)
            )
        case "rounds":
            open_rounds = await _open_rounds(scene)
            standing = await control.counts(tx, [round_.id for round_ in open_rounds], limits, scene.now)
            shown = await apart.seen_by(tx, open_rounds, scene.catalog.calendar, limits.territories)
            return views.rounds(await _choice(scene, target, audience), shown, standing, target.page)
        case "silent" if target.of == "a":
            choice, offered = await _choice(scene, target, audience), await _announcements(scene)
            shown_now, page, pages = paged(offered, target.page, views.PAGE)
            counted = [(each, (await destinations.coverage(tx, each.id)).silent) for each in shown_now]
            return views.silent(choice, counted, page, pages)
        case "all" | "silent":
            return views.first(await _choice(scene, target, audience))


async def _places(scene: Scene, target: Audiences | FindPlaces, audience: Audience, page: int, typed: str) -> Screen:
    which = Which(limits=scene.person.limits)
    if typed:
        offered = await listing.find(scene.tx, which, typed, scene.catalog.kinds)
    else:
        offered = await listing.page(scene.tx, which, page, views.PAGE)
    return views.places(await _choice(scene, target, audience), offered, page, typed)


async def _choice(scene: Scene, target: Audiences | FindPlaces, audience: Audience) -> views.Choice:
    chosen, about = await words_of(scene.tx, audience, scene.person)
    return views.Choice(
        target.of,
        target.id,
        audience,
        0 if audience.is_nobody else await audiences.size(scene.tx, audience, scene.person.limits),
        scene.catalog,
        chosen,
        about,
        limits=scene.person.limits,
    )


async def _open_rounds(scene: Scene) -> list[Round]:
    return await rounds.within(scene.tx, await rounds.open_now(scene.tx, scene.now), scene.person.limits)


async def _announcements(scene: Scene) -> list[Announcement]:
    newest = await announcements.to_acknowledge(scene.tx)
    return [announcement for announcement in newest if await matters.is_theirs(scene.tx, announcement, scene.person)]


def _was_to_be_acknowledged(announcement: Announcement) -> bool:
    return announcement.acknowledge and announcement.state.is_sent_off


def _by_hand(audience: Audience) -> Audience:
    """The audience without what excludes a choice of types, tags or organizations."""
    return replace(audience, everyone=False, but=(), unanswered=None, unacknowledged=None, unreached=None)


def _toggled(values: tuple[str, ...], value: str) -> tuple[str, ...]:
    return tuple(sorted(frozenset(values) ^ {value}))


def _typed(scene: Scene, target: _Target) -> str:
    """The search of this picker, if there is any."""
    said = scene.dialogue.data
    mine = scene.dialogue.kind == KIND and (said.get("of"), said.get("id")) == (target.of, target.id)
    return str(said.get("typed", "")) if mine else ""
