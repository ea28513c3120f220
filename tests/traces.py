"""Looking for a person in every table of the database."""

import json

import sqlalchemy as sa

from bot.storage.schema import metadata
from tests.world import World


async def traces(world: World, *signs: object) -> dict[str, list[str]]:
    """Tables in which any of the signs (an id, a name) occurs, with the columns where it does."""
    found: dict[str, set[str]] = {}
    async with world.storage.read() as tx:
        for table in metadata.sorted_tables:
            for row in (await tx.execute(sa.select(table))).mappings():
                for column, value in row.items():
                    text = value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
                    if any(str(sign) in text for sign in signs):
                        found.setdefault(table.name, set()).add(column)
    return {table: sorted(columns) for table, columns in found.items()}
