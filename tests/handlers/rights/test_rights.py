"""Everybody tries everything: what comes of it is what the right that was given says, and whose matter it is."""

from collections.abc import Sequence
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from aiogram.dispatcher.event.handler import HandlerObject

from bot.delivery.max.layout import arranged
from bot.delivery.max.text import spoken
from bot.delivery.outgoing.attempts import keyboard
from bot.delivery.sayings import Edit, Send
from bot.domain.people.member import Right
from bot.domain.screen import Screen
from bot.views.short import short
from simulator.max.keyboard import unreadable
from tests.handlers.department.test_anything import callback_classes
from tests.handlers.rights.deed import Deed
from tests.handlers.rights.deeds import every, registered
from tests.handlers.rights.district import working
from tests.handlers.rights.held import fault
from tests.handlers.rights.office import ADMIN, HEAD, ROLES
from tests.handlers.rights.removing import guards, survivors


def test_of_each_right_there_is_somebody_who_has_no_more() -> None:
    assert set(ROLES.values()) == set(Right)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> tuple[set[Any], set[Screen]]:
    """The handlers that are reached, and the screens that they show."""
    reached, shown, call = set[Any](), set[Screen](), HandlerObject.call

    async def note(handler: HandlerObject, *args: Any, **values: Any) -> Any:
        reached.add(handler.callback)
        said = await call(handler, *args, **values)
        shown.update(saying.screen for saying in said or [] if isinstance(saying, Send | Edit))
        return said

    monkeypatch.setattr(HandlerObject, "call", note)
    return reached, shown


@pytest.mark.slow
async def test_each_thing_is_tried_by_who_may_do_it_and_by_somebody_else(
    tmp_path: Path, seen: tuple[set[Any], set[Screen]]
) -> None:
    """The second is another one for each: `test_everybody_tries_everything` has them all."""
    others = cycle(person_id for person_id in ROLES if person_id not in (HEAD, ADMIN))
    async with working(tmp_path) as office:
        deeds = every(office.ids)
        tried = [(deed, person_id) for deed in deeds for person_id in (_may(deed), next(others))]
        faults = [each for deed, person_id in tried if (each := await fault(office, deed, person_id))]
    assert not faults, "\n".join(faults)
    _nothing_is_untried(deeds, seen[0])


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_everybody_tries_everything(tmp_path: Path, seen: tuple[set[Any], set[Screen]]) -> None:
    reached, shown = seen
    async with working(tmp_path) as office:
        deeds = every(office.ids)
        faults = [each for deed in deeds for person_id in ROLES if (each := await fault(office, deed, person_id))]
    assert not faults, "\n".join(faults)
    _nothing_is_untried(deeds, reached)
    # Whatever is shown can be read on a phone in MAX, which has less room for a button.
    assert len(shown) > 300
    assert not {fault: screen.text for screen in shown for fault in _in_max(screen)}


def _may(deed: Deed) -> int:
    return ADMIN if deed.right in (Right.VIEW, Right.CURATE, Right.MANAGE, Right.ADMIN) else HEAD


def _nothing_is_untried(deeds: Sequence[Deed], reached: set[Any]) -> None:
    """What nobody tries, nobody holds to its right."""
    untried = {handler.callback for handler in registered()} - reached
    assert not {f"{callback.__module__}.{callback.__qualname__}" for callback in untried}
    assert {deed.press.partition(":")[0] for deed in deeds if deed.press} >= callback_classes().keys()


def _in_max(screen: Screen) -> list[str]:
    _, rows = arranged(spoken(screen.text), keyboard(screen.rows), short)
    return unreadable(rows)


def test_what_has_the_form_of_a_guard_is_one_or_says_why_not() -> None:
    passing, unknown = guards()
    assert passing
    # It stands in none of removing.py's lists: nobody would notice that it lets everybody pass.
    assert not unknown


@pytest.mark.soak
@pytest.mark.timeout(1800)
async def test_whatever_is_weakened_is_noticed() -> None:
    number, survived = await survivors()
    assert number > 400
    assert not survived, "\n".join(survived)
