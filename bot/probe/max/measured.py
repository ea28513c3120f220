"""What is found out by calls, with a press or a message of the person where those need one."""

from typing import Any

from bot.delivery.exchange import Answer
from bot.probe.door import Event, EventKind
from bot.probe.max.seen import answer, door_of, message, pressed
from bot.probe.probe import Probe
from bot.probe.stage import Stage
from bot.views import probe as words

# New messages in a row, and the seconds in which they tell something of a limit of two a second.
_BURST, _TELLING = 10, 3.0
# Seconds for which the patient wait.
_LONG = 600.0
# Where an answer to GET /messages has what the only message says.
_BODY = ("messages", 0, "body")


async def _same(stage: Stage) -> None:
    sent, mid = await message(stage, words.FILLER)
    stage.check("a text is taken", bool(mid), sent.description or None)
    if mid:
        done = await stage.call("PUT /messages", query={"message_id": mid}, body={"text": words.FILLER})
        stage.check("the same text again is taken", done.is_done, done.description or None)


async def _tags(stage: Stage) -> None:
    sent, mid = await message(stage, f"<b>{words.FILLER}", format="html")
    stage.check("a tag that is not closed is refused", not mid, sent.description or "taken")
    if mid:
        _told(stage, "it has become", sent.field("message", "body"))
    other, there = await message(stage, f"<blockquote>{words.FILLER}</blockquote>", format="html")
    text = other.field("message", "body", "text")
    stage.check("an unknown tag is taken out silently", bool(there) and text == words.FILLER, other.description or None)


def _told(stage: Stage, what: str, body: Any) -> None:
    body = body if isinstance(body, dict) else {}
    kinds = [element.get("type") for element in body.get("markup") or [] if isinstance(element, dict)]
    stage.tell(what, {"has_tags": "<" in str(body.get("text")), "markup": kinds})


async def _burst(stage: Stage) -> None:
    what = f"{_BURST} new messages in a row are taken"
    began = stage.clock.now()
    for number in range(_BURST):
        body = {"text": words.COUNTING.format(number + 1)}
        sent = await stage.once("POST /messages", query={"user_id": stage.person}, body=body)
        if not sent.is_done:
            took = stage.clock.now() - began
            stage.check(what, False, f"after {number} within {took:.1f} s: {sent.code} {sent.description}")
            await stage.be_silent(sent.retry_after)
            return
    took = stage.clock.now() - began
    # Who is slow himself meets no limit.
    stage.check(what, True if took <= _TELLING else None, f"within {took:.1f} s")


async def _markerless(stage: Stage) -> None:
    got = await stage.call("GET /updates", query={"timeout": 0, "limit": 100})
    updates = got.field("updates")
    number = len(updates) if isinstance(updates, list) else None
    stage.check("without a marker only the last event comes", number == 1, got.description or number)


async def _markup(stage: Stage) -> None:
    await stage.show(words.SEND_BOLD)
    event = await stage.wait(lambda event: event.kind is EventKind.SAID)
    got = await _read(stage, event)
    text = str(got.field(*_BODY, "text") or "")
    starts = [
        element.get("from")
        for element in got.field(*_BODY, "markup") or []
        if isinstance(element, dict) and element.get("type") == "strong"
    ]
    characters = text.find(words.BOLD)
    units = len(text[: max(characters, 0)].encode("utf-16-le")) // 2
    what = "places of markup count characters"
    if not starts or characters < 0 or characters == units:
        stage.check(what, None, got.description or "the message has no bold word behind an emoji")
    else:
        named: dict[Any, str] = {characters: "characters", units: "UTF-16 units"}
        stage.check(what, starts[0] == characters, named.get(starts[0], "neither characters nor UTF-16 units"))


async def _read(stage: Stage, event: Event) -> Answer:
    """What the person has sent. Its name goes in the query, which no report shows."""
    return await stage.call("GET /messages", query={"message_ids": door_of(stage).mid(event.message or 0)})


async def _take(stage: Stage, name: str, text: str) -> None:
    event = await pressed(stage, text)
    stage.kept[name] = event.press, stage.clock.now()


async def _lives(stage: Stage, name: str, seconds: float) -> None:
    press, at = stage.kept[name]
    await stage.clock.sleep(max(0.0, at + seconds - stage.clock.now()))
    age = stage.clock.now() - at
    done = await answer(stage, press)
    stage.check("a press is answered then", done.is_done, done.description or None)
    stage.tell("it was old", f"{age:.0f} s")


async def _begin_life(stage: Stage) -> None:
    await _take(stage, "press-life", words.PRESSED_LATER)


async def _life(stage: Stage) -> None:
    await _lives(stage, "press-life", stage.limits.press)


async def _begin_long_life(stage: Stage) -> None:
    await _take(stage, "press-long-life", words.PRESSED_FOR_LONG)


async def _long_life(stage: Stage) -> None:
    await _lives(stage, "press-long-life", _LONG)


async def _begin_file(stage: Stage) -> None:
    await stage.show(words.SEND_FILE)
    event = await stage.wait(lambda event: event.kind is EventKind.SAID)
    got = await _read(stage, event)
    url = got.field(*_BODY, "attachments", 0, "payload", "url")
    stage.check("the message says where the file lies", isinstance(url, str), got.description or None)
    if isinstance(url, str):
        there = await stage.call("GET a file", url=url)
        stage.check("it can be had at once", there.is_done, there.code)
        stage.kept["file-url"] = url, stage.clock.now()


async def _file(stage: Stage) -> None:
    if "file-url" not in stage.kept:
        return
    url, at = stage.kept["file-url"]
    await stage.clock.sleep(max(0.0, at + _LONG - stage.clock.now()))
    age = stage.clock.now() - at
    there = await stage.call("GET a file", url=url)
    stage.check("it can still be had then", there.is_done, there.code)
    stage.tell("the address was old", f"{age:.0f} s")


PROBES = (
    Probe("edit-same", "whether a message can be changed to the same text", "it can", _same),
    Probe("tags", "what becomes of tags that are not closed or not known", "the first refused, the second gone", _tags),
    Probe("markup", "in which units places of markup are told", "in characters", _markup),
    Probe("burst", "whether new messages are limited to two a second", f"{_BURST} in a row are taken", _burst),
    Probe("markerless", "what comes without a marker", "the last event alone", _markerless),
    Probe("press-life", "whether a press can be answered after a minute", "it can", _life, begin=_begin_life),
    Probe(
        "press-long-life",
        "whether a press can be answered after ten minutes",
        "it can",
        _long_life,
        begin=_begin_long_life,
        is_long=True,
    ),
    Probe(
        "file-url",
        "whether a file can be had where it lay ten minutes before",
        "it can",
        _file,
        begin=_begin_file,
        is_long=True,
    ),
)
