"""What depends on time: how fast, how long, and what a block looks like."""

from contextlib import suppress

from bot.delivery.refusals import bare
from bot.probe.door import EventKind
from bot.probe.probe import Probe
from bot.probe.stage import NoTime, Stage
from bot.views import probe as words

# Changes of one message in a row.
_EDITS = 20
# Seconds for which a press can be answered, as libraries of bots say, and how much later it is tried again.
_PRESS_LIVES, _LATER = 15 * 60, 30
# Seconds within which the command follows the return.
_COMMAND_FOLLOWS = 5


async def _edits(stage: Stage) -> None:
    sent = await stage.call("sendMessage", chat_id=stage.person, text=words.COUNTING.format(0))
    (message,) = stage.door.made(sent) or (0,)
    began = stage.clock.now()
    for number in range(1, _EDITS + 1):
        values = {"chat_id": stage.person, "message_id": message, "text": words.COUNTING.format(number)}
        answer = await stage.once("editMessageText", **values)
        if not answer.is_done:
            stage.check(
                f"{_EDITS} changes in a row are taken",
                False,
                f"after {number - 1} within {stage.clock.now() - began:.1f} s: {answer.description}",
            )
            if answer.code == 429:
                await stage.be_silent(answer.retry_after)
            return
    stage.check(f"{_EDITS} changes in a row are taken", True)
    stage.tell("they took", f"{stage.clock.now() - began:.1f} s")


async def _take_press(stage: Stage, name: str, text: str) -> None:
    shown = await stage.show(text, [[(words.BUTTON, "probe:press")]])
    event = await stage.wait(lambda event: event.text == "probe:press" and event.message == shown)
    stage.kept[name] = event.press, stage.clock.now()


async def _begin_life(stage: Stage) -> None:
    await _take_press(stage, "press-life", words.PRESSED_LATER)


async def _life(stage: Stage) -> None:
    press, at = stage.kept["press-life"]
    await stage.clock.sleep(max(0.0, at + stage.limits.press - stage.clock.now()))
    age = stage.clock.now() - at
    answer = await stage.call("answerCallbackQuery", callback_query_id=press)
    stage.check(f"answered before {_PRESS_LIVES} s: taken", answer.is_done, answer.description or None)
    stage.tell("it was old", f"{age:.0f} s")


async def _begin_death(stage: Stage) -> None:
    await _take_press(stage, "press-death", words.PRESSED_LAST)


async def _death(stage: Stage) -> None:
    press, at = stage.kept["press-death"]
    await stage.clock.sleep(max(0.0, at + _PRESS_LIVES + _LATER - stage.clock.now()))
    age = stage.clock.now() - at
    answer = await stage.call("answerCallbackQuery", callback_query_id=press)
    stage.check(f"answered after {_PRESS_LIVES} s: refused", not answer.is_done, answer.description or "taken")
    stage.tell("it was old", f"{age:.0f} s")


async def _block(stage: Stage) -> None:
    sent = await stage.call("sendMessage", chat_id=stage.person, text=words.FILLER)
    (message,) = stage.door.made(sent) or (0,)
    await stage.show(words.BLOCK)
    stage.may_be_left = True
    await stage.wait(lambda event: event.kind is EventKind.LEFT, stage.limits.away)
    stage.check("the bot is told of the block", True)
    where = {"chat_id": stage.person, "message_id": message}
    for method, values in (
        ("sendMessage", {"chat_id": stage.person, "text": words.FILLER}),
        ("editMessageText", {**where, "text": words.EDITED}),
        ("sendChatAction", {"chat_id": stage.person, "action": "typing"}),
        ("deleteMessage", where),
    ):
        answer = await stage.call(method, **values)
        known = answer.code == 403 and bare(answer.description) == "bot was blocked by the user"
        stage.check(f"{method}: 403 bot was blocked by the user", known, answer.description or "done")
    back = await stage.wait(lambda event: event.kind in (EventKind.CAME_BACK, EventKind.STARTED), stage.limits.away)
    stage.check("the bot is told of the return", True, back.kind.value)
    if back.kind is EventKind.CAME_BACK:
        # The button that takes the bot back may send the command too.
        with suppress(NoTime):
            await stage.wait(lambda event: event.kind is EventKind.STARTED, _COMMAND_FOLLOWS)
    again = await stage.call("sendMessage", chat_id=stage.person, text=words.WELCOME_BACK)
    stage.check("and can write again", again.is_done, again.description or None)


PROBES = (
    Probe("edit-speed", "how fast one message may be changed", f"{_EDITS} times without a pause", _edits),
    Probe(
        "block",
        "what a block looks like, and the return",
        "the bot is told of both; every call between is 403 in the known words",
        _block,
    ),
    Probe(
        "press-life",
        "whether a press can be answered minutes later",
        "it can, before 15 minutes",
        _life,
        ("15 minutes",),
        _begin_life,
    ),
    Probe(
        "press-death",
        "whether it cannot after 15 minutes",
        "it is refused",
        _death,
        ("15 minutes",),
        _begin_death,
        is_long=True,
    ),
)
