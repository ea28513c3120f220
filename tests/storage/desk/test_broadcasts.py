"""An announcement goes out, is held back, let go, corrected, withdrawn; and what became of each copy is kept."""

from datetime import timedelta

import pytest

from bot.domain.desk.announcement import Announcement, AnnouncementState, Coverage, Destination, Source, Tally, Wording
from bot.domain.desk.audience import Audience
from bot.domain.letter import Letter, LetterKind, LetterState
from bot.domain.people.failure import Failure
from bot.domain.people.member import Limits
from bot.storage.desk import afterwards, announcements, broadcasts, destinations, erasure, recipients
from bot.storage.desk.broadcasts import End
from bot.storage.engine.database import Tx
from bot.storage.post import claims
from bot.storage.post.claims import Settlement
from tests.storage.seed import ADMIN, DAY, HOUR, NOW, Seed

FIRST = 5_200_000_001


class Post:
    """An announcement to five schools, and hands that do what a courier would."""

    def __init__(self, seed: Seed, id: int) -> None:
        self.seed = seed
        self.id = id

    async def now(self) -> Announcement:
        """The announcement as it is."""
        found = await self.seed.see(lambda tx: announcements.get(tx, self.id))
        assert found is not None
        return found

    async def state(self) -> AnnouncementState:
        return (await self.now()).state

    async def tally(self) -> Tally:
        return await self.seed.see(lambda tx: recipients.tally(tx, self.id))

    async def coverage(self) -> Coverage:
        return await self.seed.see(lambda tx: destinations.coverage(tx, self.id))

    async def destinations(self) -> list[Destination]:
        return await self.seed.see(lambda tx: destinations.all_of(tx, self.id))

    async def start(self) -> int | None:
        found = await self.now()
        return await self.seed.storage.apply(lambda tx: broadcasts.start(tx, found, Limits(), ADMIN, NOW))

    async def claim(self, limit: int = 25, at: timedelta = timedelta()) -> list[Letter]:
        """Letters that the courier takes, but for the author's progress."""
        taken = await self.seed.storage.apply(lambda tx: claims.claim(tx, NOW + at, limit))
        return [letter for letter in taken if letter.kind is not LetterKind.PROGRESS]

    async def deliver(self, taken: list[Letter]) -> None:
        """Telegram took them: message 70 in each chat, or the next."""

        async def work(tx: Tx) -> None:
            await claims.settle(tx, [Settlement(letter.id, LetterState.SENT, message_id=70) for letter in taken], NOW)
            await broadcasts.settled(tx, [End(letter, (70 + number,)) for number, letter in enumerate(taken)], NOW)

        await self.seed.storage.apply(work)

    async def fail(self, letter: Letter, failure: Failure) -> None:
        async def work(tx: Tx) -> None:
            await claims.settle(tx, [Settlement(letter.id, LetterState.FAILED, error="Forbidden")], NOW)
            await broadcasts.settled(tx, [End(letter, failure=failure)], NOW)

        await self.seed.storage.apply(work)


@pytest.fixture
async def post(seed: Seed) -> Post:
    await seed.person(ADMIN, "Анна")
    for number in range(5):
        school = await seed.organization(f"Школа {number}")
        await seed.person(FIRST + number, f"Директор {number}")
        await seed.seat(FIRST + number, school)
    return Post(seed, await seed.storage.apply(announcement))


async def announcement(tx: Tx) -> int:
    """A draft for everybody; its id."""
    made = await announcements.create(tx, ADMIN, Source(ADMIN, 5, Wording.TEXT, "Собрание"), NOW)
    await announcements.change(tx, made, audience=Audience(everyone=True), acknowledge=True)
    return made


