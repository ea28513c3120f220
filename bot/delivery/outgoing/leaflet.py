"""The page for heads that goes with their welcome: a file of the project's own, uploaded once."""

import logging
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

_log = logging.getLogger(__name__)


@dataclass
class Leaflet:
    """The file at `path`, called `name` where it arrives; `file_id`: Telegram's own name of it, once it has it."""

    path: Path
    name: str
    file_id: str = field(default="", init=False)

    @cached_property
    def content(self) -> bytes:
        """The file; b"" if it is not there, for nobody's registration hangs on it."""
        try:
            return self.path.read_bytes()
        except OSError as error:
            _log.warning("the page for heads is not sent: %s", error)
            return b""
