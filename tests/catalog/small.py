"""A small valid catalog in a temporary folder, to be spoilt by the tests."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.catalog.loader import load
from bot.domain.catalog.catalog import Catalog

ZONE = ZoneInfo("Asia/Irkutsk")
NOW = datetime(2026, 8, 25, 1, tzinfo=UTC)

DIRECTIVES = """\
source: резолюции
organization_types:
  school: {title: Школа}
  garden: {title: Сад}
tags: {upper: Старшие классы}
topics: {sport: Спорт}
directives:
  - id: clubs
    number: "2.10"
    title: Клуб
    topic: sport
    audience: [school, garden]
    text: Создать клуб
    prompt: Просим сообщить
    fields:
      - {id: club, kind: choice, label: Клуб, options: [Да, Нет]}
      - {id: done, kind: whole, label: Выполнено, min: 0, only_if: {club: Да}}
      - {id: planned, kind: whole, label: План, only_in: [a]}
    check: [done <= planned]
    schedule:
      dates:
        - {key: a, title: Осень, open: 10-05, due: 10-15}
        - {key: b, title: Весна, open: 04-05, due: 04-15}
    remind: {before: [3], after: [3]}
"""

CALENDAR = """\
year_begins: 09-01
work: {begins: 09:00, ends: 18:00, days: [mon, tue, wed, thu, fri]}
public_holidays: RU
summer: {first: 07-01, last: 08-20}
days_off:
  - {date: 2027-02-08, title: Сагаалган}
extra_work_days: [2027-02-20]
school_breaks:
  - {first: 2026-10-26, last: 2026-11-03, title: Каникулы}
"""

ORGANIZATIONS = """\
organizations:
  - {code: one, name: Первая школа, types: [school], tags: [upper]}
  - {code: two, name: Второй сад, types: [garden]}
"""

FILES = {"directives.yaml": DIRECTIVES, "calendar.yaml": CALENDAR, "organizations.yaml": ORGANIZATIONS}


def load_here(organizations: Path | None = Path("organizations.yaml")) -> Catalog:
    """The catalog of the files in the working folder, so that faults name them without a folder."""
    return load(Path("directives.yaml"), Path("calendar.yaml"), organizations, ZONE, NOW)
