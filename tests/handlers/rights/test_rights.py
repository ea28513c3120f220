"""Everybody tries everything: what comes of it is what the right that was given says, and whose matter it is."""

from pathlib import Path
from typing import Any

import pytest
from aiogram.dispatcher.event.handler import HandlerObject

from bot.domain.people.member import Right
from handlers.department import group
from handlers.entry import conversations
from tests.handlers.department.test_anything import callback_classes
from tests.handlers.rights.deeds import every
from tests.handlers.rights.held import fault
from tests.handlers.rights.office import ROLES, working


def test_of_each_right_there_is_somebody_who_has_no_more() -> None:
    assert set(ROLES.values()) == set(Right)


async def test_everybody_tries_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reached, call = set(), HandlerObject.call

    async def note(handler: HandlerObject, *args: Any, **values: Any) -> Any:
        reached.add(handler.callback)
        return await call(handler, *args, **values)

    monkeypatch.setattr(HandlerObject, "call", note)
    async with working(tmp_path) as office:
        deeds = every(office.ids)
        faults = [each for deed in deeds for person_id in ROLES if (each := await fault(office, deed, person_id))]
    assert not faults, "\n".join(faults)
    registered = {
        handler.callback
        for root in (*conversations(), group.setup())
        for router in root.chain_tail
        for observer in router.observers.values()
        for handler in observer.handlers
    }
    # What nobody tries, nobody holds to its right.
    untried = {f"{handler.__module__}.{handler.__qualname__}" for handler in registered - reached}
    assert not untried
    assert {deed.press.partition(":")[0] for deed in deeds if deed.press} >= callback_classes().keys()
