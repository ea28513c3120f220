"""What territories are called where there is little room."""

from collections.abc import Collection, Mapping
from typing import Protocol

NONE = "Без территории"


class Named(Protocol):
    """A territory of the catalog, or one that the ledger remembers."""

    @property
    def name(self) -> str:
        """As titles have it."""

    @property
    def short(self) -> str:
        """As buttons and lists have it."""


def short(territory: str, known: Mapping[str, Named]) -> str:
    """«Северный»; «Без территории» for none."""
    return known[territory].short if territory in known else territory or NONE


def name(territory: str, known: Mapping[str, Named]) -> str:
    """«Северный район»; «Без территории» for none."""
    return known[territory].name if territory in known else territory or NONE


def total_of(named: str) -> str:
    """«Итого: Северный»."""
    return f"Итого: {named}"


def total_of_all(known: Mapping[str, Named], ids: Collection[str]) -> str:
    """«Итого по району»; where there are territories, those that whoever reads it is limited to."""
    named = [its.short for id, its in known.items() if id in ids]
    if named:
        return total_of(", ".join(named))
    return "Итого по всем территориям" if known else "Итого по району"
