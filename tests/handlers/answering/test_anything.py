"""Whatever a head does, in whatever order, there is an answer and no unhandled error."""

import logging
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.handlers.answering.ledger import every_kind
from tests.handlers.life import act
from tests.texts.example import Club
from tests.texts.heads import Form
from tests.world import living

TEXTS = st.sampled_from(
    [
        *["/start", "/tasks", "/history", "/settings", "/help", "/stop", "/delete", "/status", "/nonsense"],
        *["/start inv_x", "/start claim_x", "12", "12 человек", "1 250", "120\n60\n5", "01.13.2026", "05.10.2026"],
        *[
            "да",
            "нет",
            Club.WORKS,
            "school.ru",
            "<b>&",
            "\u202eобратно",
            "\u200b",
            "🙂" * 60,
            "я" * 4096,
            "=1+1",
            "-1",
        ],
        *["Сосновоозерская", "Ёлочка", Form.SEND, "0", "9" * 400, "2026-10-05", "=1+1", "-1"],
    ]
) | st.text(min_size=1, max_size=40).filter(lambda text: any(one.isprintable() and not one.isspace() for one in text))
PREFIXES = "ok rt ro rr rg sd tl hl fo fc fd fm fs fe fy fi fn fv st sm sp sl dd us um xx"
PARTS = "0 1 2 3 9 -1 send done skip main types 202610"
FORGED = st.builds(
    lambda prefix, parts: ":".join([prefix, *parts]),
    st.sampled_from(PREFIXES.split()),
    st.lists(st.sampled_from(["", *PARTS.split()]), max_size=4),
)
MOMENTS = st.sampled_from(["2026-10-05 09:00", "2026-10-06 09:00", "2026-10-16 09:00", "2027-03-02 09:00"])
STEP = st.one_of(
    st.tuples(st.just("send"), TEXTS),
    # Most of what people do is pressing what they see.
    st.tuples(st.just("press"), st.integers(0, 30)),
    st.tuples(st.just("press"), st.integers(0, 6)),
    st.tuples(st.just("press"), st.integers(0, 3)),
    st.tuples(st.just("press old"), st.integers(0, 200)),
    st.tuples(st.just("forge"), FORGED),
    st.tuples(st.just("edit"), TEXTS),
    st.tuples(st.just("reply"), TEXTS),
    st.tuples(st.just("file"), st.booleans()),
    st.tuples(
        st.just("time"),
        st.sampled_from(["2026-10-05 09:00", "2026-10-06 09:00", "2026-10-16 09:00", "2027-03-02 09:00"]),
    ),
    st.tuples(st.just("restart"), st.none()),
)


async def live(steps: list[tuple[str, Any]], caplog: pytest.LogCaptureFixture) -> None:
    """A life of these steps, registered half of the time."""
    caplog.clear()
    with tempfile.TemporaryDirectory() as folder:
        async with living(Path(folder), every_kind(Path(folder))) as world:
            head = await world.person("Иванова Мария", 101)
            if len(steps) % 2:
                await head.join("Общее", "Сосновоозёрская")
                await world.at("2026-10-05 09:00")
            for kind, value in steps:
                await act(world, head, kind, value)
            errors = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
            assert not errors, await head.screen()


# A life takes as long as it takes; the log is cleared for each.
SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]


@pytest.mark.slow
@pytest.mark.slow_on_postgresql
@settings(max_examples=4, deadline=None, suppress_health_check=SLOW)
@given(steps=st.lists(STEP, min_size=5, max_size=25))
@pytest.mark.both_databases
async def test_no_sequence_of_actions_ends_in_an_error_or_in_silence(
    steps: list[tuple[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    await live(steps, caplog)


@pytest.mark.soak
@pytest.mark.timeout(3000)
@settings(max_examples=300, deadline=None, suppress_health_check=SLOW)
@given(steps=st.lists(STEP, min_size=10, max_size=60))
async def test_no_long_sequence_of_actions_ends_in_an_error_or_in_silence(
    steps: list[tuple[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    await live(steps, caplog)
