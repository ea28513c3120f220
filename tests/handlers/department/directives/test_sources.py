"""Directives of several documents, each in a file of its own in one folder."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.catalog.loader import Files
from bot.catalog.shelf import Shelf
from bot.domain.catalog.catalog import Catalog
from bot.following import catch_up
from bot.storage.ledger import rounds
from bot.storage.post import audit
from bot.storage.post.audit import Filter
from tests.catalog.small import CALENDAR, DIRECTIVES, ORGANIZATIONS, ZONE
from tests.catalog.test_folder import FOLDER, ORDER, RESOLUTION
from tests.catalog.test_territories import IN_NORTH, TERRITORIES
from tests.handlers.department.directives.conftest import Office
from tests.people import ADMIN, SECOND_ADMIN, introduced
from tests.texts.department import Applications, Control, Digest, Directives, Panel, Reloading
from tests.texts.heads import Registration, Reminder, Request
from tests.world import Head, World, living

NAME = "приказа министерства от 01.09.2026 № 12"
LETTER = """\
source: письма управления
directives:
  - id: letter
    number: "1"
    title: Письмо
    topic: sport
    audience: [garden]
    text: Ответить на письмо
    prompt: Просим сообщить
    fields: [{id: read, kind: yes-no, label: Прочитали}]
    schedule: {every: month, on: 6, due: 7}
