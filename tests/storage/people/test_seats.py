"""Seats: one live seat per person and organization, decided once."""

from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bot.domain.people.member import Limits, Role, Seat, SeatState
from bot.storage.engine.database import Tx
from bot.storage.people import organizations, seats
from bot.storage.schema import audit as audit_rows
from bot.storage.schema import seats as rows
from tests.storage.plans import indexes_of
from tests.storage.seed import ADMIN, DAY, HOUR, IVAN, NOW, OLGA, Seed


@pytest.fixture
async def school(seed: Seed) -> int:
    await seed.person(OLGA)
    await seed.person(IVAN, "Иван")
    await seed.person(ADMIN, "Администратор")
    return await seed.organization("Лицей")


async def audited(seed: Seed) -> list[str]:
    query = sa.select(audit_rows.c.action).where(audit_rows.c.action.like("seat.%")).order_by(audit_rows.c.id)
    return list((await seed.see(lambda tx: tx.execute(query))).scalars())


async def test_a_seat_that_is_asked_for_waits(seed: Seed, school: int) -> None:
    seat = await seed.seat(OLGA, school, Role.HEAD, SeatState.WAITING)
    assert seat == Seat(
        seat.id, school, "Лицей", "Лицей", OLGA, "Ольга Сергеевна", Role.HEAD, SeatState.WAITING, asked_at=NOW
    )
    assert await seed.see(seats.waiting) == [seat]
    assert await seed.see(lambda tx: seats.holders(tx, [school])) == []
    assert await seed.see(lambda tx: seats.of_person(tx, OLGA)) == [seat]
    assert await seed.see(lambda tx: seats.get(tx, seat.id)) == seat


async def test_asking_twice_is_one_seat_as_asked_last(seed: Seed, school: int) -> None:
    first = await seed.seat(OLGA, school, Role.DEPUTY, SeatState.WAITING)
    second = await seed.seat(OLGA, school, Role.HEAD, SeatState.WAITING, NOW + HOUR)
    assert (second.id, second.role, second.asked_at) == (first.id, Role.HEAD, NOW + HOUR)
    assert await seed.see(seats.waiting) == [second]


async def test_who_waits_is_seated_by_an_invitation(seed: Seed, school: int) -> None:
    waiting = await seed.seat(OLGA, school, Role.DEPUTY, SeatState.WAITING)
    seated = await seed.seat(OLGA, school, Role.HEAD, SeatState.SEATED, NOW + HOUR)
    assert (seated.id, seated.role, seated.state, seated.since) == (waiting.id, Role.HEAD, SeatState.SEATED, NOW + HOUR)


async def test_who_is_seated_keeps_the_seat_and_nothing_is_logged(seed: Seed, school: int) -> None:
    seated = await seed.seat(OLGA, school)
    assert await seed.seat(OLGA, school, Role.DEPUTY, SeatState.WAITING, NOW + HOUR) == seated
    assert await seed.seat(OLGA, school, Role.DEPUTY, SeatState.SEATED, NOW + HOUR) == seated
    assert await audited(seed) == ["seat.seated"]


async def test_asking_many_times_at_once_is_one_seat(seed: Seed, school: int) -> None:
    found = await seed.crowd(8, lambda tx, _: seats.take(tx, OLGA, school, Role.HEAD, SeatState.SEATED, NOW))
    (seat,) = await seed.see(lambda tx: seats.of_person(tx, OLGA))
    assert found == [seat] * 8
    assert await audited(seed) == ["seat.seated"]


async def test_one_connection_may_take_seats_all_day(seed: Seed, school: int) -> None:
    # PostgreSQL plans a statement anew after five runs, and then has to find the partial index all the same.
    async def work(tx: Tx) -> list[Seat]:
        return [await seats.take(tx, OLGA, school, Role.HEAD, SeatState.SEATED, NOW) for _ in range(12)]

    assert len(set(await seed.storage.apply(work))) == 1


async def test_the_database_itself_refuses_a_second_live_seat(seed: Seed, school: int) -> None:
    await seed.seat(OLGA, school, Role.DEPUTY, SeatState.WAITING)
    second = {"organization_id": school, "person_id": OLGA, "role": "head", "asked_at": NOW}
    async with seed.storage.write() as tx:
        await tx.execute(rows.insert().values(state="left", **second))
        await tx.execute(rows.insert().values(state="rejected", **second))
    with pytest.raises(IntegrityError):
        async with seed.storage.write() as tx:
            await tx.execute(rows.insert().values(state="seated", **second))


async def test_of_two_who_decide_one_wins(seed: Seed, school: int) -> None:
    seat = await seed.seat(OLGA, school, Role.HEAD, SeatState.WAITING)
    found = await seed.crowd(6, lambda tx, index: seats.decide(tx, seat.id, index % 2 == 0, ADMIN, NOW + HOUR))
    (decided,) = [one for one in found if one is not None]
    assert isinstance(decided, Seat)
    assert await seed.see(lambda tx: seats.get(tx, seat.id)) == decided
    assert decided.state in (SeatState.SEATED, SeatState.REJECTED)
    assert decided.since == (NOW + HOUR if decided.state is SeatState.SEATED else None)
    assert await audited(seed) == ["seat.waiting", f"seat.{decided.state}"]


