"""One-off questions: composed in a chat, asked once, kept as templates."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from bot.domain.people.member import Limits, StaffRole
from bot.storage.desk import questions
from bot.storage.engine.database import Tx
from bot.storage.ledger import rounds
from bot.storage.ledger.control import control
from bot.storage.people import seats, staff
from bot.storage.schema import audit, obligations, organizations
from tests import messengers
from tests.people import introduced
from tests.texts.department import Applications, Control, Digest, Panel, Questions, Recipients
from tests.texts.example import Organizations, Types
from tests.texts.heads import Anywhere, Form, LongText, Misfit, Registration, Reminder
from tests.world import Head, World, on_button

TEXT = "Есть ли в школе спортивный зал?"
YES_NO, NUMBER, WORDS, CHOICE, FILE = KINDS = ("Да / Нет", "Число", "Текст", "Выбор", "Файл")


async def seated(
    world: World, admin: Head, id: int, type_: str = Types.GENERAL, at: str = Organizations.SCHOOL
) -> Head:
    """A head whom the administrator has confirmed."""
    person = await world.person(f"Руководитель {id}", id)
    await person.send("/start")
    await person.press(Registration.AGREE, type_, Registration.DONE)
    if at not in await person.buttons():
        await person.send(at)
    await person.press(at, Registration.HEAD)
    await admin.press(Applications.CONFIRM)
    return person


async def member(world: World, id: int, role: StaffRole, limits: Limits = Limits()) -> Head:  # noqa: B008
    """Somebody of the department."""
    person = await introduced(world, f"Сотрудник {id}", id)
    await world.storage.apply(lambda tx: staff.grant(tx, person.id, role, None, world.now, limits))
    return person


async def begin(author: Head, text: str = TEXT, kind: str = YES_NO) -> None:
    """Composes a question with one field."""
    await author.send("/panel")
    await author.press(Panel.REQUESTS, Questions.NEW)
    await author.send(text)
    await author.press(kind)


async def press_like(person: Head, beginning: str) -> None:
    """Presses the button that begins so."""
    label = next(button for button in await person.buttons() if button.startswith(beginning))
    await person.press(label)


async def complete(author: Head) -> None:
    """For all schools, due in a week."""
    await author.press(Recipients.TO, Recipients.BY_TYPE)
    await press_like(author, Types.GENERAL)
    await press_like(author, Recipients.DONE)
    await author.press(Questions.DUE)
    await press_like(author, Questions.IN_A_WEEK)


async def send_off(author: Head) -> None:
    """«Отправить», and the confirmation."""
    await author.press(Questions.SEND)
    assert await author.card(Questions.SURE)
    await press_like(author, Questions.SEND)


async def asked_of(world: World) -> list[int]:
    """How many obligations each question's round has."""
    async with world.storage.read() as tx:
        found = [stored.round_id for stored in await questions.sent(tx, Limits())]
        return [
            (await tx.execute(sa.select(sa.func.count()).where(obligations.c.round_id == one))).scalar_one()
            for one in found
        ]


