"""Acts upon many organizations of a round at once: reminds, moves the due date, decides."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from bot.domain.fields.field import Field, FieldKind
from bot.domain.fields.misfit import Misfit
from bot.domain.fields.moments import last_day, last_work_day
from bot.domain.fields.values import parse
from bot.domain.ledger.control import Part, There
from bot.domain.ledger.obligation import Obligation, Round
from bot.domain.people.member import Right
from bot.domain.screen import Screen
from bot.domain.timing import due_dates
from bot.domain.timing.calendar import WorkCalendar
from bot.domain.timing.elsewhere import in_territory
from bot.storage.ledger import addressing, decisions, obligations
from bot.storage.ledger.control import control
from bot.storage.post import dialogues
from bot.views.callbacks import packed_moment, unpacked, unpacked_moment
from bot.views.callbacks.control import Due, RemindIn, RemindNow, Together, TogetherIn
from bot.views.department.control import together as views
from bot.views.department.control.answer import Place, too_late
from handlers.department.common import listen, obligation_within, round_within, shown
from handlers.department.control.answer import screen_of
from handlers.department.control.control import AGAIN, name_of, round_screen, territory_of
from handlers.rights import denied, register
from handlers.saying import Sayings, Talking, edit, toast
from handlers.scene import Scene

_KIND = "control.due"
_NOT_COMMAND = ~F.text.startswith("/")
_DATE = Field("due", FieldKind.DATE, views.DUE_LABEL)


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="together")
    register(router.callback_query, remind, RemindNow.filter(), rights=Right.CURATE)
    register(router.callback_query, remind_in, RemindIn.filter(), rights=Right.CURATE)
    register(router.callback_query, together, Together.filter(), rights=Right.CURATE)
    register(router.callback_query, together, TogetherIn.filter(), rights=Right.CURATE)
    register(router.callback_query, due, Due.filter(), rights=Right.CURATE)
    register(router.message, typed_due, Talking(_KIND), _NOT_COMMAND, rights=Right.CURATE)
    return router


async def remind(query: CallbackQuery, callback_data: RemindNow, scene: Scene) -> Sayings:
    """Reminds those who have not answered, after it has said how many will hear of it and when they last did."""
    round_ = await _to_decide(scene, callback_data.round)
    if round_ is None:
        return await denied(query, scene)
    owing = await _owing(scene, round_)
    if not owing:
        return [toast(query, views.NOBODY, alert=True), edit(query, await round_screen(scene, round_))]
    calendar = scene.catalog.calendar
    heard = await _heard(scene, owing, calendar)
    # If somebody else has reminded them since the screen was drawn, it says so and asks once more.
    sure = callback_data.sure and heard.people and callback_data.seen == packed_moment(round_.reminded_at)
    if sure and await decisions.remind(scene.tx, round_, owing, calendar, scene.person.id, scene.now):
        word = views.reminded(heard.people, heard.when, scene.now, scene.zone)
        return [toast(query, word, alert=heard.when > scene.now), edit(query, await round_screen(scene, round_))]
    again = round_.reminded_at is not None and scene.now - round_.reminded_at < AGAIN
    # Of a reminder that went to others alone, beyond somebody's limits, they hear nothing.
    again = again and await decisions.were_reminded(scene.tx, round_, owing)
    last_by = await decisions.reminded_by(scene.tx, round_) if again else None
    screen = views.remind_in(None, round_, len(owing), heard, last_by, scene.now, scene.zone, again=again)
    return [edit(query, screen)]


async def remind_in(query: CallbackQuery, callback_data: RemindIn, scene: Scene) -> Sayings:
    """Reminds those of one territory who have not answered: at once, unless they have just been reminded."""
    round_ = await _to_decide(scene, callback_data.round)
    there = await territory_of(scene, round_, callback_data.territory) if round_ is not None else None
    if round_ is None or there is None:
        return await denied(query, scene)
    owing = await _owing(scene, round_, there.territory)
    if not owing:
        return [toast(query, views.NOBODY, alert=True), edit(query, await round_screen(scene, round_))]
    # Whoever is written to is written to in the hours of their own.
    calendar = scene.catalog.calendar
    heard = await _heard(scene, owing, calendar.of(there.territory))
    sure = callback_data.sure and heard.people and callback_data.seen == packed_moment(there.reminded_at)
    if sure and await decisions.remind(scene.tx, round_, owing, calendar, scene.person.id, scene.now):
        word = views.reminded(heard.people, heard.when, scene.now, scene.zone)
        return [
            toast(query, word, alert=heard.when > scene.now),
            edit(query, await round_screen(scene, round_, Part.OWING)),
        ]
    again = there.reminded_at is not None and scene.now - there.reminded_at < AGAIN
    its = replace(round_, reminded_at=there.reminded_at)
    last_by = await decisions.reminded_by(scene.tx, its) if again else None
    where = await _named(scene, there)
    screen = views.remind_in(where, its, len(owing), heard, last_by, scene.now, scene.zone, again=again)
    return [edit(query, screen)]


async def _owing(scene: Scene, round_: Round, territory: str | None = None) -> list[Obligation]:
    owing = await _members(scene, round_, Part.OWING, territory)
    return [obligation for obligation in owing if not obligation.is_closed(scene.now)]


async def _heard(scene: Scene, owing: list[Obligation], calendar: WorkCalendar) -> views.Heard:
    pressed = await addressing.pressed(scene.tx, owing, scene.now)
    reached = await addressing.addressees(scene.tx, pressed, scene.now)
    people = len({person_id for person_ids in reached.values() for person_id in person_ids})
    return views.Heard(people, len(reached), calendar.next_work_moment(scene.now))


async def together(query: CallbackQuery, callback_data: Together, scene: Scene) -> Sayings:
    """Accepts all answers, or excuses all who have not answered, in one territory or wherever; asks first."""
    round_ = await _to_decide(scene, callback_data.round)
    if round_ is None:
        return await denied(query, scene)
    there = None
    if isinstance(callback_data, TogetherIn):
        there = await territory_of(scene, round_, callback_data.territory)
        if there is None:
            return await denied(query, scene)
    match callback_data.what:
        case "accept":
            return await _accept_all(query, scene, round_, callback_data.at, there)
        case "excuse":
            return await _excuse_all(query, scene, round_, callback_data.at, there)


async def due(query: CallbackQuery, callback_data: Due, scene: Scene) -> Sayings:
    """«Продлить срок» moves the due date of an organization, or of all who have not answered."""
    whose = await _whose(
        scene, callback_data.round, callback_data.obligation, Place(callback_data.part, callback_data.page)
    )
    if whose is None:
        return await denied(query, scene)
    if not whose.owing:
        return [toast(query, views.NOBODY, alert=True), edit(query, await whose.screen(scene))]
    if not callback_data.day:
        await listen(query, scene, _KIND, **whose.dump())
        return [edit(query, _choose(scene, whose))]
    on = unpacked(callback_data.day)
    problem = _problem(scene, whose, on) if on else views.no_date()
    if on is None or problem:
        await listen(query, scene, _KIND, **whose.dump())
        return [edit(query, _choose(scene, whose, problem))]
    if not callback_data.sure:
        return [edit(query, _confirm(scene, whose, on))]
    calendar = whose.calendar(scene)
    due_at = calendar.ends(calendar.work_day(on))
    ids = [obligation.id for obligation in whose.owing]
    count = await decisions.extend(scene.tx, ids, due_at, calendar, scene.person.id, scene.now)
    await dialogues.end(scene.tx, scene.person.id)
    return [toast(query, views.extended(count)), edit(query, await whose.screen(scene))]


async def typed_due(message: Message, scene: Scene) -> Sayings:
    """Takes a typed due date."""
    said = scene.dialogue.data
    whose = await _whose(scene, said["round"], said["obligation"], Place(Part(said["part"]), said["page"]))
    if whose is None:
        return await denied(message, scene)
    if not whose.owing:
        # The answer has come while the date was typed.
        await dialogues.end(scene.tx, scene.person.id)
        return shown(message, scene, too_late(await whose.screen(scene)))
    try:
        on = _typed_day(message.text or "", scene, whose)
    except Misfit:
        return shown(message, scene, _choose(scene, whose, views.no_date()))
    problem = _problem(scene, whose, on)
    return shown(message, scene, _choose(scene, whose, problem) if problem else _confirm(scene, whose, on))


@dataclass(frozen=True, slots=True)
class _Whose:
    """Whose due date is moved: an organization's, or (`obligation` None) that of all who have not answered."""

    round: Round
    obligation: Obligation | None
    owing: list[Obligation]
    place: Place

    @property
    def due_at(self) -> datetime:
        """The due date that is moved; for many organizations their earliest."""
        return min(obligation.due_at for obligation in self.owing)

    def usual(self, calendar: WorkCalendar) -> tuple[datetime, bool]:
        """The due date that most of them have, and whether others have another: extended, or of an answer sent back."""
        days = [obligation.due_at.astimezone(obligation.zone(calendar)).date() for obligation in self.owing]
        times = Counter(days)
        usual = max(times, key=lambda day: (times[day], day))
        # Where territories have their own clocks it is the first of them, as in `due_at`.
        at = min(obligation.due_at for obligation, day in zip(self.owing, days, strict=True) if day == usual)
        return at, len(times) > 1

    def dump(self) -> dict[str, int | str]:
        """The data by which a conversation remembers it."""
        obligation_id = self.obligation.id if self.obligation else 0
        return {"round": self.round.id, "obligation": obligation_id, "part": self.place.part, "page": self.place.page}

    def calendar(self, scene: Scene) -> WorkCalendar:
        """By which the date is chosen: an organization's is its own."""
        calendar = scene.catalog.calendar
        return calendar.seen_from(self.obligation.organization_territory) if self.obligation else calendar

    async def screen(self, scene: Scene) -> Screen:
        """The screen from which the person came."""
        if self.obligation is None:
            return await round_screen(scene, self.round)
        fresh = await obligations.get(scene.tx, self.obligation.id)
        assert fresh is not None
        return await screen_of(scene, fresh, self.place)


