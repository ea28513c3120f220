"""Shows how rounds stand, and the organizations of a round."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.domain.desk.sources import in_groups
from bot.domain.ledger import level
from bot.domain.ledger.control import Counts, Part, There
from bot.domain.ledger.obligation import Round
from bot.domain.letter import LetterKind
from bot.domain.people.member import Right
from bot.domain.screen import Screen
from bot.storage.ledger import apart, rounds
from bot.storage.ledger.control import by_territory, control, unreached
from bot.storage.people import seats
from bot.storage.post import dialogues, letters
from bot.views import callbacks, common
from bot.views import territories as naming
from bot.views.callbacks.control import Finished, InRound, InTerritory, Shares
from bot.views.callbacks.department import Control
from bot.views.department.control import control as views
from bot.views.department.control import territories
from bot.views.department.panel import staff_only
from bot.views.sources import local
from handlers.department.common import paged, round_within
from handlers.rights import register, told
from handlers.saying import Sayings, edit, send, toast
from handlers.scene import Scene
from handlers.seating import show_waiting

# Whoever was reminded less than this ago is reminded again only by somebody who is asked first.
AGAIN = timedelta(hours=24)


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="control")
    register(router.message, status, Command("status", ignore_case=True), rights=Right.VIEW, refusal=told(staff_only))
    register(router.callback_query, running, Control.filter(), rights=Right.VIEW)
    register(router.callback_query, finished, Finished.filter(), rights=Right.VIEW)
    register(router.callback_query, of_round, InRound.filter(), rights=Right.VIEW)
    register(router.callback_query, in_territory, InTerritory.filter(), rights=Right.VIEW)
    register(router.callback_query, shares, Shares.filter(), rights=Right.VIEW)
    register(router.callback_query, pending, callbacks.Pending.filter(), rights=Right.MANAGE)
    return router


async def status(message: Message, scene: Scene) -> Sayings:
    """/status shows the rounds that take answers."""
    await dialogues.end(scene.tx, scene.person.id)
    return [send(message, await _running(scene, 0))]


async def running(query: CallbackQuery, callback_data: Control, scene: Scene) -> Sayings:
    """Shows the same from the panel, and its further pages."""
    await dialogues.end(scene.tx, scene.person.id)
    return [edit(query, await _running(scene, callback_data.page))]


async def finished(query: CallbackQuery, callback_data: Finished, scene: Scene) -> Sayings:
    """Shows the rounds that have closed."""
    found = await control.closed(scene.tx, scene.person.limits, scene.now)
    closed = _grouped(scene, await _as_there(scene, found))
    size = territories.ROUNDS if level.is_seen(scene.catalog, scene.person.limits) else views.PAGE
    shown, page, pages = paged(closed, callback_data.page, size)
    return [
        edit(
            query,
            views.finished(
                shown, await _counts(scene, shown), page, pages, scene.now, scene.zone, size, _local(scene, shown)
            ),
        )
    ]


async def of_round(query: CallbackQuery, callback_data: InRound, scene: Scene) -> Sayings:
    """Shows a round with a page of its organizations."""
    round_ = await round_within(scene, callback_data.round)
    if round_ is None or round_.opened_at is None:
        return [toast(query, common.NO_ROUND, alert=True)]
    await dialogues.end(scene.tx, scene.person.id)
    return [edit(query, await round_screen(scene, round_, callback_data.part, callback_data.page))]


async def in_territory(query: CallbackQuery, callback_data: InTerritory, scene: Scene) -> Sayings:
    """Shows a page of the organizations of one territory."""
    round_ = await round_within(scene, callback_data.round)
    found = await territory_of(scene, round_, callback_data.territory) if round_ is not None else None
    if round_ is None or found is None:
        return [toast(query, common.NO_ROUND, alert=True)]
    await dialogues.end(scene.tx, scene.person.id)
    return [edit(query, await _list(scene, round_, found.counts, callback_data.part, callback_data.page, found))]


async def shares(query: CallbackQuery, callback_data: Shares, scene: Scene) -> Sayings:
    """Shows the territories of a round by the share that has answered."""
    round_ = await round_within(scene, callback_data.round)
    if round_ is None or round_.opened_at is None:
        return [toast(query, common.NO_ROUND, alert=True)]
    await dialogues.end(scene.tx, scene.person.id)
    return [edit(query, await round_screen(scene, round_, Part.ALL, callback_data.page, shares=True))]


async def pending(query: CallbackQuery, callback_data: callbacks.Pending, scene: Scene) -> Sayings:
    """Sends the cards of what waits for a decision once more: the first may have been lost in the chat."""
    match callback_data.what:
        case "registrations":
            await show_waiting(scene, scene.person.limits)
        case "missed" if not scene.person.is_admin:
            return [toast(query, common.NOT_YOURS, alert=True)]
        case "missed":
            for round_ in await rounds.missed(scene.tx):
                await letters.write(scene.tx, LetterKind.MISSED, [scene.person.id], scene.now, round=round_.id)
    return []


async def round_screen(
    scene: Scene, round_: Round, part: Part = Part.ALL, page: int = 0, *, shares: bool = False
) -> Screen:
    """The round as it stands, with that page of that part, or with its last page.

    Where it asks several territories, the page is one of territories, by counts or by `shares`.
    """
    tx, limits = scene.tx, scene.person.limits
    counts = (await control.counts(tx, [round_.id], limits, scene.now)).get(round_.id, Counts())
    # They are looked up once, unless they are many.
    missed = await unreached.if_few(tx, round_.id, limits, control.FEW) if part is Part.UNREACHED else None
    number = len(missed) if missed is not None else await unreached.count(tx, round_.id, limits)
    counts = replace(counts, unreached=number)
    if level.is_seen(scene.catalog, limits):
        listed = await by_territory.of_round(tx, round_.id, limits, scene.now)
        if len(listed) > 1:
            return await _by_territory(scene, round_, counts, listed, part, page, shares=shares)
    return await _list(scene, round_, counts, part, page, among=missed)


async def territory_of(scene: Scene, round_: Round, key: str) -> There | None:
    """How the round stands in the territory that a button calls so; None: it asks nobody there that is theirs."""
    listed = await by_territory.of_round(scene.tx, round_.id, scene.person.limits, scene.now)
    return next((there for there in listed if there.key == key), None)


async def _by_territory(
    scene: Scene, round_: Round, counts: Counts, listed: Sequence[There], part: Part, page: int, *, shares: bool
) -> Screen:
    if part is Part.UNREACHED:
        missed = await by_territory.unreached(scene.tx, round_.id, scene.person.limits)
        listed = [
            replace(there, counts=replace(there.counts, unreached=missed.get(there.territory, 0))) for there in listed
        ]
    by_id = {there.territory: there for there in listed if territories.shown(there, part)}
    known = scene.catalog.known_territories
    on_page, page, pages = paged(level.in_order(by_id, known), page, territories.ROWS)
    rows = [_where(scene, by_id[territory], naming.short(territory, known)) for territory in on_page]
    at = views.At(part, page, pages)
    (round_,) = await _as_there(scene, [round_])
    return territories.of_round(round_, counts, rows, at, scene.now, scene.zone, scene.person, shares=shares)


def _where(scene: Scene, there: There, name: str) -> views.Where:
    again = there.reminded_at is not None and scene.now - there.reminded_at < AGAIN
    return views.Where(there, name, again)


async def _list(
    scene: Scene,
    round_: Round,
    counts: Counts,
    part: Part,
    page: int,
    there: There | None = None,
    among: Collection[int] | None = None,
) -> Screen:
    tx, limits = scene.tx, scene.person.limits
    (round_,) = await _as_there(scene, [round_], there.territory if there is not None else None)
    if there is not None:
        missed = await by_territory.unreached(tx, round_.id, limits)
        counts = replace(counts, unreached=missed.get(there.territory, 0))
    sizes = {
        Part.ALL: counts.asked + counts.excused,
        Part.OWING: counts.owing,
        Part.WAITING: counts.answered,
        Part.UNREACHED: counts.unreached,
    }
    size = views.ORGANIZATIONS
    _, page, pages = paged(range(sizes[part]), page, size)
    where = _where(scene, there, name_of(scene, there)) if there is not None else None
    territory = there.territory if there is not None else None
    if among is not None:
        entries = await control.page_among(tx, among, size, page * size, scene.now)
    else:
        entries = await control.page(
            tx, round_.id, part, limits, size, page * size, scene.now, of=sizes[part], territory=territory
        )
    at = views.At(part, page, pages)
    round_ = round_.seen_by(scene.catalog.calendar)
    return views.of_place(where, round_, counts, entries, at, scene.now, scene.zone, scene.person)


async def totals_by_territory(scene: Scene, listed: Sequence[Round]) -> list[str]:
    """How territories stand with these rounds together, a line each; empty where they are not several."""
    limits = scene.person.limits
    if not listed or not level.is_seen(scene.catalog, limits):
        return []
    found = await by_territory.of_rounds(scene.tx, [round_.id for round_ in listed], limits)
    if len(found) < 2:
        return []
    by_id = {there.territory: there for there in found}
    known = scene.catalog.known_territories
    order = level.in_order(by_id, known)
    names = {territory: naming.short(territory, known) for territory in order}
    return territories.totals([by_id[territory] for territory in order], names)


def name_of(scene: Scene, there: There) -> str:
    """The whole name of the territory."""
    return naming.name(there.territory, scene.catalog.known_territories)


async def _counts(scene: Scene, listed: Sequence[Round]) -> dict[int, Counts]:
    return await control.counts(scene.tx, [round_.id for round_ in listed], scene.person.limits, scene.now)


def _local(scene: Scene, listed: Sequence[Round]) -> dict[int, str]:
    """What is said of those that a document of some territories asks for."""
    return {round_.id: said for round_ in listed if (said := local(round_.directive, scene.catalog))}


def _grouped(scene: Scene, listed: Sequence[Round]) -> Sequence[Round]:
    return in_groups(listed, lambda round_: round_.directive, scene.catalog)


async def _as_there(scene: Scene, listed: Sequence[Round], territory: str | None = None) -> list[Round]:
    """The rounds with the moments that they have in that territory, or in the only one that the person looks after."""
    territories = scene.person.limits.territories if territory is None else [territory]
    return await apart.seen_by(scene.tx, listed, scene.catalog.calendar, territories)


async def _running(scene: Scene, page: int) -> Screen:
    found = await control.running(scene.tx, scene.person.limits, scene.now)
    open_rounds = _grouped(scene, await _as_there(scene, found))
    waiting = missed = 0
    if scene.person.may_manage:
        waiting = len(await seats.waiting(scene.tx, scene.person.limits))
    if scene.person.is_admin:
        missed = len(await rounds.missed(scene.tx))
    if totals := await totals_by_territory(scene, open_rounds):
        shown, page, pages = paged(open_rounds, page, territories.ROUNDS)
        return territories.running(
            totals,
            shown,
            await _counts(scene, shown),
            page,
            pages,
            (waiting, missed),
            len(open_rounds),
            _local(scene, shown),
        )
    shown, page, pages = paged(open_rounds, page, views.PAGE)
    return views.running(
        shown,
        await _counts(scene, shown),
        page,
        pages,
        (waiting, missed),
        len(open_rounds),
        scene.now,
        scene.zone,
        _local(scene, shown),
    )
