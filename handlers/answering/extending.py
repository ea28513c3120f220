"""«Ещё…» below a request lets a head ask the department for more time."""

from datetime import date
from typing import Any

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from bot.delivery.sayings import Saying
from bot.domain.fields.durations import asked_for
from bot.domain.fields.misfit import Misfit, MisfitReason
from bot.domain.fields.moments import last_day
from bot.domain.fields.values import fits, parse
from bot.domain.ledger import extension as rules
from bot.domain.ledger.extension import Asking
from bot.domain.ledger.obligation import Obligation
from bot.domain.letter import LetterKind
from bot.domain.people.member import Right
from bot.domain.text import clean
from bot.domain.timing.calendar import WorkCalendar
from bot.letters.card import draw
from bot.storage.ledger import drafts, extensions
from bot.storage.people import staff
from bot.storage.post import dialogues, letters
from bot.storage.post.dialogues import Dialogue
from bot.views import common
from bot.views.callbacks import unpacked
from bot.views.callbacks.extending import Extend, More
from bot.views.heads import extending as views
from bot.views.heads import misfits
from bot.views.heads.card import Card
from bot.views.heads.worded import Word, is_assent, press, word
from handlers.answering import request_form
from handlers.rights import register
from handlers.saying import Sayings, Talking, edit, send, toast
from handlers.scene import Scene

# The conversation of somebody who asks for more time: until when, then why.
KIND = dialogues.EXTENSION


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="extending")
    register(router.callback_query, more, More.filter(), rights=Right.AGREED)
    register(router.callback_query, step, Extend.filter(), rights=Right.AGREED)
    register(router.message, typed, Talking(KIND), ~F.text.startswith("/"), _is_here, rights=Right.AGREED)
    register(router.edited_message, corrected, Talking(KIND), F.text, _is_reason, rights=Right.AGREED)
    return router


async def more(query: CallbackQuery, callback_data: More, scene: Scene) -> Sayings:
    """Shows what else can be done about the request."""
    obligation = await request_form.own(scene, callback_data.obligation)
    if obligation is None:
        return [toast(query, common.NOT_YOURS, alert=True)]
    if not _may_ask(obligation, scene):
        return await _request(query, scene, obligation)
    # What the person types next is still the answer to the request.
    await request_form.focus_at(query, scene, obligation)
    return [edit(query, views.more(await _card(scene, obligation)), obligation.id)]


async def step(query: CallbackQuery, callback_data: Extend, scene: Scene) -> Sayings:
    """Goes a step: asks until when, takes a date that was tapped, or sends."""
    obligation = await request_form.own(scene, callback_data.obligation)
    if obligation is None:
        return [toast(query, common.NOT_YOURS, alert=True)]
    if not _may_ask(obligation, scene):
        return await _request(query, scene, obligation)
    card = await _card(scene, obligation)
    if card.extension is not None:
        await request_form.focus_at(query, scene, obligation)
        known = [toast(query, views.ALREADY_ASKED)] if callback_data.step == "send" else []
        return [*known, edit(query, views.waits(card, card.extension), obligation.id)]
    if scene.then is not None and scene.dialogue.kind == KIND and "until" in scene.dialogue.data:
        # The day was typed after the press.
        return [toast(query, common.GO_ON)]
    said = _said(scene, obligation)
    if callback_data.step == "until":
        day = unpacked(callback_data.day)
        if day is not None and fits(
            rules.wish(_calendar(scene, obligation), obligation.due_at, scene.now), day.isoformat()
        ):
            return [await _goes_on(query, scene, obligation, card, _with_date(scene, obligation, said, day))]
    if callback_data.step == "send" and _is_ready(scene, obligation):
        return await _ask(query, scene, obligation)
    if callback_data.step == "ask":
        # It begins, or another date is wanted.
        return [await _goes_on(query, scene, obligation, card, {**_reason_of(said), "step": "until"})]
    # A button of an older day or of another conversation; or the due date has moved since.
    shown = await _goes_on(query, scene, obligation, card, said or {"step": "until"})
    return [toast(query, views.CHOOSE_AGAIN), shown]