async def _whose(scene: Scene, round_id: int, obligation_id: int, place: Place) -> _Whose | None:
    round_ = await _to_decide(scene, round_id)
    if round_ is None:
        return None
    if not obligation_id:
        return _Whose(round_, None, await _members(scene, round_, Part.OWING), place)
    obligation = await obligation_within(scene, obligation_id)
    if obligation is None or obligation.round.id != round_.id:
        return None
    return _Whose(round_, obligation, [obligation] if obligation.is_unanswered else [], place)


def _choose(scene: Scene, whose: _Whose, problem: str = "") -> Screen:
    usual = whose.usual(scene.catalog.calendar)
    offers = views.offers(due_dates.later(whose.calendar(scene), usual[0], scene.now))
    return views.choose_due(
        whose.round,
        whose.obligation,
        offers,
        usual,
        scene.now,
        whose.calendar(scene).zone,
        whose.place.part,
        whose.place.page,
        problem,
    )


def _confirm(scene: Scene, whose: _Whose, on: date) -> Screen:
    calendar = whose.calendar(scene)
    moved = calendar.work_day(on)
    due_at = calendar.ends(moved)
    count = sum(
        obligation.due_at < in_territory(due_at, calendar, obligation.organization_territory)
        for obligation in whose.owing
    )
    return views.confirm_due(
        whose.round,
        whose.obligation,
        moved,
        on if moved != on else None,
        (count, len(whose.owing)),
        scene.now,
        calendar.zone,
        whose.place.part,
        whose.place.page,
    )


