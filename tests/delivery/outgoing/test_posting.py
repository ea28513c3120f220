"""What letters can be beside a text: copies, albums, amendments, withdrawals, files; and announcements among them."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import sqlalchemy as sa

from bot.domain.desk.announcement import AnnouncementState, Source, Tally, Wording
from bot.domain.desk.audience import Audience
from bot.domain.letter import Letter, LetterState, Postponed
from bot.domain.people.member import Limits, Role, SeatState
from bot.domain.screen import Amend, Button, Copy, Parcel, Rendered, Screen, Upload, Volume, Withdraw
from bot.reports.orders import OnDisk
from bot.storage import schema as tables
from bot.storage.desk import announcements, broadcasts, recipients
from bot.storage.engine.database import Tx
from bot.storage.people import organizations, seats
from simulator import Person
from tests.delivery.office import WITHDRAWN, Office, texts

BUTTON = ((Button("Ознакомлен", "ok"),),)
TWO_DAYS = timedelta(days=2, minutes=1)


async def post(office: Office, head: Person, content: object) -> None:
    """Delivers a letter that says this."""
    office.render = lambda _: Rendered(content)  # type: ignore[arg-type]
    await office.write("", head.id)
    await office.courier.deliver()


async def test_a_copy_looks_as_the_message_does(office: Office, head: Person, other: Person) -> None:
    bold = await other.send("<b>Собрание</b> в 15:00", html=True)
    await post(office, head, Copy(other.id, (bold,), BUTTON))
    photo = await other.send_photo(caption="Схема проезда")
    await post(office, head, Copy(other.id, (photo,)))
    await post(office, head, Copy(other.id, (photo,), caption="<i>Новая</i> схема"))
    text, picture, another = await head.messages()
    assert (text["text"], text["buttons"]) == ("Собрание в 15:00", ["Ознакомлен"])
    assert [one["type"] for one in text["entities"]] == ["bold"]
    assert (picture["text"], picture["media"]["kind"]) == ("Схема проезда", "photo")
    assert (another["text"], another["media"]["kind"]) == ("Новая схема", "photo")
    assert await office.states() == [LetterState.SENT] * 3


async def test_an_album_stays_one(office: Office, head: Person, other: Person) -> None:
    first, second = await other.send_album(caption="Соревнования")
    await post(office, head, Copy(other.id, (first, second)))
    one, two = await head.messages()
    assert one["media_group_id"] == two["media_group_id"] != ""
    assert one["text"] == "Соревнования"
    (letter,) = await office.outbox()
    assert letter.message_id == one["message_id"]


async def test_a_standing_message_is_amended(office: Office, head: Person, other: Person) -> None:
    await post(office, head, Screen("Собрание в 15:00", BUTTON))
    (stands,) = await head.messages()
    await post(office, head, Amend(stands["message_id"], Screen("Собрание в 16:00", BUTTON)))
    photo = await other.send_photo(caption="Схема")
    await post(office, head, Copy(other.id, (photo,), BUTTON))
    copy = (await head.messages())[-1]
    await post(office, head, Amend(copy["message_id"], Screen("Другая схема"), caption=True))
    text, picture = await head.messages()
    assert (text["text"], text["buttons"]) == ("Собрание в 16:00", ["Ознакомлен"])
    assert (picture["text"], picture["buttons"]) == ("Другая схема", [])
    # The same once more is no fault, and what is gone is no reason to try for ever.
    await post(office, head, Amend(text["message_id"], Screen("Собрание в 16:00", BUTTON)))
    await post(office, head, Amend(424242, Screen("Поздно")))
    assert await office.states() == [LetterState.SENT] * 5 + [LetterState.FAILED]


async def test_messages_are_withdrawn_or_reduced_to_a_line(office: Office, head: Person, other: Person) -> None:
    photo = await other.send_photo(caption="Схема")
    await post(office, head, Screen("Собрание"))
    await post(office, head, Copy(other.id, (photo,)))
    text, picture = await head.messages()
    office.ahead = TWO_DAYS
    await office.telegram.set_clock(office.now())
    await post(office, head, Screen("Свежее"))
    fresh = (await head.messages())[-1]
    gone = (text["message_id"], picture["message_id"], fresh["message_id"], 424242)
    await post(office, head, Withdraw(gone))
    # After 48 hours a bot cannot delete: what stood there says nothing any more.
    assert texts(await head.messages()) == [WITHDRAWN, WITHDRAWN]
    assert (await office.states())[-1] == LetterState.SENT


async def test_a_file_arrives_whole(office: Office, head: Person) -> None:
    await post(office, head, Upload("Список.csv", "Школа;Иванова".encode(), "Приглашения"))
    (message,) = await head.messages()
    assert (message["text"], message["media"]["name"]) == ("Приглашения", "Список.csv")
    assert await head.download(message) == "Школа;Иванова".encode()


def parcel(folder: Path) -> tuple[Parcel, list[bytes]]:
    """Three files of a report, which have been removed since, and what is in them."""
    contents = [bytes([number]) * 600_000 for number in range(3)]
    files = []
    for number, content in enumerate(contents, start=1):
        path = folder / f"{number}.xlsx"
        path.write_bytes(content)
        files.append(Volume(f"Свод, часть {number} из 3.xlsx", OnDisk(path), f"Часть {number}"))
        path.unlink()
    return Parcel(tuple(files)), contents


async def test_files_of_a_parcel_arrive_whole_one_after_the_other(office: Office, head: Person, tmp_path: Path) -> None:
    sent, contents = parcel(tmp_path)
    await post(office, head, sent)
    messages = await head.messages()
    assert [message["text"] for message in messages] == ["Часть 1", "Часть 2", "Часть 3"]
    assert [await head.download(message) for message in messages] == contents
    (letter,) = await office.outbox()
    assert (letter.state, letter.message_id) == (LetterState.SENT, messages[0]["message_id"])


async def test_of_a_parcel_all_comes_or_nothing(office: Office, head: Person, tmp_path: Path) -> None:
    sent, _ = parcel(tmp_path)
    # The first file goes, the second does not.
    send = office.bot.send_document
    calls: list[str] = []

    async def once(**arguments: Any) -> Any:
        calls.append(arguments["caption"])
        if calls == ["Часть 1", "Часть 2"]:
            await office.telegram.order_fault("500", method="sendDocument", count=1)
        return await send(**arguments)

    with patch.object(office.bot, "send_document", once):
        await post(office, head, sent)
        assert await head.messages() == []
        assert await office.states() == [LetterState.WAITING]
        office.ahead = timedelta(minutes=5)
        await office.courier.deliver()
    assert [message["text"] for message in await head.messages()] == ["Часть 1", "Часть 2", "Часть 3"]
    assert await office.states() == [LetterState.SENT]


async def test_what_is_held_back_waits_untried(office: Office, head: Person) -> None:
    async def held(_letter: Letter, _now: datetime) -> Rendered:
        # Whoever pauses an announcement holds its letters back, those in flight too.
        await office.storage.apply(lambda tx: tx.execute(sa.update(tables.letters).values(state=LetterState.HELD)))
        raise Postponed

    await office.write("", head.id)
    await office.a_courier(render=held).deliver()
    (letter,) = await office.outbox()
    assert (letter.state, letter.attempts) == (LetterState.HELD, 0)
    assert await head.messages() == []


@pytest.fixture
async def heads(office: Office) -> list[Person]:
    """Ten heads, each at a school."""
    people = [await office.person(201 + number) for number in range(10)]

    async def seat(tx: Tx) -> None:
        for person in people:
            school = await organizations.add(tx, f"Школа {person.id}", ["school"], None, office.now())
            await seats.take(tx, person.id, school, Role.HEAD, SeatState.SEATED, office.now())

    await office.storage.apply(seat)
    return people


async def announce(office: Office, author: Person, text: str = "Собрание") -> int:
    """Sends the author's message off to everybody."""
    message_id = await author.send(text)

    async def work(tx: Tx) -> int:
        made = await announcements.create(
            tx, author.id, Source(author.id, message_id, Wording.TEXT, text), office.now()
        )
        await announcements.change(tx, made, audience=Audience(everyone=True))
        announcement = await announcements.get(tx, made)
        assert announcement is not None
        await broadcasts.start(tx, announcement, Limits(), author.id, office.now())
        return made

    office.render = lambda letter: Rendered(Copy(author.id, (message_id,))) if letter.announcement_id else None
    return await office.storage.apply(work)


