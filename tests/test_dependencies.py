"""What the project says of its libraries: no pin has a flaw that the project knows of, each licence is named."""

import re
from datetime import date

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from tests.world import ROOT

# Files of exact versions, as they are installed.
LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-audit.txt")
_ADVISORY = re.compile(r"^\| ([a-z0-9-]+) \| (.+) \| ([\d.]+) \| (\d{4}-\d\d-\d\d) \|$", re.MULTILINE)


def pins(lock: str) -> list[tuple[str, Version]]:
    """Names and versions; a library may have several, one for each system."""
    lines = re.findall(
        r"^([a-z0-9-]+(?:\[[a-z,-]+\])?==[^ \\]+)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE
    )
    requirements = [Requirement(line) for line in lines]
    return [(requirement.name, Version(str(requirement.specifier)[2:])) for requirement in requirements]


def advisories() -> dict[str, Version]:
    """Of each library the version in which the last flaw that is known was mended."""
    text = (ROOT / "docs/advisories.md").read_text(encoding="utf-8")
    rows = _ADVISORY.findall(text)
    # A row that is written otherwise would be looked at by nobody.
    assert len(rows) == text.count("\n| ") - 1
    assert all(date.fromisoformat(looked_up) <= date.today() for *_, looked_up in rows)  # noqa: DTZ011
    return {library: Version(fixed) for library, _, fixed, _ in rows}


def too_old(found: list[tuple[str, Version]]) -> list[str]:
    """Those of the pins that have a flaw."""
    mended = advisories()
    return [f"{library} {version}" for library, version in found if version < mended.get(library, version)]


@pytest.mark.parametrize("lock", LOCKS)
def test_no_pin_has_a_flaw_that_is_known(lock: str) -> None:
    assert len(pins(lock)) > 20
    assert too_old(pins(lock)) == []


def test_an_older_pin_is_found() -> None:
    assert too_old([("aiohttp", Version("3.14.4")), ("aiohttp", Version("3.14.5"))]) == ["aiohttp 3.14.4"]


def test_each_advisory_is_of_a_library_that_is_used() -> None:
    assert set(advisories()) <= {library for lock in LOCKS for library, _ in pins(lock)}


def test_each_licence_is_named() -> None:
    named = re.findall(r"^\| ([a-z0-9-]+) \| \S", (ROOT / "docs/licences.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert [library for library in named if library != "library"] == list(
        dict.fromkeys(name for name, _ in pins(LOCKS[0]))
    )
    assert "MIT License" in (ROOT / "LICENSE").read_text(encoding="utf-8")
