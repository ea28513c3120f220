"""People write to the department, curators answer, and both keep the thread."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.people.member import Limits, StaffRole
from bot.storage import schema as tables
from bot.storage.people import people, staff
from tests import messengers
from tests.people import introduced
from tests.texts.department import Announcements, Applications, Panel, Threads
from tests.texts.example import Organizations, Titles, Types
from tests.texts.heads import Anywhere, Extending, Form, Placing, Preferences, Registration, Request, Words, Writing
from tests.world import Head, World


async def applicant(
    world: World, name: str = "Иванова Мария", id: int = 101, school: str = Organizations.SCHOOL
) -> Head:
    """Somebody whose registration waits."""
    person = await world.person(name, id)
    await person.send("/start")
    await person.press(Registration.AGREE, Types.GENERAL, Registration.DONE, school, Registration.HEAD)
    return person


async def seated(
    world: World, admin: Head, name: str = "Иванова Мария", id: int = 101, school: str = Organizations.SCHOOL
) -> Head:
    """A head whom the administrator has seated."""
    person = await applicant(world, name, id, school)
    await admin.press(Applications.CONFIRM)
    return person


async def member(
    world: World,
    name: str,
    id: int,
    role: StaffRole = StaffRole.CURATOR,
    limits: Limits = Limits(),  # noqa: B008
) -> Head:
    """One of the department's people."""
    person = await introduced(world, name, id)

    async def work(tx: Any) -> None:
        await staff.grant(tx, person.id, role, None, world.now, limits)

    await world.storage.apply(work)
    return person


async def texts(person: Head) -> list[str]:
    """What stands in the chat, of the bot."""
    return [message["text"] for message in await person.phone.messages()]


async def count(world: World, table: Any) -> int:
    async with world.storage.read() as tx:
        return int((await tx.execute(sa.select(sa.func.count()).select_from(table))).scalar_one())


@pytest.mark.slow
async def test_a_question_and_its_answer(approving: World, admin: Head) -> None:
    head = await seated(approving, admin)
    curator = await member(approving, "Куратор Ольга", 300)
    await head.send("/help")
    # Whoever has the words below needs no button above them.
    await head.press(Words.WRITE)
    assert f"🏫 {Organizations.SCHOOL}" in await head.sees()
    await head.send("Когда совещание <директоров>?")
    assert await head.sees() == Writing.FORWARDED
    for reader in (admin, curator):
        assert await reader.sees() == (
            f"✉️ Обращение\nМария Иванова, руководитель\n🏫 {Organizations.SCHOOL}\n\nКогда совещание <директоров>?"
        )
        assert await reader.buttons() == [Threads.ANSWER, Threads.NEEDS_NO_ANSWER]

    # What the head writes before the answer joins the thread; so does a swipe on their own message.
    own = next(message for message in await head.phone.messages(from_bot=False) if "совещание" in message["text"])
    await head.send("И где?", reply_to=own["message_id"])
    assert await head.sees() == Writing.FORWARDED
    assert await curator.buttons() == [Threads.ANSWER, Threads.NEEDS_NO_ANSWER, f"{Threads.WHOLE} (2)"]

    await curator.press(Threads.ANSWER)
    assert "Ответ: Мария Иванова" in await curator.sees()
    await curator.send("\u2800")
    assert "пустое" in await curator.sees()
    await curator.send("В понедельник в 10:00, в малом зале")
    assert await curator.sees() == f"✅ {Threads.FORWARDED}: Мария Иванова."
    assert await head.sees() == "✉️ Ответ управления\nОльга Куратор\n\nВ понедельник в 10:00, в малом зале"
    # Nobody is sent the card again: it says that the answer was given, and by whom.
    before = await admin.count()
    cards = [text for text in await texts(admin) if Threads.HEADING in text]
    assert len(cards) == 2
    assert all(card.endswith("✅ Ответ дан: Ольга Куратор, 27 августа в 10:00") for card in cards)
    assert await admin.buttons() == [Threads.ANSWER, f"{Threads.WHOLE} (3)"]
    assert await admin.count() == before

    # The other one answers as well, by a swipe, and hears that it was done.
    await admin.send("Явка обязательна", reply_to=await admin.card("И где?"))
    assert await admin.sees() == f"✅ {Threads.FORWARDED}: Мария Иванова.\nДо вас уже ответили: Ольга Куратор."
    assert "Явка обязательна" in await head.sees()
    assert f"{Threads.ANSWERED}: Ольга Куратор, Анна Начальник" in (await curator.phone.find(Threads.ANSWERED))["text"]
    # A swipe on the answer goes on with the same thread, which waits again.
    await head.send("Спасибо!", reply_to=await head.card("Явка обязательна"))
    assert "Спасибо!" in await curator.sees()
    await curator.press(Threads.NEEDS_NO_ANSWER)
    assert await curator.toast() == "Отмечено: ответ не требуется"
    assert Threads.NO_ANSWER_NEEDED in await curator.sees()
    await curator.callback("xd:1:0")
    assert "уже не ждут" in await curator.toast()
    assert await count(approving, tables.threads) == 1
    assert await count(approving, tables.notes) == 5
    async with approving.storage.read() as tx:
        actions = list((await tx.execute(sa.select(tables.audit.c.action).order_by(tables.audit.c.id))).scalars())
    assert [action for action in actions if action.startswith(("note", "thread"))] == [
        "note.written", "note.written", "note.answered", "note.answered", "note.written", "thread.closed",
    ]  # fmt: skip


