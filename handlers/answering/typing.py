"""A request is answered: what people type, attach, edit, and send as a reply to it."""

from typing import Any

from aiogram import F, Router
from aiogram.types import Message

from bot.delivery.sayings import React
from bot.domain.directives import form
from bot.domain.fields.field import Field
from bot.domain.fields.kinds import FILES_AT_MOST, Answering, rules
from bot.domain.fields.misfit import Misfit, MisfitReason
from bot.domain.fields.plainly import BRIEF, is_answer, is_value
from bot.domain.fields.values import may_be_zero, parse_many
from bot.domain.ledger import drafting
from bot.domain.ledger.extension import REASON_LENGTH
from bot.domain.ledger.obligation import REMARK_LENGTH, Draft, DraftStep, Obligation
from bot.domain.letter import LetterKind
from bot.domain.people.member import Right
from bot.domain.people.messenger import messenger_of
from bot.domain.text import clean, units
from bot.storage.ledger import drafts, obligations, replies
from bot.storage.people import seats
from bot.storage.post import dialogues, letters, strays
from bot.storage.post.strays import Stray
from bot.views import common
from bot.views import placing as placing_views
from bot.views.department import panel
from bot.views.heads import form as views
from bot.views.heads import misfits
from bot.views.heads import worded as worded_views
from handlers.answering import by_number, courtesies, extending, placing, request_form, slips, worded
from handlers.attachments import attachment
from handlers.rights import register
from handlers.saying import Sayings, answer, send
from handlers.scene import Scene

_NOT_COMMAND = ~F.text.startswith("/")
# Letters that list all requests that are open.
_LISTS = (LetterKind.REQUESTS, LetterKind.REMINDER)


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="typing")
    file = F.document | F.photo | F.video | F.audio | F.voice
    register(router.message, reply, F.reply_to_message, F.text & _NOT_COMMAND | file, rights=Right.AGREED)
    register(router.message, typed, F.text, _NOT_COMMAND, rights=Right.AGREED)
    register(router.message, attached, file, rights=Right.AGREED)
    register(router.edited_message, edited, F.text | F.caption, rights=Right.AGREED)
    return router


async def typed(message: Message, scene: Scene) -> Sayings:
    """Words for the form that is open, or for the only request there is."""
    obligation = await addressed(scene)
    changes = worded_views.word(message.text or "") is worded_views.Word.CHANGE
    if obligation is None and changes and (sent := await worded.sent(scene)) is not None:
        return await worded.to_change(message, scene, sent)
    if obligation is None:
        return await _astray(message, scene)
    draft = await request_form.draft(scene, obligation)
    is_assent = draft.step is DraftStep.PREVIEW and worded_views.is_assent(message.text or "")
    if not is_assent and (draft.step is DraftStep.REASON or draft.not_ours is not None):
        return await reason(message, scene, obligation, draft)
    if draft.field is None:
        if changes:
            return await worded.to_change(message, scene, obligation)
        only = _only_field(obligation, draft)
        says_button = is_assent or worded_views.word(message.text or "") in worded_views.OF_FORM
        if says_button and (only is None or not answers(message, scene, only)):
            return await request_form.shown(message, scene, obligation, worded_views.press())
        if only is None or not answers(message, scene, only):
            if (beside := await _beside(message, scene, obligation)) is not None:
                return beside
            return await placing.ask(message, scene, [placing_views.FILLED_IN], obligation)
        # Whoever is asked one thing, and says another number than before, has corrected it.
        return await _value(message, scene, obligation, draft, only)
    field = obligation.round.directive.field(draft.field)
    if is_value(field, message.text or "", scene.today):
        return await _value(message, scene, obligation, draft, field)
    if changes and draft.values:
        return await worded.to_change(message, scene, obligation)
    if (beside := await _beside(message, scene, obligation)) is not None:
        return beside
    return await _value(message, scene, obligation, draft, field)


