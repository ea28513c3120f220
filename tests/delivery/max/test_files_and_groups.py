"""Files in MAX, announcements, and the department's group, which goes by replies."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.delivery.max.sources import Sources
from bot.delivery.outcomes import Fate
from bot.domain.screen import Parcel, Pictures, Upload, Volume
from bot.storage import schema as t
from simulator.max import MaxPerson
from tests.delivery.max.world import living_in_max
from tests.people import introduced
from tests.texts.department import Announcements, Panel, Recipients
from tests.world import Head, World, errors_logged

_SCHOOL, _GENERAL = "Сосновоозёрская СОШ", "Общее образование"
_ADMIN, _GROUP = 1, -5001
_PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100


@pytest.fixture
async def world(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[World]:
    """A MAX, a bot with an administrator and a group, a database; nothing goes wrong unseen."""
    async with living_in_max(tmp_path, admin_ids=(_ADMIN,), department_chat_id=_GROUP) as world:
        yield world
    assert not errors_logged(caplog)


@pytest.fixture
async def admin(world: World) -> Head:
    """The administrator."""
    return await introduced(world, "Начальник Анна", _ADMIN)


@pytest.fixture
async def head(world: World, admin: Head) -> Head:
    """The head of a school."""
    head = await world.person("Иванова Мария", 501)
    await head.join(_GENERAL, _SCHOOL)
    return head


def _phone(person: Head) -> MaxPerson:
    assert isinstance(person.phone, MaxPerson)
    return person.phone


async def _announce(author: Head, *files: dict[str, Any], text: str = "") -> None:
    """Announces that message to everybody."""
    await author.send("/panel")
    await author.press(Panel.ANNOUNCEMENTS, Announcements.NEW)
    if files:
        await author.do(_phone(author).send_files(list(files), caption=text, html=True))
    else:
        await author.send(text, html=True)
    await author.press(Announcements.TO, Recipients.ALL)
    await author.press(next(button for button in await author.buttons() if button.startswith(Recipients.DONE)))
    await author.press(Announcements.SEND)
    await author.press(next(button for button in await author.buttons() if button.startswith("Да, ")))


def _file(kind: str, name: str, content: bytes = b"content") -> dict[str, Any]:
    mime = {"photo": "image/png", "video": "video/mp4"}.get(kind, "application/pdf")
    return {"content": _PNG if kind == "photo" else content, "name": name, "mime": mime, "kind": kind}


async def _last(person: Head) -> dict[str, Any]:
    return dict((await person.phone.messages())[-1])


@pytest.mark.slow
async def test_an_announcement_keeps_its_formatting(world: World, admin: Head, head: Head) -> None:
    """It is put together anew of its text and markup, an emoji before them."""
    for units in (False, True):
        await world.telegram.ways(utf16_markup=units)
        await _announce(admin, text="🔗 В среду <b>совещание</b>, <i>начало</i> в 15:00")
        got = next(one for one in reversed(await head.phone.messages()) if "В среду" in one["text"])
        text = got["text"].encode("utf-16-le")
        spans = {
            one["type"]: text[2 * one["offset"] :][: 2 * one["length"]].decode("utf-16-le") for one in got["entities"]
        }
        if not units:
            assert spans == {"bold": "совещание", "italic": "начало"}


@pytest.mark.slow
async def test_pictures_and_videos_are_one_message(world: World, admin: Head, head: Head) -> None:
    """What was one message of several files arrives as one, and is taken back as one."""
    await _announce(admin, _file("photo", "1.png"), _file("video", "2.mp4"), _file("photo", "3.png"), text="С парада")
    got = next(one for one in reversed(await head.phone.messages()) if one["files"])
    assert [file["kind"] for file in got["files"]] == ["photo", "video", "photo"]
    assert got["text"] == "С парада"


async def test_each_document_is_a_message(world: World, admin: Head, head: Head) -> None:
    """MAX takes one of them in a message, and none beside pictures."""
    await _announce(admin, _file("document", "Приказ.pdf"), text="Приказ")
    got = next(one for one in reversed(await head.phone.messages()) if one["files"])
    assert [file["name"] for file in got["files"]] == ["Приказ.pdf"]
    assert got["text"].endswith("\n\nПриказ")


async def test_who_is_no_more_ends_nobody_elses_announcement(world: World, admin: Head, head: Head) -> None:
    """A copy that its reader cannot get is not one whose source is gone."""
    gone = await world.person("Петрова Анна", 502)
    await gone.join(_GENERAL, "Малоозёрская НОШ")
    await gone.phone.deactivate()
    await _announce(admin, _file("document", "Приказ.pdf"), text="Приказ")
    assert (await _last(head))["text"].endswith("Приказ")
    assert await admin.card("Отправлено: 1 из 2")


async def test_what_an_announcement_asks_stays_below_its_files(world: World, admin: Head, head: Head) -> None:
    """A press on «Ознакомлен» changes the buttons, and neither the text nor the files."""
    await admin.send("/panel")
    await admin.press(Panel.ANNOUNCEMENTS, Announcements.NEW)
    await admin.do(_phone(admin).send_files([_file("document", "Приказ.pdf")], caption="Прочтите"))
    await admin.press("«Ознакомлен»: нет", Announcements.TO, Recipients.ALL)
    await admin.press(next(button for button in await admin.buttons() if button.startswith(Recipients.DONE)))
    await admin.press(Announcements.SEND)
    await admin.press(next(button for button in await admin.buttons() if button.startswith("Да, ")))
    await head.press("Ознакомлен")
    got = next(one for one in reversed(await head.phone.messages()) if one["files"])
    assert got["text"].endswith("\n\nПрочтите")
    assert [file["name"] for file in got["files"]] == ["Приказ.pdf"]
    assert got["buttons"] == ["✅ Ознакомлен"]


async def test_what_a_head_sends_to_the_department_comes_to_the_group(world: World, admin: Head, head: Head) -> None:
    """Also a file, which nobody has to send again; who replies there answers the head. No topics, and no word of it."""
    await world.telegram.group("Управление", [admin.phone], id=_GROUP)
    await world.settle()
    await head.send("/write")
    await head.send("Когда совещание?")
    shown = admin.phone.in_group(_GROUP)
    card = next(message for message in await shown.messages() if "Когда совещание?" in message["text"])
    assert "на это сообщение" in card["text"]
    assert not [
        message for message in await admin.phone.messages() if "тем" in message["text"] and "группе" in message["text"]
    ]
    await admin.do(shown.send("В среду", reply_to=card["message_id"]))
    assert "В среду" in await head.sees()
    assert (await shown.messages(from_bot=False))[-1]["reactions"] == ["👌"]
    await head.send("/write")
    await head.do(_phone(head).send_files([_file("document", "Справка.pdf", b"%PDF")], caption="Справка"))
    got = next(message for message in reversed(await shown.messages()) if message["files"])
    assert await shown.download({"media": got["files"][0]}) == b"%PDF"


async def test_of_what_strangers_say_in_a_group_of_theirs_nothing_is_kept(world: World, admin: Head) -> None:
    """Anybody may take the bot there; several files of one message have names that would be kept."""
    files = [_file("photo", "1.png"), _file("photo", "2.png")]
    phone = await world.telegram.person("Чужой Пётр", id=600)
    kept = []
    for group in (_GROUP, _GROUP - 1):
        await world.telegram.group("Группа", [phone], id=group)
        shown = phone.in_group(group)
        assert isinstance(shown, MaxPerson)
        await shown.send_files(files)
        await world.settle()
        assert not await shown.messages(from_bot=True)
        async with world.storage.read() as tx:
            kept.append({*(await tx.execute(sa.select(t.message_names.c.chat_id))).scalars()})
    assert kept == [{_GROUP}, {_GROUP}]


@pytest.mark.slow
async def test_a_report_comes_as_a_file_and_goes_back_as_one(world: World, admin: Head, head: Head) -> None:
    """It is uploaded, sent when it is ready, and read where MAX says that it lies."""
    await world.telegram.ways(not_ready=2)
    await world.at("2026-09-03 10:00")
    await admin.send("/panel")
    await admin.press(Panel.REPORTS, "Свод в Excel")
    name, content = await admin.received_file()
    assert name.endswith(".xlsx")
    assert content.startswith(b"PK")
    # Nothing is wrong: what must be read because nothing else tells is no warning.
    said = [str(message.text) for message in world.telegram.world.chats[_ADMIN].messages.values()]
    assert [text for text in said if "Готовим" in text and text.startswith("ℹ️ ")]
    await admin.send("/panel")
    await admin.press(Panel.REPORTS, "Внести из таблицы")
    await admin.do(admin.phone.send_file(content, name))
    assert "не удалось" not in (await admin.sees()).lower()


async def test_a_report_in_pictures_is_one_message(world: World, head: Head) -> None:
    """As an album is."""
    pictures = tuple(Upload(f"{number}.png", _PNG, "Кто ответил" if not number else "") for number in range(3))
    for content in (Pictures(pictures), Pictures(pictures[:1])):
        outcome = await world.app.speaker.post(head.id, content)
        assert outcome.fate is Fate.DONE
        assert len(outcome.value) == 1
        got = await _last(head)
        assert [file["kind"] for file in got["files"]] == ["photo"] * len(content.files)
        assert got["text"] == "Кто ответил"


def test_a_part_of_a_message_is_one_of_its_files() -> None:
    """Whatever stands among them: it is counted as for those who sent it."""
    files = [{"type": "image", "payload": {"token": token}} for token in ("a", "b")]
    place = {"type": "location", "latitude": 51.8, "longitude": 107.6}
    source = Sources.of({"body": {"text": "", "attachments": [place, *files]}})
    assert [source.part(number).attachments for number in range(2)] == [(file,) for file in files]


async def test_what_the_store_refuses_is_refused(world: World, head: Head) -> None:
    """It says 200 to what it does not take."""
    outcome = await world.app.speaker.post(head.id, Pictures((Upload("1.png", b"no picture"),)))
    assert outcome.fate is Fate.REFUSED


async def test_a_large_file_goes_up_in_pieces(world: World, head: Head) -> None:
    """With its length told before."""
    content = bytes(range(256)) * 4096

    class Lies:
        def __len__(self) -> int:
            return len(content)

        def piece(self, at: int, size: int) -> bytes:
            return content[at : at + size]

    outcome = await world.app.speaker.post(head.id, Parcel((Volume("Журнал.csv", Lies(), "Журнал"),)))
    assert outcome.fate is Fate.DONE
    assert await head.received_file() == ("Журнал.csv", content)