async def typed(message: Message, scene: Scene) -> Sayings:
    """Takes a typed date, or the reason; in the preview another reason."""
    obligation = await request_form.own(scene, scene.dialogue.data["obligation"])
    if obligation is None:
        await dialogues.end(scene.tx, scene.person.id)
        return [send(message, views.outdated())]
    if not _may_ask(obligation, scene):
        await request_form.focus_here(scene, obligation)
        now = await request_form.screen(scene, obligation, brief=True)
        return await request_form.placed(message, scene, obligation, now, views.outdated())
    card = await _card(scene, obligation)
    if card.extension is not None:
        # Somebody else at the organization has asked meanwhile.
        await _talk(scene, obligation, {}, kind=request_form.KIND)
        return await request_form.placed(message, scene, obligation, views.waits(card, card.extension))
    if message.edit_date is not None:
        return await _reason(message, scene, obligation, card)
    if (led := await _by_word(message, scene, obligation, card)) is not None:
        return led
    said = _said(scene, obligation)
    asking = Asking.of(said)
    try:
        day = _day(message.text or "", scene, obligation)
    except Misfit as misfit:
        # They were asked why, and the due date may have moved while they were writing it.
        is_asked_why = asking.until is not None and not asking.reason
        if misfit.reason in _NO_DAY and (is_asked_why or asking.has_date(obligation.due_at, scene.now)):
            return await _reason(message, scene, obligation, card)
        shown = views.as_it_stands(card, _offers(scene, obligation), asking)
        why = common.misfit(misfits.explain(misfit, scene.today, misfit.field.id))
        return await request_form.placed(message, scene, obligation, shown, why)
    return await _placed(message, scene, obligation, card, _with_date(scene, obligation, said, day))


# What is no day at all is a reason, where one is asked for.
_NO_DAY = (MisfitReason.UNREADABLE, MisfitReason.EMPTY)


def _day(text: str, scene: Scene, obligation: Obligation) -> date:
    """The day that was typed. Raises Misfit."""
    calendar = _calendar(scene, obligation)
    later = rules.longer(calendar, obligation.due_at, scene.now, text)
    typed = last_day(asked_for(text)) if later is None else later.isoformat()
    return date.fromisoformat(str(parse(rules.wish(calendar, obligation.due_at, scene.now), typed, scene.today)))


async def _by_word(message: Message, scene: Scene, obligation: Obligation, card: Card) -> Sayings | None:
    """Does what the button does whose words were written; None: they are on none."""
    said, text = _said(scene, obligation), message.text or ""
    asking = Asking.of(said)
    has_date = asking.has_date(obligation.due_at, scene.now)
    if word(text) is Word.BACK and has_date:
        return await _placed(message, scene, obligation, card, {**_reason_of(said), "step": "until"})
    if word(text) is Word.BACK:
        await request_form.focus_here(scene, obligation)
        return await request_form.placed(message, scene, obligation, await request_form.screen(scene, obligation))
    if has_date and asking.reason and is_assent(text):
        shown = views.as_it_stands(card, _offers(scene, obligation), asking)
        return await request_form.placed(message, scene, obligation, shown, press())
    return None


async def corrected(message: Message, scene: Scene) -> Sayings:
    """Takes the reason again from its edited message."""
    return await typed(message, scene)


async def by_word(message: Message, scene: Scene, obligation: Obligation) -> Sayings | None:
    """Begins as «Ещё…» does for whoever has written that at the form, until the day that they name; None: there is no
    due date of theirs to move."""
    if not _may_ask(obligation, scene):
        return None
    card = await _card(scene, obligation)
    if card.extension is not None:
        return await request_form.placed(message, scene, obligation, views.waits(card, card.extension))
    try:
        said = _with_date(scene, obligation, {}, _day(message.text or "", scene, obligation))
    except Misfit:
        said = {"step": "until"}
    return await _placed(message, scene, obligation, card, said)


async def _reason(message: Message, scene: Scene, obligation: Obligation, card: Card) -> Sayings:
    reason, said = clean(message.text or ""), _said(scene, obligation)
    if len(reason) not in rules.REASON_LENGTH:
        asked = views.as_it_stands(card, _offers(scene, obligation), Asking.of({**said, "reason": ""}))
        return await request_form.placed(message, scene, obligation, asked, views.bad_reason())
    step = "preview" if "until" in said else "until"
    given = {**said, "step": step, "reason": reason, "message": message.message_id}
    return await _placed(message, scene, obligation, card, given)


def _said(scene: Scene, obligation: Obligation) -> dict[str, Any]:
    """What has been said of this request's extension; nothing if another conversation is going on."""
    dialogue = scene.dialogue
    is_its = dialogue.kind == KIND and dialogue.data["obligation"] == obligation.id
    return dialogue.data if is_its else {}


