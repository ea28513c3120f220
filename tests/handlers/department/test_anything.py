"""Whatever the department's people do, in whatever order: an answer, no unhandled error, no dead button, no leak."""

import importlib
import logging
import pkgutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from aiogram.filters.callback_data import CallbackData
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.views import callbacks
from tests.handlers.life import act
from tests.people import ADMIN, introduced
from tests.texts.department import Applications
from tests.texts.example import Organizations, Titles, Types
from tests.texts.heads import Form, Registration
from tests.world import living

VIEWER = 903


def callback_classes() -> dict[str, type[CallbackData]]:
    """Everything that a button can say, by prefix."""
    for module in pkgutil.iter_modules(callbacks.__path__, f"{callbacks.__name__}."):
        importlib.import_module(module.name)
    found: dict[str, type[CallbackData]] = {}
    for one in callbacks.Callback.__subclasses__():
        if one.__module__.startswith(callbacks.__name__):
            assert one.__prefix__ not in found, f"{one} and {found[one.__prefix__]} have one prefix"
            found[one.__prefix__] = one
    return found


PREFIXES = sorted(callback_classes())
PARTS = ["", "0", "1", "2", "3", "7", "9", "-1", "a", "q", "all", "main", "20261010", "9" * 20]
FORGED = st.builds(
    lambda prefix, parts: ":".join([prefix, *parts]),
    st.sampled_from(PREFIXES),
    st.lists(st.sampled_from(PARTS), max_size=5),
)
TEXTS = st.sampled_from(
    [
        *["/panel", "/panel", "/panel", "/status", "/reload", "/write", "/start", "/tasks", "/settings", "/nonsense"],
        *["Просим сообщить число команд", "Да\nНет", "12.10.2026", "12.10.2026 14:30", "31.12.2020", "завтра"],
        *["<b>&", "\u202eобратно", "\u200b", "я" * 4096, "=1+1", "9" * 400, "Сосновоозёрская", "Собрание в 15:00"],
    ]
)
PRESS = st.tuples(st.just("press"), st.integers(0, 12))
THINGS = ["photo", "album", "sticker", "poll", "forward", "location", "contact", "dice", "giveaway", "invoice"]
STEP = st.one_of(
    *[PRESS] * 8,
    st.tuples(st.just("press"), st.integers(0, 2)),
    st.tuples(st.just("press old"), st.integers(0, 100)),
    st.tuples(st.just("send"), TEXTS),
    st.tuples(st.just("send"), TEXTS),
    st.tuples(st.just("send"), st.just("/panel")),
    st.tuples(st.just("forge"), FORGED),
    st.tuples(st.just("reply"), TEXTS),
    st.tuples(st.just("file"), st.booleans()),
    st.tuples(st.just("thing"), st.sampled_from(THINGS)),
    st.tuples(st.just("time"), st.sampled_from(["2026-09-08 09:00", "2026-09-25 09:00", "2026-10-05 09:00"])),
    st.tuples(st.just("restart"), st.none()),
)
# A life takes as long as it takes; the log is cleared for each.
SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]


async def live(steps: list[tuple[str, Any]], caplog: pytest.LogCaptureFixture) -> None:
    """An administrator's life in a district with a head, some of it answered."""
    caplog.clear()
    with tempfile.TemporaryDirectory() as folder:
        async with living(Path(folder), registration="approval", admin_ids=(ADMIN,)) as world:
            admin = await introduced(world, "Начальник Анна", ADMIN)
            head = await introduced(world, "Иванова Мария", 101)
            await head.press(Types.GENERAL, Form.DONE, Organizations.SCHOOL, Registration.HEAD)
            await admin.press(Applications.CONFIRM)
            await world.at("2026-09-03 09:00")
            await head.press(Titles.NOT_BEGUN, Form.SEND)
            await admin.send("/panel")
            for kind, value in steps:
                await act(world, admin, kind, value)
            errors = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
            assert not errors, await admin.screen()


# Some seconds; on a machine that is busy elsewhere minutes. What runs out of time is taken for a finding, of which the
# shortest is then looked for, for as long again.
@pytest.mark.slow
@pytest.mark.slow_on_postgresql
@pytest.mark.timeout(900)
@settings(max_examples=3, deadline=None, suppress_health_check=SLOW)
@given(steps=st.lists(STEP, min_size=10, max_size=40))
@pytest.mark.both_databases
async def test_no_sequence_of_actions_ends_in_an_error_or_in_silence(
    steps: list[tuple[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    await live(steps, caplog)


@pytest.mark.soak
@pytest.mark.timeout(3000)
@settings(max_examples=300, deadline=None, suppress_health_check=SLOW)
@given(steps=st.lists(STEP, min_size=20, max_size=80))
async def test_no_long_sequence_of_actions_ends_in_an_error_or_in_silence(
    steps: list[tuple[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    await live(steps, caplog)
