"""What comes of an announcement at each organization, whoever sits there and whatever happens at once."""

import pytest

from bot.domain.desk.announcement import Arrival, Coverage
from bot.domain.letter import LetterState
from bot.domain.people.failure import Failure
from bot.domain.people.member import Limits, Role, SeatState
from bot.storage.desk import afterwards, announcements, broadcasts, destinations, erasure, recipients
from bot.storage.desk.broadcasts import End
from bot.storage.engine.database import Tx
from bot.storage.people import people, seats
from bot.storage.post import audit, claims
from bot.storage.post.claims import Settlement
from tests.storage.desk.test_broadcasts import Post, announcement
from tests.storage.seed import ADMIN, DAY, HOUR, NOW, Seed

BOTH, OTHER, LATE = 5_400_000_001, 5_400_000_002, 5_400_000_003


@pytest.fixture
async def school(seed: Seed) -> int:
    return await seed.organization("Школа")


@pytest.fixture
async def branch(seed: Seed) -> int:
    return await seed.organization("Школа, филиал")


@pytest.fixture
async def post(seed: Seed, school: int, branch: int) -> Post:
    """An announcement to two schools with one head and another with nobody; it has not gone."""
    await seed.organization("Школа пустая")
    await seed.person(ADMIN, "Анна")
    await seed.person(BOTH, "Борис")
    await seed.seat(BOTH, school)
    await seed.seat(BOTH, branch)
    return Post(seed, await seed.storage.apply(announcement))


async def press(post: Post, person_id: int) -> bool | None:
    return await post.seed.storage.apply(lambda tx: recipients.acknowledge(tx, post.id, person_id, NOW))


async def test_one_person_two_organizations(post: Post) -> None:
    assert await post.start() == 1
    assert await post.coverage() == Coverage(total=3, waiting=2)
    await post.deliver(await post.claim())
    assert await post.coverage() == Coverage(total=3, reached=2)
    pressed = await post.seed.crowd(6, lambda tx, _: recipients.acknowledge(tx, post.id, BOTH, NOW))
    assert sorted(pressed, key=bool) == [False] * 5 + [True]
    assert await post.coverage() == Coverage(total=3, reached=2, acknowledged=2)
    entries = await post.seed.see(lambda tx: audit.found(tx, audit.Filter(None, None, None, None), 100))
    assert [entry.action for entry in entries].count("announcement.acknowledged") == 2


async def test_two_people_of_one_organization_at_once(post: Post, school: int) -> None:
    await post.seed.person(OTHER, "Ольга")
    await post.seed.seat(OTHER, school)
    await post.start()
    await post.deliver(await post.claim())
    pressed = await post.seed.crowd(2, lambda tx, index: recipients.acknowledge(tx, post.id, (BOTH, OTHER)[index], NOW))
    assert pressed == [True, True]
    assert await post.coverage() == Coverage(total=3, reached=2, acknowledged=2)


@pytest.mark.slow
async def test_a_press_and_a_new_seat_at_once(post: Post) -> None:
    """Whichever comes first: what somebody has read has been read wherever they sit."""
    await post.seed.storage.apply(lambda tx: announcements.change(tx, post.id, current_until=NOW + DAY))
    await post.start()
    await post.deliver(await post.claim())
    for number in range(8):
        place = await post.seed.organization(f"Новая школа {number}")

        async def work(tx: Tx, index: int, place: int = place) -> None:
            if index % 2:
                await recipients.acknowledge(tx, post.id, BOTH, NOW)
            else:
                await seats.take(tx, BOTH, place, Role.HEAD, SeatState.SEATED, NOW)
                await afterwards.join(tx, place, NOW)

        assert await post.seed.crowd(2, work) == [None, None]
        listed = {destination.organization_id: destination for destination in await post.destinations()}
        assert listed[place].acknowledged_at == NOW
        assert listed[place].acknowledged_by == "Борис"
    assert await post.claim() == []


async def test_who_has_left_counts_no_longer(post: Post, branch: int) -> None:
    await post.start()
    await post.deliver(await post.claim())
    (seat,) = await post.seed.see(lambda tx: seats.holders(tx, [branch]))
    await post.seed.storage.apply(lambda tx: seats.leave(tx, seat.id, BOTH, NOW))
    assert await press(post, BOTH)
    assert await post.coverage() == Coverage(total=3, reached=2, acknowledged=1)
    # The new head gets a copy of what the school has not acknowledged, once.
    await post.seed.person(LATE, "Вера")
    await post.seed.seat(LATE, branch)
    assert await post.seed.storage.apply(lambda tx: afterwards.again(tx, post.id, ADMIN, NOW)) == 1
    (copy,) = await post.claim()
    assert copy.person_id == LATE
    await post.deliver([copy])
    assert await press(post, LATE)
    assert await post.coverage() == Coverage(total=3, reached=2, acknowledged=2)
    assert await post.seed.storage.apply(lambda tx: afterwards.again(tx, post.id, ADMIN, NOW)) == 0


async def test_a_stranger_acknowledges_nothing(post: Post, school: int) -> None:
    await post.start()
    await post.deliver(await post.claim())
    await post.seed.person(OTHER, "Ольга")
    await post.seed.seat(OTHER, school)
    assert not await press(post, OTHER)
    assert await post.coverage() == Coverage(total=3, reached=2)


