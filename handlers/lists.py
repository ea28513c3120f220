"""/tasks, /history, /help."""

from datetime import datetime

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.domain.catalog import Catalog
from bot.domain.member import Person
from bot.domain.screen import Screen
from bot.storage import dialogues, drafts, obligations, seats
from bot.storage.engine import Tx
from bot.views import callbacks
from bot.views import tasks as views
from handlers.saying import Sayings, edit, send


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="lists")
    router.message.register(tasks, Command("tasks"))
    router.message.register(history, Command("history"))
    router.message.register(help_, Command("help"))
    router.callback_query.register(show_tasks, callbacks.Tasks.filter())
    router.callback_query.register(show_history, callbacks.History.filter())
    return router


async def tasks(message: Message, tx: Tx, now: datetime, person: Person, catalog: Catalog) -> Sayings:
    """/tasks: what is open."""
    return [send(message, await _tasks(tx, now, person, catalog))]


async def show_tasks(query: CallbackQuery, tx: Tx, now: datetime, person: Person, catalog: Catalog) -> Sayings:
    """What is open, in place of a form."""
    await dialogues.end(tx, person.id)
    if query.message is not None:
        await drafts.forget_message(tx, person.id, query.message.message_id)
    return [edit(query, await _tasks(tx, now, person, catalog))]


async def history(message: Message, tx: Tx, now: datetime, person: Person, catalog: Catalog) -> Sayings:
    """/history: what was answered."""
    return [send(message, await _history(tx, now, person, catalog, 0))]


async def show_history(
    query: CallbackQuery,
    callback_data: callbacks.History,
    tx: Tx,
    now: datetime,
    person: Person,
    catalog: Catalog,
) -> Sayings:
    """Another page of it."""
    return [edit(query, await _history(tx, now, person, catalog, max(0, callback_data.page)))]


async def help_(message: Message, person: Person) -> Sayings:
    """/help."""
    return [send(message, views.help_(person.id, staff=person.staff_role is not None))]


async def _tasks(tx: Tx, now: datetime, person: Person, catalog: Catalog) -> Screen:
    found = await obligations.unanswered(tx, person.id, now)
    if not found and not await seats.of_person(tx, person.id):
        return views.unseated()
    return views.tasks(found, now, catalog.calendar.zone)


async def _history(tx: Tx, now: datetime, person: Person, catalog: Catalog, page: int) -> Screen:
    # An offset beyond what the database can count is a forged button.
    page = min(page, 10_000)
    found, total = await obligations.answered(tx, person.id, views.PAGE, page * views.PAGE)
    return views.history(found, total, page, now, catalog.calendar.zone)
