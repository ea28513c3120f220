"""People write to the department, curators answer, and both keep the thread."""

import asyncio
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from bot.domain.people.member import Limits, StaffRole
from bot.storage import schema as tables
from bot.storage.people import people, staff
from tests.world import Head, World

GENERAL = "Общее образование"
SCHOOL = "МБОУ «Тихореченская основная общеобразовательная школа»"
OTHER = "МБОУ «Малоозёрская начальная общеобразовательная школа»"


async def applicant(world: World, name: str = "Иванова Мария", id: int = 101, school: str = SCHOOL) -> Head:
    """Somebody whose registration waits."""
    person = await world.person(name, id)
    await person.send("/start")
    await person.press("Согласен", GENERAL, "Готово", school, "Руководитель")
    return person


async def seated(world: World, admin: Head, name: str = "Иванова Мария", id: int = 101, school: str = SCHOOL) -> Head:
    """A head whom the administrator has seated."""
    person = await applicant(world, name, id, school)
    await admin.press("Подтвердить")
    return person


async def member(
    world: World,
    name: str,
    id: int,
    role: StaffRole = StaffRole.CURATOR,
    limits: Limits = Limits(),  # noqa: B008
) -> Head:
    """One of the department's people."""
    person = await world.person(name, id)
    await person.send("/start")
    await person.press("Согласен")

    async def work(tx: Any) -> None:
        await staff.grant(tx, id, role, None, world.now, limits)

    await world.storage.apply(work)
    return person


async def texts(person: Head) -> list[str]:
    """What stands in the chat, of the bot."""
    return [one["text"] for one in await person.phone.messages()]


async def count(world: World, table: Any) -> int:
    async with world.storage.read() as tx:
        return int((await tx.execute(sa.select(sa.func.count()).select_from(table))).scalar_one())


async def test_a_question_and_its_answer(approving: World, admin: Head) -> None:
    head = await seated(approving, admin)
    curator = await member(approving, "Куратор Ольга", 300)
    await head.send("/help")
    await head.press("Написать в управление")
    assert f"🏫 {SCHOOL}" in await head.sees()
    await head.send("Когда совещание <директоров>?")
    assert await head.sees() == "✅ Передано. Ответ придёт сюда."
    for reader in (admin, curator):
        assert await reader.sees() == (
            f"✉️ Обращение\nМария Иванова, руководитель\n🏫 {SCHOOL}\n\nКогда совещание <директоров>?"
        )
        assert await reader.buttons() == ["Ответить", "Не требует ответа"]

    # What the head writes before the answer joins the thread; so does a swipe on their own message.
    own = next(one for one in await head.phone.messages(from_bot=False) if "совещание" in one["text"])
    await head.send("И где?", reply_to=own["message_id"])
    assert await head.sees() == "✅ Передано. Ответ придёт сюда."
    assert await curator.buttons() == ["Ответить", "Не требует ответа", "Вся переписка (2)"]

    await curator.press("Ответить")
    assert "Ответ: Мария Иванова" in await curator.sees()
    await curator.send("\u2800")
    assert "пустое" in await curator.sees()
    await curator.send("В понедельник в 10:00, в малом зале")
    assert await curator.sees() == "✅ Передано: Мария Иванова."
    assert await head.sees() == "✉️ Ответ управления\nОльга Куратор\n\nВ понедельник в 10:00, в малом зале"
    # Nobody is sent the card again: it says that the answer was given, and by whom.
    before = await admin.count()
    cards = [one for one in await texts(admin) if "Обращение" in one]
    assert len(cards) == 2
    assert all(one.endswith("✅ Ответ дан: Ольга Куратор, 27 августа в 10:00") for one in cards)
    assert await admin.buttons() == ["Ответить", "Вся переписка (3)"]
    assert await admin.count() == before

    # The other one answers as well, by a swipe, and hears that it was done.
    await admin.send("Явка обязательна", reply_to=await admin.card("И где?"))
    assert await admin.sees() == "✅ Передано: Мария Иванова.\nДо вас уже ответили: Ольга Куратор."
    assert "Явка обязательна" in await head.sees()
    assert "Ответ дан: Ольга Куратор, Анна Начальник" in (await curator.phone.find("Ответ дан"))["text"]
    # A swipe on the answer goes on with the same thread, which waits again.
    await head.send("Спасибо!", reply_to=await head.card("Явка обязательна"))
    assert "Спасибо!" in await curator.sees()
    await curator.press("Не требует ответа")
    assert await curator.toast() == "Отмечено: ответ не требуется"
    assert "☑️ Ответ не требуется" in await curator.sees()
    await curator.callback("xd:1:0")
    assert "уже не ждут" in await curator.toast()
    assert await count(approving, tables.threads) == 1
    assert await count(approving, tables.notes) == 5
    async with approving.storage.read() as tx:
        actions = list((await tx.execute(sa.select(tables.audit.c.action).order_by(tables.audit.c.id))).scalars())
    assert [one for one in actions if one.startswith(("note", "thread"))] == [
        "note.written", "note.written", "note.answered", "note.answered", "note.written", "thread.closed",
    ]  # fmt: skip


