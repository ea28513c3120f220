""".env.example tells of every setting, of no other, and the truth about its default."""

from pathlib import Path

import pytest
from dotenv import dotenv_values

from bot.config import Settings

_EXAMPLE = Path(__file__).parent.parent.parent / ".env.example"


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def test_it_has_every_setting_and_no_other() -> None:
    assert list(dotenv_values(_EXAMPLE)) == [name.upper() for name in Settings.model_fields]


def test_its_values_are_the_defaults() -> None:
    assert Settings(_env_file=_EXAMPLE) == Settings(_env_file=None)


def test_the_operations_page_has_every_setting() -> None:
    page = (_EXAMPLE.parent / "docs/operations.md").read_text(encoding="utf-8")
    assert [name for name in Settings.model_fields if f"| `{name.upper()}` |" not in page] == []
