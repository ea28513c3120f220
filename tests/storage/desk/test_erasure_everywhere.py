"""After somebody's data are erased no column speaks of them, whatever the program keeps by then: a column that is added
is tried here by itself, a stored JSON has to be thought of."""

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.people.member import StaffRole
from bot.storage.desk import erasure
from bot.storage.engine.database import Tx
from bot.storage.schema import metadata
from tests.storage.seed import NOW, OLGA, Seed

NAME = "Ольга Сергеевна Незабвенная"
SPEAKS = {"person": OLGA, "of": [f"Куратор: {NAME}"]}

# Stored JSON in which nobody is named: numbers of messages and organizations, types, topics, what was asked and typed.
OF_NOBODY = {
    "announcements.audience", "announcements.messages", "announcements.proposed", "announcements.submitted",
    "drafts.skipped", "drafts.values", "people.waited", "questions.body", "recipients.messages", "replies.values",
    "staff.limits", "staff_invitations.limits",
}  # fmt: skip
# The log and letters name people by their numbers alone. By a name they are not searched: whoever called themselves as
# an organization is called would take its entries along.
BY_NUMBER = {"audit.detail": {"person": OLGA}, "letters.data": {"person": OLGA, "of": [[OLGA]]}}
# What is being handled or said at this moment, and is gone in the next one; the number of the department's group, and
# of somebody else's dialogue.
OF_A_MOMENT = {"inbox.person_id", "inbox.sayings", "inbox.noted", "letters.chat_id", "people.chat_id"}
# Words that erasing reads itself.
WORDS = {"staff.role": StaffRole.CURATOR}
# What is an address of a person, wherever it stands.
NUMBERS = ("person_id", "chat_id")


class Filling:
    """Makes rows that hold anything at all, each with parents of its own."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        self._numbers = itertools.count(6_000_000_000)

    async def add(self, table: sa.Table, said: Mapping[str, Any]) -> Any:
        """Adds a row that has these values, and any in the other columns; returns its key."""
        values: dict[str, Any] = {}
        for column in table.columns:
            if column.name in said:
                values[column.name] = said[column.name]
            elif column.foreign_keys:
                (key,) = column.foreign_keys
                values[column.name] = await self.add(key.column.table, {})
            elif not (column.primary_key and column.autoincrement is True and column.type.python_type is int):
                values[column.name] = self._any(column)
        if table.name != "people" and "id" in table.columns and "id" not in said:
            values.pop("id", None)
        added = await self._tx.execute(sa.insert(table).values(**values))
        return added.inserted_primary_key[0] if added.inserted_primary_key else None

    def _any(self, column: sa.Column[Any]) -> Any:
        known = WORDS.get(str(column))
        if known is not None:
            return known
        if isinstance(column.type, sa.JSON):
            return {}
        if isinstance(column.type, sa.Boolean):
            return False
        if isinstance(column.type, sa.Integer):
            return next(self._numbers) if isinstance(column.type, sa.BigInteger) else next(self._numbers) % 100_000
        return f"слово {next(self._numbers)}" if isinstance(column.type, sa.Text) else NOW


def speaking() -> Iterator[tuple[sa.Table, str, Any]]:
    """Each column that can speak of a person, and what it says of Olga."""
    for table in metadata.sorted_tables:
        for column in table.columns:
            if any(key.column.table.name == "people" for key in column.foreign_keys) or column.name in NUMBERS:
                yield table, column.name, OLGA
            elif isinstance(column.type, sa.JSON):
                yield table, column.name, BY_NUMBER.get(str(column), SPEAKS)


async def speaking_of(tx: Tx) -> set[str]:
    """The columns that speak of Olga now."""
    return {
        f"{table.name}.{name}"
        for table in metadata.sorted_tables
        for row in await tx.execute(sa.select(table))
        for name, value in row._mapping.items()
        if str(OLGA) in repr(value) or NAME in repr(value)
    }


@pytest.mark.slow
async def test_no_column_speaks_of_who_has_been_erased(seed: Seed) -> None:
    await seed.person(OLGA, NAME)
    tried = {f"{table.name}.{name}" for table, name, _ in speaking()}
    assert tried > OF_NOBODY | OF_A_MOMENT

    async def fill(tx: Tx) -> None:
        filling = Filling(tx)
        for table, name, says in speaking():
            if f"{table.name}.{name}" not in OF_NOBODY:
                await filling.add(table, {name: says})

    await seed.storage.apply(fill)
    assert await seed.see(speaking_of) >= tried - OF_NOBODY | {"people.id", "people.name"}
    await seed.storage.apply(lambda tx: erasure.erase(tx, OLGA, NOW))
    assert await seed.see(speaking_of) == OF_A_MOMENT
