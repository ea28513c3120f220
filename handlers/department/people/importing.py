"""A list of organizations that is sent to the bot: what it would change is shown, and done when that is confirmed."""

import asyncio
from typing import Any

from aiogram import F, Router
from aiogram.filters import BaseFilter
from aiogram.types import CallbackQuery, Document, Message

from bot.catalog import roster_table
from bot.catalog.roster_table import RosterTableError
from bot.catalog.table import MAX_BYTES
from bot.delivery.incoming import errands
from bot.delivery.incoming.files import NotDownloaded
from bot.domain.people.member import Right
from bot.domain.people.organization import RosterEntry
from bot.domain.people.roster import compare
from bot.domain.screen import Screen
from bot.storage.ledger import roster as rosters
from bot.storage.people import organizations
from bot.storage.post import dialogues
from bot.storage.post.dialogues import Dialogue
from bot.views import common
from bot.views import roster as roster_views
from bot.views.callbacks.people import Import
from bot.views.department.people import importing as views
from handlers.department.common import listen, shown
from handlers.rights import register
from handlers.saying import Sayings, Talking, edit, send, toast
from handlers.scene import Scene

KIND = "import"
_TABLES = (".csv", ".xlsx", ".xls", ".ods")


class Astray(BaseFilter):
    """A table that an administrator sends although nothing has asked for it."""

    async def __call__(self, message: Message, scene: Scene, **_: Any) -> bool:
        file = message.document
        if file is None or scene.dialogue.kind or message.reply_to_message:
            return False
        return (file.file_name or "").lower().endswith(_TABLES)


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="importing")
    register(router.callback_query, begin, Import.filter(F.step == "begin"), rights=Right.ADMIN)
    register(router.callback_query, read, Import.filter(F.step == "read"), rights=Right.ADMIN)
    register(router.callback_query, apply, Import.filter(F.step == "apply"), rights=Right.ADMIN)
    register(router.callback_query, cancel, Import.filter(F.step == "cancel"), rights=Right.ADMIN)
    register(router.message, file_, Talking(KIND, "file"), F.document, rights=Right.ADMIN)
    register(
        router.message, words, Talking(KIND, "file"), ~F.text.startswith("/"), ~F.reply_to_message, rights=Right.ADMIN
    )
    register(router.message, astray, Astray(), rights=Right.ADMIN, refusal=None)
    return router


async def begin(query: CallbackQuery, scene: Scene) -> Sayings:
    """«Загрузить список»: a file is waited for."""
    await listen(query, scene, KIND, step="file")
    return [edit(query, views.prompt())]


async def file_(message: Message, scene: Scene) -> Sayings:
    """The file."""
    assert message.document is not None
    return shown(message, scene, await _looked_at(scene, message.document.file_id, message.document))


async def words(message: Message, scene: Scene) -> Sayings:
    """Something else while the file is waited for."""
    return [send(message, views.no_file())]


async def astray(message: Message, scene: Scene) -> Sayings:
    """A table out of the blue: is it the list?"""
    assert message.document is not None
    if (message.document.file_size or 0) > MAX_BYTES:
        return [send(message, views.too_big())]
    data = {"step": "ask", "file": message.document.file_id}
    await dialogues.put(scene.tx, scene.person.id, Dialogue(KIND, data), scene.now)
    return [send(message, views.is_it(message.document.file_name or ""))]


async def read(query: CallbackQuery, scene: Scene) -> Sayings:
    """It is the list."""
    if scene.dialogue.kind != KIND or scene.dialogue.data.get("step") != "ask":
        return [toast(query, common.OUTDATED)]
    return [edit(query, await _looked_at(scene, scene.dialogue.data["file"], None))]


async def apply(query: CallbackQuery, callback_data: Import, scene: Scene) -> Sayings:
    """«Применить»: what was shown is done, or shown again if it would be something else by now."""
    data = scene.dialogue.data
    if scene.dialogue.kind != KIND or data.get("step") != "apply" or data["mark"] != callback_data.mark:
        return [toast(query, views.NOTHING_TO_APPLY, alert=True)]
    entries = tuple(map(RosterEntry.load, data["entries"]))
    if any(not entry.types <= scene.catalog.types.keys() for entry in entries):
        # The catalog has been loaded anew, without a type that the list speaks of.
        await dialogues.end(scene.tx, scene.person.id)
        return [edit(query, roster_views.outdated(views.onward()))]
    change = compare(await organizations.every(scene.tx), entries)
    if change.fingerprint != callback_data.mark:
        return [toast(query, roster_views.OUTDATED, alert=True), edit(query, await _show(scene, entries))]
    await rosters.apply(scene.tx, change, scene.catalog, scene.person.id, scene.now)
    await dialogues.end(scene.tx, scene.person.id)
    return [edit(query, roster_views.done(change, views.onward()))]


async def cancel(query: CallbackQuery, callback_data: Import, scene: Scene) -> Sayings:
    """«Отмена», or «Нет»: it was no list."""
    if scene.dialogue.kind != KIND or scene.dialogue.data.get("mark", "") != callback_data.mark:
        return [toast(query, views.NOTHING_TO_APPLY, alert=True)]
    await dialogues.end(scene.tx, scene.person.id)
    return [edit(query, views.cancelled())]


async def _looked_at(scene: Scene, file_id: str, document: Document | None) -> Screen:
    """What the file would change, or why it cannot be used."""
    if document is not None and (document.file_size or 0) > MAX_BYTES:
        return views.too_big()
    present = await organizations.every(scene.tx)

    async def work() -> tuple[RosterEntry, ...]:
        content = await scene.installation.download(file_id)
        # In a thread: a workbook takes its time, and others are served meanwhile.
        return await asyncio.to_thread(roster_table.read, content, scene.catalog, present)

    try:
        entries = await errands.result(f"roster:{file_id}", work)
    except NotDownloaded:
        return views.try_again()
    except RosterTableError as error:
        return roster_views.faults(error.faults, scene.catalog, views.onward())
    return await _show(scene, entries)


async def _show(scene: Scene, entries: tuple[RosterEntry, ...]) -> Screen:
    change = compare(await organizations.every(scene.tx), entries)
    if not change:
        await dialogues.end(scene.tx, scene.person.id)
        return roster_views.change(change, scene.catalog, views.onward())
    # The list itself, not the change: what is done is found again in the transaction that does it.
    data = {"step": "apply", "mark": change.fingerprint, "entries": [entry.dump() for entry in entries]}
    await dialogues.put(scene.tx, scene.person.id, Dialogue(KIND, data), scene.now)
    return roster_views.change(change, scene.catalog, views.choice(change.fingerprint))
