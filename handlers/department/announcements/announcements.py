"""The list of announcements, and those that have gone off: how far they are, who got them, what can be done."""

from datetime import timedelta
from typing import Literal

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from bot.domain.desk.announcement import Announcement, AnnouncementState, Wording
from bot.domain.letter import Export, LetterKind
from bot.domain.people.member import Right
from bot.domain.people.messenger import messenger_of
from bot.domain.screen import Screen
from bot.domain.text import units as text_units
from bot.letters.announcement_card import draw, missed_and_reachable
from bot.storage.desk import afterwards, announcements, broadcasts, destinations, matters, recipients
from bot.storage.people import audiences
from bot.storage.post import dialogues, letters
from bot.storage.post.dialogues import Dialogue
from bot.views.callbacks.announcements import Broadcast, OpenAnnouncement, Recipients, RecipientsFile
from bot.views.callbacks.department import Announcements
from bot.views.department.announcements import approving as approving_views
from bot.views.department.announcements import arrivals, broadcast
from bot.views.department.announcements import composing as views
from handlers.department.announcements import approving, composing, draft
from handlers.department.announcements.approving import within
from handlers.department.common import listen, shown
from handlers.long_text import LEAST_PART
from handlers.rights import register
from handlers.saying import Sayings, Talking, edit, formatted, send, toast
from handlers.scene import Scene

KIND = "correction"
# In the data of no conversation: the words have been corrected, by a text that may be but the beginning of one.
_CORRECTED = "corrected"
# What is asked before it is done, or has to be typed.
Asking = Literal["stopping", "deleting", "repeating", "retrying", "wording"]
# What is done at once.
Acting = Literal["pause", "resume", "stop", "delete", "repeat", "retry"]
# The same, by a yes that was given when nobody works.
AT_NIGHT: dict[str, Acting] = {"resume_at_night": "resume", "repeat_at_night": "repeat", "retry_at_night": "retry"}
# What says something to whomever it went to; they lose it, or hear nothing more, by the rest.
_SAYS = ("wording", "repeating", "repeat", "repeat_at_night", "resume", "resume_at_night")
# Two who press at once, or an old button, send it once.
_REPEATED = timedelta(minutes=10)


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="announcements")
    router.include_router(composing.setup())
    register(router.callback_query, home, Announcements.filter(), rights=Right.CURATE)
    register(router.callback_query, open_, OpenAnnouncement.filter(), rights=Right.CURATE)
    register(router.callback_query, people_, Recipients.filter(), rights=Right.CURATE)
    register(router.callback_query, file, RecipientsFile.filter(), rights=Right.CURATE)
    register(router.callback_query, manage, Broadcast.filter(), rights=Right.CURATE)
    register(router.message, take_wording, Talking(KIND), ~F.text.startswith("/"), rights=Right.CURATE)
    register(router.edited_message, take_back, _goes_on, rights=Right.CURATE)
    return router


async def home(query: CallbackQuery, callback_data: Announcements, scene: Scene) -> Sayings:
    """Shows the person's drafts, and announcements that have gone off or wait. A limited curator sees their own.

    What is sent there is a new announcement.
    """
    await _leave(query, scene)
    await listen(query, scene, draft.KIND, step="message")
    # An offset beyond what the database can count is a forged button.
    page = min(callback_data.page, 10_000)
    return [edit(query, await draft.home(scene, page))]


async def open_(query: CallbackQuery, callback_data: OpenAnnouncement, scene: Scene) -> Sayings:
    """Shows the card of an announcement."""
    announcement = await within(scene, callback_data.id)
    if announcement is None:
        return [toast(query, views.GONE, alert=True)]
    return await _card(query, scene, announcement)


async def people_(query: CallbackQuery, callback_data: Recipients, scene: Scene) -> Sayings:
    """Lists who gets it, got it, missed it, acknowledged it or did not."""
    announcement = await _to_manage(query, callback_data.id, scene)
    if not isinstance(announcement, Announcement):
        return announcement
    await _leave(query, scene)
    page = min(callback_data.page, 10_000)
    if callback_data.who == "reach":
        if announcement.audience.is_nobody:
            return [toast(query, views.NOBODY_CHOSEN, alert=True)]
        limits = await matters.bounds(scene.tx, announcement, scene.person)
        reach = await audiences.reach(scene.tx, announcement.audience, limits, scene.now)
        return [edit(query, arrivals.reach_list(announcement, reach, page))]
    everywhere = await destinations.all_of(scene.tx, announcement.id)
    reachable = (await missed_and_reachable(scene.tx, announcement, scene.person, scene.now)).reached
    screen = arrivals.listed(
        announcement, callback_data.who, everywhere, page, scene.now, scene.zone, reachable=len(reachable)
    )
    return [edit(query, screen)]


