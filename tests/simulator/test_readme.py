"""The simulator's README says of each method whom it follows."""

import re
from pathlib import Path

from simulator.api.params import PARAMETERS
from simulator.methods import METHODS

README = Path(__file__).parents[2] / "simulator/README.md"


def test_every_method_says_whom_it_follows() -> None:
    section = README.read_text(encoding="utf-8").split("## Whom it follows")[1].split("\n## ")[0]
    rows = [line.split("|") for line in section.splitlines() if line.startswith("| ") and "---" not in line][1:]
    told = [name for row in rows for name in re.findall(r"\w+", row[1])]
    assert sorted(told) == sorted({*METHODS, "getUpdates"})
    assert set(told) == PARAMETERS.keys()
    assert all("01a3679" in row[2] or "022d602" in row[2] for row in rows)
