"""The department's group: notes go there, a topic to each, and who answers there answers the person."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.people.member import Limits, StaffRole
from bot.storage import schema as tables
from bot.storage.desk import group as groups
from bot.storage.people import people, staff
from simulator import Person
from tests import messengers
from tests.handlers.department.announcements.test_announcements import compose, go, to_everyone
from tests.people import ADMIN, introduced
from tests.texts.department import Announcements, People, Threads
from tests.texts.example import Organizations, Types
from tests.texts.heads import Placing, Writing
from tests.world import Head, World, living, on_button

GROUP = -5001


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """The bot is told of a group that does not exist yet."""
    async with living(tmp_path, admin_ids=(ADMIN,), department_chat_id=GROUP) as world:
        yield world


@pytest.fixture
async def admin(world: World) -> Head:
    """The administrator."""
    return await introduced(world, "Начальник Анна", ADMIN)


@pytest.fixture
async def head(world: World, admin: Head) -> Head:
    """A head at the school."""
    return await seated(world, "Иванова Мария", 101, Organizations.SCHOOL)


async def seated(world: World, name: str, id: int, school: str) -> Head:
    person = await world.person(name, id)
    await person.join(Types.GENERAL, school)
    return person


async def made(world: World, *members: Head, **options: Any) -> int:
    """The group of the settings, of these people."""
    made: int = await world.telegram.group("Управление", [member.phone for member in members], id=GROUP, **options)
    await world.settle()
    return made


async def write(person: Head, *words: str) -> None:
    for word in words:
        await person.send("/write")
        await person.send(word)


async def texts(person: Person | Head) -> list[str]:
    phone = person.phone if isinstance(person, Head) else person
    return [message["text"] for message in await phone.messages()]


@pytest.mark.slow
@pytest.mark.telegram_alone
async def test_a_topic_to_each_thread(world: World, admin: Head, head: Head) -> None:
    outsider = await world.person("Гость Пётр", 700)
    await made(world, admin, outsider, forum=True)
    before = await admin.count()
    await write(head, "Первый вопрос", "И второй")
    other = await seated(world, "Петров Олег", 102, Organizations.OTHER_SCHOOL)
    await write(other, "Чужой вопрос")
    assert await admin.count() == before
    topics = (await world.telegram.chat(GROUP))["topics"]
    assert [topic["name"] for topic in topics] == [
        f"Мария Иванова · {on_button(Organizations.SCHOOL)}",
        f"Олег Петров · {on_button(Organizations.OTHER_SCHOOL)}",
    ]
    mine, theirs = (admin.phone.in_group(GROUP, topic["message_thread_id"]) for topic in topics)
    first, second = (await texts(mine))[1:]
    assert first.endswith("Первый вопрос\n\nЧто сотрудники напишут в этой теме, получит Мария Иванова.")
    assert second.endswith("И второй")
    # What outsiders write, service messages, stickers and what is said beside the topics go nowhere.
    seen = await head.count()
    await outsider.phone.in_group(GROUP, topics[0]["message_thread_id"]).send("Я не сотрудник")
    await mine.send("/start")
    await admin.phone.in_group(GROUP).send("Просто разговор")
    await mine.send_sticker()
    await world.settle()
    assert await head.count() == seen
    assert Writing.CANNOT_FORWARD in (await texts(mine))[-1]
    assert all("/start" not in text for text in await texts(mine))
    # An answer in the topic, one by a swipe with a file, and its sign.
    said = await mine.send("Отвечаем на оба")
    await world.settle()
    assert await head.sees() == "✉️ Ответ управления\nАнна Начальник\n\nОтвечаем на оба"
    assert (await mine.messages(from_bot=False))[-1]["reactions"]
    assert all(f"✅ {Threads.ANSWERED}: Анна Начальник" in text for text in (await texts(mine))[1:3])
    await mine.edit(said, "Отвечаем на оба вопроса")
    await world.settle()
    assert (await head.sees()).endswith("Отвечаем на оба вопроса")
    card = next(message for message in await theirs.messages() if "Чужой вопрос" in message["text"])
    await theirs.send_file(b"%PDF", "приказ.pdf", reply_to=card["message_id"])
    await world.settle()
    assert (await other.phone.messages())[-1]["kind"] == "document"
    # The person has blocked the bot: the topic hears it.
    await other.block()
    await theirs.send("Дошло?")
    await world.settle()
    assert "Ответ не доставлен: Олег Петров" in (await texts(theirs))[-1]
    # The topic is deleted: the next note makes another, and nothing is lost.
    await mine.delete_topic(topics[0]["message_thread_id"])
    await write(head, "Третий")
    fresh = (await world.telegram.chat(GROUP))["topics"]
    assert [one["name"] for one in fresh] == [
        f"Олег Петров · {on_button(Organizations.OTHER_SCHOOL)}",
        f"Мария Иванова · {on_button(Organizations.SCHOOL)}",
    ]
    again = admin.phone.in_group(GROUP, fresh[1]["message_thread_id"])
    assert "Третий" in (await texts(again))[-1]
    await again.press(Threads.NEEDS_NO_ANSWER)
    await world.settle()
    assert Threads.NO_ANSWER_NEEDED in (await texts(again))[-1]
    await outsider.phone.in_group(GROUP, fresh[1]["message_thread_id"]).callback("xd:1:0")
    await world.settle()
    assert await count(world, tables.threads) == 2


@pytest.mark.telegram_alone
async def test_who_answers_in_the_group_s_name_hears_that_it_went_nowhere(
    world: World, admin: Head, head: Head
) -> None:
    """An administrator of the group who remains anonymous: the bot was silent, and the head waited for good."""
    outsider = await world.person("Гость Пётр", 700)
    await made(world, admin, outsider, forum=True)
    await write(head, "Когда совещание?")
    (topic,) = (await world.telegram.chat(GROUP))["topics"]
    number = topic["message_thread_id"]
    inside, seen = admin.phone.in_group(GROUP, number), await head.count()
    # The simulator knows no such authors: the message is in the topic, and comes in another's name.
    id = await outsider.phone.in_group(GROUP, number).send("В 10")
    await world.settle()
    said = len(await texts(inside))
    chat = {"id": GROUP, "type": "supergroup", "title": "Управление", "is_forum": True}
    bot = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    message = {"message_id": id, "date": int(world.now.timestamp()), "chat": chat, "sender_chat": chat, "from": bot}
    within = {"message_thread_id": number, "is_topic_message": True}
    for update_id, words in enumerate(
        [{"text": "Так, между собой"}, within | {"text": "/start"}, within | {"text": "В 10"}]
    ):
        await world.app.intake.take([{"update_id": 600_000_000 + update_id, "message": message | words}])
    await world.settle()
    (told,) = (await texts(inside))[said:]
    assert Threads.NOT_FORWARDED in told
    assert Threads.NAMELESS in told
    assert await head.count() == seen


@pytest.mark.slow
@pytest.mark.telegram_alone
async def test_a_reply_to_an_announcement_has_a_topic_of_its_own(world: World, admin: Head, head: Head) -> None:
    await made(world, admin, forum=True)
    await compose(admin, "Совещание в среду")
    await to_everyone(admin)
    await go(admin)
    await write(head, "Вопрос о школе")
    await head.send("Не смогу", reply_to=await head.card("Совещание в среду"))
    await head.press(Placing.TO_DEPARTMENT)
    general, about = (await world.telegram.chat(GROUP))["topics"]
    assert general["name"] == f"Мария Иванова · {on_button(Organizations.SCHOOL)}"
    assert about["name"] == f"Мария Иванова · {Announcements.HEADING} 27.08 «Совещание в среду»"
    inside = admin.phone.in_group(GROUP, about["message_thread_id"])
    assert f"📣 {Announcements.HEADING} от 27 августа: «Совещание в среду»\n\nНе смогу" in (await texts(inside))[-1]
    await inside.send("Передайте заместителю")
    await world.settle()
    assert (
        f"📣 {Announcements.HEADING} от 27 августа: «Совещание в среду»\nАнна Начальник\n\nПередайте"
        in await head.sees()
    )


async def test_limits_hold_there_too(world: World, admin: Head, head: Head) -> None:
    """A curator of kindergartens answers no school there: by no reply, no correction, no button."""
    gardens = await introduced(world, "Куратор Ольга", 901)
    limits = Limits(types=frozenset({"preschool"}))
    await world.storage.apply(
        lambda tx: staff.grant(tx, messengers.person(901), StaffRole.CURATOR, None, world.now, Limits())
    )
    await made(world, admin, gardens)
    await write(head, "Вопрос школы")
    here = gardens.phone.in_group(GROUP)
    card = next(message for message in await here.messages() if "Вопрос школы" in message["text"])["message_id"]
    answered = await here.send("Отвечаю", reply_to=card)
    await world.settle()
    assert (await head.sees()).endswith("Отвечаю")
    await world.storage.apply(
        lambda tx: staff.change(tx, messengers.person(901), StaffRole.CURATOR, limits, None, world.now)
    )
    seen = await head.count()
    await here.send("И ещё", reply_to=card)
    await world.settle()
    assert Threads.NOT_WITHIN in (await texts(here))[-1]
    await here.edit(answered, "Отвечаю иначе")
    await world.settle()
    assert Threads.NOT_WITHIN in (await texts(here))[-1]
    await write(head, "Новый вопрос школы")
    await here.callback("xd:1:0")
    await world.settle()
    assert Threads.NOT_WITHIN in await gardens.toast()
    assert await head.count() == seen + 2
    assert "Отвечаю иначе" not in await head.screen()


async def count(world: World, table: Any) -> int:
    async with world.storage.read() as tx:
        return int((await tx.execute(sa.select(sa.func.count()).select_from(table))).scalar_one())


@pytest.mark.telegram_alone
async def test_topics_are_made_once_though_the_post_is_interrupted(world: World, admin: Head, head: Head) -> None:
    await made(world, admin, forum=True)
    # Telegram has made the topic, and nobody heard of it: an empty topic stays, the note arrives all the same.
    await world.telegram.order_fault("drop_after", method="createForumTopic", count=1)
    await world.telegram.order_fault("502", method="sendMessage", chat_id=GROUP, count=1)
    await write(head, "Вопрос")
    await world.restart()
    await world.at("2026-08-27 10:10")
    await world.at("2026-08-27 10:20")
    topics = (await world.telegram.chat(GROUP))["topics"]
    assert len(topics) == 2
    full = [
        text
        for topic in topics
        for text in await texts(admin.phone.in_group(GROUP, topic["message_thread_id"]))
        if "Вопрос" in text
    ]
    assert len(full) == 1


@pytest.mark.slow
@pytest.mark.telegram_alone
async def test_without_topics(world: World, admin: Head, head: Head) -> None:
    curator = await introduced(world, "Куратор Ольга", 300)

    async def granted(tx: Any) -> None:
        await staff.grant(tx, messengers.person(300), StaffRole.CURATOR, None, world.now)

    await world.storage.apply(granted)
    await made(world, admin, curator, forum=True, manage_topics=False)
    await write(head, "Раз", "Два")
    # Administrators are told once.
    assert len([text for text in await texts(admin) if "не может создавать темы" in text]) == 1
    shown = admin.phone.in_group(GROUP)
    card = next(message for message in await shown.messages() if "Раз" in message["text"])
    assert card["text"].endswith("Ответ (свайпом) на это сообщение получит Мария Иванова.")
    await curator.phone.in_group(GROUP).send("Просто так")
    await curator.phone.in_group(GROUP).send("Отвечаю", reply_to=card["message_id"])
    await world.settle()
    assert await head.sees() == "✉️ Ответ управления\nОльга Куратор\n\nОтвечаю"
    assert "Просто так" not in " ".join(await texts(head))
    # The right is given: the next note has a topic.
    await world.telegram.bot_rights(GROUP, administrator=True, manage_topics=True)
    await world.settle()
    await write(head, "Три")
    assert len((await world.telegram.chat(GROUP))["topics"]) == 1


@pytest.mark.slow
@pytest.mark.telegram_alone
async def test_the_group_moves_is_lost_and_found(world: World, admin: Head, head: Head) -> None:
    # There is no such group: notes go to the curators, who is told once.
    await write(head, "Ноль", "Ещё ноль")
    assert len([text for text in await texts(admin) if Threads.CANNOT_WRITE_THERE in text]) == 1
    assert "Ещё ноль" in " ".join(await texts(admin))
    await made(world, admin)
    await write(head, "В группу")
    group = admin.phone.in_group(GROUP)
    assert "В группу" in (await texts(group))[-1]
    assert any("В группе управления нет тем" in text for text in await texts(admin))
    # It becomes a supergroup: heard from Telegram's update, and what follows in the same breath is heard too.
    new = await world.telegram.upgrade(GROUP, forum=True)
    await world.telegram.bot_rights(new, administrator=True, manage_topics=True)
    await write(head, "В новую")
    notice = await admin.phone.find("стала супергруппой")
    assert f"DEPARTMENT_CHAT_ID={new}" in notice["text"]
    (topic,) = (await world.telegram.chat(new))["topics"]
    inside = admin.phone.in_group(new, topic["message_thread_id"])
    assert "В новую" in (await texts(inside))[-1]
    await inside.send("Из новой")
    await world.settle()
    assert (await head.sees()).endswith("Из новой")
    # The old number stays in the settings: a restart knows better.
    await world.restart()
    await write(head, "После запуска")
    assert "После запуска" in (await texts(inside))[-1]
    # Removed: curators get what follows in their own chats, and one notice.
    await world.telegram.remove_bot(new)
    await world.settle()
    await write(head, "Кураторам")
    assert "Кураторам" in " ".join(await texts(admin))
    assert len([text for text in await texts(admin) if Threads.CANNOT_WRITE_THERE in text]) == 2
    await world.telegram.bot_rights(new, administrator=True, manage_topics=True)
    await world.settle()
    await write(head, "Снова в группу")
    assert "Снова в группу" in " ".join(await texts(inside))


@pytest.mark.telegram_alone
async def test_the_upgrade_is_heard_of_by_sending(world: World, admin: Head, head: Head) -> None:
    await made(world, admin)
    await write(head, "Раньше")
    new = await world.telegram.upgrade(GROUP)
    # Telegram's updates about it are lost.
    updates = world.telegram.world.updates
    updates.allow([])
    await head.send("/write")
    await head.send_photo("Позже")
    assert Writing.LATER in " ".join(await texts(admin.phone.in_group(new)))
    async with world.storage.read() as tx:
        assert await groups.current(tx, GROUP) == new


async def test_other_groups_are_none_of_its_business(world: World, admin: Head, head: Head) -> None:
    topics = {"forum": True} if messengers.has("topic") else {}
    await made(world, admin, **topics)
    strange = await world.telegram.group("Чужая", [admin.phone, head.phone], **topics)
    topic = await admin.phone.in_group(strange).create_topic("Тема") if topics else None
    await admin.phone.in_group(strange, topic).send("Мимо")
    await world.telegram.remove_bot(strange)
    await world.settle()
    assert await world.telegram.calls("sendMessage", chat_id=strange) == []
    async with world.storage.read() as tx:
        assert (await tx.execute(sa.select(tables.inbox).where(tables.inbox.c.finished_at.is_(None)))).all() == []
    await write(head, "Вопрос")
    assert len((await world.telegram.chat(GROUP))["topics"]) == len(topics)
    assert sum("Вопрос" in text for text in await texts(admin.phone.in_group(GROUP))) == 1


@pytest.mark.telegram_alone
async def test_a_long_answer_in_a_topic_arrives_whole(world: World, admin: Head, head: Head) -> None:
    await made(world, admin, forum=True)
    await write(head, "Что делать?")
    (topic,) = (await world.telegram.chat(GROUP))["topics"]
    await admin.phone.in_group(GROUP, topic["message_thread_id"]).send_long("я" * 4100)
    await world.settle()
    assert "".join(await texts(head)).count("я" * 4096) == 1
    assert (await head.sees()).endswith("яяяя")


NO_RIGHT = "not enough rights to send text messages to the chat"


@pytest.mark.slow
async def test_a_group_that_lets_nobody_write_loses_nothing(world: World, admin: Head, head: Head) -> None:
    await made(world, admin)
    await write(head, "Первый")
    group = admin.phone.in_group(GROUP)
    fault = await world.telegram.order_fault("400", method="sendMessage", chat_id=GROUP, description=NO_RIGHT)
    await write(head, "Второй", "Третий")
    # Curators get both in their own chats; administrators hear once, and why.
    assert [text for text in await texts(admin) if "Второй" in text]
    assert [text for text in await texts(admin) if "Третий" in text]
    assert len([text for text in await texts(admin) if Threads.MAY_NOT_WRITE in text]) == 1
    assert not [text for text in await texts(admin) if Threads.CANNOT_WRITE_THERE in text]
    # That somebody speaks there says nothing of whether the bot may.
    await group.send("Почему бот молчит?")
    await world.settle()
    await write(head, "Четвёртый")
    await world.at("2026-08-27 11:30")
    await write(head, "Пятый")
    assert len([text for text in await texts(admin) if Threads.MAY_NOT_WRITE in text]) == 1
    assert [text for text in await texts(admin) if "Пятый" in text]
    # Members may write again; nobody tells the bot, which tries after an hour.
    await world.telegram.cancel_faults(fault)
    await world.at("2026-08-27 12:40")
    await write(head, "Шестой", "Седьмой")
    assert [text for text in await texts(group) if "Шестой" in text]
    assert [text for text in await texts(group) if "Седьмой" in text]
    async with world.storage.read() as tx:
        assert await people.reachability(tx, {head.id}) == {head.id: True}


@pytest.mark.telegram_alone
@pytest.mark.parametrize("words", ["not enough rights to send documents to the chat", "the message can't be copied"])
async def test_a_file_that_the_group_does_not_take_comes_to_the_curators(
    world: World, admin: Head, head: Head, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    await made(world, admin)
    await world.telegram.order_fault("400", method="copyMessage", chat_id=GROUP, description=words)
    await head.send("/write")
    await head.send_file("акт.pdf")
    group = admin.phone.in_group(GROUP)
    name, _ = await admin.received_file()
    assert name == "акт.pdf"
    # The group is not lost for it: what it takes goes there.
    assert not [text for text in await texts(admin) if Threads.MAY_NOT_WRITE in text]
    await write(head, "Без файла")
    assert [text for text in await texts(group) if "Без файла" in text]
    assert words in caplog.text
    caplog.clear()


async def test_the_source_of_a_copy_says_nothing_of_whom_it_is_for(world: World, admin: Head, head: Head) -> None:
    await made(world, admin)
    await write(head, "Где приказ?")
    group = admin.phone.in_group(GROUP)
    card = next(message for message in await group.messages() if "Где приказ?" in message["text"])
    await world.telegram.order_fault("400", method="copyMessage", chat_id=head.id, description="chat not found")
    await group.send_file(b"%PDF", "приказ.pdf", reply_to=card["message_id"])
    await world.settle()
    # The head gets what was said, and still counts as somebody who can be written to.
    assert [text for text in await texts(head) if Threads.GONE in text or "Ответ управления" in text]
    assert not [text for text in await texts(admin) if People.UNREACHED in text]
    async with world.storage.read() as tx:
        assert await people.reachability(tx, {head.id}) == {head.id: True}


@pytest.mark.slow
@pytest.mark.telegram_alone
async def test_slow_mode_holds_the_group_alone(world: World, admin: Head, head: Head) -> None:
    await made(world, admin)
    other = await seated(world, "Петров Олег", 102, Organizations.OTHER_SCHOOL)
    await world.telegram.order_fault("429", method="sendMessage", chat_id=GROUP, retry_after=900, count=1)
    await write(head, "Первый")
    await write(other, "Второй")
    await write(head, "Третий")
    group = admin.phone.in_group(GROUP)
    assert await texts(group) == []
    # Everybody else is answered at once, before and after a restart.
    seen = await other.count()
    await other.send("/tasks")
    assert await other.count() == seen + 1
    await world.restart()
    await other.send("/tasks")
    assert await other.count() == seen + 2
    assert len(await world.telegram.calls("sendMessage", chat_id=GROUP)) == 1
    # After it each note goes, in the order in which they were written.
    await world.at("2026-08-27 10:14")
    assert await texts(group) == []
    await world.at("2026-08-27 10:16")
    shown = [text for text in await texts(group) if "Ответ (свайпом)" in text]
    assert [word for text in shown for word in ("Первый", "Второй", "Третий") if word in text] == [
        "Первый",
        "Второй",
        "Третий",
    ]


@pytest.mark.telegram_alone
async def test_a_note_of_two_messages_passes_slow_mode_once(world: World, admin: Head, head: Head) -> None:
    await made(world, admin)
    await world.telegram.order_fault("429", method="copyMessage", chat_id=GROUP, retry_after=60, count=2)
    await head.send("/write")
    # A caption of that length has no room for the head of the card: the card goes first, the file behind it.
    await head.do(head.phone.send_file(b"%PDF", "акт.pdf", caption="я" * 1000))
    group = admin.phone.in_group(GROUP)
    assert len(await group.messages()) == 1
    for minute in (2, 4, 6):
        await world.at(f"2026-08-27 10:0{minute}")
    assert [message["kind"] for message in await group.messages()] == ["text", "document"]


@pytest.mark.telegram_alone
async def test_what_cannot_be_said_in_the_group_stops_nobody(world: World, admin: Head, head: Head) -> None:
    await made(world, admin)
    await write(head, "Вопрос")
    group = admin.phone.in_group(GROUP)
    card = (await group.messages())[-1]["message_id"]
    await world.telegram.order_fault("429", method="sendMessage", chat_id=GROUP, retry_after=900, count=1)
    # An hour of silence would otherwise hold back what staff write there, too.
    await group.send_sticker(reply_to=card)
    await group.send("Ответ", reply_to=card)
    await world.settle()
    assert (await head.sees()).endswith("Ответ")
    async with world.storage.read() as tx:
        assert await people.reachability(tx, {admin.id}) == {admin.id: True}