def _reason_of(said: dict[str, Any]) -> dict[str, Any]:
    """The reason, and the message that gave it: they hold for any date."""
    return {key: said[key] for key in ("reason", "message") if key in said}


def _with_date(scene: Scene, obligation: Obligation, said: dict[str, Any], day: date) -> dict[str, Any]:
    wished = rules.until(_calendar(scene, obligation), day)
    step = "preview" if "reason" in said else "reason"
    return {**_reason_of(said), "step": step, "until": wished.isoformat()}


def _offers(scene: Scene, obligation: Obligation) -> tuple[date, date]:
    return rules.offers(_calendar(scene, obligation), obligation.due_at, scene.now)


def _calendar(scene: Scene, obligation: Obligation) -> WorkCalendar:
    """The organization's, whichever others its head has."""
    return scene.catalog.calendar.of(obligation.organization_territory)


async def _ask(query: CallbackQuery, scene: Scene, obligation: Obligation) -> Sayings:
    """Sends the request for more time to whose matter it is, and goes back to the form."""
    asking = Asking.of(_said(scene, obligation))
    assert asking.until is not None
    asked = await extensions.ask(scene.tx, obligation, asking.until, asking.reason, scene.person.id, scene.now)
    if asked is not None:
        curators = await staff.curators(scene.tx, obligation.round.directive, obligation)
        await letters.write(scene.tx, LetterKind.EXTENSION, curators, scene.now, extension=asked.id)
    # A reminder of nothing but this presses on no more.
    return [toast(query, views.SENT), *await _request(query, scene, obligation), *await request_form.tidy(query, scene)]


async def _request(query: CallbackQuery, scene: Scene, obligation: Obligation) -> Sayings:
    """Shows the request as it stands; what is typed next is the answer to it."""
    if request_form.takes_answers(obligation, scene.now):
        await request_form.focus_at(query, scene, obligation)
    elif scene.dialogue.kind == KIND:
        await dialogues.end(scene.tx, scene.person.id)
    return [edit(query, await request_form.screen(scene, obligation), obligation.id)]


async def _goes_on(
    query: CallbackQuery, scene: Scene, obligation: Obligation, card: Card, said: dict[str, Any]
) -> Saying:
    """Has what is typed next belong to this conversation, and the pressed message to the request; asks what follows."""
    await _talk(scene, obligation, said)
    if query.message is not None:
        await drafts.remember_message(scene.tx, scene.person.id, query.message.message_id, obligation.id)
    return edit(query, views.as_it_stands(card, _offers(scene, obligation), Asking.of(said)), obligation.id)


async def _placed(
    message: Message, scene: Scene, obligation: Obligation, card: Card, said: dict[str, Any]
) -> list[Saying]:
    """The same below what was typed."""
    await _talk(scene, obligation, said)
    asked = views.as_it_stands(card, _offers(scene, obligation), Asking.of(said))
    return await request_form.placed(message, scene, obligation, asked)


async def _talk(scene: Scene, obligation: Obligation, said: dict[str, Any], *, kind: str = KIND) -> None:
    dialogue = Dialogue(kind, {**said, "obligation": obligation.id})
    await dialogues.put(scene.tx, scene.person.id, dialogue, scene.now)


async def _card(scene: Scene, obligation: Obligation) -> Card:
    return await draw(scene.tx, obligation, scene.catalog, scene.now, scene.person.id)


def _may_ask(obligation: Obligation, scene: Scene) -> bool:
    """Whether there is a due date to move: an answer is wanted, and still taken. Only a head asks; the department,
    which may be answering for the organization, decides."""
    wanted = obligation.is_unanswered and request_form.takes_answers(obligation, scene.now)
    return wanted and not obligation.on_behalf


def _is_ready(scene: Scene, obligation: Obligation) -> bool:
    """Whether this request's conversation has a date that still lies ahead, and a reason."""
    asking = Asking.of(_said(scene, obligation))
    return bool(asking.reason) and asking.has_date(obligation.due_at, scene.now)


async def _is_here(message: Message, scene: Scene) -> bool:
    """Whether the message belongs here: a reply to another message is a comment on that."""
    pointed = message.reply_to_message
    if pointed is None:
        return True
    about = await drafts.about(scene.tx, scene.person.id, pointed.message_id)
    return about is not None and about[0] == scene.dialogue.data["obligation"]


async def _is_reason(message: Message, scene: Scene) -> bool:
    """Whether the message is the one that gave the reason."""
    return bool(scene.dialogue.data.get("message") == message.message_id)
