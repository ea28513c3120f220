"""A second person agrees to an announcement, or returns it; and whose matter an announcement is."""

from typing import Any

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from bot.domain.desk.announcement import Announcement, AnnouncementState
from bot.domain.letter import LetterKind
from bot.domain.people.member import Limits, Person, Right
from bot.domain.screen import Screen
from bot.letters.announcement_card import composed
from bot.storage.desk import announcements, broadcasts, matters
from bot.storage.people import people, staff
from bot.storage.post import dialogues, letters
from bot.views.callbacks.announcements import Agree, AgreeTo, AgreeToWords
from bot.views.department.announcements import approving as views
from bot.views.department.announcements import broadcast
from bot.views.department.announcements.composing import NOBODY, Composed
from bot.views.department.control.answer import COMMENT
from handlers.department.common import listen, shown
from handlers.rights import register
from handlers.saying import Sayings, Talking, edit, toast
from handlers.scene import Scene

KIND = "approving"


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="approving")
    register(router.callback_query, agree, AgreeTo.filter(), rights=Right.CURATE)
    register(router.callback_query, agree_to_words, AgreeToWords.filter(), rights=Right.CURATE)
    register(router.callback_query, show_again, Agree.filter(F.agree), rights=Right.CURATE)
    register(router.callback_query, ask_comment, Agree.filter(), rights=Right.CURATE)
    register(
        router.message, take_comment, Talking(KIND, "comment"), F.text, ~F.text.startswith("/"), rights=Right.CURATE
    )
    return router


async def agree(query: CallbackQuery, callback_data: AgreeTo, scene: Scene) -> Sayings:
    """«Согласовать»: exactly what was shown goes, or waits for its time. The first of two who decide does."""
    announcement = await _to_decide(query, callback_data.id, scene)
    if not isinstance(announcement, Announcement):
        return announcement
    author = await people.get(scene.tx, announcement.by_id) if announcement.by_id is not None else None
    if author is None or not author.may_curate:
        return [toast(query, views.AUTHOR_GONE, alert=True)]
    card = await _card(scene, announcement)
    if callback_data.mark != card.mark:
        return [toast(query, views.CHANGED, alert=True), edit(query, views.approval(card))]
    if not card.reach.addressees:
        return [toast(query, NOBODY, alert=True)]
    me, now, calendar = scene.person.id, scene.now, scene.catalog.calendar
    opens = calendar.next_work_moment_of_all(now)
    send_at = announcement.send_at if announcement.send_at is not None and announcement.send_at > now else None
    if send_at is None and opens > now:
        # Its author may have sent it in working hours, and asked for no other.
        if not callback_data.at:
            return [edit(query, views.ask_night(card, opens))]
        send_at = opens if callback_data.at == "morning" else None
    if not await announcements.move(
        scene.tx, announcement.id, [AnnouncementState.APPROVAL], AnnouncementState.SCHEDULED, me, now,
        approved_by=me, approved_at=now, send_at=send_at, submitted=_agreed(announcement, author.limits),
    ):  # fmt: skip
        return [toast(query, views.DECIDED), edit(query, views.already_decided(announcement.id))]
    await announcements.asked_no_more(scene.tx, announcement.id, me, now)
    if send_at is None:
        before = [AnnouncementState.SCHEDULED]
        await broadcasts.start(scene.tx, announcement, author.limits, me, now, before=before)
    await letters.write(scene.tx, LetterKind.PROGRESS, [author.id], now, announcement=announcement.id, new=True)
    return [edit(query, views.approved(announcement, scheduled=send_at is not None))]


def _agreed(announcement: Announcement, limits: Limits) -> dict[str, Any]:
    return {**(announcement.submitted or {}), "now": announcement.matter(limits)}


async def show_again(query: CallbackQuery, callback_data: Agree, scene: Scene) -> Sayings:
    """«Согласовать» of a card that did not say to what: shows it as it is now."""
    announcement = await _to_decide(query, callback_data.id, scene)
    if not isinstance(announcement, Announcement):
        return announcement
    return [toast(query, views.CHANGED, alert=True), edit(query, views.approval(await _card(scene, announcement)))]


async def agree_to_words(query: CallbackQuery, callback_data: AgreeToWords, scene: Scene) -> Sayings:
    """A second person agrees to corrected words of what has been sent, exactly those that were shown, or refuses."""
    announcement = await within(scene, callback_data.id)
    if announcement is None or announcement.proposed is None or not announcement.state.is_sent_off:
        return [toast(query, views.DECIDED), edit(query, views.already_decided(callback_data.id))]
    if announcement.proposed_by == scene.person.id:
        return [toast(query, views.OWN_WORDS, alert=True)]
    proposer = await people.get(scene.tx, announcement.proposed_by) if announcement.proposed_by is not None else None
    if callback_data.mark != announcement.proposal_mark:
        card = edit(query, views.words(announcement, proposer.name if proposer is not None else ""))
        # The announcement's card leads here without having shown any.
        return [toast(query, views.CHANGED, alert=True), card] if callback_data.mark else [card]
    still_may = proposer is not None and await may_say(scene, announcement, proposer)
    if callback_data.agree and not still_may:
        return [toast(query, views.AUTHOR_GONE, alert=True)]
    if not await may_say(scene, announcement, scene.person):
        # Their own is theirs to look at, however their limits were narrowed since.
        return [toast(query, broadcast.BEYOND, alert=True)]
    tx, now = scene.tx, scene.now
    await announcements.decided(tx, announcement.id)
    await announcements.asked_no_more(tx, announcement.id, scene.person.id, now)
    if callback_data.agree:
        await broadcasts.correct(tx, announcement, announcement.proposed["text"], scene.person.id, now)
    if proposer is not None and still_may:
        words = callback_data.agree
        await letters.write(tx, LetterKind.APPROVAL, [proposer.id], now, announcement=announcement.id, words=words)
    after = await announcements.get(tx, announcement.id) or announcement
    return [edit(query, views.words_decided(after, agreed=callback_data.agree))]