async def test_a_confirmed_seat_is_held(seed: Seed, school: int) -> None:
    seat = await seed.seat(OLGA, school, Role.HEAD, SeatState.WAITING)
    decided = await seed.storage.apply(lambda tx: seats.decide(tx, seat.id, True, ADMIN, NOW + HOUR))
    assert await seed.see(lambda tx: seats.holders(tx, [school])) == [decided]
    assert await seed.see(seats.waiting) == []
    assert await seed.storage.apply(lambda tx: seats.decide(tx, seat.id, False, ADMIN, NOW + DAY)) is None


async def test_who_was_refused_can_ask_again(seed: Seed, school: int) -> None:
    seat = await seed.seat(OLGA, school, Role.HEAD, SeatState.WAITING)
    refused = await seed.storage.apply(lambda tx: seats.decide(tx, seat.id, False, ADMIN, NOW))
    assert await seed.see(lambda tx: seats.get(tx, seat.id)) == refused
    assert await seed.see(lambda tx: seats.of_person(tx, OLGA)) == []
    again = await seed.seat(OLGA, school, Role.DEPUTY, SeatState.WAITING, NOW + DAY)
    assert again.id != seat.id
    assert await seed.see(seats.waiting) == [again]
    assert await seed.see(lambda tx: seats.get(tx, seat.id)) == refused


async def test_leaving_gives_up_only_ones_own_seat_and_once(seed: Seed, school: int) -> None:
    seat = await seed.seat(OLGA, school)
    assert await seed.storage.apply(lambda tx: seats.leave(tx, seat.id, IVAN, NOW)) is None
    found = await seed.crowd(4, lambda tx, _: seats.leave(tx, seat.id, OLGA, NOW))
    (left,) = [one for one in found if one is not None]
    assert isinstance(left, Seat)
    assert left.state is SeatState.LEFT
    assert await seed.see(lambda tx: seats.holders(tx, [school])) == []
    assert await audited(seed) == ["seat.seated", "seat.left"]
    back = await seed.seat(OLGA, school, at=NOW + DAY)
    assert back.id != seat.id


async def test_a_seat_that_was_given_up_is_not_decided(seed: Seed, school: int) -> None:
    seat = await seed.seat(OLGA, school, Role.HEAD, SeatState.WAITING)
    await seed.storage.apply(lambda tx: seats.leave(tx, seat.id, OLGA, NOW))
    assert await seed.storage.apply(lambda tx: seats.decide(tx, seat.id, True, ADMIN, NOW)) is None


async def test_one_person_sits_at_several_and_several_sit_at_one(seed: Seed, school: int) -> None:
    garden = await seed.organization("Сад", "preschool")
    here, there = await seed.seat(OLGA, school), await seed.seat(OLGA, garden, Role.DEPUTY)
    beside = await seed.seat(IVAN, school)
    assert await seed.see(lambda tx: seats.of_person(tx, OLGA)) == [here, there]
    assert await seed.see(lambda tx: seats.holders(tx, [school])) == [here, beside]
    assert await seed.see(lambda tx: seats.holders(tx, [school, garden])) == [here, there, beside]
    assert await seed.see(lambda tx: seats.holders(tx, [])) == []


async def test_there_is_no_such_seat(seed: Seed) -> None:
    assert await seed.see(lambda tx: seats.get(tx, 404)) is None
    assert await seed.storage.apply(lambda tx: seats.decide(tx, 404, True, ADMIN, NOW)) is None
    assert await seed.storage.apply(lambda tx: seats.leave(tx, 404, OLGA, NOW)) is None


@pytest.mark.usefixtures("school")
async def test_a_mute_is_toggled(seed: Seed) -> None:
    assert await seed.storage.apply(lambda tx: seats.toggle_mute(tx, OLGA, "type", "school", NOW))
    assert await seed.storage.apply(lambda tx: seats.toggle_mute(tx, OLGA, "topic", "sport", NOW))
    assert await seed.see(lambda tx: seats.muted(tx, OLGA)) == {("type", "school"), ("topic", "sport")}
    assert await seed.see(lambda tx: seats.muted(tx, IVAN)) == set()
    assert not await seed.storage.apply(lambda tx: seats.toggle_mute(tx, OLGA, "type", "school", NOW))
    assert await seed.see(lambda tx: seats.muted(tx, OLGA)) == {("topic", "sport")}


async def test_of_two_who_seat_a_head_at_once_one_sees_the_others(seed: Seed, school: int) -> None:
    async def seat(tx: Tx, person_id: int) -> bool:
        await organizations.hold(tx, school)
        if await seats.heads(tx, school):
            return False
        await seats.take(tx, person_id, school, Role.HEAD, SeatState.SEATED, NOW)
        return True

    done = await seed.at_once(*(partial(seat, person_id=person_id) for person_id in (OLGA, IVAN)))
    assert sorted(done) == [False, True]
    assert len(await seed.see(lambda tx: seats.heads(tx, school))) == 1


async def test_who_waits_is_looked_for_among_the_few_who_do(seed: Seed) -> None:
    school = await seed.organization("Лицей")
    await seed.seat(OLGA, school, state=SeatState.WAITING)
    waiting = partial(seats.waiting, limits=Limits(frozenset({"school"})))
    assert [each.person_id for each in await seed.see(waiting)] == [OLGA]
    assert "ix_seats_organization_id" not in await indexes_of(seed.storage, waiting)
    assert "ix_seats_waiting" in await indexes_of(seed.storage, waiting)
