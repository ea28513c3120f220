"""Letters of announcements: the copies, what is done about them later, and what the department is told."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.catalog.catalog import Catalog
from bot.domain.desk.announcement import Announcement, AnnouncementState, Wording
from bot.domain.letter import Letter, Postponed
from bot.domain.screen import Amend, Rendered, Withdraw
from bot.letters import recipient
from bot.letters.announcement_card import composed, draw
from bot.storage.desk import announcements, destinations, recipients
from bot.storage.engine.database import Tx
from bot.storage.people import people
from bot.storage.post.letters import written_after
from bot.views.department.announcements import approving, broadcast, composing, source


async def copies(tx: Tx, letters: Sequence[Letter], now: datetime) -> dict[int, Rendered | Postponed | None]:
    """What each letter's person gets, by the letter's id; Postponed while the announcement is paused.

    They are looked up together: a region has 50,000.
    """
    made: dict[int, Rendered | Postponed | None] = {}
    for announcement_id in {letter.announcement_id for letter in letters if letter.announcement_id is not None}:
        its_letters = [letter for letter in letters if letter.announcement_id == announcement_id]
        announcement = await announcements.get(tx, announcement_id)
        if announcement is None or not announcement.state.goes_out:
            continue
        if announcement.state is AnnouncementState.PAUSED:
            made |= {letter.id: Postponed() for letter in its_letters}
        else:
            ready = await recipients.ready(tx, announcement.id, [letter.person_id for letter in its_letters], now)
            reminded = [letter.person_id for letter in its_letters if letter.data.get("again")]
            silent = await destinations.silent(tx, announcement.id, reminded) if reminded else set()
            contents = {
                acknowledged: broadcast.copy(announcement, acknowledged=acknowledged) for acknowledged in (True, False)
            }
            made |= {
                letter.id: contents[ready[letter.person_id]]
                for letter in its_letters
                # Nobody is reminded of what has been acknowledged meanwhile.
                if letter.person_id in ready and (not letter.data.get("again") or letter.person_id in silent)
            }
    return made


async def acknowledge(tx: Tx, letter: Letter, _catalog: Catalog, _now: datetime) -> Rendered | None:
    """Asks to acknowledge an album, below it."""
    announcement = await _sent(tx, letter)
    if announcement is None or not announcement.state.is_sent_off:
        return None
    if announcement.state is AnnouncementState.PAUSED:
        raise Postponed
    copy = await recipients.get(tx, announcement.id, letter.person_id)
    theirs = await recipients.seated(tx, announcement.id, [letter.person_id])
    if copy is None or not theirs or copy.acknowledged_at is not None:
        return None
    return Rendered(broadcast.below_album(announcement))


async def preview(tx: Tx, letter: Letter, _catalog: Catalog, _now: datetime) -> Rendered | None:
    """Shows a copy to somebody of the department."""
    announcement = await announcements.get(tx, letter.data["announcement"])
    if announcement is None or await recipient.announcer(tx, letter, announcement) is None:
        return None
    if letter.data.get("lost"):
        return Rendered(source.lost(announcement))
    if letter.data.get("button"):
        return Rendered(broadcast.below_album(announcement))
    return broadcast.copy(announcement, acknowledged=False)


async def correction(tx: Tx, letter: Letter, _catalog: Catalog, _now: datetime) -> Rendered | None:
    """Puts the corrected words into a copy that stands in the person's chat."""
    announcement = await _sent(tx, letter)
    if announcement is None or not announcement.state.is_sent_off:
        return None
    copy = await recipients.get(tx, announcement.id, letter.person_id)
    number = letter.data.get("copy", 0)
    worded = announcement.worded(copy.messages) if copy is not None else []
    # Whoever has left since has what it said then; what it says now is for those who sit there.
    theirs = await recipients.seated(tx, announcement.id, [letter.person_id])
    if copy is None or not theirs or number >= len(worded):
        return None
    places = await destinations.acknowledged(tx, announcement.id, letter.person_id)
    acknowledged = copy.acknowledged_at is not None
    rows = () if announcement.is_album else broadcast.button(announcement, acknowledged=acknowledged, places=places)
    is_caption = announcement.wording is not Wording.TEXT
    return Rendered(Amend(worded[number], broadcast.worded(announcement, rows), caption=is_caption))


