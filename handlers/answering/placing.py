"""What somebody has sent is kept, and buttons ask where it belongs: nobody has to send anything twice."""

from collections.abc import Sequence
from dataclasses import replace

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.delivery.sayings import React
from bot.domain.desk.thread import Thread
from bot.domain.directives import form
from bot.domain.fields.kinds import FILES_AT_MOST, Answering, rules
from bot.domain.fields.misfit import Misfit
from bot.domain.fields.values import parse_many
from bot.domain.ledger import drafting
from bot.domain.ledger.obligation import REMARK_LENGTH, Obligation
from bot.domain.people.member import Right
from bot.domain.screen import Screen
from bot.domain.text import clean
from bot.storage.desk import correspondence, group, notes, recipients, threads
from bot.storage.desk.correspondence import LONG_TEXT
from bot.storage.ledger import drafts, obligations, replies
from bot.storage.people import seats
from bot.storage.post import strays
from bot.storage.post.strays import Stray
from bot.views import common
from bot.views import placing as views
from bot.views.callbacks.placing import MorePlaces, Nowhere, ToDepartment, ToDepartmentAbout, ToField, ToRequest
from bot.views.heads import form as form_views
from handlers import noting
from handlers.answering import by_number, request_form
from handlers.attachments import attachment
from handlers.rights import register
from handlers.saying import Sayings, answer, edit, formatted, toast
from handlers.scene import Scene


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="placing")
    register(router.callback_query, to_request, ToRequest.filter(), rights=Right.AGREED)
    register(router.callback_query, to_field, ToField.filter(), rights=Right.AGREED)
    register(router.callback_query, to_department, ToDepartment.filter(), rights=Right.AGREED)
    register(router.callback_query, about_request, ToDepartmentAbout.filter(), rights=Right.AGREED)
    register(router.callback_query, more, MorePlaces.filter(), rights=Right.AGREED)
    register(router.callback_query, nowhere, Nowhere.filter(), rights=Right.AGREED)
    return router


async def ask(
    message: Message,
    scene: Scene,
    why: list[str],
    only: Obligation | None = None,
    *,
    announcement: int | None = None,
    announces: bool = False,
) -> Sayings:
    """Keeps the message and asks where it belongs; `why` is said first. `only`: the request that it is likely about.

    `announcement`: which one it replies to; `announces`: it may be a new one itself.
    """
    file_id, name = attachment(message) or (None, None)
    text = clean(message.text or message.caption or "")
    kind = message.content_type if file_id else None
    html = formatted(message) if announces else None
    pointed = message.reply_to_message.message_id if message.reply_to_message is not None else None
    stray = Stray(message.message_id, text, file_id, name, kind, message.media_group_id, announcement, html, pointed)
    if not await strays.keep(scene.tx, scene.person.id, stray, scene.now):
        # One question for an album.
        return [React(scene.person.id, message.message_id)]
    if only is None:
        screen = await _where(scene, message.message_id, why, announces=announces)
    elif request_form.takes_answers(only, scene.now):
        others = [obligation for obligation in await _open(scene) if obligation.id != only.id]
        screen = views.where(message.message_id, [only, *others], why)
    else:
        screen = views.where(message.message_id, [], why, about=only.id)
    return [answer(message, screen), *await request_form.below(scene, only)]


async def offer(message: Message, scene: Scene, refusal: Screen, obligation: Obligation) -> Screen:
    """Keeps words that are no value of what is asked, and has the refusal offer other places for them."""
    await strays.keep(scene.tx, scene.person.id, Stray(message.message_id, clean(message.text or "")), scene.now)
    return views.or_elsewhere(refusal, message.message_id, obligation)


async def settled(message: Message, scene: Scene) -> None:
    """The message has become a value: it has no other place."""
    await strays.forget(scene.tx, scene.person.id, await strays.of(scene.tx, scene.person.id, message.message_id))


async def more(query: CallbackQuery, callback_data: MorePlaces, scene: Scene) -> Sayings:
    """Shows another page of the requests."""
    kept = await strays.of(scene.tx, scene.person.id, callback_data.message)
    if not kept:
        return [toast(query, views.PLACED, alert=True)]
    announces = kept[0].html is not None
    return [edit(query, await _where(scene, callback_data.message, page=callback_data.page, announces=announces))]


async def _where(
    scene: Scene, message: int, why: Sequence[str] = (), page: int = 0, *, announces: bool = False
) -> Screen:
    sits = bool(await seats.of_person(scene.tx, scene.person.id))
    # Whoever works in the department and sits nowhere would write to themselves; whoever has left a seat may write.
    writes = sits or not scene.person.is_staff
    waiting = await _open(scene)
    has_answered = not waiting and (await obligations.answered(scene.tx, scene.person.id, 1, 0))[1] > 0
    return views.where(
        message, waiting, why, page, announces=announces, writes=writes, sits=sits, has_answered=has_answered
    )


