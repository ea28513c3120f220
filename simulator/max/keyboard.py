"""The check of inline keyboards."""

from collections import Counter
from typing import Any

from simulator.errors import Json
from simulator.max.errors import bad, strict

ROWS, IN_ROW, BUTTONS = 30, 7, 210
# In a row where something leads away or asks for something.
IN_ROW_OF_LINKS = 3
LABEL, PAYLOAD, URL = 128, 1024, 2048
_FIELDS = {
    "callback": {"payload"}, "link": {"url"}, "message": set[str](), "clipboard": {"payload"},
    "request_contact": set[str](), "request_geo_location": {"quick"}, "open_app": {"web_app", "contact_id", "payload"},
}  # fmt: skip
# Characters of a label that MAX advises in a row of so many buttons; a row of more is taken for one of four.
_ADVISED = {1: 20, 2: 10, 3: 5, 4: 3}
_WIDE = ("link", "open_app", "request_contact", "request_geo_location")


def _string(button: Json, name: str, longest: int, shortest: int = 1) -> None:
    value = button.get(name)
    if not isinstance(value, str) or not shortest <= len(value) <= longest:
        raise bad(f"buttons.{name}: size must be between {shortest} and {longest}")


def _button(button: Any) -> Json:
    if not isinstance(button, dict):
        raise bad("buttons: a button is an object")
    kind = button.get("type")
    if kind not in _FIELDS:
        raise bad(f"buttons.type: unknown type {kind!r}")
    if extra := button.keys() - {"type", "text"} - _FIELDS[kind]:
        raise strict(f"unknown field {min(extra)} of a {kind} button")
    _string(button, "text", LABEL)
    if not button["text"].strip():
        raise bad("buttons.text: must not be blank")
    if kind in ("callback", "clipboard"):
        _string(button, "payload", PAYLOAD)
    if kind == "link":
        _string(button, "url", URL)
        if not button["url"].startswith(("https://", "http://", "max://")):
            raise bad("buttons.url: invalid")
    return button


def check(payload: Any) -> list[list[Json]]:
    """The rows to keep, or 400."""
    if not isinstance(payload, dict) or payload.keys() != {"buttons"}:
        raise bad("attachments.payload: a keyboard has buttons")
    rows = payload["buttons"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad("attachments.payload.buttons: must be rows")
    checked = [[_button(button) for button in row] for row in rows]
    if not checked or not all(checked):
        raise bad("attachments.payload.buttons: must not be empty")
    if len(checked) > ROWS or sum(map(len, checked)) > BUTTONS:
        raise bad(f"attachments.payload.buttons: at most {ROWS} rows and {BUTTONS} buttons")
    for row in checked:
        most = IN_ROW_OF_LINKS if any(button["type"] in _WIDE for button in row) else IN_ROW
        if len(row) > most:
            raise bad(f"attachments.payload.buttons: at most {most} buttons in this row")
    return checked


def unreadable(rows: list[list[Json]]) -> list[str]:
    """What MAX takes and a phone may show badly: labels longer than is advised, and such as look alike though what they
    do differs."""
    shown, faults = set[tuple[str, str]](), []
    for row in rows:
        room = _ADVISED[min(len(row), max(_ADVISED))]
        shown |= {(button["text"][:room], button.get("payload") or button.get("url", "")) for button in row}
        faults += [f"{len(label)} > {room}: {label}" for button in row if len(label := button["text"]) > room]
    looks = Counter(label for label, _ in shown)
    return faults + [f"twice: {label}" for label, times in looks.items() if times > 1]
