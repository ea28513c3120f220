#!/bin/sh
# aiogram 3.31.0: what CallbackData.pack() writes upon a button is not always what unpack() reads. None is written as nothing, and
# nothing is read as the default of the field: a button "of no topic" of a class with `topic: int | None = 5` is one of topic 5,
# and an empty text of `str | None = "all"` is "all". A member of an Enum of numbers is written as its number, and read as
# a text that is no member: the filter takes that for somebody else's button and the press is not handled, without an error. An
# IntEnum, an Enum of texts and defaults that are None come back. 7 of `str | int` comes back as "7".
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet aiogram==3.31.0
"$folder/venv/bin/python" - <<'PYTHON'
import asyncio
import sys
from enum import Enum, IntEnum
from importlib.metadata import version

from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, User


class Urgency(Enum):
    LOW = 1


class Level(IntEnum):
    LOW = 1


class Topic(CallbackData, prefix="topic"):
    topic: int | None = 5
    kind: str | None = "all"


class Plain(CallbackData, prefix="plain"):
    topic: int | None = None


class Urgent(CallbackData, prefix="urgent"):
    urgency: Urgency


class Levelled(CallbackData, prefix="level"):
    level: Level


class Code(CallbackData, prefix="code"):
    code: str | int


async def press(button: CallbackData) -> CallbackData | str:
    someone = User(id=1, is_bot=False, first_name="Anna")
    query = CallbackQuery(id="1", from_user=someone, chat_instance="1", data=button.pack())
    found = await type(button).filter()(query)
    return found["callback_data"] if found else "not handled"


BUTTONS = {
    "None, default 5": Topic(topic=None, kind="late"),
    "empty, default all": Topic(topic=7, kind=""),
    "None, default None": Plain(topic=None),
    "Enum of numbers": Urgent(urgency=Urgency.LOW),
    "IntEnum": Levelled(level=Level.LOW),
    "7 of str | int": Code(code=7),
}


async def main() -> dict[str, CallbackData | str]:
    return {what: await press(button) for what, button in BUTTONS.items()}


seen = asyncio.run(main())
print("aiogram", version("aiogram"))
for what, button in BUTTONS.items():
    print(f"  {what}: {button!r} as {button.pack()!r} comes back as {seen[what]!r}")
same = (
    seen["None, default 5"] == Topic(topic=5, kind="late")
    and seen["empty, default all"] == Topic(topic=7, kind="all")
    and seen["None, default None"] == Plain(topic=None)
    and seen["Enum of numbers"] == "not handled"
    and seen["IntEnum"] == Levelled(level=Level.LOW)
    and seen["7 of str | int"] == Code(code="7")
)
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
