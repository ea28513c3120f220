"""A head types, attaches, corrects and comments."""

import pytest

from bot.storage.ledger import drafts, obligations, replies
from tests import messengers
from tests.handlers.answering.ledger import fill, mine, newest
from tests.texts.example import Club
from tests.texts.heads import Anywhere, Extending, Form, Misfit, Placing
from tests.world import Head, World


async def values(world: World, head: Head) -> dict[str, object]:
    """What the head's draft of the big request holds."""
    ids = await mine(world, head)
    async with world.storage.read() as tx:
        draft = await drafts.get(tx, head.id, ids["everything"])
    return dict(draft.values) if draft else {}


async def form(head: Head) -> str:
    """The text of the form, wherever it stands."""
    return str((await head.phone.find(f"{Club.TITLE} · Осень"))["text"])


@pytest.fixture
async def asked(world: World, head: Head) -> Head:
    """The head has come to the first number."""
    await world.at("2026-10-05 09:00")
    await head.press(Club.BEING_MADE, Form.NO)
    return head


@pytest.mark.parametrize(
    ("typed", "kept"), [("12 человек", 12), ("1 250", 1250), ("1\u00a0250 чел.", 1250), ("+5", 5), ("0", 0)]
)
async def test_a_number_is_read_as_people_write_it(world: World, asked: Head, typed: str, kept: int) -> None:
    await asked.send(typed)
    assert (await values(world, asked))["members"] == kept
    assert ". из них девочек" in await form(asked)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("много", Misfit.NOT_A_NUMBER),
        ("12,5", "нужно целое число"),
        ("12-15", Misfit.ONE_NUMBER),
        ("5000", "не больше 3\u00a0000 чел."),
        ("-1", "не меньше 0 чел."),
        ("1.250", "непонятно"),
        ("9" * 3900, "не больше 3\u00a0000"),
        ("<b>", Misfit.NOT_A_NUMBER),
    ],
)
async def test_a_number_that_does_not_fit_gets_a_reason_and_what_would(
    world: World,
    asked: Head,
    typed: str,
    reason: str,
) -> None:
    before = await values(world, asked)
    await asked.send(typed)
    said = await asked.sees()
    assert "Занимается" in said
    assert reason in said
    assert ".." not in said
    assert said.count("3\u00a0000") == (1 if "меньше" not in reason else 0), "said once what would fit"
    assert await values(world, asked) == before, "nothing typed before is lost"
    await asked.send("12")
    assert (await values(world, asked))["members"] == 12


async def test_several_numbers_in_one_message_fill_the_fields_in_turn(world: World, asked: Head) -> None:
    await asked.send("120\n60 девочек\n12,5 %")
    kept = await values(world, asked)
    assert (kept["members"], kept["girls"], kept["share"]) == (120, 60, "12.5")
    assert ". Дата приказа" in await form(asked)


async def test_more_numbers_than_questions_are_none_of_them(world: World, asked: Head) -> None:
    await asked.send("120\n60\n12,5\n7")
    said = await asked.sees()
    assert Misfit.TOO_MANY_NUMBERS in said
    assert Misfit.ONE_NUMBER not in said
    assert "members" not in await values(world, asked)


async def test_of_several_numbers_all_are_taken_or_none(world: World, asked: Head) -> None:
    await asked.send("120\nшестьдесят")
    assert "из них девочек" in await asked.sees()
    assert "members" not in await values(world, asked)


@pytest.mark.parametrize("typed", ["120\nшестьдесят", "120\n5000", "Девочек много"])
async def test_what_does_not_fit_another_question_is_corrected_and_not_written_below(
    world: World, asked: Head, typed: str
) -> None:
    sent = await asked.send(typed)
    said = await asked.sees()
    assert said.startswith("❗️ из них девочек")
    assert Misfit.CORRECT_IT in said
    assert Form.NUMBER not in said, "written below it would be of everybody, and not of the girls"
    assert "members" not in await values(world, asked)
    await asked.edit(sent, "120\n60")
    await asked.edit(sent, "120\nмного")
    assert Misfit.CORRECT_IT in await asked.sees()
    assert (await values(world, asked))["girls"] == 60