async def _beside(message: Message, scene: Scene, obligation: Obligation) -> Sayings | None:
    """What follows words that are plainly no answer: an announcement was read, or there is too little time."""
    if (read := await courtesies.acknowledging(message, scene)) is not None:
        return [*read, *await request_form.below(scene, obligation)]
    asks = worded_views.asks_for_time(message.text or "")
    return await extending.by_word(message, scene, obligation) if asks else None


async def reply(message: Message, scene: Scene) -> Sayings:
    """A reply to a request is its comment or its evidence; a number or date that is asked is the answer."""
    pointed = message.reply_to_message
    about = await drafts.about(scene.tx, scene.person.id, pointed.message_id) if pointed else None
    obligation = await request_form.owned(scene, about[0]) if about else None
    if obligation is None and pointed is not None:
        letter = await letters.of_message(scene.tx, scene.person.id, pointed.message_id) if about is None else None
        which = await _about(scene, letter) if letter is not None else []
        if len(which) > 1:
            return await placing.ask(message, scene, [placing_views.TO_SEVERAL])
        obligation = which[0] if which else None
        if obligation is None and (waiting := await addressed(scene)) is not None:
            # «Да» to /tasks, to «Передано», or for an organization that was left says nothing of what a form asks.
            kept = placing_views.ASTRAY if message.text else placing_views.UNASKED_FILE
            if about is not None and not scene.person.is_staff:
                kept = placing_views.NOT_THEIRS
            return await placing.ask(message, scene, [kept], waiting)
    if obligation is None:
        handler = typed if message.text else attached
        return await handler(message, scene)
    if not request_form.takes_answers(obligation, scene.now):
        why = common.why_final(obligation) or placing_views.CLOSED_REQUEST
        return await placing.ask(message, scene, [why], obligation)
    draft = await request_form.draft(scene, obligation)
    unanswered = obligation.is_unanswered or await drafts.get(scene.tx, scene.person.id, obligation.id)
    field = obligation.round.directive.field(draft.field) if draft.field and unanswered else None
    if draft.step is DraftStep.REASON and message.text:
        return await reason(message, scene, obligation, draft)
    if field is not None and is_attached(field) and not message.text:
        return await _file(message, scene, obligation, draft, field)
    # In reply to an answer of one's own that is corrected, not what the form asks for by now.
    own = request_form.answered_by(about, obligation, draft) if unanswered and draft.not_ours is None else None
    led = await worded.in_reply(message, scene, obligation, draft, own, unanswered=bool(unanswered))
    if led is not None:
        return led
    meant = own or field
    if meant is not None and message.text:
        is_number = await by_number.spelled_out(message.text, scene, obligation, meant) != message.text
        is_button = worded.moved(message.text, obligation, draft, meant) is not None
        if is_number or is_button or answers(message, scene, meant):
            return await _value(message, scene, obligation, draft, meant)
    return await remark(message, scene, obligation, field if meant == field else None)


async def is_about_requests(message: Message, scene: Scene) -> bool:
    """Whether the message replies to the form of a request of the person's, or to a letter about some."""
    pointed = message.reply_to_message
    if pointed is None:
        return False
    about = await drafts.about(scene.tx, scene.person.id, pointed.message_id)
    if about is not None:
        return await request_form.owned(scene, about[0]) is not None
    letter = await letters.of_message(scene.tx, scene.person.id, pointed.message_id)
    return letter is not None and bool(await _about(scene, letter))


async def _about(scene: Scene, letter: tuple[LetterKind, tuple[int, ...]]) -> list[Obligation]:
    """The person's requests that the letter is about, which is no form: of a list those that are still open."""
    kind, named = letter
    if kind in _LISTS:
        waiting = await obligations.unanswered(scene.tx, scene.person.id, scene.now)
        return [obligation for obligation in waiting if request_form.takes_answers(obligation, scene.now)]
    theirs = [await request_form.owned(scene, obligation_id) for obligation_id in named]
    return [obligation for obligation in theirs if obligation is not None]


