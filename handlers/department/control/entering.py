"""Enters answers for organizations: the workbook of a report comes back, its differences are shown, and confirmed.

The differences to show are computed outside of the transaction: a workbook of a year has as many rows as the ledger.
Those to enter are computed again within it, from the shown rows alone.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from aiogram import F, Router
from aiogram.filters import BaseFilter
from aiogram.types import CallbackQuery, Document, Message

from bot.catalog import answers_sheet
from bot.catalog.answers_sheet import AnswersTable, NotAnswers, OtherVersion
from bot.catalog.tables import workbook
from bot.catalog.tables.table import MAX_BYTES
from bot.delivery.incoming import errands
from bot.delivery.incoming.files import NotDownloaded
from bot.domain.ledger import untaken
from bot.domain.ledger.entered import Entered, SheetRow, compare, placed
from bot.domain.ledger.untaken import Own, OwnCells
from bot.domain.people.member import Right
from bot.domain.people.messenger import messenger_of
from bot.domain.screen import Screen
from bot.storage.engine.database import Tx
from bot.storage.ledger import entering, replies
from bot.storage.post import dialogues
from bot.storage.post.dialogues import Dialogue
from bot.views.callbacks.entering import Enter
from bot.views.department.control import entering as views
from bot.views.department.control.entering import Beside, Over
from bot.views.standing import WORDS
from bot.views.values import Style, value_text
from handlers.department.common import listen, waits_for_no_file
from handlers.rights import register
from handlers.saying import Sayings, Talking, edit, send, toast
from handlers.scene import Scene

_KIND = "entering"
_WORKBOOKS = (".xlsx", ".ods", ".xls")


# Why a file cannot be used, and the screen that says so; the particular before the general.
_UNUSABLE: dict[type[Exception], Callable[[], Screen]] = {
    OtherVersion: views.other_version,
    NotAnswers: views.not_answers,
    workbook.TooBig: views.too_big,
    workbook.Protected: views.protected,
    workbook.WorkbookError: views.damaged,
}


class Returned(BaseFilter):
    """Passes a workbook of the bot's that a curator sends although nothing has asked for it."""

    async def __call__(self, message: Message, scene: Scene, **_: Any) -> bool | dict[str, Any]:
        file = message.document
        if file is None or not waits_for_no_file(scene) or message.reply_to_message:
            return False
        if not (file.file_name or "").lower().endswith(_WORKBOOKS) or (file.file_size or 0) > MAX_BYTES:
            return False
        try:
            await _table(scene, file)
        except tuple(_UNUSABLE):
            # Other conversations may know the file.
            return False
        return {"file": file}


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="entering")
    register(router.callback_query, begin, Enter.filter(F.step == "begin"), rights=Right.CURATE)
    register(router.callback_query, page, Enter.filter(F.step == "page"), rights=Right.CURATE)
    register(router.callback_query, apply, Enter.filter(F.step == "apply"), rights=Right.CURATE)
    register(router.callback_query, cancel, Enter.filter(F.step == "cancel"), rights=Right.CURATE)
    # At any step: a corrected workbook may come again.
    register(router.message, file_, Talking(_KIND), F.document, ~F.reply_to_message, rights=Right.CURATE)
    register(
        router.message, words, Talking(_KIND, "file"), ~F.text.startswith("/"), ~F.reply_to_message, rights=Right.CURATE
    )
    register(router.message, out_of_the_blue, Returned(), rights=Right.CURATE, refusal=None)
    return router


async def begin(query: CallbackQuery, scene: Scene) -> Sayings:
    """«Внести ответы» asks for the file."""
    await listen(query, scene, _KIND, step="file")
    return [edit(query, views.prompt())]


async def file_(message: Message, scene: Scene) -> Sayings:
    """Takes the file that was asked for."""
    assert message.document is not None
    return [send(message, await _looked_at(scene, message.document))]


async def words(message: Message, scene: Scene) -> Sayings:
    """Asks for the file again, since something else was sent."""
    return [send(message, views.no_file())]


async def out_of_the_blue(message: Message, scene: Scene, file: Document) -> Sayings:
    """Takes a workbook that comes back unasked."""
    return [send(message, await _looked_at(scene, file))]


async def page(query: CallbackQuery, callback_data: Enter, scene: Scene) -> Sayings:
    """Shows another page of what would be entered."""
    rows, beside = await _kept(scene, callback_data)
    if rows is None:
        return [toast(query, views.NOTHING, alert=True)]
    entered = await _compared(scene.tx, scene, rows)
    return [edit(query, await _show(scene, entered, beside, callback_data.page))]


