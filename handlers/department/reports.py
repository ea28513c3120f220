"""Orders reports: each is a letter, made when it is sent, from what the staff member may see then."""

from datetime import date

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from bot.domain.directives.directive import Directive
from bot.domain.fields.field import Field
from bot.domain.fields.values import NUMERIC
from bot.domain.ledger import level
from bot.domain.ledger.periods import typed_period
from bot.domain.ledger.report import AWAITED_AT_MOST, Order, ReportKind, Span
from bot.domain.letter import Export, LetterKind
from bot.domain.people.member import Right
from bot.domain.screen import Screen
from bot.storage.ledger import directives, rounds
from bot.storage.people import organizations, staff
from bot.storage.post import audit, dialogues, letters
from bot.views import common
from bot.views.callbacks.reports import Curves, Make, OfDirective, OfOrganization, OfRound, OnSchedule, Reports, Spans
from bot.views.department import reports as views
from handlers.department.common import listen, round_within, shown
from handlers.rights import denied, register
from handlers.saying import Sayings, Talking, edit, toast
from handlers.scene import Scene

_KIND = "report-period"
# Characters of what is typed: no period has more.
_LONGEST = 60


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="reports")
    register(router.callback_query, section, Reports.filter(), rights=Right.VIEW)
    register(router.callback_query, spans, Spans.filter(), rights=Right.VIEW)
    register(router.message, typed, Talking(_KIND), F.text, ~F.text.startswith("/"), rights=Right.VIEW)
    register(router.callback_query, make, Make.filter(), rights=Right.VIEW)
    register(router.callback_query, curves, Curves.filter(), rights=Right.VIEW)
    register(router.callback_query, of_directive, OfDirective.filter(), rights=Right.VIEW)
    register(router.callback_query, of_round, OfRound.filter(), rights=Right.VIEW)
    register(router.callback_query, of_organization, OfOrganization.filter(), rights=Right.VIEW)
    register(router.callback_query, on_schedule, OnSchedule.filter(), rights=Right.VIEW)
    return router


async def section(query: CallbackQuery, callback_data: Reports, scene: Scene) -> Sayings:
    """Shows the section for that period."""
    await dialogues.end(scene.tx, scene.person.id)
    days = _days(callback_data, scene)
    if days is None:
        return [toast(query, common.OUTDATED_AT_DESK, alert=True)]
    return [edit(query, _section(callback_data, days, scene))]


async def spans(query: CallbackQuery, scene: Scene) -> Sayings:
    """Asks for a period, which may be typed."""
    await listen(query, scene, _KIND)
    return [edit(query, views.spans())]


async def typed(message: Message, scene: Scene) -> Sayings:
    """Takes a typed period."""
    text = (message.text or "")[:_LONGEST]
    if span := views.span_of(text):
        chosen, days = Reports(span=span), Span(span).days(scene.today, scene.catalog.calendar.year_begins)
    elif typed_days := typed_period(text, scene.today, scene.catalog.calendar.year_begins):
        days = typed_days
        chosen = Reports(span="c", first=days[0].isoformat(), last=days[1].isoformat())
    else:
        return list(shown(message, scene, views.bad_period()))
    said = list(shown(message, scene, _section(chosen, days, scene)))
    await dialogues.end(scene.tx, scene.person.id)
    return said


async def make(query: CallbackQuery, callback_data: Make, scene: Scene) -> Sayings:
    """Orders a report of the period."""
    days = _days(callback_data, scene)
    if days is None:
        return [toast(query, common.OUTDATED_AT_DESK, alert=True)]
    apart = callback_data.kind == "apart"
    kind = ReportKind.WORKBOOK if apart else ReportKind(callback_data.kind)
    return await _order(query, scene, Order(kind, first=days[0], last=days[1], apart=apart))


async def curves(query: CallbackQuery, callback_data: Curves, scene: Scene) -> Sayings:
    """Asks for the directive whose dynamics are wanted."""
    return [edit(query, views.curves(await _with_numbers(scene), callback_data.page))]


