"""Whatever a head does, in whatever order, there is an answer and no unhandled error."""

import logging
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.handlers.answering.ledger import every_kind
from tests.world import Head, World, living, local

TEXTS = st.sampled_from(
    [
        *["/start", "/tasks", "/history", "/settings", "/help", "/stop", "/delete", "/status", "/nonsense"],
        *["/start inv_x", "/start claim_x", "12", "12 человек", "1 250", "120\n60\n5", "01.13.2026", "05.10.2026"],
        *[
            "да",
            "нет",
            "Действует",
            "school.ru",
            "<b>&",
            "\u202eобратно",
            "\u200b",
            "🙂" * 60,
            "я" * 4096,
            "=1+1",
            "-1",
        ],
        *["Сосновоозерская", "Ёлочка", "Отправить", "0", "9" * 400, "2026-10-05", "=1+1", "-1"],
    ]
) | st.text(min_size=1, max_size=40).filter(lambda text: bool(text.strip()))
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


async def act(world: World, head: Head, kind: str, value: Any) -> None:
    """Does one step and checks that it was answered."""
    spoken = len(await head_calls(world))
    sent: list[int] = [one["message_id"] for one in await head.phone.messages(from_bot=False)]
    theirs = await head.phone.messages()
    answer = True
    match kind:
        case "send":
            await head.send(value)
        case "press" | "press old":
            shown = [(one["message_id"], label) for one in theirs for label in one["buttons"]]
            if not shown:
                return
            message_id, label = shown[-1 - value % len(shown)]
            await head.phone.press(label, message_id=message_id)
            await world.settle()
        case "forge":
            await head.callback(value[:64] or "x", theirs[-1]["message_id"] if theirs else None)
        case "edit" if sent:
            # A correction of something that meant nothing needs no answer.
            answer = False
            await head.edit(sent[-1], value)
        case "reply" if theirs:
            await head.send(value, reply_to=theirs[-1]["message_id"])
        case "file":
            await head.send_file(reply_to=theirs[-1]["message_id"] if value and theirs else None)
        case "time":
            answer = False
            if world.now < local(value):
                await world.at(value)
        case "restart":
            answer = False
            await world.restart()
        case _:
            return
    if answer:
        assert len(await head_calls(world)) > spoken, f"silence after {kind} {value!r}\n{await head.screen()}"


async def head_calls(world: World) -> list[Any]:
    """What the bot has said so far."""
    return [one for one in await world.telegram.calls() if one["method"] not in ("getUpdates", "getMe")]


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
            errors = [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR]
            assert not errors, await head.screen()


# A life takes as long as it takes; the log is cleared for each.
SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]


@settings(max_examples=12, deadline=None, suppress_health_check=SLOW)
@given(steps=st.lists(STEP, min_size=5, max_size=25))
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
