"""Letters of announcements: the copies, what is done about them later, and what the department is told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.catalog.catalog import Catalog
from bot.domain.desk.announcement import SENT_OFF, Announcement, AnnouncementState, Wording
from bot.domain.letter import Letter, Postponed
from bot.domain.screen import Amend, Button, Copy, Rendered, Screen, Upload, Withdraw
from bot.storage.desk import announcements, recipients
from bot.storage.engine.database import Tx
from bot.storage.people import audiences, people
from bot.views.department.announcements import broadcast
from bot.views.department.announcements import composing as before
from bot.views.department.announcements.announcement_card import author_limits, card, composed
from bot.views.department.exports import csv_file
from bot.views.words import moment

_GOING = (AnnouncementState.SENDING, AnnouncementState.DONE)


async def copies(tx: Tx, letters: Sequence[Letter], now: datetime) -> dict[int, Rendered | Postponed | None]:
    """Copies, by the letter's id; Postponed while they are paused. Looked up together: a region has 50,000."""
    made: dict[int, Rendered | Postponed | None] = {}
    for announcement_id in {one.announcement_id for one in letters if one.announcement_id is not None}:
        its = [one for one in letters if one.announcement_id == announcement_id]
        found = await announcements.get(tx, announcement_id)
        if found is not None and found.state is AnnouncementState.PAUSED:
            made |= {one.id: Postponed() for one in its}
        elif found is not None and found.state in _GOING:
            ready = await recipients.ready(tx, found.id, [one.person_id for one in its], now)
            contents = {
                given: Rendered(_copy(found, broadcast.button(found, acknowledged=given))) for given in (True, False)
            }
            made |= {one.id: contents[ready[one.person_id]] for one in its if one.person_id in ready}
    return made


async def acknowledge(tx: Tx, letter: Letter, _catalog: Catalog, _now: datetime) -> Rendered | None:
    """The button below an album."""
    found = await _of(tx, letter)
    if found is None or found.state not in SENT_OFF:
        return None
    if found.state is AnnouncementState.PAUSED:
        raise Postponed
    mine = await recipients.get(tx, found.id, letter.person_id)
    if mine is None or mine.acknowledged_at is not None:
        return None
    return Rendered(broadcast.below_album(found))


async def preview(tx: Tx, letter: Letter, _catalog: Catalog, _now: datetime) -> Rendered | None:
    """A copy for somebody of the department to look at."""
    found = await announcements.get(tx, letter.data["announcement"])
    person = await people.get(tx, letter.person_id)
    if found is None or person is None or not person.may_curate:
        return None
    if letter.data.get("lost"):
        return Rendered(before.source_lost(found))
    if letter.data.get("button"):
        return Rendered(broadcast.below_album(found))
    return Rendered(_copy(found, broadcast.button(found, acknowledged=False)))


async def correction(tx: Tx, letter: Letter, _catalog: Catalog, _now: datetime) -> Rendered | None:
    """The corrected words in a copy that stands in the person's chat."""
    found = await _of(tx, letter)
    if found is None or found.state not in SENT_OFF:
        return None
    mine = await recipients.get(tx, found.id, letter.person_id)
    number = letter.data.get("copy", 0)
    worded = found.worded(mine.messages) if mine is not None else []
    if mine is None or number >= len(worded):
        return None
    rows = () if found.is_album else broadcast.button(found, acknowledged=mine.acknowledged_at is not None)
    return Rendered(Amend(worded[number], Screen(found.text, rows), caption=found.wording is not Wording.TEXT))


async def withdrawal(tx: Tx, letter: Letter, _catalog: Catalog, _now: datetime) -> Rendered | None:
    """All copies that stand in the person's chat go."""
    found = await _of(tx, letter)
    if found is None or found.state is not AnnouncementState.WITHDRAWN:
        return None
    mine = await recipients.get(tx, found.id, letter.person_id)
    return Rendered(Withdraw(mine.messages)) if mine is not None and mine.messages else None


async def progress(tx: Tx, letter: Letter, catalog: Catalog, now: datetime) -> Rendered | None:
    """How far it is, in the author's message that shows it; `new`: in a new one if none does."""
    found = await announcements.get(tx, letter.data["announcement"])
    person = await people.get(tx, letter.person_id)
    if found is None or person is None or not person.is_staff:
        return None
    shown = await card(tx, found, catalog, now, letter.person_id, needs_consent=False)
    if found.progress_message_id is not None:
        return Rendered(Amend(found.progress_message_id, shown))
    return Rendered(shown) if letter.data.get("new") else None


async def approval(tx: Tx, letter: Letter, catalog: Catalog, now: datetime) -> Rendered | None:
    """Somebody is asked to agree; the author hears that it is returned; administrators that it was cancelled."""
    found = await announcements.get(tx, letter.data["announcement"])
    person = await people.get(tx, letter.person_id)
    if found is None or person is None or not person.is_staff:
        return None
    if "comment" in letter.data:
        return Rendered(before.returned_to_author(found, letter.data["comment"]))
    if letter.data.get("cancelled"):
        return Rendered(before.author_gone(found))
    if found.state is not AnnouncementState.APPROVAL or not person.may_curate:
        return None
    shown = await composed(tx, found, catalog, now, letter.person_id, needs_consent=True)
    return Rendered(before.approval(shown))


async def export(tx: Tx, letter: Letter, catalog: Catalog, now: datetime) -> Upload | None:
    """Who gets it, got it, or did not, as a table."""
    found = await announcements.get(tx, letter.data["announcement"])
    if found is None:
        return None
    who = letter.data["who"]
    name = f"объявление-{found.id}-{_FILES.get(who, who)}.csv"
    if who == "reach":
        reach = await audiences.reach(tx, found.audience, await author_limits(tx, found), now)
        rows = [[one.organization_name, one.person_name, "получит"] for one in reach.addressees]
        rows += [
            [one.organization_name, one.person_name, broadcast.OBSTACLES[one.obstacle]]
            for one in reach.obstructed
            if one.obstacle is not None
        ]
        rows += [[place, "", "никто не зарегистрирован"] for place in reach.vacant]
        return csv_file(name, ["Организация", "Человек", "Получит"], rows)
    zone = catalog.calendar.zone

    def at(when: datetime | None) -> str:
        return moment(when, now, zone) if when is not None else ""

    listed = [
        [
            one.organization_name,
            one.person_name,
            at(one.sent_at),
            "" if one.sent_at is not None else broadcast.why_not(one),
            at(one.acknowledged_at),
        ]
        for one in broadcast.chosen(who, await recipients.all_of(tx, found.id))
    ]
    return csv_file(name, ["Организация", "Человек", "Получено", "Почему нет", "Ознакомлен"], listed)


_FILES = {
    "reach": "получатели",
    "sent": "получили",
    "missed": "не-получили",
    "acknowledged": "ознакомились",
    "silent": "не-ознакомились",
}


async def _of(tx: Tx, letter: Letter) -> Announcement | None:
    return await announcements.get(tx, letter.announcement_id) if letter.announcement_id is not None else None


def _copy(found: Announcement, rows: tuple[tuple[Button, ...], ...]) -> Copy | Screen:
    """What goes to a person. Its source serves as long as the words are the author's and the source is there."""
    changed = found.corrected_at is not None
    if found.wording is Wording.TEXT and (changed or found.lost_at is not None):
        return Screen(found.text, rows)
    made = Copy(found.chat_id, found.messages)
    if found.is_album:
        # A correction of its words follows.
        return made
    caption = found.text if changed and found.wording is Wording.CAPTION else None
    return replace(made, rows=rows, caption=caption)
