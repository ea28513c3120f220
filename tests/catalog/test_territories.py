"""A region says in its files which territories there are; its organizations name them, in YAML or in a table."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.catalog.faults import CatalogError
from bot.catalog.loader import Files, read
from bot.catalog.roster import reading
from bot.domain.catalog.catalog import Catalog
from bot.domain.people.organization import Organization
from bot.domain.people.roster_faults import RosterTableError
from bot.views import roster_faults
from bot.views.territories import NONE
from tests.catalog.sheets import DATA, book, comma_separated
from tests.catalog.small import CALENDAR, NOW, ORGANIZATIONS, ZONE, load_here

TERRITORIES = """\
territories:
  north: {name: Северный район, short: Север}
  east:
    name: Восточный район
    timezone: Asia/Chita
    days_off:
      - {date: 2026-06-15, title: День района}
"""
IN_NORTH = ORGANIZATIONS.replace("tags: [upper]", "tags: [upper], territory: north")


def faults(files: Path, calendar: str = CALENDAR + TERRITORIES, organizations: str = IN_NORTH) -> list[str]:
    (files / "calendar.yaml").write_text(calendar, encoding="utf-8")
    (files / "organizations.yaml").write_text(organizations, encoding="utf-8")
    try:
        load_here()
    except CatalogError as error:
        return [str(fault) for fault in error.faults]
    return []


def test_each_territory_has_the_departments_times_but_for_its_own(files: Path) -> None:
    assert faults(files) == []
    catalog = load_here()
    assert [entry.territory for entry in catalog.roster] == ["north", ""]
    north, east = catalog.territories.values()
    assert (north.name, north.short, east.short) == ("Северный район", "Север", "Восточный район")
    assert north.calendar.zone == catalog.calendar.of("").zone == catalog.calendar.of("gone").zone == ZONE
    assert east.calendar.zone == ZoneInfo("Asia/Chita")
    assert not east.calendar.is_work_day(date(2026, 6, 15))
    assert north.calendar.is_work_day(date(2026, 6, 15))
    # The day off of all is theirs, too.
    assert not east.calendar.is_work_day(date(2027, 2, 8))


def test_days_off_of_a_territory_and_of_all_that_join_to_more_than_a_year(files: Path) -> None:
    common = CALENDAR.replace("2027-02-20", "").replace(
        "days_off:",
        "days_off:\n  - {first: 2027-05-01, last: 2027-08-27, title: Лето}\n"
        "  - {first: 2027-12-24, last: 2028-01-07, title: Зима}",
    )
    own = TERRITORIES.replace(
        "{date: 2026-06-15, title: День района}",
        "{first: 2027-01-01, last: 2027-04-30, title: Весна}\n"
        "      - {first: 2027-08-28, last: 2027-12-23, title: Осень}",
    )
    assert faults(files, common + TERRITORIES) == []
    [fault] = faults(files, common + own)
    assert fault.endswith("territories, east, days_off «Осень»: с 2026-12-31 дольше 366 дней подряд никто не работает")
    assert fault.startswith("calendar.yaml:19: ")


def test_a_day_off_of_a_territory_that_all_work(files: Path) -> None:
    [fault] = faults(files, CALENDAR + TERRITORIES.replace("2026-06-15", "2027-02-20"))
    assert fault.endswith("days_off «День района»: в extra_work_days сказано, что в этот день работают")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "Asia/Chita",
            "Asia/Chitta",
            "territories, east, timezone: нет часового пояса «Asia/Chitta» (может быть, Asia/C",
        ),
        ("Asia/Chita", "МСК", "нет часового пояса «МСК»; например, Asia/Irkutsk или Europe/Moscow"),
        ("Asia/Chita", "/etc/passwd", "нет часового пояса «/etc/passwd»"),
        ("Asia/Chita", "[8]", "нет часового пояса"),
        ("Восточный район", "Север", "territories, east, name: «Север» — так же называется территория north"),
        ("Восточный район", "СЕВЕРНЫЙ район", "«СЕВЕРНЫЙ район» — так же называется территория north"),
        ("Восточный район", "North", "«North» — так же называется территория north"),
        ("Восточный район", "без территории", "«без территории» — так называют тех, кто ни в одной"),
        ("Восточный район", "Ё" * 251, "territories, east, name"),
        ("short: Север", "short: ''", "territories, north, short"),
        (
            "date: 2026-06-15",
            "first: 2026-06-15",
            "territories, east, days_off «День района»: нужно либо date, либо first и last",
        ),
        ("date: 2026-06-15", "first: 2026-06-15, last: 2026-06-01", "начало 2026-06-15 позже конца 2026-06-01"),
        ("date: 2026-06-15", "first: 2026-06-15, last: 2027-06-01", "дн., а можно не больше 120"),
        ("timezone:", "time_zone:", "лишний ключ time_zone (может быть, timezone?)"),
        ("  north:", "  Север!:", "territories"),
    ],
)
def test_what_is_wrong_with_a_territory_is_named_with_its_line(files: Path, old: str, new: str, said: str) -> None:
    found = faults(files, CALENDAR + TERRITORIES.replace(old, new), ORGANIZATIONS)
    assert len(found) == 1
    assert found[0].startswith("calendar.yaml:")
    assert said in found[0]


def test_an_organization_of_an_unknown_territory_is_told_what_was_meant(files: Path) -> None:
    found = faults(files, organizations=IN_NORTH.replace("north", "nord"))
    assert found == [
        "organizations.yaml:2: организация «Первая школа», territory: нет территории «nord» (может быть, north?)"
    ]
    [found_none] = faults(files, CALENDAR)
    assert "нет территории «north»: их перечисляют в calendar.yaml (territories)" in found_none
    # One that nothing is near to is told which there are, by their names.
    [far] = faults(files, organizations=IN_NORTH.replace("north", "zzz"))
    assert far.endswith("нет территории «zzz». Есть: north (Северный район), east (Восточный район)")


def test_a_calendar_that_cannot_be_read_makes_no_territory_unknown(files: Path) -> None:
    [found] = faults(files, "work: {begins: 09:00")
    assert found.startswith("calendar.yaml")


def test_a_roster_that_stays_as_it_is_is_checked_again_when_a_territory_goes(files: Path) -> None:
    assert faults(files) == []
    here = Files(Path("directives.yaml"), Path("calendar.yaml"), Path("organizations.yaml"), ZONE)
    before = read(here, NOW)
    (files / "calendar.yaml").write_text(CALENDAR, encoding="utf-8")
    with pytest.raises(CatalogError, match="нет территории «north»"):
        read(here, NOW, before)


# --- Tables ---


HEADING = ["Код", "Название", "Тип", "Территория"]


@pytest.fixture
def region(files: Path) -> Catalog:
    assert faults(files) == []
    return load_here()


def territories_of(rows: Sequence[Sequence[str]], catalog: Catalog, present: Sequence[Organization] = ()) -> list[str]:
    both = [reading.read(make(rows), catalog, present).entries for make in (comma_separated, book)]
    assert both[0] == both[1]
    return [entry.territory for entry in both[0]]


@pytest.mark.parametrize(
    ("word", "id"),
    [
        ("north", "north"),
        ("Северный район", "north"),
        ("СЕВЕР", "north"),
        (" восточныи\u0306  Район ", "east"),
        ("", ""),
        # What our own tables and screens say of organizations of none.
        (NONE, ""),
    ],
)
def test_a_table_names_territories_as_people_do(region: Catalog, word: str, id: str) -> None:
    assert territories_of([HEADING, ["s1", "Лицей", "Школа", word]], region) == [id]


@pytest.mark.parametrize("heading", ["Район", "Муниципальный округ", "Наименование района", "Куст", "territory"])
def test_the_column_is_found_as_registers_head_it(region: Catalog, heading: str) -> None:
    rows = [[*HEADING[:3], heading], ["s1", "Лицей", "Школа", "Север"]]
    assert territories_of(rows, region) == ["north"]


def test_of_several_columns_that_counts_which_names_territories(region: Catalog) -> None:
    rows = [["Округ", *HEADING[:3], "Район"], ["Сибирский", "s1", "Лицей", "Школа", "Север"]]
    assert territories_of(rows, region) == ["north"]


def test_a_table_without_the_column_takes_no_territory_away(region: Catalog) -> None:
    there = Organization("s1", "Лицей", frozenset({"school"}), territory="east", id=1)
    assert territories_of([HEADING[:3], ["s1", "Лицей", "Школа"]], region, [there]) == ["east"]
    # With the column an empty cell says that it has none.
    assert territories_of([HEADING, ["s1", "Лицей", "Школа", ""]], region, [there]) == [""]


def test_an_unknown_territory_is_a_fault_that_says_which_there_are(region: Catalog) -> None:
    rows = [HEADING, ["s1", "Лицей", "Школа", "Западный район"], ["s2", "Гимназия", "Школа", "Восточныи район"]]
    rows += [["s3", "Прогимназия", "Школа", "Северный муниципальный район"]]
    with pytest.raises(RosterTableError) as raised:
        reading.read(comma_separated(rows), region, [])
    said = roster_faults.faults(raised.value.faults, region).text
    # The ends of such names are alike: nothing is meant by that.
    assert "Строка 2. Территории «Западный район» нет.\n" in said
    assert "Строка 3. Территории «Восточныи район» нет. Возможно, «Восточный район»?" in said
    assert "Строка 4. Территории «Северный муниципальный район» нет. Возможно, «Северный район»?" in said
    assert "Территории: Север; Восточный район" in said


def test_without_territories_a_column_of_districts_is_nobodys(catalog: Catalog) -> None:
    rows = [[*HEADING[:3], "Район", "Муниципалитет"], ["s1", "Лицей", "Школа", "Северный", "Северск"]]
    assert territories_of(rows, catalog) == [""]


def test_the_example_of_the_file_can_be_taken_as_it_is(files: Path) -> None:
    text = (DATA / "calendar.yaml").read_text("utf-8")
    example = text[text.index("# territories:\n") :].replace("# ", "", 1).replace("\n#", "\n")
    assert faults(files, CALENDAR + example.replace("\n ", "\n"), ORGANIZATIONS) == []
    assert [each.short for each in load_here().territories.values()] == ["Северный", "Восточный"]