async def test_it_reaches_everybody_once(post: Post) -> None:
    assert await post.start() == 5
    # Somebody presses again, or the clock does.
    assert await post.start() is None
    assert await post.tally() == Tally(total=5, waiting=5)
    await post.deliver(await post.claim(3))
    assert await post.tally() == Tally(total=5, sent=3, waiting=2)
    assert await post.state() is AnnouncementState.SENDING
    await post.deliver(await post.claim())
    assert await post.tally() == Tally(total=5, sent=5)
    assert await post.state() is AnnouncementState.DONE
    assert (await post.now()).finished_at == NOW
    assert await post.claim() == []


async def test_who_cannot_be_reached_is_known_with_the_reason(post: Post) -> None:
    await post.start()
    first, second, third, *rest = await post.claim()
    await post.fail(first, Failure.UNREACHABLE)
    await post.fail(second, Failure.REFUSED)
    await post.fail(third, Failure.STOPPED)
    await post.deliver(rest)
    assert await post.tally() == Tally(total=5, sent=2, failed=3)
    assert await post.state() is AnnouncementState.DONE
    listed = await post.destinations()
    assert sorted(delivery.failure for each in listed for delivery in each.people if delivery.failure) == [
        "refused",
        "stopped",
        "unreachable",
    ]
    assert [each.organization_name for each in listed] == [f"Школа {number}" for number in range(5)]
    assert await post.coverage() == Coverage(total=5, reached=2)


async def test_a_pause_holds_back_what_nobody_holds(post: Post) -> None:
    await post.start()
    in_hand = await post.claim(2)
    assert await post.seed.storage.apply(lambda tx: broadcasts.pause(tx, post.id, ADMIN, NOW))
    assert not await post.seed.storage.apply(lambda tx: broadcasts.pause(tx, post.id, ADMIN, NOW))
    assert await post.claim() == []
    # One of the two goes through; Telegram wanted patience with the other, which then is held back as well.
    await post.deliver(in_hand[:1])
    again = Settlement(in_hand[1].id, LetterState.WAITING, send_after=NOW, error="502")
    await post.seed.storage.apply(lambda tx: claims.settle(tx, [again], NOW))
    assert await post.claim() == []
    assert await post.tally() == Tally(total=5, sent=1, waiting=4)
    assert await post.state() is AnnouncementState.PAUSED

    assert await post.seed.storage.apply(lambda tx: broadcasts.resume(tx, post.id, ADMIN, NOW))
    await post.deliver(await post.claim())
    assert await post.tally() == Tally(total=5, sent=5)
    assert await post.state() is AnnouncementState.DONE


async def test_a_pause_outlives_the_courier(post: Post) -> None:
    await post.start()
    await post.claim(2)
    await post.seed.storage.apply(lambda tx: broadcasts.pause(tx, post.id, ADMIN, NOW))
    # The courier was killed with two letters in hand; the next one begins by freeing them.
    assert await post.seed.storage.apply(claims.release) == 2
    assert await post.claim() == []
    await post.seed.storage.apply(lambda tx: broadcasts.resume(tx, post.id, ADMIN, NOW))
    assert len(await post.claim()) == 5


async def test_stopped_it_goes_to_nobody_else(post: Post) -> None:
    await post.start()
    in_hand = await post.claim(2)
    assert await post.seed.storage.apply(lambda tx: broadcasts.stop(tx, post.id, ADMIN, NOW))
    assert not await post.seed.storage.apply(lambda tx: broadcasts.resume(tx, post.id, ADMIN, NOW))
    assert await post.claim() == []
    await post.deliver(in_hand)
    assert await post.tally() == Tally(total=5, sent=2, unsent=3)
    assert await post.state() is AnnouncementState.STOPPED


async def test_the_source_is_gone(post: Post) -> None:
    await post.start()
    await post.claim(1)
    await post.seed.storage.apply(lambda tx: broadcasts.interrupt(tx, post.id, NOW))
    found = await post.now()
    assert (found.state, found.lost_at) == (AnnouncementState.PAUSED, NOW)
    assert await post.claim() == []


