"""Whoever replies to an announcement talks to the department, whatever the form waits for."""

import pytest

from tests.handlers.answering.ledger import SCHOOL
from tests.handlers.answering.overtaking import brought, withheld
from tests.handlers.answering.test_typing import remarks, values
from tests.handlers.department.announcements.test_announcements import compose, go, to_everyone
from tests.handlers.department.staff import small_world
from tests.people import ADMIN, introduced
from tests.texts.department import Announcements, Journal, Panel, Threads
from tests.texts.example import Club
from tests.texts.heads import Form, Placing, Preferences, Registration, Words, Writing
from tests.world import Head, World

MEETING = "Будете на совещании 8 октября?"
ITS_NAME = f"Объявление от 5 октября: «{MEETING}»"
ITS_TITLE = f"Объявление 05.10 «{MEETING}»"
OTHER_SCHOOL = "Белоярская"


world = small_world()


@pytest.fixture
async def admin(world: World) -> Head:
    """Whose announcement it is."""
    return await introduced(world, "Начальник Анна", ADMIN)


@pytest.fixture
async def asked(world: World, admin: Head, head: Head) -> Head:
    """The form waits for «да» or «нет» when the announcement comes."""
    await head.join("Общее", SCHOOL)
    await world.at("2026-10-05 09:00")
    await head.press(Club.BEING_MADE)
    await compose(admin, MEETING)
    await to_everyone(admin)
    await go(admin)
    return head


@pytest.mark.slow
@pytest.mark.both_messengers
async def test_a_reply_to_an_announcement_is_no_answer_to_the_form(world: World, asked: Head) -> None:
    announcement = await asked.card(MEETING)
    await asked.send("да", reply_to=announcement)
    assert "register" not in await values(world, asked)
    await asked.phone.find(Placing.TO_ANNOUNCEMENT)
    await asked.press(Placing.TO_DEPARTMENT)
    assert Writing.FORWARDED in await asked.screen()
    # What is not a reply to it goes on with the form.
    await asked.send("нет")
    assert (await values(world, asked))["register"] is False


async def test_nor_is_a_file(world: World, asked: Head) -> None:
    announcement = await asked.card(MEETING)
    await asked.press(Form.YES)
    await asked.send_file("список.pdf", reply_to=announcement)
    await asked.phone.find(Placing.TO_ANNOUNCEMENT)
    await asked.press(f"К запросу «{Club.TITLE}»")
    assert await remarks(world) == [(None, "список.pdf")]


async def test_whoever_has_left_is_told_so(asked: Head) -> None:
    announcement = await asked.card(MEETING)
    await asked.send("/delete")
    await asked.press(Preferences.DELETE)
    await asked.send("/start")
    await asked.press(Registration.AGREE)
    await asked.send("да", reply_to=announcement)
    assert Placing.TO_ANNOUNCEMENT not in await asked.screen()


@pytest.mark.slow
async def test_whoever_has_left_the_organization_in_the_midst_of_its_form_is_asked_for_nothing(asked: Head) -> None:
    announcement = await asked.card(MEETING)
    await asked.send("/settings")
    await asked.press(Preferences.ORGANIZATIONS, Preferences.LEAVE, "Сосновоозёрская школа", Preferences.SURELY_LEAVE)
    await asked.send("Меня не будет", reply_to=announcement)
    assert Placing.NOT_BY_REPLY not in await asked.screen()
    assert await asked.buttons() == [Placing.TO_DEPARTMENT, Placing.NOTHING]


async def told(head: Head, words: str = "Будем вдвоём") -> None:
    """The head swipes the announcement, and has the department told."""
    await head.send(words, reply_to=await head.card(f"образования\n\n{MEETING}"))
    await head.press(Placing.TO_DEPARTMENT)


@pytest.mark.slow
@pytest.mark.both_messengers
async def test_the_department_sees_which_announcement_it_is_about(asked: Head, admin: Head) -> None:
    await told(asked)
    whose = "Мария Иванова, руководитель\n🏫 Сосновоозёрская школа"
    assert await admin.sees() == f"✉️ Обращение\n{whose}\n📣 {ITS_NAME}\n\nБудем вдвоём"
    # In the list, in the thread, and where the answer is written.
    await admin.send("/panel")
    await admin.press(Panel.THREADS)
    listed = (await admin.buttons())[0]
    assert listed.startswith("❗️ Мария Иванова · Объявление 05.10 «Будете")
    await admin.press(listed)
    assert ITS_NAME in await admin.sees()
    await admin.press(Threads.ANSWER)
    assert f"📣 {ITS_TITLE}" in await admin.sees()
    await admin.send("Ждём обоих")
    assert await asked.sees() == f"✉️ Ответ управления\n📣 {ITS_NAME}\nАнна Начальник\n\nЖдём обоих"
    # What is said to it once more goes on with it, and what is not begins another thread.
    await told(asked, "Втроём")
    assert ITS_NAME in await admin.sees()
    await asked.send("/write")
    await asked.send("А где?")
    assert ITS_NAME not in await admin.sees()
    await admin.send("/panel")
    await admin.press(Panel.JOURNAL)
    journal = await admin.sees()
    assert f"Обращение в управление\nСосновоозёрская школа · «{MEETING}»" in journal
    assert f"Ответ на обращение\nСосновоозёрская школа · «{MEETING}»" in journal
    await admin.press(Journal.DOWNLOAD)
    _, table = await admin.received_file()
    assert any("Обращение в управление" in row and MEETING in row for row in table.decode("utf-8-sig").splitlines())


