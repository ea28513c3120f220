"""What is done has a day that has come, what is planned one that is still to come."""

import pytest

from bot.storage.ledger import drafts
from tests.texts.department import Panel
from tests.texts.example import Organizations, Titles, Types
from tests.texts.heads import Form
from tests.world import Head, World

DISCUSSION = "Рассмотрение нацпроекта в коллективе"


@pytest.fixture
async def asked(world: World, head: Head) -> Head:
    """The head of a school has been asked about the discussion, and about nothing else."""
    await head.join(Types.GENERAL, Organizations.SCHOOL)
    await world.at("2026-10-01 09:00")
    await world.at("2026-10-02 10:00")
    await head.send("/tasks")
    number = next(label for label in await head.buttons() if DISCUSSION in label)
    await head.press(number)
    return head


async def kept(world: World, head: Head) -> dict[str, object]:
    """What the head's only draft holds."""
    async with world.storage.read() as tx:
        drafted = [await drafts.get(tx, head.id, obligation) for obligation in range(1, 60)]
    return next(dict(draft.values) for draft in drafted if draft is not None)


async def test_a_day_to_come_is_no_day_on_which_it_was_done(world: World, asked: Head) -> None:
    await asked.press(Titles.DONE)
    assert await asked.buttons() == [Form.TODAY, Form.YESTERDAY, Form.OTHER_DAY, Panel.BACK, Form.MORE]
    for typed in ("05.10.2026", "завтра", "5 октября"):
        await asked.send(typed)
        assert (await asked.sees()).startswith("❗️ Дата рассмотрения: этот день ещё не наступил.\n\n")
        assert (await asked.sees()).count("02.10.2026") == 1
        assert "date" not in await kept(world, asked)
    await asked.press(Form.OTHER_DAY)
    assert "[2]" in await asked.buttons()
    assert "3" not in await asked.buttons(), "no day to come can be tapped"
    await asked.press("1")
    assert (await kept(world, asked))["date"] == "2026-10-01"


@pytest.mark.both_messengers
async def test_of_what_is_planned_days_to_come_are_offered(world: World, asked: Head) -> None:
    await asked.press("В работе")
    offered = [Form.TOMORROW, Form.IN_A_WEEK, "30 октября"]
    assert await asked.buttons() == [*offered, Form.OTHER_DAY, Panel.BACK, Form.MORE]
    await asked.send("вчера")
    assert "этот день уже прошёл.\n\n" in await asked.sees()
    assert "09.10.2026" in await asked.sees()
    await asked.press(Form.IN_A_WEEK)
    assert Form.CHECK in await asked.sees()
    assert "• Рассмотрение запланировано на: 9 октября 2026" in await asked.sees()
    # It has been done meanwhile: the day that was planned is not sent as the day on which it was.
    await asked.press(Form.CHANGE, "Состояние: В работе", Titles.DONE)
    assert "planned" not in await kept(world, asked)
    assert "Дата рассмотрения" in await asked.sees()
