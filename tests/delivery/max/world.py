"""The small world of `tests.world`, in MAX whatever the others are in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.domain.people.messenger import Messenger
from tests.messengers import in_messenger
from tests.world import World, living


@asynccontextmanager
async def living_in_max(folder: Path, **settings: Any) -> AsyncIterator[World]:
    """A world in that folder; `settings` as in the environment, lower case."""
    with in_messenger(Messenger.MAX):
        async with living(folder, **settings) as world:
            yield world
