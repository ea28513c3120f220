#!/bin/sh
# A row that is made with a name which the table does not have, Request(school="№ 5", deu=...) with a slip of the finger for "due", is kept without
# it by three of five: peewee 4.5.3, Tortoise ORM 1.1.9 and SQLModel 0.0.50 say nothing, and the column has its default, or is empty. SQLAlchemy
# 2.1.9, upon which SQLModel stands, and Pony 0.7.20 raise TypeError. SQLModel checks nothing else either of a class with table=True, although
# it is one of Pydantic's: a number for a school's name is taken as it is, where the same class without table=True refuses it. In
# SQLModel, what comes is to be read first by a class without table=True and with extra="forbid"; with the others, names are to be compared
# with the columns before.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet peewee==4.5.3 tortoise-orm==1.1.9 sqlmodel==0.0.50 SQLAlchemy==2.1.9 pony==0.7.20
"$folder/venv/bin/python" - <<'PYTHON'
import asyncio
import sys
from importlib.metadata import version

import peewee
import pydantic
import sqlmodel
from pony import orm
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from tortoise import Tortoise, fields, models

WRONG = {"school": "№ 5", "deu": "15.10.2026"}
sqlite = peewee.SqliteDatabase(":memory:")
pony = orm.Database()


class OfPeewee(peewee.Model):
    school = peewee.CharField()
    due = peewee.CharField(null=True)

    class Meta:
        database = sqlite


class OfTortoise(models.Model):
    id = fields.IntField(primary_key=True)
    school = fields.CharField(20)
    due = fields.CharField(20, null=True)


class OfSqlmodel(sqlmodel.SQLModel, table=True):
    id: int | None = sqlmodel.Field(default=None, primary_key=True)
    school: str
    due: str | None = None


class Checked(sqlmodel.SQLModel):
    model_config = {"extra": "forbid"}
    school: str
    due: str | None = None


class Base(DeclarativeBase):
    pass


class OfSqlalchemy(Base):
    __tablename__ = "requests"
    id: Mapped[int] = mapped_column(primary_key=True)
    school: Mapped[str]
    due: Mapped[str | None]


class OfPony(pony.Entity):
    school = orm.Required(str)
    due = orm.Optional(str, nullable=True)


def by_peewee():
    sqlite.create_tables([OfPeewee])
    OfPeewee.create(**WRONG)
    return OfPeewee.get().due


async def by_tortoise():
    await Tortoise.init(db_url="sqlite://:memory:", modules={"models": ["__main__"]})
    await Tortoise.generate_schemas()
    await OfTortoise.create(**WRONG)
    found = (await OfTortoise.get()).due
    await Tortoise.close_connections()
    return found


def by_sqlmodel():
    engine = sqlmodel.create_engine("sqlite://")
    sqlmodel.SQLModel.metadata.create_all(engine)
    with sqlmodel.Session(engine) as session:
        session.add(OfSqlmodel(**WRONG))
        session.commit()
        return session.exec(sqlmodel.select(OfSqlmodel)).one().due


def by_sqlalchemy():
    return OfSqlalchemy(**WRONG).due


def by_pony():
    pony.bind(provider="sqlite", filename=":memory:")
    pony.generate_mapping(create_tables=True)
    with orm.db_session:
        return OfPony(**WRONG).due


def refused(ask) -> str:
    try:
        return f"kept, due is {ask()}"
    except (TypeError, pydantic.ValidationError) as error:
        return type(error).__name__


names = ("peewee", "tortoise-orm", "sqlmodel", "SQLAlchemy", "pony")
print(*(f"{name} {version(name)}" for name in names))
seen = {
    "peewee": refused(by_peewee),
    "Tortoise": refused(lambda: asyncio.run(by_tortoise())),
    "SQLModel": refused(by_sqlmodel),
    "SQLAlchemy": refused(by_sqlalchemy),
    "Pony": refused(by_pony),
    "SQLModel, a number": repr(OfSqlmodel(school=5).school),
    "SQLModel without a table, a number": refused(lambda: Checked(school=5)),
    "SQLModel without a table, the wrong name": refused(lambda: Checked(**WRONG)),
}
for who, what in seen.items():
    print(f"  {who}: {what}")
expected = {
    "peewee": "kept, due is None",
    "Tortoise": "kept, due is None",
    "SQLModel": "kept, due is None",
    "SQLAlchemy": "TypeError",
    "Pony": "TypeError",
    "SQLModel, a number": "5",
    "SQLModel without a table, a number": "ValidationError",
    "SQLModel without a table, the wrong name": "ValidationError",
}
sys.exit("the behaviour has changed" if seen != expected else 0)
PYTHON
