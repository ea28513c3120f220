"""What was gone through once is as it would be if it were gone through again."""

from pathlib import Path

from tests.handlers.registering import seated_at
from tests.texts.example import Organizations, Types
from tests.world import living


async def test_a_remembered_registration_is_like_the_one_before(tmp_path: Path) -> None:
    seen = []
    for number in range(2):
        folder = tmp_path / str(number)
        folder.mkdir()
        async with living(folder) as world:
            head = await world.person("Незабудкина Вера", 7001)
            before = world.telegram.record.total
            await head.join(Types.GENERAL, Organizations.SCHOOL)
            calls = world.telegram.record.total - before
            state = await head.screen(), await head.buttons(), await seated_at(world, head)
            # And the conversation goes on.
            await head.send("/start")
            seen.append((*state, await head.sees(), await head.buttons()))
            assert (calls > 0) is (number == 0)
    assert seen[0] == seen[1]


async def test_whoever_has_done_anything_else_before_goes_every_step(tmp_path: Path) -> None:
    for number in range(2):
        folder = tmp_path / str(number)
        folder.mkdir()
        async with living(folder) as world:
            head = await world.person("Иванова Мария", 101)
            await head.send("Здравствуйте")
            before = world.telegram.record.total
            await head.join(Types.GENERAL, Organizations.SCHOOL)
            assert world.telegram.record.total > before
            assert await seated_at(world, head)
