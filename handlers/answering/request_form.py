"""What pressing and typing have in common: rights, the draft, the screen that follows, and where it is shown."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from aiogram.types import CallbackQuery, Message

from bot.delivery.sayings import Delete, Edit, React, Saying, Send
from bot.domain.directives import form
from bot.domain.fields.field import Field
from bot.domain.ledger import drafting
from bot.domain.ledger.obligation import Draft, Obligation
from bot.domain.people.member import Right
from bot.domain.screen import Screen
from bot.letters.card import as_it_stands, draw
from bot.storage.ledger import addressing, drafts, obligations, replies
from bot.storage.people import people
from bot.storage.post import dialogues
from bot.storage.post.dialogues import Dialogue
from bot.views.department.control import on_behalf
from bot.views.heads import form as views
from handlers.department.common import obligation_within
from handlers.saying import edit
from handlers.scene import Scene

# The conversation of somebody who has a form open: what they type belongs to it.
KIND = dialogues.FORM
# Of its data: the step and the field that are asked, as in the draft; not there: there was no draft.
ASKED = "asked"
# Of another conversation's data: the obligation whose form was being filled in when it began, and is again after it.
BEHIND = "behind"
# The part and the page of the list from which somebody of the department has come, to answer for an organization.
CAME_FROM = "from"
# What `messages.field` says of a message that was the form once, and is pointed at; no id has a "!".
_POINTED_AT = "!pointed-at"


async def owned(scene: Scene, obligation_id: int) -> Obligation | None:
    """The obligation if it is this person's to answer now; a shown button is no proof. Notes that it was seen."""
    obligation = await obligations.of_person(scene.tx, scene.person.id, obligation_id)
    if obligation is None:
        return await _on_behalf(scene, obligation_id)
    await note_seen(scene, obligation)
    return obligation


async def own(scene: Scene, obligation_id: int) -> Obligation | None:
    """The same, if the person sits at the organization: nobody asks or writes anything for it but its own people."""
    obligation = await owned(scene, obligation_id)
    return obligation if obligation is not None and not obligation.on_behalf else None


async def with_draft(scene: Scene, obligation_id: int) -> tuple[Obligation, Draft | None] | None:
    """The same with what the person has drafted, for a button of the form, as the update found them; does not note
    that it was seen."""
    theirs = scene.form
    if theirs is not None and theirs.obligation.id == obligation_id:
        return theirs.obligation, theirs.draft
    obligation = await _on_behalf(scene, obligation_id)
    return (obligation, await drafts.get(scene.tx, scene.person.id, obligation_id)) if obligation is not None else None


async def note_seen(scene: Scene, obligation: Obligation) -> None:
    """Notes that the request was opened, if nobody of the organization has before."""
    if obligation.seen_at is None and not obligation.on_behalf:
        await obligations.seen(scene.tx, obligation.id, scene.person.id, scene.now)


async def _on_behalf(scene: Scene, obligation_id: int) -> Obligation | None:
    """The obligation if this person has begun to answer it for the organization, and may do so still."""
    if not scene.person.may(Right.CURATE) or await drafts.get(scene.tx, scene.person.id, obligation_id) is None:
        return None
    obligation = await obligation_within(scene, obligation_id)
    return replace(obligation, on_behalf=True) if obligation is not None else None


def takes_answers(obligation: Obligation, now: datetime) -> bool:
    """Whether an answer may be given or changed."""
    return obligation.takes_answers(now)


async def draft(scene: Scene, obligation: Obligation) -> Draft:
    """The person's draft, or a new one over what was answered."""
    return await drafts.get(scene.tx, scene.person.id, obligation.id) or await begun(scene, obligation)


async def begun(scene: Scene, obligation: Obligation) -> Draft:
    """A new draft over what was answered."""
    newest = await replies.newest(scene.tx, obligation.id) if obligation.version else None
    return drafting.begin(scene.person.id, obligation, newest)


