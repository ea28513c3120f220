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
    assert (calendar.version.value, calendar.method.value) == ("2.0", "PUBLISH")
    assert calendar.prodid.value
    read = [_event(component) for component in calendar.contents.get("vevent", [])]
    # Each event is taken in by its UID: two of one are one.
    assert len({event.uid for event in read}) == len(read)
    return read


def _hold(content: bytes) -> None:
    assert content.endswith(b"\r\n")
    lines = content.removesuffix(b"\r\n").split(b"\r\n")
    assert all(b"\n" not in line and b"\r" not in line for line in lines)
    assert max(map(len, lines)) <= LINE
    # A line that ends within a letter is read as two broken ones.
    assert all(line.decode().isprintable() for line in lines)
    text = content.decode().replace("\r\n ", "")
    # A zone would have to be described; whoever is an attendee is asked whether they come, and may change nothing.
    for word in ("TZID", "VTIMEZONE", "ORGANIZER", "ATTENDEE", "DESCRIPTION;", "LOCATION", "URL"):
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
