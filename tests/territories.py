"""The program's own example as two territories of a region, with their departments."""

from dataclasses import replace

from bot.domain.catalog.catalog import Catalog
from bot.domain.people.organization import RosterEntry
from bot.domain.people.territory import Territory
from tests.world import catalog_of

NORTHERN, SOUTHERN = "Северный", "Южный"
# Codes of organizations in the north; all others are in the south, but for the ministry.
IN_THE_NORTH = {"school-tikhorechenskaya", "kindergarten-rodnichok", "department"}
MINISTRY = RosterEntry("ministry", "Министерство образования", frozenset({"department"}))


def region() -> Catalog:
    """The catalog with territories; the department is the north's, and there is a ministry above."""
    catalog = catalog_of()
    names = {"north": NORTHERN, "south": SOUTHERN}
    roster = [replace(entry, territory="north" if entry.code in IN_THE_NORTH else "south") for entry in catalog.roster]
    territories = {id: Territory(id, f"{name} район", name, catalog.calendar) for id, name in names.items()}
    return replace(catalog, roster=(*roster, MINISTRY), territories=territories)


def without(catalog: Catalog, gone: str, into: str) -> Catalog:
    """The catalog after a territory was merged into another."""
    roster = tuple(replace(entry, territory=into) if entry.territory == gone else entry for entry in catalog.roster)
    territories = {id: territory for id, territory in catalog.territories.items() if id != gone}
    return replace(catalog, roster=roster, territories=territories)