async def file(query: CallbackQuery, callback_data: RecipientsFile, scene: Scene) -> Sayings:
    """Orders the list of recipients as a table."""
    announcement = await _to_manage(query, callback_data.id, scene)
    if not isinstance(announcement, Announcement):
        return announcement
    me, who = [scene.person.id], callback_data.who
    await letters.write(
        scene.tx,
        LetterKind.EXPORT,
        me,
        scene.now,
        # Whoever presses again while it is awaited gets one.
        dedup=f"recipients:{callback_data.pack()}",
        what=Export.ANNOUNCEMENT,
        announcement=announcement.id,
        who=who,
    )
    return []


async def manage(query: CallbackQuery, callback_data: Broadcast, scene: Scene) -> Sayings:
    """Acts upon an announcement that has gone off. The second of two who act at once hears what stands now."""
    announcement = await _to_manage(query, callback_data.id, scene)
    if not isinstance(announcement, Announcement):
        return announcement
    if not announcement.state.is_sent_off:
        return [toast(query, _why_not(announcement), alert=True), *await _card(query, scene, announcement)]
    if callback_data.do in _SAYS and not await approving.may_say(scene, announcement, scene.person):
        return [toast(query, broadcast.BEYOND, alert=True)]
    match callback_data.do:
        case "stopping" | "deleting" | "repeating" | "retrying" | "wording":
            return await _ask(query, callback_data.do, scene, announcement)
        case "pause" | "resume" | "stop" | "delete" | "repeat" | "retry":
            return await _act(query, callback_data.do, scene, announcement, at_night=False)
        case "resume_at_night" | "repeat_at_night" | "retry_at_night":
            return await _act(query, AT_NIGHT[callback_data.do], scene, announcement, at_night=True)


async def take_wording(message: Message, scene: Scene) -> Sayings:
    """Takes the corrected words."""
    announcement = await announcements.get(scene.tx, scene.dialogue.data["id"])
    if announcement is not None and not await approving.may_say(scene, announcement, scene.person):
        await dialogues.end(scene.tx, scene.person.id)
        return shown(message, scene, Screen(broadcast.BEYOND))
    if announcement is None or not announcement.state.is_sent_off or announcement.wording is Wording.NONE:
        await dialogues.end(scene.tx, scene.person.id)
        return shown(message, scene, _standing(announcement))
    if not message.text:
        return shown(message, scene, broadcast.ask_wording(announcement, broadcast.not_words()))
    text, fault = broadcast.corrected_text(announcement, formatted(message), scene.now, scene.zone)
    if fault:
        return shown(message, scene, broadcast.ask_wording(announcement, fault))
    if scene.dialogue.data.get("since", announcement.proposal_mark) != announcement.proposal_mark:
        # A colleague was faster: whoever has not seen those words does not take them back unknowing.
        since = {**scene.dialogue.data, "since": announcement.proposal_mark}
        await dialogues.put(scene.tx, scene.person.id, Dialogue(KIND, since), scene.now)
        return shown(message, scene, broadcast.ask_wording(announcement, broadcast.corrected_meanwhile(announcement)))
    await _corrected(message, scene, announcement)
    if scene.installation.announcement_approval:
        asked = await approving.propose(scene, announcement, text)
        return shown(message, scene, broadcast.words_wait(announcement) if asked else Screen(views.NO_APPROVER))
    if await broadcasts.correct(scene.tx, announcement, text, scene.person.id, scene.now) is None:
        return shown(message, scene, _standing(announcement))
    again = await announcements.get(scene.tx, announcement.id)
    assert again is not None
    consent = scene.installation.announcement_approval
    screen = await draw(scene.tx, again, scene.catalog, scene.now, scene.person.id, needs_consent=consent)
    return shown(message, scene, screen)


