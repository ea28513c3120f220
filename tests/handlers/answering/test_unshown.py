"""A button was pressed, the screen did not change for a while, and something was typed meanwhile."""

from datetime import timedelta

import pytest

from tests.handlers.answering.ledger import fill, mine
from tests.handlers.answering.test_order import draft, to_note
from tests.texts.example import Club
from tests.texts.heads import Form, Placing
from tests.world import Head, World


async def meanwhile(world: World, head: Head, pressed: str, *typed: str) -> None:
    """All of it waits at Telegram when the bot comes."""
    await head.phone.press(pressed)
    for text in typed:
        await head.phone.send(text)
    await world.settle()


@pytest.mark.slow_on_postgresql
@pytest.mark.both_databases
async def test_what_fits_only_the_question_on_the_screen_is_its_answer(world: World, head: Head) -> None:
    """Skipped, and then answered after all: the next question wants a link."""
    await world.at("2026-10-05 09:00")
    await to_note(head)
    await meanwhile(world, head, Form.SKIP, "скоро откроем")
    values, field = await draft(world, head)
    assert (values["note"], field) == ("скоро откроем", "page")
    assert "Примечание: скоро откроем" in await head.sees()


async def test_what_fits_only_the_next_question_is_its_answer(world: World, head: Head) -> None:
    """Whoever knows the form types ahead."""
    await world.at("2026-10-05 09:00")
    await head.press(Club.BEING_MADE)
    await meanwhile(world, head, Form.NO, "120", "60")
    values, field = await draft(world, head)
    assert (values["register"], values["members"], values["girls"], field) == (False, 120, 60, "share")


@pytest.mark.slow_on_postgresql
@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("choose", "note", "page"),
    [
        ("«Примечание»", "school.ru/club", None),
        ("«Страница клуба»", None, "https://school.ru/club"),
        (Placing.TO_NONE, None, None),
    ],
)
async def test_what_fits_both_is_asked_about(
    world: World, head: Head, choose: str, note: str | None, page: str | None
) -> None:
    await world.at("2026-10-05 09:00")
    await to_note(head)
    await meanwhile(world, head, Form.SKIP, "school.ru/club")
    assert Placing.WHICH_QUESTION in await head.sees()
    values, _ = await draft(world, head)
    assert not {"note", "page"} & set(values)
    await head.press(choose)
    values, field = await draft(world, head)
    assert (values.get("note"), values.get("page")) == (note, page)
    assert field == ("order" if page else "page")


async def test_the_question_is_asked_for_each_of_several(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await to_note(head)
    await meanwhile(world, head, Form.SKIP, "school.ru/a", "school.ru/b")
    assert [Placing.WHICH_QUESTION in m["text"] for m in await head.phone.messages()].count(True) == 2


async def test_a_swipe_on_the_card_is_asked_about_no_less(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await head.press(Club.BEING_MADE)
    card = await head.card(Club.TITLE)
    await head.phone.press(Form.NO)
    await head.phone.send("да", reply_to=card)
    await world.settle()
    assert Placing.OTHER_THAN_PRESSED in await head.sees()
    await head.press(Placing.WRITE_DOWN)
    values, field = await draft(world, head)
    assert (values["register"], field) == (True, "members")


async def test_another_answer_than_the_pressed_one(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await head.press(Club.BEING_MADE)
    await meanwhile(world, head, Form.NO, "да")
    assert Placing.OTHER_THAN_PRESSED in await head.sees()
    values, _ = await draft(world, head)
    assert values["register"] is False
    await head.press("Оставить как есть")
    values, field = await draft(world, head)
    assert (values["register"], field) == (False, "members")


async def test_the_same_answer_typed_again_is_no_answer_to_the_next(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await head.press(Club.BEING_MADE)
    await meanwhile(world, head, Form.NO, "нет")
    values, field = await draft(world, head)
    assert (values["register"], field) == (False, "members")
    assert Form.IS_IT_ZERO not in await head.sees()


async def test_a_day_typed_after_a_day_pressed(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await head.press(Club.BEING_MADE, Form.NO)
    for typed in ("120", "60", "12,5"):
        await head.send(typed)
    await meanwhile(world, head, Form.YESTERDAY, "01.09.2026")
    # The next question takes any words: either may be meant.
    assert Placing.WHICH_QUESTION in await head.sees()
    await head.press("«Дата приказа»")
    values, field = await draft(world, head)
    assert (values["since"], field) == ("2026-09-01", "note")


@pytest.mark.slow
async def test_what_is_typed_after_sending_goes_to_no_other_request(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await fill(head)
    await world.at("2026-10-06 09:00")
    everything = (await mine(world, head))["everything"]
    await head.phone.callback(f"fy:{everything}:0")
    await head.phone.send("да")
    await world.settle()
    assert Placing.UNSHOWN in await head.sees()
    assert (await mine(world, head)).keys() == {"tap"}, "the other request is as open as it was"


async def test_once_the_screen_has_changed_nothing_is_asked(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await to_note(head)
    await head.press(Form.SKIP)
    await head.send("school.ru/club")
    values, field = await draft(world, head)
    assert (values["page"], field) == ("https://school.ru/club", "order")


async def test_it_is_known_after_a_kill_too(world: World, head: Head) -> None:
    """Both were taken in, and the bot died before it had handled either."""
    await world.at("2026-10-05 09:00")
    await to_note(head)
    await head.phone.press(Form.SKIP)
    await head.phone.send("school.ru/club")
    await world.app.receiver.poll(0)
    await world.restart(after=timedelta(seconds=20))
    await world.settle()
    assert Placing.WHICH_QUESTION in await head.sees()
