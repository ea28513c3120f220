"""Nothing of the desk is more than three taps away from /panel."""

from pathlib import Path

from tests.handlers.answering.ledger import every_kind
from tests.handlers.department.staff import employee
from tests.world import Head, World, living

ADMIN = 900
SCHOOL = "Сосновоозёрская"

# Taps, and what the screen at their end says. A label may be told by its beginning.
WAYS: dict[tuple[str, ...], str] = {
    ("Контроль",): "Открытые запросы",
    ("Контроль", "1.", "1"): "Спортивный клуб",
    ("Контроль", "1.", "Напомнить"): "напомн",
    ("Контроль", "1.", "Продлить срок всем"): "срок",
    ("Контроль", "1.", "Снять с контроля"): "контрол",
    ("Контроль", "Завершённые"): "Завершённых",
    ("Просьбы о продлении", "1."): "Продлить до",
    ("Объявления", "Новое объявление"): "Пришлите",
    ("Объявления", "✅", "Получили"): "Иванова",
    ("Запросы", "Новый запрос"): "Что просим сообщить?",
    ("Люди", "Общее", "Сосновоозёрская"): "Иванова",
    ("Люди", "Без руководителя"): "руководител",
    ("Люди", "Приглашения"): "ссылк",
    ("Люди", "Загрузить список"): "Пришлите файл",
    ("Сотрудники", "Анна"): "Администратор",
    ("Сотрудники", "Пригласить куратора"): "Новый куратор",
    ("Поручения", "2.1"): "Ближайшие запросы",
    ("Поручения", "2.1", "Открыть сейчас"): "сейчас",
    ("Поручения", "Перечитать файлы"): "файл",
    ("Обращения", "❗"): "Когда будет приказ?",
    ("Журнал", "Кто"): "Чьи записи",
    ("Журнал", "Организация"): "рганизац",
    ("Журнал", "Поручение"): "оручени",
    ("Утренняя сводка",): "Рабочий стол",
}


async def test_no_screen_needs_more_than_three_taps(tmp_path: Path) -> None:
    async with living(tmp_path, every_kind(tmp_path), admin_ids=(ADMIN,)) as world:
        admin = await employee(world, ADMIN, "Начальник Анна")
        await _busy(world, admin)
        for taps, said in WAYS.items():
            assert len(taps) <= 3
            await admin.send("/panel")
            for label in taps:
                await admin.press(await _label(admin, label, taps))
            text = str((await admin.phone.last_message())["text"]) + "\n".join(await admin.buttons())
            assert said.casefold() in text.casefold(), f"{taps}: {text}"


async def _label(admin: Head, beginning: str, taps: tuple[str, ...]) -> str:
    newest = await admin.phone.last_message()
    found = [one for one in newest["buttons"] if one.lstrip("○⚠️ ").startswith(beginning) or one.startswith(beginning)]
    assert found, f"{taps}: no {beginning!r} among {newest['buttons']}"
    return str(found[0])


async def _busy(world: World, admin: Head) -> None:
    """Something of everything: a plea for time, a letter to the department, an announcement."""
    head = await world.person("Иванова Мария", 101)
    await head.join("Общее", SCHOOL)
    await world.at("2026-10-05 09:00")
    await world.at("2026-10-06 09:00")
    await head.send("/tasks")
    await head.press((await head.buttons())[0], "Ещё…", "Попросить продлить срок", "+ неделя")
    await head.send("Ждём подписи")
    await head.press("Отправить просьбу")
    await head.send("/write")
    await head.send("Когда будет приказ?")
    await admin.send("/panel")
    await admin.press("Объявления", "Новое объявление")
    await admin.send("Собрание в 15:00")
    await admin.press("Кому", "Все организации", "Готово", "Отправить", "Да, отправить")