async def take_back(message: Message, scene: Scene) -> Sayings:
    """The corrected words go on in another message, and are one: no part of them stands in the copies."""
    assert scene.rest is not None
    said = scene.dialogue.data[_CORRECTED]
    announcement = await announcements.get(scene.tx, said["id"])
    if announcement is not None and not await approving.may_say(scene, announcement, scene.person):
        await dialogues.end(scene.tx, scene.person.id)
        return [send(scene.rest.message, Screen(broadcast.BEYOND))]
    if announcement is None or not announcement.state.is_sent_off:
        await dialogues.end(scene.tx, scene.person.id)
        return [send(scene.rest.message, _standing(announcement))]
    if announcement.text != said["was"]:
        await broadcasts.correct(scene.tx, announcement, said["was"], scene.person.id, scene.now)
    elif announcement.proposed_by == scene.person.id:
        await announcements.decided(scene.tx, announcement.id)
    await dialogues.put(scene.tx, scene.person.id, Dialogue(KIND, {"id": announcement.id}), scene.now)
    return [send(scene.rest.message, broadcast.ask_wording(announcement, broadcast.in_parts(announcement)))]


async def _goes_on(message: Message, scene: Scene) -> bool:
    """Whether it is the rest of the words that the person has just corrected."""
    said = scene.dialogue.data.get(_CORRECTED) or {}
    return scene.rest is not None and said.get("message") == message.message_id


async def _corrected(message: Message, scene: Scene, announcement: Announcement) -> None:
    """The words are taken. What they were is kept as long as a text may go on."""
    await dialogues.end(scene.tx, scene.person.id)
    if text_units(message.text or "") >= LEAST_PART:
        was = {"id": announcement.id, "message": message.message_id, "was": announcement.text}
        await dialogues.put(scene.tx, scene.person.id, Dialogue(data={_CORRECTED: was}), scene.now)


async def _to_manage(query: CallbackQuery, id: int, scene: Scene) -> Announcement | Sayings:
    """The announcement that this person may act on, or what they hear instead."""
    announcement = await within(scene, id)
    return announcement if announcement is not None else [toast(query, views.GONE, alert=True)]


async def _ask(query: CallbackQuery, asking: Asking, scene: Scene, announcement: Announcement) -> Sayings:
    """Asks once before something that cannot be taken back; or for the words."""
    tally = await recipients.tally(scene.tx, announcement.id)
    match asking:
        case "wording":
            if announcement.wording is Wording.NONE:
                return [toast(query, broadcast.NO_WORDS, alert=True)]
            await _leave(query, scene)
            await listen(query, scene, KIND, id=announcement.id, since=announcement.proposal_mark)
            return [edit(query, broadcast.ask_wording(announcement))]
        case "repeating":
            reach = await afterwards.to_repeat(scene.tx, announcement.id, scene.now)
            if not reach.addressees:
                return [toast(query, broadcast.NOBODY_SILENT, alert=True), *await _card(query, scene, announcement)]
            return await _instead(query, scene, broadcast.ask_repeat(announcement, reach, _night(scene)))
        case "retrying":
            reach = await missed_and_reachable(scene.tx, announcement, scene.person, scene.now)
            if not reach.addressees:
                return [toast(query, broadcast.NOBODY_REACHABLE, alert=True), *await _card(query, scene, announcement)]
            return await _instead(query, scene, arrivals.ask_retry(announcement, reach, _night(scene)))
        case "stopping":
            return await _instead(query, scene, broadcast.ask_stop(announcement, tally))
        case "deleting":
            return await _instead(
                query, scene, broadcast.ask_delete(announcement, tally, messenger_of(scene.person.id))
            )


async def _instead(query: CallbackQuery, scene: Scene, screen: Screen) -> Sayings:
    """Shows the screen in place of the card."""
    await _leave(query, scene)
    return [edit(query, screen)]


def _night(scene: Scene) -> list[str]:
    """The warning that nobody works now, if so."""
    return views.night(scene.catalog.calendar, scene.now, scene.now)


async def _act(
    query: CallbackQuery, acting: Acting, scene: Scene, announcement: Announcement, *, at_night: bool
) -> Sayings:
    if _cannot_go_on(acting, announcement):
        return [toast(query, broadcast.LOST, alert=True)]
    instead = await _before_sending(query, acting, scene, announcement, at_night=at_night)
    if instead is not None:
        return instead
    done, said = await _act_upon(acting, scene, announcement)
    after = await announcements.get(scene.tx, announcement.id)
    assert after is not None
    if not done:
        return [toast(query, _why_not(after), alert=True), *await _card(query, scene, after)]
    return [*([toast(query, said)] if said else []), *await _card(query, scene, after)]