@pytest.mark.slow
async def test_a_question_from_the_first_word_to_the_last_answer(approving: World, admin: Head) -> None:
    head, garden = (
        await seated(approving, admin, 101),
        await seated(approving, admin, 102, Types.PRESCHOOL, Organizations.KINDERGARTEN),
    )
    await admin.send("/panel")
    desk = await admin.count()
    await admin.press(Panel.REQUESTS, Questions.NEW)
    assert Questions.REPORT_WHAT in await admin.sees()
    await admin.send(TEXT)
    assert "Что ответит руководитель? Выберите ниже." in await admin.sees()
    await admin.press(Questions.SEND)
    assert await admin.toast() == f"{Questions.LEFT_TO_SAY}: что ответит руководитель, кому"
    await admin.press(YES_NO)
    assert f"1. {TEXT} — да или нет" in await admin.sees()
    await complete(admin)
    assert f"👥 {Types.GENERAL} (6 организаций)" in await admin.sees()
    assert f"🗓 {Questions.DUE}: 3 сентября, четверг (осталось 7 дней)" in await admin.sees()
    await admin.press(Questions.SEND)
    text = await admin.sees()
    assert f"👥 {Types.GENERAL}: 6 организаций\n✉️ Получит 1 человек" in text
    assert "Никто не зарегистрирован (5):" in text
    assert on_button(Organizations.OTHER_SCHOOL) in text
    assert "мало" not in text
    await admin.press(f"{Questions.SEND}: 1")
    assert f"✅ {Questions.ASKED}." in await admin.sees()
    assert f"{Questions.ANSWERED} 0 из 6" in await admin.sees()
    # All of it in one message.
    assert await admin.count() == desk
    text = await head.sees()
    assert text.count(TEXT) == 1
    assert text.startswith(TEXT)
    assert Form.DIRECTIVE not in text
    assert "\n\n\n" not in text
    await head.press(Form.NOT_OURS)
    assert "Почему запрос не относится" in await head.sees()
    await head.press("‹ Вернуться к запросу", Form.YES)
    assert Form.ACCEPTED in await head.sees()
    assert TEXT not in await garden.sees()
    # The same control, history and settings as for any round.
    await admin.send("/status")
    assert TEXT in await admin.sees()
    for command in ("/tasks", "/history", "/settings"):
        await head.send(command)
        assert await head.sees()
    # A school that joins later is asked as well; those who keep silent are reminded.
    late = await seated(approving, admin, 103, Types.GENERAL, Organizations.OTHER_SCHOOL)
    assert TEXT in await late.sees()
    await approving.until("2026-09-02 10:00", step=timedelta(hours=12))
    assert Reminder.HEADING in await late.sees()
    async with approving.storage.read() as tx:
        (opened,) = [one for one in await rounds.open_now(tx, approving.now) if one.directive.title == TEXT]
        assert (opened.by_id, opened.directive.number) == (admin.id, "")
        counts = (await control.counts(tx, [opened.id], Limits(), approving.now))[opened.id]
        assert (counts.done, counts.asked) == (1, 6)
        deeds = (await tx.execute(sa.select(audit.c.action, audit.c.by_id))).all()
    assert {("question.asked", admin.id), ("round.opened", admin.id)} <= {tuple(deed) for deed in deeds}


@pytest.mark.slow
async def test_chosen_by_hand_and_without_reminders(approving: World, admin: Head) -> None:
    head = await seated(approving, admin, 101)
    await seated(approving, admin, 102, Types.GENERAL, Organizations.OTHER_SCHOOL)
    await begin(admin)
    await admin.press(Recipients.TO, Recipients.BY_HAND)
    await admin.send("Тихореч")
    await press_like(admin, on_button(Organizations.SCHOOL))
    await press_like(admin, Recipients.DONE)
    await admin.press(Questions.MORE, f"{Questions.REMINDERS}: обычные")
    assert f"{Questions.REMINDERS}: чаще" in await admin.buttons()
    await admin.press(f"{Questions.REMINDERS}: чаще", Panel.BACK, Questions.DUE)
    await press_like(admin, Questions.IN_A_WEEK)
    await admin.press(Questions.MORE, "Тема", "Физкультура и спорт")
    assert "🏷 Физкультура и спорт" in await admin.sees()
    await send_off(admin)
    assert TEXT in await head.sees()
    assert await asked_of(approving) == [1]
    # A newcomer is not one of those who were chosen.
    another = await seated(
        approving, admin, 103, Types.GENERAL, "МБОУ «Степноключевская средняя общеобразовательная школа»"
    )
    assert TEXT not in await another.sees()
    async with approving.storage.read() as tx:
        (row,) = (await tx.execute(sa.select(obligations.c.next_reminder_at))).all()
    assert row.next_reminder_at is None