async def test_a_number_and_its_part_in_one_line(world: World, asked: Head) -> None:
    await asked.send("120, из них 60 девочек")
    kept = await values(world, asked)
    assert (kept["members"], kept["girls"]) == (120, 60)


async def test_words_that_name_fields_put_numbers_where_they_belong(world: World, asked: Head) -> None:
    await asked.send("девочек 60\nзанимается 120")
    kept = await values(world, asked)
    assert (kept["members"], kept["girls"]) == (120, 60)
    assert ". Доля" in await form(asked)


async def test_a_single_number_may_name_another_field(world: World, asked: Head) -> None:
    await asked.send("Девочек 60")
    assert await values(world, asked) | {"girls": 60} == await values(world, asked)
    assert ". Занимается" in await form(asked)


async def test_words_that_name_only_some_fields_out_of_order_are_asked_about(world: World, asked: Head) -> None:
    await asked.send("девочек 60\n120")
    assert Misfit.UNCLEAR_LABELS in await asked.sees()
    assert "members" not in await values(world, asked)


@pytest.mark.parametrize("typed", ["нет", "Не было", "—", "-"])
async def test_no_for_a_number_offers_zero_and_takes_it_only_then(world: World, asked: Head, typed: str) -> None:
    await asked.send(typed)
    assert Form.IS_IT_ZERO in await asked.sees()
    assert "members" not in await values(world, asked)
    await world.restart()
    await asked.press(Form.TAKE_ZERO)
    assert (await values(world, asked))["members"] == 0
    assert "Занимается: 0 чел." in await form(asked)
    # Pressed twice, or when something else has been typed meanwhile: the person sees what is kept.
    await asked.send("5")
    assert (await values(world, asked))["girls"] == 5


async def test_no_beside_the_name_of_another_field_offers_zero_there(world: World, asked: Head) -> None:
    await asked.send("Девочек нет")
    assert "девочек: это ноль?" in await asked.sees()
    await asked.press(Form.TAKE_ZERO)
    kept = await values(world, asked)
    assert kept["girls"] == 0
    assert "members" not in kept


async def test_a_sentence_by_a_swipe_is_a_comment_whatever_it_denies(world: World, asked: Head) -> None:
    await asked.send("у нас пока нет клуба", reply_to=await asked.card(Club.TITLE))
    assert await remarks(world) == [("у нас пока нет клуба", None)]


async def test_no_by_a_swipe_offers_zero_too(world: World, asked: Head) -> None:
    await asked.send("нет", reply_to=await asked.card(Club.TITLE))
    await asked.press(Form.TAKE_ZERO)
    assert (await values(world, asked))["members"] == 0
    assert await remarks(world) == []


async def test_of_several_lines_a_no_is_never_taken_for_zero(world: World, asked: Head) -> None:
    await asked.send("120\nнет")
    assert "поставьте 0" in await asked.sees()
    assert "members" not in await values(world, asked)
    await asked.send("120\n0")
    assert (await values(world, asked))["girls"] == 0


async def test_another_unit_is_asked_about_by_swipe_as_well(world: World, asked: Head) -> None:
    for swiped in (False, True):
        await asked.send("1500 руб.", reply_to=await asked.card(Club.TITLE) if swiped else None)
        assert f"{Misfit.OTHER_UNIT}, нужно: чел. Пересчитайте" in await asked.sees()
    assert "members" not in await values(world, asked)
    assert await remarks(world) == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("05.10.2026", "2026-10-05"), ("5 октября", "2026-10-05"), ("вчера", "2026-10-04"), ("1.9.26", "2026-09-01")],
)
async def test_a_date_can_be_typed(world: World, asked: Head, typed: str, kept: str) -> None:
    await asked.send("1\n1\n1")
    await asked.send(typed)
    assert (await values(world, asked))["since"] == kept


