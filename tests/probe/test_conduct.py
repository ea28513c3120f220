"""A department tries Telegram out: somebody is led in the chat, and the terminal says what was seen."""

import asyncio
import json
from typing import Any

import pytest

from bot.probe.conduct import NOBODY, STOPPED, WHOLE
from bot.probe.door import CannotProbe
from bot.probe.finding import Verdict
from bot.probe.telegram.door import CROWDED, DELIVERED, RUNS
from bot.views import probe as words
from simulator import Person, Simulator
from tests.probe.conftest import CODE, TOKEN, Trial, Willing, found, helping, odd

LONG = {"press-death"}


async def left_in(person: Person) -> list[str]:
    return [message["text"] for message in await person.messages(from_bot=None)]


async def test_everything_is_tried_and_is_as_assumed(trial: Trial, head: Person, telegram: Simulator) -> None:
    willing = Willing(head)
    async with helping(willing):
        run = await trial.run()
    assert odd(run).keys() == LONG, odd(run)
    assert run.ended == WHOLE
    assert run.left == 0
    assert await left_in(head) == [words.over(0)]
    assert await head.commands() == []
    # Each step was asked once.
    assert len(willing.steps) == len(set(willing.steps)) > 12