@pytest.mark.slow
async def test_fields_one_by_one(approving: World, admin: Head) -> None:
    await seated(approving, admin, 101)
    await begin(admin, "Питание & <b>меню</b> 🍲\nПросим заполнить.", NUMBER)
    assert "Питание & <b>меню</b> 🍲 · черновик" in await admin.sees()
    assert "1. Ответ — целое число" in await admin.sees()
    await admin.press("1", "Подпись")
    await admin.send("Всего <i>детей</i> 👧")
    await admin.press("1", Questions.UNIT)
    await admin.send("о" * 21)
    assert f"{Questions.TOO_LONG}: 21 знак, помещается 20." in await admin.sees()
    await admin.send("чел.")
    assert "1. Всего <i>детей</i> 👧 — целое число, чел." in await admin.sees()
    await admin.press("1", "Дробные числа: нет", f"{Questions.REQUIRED}: да")
    assert "Ответ можно пропустить" in await admin.sees()
    await admin.press(Questions.UNIT, "Без единицы", Panel.BACK)
    assert "1. Всего <i>детей</i> 👧 — число, можно пропустить" in await admin.sees()
    # A choice: its label, then its options.
    await admin.press(Questions.ADD_FIELD, CHOICE)
    await admin.send("всего <I>детей</I> 👧")
    assert "уже есть" in await admin.sees()
    await admin.send("Две\nстроки")
    assert "одна строка" in await admin.sees()
    await admin.send("Форма")
    for options, answer in [
        ("Очно", "хотя бы два варианта"),
        ("Очно\nочно", "Вариант «очно» повторяется"),
        ("\n".join(f"Вариант {one}" for one in range(13)), "Вариантов слишком много: 13, можно 12"),
        ("Да\n" + "о" * 61, "слишком длинный: до 60 знаков"),
    ]:
        await admin.send(options)
        assert answer in await admin.sees()
    await admin.send("Очно\n<Заочно>")
    assert "2. Форма — Очно / <Заочно>" in await admin.sees()
    await admin.press("2", "Варианты")
    await admin.send("Своя\nПривозная\nНет")
    await admin.press(Questions.ADD_FIELD, FILE)
    await admin.send("Меню")
    await admin.press("3", Questions.UP, "1")
    assert Questions.UP not in await admin.buttons()
    await admin.press(Panel.BACK)
    assert "2. Меню — файл\n3. Форма — Своя / Привозная / Нет" in await admin.sees()
    await admin.press("2", "Удалить поле")
    assert "2. Форма" in await admin.sees()
    # An old button of the removed field.
    await admin.callback("qf:1:3", await admin.card(Questions.IS_DRAFT))
    assert await admin.toast() == f"Этого поля {Questions.GONE}"
    await admin.callback("qx:1:3:remove", await admin.card(Questions.IS_DRAFT))
    await admin.callback("qx:1:3:nonsense")
    assert "2. Форма" in (await admin.phone.find(Questions.IS_DRAFT))["text"]


@pytest.mark.slow
async def test_the_sample_is_the_form_itself(approving: World, admin: Head) -> None:
    await seated(approving, admin, 101)
    await begin(admin, "Питание\nПросим заполнить.", NUMBER)
    await admin.press(Questions.ADD_FIELD, WORDS)
    await admin.send("Всего <i>детей</i> 👧")
    await admin.press("2", f"{Questions.REQUIRED}: да", Questions.UP)
    await admin.press(Questions.PREVIEW)
    text = await admin.sees()
    assert f"Образец. {Questions.LEFT_TO_SAY}: кому." in text
    assert "Питание\nПросим заполнить.\n\n" in text
    assert "\n\n1 из 2. Всего <i>детей</i> 👧\nНапишите сообщением" in text
    assert Form.DIRECTIVE not in text
    await admin.press(Form.SKIP)
    assert await admin.toast() == "Это образец: так запрос увидит руководитель"
    assert await admin.sees() == text
    await admin.press(Panel.BACK)
    for number in range(18):
        await admin.press(Questions.ADD_FIELD, WORDS)
        await admin.send(f"Текст {number}")
    await admin.press(Questions.ADD_FIELD)
    assert await admin.toast() == f"{Questions.TOO_MANY_FIELDS} 20 полей"
    await admin.callback("qh:1:text")
    assert await admin.toast() == f"{Questions.TOO_MANY_FIELDS} 20 полей"