async def propose(scene: Scene, announcement: Announcement, text: str) -> bool:
    """Asks for somebody's consent to corrected words; False if there is nobody to ask."""
    asked = await approvers(scene, announcement, but=scene.person.id)
    if not asked:
        return False
    tx, now, me, before = scene.tx, scene.now, scene.person.id, announcement.proposed_by
    if await announcements.propose(tx, announcement.id, text, me, now):
        await letters.write(tx, LetterKind.APPROVAL, asked, now, announcement=announcement.id, proposed=True)
        if before is not None and before != me:
            # Nobody decides about those words any more.
            await letters.write(tx, LetterKind.APPROVAL, [before], now, announcement=announcement.id, replaced_by=me)
    return True


async def ask_comment(query: CallbackQuery, callback_data: Agree, scene: Scene) -> Sayings:
    """«Вернуть» asks what is to be changed."""
    announcement = await _to_decide(query, callback_data.id, scene)
    if not isinstance(announcement, Announcement):
        return announcement
    await listen(query, scene, KIND, step="comment", id=announcement.id)
    return [edit(query, views.ask_comment(announcement))]


async def take_comment(message: Message, scene: Scene) -> Sayings:
    """Takes the comment, and returns the announcement to its author with it."""
    announcement = await within(scene, scene.dialogue.data["id"])
    if (
        announcement is None
        or announcement.state is not AnnouncementState.APPROVAL
        or announcement.by_id == scene.person.id
    ):
        await dialogues.end(scene.tx, scene.person.id)
        return shown(message, scene, await _nothing_to_decide(scene, scene.dialogue.data["id"]))
    comment = (message.text or "").strip()
    if len(comment) not in COMMENT:
        return shown(message, scene, views.ask_comment(announcement, again=True))
    await dialogues.end(scene.tx, scene.person.id)
    before, me = [AnnouncementState.APPROVAL], scene.person.id
    await announcements.move(scene.tx, announcement.id, before, AnnouncementState.DRAFT, me, scene.now)
    await announcements.asked_no_more(scene.tx, announcement.id, me, scene.now)
    if announcement.by_id is not None:
        author = [announcement.by_id]
        await letters.write(
            scene.tx, LetterKind.APPROVAL, author, scene.now, announcement=announcement.id, comment=comment
        )
    return shown(message, scene, views.returned())


async def within(scene: Scene, id: int) -> Announcement | None:
    """The announcement, if it is a matter of this staff member's; a draft is its author's alone."""
    announcement = await announcements.get(scene.tx, id)
    theirs = announcement is not None and await matters.is_theirs(scene.tx, announcement, scene.person)
    return announcement if theirs else None


async def approvers(scene: Scene, announcement: Announcement, *, but: int | None) -> list[int]:
    """The staff who may agree to it: all whose limits cover the whole audience, `but` whoever asks for it."""
    members = [person for person in await staff.members(scene.tx) if person.id != but]
    return [person.id for person in members if await may_say(scene, announcement, person)]


async def may_say(scene: Scene, announcement: Announcement, person: Person) -> bool:
    """Whether the person may say something to all whom it went to, or goes: limits may have been narrowed since."""
    return person.may_curate and await matters.is_within(scene.tx, announcement, person.limits)


async def _card(scene: Scene, announcement: Announcement) -> Composed:
    return await composed(scene.tx, announcement, scene.catalog, scene.now, scene.person.id, needs_consent=True)


async def _nothing_to_decide(scene: Scene, asked: int) -> Screen:
    """What whoever would decide hears: it is its author's again, or somebody has decided."""
    announcement = await announcements.get(scene.tx, asked)
    is_draft = announcement is None or announcement.state is AnnouncementState.DRAFT
    return views.withdrawn() if is_draft else views.already_decided(asked)


async def _to_decide(query: CallbackQuery, asked: int, scene: Scene) -> Announcement | Sayings:
    """The announcement that this person may decide about now, or what they hear instead."""
    announcement = await within(scene, asked)
    if announcement is None or announcement.state is not AnnouncementState.APPROVAL:
        return [toast(query, views.DECIDED), edit(query, await _nothing_to_decide(scene, asked))]
    if announcement.by_id == scene.person.id:
        return [toast(query, views.OWN, alert=True)]
    return announcement
