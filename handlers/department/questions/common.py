"""What the conversations about one-off questions share: whose a question is, and where a screen is shown."""

from dataclasses import replace
from typing import Any

from aiogram.types import CallbackQuery, Message

from bot.delivery.sayings import Delete, Saying
from bot.domain.desk.audience import Audience
from bot.domain.ledger.control import Counts
from bot.domain.ledger.obligation import Round
from bot.domain.screen import Screen
from bot.letters.audience import words_of
from bot.storage.desk import questions, second_thoughts
from bot.storage.desk.questions import Stored
from bot.storage.ledger import rounds
from bot.storage.ledger.control import control
from bot.storage.people import audiences
from bot.storage.post import dialogues
from bot.storage.post.dialogues import Dialogue
from bot.views.department.questions import lists
from bot.views.department.questions import questions as views
from handlers.department.common import shown
from handlers.saying import Sayings, answer, edit, send, toast
from handlers.scene import Scene

KIND = "question"


async def mine(scene: Scene, question_id: int) -> Stored | None:
    """The draft, if it is this person's own."""
    stored = await questions.get(scene.tx, question_id)
    return stored if stored is not None and stored.is_draft and stored.by_id == scene.person.id else None


async def change(scene: Scene, question_id: int, **changes: Any) -> bool:
    """Changes a draft; False if it is no draft of this person's any more."""
    by = scene.person.id
    edited = await questions.edit(scene.tx, question_id, by, scene.now, lambda question: replace(question, **changes))
    return edited is not None


async def gone(query: CallbackQuery, scene: Scene, question_id: int) -> Sayings:
    """Says that the question was sent or removed meanwhile, and shows what became of it."""
    stored = await visible(scene, question_id)
    after = await show(scene, stored) if stored is not None else await home_screen(scene, 0)
    return [toast(query, views.GONE, alert=True), edit(query, after)]


async def vanished(message: Message, scene: Scene) -> Sayings:
    """Says, to what was typed, that the question was sent or removed meanwhile."""
    await dialogues.end(scene.tx, scene.person.id)
    return onward(message, scene, await home_screen(scene, 0, views.GONE))


async def refused(message: Message, scene: Scene, why: Screen) -> Sayings:
    """Says why what was typed does not fit, and goes on waiting."""
    said = {**scene.dialogue.data, "refused": True}
    await dialogues.put(scene.tx, scene.person.id, Dialogue(KIND, said), scene.now)
    return [answer(message, why)]


def onward(message: Message, scene: Scene, screen: Screen) -> list[Saying]:
    """Shows the screen after something was typed; if the first try did not fit, below what was said about that."""
    said = scene.dialogue.data
    if said.get("refused") and said.get("screen") is not None:
        return [Delete(message.chat.id, said["screen"]), send(message, screen)]
    return shown(message, scene, screen)


async def proceed(message: Message, scene: Scene, question_id: int, note: str = "") -> Sayings:
    """Ends the conversation, since what was typed is kept, and shows the draft."""
    await dialogues.end(scene.tx, scene.person.id)
    return onward(message, scene, await card(scene, question_id, note))


async def card(scene: Scene, question_id: int, note: str = "") -> Screen:
    """The draft as it is now."""
    stored = await questions.get(scene.tx, question_id)
    assert stored is not None
    return views.card(await draw(scene, stored), note)


async def draw(scene: Scene, stored: Stored) -> views.Draft:
    """The question with what its screens need to know."""
    audience = stored.question.audience
    if not stored.is_draft:
        # Of what others have chosen beyond the limits neither names nor numbers are told.
        audience = await audiences.narrowed(scene.tx, audience, scene.person.limits)
    question = replace(stored.question, audience=audience)
    count = 0 if audience.is_nobody else await audiences.size(scene.tx, audience, scene.person.limits)
    chosen, about = await words_of(scene.tx, audience, scene.person)
    return views.Draft(stored.id, question, scene.catalog, scene.now, count, chosen, about)


