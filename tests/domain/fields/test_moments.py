"""Moments to come, as people type them."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.domain.fields.moments import BadMoment, MomentFault, read_last_day, read_moment

ZONE = ZoneInfo("Asia/Irkutsk")
# A Monday.
NOW = datetime(2026, 12, 28, 10, 0, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("29.12 14:30", "2026-12-29 14:30"),
        ("29.12.2026 14.30", "2026-12-29 14:30"),
        ("29.12", "2026-12-29 09:00"),
        ("29 декабря в 8:05", "2026-12-29 08:05"),
        ("29 декабря, 8:05", "2026-12-29 08:05"),
        ("Завтра в 9:00", "2026-12-29 09:00"),
        ("10:01", "2026-12-28 10:01"),
        ("в 23:59", "2026-12-28 23:59"),
        # Without a year the nearest day: the next year's.
        ("10.01 9:00", "2027-01-10 09:00"),
        ("  10.01  9:00 ", "2027-01-10 09:00"),
        ("завтра в 11", "2026-12-29 11:00"),
        ("в среду в 15:00", "2026-12-30 15:00"),
        ("30.12, 15-30", "2026-12-30 15:30"),
        ("15:00 30.12", "2026-12-30 15:00"),
        ("31 числа, 10 ч", "2026-12-31 10:00"),
        ("в 15 часов", "2026-12-28 15:00"),
        ("29.12 10.11", "2026-12-29 10:11"),
        ("до 30 декабря", "2026-12-30 09:00"),
    ],
)
def test_a_moment(typed: str, meant: str) -> None:
    assert f"{read_moment(typed, NOW, ZONE, time(9)):%Y-%m-%d %H:%M}" == meant


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", MomentFault.UNREADABLE),
        ("скоро", MomentFault.UNREADABLE),
        ("в 15", MomentFault.UNREADABLE),
        ("завтра утром", MomentFault.UNREADABLE),
        ("29.12 25:00", MomentFault.UNREADABLE),
        ("29.12 14:60", MomentFault.UNREADABLE),
        ("31.02 14:00", MomentFault.UNREADABLE),
        ("27.12 14:30", MomentFault.PAST),
        ("10:00", MomentFault.PAST),
        ("вчера в 9:00", MomentFault.PAST),
        ("30.12.2027 9:00", MomentFault.TOO_FAR),
        ("01.01.2100", MomentFault.TOO_FAR),
    ],
)
def test_no_moment(typed: str, fault: MomentFault) -> None:
    with pytest.raises(BadMoment) as bad:
        read_moment(typed, NOW, ZONE, time(9))
    assert bad.value.fault is fault


@pytest.mark.parametrize(
    "typed", ["28.12", "до 28.12", "По 28 декабря", "28 декабря включительно", "к 28.12.2026", "28 числа"]
)
def test_a_last_day(typed: str) -> None:
    assert read_last_day(typed, NOW, ZONE) == datetime(2026, 12, 28, 23, 59, tzinfo=ZONE)


def test_no_last_day() -> None:
    with pytest.raises(BadMoment) as bad:
        read_last_day("27.12", NOW, ZONE)
    assert bad.value.fault is MomentFault.PAST
