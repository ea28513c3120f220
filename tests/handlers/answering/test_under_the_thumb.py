"""Whatever a head sends, the form with its buttons is the newest message of the chat, and stands there once."""

from collections.abc import Awaitable, Callable

import pytest

from tests.handlers.answering.ledger import fill, newest
from tests.handlers.answering.test_typing import remarks, values
from tests.texts.department import Panel
from tests.texts.example import Club
from tests.texts.heads import Extending, Form, Misfit, Placing, Words, Writing
from tests.world import Head, World

FIRST_NUMBER, FILE, FILLED = "Занимается", "Приказ", Form.CHECK


async def is_below(head: Head) -> None:
    """The form is the last of all messages, and no other message has its buttons."""
    messages = await head.phone.messages(from_bot=None)
    assert Club.TITLE in messages[-1]["text"], await head.screen()
    assert messages[-1]["from_bot"]
    forms = [message for message in messages if is_form(message) and Club.TITLE in message["text"]]
    assert [form["message_id"] for form in forms] == [messages[-1]["message_id"]], await head.screen()


def is_form(message: dict[str, object]) -> bool:
    """Whether a press on the message goes on with the answer."""
    return any(word in str(message["buttons"]) for word in (Form.MORE, Form.SEND, "Вернуться", "‹ Назад"))


@pytest.fixture
async def asked(world: World, head: Head) -> Head:
    """The head has come to the first number."""
    await world.at("2026-10-05 09:00")
    await head.press(Club.BEING_MADE, Form.NO)
    return head


async def to_the_file(head: Head) -> None:
    """From the first number to the file."""
    await head.send("120\n60\n12,5")
    await head.press(Form.YESTERDAY, Form.SKIP)
    await head.send("school.ru/club")


def typed(text: str) -> Callable[[Head], Awaitable[object]]:
    return lambda head: head.send(text)


# What is sent at the first number, and what is said about it above the form.
@pytest.mark.parametrize(
    ("send", "said"),
    [
        (typed("120"), ""),
        (typed("много"), f"❗️ Занимается: {Misfit.NOT_A_NUMBER}. Напишите число от 0 до 3\u00a0000."),
        (typed("5000"), "❗️ Занимается: не больше 3\u00a0000 чел."),
        (typed("1.250"), f"❗️ Занимается: непонятно, какое это число: {Misfit.IN_FULL}. Напишите число от 0"),
        (typed("1500 руб."), f"❗️ Занимается: {Misfit.OTHER_UNIT}, нужно: чел. Пересчитайте"),
        (typed("девочек 60\n120"), "❗️ Занимается: непонятно, какое число"),
        (typed("120\nнет"), f"❗️ из них девочек: {Misfit.NOT_A_NUMBER}. Исправьте"),
        (typed("нет"), "Занимается: это ноль?"),
        (typed("Подскажите, кого здесь считать?"), f"❗️ Занимается: {Misfit.NOT_A_NUMBER}"),
    ],
)
async def test_after_words(asked: Head, send: Callable[[Head], Awaitable[object]], said: str) -> None:
    for _ in range(2):
        await send(asked)
        await is_below(asked)
        assert (await asked.sees()).startswith(said)
    await asked.send("7")
    await is_below(asked)
    assert (await asked.sees()).startswith(Club.TITLE), "what was said of the other message is gone"