async def test_about_a_request_and_back_to_it(approving: World, admin: Head) -> None:
    head = await seated(approving, admin)
    safe = await member(approving, "Чужой Пётр", 301, limits=Limits(topics=frozenset({"safety"})))
    await approving.at("2026-09-03 09:00")
    request = await head.card("Корректировка программ")
    (obligation,) = [one["o"] for one in await owed(approving, "programme-correction", SCHOOL)]
    await head.callback(f"xw:{obligation}:0", request)
    assert "📋 Корректировка программ · Начало учебного года" in await head.screen()
    await head.press_at(request, "Отмена")
    assert "Просим подтвердить" in next(
        one["text"] for one in await head.phone.messages() if one["message_id"] == request
    )
    await head.callback(f"xw:{obligation}:0", request)
    await head.send_file("план.pdf")
    # The request is the form again, and the file went to the department instead of to the form.
    assert "Передано" in await head.sees()
    assert "Просим подтвердить" in next(
        one["text"] for one in await head.phone.messages() if one["message_id"] == request
    )
    card = (await admin.phone.messages())[-1]
    assert card["kind"] == "document"
    assert "📋 Корректировка программ · Начало учебного года, срок 18 сентября" in card["text"]
    assert await count(approving, tables.remarks) == 0
    # A curator of another topic is not disturbed, and may not look either.
    assert "Здравствуйте" not in await safe.sees()
    assert not any("Обращение" in one for one in await texts(safe))
    await safe.send("/panel")
    await safe.press("Обращения")
    assert "Пока никто не писал" in await safe.sees()
    for data in ("xt:1:0:0", "xa:1:0", "xd:1:0"):
        await safe.callback(data)
        assert "не в вашей части" in await safe.toast()
    await safe.callback("xf:1")
    assert "не для вас" in await safe.toast()
    # The answer is a file with a caption; the person finds all of it under their threads.
    await admin.phone.send_file(b"%PDF", "приказ.pdf", caption="Вот приказ", reply_to=card["message_id"])
    await approving.settle()
    got = (await head.phone.messages())[-1]
    assert got["kind"] == "document"
    assert (
        got["text"]
        == "✉️ Ответ управления\n📋 Корректировка программ · Начало учебного года\nАнна Начальник\n\nВот приказ"
    )
    await head.send("/write")
    await head.press("Мои обращения")
    await head.press("Корректировка программ")
    assert "📎 приказ.pdf" in await head.sees()
    assert "Управление, Анна Начальник" in await head.sees()
    before = await head.count()
    await head.press("📎 приказ.pdf")
    assert await head.count() == before + 1
    assert (await head.phone.messages())[-1]["kind"] == "document"
    await head.press("‹ Мои обращения")
    # Once the request is answered, the answer is a tap away.
    await head.press_at(request, "Не начато")
    await head.press_at(request, "Отправить")
    await head.send("Ответили", reply_to=got["message_id"])
    await admin.press("Открыть ответ")
    assert "Корректировка программ" in await admin.sees()
    # A stranger's thread is nobody's business.
    other = await seated(approving, admin, "Петров Олег", 102, OTHER)
    for data in ("xv:1:0", "xo:1", "xf:1", f"xw:{obligation}:0"):
        await other.callback(data)
        assert "не для вас" in await other.toast()