@pytest.mark.slow
async def test_what_is_no_text(approving: World, admin: Head) -> None:
    await admin.send("/panel")
    await admin.press(Panel.REQUESTS, Questions.NEW)
    await admin.send_sticker()
    assert "Здесь нужен текст" in await admin.sees()
    before = await admin.count()
    await admin.send_album("photo", "photo", "photo", caption="Вот")
    assert await admin.count() == before + 1
    await admin.send("\u200b\u00ad")
    assert "Сообщение пустое" in await admin.sees()
    # 5,000 characters come in two messages; neither is the text.
    longest = messengers.longest()
    await admin.send("о" * longest)
    assert f"{Questions.TOO_LONG}: {longest} знаков, помещается 1500." in await admin.sees()
    await admin.send("о" * 904)
    assert LongText.TAIL in await admin.sees()
    async with approving.storage.read() as tx:
        assert await questions.drafts(tx, admin.id) == []
    await approving.at(approving.now + timedelta(minutes=1))
    await admin.send("о" * 1500)
    assert Questions.IS_DRAFT in await admin.sees()
    assert f"{'о' * 39}… · черновик" in await admin.sees()
    # The text and the title are changed; a text that is no command of ours is not taken for one either.
    await admin.press(Questions.MORE, "Название")
    await admin.send("/panel")
    assert Panel.HEADING in await admin.sees()
    await admin.press(Panel.REQUESTS)
    await press_like(admin, "✏️ ооо")
    await admin.press(Questions.MORE, "Название")
    await admin.send("Питание")
    await admin.press(Questions.MORE, "Изменить текст")
    await admin.send("Сколько детей?\nВ начальной школе.")
    assert "Питание · черновик\nСколько детей?" in await admin.sees()


@pytest.mark.slow
async def test_a_draft_survives(approving: World, admin: Head) -> None:
    await seated(approving, admin, 101)
    await begin(admin)
    await complete(admin)
    await admin.press(Questions.ADD_FIELD, WORDS)
    await approving.restart()
    await admin.send("Площадь зала")
    assert "2. Площадь зала — текст" in await admin.sees()
    await admin.send("/status")
    await admin.send("/panel")
    await admin.press(Panel.REQUESTS)
    assert f"{Questions.DRAFTS}: 1" in await admin.sees()
    await press_like(admin, "✏️ Есть ли")
    assert "2. Площадь зала — текст" in await admin.sees()
    await admin.press(Questions.DELETE)
    assert f"Удалить черновик? Вернуть его будет нельзя.\n{TEXT}" in await admin.sees()
    card = await admin.card("Удалить черновик")
    await admin.press(Questions.DELETE)
    assert await admin.toast() == "Удалено"
    # What is left of it on another device.
    for data in ("qc:1", "qd:1:7", "qv:1", "qg:1:5", "qr:1", "qh:1:text", "qz:1:1", "ea:q:1:all:0", "ec:q:1:general"):
        await admin.callback(data, card)
        gone = Recipients.NOT_CHANGEABLE if data.startswith("e") else Questions.GONE
        assert gone in await admin.toast()
    async with approving.storage.read() as tx:
        assert await questions.drafts(tx, admin.id) == []


@pytest.mark.slow
async def test_due_dates(approving: World, admin: Head) -> None:
    await seated(approving, admin, 101)
    await begin(admin)
    await complete(admin)
    await admin.press(f"{Questions.DUE}: 3 сентября")
    await admin.send("26.08.2026")
    assert "не раньше 27 августа" in await admin.sees()
    await admin.send("скоро")
    assert Misfit.NOT_A_DATE in await admin.sees()
    await admin.send("05.10.2028")
    assert "не позже" in await admin.sees()
    await admin.send("29 августа")
    assert "29 августа — выходной. Срок перенесён на 31 августа." in await admin.sees()
    # On a Friday evening a Monday is close.
    await approving.at("2026-08-28 19:00")
    await admin.press(Questions.SEND)
    text = await admin.sees()
    assert "Нерабочее время: вопрос придёт 31 августа в 09:00" in text
    assert "Времени на ответ мало" in text
    # Left until the date has passed.
    await approving.at("2026-08-31 18:00")
    await admin.press(f"{Questions.SEND}: 1")
    assert await admin.toast() == f"{Questions.LEFT_TO_SAY}: срок уже прошёл: выберите другой"
    assert await asked_of(approving) == []
    await press_like(admin, "Срок: 31 августа")
    await admin.send("сегодня")
    assert "не раньше 1 сентября" in await admin.sees()
    await press_like(admin, "Через 3 рабочих дня · 3 сентября")
    await send_off(admin)
    assert await asked_of(approving) == [6]
    async with approving.storage.read() as tx:
        (opened,) = await rounds.open_now(tx, approving.now)
    assert opened.closes_at - opened.due_at == timedelta(days=14)