async def test_the_reasons(seed: Seed) -> None:
    await seed.person(ADMIN, "Анна")
    names = ("Блокировка", "Удалён", "Отказ", "Стоп", "Отпуск", "Пусто", "Стёрт")
    places = {name: await seed.organization(name) for name in names}
    ids = {name: 5_500_000_000 + number for number, name in enumerate(names) if name != "Пусто"}
    for name, id in ids.items():
        await seed.person(id, f"Директор {name}")
        await seed.seat(id, places[name])
    await seed.storage.apply(lambda tx: people.unreachable(tx, ids["Удалён"], NOW, Failure.DELETED))
    post = Post(seed, await seed.storage.apply(announcement))
    assert await post.start() == 5
    taken = {letter.person_id: letter for letter in await post.claim()}

    async def fail(name: str, failure: Failure, words: str = "") -> None:
        async def work(tx: Tx) -> None:
            letter = taken[ids[name]]
            await claims.settle(tx, [Settlement(letter.id, LetterState.FAILED, error=words)], NOW)
            await broadcasts.settled(tx, [End(letter, failure=failure, words=words)], NOW)

        await seed.storage.apply(work)

    await fail("Блокировка", Failure.BLOCKED)
    await fail("Отказ", Failure.REFUSED, "Bad Request: VOICE_MESSAGES_FORBIDDEN")
    await seed.storage.apply(lambda tx: people.stop(tx, ids["Стоп"], NOW))
    await fail("Стоп", Failure.STOPPED)
    await seed.storage.apply(lambda tx: people.pause(tx, ids["Отпуск"], NOW + DAY, NOW))
    await fail("Отпуск", Failure.STOPPED)
    await seed.storage.apply(lambda tx: erasure.erase(tx, ids["Стёрт"], NOW))
    listed = await post.destinations()
    assert {each.arrival for each in listed} == {Arrival.MISSED}
    assert {each.organization_name: each.nobody or each.people[0].failure for each in listed} == {
        "Блокировка": Failure.BLOCKED,
        "Удалён": Failure.DELETED,
        "Отказ": Failure.REFUSED,
        "Стоп": Failure.STOPPED,
        "Отпуск": Failure.AWAY,
        "Пусто": Failure.VACANT,
        "Стёрт": Failure.ERASED,
    }
    words = {each.organization_name: each.people[0].words for each in listed if each.people}
    assert words["Отказ"] == "Bad Request: VOICE_MESSAGES_FORBIDDEN"
    assert await post.coverage() == Coverage(total=7)


async def test_a_second_try_goes_to_those_who_can_be_reached_now(post: Post, school: int) -> None:
    await post.seed.storage.apply(lambda tx: people.unreachable(tx, BOTH, NOW, Failure.BLOCKED))
    assert await post.start() == 0
    assert await post.coverage() == Coverage(total=3)
    assert await post.seed.storage.apply(lambda tx: afterwards.retry(tx, post.id, Limits(), ADMIN, NOW)) == 0
    await post.seed.storage.apply(lambda tx: people.reachable(tx, BOTH, NOW))
    reach = await post.seed.see(lambda tx: afterwards.to_retry(tx, post.id, Limits(), NOW))
    assert (len(reach.reached), reach.people) == (2, {BOTH: school})
    # Whose limits do not have it has nothing to repeat.
    gardens = Limits(frozenset({"preschool"}))
    assert await post.seed.storage.apply(lambda tx: afterwards.retry(tx, post.id, gardens, ADMIN, NOW)) == 0
    # Of two who press at once one sends it, and it goes once.
    tried = await post.seed.crowd(2, lambda tx, _: afterwards.retry(tx, post.id, Limits(), ADMIN, NOW))
    assert sorted(map(str, tried)) == ["1", "None"]
    taken = await post.claim()
    assert [letter.person_id for letter in taken] == [BOTH]
    assert await post.coverage() == Coverage(total=3, waiting=2)
    await post.deliver(taken)
    assert await post.coverage() == Coverage(total=3, reached=2)


async def test_what_is_read_is_not_sent_again(post: Post) -> None:
    """Somebody presses while the second copy waits for its turn."""
    await post.start()
    await post.deliver(await post.claim())
    assert await post.seed.storage.apply(lambda tx: afterwards.again(tx, post.id, ADMIN, NOW)) == 1
    assert await post.seed.see(lambda tx: destinations.silent(tx, post.id, [BOTH])) == {BOTH}
    await press(post, BOTH)
    assert await post.seed.see(lambda tx: destinations.silent(tx, post.id, [BOTH])) == set()


async def test_an_organization_that_comes_later(post: Post) -> None:
    await post.seed.storage.apply(lambda tx: announcements.change(tx, post.id, current_until=NOW + DAY))
    await post.start()
    await post.deliver(await post.claim())
    place = await post.seed.organization("Школа новая")
    await post.seed.person(LATE, "Вера")
    await post.seed.seat(LATE, place)
    await post.seed.storage.apply(lambda tx: afterwards.join(tx, place, NOW + HOUR))
    assert await post.coverage() == Coverage(total=4, reached=2, waiting=1)
    await post.deliver(await post.claim(at=HOUR))
    assert await post.coverage() == Coverage(total=4, reached=3)
