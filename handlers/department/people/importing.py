"""A list of organizations that is sent to the bot: what it would change is shown, and done when that is confirmed."""

import asyncio
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from aiogram import F, Router
from aiogram.filters import BaseFilter
from aiogram.types import CallbackQuery, Document, Message

from bot.catalog.roster import reading
from bot.catalog.roster.reading import BY_NAME, Answers, RosterTable
from bot.catalog.tables.table import MAX_BYTES
from bot.delivery.incoming import errands
from bot.delivery.incoming.files import NotDownloaded
from bot.domain.catalog.catalog import Catalog
from bot.domain.people.heirs import Wishes
from bot.domain.people.member import Right
from bot.domain.people.messenger import messenger_of
from bot.domain.people.organization import COLUMNS, RosterEntry
from bot.domain.people.proposal import Proposal
from bot.domain.people.renaming import decide
from bot.domain.people.roster_faults import RosterFault, RosterTableError
from bot.domain.screen import Screen
from bot.storage.desk import losses
from bot.storage.ledger.changes import roster as rosters
from bot.storage.people import organizations
from bot.storage.post import dialogues
from bot.storage.post.dialogues import Dialogue
from bot.views import roster as roster_views
from bot.views import roster_faults
from bot.views.callbacks.people import Import, Leaving, Pair
from bot.views.department.people import importing as views
from handlers.department.common import listen, shown, waits_for_no_file
from handlers.rights import register
from handlers.saying import Sayings, Talking, edit, send, toast
from handlers.scene import Scene

KIND = "import"
_TABLES = (".csv", ".xlsx", ".xls", ".ods")
# Entries.
_PART = 500


class Astray(BaseFilter):
    """A table that an administrator sends although nothing has asked for it."""

    async def __call__(self, message: Message, scene: Scene, **_: Any) -> bool:
        file = message.document
        if file is None or not waits_for_no_file(scene) or message.reply_to_message:
            return False
        return (file.file_name or "").lower().endswith(_TABLES)


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="importing")
    register(router.callback_query, begin, Import.filter(F.step == "begin"), rights=Right.ADMIN)
    register(router.callback_query, read, Import.filter(F.step == "read"), rights=Right.ADMIN)
    register(router.callback_query, answer, Import.filter(F.step == "answer"), rights=Right.ADMIN)
    register(router.callback_query, pair, Pair.filter(), rights=Right.ADMIN)
    register(router.callback_query, leaving, Leaving.filter(), rights=Right.ADMIN)
    register(router.callback_query, stay, Import.filter(F.step == "stay"), rights=Right.ADMIN)
    register(router.callback_query, apply, Import.filter(F.step == "apply"), rights=Right.ADMIN)
    register(router.callback_query, cancel, Import.filter(F.step == "cancel"), rights=Right.ADMIN)
    register(router.message, file_, Talking(KIND, "file", "question", "apply"), F.document, rights=Right.ADMIN)
    register(
        router.message, words, Talking(KIND, "file"), ~F.text.startswith("/"), ~F.reply_to_message, rights=Right.ADMIN
    )
    register(router.message, astray, Astray(), rights=Right.ADMIN, refusal=None)
    return router


async def begin(query: CallbackQuery, scene: Scene) -> Sayings:
    """«Загрузить список»: a file is waited for."""
    await listen(query, scene, KIND, step="file")
    return [edit(query, views.prompt(scene.catalog))]


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
        return [toast(query, views.SEND_AGAIN, alert=True)]
    return [edit(query, await _looked_at(scene, scene.dialogue.data["file"], None))]


async def answer(query: CallbackQuery, callback_data: Import, scene: Scene) -> Sayings:
    """A question about the table is answered: which column, which types, whether hidden rows count."""
    data = scene.dialogue.data
    tag, _, said = callback_data.mark.partition(".")
    if scene.dialogue.kind != KIND or data.get("step") != "question" or tag != _tag(data["file"]):
        return [toast(query, views.SEND_AGAIN, alert=True)]
    answers = _told(Answers(**data["answers"]), said, scene.catalog)
    if answers is None:
        return [toast(query, views.SEND_AGAIN, alert=True)]
    return [edit(query, await _looked_at(scene, data["file"], None, answers))]