@pytest.mark.slow
async def test_asked_once(approving: World, admin: Head) -> None:
    head = await seated(approving, admin, 101)
    await begin(admin)
    await complete(admin)
    await admin.press(Questions.SEND)
    confirmed = await admin.card(Questions.SURE)
    # On another device the draft is changed meanwhile: what was confirmed is not what would be sent.
    await approving.at(approving.now + timedelta(minutes=1))
    await admin.callback("qr:1")
    await admin.press_at(confirmed, f"{Questions.SEND}: 1")
    assert "Запрос изменился" in await admin.toast()
    assert await asked_of(approving) == []
    await admin.press_at(confirmed, f"{Questions.SEND}: 1")
    assert Questions.ASKED in (await admin.phone.find(Questions.ASKED))["text"]
    # Another device still shows the draft.
    for data in (
        "qg:1:5",
        "qr:1",
        "qd:1:14",
        "qh:1:text",
        "qx:1:1:remove",
        "qk:1:text",
        "qz:1:1",
        "qp:1",
        "qt:1:1:sport",
    ):
        await admin.callback(data, confirmed)
        assert "уже отправлен" in await admin.toast()
    assert await asked_of(approving) == [6]
    assert len([message for message in await head.phone.messages() if TEXT in message["text"]]) == 1


async def test_an_audience_of_nobody(approving: World, admin: Head) -> None:
    await begin(admin)
    await complete(admin)

    async def empty(tx: Tx) -> None:
        await tx.execute(sa.update(organizations).values(active=False))

    await approving.storage.apply(empty)
    await admin.press(Questions.SEND)
    assert Questions.FITS_NONE in await admin.toast()
    assert await asked_of(approving) == []


@pytest.mark.slow
async def test_templates(approving: World, admin: Head) -> None:
    await seated(approving, admin, 101)
    curator = await member(approving, 801, StaffRole.CURATOR)
    await begin(admin)
    await complete(admin)
    await send_off(admin)
    await admin.press(Questions.KEEP_TEMPLATE, Questions.KEEP_TEMPLATE)
    assert await admin.toast() == "Такой шаблон уже есть"
    await begin(admin, "Мой черновик")
    # Another curator sees what was asked and the templates, not the drafts of others.
    await curator.send("/panel")
    await curator.press(Panel.REQUESTS)
    assert Questions.DRAFTS not in await curator.sees()
    await curator.callback("qc:3")
    assert Questions.GONE in await curator.toast()
    await curator.press(f"{Questions.SENT} (1)")
    assert f"{TEXT}\n27 августа, ответили 0 из 6" in await curator.sees()
    await curator.press(TEXT)
    assert "Автор: Анна Начальник" in await curator.sees()
    await curator.press(Panel.CONTROL)
    assert TEXT in await curator.sees()
    await curator.send("/panel")
    await curator.press(Panel.REQUESTS, "Шаблоны (1)", TEXT)
    assert "шаблон" in await curator.sees()
    template = await curator.card("шаблон")
    await curator.press("Составить запрос")
    assert "Черновик составлен" in await curator.sees()
    assert f"🗓 {Questions.DUE}: 1 сентября" in await curator.sees()
    await send_off(curator)
    assert await asked_of(approving) == [6, 6]
    await curator.callback("qz:2:0", template)
    assert Questions.DELETE_TEMPLATE in (await curator.phone.find(Questions.DELETE_TEMPLATE))["text"]
    await curator.press_at(template, Questions.DELETE)
    assert "Шаблонов пока нет" in await curator.sees()
    await admin.callback("qu:2")
    assert Questions.GONE in await admin.toast()