async def test_copies_are_corrected_and_withdrawn_where_they_stand(post: Post) -> None:
    await post.start()
    *reached, blocked = await post.claim()
    await post.deliver(reached)
    await post.fail(blocked, Failure.UNREACHABLE)
    found = await post.now()
    assert await post.seed.storage.apply(lambda tx: broadcasts.correct(tx, found, "Собрание в 15:00", ADMIN, NOW)) == 4
    corrections = await post.claim()
    assert {letter.kind for letter in corrections} == {LetterKind.CORRECTION}
    assert len(corrections) == 4
    await post.deliver(corrections)
    assert (await post.now()).text == "Собрание в 15:00"
    # An amended copy is the same message: nothing is added to what stands in the chats.
    for number in range(5):
        got = await post.seed.see(lambda tx, number=number: recipients.get(tx, post.id, FIRST + number))  # type: ignore[misc]
        assert got is not None
        assert len(got.messages) <= 1

    assert await post.seed.storage.apply(lambda tx: broadcasts.withdraw(tx, post.id, ADMIN, NOW)) == 4
    assert await post.seed.storage.apply(lambda tx: broadcasts.withdraw(tx, post.id, ADMIN, NOW)) is None
    await post.deliver(await post.claim())
    assert await post.state() is AnnouncementState.WITHDRAWN
    assert await post.seed.storage.apply(lambda tx: broadcasts.correct(tx, found, "поздно", ADMIN, NOW)) is None


async def test_again_to_those_who_have_not_acknowledged(post: Post) -> None:
    await post.start()
    await post.deliver(await post.claim())
    assert await post.seed.storage.apply(lambda tx: recipients.acknowledge(tx, post.id, FIRST, NOW))
    assert not await post.seed.storage.apply(lambda tx: recipients.acknowledge(tx, post.id, FIRST, NOW + HOUR))
    assert not await post.seed.storage.apply(lambda tx: recipients.acknowledge(tx, post.id, ADMIN, NOW))
    assert await post.seed.storage.apply(lambda tx: afterwards.again(tx, post.id, ADMIN, NOW)) == 4
    taken = await post.claim()
    assert FIRST not in {letter.person_id for letter in taken}
    await post.deliver(taken)
    assert await post.state() is AnnouncementState.DONE
    assert await post.tally() == Tally(total=5, sent=5, acknowledged=1)
    second = await post.seed.see(lambda tx: recipients.get(tx, post.id, FIRST + 1))
    assert second is not None
    assert len(second.messages) == 2


async def test_an_album_is_followed_by_its_button(post: Post) -> None:
    await post.seed.storage.apply(lambda tx: announcements.add_part(tx, post.id, 6, ""))
    assert (await post.now()).messages == (5, 6)
    await post.start()
    await post.deliver(await post.claim())
    assert await post.state() is AnnouncementState.SENDING
    buttons = await post.claim()
    assert [letter.kind for letter in buttons] == [LetterKind.ACKNOWLEDGE] * 5
    await post.deliver(buttons)
    assert await post.state() is AnnouncementState.DONE


async def test_what_is_recorded_again_is_noted_once(post: Post) -> None:
    """A server that is lost in the midst of a commit leaves it open whether that came to something."""
    await post.seed.storage.apply(lambda tx: announcements.add_part(tx, post.id, 6, ""))
    await post.start()
    (copy,) = await post.claim(1)
    await post.deliver([copy])
    await post.deliver([copy])
    got = await post.seed.see(lambda tx: recipients.get(tx, post.id, copy.person_id))
    assert got is not None
    assert got.messages == (70,)
    assert [letter.kind for letter in await post.claim()].count(LetterKind.ACKNOWLEDGE) == 1


