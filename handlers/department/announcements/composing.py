"""An announcement before it goes off: whom it is for, when it goes, until when it is current."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from bot.domain.desk.announcement import (
    Announcement,
    AnnouncementState,
    at_morning,
    at_tomorrow,
    in_office_hours,
)
from bot.domain.desk.audience import Audience
from bot.domain.fields.moments import BadMoment, MomentFault, end_of_day, read_last_day, read_moment
from bot.domain.letter import LetterKind
from bot.domain.people.member import Right
from bot.domain.screen import Screen
from bot.letters.announcement_card import composed
from bot.storage.desk import announcements, broadcasts
from bot.storage.post import dialogues, letters
from bot.storage.post.dialogues import Dialogue
from bot.views.callbacks.announcements import Compose, ShowCopy
from bot.views.department.announcements import composing as views
from bot.views.department.announcements.source import ask_message
from handlers.department.announcements import approving, draft, source
from handlers.department.announcements.draft import KIND, card, listen_to_draft, own_draft
from handlers.department.audience import Owner
from handlers.department.common import listen, shown
from handlers.rights import register
from handlers.saying import Sayings, Talking, edit, toast
from handlers.scene import Scene

# Days that «Неделя» and «Месяц» mean.
_WEEK, _MONTH = 7, 30

# What a screen of its own asks about a draft, and what a press changes at once.
Asking = Literal["replace", "forget", "when", "current"]
Changing = Literal["acknowledge", "now", "tomorrow", "morning", "office", "none", "week", "month"]


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="composing")
    router.include_routers(approving.setup(), source.setup())
    register(router.callback_query, preview, ShowCopy.filter(), rights=Right.CURATE)
    register(router.callback_query, compose, Compose.filter(), rights=Right.CURATE)
    typed = (F.text, ~F.text.startswith("/"))
    register(router.message, take_when, Talking(KIND, "when"), *typed, rights=Right.CURATE)
    register(router.message, take_current, Talking(KIND, "current"), *typed, rights=Right.CURATE)
    return router


async def preview(query: CallbackQuery, callback_data: ShowCopy, scene: Scene) -> Sayings:
    """«Проверить на себе», «Показать» send the person a copy as recipients will see it."""
    announcement = await approving.within(scene, callback_data.id)
    if announcement is None or announcement.state in (AnnouncementState.CANCELLED, AnnouncementState.WITHDRAWN):
        return [toast(query, views.GONE, alert=True)]
    me, key = [scene.person.id], str(announcement.id)
    await letters.write(scene.tx, LetterKind.PREVIEW, me, scene.now, dedup=key, announcement=announcement.id)
    if announcement.is_album and announcement.acknowledge:
        below = f"{key}:button"
        await letters.write(
            scene.tx, LetterKind.PREVIEW, me, scene.now, dedup=below, announcement=announcement.id, button=True
        )
    return [toast(query, views.PREVIEW_SENT)]


async def compose(query: CallbackQuery, callback_data: Compose, scene: Scene) -> Sayings:
    """Does what a draft's card offers, or takes back an announcement that waits."""
    if callback_data.do == "recall":
        return await _recall(query, callback_data.id, scene)
    announcement = await own_draft(scene, callback_data.id)
    if announcement is None:
        return [toast(query, views.GONE, alert=True), *await _as_it_is(query, callback_data.id, scene)]
    match callback_data.do:
        case "when" | "current" | "replace" | "forget":
            return await _ask(query, callback_data.do, scene, announcement)
        case "acknowledge" | "now" | "tomorrow" | "morning" | "office" | "none" | "week" | "month":
            return await _change(query, callback_data.do, scene, announcement)
        case "ask":
            return await _send_off(query, scene, announcement, sure=False)
        case "send" | "night" | "submit":
            return await _send_off(query, scene, announcement, sure=True, at_night=callback_data.do == "night")
        case "discard":
            return await _discard(query, scene, announcement)


async def take_when(message: Message, scene: Scene) -> Sayings:
    """Takes a typed moment at which it is to go."""
    calendar = scene.catalog.calendar

    def read() -> dict[str, datetime]:
        return {"send_at": read_moment(message.text or "", scene.now, scene.zone, calendar.work_begins)}

    return await _take_moment(message, scene, read, views.when)