@pytest.mark.slow
@pytest.mark.parametrize("typed", ["01.13.2026", "31.02.2026", "скоро", "01.01.1999"])
async def test_a_date_that_is_none_gets_a_reason_and_an_example(world: World, asked: Head, typed: str) -> None:
    await asked.send("1\n1\n1")
    await asked.send(typed)
    assert "Дата приказа" in await asked.sees()
    assert (await asked.sees()).count("05.10.2026") == 1, "one that fits, said once"
    assert "since" not in await values(world, asked)


async def test_correcting_the_message_corrects_the_value(world: World, asked: Head) -> None:
    first = await asked.send("120")
    await asked.send("60")
    await asked.edit(first, "125")
    kept = await values(world, asked)
    assert (kept["members"], kept["girls"]) == (125, 60)
    assert "Занимается: 125 чел." in await form(asked)


async def test_a_misfit_is_mended_by_correcting_the_message(world: World, asked: Head) -> None:
    sent = await asked.send("1o0")
    assert "members" not in await values(world, asked)
    await asked.edit(sent, "100")
    assert (await values(world, asked))["members"] == 100


async def test_correcting_into_nonsense_keeps_what_was(world: World, asked: Head) -> None:
    sent = await asked.send("120")
    await asked.edit(sent, "сто двадцать")
    assert Misfit.NOT_A_NUMBER in await asked.sees()
    assert (await values(world, asked))["members"] == 120


