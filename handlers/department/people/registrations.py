"""Has an administrator, or a territory's chief, decide about registrations that wait."""

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.domain.letter import LetterKind
from bot.domain.people.member import Right, Role, Seat, SeatState
from bot.domain.screen import Screen
from bot.storage.people import organizations, seats
from bot.storage.post import letters
from bot.views import callbacks
from bot.views.callbacks.people import Application, Applications, Beside, Replace
from bot.views.department.people import registrations as views
from handlers.rights import register
from handlers.saying import Sayings, edit, toast
from handlers.scene import Scene
from handlers.seating import dismissed, seated


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="registrations")
    register(router.callback_query, applications, Applications.filter(), rights=Right.MANAGE)
    register(router.callback_query, application, Application.filter(), rights=Right.MANAGE)
    register(router.callback_query, decide, callbacks.Decide.filter(), rights=Right.MANAGE)
    register(router.callback_query, beside, Beside.filter(), rights=Right.MANAGE)
    register(router.callback_query, replace, Replace.filter(), rights=Right.MANAGE)
    return router


async def applications(query: CallbackQuery, callback_data: Applications, scene: Scene) -> Sayings:
    """Shows a page of the registrations that wait."""
    return [edit(query, views.applications(await seats.waiting(scene.tx, scene.person.limits), callback_data.page))]


async def application(query: CallbackQuery, callback_data: Application, scene: Scene) -> Sayings:
    """Shows a registration that waits."""
    seat = await _waiting(scene, callback_data.seat)
    if seat is None:
        return await _too_late(query, scene)
    return [edit(query, await _card(scene, seat))]


async def decide(query: CallbackQuery, callback_data: callbacks.Decide, scene: Scene) -> Sayings:
    """«Подтвердить» or «Отклонить». The first of two administrators decides."""
    seat = await _waiting(scene, callback_data.seat)
    if seat is None:
        return await _too_late(query, scene)
    if not callback_data.accept:
        return await _decided(query, scene, seat, accept=False)
    # Of two administrators who confirm two heads at once, the second sees the first's.
    await organizations.hold(scene.tx, seat.organization_id)
    if seat.role is Role.HEAD and await seats.heads(scene.tx, seat.organization_id):
        # The organization had no head when the card was shown: the department has to say whether it is to have two.
        return [toast(query, views.CHANGED, alert=True), edit(query, await _card(scene, seat))]
    return await _decided(query, scene, seat, accept=True)


async def beside(query: CallbackQuery, callback_data: Beside, scene: Scene) -> Sayings:
    """«Подтвердить вторым руководителем» seats a head beside the present head."""
    seat = await _waiting(scene, callback_data.seat)
    if seat is None:
        return await _too_late(query, scene)
    return await _decided(query, scene, seat, accept=True)


async def replace(query: CallbackQuery, callback_data: Replace, scene: Scene) -> Sayings:
    """«Подтвердить вместо» seats the new head in place of the head whom the card named."""
    seat = await _waiting(scene, callback_data.seat)
    if seat is None:
        return await _too_late(query, scene)
    await organizations.hold(scene.tx, seat.organization_id)
    former = await seats.get(scene.tx, callback_data.former)
    fits = former is not None and former.organization_id == seat.organization_id and former.role is Role.HEAD
    if former is None or not fits or seat.role is not Role.HEAD or former.state is not SeatState.SEATED:
        return [toast(query, views.CHANGED, alert=True), edit(query, await _card(scene, seat))]
    await seats.vacate(scene.tx, former.id, scene.person.id, scene.now, replaced=True)
    await dismissed(scene, former, by_other=True)
    return await _decided(query, scene, seat, accept=True, instead_of=former)


async def _decided(
    query: CallbackQuery, scene: Scene, seat: Seat, *, accept: bool, instead_of: Seat | None = None
) -> Sayings:
    done = await seats.decide(scene.tx, seat.id, accept, scene.person.id, scene.now)
    assert done is not None, "the seat was waiting in this very transaction"
    kind = LetterKind.SEATED if accept else LetterKind.REJECTED
    await letters.write(scene.tx, kind, [seat.person_id], scene.now, seat=seat.id)
    if accept:
        # The word about the registration comes at once; requests keep to working hours.
        await seated(scene, done, at_once=False)
    others = len(await seats.waiting(scene.tx, scene.person.limits))
    return [edit(query, views.decided(done, others, accepted=accept, instead_of=instead_of))]


async def _waiting(scene: Scene, seat_id: int) -> Seat | None:
    """The registration, if it waits and its organization is a matter of this person's."""
    seat = await seats.get(scene.tx, seat_id)
    if seat is None or seat.state is not SeatState.WAITING:
        return None
    place = await organizations.get(scene.tx, seat.organization_id)
    return seat if place is not None and scene.person.manages(place) else None


async def _too_late(query: CallbackQuery, scene: Scene) -> Sayings:
    others = len(await seats.waiting(scene.tx, scene.person.limits))
    return [toast(query, views.ALREADY_DECIDED), edit(query, views.already_decided(others))]


async def _card(scene: Scene, seat: Seat) -> Screen:
    organization = await organizations.get(scene.tx, seat.organization_id)
    assert organization is not None
    return views.registration(
        seat,
        organization,
        scene.catalog.types,
        await seats.holders(scene.tx, [seat.organization_id]),
        scene.now,
        scene.zone,
        typed_in=organization.is_typed_in,
        listed=True,
    )
