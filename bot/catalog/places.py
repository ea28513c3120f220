"""Places in the files, as whoever edits them knows them: «2.4 Школьный спортивный клуб, поле «Секций»»."""

from decimal import Decimal
from typing import Any

# A place in a file: keys of mappings and indexes of lists, from the root.
Loc = tuple[str | int, ...]

_LONGEST = 60
# What the items of a list are called, by its key, and which of their keys say which one it is.
_ITEMS = {
    "directives": ("поручение", ("title", "id")),
    "fields": ("поле", ("label", "id")),
    "dates": ("период", ("title", "key")),
    "organizations": ("организация", ("name", "code")),
    "days_off": ("days_off", ("title",)),
    "school_breaks": ("school_breaks", ("title",)),
}
_MEMBERS = {"organization_types": "тип", "tags": "метка", "topics": "тема"}


def place_of(loc: Loc, data: Any = None) -> str:
    """The place in words. Indexes count from 1; where the data says how something is called, that is said instead."""
    parts: list[str] = []
    for step, key in zip(loc, (None, *loc), strict=False):
        data = _within(data, step)
        if isinstance(step, int):
            called, names = _ITEMS.get(str(key), (str(key), ()))
            # What has a name of its own needs no list around it, nor the key above that.
            while parts and parts[-1] in (key, "schedule"):
                parts.pop()
            parts.append(_called(called, names, data) or f"{called} № {step + 1}")
        elif key in _MEMBERS and len(parts) == 1:
            parts = [f"{_MEMBERS[str(key)]} {step}"]
        elif key != "only_if":
            parts.append(str(step))
    return ", ".join(parts)


def _within(data: Any, step: str | int) -> Any:
    if isinstance(data, dict):
        return data.get(step)
    if isinstance(data, list) and isinstance(step, int) and step < len(data):
        return data[step]
    return None


def _called(called: str, names: tuple[str, ...], item: Any) -> str:
    """How an item is called in its own words."""
    if not isinstance(item, dict):
        return ""
    name = next((item[key] for key in names if isinstance(item.get(key), str) and item[key].strip()), "")
    name = " ".join(name.split())
    name = name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
    number = item.get("number")
    if called == "поручение" and name and isinstance(number, str | int | Decimal):
        return f"{number} {name}"
    return f"{called} «{name}»" if name else ""
