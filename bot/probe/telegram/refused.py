"""Where Telegram's limits are, and with which words it refuses what is beyond: nobody is asked anything."""

from typing import Any

from bot.delivery.exchange import Answer
from bot.delivery.refusals import bare
from bot.probe.door import EventKind
from bot.probe.probe import Probe
from bot.probe.stage import Stage
from bot.probe.telegram.pictures import png
from bot.probe.telegram.seen import table
from bot.views import probe as words

# What a message, a rich message and an answer to a press may have, in characters.
_TEXT, _RICH, _ANSWER = 4096, 32_768, 200
_BUTTONS, _IN_ROW, _COLUMNS, _BLOCKS = 100, 8, 20, 500
_DATA, _COPIED = 64, 256
# Bytes more than any data may have.
_LONG = "x"
# Of a language that nobody here has, so that no profile changes should one be taken.
_LANGUAGE = "eo"


def _refused(stage: Stage, what: str, answer: Answer, expected: str) -> None:
    """Notes whether it was refused with these words; empty: with any."""
    said = bare(answer.description)
    as_assumed = not answer.is_done and expected.casefold() in ("", said)
    stage.check(f"{what}: {expected or 'refused'}", as_assumed, answer.description or "taken")


async def _send(stage: Stage, **values: Any) -> Answer:
    return await stage.call("sendMessage", chat_id=stage.person, **{"text": words.FILLER, **values})


async def _with_buttons(stage: Stage, rows: list[list[dict[str, Any]]]) -> Answer:
    return await _send(stage, reply_markup={"inline_keyboard": rows})


def _row(count: int) -> list[dict[str, Any]]:
    return [{"text": str(number), "callback_data": "probe:none"} for number in range(count)]


def _back(answer: Answer) -> list[int]:
    """How many buttons each row of the message has, if it was taken."""
    rows = answer.field("reply_markup", "inline_keyboard")
    return [len(row) for row in rows if isinstance(row, list)] if isinstance(rows, list) else []