async def apply(query: CallbackQuery, callback_data: Enter, scene: Scene) -> Sayings:
    """«Внести» enters what was shown, or shows it again if it would be something else by now."""
    rows, beside = await _kept(scene, callback_data)
    if rows is None:
        return [toast(query, views.NOTHING, alert=True)]
    entered = await _compared(scene.tx, scene, rows)
    if entered.fingerprint != callback_data.mark:
        return [toast(query, views.OUTDATED, alert=True), edit(query, await _show(scene, entered, beside))]
    calendar = scene.catalog.calendar
    await entering.enter(scene.tx, entered.changes, calendar, scene.person.id, scene.now)
    await dialogues.end(scene.tx, scene.person.id)
    when = calendar.next_work_moment(scene.now)
    return [edit(query, views.done(entered, when, scene.now, scene.zone))]


async def cancel(query: CallbackQuery, callback_data: Enter, scene: Scene) -> Sayings:
    """«Отмена» forgets the workbook."""
    rows, _ = await _kept(scene, callback_data)
    if rows is None:
        return [toast(query, views.NOTHING, alert=True)]
    await dialogues.end(scene.tx, scene.person.id)
    return [edit(query, views.cancelled())]


async def _table(scene: Scene, file: Document) -> AnswersTable:
    """The table of the file, fetched and read once for an update. Raises NotDownloaded, those of _UNUSABLE."""

    async def work() -> AnswersTable:
        content = await scene.installation.download(file.file_id)
        return await asyncio.to_thread(answers_sheet.read, content)

    return await errands.result(f"answers:{file.file_id}", work)


async def _looked_at(scene: Scene, file: Document) -> Screen:
    """The screen with what the file would change, or why it cannot be used."""
    if (file.file_size or 0) > MAX_BYTES:
        return views.too_big()
    try:
        table = await _table(scene, file)
    except NotDownloaded:
        return views.try_again(messenger_of(scene.person.id))
    except tuple(_UNUSABLE) as error:
        return next(screen for kind, screen in _UNUSABLE.items() if isinstance(error, kind))()

    async def work() -> tuple[Entered, list[tuple[OwnCells, list[Own]]]]:
        async with scene.installation.read() as tx:
            return await _compared(tx, scene, table.rows, table.headings), await _typed_over(tx, scene, table.own)

    entered, over = await errands.result(f"compared:{file.file_id}", work)
    return await _show(scene, entered, views.beside_of(table.strangers, table.foreign, table.lost, over))


async def _compared(
    tx: Tx, scene: Scene, rows: tuple[SheetRow, ...], headings: Mapping[str, Mapping[str, str]] | None = None
) -> Entered:
    """Compares the rows with what of the ledger is this person's matter; `headings` while they are not looked at."""
    ids = [sheet_row.obligation_id for sheet_row in rows]
    obligations, newest = await entering.enterable(tx, ids, scene.person.limits)
    rows = placed(rows, headings or {}, obligations)

    def shown(field: Any, value: Any) -> str:
        return value_text(field, value, Style.CELL)

    made_of = await entering.made_of(tx, rows, obligations)
    return await tx.aside(compare, rows, obligations, newest, scene.today, shown, made_of)


async def _typed_over(tx: Tx, scene: Scene, own: tuple[OwnCells, ...]) -> list[tuple[OwnCells, list[Own]]]:
    """The rows in which somebody has typed into columns of the bot's."""
    filled = [row for row in own if row.texts]
    obligations, newest = await entering.enterable(tx, [row.obligation_id for row in filled], scene.person.limits)
    commented = await replies.remarked(tx, {row.obligation_id for row in filled if Own.SAID in row.texts})
    return await tx.aside(untaken.typed, filled, obligations, newest, commented, WORDS.__getitem__)


async def _show(scene: Scene, entered: Entered, beside: Beside, number: int = 0) -> Screen:
    if not entered.rows:
        await dialogues.end(scene.tx, scene.person.id)
    else:
        data = {
            "step": "apply",
            "mark": entered.fingerprint,
            "rows": [asdict(sheet_row) for sheet_row in entered.rows],
            "beside": asdict(beside),
        }
        await dialogues.put(scene.tx, scene.person.id, Dialogue(_KIND, data), scene.now)
    return views.preview(entered, beside, number, scene.now, scene.catalog.calendar)


async def _kept(scene: Scene, pressed: Enter) -> tuple[tuple[SheetRow, ...] | None, Beside]:
    """The rows that the button is about; None if other rows are shown by now, or none."""
    data = scene.dialogue.data
    if scene.dialogue.kind != _KIND or data.get("step") != "apply" or data["mark"] != pressed.mark:
        return None, Beside()
    kept = data["beside"]
    stranger = tuple(kept["stranger"]) if kept["stranger"] else None
    # What was kept by a version before this one has no lost sheets, and nothing typed over.
    over = Over(**kept["over"]) if kept.get("over") else None
    beside = Beside(kept["strangers"], stranger, kept["foreign"], kept.get("lost", ()), over)
    return tuple(SheetRow(**row) for row in data["rows"]), beside
