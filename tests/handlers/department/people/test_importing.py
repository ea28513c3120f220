"""A list of organizations is sent to the bot as a file."""

from collections.abc import Sequence
from typing import Any

import pytest

from bot.storage.people import organizations
from tests import messengers
from tests.catalog.sheets import book, comma_separated
from tests.people import introduced
from tests.texts.department import Applications, Importing, Panel, People
from tests.texts.example import Organizations, Titles, Types
from tests.texts.heads import Registration
from tests.world import Head, World

HEADING = ["Код", "Название", "Тип", "Метки"]


async def table(world: World, *more: Sequence[str], without: str = "") -> list[list[str]]:
    """The organizations that there are as a table, changed a little."""
    async with world.storage.read() as tx:
        present = await organizations.all_active(tx)
    rows = [
        [
            organization.code,
            organization.name,
            ", ".join(sorted(organization.types)),
            ", ".join(sorted(organization.tags)),
        ]
        for organization in present
        if organization.name != without
    ]
    return [HEADING, *rows, *map(list, more)]


async def upload(world: World, person: Head, content: bytes, name: str) -> None:
    await person.phone.send_file(content, name)
    await world.settle()


async def names(world: World) -> set[str]:
    async with world.storage.read() as tx:
        return {organization.name for organization in await organizations.all_active(tx)}


async def said(person: Head, text: str) -> str:
    return str((await person.phone.find(text))["text"])


@pytest.mark.slow
@pytest.mark.both_databases
async def test_a_list_is_shown_and_then_applied(approving: World, admin: Head) -> None:
    await approving.at("2026-09-03 09:00")
    before = await names(approving)
    await admin.send("/panel")
    await admin.press(Panel.PEOPLE, Importing.UPLOAD)
    assert "Кого в файле нет, отключится" in await said(admin, "Загрузить список организаций")
    await admin.send("вот он")
    assert Importing.NEEDS_FILE in await admin.sees()
    rows = await table(approving, ["", "Лицей <b>«Новый»", Types.GENERAL], ["", "Школа без типа", "неведомый"])
    await upload(approving, admin, book(rows), "список.xlsx")
    assert f"Строка {len(rows)}. Типа «неведомый» нет." in await said(admin, "В таблице 1 ошибка")
    await upload(approving, admin, b"%PDF-1.4\x00", "список.pdf")
    assert "не таблица" in await said(admin, Importing.UNCHANGED)
    assert await names(approving) == before
    rows = await table(approving, ["", "Лицей <b>«Новый»", Types.GENERAL], without=Organizations.SCHOOL)
    await upload(approving, admin, comma_separated(rows, ";", "cp1251"), "список.csv")
    shown = await said(admin, "Отключаются: 1")
    assert "Добавится: 1, отключится: 1, без изменений: 12." in shown
    assert f"• Лицей <b>«Новый»\n   {Types.GENERAL}" in shown
    assert await names(approving) == before
    await admin.press(Importing.APPLY)
    assert "Добавлено: 1, отключено: 1" in await said(admin, "Список организаций обновлён")
    assert await names(approving) == before - {Organizations.SCHOOL} | {"Лицей <b>«Новый»"}
    # What is open is asked of a head of the new one.
    head = await approving.person("Иванова Мария", 101)
    await head.send("/start")
    await head.press(Registration.AGREE, Types.GENERAL, Registration.DONE)
    await head.send("лицей новый")
    await head.press("Лицей", Registration.HEAD)
    await admin.press(Applications.CONFIRM)
    assert Titles.CORRECTION in await head.sees()
    await admin.callback("wf:apply:0123456789abcdef")
    assert Importing.DECIDED in await admin.toast()


