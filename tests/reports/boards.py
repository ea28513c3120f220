"""A small district with one of everything that a board shows, and the file that is made of it."""

import json
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.domain.directives.directive import AudiencePart
from bot.domain.fields.field import Field, FieldKind, Values
from bot.domain.ledger.obligation import Obligation, Round
from bot.domain.ledger.report import Letterhead, Order, ReportKind
from bot.domain.people.member import Limits
from bot.domain.timing.schedule import Occurrence
from bot.reports import making
from bot.reports.job import Job, Made
from bot.storage.engine.database import Storage, Tx
from bot.storage.ledger import decisions, obligations, replies
from tests.storage.seed import ADMIN, CALENDAR, DAY, IVAN, NOW, OLGA, PRESCHOOL, SCHOOL, Seed, directive

BOARD = ReportKind.BOARD
# The last day of what is asked here; one request is not due yet.
LATER = NOW + 16 * DAY
LETTERHEAD = Letterhead(
    "Asia/Irkutsk",
    {"school": "Школа", "preschool": "Детский сад", "department": "Управление"},
    {"sport": "Спорт", "food": "Питание", "staff": "Кадры"},
    staff_types=frozenset({"department"}),
)
# Harmless, and markup all the same: wherever it stands, it is to be read and not to be obeyed.
MARKUP = '</script></b><!-- <i>курсив</i> & "кавычки"'
EVIDENCE = f"Приказ № 7 {MARKUP}.pdf"

MEMBERS = Field("members", FieldKind.WHOLE, "Занимается", unit="чел.", total=True)
CLUBS = replace(
    directive("clubs", "sport", SCHOOL),
    number="2.4",
    title="Школьный спортивный клуб",
    fields=(
        Field("done", FieldKind.YES_NO, "Создан"),
        MEMBERS,
        Field("share", FieldKind.DECIMAL, "Охват", unit="%"),
        Field("sports", FieldKind.MULTI_CHOICE, "Виды спорта", options=("Самбо", "Шахматы; шашки")),
        Field("order", FieldKind.FILE, "Приказ"),
        Field("note", FieldKind.TEXT, "Примечание", required=False),
    ),
)
MEALS = replace(directive("meals", "food", SCHOOL, PRESCHOOL), number="2.10", title="Горячее питание")
STAFF = replace(directive("staffing", "staff", PRESCHOOL), number="2.2", title="Кадры детских садов")
OWN = replace(directive("own", "staff", AudiencePart("department")), number="1.1", title="Дело управления")
BUSES = replace(directive("question-5", "", SCHOOL), number="", title="Сколько автобусов исправно?", text="")
PINE, FIR, CEDAR = "Ёлкинская школа", f"Школа {MARKUP}", "Кедровская школа"
GARDEN, BOTH = "Детский сад «Ручеёк»", "Школа — детский сад"


@dataclass
class District:
    """The small district."""

    seed: Seed

    async def fill(self) -> None:
        """Three schools, a kindergarten, both in one, and the department; directives, and a question."""
        schools = [await self.seed.organization(name) for name in (PINE, FIR, CEDAR)]
        await self.seed.organization(GARDEN, "preschool")
        await self.seed.organization(BOTH, "school", "preschool")
        await self.seed.organization("Управление образования", "department")
        await self.seed.person(OLGA, "Ольга Сергеевна")
        await self.seed.person(IVAN, MARKUP)
        await self.seed.person(ADMIN, "Методист Анна")
        autumn = await self.seed.open(CLUBS, period("сентябрь", -30 * DAY))
        later = await self.seed.open(CLUBS, period("октябрь"))
        await self.seed.open(MEALS, period("II четверть", 7 * DAY))
        for what in (STAFF, OWN, BUSES):
            await self.seed.open(what, period("октябрь 2026"))
        pine, fir, _ = schools
        first = {"done": True, "members": 250, "share": "12.5", "sports": ["Самбо"]}
        await self.give(autumn, pine, first, NOW - 28 * DAY)
        await self.give(later, pine, first | {"members": 1250, "sports": ["Самбо", "Шахматы; шашки"]}, NOW + DAY)
        files = [{"file_id": "F", "name": EVIDENCE, "kind": "document"}]
        owed = await self.give(
            later, fir, {"done": False, "members": 40, "order": files, "note": MARKUP}, NOW + 11 * DAY
        )
        async with self.seed.storage.write() as tx:
            await replies.remark(
                tx, owed, IVAN, 7, NOW + 11 * DAY, text=f"Приложил {MARKUP}", file_id="F", file_name=EVIDENCE
            )
            current = await changed(tx, owed)
            corrected = {"done": True, "members": 45, "order": files, "note": MARKUP}
            await replies.submit(tx, current, corrected, None, current.version, ADMIN, NOW + 12 * DAY, entered=True)
            current = await changed(tx, owed)
            await decisions.give_back(
                tx, current, current.version, f"Уточните {MARKUP}", None, CALENDAR, ADMIN, NOW + 13 * DAY
            )

    async def give(self, round_: Round, organization: int, values: Values, at: Any) -> Obligation:
        """An organization answers."""
        owed = await self.seed.owed(round_, organization)
        by = OLGA if values.get("note") is None else IVAN
        await self.seed.storage.apply(lambda tx: replies.submit(tx, owed, values, None, 0, by, at))
        return owed


async def changed(tx: Tx, owed: Obligation) -> Obligation:
    """The obligation as it is by now."""
    current = await obligations.get(tx, owed.id)
    assert current is not None
    return current


def period(title: str, opens: timedelta = timedelta()) -> Occurrence:
    """A period that is due ten days after it opens; the present one opened at NOW."""
    at = NOW + opens
    return Occurrence(title, title, title, at, at + 10 * DAY, at + 24 * DAY)


def job(limits: Limits | None = None, **order: Any) -> Job:
    """A board for somebody with these limits."""
    return Job(Order(BOARD, limits=limits or Limits(), **order), LETTERHEAD, LATER)


async def file_of(storage: Storage, job: Job, folder: Path) -> tuple[Made, Path]:
    """The board that is made of a ledger."""
    folder.mkdir(exist_ok=True)
    async with storage.read() as tx:
        made = await making.make(tx, job, folder)
    return made, folder / made.files[0]


_BLOCK = re.compile(r'<script type="application/json" id="([\w-]+)">(.*)</script>')


def data_of(text: str) -> dict[str, Any]:
    """The blocks of data by name, read as a browser does: an element ends at the first end tag."""
    return {name: json.loads(content) for name, content in (found.groups() for found in _BLOCK.finditer(text))}
