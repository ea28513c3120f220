"""Letters about what the department has decided, and the files of an answer for those who decide."""

from datetime import datetime

from bot.domain.catalog.catalog import Catalog
from bot.domain.ledger.obligation import Obligation, ObligationState
from bot.domain.letter import Letter
from bot.domain.screen import Button, Content, Copy, Rendered, Stored
from bot.storage.engine.database import Tx
from bot.storage.ledger import obligations, replies
from bot.storage.people import organizations, people
from bot.views import form
from bot.views.callbacks import Edit
from bot.views.card import card
from bot.views.department.control import answer
from bot.views.words import esc, screen


async def returned(tx: Tx, letter: Letter, catalog: Catalog, now: datetime) -> Rendered | None:
    """What is to be corrected, until when, and what was answered."""
    one = await _of_person(tx, letter, now)
    if one is None or one.state is not ObligationState.RETURNED:
        return None
    drawn = await card(tx, one, catalog, now, letter.person_id)
    lines = form.heading(drawn)
    if drawn.newest is not None:
        lines += ["", "Ваш ответ:", *form.answer_lines(drawn, drawn.newest.values, drawn.newest.not_ours)]
    rows = [[Button("Исправить", Edit(obligation=one.id).pack(), style="primary")]]
    return Rendered(screen(*lines, rows=rows), asks=(one.id,), card=one.id)


async def entered(tx: Tx, letter: Letter, catalog: Catalog, now: datetime) -> Rendered | None:
    """What the department has entered for the person's organizations, as far as it still counts."""
    person = await people.get(tx, letter.person_id)
    if person is None or person.is_quiet(now):
        return None
    drawn = []
    for obligation_id in letter.data["obligations"]:
        one = await obligations.of_person(tx, letter.person_id, obligation_id)
        if one is None:
            continue
        each = await card(tx, one, catalog, now, letter.person_id)
        if each.newest is not None and each.newest.entered:
            drawn.append(each)
    if not drawn:
        return None
    whole = len(drawn) == 1
    return Rendered(answer.entered(drawn), card=drawn[0].obligation.id if whole else None)


async def evidence(tx: Tx, letter: Letter, catalog: Catalog, now: datetime) -> Rendered | None:
    """A file of the answer: number `field` and `file` of its newest version, or of remark `remark`."""
    person, one = await people.get(tx, letter.person_id), await obligations.get(tx, letter.data["obligation"])
    if person is None or not person.is_staff or one is None or not person.limits.covers(one.round.directive):
        return None
    organization = await organizations.get(tx, one.organization_id)
    if organization is None or not person.limits.covers_types(organization.types):
        return None
    if "remark" in letter.data:
        return await _of_remark(tx, one, letter.data["remark"])
    newest = await replies.newest(tx, one.id)
    field = one.round.directive.field(letter.data["field"])
    files = newest.values.get(field.id, []) if newest else []
    if letter.data["file"] >= len(files):
        return None
    file = files[letter.data["file"]]
    return Rendered(Stored(file["file_id"], file["kind"], answer.file_caption(one, field.label)))


async def _of_remark(tx: Tx, one: Obligation, remark_id: int) -> Rendered | None:
    """A copy of the message, which keeps what was written under the file."""
    remark = next((each for each in await replies.remarks_to(tx, one.id) if each.id == remark_id), None)
    if remark is None or remark.by_id is None or remark.message_id is None:
        return None
    label = "комментарий"
    caption = answer.file_caption(one, label)
    if remark.text:
        caption += f"\n{esc(remark.text[:500])}"
    content: Content = Copy(remark.by_id, (remark.message_id,), caption=caption)
    return Rendered(content, instead=answer.file_gone(one, label))


async def _of_person(tx: Tx, letter: Letter, now: datetime) -> Obligation | None:
    person = await people.get(tx, letter.person_id)
    if person is None or person.is_quiet(now):
        return None
    one = await obligations.of_person(tx, letter.person_id, letter.data["obligation"])
    return one if one is not None and not one.is_closed(now) else None
