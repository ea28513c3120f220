"""Letters that ask an organization for its answers."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.catalog.catalog import Catalog
from bot.domain.desk.sources import in_groups
from bot.domain.ledger import extension as rules
from bot.domain.ledger.extension import Asking
from bot.domain.ledger.obligation import Extension, Obligation
from bot.domain.letter import Letter
from bot.domain.screen import Amend, Rendered
from bot.letters import recipient
from bot.letters.card import as_it_stands, draw, draw_each
from bot.storage.engine.database import Tx
from bot.storage.ledger import addressing, drafts, extensions, obligations, openings
from bot.storage.people import people, seats
from bot.storage.post import dialogues, letters
from bot.views.heads import extending, form, rewording, tasks
from bot.views.heads.card import Card


async def new(tx: Tx, letter: Letter, catalog: Catalog, now: datetime) -> Rendered | None:
    """Asks what has opened: a single request with its first question, several as a list."""
    return (await new_each(tx, [letter], {letter.id: catalog}, now))[letter.id]


async def new_each(
    tx: Tx, letters: Sequence[Letter], catalogs: Mapping[int, Catalog], now: datetime
) -> dict[int, Rendered | None]:
    """The same for each of the letters, by its id: all is looked up together, since a round asks thousands.

    `catalogs`: the catalog as the letter's reader sees it, by the letter's id.
    """
    known = await people.each(tx, {letter.person_id for letter in letters})
    listening = [person.id for person in known.values() if not person.is_quiet(now)]
    to_ask = await addressing.to_ask_each(tx, listening, now) if listening else {}
    single = [(person_id, owed[0]) for person_id, owed in to_ask.items() if len(owed) == 1]
    readers = {letter.person_id: catalogs[letter.id] for letter in letters}
    cards = await draw_each(tx, single, readers, now) if single else {}
    lists = {person_id: owed for person_id, owed in to_ask.items() if len(owed) > 1}
    several = await seats.of_several(tx, list(lists))
    # Only what somebody has seen already can have been asked about.
    seen = [obligation for owed in lists.values() for obligation in owed if obligation.seen_at is not None]
    asked = await extensions.of_obligations(tx, seen, now) if seen else {}
    return {
        letter.id: _request(
            letter.person_id,
            to_ask.get(letter.person_id, []),
            cards,
            catalogs[letter.id],
            now,
            asked,
            several=letter.person_id in several,
        )
        for letter in letters
    }


def _request(
    person_id: int,
    to_ask: list[Obligation],
    cards: Mapping[tuple[int, int], Card],
    catalog: Catalog,
    now: datetime,
    asked: Mapping[int, Extension],
    *,
    several: bool,
) -> Rendered | None:
    if not to_ask:
        return None
    ids = tuple(obligation.id for obligation in to_ask)
    if len(to_ask) == 1:
        return Rendered(form.request(cards[person_id, ids[0]]), asks=ids, card=ids[0])
    listed = tasks.new_requests(_grouped(to_ask, catalog), now, catalog.calendar, asked, several=several)
    return Rendered(listed, asks=ids)


def _grouped(listed: Sequence[Obligation], catalog: Catalog) -> Sequence[Obligation]:
    """By the documents that they come from; whoever has to do with one reads of none."""
    return in_groups(listed, lambda obligation: obligation.round.directive, catalog, present=False)


async def reminder(tx: Tx, letter: Letter, catalog: Catalog, now: datetime) -> Rendered | None:
    """Lists all that is unanswered, once a day, in place of the reminder before. What is new comes as a request."""
    if await recipient.listening(tx, letter, now) is None:
        return None
    reminded_at = await letters.last_reminded(tx, letter.person_id)
    if reminded_at is not None and not catalog.calendar.is_same_day(reminded_at, now):
        reminded_at = None
    unanswered = await addressing.to_remind(
        tx,
        letter.person_id,
        now,
        since=letter.created_at,
        reminded_at=reminded_at,
        unasked_too=not await letters.will_be_asked(tx, letter.person_id),
    )
    if not unanswered:
        return None
    filled = await drafts.filled_in(tx, letter.person_id, unanswered)
    asked = await extensions.of_obligations(tx, unanswered, now)
    several = bool(await seats.of_several(tx, [letter.person_id]))
    return Rendered(
        tasks.reminder(_grouped(unanswered, catalog), now, catalog.calendar, filled, asked, several=several),
        replaces=await people.reminder_message(tx, letter.person_id),
        is_reminder=True,
    )


async def press_again(tx: Tx, letter: Letter, catalog: Catalog, now: datetime) -> Rendered | None:
    """Presses of an outage are gone: the form as it stands, unless its person has gone on meanwhile."""
    if await recipient.listening(tx, letter, now) is None:
        return None
    if await openings.since(tx, letter.person_id, letter.created_at):
        return None
    which = letter.data.get("obligation")
    obligation = await obligations.of_person(tx, letter.person_id, which) if which is not None else None
    if obligation is None or (await dialogues.get(tx, letter.person_id)).takes_words:
        return Rendered(form.press_again(None))
    draft = await drafts.get(tx, letter.person_id, obligation.id)
    if not obligation.takes_answers(now) or (draft is None and not obligation.is_unanswered):
        return None
    card = await draw(tx, obligation, catalog, now, letter.person_id)
    return Rendered(form.press_again(as_it_stands(card, draft)), card=obligation.id)


async def unsent(tx: Tx, letter: Letter, catalog: Catalog, now: datetime) -> Rendered | None:
    """A correction waits for «Отправить», or has waited too long: to its author."""
    if await recipient.listening(tx, letter, now) is None:
        return None
    obligation = await obligations.of_person(tx, letter.person_id, letter.data["obligation"])
    if obligation is None or obligation.left_at is not None or obligation.is_closed(now) is not letter.data["closed"]:
        return None
    card = await draw(tx, obligation, catalog, now, letter.person_id)
    if letter.data["closed"]:
        return Rendered(form.not_corrected(card))
    draft = await drafts.get(tx, letter.person_id, obligation.id)
    return Rendered(form.to_be_corrected(card, draft)) if draft is not None else None


async def redrawn(tx: Tx, letter: Letter, catalog: Catalog, now: datetime) -> Rendered | None:
    """The form that stands in the chat, as things are now."""
    obligation = await obligations.of_person(tx, letter.person_id, letter.data["obligation"])
    forms = await drafts.forms(tx, letter.person_id, letter.data["obligation"])
    if obligation is None or not forms:
        return None
    dialogue = await dialogues.get(tx, letter.person_id)
    card = await draw(tx, obligation, catalog, now, letter.person_id)
    if dialogue.takes_words and dialogue.data.get("obligation") == obligation.id and obligation.takes_answers(now):
        if dialogue.kind == dialogues.EXTENSION and obligation.is_unanswered:
            calendar = catalog.calendar.of(obligation.organization_territory)
            offers = rules.offers(calendar, obligation.due_at, now)
            return Rendered(Amend(forms[-1], extending.as_it_stands(card, offers, Asking.of(dialogue.data))))
        # That message asks something else about it; the form is drawn after that.
        return None
    kept = await drafts.get(tx, letter.person_id, obligation.id)
    return Rendered(Amend(forms[-1], as_it_stands(card, kept)))


async def reworded(tx: Tx, letter: Letter, catalog: Catalog, now: datetime) -> Rendered | None:
    """Tells a head that the question has other words: with its form, or that the answer is kept."""
    if await recipient.listening(tx, letter, now) is None:
        return None
    obligation = await obligations.of_person(tx, letter.person_id, letter.data["obligation"])
    if obligation is None or not obligation.takes_answers(now):
        return None
    if obligation.round.directive.prompt == letter.data["was"]:
        return None
    card = await draw(tx, obligation, catalog, now, letter.person_id)
    if not obligation.is_unanswered:
        return Rendered(rewording.answered(card, letter.data["was"]))
    if (await dialogues.get(tx, letter.person_id)).takes_words:
        # A form below would look as if what is typed next were its answer.
        return Rendered(rewording.aside(card, letter.data["was"]))
    kept = await drafts.get(tx, letter.person_id, obligation.id)
    shown = rewording.asked(as_it_stands(card, kept), letter.data["was"])
    forms = await drafts.forms(tx, letter.person_id, obligation.id)
    return Rendered(shown, card=obligation.id, replaces=forms[-1] if forms else None)
