"""Letters of threads: what was written, for its person, for curators and for the department's group."""

from datetime import datetime

from bot.domain.catalog.catalog import Catalog
from bot.domain.desk.thread import GroupTrouble, Note, Thread
from bot.domain.letter import Letter
from bot.domain.screen import Copy, Rendered
from bot.domain.timing.calendar import WorkCalendar
from bot.letters import recipient
from bot.storage.desk import group, notes, recipients, threads
from bot.storage.engine.database import Tx
from bot.storage.ledger import obligations
from bot.storage.people import seats
from bot.views.department import threads as views
from bot.views.heads import threads as common


async def matter(tx: Tx, thread: Thread, calendar: WorkCalendar) -> views.Matter:
    """Gathers what the department needs to know of the thread."""
    by_organization = {seat.organization_id: seat for seat in await seats.of_person(tx, thread.person_id)}
    obligation = await obligations.get(tx, thread.obligation_id) if thread.obligation_id is not None else None
    seat = by_organization.get(thread.organization_id) if thread.organization_id is not None else None
    zone = obligation.zone(calendar) if obligation else calendar.of("").zone
    here, announcement = calendar.of("").zone, thread.announcement
    through = await recipients.places(tx, announcement.id, thread.person_id) if announcement is not None else {}
    return views.Matter(thread, seat, obligation, zone, here, tuple(through.values()))


async def note(tx: Tx, letter: Letter, catalog: Catalog, now: datetime) -> Rendered | None:
    """Passes on what was written in a thread, to whoever the letter is to."""
    data, chat = letter.data, letter.chat_id
    thread = await threads.get(tx, data["thread"])
    if thread is None:
        return None
    # In the group those read whom the department has let in.
    is_persons = chat is None and letter.person_id == thread.person_id
    if chat is None and not is_persons and not await _answers(tx, letter, thread):
        return None
    topic = await threads.topic(tx, thread, chat) if chat is not None else None
    if data.get("undelivered"):
        spoken_to = await threads.speaks_there(tx, thread)
        screen = views.undelivered(thread, in_group=chat is not None, has_left=not spoken_to)
        return Rendered(screen, thread=thread.id, topic=topic)
    written = await notes.some(tx, data["notes"])
    if not written:
        return None
    if data.get("file"):
        return await _whole(tx, letter, thread, written[0])
    corrected = bool(data.get("corrected"))
    if written[0].from_staff:
        # What the department says of an organization is for those who sit there.
        if not await threads.speaks_there(tx, thread):
            return None
        return common.answer(thread, written, now, catalog.calendar.zone, corrected=corrected)
    about, answers = await matter(tx, thread, catalog.calendar), await notes.answers_to(tx, written[-1])
    said = views.Said(about, written, answers, now, catalog.calendar.zone, corrected)
    if chat is None:
        is_flat, card = True, views.to_curator(said, (await notes.page(tx, thread.id, 1, 0))[1])
    else:
        is_flat = await group.is_flat(tx, chat)
        card = views.to_group(said, in_topic=not is_flat, fresh=topic is None)
    if "amends" in data:
        return card.amended(data["amends"], thread.id)
    if is_flat:
        return card.sent(thread.id)
    return card.sent(thread.id, topic, views.topic_title(thread, catalog.calendar.zone))


async def trouble(tx: Tx, letter: Letter, _catalog: Catalog, _now: datetime) -> Rendered | None:
    """Tells administrators of a trouble with the department's group."""
    if await recipient.admin(tx, letter) is None:
        return None
    return Rendered(views.TROUBLES[GroupTrouble(letter.data["what"])](letter.data["chat"]))


async def _answers(tx: Tx, letter: Letter, thread: Thread) -> bool:
    """Whether the letter's person answers for the department in this matter."""
    curator = await recipient.curator(tx, letter)
    return curator is not None and await threads.covered(tx, thread.id, curator.limits)


async def _whole(tx: Tx, letter: Letter, thread: Thread, note: Note) -> Rendered | None:
    if letter.person_id != thread.person_id and not await _answers(tx, letter, thread):
        return None
    return Rendered(Copy(note.chat_id, (note.message_id,)), thread=thread.id, instead=common.unavailable())
