"""Questions that need no answer: «Протокол» at the end of a form, the school's page at the end of another."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.storage.ledger import drafts, obligations
from tests.handlers.answering.ledger import EVERY_KIND, SCHOOL, every_kind
from tests.handlers.registering import open_requests
from tests.texts.example import Organizations, Titles, Types
from tests.texts.heads import Form, Placing, Request
from tests.world import Head, World, catalog_of, living

# The questions.
PROTOCOL, PAGE = "Протокол", "Раздел сайта"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A world with the program's own directives."""
    async with living(tmp_path) as world:
        yield world


@pytest.fixture
async def head(world: World) -> Head:
    """The head of a kindergarten, registered in August."""
    person = await world.person("Иванова Мария", 101)
    await person.join(Types.PRESCHOOL, Organizations.KINDERGARTEN)
    return person


@pytest.fixture
async def at_protocol(world: World, head: Head) -> Head:
    """The head has come to a text that may be left blank."""
    await world.at("2026-10-01 09:00")
    await head.press(Titles.DONE)
    await head.send("20.09.2026")
    await head.send("25")
    assert PROTOCOL in await head.sees()
    return head


async def kept(world: World, head: Head) -> dict[str, object]:
    """What the draft of the only open request holds."""
    async with world.storage.read() as tx:
        (obligation,) = await obligations.unanswered(tx, head.id, world.now)
        draft = await drafts.get(tx, head.id, obligation.id)
    return dict(draft.values) if draft else {}


async def test_to_the_check_past_a_question_that_needs_no_answer(world: World, at_protocol: Head) -> None:
    head = at_protocol
    await head.press(Form.TO_CHECK)
    assert Form.CHECK in await head.sees()
    await head.press(Form.CHANGE, PROTOCOL)
    await head.send("№ 3")
    assert (await kept(world, head))["protocol"] == "№ 3"
    await head.press(Form.SEND)
    assert Form.ACCEPTED in await head.sees()
    await head.send("/tasks")
    assert Request.ALL_DONE in await head.sees()


@pytest.mark.parametrize("typed", [Form.SKIP, "пропустить.", "прочерк", "-", "—", "Отправить", "к проверке"])
@pytest.mark.both_messengers
async def test_a_button_s_words_are_no_text(world: World, at_protocol: Head, typed: str) -> None:
    await at_protocol.send(typed)
    assert Form.CHECK in await at_protocol.sees()
    assert "protocol" not in await kept(world, at_protocol)
    assert await at_protocol.buttons() == [Form.SEND, Form.CHANGE]


@pytest.mark.parametrize("typed", ["нет", "готово", "№ 3 от 20.09", "Протокола нет", "Пропустить нельзя"])
async def test_other_words_are_the_text(world: World, at_protocol: Head, typed: str) -> None:
    await at_protocol.send(typed)
    assert (await kept(world, at_protocol))["protocol"] == typed


@pytest.mark.parametrize("typed", ["№ 3", "Был ли он?", "Утверждён!", "И т. д."])
async def test_a_text_that_is_corrected_ends_as_it_does(world: World, at_protocol: Head, typed: str) -> None:
    await at_protocol.send(typed)
    await at_protocol.press(Form.CHANGE, PROTOCOL)
    end = "" if typed[-1] in ".?!" else "."
    assert f"Сейчас: {typed}{end} Напишите" in await at_protocol.sees()


async def test_back_by_word(world: World, at_protocol: Head) -> None:
    await at_protocol.send("Назад")
    assert "Участников" in await at_protocol.sees()
    await at_protocol.send("26")
    assert (await kept(world, at_protocol))["people"] == 26
    assert PROTOCOL in await at_protocol.sees()


async def test_a_swipe_with_the_word_of_a_button_is_no_comment(world: World, at_protocol: Head) -> None:
    await at_protocol.send(Form.SKIP, reply_to=await at_protocol.card(PROTOCOL))
    assert Form.CHECK in await at_protocol.sees()
    assert Placing.AS_COMMENT not in await at_protocol.screen()


async def test_a_text_is_blank_again_if_its_message_says_so(world: World, at_protocol: Head) -> None:
    sent = await at_protocol.send("№ 3")
    await at_protocol.edit(sent, "-")
    assert "protocol" not in await kept(world, at_protocol)
    assert Form.CHECK in await at_protocol.sees()


@pytest.mark.parametrize(
    "typed", ["отправить", "Всё верно", "подтверждаю", "ок", "спасибо", "👍", "назад", "пропустить"]
)
async def test_whoever_writes_that_it_is_right_is_told_of_the_button(
    world: World, at_protocol: Head, typed: str
) -> None:
    await at_protocol.press(Form.SKIP)
    await at_protocol.send(typed)
    assert Form.PRESS in await at_protocol.sees()
    assert await at_protocol.buttons() == [Form.SEND, Form.CHANGE], "and is not asked where that belongs"
    assert await open_requests(world, at_protocol) != [], "nothing is sent without a press"


@pytest.mark.parametrize("typed", ["нет", "-", "пропустить", "нет данных", "сайта нет", "не знаю"])
async def test_there_is_no_link(world: World, head: Head, typed: str) -> None:
    await world.at("2026-09-03 09:00")
    await head.press(Titles.DONE)
    await head.send("12")
    await head.send("31.08.2026")
    assert PAGE in await head.sees()
    await head.send(typed)
    assert Form.CHECK in await head.sees()
    assert "url" not in await kept(world, head)