async def show(scene: Scene, stored: Stored, note: str = "") -> Screen:
    """The screen of a draft, a template, or a question that was asked."""
    draft = await draw(scene, stored)
    if stored.is_template:
        return views.template(draft, stored.by_name, may_remove=await may_remove(scene, stored))
    opened = await rounds.get(scene.tx, stored.round_id) if stored.round_id is not None else None
    if opened is None:
        return views.card(draft, note)
    counts = await control.counts(scene.tx, [opened.id], scene.person.limits, scene.now)
    asked = counts.get(opened.id, Counts())
    runs = await second_thoughts.is_running(scene.tx, opened, scene.now)
    ends = await may_end(scene, opened)
    return views.asked(draft, opened, asked, stored.by_name, may_end=ends, runs=runs, note=note)


async def may_end(scene: Scene, opened: Round) -> bool:
    """Whether this person may correct the question, end it, or take it back: all of it is their matter."""
    return await second_thoughts.is_wholly_within(scene.tx, opened, scene.person.limits)


async def visible(scene: Scene, question_id: int) -> Stored | None:
    """The question, if this person may see it: a draft of theirs; a template, or what was asked, within the limits."""
    stored = await questions.get(scene.tx, question_id)
    if stored is None or (stored.is_draft and stored.by_id != scene.person.id):
        return None
    if stored.round_id is None:
        return stored if stored.is_draft or await _may_use(scene, stored) else None
    opened = await rounds.get(scene.tx, stored.round_id)
    return stored if opened is not None and await rounds.within(scene.tx, [opened], scene.person.limits) else None


async def _may_use(scene: Scene, template: Stored) -> bool:
    """Whether the template is a matter of this person's: their own, or of their topics and meant for some of theirs."""
    question, limits = template.question, scene.person.limits
    if template.by_id == scene.person.id or limits.are_none:
        return True
    if question.topic and question.topic not in topics_of(scene):
        return False
    part = await audiences.narrowed(scene.tx, question.audience, limits)
    return question.audience.is_nobody or not part.is_nobody


async def may_remove(scene: Scene, template: Stored) -> bool:
    """Whether this person may remove the template: it is theirs, or meant for nobody beyond their limits."""
    audience, limits = template.question.audience, scene.person.limits
    if template.by_id == scene.person.id or limits.are_none:
        return True
    return not audience.is_nobody and audience == await audiences.narrowed(scene.tx, audience, limits)


async def _templates(scene: Scene) -> list[Stored]:
    return [stored for stored in await questions.templates(scene.tx) if await _may_use(scene, stored)]


async def home_screen(scene: Scene, page: int, note: str = "") -> Screen:
    """The section's first screen."""
    drafts = [_item(stored) for stored in await questions.drafts(scene.tx, scene.person.id)]
    templates = await _templates(scene)
    sent = await questions.sent(scene.tx, scene.person.limits)
    return lists.home(drafts, page, len(templates), len(sent), scene.zone, note)


async def list_screen(scene: Scene, what: str, page: int) -> Screen:
    """Templates, or questions that were asked."""
    if what == "templates":
        return lists.templates([_item(stored) for stored in await _templates(scene)], page, scene.zone)
    sent = await questions.sent(scene.tx, scene.person.limits)
    asked = await control.open_of(scene.tx, [stored.round_id for stored in sent if stored.round_id is not None])
    counts = await control.counts(scene.tx, asked, scene.person.limits, scene.now)
    items = [replace(_item(stored), counts=counts.get(stored.round_id or 0)) for stored in sent]
    return lists.sent(items, page, scene.now, scene.zone)


def _item(stored: Stored) -> lists.Item:
    return lists.Item(stored.id, stored.question, stored.updated_at)


def of_others(scene: Scene, audience: Audience) -> Audience:
    """The audience without the department itself, which «все организации» once meant too."""
    return replace(audience, but=scene.catalog.own_types) if audience.everyone else audience


def topics_of(scene: Scene) -> list[str]:
    """Topics within this person's limits."""
    limits = scene.person.limits.topics
    return [topic_id for topic_id in scene.catalog.topics if not limits or topic_id in limits]
