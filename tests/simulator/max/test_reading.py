"""People in MAX read: a number stands for the line above it, and what was cut is known by what is left."""

import pytest

from simulator.labels import abridged, fit, in_full
from simulator.max import MaxPerson
from tests.simulator.max.conftest import Bot, button

TEXT = "Какая школа?\n\n1) Белояровская СОШ — детский сад\n2) Верхнекедровская СОШ"


async def test_a_numbered_button(bot: Bot, head: MaxPerson) -> None:
    await bot.send(101, TEXT, [button("1) Белояровск…", "first")], [button("2) Верхнекедр…", "second")])
    await head.press("Верхнекедровская СОШ")
    (event,), marker = await bot.poll()
    assert event["callback"]["payload"] == "second"
    await head.press("детский сад")
    (event,), _ = await bot.poll(marker)
    assert event["callback"]["payload"] == "first"
    with pytest.raises(LookupError, match="no button 'Тихореченская ООШ'"):
        await head.press("Тихореченская ООШ")


def test_what_is_left_of_a_label() -> None:
    assert in_full("3) Нет", TEXT) == "3) Нет"
    # A number of its own is a part of the label.
    assert in_full("2. Верх…", TEXT.replace(")", ".")) == "2. Верхнекедровская СОШ"
    assert abridged("📨 Верхнекедровск…", "Верхнекедровская СОШ")
    assert abridged("Белояр…сад", "Белояровская СОШ — детский сад")
    assert not abridged("Белояр…СОШ", "Белояровская СОШ — детский сад")
    assert not abridged("Да", "Да")
    assert not fit("Верхнекедровск…", "Верхнекедровская СОШ")