async def owed(world: World, directive: str, organization: str) -> list[dict[str, int]]:
    """Ids of the obligations."""
    async with world.storage.read() as tx:
        query = (
            sa.select(tables.obligations.c.id)
            .select_from(tables.obligations.join(tables.rounds).join(tables.organizations))
            .where(tables.rounds.c.directive_id == directive, tables.organizations.c.name == organization)
        )
        return [{"o": one} for one in (await tx.execute(query)).scalars()]


async def test_albums_long_texts_and_what_cannot_be_passed_on(approving: World, admin: Head) -> None:
    # Somebody whose registration still waits may write too.
    head = await applicant(approving)
    await head.send("/write")
    await head.send_sticker()
    assert "Такое сообщение передать нельзя" in await head.sees()
    await head.phone.send_location(51.7, 107.2)
    await approving.settle()
    assert "Такое сообщение передать нельзя" in await head.sees()
    await head.send_album("photo", "document", caption="Крыша течёт")
    await approving.at(approving.now + timedelta(seconds=3))
    card, *files = (await admin.phone.messages())[-3:]
    assert card["text"].startswith("✉️ Обращение\nМария Иванова, руководитель, заявка не рассмотрена")
    assert [one["kind"] for one in files] == ["photo", "document"]
    assert files[0]["text"] == "Крыша течёт"
    assert (await texts(head)).count("✅ Передано. Ответ придёт сюда.") == 1
    # An answer that is an album; and one that fills a message to the last character.
    await admin.press("Ответить")
    await admin.send_album("document", "document")
    await approving.at(approving.now + timedelta(seconds=3))
    answer, *files = (await head.phone.messages())[-3:]
    assert answer["text"] == "✉️ Ответ управления\nАнна Начальник"
    assert [one["kind"] for one in files] == ["document", "document"]
    long = "я" * 4096
    await head.send(long, reply_to=answer["message_id"])
    head_of_it, whole = (await admin.phone.messages())[-2:]
    assert head_of_it["text"].startswith("✉️ Обращение\nМария Иванова")
    assert whole["text"] == long
    # A reply to the text below the card is an answer as well.
    await admin.send("Прочитали", reply_to=whole["message_id"])
    assert "Прочитали" in await head.sees()
    assert "Ответ дан: Анна Начальник" in (await admin.phone.find("Ответ дан"))["text"]
    await admin.send("/panel")
    await admin.press("Обращения", "Мария Иванова")
    assert "яяя…" in await admin.sees()
    assert "📎 фото.jpg" not in await admin.sees()
    await admin.press("‹ Раньше")
    assert "📎 фото.jpg" in await admin.sees()
    await admin.press("Позже ›", "Целиком: 27 августа в 10:00")
    assert await admin.sees() == long


async def test_twenty_files_are_taken_and_a_flood_is_not(approving: World, admin: Head) -> None:
    head = await seated(approving, admin)
    await head.send("/write")
    await head.phone.send_album(["photo"] * 10)
    await head.phone.send_album(["photo"] * 10)
    await approving.settle()
    await approving.at(approving.now + timedelta(seconds=3))
    assert await count(approving, tables.notes) == 20
    assert len([one for one in await admin.phone.messages() if one["kind"] == "photo"]) == 20
    await head.send("/write")
    await head.send_album("photo", "photo")
    refused = [one for one in await texts(head) if "Слишком много" in one]
    assert refused == [
        "Слишком много сообщений подряд: это не передано. Подождите, пожалуйста, 10 минут.\n"
        "Всё, что уже передано, сохранено."
    ]
    assert await count(approving, tables.notes) == 20
    await approving.at(approving.now + timedelta(minutes=11))
    await head.send("Теперь можно?")
    assert "Теперь можно?" in await admin.sees()


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
    await admin.press("Вся переписка")
    assert "Вы там?" in await admin.screen()
    await head.unblock()
    await admin.press("Ответить")
    await head.send("/delete")
    await head.press("Удалить")
    await admin.send("Ответ никому")
    assert "человек удалил свои данные" in await admin.sees()
    assert await count(approving, tables.threads) == 0
    assert await count(approving, tables.notes) == 0
    await admin.callback("xt:1:0:0")
    assert "Этой переписки больше нет" in await admin.toast()