@pytest.mark.slow
async def test_about_a_request_and_back_to_it(approving: World, admin: Head) -> None:
    head = await seated(approving, admin)
    safe = await member(approving, "Чужой Пётр", 301, limits=Limits(topics=frozenset({"safety"})))
    await approving.at("2026-09-03 09:00")
    request = await head.card(Titles.CORRECTION)
    (obligation,) = [one["o"] for one in await owed(approving, "programme-correction", Organizations.SCHOOL)]
    await head.callback(f"xw:{obligation}:0", request)
    assert f"📋 {Titles.CORRECTION} · Начало учебного года" in await head.screen()
    await head.press_at(request, Writing.CANCEL)
    assert Announcements.PLEASE_CONFIRM in next(
        message["text"] for message in await head.phone.messages() if message["message_id"] == request
    )
    await head.callback(f"xw:{obligation}:0", request)
    await head.send_file("план.pdf")
    # The request is the form again, below what was said, and the file went to the department instead of to the form.
    assert Threads.FORWARDED in await head.screen()
    assert Announcements.PLEASE_CONFIRM in await head.sees()
    request = await head.card(Titles.CORRECTION)
    card = (await admin.phone.messages())[-1]
    assert card["kind"] == "document"
    assert f"📋 {Titles.CORRECTION} · Начало учебного года, срок 18 сентября" in card["text"]
    assert await count(approving, tables.remarks) == 0
    # A curator of another topic is not disturbed, and may not look either.
    assert not any(message["kind"] == "document" for message in await safe.phone.messages())
    assert not any(Threads.HEADING in text for text in await texts(safe))
    await safe.send("/panel")
    await safe.press(Panel.THREADS)
    assert "Пока никто не писал" in await safe.sees()
    for data in ("xt:1:0:0", "xa:1:0", "xd:1:0"):
        await safe.callback(data)
        assert Threads.NOT_WITHIN in await safe.toast()
    await safe.callback("xf:1")
    assert Anywhere.NOT_YOURS in await safe.toast()
    # The answer is a file with a caption; the person finds all of it under their threads.
    await admin.phone.send_file(b"%PDF", "приказ.pdf", caption="Вот приказ", reply_to=card["message_id"])
    await approving.settle()
    got = (await head.phone.messages())[-1]
    assert got["kind"] == "document"
    assert (
        got["text"]
        == f"✉️ Ответ управления\n📋 {Titles.CORRECTION} · Начало учебного года\nАнна Начальник\n\nВот приказ"
    )
    await head.send("/write")
    await head.press("Мои обращения")
    await head.press(Titles.CORRECTION)
    assert "📎 приказ.pdf" in await head.sees()
    assert "Управление, Анна Начальник" in await head.sees()
    before = await head.count()
    await head.press("📎 приказ.pdf")
    assert await head.count() == before + 1
    assert (await head.phone.messages())[-1]["kind"] == "document"
    await head.press("‹ Мои обращения")
    # Once the request is answered, the answer is a tap away.
    await head.press_at(request, Titles.NOT_BEGUN)
    await head.press_at(request, Form.SEND)
    await head.send("Ответили", reply_to=got["message_id"])
    await admin.press("Открыть ответ")
    assert Titles.CORRECTION in await admin.sees()
    # A stranger's thread is nobody's business.
    other = await seated(approving, admin, "Петров Олег", 102, Organizations.OTHER_SCHOOL)
    for data in ("xv:1:0", "xo:1", "xf:1", f"xw:{obligation}:0"):
        await other.callback(data)
        assert Anywhere.NOT_YOURS in await other.toast()