async def take_current(message: Message, scene: Scene) -> Sayings:
    """Takes a typed day until which it is current."""

    def read() -> dict[str, datetime]:
        return {"current_until": read_last_day(message.text or "", scene.now, scene.zone)}

    return await _take_moment(message, scene, read, views.current)


async def _composed(scene: Scene, announcement: Announcement) -> views.Composed:
    consent = scene.installation.announcement_approval
    return await composed(scene.tx, announcement, scene.catalog, scene.now, scene.person.id, needs_consent=consent)


async def _ask(query: CallbackQuery, asking: Asking, scene: Scene, announcement: Announcement) -> Sayings:
    """Shows the screen on which it is chosen or typed, and listens for that."""
    step = {"replace": "message", "forget": "draft"}.get(asking, asking)
    await listen(query, scene, KIND, step=step, id=announcement.id)
    match asking:
        case "replace":
            return [edit(query, ask_message(instead=announcement.id))]
        case "forget":
            return [edit(query, views.discard(announcement))]
        case "when":
            return [edit(query, views.when(await _composed(scene, announcement)))]
        case "current":
            return [edit(query, views.current(await _composed(scene, announcement)))]


async def _change(query: CallbackQuery, changing: Changing, scene: Scene, announcement: Announcement) -> Sayings:
    await announcements.change(scene.tx, announcement.id, **_changes(changing, scene, announcement))
    await listen_to_draft(query, scene, announcement.id)
    return [edit(query, await card(scene, announcement.id))]


def _changes(changing: Changing, scene: Scene, announcement: Announcement) -> dict[str, Any]:
    """The columns that the press changes, with their values."""
    calendar, now = scene.catalog.calendar, scene.now
    match changing:
        case "acknowledge":
            return {"acknowledge": not announcement.acknowledge}
        case "now":
            return {"send_at": None}
        case "tomorrow":
            return {"send_at": at_tomorrow(calendar, now)}
        case "morning":
            return {"send_at": at_morning(calendar, now)}
        case "office":
            return {"send_at": in_office_hours(announcement, calendar, now) or announcement.send_at}
        case "none":
            return {"current_until": None}
        case "week":
            return {"current_until": _until(scene, announcement, _WEEK)}
        case "month":
            return {"current_until": _until(scene, announcement, _MONTH)}


async def _discard(query: CallbackQuery, scene: Scene, announcement: Announcement) -> Sayings:
    before, me = [AnnouncementState.DRAFT], scene.person.id
    await announcements.move(scene.tx, announcement.id, before, AnnouncementState.CANCELLED, me, scene.now)
    await dialogues.end(scene.tx, me)
    return [toast(query, views.DISCARDED), edit(query, await draft.home(scene))]


def _until(scene: Scene, announcement: Announcement, days: int) -> datetime:
    """The end of the day so many days after it goes."""
    goes = max(announcement.send_at or scene.now, scene.now).astimezone(scene.zone).date()
    return end_of_day(goes + timedelta(days=days), scene.zone).astimezone(UTC)


async def _take_moment(
    message: Message,
    scene: Scene,
    read: Callable[[], dict[str, Any]],
    draw: Callable[[views.Composed, MomentFault], Screen],
) -> Sayings:
    announcement = await own_draft(scene, scene.dialogue.data["id"])
    if announcement is None:
        await dialogues.end(scene.tx, scene.person.id)
        return shown(message, scene, Screen(views.GONE))
    try:
        moments = read()
    except BadMoment as bad:
        return shown(message, scene, draw(await _composed(scene, announcement), bad.fault))
    await announcements.change(scene.tx, announcement.id, **moments)
    values = {"step": "draft", "id": announcement.id}
    await dialogues.put(scene.tx, scene.person.id, Dialogue(KIND, values), scene.now)
    return shown(message, scene, await card(scene, announcement.id))


