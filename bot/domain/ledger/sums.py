"""What the organizations of a territory have answered together, proposed to their department for its own answer."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Sum:
    """`total` of the numbers of `count` organizations; `missing`: the labels of those that have not answered."""

    total: Decimal
    count: int
    missing: tuple[str, ...]