@pytest.mark.slow
@pytest.mark.parametrize("role", [None, StaffRole.VIEWER])
async def test_who_may_not_ask(approving: World, admin: Head, role: StaffRole | None) -> None:
    await begin(admin)
    if role is None:
        stranger = await seated(approving, admin, 101)
    else:
        stranger = await member(approving, 802, role)
    for data in ("ql:0", "qn", "qc:1", "qi:sent:0", "qd:1:7", "qg:1:1", "qh:1:text", "qf:1:1", "qz:1:1", "qu:1"):
        await stranger.callback(data)
        assert Anywhere.NOT_YOURS in await stranger.toast()
    await stranger.callback("qh:1:nonsense")
    await stranger.callback("qs")
    async with approving.storage.read() as tx:
        (draft,) = await questions.drafts(tx, admin.id)
    assert (draft.question.due, len(draft.question.fields)) == (date(2026, 9, 1), 1)


async def test_removed_in_mid_dialogue(approving: World, admin: Head) -> None:
    curator = await member(approving, 801, StaffRole.CURATOR)
    await begin(curator)
    await curator.press(Questions.ADD_FIELD, NUMBER)
    await approving.storage.apply(lambda tx: staff.revoke(tx, messengers.person(801), admin.id, approving.now))
    await curator.send("Сколько")
    assert Panel.NO_ACCESS in await curator.sees()
    await curator.callback("qc:1")
    assert Anywhere.NOT_YOURS in await curator.toast()
    async with approving.storage.read() as tx:
        (draft,) = await questions.drafts(tx, messengers.person(801))
    assert len(draft.question.fields) == 1


@pytest.mark.slow
async def test_within_the_limits(approving: World, admin: Head) -> None:
    await seated(approving, admin, 101)
    garden = await seated(approving, admin, 102, Types.PRESCHOOL, Organizations.KINDERGARTEN)
    limits = Limits(types=frozenset({"preschool"}), topics=frozenset({"preschool"}))
    curator = await member(approving, 801, StaffRole.CURATOR, limits)
    await begin(curator, "Сколько групп?", NUMBER)
    await curator.press(Questions.MORE, "Тема")
    assert "Физкультура и спорт" not in await curator.buttons()
    await curator.press(Panel.BACK)
    await curator.callback("qt:1:1:sport")
    assert "недоступна" in await curator.toast()
    await curator.press(Recipients.TO, Recipients.ALL_MINE)
    await press_like(curator, Recipients.DONE)
    await curator.press(Questions.DUE)
    await press_like(curator, Questions.IN_A_WEEK)
    # The limits are narrowed while the question is composed: what was chosen before is not what is asked.
    topics = Limits(types=frozenset({"supplementary"}))
    await approving.storage.apply(
        lambda tx: staff.change(tx, messengers.person(801), StaffRole.CURATOR, topics, None, approving.now)
    )
    await curator.press(Questions.SEND)
    assert Questions.FITS_NONE in await curator.toast()
    await approving.storage.apply(
        lambda tx: staff.change(tx, messengers.person(801), StaffRole.CURATOR, limits, None, approving.now)
    )
    await send_off(curator)
    assert "Сколько групп?" in await garden.sees()
    assert await asked_of(approving) == [5]
    # Of a question to schools nothing is seen.
    await begin(admin)
    await complete(admin)
    await send_off(admin)
    await curator.send("/panel")
    await curator.press(Panel.REQUESTS, f"{Questions.SENT} (1)")
    assert TEXT not in await curator.sees()
    await curator.callback("qc:2")
    assert Questions.GONE in await curator.toast()


@pytest.mark.slow
async def test_those_who_kept_silent(approving: World, admin: Head) -> None:
    head = await seated(approving, admin, 101)
    await begin(admin)
    await complete(admin)
    await send_off(admin)
    await head.press(Form.NO)
    await begin(admin, "Почему нет ответа?", WORDS)
    await admin.press(Recipients.TO, Recipients.UNANSWERED)
    await press_like(admin, "5: Есть ли")
    await press_like(admin, Recipients.DONE)
    assert f"{Recipients.UNANSWERED_LINE} «{TEXT}" in await admin.sees()
    await admin.press(Questions.DUE)
    await press_like(admin, Questions.IN_A_WEEK)
    await send_off(admin)
    assert await asked_of(approving) == [5, 6]