def _only_field(obligation: Obligation, draft: Draft) -> Field | None:
    """The field of a request that asks for one thing."""
    asked = form.applicable(obligation.round.directive, obligation.round.key, draft.values)
    return asked[0] if len(asked) == 1 and draft.not_ours is None else None


def answers(message: Message, scene: Scene, field: Field | None) -> bool:
    """Whether a reply to the form is so plainly the answer to the field that it is no comment."""
    if field is None:
        return False
    if not message.text:
        return is_attached(field)
    # People swipe on the question to answer it. A number where a number is asked is that answer.
    return is_answer(field, message.text, scene.today)


async def remark(message: Message, scene: Scene, obligation: Obligation, field: Field | None) -> Sayings:
    """A comment of the request, or its enclosure; `field`: what it still waits for."""
    file_id, name = attachment(message) or (None, None)
    text = clean(message.text or message.caption or "") or None
    await replies.remark(
        scene.tx, obligation, scene.person.id, message.message_id, scene.now, text=text, file_id=file_id, file_name=name
    )
    said = common.remark_saved(is_file=file_id is not None)
    if field is not None and file_id is None and text is not None and is_value(field, text, scene.today):
        # Whoever meant it for the answer says so by a button, and sends nothing again.
        await strays.keep(scene.tx, scene.person.id, Stray(message.message_id, text), scene.now)
        said = placing_views.or_answer(said, message.message_id, obligation)
    return await request_form.shown(message, scene, obligation, said)


async def attached(message: Message, scene: Scene) -> Sayings:
    """A file for the field that asks for one."""
    obligation = await addressed(scene)
    if obligation is not None:
        draft = await request_form.draft(scene, obligation)
        field = obligation.round.directive.field(draft.field) if draft.field else None
        if field is not None and is_attached(field):
            return await _file(message, scene, obligation, draft, field)
        if obligation.on_behalf:
            return await placing.ask(message, scene, [placing_views.UNASKED_FILE], obligation)
    if scene.person.is_staff and not await seats.of_person(scene.tx, scene.person.id):
        return [answer(message, panel.astray())]
    return await _asked_where(message, scene, placing_views.UNASKED_FILE)


async def edited(message: Message, scene: Scene) -> Sayings:
    """The person corrects a message of theirs: the value or the comment it gave is corrected with it."""
    remarked = await replies.remark_of_message(scene.tx, scene.person.id, message.message_id)
    about = await drafts.about(scene.tx, scene.person.id, message.message_id)
    if remarked is None and (about is None or about[1] is None):
        if await placing.corrected(message, scene):
            return []
        return [answer(scene.rest.message, common.tail())] if scene.rest else []
    if remarked is None and message.text is None:
        # The file is the answer, whatever is written under it.
        return []
    if remarked is None and scene.rest is not None:
        # No field takes as much as one message: the beginning has been refused, and with it the rest.
        await placing.corrected(message, scene)
        return []
    obligation = await request_form.owned(scene, remarked or (about[0] if about else 0))
    if obligation is None or not request_form.takes_answers(obligation, scene.now):
        return [answer(message, common.closed(obligation))]
    if remarked is not None:
        return await _remark_changed(message, scene, obligation)
    assert about is not None
    draft = await request_form.draft(scene, obligation)
    if about[1] == _PART_OF_REMARK:
        return await request_form.shown(message, scene, obligation, common.remark_of_parts())
    if about[1] == _REASON:
        return await reason(message, scene, obligation, draft)
    field = request_form.answered_by(about, obligation, draft)
    if field is None:
        return await request_form.shown(message, scene, obligation, common.no_longer_asked())
    return await _value(message, scene, obligation, draft, field)