async def test_after_a_word_that_is_no_option(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await head.send("не знаю")
    await is_below(head)
    assert f"Клуб: {Misfit.NO_OPTION}. Нажмите кнопку." in await head.sees()
    await head.press(Club.BEING_MADE)
    await is_below(head)


@pytest.mark.slow
async def test_after_words_where_a_file_is_wanted_and_after_files(world: World, asked: Head) -> None:
    await to_the_file(asked)
    assert Form.DONE not in await asked.buttons()
    assert "нажмите «Готово»" not in await asked.sees(), "there is none yet"
    await asked.send("приказ у меня на столе")
    await is_below(asked)
    for name in ("приказ.pdf", "приложение.pdf"):
        await asked.send_file(name)
        await is_below(asked)
        assert Form.DONE in await asked.buttons()
    assert "нажмите «Готово»" in await asked.sees()
    await asked.send_album("document", "document", "photo")
    await is_below(asked)
    assert len((await values(world, asked))["order"]) == 5  # type: ignore[arg-type]
    await asked.send_album(*["photo"] * 6)
    await is_below(asked)
    assert "не больше 10 файлов" in await asked.sees()


@pytest.mark.slow
async def test_an_album_moves_the_form_once(asked: Head) -> None:
    await to_the_file(asked)
    before = (await asked.phone.last_message())["message_id"]
    sent = await asked.send_album(*["photo"] * 8)
    form = await asked.phone.last_message()
    later = [item["message_id"] for item in (await asked.phone.chat())["messages"] if item["message_id"] > sent[-1]]
    assert later == [form["message_id"]], "sent after the first part, edited after the others"
    assert before < sent[0]


@pytest.mark.slow
@pytest.mark.parametrize("place", [Placing.TO_DEPARTMENT, Placing.NOTHING, f"К запросу «{Club.TITLE}»"])
async def test_after_a_file_that_nobody_has_asked_for(world: World, asked: Head, place: str) -> None:
    await asked.send_file("план.pdf")
    await is_below(asked)
    await world.restart()
    await asked.press(place)
    await is_below(asked)
    assert await remarks(world) == ([(None, "план.pdf")] if "запросу" in place else [])


@pytest.mark.parametrize("place", [Placing.TO_DEPARTMENT, f"К запросу «{Club.TITLE}»"])
async def test_after_a_sentence_that_goes_elsewhere(world: World, asked: Head, place: str) -> None:
    await asked.send("Подскажите, кого здесь считать?")
    await world.restart()
    await asked.press(place)
    await is_below(asked)
    assert Misfit.NOT_A_NUMBER not in await asked.sees()
    await asked.send("12")
    assert (await values(world, asked))["members"] == 12


async def test_after_a_comment_and_evidence_by_a_swipe(world: World, asked: Head) -> None:
    card = await asked.card(Club.TITLE)
    comment = await asked.send("Клуб переехал", reply_to=card)
    await is_below(asked)
    assert (await asked.sees()).startswith(Placing.AS_COMMENT.join(("💬 ", ".")))
    # What it points at is still to be seen, and can be pointed at again; but nothing can be pressed there.
    left = await asked.phone.find("Запрос — ниже.")
    assert (left["message_id"], left["buttons"]) == (card, [])
    await asked.send_file("фото.jpg", reply_to=card)
    await is_below(asked)
    assert (await asked.sees()).startswith("📎 Файл приложен к ответу.")
    await asked.edit(comment, "Клуб не переехал")
    await is_below(asked)
    assert await remarks(world) == [("Клуб не переехал", None), (None, "фото.jpg")]


async def test_after_a_correction(world: World, asked: Head) -> None:
    sent = await asked.send("120")
    await asked.send("60")
    await asked.send_sticker()
    await is_below(asked)
    await asked.edit(sent, "125")
    await is_below(asked)
    assert (await values(world, asked))["members"] == 125
    await asked.edit(sent, "сто")
    await is_below(asked)
    assert f"Занимается: {Misfit.NOT_A_NUMBER}" in await asked.sees()
    assert (await values(world, asked))["members"] == 125


@pytest.mark.slow
async def test_at_the_preview(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await fill(head)
    await head.send("Зал откроют в ноябре")
    await is_below(head)
    assert await head.buttons() == [Form.SEND, Form.CHANGE]
    await head.press(Placing.NOTHING)
    await is_below(head)
    await head.press(Form.SEND)
    assert await newest(world) is not None


@pytest.mark.slow
async def test_after_a_letter_to_the_department(world: World, asked: Head) -> None:
    """About the request, by the word below, by a swipe, as an album: the form that was left for it is below again."""
    await world.at("2026-10-06 09:00")
    await asked.press_at(await asked.card(Club.TITLE), Form.MORE)
    await asked.press(Extending.WRITE)
    await asked.send("Кого здесь считать?")
    await is_below(asked)
    assert Writing.FORWARDED in await asked.screen()
    # Of two open requests it is the one that is being filled in.
    await asked.send("120")
    await is_below(asked)
    await asked.press(Words.WRITE)
    await world.restart()
    await asked.send("И ещё вопрос")
    await is_below(asked)
    await asked.send("60")
    await asked.send("Спасибо", reply_to=await asked.card(Writing.FORWARDED))
    await is_below(asked)
    await asked.press(Words.WRITE)
    await asked.send_album("photo", "photo")
    await is_below(asked)
    await asked.send("12,5")
    await is_below(asked)
    kept = await values(world, asked)
    assert (kept["members"], kept["girls"], kept["share"]) == (120, 60, "12.5")


@pytest.mark.slow
@pytest.mark.parametrize("leave", [Writing.CANCEL, Words.TASKS, "Мои обращения"])
async def test_after_a_letter_that_was_not_written(world: World, asked: Head, leave: str) -> None:
    await world.at("2026-10-06 09:00")
    await asked.send("120")
    await asked.send("/write")
    await asked.send("Вопрос")
    await asked.press(Words.WRITE, leave)
    if leave == Writing.CANCEL:
        await is_below(asked)
    await asked.send("60")
    await is_below(asked)
    assert (await values(world, asked))["girls"] == 60


async def test_what_was_answered_is_said_with_one_full_stop(asked: Head) -> None:
    await asked.send("120")
    await asked.press(Panel.BACK)
    assert f"Сейчас: 120 чел. {Form.NUMBER}." in await asked.sees()


async def test_after_a_reason_that_is_none(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await head.press(Form.NOT_OURS)
    await head.send("-")
    await is_below(head)
    assert "от 3 до 500" in await head.sees()
    await head.send("Клуба нет")
    await is_below(head)
    assert Form.SEND in await head.buttons()


async def test_while_more_time_is_asked_for(asked: Head) -> None:
    await asked.press(Form.MORE, Extending.ASK)
    await asked.send("когда-нибудь")
    shown = await asked.sees()
    assert Misfit.NOT_A_DATE in shown
    assert shown.count("22.10.2026") == 1, "the due date and a week, said once"
    assert any(label.startswith(Extending.WEEK) for label in await asked.buttons())
    await asked.send("22.10.2026")
    await asked.send("-")
    assert "от 3 до 500" in await asked.sees()
    assert f"‹ {Extending.OTHER_DAY}" in await asked.buttons()
    await asked.send("Ждём приказ")
    await asked.press(Extending.SEND)
    assert f"{Form.EXTENSION_ASKED} 22 октября" in await asked.sees()
    titled = [message for message in await asked.phone.messages() if Club.TITLE in message["text"]]
    assert len(titled) == 1, await asked.screen()


async def test_no_is_zero_by_a_press_in_the_form_itself(world: World, asked: Head) -> None:
    await asked.send("нет")
    await asked.press(Form.TAKE_ZERO)
    await is_below(asked)
    assert Form.IS_IT_ZERO not in await asked.sees()
    assert (await values(world, asked))["members"] == 0


async def test_a_form_opened_elsewhere_stands_there_alone(world: World, asked: Head) -> None:
    await asked.send("/tasks")
    await asked.press(f"1. {Club.TITLE}")
    await is_below(asked)
    await asked.send("120")
    await is_below(asked)
    assert (await values(world, asked))["members"] == 120


@pytest.mark.slow
async def test_an_answer_that_was_sent_stays_where_it_is(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await fill(head)
    await head.press(Form.SEND)
    await head.send("/history")
    await head.press(f"1. {Club.TITLE}")
    assert sum(Form.ACCEPTED in message["text"] for message in await head.phone.messages()) == 2