def answered_by(about: tuple[int, str | None] | None, obligation: Obligation, draft: Draft) -> Field | None:
    """The field that a message of the person's own was typed for, if it is asked still; `about`: what that is about."""
    asked = form.applicable(obligation.round.directive, obligation.round.key, draft.values)
    return next((field for field in asked if about is not None and field.id == about[1]), None)


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


def in_hand(dialogue: Dialogue) -> int | None:
    """The obligation whose form what is typed belongs to: that of a conversation, or of the one that it came from."""
    if dialogue.kind == KIND:
        return int(dialogue.data["obligation"])
    behind: int | None = dialogue.data.get(BEHIND) if dialogue.data.get("step") != "write" else None
    return behind


async def _listen(scene: Scene, obligation_id: int, kept: Draft | None) -> None:
    """What is typed next is for the field, or the reason, that the draft asks for."""
    await dialogues.put(scene.tx, scene.person.id, Dialogue(KIND, _data(scene, obligation_id, kept)), scene.now)


def _data(scene: Scene, obligation_id: int, kept: Draft | None) -> dict[str, Any]:
    said = scene.dialogue.data if scene.dialogue.kind == KIND else {}
    data: dict[str, Any] = {"obligation": obligation_id}
    if said.get("obligation") == obligation_id and CAME_FROM in said:
        data[CAME_FROM] = said[CAME_FROM]
    if kept is not None:
        data[ASKED] = [kept.step.value, kept.field]
    return data


async def goes_on(query: CallbackQuery, scene: Scene, obligation: Obligation, kept: Draft | None) -> None:
    """The same as `focus` for whoever has changed nothing of the conversation before, which may be about that."""
    if scene.dialogue != Dialogue(KIND, _data(scene, obligation.id, kept)) or scene.about != (obligation.id, None):
        await focus(query, scene, obligation, kept)


async def screen(scene: Scene, obligation: Obligation, *, brief: bool = False) -> Screen:
    """The request as it stands for this person; `brief`: below something else that is said."""
    open_ = takes_answers(obligation, scene.now)
    kept = await drafts.get(scene.tx, scene.person.id, obligation.id) if open_ else None
    return await screen_of(scene, obligation, kept, brief=brief)


async def screen_of(
    scene: Scene, obligation: Obligation, kept: Draft | None, month: date | None = None, *, brief: bool = False
) -> Screen:
    """The request as it stands for whoever has that draft of an answer."""
    card = await draw(scene.tx, obligation, scene.catalog, scene.now, scene.person.id)
    if obligation.on_behalf and card.has_previous:
        # Who answers on its behalf may have had nothing to do with it when that was answered.
        card = replace(card, has_previous=await replies.is_as_before(scene.tx, obligation))
    return as_it_stands(card, kept, month, brief=brief)


async def fields(scene: Scene, obligation: Obligation, of: Draft) -> Screen:
    """Which field of the draft is to be changed."""
    card = await draw(scene.tx, obligation, scene.catalog, scene.now, scene.person.id)
    shown = views.fields(card, of)
    return on_behalf.form(obligation, shown) if obligation.on_behalf else shown


async def placed(
    message: Message, scene: Scene, obligation: Obligation, screen: Screen, notice: Screen | None = None
) -> list[Saying]:
    """The screen below everything else, so that its buttons are under the thumb; above it, in the same message, what
    is to be heard about what was typed."""
    shown = screen if notice is None else views.noticed(notice, screen)
    chat, forms = scene.person.id, await drafts.forms(scene.tx, scene.person.id, obligation.id)
    if message.edit_date is None and forms and forms[-1] > message.message_id:
        # Of an album: the form stands below all its parts since the first was taken.
        return [Edit(chat, forms[-1], shown, obligation.id)]
    about = None if notice is None else message.message_id
    pointed = message.reply_to_message.message_id if message.reply_to_message is not None else None
    left: list[Saying] = []
    if pointed is not None and pointed in forms:
        # What a comment points at stays, so that one can see what it is about, and point at it again.
        await drafts.remember_message(scene.tx, chat, pointed, obligation.id, _POINTED_AT)
        left.append(Edit(chat, pointed, views.moved_on(obligation)))
    gone = await _gone(scene, [form for form in forms if form != pointed])
    return [*left, *gone, Send(chat, shown, obligation.id, about)]


