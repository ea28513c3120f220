"""Decisions with a typed word: returns an answer for rework, or excuses an organization."""

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from bot.domain.ledger.control import Part
from bot.domain.ledger.obligation import UNANSWERED, Obligation, ObligationState
from bot.domain.people.member import Right
from bot.domain.screen import Screen
from bot.domain.text import clean
from bot.domain.timing import due_dates
from bot.letters.card import draw
from bot.storage.ledger import decisions, obligations
from bot.storage.post import dialogues
from bot.storage.post.dialogues import Dialogue
from bot.views.callbacks import packed
from bot.views.callbacks.control import Excuse, Return, ReturnDue
from bot.views.department.control import answer as views
from bot.views.department.control import together
from bot.views.department.control.answer import Place
from handlers.department.common import listen, obligation_within, shown
from handlers.department.control.answer import decided, screen_of
from handlers.rights import denied, register
from handlers.saying import Sayings, Talking, edit, toast
from handlers.scene import Scene

_RETURNING, _EXCUSING = "control.return", "control.excuse"
_NOT_COMMAND = ~F.text.startswith("/")


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="returning")
    register(router.callback_query, give_back, Return.filter(), rights=Right.CURATE)
    register(router.callback_query, give_back_until, ReturnDue.filter(), rights=Right.CURATE)
    register(router.callback_query, excuse, Excuse.filter(), rights=Right.CURATE)
    register(router.message, comment, Talking(_RETURNING), _NOT_COMMAND, rights=Right.CURATE)
    register(router.message, reason, Talking(_EXCUSING), _NOT_COMMAND, rights=Right.CURATE)
    return router


async def give_back(query: CallbackQuery, callback_data: Return, scene: Scene) -> Sayings:
    """«Вернуть» asks what is to be corrected."""
    obligation = await obligation_within(scene, callback_data.obligation)
    if obligation is None:
        return await denied(query, scene)
    place = Place(callback_data.part, callback_data.page)
    if obligation.state is not ObligationState.ANSWERED or obligation.version != callback_data.version:
        return await decided(query, scene, obligation, place, False, "")
    await listen(query, scene, _RETURNING, **_about(obligation, place))
    return [edit(query, views.ask_comment(obligation, place))]


async def comment(message: Message, scene: Scene) -> Sayings:
    """Takes what is to be corrected, and asks for the due date. A second message replaces the first."""
    obligation = await _talked_about(scene)
    if obligation is None:
        return await denied(message, scene)
    place, text = _place(scene), clean(message.text or "")
    if obligation.state is not ObligationState.ANSWERED:
        # A colleague has decided meanwhile.
        await dialogues.end(scene.tx, scene.person.id)
        return shown(message, scene, views.too_late(await screen_of(scene, obligation, place)))
    if len(text) not in views.COMMENT:
        return shown(message, scene, views.ask_comment(obligation, place, views.bad_length(views.COMMENT)))
    is_newer = obligation.version != scene.dialogue.data["version"]
    return shown(message, scene, await _ask_due(scene, obligation, place, text, is_newer=is_newer))


