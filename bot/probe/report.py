"""What a probe has seen, to be read and to be sent: no token, no name, no number of anybody."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot import logs
from bot.delivery.exchange import Answer
from bot.probe.conduct import Run
from bot.probe.door import Door
from bot.probe.finding import Finding
from bot.probe.probe import Probe

# Of the version of these lines, for whoever reads them by a program.
FORMAT = 1
# Values that are words of the protocol, not of people.
_OPEN = frozenset({"type", "style", "action", "parse_mode", "align", "valign", "file", "emoji", "language_code"})
# Ids have more digits than anything else that is told.
_NUMBER = re.compile(r"\d{5,}")
_HIDDEN = "…"


def lines(run: Run, probes: Sequence[Probe], door: Door, untried: Mapping[str, str], now: datetime) -> Iterator[str]:
    """The report: a line for each probe to be read, and after it the same with all details, an object a line."""
    secret = _Secret(run.names)
    yield "What was seen:"
    width = max((len(probe.name) for probe in probes), default=0)
    for finding in run.findings:
        yield secret.hide(f"  {finding.name:{width}}  {finding.verdict:10}  {_in_words(finding)}".rstrip())
    for what, why in untried.items():
        yield f"  not tried: {what}: {why}"
    yield secret.hide(f"The end: {run.ended}. Messages that could not be removed: {run.left}.")
    yield ""
    yield "Please send this to the project, with the lines above:"
    asks = {probe.name: probe for probe in probes}
    yield json.dumps({"format": FORMAT, "ended_at": now.isoformat(timespec="seconds"), **run.told}, ensure_ascii=False)
    for record in _records(run, asks, door, untried):
        yield json.dumps(secret.hide(record), ensure_ascii=False)


def _in_words(finding: Finding) -> str:
    odd = [check for check in finding.checks if check.as_assumed is not True]
    said = [check.what if check.saw is None else f"{check.what}: {check.saw}" for check in odd]
    return "; ".join(([finding.note] if finding.note else []) + said)


def _records(run: Run, probes: Mapping[str, Probe], door: Door, untried: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for finding in run.findings:
        yield {
            "probe": finding.name,
            "asks": probes[finding.name].asks,
            "verdict": finding.verdict,
            "note": finding.note,
            "checks": [
                {"what": check.what, "as_assumed": check.as_assumed, "saw": check.saw} for check in finding.checks
            ],
            "calls": [_call(answer, run, door) for answer in finding.calls],
        }
    yield {"ended": run.ended, "seconds": round(run.took, 1), "messages_left": run.left, "not_tried": dict(untried)}


def _call(answer: Answer, run: Run, door: Door) -> dict[str, Any]:
    record: dict[str, Any] = {
        "method": answer.method,
        "request": shape(answer.sent),
        "code": answer.code,
        "at": round(answer.began - run.began, 1),
        "seconds": round(answer.seconds, 3),
    }
    if answer.description:
        record |= {"description": answer.description, "known": door.is_known(answer)}
    if answer.retry_after:
        record["retry_after"] = answer.retry_after
    return record | ({"failure": answer.failure} if answer.failure else {})


def shape(value: Any, key: str = "") -> Any:
    """What was sent, without what it says: types, lengths, and words of the protocol."""
    match value:
        case Mapping():
            return {name: shape(inner, name) for name, inner in value.items()}
        case list() | tuple():
            first = [shape(value[0], key)] if value else []
            return first if len(value) < 2 else [*first, f"{len(value)} in all"]
        case bool() | None:
            return value
        case int():
            return "number"
        case str() if key in _OPEN:
            return value
        case str():
            return f"text of {len(value):,}"
        case _:
            return type(value).__name__


class _Secret:
    """Takes out names and numbers wherever they stand."""

    def __init__(self, names: Sequence[str]) -> None:
        kept = sorted({name for name in names if name.strip()}, key=len, reverse=True)
        pattern = "|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in kept)
        self._names = re.compile(pattern, re.IGNORECASE) if pattern else None

    def hide(self, value: Any) -> Any:
        """The same without them."""
        match value:
            case str():
                text = self._names.sub(_HIDDEN, value) if self._names else value
                return _NUMBER.sub(_HIDDEN, logs.hidden(text))
            case dict():
                return {name: self.hide(inner) for name, inner in value.items()}
            case list():
                return [self.hide(inner) for inner in value]
            case _:
                return value