@pytest.mark.slow
async def test_what_is_applied_is_what_was_shown(approving: World, admin: Head) -> None:
    second = await introduced(approving, "Второй Борис", 901)
    rows = await table(approving, ["", "Лицей «Новый»", Types.GENERAL])
    for head in (admin, second):
        # Out of the blue: it might be anything.
        await upload(approving, head, book(rows), "Список.XLSX")
        assert f"«Список.XLSX» — это {Importing.IS_IT_A_LIST}" in await head.sees()
        await head.press(Importing.COMPARE)
        assert "Добавится: 1" in await said(head, "Список организаций")
    await admin.press(Importing.APPLY)
    await second.press(Importing.APPLY)
    assert Importing.CHANGED_MEANWHILE in await second.toast()
    assert f"{Importing.NO_CHANGES} 14 организаций." in await second.sees()
    # Two files: the older one's button no longer does anything.
    await upload(approving, admin, book([*rows, ["", "Гимназия", Types.GENERAL]]), "а.xlsx")
    await admin.press(Importing.COMPARE)
    older = await admin.card("Гимназия")
    await admin.send("/panel")
    await upload(approving, admin, book([*rows, ["", "Интернат", Types.GENERAL]]), "б.xlsx")
    await admin.press(Importing.COMPARE)
    await admin.press_at(older, Importing.APPLY)
    assert Importing.DECIDED in await admin.toast()
    await admin.press(Importing.CANCEL)
    assert f"список организаций {Importing.UNCHANGED}" in await admin.sees()
    await upload(approving, admin, book(rows), "в.xlsx")
    await admin.press(Importing.NO)
    assert await names(approving) & {"Гимназия", "Интернат"} == set()


@pytest.mark.parametrize("opened", [[], [f"{People.ALL}: 13"]], ids=["the section", "a list"])
async def test_a_list_that_comes_where_organizations_are_looked_for(
    approving: World, admin: Head, opened: list[str]
) -> None:
    await admin.send("/panel")
    await admin.press(Panel.PEOPLE, *opened)
    await upload(approving, admin, book(await table(approving)), "список.xlsx")
    assert Importing.IS_IT_A_LIST in await admin.sees()


async def test_files_that_are_not_taken(approving: World, admin: Head) -> None:
    await admin.send("/panel")
    await admin.press(Panel.PEOPLE, Importing.UPLOAD)
    await admin.phone.send_file(b"x", "список.csv", size=5_000_001)
    await approving.settle()
    assert "больше 5 МБ" in await said(admin, "МБ. Просим")
    await approving.telegram.order_fault("500", method=messengers.fetching(), count=1)
    await upload(approving, admin, b"x", "список.csv")
    assert "Не удалось получить файл" in await said(admin, messengers.chosen().called)
    await upload(approving, admin, b"", "список.csv")
    assert Importing.EMPTY in await said(admin, Importing.EMPTY)
    stranger = await introduced(approving, "Иванова Мария", 101)
    await upload(approving, stranger, book(await table(approving)), "список.xlsx")
    assert Importing.IS_IT_A_LIST not in await stranger.sees()


@pytest.mark.slow
async def test_the_methodist_says_which_column_is_which(approving: World, admin: Head) -> None:
    rows = [["№", "Полное имя", "Адрес"], ["1", "МБОУ «Лицей»", "Сосновое"], ["2", "МБДОУ Детский сад «Ёлка»", "Луг"]]
    await admin.send("/panel")
    await admin.press(Panel.PEOPLE, Importing.UPLOAD)
    await upload(approving, admin, book([*rows, ["", "Итого", "2"]]), "реестр.xlsx")
    shown = await said(admin, Importing.NO_HEADING)
    assert "• «Полное имя»" in shown
    await admin.press("Столбец «Полное имя»")
    shown = await said(admin, Importing.NO_COLUMN)
    assert f"Типы по названиям: {Types.GENERAL} — 1; {Types.PRESCHOOL} — 1." in shown
    older = await admin.card(Importing.NO_COLUMN)
    await admin.press(Importing.BY_NAMES)
    shown = await said(admin, "Добавляются: 2")
    assert f"• МБДОУ Детский сад «Ёлка»\n   {Types.PRESCHOOL}" in shown
    assert f"{Importing.LEFT_OUT}: 1\n• строка 4, «Итого»: итог" in shown
    await admin.press(Importing.APPLY)
    assert await names(approving) == {"МБОУ «Лицей»", "МБДОУ Детский сад «Ёлка»"}
    await admin.callback("wf:answer:000000.names", older)
    assert "Добавлено: 2" in await said(admin, "обновлён")


