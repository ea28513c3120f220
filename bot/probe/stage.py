"""What a probe is given: the messenger, the person, and the time that there is."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.delivery.exchange import Answer
from bot.probe.door import Door, Event, EventKind
from bot.probe.finding import Check, Finding
from bot.views import probe as words

_SKIP, _END = "probe:skip", "probe:end"
# How often a call is made again that was told to wait.
_AGAIN = 2
# Seconds for which a call that is under way is waited for by whoever is stopped.
_IN_FLIGHT = 5.0


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds. `comes`: until somebody comes; `step`: for each step; `away`: blocked and back; `whole`: for everything.

    `silence`: what is waited for when the messenger asks to wait; `press`: how old a press is at least when it is
    answered. `patient`: long probes too.
    """

    comes: float = 300
    step: float = 90
    away: float = 180
    whole: float = 1500
    silence: float = 60
    press: float = 60
    patient: bool = False


class Skipped(Exception):
    """The person has skipped the step."""


class NoTime(Exception):
    """The step has not been done in its time."""


class NoAnswer(Exception):
    """The messenger has not answered, or with a fault of the moment."""


class Ended(Exception):
    """Nothing more is to be tried; the text says why."""


@dataclass(slots=True)
class Clock:
    """What time it is, in seconds, and how one waits; tests bring their own."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


@dataclass(slots=True)
class Stage:
    """One person and one messenger; `finding` is of the probe that is on."""

    door: Door
    person: int
    limits: Limits
    clock: Clock
    finding: Finding = field(default_factory=lambda: Finding(""))
    # Messages to remove at the end, and what else is to be put right.
    messages: list[int] = field(default_factory=list)
    undo: list[Callable[[], Awaitable[object]]] = field(default_factory=list)
    # What has happened and nobody has waited for yet.
    pending: list[Event] = field(default_factory=list)
    # What a probe keeps from its beginning, by its name.
    kept: dict[str, Any] = field(default_factory=dict)
    # The person is asked to block the bot: to be refused for that ends nothing.
    may_be_left: bool = False

    # --- what a probe does ---

    async def call(self, method: str, /, **values: Any) -> Answer:
        """A call that is recorded; what it makes is removed at the end. Raises NoAnswer and Ended."""
        return await self._patiently(method, values, {})

    async def upload(self, method: str, files: Mapping[str, tuple[str, bytes]], /, **values: Any) -> Answer:
        """The same with files: names and contents, by part."""
        return await self._patiently(method, values, files)

    async def once(self, method: str, /, **values: Any) -> Answer:
        """The same for which a 429 is an answer like any other."""
        answer = await self._recorded(method, values, {})
        self._heed(answer, is_patient=False)
        return answer

    async def _patiently(
        self, method: str, values: Mapping[str, Any], files: Mapping[str, tuple[str, bytes]]
    ) -> Answer:
        answer = await self._recorded(method, values, files)
        for _ in range(_AGAIN):
            if answer.code != 429:
                break
            await self.be_silent(answer.retry_after)
            answer = await self._recorded(method, values, files)
        self._heed(answer)
        return answer

    async def _recorded(self, method: str, values: Mapping[str, Any], files: Mapping[str, tuple[str, bytes]]) -> Answer:
        answer = await self._finished(self.door.call(method, values, files))
        self.finding.calls.append(answer)
        return answer

    async def be_silent(self, seconds: float) -> None:
        """Waits as the messenger has asked. Raises Ended if that is too long."""
        if seconds > self.limits.silence:
            raise Ended(f"the messenger wants {seconds:.0f} s of silence")
        await self.clock.sleep(seconds)

    async def _finished(self, call: Coroutine[Any, Any, Answer]) -> Answer:
        """What it answers, and the messages that it has made are known.

        Whoever is stopped meanwhile waits for it a little: otherwise a message would stay that nobody knows of.
        """
        doing = asyncio.ensure_future(call)
        try:
            answer = await asyncio.shield(doing)
        except asyncio.CancelledError:
            done, _ = await asyncio.wait([doing], timeout=_IN_FLIGHT)
            if done:
                self.messages += self.door.made(doing.result())
            else:
                doing.cancel()
            raise
        self.messages += self.door.made(answer)
        return answer

    def _heed(self, answer: Answer, *, is_patient: bool = True) -> None:
        """Raises what keeps the probe, or everything, from going on."""
        if answer.code == 401:
            raise Ended("the token is not taken any more")
        if answer.code == 429 and is_patient:
            raise Ended("the messenger goes on asking for silence")
        if not answer.is_answered:
            raise NoAnswer(answer.failure or f"{answer.code}")
        if self.door.is_left(answer) and not self.may_be_left:
            raise Ended("the person has blocked the bot")

    def check(self, what: str, as_assumed: bool | None, saw: Any = None) -> None:
        """Notes one thing that was looked at."""
        self.finding.checks.append(Check(what, as_assumed, saw))

    def tell(self, what: str, saw: Any) -> None:
        """Notes what nobody assumes anything of."""
        self.finding.checks.append(Check(what, None, saw, is_open=True))

    async def ask(self, text: str, *choices: str) -> int:
        """Which of the choices the person presses. Raises Skipped, NoTime, NoAnswer and Ended."""
        rows = [[(label, f"probe:{number}")] for number, label in enumerate(choices)]
        shown = await self.show(text, rows)
        data = [button for ((_, button),) in rows]
        event = await self.wait(lambda event: event.message == shown and event.text in data)
        await self._answer(event)
        await self._clear(shown)
        return data.index(event.text)

    async def saw(self, what: str, question: str) -> None:
        """Asks whether what is assumed is seen, and notes what the person says; one who skips has not said."""
        try:
            answer = await self.ask(question, words.YES, words.NO)
        except Skipped:
            self.check(what, None, "skipped")
        except NoTime:
            self.check(what, None, "no answer in time")
        else:
            self.check(what, answer == 0, "yes" if answer == 0 else "no")

    async def show(self, text: str, rows: Sequence[Sequence[tuple[str, str]]] = ()) -> int:
        """A step with its buttons and those to skip it and to end everything; its message."""
        way_out = [[(words.SKIP, _SKIP), (words.END, _END)]]
        said = await self._finished(self.door.say(self.person, text, [*rows, *way_out]))
        for _ in range(_AGAIN):
            if said.code != 429:
                break
            await self.be_silent(said.retry_after)
            said = await self._finished(self.door.say(self.person, text, [*rows, *way_out]))
        self._heed(said)
        made = self.door.made(said)
        if not made:
            raise Ended(f"the step was refused: {said.description}")
        return made[0]

    async def wait(self, fits: Callable[[Event], bool], seconds: float | None = None) -> Event:
        """The first thing that the person does and that fits. Raises Skipped, NoTime and Ended."""
        until = self.clock.now() + (self.limits.step if seconds is None else seconds)
        while True:
            while self.pending:
                event = self.pending.pop(0)
                if fits(event):
                    self._own(event)
                    return event
                await self._pass_over(event)
            left = until - self.clock.now()
            if left <= 0:
                raise NoTime
            self.pending += await self.door.events(left)

    def leave_the_rest(self) -> None:
        """What nobody has waited for is not for the probe."""
        for event in self.pending:
            if self._is_own(event):
                self._own(event)
            else:
                self.door.leave(event)
        self.pending.clear()

    async def _pass_over(self, event: Event) -> None:
        if not self._is_own(event):
            # An answer of theirs to a request, or a press on one, is for the bot.
            self.door.leave(event)
            return
        self._own(event)
        match event.kind:
            case EventKind.LEFT:
                if not self.may_be_left:
                    raise Ended("the person has blocked the bot")
            case EventKind.PRESSED:
                await self._answer(event)
                if event.text in (_SKIP, _END):
                    raise Skipped if event.text == _SKIP else Ended("the person has ended it")
            case EventKind.STARTED | EventKind.SAID | EventKind.CAME_BACK:
                pass

    def _is_own(self, event: Event) -> bool:
        match event.kind:
            case EventKind.SAID:
                return False
            case EventKind.PRESSED:
                return event.message in self.messages
            case EventKind.STARTED | EventKind.LEFT | EventKind.CAME_BACK:
                return True

    def _own(self, event: Event) -> None:
        """What the person has written for the probe goes at the end too."""
        if event.kind in (EventKind.SAID, EventKind.STARTED) and event.message is not None:
            self.messages.append(event.message)

    async def _answer(self, event: Event) -> None:
        await self.door.hear(event.press)

    async def _clear(self, message: int) -> None:
        """The step goes as soon as it is done; what cannot be removed now is removed at the end."""
        if not await self.door.take_back(self.person, [message]):
            self.messages.remove(message)
