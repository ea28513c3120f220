"""Reads the calendar that a head was sent, by a library that is not the one that wrote it, and holds it to rules."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import vobject

# Bytes of a line without its end, as RFC 5545 (3.1) has it; Outlook and Apple's Calendar break longer ones in letters.
LINE = 75


@dataclass(frozen=True, slots=True)
class Event:
    """One event, as a calendar takes it in; `alarm`: when it reminds."""

    uid: str
    sequence: int
    status: str
    summary: str
    begins: datetime
    ends: datetime
    stamped: datetime
    modified: datetime
    alarm: datetime | None


def events(content: bytes) -> list[Event]:
    """The events of a file that Google, Outlook and Apple's Calendar take."""
    _hold(content)
    calendar = vobject.readOne(content.decode())
    assert calendar.method.value == "PUBLISH"
    return _events(calendar)


def subscribed(content: bytes) -> list[Event]:
    """The events of a subscription that Google, Outlook and Apple's Calendar read again and again."""
    _hold(content, zone="BEGIN:VEVENT" not in content.decode())
    calendar = vobject.readOne(content.decode())
    # A method is for what is sent; with one, Outlook takes the calendar for a letter.
    assert "method" not in calendar.contents
    assert calendar.contents["x-wr-calname"][0].value == calendar.contents["name"][0].value == "Сроки ответов"
    refresh, ttl = calendar.contents["refresh-interval"][0], calendar.contents["x-published-ttl"][0]
    assert (refresh.value, refresh.params["VALUE"], ttl.value) == ("PT1H", ["DURATION"], "PT1H")
    # An object without a component is none.
    assert list(calendar.components())
    read = _events(calendar)
    assert {event.status for event in read} <= {"CONFIRMED"}
    # It says the same until something changes.
    assert all(event.stamped == event.modified for event in read)
    return read


def _events(calendar: Any) -> list[Event]:
    assert calendar.version.value == "2.0"
    assert calendar.prodid.value
    read = [_event(component) for component in calendar.contents.get("vevent", [])]
    # Each event is taken in by its UID: two of one are one.
    assert len({event.uid for event in read}) == len(read)
    return read


def _hold(content: bytes, *, zone: bool = False) -> None:
    assert content.endswith(b"\r\n")
    lines = content.removesuffix(b"\r\n").split(b"\r\n")
    assert all(b"\n" not in line and b"\r" not in line for line in lines)
    assert max(map(len, lines)) <= LINE
    # A line that ends within a letter is read as two broken ones.
    assert all(line.decode().isprintable() for line in lines)
    text = content.decode().replace("\r\n ", "")
    # A zone would have to be described; whoever is an attendee is asked whether they come, and may change nothing.
    for word in (*(() if zone else ("TZID", "VTIMEZONE")), "ORGANIZER", "ATTENDEE", "DESCRIPTION;", "LOCATION", "URL"):
        assert word not in text, word


def _event(component: Any) -> Event:
    values = {name: lines[0].value for name, lines in component.contents.items() if name != "valarm"}
    assert set(values) == {
        "uid", "sequence", "status", "summary", "dtstart", "dtend", "dtstamp", "last-modified", "transp",
    }  # fmt: skip
    moments = [values[name] for name in ("dtstart", "dtend", "dtstamp", "last-modified")]
    assert all(moment.utcoffset() == timedelta(0) for moment in moments)
    begins, ends, stamped, modified = (moment.astimezone(UTC) for moment in moments)
    assert begins < ends
    assert modified <= stamped
    assert str(UUID(values["uid"])) == values["uid"]
    assert values["transp"] == "TRANSPARENT"
    alarm = None
    for reminder in component.contents.get("valarm", []):
        assert alarm is None
        assert (reminder.action.value, reminder.description.value) == ("DISPLAY", values["summary"])
        # From the beginning: Outlook reads no other.
        assert isinstance(reminder.trigger.value, timedelta)
        alarm = begins + reminder.trigger.value
    return Event(
        values["uid"], int(values["sequence"]), values["status"], values["summary"],
        begins, ends, stamped, modified, alarm,
    )  # fmt: skip
