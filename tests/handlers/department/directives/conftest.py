"""The files of a department, which its people edit."""

from pathlib import Path
from typing import Any

import pytest

from bot.domain.catalog.catalog import Catalog
from tests.catalog.small import CALENDAR, DIRECTIVES, ORGANIZATIONS
from tests.world import catalog_of


class Office:
    """The files of a department, and the bot that has loaded them."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.directives, self.calendar, self.organizations = (
            folder / f"{name}.yaml" for name in ("directives", "calendar", "organizations")
        )
        self.write(DIRECTIVES)
        self.calendar.write_text(CALENDAR, encoding="utf-8")
        self.organizations.write_text(ORGANIZATIONS, encoding="utf-8")

    def write(self, text: str, *changes: tuple[str, str]) -> None:
        for old, new in changes:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        self.directives.write_text(text, encoding="utf-8")

    def catalog(self) -> Catalog:
        """What a start of the program would load."""
        return catalog_of(self.directives, self.organizations, self.calendar)

    @property
    def settings(self) -> dict[str, Any]:
        """Where they are, for a bot."""
        return {
            "directives_file": self.directives,
            "calendar_file": self.calendar,
            "organizations_file": self.organizations,
        }


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)
