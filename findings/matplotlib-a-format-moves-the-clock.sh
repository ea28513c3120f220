#!/bin/sh
# Matplotlib 3.11.2: an axis of times in Asia/Irkutsk is in Irkutsk's time as long as nobody touches it: "10-15 18". Told how to write them,
# DateFormatter("%d.%m %H:%M"), it writes UTC: «15.10 10:00», and the midnight with which a day begins is «14.10 16:00». A locator that
# is told, DayLocator(), puts its marks at midnight of UTC in the same way, so a bar of 12 October stands between the marks 11.10 and
# 12.10. Neither takes the zone of the axis, only tz= or rcParams["timezone"]. pandas 3.1.1 takes the zone off first:
# the hours of its plot are right under the same formatter only by x_compat=True and tz=; without it 15 October is «20.11», for pandas
# counts the axis in hours and Matplotlib takes them for days. Nothing is raised. Both are to be told tz=, each time.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export MPLCONFIGDIR="$folder"
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet matplotlib==3.11.2 pandas==3.1.1
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from datetime import datetime, timedelta
from importlib.metadata import version
from zoneinfo import ZoneInfo

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.dates import DateFormatter, DayLocator, HourLocator

HERE = ZoneInfo("Asia/Irkutsk")
MIDNIGHT = datetime(2026, 10, 15, tzinfo=HERE)
HOURS = [MIDNIGHT + timedelta(hours=hours) for hours in (0, 6, 12, 18)]
DAYS = [datetime(2026, 10, day, tzinfo=HERE) for day in (12, 13, 14)]
SHORT = "%d.%m %H:%M"


def labels(axes: plt.Axes) -> list[str]:
    axes.figure.canvas.draw()
    return [label.get_text() for label in axes.get_xticklabels()]


def plotted(formatter: DateFormatter | None) -> list[str]:
    """How the four hours are marked, where a format is told, or the whole axis."""
    _, axes = plt.subplots()
    axes.plot(HOURS, range(4))
    if formatter:
        axes.set_xticks(HOURS)
        axes.xaxis.set_major_formatter(formatter)
    return labels(axes)


def marks(locator: DayLocator) -> list[float]:
    """How far the marks are from the middle of the nearest of three bars, in hours."""
    _, axes = plt.subplots()
    bars = axes.bar(DAYS, range(1, 4))
    axes.xaxis.set_major_locator(locator)
    middle = bars[0].get_x() + bars[0].get_width() / 2
    return sorted({round(float(tick - middle) % 1 * 24, 1) for tick in axes.get_xticks()})


def by_pandas(formatter: DateFormatter, **options: bool) -> list[str]:
    _, axes = plt.subplots()
    pd.Series(range(4), index=pd.date_range(MIDNIGHT, periods=4, freq="h")).plot(ax=axes, **options)
    if options:
        axes.xaxis.set_major_locator(HourLocator(tz=HERE))
    axes.xaxis.set_major_formatter(formatter)
    return labels(axes)


print(*(f"{name} {version(name)}" for name in ("matplotlib", "pandas")))
seen = {
    "left alone": plotted(None),
    "DateFormatter": plotted(DateFormatter(SHORT)),
    "DateFormatter, tz": plotted(DateFormatter(SHORT, tz=HERE)),
    "DayLocator, hours after a bar": marks(DayLocator()),
    "DayLocator, tz, hours after a bar": marks(DayLocator(tz=HERE)),
    "pandas, DateFormatter, tz": by_pandas(DateFormatter("%d.%m", tz=HERE))[:1],
    "pandas, x_compat, DateFormatter, tz": by_pandas(DateFormatter(SHORT, tz=HERE), x_compat=True),
}
for what, told in seen.items():
    print(f"  {what}: {told}")
same = seen == {
    "left alone": [f"10-15 {hour:02}" for hour in range(0, 19, 2)],
    "DateFormatter": ["14.10 16:00", "14.10 22:00", "15.10 04:00", "15.10 10:00"],
    "DateFormatter, tz": ["15.10 00:00", "15.10 06:00", "15.10 12:00", "15.10 18:00"],
    "DayLocator, hours after a bar": [8.0],
    "DayLocator, tz, hours after a bar": [0.0],
    "pandas, DateFormatter, tz": ["20.11"],
    "pandas, x_compat, DateFormatter, tz": ["15.10 00:00", "15.10 01:00", "15.10 02:00", "15.10 03:00"],
}
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
