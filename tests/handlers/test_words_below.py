"""«Мои запросы · Написать · Настройки» under the line in which a head types."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.delivery.sayings import Send, dump, load
from bot.domain.people.member import Limits, StaffRole
from bot.domain.people.organization import RosterEntry
from bot.domain.screen import Button, Screen
from bot.storage.desk import threads
from bot.storage.ledger import drafts, obligations
from bot.storage.people import staff
from tests.handlers.answering.ledger import EVERY_KIND, SCHOOL, every_kind
from tests.handlers.department.staff import chief, employee, small_world
from tests.people import CURATOR, HEAD, introduced
from tests.texts.department import Panel, Questions
from tests.texts.heads import Form, Preferences, Registration, Request, Words, Writing
from tests.world import Head, World, catalog_of, living

GARDEN = "Детский сад «Ёлочка»"
WORDS = [Words.TASKS, Words.WRITE, Words.SETTINGS]


world, admin = small_world(), chief


@pytest.fixture
async def head(world: World, admin: Head) -> Head:
    """The head of the kindergarten."""
    head = await world.person("Цыренова Баирма", HEAD)
    await head.join("Дошкольное", GARDEN)
    return head


async def below(person: Head) -> list[str]:
    """What stands under the line in which they type."""
    keyboard: Any = (await person.phone.chat())["keyboard"]
    return [button["text"] for row in keyboard["keyboard"] for button in row] if keyboard else []


async def test_a_head_has_them_from_the_first_day_on(world: World, head: Head) -> None:
    assert await below(head) == WORDS
    text = (await head.phone.find(Registration.REGISTERED))["text"]
    # A card of three lines, and one message of the registration.
    assert len(text.split()) < 50
    assert len([message for message in await head.phone.messages() if GARDEN in message["text"]]) == 1
    await world.at("2026-10-06 09:00")
    await head.press(Words.TASKS)
    assert Request.OPEN in await head.sees()
    await head.press(Words.WRITE)
    assert "Напишите одним сообщением" in await head.sees()
    # It is a command: nothing of it is written to the department.
    await head.press(Words.SETTINGS)
    assert Preferences.HOLIDAY in await head.buttons()
    async with world.storage.read() as tx:
        assert (await threads.of_person(tx, head.id, 9, 0))[1] == 0


@pytest.mark.telegram_alone
async def test_they_stay_and_are_small(head: Head) -> None:
    """In MAX they are buttons of a message."""
    keyboard: Any = (await head.phone.chat())["keyboard"]
    assert keyboard["is_persistent"]
    assert keyboard["resize_keyboard"]


@pytest.mark.parametrize("typed", ["мои запросы", "  Мои   запросы ", "МОИ ЗАПРОСЫ.", "Мои запросы!"])
async def test_typed_by_hand(world: World, head: Head, typed: str) -> None:
    await world.at("2026-10-06 09:00")
    await head.send(typed)
    assert Request.OPEN in await head.sees()


async def test_a_form_that_is_being_filled_in_stays_whole(world: World, head: Head) -> None:
    await world.at("2026-10-06 09:00")
    await head.press(Form.NOT_OURS)
    await head.press(Words.SETTINGS)
    await head.press(Words.TASKS)
    assert Request.OPEN in await head.sees()
    # The reason is still what is asked, and no word of theirs has become it.
    await head.send("Группы закрыты на ремонт")
    assert "Группы закрыты на ремонт" in (await head.phone.find(Form.CHECK))["text"]
    await head.press(Words.SETTINGS)
    async with world.storage.read() as tx:
        (owed,) = await obligations.unanswered(tx, head.id, world.now)
        draft = await drafts.get(tx, head.id, owed.id)
    assert draft is not None
    assert draft.not_ours == "Группы закрыты на ремонт"
    await head.press(Form.SEND)
    assert Form.ACCEPTED in await head.screen()


async def test_the_word_for_writing_leaves_the_draft(world: World, head: Head) -> None:
    await world.at("2026-10-06 09:00")
    await head.press(Form.NOT_OURS)
    await head.send("Группы закрыты на ремонт")
    await head.press(Words.WRITE)
    await head.send("Когда совещание?")
    assert Writing.FORWARDED in await head.screen()
    # What was left for it stands below, as it was.
    assert "Группы закрыты на ремонт" in await head.sees()
    assert Form.SEND in await head.buttons()
    await head.send("/tasks")
    await head.press("1. Положение утверждено")
    assert "Группы закрыты на ремонт" in await head.sees()


async def test_they_go_with_stop_and_come_back_with_start(world: World, head: Head) -> None:
    await head.send("/stop")
    assert await below(head) == []
    # Looking something up does not bring them back, but the words still mean what they say.
    await head.send("/help")
    await head.send("Мои запросы")
    assert Request.NONE_OPEN in await head.sees()
    assert await below(head) == []
    await head.send("/start")
    assert await below(head) == WORDS


async def test_whoever_had_the_bot_before_gets_them_with_help(world: World, head: Head) -> None:
    await head.do(head.phone.delete_chat())
    assert await below(head) == []
    await head.send("/help")
    assert await below(head) == WORDS


async def test_whoever_asks_for_nothing_gets_them_with_the_first_word(world: World, head: Head) -> None:
    """Heads of an older bot, who never open the menu."""
    await head.do(head.phone.delete_chat())
    await world.at("2026-10-06 09:00")
    assert await below(head) == []
    await head.press(Form.NOT_OURS)
    assert await below(head) == []
    # Pressed in the form: what says that there is no such command has no buttons.
    await head.send("/panel")
    assert await below(head) == WORDS


async def test_they_go_with_the_last_seat(world: World, head: Head) -> None:
    await head.press(Words.SETTINGS)
    await head.press(Preferences.ORGANIZATIONS, Preferences.LEAVE, GARDEN, Preferences.SURELY_LEAVE)
    assert await below(head) == []
    # Now they are words like any other.
    await head.send("Мои запросы")
    assert Request.OPEN not in await head.sees()


async def test_they_go_with_the_data(world: World, head: Head) -> None:
    await head.send("/delete")
    await head.press(Preferences.DELETE)
    assert await below(head) == []
    assert "Ваши данные удалены" in await head.sees()


async def test_staff_do_not_have_them(world: World, admin: Head) -> None:
    curator = await employee(world, CURATOR, "Куратор Дарья", StaffRole.CURATOR)
    for command in ("/start", "/help", "/panel", "/tasks", "/settings", "/stop", "/start"):
        await curator.send(command)
        assert await below(curator) == [], command
    assert await below(admin) == []


def test_a_saying_of_an_older_bot_is_said() -> None:
    """It has been waiting in the inbox since before the words below were thought of."""
    screen = Screen("Да", ((Button("Нет", "x"),),), (("а", "б"),))
    stored = dump([Send(7, screen)])
    assert load(stored) == [Send(7, screen)]
    del stored[0]["screen"]["keyboard"]
    assert load(stored) == [Send(7, Screen("Да", screen.rows))]


@pytest.mark.parametrize("typed", ["стоп", "Отпишите меня!", "отписаться"])
async def test_whoever_asks_in_words_is_left_alone(world: World, head: Head, typed: str) -> None:
    await world.at("2026-10-06 09:00")
    await head.send(typed)
    assert Preferences.STOPPED in await head.sees()
    await head.send("/start")
    assert Preferences.STOPPED not in await head.sees()
    await head.send("Не могу остановиться, стоп")
    assert Preferences.STOPPED not in await head.sees(), "more words are a message"


async def test_help_in_a_word_ends_no_form(world: World, head: Head) -> None:
    await world.at("2026-10-06 09:00")
    await head.send("помощь")
    assert "Как это работает" in await head.sees()
    await head.send(Form.YES)
    assert Form.CHECK in await head.sees()


async def test_a_word_that_is_an_option_is_the_answer(tmp_path: Path) -> None:
    every_kind(tmp_path)
    text = EVERY_KIND.read_text(encoding="utf-8").replace("[Действует, Создаётся, Не создан]", "[Помощь, Нет, Стоп]")
    directives = tmp_path / "directives.yaml"
    directives.write_text(text.replace("{club: Действует}", "{club: Помощь}"), encoding="utf-8")
    async with living(tmp_path, catalog_of(directives, tmp_path / "organizations.yaml")) as world:
        head = await world.person("Иванова Мария", HEAD)
        await head.join("Общее", SCHOOL)
        await world.at("2026-10-05 09:00")
        await head.send("стоп")
        assert "В реестре" in await head.sees(), "the next question"
        await head.send("помощь")
        assert "Как это работает" in await head.sees()
        await head.send(Form.YES)
        assert "Занимается" in await head.sees()


async def test_a_paper_is_no_cry_for_help(world: World, head: Head) -> None:
    await world.at("2026-10-06 09:00")
    await head.press(Form.NOT_OURS)
    await head.send("Справка")
    assert "Справка" in (await head.phone.find(Form.CHECK))["text"]


async def test_words_of_a_question_that_is_made_are_no_commands(world: World, head: Head) -> None:
    await world.storage.apply(lambda tx: staff.grant(tx, head.id, StaffRole.CURATOR, None, world.now, Limits()))
    await head.send("/panel")
    await head.press(Panel.REQUESTS, Questions.NEW)
    await head.send("Помощь")
    assert "Да / Нет" in await head.buttons(), "it is asked how the question is answered"


async def test_an_organization_is_looked_for_by_any_word_that_names_one(tmp_path: Path) -> None:
    centre = RosterEntry("c1", "Центр „Помощь“", frozenset({"supplementary"}))
    async with living(tmp_path, replace(catalog_of(), roster=(centre,))) as world:
        head = await introduced(world, "Иванова Мария", HEAD)
        await head.send("Помощь")
        await head.press("Помощь", Registration.HEAD)
        assert Registration.REGISTERED in await head.sees()


async def test_staff_without_a_seat_are_helped_and_left_alone_by_word(world: World, admin: Head) -> None:
    assert not await below(admin)
    await admin.send("помощь")
    assert "/panel" in await admin.sees()
    await admin.send("стоп")
    assert Preferences.STOPPED in await admin.sees()


@pytest.mark.parametrize("typed", ["Старт", "начать", "start"])
async def test_whoever_was_left_alone_comes_back_by_word(world: World, head: Head, typed: str) -> None:
    await head.send("стоп")
    assert Preferences.STOPPED in await head.sees()
    await head.send(typed)
    assert Preferences.WELCOME_BACK in await head.sees()


async def test_whoever_has_left_is_left_alone_by_word_too(world: World, head: Head) -> None:
    await head.press(Words.SETTINGS)
    await head.press(Preferences.ORGANIZATIONS, Preferences.LEAVE, GARDEN, Preferences.SURELY_LEAVE)
    await head.send("отпишите меня")
    assert Preferences.STOPPED in await head.sees()