async def give_back_until(query: CallbackQuery, callback_data: ReturnDue, scene: Scene) -> Sayings:
    """Returns the answer, since its due date has been chosen."""
    obligation = await obligation_within(scene, callback_data.obligation)
    if obligation is None:
        return await denied(query, scene)
    place, said = Place(callback_data.part, callback_data.page), scene.dialogue.data
    text = (
        said.get("comment") if scene.dialogue.kind == _RETURNING and said.get("obligation") == obligation.id else None
    )
    calendar = scene.catalog.calendar.seen_from(obligation.organization_territory)
    dates = {packed(on): on for on in due_dates.for_rework(calendar, scene.now)}
    if obligation.state is not ObligationState.ANSWERED:
        return await decided(query, scene, obligation, place, False, "")
    if text is None:
        # Another conversation has been between.
        await listen(query, scene, _RETURNING, **_about(obligation, place))
        return [edit(query, views.ask_comment(obligation, place, views.COMMENT_LOST))]
    if obligation.version != callback_data.version:
        # What was written stays; whether it still holds, only its author knows.
        newer = await _ask_due(scene, obligation, place, text, is_newer=True)
        return [toast(query, views.NEWER, alert=True), edit(query, newer)]
    if callback_data.day not in dates and (callback_data.day or obligation.due_at <= scene.now):
        # The screen is older than today, and its dates no longer fit.
        return [edit(query, await _ask_due(scene, obligation, place, text))]
    due_at = calendar.ends(dates[callback_data.day]) if callback_data.day else None
    done = await decisions.give_back(
        scene.tx, obligation, callback_data.version, text, due_at, calendar, scene.person.id, scene.now
    )
    word = views.returned_toast(calendar.next_work_moment(scene.now), scene.now, calendar.zone)
    return await decided(query, scene, obligation, place, done, word)


async def excuse(query: CallbackQuery, callback_data: Excuse, scene: Scene) -> Sayings:
    """«Снять с контроля» asks for the reason, or does without."""
    obligation = await obligation_within(scene, callback_data.obligation)
    if obligation is None:
        return await denied(query, scene)
    place = Place(callback_data.part, callback_data.page)
    if callback_data.sure:
        done = await decisions.excuse(scene.tx, obligation, callback_data.version, None, scene.person.id, scene.now)
        return await decided(query, scene, obligation, place, done, together.excused(1))
    if obligation.state not in (*UNANSWERED, ObligationState.ANSWERED) or obligation.version != callback_data.version:
        return await decided(query, scene, obligation, place, False, "")
    await listen(query, scene, _EXCUSING, **_about(obligation, place))
    return [edit(query, views.ask_reason(obligation, place))]


async def reason(message: Message, scene: Scene) -> Sayings:
    """Takes the reason, and takes the organization off control."""
    obligation = await _talked_about(scene)
    if obligation is None:
        return await denied(message, scene)
    place, text = _place(scene), clean(message.text or "")
    if len(text) not in views.COMMENT:
        return shown(message, scene, views.ask_reason(obligation, place, views.bad_length(views.COMMENT)))
    version = scene.dialogue.data["version"]
    done = await decisions.excuse(scene.tx, obligation, version, text, scene.person.id, scene.now)
    await dialogues.end(scene.tx, scene.person.id)
    fresh = await obligations.get(scene.tx, obligation.id)
    assert fresh is not None
    screen = await screen_of(scene, fresh, place)
    return shown(message, scene, screen if done else views.too_late(screen))


async def _ask_due(scene: Scene, obligation: Obligation, place: Place, text: str, *, is_newer: bool = False) -> Screen:
    """Asks until when, and keeps the comment. `is_newer`: the answer is another than they have seen; it is shown."""
    said = {**scene.dialogue.data, "comment": text, "version": obligation.version}
    await dialogues.put(scene.tx, scene.person.id, Dialogue(_RETURNING, said), scene.now)
    card = await draw(scene.tx, obligation, scene.catalog, scene.now, scene.person.id)
    offers = together.rework_offers(
        due_dates.for_rework(scene.catalog.calendar.of(obligation.organization_territory), scene.now)
    )
    may_stay = obligation.due_at > scene.now
    return views.ask_due(card, place, text, offers, may_stay=may_stay, is_newer=is_newer)


async def _talked_about(scene: Scene) -> Obligation | None:
    return await obligation_within(scene, scene.dialogue.data["obligation"])


def _about(obligation: Obligation, place: Place) -> dict[str, int | str]:
    return {"obligation": obligation.id, "version": obligation.version, "part": place.part, "page": place.page}


def _place(scene: Scene) -> Place:
    return Place(Part(scene.dialogue.data["part"]), scene.dialogue.data["page"])