@pytest.mark.parametrize("typed", [Writing.CANCEL, "отмена", "назад"])
async def test_whoever_writes_that_it_is_cancelled_writes_nothing(approving: World, admin: Head, typed: str) -> None:
    head = await seated(approving, admin)
    before = await admin.count()
    await head.press(Words.WRITE)
    await head.send(typed)
    assert Writing.FORWARDED not in await head.screen()
    assert await admin.count() == before
    await head.send("Крыша течёт")
    assert Placing.TO_DEPARTMENT in await head.buttons(), "it is no letter by itself any more"


async def owed(world: World, directive: str, organization: str) -> list[dict[str, int]]:
    """Ids of the obligations."""
    async with world.storage.read() as tx:
        query = (
            sa.select(tables.obligations.c.id)
            .select_from(tables.obligations.join(tables.rounds).join(tables.organizations))
            .where(tables.rounds.c.directive_id == directive, tables.organizations.c.name == organization)
        )
        return [{"o": scalar} for scalar in (await tx.execute(query)).scalars()]


@pytest.mark.slow
async def test_albums_long_texts_and_what_cannot_be_passed_on(approving: World, admin: Head) -> None:
    # Somebody whose registration still waits may write too.
    head = await applicant(approving)
    await head.send("/write")
    await head.send_sticker()
    assert Writing.CANNOT_FORWARD in await head.sees()
    await head.phone.send_location(51.7, 107.2)
    await approving.settle()
    assert Writing.CANNOT_FORWARD in await head.sees()
    await head.send_album("photo", "document", caption="Крыша течёт")
    await approving.at(approving.now + timedelta(seconds=3))
    card, *files = (await admin.phone.messages())[-3:]
    assert card["text"].startswith("✉️ Обращение\nМария Иванова, руководитель, заявка не рассмотрена")
    assert [file["kind"] for file in files] == ["photo", "document"]
    assert files[0]["text"] == "Крыша течёт"
    assert (await texts(head)).count(Writing.FORWARDED) == 1
    # An answer that is an album; and one that fills a message to the last character.
    await admin.press(Threads.ANSWER)
    await admin.send_album("document", "document")
    await approving.at(approving.now + timedelta(seconds=3))
    answer, *files = (await head.phone.messages())[-3:]
    assert answer["text"] == "✉️ Ответ управления\nАнна Начальник"
    assert [file["kind"] for file in files] == ["document", "document"]
    long = "я" * messengers.longest()
    await head.send(long, reply_to=answer["message_id"])
    head_of_it, whole = (await admin.phone.messages())[-2:]
    assert head_of_it["text"].startswith("✉️ Обращение\nМария Иванова")
    assert whole["text"] == long
    # A reply to the text below the card is an answer as well.
    await admin.send("Прочитали", reply_to=whole["message_id"])
    assert "Прочитали" in await head.sees()
    assert f"{Threads.ANSWERED}: Анна Начальник" in (await admin.phone.find(Threads.ANSWERED))["text"]
    await admin.send("/panel")
    await admin.press(Panel.THREADS, "Мария Иванова")
    assert "яяя…" in await admin.sees()
    assert "📎 фото.jpg" not in await admin.sees()
    await admin.press("‹ Раньше")
    assert "📎 фото.jpg" in await admin.sees()
    await admin.press("Позже ›", "Целиком: 27 августа в 10:00")
    assert await admin.sees() == long