async def test_one_type_for_the_whole_file_and_another_file_instead_of_an_answer(approving: World, admin: Head) -> None:
    await admin.send("/panel")
    await admin.press(Panel.PEOPLE, Importing.UPLOAD)
    await upload(approving, admin, "Название\nПервая\n".encode(), "а.csv")
    assert Importing.NO_COLUMN in await said(admin, Importing.NO_COLUMN)
    await upload(approving, admin, "Название;Тип\nВторая;СОШ\n".encode(), "б.csv")
    await admin.press(Importing.BY_HINTS)
    assert f"• Вторая\n   {Types.GENERAL}" in await said(admin, "Добавляются: 1")
    await admin.press(Importing.CANCEL)
    await upload(approving, admin, "Название\nТретья\n".encode(), "в.csv")
    await admin.press(Importing.COMPARE, f"Все: {Types.PRESCHOOL}")
    assert f"• Третья\n   {Types.PRESCHOOL}" in await said(admin, "Добавляются: 1")


async def test_a_list_without_headings_and_one_without_some_types(approving: World, admin: Head) -> None:
    await admin.send("/panel")
    await admin.press(Panel.PEOPLE, Importing.UPLOAD)
    await upload(approving, admin, "1. МБОУ СОШ № 1\n2. МБДОУ № 3\n".encode(), "список.txt")
    assert "• «1. МБОУ СОШ № 1» — возможно, «Название»" in await said(admin, Importing.NO_HEADING)
    await admin.press("Столбец «1. МБОУ СОШ № 1»")
    assert Importing.NO_COLUMN in await said(admin, Importing.NO_COLUMN)
    await admin.press(Importing.BY_NAMES)
    shown = await said(admin, "Добавляются: 2")
    assert f"• МБОУ СОШ № 1\n   {Types.GENERAL}" in shown
    assert f"• МБДОУ № 3\n   {Types.PRESCHOOL}" in shown
    await admin.press(Importing.CANCEL)
    await upload(approving, admin, f"Название;Тип\nШкола;{Types.GENERAL}\nСад;\n".encode(), "б.csv")
    await admin.press(Importing.COMPARE)
    assert f"Строка 3. Не указан тип: «Сад». Возможно, «{Types.PRESCHOOL}»?" in await said(admin, "Строка 3")
    await admin.press(Importing.BY_HINTS)
    assert f"• Сад\n   {Types.PRESCHOOL}" in await said(admin, "Добавляются: 2")


@pytest.mark.slow
async def test_hidden_rows_are_asked_about_and_left_out_rows_are_named(approving: World, admin: Head) -> None:
    def hide(sheet: Any) -> None:
        sheet.set_row(2, None, None, {"hidden": True})

    content = book([["Название", "Тип"], ["Лицей", Types.GENERAL], ["Старая", Types.GENERAL]], touch=hide)
    await admin.send("/panel")
    await admin.press(Panel.PEOPLE, Importing.UPLOAD)
    await upload(approving, admin, content, "а.xlsx")
    assert "1 (первая — «Старая»)" in await said(admin, Importing.HIDDEN)
    await admin.press(Importing.SKIP)
    shown = await said(admin, "Добавляются: 1")
    assert f"{Importing.LEFT_OUT}: 1\n• строка 3, «Старая»: строка скрыта" in shown
    await admin.press(Importing.CANCEL)
    await upload(approving, admin, content, "б.xlsx")
    await admin.press(Importing.COMPARE, Importing.COUNT)
    assert "• Старая" in await said(admin, "Добавляются: 2")