async def shown(message: Message, scene: Scene, obligation: Obligation, notice: Screen | None = None) -> list[Saying]:
    """The form as it is now, below what was typed; above it what is to be heard about that."""
    below = await screen(scene, obligation, brief=notice is not None)
    return await placed(message, scene, obligation, below, notice)


async def taken(message: Message, scene: Scene, obligation: Obligation, moved: Draft) -> list[Saying]:
    """What was typed has been taken, and the form goes on where the draft is now."""
    await keep(scene, moved)
    below = await screen_of(scene, obligation, moved)
    return [React(scene.person.id, message.message_id), *await placed(message, scene, obligation, below)]


async def moved_down(scene: Scene, obligation: Obligation, screen: Screen) -> list[Saying]:
    """The screen below everything else, in place of the form that stands further up."""
    forms = await drafts.forms(scene.tx, scene.person.id, obligation.id)
    return [*await _gone(scene, forms), Send(scene.person.id, screen, obligation.id)]


async def alone(query: CallbackQuery, scene: Scene, obligation: Obligation, kept: Draft | None) -> list[Saying]:
    """Takes the form away wherever else it stands: it is filled in where it has been opened. `kept`: the draft."""
    if not takes_answers(obligation, scene.now) or (kept is None and not obligation.is_unanswered):
        # An answer that was sent stays where it was accepted.
        return []
    opened = query.message.message_id if query.message is not None else None
    forms = await drafts.forms(scene.tx, scene.person.id, obligation.id)
    return await _gone(scene, [form for form in forms if form != opened])


async def _gone(scene: Scene, forms: Sequence[int]) -> list[Saying]:
    if forms:
        await drafts.forget_message(scene.tx, scene.person.id, *forms)
    return [Delete(scene.person.id, form) for form in forms]


async def below(scene: Scene, obligation: Obligation | None = None) -> list[Saying]:
    """The form that the person is filling in, or that obligation's, below what they have been told aside; nothing if
    there is none."""
    if obligation is None and (which := in_hand(scene.dialogue)) is not None:
        obligation = await owned(scene, which)
    if obligation is None or not takes_answers(obligation, scene.now):
        return []
    kept = await drafts.get(scene.tx, scene.person.id, obligation.id)
    if kept is None and not obligation.is_unanswered:
        return []
    return await moved_down(scene, obligation, await screen_of(scene, obligation, kept))


async def aside(query: CallbackQuery, scene: Scene, said: Screen) -> list[Saying]:
    """What has become of something that belongs to no form, where its buttons stood; the form below it.

    Where the form itself had those buttons, it stays.
    """
    pressed = query.message.message_id if query.message is not None else 0
    about = await drafts.about(scene.tx, scene.person.id, pressed)
    obligation = await owned(scene, about[0]) if about is not None and about[1] is None else None
    if obligation is not None:
        return [edit(query, views.noticed(said, await screen(scene, obligation, brief=True)), obligation.id)]
    return [edit(query, said), *await below(scene)]


async def tidy(query: CallbackQuery, scene: Scene) -> list[Saying]:
    """Takes the standing reminder away when nothing is left to be reminded of."""
    standing = scene.reminder
    if standing is None or await addressing.to_remind(scene.tx, scene.person.id, scene.now):
        return []
    await people.set_reminder_message(scene.tx, scene.person.id, None)
    # The form may have been opened in the reminder itself: then it says what was accepted.
    if query.message is not None and query.message.message_id == standing:
        return []
    return [Delete(scene.person.id, standing)]
