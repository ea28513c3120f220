#!/bin/sh
# matplotlib 3.11.2: bars that are given names for places stand at one place where two names are equal: of two kindergartens
# «Ромашка», in two villages, one bar is drawn over the other, the longer hides the shorter, and the chart has a row less
# than the table. Nothing is said. barh(range(n), values, tick_label=names) draws each.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet matplotlib==3.11.2
MPLCONFIGDIR="$folder" MPLBACKEND=Agg "$folder/venv/bin/python" - <<'PYTHON'
import sys

import matplotlib
from matplotlib import pyplot

NAMES, VALUES = ["Ромашка", "Солнышко", "Ромашка"], [3, 5, 8]


def places(bars) -> list[float]:
    return [round(bar.get_y() + bar.get_height() / 2) for bar in bars]


def rows(axes) -> list[str]:
    return [label.get_text() for label in axes.get_yticklabels()]


_, (first, second) = pyplot.subplots(1, 2)
by_names = places(first.barh(NAMES, VALUES))
by_numbers = places(second.barh(range(len(NAMES)), VALUES, tick_label=NAMES))
print("matplotlib", matplotlib.__version__)
print("  by names: bars at", by_names, "rows", rows(first))
print("  by numbers: bars at", by_numbers, "rows", rows(second))
same = (by_names, rows(first)) == ([0, 1, 0], NAMES[:2]) and (by_numbers, rows(second)) == ([0, 1, 2], NAMES)
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