async def _buttons(stage: Stage) -> None:
    for what, rows, fits in (
        (f"{_IN_ROW} in a row", [_row(_IN_ROW)], True),
        (f"{_IN_ROW + 1} in a row", [_row(_IN_ROW + 1)], False),
        (f"{_BUTTONS} in all", [_row(5)] * (_BUTTONS // 5), True),
        (f"{_BUTTONS + 1} in all", [*[_row(5)] * (_BUTTONS // 5), _row(1)], False),
    ):
        answer = await _with_buttons(stage, rows)
        kept = _back(answer)
        whole = sum(kept) == sum(map(len, rows))
        if fits:
            stage.check(
                f"{what}: taken", whole, answer.description or f"rows of {sorted(set(kept))}, {sum(kept)} in all"
            )
        else:
            shown = answer.description or f"taken: rows of {sorted(set(kept))}, {sum(kept)} in all"
            stage.check(
                f"{what}: reply markup is too long", bare(answer.description) == "reply markup is too long", shown
            )
    for what, button, expected in (
        (f"data of {_DATA + 1} bytes", {"callback_data": _LONG * (_DATA + 1)}, "BUTTON_DATA_INVALID"),
        ("a button to pay", {"pay": True}, "BUTTON_TYPE_INVALID"),
        (f"{_COPIED + 1} to copy", {"copy_text": {"text": _LONG * (_COPIED + 1)}}, "BUTTON_COPY_TEXT_INVALID"),
    ):
        _refused(stage, what, await _with_buttons(stage, [[{"text": words.BUTTON, **button}]]), expected)


async def _texts(stage: Stage) -> None:
    fits = await _send(stage, text=_LONG * _TEXT)
    stage.check(f"{_TEXT:,} characters: taken", fits.is_done, fits.description or None)
    _refused(stage, f"{_TEXT + 1:,} characters", await _send(stage, text=_LONG * (_TEXT + 1)), "message is too long")
    if stage.door.made(fits):
        where = {"chat_id": stage.person, "message_id": stage.door.made(fits)[0]}
        changed = await stage.call("editMessageText", **where, text=_LONG * (_TEXT + 1))
        _refused(stage, f"changed to {_TEXT + 1:,} characters", changed, "MESSAGE_TOO_LONG")


async def _rich(stage: Stage) -> None:
    for what, message, expected in (
        (f"over {_RICH:,} characters", _paragraphs([_LONG * (_RICH + 1)]), "MESSAGE_TOO_LONG"),
        (f"over {_BLOCKS} blocks", _paragraphs([_LONG] * (_BLOCKS + 1)), ""),
        (f"{_COLUMNS + 1} columns", _wide(_COLUMNS + 1), ""),
        ("nothing", {"blocks": []}, "rich message must be non-empty"),
    ):
        answer = await stage.call("sendRichMessage", chat_id=stage.person, rich_message=message)
        _refused(stage, what, answer, expected)
    for what, message in (("rows that are not equally long", _crooked()), ("16 levels of formatting", _deep(16))):
        answer = await stage.call("sendRichMessage", chat_id=stage.person, rich_message=message)
        stage.tell(what, answer.description or "taken")
    whole = await stage.call("sendRichMessage", chat_id=stage.person, rich_message=_wide(_COLUMNS))
    stage.check(f"{_COLUMNS} columns: taken", whole.is_done, whole.description or None)


def _paragraphs(texts: list[str]) -> dict[str, Any]:
    return {"blocks": [{"type": "paragraph", "text": text} for text in texts]}


def _crooked() -> dict[str, Any]:
    message = _wide(3)
    (block,) = [block for block in message["blocks"] if block["type"] == "table"]
    block["cells"].append([{"text": _LONG}])
    return message


def _deep(levels: int) -> dict[str, Any]:
    text: Any = _LONG
    for _ in range(levels):
        text = {"type": "bold", "text": text}
    return {"blocks": [{"type": "paragraph", "text": text}]}


def _wide(columns: int) -> dict[str, Any]:
    message = table()
    (block,) = [block for block in message["blocks"] if block["type"] == "table"]
    block["cells"] = [[{"text": _LONG}] * columns]
    return message


async def _press(stage: Stage) -> None:
    """One press; its answers are refused for as long as they are wrong, and then once taken."""
    shown = await stage.show(words.PRESS, [[(words.BUTTON, "probe:press")]])
    event = await stage.wait(lambda event: event.kind is EventKind.PRESSED and event.message == shown)
    query = {"callback_query_id": event.press}
    too_long = await stage.call("answerCallbackQuery", **query, text=_LONG * (_ANSWER + 1))
    _refused(stage, f"{_ANSWER + 1} characters", too_long, "MESSAGE_TOO_LONG")
    if not too_long.is_done:
        link = await stage.call("answerCallbackQuery", **query, url="https://telegram.org")
        _refused(stage, "an address", link, "URL_INVALID")
        fits = await stage.call("answerCallbackQuery", **query, text="x" * _ANSWER)
        stage.check(f"{_ANSWER} characters: taken", fits.is_done, fits.description or None)
    again = await stage.call("answerCallbackQuery", **query)
    expected = "query is too old and response timeout expired or query ID is invalid"
    _refused(stage, "a second answer", again, expected)


async def _pictures(stage: Stage) -> None:
    for what, content, expected in (
        ("a picture that is none", b"probe" * 20, "IMAGE_PROCESS_FAILED"),
        ("a picture 1 by 30", png(10, 300), "PHOTO_INVALID_DIMENSIONS"),
    ):
        answer = await stage.upload("sendPhoto", {"photo": ("1.png", content)}, chat_id=stage.person)
        _refused(stage, what, answer, expected)


async def _descriptions(stage: Stage) -> None:
    for method, field, most, expected in (
        ("setMyDescription", "description", 512, "bot description is too long"),
        ("setMyShortDescription", "short_description", 120, "bot short description is too long"),
    ):
        answer = await stage.call(method, **{field: _LONG * (most + 1)}, language_code=_LANGUAGE)
        if answer.is_done:
            await stage.call(method, **{field: ""}, language_code=_LANGUAGE)
        _refused(stage, f"{most + 1} characters", answer, expected)


PROBES = (
    Probe(
        "rich-limits",
        "how what is too much for a rich message is refused",
        "it is, where words are known in those",
        _rich,
        ("limits and the refusals: documents of the Bot API 10.3", "MESSAGE_TOO_LONG"),
    ),
    Probe(
        "buttons",
        "how many buttons a message may have, and how wrong ones are refused",
        "8 in a row and 100 in all are taken, more are refused, all in the known words",
        _buttons,
        ("100 buttons and 8 in a row", "BUTTON_*"),
    ),
    Probe(
        "long-text",
        "where the limit of a text is",
        "4,096 characters are taken, more is refused in the known words",
        _texts,
        ("MESSAGE_TOO_LONG",),
    ),
    Probe(
        "press-answers",
        "what a press may be answered with, and how often",
        "200 characters, once",
        _press,
        ("200 characters", "MESSAGE_TOO_LONG", "URL_INVALID"),
    ),
    Probe(
        "pictures",
        "how wrong pictures are refused",
        "in the known words",
        _pictures,
        ("IMAGE_PROCESS_FAILED", "PHOTO_INVALID_DIMENSIONS"),
    ),
    Probe(
        "descriptions",
        "how long the bot's descriptions may be",
        "512 and 120 characters, more is refused in the known words",
        _descriptions,
        ("lengths of descriptions", "bot description is too long", "bot short description is too long"),
    ),
)
