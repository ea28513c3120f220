"""No probe can only say one thing: a messenger that behaves otherwise is found to, whatever it answers."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot.delivery.exchange import Answer
from bot.probe.conduct import WHOLE
from bot.probe.door import Door
from bot.probe.finding import Check, Finding, Verdict
from bot.probe.telegram import PROBES
from simulator import Person
from tests.probe.conftest import Trial, Willing, found, helping


class Odd:
    """A door behind which every call of a probe is answered so."""

    def __init__(self, door: Door, **changes: Any) -> None:
        self._door, self._changes = door, changes

    def __getattr__(self, name: str) -> Any:
        return getattr(self._door, name)

    async def call(
        self, method: str, values: Mapping[str, Any], files: Mapping[str, tuple[str, bytes]] | None = None
    ) -> Answer:
        """What was to be done is done, and said to be otherwise."""
        return replace(await self._door.call(method, values, files), failure="", **self._changes)


ANSWERS = {
    "refused": {"code": 400, "description": "Bad Request: as nobody knows", "result": None},
    "taken": {"code": 200, "description": "", "result": True},
    "taken with an object": {"code": 200, "description": "", "result": {}},
    "taken with a list": {"code": 200, "description": "", "result": [1]},
    "not there": {"code": 404, "description": "Not Found", "result": None},
}


@pytest.mark.slow
@pytest.mark.parametrize("answer", ANSWERS)
async def test_what_is_otherwise_is_never_as_assumed(trial: Trial, head: Person, answer: str) -> None:
    door: Any = Odd(trial.door, **ANSWERS[answer])
    trial.door = door
    async with helping(Willing(head)):
        run = await trial.run(patient=True)
    assert run.ended == WHOLE
    assert [finding.note for finding in run.findings if "failed" in finding.note] == []
    refusing = {"refused", "not there"}
    # Who refuses everything refuses that too; and who takes everything takes what only has to be taken, or seen.
    allowed = {"press-death"} if answer in refusing else {"press-life", "edit-speed", "link-preview"}
    verdicts = {finding.name: finding.verdict for finding in run.findings}
    assert {name for name, verdict in verdicts.items() if verdict is Verdict.AS_ASSUMED} <= allowed
    assert verdicts.keys() == {probe.name for probe in PROBES}
    assert "as nobody knows" in "\n".join(trial.lines(run)) or answer != "refused"


async def test_a_probe_that_fails_does_not_lose_the_others(trial: Trial, head: Person) -> None:
    async def fails(_stage: Any) -> None:
        raise KeyError("Заречная")

    trial.only("rich-table", "button-styles")
    first, second = trial.probes
    trial.probes = [replace(first, run=fails), second]
    async with helping(Willing(head)):
        run = await trial.run()
    assert found(run, "rich-table").note.startswith("the probe failed: ")
    assert found(run, "rich-table").verdict is Verdict.UNKNOWN
    assert found(run, "button-styles").verdict is Verdict.AS_ASSUMED
    assert "Заречная" not in "\n".join(trial.lines(run))


@pytest.mark.parametrize(
    ("seen", "note", "verdict"),
    [
        ([True, True], "", Verdict.AS_ASSUMED),
        ([True, False, None], "", Verdict.OTHERWISE),
        ([False], "skipped", Verdict.OTHERWISE),
        ([True, None], "", Verdict.UNKNOWN),
        ([True], "skipped", Verdict.UNKNOWN),
        ([], "", Verdict.UNKNOWN),
    ],
)
def test_a_verdict(seen: list[bool | None], note: str, verdict: Verdict) -> None:
    checks = [Check("", as_assumed) for as_assumed in seen]
    assert Finding("", checks, note=note).verdict is verdict
    # What is only told changes nothing.
    assert Finding("", [*checks, Check("", None, is_open=True)], note=note).verdict is verdict