async def withdrawal(tx: Tx, letter: Letter, _catalog: Catalog, _now: datetime) -> Rendered | None:
    """Deletes all copies that stand in the person's chat."""
    announcement = await _sent(tx, letter)
    if announcement is None or announcement.state is not AnnouncementState.WITHDRAWN:
        return None
    copy = await recipients.get(tx, announcement.id, letter.person_id)
    return Rendered(Withdraw(copy.messages)) if copy is not None and copy.messages else None


async def progress(tx: Tx, letter: Letter, catalog: Catalog, now: datetime) -> Rendered | None:
    """Shows how far the announcement is, in the author's message that shows it; `new`: in a new one if none does."""
    announcement = await announcements.get(tx, letter.data["announcement"])
    if announcement is None or await recipient.announcer(tx, letter, announcement) is None:
        return None
    # In bad minutes each is tried and waits again: the last of them says how it stands then.
    for later in await written_after(tx, letter):
        if later["announcement"] == announcement.id and later.get("new", False) >= letter.data.get("new", False):
            return None
    card = await draw(tx, announcement, catalog, now, letter.person_id, needs_consent=False)
    if announcement.progress_message_id is not None:
        return Rendered(Amend(announcement.progress_message_id, card))
    return Rendered(card) if letter.data.get("new") else None


async def approval(tx: Tx, letter: Letter, catalog: Catalog, now: datetime) -> Rendered | None:
    """Asks somebody to agree, to it or to corrected words; or tells what was decided, or that it has not gone."""
    announcement = await announcements.get(tx, letter.data["announcement"])
    if announcement is not None and "card" in letter.data:
        return await _asked_no_more(tx, letter, announcement)
    if announcement is None or await recipient.announcer(tx, letter, announcement) is None:
        return None
    if "comment" in letter.data:
        return Rendered(approving.returned_to_author(announcement, letter.data["comment"]))
    if letter.data.get("cancelled"):
        return Rendered(composing.author_gone(announcement)) if await recipient.admin(tx, letter) is not None else None
    if letter.data.get("not_agreed"):
        return Rendered(approving.not_agreed(announcement))
    if letter.data.get("nobody"):
        return Rendered(approving.went_to_nobody(announcement))
    if "recalled_by" in letter.data:
        by = await people.get(tx, letter.data["recalled_by"])
        return Rendered(approving.recalled(announcement, by.name if by is not None else ""))
    if "replaced_by" in letter.data:
        by = await people.get(tx, letter.data["replaced_by"])
        return Rendered(approving.words_replaced(announcement, by.name if by is not None else ""))
    if "words" in letter.data:
        return Rendered(approving.words_decided(announcement, agreed=letter.data["words"]))
    if letter.data.get("proposed"):
        return await _proposed(tx, announcement)
    if announcement.state is not AnnouncementState.APPROVAL:
        return None
    card = await composed(tx, announcement, catalog, now, letter.person_id, needs_consent=True)
    return Rendered(approving.approval(card))


async def _asked_no_more(tx: Tx, letter: Letter, announcement: Announcement) -> Rendered | None:
    """Has a message that asked to agree say that there is nothing to decide."""
    if announcement.state is AnnouncementState.DRAFT:
        # A draft, which it is again, is its author's alone: nothing of it is said.
        return Rendered(Amend(letter.data["card"], approving.withdrawn()))
    if await recipient.announcer(tx, letter, announcement) is None:
        return None
    return Rendered(Amend(letter.data["card"], approving.asked_no_more(announcement)))


async def _proposed(tx: Tx, announcement: Announcement) -> Rendered | None:
    """Asks to agree to corrected words, as long as nobody has decided about them."""
    if announcement.proposed is None or not announcement.state.is_sent_off or announcement.proposed_by is None:
        return None
    proposer = await people.get(tx, announcement.proposed_by)
    return Rendered(approving.words(announcement, proposer.name if proposer is not None else ""))


async def _sent(tx: Tx, letter: Letter) -> Announcement | None:
    return await announcements.get(tx, letter.announcement_id) if letter.announcement_id is not None else None
