"""Headings of what comes from one document, in lists of several."""

from collections.abc import Sequence

from bot.domain.brevity import shortened
from bot.domain.catalog.catalog import Catalog
from bot.domain.desk.sources import Group, Grouped
from bot.domain.directives.directive import Directive
from bot.views.territories import short
from bot.views.words import esc

# Two or three lines of a phone.
_LONGEST = 70
# Of territories.
_NAMED = 2


def heading(group: Group) -> str:
    """«Из приказа Министерства образования от 12.09.2026 № 1204»; plain text."""
    if group.is_questions:
        return "Разовые вопросы"
    return f"Из {group.source}" if group.source else "Прочие поручения"


def begins(listed: Sequence[object], place: int) -> list[str]:
    """The lines of a screen before that item of the list: a heading where a group begins, if there are groups."""
    group = begun(listed, place)
    return ["", f"<b>{esc(shortened(group, _LONGEST))}</b>"] if group else []


def begun(listed: Sequence[object], place: int) -> str:
    """The heading of the group that begins with that item; empty: none does, or there are no groups."""
    group = listed.begun_at(place) if isinstance(listed, Grouped) else None
    return heading(group) if group else ""


def local(directive: Directive, catalog: Catalog) -> str:
    """«местное: Северный» of what a document of some territories says, where others are for all; otherwise empty."""
    source = directive.source
    if source is None or not source.territories or all(each.territories for each in catalog.sources):
        return ""
    known = catalog.known_territories
    names = [short(territory, known) for territory in source.territories]
    return f"местное: {', '.join(names)}" if len(names) <= _NAMED else "местное"