@pytest.mark.slow_on_postgresql
@pytest.mark.both_databases
async def test_a_correction_after_sending_is_shown_before_it_is_sent(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await head.press(Club.WORKS, "Лыжи", Form.DONE, Form.YES)
    sent = await head.send("120")
    await head.send("60\n12")
    await head.press(Form.TODAY, Form.SKIP)
    await head.send("school.ru")
    await head.send_file()
    await head.press(Form.DONE, Form.SEND)
    await head.edit(sent, "121")
    assert await head.card(Form.CHECK)
    reply = await newest(world)
    assert reply is not None
    assert reply.values["members"] == 120
    await head.press(Form.SEND)
    reply = await newest(world)
    assert reply is not None
    assert (reply.version, reply.values["members"]) == (2, 121)


async def test_a_correction_after_closing_changes_nothing(world: World, asked: Head) -> None:
    sent = await asked.send("120")
    await world.at("2026-12-05 09:00")
    await asked.edit(sent, "125")
    assert Anywhere.CLOSED in await asked.sees()
    assert await asked.buttons() == [Extending.WRITE]


async def remarks(world: World) -> list[tuple[str | None, str | None]]:
    """Texts and file names of what was sent beside the answer to the first request."""
    async with world.storage.read() as tx:
        return [(remark.text, remark.file_name) for remark in await replies.remarks_to(tx, 1)]


@pytest.mark.slow_on_postgresql
@pytest.mark.both_databases
async def test_a_reply_to_the_request_is_its_comment_or_evidence(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    card = await head.card(Club.TITLE)
    comment = await head.send("Клуб переехал в новый зал", reply_to=card)
    await head.send_file("фото зала.jpg", reply_to=await head.card(Club.TITLE))
    assert await remarks(world) == [("Клуб переехал в новый зал", None), (None, "фото зала.jpg")]
    assert (await head.sees()).startswith("📎 Файл приложен к ответу.")
    await head.edit(comment, "Клуб переехал в старый зал")
    assert (await remarks(world))[0] == ("Клуб переехал в старый зал", None)
    await fill(head)
    preview = str((await head.phone.find(Form.CHECK))["text"])
    assert "💬 Клуб переехал в старый зал" in preview
    assert "📎 1 файл" in preview


async def test_a_comment_can_follow_the_answer(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await fill(head)
    await head.press(Form.SEND)
    await head.send("Приказ вышлем завтра", reply_to=await head.card(Form.ACCEPTED))
    assert await remarks(world) == [("Приказ вышлем завтра", None)]
    assert "💬 Приказ вышлем завтра" in str((await head.phone.find(Form.ACCEPTED))["text"])


async def test_a_number_swiped_on_the_question_is_the_answer_to_it(world: World, asked: Head) -> None:
    await asked.send("120", reply_to=await asked.card(Club.TITLE))
    assert (await values(world, asked))["members"] == 120
    assert await remarks(world) == []


async def test_words_for_the_only_open_request_need_no_press_before(world: World, asked: Head) -> None:
    await asked.send("/tasks")
    await world.restart()
    await asked.send("120")
    assert (await values(world, asked))["members"] == 120


async def test_with_several_open_requests_the_bot_asks_which_one_is_meant(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await world.at("2026-10-06 09:00")
    await head.send("120")
    assert "К какому запросу" in await head.sees()
    await head.press(Club.TITLE)
    assert "Клуб" in await head.sees()


@pytest.mark.slow
async def test_words_at_the_preview_do_not_get_lost_silently(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await fill(head)
    await head.send("Зал откроют в ноябре")
    assert Placing.FILLED_IN in await head.screen()
    assert (await head.sees()).startswith(Form.CHECK)


async def test_a_choice_may_be_typed_too(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await head.press("Не относится", Form.BACK)
    await head.send("создается")
    await head.send("нет")
    kept = await values(world, head)
    assert (kept["club"], kept["register"]) == (Club.BEING_MADE, False)


# The last one with Latin letters, as a keyboard left in the other layout or a scan has them.
@pytest.mark.parametrize("typed", ["Действует", "действует.", "ДЕЙСТ", "Дeйcтвуeт"])
async def test_a_typed_option_is_taken_as_the_first_field(world: World, head: Head, typed: str) -> None:
    await world.at("2026-10-05 09:00")
    await head.send(typed)
    assert (await values(world, head))["club"] == Club.WORKS
    # And so are several, as the second, and a word as the third; after a restart as before it.
    await world.restart()
    await head.send("лыжи, борьба")
    await head.send("имеется")
    kept = await values(world, head)
    assert (kept["sports"], kept["register"]) == (["Лыжи", "Борьба"], True)


async def test_a_typed_option_is_taken_as_the_only_field(world: World) -> None:
    head = await world.person("Петрова Анна", 102)
    await head.join("Дошкольное", "Ёлочка")
    await world.at("2026-10-06 09:00")
    await head.send("Да")
    assert Form.CHECK in await head.screen()
    await head.press(Form.SEND)
    assert Form.ACCEPTED in await head.screen()


async def test_what_is_no_option_is_refused_alike_wherever_it_is_typed(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await head.send("не знаю")
    first = (await head.sees()).split("\n")[0]
    assert first == f"❗️ Клуб: {Misfit.NO_OPTION}. Нажмите кнопку."
    assert Club.WORKS in await head.buttons()
    await head.press(Club.WORKS)
    await head.send("не знаю")
    assert (await head.sees()).split("\n")[0] == first.replace("Клуб", Club.SPORTS)


async def test_a_long_text_is_kept_whole_and_shown_short(world: World, asked: Head) -> None:
    await asked.send("1\n1\n1")
    await asked.press(Form.TODAY)
    await asked.send("я" * 101)
    assert "до 100 знаков" in await asked.sees()
    await asked.send("<b>" + "я" * 97)
    assert (await values(world, asked))["note"] == "<b>" + "я" * 97


async def test_an_album_fills_the_file_field_with_all_its_files(world: World, asked: Head) -> None:
    await asked.send("1\n1\n1")
    await asked.press(Form.TODAY, Form.SKIP)
    await asked.send("школа.рф")
    await messengers.send_together(asked.phone, [f"{number}.pdf" for number in range(12)])
    await world.settle()
    files = (await values(world, asked))["order"]
    assert isinstance(files, list)
    assert [file["name"] for file in files] == [f"{number}.pdf" for number in range(10)]
    assert "не больше 10 файлов" in await asked.sees()


async def test_the_ledger_says_when_a_request_was_seen(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    async with world.storage.read() as tx:
        obligation = await obligations.get(tx, 1)
        assert obligation is not None
        assert obligation.seen_at is None
    await world.at("2026-10-05 11:00")
    await head.press(Club.WORKS)
    async with world.storage.read() as tx:
        obligation = await obligations.get(tx, 1)
    assert obligation is not None
    assert obligation.seen_at == world.now