async def of_directive(query: CallbackQuery, callback_data: OfDirective, scene: Scene) -> Sayings:
    """Orders the workbook of a directive, or the dynamics of a number of it."""
    directive = (await directives.newest(scene.tx)).get(callback_data.id)
    if directive is None or not await rounds.directives_within(scene.tx, [directive], scene.person.limits):
        return [toast(query, views.NO_ROUNDS, alert=True)]
    if callback_data.what == "w":
        first, last = Span.YEAR.days(scene.today, scene.catalog.calendar.year_begins)
        return await _order(query, scene, Order(ReportKind.WORKBOOK, first=first, last=last, directive=directive.id))
    numbers = _numbers(directive)
    if not numbers:
        return [toast(query, views.NO_CURVE, alert=True)]
    if not callback_data.field and len(numbers) > 1:
        return [edit(query, views.which_field(directive, numbers))]
    # Where the directive has changed since, and the place is no number's, the first number is taken.
    field = dict(numbers).get(callback_data.field - 1, numbers[0][1])
    return await _order(query, scene, Order(ReportKind.DYNAMICS, directive=directive.id, field=field.id))


async def of_round(query: CallbackQuery, callback_data: OfRound, scene: Scene) -> Sayings:
    """Orders the workbook of a round, or its table in the chat."""
    round_ = await round_within(scene, callback_data.round)
    if round_ is None or round_.opened_at is None:
        return [toast(query, common.NO_ROUND, alert=True)]
    if callback_data.what in ("w", "a"):
        apart = callback_data.what == "a"
        return await _order(query, scene, Order(ReportKind.WORKBOOK, rounds=(round_.id,), apart=apart))
    await letters.write(
        scene.tx,
        LetterKind.EXPORT,
        [scene.person.id],
        scene.now,
        dedup=f"table:{callback_data.pack()}",
        what=Export.TABLE,
        round=round_.id,
        plain=callback_data.what == "x",
    )
    return [toast(query, "")]


async def of_organization(query: CallbackQuery, callback_data: OfOrganization, scene: Scene) -> Sayings:
    """Orders an organization's answers as a file."""
    organization = await organizations.get(scene.tx, callback_data.organization)
    if organization is None or not scene.person.limits.covers_place(organization):
        return await denied(query, scene)
    return await _order(query, scene, Order(ReportKind.OWN, organization=organization.id))


async def on_schedule(query: CallbackQuery, callback_data: OnSchedule, scene: Scene) -> Sayings:
    """Shows the reports that come by themselves, and switches them."""
    if callback_data.turn:
        await staff.toggle_report(scene.tx, scene.person.id, callback_data.turn, scene.now)
    return [edit(query, await _on_schedule(scene))]


async def _on_schedule(scene: Scene) -> Screen:
    monthly, closings = await staff.wants_reports(scene.tx, scene.person.id)
    return views.on_schedule(monthly=monthly, closings=closings)


async def _order(query: CallbackQuery, scene: Scene, order: Order) -> Sayings:
    # A second press orders no second report.
    key = f"report:{'|'.join(f'{name}={value}' for name, value in order.data.items())}"
    if not await letters.order_report(scene.tx, scene.person.id, key, AWAITED_AT_MOST, scene.now, **order.data):
        return [toast(query, views.TOO_MANY, alert=True)]
    await audit.record(
        scene.tx, scene.now, scene.person.id, "report.ordered", directive_id=order.directive, kind=str(order.kind)
    )
    return [toast(query, views.COMING)]


async def _with_numbers(scene: Scene) -> list[Directive]:
    """Directives that have been asked, are this staff member's matter and have numbers."""
    asked = [directive for directive in (await directives.newest(scene.tx)).values() if _numbers(directive)]
    theirs = await rounds.directives_within(scene.tx, asked, scene.person.limits)
    return [directive for directive in asked if directive.id in theirs]


def _numbers(directive: Directive) -> list[tuple[int, Field]]:
    return [(place, field) for place, field in enumerate(directive.fields) if field.kind in NUMERIC]


def _section(chosen: Reports, days: tuple[date, date], scene: Scene) -> Screen:
    by_territory = level.is_seen(scene.catalog, scene.person.limits)
    return views.section(chosen, *days, scene.today, curates=scene.person.may_curate, by_territory=by_territory)


def _days(chosen: Reports | Make, scene: Scene) -> tuple[date, date] | None:
    """The days of the period; None if the button was forged."""
    if chosen.span != "c":
        return Span(chosen.span).days(scene.today, scene.catalog.calendar.year_begins)
    try:
        return date.fromisoformat(chosen.first), date.fromisoformat(chosen.last)
    except ValueError:
        return None
