"""The text that a catalog is made of: whoever has it makes the same catalog, on whichever machine."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from datetime import datetime
from functools import cached_property


@dataclass(frozen=True)
class Written:
    """The text of the catalog's files, and the name of the department's time zone, which is no file's."""

    directives: str = ""
    calendar: str = ""
    # None: there is no such file.
    organizations: str | None = None
    zone: str = ""

    @cached_property
    def digest(self) -> str:
        """SHA-256 in hexadecimal: of what is written, not of where the files lie."""
        parts = (part if part is None else hashlib.sha256(part.encode()).hexdigest() for part in astuple(self))
        return hashlib.sha256(json.dumps([*parts]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Adopted:
    """What the database says of an adopted catalog: its text and when it was adopted (None: nobody has kept them, or
    nobody asked for the text), and the text of each directive that was sent to the bot, by its id."""

    written: Written | None
    at: datetime | None
    sent: Mapping[str, str]
