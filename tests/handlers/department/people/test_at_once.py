"""Two processes that decide about the same people at once, on a server: neither has seen what the other does."""

import asyncio
from collections.abc import Awaitable, Callable
from types import ModuleType

import pytest

from bot.domain.people.member import Role, SeatState, StaffRole
from bot.storage.engine.database import Tx
from bot.storage.people import organizations, people, seats, staff
from tests import messengers
from tests.handlers.department.people.test_links import made
from tests.handlers.registering import seated_at
from tests.people import SECOND_ADMIN, introduced
from tests.texts.department import LinkList
from tests.texts.heads import Registration
from tests.world import Head, World

pytestmark = pytest.mark.usefixtures("worlds_on_postgresql")

HEADS = ("Иванова Мария", 101), ("Петров Олег", 102)


@pytest.fixture
def meet(monkeypatch: pytest.MonkeyPatch) -> Callable[[ModuleType], None]:
    """Has two transactions come to what they hold before either goes on: by then both have read."""

    def patch(module: ModuleType) -> None:
        hold: Callable[[Tx, int], Awaitable[None]] = module.hold
        come, both = 0, asyncio.Event()

        async def wait_for_the_other(tx: Tx, id: int) -> None:
            nonlocal come
            come += 1
            if come == 2:
                both.set()
            await both.wait()
            await hold(tx, id)

        monkeypatch.setattr(module, "hold", wait_for_the_other)

    return patch


@pytest.mark.slow
async def test_of_two_who_come_by_two_links_one_has_to_wait(
    approving: World, admin: Head, meet: Callable[[ModuleType], None]
) -> None:
    payloads = [await made(approving) for _ in HEADS]
    both = [await approving.person(*head) for head in HEADS]
    for person, payload in zip(both, payloads, strict=True):
        await person.send(f"/start {payload}")
    meet(organizations)
    await asyncio.gather(*(person.phone.press(Registration.AGREE) for person in both))
    await approving.settle()
    assert sorted([len(await seated_at(approving, person)) for person in both]) == [0, 1]
    assert await admin.card(LinkList.ASKED)


@pytest.mark.slow
async def test_whoever_loses_two_seats_of_the_department_keeps_no_role(
    approving: World, admin: Head, meet: Callable[[ModuleType], None]
) -> None:
    second = await introduced(approving, "Второй Борис", SECOND_ADMIN)
    worker, now = messengers.person(103), approving.now

    async def employ(tx: Tx) -> list[int]:
        await people.ensure(tx, worker, "Куратор Вера", now)
        await staff.grant(tx, worker, StaffRole.CURATOR, None, now)
        held = []
        for name in ("Методический центр", "Центр оценки"):
            place = await organizations.add(tx, name, ["department"], None, now)
            held.append(await seats.take(tx, worker, place, Role.DEPUTY, SeatState.SEATED, now))
        return [seat.id for seat in held]

    both = await approving.storage.apply(employ)
    for person in (admin, second):
        await person.send("/panel")
    meet(staff)
    await asyncio.gather(
        *(person.phone.callback(f"wv:{seat}:1") for person, seat in zip((admin, second), both, strict=True))
    )
    await approving.settle()
    async with approving.storage.read() as tx:
        left = await people.get(tx, worker)
        assert await seats.of_person(tx, worker) == []
    assert left is not None
    assert left.staff_role is None
