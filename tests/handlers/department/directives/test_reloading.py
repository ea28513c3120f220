"""Another catalog while the bot runs: the files are read again, or a directive is sent as a file."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from bot.catalog.shelf import Shelf
from bot.domain.catalog.catalog import Catalog
from bot.domain.people.member import Limits
from bot.storage.ledger import rounds, sent_directives
from bot.storage.ledger.control import control
from bot.storage.people import staff
from bot.storage.post import audit
from bot.storage.post.audit import Filter
from tests import messengers
from tests.catalog.small import CALENDAR, DIRECTIVES, ORGANIZATIONS
from tests.handlers.department.directives.conftest import Office
from tests.people import ADMIN, SECOND_ADMIN, introduced
from tests.texts.department import Applications, Directives, Panel, Reloading
from tests.texts.heads import Anywhere, Leaving, Registration
from tests.world import Head, World, living

SENT = """\
id: clubs
number: "2.10"
title: Клуб по-новому
topic: sport
audience: [school]
text: Создать клуб
prompt: Просим сообщить
fields:
  - {id: club, kind: choice, label: Клуб, options: [Да, Нет]}
schedule: {every: month, on: 5, due: 7}
"""


@pytest.fixture
async def approving(tmp_path: Path, office: Office) -> AsyncIterator[World]:
    """Two administrators, and the files in a folder of their own."""
    admins = (ADMIN, SECOND_ADMIN)
    async with living(
        tmp_path, office.catalog(), registration="approval", admin_ids=admins, **office.settings
    ) as world:
        yield world


@pytest.fixture
async def second(approving: World) -> Head:
    return await introduced(approving, "Вторая Вера", SECOND_ADMIN)


async def upload(world: World, person: Head, content: str | bytes, name: str = "клуб.yaml") -> None:
    await person.phone.send_file(content.encode() if isinstance(content, str) else content, name)
    await world.settle()


async def title(person: Head) -> str:
    """What the desk calls the directive."""
    await person.send("/panel")
    await person.press(Panel.DIRECTIVES)
    (found,) = [label for label in await person.buttons() if label.startswith("2.10")]
    return found


async def test_while_files_are_read_the_others_are_served(
    approving: World, admin: Head, second: Head, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = Shelf.look

    async def slowly(shelf: Shelf, now: datetime) -> Catalog:
        # SQLite has one writer.
        await approving.storage.apply(lambda tx: audit.record(tx, now, second.id, "meanwhile"))
        return await look(shelf, now)

    monkeypatch.setattr(Shelf, "look", slowly)
    office.write(DIRECTIVES, ("title: Клуб\n", "title: Клуб <&>\n"))
    await admin.send("/reload")
    await admin.press(Reloading.APPLY)
    assert await title(admin) == "2.10. Клуб <&>"
    async with approving.storage.read() as tx:
        actions = [entry.action for entry in await audit.found(tx, Filter(), 10)]
    assert actions.count("meanwhile") == 2


@pytest.mark.slow
async def test_files_are_read_again(approving: World, admin: Head, second: Head, office: Office) -> None:
    head = await approving.person("Иванова Мария", 101)
    await head.send("/start")
    await head.press(Registration.AGREE, "Школа", Registration.DONE, "Первая школа", Registration.HEAD)
    await admin.press(Applications.CONFIRM)
    await approving.at("2026-10-05 09:00")
    await admin.send("/reload")
    assert await admin.sees() == Reloading.READ_AGAIN
    office.write(
        DIRECTIVES,
        ("title: Клуб\n", "title: Клуб <&>\n"),
        ("- {key: b, title: Весна, open: 04-05", "- {key: b, title: Весна, open: 03-05"),
        ("      - {id: planned, kind: whole, label: План, only_in: [a]}\n", ""),
        ("    check: [done <= planned]\n", ""),
        ("[school, garden]", "[school, garden:upper]"),
    )
    await admin.send("/reload")
    shown = await admin.sees()
    assert "Изменены: 1\n• 2.10. Клуб <&>: номер или название; кого спрашиваем: Школа, Сад (старшие классы)" in shown
    assert "вопросы (убрано: «План»)" in shown
    assert "сроки (следующий 5 марта 2027, срок 15 апреля 2027; было: следующий 5 апреля 2027" in shown
    card = await admin.card(Reloading.CHANGES)
    # Not confirmed: nothing has changed.
    assert await title(second) == "2.10. Клуб"
    # What is applied is what was shown: the file has changed once more.
    office.write(DIRECTIVES, ("title: Клуб\n", "title: Клубы\n"))
    await admin.press_at(card, Reloading.APPLY)
    assert "ещё раз изменились" in await admin.sees()
    await admin.press_at(card, Reloading.APPLY)
    assert "✅ Применено" in await admin.sees()
    assert await title(second) == "2.10. Клубы"
    # What is open stays as it was asked.
    async with approving.storage.read() as tx:
        (asked,) = await rounds.open_now(tx, approving.now)
        (entry,) = await audit.found(tx, Filter(by=messengers.person(ADMIN)), 1)
    assert (asked.directive.title, len(asked.directive.fields)) == ("Клуб", 3)
    assert (entry.action, entry.detail["changed"]) == ("catalog.reloaded", ["clubs"])
    await approving.restart(office.catalog())
    assert await title(admin) == "2.10. Клубы"


async def test_faults_change_nothing(approving: World, admin: Head, office: Office) -> None:
    office.write(DIRECTIVES, ("topic: sport\n", "topic: spotr\n"), ("open: 10-05", "open: 13-05"))
    await admin.send("/panel")
    await admin.press(Panel.DIRECTIVES, Directives.RELOAD)
    shown = await admin.sees()
    assert f"Не принято: 2 ошибки. {Reloading.NOTHING_CHANGED}." in shown
    assert "directives.yaml, строка 11: 2.10 Клуб, topic: нет темы «spotr» (может быть, sport?)" in shown
    assert "directives.yaml, строка 22" in shown
    assert await title(admin) == "2.10. Клуб"
    office.directives.unlink()
    await admin.send("/reload")
    assert "файла нет" in await admin.sees()
    fields = "".join(f"      - {{id: f{number}, kind: wohle, label: Поле {number}}}\n" for number in range(20))
    office.write(DIRECTIVES, ("    check: [done <= planned]\n", fields))
    await admin.send("/reload")
    assert "• " in await admin.sees()
    assert (await admin.sees()).count("•") == 15
    assert "… и ещё 5" in await admin.sees()


@pytest.mark.slow
async def test_new_types_topics_and_organizations(approving: World, admin: Head, office: Office) -> None:
    await approving.at("2026-10-05 09:00")
    office.write(
        DIRECTIVES,
        ("  garden: {title: Сад}\n", "  garden: {title: Детский сад}\n  centre: {title: Центр}\n"),
        ("topics: {sport: Спорт}", "topics: {sport: Спорт, art: Искусство}"),
    )
    office.calendar.write_text(CALENDAR.replace("18:00", "17:00"), encoding="utf-8")
    office.organizations.write_text(
        ORGANIZATIONS + "  - {code: three, name: Третья школа, types: [school]}\n", encoding="utf-8"
    )
    await admin.send("/reload")
    shown = await admin.sees()
    assert "Типы организаций: добавлено «Центр»; изменено «Детский сад»" in shown
    assert "Темы: добавлено «Искусство»" in shown
    assert "Организации: новых 1" in shown
    assert "Календарь" in shown
    await admin.press(Reloading.APPLY)
    # The new school owes what is open.
    async with approving.storage.read() as tx:
        (asked,) = await rounds.open_now(tx, approving.now)
        counts = (await control.counts(tx, [asked.id], Limits(), approving.now))[asked.id]
        assert (counts.done, counts.asked) == (0, 3)
    assert approving.app.catalog.types.keys() == {"school", "garden"}, "the shelf is turned by whoever comes next"
    await admin.send("/reload")
    assert Reloading.READ_AGAIN in await admin.sees()
    assert approving.app.catalog.types.keys() == {"school", "garden", "centre"}


@pytest.mark.slow
async def test_who_is_no_longer_asked_is_named_before_the_files_apply(
    approving: World, admin: Head, office: Office
) -> None:
    head = await introduced(approving, "Иванова Мария", 101)
    await head.press("Сад", Registration.DONE, "Второй сад", Registration.HEAD)
    await admin.press(Applications.CONFIRM)
    await approving.at("2026-10-05 09:00")
    office.write(DIRECTIVES, ("audience: [school, garden]", "audience: [school]"))
    office.organizations.write_text(ORGANIZATIONS.replace("types: [garden]", "types: [school]"), encoding="utf-8")
    await admin.send("/reload")
    shown = await admin.sees()
    assert "кого спрашиваем: Школа; больше не спрашиваем: 1 («Второй сад»)" in shown
    # What is open is for both: nothing of it ends.
    assert "снимаются открытые запросы" not in shown
    office.write(DIRECTIVES)
    office.organizations.write_text(ORGANIZATIONS.replace("types: [garden]", "types: [other]"), encoding="utf-8")
    office.write(DIRECTIVES, ("  garden: {title: Сад}\n", "  garden: {title: Сад}\n  other: {title: Иное}\n"))
    await admin.send("/reload")
    shown = await admin.sees()
    assert "снимаются открытые запросы: 1" in shown
    assert "• Второй сад: Мария Иванова (руководитель); открытых запросов: 1" in shown
    await admin.press(Reloading.APPLY)
    await approving.at("2026-10-05 10:00")
    assert Leaving.RELIEVED in await head.sees()


@pytest.mark.slow
async def test_a_directive_is_sent_as_a_file(approving: World, admin: Head, second: Head, office: Office) -> None:
    await upload(approving, admin, SENT)
    shown = await admin.sees()
    assert "Файл клуб.yaml" in shown
    whom = "кого спрашиваем: Школа; больше не спрашиваем: 1 («Второй сад»)"
    assert f"2.10. Клуб по-новому: номер или название; {whom}; вопросы" in shown
    await admin.press(Reloading.CANCEL)
    assert "ничего не изменилось" in await admin.sees()
    await upload(approving, admin, b"\xef\xbb\xbf" + f"directives:\n- {SENT.replace(chr(10), chr(10) + '  ')}".encode())
    card = await admin.card("Файл клуб.yaml")
    # A second one takes its place: the first card applies nothing.
    await upload(approving, admin, SENT.replace("по-новому", "иначе"), "другой.yml")
    await admin.press_at(card, Reloading.APPLY)
    assert any(Reloading.DECIDED in message["text"] for message in await admin.phone.messages())
    await admin.press_at(await admin.card("другой.yml"), Reloading.APPLY)
    assert await title(second) == "2.10. Клуб иначе"
    await second.press("2.10")
    assert "📄 Из файла, присланного 27 августа" in await second.sees()
    await upload(approving, second, SENT.replace("по-новому", "иначе"))
    assert "менять нечего" in await second.sees()
    # It outlives a restart, wins over the file, and is asked as it says.
    await approving.restart(office.catalog())
    assert await title(second) == "2.10. Клуб иначе"
    await approving.at("2026-09-07 09:00")
    async with approving.storage.read() as tx:
        (asked,) = await rounds.open_now(tx, approving.now)
    assert (asked.directive.title, asked.period) == ("Клуб иначе", "2026-09")
    await admin.send("/panel")
    await admin.press(Panel.DIRECTIVES, "2.10", "Убрать присланный файл")
    assert f"{Reloading.DIRECTIVE} 2.10 станет таким, как в основном файле." in await admin.sees()
    asking = await admin.card("Убрать присланный файл?")
    await admin.press("Убрать")
    assert await title(second) == "2.10. Клуб"
    await admin.callback("vu:clubs:1", asking)
    assert "уже нет" in await admin.toast()
    async with approving.storage.read() as tx:
        deeds = [entry.action for entry in await audit.found(tx, Filter(directive_id="clubs"), 9)]
    assert deeds == ["directive.unsent", "round.opened", "directive.sent"]


@pytest.mark.slow
async def test_two_administrators_at_once(approving: World, admin: Head, second: Head, office: Office) -> None:
    office.write(DIRECTIVES, ("title: Клуб\n", "title: Клубы\n"))
    await admin.send("/reload")
    await upload(approving, second, SENT)
    await admin.press(Reloading.APPLY)
    # What was shown to the second no longer is what would change.
    await second.press(Reloading.APPLY)
    assert "Поручения изменились" in await second.sees()
    assert await title(admin) == "2.10. Клубы"
    await second.press(Reloading.APPLY)
    assert await title(admin) == "2.10. Клуб по-новому"
    # A role that is taken away in between ends it.
    await upload(approving, second, SENT.replace("по-новому", "иначе"))
    await approving.storage.apply(
        lambda tx: staff.revoke(tx, messengers.person(SECOND_ADMIN), messengers.person(ADMIN), approving.now)
    )
    await second.press(Reloading.APPLY)
    assert Anywhere.NOT_YOURS in await second.toast()
    await upload(approving, second, SENT)
    assert "Файл клуб.yaml" not in await second.sees()
    await second.send("/reload")
    assert await second.sees() == "Эта команда — для администратора."
    assert await title(admin) == "2.10. Клуб по-новому"


async def test_files_that_are_no_directives(approving: World, admin: Head) -> None:
    pairs = zip("abcdefg", "bcdefgh", strict=True)
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in pairs)
    item = SENT.replace("\n", "\n  ")
    files: dict[str, str | bytes] = {
        "не в кодировке UTF-8": b"\x89PNG\r\n\x1a\n\x00\xff",
        "невидимый знак": b"\x00\x01\x02",
        "файл пуст": b"",
        "нужен список, а здесь текст": "просто слова",
        "скобка [ не закрыта": "id: [",
        "topic: нет темы «spotr»": SENT.replace("sport", "spotr"),
        "лишний ключ colour": SENT + "colour: red\n",
        "список пуст": "directives: []\n",
        "считая повторы": bomb,
        "«clubs» повторяется": f"- {item}\n- {item}",
    }
    for told, content in files.items():
        await upload(approving, admin, content)
        assert Reloading.NOTHING_CHANGED in await admin.sees()
        assert told in await admin.sees()
    async with approving.storage.read() as tx:
        assert await sent_directives.every(tx) == {}


async def test_files_that_are_too_big_or_somebody_elses(approving: World, admin: Head) -> None:
    await upload(approving, admin, "#" * 5_000_000, "большой.YML")
    assert "Файл больше 1 МБ" in await admin.sees()
    head = await introduced(approving, "Чужой Пётр", 501)
    await upload(approving, head, SENT)
    assert "Файл клуб.yaml" not in await head.sees()
    await head.send("/reload")
    assert "для администратора" in await head.sees()
    for forged in ("vg::0", "va:1234:0", "va::0", "vu:clubs:1"):
        await head.callback(forged)
        assert Anywhere.NOT_YOURS in await head.toast()
    # A press without a file.
    await admin.callback("va:1234:0", await admin.card("больше 1 МБ"))
    assert Reloading.DECIDED in await admin.sees()


async def test_a_sent_directive_that_fits_no_more(
    approving: World, admin: Head, office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    new = SENT.replace("id: clubs", "id: choir").replace("2.10", "3.1").replace("topic: sport", "topic: art")
    office.write(DIRECTIVES, ("topics: {sport: Спорт}", "topics: {sport: Спорт, art: Искусство}"))
    await admin.send("/reload")
    await admin.press(Reloading.APPLY)
    await upload(approving, admin, new + "remind: {before: [], after: []}\n")
    assert "Новые: 1\n• 3.1. Клуб по-новому (следующий 7 сентября, срок 14 сентября)" in await admin.sees()
    await admin.press(Reloading.APPLY)
    # The topic vanishes while the bot is off.
    office.write(DIRECTIVES)
    await approving.restart(office.catalog())
    assert approving.app.catalog.directives.keys() == {"clubs"}
    assert "choir" in caplog.text
    await admin.send("/reload")
    assert "больше не подходят и не действуют\n• choir: нет темы «art»" in await admin.sees()
    await admin.press("Убрать choir")
    await admin.send("/reload")
    assert await admin.sees() == Reloading.READ_AGAIN


async def test_a_transaction_that_is_rolled_back_adopts_nothing(
    approving: World, admin: Head, office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    office.write(DIRECTIVES, ("title: Клуб\n", "title: Клубы\n"))
    await admin.send("/reload")

    async def broken(*_: object) -> None:
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr("bot.storage.ledger.changes.roster.take_in_file", broken)
        await admin.press(Reloading.APPLY)
    assert "что-то пошло не так" in await admin.sees()
    caplog.clear()
    await approving.at("2026-08-28 10:00")
    assert await title(admin) == "2.10. Клуб"