async def _send_off(
    query: CallbackQuery, scene: Scene, announcement: Announcement, *, sure: bool, at_night: bool = False
) -> Sayings:
    """«Отправить» asks once; then the announcement goes, or waits for its time or for somebody's consent.

    `at_night`: it was asked when nobody works; a yes of the day is none for the night.
    """
    if announcement.audience.is_nobody:
        return [toast(query, views.NOBODY_CHOSEN, alert=True)]
    if not announcement.can_be_copied:
        return [toast(query, views.LOST, alert=True)]
    drawn = await _composed(scene, announcement)
    if not drawn.reach.addressees:
        return [toast(query, views.NOBODY, alert=True)]
    if announcement.send_at is not None and announcement.send_at <= scene.now:
        await listen(query, scene, KIND, step="when", id=announcement.id)
        return [toast(query, views.PAST, alert=True), edit(query, views.when(drawn, MomentFault.PAST))]
    consent = scene.installation.announcement_approval
    approvers = await approving.approvers(scene, announcement, but=announcement.by_id) if consent else []
    if consent and not approvers:
        return [toast(query, views.NO_APPROVER, alert=True)]
    goes_now = announcement.send_at is None and not consent
    unasked = goes_now and not at_night and scene.catalog.calendar.next_work_moment_of_all(scene.now) > scene.now
    if not sure or unasked:
        return [edit(query, views.confirm(drawn))]
    tx, me, now, draft = scene.tx, scene.person.id, scene.now, [AnnouncementState.DRAFT]
    message = query.message.message_id if query.message is not None else None
    # The setting decides, not the button, which may be older than the last restart.
    if consent:
        submitted = announcement.to_submit(drawn.limits)
        moved = await announcements.move(
            tx, announcement.id, draft, AnnouncementState.APPROVAL, me, now, submitted=submitted
        )
        if moved:
            await letters.write(tx, LetterKind.APPROVAL, approvers, now, announcement=announcement.id)
    elif announcement.send_at is not None:
        moved = await announcements.move(tx, announcement.id, draft, AnnouncementState.SCHEDULED, me, now)
    else:
        moved = await broadcasts.start(tx, announcement, scene.person.limits, me, now, before=draft) is not None
    if not moved:
        return [toast(query, views.GONE, alert=True)]
    await dialogues.end(tx, me)
    if message is not None:
        await announcements.follow(tx, announcement.id, message)
    return [edit(query, await card(scene, announcement.id))]


async def _recall(query: CallbackQuery, id: int, scene: Scene) -> Sayings:
    """Makes it a draft again, before anybody has got it. An author whose announcement somebody else keeps back hears
    of it: it will not go at its time."""
    announcement = await approving.within(scene, id)
    if announcement is None:
        return [toast(query, views.NOT_NOW, alert=True), edit(query, await draft.home(scene))]
    me, now, author = scene.person.id, scene.now, announcement.by_id
    # Consent is refused with a comment by others, and taken back by the author alone.
    before = [AnnouncementState.SCHEDULED, *([AnnouncementState.APPROVAL] if author == me else [])]
    moved = await announcements.move(
        scene.tx, id, before, AnnouncementState.DRAFT, me, now, approved_by=None, approved_at=None
    )
    if not moved:
        return [toast(query, views.NOT_NOW, alert=True), *await _as_it_is(query, id, scene)]
    await announcements.asked_no_more(scene.tx, id, me, now)
    if author != me:
        if author is not None:
            await letters.write(scene.tx, LetterKind.APPROVAL, [author], now, announcement=id, recalled_by=me)
        # A draft is its author's alone: somebody else goes back to the list.
        return [toast(query, views.RECALLED), edit(query, await draft.home(scene))]
    await listen_to_draft(query, scene, id)
    return [edit(query, await card(scene, id))]


async def _as_it_is(query: CallbackQuery, id: int, scene: Scene) -> Sayings:
    """The card as it stands, in place of one that showed another state; nothing if it is not theirs to see."""
    announcement = await approving.within(scene, id)
    if announcement is None:
        return []
    if announcement.state is AnnouncementState.DRAFT:
        await listen_to_draft(query, scene, id)
    elif announcement.by_id == scene.person.id and query.message is not None:
        await announcements.follow(scene.tx, id, query.message.message_id)
    return [edit(query, await card(scene, id))]


async def _audience(scene: Scene, id: int) -> Audience | None:
    announcement = await own_draft(scene, id)
    return announcement.audience if announcement is not None else None


async def _save_audience(scene: Scene, id: int, chosen: Audience) -> bool:
    return await announcements.change(scene.tx, id, audience=chosen)


async def _after_audience(scene: Scene, id: int) -> Screen:
    values = {"step": "draft", "id": id}
    await dialogues.put(scene.tx, scene.person.id, Dialogue(KIND, values), scene.now)
    return await card(scene, id)


AUDIENCE = Owner(_audience, _save_audience, _after_audience)
