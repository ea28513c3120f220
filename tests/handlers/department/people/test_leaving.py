"""An organization leaves the list, is another kind, has another name, or is back: what everybody sees of it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.people.member import SeatState
from bot.storage.people import organizations, seats
from tests.catalog.sheets import book
from tests.handlers.answering.ledger import mine, newest, state
from tests.handlers.department.staff import chief, employee, small_world
from tests.handlers.registering import seated_at
from tests.people import ADMIN, DEPUTY, HEAD
from tests.texts.department import Applications, Control, Importing, Journal, Panel, People, Threads
from tests.texts.example import Club
from tests.texts.heads import Extending, Form, Leaving, Placing, Preferences, Registration, Reminder, Request
from tests.world import Head, World, local

SCHOOL, OTHER, GARDEN = "Сосновоозёрская школа", "Белоярская школа", "Детский сад «Ёлочка»"
GENERAL, PRESCHOOL = "Общее образование", "Дошкольное образование"
LIST = [[SCHOOL, GENERAL], [OTHER, GENERAL], [GARDEN, PRESCHOOL]]

world, admin = small_world(), chief
approving = small_world(registration="approval")


@pytest.fixture
async def head(world: World, admin: Head) -> Head:
    """The head of the school, on the morning when two requests have come."""
    return await seated(world, "Иванова Мария", HEAD, "Общее", SCHOOL)


async def seated(
    world: World, name: str, id: int, type_: str, organization: str, role: str = Registration.HEAD
) -> Head:
    """Somebody registers; it is the morning of the requests."""
    person = await world.person(name, id)
    await person.join(type_, organization, role)
    for morning in ("2026-10-05 09:00", "2026-10-06 09:00"):
        if world.now < local(morning):
            await world.at(morning)
    return person


async def opens(head: Head, title: str) -> None:
    """A request of the list of what is open."""
    await head.send("/tasks")
    await head.press(next(label for label in await head.buttons() if title in label))


async def preview(
    world: World, admin: Head, rows: Sequence[Sequence[str]], heading: Sequence[str] = ("Название", "Тип")
) -> str:
    """The administrator sends a list, and sees what it would change."""
    await admin.phone.send_file(book([list(heading), *map(list, rows)]), "список.xlsx")
    await world.settle()
    await admin.press(Importing.COMPARE)
    return await said(admin, "Список организаций")


async def bring(world: World, admin: Head, rows: Sequence[Sequence[str]], **how: Any) -> None:
    """The same, and does it."""
    await preview(world, admin, rows, **how)
    await admin.press(Importing.APPLY)


async def said(person: Head, text: str) -> str:
    return str((await person.phone.find(text))["text"])


async def times(person: Head, text: str) -> int:
    return sum(text in message["text"] for message in await person.phone.messages())


async def all_said(person: Head) -> str:
    return "\n".join(message["text"] for message in await person.phone.messages())


async def names(world: World) -> set[str]:
    async with world.storage.read() as tx:
        return {organization.name for organization in await organizations.all_active(tx)}


@pytest.mark.slow
async def test_the_preview_names_what_is_lost_and_its_people_are_told_in_the_morning(
    world: World, admin: Head, head: Head
) -> None:
    deputy = await seated(world, "Петров <Олег>", DEPUTY, "Общее", SCHOOL, Registration.DEPUTY)
    await opens(head, Club.TITLE)
    await head.press(Club.WORKS)
    await head.send("/write")
    await head.send("Когда совещание?")
    await world.at("2026-10-06 20:00")
    shown = await preview(world, admin, LIST[1:])
    assert (
        f"{Importing.REMOVED}: 1\nТам людей: 2, открытых запросов: 2, начатых ответов: 1, обращений без ответа: 1."
        in shown
    )
    assert (
        f"• {SCHOOL}\n   Мария Иванова (руководитель), <Олег> Петров (заместитель)\n"
        "   открытых запросов: 2, начатых ответов: 1, обращений без ответа: 1"
    ) in shown
    await admin.press(Importing.APPLY)
    # At eight in the evening nobody is written to.
    assert Leaving.DELISTED not in await all_said(head) + await all_said(deputy)
    assert await names(world) == {OTHER, GARDEN}
    await world.at("2026-10-07 09:00")
    told = await said(head, Leaving.DELISTED)
    assert f"🏫 {SCHOOL}, руководитель" in told
    assert "открытых запросов снято с контроля: 2" in told
    assert "начатое вами не" in told
    assert "добавьте её" in told
    theirs = await said(deputy, Leaving.DELISTED)
    assert f"🏫 {SCHOOL}, заместитель" in theirs
    assert "начатое вами" not in theirs
    # A year on it has been said once.
    await world.until("2026-10-14 09:00", timedelta(hours=6))
    assert await times(head, Leaving.DELISTED) == await times(deputy, Leaving.DELISTED) == 1
    await head.press(Extending.WRITE)
    assert SCHOOL in await head.sees()
    await head.send("Это ошибка, школа работает.")
    assert Threads.DELISTED in await said(admin, "Это ошибка")


@pytest.mark.slow
async def test_start_tasks_and_settings_say_how_things_stand(world: World, admin: Head, head: Head) -> None:
    await opens(head, Club.TITLE)
    form = await head.card(Club.TITLE)
    await bring(world, admin, LIST[1:])
    for command in ("/start", "/tasks"):
        await head.send(command)
        shown = await head.sees()
        assert Leaving.NOTHING_COMES in shown
        assert f"{SCHOOL}, руководитель: {Leaving.SINCE} 6 октября, запросы не приходят" in shown
        assert Extending.WRITE in await head.buttons()
    await head.send("/settings")
    assert f"{SCHOOL}, руководитель: {Leaving.SINCE} 6 октября" in await head.sees()
    # A button of the form as it was.
    await head.press_at(form, Club.WORKS)
    assert "исключило организацию из списка" in await head.toast()
    assert "исключило организацию из списка, отвечать не нужно" in await said(head, Club.TITLE)
    assert await newest(world) is None
    # What is sent all the same is kept for the department.
    await head.send("120")
    await head.press(Placing.TO_DEPARTMENT)
    # Another organization is a press away.
    await head.send("/tasks")
    await head.press("Добавить другую организацию", "Общее", Registration.DONE, OTHER, Registration.HEAD)
    await head.send("/tasks")
    shown = await head.sees()
    assert f"{Request.OPEN}: 2" in shown
    assert f"{SCHOOL}, руководитель: {Leaving.SINCE}" in shown


@pytest.mark.slow
async def test_what_was_shown_is_what_is_done_to_people_too(world: World, admin: Head, head: Head) -> None:
    await preview(world, admin, LIST[1:])
    # Meanwhile an answer comes.
    await opens(head, "Положение")
    await head.press(Form.YES)
    await admin.press(Importing.APPLY)
    assert Importing.CHANGED_MEANWHILE in await admin.toast()
    assert "открытых запросов: 1" in await said(admin, "Список организаций")
    assert SCHOOL in await names(world)
    # Then somebody takes a seat.
    await seated(world, "Петров Олег", DEPUTY, "Общее", SCHOOL, Registration.DEPUTY)
    await admin.press(Importing.APPLY)
    assert Importing.CHANGED_MEANWHILE in await admin.toast()
    assert "людей: 2" in await said(admin, "Список организаций")
    await admin.press(Importing.APPLY)
    assert SCHOOL not in await names(world)
    answer = await newest(world, 3)
    assert answer is not None


@pytest.mark.slow
async def test_a_head_of_two_organizations_goes_on_with_the_other(world: World, admin: Head, head: Head) -> None:
    await head.send("/settings")
    await head.press(
        Preferences.ORGANIZATIONS,
        Registration.ADD_ORGANIZATION,
        "Дошкольное",
        Registration.DONE,
        GARDEN,
        Registration.HEAD,
    )
    await opens(head, Club.TITLE)
    await head.press(Club.WORKS, "Лыжи", Form.DONE, Form.YES)
    await bring(world, admin, LIST[1:])
    # What was typed for the school's request is no answer of the kindergarten's.
    await head.send("120")
    assert "исключило организацию из списка" in await head.sees()
    assert "К запросу «Положение" in " ".join(await head.buttons())
    await world.at("2026-10-06 10:00")
    told = await said(head, Leaving.DELISTED)
    assert f"{Leaving.GOES_ON}:\n🏫 {GARDEN}" in told
    await head.send("/start")
    shown = await head.sees()
    assert f"🏫 {GARDEN}, руководитель" in shown
    assert f"🚫 {SCHOOL}, руководитель: {Leaving.SINCE}" in shown
    await head.send("/tasks")
    assert f"{Request.OPEN}: 1" in await head.sees()
    await opens(head, "Положение")
    await head.press(Form.YES)
    assert list(await mine(world, head)) == []


@pytest.mark.slow
async def test_an_answer_that_was_sent_stays_and_is_not_corrected_any_more(
    world: World, admin: Head, head: Head
) -> None:
    await opens(head, "Положение")
    await head.press(Form.YES)
    answered = await head.card(Form.ACCEPTED)
    await head.press(Form.CHANGE)
    await bring(world, admin, LIST[1:])
    assert "начатое вами не" in await said(head, Leaving.DELISTED)
    await head.press_at(answered, "Положение утверждено: да")
    assert "отправленный ответ сохранён" in await head.toast()
    answer = await newest(world, 3)
    assert answer is not None
    assert answer.values == {"done": True}
    # And nobody is reminded of it when the round closes.
    before = await head.count()
    # The department may accept what came, and cannot have it done anew.
    await admin.send("/status")
    await admin.press("Положение", "Сосновоозёрская")
    shown = await admin.sees()
    assert f"Организации {Leaving.SINCE} 6 октября" in shown
    assert Control.RETURN not in await admin.buttons()
    await world.until("2026-10-30 09:00", timedelta(hours=6))
    assert await head.count() == before


@pytest.mark.slow
async def test_a_reminder_and_an_extension_of_what_is_gone(world: World, admin: Head, head: Head) -> None:
    await opens(head, Club.TITLE)
    await head.press(Form.MORE, Extending.ASK, Extending.WEEK)
    await head.send("Ждём подписи")
    await head.press(Extending.SEND)
    assert "просьб о продлении: 1" in await preview(world, admin, LIST[1:])
    await admin.press(Importing.APPLY)
    await admin.press_at(await admin.card("Ждём подписи"), Control.EXTEND)
    assert await state(world) == "excused"
    await world.at("2026-10-06 10:00")
    assert "просьба о продлении больше не рассматривается" in await said(head, Leaving.DELISTED)
    await world.until("2026-10-16 09:00", timedelta(hours=6))
    assert Reminder.HEADING not in await all_said(head)


@pytest.mark.slow
async def test_who_comes_back_is_told_and_asked_again(world: World, admin: Head, head: Head) -> None:
    await opens(head, Club.TITLE)
    await head.press(Club.WORKS)
    await bring(world, admin, LIST[1:])
    await world.at("2026-10-07 09:00")
    before = await times(head, "Положение")
    await bring(world, admin, LIST)
    await world.at("2026-10-07 10:00")
    told = await said(head, Leaving.RELISTED)
    assert "Снова 2 запроса ждут ответа" in told
    assert await times(head, "Положение") > before
    await head.send("/tasks")
    assert f"{Request.OPEN}: 2" in await head.sees()
    # The draft is where it was.
    await opens(head, Club.TITLE)
    assert Club.SPORTS in await head.sees()
    await world.at("2026-10-08 10:00")
    assert await times(head, Leaving.RELISTED) == 1


@pytest.mark.slow
async def test_a_mistake_that_is_mended_at_once_is_not_told(world: World, admin: Head, head: Head) -> None:
    await world.at("2026-10-06 20:00")
    before = await head.count()
    await bring(world, admin, LIST[1:])
    await bring(world, admin, LIST)
    await world.at("2026-10-07 09:00")
    assert await head.count() == before
    assert set(await mine(world, head)) == {"everything", "tap"}
    # And gone again: once, of the last time.
    await world.at("2026-10-07 20:00")
    for rows in (LIST[1:], LIST, LIST[1:]):
        world.now += timedelta(minutes=1)
        await bring(world, admin, rows)
    await world.at("2026-10-08 09:00")
    assert await times(head, Leaving.DELISTED) == 1


@pytest.mark.slow
async def test_who_is_on_vacation_hears_of_it_afterwards(world: World, admin: Head, head: Head) -> None:
    await head.send("/settings")
    await head.press(Preferences.HOLIDAY, Preferences.WEEK)
    await bring(world, admin, LIST[1:])
    await world.until("2026-10-12 09:00", timedelta(hours=12))
    assert Leaving.DELISTED not in await all_said(head)
    await world.until("2026-10-14 09:00", timedelta(hours=12))
    assert await times(head, Leaving.DELISTED) == 1


@pytest.mark.slow
@pytest.mark.both_databases
@pytest.mark.slow_on_postgresql
async def test_another_type_ends_what_was_asked_of_the_old_one(world: World, admin: Head, head: Head) -> None:
    await opens(head, Club.TITLE)
    await head.press(Club.WORKS)
    rows = [[SCHOOL, PRESCHOOL], *LIST[1:]]
    shown = await preview(world, admin, rows)
    assert "Снимаются: Мария Иванова (руководитель); открытых запросов: 1, начатых ответов: 1" in shown
    await admin.press(Importing.APPLY)
    await world.at("2026-10-06 10:00")
    told = await said(head, Leaving.RELIEVED)
    assert f"• {Club.TITLE}" in told
    assert f"({PRESCHOOL}" in told
    assert f"этот запрос {Leaving.NOT_FOR_IT}" in told, "one is not several"
    assert list(await mine(world, head)) == ["tap"]
    assert Leaving.DELISTED not in await all_said(head)
    # It was a school after all.
    await bring(world, admin, LIST)
    assert set(await mine(world, head)) == {"everything", "tap"}


@pytest.mark.slow
async def test_a_likely_renaming_is_offered_and_keeps_everything(world: World, admin: Head, head: Head) -> None:
    await opens(head, Club.TITLE)
    await head.press(Club.WORKS)
    renamed = "МБОУ «Сосновоозёрская средняя школа имени Гагарина»"
    shown = await preview(world, admin, [[renamed, GENERAL], *LIST[1:]])
    assert f"{Importing.RENAMED}: 1\n1. ❓ {SCHOOL}\n   → {renamed}\n" in shown
    assert Importing.APPLY not in await admin.buttons()
    await admin.press(f"1: {Importing.SAME}")
    shown = await said(admin, "Список организаций")
    assert f"1. ✅ {SCHOOL}\n   → {renamed}" in shown
    assert f"Название: {renamed}" in shown
    assert Importing.REMOVED not in shown
    await admin.press(Importing.APPLY)
    assert await names(world) == {renamed, OTHER, GARDEN}
    assert await seated_at(world, head) == {renamed: SeatState.SEATED}
    assert set(await mine(world, head)) == {"everything", "tap"}
    await world.at("2026-10-07 09:00")
    assert Leaving.DELISTED not in await all_said(head)
    # The same list again changes nothing: the code is the old one.
    assert f"{Importing.NO_CHANGES} 3" in await preview_again(world, admin, [[renamed, GENERAL], *LIST[1:]])


async def preview_again(world: World, admin: Head, rows: Sequence[Sequence[str]]) -> str:
    await admin.phone.send_file(book([["Название", "Тип"], *map(list, rows)]), "список.xlsx")
    await world.settle()
    await admin.press(Importing.COMPARE)
    return await admin.sees()


@pytest.mark.slow
async def test_a_wrong_guess_is_refused_and_one_changes_their_mind(world: World, admin: Head, head: Head) -> None:
    renamed = "Сосновоозёрская СОШ"
    await preview(world, admin, [[renamed, GENERAL], *LIST[1:]])
    pairs = await admin.card(Importing.RENAMED)
    await admin.press(f"1: {Importing.OTHER}")
    assert f"1. ✖️ {SCHOOL}\n   → {renamed}" in await said(admin, "Список организаций")
    await admin.press(f"1: {Importing.SAME}")
    await admin.press(f"1: {Importing.OTHER}", Importing.APPLY)
    assert await names(world) == {renamed, OTHER, GARDEN}
    assert await seated_at(world, head) == {SCHOOL: SeatState.SEATED}
    await world.at("2026-10-06 10:00")
    assert Leaving.DELISTED in await all_said(head)
    # Buttons of what has been done, and of nothing at all.
    for data in ("wj:x:one:1:0:0", "wk:x:0:0"):
        await admin.callback(data, pairs)
        assert Importing.DECIDED in await admin.toast()


@pytest.mark.slow
async def test_what_a_renaming_changes_is_seen_in_long_names(world: World, admin: Head) -> None:
    kind = (
        "Муниципальное бюджетное дошкольное образовательное учреждение «Детский сад «Ручеёк» {} вида села Нижний Кедр»"
    )
    await bring(world, admin, [*LIST, [kind.format("общеразвивающего"), PRESCHOOL]])
    shown = await preview(world, admin, [*LIST, [kind.format("комбинированного"), PRESCHOOL]])
    pair = shown.partition(Importing.RENAMED)[2].partition(Importing.REMOVED)[0]
    assert "общеразвивающего" in pair
    assert "комбинированного" in pair


@pytest.mark.slow
async def test_a_list_that_was_mended_is_sent_again_over_the_first(world: World, admin: Head) -> None:
    await preview(world, admin, LIST[1:])
    first = await admin.card("Список организаций")
    await admin.phone.send_file(book([["Название", "Тип"], *LIST, ["Лицей", GENERAL]]), "список.xlsx")
    await world.settle()
    assert "Добавится: 1, без изменений: 3." in await said(admin, "Список организаций")
    await admin.press_at(first, Importing.APPLY)
    assert Importing.DECIDED in await admin.toast()
    await admin.press(Importing.APPLY)
    assert await names(world) == {SCHOOL, OTHER, GARDEN, "Лицей"}


@pytest.mark.slow
async def test_two_that_are_as_near_are_not_taken_for_one_unasked(world: World, admin: Head) -> None:
    gardens = [["Детский сад «Ромашка» № 1", PRESCHOOL], ["Детский сад «Ромашка» № 2", PRESCHOOL]]
    await bring(world, admin, [*LIST, *gardens])
    shown = await preview(world, admin, [*LIST, ["Детский сад «Ромашка»", PRESCHOOL]])
    assert shown.count("⚠️ похожих несколько") == 2
    await admin.press("Остальные: другие")
    await admin.press(f"2: {Importing.SAME}")
    shown = await said(admin, "Список организаций")
    assert "1. ✖️" in shown
    assert "2. ✅" in shown
    await admin.press(Importing.APPLY)
    assert len(await names(world)) == 4


@pytest.mark.slow
async def test_sixty_that_leave_and_many_pairs_are_readable(world: World, admin: Head) -> None:
    gone = [[f"МБОУ «Основная общеобразовательная школа № {n} посёлка Кедровый»", GENERAL] for n in range(1, 61)]
    await bring(world, admin, [*LIST, *gone])
    shown = await preview(world, admin, LIST)
    assert f"{Importing.REMOVED}: 60\nТам никого нет, открытых запросов нет." in shown
    assert "… и ещё" in shown
    await admin.press(f"{Importing.WHO_LEAVES}: 60")
    assert "Страница 1 из 8." in await admin.sees()
    await admin.press("›", "›")
    assert "Страница 3 из 8." in await admin.sees()
    await admin.press(Panel.BACK)
    assert Importing.APPLY in await admin.buttons()
    await admin.press(Importing.CANCEL)
    now = [[f"МБОУ «ООШ №{n} пос. Кедровый»", GENERAL] for n in range(1, 61)]
    shown = await preview(world, admin, [*LIST, *now])
    assert f"{Importing.RENAMED}: 60" in shown
    assert "Осталось ответить: 60" in shown
    await admin.press("›")
    assert "6. ❓" in await said(admin, "Список организаций")
    await admin.press(f"7: {Importing.OTHER}")
    await admin.press("Остальные: те же (59)")
    shown = await said(admin, "Список организаций")
    assert "7. ✖️" in shown
    assert "Добавится: 1, изменится: 59, отключится: 1, без изменений: 3." in shown
    await admin.press(Importing.APPLY)
    assert len(await names(world)) == 63


@pytest.mark.slow
async def test_nobody_registers_where_nothing_is_asked(world: World, admin: Head) -> None:
    late = await world.person("Поздняя Вера", 103)
    await late.send("/start")
    await late.press(Registration.AGREE, "Общее", Registration.DONE)
    choice = await late.card(Registration.CHOOSE)
    await late.press(SCHOOL)
    await bring(world, admin, LIST[1:])
    await late.press(Registration.HEAD)
    assert Leaving.NOT_LISTED in await late.sees()
    await late.send("/start")
    await late.press("Общее", Registration.DONE, Registration.NOT_LISTED)
    await late.send(SCHOOL.upper())
    assert Leaving.NOT_LISTED in await late.sees()
    assert SCHOOL not in await names(world)
    assert await seated_at(world, late) == {}
    assert choice


@pytest.mark.slow
async def test_an_application_that_waits_ends_and_waits_again(
    approving: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = await employee(approving, ADMIN, "Начальник Анна")
    head = await approving.person("Иванова Мария", HEAD)
    await head.join("Общее", SCHOOL)
    card = await admin.card(Applications.HEADING)
    await approving.at("2026-10-06 09:00")
    shown = await preview(approving, admin, LIST[1:])
    assert "заявки: " in shown
    await admin.press(Importing.APPLY)
    await admin.press_at(card, Applications.CONFIRM)
    assert SCHOOL not in await names(approving)
    await approving.at("2026-10-06 10:00")
    assert f"{Leaving.APPLICATION_ENDED}:\n🏫 {SCHOOL}" in await said(head, Leaving.APPLICATION_ENDED)
    await bring(approving, admin, LIST)
    assert await seated_at(approving, head) == {SCHOOL: SeatState.WAITING}
    await admin.press_at(await admin.card(Applications.HEADING), Applications.CONFIRM)
    assert await seated_at(approving, head) == {SCHOOL: SeatState.SEATED}


@pytest.mark.slow
async def test_the_last_person_who_goes_is_noticed(world: World, admin: Head, head: Head) -> None:
    await head.send("/settings")
    await head.press(Preferences.ORGANIZATIONS, Preferences.LEAVE, SCHOOL)
    assert "запросы не получит никто" in await head.sees()
    await head.press(Preferences.SURELY_LEAVE)
    told = await said(admin, Leaving.DESERTED)
    assert SCHOOL in told
    assert "Без ответа 2 запроса: отвечать некому" in told
    await admin.press("Открыть организацию")
    assert "Пригласить руководителя" in await admin.buttons()
    # Of an organization that has left nobody is missing.
    other = await seated(world, "Петров Олег", DEPUTY, "Общее", OTHER)
    await bring(world, admin, [LIST[0], LIST[2]])
    await other.send("/settings")
    await other.press(Preferences.ORGANIZATIONS, Preferences.LEAVE, OTHER, Preferences.SURELY_LEAVE)
    assert Leaving.DESERTED not in await all_said(admin)


@pytest.mark.slow
async def test_the_department_sees_that_it_has_left(world: World, admin: Head, head: Head) -> None:
    await admin.send("/panel")
    await admin.press(Panel.PEOPLE, People.ALL, SCHOOL)
    card = await admin.card(SCHOOL)
    await admin.send("/panel")
    await admin.press(Panel.PEOPLE)
    await bring(world, admin, LIST[1:])
    async with world.storage.read() as tx:
        (seat,) = await seats.of_person(tx, head.id)
    await admin.callback(f"wc:{seat.organization_id}", card)
    assert f"{Leaving.SINCE.capitalize()} 6 октября: запросы не приходят" in await said(admin, SCHOOL)
    await admin.send("/panel")
    await admin.press(Panel.JOURNAL)
    assert Journal.REMOVED in await admin.sees()
