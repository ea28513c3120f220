"""What the bot says, as the tests know it: one name for each text, one class for each screen.

`heads` has what heads of organizations see, `department` what its staff see, `example` the names of data/*.yaml.
`test_texts.py` holds every name against the product.
"""

from pathlib import Path
from typing import ClassVar

ROOT = Path(__file__).parent.parent.parent


class Texts:
    """The texts of one screen; `of` names the files (without suffix) of the product in which they stand."""

    of: ClassVar[tuple[str, ...]]
    screens: ClassVar[list[type["Texts"]]] = []

    def __init_subclass__(cls, of: str) -> None:
        cls.of = tuple(of.split())
        Texts.screens.append(cls)

    @classmethod
    def named(cls) -> dict[str, str]:
        """Each name and its text."""
        return {name: text for name, text in vars(cls).items() if name.isupper()}