"""


class Folder(Office):
    """The files of a department with a folder of directives."""

    def __init__(self, folder: Path) -> None:
        self.directives = folder / "поручения"
        self.calendar, self.organizations = folder / "calendar.yaml", folder / "organizations.yaml"
        self.directives.mkdir()
        self.calendar.write_text(CALENDAR, encoding="utf-8")
        self.organizations.write_text(ORGANIZATIONS, encoding="utf-8")
        for name, text in FOLDER.items():
            self.put(name, text)

    def put(self, name: str, text: str, *changes: tuple[str, str]) -> None:
        for old, new in changes:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        (self.directives / name).write_text(text, encoding="utf-8")

    def remove(self, name: str) -> None:
        (self.directives / name).unlink()


@pytest.fixture
def office(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.fixture
async def approving(tmp_path: Path, office: Folder) -> AsyncIterator[World]:
    admins = (ADMIN, SECOND_ADMIN)
    async with living(
        tmp_path, office.catalog(), registration="approval", admin_ids=admins, **office.settings
    ) as world:
        yield world


@pytest.fixture
async def second(approving: World) -> Head:
    return await introduced(approving, "Вторая Вера", SECOND_ADMIN)


async def upload(world: World, person: Head, content: str, name: str) -> None:
    await person.phone.send_file(content.encode(), name)
    await world.settle()


async def serving(world: World, person: Head) -> Catalog:
    """What is served to whoever comes next."""
    await person.send("/panel")
    return world.app.catalog


async def head_of_school(world: World, admin: Head) -> Head:
    head = await world.person("Иванова Мария", 101)
    await head.send("/start")
    await head.press(Registration.AGREE, "Школа", Registration.DONE, "Первая школа", Registration.HEAD)
    await admin.press(Applications.CONFIRM)
    return head


async def test_what_changes_between_files_is_told(approving: World, admin: Head, office: Folder) -> None:
    await admin.send("/reload")
    assert await admin.sees() == Reloading.READ_AGAIN
    office.put("20-order.yml", ORDER, ('number: "12"', 'number: "21"'))
    office.put("30-letter.yaml", LETTER)
    await admin.send("/reload")
    shown = await admin.sees()
    assert "Новые: 1\n• 1. Письмо" in shown
    # An order that is only called otherwise changes none of its directives.
    assert "Изменены" not in shown
    assert "• Источники: добавлено «письма управления»; изменено «приказа министерства от 01.09.2026 № 21»" in shown
    await admin.press(Reloading.APPLY)
    # A directive moves to another document, and a file is gone.
    clubs = RESOLUTION.partition("directives:\n")[2]
    office.put("30-letter.yaml", LETTER + clubs)
    office.remove("10-resolution.yaml")
    await admin.send("/reload")
    shown = await admin.sees()
    assert "• 2.10. Клуб: источник: письма управления" in shown
    assert "• Источники: убрано «резолюции»" in shown
    await admin.press(Reloading.APPLY)
    assert [source.file for source in (await serving(approving, admin)).sources] == ["20-order.yml", "30-letter.yaml"]


async def test_faults_of_one_file_change_nothing(approving: World, admin: Head, office: Folder) -> None:
    office.put("20-order.yml", ORDER, ("id: choir\n    number", "id: clubs\n    number"), ("topic: art", "topic: ort"))
    await admin.send("/reload")
    shown = await admin.sees()
    assert Reloading.NOTHING_CHANGED in shown
    told = "id «clubs» уже есть в другом файле: 10-resolution.yaml, строка 3"
    assert f"• 20-order.yml, строка 4: 1 Хор, id: {told}" in shown
    assert "• 20-order.yml, строка 7: 1 Хор, topic: нет темы «ort» (может быть, sport?)" in shown
    for file in office.directives.iterdir():
        file.unlink()
    await admin.send("/reload")
    assert "• поручения: в папке нет файлов с поручениями (.yaml)" in await admin.sees()
    assert (await serving(approving, admin)).directives.keys() == {"clubs", "choir"}


@pytest.mark.slow
async def test_a_request_keeps_the_source_that_it_was_asked_by(approving: World, admin: Head, office: Folder) -> None:
    head = await head_of_school(approving, admin)
    await approving.at("2026-09-07 09:00")
    quoted = f"Поручение 1 {NAME}: «Создать хор»"
    assert quoted in await head.sees()
    # The order has run out; the resolution is the only source, and is not taken for the order's.
    office.remove("20-order.yml")
    await admin.send("/reload")
    await admin.press(Reloading.APPLY)
    assert (await serving(approving, admin)).source == "резолюции"
    await head.send("/tasks")
    await head.press("1. Хор")
    assert quoted in await head.sees()
    async with approving.storage.read() as tx:
        (asked,) = await rounds.open_now(tx, approving.now)
    assert asked.directive.source is not None
    assert asked.directive.source.name == NAME


async def test_what_was_asked_before_there_were_sources(approving: World) -> None:
    catalog = approving.app.catalog
    before = replace(catalog.directives["choir"], source=None)
    assert catalog.source_of(before) == NAME
    assert catalog.source_of(replace(before, id="gone")) == ""


@pytest.mark.slow
async def test_a_file_sent_in_the_chat_takes_the_place_of_its_like(
    approving: World, admin: Head, second: Head, office: Folder
) -> None:
    choirs = ORDER.replace("title: Хор", "title: Хоры")
    await upload(approving, admin, choirs, "20-order.yml")
    shown = await admin.sees()
    assert "Файл 20-order.yml\nЗаменит в папке файл с этим именем.\n\nИзменены: 1\n• 1. Хоры: номер или назв" in shown
    await admin.press(Reloading.APPLY)
    assert (await serving(approving, admin)).directives["choir"].title == "Хоры"
    # With another name it is one more.
    await upload(approving, admin, LETTER, "30-письмо.yaml")
    assert "Файл 30-письмо.yaml\nДобавится к файлам папки.\n\nНовые: 1\n• 1. Письмо" in await admin.sees()
    await admin.press(Reloading.APPLY)
    assert list((await serving(approving, admin)).directives) == ["clubs", "choir", "letter"]
    # What browsers do to names is told.
    await upload(approving, second, choirs, "20-order (1).yml")
    shown = await second.sees()
    assert "id «choir» уже есть в другом файле: 20-order (1).yml, строка 4" in shown
    assert "с другим именем он добавляется к остальным" in shown
    await upload(approving, second, LETTER, "~30.yaml")
    assert "файл с таким именем в папке поручений не читается" in await second.sees()
    # It outlives a restart and what is edited on the disk.
    office.put("10-resolution.yaml", RESOLUTION, ("title: Клуб\n", "title: Клубы\n"))
    await approving.restart(office.catalog())
    titles = [directive.title for directive in (await serving(approving, admin)).directives.values()]
    assert titles == ["Клубы", "Хоры", "Письмо"]
    # And is taken back from the card of any of its directives.
    await admin.send("/panel")
    await admin.press(Panel.DIRECTIVES, "1. Письмо", "Убрать присланный файл")
    assert "Файла 30-письмо.yaml в папке нет: все его поручения уберутся." in await admin.sees()
    assert "Убраны: 1\n• 1. Письмо" in await admin.sees()
    await admin.press("Убрать")
    await admin.send("/panel")
    await admin.press(Panel.DIRECTIVES, "1. Хоры", "Убрать присланный файл")
    assert "Поручения файла 20-order.yml станут такими, как в папке." in await admin.sees()
    await admin.press("Убрать")
    titles = [directive.title for directive in (await serving(approving, admin)).directives.values()]
    assert titles == ["Клубы", "Хор"]
    async with approving.storage.read() as tx:
        deeds = [(entry.action, entry.detail.get("name")) for entry in await audit.found(tx, Filter(), 9)]
    assert ("directive.sent", "30-письмо.yaml") in deeds
    assert deeds[0] == ("directive.unsent", "20-order.yml")


@pytest.mark.slow
async def test_a_directive_alone_is_sent_as_before(approving: World, admin: Head) -> None:
    item = ORDER.partition("directives:\n")[2]
    one = item.replace("  - id", "    id").replace("\n    ", "\n").strip().replace("title: Хор", "title: Хоры")
    await upload(approving, admin, one, "хор.yaml")
    assert "папк" not in await admin.sees()
    assert "Изменены: 1\n• 1. Хоры" in await admin.sees()
    await admin.press(Reloading.APPLY)
    sent = (await serving(approving, admin)).directives["choir"]
    assert (sent.title, sent.source and sent.source.name) == ("Хоры", NAME)
    # A new one is nobody's.
    await upload(approving, admin, one.replace("id: choir\nnumber", "id: band\nnumber"), "оркестр.yaml")
    assert "поручение новое, а источников несколько: пришлите весь файл источника" in await admin.sees()
    # The whole file is younger.
    await upload(approving, admin, ORDER.replace("title: Хор", "title: Хор и оркестр"), "20-order.yml")
    assert "• 1. Хор и оркестр" in await admin.sees()
    await admin.press(Reloading.APPLY)
    assert (await serving(approving, admin)).directives["choir"].title == "Хор и оркестр"
    await admin.send("/panel")
    await admin.press(Panel.DIRECTIVES, "1. Хор и оркестр", "Убрать присланный файл", "Убрать")
    assert (await serving(approving, admin)).directives["choir"].title == "Хор"


async def test_a_sent_file_that_fits_no_more(
    approving: World, admin: Head, office: Folder, caplog: pytest.LogCaptureFixture
) -> None:
    name = f"30-{'письмо ' * 12}.yaml"
    await upload(approving, admin, LETTER, name)
    await admin.press(Reloading.APPLY)
    # Its directive comes to stand in the resolution.
    office.put("10-resolution.yaml", RESOLUTION + LETTER.partition("directives:\n")[2])
    await approving.restart(office.catalog())
    assert (await serving(approving, admin)).directives["letter"].source.name == "резолюции"  # type: ignore[union-attr]
    assert "/30-письмо" in caplog.text
    await admin.send("/reload")
    shown = await admin.sees()
    assert "больше не подходят и не действуют\n• 30-письмо письмо" in shown
    assert "id «letter» уже есть в другом файле" in shown
    await admin.press("Убрать 30-письмо")
    await admin.send("/reload")
    assert await admin.sees() == Reloading.READ_AGAIN


@pytest.mark.slow
async def test_lists_have_a_heading_for_each_document(approving: World, admin: Head, office: Folder) -> None:
    head = await head_of_school(approving, admin)
    await admin.send("/panel")
    await admin.press(Panel.DIRECTIVES)
    shown = await admin.sees()
    assert shown.startswith(f"План года\n2 поручения. {Directives.UPCOMING}:\n\nИз резолюции\n2.10 — ")
    assert f"\n\nИз {NAME}\n1 — 7 сентября" in shown
    await approving.at("2026-10-05 09:00")
    # What comes by itself has them too: new requests, the morning's digest, reminders.
    shown = await head.sees()
    assert shown.startswith("📋 2 новых запроса\n\nИз резолюции\n\n1. Клуб · Осень\n")
    assert f"\n\nИз {NAME}\n\n2. Хор · октябрь 2026\n" in shown
    told = next(each["text"] for each in await admin.phone.messages() if f"{Digest.HEADING}: 5" in each["text"])
    assert f"Открываются сегодня\nИз резолюции\n• Клуб · Осень\nИз {NAME}\n• Хор · октябрь 2026" in told
    await admin.send("/status")
    shown = await admin.sees()
    assert f"{Control.OPEN}: 2\n\nИз резолюции\n\n1. Клуб · Осень\n" in shown
    assert f"\n\nИз {NAME}\n\n2. Хор · октябрь 2026\n" in shown
    assert shown.count("\n\nИз ") == 2
    await head.send("/tasks")
    shown = await head.sees()
    assert "\n\nИз резолюции\n\n1. Клуб · Осень\n" in shown
    assert f"\n\nИз {NAME}\n\n2. Хор · октябрь 2026\n" in shown
    await approving.at("2026-10-12 09:00")
    shown = await head.sees()
    assert Reminder.HEADING in shown
    assert "\n\nИз резолюции\n\n1. Клуб" in shown
    assert f"\n\nИз {NAME}\n\n2. Хор" in shown
    await approving.at("2026-11-05 09:00")
    await admin.send("/status")
    await admin.press(Control.ENDED)
    shown = await admin.sees()
    assert "Из резолюции\n\n1. Клуб · Осень" in shown
    assert f"Из {NAME}\n\n2. Хор · октябрь 2026" in shown
    # Whoever is asked by one document reads of none; the department still does.
    await head.send("/tasks")
    assert Request.OPEN in await head.sees()
    assert "\nИз " not in await head.sees()
    await admin.send("/status")
    assert f"Из {NAME}\n\n1. Хор" in await admin.sees()
    # The order of the ministry is gone, and its requests stay under its name.
    office.remove("20-order.yml")
    await admin.send("/reload")
    await admin.press(Reloading.APPLY)
    await admin.send("/status")
    await admin.press(Control.ENDED)
    assert f"Из {NAME}\n\n2. Хор · октябрь 2026" in await admin.sees()


@pytest.mark.slow
async def test_a_document_of_one_territory_is_marked_where_another_is_for_all(tmp_path: Path) -> None:
    office = Folder(tmp_path)
    office.calendar.write_text(CALENDAR + TERRITORIES, encoding="utf-8")
    office.organizations.write_text(IN_NORTH, encoding="utf-8")
    office.put("20-order.yml", ORDER, ('number: "12", ', 'number: "12", territories: [north], '))
    async with living(tmp_path, office.catalog(), admin_ids=(ADMIN,), **office.settings) as world:
        admin = await introduced(world, "Начальник Анна", ADMIN)
        await world.at("2026-10-05 09:00")
        await admin.send("/status")
        rounds_ = [button for button in await admin.buttons() if "Клуб" in button or "Хор" in button]
        assert [Control.LOCAL in button for button in rounds_] == [False, True]
        await world.at("2026-11-05 09:00")
        await admin.send("/status")
        await admin.press(Control.ENDED)
        assert f"2. Хор · октябрь 2026 · {Control.LOCAL}: Север\n" in await admin.sees()
        assert "1. Клуб · Осень\n" in await admin.sees()


async def test_one_file_is_one_document_whatever_it_has_been_called(tmp_path: Path) -> None:
    office = Office(tmp_path / "office")
    async with living(tmp_path, office.catalog(), admin_ids=(ADMIN,), **office.settings) as world:
        admin = await introduced(world, "Начальник Анна", ADMIN)
        await world.at("2026-10-05 09:00")
        office.write(DIRECTIVES, ("source: резолюции", "source: резолюции 2027 года"))
        await admin.send("/reload")
        assert "Название резолюции" in await admin.sees()
        await admin.press(Reloading.APPLY)
        await admin.send("/status")
        assert f"{Control.OPEN}: 1\n\n1. Клуб · Осень" in await admin.sees()
        await admin.send("/panel")
        await admin.press(Panel.DIRECTIVES)
        assert f"{Directives.UPCOMING}:\n\n2.10 — " in await admin.sees()
        # What is asked keeps the name that it was asked by.
        async with world.storage.read() as tx:
            (asked,) = await rounds.open_now(tx, world.now)
        assert world.app.catalog.source_of(asked.directive) == "резолюции"
        assert world.app.catalog.source_of(world.app.catalog.directives["clubs"]) == "резолюции 2027 года"


@pytest.mark.slow
async def test_another_machine_serves_the_folder_that_was_adopted(
    approving: World, admin: Head, office: Folder, tmp_path: Path
) -> None:
    await upload(approving, admin, LETTER, "30-letter.yaml")
    await admin.press(Reloading.APPLY)
    await serving(approving, admin)
    # It has one file of its own.
    other = Office(tmp_path / "other")
    files = Files(other.directives, other.calendar, other.organizations, ZONE)
    shelf = Shelf(other.catalog(), files)
    await catch_up(shelf, approving.storage, approving.now)
    assert shelf.current == approving.app.catalog
    assert [source.file for source in shelf.current.sources] == ["10-resolution.yaml", "20-order.yml", "30-letter.yaml"]
    assert shelf.differs
    assert shelf.base.written.folder == FOLDER