async def _remark_changed(message: Message, scene: Scene, obligation: Obligation) -> Sayings:
    """A comment is corrected, or goes on in another message."""
    text, mark = clean(message.text or message.caption or ""), message.message_id
    file_id, name = attachment(message) or (None, None)
    if scene.rest is not None and len(text) > REMARK_LENGTH:
        await replies.forget_remark(scene.tx, scene.person.id, mark)
        return await request_form.shown(message, scene, obligation, common.remark_too_long(REMARK_LENGTH))
    kept = await replies.remark_text(scene.tx, scene.person.id, mark)
    if scene.rest is None and units(kept or "") > messenger_of(scene.person.id).message:
        # What was edited is but a part of it.
        return await request_form.shown(message, scene, obligation, common.remark_of_parts())
    await replies.remark(
        scene.tx, obligation, scene.person.id, mark, scene.now, text=text or None, file_id=file_id, file_name=name
    )
    if scene.rest is not None:
        await drafts.remember_message(
            scene.tx, scene.person.id, scene.rest.message.message_id, obligation.id, _PART_OF_REMARK
        )
        taken = React(message.chat.id, scene.rest.message.message_id)
        return [taken, *await request_form.shown(message, scene, obligation)]
    return await request_form.shown(message, scene, obligation, common.remark_changed())


# What `messages.field` says of the message that gave the reason of «не относится к нам»; no id has a "!".
_REASON = "!reason"
# What it says of one that a comment goes on in.
_PART_OF_REMARK = "!remark"


async def addressed(scene: Scene) -> Obligation | None:
    """The request that words without a context belong to."""
    if (which := request_form.in_hand(scene.dialogue)) is not None:
        obligation = await request_form.owned(scene, which)
        if obligation is not None and await _is_asked(scene, obligation):
            return obligation
        if await _lost(scene, obligation):
            # Not for another request: it was meant for this one, where it has no place any more.
            return None
    waiting = await obligations.unanswered(scene.tx, scene.person.id, scene.now)
    takes = [obligation for obligation in waiting if request_form.takes_answers(obligation, scene.now)]
    # Whatever it asks for: a word is taken or refused alike, be its field the first, the only one or the tenth.
    return takes[0] if len(takes) == 1 else None


async def _is_asked(scene: Scene, obligation: Obligation) -> bool:
    """Whether the form waits for an answer of this person."""
    if not request_form.takes_answers(obligation, scene.now):
        return False
    return obligation.is_unanswered or await drafts.get(scene.tx, scene.person.id, obligation.id) is not None


async def _lost(scene: Scene, obligation: Obligation | None) -> str:
    """Why the request that the person was answering takes nothing of them any more: it has been ended, has closed, a
    colleague has answered it, or it is not theirs (None). Empty: they were in the midst of nothing. HTML."""
    if obligation is None:
        return placing_views.NOT_THEIRS
    if request_form.takes_answers(obligation, scene.now):
        answered = await replies.versions(scene.tx, obligation.id)
        mine = any(reply.by_id == scene.person.id for reply in answered)
        return "" if mine or not answered else placing_views.answered(obligation, answered[0])
    final = common.why_final(obligation)
    if await drafts.get(scene.tx, scene.person.id, obligation.id) is None and (not final or obligation.version):
        return ""
    return placing_views.ended(obligation, final) if final else placing_views.closed(obligation)


async def _astray(message: Message, scene: Scene) -> Sayings:
    """Nobody knows what the words belong to: says so, and what can be done."""
    led = await courtesies.met(message, scene) or await worded.opened(message, scene)
    if led is not None:
        return led
    if scene.person.is_staff and not await seats.of_person(scene.tx, scene.person.id):
        return [send(message, panel.astray())]
    return await _asked_where(message, scene, placing_views.ASTRAY)


async def _asked_where(message: Message, scene: Scene, said: str) -> Sayings:
    """Asks where it belongs; `said` first, or what has become of the request that was being answered."""
    if (which := request_form.in_hand(scene.dialogue)) is not None:
        lost = await _lost(scene, await request_form.owned(scene, which))
        if lost:
            said = lost
            # Said once: what is typed after that is meant for something else.
            await dialogues.end(scene.tx, scene.person.id)
    return await placing.ask(message, scene, [said])


