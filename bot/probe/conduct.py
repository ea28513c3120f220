"""A probe from the greeting to the cleaning: it ends by itself, and whatever happens it cleans up behind it."""

import asyncio
import hmac
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from bot import logs
from bot.probe.door import CannotProbe, Door, EventKind
from bot.probe.finding import Finding
from bot.probe.probe import Probe
from bot.probe.stage import Clock, Ended, Limits, NoAnswer, NoTime, Skipped, Stage
from bot.views import probe as words

# Without those that are read as one another; 40 bits, which nobody guesses in five minutes.
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_LENGTH = 8
# Probes one after the other that the messenger has not answered: then it is away.
_AWAY_AFTER = 3
# Seconds for the cleaning, and for it when somebody wants to stop now.
_CLEANS_WITHIN, _HURRIES = 60.0, 10.0
# What the person has answered, as the report calls it.
CLIENTS = ("Android", "iPhone", "computer", "other")
WHOLE = "everything was tried"
NOBODY = "nobody has come"
STOPPED = "stopped"


@dataclass(slots=True)
class Run:
    """What has been found. `ended`: WHOLE, or why not everything was tried; `left`: messages that could not go."""

    told: dict[str, Any] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    ended: str = WHOLE
    left: int = 0
    began: float = 0
    took: float = 0


def fresh_code() -> str:
    """What the person willing to help has to know."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


async def conduct(
    door: Door,
    probes: Sequence[Probe],
    code: str,
    tell: Callable[[str], None],
    limits: Limits,
    clock: Clock,
) -> Run:
    """Everything. `tell`: lines for whoever sits at the terminal.

    To be cancelled is to be stopped: what was found until then is returned. Raises CannotProbe if it cannot begin.
    """
    run = Run(began=clock.now())
    stage: Stage | None = None
    task = asyncio.current_task()
    assert task is not None
    try:
        way = await door.open()
        run.told, run.names = door.told(), door.names()
        tell(way.format(code))
        stage = await _greeted(door, code, limits, clock, run)
        if stage is None:
            run.ended = NOBODY
        else:
            tell("Somebody has come; the messages in the chat lead on.")
            await _tried(stage, probes, run, tell)
    except asyncio.CancelledError:
        # Only once: whoever wants it at once is answered by whoever has cancelled.
        task.uncancel()
        run.ended = STOPPED
    except CannotProbe as error:
        if stage is None:
            raise
        run.ended = str(error)
    except Ended as error:
        run.ended = str(error)
    finally:
        if stage is not None:
            stage.leave_the_rest()
            run.left = await _cleaned(stage, _HURRIES if run.ended == STOPPED else _CLEANS_WITHIN)
        await door.close()
    tried = {finding.name: finding for finding in run.findings}
    run.findings = [tried.get(probe.name) or Finding(probe.name, note=_why_not(probe, run, limits)) for probe in probes]
    run.took = clock.now() - run.began
    return run


def _why_not(probe: Probe, run: Run, limits: Limits) -> str:
    is_asked_for = limits.patient or not probe.is_long
    return f"not tried: {run.ended}" if is_asked_for else "not tried: it takes long, ask for it by --patient"


async def _greeted(door: Door, code: str, limits: Limits, clock: Clock, run: Run) -> Stage | None:
    """The stage with whoever sends the code first; everybody else is left alone."""
    until = clock.now() + limits.comes
    while (left := until - clock.now()) > 0:
        events = await door.events(left)
        for number, event in enumerate(events):
            if event.kind is not EventKind.STARTED or not hmac.compare_digest(event.text.encode(), code.encode()):
                continue
            run.names += event.names
            door.lead(event)
            own = [event.message] if event.message is not None else []
            later = [later for later in events[number + 1 :] if later.person == event.person]
            return Stage(door, event.person, limits, clock, messages=own, pending=later)
    return None


async def _begun(stage: Stage, run: Run) -> None:
    """The person agrees, and says on what it is looked at: how things look depends on that. Raises Ended."""
    try:
        await stage.ask(words.GREETING, words.BEGIN)
        with suppress(Skipped, NoTime):
            run.told["client"] = CLIENTS[await stage.ask(words.WHICH_CLIENT, *words.CLIENTS)]
    except (Skipped, NoTime) as error:
        raise Ended("the person has not begun") from error
    except NoAnswer as error:
        raise Ended(f"the messenger does not answer: {error}") from error


async def _tried(stage: Stage, probes: Sequence[Probe], run: Run, tell: Callable[[str], None]) -> None:
    until = stage.clock.now() + stage.limits.whole
    await _begun(stage, run)
    chosen = [probe for probe in probes if stage.limits.patient or not probe.is_long]
    findings = {probe.name: Finding(probe.name) for probe in chosen}
    for probe in chosen:
        if probe.begin is not None:
            await _done(stage, findings[probe.name], probe.begin)
    away = 0
    for number, probe in enumerate(chosen, 1):
        if not probe.is_long and stage.clock.now() > until:
            raise Ended("out of time")
        finding = findings[probe.name]
        run.findings.append(finding)
        if finding.note:
            # Its beginning has not come to its end.
            continue
        tell(f"{number}/{len(chosen)} {probe.name}: {probe.asks}")
        await _done(stage, finding, probe.run)
        away = away + 1 if finding.note.startswith("no answer") else 0
        if away == _AWAY_AFTER:
            raise Ended("the messenger does not answer")


async def _done(stage: Stage, finding: Finding, do: Callable[[Stage], Any]) -> None:
    """One part of a probe; what keeps it from its end is its note."""
    stage.finding = finding
    try:
        await do(stage)
    except Skipped:
        finding.note = "skipped"
    except NoTime:
        finding.note = "the person has not done it in time"
    except NoAnswer as error:
        finding.note = f"no answer: {error}"
    except (Ended, CannotProbe) as error:
        finding.note = f"broken off: {error}"
        raise
    except asyncio.CancelledError:
        finding.note = f"broken off: {STOPPED}"
        raise
    except Exception as error:
        # Somebody gives their time: what nobody has thought of in one probe must not lose the others.
        finding.note = f"the probe failed: {logs.told(error)}"
    finally:
        stage.may_be_left = False


async def _cleaned(stage: Stage, seconds: float) -> int:
    """Puts everything right and removes all messages; how many are left."""
    messages = sorted(set(stage.messages))
    left = len(messages)
    try:
        async with asyncio.timeout(seconds):
            for undo in reversed(stage.undo):
                await undo()
            left = await stage.door.take_back(stage.person, messages)
            # The one message that stays: otherwise nobody would know that it is over.
            await stage.door.say(stage.person, words.over(left), ())
    except (TimeoutError, asyncio.CancelledError):
        pass
    return left