async def corrected(message: Message, scene: Scene) -> bool:
    """The message is kept for its place to be found: it says something else now, or goes on. False: it is not."""
    kept = await strays.of(scene.tx, scene.person.id, message.message_id)
    its = next((stray for stray in kept if stray.message_id == message.message_id), None)
    if its is None:
        return False
    if scene.rest is None:
        html = formatted(message) if its.html is not None else None
        says = replace(its, text=clean(message.text or message.caption or ""), html=html)
        await strays.keep(scene.tx, scene.person.id, says, scene.now)
        return True
    # Each part stays a message of its own, as an album's do: the department is sent them all.
    part = scene.rest.message
    whole = its.album or f"{LONG_TEXT}{message.message_id}"
    if its.album is None:
        await strays.keep(scene.tx, scene.person.id, replace(its, album=whole), scene.now)
    stray = Stray(part.message_id, clean(part.text or ""), album=whole)
    await strays.keep(scene.tx, scene.person.id, stray, scene.now)
    return True


async def to_request(query: CallbackQuery, callback_data: ToRequest, scene: Scene) -> Sayings:
    """«К запросу …»: the answer to what is asked there if it can be that, otherwise a comment or an enclosure."""
    found = await _to_place(query, callback_data, scene)
    if isinstance(found, list):
        return found
    obligation, kept = found
    is_value = await _as_value(scene, obligation, kept)
    content = kept if is_value else _joined(kept)
    if any(len(stray.text) > REMARK_LENGTH for stray in content):
        return [toast(query, views.too_long(REMARK_LENGTH), alert=True)]
    for stray in content:
        if is_value:
            # A comment by swipe that was meant for the answer.
            await replies.forget_remark(scene.tx, scene.person.id, stray.message_id)
        else:
            await replies.remark(
                scene.tx,
                obligation,
                scene.person.id,
                stray.message_id,
                scene.now,
                text=stray.text or None,
                file_id=stray.file_id,
                file_name=stray.file_name,
            )
    await strays.forget(scene.tx, scene.person.id, kept)
    await request_form.focus_here(scene, obligation)
    return await _settled(query, scene, obligation, views.in_request(obligation, is_value=is_value))


async def _settled(query: CallbackQuery, scene: Scene, obligation: Obligation, said: Screen) -> Sayings:
    """What has become of it, in the message that asked; the form below, unless that message is the form."""
    pressed = query.message.message_id if query.message is not None else None
    if pressed is not None and await drafts.about(scene.tx, scene.person.id, pressed) == (obligation.id, None):
        shown = await request_form.screen(scene, obligation, brief=True)
        return [edit(query, form_views.noticed(said, shown), obligation.id)]
    shown = await request_form.screen(scene, obligation)
    return [edit(query, said), *await request_form.moved_down(scene, obligation, shown)]


def _joined(kept: list[Stray]) -> list[Stray]:
    """The messages; those that are parts of one text as one."""
    if len(kept) < 2 or not (kept[0].album or "").startswith(LONG_TEXT):
        return kept
    return [replace(kept[0], text="\n".join(stray.text for stray in kept))]


async def to_field(query: CallbackQuery, callback_data: ToField, scene: Scene) -> Sayings:
    """«Записать» what came late into the field that it was typed for."""
    found = await _to_place(query, callback_data, scene)
    if isinstance(found, list):
        return found
    obligation, kept = found
    draft = await request_form.draft(scene, obligation)
    asked = form.applicable(obligation.round.directive, obligation.round.key, draft.values)
    field = next(iter(obligation.round.directive.fields[callback_data.field : callback_data.field + 1]), None)
    if field is None or field not in asked:
        return await _elsewhere(query, scene, callback_data)
    try:
        given = parse_many(asked[asked.index(field) :], kept[0].text, scene.today, asked)
    except Misfit:
        return await _elsewhere(query, scene, callback_data)
    await request_form.keep(scene, drafting.fill(obligation, draft, given))
    await drafts.remember_message(scene.tx, scene.person.id, kept[0].message_id, obligation.id, field.id)
    await strays.forget(scene.tx, scene.person.id, kept)
    return await _settled(query, scene, obligation, views.in_request(obligation, is_value=True))


async def _elsewhere(query: CallbackQuery, scene: Scene, callback_data: ToField) -> Sayings:
    """The question is asked no more: it is asked where else the message, which is kept, belongs."""
    places = views.where(callback_data.message, await _open(scene))
    return [toast(query, views.NOT_ASKED, alert=True), edit(query, places)]


async def _to_place(
    query: CallbackQuery, callback_data: ToRequest | ToField, scene: Scene
) -> tuple[Obligation, list[Stray]] | Sayings:
    """The request and what is kept for its place to be found; otherwise what the person hears."""
    obligation = await request_form.owned(scene, callback_data.obligation)
    kept = await strays.of(scene.tx, scene.person.id, callback_data.message)
    if obligation is None:
        return [toast(query, common.NOT_YOURS, alert=True)]
    if not kept:
        return [toast(query, views.PLACED, alert=True)]
    if not request_form.takes_answers(obligation, scene.now):
        return [toast(query, views.CLOSED, alert=True)]
    return obligation, kept


