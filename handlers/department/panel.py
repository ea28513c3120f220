"""/panel: the department's first screen."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.domain.people.member import Right
from bot.domain.screen import Screen
from bot.storage.desk import digests, threads
from bot.storage.ledger import extensions, rounds
from bot.storage.people import seats, staff
from bot.storage.post import dialogues
from bot.views.callbacks.department import Digest, Panel
from bot.views.department import panel as views
from bot.views.territories import listed
from handlers.department.control.control import totals_by_territory
from handlers.rights import register, told
from handlers.saying import Sayings, edit, send
from handlers.scene import Scene


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="panel")
    register(
        router.message, panel, Command("panel", ignore_case=True), rights=Right.VIEW, refusal=told(views.staff_only)
    )
    register(router.callback_query, back, Panel.filter(), rights=Right.VIEW)
    register(router.callback_query, digest, Digest.filter(), rights=Right.VIEW)
    return router


async def panel(message: Message, scene: Scene) -> Sayings:
    """/panel shows the department's first screen."""
    await dialogues.end(scene.tx, scene.person.id)
    return [send(message, await _panel(scene))]


async def back(query: CallbackQuery, scene: Scene) -> Sayings:
    """Goes back to the panel; what was being typed is not waited for any more."""
    await dialogues.end(scene.tx, scene.person.id)
    return [edit(query, await _panel(scene))]


async def digest(query: CallbackQuery, scene: Scene) -> Sayings:
    """Switches the morning digest on or off."""
    await staff.toggle_digest(scene.tx, scene.person.id, scene.now)
    return [edit(query, await _panel(scene))]


async def _panel(scene: Scene) -> Screen:
    tx, limits = scene.tx, scene.person.limits
    open_rounds = await rounds.within(tx, await rounds.open_now(tx, scene.now), limits)
    affairs = views.Affairs(
        open_rounds=len(open_rounds),
        registrations=len(await seats.waiting(tx, limits)),
        missed=len(await rounds.missed(tx)),
        late=await digests.late_organizations(tx, limits, scene.now),
        extensions=len(await extensions.waiting(tx, limits, scene.now)),
        threads=await threads.waiting(tx, limits) if scene.person.may_curate else 0,
        territories=await totals_by_territory(scene, open_rounds),
        gone=listed(limits.territories - scene.catalog.territories.keys(), scene.catalog.known_territories),
    )
    return views.panel(scene.person, affairs, digest=await staff.wants_digest(tx, scene.person.id))