def _typed_day(text: str, scene: Scene, whose: _Whose) -> date:
    """The day that was typed, for a weekday the first one after the present due date. Raises Misfit."""
    calendar = whose.calendar(scene)
    due_on = max(whose.due_at.astimezone(calendar.zone).date(), scene.today)
    if (last := last_work_day(text, due_on, calendar)) is not None:
        return last
    try:
        day = parse(replace(_DATE, earliest=due_on + timedelta(days=1)), last_day(text), scene.today)
    except Misfit:
        # Why another day does not do is said below.
        day = parse(_DATE, last_day(text), scene.today)
    return date.fromisoformat(str(day))


def _problem(scene: Scene, whose: _Whose, on: date) -> str:
    """Why that day cannot be the new due date; empty: it can."""
    calendar = whose.calendar(scene)
    if on - scene.today > due_dates.LATEST:
        return views.too_far()
    due_at = calendar.ends(calendar.work_day(on))
    if due_at <= scene.now or on < scene.today:
        return views.past(on, scene.now, calendar.zone)
    return "" if due_at > whose.due_at else views.not_later(whose.due_at, scene.now, calendar.zone)


async def _accept_all(query: CallbackQuery, scene: Scene, round_: Round, at: int, there: There | None) -> Sayings:
    waiting = await _members(scene, round_, Part.WAITING, there.territory if there else None)
    entries = await control.entries(scene.tx, waiting, scene.now)
    answers = [entry.obligation for entry in entries if not entry.not_ours]
    if not answers:
        return [toast(query, views.NOTHING_TO_ACCEPT, alert=True), edit(query, await round_screen(scene, round_))]
    if not at:
        others = len(entries) - len(answers)
        return [edit(query, views.accept_all(round_, len(answers), others, scene.now, await _named(scene, there)))]
    count = await decisions.accept_all(scene.tx, answers, unpacked_moment(at), scene.person.id, scene.now)
    word = views.accepted(count, len(answers))
    return [toast(query, word, alert=count < len(answers)), edit(query, await round_screen(scene, round_))]


async def _excuse_all(query: CallbackQuery, scene: Scene, round_: Round, at: int, there: There | None) -> Sayings:
    owing = await _members(scene, round_, Part.OWING, there.territory if there else None)
    if not owing:
        return [toast(query, views.NOBODY, alert=True), edit(query, await round_screen(scene, round_))]
    if not at:
        return [edit(query, views.excuse_all(round_, len(owing), scene.now, await _named(scene, there)))]
    count = await decisions.excuse_all(scene.tx, owing, scene.person.id, scene.now)
    return [toast(query, views.excused(count)), edit(query, await round_screen(scene, round_))]


async def _to_decide(scene: Scene, round_id: int) -> Round | None:
    """The open or finished round, if this person may decide about it."""
    round_ = await round_within(scene, round_id)
    return round_ if round_ is not None and round_.opened_at is not None else None


async def _members(scene: Scene, round_: Round, part: Part, territory: str | None = None) -> list[Obligation]:
    return await control.members(scene.tx, round_.id, part, scene.person.limits, territory)


async def _named(scene: Scene, there: There | None) -> views.Where | None:
    return (there.key, name_of(scene, there)) if there else None
