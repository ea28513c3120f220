"""An organization's answer, and what a curator decides about it."""

from dataclasses import replace
from typing import Any

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.domain.fields.kinds import Answering, rules
from bot.domain.ledger import level
from bot.domain.ledger.control import Part
from bot.domain.ledger.obligation import Obligation
from bot.domain.letter import LetterKind
from bot.domain.people.member import Right
from bot.domain.screen import Screen
from bot.letters.card import draw
from bot.storage.ledger import decisions, obligations, replies
from bot.storage.ledger.control import control
from bot.storage.post import dialogues, letters
from bot.views import common
from bot.views.callbacks.control import Accept, Answer, Detail, Withdraw
from bot.views.department.control import answer as views
from bot.views.department.control.answer import Place
from bot.views.heads.card import Card
from handlers.answering import request_form
from handlers.department.common import obligation_within
from handlers.rights import denied, register
from handlers.saying import Sayings, edit, toast
from handlers.scene import Scene


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="answer")
    register(router.callback_query, answer, Answer.filter(), rights=Right.VIEW)
    register(router.callback_query, detail, Detail.filter(), rights=Right.VIEW)
    register(router.callback_query, accept, Accept.filter(), rights=Right.CURATE)
    register(router.callback_query, withdraw, Withdraw.filter(), rights=Right.CURATE)
    return router


async def answer(query: CallbackQuery, callback_data: Answer, scene: Scene) -> Sayings:
    """Shows an organization's answer."""
    obligation = await obligation_within(scene, callback_data.obligation)
    if obligation is None:
        return [toast(query, common.NO_ROUND, alert=True)]
    await dialogues.end(scene.tx, scene.person.id)
    return [edit(query, await screen_of(scene, obligation, Place(callback_data.part, callback_data.page)))]


async def detail(query: CallbackQuery, callback_data: Detail, scene: Scene) -> Sayings:
    """Shows the answer's versions or its history, or sends its files as messages."""
    obligation = await obligation_within(scene, callback_data.obligation)
    if obligation is None:
        return [toast(query, common.NO_ROUND, alert=True)]
    place, card = Place(callback_data.part, callback_data.page), await _card(scene, obligation)
    match callback_data.what:
        case "versions":
            return [edit(query, views.versions(card, place, await replies.versions(scene.tx, obligation.id)))]
        case "history":
            return [edit(query, views.history(card, place, await decisions.history(scene.tx, obligation)))]
        case "files":
            count = await _send_files(scene, card)
            return [toast(query, views.sending_files(count) if count else views.NO_FILES)]


async def accept(query: CallbackQuery, callback_data: Accept, scene: Scene) -> Sayings:
    """«Принять» accepts the version that was on the screen."""
    obligation = await obligation_within(scene, callback_data.obligation)
    if obligation is None:
        return await denied(query, scene)
    place = Place(callback_data.part, callback_data.page)
    done = await decisions.accept(scene.tx, obligation, callback_data.version, scene.person.id, scene.now)
    territory = _listed_in(scene, obligation)
    _, following = await control.beside(scene.tx, obligation, Part.WAITING, scene.person.limits, territory)
    fresh = await obligations.get(scene.tx, following) if following is not None else None
    if not done or place.part is not Part.WAITING or fresh is None:
        return await decided(query, scene, obligation, place, done, views.ACCEPTED)
    # Whoever checks one after another has the next at once.
    await dialogues.end(scene.tx, scene.person.id)
    return [toast(query, views.ACCEPTED), edit(query, await screen_of(scene, fresh, place, obligation))]


async def withdraw(query: CallbackQuery, callback_data: Withdraw, scene: Scene) -> Sayings:
    """«Отменить решение» withdraws the last decision."""
    obligation = await obligation_within(scene, callback_data.obligation)
    if obligation is None:
        return await denied(query, scene)
    calendar = scene.catalog.calendar
    done = await decisions.withdraw(scene.tx, obligation, callback_data.state, calendar, scene.person.id, scene.now)
    return await decided(query, scene, obligation, Place(callback_data.part, callback_data.page), done, views.WITHDRAWN)


async def decided(
    query: CallbackQuery, scene: Scene, obligation: Obligation, place: Place, done: bool, word: str
) -> Sayings:
    """Shows the answer as it stands after a decision, or says that somebody or something was faster."""
    await dialogues.end(scene.tx, scene.person.id)
    fresh = await obligations.get(scene.tx, obligation.id)
    assert fresh is not None
    said = toast(query, word if done else views.ALREADY, alert=not done)
    return [said, edit(query, await screen_of(scene, fresh, place))]


def whence(scene: Scene, obligation: Obligation) -> Place:
    """The list from which the person has come to answer for the organization; all of them, if that is forgotten."""
    said = scene.dialogue.data if scene.dialogue.kind == request_form.KIND else {}
    if said.get("obligation") != obligation.id or request_form.CAME_FROM not in said:
        return Place()
    part, page = said[request_form.CAME_FROM]
    return Place(Part(part), page)


async def screen_of(scene: Scene, obligation: Obligation, place: Place, done: Obligation | None = None) -> Screen:
    """The answer as this staff member sees it; `done`: the one that has just been accepted."""
    (entry,) = await control.entries(scene.tx, [obligation], scene.now)
    seen_by = await obligations.seen_by(scene.tx, obligation.id)
    # Who looks through those that have not answered goes on among them; everybody else, among answers to be checked.
    part = Part.OWING if place.part is Part.OWING else Part.WAITING
    territory = _listed_in(scene, obligation)
    count, following = await control.beside(scene.tx, obligation, part, scene.person.limits, territory)
    place = replace(place, territory=territory)
    queue = views.Queue(count, following, done)
    return views.answer(await _card(scene, obligation), entry, seen_by, place, scene.person, queue)


def _listed_in(scene: Scene, obligation: Obligation) -> str | None:
    """The territory whose list the organization stands in; None where lists are of all."""
    return obligation.territory if level.is_seen(scene.catalog, scene.person.limits) else None


async def _card(scene: Scene, obligation: Obligation) -> Card:
    return await draw(scene.tx, obligation, scene.catalog, scene.now, scene.person.id)


async def _send_files(scene: Scene, card: Card) -> int:
    """Writes a letter for each file of the newest version and of the remarks; returns how many."""
    wanted: list[dict[str, Any]] = [{"remark": remark.id} for remark in card.remarks if remark.file_id]
    values = card.newest.values if card.newest else {}
    for field in card.directive.fields:
        if rules(field.kind).answering is Answering.ATTACHED:
            wanted += [{"field": field.id, "file": number} for number in range(len(values.get(field.id, ())))]
    for file in wanted:
        await letters.write(
            scene.tx,
            LetterKind.EVIDENCE,
            [scene.person.id],
            scene.now,
            # A second press brings no second file.
            dedup=f"{card.obligation.id}:{file}",
            obligation=card.obligation.id,
            **file,
        )
    return len(wanted)
