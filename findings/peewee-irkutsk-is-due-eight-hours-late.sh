#!/bin/sh
# peewee 4.5.3 with SQLite: a DateTimeField keeps a moment with its zone as the text in which it was given, offset and all, and SQLite compares texts.
# Of what is due at 18:00 in Irkutsk, which is 10:00 UTC, «due <= now», with now in UTC, finds nothing until 18:00 UTC: the reminder goes out eight
# hours late. 11:00 UTC comes before it in order_by(), and the same moment in UTC is not equal to it. What is read back is right, with its
# offset, so a test that writes and reads sees nothing, and all in one zone agree. Tortoise ORM 1.1.9 brings moments to one zone first
# (use_tz=True, its default); with use_tz=False it takes the zone off as it is, and one moment, told in Irkutsk's time and in UTC, is two, 18:00
# and 10:00. Nothing is raised. Moments are to be UTC before they are given to peewee, both to be kept and to be compared.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet peewee==4.5.3 tortoise-orm==1.1.9 tzdata==2026.6
"$folder/venv/bin/python" - <<'PYTHON'
import asyncio
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from zoneinfo import ZoneInfo

import peewee
from tortoise import Tortoise, fields, models

IRKUTSK = datetime(2026, 10, 15, 18, tzinfo=ZoneInfo("Asia/Irkutsk"))
SAME = IRKUTSK.astimezone(UTC)
LATER = datetime(2026, 10, 15, 11, tzinfo=UTC)
REQUESTS = {"№ 5": IRKUTSK, "№ 6": LATER}
database = peewee.SqliteDatabase(":memory:")


class Kept(peewee.Model):
    school = peewee.CharField()
    due = peewee.DateTimeField()

    class Meta:
        database = database


class Other(models.Model):
    id = fields.IntField(primary_key=True)
    school = fields.CharField(20)
    due = fields.DatetimeField()


def by_peewee() -> dict:
    def schools(*where) -> list[str]:
        return [row.school for row in Kept.select().where(*where).order_by(Kept.due)]

    database.create_tables([Kept])
    for school, due in REQUESTS.items():
        Kept.create(school=school, due=due)
    return {
        "order": schools(Kept.id > 0),
        "due at 10:30 UTC": schools(Kept.due <= datetime(2026, 10, 15, 10, 30, tzinfo=UTC)),
        "due at 17:59 UTC": schools(Kept.due <= datetime(2026, 10, 15, 17, 59, tzinfo=UTC)),
        "due at 18:00 UTC": schools(Kept.due <= datetime(2026, 10, 15, 18, 0, 1, tzinfo=UTC)),
        "the same moment": schools(Kept.due == SAME),
        "read back": Kept.get(Kept.school == "№ 5").due == IRKUTSK,
    }


async def by_tortoise(use_tz: bool) -> dict:
    await Tortoise.init(db_url="sqlite://:memory:", modules={"models": ["__main__"]}, use_tz=use_tz)
    await Tortoise.generate_schemas()
    for school, due in REQUESTS.items():
        await Other.create(school=school, due=due)
    found = {
        "order": [row.school for row in await Other.all().order_by("due")],
        "the same moment": [row.school for row in await Other.filter(due=SAME)],
    }
    await Tortoise.close_connections()
    return found


print(*(f"{name} {version(name)}" for name in ("peewee", "tortoise-orm")))
seen = {
    "peewee": by_peewee(),
    "Tortoise": asyncio.run(by_tortoise(True)),
    "Tortoise, use_tz=False": asyncio.run(by_tortoise(False)),
}
for name, found in seen.items():
    print(f"  {name}: {found}")
expected = {
    "peewee": {
        "order": ["№ 6", "№ 5"],
        "due at 10:30 UTC": [],
        "due at 17:59 UTC": ["№ 6"],
        "due at 18:00 UTC": ["№ 6", "№ 5"],
        "the same moment": [],
        "read back": True,
    },
    "Tortoise": {"order": ["№ 5", "№ 6"], "the same moment": ["№ 5"]},
    "Tortoise, use_tz=False": {"order": ["№ 6", "№ 5"], "the same moment": []},
}
sys.exit("the behaviour has changed" if seen != expected else 0)
PYTHON