@pytest.mark.slow
async def test_twenty_files_are_taken_and_a_flood_is_not(approving: World, admin: Head) -> None:
    head = await seated(approving, admin)
    await head.send("/write")
    await head.phone.send_album(["photo"] * 10)
    await head.phone.send_album(["photo"] * 10)
    await approving.settle()
    await approving.at(approving.now + timedelta(seconds=3))
    assert await count(approving, tables.notes) == 20
    assert messengers.kinds_of_files(await admin.phone.messages()) == ["photo"] * 20
    await head.send("/write")
    await head.send_album("photo", "photo")
    refused = [text for text in await texts(head) if "Слишком много" in text]
    assert refused == [
        f"{Anywhere.TOO_MUCH} подряд: это не передано. Подождите, пожалуйста, 10 минут.\n"
        "Всё, что уже передано, сохранено."
    ]
    assert await count(approving, tables.notes) == 20
    await approving.at(approving.now + timedelta(minutes=11))
    await head.send("Теперь можно?")
    assert "Теперь можно?" in await admin.sees()


@pytest.mark.slow
@pytest.mark.parametrize("how", ["corrected", "gone on"])
async def test_one_letter_is_no_flood_either(approving: World, admin: Head, how: str) -> None:
    """Somebody's program went on with one letter, or corrected it, for as long as it liked: all of it came to all."""
    head = await seated(approving, admin)
    await head.send("/write")
    long = "я" * messengers.longest()
    written = await head.send("Во сколько?" if how == "corrected" else long)
    for number in range(60):
        if how == "corrected":
            await head.edit(written, f"Во сколько? {number}")
        else:
            await head.send(long)
    if how == "corrected":
        assert sum("✏️ Исправлено" in text for text in await texts(admin)) == 49
    assert await count(approving, tables.notes) == (1 if how == "corrected" else 50)
    assert sum(f"{Anywhere.TOO_MUCH} подряд" in text for text in await texts(head)) == 11
    await approving.at(approving.now + timedelta(minutes=11))
    await head.edit(written, "Во сколько завтра?")
    assert "Во сколько завтра?" in await admin.sees()


@pytest.mark.slow
async def test_a_book_is_wanted_as_a_file(approving: World, admin: Head) -> None:
    head = await seated(approving, admin)
    for _ in range(51):
        await head.send("я" * messengers.longest())
    await head.press(Placing.TO_DEPARTMENT)
    assert Placing.TOO_LONG_A_LETTER in await head.toast()
    assert await count(approving, tables.notes) == 0


