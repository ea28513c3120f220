"""Changes the catalog while the bot runs: from edited files on disk, or from directives sent to the bot as a file.

Only what was shown is applied: the buttons carry a mark of the file, and the edition with which it was compared. Where
several machines serve, each has files of its own: what one has shown is kept, and adopted by whichever gets the press.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from aiogram import Router
from aiogram.filters import BaseFilter, Command
from aiogram.types import CallbackQuery, Document, Message

from bot.catalog import sent
from bot.catalog.faults import CatalogError
from bot.catalog.sent import Place
from bot.delivery.incoming import errands
from bot.delivery.incoming.files import NotDownloaded
from bot.domain.catalog.catalog import Catalog
from bot.domain.catalog.change import CatalogChange, compare
from bot.domain.catalog.written import name_of_sent, sent_as, sent_file
from bot.domain.people.leaving import Loss
from bot.domain.people.member import Right
from bot.domain.people.organization import Organization, is_of
from bot.domain.people.roster import compare as compare_rosters
from bot.domain.screen import Screen
from bot.storage.desk import losses
from bot.storage.ledger import adopted_files, pauses, sent_directives
from bot.storage.ledger.changes import roster
from bot.storage.people import organizations, staff
from bot.storage.post import audit, dialogues
from bot.storage.post.dialogues import Dialogue
from bot.views.callbacks.directives import AdoptSent, Reload, Unsend
from bot.views.department.directives import directives as cards
from bot.views.department.directives import reloading as views
from bot.views.department.directives.reloading import Proposal
from handlers.rights import register, told
from handlers.saying import Sayings, edit, send, toast
from handlers.scene import Scene

_KIND = "sent-directives"
_NAMES = (".yaml", ".yml")
# Of a digest of files, in a mark.
_DIGITS = 12


class SentYaml(BaseFilter):
    """Passes a YAML file that is no reply: a reply belongs to what it points at."""

    async def __call__(self, message: Message, scene: Scene, **_: Any) -> bool | dict[str, Any]:
        file = message.document
        if file is None or message.reply_to_message is not None:
            return False
        return {"file": file} if (file.file_name or "").casefold().endswith(_NAMES) else False


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="reloading")
    register(
        router.message, reload, Command("reload", ignore_case=True), rights=Right.ADMIN, refusal=told(views.admins_only)
    )
    register(router.message, yaml_sent, SentYaml(), rights=Right.ADMIN, refusal=None)
    register(router.callback_query, reread, Reload.filter(), rights=Right.ADMIN)
    register(router.callback_query, adopt_sent, AdoptSent.filter(), rights=Right.ADMIN)
    register(router.callback_query, unsend, Unsend.filter(), rights=Right.ADMIN)
    return router


async def reload(message: Message, scene: Scene) -> Sayings:
    """/reload shows what the files on disk would change."""
    try:
        return [send(message, await _files(scene, await _look(scene)))]
    except CatalogError as error:
        return [send(message, views.faulty(error.faults, machine=scene.installation.machine))]


async def reread(query: CallbackQuery, callback_data: Reload, scene: Scene) -> Sayings:
    """«Перечитать файлы» shows what they would change; with a mark it applies what was shown, if that still holds."""
    shown = callback_data if callback_data.mark else None
    try:
        loaded = await _shown_elsewhere(scene, shown.mark) if shown is not None else None
        mark = shown.mark if shown is not None and loaded is not None else ""
        loaded = loaded or await _look(scene)
    except CatalogError as error:
        return [edit(query, views.faulty(error.faults, machine=scene.installation.machine))]
    present = (mark or _mark_of(scene, loaded), scene.installation.shelf.edition)
    if shown is None or (shown.mark, shown.edition) != present:
        return [edit(query, await _files(scene, loaded, mark, anew=shown is not None))]
    proposal = await _proposal(scene, loaded, await sent_directives.every(scene.tx))
    if not proposal.change:
        return [edit(query, views.nothing_differs(proposal.left_out))]
    change = proposal.change
    await adopted_files.adopt(scene.tx, loaded.written, scene.now)
    await audit.record(
        scene.tx,
        scene.now,
        scene.person.id,
        "catalog.reloaded",
        added=[directive.id for directive in change.added],
        changed=[edited.after.id for edited in change.edited],
        removed=[directive.id for directive in change.removed],
    )
    await roster.take_in_file(scene.tx, proposal.after, scene.now)
    return [toast(query, views.APPLIED), edit(query, views.applied(proposal))]


async def yaml_sent(message: Message, scene: Scene, file: Document) -> Sayings:
    """Shows what the YAML file would change, or what is wrong in it."""
    if (file.file_size or 0) > sent.MAX_BYTES:
        return [send(message, views.too_big(sent.MAX_BYTES))]
    try:
        raw = await errands.result(f"yaml:{file.file_id}", lambda: scene.installation.download(file.file_id))
    except NotDownloaded:
        return [send(message, views.not_downloaded())]
    if len(raw) > sent.MAX_BYTES:
        return [send(message, views.too_big(sent.MAX_BYTES))]
    name = file.file_name or ""
    try:
        proposal, _ = await _read(scene, raw, name)
    except CatalogError as error:
        in_folder = scene.installation.shelf.base.written.folder is not None
        return [send(message, views.faulty(error.faults, in_folder=in_folder))]
    if not proposal.change:
        return [send(message, views.sent_says_nothing_new())]
    body = raw.decode("utf-8-sig")
    await dialogues.put(scene.tx, scene.person.id, Dialogue(_KIND, {"name": name, "body": body}), scene.now)
    return [send(message, views.sent_differs(name, proposal, _mark(body), scene.installation.shelf.edition, scene.now))]


async def adopt_sent(query: CallbackQuery, callback_data: AdoptSent, scene: Scene) -> Sayings:
    """«Применить» adopts the file that was sent, «Отмена» forgets it."""
    waits = scene.dialogue.kind == _KIND
    if not callback_data.mark:
        if waits:
            await dialogues.end(scene.tx, scene.person.id)
        return [edit(query, views.cancelled())]
    data = scene.dialogue.data
    if not waits or _mark(data["body"]) != callback_data.mark:
        return [edit(query, views.no_file_waits())]
    try:
        proposal, place = await _read(scene, data["body"].encode(), data["name"])
    except CatalogError as error:
        return [edit(query, views.faulty(error.faults))]
    edition = scene.installation.shelf.edition
    if callback_data.edition != edition and proposal.change:
        shown = views.sent_differs(data["name"], proposal, callback_data.mark, edition, scene.now, anew=True)
        return [edit(query, shown)]
    await dialogues.end(scene.tx, scene.person.id)
    if not proposal.change:
        return [edit(query, views.sent_says_nothing_new())]
    for key in place.replaces:
        await sent_directives.remove(scene.tx, key, scene.person.id, scene.now)
    await sent_directives.put(scene.tx, place.keys, data["body"], scene.person.id, scene.now)
    return [toast(query, views.APPLIED), edit(query, views.applied(proposal))]


async def unsend(query: CallbackQuery, callback_data: Unsend, scene: Scene) -> Sayings:
    """«Убрать» goes back to what the main file says of the directive, after asking."""
    bodies = await sent_directives.every(scene.tx)
    directive = scene.catalog.directives.get(callback_data.id)
    key = sent_as(directive, bodies) if directive is not None else _left_out_as(callback_data.id, bodies)
    if key is None:
        return [toast(query, cards.NOT_SENT, alert=True)]
    del bodies[key]
    proposal = await _proposal(scene, scene.installation.shelf.base, bodies)
    if not callback_data.sure and directive is not None:
        if file := name_of_sent(key):
            stays = _has(scene.installation.shelf.base, file)
            proposal = replace(proposal, file=file, is_new_file=not stays)
        return [edit(query, views.ask_unsend(directive, proposal, scene.now))]
    if not await sent_directives.remove(scene.tx, key, scene.person.id, scene.now):
        return [toast(query, cards.NOT_SENT, alert=True)]
    return [toast(query, views.APPLIED), edit(query, views.applied(proposal))]


def _left_out_as(told: str, bodies: Iterable[str]) -> str | None:
    """What a button speaks of that takes back what does not fit any more."""
    return next((key for key in bodies if told in (key, views.mark_of_sent(key))), None)


async def _look(scene: Scene) -> Catalog:
    """The catalog of the files as they are now. Raises CatalogError."""
    return await errands.result("files", lambda: scene.installation.shelf.look(scene.now))


async def _shown_elsewhere(scene: Scene, mark: str) -> Catalog | None:
    """The catalog of the files that another machine has shown; None if it was this one. Raises CatalogError."""
    if mark.endswith(_machine_mark(scene)) or len(mark) != len(_mark("")):
        return None
    written = await adopted_files.kept(scene.tx, mark[:_DIGITS])
    if written is None:
        return None
    return await errands.result("kept files", lambda: scene.installation.shelf.make(written, scene.now))


async def _files(scene: Scene, loaded: Catalog, mark: str = "", *, anew: bool = False) -> Screen:
    """What the files would change; `mark`: that of another machine, which has shown them."""
    proposal = await _proposal(scene, loaded, await sent_directives.every(scene.tx))
    machine = "" if mark else scene.installation.machine
    if not proposal.change:
        return views.nothing_differs(proposal.left_out, machine=machine)
    if scene.installation.machine:
        await adopted_files.keep(scene.tx, loaded.written, scene.now)
    edition = scene.installation.shelf.edition
    mark = mark or _mark_of(scene, loaded)
    return views.files_differ(proposal, mark, edition, scene.now, anew=anew, machine=machine)


async def _read(scene: Scene, raw: bytes, name: str) -> tuple[Proposal, Place]:
    """What the file would change, and where it is to be kept. Raises CatalogError."""
    base, bodies = scene.installation.shelf.base, await sent_directives.every(scene.tx)
    place = await scene.tx.aside(sent.place_of, raw, name, base, bodies, scene.now)
    # Read as the next start will read it: what was shown will hold then too.
    staying = {key: body for key, body in bodies.items() if key not in (*place.keys, *place.replaces)}
    proposal = await _proposal(scene, base, staying | dict.fromkeys(place.keys, raw.decode("utf-8-sig")))
    if sent_file(name) in place.keys:
        proposal = replace(proposal, file=name, is_new_file=sent_file(name) not in bodies and not _has(base, name))
    return proposal, place


def _has(catalog: Catalog, file: str) -> bool:
    """Whether there is a file of that name in the folder."""
    return file in (catalog.written.folder or {})


async def _proposal(scene: Scene, base: Catalog, bodies: dict[str, str]) -> Proposal:
    """The change from the present catalog to those files with those sent directives."""
    merged = await scene.tx.aside(sent.merge, base, bodies, scene.now)
    paused = frozenset(key for key, pause in (await pauses.every(scene.tx)).items() if pause.is_on)
    change = compare(scene.catalog, merged.catalog)
    present = await organizations.every(scene.tx)
    unasked = {
        edited.after.id: [
            organization.name
            for organization in present
            if organization.active
            and is_of(edited.before.audience, organization)
            and not is_of(edited.after.audience, organization)
        ]
        for edited in change.edited
        if edited.before.audience != edited.after.audience
    }
    return Proposal(
        scene.catalog,
        merged.catalog,
        change,
        merged.left_out,
        paused,
        unasked,
        await _losses(scene, change, merged.catalog, present),
        _left(scene.catalog, merged.catalog, present),
        await _entrusted(scene, merged.catalog),
    )


async def _entrusted(scene: Scene, after: Catalog) -> list[str]:
    """Names of staff who are limited to territories that go."""
    gone = scene.catalog.territories.keys() - after.territories.keys()
    return [each.name for each in await staff.members(scene.tx) if each.limits.territories & gone] if gone else []


def _left(before: Catalog, after: Catalog, present: Sequence[Organization]) -> Counter[str]:
    """How many organizations are left by each territory that goes; the files may name another for some."""
    named = {entry.code: entry.territory for entry in after.roster}
    gone = before.territories.keys() - after.territories.keys()
    places = (named.get(each.code, each.territory) for each in present if each.active)
    return Counter(place for place in places if place in gone)


async def _losses(
    scene: Scene, change: CatalogChange, after: Catalog, present: Sequence[Organization]
) -> list[tuple[str, Loss]]:
    """What organizations would lose that the roster's file makes narrower."""
    if not change.roster:
        return []
    taken_in = replace(compare_rosters(present, after.roster), removed=())
    lost = await losses.of(scene.tx, taken_in, scene.now)
    return [(each.name, lost[each.id]) for each in present if each.id in lost]


def _mark_of(scene: Scene, catalog: Catalog) -> str:
    """Of the files, and of the machine on which they lie."""
    return catalog.written.digest[:_DIGITS] + _machine_mark(scene)


def _machine_mark(scene: Scene) -> str:
    installation = scene.installation
    return _mark(f"{installation.machine}:{installation.shelf.folder}")[:4]


def _mark(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:16]
