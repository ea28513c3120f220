"""/tasks, /history and /help: what a person can look up."""

from datetime import timedelta

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.domain.desk.sources import in_groups
from bot.domain.ledger.obligation import Obligation
from bot.domain.ledger.report import AWAITED_AT_MOST, Order, ReportKind
from bot.domain.letter import LetterKind
from bot.domain.people.member import Right, SeatState
from bot.domain.screen import Screen
from bot.storage.ledger import drafts, extensions, obligations, own_calendars
from bot.storage.people import addresses, seats
from bot.storage.post import dialogues, letters
from bot.views import callbacks, leaving, menu
from bot.views.department import panel
from bot.views.department.reports import TOO_MANY
from bot.views.heads import own_calendar as calendar_views
from bot.views.heads import tasks as views
from handlers import keyboard
from handlers.rights import register
from handlers.saying import Sayings, edit, send, toast
from handlers.scene import Scene

# So long people read on that a request was closed without their answer.
_REGRETTED = timedelta(days=30)


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="lists")
    register(router.message, tasks, Command("tasks", ignore_case=True), rights=Right.AGREED)
    register(router.message, history, Command("history", ignore_case=True), rights=Right.AGREED)
    register(router.message, help_, Command("help", ignore_case=True), rights=Right.AGREED)
    register(router.callback_query, show_tasks, callbacks.Tasks.filter(), rights=Right.AGREED)
    register(router.callback_query, more_tasks, callbacks.MoreTasks.filter(), rights=Right.AGREED)
    register(router.callback_query, in_calendar, callbacks.InCalendar.filter(), rights=Right.AGREED)
    register(router.callback_query, subscription, callbacks.Subscription.filter(), rights=Right.AGREED)
    register(router.callback_query, show_history, callbacks.History.filter(), rights=Right.AGREED)
    register(router.callback_query, history_file, callbacks.HistoryFile.filter(), rights=Right.AGREED)
    return router


async def tasks(message: Message, scene: Scene) -> Sayings:
    """/tasks shows what is open."""
    return [send(message, await _tasks(scene))]


async def show_tasks(query: CallbackQuery, scene: Scene) -> Sayings:
    """Shows what is open, in place of a form."""
    await dialogues.end(scene.tx, scene.person.id)
    if query.message is not None:
        await drafts.forget_message(scene.tx, scene.person.id, query.message.message_id)
    return [edit(query, await _tasks(scene))]


async def more_tasks(query: CallbackQuery, callback_data: callbacks.MoreTasks, scene: Scene) -> Sayings:
    """Shows another page of what is open."""
    return [edit(query, await _tasks(scene, callback_data.page))]


async def in_calendar(query: CallbackQuery, scene: Scene) -> Sayings:
    """Leads to the subscription of the person's own calendar; where there can be none, orders a file for it."""
    if scene.installation.calendar_url:
        return [edit(query, await _subscription(scene))]
    return await _file(query, scene)


async def _file(query: CallbackQuery, scene: Scene) -> Sayings:
    """Orders the deadlines of what is open as a file for the person's own calendar; it is made when it is sent."""
    person_id = scene.person.id
    if not await _concerns_calendar(scene, await obligations.unanswered(scene.tx, person_id, scene.now)):
        return [toast(query, calendar_views.NOTHING_OPEN, alert=True)]
    await own_calendars.begin(scene.tx, person_id)
    await letters.write(scene.tx, LetterKind.CALENDAR, [person_id], scene.now, dedup=True)
    return [toast(query, views.FILE_COMING)]


async def subscription(query: CallbackQuery, callback_data: callbacks.Subscription, scene: Scene) -> Sayings:
    """Shows the subscription of the person's own calendar, or does something about it."""
    tx, person = scene.tx, scene.person
    url = scene.installation.calendar_url
    if callback_data.step == "end":
        # Also where there are no subscriptions any more.
        ended = await addresses.end(tx, person.id)
        word = calendar_views.ENDED if ended else calendar_views.NONE_TO_END
        return [toast(query, word), edit(query, await _subscription(scene) if url else await _tasks(scene))]
    if callback_data.step == "file" or not url:
        return await _file(query, scene)
    if callback_data.step == "show":
        return [edit(query, await _subscription(scene))]
    if not await seats.roles(tx, person.id):
        return [toast(query, views.NO_ORGANIZATION, alert=True)]
    if person.stopped_at is not None:
        return [toast(query, calendar_views.STOPPED, alert=True)]
    await own_calendars.begin(tx, person.id)
    token = await addresses.make(tx, person.id, scene.now)
    return [edit(query, calendar_views.address(f"{url}/{token}.ics"))]


