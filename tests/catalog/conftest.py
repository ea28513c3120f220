"""A folder with a small valid catalog."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from bot.catalog.faults import CatalogError
from bot.domain.catalog.catalog import Catalog
from tests.catalog.small import FILES, load_here


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, holding the three files."""
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def faults_of(files: Path) -> Callable[[str, Mapping[str, str]], list[str]]:
    """The faults after replacing pieces of one file."""

    def spoil(name: str, changes: Mapping[str, str]) -> list[str]:
        text = FILES[name]
        for old, new in changes.items():
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        (files / name).write_text(text, encoding="utf-8")
        try:
            load_here()
        except CatalogError as error:
            return str(error).splitlines()
        return []

    return spoil


@pytest.fixture
def catalog(files: Path) -> Catalog:
    """The small catalog as it is."""
    return load_here()
