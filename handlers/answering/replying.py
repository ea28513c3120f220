"""A request is answered: the presses in its form."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.domain.directives import form
from bot.domain.fields.days import FIRST_DAY, LAST_DAY, takes
from bot.domain.fields.field import Field
from bot.domain.fields.kinds import Answering, rules
from bot.domain.fields.values import zero
from bot.domain.ledger import drafting
from bot.domain.ledger.obligation import Draft, DraftStep, Obligation, ObligationState, Reply
from bot.domain.people.member import Right
from bot.domain.screen import Screen
from bot.letters.card import card_of, draw
from bot.storage.ledger import beside, drafts, entering, obligations, replies, sums
from bot.storage.post import dialogues
from bot.views import common
from bot.views.callbacks import Choose, Day, Edit, Month, NotOurs, Open, Same, Send, Step, TakeSum, Versions, unpacked
from bot.views.department.control import on_behalf
from bot.views.heads import form as views
from bot.views.heads import sums as sum_views
from handlers.answering import request_form
from handlers.department.control.answer import screen_of as answer_screen
from handlers.department.control.answer import whence
from handlers.rights import register
from handlers.saying import Sayings, edit, toast
from handlers.scene import Scene

# Steps of a card on which the field is blank: what has been typed since stays.
_FOR_A_BLANK = ("skip", "zero")
# Steps that take a value away; one that comes late was made before it was typed.
_TAKES_AWAY = ("blank", "nought", "clear")

Change = Callable[[Obligation, Draft], Draft | None]


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="replying")
    register(router.callback_query, open_, Open.filter(), rights=Right.AGREED)
    register(router.callback_query, choose, Choose.filter(), rights=Right.AGREED)
    register(router.callback_query, take_sum, TakeSum.filter(), rights=Right.AGREED)
    register(router.callback_query, day, Day.filter(), rights=Right.AGREED)
    register(router.callback_query, month, Month.filter(), rights=Right.AGREED)
    register(router.callback_query, step, Step.filter(), rights=Right.AGREED)
    register(router.callback_query, same, Same.filter(), rights=Right.AGREED)
    register(router.callback_query, send, Send.filter(), rights=Right.AGREED)
    register(router.callback_query, change, Edit.filter(), rights=Right.AGREED)
    register(router.callback_query, not_ours, NotOurs.filter(), rights=Right.AGREED)
    register(router.callback_query, versions, Versions.filter(), rights=Right.AGREED)
    return router


async def open_(query: CallbackQuery, callback_data: Open, scene: Scene) -> Sayings:
    """Opens the form, or shows the request as it is now."""
    theirs = await request_form.with_draft(scene, callback_data.obligation)
    if theirs is None:
        return [toast(query, common.NOT_YOURS, alert=True)]
    await request_form.note_seen(scene, theirs[0])
    return await _opened(query, scene, *theirs)


async def choose(query: CallbackQuery, callback_data: Choose, scene: Scene) -> Sayings:
    """An option of a choice or multi-choice, yes or no."""

    def put(obligation: Obligation, draft: Draft) -> Draft | None:
        field = _field(obligation, draft, callback_data.field)
        if field is None:
            return None
        kind = rules(field.kind)
        if _typed_since(scene, draft, field) and kind.answering is Answering.TAPPED:
            return None
        options = kind.options(field)
        if not 0 <= callback_data.option < len(options):
            return None
        option = options[callback_data.option]
        match kind.answering:
            case Answering.TAPPED:
                return drafting.onward(obligation, drafting.put(draft, field, option))
            case Answering.TICKED:
                return drafting.go_to(drafting.toggle(draft, field, option), field)
            case Answering.TYPED | Answering.ATTACHED:
                return None

    return await _step(query, scene, callback_data.obligation, put, at_once=True)


async def take_sum(query: CallbackQuery, callback_data: TakeSum, scene: Scene) -> Sayings:
    """«Принять 412»: what is proposed goes into the field as if it were typed; if it is another by now, it is shown."""
    theirs = await request_form.with_draft(scene, callback_data.obligation)
    if theirs is None:
        return [toast(query, common.NOT_YOURS, alert=True)]
    now_proposed = await sums.proposed(scene.tx, theirs[0], scene.catalog.own_types)

    def put(obligation: Obligation, draft: Draft) -> Draft | None:
        field = _field(obligation, draft, callback_data.field)
        value = sum_views.proposal(field, now_proposed.get(field.id), scene.today) if field is not None else None
        if field is None or value is None or _typed_since(scene, draft, field):
            return None
        if sum_views.mark(field, value) != callback_data.sum:
            return drafting.go_to(draft, field)
        return drafting.onward(obligation, drafting.put(draft, field, value))

    return await _step(query, scene, callback_data.obligation, put)


async def day(query: CallbackQuery, callback_data: Day, scene: Scene) -> Sayings:
    """A day for a date field."""

    def put(obligation: Obligation, draft: Draft) -> Draft | None:
        field = _field(obligation, draft, callback_data.field)
        picked = unpacked(callback_data.day)
        if field is None or picked is None or not rules(field.kind).is_day:
            return None
        if not takes(field, picked, scene.today):
            return None
        if _typed_since(scene, draft, field):
            return None
        return drafting.onward(obligation, drafting.put(draft, field, picked.isoformat()))

    return await _step(query, scene, callback_data.obligation, put)


async def month(query: CallbackQuery, callback_data: Month, scene: Scene) -> Sayings:
    """The calendar at that month."""
    shown = unpacked(callback_data.month * 100 + 1)

    def stay(obligation: Obligation, draft: Draft) -> Draft | None:
        field = _field(obligation, draft, callback_data.field)
        if field is None or not rules(field.kind).is_day or shown is None or not FIRST_DAY <= shown <= LAST_DAY:
            return None
        return drafting.go_to(draft, field)

    return await _step(query, scene, callback_data.obligation, stay, month=shown)


async def step(query: CallbackQuery, callback_data: Step, scene: Scene) -> Sayings:
    """Done, skip, go to a field, back, the list of fields, the check before sending, drop the draft.

    No press takes away what was typed since the card was shown that it stands on.
    """
    to, late = callback_data.step, scene.then is not None
    if to == "fields":
        return await _fields(query, scene, callback_data.obligation)
    if to == "drop" and not late:
        obligation = await request_form.owned(scene, callback_data.obligation)
        await drafts.drop(scene.tx, scene.person.id, callback_data.obligation)
        if obligation is not None and obligation.on_behalf:
            await dialogues.end(scene.tx, scene.person.id)
            return [edit(query, await _department_screen(scene, obligation))]
        if obligation is None:
            return [toast(query, common.NOT_YOURS, alert=True)]
        return await _opened(query, scene, obligation, None)

    def move(obligation: Obligation, draft: Draft) -> Draft | None:
        if to == "check":
            return drafting.checked(obligation, draft)
        field = _field(obligation, draft, callback_data.field)
        if field is None or (field.id in draft.values and (to in _FOR_A_BLANK or (late and to in _TAKES_AWAY))):
            return None
        match to:
            case "done":
                is_done = field.id in draft.values or not field.required
                return drafting.onward(obligation, draft) if is_done else None
            case "skip" | "blank":
                return None if field.required else drafting.onward(obligation, drafting.skip(draft, field))
            case "zero" | "nought":
                nought = zero(field)
                return drafting.onward(obligation, drafting.put(draft, field, nought)) if nought is not None else None
            case "clear":
                return drafting.go_to(drafting.clear(draft, field), field)
            case "go":
                return drafting.go_to(draft, field)
            case "drop":
                return draft
            case "back":
                earlier = drafting.before(obligation.round.directive, obligation.round.key, draft)
                return drafting.go_to(draft, earlier) if earlier else draft

    return await _step(query, scene, callback_data.obligation, move)


async def same(query: CallbackQuery, callback_data: Same, scene: Scene) -> Sayings:
    """«Без изменений»: fills in the previous answer and shows it before it is sent."""
    # Nothing of it is shown before _step has seen that the obligation is theirs.
    obligation = await obligations.get(scene.tx, callback_data.obligation)
    previous = await replies.previous(scene.tx, obligation) if obligation else None
    as_before = obligation is None or not scene.person.is_staff or await replies.is_as_before(scene.tx, obligation)

    def fill(obligation: Obligation, draft: Draft) -> Draft | None:
        if obligation.on_behalf and not as_before:
            return None
        return drafting.unchanged(obligation, draft, previous.values, scene.today) if previous else None

    return await _step(query, scene, callback_data.obligation, fill)


async def not_ours(query: CallbackQuery, callback_data: NotOurs, scene: Scene) -> Sayings:
    """«Не относится к нам»: asks for the reason; or back from there to the fields."""

    def move(obligation: Obligation, draft: Draft) -> Draft | None:
        if callback_data.undo and scene.then is not None and draft.not_ours is not None:
            # The reason was typed after the press.
            return None
        if callback_data.undo:
            return drafting.onward(obligation, drafting.ours(draft))
        return drafting.ask_reason(draft)

    return await _step(query, scene, callback_data.obligation, move)


async def change(query: CallbackQuery, callback_data: Edit, scene: Scene) -> Sayings:
    """«Изменить» what was sent: a draft over it, at the list of its fields."""
    obligation = await request_form.owned(scene, callback_data.obligation)
    if obligation is None:
        return [toast(query, common.NOT_YOURS, alert=True)]
    if not request_form.takes_answers(obligation, scene.now):
        return await _refused(query, scene, obligation)
    draft = await request_form.draft(scene, obligation)
    await request_form.keep(scene, draft)
    if draft.step is DraftStep.PREVIEW and draft.not_ours is None:
        return await _fields(query, scene, callback_data.obligation)
    return await _show(query, scene, obligation)


async def send(query: CallbackQuery, callback_data: Send, scene: Scene) -> Sayings:
    """«Отправить»: a version of the answer. A double press finds it sent."""
    theirs = await request_form.with_draft(scene, callback_data.obligation)
    if theirs is None:
        return [toast(query, common.NOT_YOURS, alert=True)]
    obligation, kept = theirs
    await request_form.note_seen(scene, obligation)
    draft = kept or await _begun(scene, obligation)
    if draft is None:
        shown = await _show(query, scene, obligation)
        return [toast(query, common.ALREADY_SENT), *shown] if obligation.version else shown
    if not request_form.takes_answers(obligation, scene.now):
        return await _refused(query, scene, obligation)
    if not drafting.is_complete(obligation, draft):
        return await _show(query, scene, obligation)
    return await _submit(query, scene, obligation, draft, callback_data.version)


async def versions(query: CallbackQuery, callback_data: Versions, scene: Scene) -> Sayings:
    """All versions of an answer."""
    obligation = await request_form.owned(scene, callback_data.obligation)
    if obligation is None:
        return [toast(query, common.NOT_YOURS, alert=True)]
    card = await draw(scene.tx, obligation, scene.catalog, scene.now, scene.person.id)
    return [edit(query, views.versions(card, await replies.versions(scene.tx, obligation.id)))]


async def _step(
    query: CallbackQuery,
    scene: Scene,
    obligation_id: int,
    move: Change,
    *,
    at_once: bool = False,
    month: date | None = None,
) -> Sayings:
    """Moves the person's draft and shows where it is; a button that no longer fits only shows it.

    `at_once`: if the directive asks for one tap, this was it.
    """
    theirs = await request_form.with_draft(scene, obligation_id)
    if theirs is None:
        return [toast(query, common.NOT_YOURS, alert=True)]
    obligation, kept = theirs
    one_tap = at_once and form.is_one_tap(obligation.round.directive, obligation.round.key)
    sent = kept is None and obligation.version > 0 and not obligation.is_unanswered
    if sent and one_tap and not await _is_own(scene, obligation):
        # A colleague was a moment faster: this tap is an answer too, and whose counts is theirs to say.
        kept, sent = drafting.over_nothing(scene.person.id, obligation), False
    takes = not sent and request_form.takes_answers(obligation, scene.now)
    moved = move(obligation, kept or await request_form.begun(scene, obligation)) if takes else None
    if moved is not None and one_tap:
        return await _submit(query, scene, obligation, moved, moved.base_version, kept=kept is not None)
    await request_form.note_seen(scene, obligation)
    if sent:
        return [toast(query, common.ALREADY_SENT), *await _show(query, scene, obligation)]
    if not takes:
        # A button of the form as it was before the round was closed.
        return await _refused(query, scene, obligation)
    if moved is None:
        shown = await _show(query, scene, obligation)
        return [toast(query, common.GO_ON), *shown]
    await drafts.put(scene.tx, moved, scene.now)
    return await _shown(query, scene, obligation, moved, month)


async def _submit(
    query: CallbackQuery, scene: Scene, obligation: Obligation, draft: Draft, over: int, *, kept: bool = True
) -> Sayings:
    """`over`: the version that the person saw; `kept`: the draft is in the database."""
    values = {} if draft.not_ours else draft.values
    by, entered = scene.person.id, obligation.on_behalf
    try:
        version = await replies.submit(
            scene.tx, obligation, values, draft.not_ours, over, by, scene.now, entered=entered
        )
    except replies.NewerReply:
        # Theirs is kept until they have said which of the two counts.
        await request_form.keep(scene, draft)
        card = await draw(scene.tx, obligation, scene.catalog, scene.now, scene.person.id)
        return [edit(query, views.conflict(card, draft))]
    if kept:
        await drafts.drop(scene.tx, scene.person.id, obligation.id)
    if entered:
        await entering.tell(scene.tx, [obligation], scene.catalog.calendar, by, scene.now)
        await dialogues.end(scene.tx, by)
        return [toast(query, on_behalf.ENTERED), edit(query, await _department_screen(scene, obligation))]
    answered = replace(obligation, state=ObligationState.ANSWERED, version=version)
    # What is typed next belongs to the form as it is now.
    listen = request_form.focus if kept else request_form.goes_on
    await listen(query, scene, answered, None)
    if scene.form is not None and scene.form.obligation.id == obligation.id:
        reply = Reply(version, values, draft.not_ours, scene.now, by, scene.person.name)
        about = await beside.after(scene.tx, obligation.id, scene.form.beside, reply)
        card = card_of(answered, scene.catalog, scene.now, about)
    else:
        card = await draw(scene.tx, answered, scene.catalog, scene.now, by)
    return [edit(query, views.accepted(card), answered.id), *await request_form.tidy(query, scene)]


async def _department_screen(scene: Scene, obligation: Obligation) -> Screen:
    """The answer as the department sees it, to whoever has entered it; the way back leads where they came from."""
    fresh = await obligations.get(scene.tx, obligation.id)
    assert fresh is not None
    return await answer_screen(scene, fresh, whence(scene, fresh))


async def _fields(query: CallbackQuery, scene: Scene, obligation_id: int) -> Sayings:
    obligation = await request_form.owned(scene, obligation_id)
    if obligation is None:
        return [toast(query, common.NOT_YOURS, alert=True)]
    draft = await _begun(scene, obligation)
    if draft is None:
        return await _show(query, scene, obligation)
    if not request_form.takes_answers(obligation, scene.now):
        return await _refused(query, scene, obligation)
    await request_form.focus(query, scene, obligation, draft)
    return [edit(query, await request_form.fields(scene, obligation, draft), obligation.id)]


async def _show(query: CallbackQuery, scene: Scene, obligation: Obligation) -> Sayings:
    """The request as it stands, with what the person has drafted by now."""
    return await _shown(query, scene, obligation, await drafts.get(scene.tx, scene.person.id, obligation.id))


async def _shown(
    query: CallbackQuery, scene: Scene, obligation: Obligation, draft: Draft | None, month: date | None = None
) -> Sayings:
    """The request in the message that was pressed, as it stands; what is typed next belongs to it."""
    kept = draft if request_form.takes_answers(obligation, scene.now) else None
    if request_form.takes_answers(obligation, scene.now):
        await request_form.focus(query, scene, obligation, kept)
    shown = await request_form.screen_of(scene, obligation, kept, month)
    return [edit(query, shown, obligation.id)]


async def _opened(query: CallbackQuery, scene: Scene, obligation: Obligation, draft: Draft | None) -> Sayings:
    shown = await _shown(query, scene, obligation, draft)
    return [*shown, *await request_form.alone(query, scene, obligation, draft)]


async def _refused(query: CallbackQuery, scene: Scene, obligation: Obligation) -> Sayings:
    """What was begun cannot be sent any more: the answer that counts is shown, and why it stays."""
    shown = await _show(query, scene, obligation)
    why = common.why_final(obligation)
    return [toast(query, why, alert=True), *shown] if why else shown


async def _begun(scene: Scene, obligation: Obligation) -> Draft | None:
    """The person's draft; what is returned for rework is one from the start, over the answer that was returned."""
    kept = await drafts.get(scene.tx, scene.person.id, obligation.id)
    if kept is not None or obligation.state is not ObligationState.RETURNED:
        return kept
    begun = await request_form.draft(scene, obligation)
    await request_form.keep(scene, begun)
    return begun


async def _is_own(scene: Scene, obligation: Obligation) -> bool:
    newest = await replies.newest(scene.tx, obligation.id)
    return newest is not None and newest.by_id == scene.person.id


def _typed_since(scene: Scene, draft: Draft, field: Field) -> bool:
    """Whether the press was overtaken by what was typed after it."""
    return scene.then is not None and field.id in draft.values


def _field(obligation: Obligation, draft: Draft, index: int) -> Field | None:
    """The field of a button, if it is asked as the draft stands."""
    fields = obligation.round.directive.fields
    if not 0 <= index < len(fields):
        return None
    asked = form.applicable(obligation.round.directive, obligation.round.key, draft.values)
    return fields[index] if fields[index] in asked else None