async def about_request(query: CallbackQuery, callback_data: ToDepartmentAbout, scene: Scene) -> Sayings:
    """«Передать в управление», about a request that takes no answer any more."""
    obligation = await request_form.own(scene, callback_data.obligation)
    if obligation is None:
        return [toast(query, common.NOT_YOURS, alert=True)]
    return await _to_department(query, scene, callback_data.message, obligation)


async def to_department(query: CallbackQuery, callback_data: ToDepartment, scene: Scene) -> Sayings:
    """«Передать в управление»: as if it had been written there."""
    return await _to_department(query, scene, callback_data.message)


async def _to_department(query: CallbackQuery, scene: Scene, message: int, about: Obligation | None = None) -> Sayings:
    kept = await strays.of(scene.tx, scene.person.id, message)
    if not kept:
        return [toast(query, views.PLACED, alert=True)]
    if len(kept) > noting.ALL_AT_MOST:
        return [toast(query, views.TOO_LONG_A_LETTER, alert=True)]
    if await noting.is_flood(scene):
        return [toast(query, views.TOO_MANY, alert=True)]
    thread = await _thread(scene, kept, about)
    chat = await group.serving(scene.tx, scene.installation.department_chat, scene.now)
    for stray in kept:
        note = await notes.add(
            scene.tx,
            thread,
            scene.person.id,
            scene.person.id,
            stray.message_id,
            stray.text,
            stray.file_name,
            scene.now,
            from_staff=False,
        )
        if note is not None and stray.reply_to is not None:
            await notes.replies_to(scene.tx, note, stray.reply_to)
        if note is not None:
            await correspondence.to_department(scene.tx, thread, note, stray.album, chat, scene.now)
    await strays.forget(scene.tx, scene.person.id, kept)
    return await request_form.aside(query, scene, await noting.passed(scene, thread))


async def _thread(scene: Scene, kept: list[Stray], about: Obligation | None) -> Thread:
    """The thread that it belongs to: about the request, in reply to an announcement, or about the organization."""
    tx, me, now = scene.tx, scene.person.id, scene.now
    if about is not None:
        return await threads.begin(tx, me, about.organization_id, about.id, now)
    announcement = next((stray.announcement_id for stray in kept if stray.announcement_id is not None), None)
    if announcement is not None:
        return await in_reply(scene, announcement)
    held = await seats.of_person(tx, me)
    return await threads.begin(tx, me, held[0].organization_id if len(held) == 1 else None, None, now)


async def in_reply(scene: Scene, announcement_id: int, organization_id: int | None = None) -> Thread:
    """The thread of what the person says to the announcement, for the organization through which it came to them."""
    tx, me = scene.tx, scene.person.id
    sits = {seat.organization_id for seat in await seats.of_person(tx, me)}
    came = set(await recipients.places(tx, announcement_id, me))
    # Whoever has left since speaks of the organization where they got it, and whoever got it nowhere of their own.
    places = came & sits or came or sits
    if organization_id is None and len(places) == 1:
        organization_id = next(iter(places))
    return await threads.begin(tx, me, organization_id, None, scene.now, announcement_id=announcement_id)


async def nowhere(query: CallbackQuery, callback_data: Nowhere, scene: Scene) -> Sayings:
    """«Ничего»."""
    kept = await strays.of(scene.tx, scene.person.id, callback_data.message)
    await strays.forget(scene.tx, scene.person.id, kept)
    if not kept:
        return [toast(query, views.PLACED, alert=True)]
    return await request_form.aside(query, scene, views.nowhere())


async def _open(scene: Scene) -> list[Obligation]:
    waiting = await obligations.unanswered(scene.tx, scene.person.id, scene.now)
    return [obligation for obligation in waiting if request_form.takes_answers(obligation, scene.now)]


async def _as_value(scene: Scene, obligation: Obligation, kept: list[Stray]) -> bool:
    """Puts it into the field that is asked, if it can be its value."""
    draft = await request_form.draft(scene, obligation)
    field = obligation.round.directive.field(draft.field) if draft.field else None
    if field is None:
        return False
    if rules(field.kind).answering is Answering.ATTACHED:
        files = [
            {"file_id": stray.file_id, "name": stray.file_name, "kind": stray.file_kind}
            for stray in kept
            if stray.file_id
        ]
        given = [*draft.values.get(field.id, ()), *files]
        if not files or len(given) > FILES_AT_MOST:
            return False
        await request_form.keep(scene, drafting.go_to(drafting.put(draft, field, given), field))
        return True
    if len(kept) > 1 or kept[0].file_id is not None:
        return False
    try:
        text = await by_number.spelled_out(kept[0].text, scene, obligation, field)
        values = parse_many([field], text, scene.today)
    except Misfit:
        return False
    for its, value in values:
        draft = drafting.put(draft, its, value)
    await request_form.keep(scene, drafting.onward(obligation, draft))
    # A correction of the message is a correction of the value.
    await drafts.remember_message(scene.tx, scene.person.id, kept[0].message_id, obligation.id, field.id)
    return True
