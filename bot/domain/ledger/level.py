"""The level above organizations, in lists and reports: which territories there are of it, and in what order."""

from collections.abc import Iterable

from bot.domain.catalog.catalog import Catalog
from bot.domain.people.member import Limits


def is_seen(catalog: Catalog, limits: Limits) -> bool:
    """Whether somebody with these limits may have to do with several territories."""
    return bool(catalog.territories) and len(limits.territories) != 1


def in_order(ids: Iterable[str], known: Iterable[str]) -> list[str]:
    """These territories in the order of the known ones, then any others; "", which is none, comes last."""
    places = {territory: place for place, territory in enumerate(known)}
    return sorted(ids, key=lambda id: (not id, places.get(id, len(places)), id))
