"""MAX is tried out: what is otherwise than assumed is found to be, and the report says nothing of anybody."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.delivery.outgoing.pacer import Pacer
from bot.probe import report
from bot.probe.conduct import WHOLE, Run, conduct
from bot.probe.door import CannotProbe
from bot.probe.finding import Verdict
from bot.probe.max import PROBES, UNTRIED
from bot.probe.max.door import MaxDoor
from bot.probe.stage import Clock, Limits, Stage
from bot.storage.engine.database import Storage
from bot.storage.engine.lock import Lock
from bot.storage.engine.migrate import migrate
from bot.views import probe as words
from simulator import Simulator
from simulator.errors import Json
from simulator.max import Max
from simulator.max.updates import Subscription
from simulator.person import Person
from tests.forge import Forge
from tests.probe.conftest import CODE, Hours, Willing, found, helping, odd
from tests.probe.test_command import Terminal

TOKEN = "a-token-of-max"


class WillingInMax(Willing):
    """Does what the steps ask in MAX, and says truly what is to be seen there."""

    async def do(self, step: Json) -> None:
        text, number = step["text"], step["message_id"]
        if any(text.startswith(begins) for begins in self.acts):
            await super().do(step)
        elif text == words.SEND_BOLD:
            await self.person.send("😀😀 <b>жирно</b>", html=True)
        elif text == words.SEND_FILE:
            await self.person.send_file(b"what nobody minds", "x.txt")
        elif text.startswith("Откройте, пожалуйста, эту ссылку"):
            (payload,) = re.findall(r"start=(\S+)", text)
            await self.person.send(f"/start {payload}")
            await self.person.press(words.OPENED, message_id=number)
        elif text == words.SEES_NOTIFICATION:
            shown = words.NOTIFICATION in [alert["text"] for alert in (await self.person.chat())["alerts"]]
            await self.person.press(words.NOTIFICATION_SEEN[0 if shown else 1], message_id=number)
        elif text == words.SEES_BUTTON:
            (edited,) = [one for one in await self.person.messages() if one["text"] == words.EDITED]
            await self.person.press(edited["buttons"][0], message_id=number)
        else:
            await super().do(step)


class Trial:
    """Conducts the probes of MAX."""

    def __init__(self, max: Max) -> None:
        clock = Hours(max)  # type: ignore[arg-type]
        self.clock = Clock(clock.now, clock.sleep)
        self.door = MaxDoor(SecretStr(TOKEN), max.url, pacer=Pacer(0))
        self.probes = [*PROBES]

    def only(self, *names: str) -> None:
        """These probes."""
        self.probes = [probe for probe in PROBES if probe.name in names]
        assert len(self.probes) == len(names)

    async def run(self, **limits: Any) -> Run:
        """The whole."""
        given = {"comes": 20.0, "step": 20.0, **limits}
        return await conduct(self.door, self.probes, CODE, lambda line: None, Limits(**given), self.clock)

    async def run_with(self, name: str, before: Callable[[], Awaitable[Any]]) -> Run:
        """One probe that something happens before."""
        self.only(name)
        probe = self.probes[0]

        async def run(stage: Stage) -> None:
            await before()
            await probe.run(stage)

        self.probes = [replace(probe, run=run)]
        return await self.run(patient=True)


@pytest.fixture
async def max() -> AsyncIterator[Max]:
    """A MAX on this machine; its pace is tried by those that try it."""
    async with Max(token=TOKEN) as max:
        await max.limits()
        yield max


@pytest.fixture
async def trial(max: Max) -> Trial:
    """Nobody has come yet."""
    return Trial(max)


@pytest.fixture
async def head(max: Max) -> Person:
    """Somebody willing."""
    return await max.person("Заречная Мария", id=700123456, username="zarechnaya")


async def test_everything_is_tried_and_is_as_assumed(trial: Trial, head: Person, max: Max) -> None:
    async with helping(WillingInMax(head)):
        run = await trial.run(patient=True)
    assert odd(run) == {}
    assert (run.ended, run.left) == (WHOLE, 0)
    left = [message["text"] for message in await head.messages() if message["from_bot"] and not message["deleted"]]
    assert left == [words.over(0)]
    told = "\n".join(report.lines(run, trial.probes, trial.door, UNTRIED, datetime.now(UTC)))
    for secret in (TOKEN, CODE, "700123456", "Заречная", "Мария", "zarechnaya", max.url, "mid.", "жирно"):
        assert secret not in told, secret


@pytest.mark.parametrize(
    ("ways", "probe", "says"),
    [
        ({"notifications_shown": True}, "notification", "it is: shown"),
        ({"empty_answers": True}, "empty-answer", "an empty answer is refused: taken"),
        ({"utf16_markup": True}, "markup", "places of markup count characters: UTF-16 units"),
        ({"started_again": False}, "start-again", "bot_started comes again: nothing came"),
        ({"edits_leave_buttons": True}, "edit-buttons", "the person sees the button: old"),
    ],
)
async def test_what_is_otherwise_is_found(
    trial: Trial, head: Person, max: Max, ways: dict[str, Any], probe: str, says: str
) -> None:
    await max.ways(**ways)
    trial.only(probe)
    async with helping(WillingInMax(head)):
        run = await trial.run()
    assert found(run, probe).verdict is Verdict.OTHERWISE
    assert says in odd(run)[probe]


@pytest.mark.parametrize(
    ("probe", "method"),
    [
        ("edit-same", "PUT /messages"),
        ("edit-buttons", "PUT /messages"),
        ("press-life", "POST /answers"),
        ("press-long-life", "POST /answers"),
        ("markerless", "GET /updates"),
    ],
)
@pytest.mark.parametrize("fault", ["400", "unsuccessful"])
async def test_both_kinds_of_refusals_are_found(
    trial: Trial, head: Person, max: Max, probe: str, method: str, fault: str
) -> None:
    async with helping(WillingInMax(head)):
        run = await trial.run_with(probe, lambda: max.order_fault(fault, method=method, count=1))
    assert found(run, probe).verdict is Verdict.OTHERWISE
    assert any("by 200 and success: false" in line for line in odd(run)[probe]) == (fault == "unsuccessful")


async def test_a_limit_for_new_messages_is_found(trial: Trial, head: Person, max: Max) -> None:
    async with helping(WillingInMax(head)):
        run = await trial.run_with("burst", lambda: max.order_fault("429", method="POST /messages", count=1))
    assert found(run, "burst").verdict is Verdict.OTHERWISE
    assert "after 0 within" in odd(run)["burst"][1]


async def test_an_address_that_ends_is_found(trial: Trial, head: Person, max: Max) -> None:
    async def ends() -> None:
        max.world.files.clear()

    async with helping(WillingInMax(head)):
        run = await trial.run_with("file-url", ends)
    assert "it can still be had then: 404" in odd(run)["file-url"]


async def test_a_press_may_come_without_its_message(trial: Trial, head: Person, max: Max) -> None:
    await max.ways(null_messages=True)
    trial.only("edit-same", "notification")
    async with helping(WillingInMax(head)):
        run = await trial.run()
    assert odd(run) == {}


async def test_a_link_may_not_start_who_has_started(trial: Trial, head: Person, max: Max) -> None:
    """The code can be written instead."""
    await max.ways(started_again=False)
    await head.send("/start")
    trial.only("edit-same")
    async with helping(WillingInMax(head, code=f" {CODE}")):
        run = await trial.run()
    assert odd(run) == {}


async def test_a_bot_with_a_webhook_runs(trial: Trial, max: Max) -> None:
    max.world.updates.subscribe(Subscription("http://127.0.0.1:1/max", 0), backlog=False)
    with pytest.raises(CannotProbe, match="to a webhook: the bot runs"):
        await trial.run()


@pytest.fixture
def terminal(tmp_path: Path, forge: Forge, telegram: Simulator, max: Max) -> Terminal:
    terminal = Terminal(tmp_path, forge, telegram)
    terminal.environment |= {"MESSENGER": "max", "MAX_TOKEN": TOKEN, "MAX_API_URL": max.url}
    return terminal


@pytest.mark.slow
async def test_the_command(terminal: Terminal, head: Person) -> None:
    process = await terminal.begin("--only", "edit-same", command="probe-max")
    async with helping(WillingInMax(head, code=await terminal.code())):
        assert await terminal.ends(process) == 0
    assert "edit-same  as assumed" in terminal.out()
    assert list(terminal.folder.iterdir()) == []


@pytest.mark.slow
async def test_nobody_comes(terminal: Terminal, head: Person) -> None:
    process = await terminal.begin("--wait", "1", command="probe-max")
    assert await terminal.ends(process) == 4
    assert "nothing was tried" in terminal.err()


@pytest.mark.slow
async def test_a_bot_runs_that_polls(terminal: Terminal, max: Max) -> None:
    storage = Storage(f"sqlite+aiosqlite:///{terminal.folder}/bot.db")
    await migrate(storage)
    lock = Lock(storage)
    lock.take()
    terminal.environment["DATABASE_URL"] = f"sqlite+aiosqlite:///{terminal.folder}/bot.db"
    process = await terminal.begin(command="probe-max")
    assert await terminal.ends(process) == 2
    assert await max.calls() == []
    lock.release()
    await storage.close()


@pytest.mark.parametrize(
    ("settings", "says"),
    [({"MAX_TOKEN": ""}, "MAX_TOKEN is not set"), ({"MAX_TOKEN": "another-token"}, "MAX does not know the token")],
)
async def test_what_cannot_be_used(terminal: Terminal, settings: dict[str, str], says: str) -> None:
    terminal.environment |= settings
    process = await terminal.begin(command="probe-max")
    assert await terminal.ends(process) == 2
    assert says in terminal.err()