@pytest.mark.slow_on_postgresql
async def test_who_comes_late_gets_what_is_current(post: Post) -> None:
    await post.seed.storage.apply(lambda tx: announcements.change(tx, post.id, current_until=NOW + 10 * DAY))
    await post.start()
    *reached, blocked = await post.claim()
    await post.deliver(reached)
    await post.fail(blocked, Failure.UNREACHABLE)
    school = await post.seed.organization("Школа новая")
    await post.seed.person(FIRST + 9, "Новый")
    await post.seed.seat(FIRST + 9, school)
    await post.seed.storage.apply(lambda tx: afterwards.join(tx, school, NOW + DAY))
    await post.seed.storage.apply(lambda tx: afterwards.join(tx, school, NOW + DAY))
    assert await post.state() is AnnouncementState.SENDING
    (late,) = await post.claim(at=DAY)
    assert late.person_id == FIRST + 9
    await post.deliver([late])
    assert await post.state() is AnnouncementState.DONE
    # Whom it could not reach gets it when they are back.
    back = await post.seed.see(lambda tx: recipients.get(tx, post.id, blocked.person_id))
    assert back is not None
    assert back.organization_id is not None
    place = back.organization_id
    await post.seed.storage.apply(lambda tx: afterwards.join(tx, place, NOW + DAY))
    returned = await post.claim(at=DAY)
    assert [letter.person_id for letter in returned] == [blocked.person_id]
    await post.deliver(returned)
    # What is no longer current nobody gets.
    last = await post.seed.organization("Школа последняя")
    await post.seed.person(FIRST + 10, "Последний")
    await post.seed.seat(FIRST + 10, last)
    await post.seed.storage.apply(lambda tx: afterwards.join(tx, last, NOW + 11 * DAY))
    assert await post.claim(at=11 * DAY) == []


async def test_the_author_sees_how_far_it_is(post: Post) -> None:
    found = await post.now()
    await post.seed.storage.apply(
        lambda tx: announcements.move(
            tx, found.id, [found.state], AnnouncementState.SCHEDULED, ADMIN, NOW, send_at=NOW, progress_message_id=33
        )
    )
    assert [one.id for one in await post.seed.see(lambda tx: announcements.due(tx, NOW))] == [post.id]
    assert await post.seed.see(lambda tx: announcements.due(tx, NOW - HOUR)) == []
    await post.start()
    await post.deliver(await post.claim(3))
    await post.deliver(await post.claim(1))
    later = await post.seed.storage.apply(lambda tx: claims.claim(tx, NOW + timedelta(seconds=4), 25))
    # Two batches, one word about it.
    assert [(letter.kind, letter.person_id) for letter in later if letter.kind is LetterKind.PROGRESS] == [
        (LetterKind.PROGRESS, ADMIN)
    ]
    await post.deliver([letter for letter in later if letter.kind is LetterKind.ANNOUNCEMENT])
    last = await post.seed.storage.apply(lambda tx: claims.claim(tx, NOW, 25))
    assert [letter.kind for letter in last] == [LetterKind.PROGRESS]
    assert await post.seed.see(lambda tx: recipients.pace(tx, post.id, NOW + timedelta(seconds=30))) == 5 / 60


async def test_an_audience_of_nobody_is_done_at_once(post: Post) -> None:
    await post.seed.storage.apply(lambda tx: announcements.change(tx, post.id, audience=Audience(types=("no",))))
    assert await post.start() == 0
    assert await post.state() is AnnouncementState.DONE


@pytest.mark.slow_on_postgresql
async def test_whoever_erases_their_data_leaves_the_rest_alone(post: Post) -> None:
    await post.start()
    taken = await post.claim()
    await post.seed.storage.apply(lambda tx: erasure.erase(tx, FIRST, NOW))
    await post.deliver(taken)
    assert await post.tally() == Tally(total=4, sent=4)
    assert await post.state() is AnnouncementState.DONE
    await post.seed.storage.apply(lambda tx: erasure.erase(tx, ADMIN, NOW))
    assert (await post.now()).by_id is None


async def test_of_two_who_send_it_off_one_does(post: Post) -> None:
    found = await post.now()
    done = await post.seed.crowd(6, lambda tx, _: broadcasts.start(tx, found, Limits(), ADMIN, NOW))
    assert sorted(str(one) for one in done) == ["5", "None", "None", "None", "None", "None"]
    assert await post.tally() == Tally(total=5, waiting=5)
