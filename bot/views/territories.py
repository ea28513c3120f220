"""What territories are called where there is little room."""

from collections.abc import Collection, Mapping
from typing import Protocol

from bot.domain.ledger.level import in_order

# So many are named.
_NAMED = 3
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


def listed(ids: Collection[str], known: Mapping[str, Named]) -> str:
    """«Северный, Южный»; of many some are named."""
    named = [short(id, known) for id in in_order(ids, known) if id]
    rest = len(named) - _NAMED
    return ", ".join(named[:_NAMED]) + (f" и ещё {rest}" if rest > 0 else "")


def total_of(named: str) -> str:
    """«Итого: Северный»."""
    return f"Итого: {named}"


def total_of_all(known: Mapping[str, Named], ids: Collection[str]) -> str:
    """«Итого по району»; where there are territories, those with these ids, if it is not of all."""
    if known and (named := listed(ids, known)):
        return total_of(named)
    return "Итого по всем территориям" if known else "Итого по району"
