"""Of several organizations that a message names, those that a search has not found."""

from collections.abc import Mapping, Sequence

from bot.domain.people import search
from bot.domain.people.organization import Organization
from bot.domain.people.wording import typed_wording

# So many names are looked at; a list on paper is rarely longer.
_AT_MOST = 60


def missed(found: Sequence[Organization], typed: str, titles: Mapping[str, str]) -> list[str]:
    """The parts of what was typed that mean none of those found; empty if it names but one, or none was found."""
    parts = [part.strip() for part in search.BETWEEN.split(typed)[:_AT_MOST] if not typed_wording(part).is_nothing]
    if len(parts) < 2 or not found:
        return []
    return [part for part in parts if not search.find(found, part, titles)]
