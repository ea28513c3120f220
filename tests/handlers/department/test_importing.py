"""A list of organizations is sent to the bot as a file."""

from collections.abc import Sequence

from bot.storage.people import organizations
from tests.catalog.sheets import book, comma_separated
from tests.world import Head, World

GENERAL = "Общее образование"
SCHOOL = "МБОУ «Тихореченская основная общеобразовательная школа»"
HEADING = ["Код", "Название", "Тип", "Метки"]


async def table(world: World, *more: Sequence[str], without: str = "") -> list[list[str]]:
    """The organizations that there are as a table, changed a little."""
    async with world.storage.read() as tx:
        present = await organizations.all_active(tx)
    rows = [
        [one.code, one.name, ", ".join(sorted(one.types)), ", ".join(sorted(one.tags))]
        for one in present
        if one.name != without
    ]
    return [HEADING, *rows, *map(list, more)]


async def upload(world: World, person: Head, content: bytes, name: str) -> None:
    await person.phone.send_file(content, name)
    await world.settle()


async def names(world: World) -> set[str]:
    async with world.storage.read() as tx:
        return {one.name for one in await organizations.all_active(tx)}


async def said(person: Head, text: str) -> str:
    return str((await person.phone.find(text))["text"])


async def test_a_list_is_shown_and_then_applied(approving: World, admin: Head) -> None:
    await approving.at("2026-09-03 09:00")
    before = await names(approving)
    await admin.send("/panel")
    await admin.press("Люди", "Загрузить список")
    assert "Кого в файле нет, отключится" in await said(admin, "Загрузить список организаций")
    await admin.send("вот он")
    assert "Нужен файл" in await admin.sees()
    rows = await table(approving, ["", "Лицей <b>«Новый»", GENERAL], ["", "Школа без типа", "неведомый"])
    await upload(approving, admin, book(rows), "список.xlsx")
    assert f"Строка {len(rows)}. Типа «неведомый» нет." in await said(admin, "В таблице 1 ошибка")
    await upload(approving, admin, b"%PDF-1.4\x00", "список.pdf")
    assert "не таблица" in await said(admin, "не изменён")
    assert await names(approving) == before
    rows = await table(approving, ["", "Лицей <b>«Новый»", GENERAL], without=SCHOOL)
    await upload(approving, admin, comma_separated(rows, ";", "cp1251"), "список.csv")
    shown = await said(admin, "Отключаются: 1")
    assert "Добавится: 1, отключится: 1, без изменений: 12." in shown
    assert "• Лицей <b>«Новый»\n   Общее образование" in shown
    assert await names(approving) == before
    await admin.press("Применить")
    assert "Добавлено: 1, отключено: 1" in await said(admin, "Список организаций обновлён")
    assert await names(approving) == before - {SCHOOL} | {"Лицей <b>«Новый»"}
    # What is open is asked of a head of the new one.
    head = await approving.person("Иванова Мария", 101)
    await head.send("/start")
    await head.press("Согласен", GENERAL, "Готово")
    await head.send("лицей новый")
    await head.press("Лицей", "Руководитель")
    await admin.press("Подтвердить")
    assert "Корректировка программ" in await head.sees()
    await admin.callback("wf:apply:0123456789abcdef")
    assert "уже внесён или отменён" in await admin.toast()


async def test_what_is_applied_is_what_was_shown(approving: World, admin: Head) -> None:
    second = await approving.person("Второй Борис", 901)
    await second.send("/start")
    await second.press("Согласен")
    rows = await table(approving, ["", "Лицей «Новый»", GENERAL])
    for one in (admin, second):
        # Out of the blue: it might be anything.
        await upload(approving, one, book(rows), "Список.XLSX")
        assert "«Список.XLSX» — это список организаций?" in await one.sees()
        await one.press("Да, сравнить")
        assert "Добавится: 1" in await said(one, "Список организаций")
    await admin.press("Применить")
    await second.press("Применить")
    assert "тем временем изменился" in await second.toast()
    assert "Изменений нет, в списке 14 организаций." in await second.sees()
    # Two files: the older one's button no longer does anything.
    await upload(approving, admin, book([*rows, ["", "Гимназия", GENERAL]]), "а.xlsx")
    await admin.press("Да, сравнить")
    older = await admin.card("Гимназия")
    await admin.send("/panel")
    await upload(approving, admin, book([*rows, ["", "Интернат", GENERAL]]), "б.xlsx")
    await admin.press("Да, сравнить")
    await admin.press_at(older, "Применить")
    assert "уже внесён или отменён" in await admin.toast()
    await admin.press("Отмена")
    assert "список организаций не изменён" in await admin.sees()
    await upload(approving, admin, book(rows), "в.xlsx")
    await admin.press("Нет")
    assert await names(approving) & {"Гимназия", "Интернат"} == set()


async def test_files_that_are_not_taken(approving: World, admin: Head) -> None:
    await admin.send("/panel")
    await admin.press("Люди", "Загрузить список")
    await admin.phone.send_file(b"x", "список.csv", size=5_000_001)
    await approving.settle()
    assert "больше 5 МБ" in await said(admin, "МБ. Просим")
    await approving.telegram.order_fault("500", method="getFile", count=1)
    await upload(approving, admin, b"x", "список.csv")
    assert "Не удалось получить файл" in await said(admin, "Telegram")
    await upload(approving, admin, b"", "список.csv")
    assert "Файл пуст" in await said(admin, "Файл пуст")
    stranger = await approving.person("Иванова Мария", 101)
    await stranger.send("/start")
    await stranger.press("Согласен")
    await upload(approving, stranger, book(await table(approving)), "список.xlsx")
    assert "список организаций?" not in await stranger.sees()
