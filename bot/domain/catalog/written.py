"""The text that a catalog is made of: whoever has it makes the same catalog, on whichever machine."""

import hashlib
import json
from collections.abc import Container, Mapping
from dataclasses import astuple, dataclass, field
from datetime import datetime
from functools import cached_property

from bot.domain.directives.directive import Directive
from bot.domain.people.territory import Known

# A folder's text begins so. No file of directives does: it would have a key that there is not.
_FOLDER = '{"files": '


def folder_text(files: Mapping[str, str]) -> str:
    """The texts of a folder's files by name, in the order in which they are read, as one text."""
    return _FOLDER + json.dumps([*files.items()], ensure_ascii=False) + "}"


@dataclass(frozen=True)
class Written:
    """The text of the catalog's files, and the name of the department's time zone, which is no file's."""

    # That of one file, or a `folder_text`.
    directives: str = ""
    calendar: str = ""
    # None: there is no such file.
    organizations: str | None = None
    zone: str = ""

    @property
    def folder(self) -> dict[str, str] | None:
        """The texts of the folder's files by name; None: the directives are one file."""
        return dict(json.loads(self.directives)["files"]) if self.directives.startswith(_FOLDER) else None

    @cached_property
    def digest(self) -> str:
        """SHA-256 in hexadecimal: of what is written, not of where the files lie."""
        parts = (part if part is None else hashlib.sha256(part.encode()).hexdigest() for part in astuple(self))
        return hashlib.sha256(json.dumps([*parts]).encode()).hexdigest()


# Begins what a whole file of the folder is kept under; no id of a directive begins so.
_FILE = "/"


def sent_file(name: str) -> str:
    """What a file of that name is kept under, which was sent to the bot."""
    return f"{_FILE}{name}"


def name_of_sent(key: str) -> str | None:
    """The name of the file that was sent; None: the key is a directive's id."""
    return key.removeprefix(_FILE) if key.startswith(_FILE) else None


def sent_as(directive: Directive, keys: Container[str]) -> str | None:
    """Under which of these keys the directive was sent: its own, or that of its file; None: it was not."""
    its_file = sent_file(directive.source.file) if directive.source is not None else ""
    return next((key for key in (directive.id, its_file) if key in keys), None)


@dataclass(frozen=True, slots=True)
class Adopted:
    """What the database says of an adopted catalog: its text and when it was adopted (None: nobody has kept them, or
    nobody asked for the text), the text of each directive or file that was sent to the bot, by its id or `sent_file`,
    and the territories that are gone, by id."""

    written: Written | None
    at: datetime | None
    sent: Mapping[str, str]
    gone: Mapping[str, Known] = field(default_factory=dict)
