"""A rate limit of one group is its own; of several at once it is everybody's."""

from bot.delivery.outcomes import Fate
from bot.domain.screen import Screen
from simulator import Person
from tests.delivery.office import Office


async def limited(office: Office, *groups: int) -> None:
    """Each of the groups is told to wait for long."""
    for group in groups:
        await office.telegram.order_fault("429", method="sendMessage", chat_id=group, retry_after=900, count=1)
        assert (await office.speaker.send(group, Screen("x"))).fate is Fate.WAIT


async def test_two_groups_with_slow_mode_each_wait_for_themselves(office: Office, head: Person) -> None:
    first = await office.telegram.group("Первая", [head], supergroup=True)
    second = await office.telegram.group("Вторая", [head], supergroup=True)
    await limited(office, first)
    assert (await office.speaker.send(head.id, Screen("x"))).fate is Fate.DONE
    await limited(office, second)
    assert not office.pacer.paused_for()
    assert (await office.speaker.send(head.id, Screen("y"))).fate is Fate.DONE
    assert (await office.speaker.send(first, Screen("x"))).fate is Fate.WAIT
    assert len(await office.telegram.calls("sendMessage", chat_id=first)) == 1


async def test_a_storm_in_two_groups_at_once_is_everybody_s(office: Office, head: Person) -> None:
    first = await office.telegram.group("Первая", [head], supergroup=True)
    second = await office.telegram.group("Вторая", [head], supergroup=True)
    await limited(office, first, second)
    assert office.pacer.paused_for() > 800
    assert (await office.speaker.send(head.id, Screen("x"))).fate is Fate.WAIT
    assert await office.telegram.calls("sendMessage", chat_id=head.id) == []


async def test_one_group_that_says_so_again_and_again_is_one(office: Office, head: Person) -> None:
    group = await office.telegram.group("Первая", [head], supergroup=True)
    await limited(office, group)
    for method in ("editMessageText", "createForumTopic", "sendMessage"):
        await office.telegram.order_fault("429", method=method, chat_id=group, retry_after=1, count=1)
    await office.speaker.make_topic(group, "Тема")
    await office.speaker.send(group, Screen("x"))
    assert not office.pacer.paused_for()
