"""What a methodist sees of an import."""

from dataclasses import astuple, replace

from bot.domain.people.leaving import Loss
from bot.domain.people.member import Role
from bot.domain.people.organization import Organization, RosterEntry
from bot.domain.people.proposal import Proposal
from bot.domain.people.roster import RosterChange, compare
from bot.domain.people.roster_faults import RosterFault, RosterFaultKind
from bot.domain.screen import Button
from bot.views import roster as views
from bot.views import roster_faults
from tests.catalog.sheets import example
from tests.texts.department import Importing
from tests.texts.example import Organizations, Types

CATALOG = example()
BUTTONS = [[Button("Внести изменения", "x")]]
PRESENT = [Organization(*astuple(entry), id=number) for number, entry in enumerate(CATALOG.roster)]


def costless(change: RosterChange) -> Proposal:
    """A change that nobody is hurt by."""
    return Proposal(change, {})


def test_a_change_as_it_is_confirmed() -> None:
    first, second, *_ = CATALOG.roster
    new = RosterEntry("new", "МБОУ «Школа <1>»", frozenset({"general"}), frozenset({"upper-secondary"}))
    change = compare(PRESENT, [replace(first, name="Лицей & сад", tags=frozenset()), new, *CATALOG.roster[2:]])
    gone = change.removed[0].id
    loss = Loss(people=((101, "Иванова <Мария>", Role.HEAD),), obligations=(1, 2), drafts=((101, 1),))
    screen = views.change(Proposal(change, {gone: loss}), CATALOG, BUTTONS)
    assert screen.text == (
        "📋 <b>Список организаций</b>\n"
        "Добавится: 1, изменится: 1, отключится: 1, без изменений: 11.\n"
        "\n"
        f"<b>{Importing.REMOVED}: 1</b>\n"
        "Там людей: 1, открытых запросов: 2, начатых ответов: 1.\n"
        "• МБОУ «Верхнекедровская средняя общеобразовательная… имени Героя Труда П. И. Ключевского»\n"
        "   Иванова &lt;Мария&gt; (руководитель)\n"
        "   открытых запросов: 2, начатых ответов: 1\n"
        "Отключённым запросы больше не приходят, открытые снимаются с контроля. Ответы сохраняются. "
        "Людям мы сообщим в рабочее время.\n"
        "\n"
        "<b>Добавляются: 1</b>\n"
        "• МБОУ «Школа &lt;1&gt;»\n"
        f"   <i>{Types.GENERAL}; Есть 10–11 классы</i>\n"
        "\n"
        "<b>Изменяются: 1</b>\n"
        f"• {Organizations.BIG_SCHOOL}\n"
        "   Название: Лицей &amp; сад\n"
        "   Метки: Есть 10–11 классы → нет"
    )
    assert screen.rows == ((BUTTONS[0][0],),)
    assert second.name in views.change_text(costless(change), CATALOG)
    assert views.done(change).text.endswith("Добавлено: 1, изменено: 1, отключено: 1, без изменений: 11.")
    assert views.change(costless(compare(PRESENT, CATALOG.roster)), CATALOG).text == (
        f"{Importing.NO_CHANGES} 13 организаций."
    )


def test_who_returns_and_who_was_typed_in() -> None:
    gone = Organization("a", "Первая", frozenset({"general"}), id=1, active=False)
    typed_in = Organization("own-2", "Вторая", frozenset({"general"}), id=2)
    waiting = replace(typed_in, id=3, code="own-3", name="Третья", active=False)
    rows = [
        RosterEntry(organization.name, organization.name, organization.types) for organization in (typed_in, waiting)
    ]
    text = views.change_text(
        costless(compare([gone, typed_in, waiting], [RosterEntry("a", "Первая", gone.types), *rows])), CATALOG
    )
    assert text.splitlines()[3:] == [
        "  * Первая (a)",
        "      Возвращается в список",
        "  * Вторая (own-2)",
        f"      {Importing.LISTED_NOW}",
        "  * Третья (own-3)",
        f"      {Importing.LISTED_NOW}",
        "      Ждала подтверждения, подтверждается",
    ]


def test_a_whole_district_fits_into_a_message() -> None:
    long = [
        RosterEntry(f"s{number}", f"Школа № {number} " + "имени " * 100, frozenset({"general"}))
        for number in range(900)
    ]
    screen = views.change(costless(compare(PRESENT, long)), CATALOG, BUTTONS)
    assert len(screen.text.encode("utf-16-le")) // 2 <= 4096
    assert "Отключённым запросы больше не приходят" in screen.text
    assert "… и ещё 888" in screen.text


def test_faults_as_they_are_answered() -> None:
    kinds = RosterFaultKind
    screen = roster_faults.faults([RosterFault(kinds.NOT_A_TABLE)], CATALOG)
    assert screen.text == (
        "⚠️ Не удалось прочитать файл: это не таблица. Сохраните список как книгу Excel или CSV.\n"
        "\n"
        f"Список организаций {Importing.UNCHANGED}."
    )
    faults = [RosterFault(kinds.UNKNOWN_TAG, 5, "<сельская> {value}"), RosterFault(kinds.NO_NAME, 7)]
    assert roster_faults.faults(faults, CATALOG).text == (
        "⚠️ <b>В таблице 2 ошибки</b>\n"
        "Строка 5. Метки «&lt;сельская&gt; {value}» нет.\n"
        f"Строка 7. {Importing.NO_NAME}.\n"
        "\n"
        "Метки: Есть 10–11 классы\n"
        "\n"
        f"Список организаций {Importing.UNCHANGED}. Просим исправить таблицу и прислать её снова."
    )
    many = roster_faults.faults(
        [RosterFault(kinds.LONG, row, "Школа " * 60, column="name") for row in range(1, 100)], CATALOG
    )
    assert "… и ещё 79" in many.text
    # A name that nobody knows is told of once, however many rows have it: most of a register may.
    unknown = [RosterFault(kinds.UNKNOWN_TERRITORY, row, "ЮЖНЫЙ" if row % 2 else "Южный") for row in range(2, 502)]
    for told in (
        roster_faults.faults([*faults, *unknown], CATALOG).text,
        roster_faults.faults_text([*faults, *unknown], CATALOG),
    ):
        assert "Строка 2 и ещё 499. Территории «Южный» нет." in told
        assert len(told.split("\n")) < 15
    # Each kind has its words.
    for kind in kinds:
        text = roster_faults.fault(RosterFault(kind, 3, "types" if kind is kinds.NO_COLUMN else "а", "б", 2))
        assert text.startswith("Строка 3. ")
        assert "{" not in text