@pytest.mark.slow
async def test_corrections_a_block_and_an_erasure(approving: World, admin: Head) -> None:
    head = await seated(approving, admin)
    await head.send("/write")
    written = await head.send("Во сколька?")
    await head.edit(written, "Во сколько?")
    assert await head.sees() == "✏️ Исправление передано."
    assert (await admin.sees()).startswith("✏️ Исправлено\nМария Иванова")
    assert (await admin.sees()).endswith("Во сколько?")
    answered = await admin.send("В десят", reply_to=await admin.card("Во сколько?"))
    await admin.edit(answered, "В десять")
    assert await head.sees() == "✉️ Ответ управления · исправлено\nАнна Начальник\n\nВ десять"
    # Blocked before the answer: whoever answers hears it, and the answer is kept.
    await head.block()
    await admin.send("Вы там?", reply_to=await admin.card("Во сколько?"))
    assert "⚠️ Ответ не доставлен: Мария Иванова" in await admin.sees()
    await admin.press(Threads.WHOLE)
    assert "Вы там?" in await admin.screen()
    await head.unblock()
    await admin.press(Threads.ANSWER)
    await head.send("/delete")
    await head.press(Preferences.DELETE)
    await admin.send("Ответ никому")
    assert "человек удалил свои данные" in await admin.sees()
    assert await count(approving, tables.threads) == 0
    assert await count(approving, tables.notes) == 0
    await admin.callback("xt:1:0:0")
    assert f"Этой переписки {Threads.GONE}" in await admin.toast()


@pytest.mark.slow
async def test_who_may_answer(approving: World, admin: Head) -> None:
    head = await seated(approving, admin)
    curator = await member(approving, "Куратор Ольга", 300)
    viewer = await member(approving, "Зритель Иван", 302, StaffRole.VIEWER)
    await head.send("/write")
    await head.send("Вопрос")
    card = await curator.card("Вопрос")
    await curator.press(Threads.ANSWER)

    async def removed(tx: Any) -> None:
        await staff.revoke(tx, messengers.person(300), messengers.person(900), approving.now)

    await approving.storage.apply(removed)
    await curator.send("Ответ уже не сотрудника")
    assert Threads.NOT_FORWARDED in await curator.sees()
    await curator.send("И так?", reply_to=card)
    assert Threads.NOT_FORWARDED in await curator.sees()
    for data in ("xl:0", "xt:1:0:0", "xa:1:0", "xd:1:0", "xf:1"):
        for person in (curator, viewer, head) if data != "xf:1" else (curator, viewer):
            await person.callback(data)
            assert Anywhere.NOT_YOURS in await person.toast()
    await viewer.send("/panel")
    assert Panel.THREADS not in await viewer.buttons()
    assert Threads.FORWARDED in await head.sees()
    # Forged numbers, and a button of what was settled.
    for data in ("xt:424242:0:0", "xa:424242:0", "xd:424242:0"):
        await admin.callback(data)
        assert Threads.GONE in await admin.toast()
    # Nobody has agreed to anything: nothing is taken.
    stranger = await approving.person("Прохожий Пётр", 500)
    await stranger.send("Пустите")
    assert "/start" in await stranger.sees()
    assert await count(approving, tables.notes) == 1


@pytest.mark.slow
@pytest.mark.both_databases
async def test_two_curators_at_once_and_from_the_desk(approving: World, admin: Head) -> None:
    head = await seated(approving, admin)
    curator = await member(approving, "Куратор Ольга", 300)
    await head.send("/write")
    await head.send("Вопрос")
    cards = [await one.card("Вопрос") for one in (admin, curator)]
    await asyncio.gather(
        admin.phone.send("Ответ А", reply_to=cards[0]), curator.phone.send("Ответ Б", reply_to=cards[1])
    )
    await approving.settle()
    got = " ".join(await texts(head))
    assert "Ответ А" in got
    assert "Ответ Б" in got
    for one in (admin, curator):
        shown = (await one.phone.find(Threads.ANSWERED))["text"]
        assert "Ольга Куратор" in shown
        assert "Анна Начальник" in shown
    await head.send("Ещё вопрос", reply_to=await head.card("Ответ А"))
    await admin.send("/panel")
    assert "✉️ 1 обращение ждёт ответа" in await admin.sees()
    await admin.press(f"{Panel.THREADS} (1)")
    assert "❗️ Ждут ответа: 1" in await admin.sees()
    await admin.press("Мария Иванова")
    assert f"❗️ {Threads.WAITS}" in await admin.sees()
    await admin.press(Threads.ANSWER, Threads.CANCEL)
    assert f"❗️ {Threads.WAITS}" in await admin.sees()
    await admin.press(Threads.ANSWER)
    await admin.send("Ответ со стола")
    assert "Ответ со стола" in await head.sees()
    desk = await admin.phone.find("✉️ Переписка")
    assert "Ответ со стола" in desk["text"]
    assert Threads.WAITS not in desk["text"]
    # A command in the middle: nothing goes astray.
    await head.send("/write")
    await head.send("/tasks")
    await head.send("12")
    assert Placing.KEPT in await head.sees()
    await head.press_at(await head.card(Extending.WRITE), Writing.CANCEL)
    assert "отменять уже нечего" in (await head.phone.find("отменять"))["text"]