@pytest.mark.slow
async def test_a_subscription_does_not_hide_what_was_asked_by_hand(approving: World, admin: Head) -> None:
    head = await seated(approving, admin, 101)
    await approving.storage.apply(lambda tx: seats.toggle_mute(tx, head.id, "type", "general", approving.now))
    await begin(admin)
    await admin.press(Recipients.TO, Recipients.BY_HAND)
    await admin.send("Тихореч")
    await press_like(admin, on_button(Organizations.SCHOOL))
    await press_like(admin, Recipients.DONE)
    await admin.press(Questions.DUE)
    await press_like(admin, Questions.IN_A_WEEK)
    await send_off(admin)
    assert TEXT in await head.sees()


# --- few taps, and a due date with an hour ---


@pytest.mark.slow
async def test_five_steps_with_what_was_last_time(approving: World, admin: Head) -> None:
    head = await seated(approving, admin, 101)
    await begin(admin)
    await complete(admin)
    await send_off(admin)
    await approving.at(approving.now + timedelta(minutes=1))
    await admin.send("/panel")
    # 1, 2: the section listens at once. 3, 4, 5: for whom and until when is known.
    await admin.press(Panel.REQUESTS)
    await admin.send("Сколько автобусов исправно?")
    await admin.press(NUMBER)
    assert f"👥 {Types.GENERAL} (6 организаций)" in await admin.sees()
    assert f"🗓 {Questions.DUE}: 1 сентября, вторник" in await admin.sees()
    await admin.press(Questions.SEND, f"{Questions.SEND}: 1")
    assert "Сколько автобусов исправно?" in await head.sees()
    assert await asked_of(approving) == [6, 6]


@pytest.mark.slow
async def test_what_only_was_last_time_does_not_come_back(approving: World, admin: Head) -> None:
    """An audience of those who kept silent, and one beyond the limits of now."""
    limits = Limits(types=frozenset({"preschool"}))
    curator = await member(approving, 801, StaffRole.CURATOR)
    await begin(curator)
    await complete(curator)
    await send_off(curator)
    await approving.storage.apply(
        lambda tx: staff.change(tx, messengers.person(801), StaffRole.CURATOR, limits, None, approving.now)
    )
    await begin(curator, "А теперь?")
    await curator.press(Questions.SEND)
    assert await curator.toast() == f"{Questions.LEFT_TO_SAY}: кому"
    # Nor is it anybody else's.
    await begin(admin)
    await admin.press(Questions.SEND)
    assert await admin.toast() == f"{Questions.LEFT_TO_SAY}: кому"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("сегодня до 15:00", "сегодня до 15:00"),
        ("15:00", "сегодня до 15:00"),
        ("к 15.30", "сегодня до 15:30"),
        ("завтра", "28 августа, пятница (завтра)"),
        ("завтра в 12", "28 августа, пятница, до 12:00 (завтра)"),
        ("до 12:00 завтра", "28 августа, пятница, до 12:00 (завтра)"),
        ("до 28.08", "28 августа, пятница (завтра)"),
        ("28.08 до 15:00", "28 августа, пятница, до 15:00 (завтра)"),
        ("28.08 в 15", "28 августа, пятница, до 15:00 (завтра)"),
        ("до понедельника, 12:00", "31 августа, понедельник, до 12:00"),
        ("28.08.2026, 9:30", "28 августа, пятница, до 09:30 (завтра)"),
        ("5 сентября до 10 часов", "7 сентября, понедельник, до 10:00"),
    ],
)
async def test_a_due_date_with_an_hour(approving: World, admin: Head, typed: str, told: str) -> None:
    await begin(admin)
    await admin.press(Questions.DUE)
    await admin.send(typed)
    assert told in await admin.sees()


