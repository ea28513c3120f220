"""The document that directives come from: the August resolution, an order of the ministry, one of the department's."""

from dataclasses import dataclass
from datetime import date as day


@dataclass(frozen=True, slots=True)
class Source:
    """`title` names the document in the genitive, as it stands in front of a quotation: «резолюции конференции».

    `territories`: it is for organizations of these alone; empty: for all. `file`: its file's name in the folder of
    directives; empty: there is one file and no folder.
    """

    title: str
    number: str = ""
    date: day | None = None
    territories: tuple[str, ...] = ()
    file: str = ""

    @property
    def name(self) -> str:
        """What tells it from others: «приказа Министерства образования от 12.09.2026 № 1204»."""
        dated = f" от {self.date:%d.%m.%Y}" if self.date else ""
        return f"{self.title}{dated}{f' № {self.number}' if self.number else ''}"