async def _before_sending(
    query: CallbackQuery, acting: Acting, scene: Scene, announcement: Announcement, *, at_night: bool
) -> Sayings | None:
    """What stands against more copies: nobody has agreed to it, it is night, or they have just been sent."""
    if acting not in ("resume", "repeat", "retry"):
        return None
    consent = scene.installation.announcement_approval
    bounds = await matters.bounds(scene.tx, announcement, scene.person)
    if consent and not announcement.agreed_to(bounds):
        return [toast(query, approving_views.NEVER_AGREED, alert=True)]
    if acting == "repeat":
        last = await afterwards.repeated_at(scene.tx, announcement.id)
        if last is not None and scene.now - last < _REPEATED:
            said = broadcast.REPEATED.format(at=f"{last.astimezone(scene.zone):%H:%M}")
            return [toast(query, said, alert=True), *await _card(query, scene, announcement)]
    if at_night or not _night(scene):
        return None
    match acting:
        case "repeat":
            return await _ask(query, "repeating", scene, announcement)
        case "retry":
            return await _ask(query, "retrying", scene, announcement)
        case _:
            tally = await recipients.tally(scene.tx, announcement.id)
            return await _instead(query, scene, broadcast.ask_resume(announcement, tally, _night(scene)))


def _cannot_go_on(acting: Acting, announcement: Announcement) -> bool:
    """Whether nobody else can get it: what is copied is gone, and the bot has no words of its own to send instead."""
    match acting:
        case "resume" | "retry":
            return not announcement.can_be_copied
        case "repeat":
            return not announcement.can_be_copied or not announcement.acknowledge
        case "pause" | "stop" | "delete":
            return False


async def _act_upon(acting: Acting, scene: Scene, announcement: Announcement) -> tuple[bool, str]:
    """Whether it could still be done, and the word about it."""
    tx, me, now = scene.tx, scene.person.id, scene.now
    match acting:
        case "pause":
            return await broadcasts.pause(tx, announcement.id, me, now), broadcast.PAUSED
        case "resume":
            return await broadcasts.resume(tx, announcement.id, me, now), broadcast.RESUMED
        case "stop":
            return await broadcasts.stop(tx, announcement.id, me, now), broadcast.STOPPED
        case "delete":
            return await broadcasts.withdraw(tx, announcement.id, me, now) is not None, broadcast.WITHDRAWN
        case "repeat":
            return await afterwards.again(tx, announcement.id, me, now) is not None, ""
        case "retry":
            limits = await matters.bounds(tx, announcement, scene.person)
            return await afterwards.retry(tx, announcement.id, limits, me, now) is not None, ""


async def _card(query: CallbackQuery, scene: Scene, announcement: Announcement) -> Sayings:
    """Shows the card in the pressed message; an author's card is kept up to date from then on."""
    message = query.message.message_id if query.message is not None else None
    mine = announcement.by_id == scene.person.id
    if announcement.state is AnnouncementState.DRAFT:
        values = {"step": "draft", "id": announcement.id, "screen": message}
        await dialogues.put(scene.tx, scene.person.id, Dialogue(draft.KIND, values), scene.now)
    else:
        await _leave(query, scene)
        if mine and message is not None:
            await announcements.follow(scene.tx, announcement.id, message)
    consent = scene.installation.announcement_approval
    screen = await draw(scene.tx, announcement, scene.catalog, scene.now, scene.person.id, needs_consent=consent)
    return [edit(query, screen)]


async def _leave(query: CallbackQuery, scene: Scene) -> None:
    """Leaves the card: its message shows something else now, and what was to be typed is not waited for."""
    if query.message is not None:
        await announcements.unfollow(scene.tx, scene.person.id, query.message.message_id)
    if scene.dialogue.kind in (KIND, draft.KIND, approving.KIND):
        await dialogues.end(scene.tx, scene.person.id)


def _why_not(announcement: Announcement) -> str:
    match announcement.state:
        case AnnouncementState.WITHDRAWN:
            return broadcast.WITHDRAWN
        case AnnouncementState.DONE | AnnouncementState.STOPPED:
            return broadcast.OVER
        case AnnouncementState.DRAFT | AnnouncementState.APPROVAL | AnnouncementState.SCHEDULED:
            return views.NOT_NOW
        case AnnouncementState.SENDING | AnnouncementState.PAUSED | AnnouncementState.CANCELLED:
            return views.NOT_NOW


def _standing(announcement: Announcement | None) -> Screen:
    return Screen(views.GONE if announcement is None else _why_not(announcement))