@pytest.mark.slow
async def test_several_organizations(approving: World, admin: Head) -> None:
    head = await seated(approving, admin)
    await head.send("/settings")
    await head.press(
        Preferences.ORGANIZATIONS,
        Registration.ADD_ORGANIZATION,
        Types.GENERAL,
        Form.DONE,
        Organizations.OTHER_SCHOOL,
        Registration.HEAD,
    )
    await admin.press(Applications.CONFIRM)
    await head.send("/write")
    assert await head.sees() == f"✉️ {Extending.WRITE}\n\nОт какой организации?"
    await head.press(Organizations.OTHER_SCHOOL)
    await head.send("От второй")
    assert f"🏫 {Organizations.OTHER_SCHOOL}" in await admin.sees()
    await head.send("/write")
    await head.press(Organizations.SCHOOL)
    await head.send("От первой")
    assert f"🏫 {Organizations.SCHOOL}" in await admin.sees()
    assert await count(approving, tables.threads) == 2
    # Left meanwhile: what is about a seat that is given up waits to be placed.
    await head.send("/write")
    await head.press(Organizations.SCHOOL)

    async def left(tx: Any) -> None:
        await tx.execute(sa.update(tables.seats).values(state="left"))

    await approving.storage.apply(left)
    await head.send("Поздно")
    assert f"от которой писали. {Placing.KEPT}" in await head.sees()
    assert "Поздно" not in await admin.sees()
    # Who sits nowhere can still write.
    await head.send("/write")
    await head.send("Просто вопрос")
    assert "Мария Иванова\n\nПросто вопрос" in await admin.sees()
    async with approving.storage.read() as tx:
        assert (await people.get(tx, head.id)) is not None


@pytest.mark.both_messengers
async def test_whoever_has_no_seat_any_more_is_heard_all_the_same(approving: World, admin: Head) -> None:
    head = await applicant(approving)
    await admin.press(Applications.REFUSE)
    await head.send("Почему? Я директор с 2019 года")
    assert Request.NO_SEAT in await head.sees()
    await head.press(Placing.TO_DEPARTMENT)
    assert "Почему? Я директор с 2019 года" in await admin.sees()
    await head.send_file("приказ о назначении.pdf")
    assert Request.NO_SEAT in await head.sees()
    await head.press(Placing.TO_DEPARTMENT)
    assert Writing.FORWARDED in await head.sees()
    await head.send("/start")
    assert Types.GENERAL in await head.buttons()


@pytest.mark.slow
async def test_a_department_of_one_is_not_told_that_its_own_letter_was_passed_on(approving: World, admin: Head) -> None:
    """The methodist runs the kindergarten of the village, too, and nobody else of the department has come yet."""
    await admin.send("/start")
    await admin.press(Types.GENERAL, Registration.DONE, Organizations.SCHOOL, Registration.HEAD)
    await admin.send("/write")
    await admin.send("Когда совещание?")
    assert Writing.READ_BY_NOBODY_ELSE in await admin.screen()
    # A colleague reads what is written from now on.
    curator = await member(approving, "Куратор Ольга", 300)
    await admin.send("/write")
    await admin.send("Где совещание?")
    assert Writing.FORWARDED in await admin.screen()
    assert "Где совещание?" in await curator.sees()
