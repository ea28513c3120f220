"""What pressing and typing have in common: rights, the draft, the screen that follows, and where it is shown."""

from datetime import date, datetime
from typing import Any

from aiogram.types import CallbackQuery, Message

from bot.delivery.sayings import Delete, Edit, Saying, Send
from bot.domain.ledger import drafting
from bot.domain.ledger.obligation import Draft, Obligation, ObligationState
from bot.domain.screen import Screen
from bot.letters.card import draw
from bot.storage.ledger import drafts, obligations, replies
from bot.storage.people import people
from bot.storage.post import dialogues
from bot.storage.post.dialogues import Dialogue
from bot.views import form as views
from handlers.scene import Scene

# The conversation of somebody who has a form open: what they type belongs to it.
KIND = "form"
# Of its data: the step and the field that are asked, as in the draft; not there: there was no draft.
ASKED = "asked"
# Messages below the form after which it is moved down, so that the next question is on the screen.
_FAR = 6


async def owned(scene: Scene, obligation_id: int) -> Obligation | None:
    """The obligation if it is this person's to answer now; a shown button is no proof. Notes that it was seen."""
    obligation = await obligations.of_person(scene.tx, scene.person.id, obligation_id)
    if obligation is not None:
        await note_seen(scene, obligation)
    return obligation


async def note_seen(scene: Scene, obligation: Obligation) -> None:
    """Notes that the person has opened the request, if nobody has before."""
    if obligation.seen_at is None:
        await obligations.seen(scene.tx, obligation.id, scene.person.id, scene.now)


def takes_answers(obligation: Obligation, now: datetime) -> bool:
    """Whether an answer may be given or changed."""
    final = obligation.state in (ObligationState.EXCUSED, ObligationState.ACCEPTED) or obligation.left_at is not None
    return not final and not obligation.is_closed(now)


async def draft(scene: Scene, obligation: Obligation) -> Draft:
    """The person's draft, or a new one over what was answered."""
    return await drafts.get(scene.tx, scene.person.id, obligation.id) or await begun(scene, obligation)


async def begun(scene: Scene, obligation: Obligation) -> Draft:
    """A new draft over what was answered."""
    newest = await replies.newest(scene.tx, obligation.id) if obligation.version else None
    return drafting.begin(scene.person.id, obligation, newest)


async def keep(scene: Scene, moved: Draft) -> None:
    """Keeps the draft and makes its form the one that typed words belong to."""
    await drafts.put(scene.tx, moved, scene.now)
    await _listen(scene, moved.obligation_id, moved)


async def focus(query: CallbackQuery, scene: Scene, obligation: Obligation, kept: Draft | None) -> None:
    """The pressed message is the obligation's form, and what is typed next belongs to it. `kept`: the draft."""
    await _listen(scene, obligation.id, kept)
    # As a rule it has been since it was sent.
    if query.message is not None and scene.about != (obligation.id, None):
        await drafts.remember_message(scene.tx, scene.person.id, query.message.message_id, obligation.id)


async def focus_at(query: CallbackQuery, scene: Scene, obligation: Obligation) -> None:
    """The same for whoever has not read the draft."""
    await focus(query, scene, obligation, await drafts.get(scene.tx, scene.person.id, obligation.id))


async def focus_here(scene: Scene, obligation: Obligation) -> None:
    """What is typed next belongs to the obligation's form, wherever that stands."""
    await _listen(scene, obligation.id, await drafts.get(scene.tx, scene.person.id, obligation.id))


async def _listen(scene: Scene, obligation_id: int, kept: Draft | None) -> None:
    """What is typed next is for the field, or the reason, that the draft asks for."""
    data: dict[str, Any] = {"obligation": obligation_id}
    if kept is not None:
        data[ASKED] = [kept.step.value, kept.field]
    await dialogues.put(scene.tx, scene.person.id, Dialogue(KIND, data), scene.now)


async def screen(scene: Scene, obligation: Obligation) -> Screen:
    """The request as it stands for this person."""
    open_ = takes_answers(obligation, scene.now)
    kept = await drafts.get(scene.tx, scene.person.id, obligation.id) if open_ else None
    return await screen_of(scene, obligation, kept)


async def screen_of(scene: Scene, obligation: Obligation, kept: Draft | None, month: date | None = None) -> Screen:
    """The request as it stands for whoever has that draft of an answer."""
    card = await draw(scene.tx, obligation, scene.catalog, scene.now, scene.person.id)
    if obligation.state is ObligationState.EXCUSED:
        return views.excused(card)
    if takes_answers(obligation, scene.now):
        if kept is not None:
            return views.of_draft(card, kept, month)
        return views.request(card) if obligation.is_unanswered else views.accepted(card)
    return views.accepted(card) if obligation.version else views.closed(card)


async def placed(
    message: Message, scene: Scene, obligation: Obligation, screen: Screen, *, in_place: bool = False
) -> list[Saying]:
    """The screen where the request's form stands, or below what was typed if that has scrolled out of sight."""
    chat, form_message = scene.person.id, await drafts.card(scene.tx, scene.person.id, obligation.id)
    if form_message is None:
        return [Send(chat, screen, obligation.id)]
    # An edited message has its old number: what counts is what has been written since the form was sent.
    if in_place or message.message_id - form_message < _FAR:
        return [Edit(chat, form_message, screen, obligation.id)]
    return await moved_down(scene, obligation, screen)


async def moved_down(scene: Scene, obligation: Obligation, screen: Screen) -> list[Saying]:
    """The screen below everything else, in place of the form that stands further up."""
    chat, form_message = scene.person.id, await drafts.card(scene.tx, scene.person.id, obligation.id)
    if form_message is None:
        return [Send(chat, screen, obligation.id)]
    await drafts.forget_message(scene.tx, chat, form_message)
    return [Delete(chat, form_message), Send(chat, screen, obligation.id)]


async def tidy(query: CallbackQuery, scene: Scene) -> list[Saying]:
    """Takes the standing reminder away when nothing is left to be reminded of."""
    standing = scene.reminder
    if standing is None or await obligations.to_remind(scene.tx, scene.person.id, scene.now):
        return []
    await people.set_reminder_message(scene.tx, scene.person.id, None)
    # The form may have been opened in the reminder itself: then it says what was accepted.
    if query.message is not None and query.message.message_id == standing:
        return []
    return [Delete(scene.person.id, standing)]