async def _subscription(scene: Scene) -> Screen:
    made_at = await addresses.made_at(scene.tx, scene.person.id)
    return calendar_views.subscription(made_at, scene.now, scene.zone)


async def history(message: Message, scene: Scene) -> Sayings:
    """/history shows what was answered."""
    return [send(message, await _history(scene, 0))]


async def show_history(query: CallbackQuery, callback_data: callbacks.History, scene: Scene) -> Sayings:
    """Shows another page of the history."""
    return [edit(query, await _history(scene, max(0, callback_data.page)))]


async def history_file(query: CallbackQuery, scene: Scene) -> Sayings:
    """Orders a file of all answers for each of the person's organizations; it is made when it is sent."""
    mine = await seats.of_person(scene.tx, scene.person.id)
    own = {seat.organization_id for seat in mine if seat.state is SeatState.SEATED}
    for organization_id in sorted(own):
        order = Order(ReportKind.OWN, organization=organization_id)
        key, most = f"own:{organization_id}", max(AWAITED_AT_MOST, len(own))
        if not await letters.order_report(scene.tx, scene.person.id, key, most, scene.now, **order.data):
            return [toast(query, TOO_MANY, alert=True)]
    return [toast(query, views.FILE_COMING if own else views.NO_ORGANIZATION)]


async def help_(message: Message, scene: Scene) -> Sayings:
    """/help explains the bot."""
    person = scene.person
    if person.is_staff and not await seats.of_person(scene.tx, person.id):
        return [send(message, panel.help_(person.id, curates=person.may_curate))]
    explained = views.help_(person.id, staff=person.is_staff)
    return [send(message, menu.with_words(explained) if await keyboard.is_shown(scene.tx, person) else explained)]


async def _tasks(scene: Scene, page: int = 0) -> Screen:
    unanswered = await obligations.unanswered(scene.tx, scene.person.id, scene.now)
    listed = await _listed(scene, unanswered, page)
    return views.with_calendar(listed) if await _concerns_calendar(scene, unanswered) else listed


async def _concerns_calendar(scene: Scene, unanswered: list[Obligation]) -> bool:
    """Whether the person's own calendar is to be told something: what is open, or that nothing of it is any more."""
    return bool(unanswered) or await own_calendars.has_standing(scene.tx, scene.person.id)


async def _listed(scene: Scene, unanswered: list[Obligation], page: int) -> Screen:
    held = await seats.of_person(scene.tx, scene.person.id)
    if not unanswered and not held:
        return panel.seatless() if scene.person.is_staff else views.unseated()
    gone = [seat for seat in held if seat.left_at is not None]
    if not unanswered and len(gone) == len(held):
        return leaving.nothing_comes(gone, scene.now, scene.zone)
    several = len([seat for seat in held if seat.state is SeatState.SEATED]) > 1
    if not unanswered:
        closed = await obligations.closed_unanswered(scene.tx, scene.person.id, scene.now - _REGRETTED, scene.now)
        return views.nothing_open(closed, scene.now, scene.catalog.calendar, gone, several=several)
    filled = await drafts.filled_in(scene.tx, scene.person.id, unanswered)
    asked = await extensions.of_obligations(scene.tx, unanswered, scene.now)
    # Whoever has to do with one document reads of none.
    listed = in_groups(unanswered, lambda obligation: obligation.round.directive, scene.catalog, present=False)
    return views.tasks(listed, scene.now, scene.catalog.calendar, filled, gone, page, asked, several=several)


async def _history(scene: Scene, page: int) -> Screen:
    # An offset beyond what the database can count is a forged button.
    page = min(page, 10_000)
    answered, total = await obligations.answered(scene.tx, scene.person.id, views.PAGE, page * views.PAGE)
    if not total and scene.person.is_staff and not await seats.of_person(scene.tx, scene.person.id):
        return panel.seatless()
    several = bool(await seats.of_several(scene.tx, [scene.person.id]))
    return views.history(answered, total, page, scene.now, scene.catalog.calendar, several=several)