@pytest.mark.slow
@pytest.mark.both_messengers
async def test_so_it_does_of_what_is_written_to_it_by_a_swipe(asked: Head, admin: Head) -> None:
    await asked.send("/write")
    await asked.send("Будем вдвоём", reply_to=await asked.card(MEETING))
    assert Writing.FORWARDED in await asked.screen()
    assert f"📣 {ITS_NAME}\n\nБудем вдвоём" in await admin.sees()
    await asked.press(Words.WRITE)
    await asked.press("Мои обращения")
    assert (await asked.buttons())[0] == f"5 октября: {ITS_TITLE}"[: len((await asked.buttons())[0])]


@pytest.mark.slow
async def test_whoever_leaves_meanwhile_still_speaks_of_the_organization(asked: Head, admin: Head) -> None:
    await asked.send("Больше там не работаю", reply_to=await asked.card(MEETING))
    question = await asked.card(Placing.TO_ANNOUNCEMENT)
    await asked.send("/settings")
    await asked.press(Preferences.ORGANIZATIONS, Preferences.LEAVE, "Сосновоозёрская школа", Preferences.SURELY_LEAVE)
    await asked.press_at(question, Placing.TO_DEPARTMENT)
    who = "Мария Иванова, уже не представляет организацию\n🏫 Сосновоозёрская школа"
    assert f"{who}\n📣 {ITS_NAME}\n\nБольше там не работаю" in await admin.sees()


@pytest.mark.slow
async def test_who_sits_at_several_speaks_of_all_that_it_came_to(world: World, admin: Head, head: Head) -> None:
    await head.join("Общее", SCHOOL, Registration.DEPUTY)
    await head.send("/settings")
    await head.press(
        Preferences.ORGANIZATIONS,
        Preferences.ADD_ORGANIZATION,
        "Общее",
        Registration.DONE,
        OTHER_SCHOOL,
        Registration.HEAD,
    )
    await world.at("2026-10-05 09:00")
    await compose(admin, MEETING)
    await to_everyone(admin)
    await go(admin)
    await told(head)
    assert "🏫 Белоярская школа; Сосновоозёрская школа\n📣" in await admin.sees()


@pytest.mark.slow
async def test_what_was_deleted_everywhere_is_not_said_again(asked: Head, admin: Head) -> None:
    await told(asked)
    await admin.press_at(
        await admin.card(f"{Announcements.HEADING} · {Announcements.IS_SENT}"), Announcements.DELETE_EVERYWHERE
    )
    await admin.press(Announcements.DELETE_EVERYWHERE)
    await admin.send("Отменяется", reply_to=await admin.card("Будем вдвоём"))
    assert f"{Announcements.HEADING} от 5 октября (удалено)" in await asked.sees()
    assert MEETING not in await asked.sees()


@pytest.mark.slow
async def test_whoever_writes_that_they_have_read_it_is_told_of_the_button(
    world: World, admin: Head, head: Head
) -> None:
    await head.join("Общее", SCHOOL)
    await compose(admin, MEETING)
    await to_everyone(admin)
    await admin.press(f"«{Announcements.ACKNOWLEDGE}»: нет")
    await go(admin)
    await head.send("Мы прочли и будем", reply_to=await head.card(MEETING))
    assert Placing.BY_BUTTON in await head.sees()
    await head.send("Ознакомлены", reply_to=await head.card(MEETING))
    assert Announcements.BY_BUTTON in await head.sees()
    await head.press_at(await head.card(f"образования\n\n{MEETING}"), Announcements.ACKNOWLEDGE)
    await head.send("Будем", reply_to=await head.card(f"образования\n\n{MEETING}"))
    assert Placing.BY_BUTTON not in await head.sees()


@pytest.mark.slow
async def test_a_reply_that_comes_late_is_no_answer_either(world: World, asked: Head) -> None:
    announcement = await asked.card(MEETING)
    await asked.phone.send("да", reply_to=announcement)
    await asked.phone.send("/tasks")
    first, second = withheld(world)
    await brought(world, second)
    await brought(world, first)
    await world.settle()
    assert "register" not in await values(world, asked)
    await asked.phone.find(Placing.TO_ANNOUNCEMENT)
