"""What pressing and typing have in common: rights, the draft, the screen that follows, and where it is shown."""

from datetime import date, datetime

from aiogram.types import CallbackQuery

from bot.delivery.sayings import Delete, Saying
from bot.domain import drafting, form
from bot.domain.catalog import Catalog
from bot.domain.member import Person
from bot.domain.obligation import Draft, DraftStep, Obligation, ObligationState
from bot.domain.screen import Screen
from bot.storage import dialogues, drafts, obligations, people, replies
from bot.storage.dialogues import Dialogue
from bot.storage.engine import Tx
from bot.views import form as views
from bot.views.letters import card as draw

# The conversation of somebody who has a form open: what they type belongs to it.
KIND = "form"


async def owned(tx: Tx, person: Person, obligation_id: int, now: datetime) -> Obligation | None:
    """The obligation if it is this person's to answer now; a shown button is no proof. Notes that it was seen."""
    found = await obligations.of_person(tx, person.id, obligation_id)
    if found is not None and found.seen_at is None:
        await obligations.seen(tx, found.id, person.id, now)
    return found


def takes_answers(obligation: Obligation, now: datetime) -> bool:
    """Whether an answer may be given or changed."""
    final = obligation.state in (ObligationState.EXCUSED, ObligationState.ACCEPTED)
    return not final and not obligation.is_closed(now)


def is_complete(obligation: Obligation, draft: Draft) -> bool:
    """Whether the draft may be sent as its preview shows it."""
    if draft.step is not DraftStep.PREVIEW:
        return False
    if draft.not_ours:
        return True
    directive, key = obligation.round.directive, obligation.round.key
    return not form.missing(directive, key, draft.values) and not form.broken_checks(directive, key, draft.values)


async def draft(tx: Tx, person: Person, obligation: Obligation) -> Draft:
    """The person's draft, or a new one over what was answered."""
    kept = await drafts.get(tx, person.id, obligation.id)
    if kept is not None:
        return kept
    newest = await replies.newest(tx, obligation.id) if obligation.version else None
    return drafting.begin(person.id, obligation, newest)


async def keep(tx: Tx, moved: Draft, now: datetime) -> None:
    """Keeps the draft and makes its form the one that typed words belong to."""
    await drafts.put(tx, moved, now)
    await dialogues.put(tx, moved.person_id, Dialogue(KIND, {"obligation": moved.obligation_id}), now)


async def focus(tx: Tx, person: Person, query: CallbackQuery, obligation: Obligation, now: datetime) -> None:
    """The pressed message is the obligation's form, and what is typed next belongs to it."""
    await dialogues.put(tx, person.id, Dialogue(KIND, {"obligation": obligation.id}), now)
    if query.message is not None:
        await drafts.remember_message(tx, person.id, query.message.message_id, obligation.id)


async def screen(
    tx: Tx,
    person: Person,
    obligation: Obligation,
    catalog: Catalog,
    now: datetime,
    month: date | None = None,
) -> Screen:
    """The request as it stands for this person."""
    card = await draw(tx, obligation, catalog, now, person.id)
    if obligation.state is ObligationState.EXCUSED:
        return views.excused(card)
    if takes_answers(obligation, now):
        kept = await drafts.get(tx, person.id, obligation.id)
        if kept is not None:
            return views.of_draft(card, kept, month)
        return views.request(card) if obligation.is_unanswered else views.accepted(card)
    return views.accepted(card) if obligation.version else views.closed(card)


async def tidy(tx: Tx, person: Person, query: CallbackQuery, now: datetime) -> list[Saying]:
    """Takes the standing reminder away when nothing is left to be reminded of."""
    standing = await people.reminder_message(tx, person.id)
    if standing is None or await obligations.to_remind(tx, person.id, now):
        return []
    await people.set_reminder_message(tx, person.id, None)
    # The form may have been opened in the reminder itself: then it says what was accepted.
    if query.message is not None and query.message.message_id == standing:
        return []
    return [Delete(person.id, standing)]