async def tally(office: Office, made: int) -> Tally:
    async with office.storage.read() as tx:
        return await recipients.tally(tx, made)


@pytest.mark.slow
async def test_counts_agree_with_what_telegram_saw(office: Office, head: Person, heads: list[Person]) -> None:
    await heads[0].block()
    await heads[1].deactivate()
    # The first meets a 429, another one a server that fails twice.
    await office.telegram.order_fault("429", method="copyMessage", count=1, retry_after=1)
    await office.telegram.order_fault("502", method="copyMessage", chat_id=heads[2].id, count=2)
    made = await announce(office, head)
    while (await tally(office, made)).waiting:
        await office.courier.deliver()
    assert await tally(office, made) == Tally(total=10, sent=8, failed=2)
    assert sum([len(await person.messages()) for person in heads[2:]]) == 8
    assert sorted(office.unreachable) == [heads[0].id, heads[1].id]
    async with office.storage.read() as tx:
        announcement = await announcements.get(tx, made)
    assert announcement is not None
    assert announcement.state is AnnouncementState.DONE


async def test_the_author_deletes_what_is_being_sent(office: Office, head: Person, heads: list[Person]) -> None:
    made = await announce(office, head)
    await head.delete_chat()
    await office.courier.deliver()
    async with office.storage.read() as tx:
        announcement = await announcements.get(tx, made)
    assert announcement is not None
    assert (announcement.state, announcement.lost_at is not None) == (AnnouncementState.PAUSED, True)
    assert await tally(office, made) == Tally(total=10, waiting=10)
    # Nobody is tried again and again.
    tried = len(await office.telegram.calls("copyMessage"))
    await office.courier.deliver()
    assert len(await office.telegram.calls("copyMessage")) == tried