async def test_who_may_answer(approving: World, admin: Head) -> None:
    head = await seated(approving, admin)
    curator = await member(approving, "Куратор Ольга", 300)
    viewer = await member(approving, "Зритель Иван", 302, StaffRole.VIEWER)
    await head.send("/write")
    await head.send("Вопрос")
    card = await curator.card("Вопрос")
    await curator.press("Ответить")

    async def removed(tx: Any) -> None:
        await staff.revoke(tx, 300, 900, approving.now)

    await approving.storage.apply(removed)
    await curator.send("Ответ уже не сотрудника")
    assert "Сообщение не передано" in await curator.sees()
    await curator.send("И так?", reply_to=card)
    assert "Сообщение не передано" in await curator.sees()
    for data in ("xl:0", "xt:1:0:0", "xa:1:0", "xd:1:0", "xf:1"):
        for person in (curator, viewer, head) if data != "xf:1" else (curator, viewer):
            await person.callback(data)
            assert "не для вас" in await person.toast()
    await viewer.send("/panel")
    assert "Обращения" not in await viewer.buttons()
    assert "Передано" in await head.sees()
    # Forged numbers, and a button of what was settled.
    for data in ("xt:424242:0:0", "xa:424242:0", "xd:424242:0"):
        await admin.callback(data)
        assert "больше нет" in await admin.toast()
    # Nobody has agreed to anything: nothing is taken.
    stranger = await approving.person("Прохожий Пётр", 500)
    await stranger.send("Пустите")
    assert "/start" in await stranger.sees()
    assert await count(approving, tables.notes) == 1


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
        shown = (await one.phone.find("Ответ дан"))["text"]
        assert "Ольга Куратор" in shown
        assert "Анна Начальник" in shown
    await head.send("Ещё вопрос", reply_to=await head.card("Ответ А"))
    await admin.send("/panel")
    assert "✉️ 1 обращение ждёт ответа" in await admin.sees()
    await admin.press("Обращения (1)")
    assert "❗️ Ждут ответа: 1" in await admin.sees()
    await admin.press("Мария Иванова")
    assert "❗️ Ждёт ответа" in await admin.sees()
    await admin.press("Ответить", "Отмена")
    assert "❗️ Ждёт ответа" in await admin.sees()
    await admin.press("Ответить")
    await admin.send("Ответ со стола")
    assert "Ответ со стола" in await head.sees()
    desk = await admin.phone.find("✉️ Переписка")
    assert "Ответ со стола" in desk["text"]
    assert "Ждёт ответа" not in desk["text"]
    # A command in the middle: nothing goes astray.
    await head.send("/write")
    await head.send("/tasks")
    await head.send("12")
    assert "Не понял" in await head.sees()
    await head.press_at(await head.card("Написать в управление"), "Отмена")
    assert "отменять уже нечего" in (await head.phone.find("отменять"))["text"]


async def test_several_organizations(approving: World, admin: Head) -> None:
    head = await seated(approving, admin)
    await head.send("/settings")
    await head.press("Добавить организацию", GENERAL, "Готово", OTHER, "Руководитель")
    await admin.press("Подтвердить")
    await head.send("/write")
    assert await head.sees() == "✉️ Написать в управление\n\nОт какой организации?"
    await head.press(OTHER)
    await head.send("От второй")
    assert f"🏫 {OTHER}" in await admin.sees()
    await head.send("/write")
    await head.press(SCHOOL)
    await head.send("От первой")
    assert f"🏫 {SCHOOL}" in await admin.sees()
    assert await count(approving, tables.threads) == 2
    # Left meanwhile: what is about a seat that is given up goes nowhere.
    await head.send("/write")
    await head.press(SCHOOL)

    async def left(tx: Any) -> None:
        await tx.execute(sa.update(tables.seats).values(state="left"))

    await approving.storage.apply(left)
    await head.send("Поздно")
    assert "больше нет" in await head.sees()
    # Who sits nowhere can still write.
    await head.send("/write")
    await head.send("Просто вопрос")
    assert "Мария Иванова\n\nПросто вопрос" in await admin.sees()
    async with approving.storage.read() as tx:
        assert (await people.get(tx, head.id)) is not None
