"""The short way to a button's handler leads where aiogram's own would."""

import importlib
import pkgutil
from datetime import UTC, datetime
from typing import Any
from unittest.mock import Mock

import pytest
from aiogram import Router
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.types import CallbackQuery, Update, User

import bot.views.callbacks
from bot.domain.people.member import Person, StaffRole
from bot.storage.post.dialogues import Dialogue
from handlers.department.panel import panel
from handlers.entry import conversations
from handlers.rights import Undeclared
from handlers.routing import Routing
from handlers.scene import Scene

# Words that buttons bring back, some of which lead to a handler of their own.
STEPS = ("begin", "read", "apply", "cancel", "page", "again", "types", "yes", "done", "skip", "go", "back", "drop")

NOW = datetime(2026, 10, 5, tzinfo=UTC)
# All that is asked of a scene on the way to a button's handler.
ADMINISTRATOR: Any = Mock(
    Scene, person=Person(1, "Анна", consent_at=NOW, staff_role=StaffRole.ADMIN), dialogue=Dialogue()
)


def buttons() -> list[str]:
    """What a button of each class may bring back, with every value that a step has in the code; and what none does."""
    found = ["", "nonsense", "fc", "fc:", "fc:1:2:3:4", ":::"]
    for module in pkgutil.iter_modules(bot.views.callbacks.__path__, "bot.views.callbacks."):
        importlib.import_module(module.name)
    for one in bot.views.callbacks.Callback.__subclasses__():
        for step in STEPS:
            values: dict[str, Any] = {}
            for name, field in one.model_fields.items():
                values[name] = step if field.annotation is str else 1
            try:
                found.append(one(**values).pack())
            except ValueError:
                continue
    return found


def named(routers: list[Router]) -> list[Router]:
    """The routers with handlers that say who they are instead of doing anything."""
    for router in routers:
        for each in router.chain_tail:
            for number, handler in enumerate(each.callback_query.handlers):
                name = f"{each.name} {number} {handler.callback.__name__}"

                async def call(*_: Any, name: str = name, **__: Any) -> str:
                    return name

                handler.call = call  # type: ignore[method-assign]
    return routers


@pytest.fixture(scope="module")
def routings() -> tuple[Routing, Router]:
    """Ours, and aiogram's with the same routers."""
    plain = Router()
    plain.include_routers(*named(conversations()))
    return Routing(*named(conversations())), plain


@pytest.mark.slow
async def test_a_press_goes_where_it_would_go(routings: tuple[Routing, Router]) -> None:
    ours, plain = routings
    ways = set()
    for data in buttons():
        query = CallbackQuery(id="1", from_user=User(id=1, is_bot=False, first_name="М"), chat_instance="1", data=data)
        theirs = await plain.propagate_event(update_type="callback_query", event=query, scene=ADMINISTRATOR)
        assert await ours.handle(Update(update_id=1, callback_query=query), ADMINISTRATOR, agreed=True) == theirs
        assert theirs is not UNHANDLED
        ways.add(theirs)
    # Most of them lead somewhere else.
    assert len(ways) > 80


def test_a_handler_without_a_declared_right_does_not_start() -> None:
    router = Router()
    router.message.register(panel)
    with pytest.raises(Undeclared, match=r"handlers\.department\.panel\.panel"):
        Routing(router)
