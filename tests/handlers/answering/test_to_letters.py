"""People swipe what is no form: a reminder, a list of requests, the news that a due date was moved."""

import pytest

from bot.domain.letter import LetterKind
from bot.storage.post import letters
from tests.handlers.answering.ledger import mine
from tests.handlers.answering.overtaking import brought, withheld
from tests.handlers.answering.test_placing import remarks, values
from tests.handlers.department.staff import small_world
from tests.people import ADMIN, introduced
from tests.texts.department import Panel, Threads
from tests.texts.example import Club
from tests.texts.heads import Extending, Form, Placing, Preferences, Registration, Reminder, Request, Writing
from tests.world import Head, World

world = small_world()


@pytest.fixture
async def admin(world: World) -> Head:
    """The administrator."""
    return await introduced(world, "Начальник Анна", ADMIN)


@pytest.fixture
async def reminded(world: World, admin: Head, head: Head) -> Head:
    """The head owes two requests, is reminded of both, and a form waits for «да» or «нет»."""
    await world.at("2026-10-05 09:00")
    await world.at("2026-10-06 09:00")
    await head.press(Club.BEING_MADE)
    await world.at("2026-10-12 09:00")
    return head


@pytest.mark.slow
@pytest.mark.both_messengers
async def test_a_reply_to_a_reminder_of_several_is_asked_about(world: World, admin: Head, reminded: Head) -> None:
    await reminded.send("да", reply_to=await reminded.card(Reminder.HEADING))
    assert "register" not in await values(world, reminded)
    await reminded.phone.find(Placing.TO_SEVERAL)
    await reminded.press(Placing.TO_DEPARTMENT)
    whose = "Мария Иванова, руководитель\n🏫 Сосновоозёрская школа"
    assert await admin.sees() == f"✉️ {Threads.HEADING}\n{whose}\n{Threads.TO_REMINDER} от 12 октября\n\nда"
    await admin.send("/panel")
    await admin.press(Panel.THREADS)
    await admin.press((await admin.buttons())[0])
    assert f"{Threads.TO_REMINDER} от 12 октября\nда" in await admin.sees()


@pytest.mark.slow
async def test_of_one_it_is_about_that(world: World, reminded: Head) -> None:
    ids = await mine(world, reminded)
    await reminded.callback(f"fo:{ids['tap']}", await reminded.card("Положение утверждено"))
    await reminded.press(Form.YES)
    await world.at("2026-10-14 09:00")
    await reminded.send("Сдадим завтра", reply_to=await reminded.card(Reminder.HEADING))
    assert await remarks(world, ids["everything"]) == [("Сдадим завтра", None)]


@pytest.mark.slow
async def test_the_news_of_another_due_date_is_about_its_request(world: World, reminded: Head) -> None:
    ids = await mine(world, reminded)
    await world.storage.apply(
        lambda tx: letters.write(tx, LetterKind.EXTENDED, [reminded.id], world.now, obligation=ids["tap"])
    )
    await world.settle()
    await reminded.send("Спасибо, успеем", reply_to=await reminded.card(Extending.MOVED))
    assert await remarks(world, ids["tap"]) == [("Спасибо, успеем", None)]
    assert "register" not in await values(world, reminded)


@pytest.mark.slow
@pytest.mark.both_messengers
@pytest.mark.parametrize("other", [Registration.REGISTERED, Request.OPEN, Placing.KEPT])
async def test_a_reply_to_what_is_about_no_request_answers_no_form(world: World, reminded: Head, other: str) -> None:
    await reminded.send("/tasks")
    await reminded.send("Спасибо", reply_to=await reminded.card(Request.OPEN))
    await reminded.send("да", reply_to=await reminded.card(other))
    assert "register" not in await values(world, reminded)
    # It is kept, and the form waits still.
    await reminded.press(f"К запросу «{Club.TITLE}»")
    assert (await values(world, reminded))["register"] is True


@pytest.mark.slow
@pytest.mark.parametrize("other", [Registration.REGISTERED, Reminder.HEADING])
async def test_nor_does_one_that_comes_late(world: World, reminded: Head, other: str) -> None:
    await reminded.phone.send("да", reply_to=await reminded.card(other))
    await reminded.phone.press(Panel.BACK)
    first, second = withheld(world)
    await brought(world, second)
    await brought(world, first)
    await world.settle()
    assert "register" not in await values(world, reminded)
    await reminded.phone.find(Placing.LATE)


@pytest.mark.slow
@pytest.mark.both_messengers
async def test_another_number_in_reply_to_ones_own_corrects_that(world: World, admin: Head, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await head.press(Club.BEING_MADE, Form.YES)
    own = await head.send("120")
    await head.send("130", reply_to=own)
    filled = await values(world, head)
    assert (filled["members"], "girls" in filled) == (130, False)
    # The form waits for what it has asked, and words are a comment.
    await head.send("По отчёту ОО-1", reply_to=own)
    await head.send("60", reply_to=await head.card("из них девочек"))
    assert (await values(world, head))["girls"] == 60
    # Nor when it is filled in.
    await head.send("12,5")
    await head.press(Form.YESTERDAY, Form.SKIP)
    await head.send("school.ru/club")
    await head.send_file()
    await head.press(Form.DONE)
    await head.send("140", reply_to=own)
    assert (await values(world, head))["members"] == 140
    assert Form.CHECK in await head.sees()
    assert await remarks(world) == [("По отчёту ОО-1", None)]


async def test_also_if_it_comes_late(world: World, admin: Head, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await head.press(Club.BEING_MADE, Form.YES)
    own = await head.send("120")
    await head.phone.send("130", reply_to=own)
    await head.phone.press(Panel.BACK)
    first, second = withheld(world)
    await brought(world, second)
    await brought(world, first)
    await world.settle()
    assert "girls" not in await values(world, head)
    await head.press(Placing.WRITE_DOWN)
    assert (await values(world, head))["members"] == 130


async def test_a_date_in_reply_to_the_form_is_no_holiday(world: World, admin: Head, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await head.press(Club.BEING_MADE, Form.YES)
    await head.send("120\n60\n12,5")
    form = await head.card("Дата приказа")
    await head.send("/settings")
    await head.press(Preferences.HOLIDAY)
    await head.send("06.10.2026", reply_to=form)
    assert (await values(world, head))["since"] == "2026-10-06"
    await head.send("/settings")
    assert Preferences.HOLIDAY in await head.buttons()


@pytest.mark.both_messengers
async def test_a_number_in_reply_to_the_form_is_no_letter(world: World, admin: Head, head: Head) -> None:
    """The head was about to write to the department, and answers first."""
    await world.at("2026-10-05 09:00")
    await head.press(Club.BEING_MADE, Form.YES)
    form = await head.card("Занимается")
    await head.send("/write")
    await head.send("120", reply_to=form)
    assert (await values(world, head))["members"] == 120
    assert Writing.FORWARDED not in await head.screen()
    # Words are a letter about it.
    form = await head.card("из них девочек")
    await head.send("/write")
    await head.send("Девочек считать с кружками?", reply_to=form)
    assert Writing.FORWARDED in await head.screen()
