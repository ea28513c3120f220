"""What a head sends without saying where it belongs is kept, and is never to be sent again."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.storage import schema as tables
from bot.storage.desk import threads
from bot.storage.ledger import drafts, replies
from tests import messengers
from tests.handlers.answering.ledger import fill, mine
from tests.texts.example import Club
from tests.texts.heads import Form, Misfit, Placing, Preferences, Registration, Writing
from tests.world import Head, World


async def values(world: World, head: Head, directive: str = "everything") -> dict[str, object]:
    ids = await mine(world, head)
    async with world.storage.read() as tx:
        draft = await drafts.get(tx, head.id, ids[directive])
    return dict(draft.values) if draft else {}


async def remarks(world: World, obligation: int = 1) -> list[tuple[str | None, str | None]]:
    async with world.storage.read() as tx:
        return [(remark.text, remark.file_name) for remark in await replies.remarks_to(tx, obligation)]


async def count(world: World, table: sa.Table) -> int:
    async with world.storage.read() as tx:
        return int((await tx.execute(sa.select(sa.func.count()).select_from(table))).scalar_one())


@pytest.fixture
async def asked(world: World, head: Head) -> Head:
    """The head owes two requests."""
    await world.at("2026-10-05 09:00")
    await world.at("2026-10-06 09:00")
    return head


@pytest.mark.slow_on_postgresql
@pytest.mark.both_databases
async def test_a_text_finds_its_request_by_a_button(world: World, asked: Head) -> None:
    await asked.send("действует")
    assert "К какому запросу" in await asked.sees()
    question = await asked.card("К какому запросу")
    await world.restart()
    await asked.press_at(question, f"К запросу «{Club.TITLE}»")
    assert (await values(world, asked))["club"] == Club.WORKS
    # The button has done its deed.
    await asked.callback(f"jr:{question - 1}:1", question)
    assert Placing.PLACED in await asked.toast()
    assert await remarks(world) == []


@pytest.mark.slow
async def test_a_head_of_two_schools_sees_which_one_a_button_is_for(world: World, asked: Head) -> None:
    await asked.send("/settings")
    await asked.press(
        Preferences.ORGANIZATIONS, Preferences.ADD_ORGANIZATION, "Общее", Form.DONE, "Белоярская", Registration.HEAD
    )
    await asked.send("Просим учесть ремонт")
    buttons = await asked.buttons()
    assert "К запросу «Положение утверждено» · Белоярская школа" in buttons
    assert "К запросу «Положение утверждено» · Сосновоозёрская школа" in buttons


async def test_what_is_no_answer_becomes_a_comment(world: World, asked: Head) -> None:
    await asked.send("Просим учесть ремонт")
    await asked.press(f"К запросу «{Club.TITLE}»")
    assert await remarks(world) == [("Просим учесть ремонт", None)]
    assert Placing.AS_COMMENT in await asked.screen()


@pytest.mark.slow
async def test_files_go_where_their_sender_says_all_of_an_album_at_once(world: World, asked: Head) -> None:
    await asked.send_album("document", "document", "photo")
    assert (await asked.screen()).count("К какому запросу") == 1
    await asked.press(f"К запросу «{Club.TITLE}»")
    assert [name for _, name in await remarks(world)] == ["file1.pdf", "file2.pdf", "фото.jpg"]
    await asked.send_file("смета.pdf")
    await asked.press(Placing.TO_DEPARTMENT)
    assert Writing.FORWARDED in await asked.screen()
    assert await count(world, tables.notes) == 1
    assert await count(world, tables.strays) == 0


@pytest.mark.slow
async def test_a_file_for_the_question_that_asks_for_one_is_its_answer(world: World, asked: Head) -> None:
    card = await asked.card(Club.TITLE)
    for label in (Club.BEING_MADE, Form.NO):
        await asked.press_at(card, label)
    await asked.send("1\n1\n1")
    for label in (Form.TODAY, Form.SKIP):
        await asked.press_at(await asked.card(Club.TITLE), label)
    await asked.send("school.ru")
    await asked.send("/settings")
    await asked.press(Preferences.HOLIDAY, Preferences.BACK)
    await asked.send_file("приказ.pdf")
    await asked.press(f"К запросу «{Club.TITLE}»")
    assert "order" in await values(world, asked)


@pytest.mark.slow
async def test_nothing_is_nothing_and_a_stranger_s_button_too(world: World, asked: Head) -> None:
    sent = await asked.send("Ошибся чатом")
    other = await world.person("Петрова Анна", 102)
    await other.join("Дошкольное", "Ёлочка")
    await other.callback(f"jd:{sent}")
    assert Placing.PLACED in await other.toast()
    await asked.press(Placing.NOTHING)
    assert Placing.NOWHERE in await asked.sees()
    for table in (tables.strays, tables.notes, tables.remarks):
        assert await count(world, table) == 0


async def test_a_correction_of_what_is_kept_corrects_it(world: World, asked: Head) -> None:
    sent = await asked.send("не действует")
    await asked.edit(sent, "Не создан")
    await asked.press(f"К запросу «{Club.TITLE}»")
    assert (await values(world, asked))["club"] == Club.NOT_MADE


async def test_a_long_text_is_kept_whole(world: World, asked: Head) -> None:
    full = "я" * messengers.longest()
    await asked.send_long(full + "12")
    await asked.press(f"К запросу «{Club.TITLE}»")
    assert await remarks(world) == [(full + "\n12", None)]


async def test_a_text_too_long_for_a_comment_keeps_its_buttons(world: World, asked: Head) -> None:
    await asked.send_long("я" * 8200)
    await asked.press(f"К запросу «{Club.TITLE}»")
    assert Placing.TOO_LONG in await asked.toast()
    assert await remarks(world) == []
    await asked.press(Placing.TO_DEPARTMENT)
    assert await count(world, tables.notes) == 3


async def test_a_sentence_that_is_no_number_goes_elsewhere_by_a_button(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await head.press(Club.BEING_MADE, Form.NO)
    sent = await head.send("Подскажите, кого здесь считать?")
    assert Misfit.NOT_A_NUMBER in await head.sees()
    await head.press(Placing.TO_DEPARTMENT)
    assert Writing.FORWARDED in await head.screen()
    assert await count(world, tables.notes) == 1
    assert await count(world, tables.strays) == 0
    other = await head.send("Точно пока не знаем")
    await head.press(f"К запросу «{Club.TITLE}»")
    assert await remarks(world) == [("Точно пока не знаем", None)]
    assert "members" not in await values(world, head)
    assert sent < other


async def test_a_sentence_that_is_corrected_into_a_number_has_no_other_place(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await head.press(Club.BEING_MADE, Form.NO)
    sent = await head.send("Сейчас уточним и напишем")
    await head.edit(sent, "12")
    assert (await values(world, head))["members"] == 12
    assert await count(world, tables.strays) == 0


@pytest.mark.slow
async def test_words_at_the_preview_become_a_comment_by_a_button(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await fill(head)
    await head.send("Приказ вышлем завтра")
    assert Placing.FILLED_IN in await head.screen()
    await head.press(f"К запросу «{Club.TITLE}»")
    assert await remarks(world) == [("Приказ вышлем завтра", None)]
    await head.press(Form.SEND)
    assert Form.ACCEPTED in await head.screen()


@pytest.mark.slow
async def test_words_at_the_preview_may_be_for_another_request(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await fill(head)
    await world.at("2026-10-06 09:00")
    await head.send("да")
    assert "К какому запросу" in await head.screen()
    await head.press("К запросу «Положение утверждено»")
    assert (await values(world, head, "tap"))["done"] is True
    assert await remarks(world) == []


async def test_another_word_for_the_only_question_corrects_the_answer(world: World, asked: Head) -> None:
    """Nobody who has said «да», and says «нет» before sending it, means anything else."""
    await asked.press_at(await asked.card("Положение утверждено"), Form.MORE)
    await asked.send("да")
    assert Form.SEND in await asked.buttons()
    await asked.send("нет")
    assert (await values(world, asked, "tap"))["done"] is False
    assert "К какому запросу" not in await asked.screen()
    await asked.send("Зал откроют в ноябре")
    assert Placing.FILLED_IN in await asked.screen()
    assert (await values(world, asked, "tap"))["done"] is False


async def test_a_caption_is_corrected_as_a_text_is(world: World, asked: Head) -> None:
    card = await asked.card(Club.TITLE)
    sent = await asked.phone.send_file(b"%PDF", "протокол.pdf", caption="Протокол от 5 октября", reply_to=card)
    await world.settle()
    await asked.edit(sent, "Протокол от 6 октября")
    assert await remarks(world) == [("Протокол от 6 октября", "протокол.pdf")]
    kept = await asked.phone.send_file(b"%PDF", "смета.pdf", caption="Смета на ремонт")
    await world.settle()
    await asked.edit(kept, "Смета на мебель")
    await asked.press_at(await asked.card("К какому запросу"), f"К запросу «{Club.TITLE}»")
    assert (await remarks(world))[1] == ("Смета на мебель", "смета.pdf")


async def test_words_by_a_swipe_on_a_closed_request_can_go_to_the_department(world: World, asked: Head) -> None:
    card = await asked.card(Club.TITLE)
    await world.at("2026-12-05 09:00")
    await asked.send("Мы не успели", reply_to=card)
    await asked.press(Placing.TO_DEPARTMENT)
    assert await count(world, tables.notes) == 1
    # The request that they have pointed at is what it is about.
    async with world.storage.read() as tx:
        (thread,), _ = await threads.of_person(tx, asked.id, 1, 0)
    assert thread.about is not None
    assert thread.about.startswith(Club.TITLE)


@pytest.mark.parametrize(("typed", "kept"), [("Действует", Club.WORKS), ("создаётся", Club.BEING_MADE)])
async def test_an_option_by_a_swipe_is_the_answer(world: World, head: Head, typed: str, kept: str) -> None:
    await world.at("2026-10-05 09:00")
    await head.send(typed, reply_to=await head.card(Club.TITLE))
    assert (await values(world, head))["club"] == kept
    assert await remarks(world) == []


async def test_yes_or_no_by_a_swipe_is_the_answer(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await head.press(Club.BEING_MADE)
    await head.send("Нет", reply_to=await head.card(Club.TITLE))
    assert (await values(world, head))["register"] is False


async def test_a_comment_by_a_swipe_says_that_the_question_is_open(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await head.send("Клуб переехал", reply_to=await head.card(Club.TITLE))
    assert "1 из 9. Клуб" in await head.sees()
    await head.press(Club.BEING_MADE, Form.NO)
    await head.send("1\n1\n1")
    await head.press(Form.TODAY)
    # Where a text is asked only its writer knows whether it is the answer.
    sent = await head.send("Секция на каникулах", reply_to=await head.card(Club.TITLE))
    assert ". Примечание" in await head.sees()
    assert len(await remarks(world)) == 2
    await world.at(world.now + timedelta(days=1))
    await head.press(Placing.IS_ANSWER)
    assert (await values(world, head))["note"] == "Секция на каникулах"
    assert await remarks(world) == [("Клуб переехал", None)]
    await head.edit(sent, "Секция закрыта")
    assert (await values(world, head))["note"] == "Секция закрыта"


async def test_several_numbers_by_a_swipe_are_the_answer(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await head.press(Club.BEING_MADE, Form.NO)
    await head.send("120\n60", reply_to=await head.card(Club.TITLE))
    kept = await values(world, head)
    assert (kept["members"], kept["girls"]) == (120, 60)


async def test_a_brief_question_may_go_elsewhere(head: Head, world: World) -> None:
    await world.at("2026-10-05 09:00")
    await head.send("Кому звонить?")
    assert Placing.TO_DEPARTMENT in await head.buttons()
    await head.send("Действуеть")
    assert Placing.TO_DEPARTMENT not in await head.buttons(), "a slip is no letter"