async def reason(message: Message, scene: Scene, obligation: Obligation, draft: Draft) -> Sayings:
    """The reason of «не относится к нам»."""
    why = clean(message.text or "")
    if worded_views.word(why) is worded_views.Word.BACK and message.edit_date is None:
        await request_form.keep(scene, drafting.onward(obligation, drafting.ours(draft)))
        return await request_form.shown(message, scene, obligation)
    if len(why) not in REASON_LENGTH:
        return await request_form.shown(message, scene, obligation, common.bad_reason())
    await request_form.keep(scene, drafting.give_reason(draft, why))
    await drafts.remember_message(scene.tx, scene.person.id, message.message_id, obligation.id, _REASON)
    return await request_form.shown(message, scene, obligation)


async def _value(message: Message, scene: Scene, obligation: Obligation, draft: Draft, field: Field) -> Sayings:
    """Puts what was typed into the field, or says why it does not fit; nothing typed before is lost."""
    # Remembered even if it does not fit: a correction of the message is a correction of the value.
    await drafts.remember_message(scene.tx, scene.person.id, message.message_id, obligation.id, field.id)
    moved = worded.moved(message.text or "", obligation, draft, field)
    if moved is not None and rules(field.kind).takes_any_words:
        return await request_form.taken(message, scene, obligation, moved)
    if worded.is_of_button(field, message.text or ""):
        await request_form.keep(scene, draft)
        return await request_form.shown(message, scene, obligation, worded_views.no_text(field))
    if (slip := await slips.corrected(message, scene, obligation, draft, field)) is not None:
        await drafts.forget_message(scene.tx, scene.person.id, message.message_id)
        return slip
    try:
        text = await by_number.spelled_out(message.text or "", scene, obligation, field)
        values = _parse(text, scene, obligation, draft, field)
    except Misfit as misfit:
        if moved is not None:
            return await request_form.taken(message, scene, obligation, moved)
        await request_form.keep(scene, draft)
        meant = misfit.field
        if may_be_zero(meant, message.text or ""):
            return await request_form.shown(message, scene, obligation, views.is_it_zero(obligation, draft, meant))
        hint = any(may_be_zero(meant, line) for line in (message.text or "").splitlines())
        said = common.misfit(misfits.explain(misfit, scene.today, draft.field or ""), common.WRITE_ZERO if hint else "")
        is_brief = len((message.text or "").split()) <= BRIEF and "?" not in (message.text or "")
        if misfit.reason is MisfitReason.UNREADABLE and not is_brief:
            said = await placing.offer(message, scene, said, obligation)
        return await request_form.shown(message, scene, obligation, said)
    await placing.settled(message, scene)
    for answered, value in values:
        draft = drafting.put(draft, answered, value)
    return await request_form.taken(message, scene, obligation, drafting.onward(obligation, draft))


def _parse(text: str, scene: Scene, obligation: Obligation, draft: Draft, field: Field) -> list[tuple[Field, Any]]:
    asked = form.applicable(obligation.round.directive, obligation.round.key, draft.values)
    return parse_many(asked[asked.index(field) :] if field in asked else [field], text, scene.today, asked)


def is_attached(field: Field) -> bool:
    """Whether the field is answered by a file."""
    return rules(field.kind).answering is Answering.ATTACHED


async def _file(message: Message, scene: Scene, obligation: Obligation, draft: Draft, field: Field) -> Sayings:
    file_id, name = attachment(message) or (None, None)
    files = [*draft.values.get(field.id, ()), {"file_id": file_id, "name": name, "kind": message.content_type}]
    if len(files) > FILES_AT_MOST:
        return await request_form.shown(message, scene, obligation, common.too_many_files(FILES_AT_MOST))
    await request_form.keep(scene, drafting.go_to(drafting.put(draft, field, files), field))
    # An album is several messages: each adds its file, and the form says when it is enough.
    return [React(scene.person.id, message.message_id), *await request_form.shown(message, scene, obligation)]