async def pair(query: CallbackQuery, callback_data: Pair, scene: Scene) -> Sayings:
    """«Та же», «другая»: whether an organization that leaves and a new one are one; or another page of such pairs."""
    if not is_shown(scene):
        return [toast(query, views.NOTHING_TO_APPLY, alert=True)]
    proposal = await proposal_of(scene)
    page = min(callback_data.page, max(0, len(proposal.renamings) - 1) // roster_views.PAIRS)
    if callback_data.mark != proposal.pairs_mark:
        return [toast(query, roster_views.OUTDATED, alert=True), edit(query, await again(scene, proposal))]
    decided, is_one = dict(proposal.decided or {}), callback_data.said == "one"
    if callback_data.said and callback_data.all:
        chosen = [each for each in proposal.undecided if not (is_one and each.rivals)]
    elif callback_data.said:
        chosen = list(proposal.renamings[callback_data.number - 1 : callback_data.number])
    else:
        chosen = []
    for renaming in chosen:
        decided = decide(proposal.renamings, decided, renaming.key, is_one=is_one)
    proposal = await losses.propose(scene.tx, await _entries(scene), decided, scene.now, wishes_of(scene))
    return [edit(query, await again(scene, proposal, page))]


async def leaving(query: CallbackQuery, callback_data: Leaving, scene: Scene) -> Sayings:
    """«Кто отключается»: a page of them, and back."""
    if not is_shown(scene):
        return [toast(query, views.NOTHING_TO_APPLY, alert=True)]
    proposal = await proposal_of(scene)
    if callback_data.back or not proposal.change.removed:
        return [edit(query, await again(scene, proposal))]
    if callback_data.mark != proposal.mark:
        return [toast(query, roster_views.OUTDATED, alert=True), edit(query, await again(scene, proposal))]
    return [edit(query, views.leaving(proposal, callback_data.page, scene.catalog))]


async def stay(query: CallbackQuery, callback_data: Import, scene: Scene) -> Sayings:
    """Whether open requests go with organizations that leave a territory, the other way round than before."""
    if not is_shown(scene):
        return [toast(query, views.NOTHING_TO_APPLY, alert=True)]
    seen = await proposal_of(scene)
    if seen.mark != callback_data.mark:
        return [toast(query, roster_views.OUTDATED, alert=True), edit(query, await again(scene, seen))]
    wishes = replace(wishes_of(scene), stays=not seen.change.stays)
    return [edit(query, await again(scene, await proposal_of(scene, wishes)))]


async def apply(query: CallbackQuery, callback_data: Import, scene: Scene) -> Sayings:
    """«Применить»: what was shown is done, or shown again if it would be something else, or cost more, by now."""
    if not is_shown(scene) or scene.dialogue.data["mark"] != callback_data.mark:
        return [toast(query, views.NOTHING_TO_APPLY, alert=True)]
    entries, known = await _entries(scene), {"", *scene.catalog.territories}
    if any(not entry.types <= scene.catalog.types.keys() or entry.territory not in known for entry in entries):
        # The catalog has been loaded anew, without a type or a territory that the list speaks of.
        await dialogues.end(scene.tx, scene.person.id)
        return [edit(query, roster_views.outdated(views.onward()))]
    proposal = await proposal_of(scene)
    if proposal.mark != callback_data.mark or proposal.undecided:
        return [toast(query, roster_views.OUTDATED, alert=True), edit(query, await again(scene, proposal))]
    await rosters.apply(scene.tx, proposal.change, scene.catalog, scene.person.id, scene.now)
    await dialogues.end(scene.tx, scene.person.id)
    return [edit(query, roster_views.done(proposal.change, views.onward()))]


async def cancel(query: CallbackQuery, callback_data: Import, scene: Scene) -> Sayings:
    """«Отмена», or «Нет»: it was no list."""
    if scene.dialogue.kind != KIND or scene.dialogue.data.get("mark", "") != callback_data.mark:
        return [toast(query, views.NOTHING_TO_APPLY, alert=True)]
    await dialogues.end(scene.tx, scene.person.id)
    return [edit(query, views.cancelled())]


def _tag(file_id: str) -> str:
    """Tells the buttons of one file from those of another."""
    return hashlib.sha256(file_id.encode()).hexdigest()[:6]


def _told(answers: Answers, said: str, catalog: Catalog) -> Answers | None:
    """The answers with one more; None if no question has it."""
    what, _, value = said.partition("-")
    if said in ("take", "skip"):
        return replace(answers, hidden=said == "take")
    if said == "hints":
        return replace(answers, hints=True)
    if said == "names":
        return replace(answers, types=BY_NAME)
    if what == "type" and value in catalog.types:
        return replace(answers, types=value)
    if what in COLUMNS and value.isdecimal():
        return replace(answers, columns={**answers.columns, what: int(value)})
    return None


async def _looked_at(scene: Scene, file_id: str, document: Document | None, answers: Answers | None = None) -> Screen:
    """What the file would change, or why it cannot be used, or what has to be said about it first."""
    if document is not None and (document.file_size or 0) > MAX_BYTES:
        return views.too_big()
    present = await organizations.every(scene.tx)

    async def work() -> RosterTable:
        content = await scene.installation.download(file_id)
        # In a thread: a workbook takes its time, and others are served meanwhile.
        return await asyncio.to_thread(reading.read, content, scene.catalog, present, answers)

    try:
        read_table = await errands.result(f"roster:{file_id}", work)
    except NotDownloaded:
        return views.try_again(messenger_of(scene.person.id))
    except RosterTableError as error:
        return await _asked(scene, file_id, error.faults, answers or Answers())
    proposal = await losses.propose(scene.tx, read_table.entries, {}, scene.now)
    return await _show(scene, read_table.entries, proposal, roster_faults.notes(read_table.notes))


async def _asked(scene: Scene, file_id: str, faults: tuple[RosterFault, ...], answers: Answers) -> Screen:
    """What is wrong, and if that can be answered here, the buttons for it."""
    tag = _tag(file_id)
    if roster_faults.is_question(faults):
        rows = views.answers(faults[0], scene.catalog, tag)
    elif all(fault.is_mended_by_hint for fault in faults):
        rows = views.hints(tag)
    else:
        return roster_faults.faults(faults, scene.catalog, views.onward())
    data = {**scene.dialogue.data, "step": "question", "file": file_id, "answers": asdict(answers)}
    await dialogues.put(scene.tx, scene.person.id, Dialogue(KIND, data), scene.now)
    return roster_faults.faults(faults, scene.catalog, rows)


def is_shown(scene: Scene) -> bool:
    """Whether a change is shown and waits to be applied."""
    return scene.dialogue.kind == KIND and scene.dialogue.data.get("step") == "apply"


async def _entries(scene: Scene) -> tuple[RosterEntry, ...]:
    """The list that was sent."""
    return await scene.tx.aside(_read, scene.dialogue.data["entries"])


def _read(stored: Sequence[Any]) -> tuple[RosterEntry, ...]:
    # An older version has stored each entry by itself.
    rows = (row for part in stored for row in (json.loads(part) if isinstance(part, str) else [part]))
    return tuple(map(RosterEntry.load, rows))


def _written(entries: Sequence[RosterEntry]) -> list[str]:
    """The list in parts, each a text: nobody waits until all of a region's thousands are read as one."""
    parts = (entries[first : first + _PART] for first in range(0, len(entries), _PART))
    return [json.dumps([entry.dump() for entry in part], ensure_ascii=False) for part in parts]


def wishes_of(scene: Scene) -> Wishes:
    """What has been decided about the change that is shown."""
    return Wishes.load(scene.dialogue.data.get("wishes", {}))


async def proposal_of(scene: Scene, wishes: Wishes | None = None) -> Proposal:
    """What the list that was sent would change by now; with other wishes, if any."""
    decided = scene.dialogue.data.get("decided", {})
    return await losses.propose(scene.tx, await _entries(scene), decided, scene.now, wishes or wishes_of(scene))


async def again(scene: Scene, proposal: Proposal, page: int = 0) -> Screen:
    """The change as it is by now."""
    return await _show(scene, await _entries(scene), proposal, scene.dialogue.data.get("left_out", ()), page)


async def _show(
    scene: Scene, entries: tuple[RosterEntry, ...], proposal: Proposal, left_out: Sequence[str] = (), page: int = 0
) -> Screen:
    if not proposal.change:
        await dialogues.end(scene.tx, scene.person.id)
        return roster_views.change(proposal, scene.catalog, views.onward(), left_out)
    # The list itself, not the change: what is done is found again in the transaction that does it.
    data = {
        "step": "apply",
        "mark": proposal.mark,
        "entries": await scene.tx.aside(_written, entries),
        "decided": dict(proposal.decided or {}),
        "wishes": proposal.change.wishes.dump(),
        "left_out": list(left_out),
    }
    await dialogues.put(scene.tx, scene.person.id, Dialogue(KIND, data), scene.now)
    rows = views.choice(proposal, page, scene.catalog)
    return roster_views.change(proposal, scene.catalog, rows, left_out, page=page)
