"""A button takes only the fields that it has."""

import importlib
import pkgutil

import pytest
from aiogram.filters.callback_data import CallbackData
from pydantic import ValidationError

from bot.views import callbacks
from bot.views.callbacks import Callback, Tasks, unpacked
from bot.views.callbacks.control import Answer
from bot.views.callbacks.journal import Page


def test_every_button_refuses_what_it_has_no_field_for() -> None:
    for module in pkgutil.iter_modules(callbacks.__path__, f"{callbacks.__name__}."):
        importlib.import_module(module.name)
    ours = [button for button in CallbackData.__subclasses__() if button.__module__.startswith(callbacks.__name__)]
    assert ours == [Callback]
    assert all(button.model_config["extra"] == "forbid" for button in Callback.__subclasses__())


def test_a_wrong_name_fails_at_once() -> None:
    with pytest.raises(ValidationError):
        Answer(obligation=1, list="all")  # type: ignore[call-arg]
    with pytest.raises(ValidationError):
        Page().but(organization=1)
    with pytest.raises(ValidationError):
        Page().but(page=-1)


def test_what_comes_back_is_what_was_packed() -> None:
    assert Page.unpack(Page(page=3, by=7).but(page=4, to="p").pack()) == Page(page=4, by=7, to="p")
    assert Tasks.unpack("tl") == Tasks()


@pytest.mark.parametrize("number", [0, 1, 20261301, 20260230, 99991232, 2**31, 2**53])
def test_what_is_no_day_is_none_however_large(number: int) -> None:
    assert unpacked(number) is None