@pytest.mark.parametrize("typed", ["9:00", "сегодня до 9:00", "до 15", "25:00", "завтра до 12:75", "до"])
async def test_no_due_date(approving: World, admin: Head, typed: str) -> None:
    await begin(admin)
    await admin.press(Questions.DUE)
    await admin.send(typed)
    async with approving.storage.read() as tx:
        (draft,) = await questions.drafts(tx, admin.id)
    assert (draft.question.due, draft.question.until) == (date(2026, 9, 1), None)


@pytest.mark.slow
async def test_until_this_afternoon(approving: World, admin: Head) -> None:
    head = await seated(approving, admin, 101)
    await begin(admin)
    await complete(admin)
    await press_like(admin, Questions.DUE)
    assert (await admin.buttons())[:3] == [
        Questions.THIS_AFTERNOON, "Завтра · 28 августа", f"Через {Control.THREE_DAYS} · 1 сентября",
    ]  # fmt: skip
    old = await admin.card(Questions.DUE)
    await admin.press(Questions.THIS_AFTERNOON)
    await send_off(admin)
    assert "сегодня до 15:00" in await head.sees()
    # Late is late from that hour on, and the answer is taken all the same.
    await approving.at("2026-08-27 15:30")
    await admin.send("/status")
    assert "не ответили в срок: 6" in await admin.sees()
    await head.press(Form.YES)
    assert Form.ACCEPTED in await head.sees()
    # In the late afternoon it is the end of the day that is offered; a button of the morning says that it is over.
    await approving.at("2026-08-27 16:00")
    await begin(admin)
    await admin.callback("qd:2:15", old)
    assert "срок уже прошёл" in await admin.toast()
    await press_like(admin, Questions.DUE)
    assert Questions.TODAY in await admin.buttons()
    # On a Friday evening nobody can answer until Friday night.
    await approving.at("2026-08-28 19:00")
    await admin.send("сегодня до 22:00")
    await admin.press(Recipients.TO, Recipients.ALL, Recipients.DONE, Questions.SEND)
    assert await admin.toast() == f"{Questions.LEFT_TO_SAY}: срок раньше, чем запрос придёт: выберите другой"


@pytest.mark.slow
async def test_an_hour_of_its_own_is_told_wherever_the_department_reads_the_due_date(
    approving: World, admin: Head
) -> None:
    await seated(approving, admin, 101)
    for text, due in ((TEXT, "завтра до 12:00"), ("Сколько автобусов исправно?", "завтра до 15:00")):
        await begin(admin, text)
        if text == TEXT:
            # The second goes to whom the first went.
            await complete(admin)
        await press_like(admin, Questions.DUE)
        await admin.send(due)
        await send_off(admin)
    await admin.send("/status")
    noon = "28 августа, пятница, до 12:00"
    assert f"{Control.DUE}: {noon} (завтра)" in await admin.sees()
    await admin.press(TEXT.rstrip("?"))
    assert f"{Control.DUE}: {noon} (завтра)" in await admin.sees()
    await admin.press(Organizations.SCHOOL)
    assert f"{Control.DUE}: {noon}" in await admin.sees()
    await admin.press(Control.EXTEND)
    assert f"Сейчас: {noon}" in await admin.sees()
    # The digest of its day names the hour of each where there are several.
    await approving.at("2026-08-28 09:00")
    digest = next(
        message["text"] for message in reversed(await admin.phone.messages()) if Digest.HEADING in message["text"]
    )
    assert f"{Digest.DUE} сегодня\n" in digest
    assert "до 12:00: 0 из" in digest
    assert "до 15:00: 0 из" in digest


async def test_a_sample_of_nothing_but_a_text(approving: World, admin: Head) -> None:
    await admin.send("/panel")
    await admin.press(Panel.REQUESTS)
    await admin.send(TEXT)
    await admin.press(Questions.PREVIEW)
    assert f"Образец. {Questions.LEFT_TO_SAY}: что ответит руководитель, кому." in await admin.sees()
    await admin.press(Panel.BACK)
    async with approving.storage.read() as tx:
        (draft,) = await questions.drafts(tx, admin.id)
    assert draft.question.fields == ()
