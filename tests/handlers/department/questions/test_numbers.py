"""What a number of a one-off question may be: as a rule heads are asked for what is counted."""

import pytest

from tests.handlers.department.questions.test_questions import NUMBER, begin, complete, seated, send_off
from tests.texts.department import Control, Panel, Questions
from tests.texts.heads import Form
from tests.world import Head, World


@pytest.mark.slow
async def test_what_is_counted_is_not_below_zero(approving: World, admin: Head) -> None:
    head = await seated(approving, admin, 101)
    await begin(admin, "Сколько спортивных клубов?", NUMBER)
    await complete(admin)
    await send_off(admin)
    await head.send("-3")
    assert "не меньше 0" in await head.sees()
    await head.send("0")
    await head.press(Form.SEND)
    assert Form.ACCEPTED in await head.sees()
    await admin.press(Panel.CONTROL)
    assert f"{Control.ANSWERED} 1 из 6" in await admin.sees()


@pytest.mark.slow
@pytest.mark.parametrize("first", ["Дробные числа: нет", f"{Questions.BELOW_ZERO}: нет"])
async def test_the_author_takes_less(approving: World, admin: Head, first: str) -> None:
    """A change over a year, a temperature: with a fraction or without, whichever is said first."""
    head = await seated(approving, admin, 101)
    await begin(admin, "Какова температура в спортзале?", NUMBER)
    await complete(admin)
    second = {"Дробные числа: нет", f"{Questions.BELOW_ZERO}: нет"} - {first}
    await admin.press("1", first, *second)
    assert f"{Questions.BELOW_ZERO}: да" in await admin.buttons()
    await admin.press(Panel.BACK)
    assert "число, можно меньше нуля" in await admin.sees()
    await approving.restart()
    await send_off(admin)
    await head.send("-3,5")
    await head.press(Form.SEND)
    assert Form.ACCEPTED in await head.sees()


@pytest.mark.slow
async def test_a_second_thought_about_less(approving: World, admin: Head) -> None:
    head = await seated(approving, admin, 101)
    await begin(admin, "Сколько спортивных клубов?", NUMBER)
    await admin.press("1", f"{Questions.BELOW_ZERO}: нет", f"{Questions.BELOW_ZERO}: да", Panel.BACK)
    assert "1. Сколько спортивных клубов? — целое число\n" in f"{await admin.sees()}\n"
    await complete(admin)
    await send_off(admin)
    await head.send("-3")
    assert "не меньше 0" in await head.sees()
    # A text has no least value, whatever an old button says.
    await begin(admin, "Какие клубы?", "Текст")
    await admin.callback("qx:2:1:negative", await admin.card(Questions.IS_DRAFT))
    assert await admin.sees() == "Какие клубы?\nВид: текст\nОтвет обязателен"