async def test_not_ours_by_word_and_back_again(world: World, head: Head) -> None:
    await world.at("2026-10-01 09:00")
    await head.send("Не относится к нам")
    assert Form.BACK in " ".join(await head.buttons())
    await head.send("вернуться")
    assert Form.NOT_OURS in await head.buttons()
    await head.send("не относится к нам")
    await head.send("У нас нет педагогов")
    await head.send("отправить")
    assert Form.PRESS in await head.sees()
    assert "У нас нет педагогов" in await head.sees()
    await head.press(Form.SEND)
    assert Form.ACCEPTED in await head.sees()


async def test_whoever_writes_after_sending_hears_where_to_change_it(world: World, at_protocol: Head) -> None:
    head = at_protocol
    await head.press(Form.SKIP, Form.SEND)
    await head.send("Ошиблась, участников 26")
    assert "/history" in await head.sees()
    await head.send("/history")
    await head.press("Рассмотрение", Form.CHANGE, "Участников")
    await head.send("26")
    await head.press(Form.SEND)
    assert "26" in await head.sees()
    assert Form.ACCEPTED in await head.sees()


async def test_before_the_first_answer_there_is_nothing_to_change(head: Head) -> None:
    await head.send("Здравствуйте")
    assert "/history" not in await head.sees()


@pytest.fixture
async def at_club(tmp_path: Path) -> AsyncIterator[tuple[World, Head]]:
    """A form that begins with a choice of two kinds of «нет», which may be left blank, has come."""
    text = EVERY_KIND.read_text(encoding="utf-8")
    own = "options: [Нет помещения, Нет педагога, Действует], required: false}"
    directives = tmp_path / "directives.yaml"
    directives.write_text(text.replace("options: [Действует, Создаётся, Не создан]}", own), encoding="utf-8")
    every_kind(tmp_path)
    async with living(tmp_path, catalog_of(directives, tmp_path / "organizations.yaml")) as world:
        head = await world.person("Иванова Мария", 101)
        await head.join("Общее", SCHOOL)
        await world.at("2026-10-05 09:00")
        yield world, head


@pytest.mark.parametrize("typed", ["нет", "пока нет", "Нет."])
async def test_a_no_that_may_be_several_options_leaves_nothing_blank(at_club: tuple[World, Head], typed: str) -> None:
    world, head = at_club
    await head.send(typed)
    assert "Нет педагога" in await head.buttons(), "it is asked which of them"
    await head.send("Нет педагога")
    assert (await kept(world, head))["club"] == "Нет педагога"


@pytest.mark.parametrize("typed", ["-", "не знаю", "прочерк"])
async def test_what_is_none_of_the_options_leaves_it_blank(at_club: tuple[World, Head], typed: str) -> None:
    _, head = at_club
    await head.send(typed)
    assert "В реестре" in await head.sees()


@pytest.mark.parametrize("typed", ["Отмена", "отменить", "Проверить.", "изменить", "Исправить"])
async def test_a_text_may_be_a_word_of_buttons_that_are_not_below_it(
    world: World, at_protocol: Head, typed: str
) -> None:
    await at_protocol.send(typed)
    assert (await kept(world, at_protocol))["protocol"] == typed
    assert Form.CHECK in await at_protocol.sees()


async def test_to_change_is_written_at_a_question_at_the_preview_and_after_it(world: World, at_protocol: Head) -> None:
    head = at_protocol
    await head.press(Form.BACK_ARROW)
    await head.send("изменить")
    assert Form.WHAT_TO_CHANGE in await head.sees()
    await head.press(Form.TO_CHECK)
    await head.send("Изменить")
    assert Form.WHAT_TO_CHANGE in await head.sees()
    await head.press("Участников")
    await head.send("26")
    await head.press(Form.SEND)
    await head.send("исправить")
    assert Form.WHAT_TO_CHANGE in await head.sees()
    await head.press("Участников")
    await head.send("27")
    await head.press(Form.SEND)
    assert "27" in await head.sees()
    assert Placing.KEPT not in await head.screen()


async def test_a_swipe_with_the_word_of_a_button_is_no_comment_at_the_preview_nor_after_it(
    world: World, at_protocol: Head
) -> None:
    head = at_protocol
    await head.send(Form.SKIP)
    for said in (Form.SEND, "готово", "ок"):
        await head.send(said, reply_to=await head.card(Form.CHECK))
        assert Form.PRESS in await head.sees()
        assert await head.buttons() == [Form.SEND, Form.CHANGE]
    await head.press(Form.SEND)
    await head.send("отправить", reply_to=await head.card(Form.ACCEPTED))
    assert Form.ACCEPTED in await head.sees()
    await head.send("Изменить", reply_to=await head.card(Form.ACCEPTED))
    assert Form.WHAT_TO_CHANGE in await head.sees()
    assert Placing.AS_COMMENT not in await head.screen()


async def test_a_swipe_with_the_word_of_a_button_on_an_answer_leads_to_it(world: World, at_protocol: Head) -> None:
    head = at_protocol
    await head.press(Form.BACK_ARROW)
    own = await head.send("26")
    for said in ("изменить", "назад"):
        await head.send(said, reply_to=own)
        assert "Участников" in await head.sees()
        await head.send("27")
    assert (await kept(world, head))["people"] == 27
    await head.send("К проверке", reply_to=own)
    assert Form.CHECK in await head.sees()
    assert Placing.AS_COMMENT not in await head.screen()
