#!/bin/sh
# aiogram 3.31.0: «If you specify errors handler for router - it will be used for all handlers inside this router», say its docs,
# and it is used for the handlers of all routers: an error begins anew at the dispatcher, whose own handler has it first, and goes
# then through the routers in the order in which they were included, wherever it was raised. Of two routers with a handler each
# the first has all errors, also those of the second, and with a handler of the dispatcher neither is ever called. The apology
# that a router has for its own people is sent to others, or to none. A filter on what failed (the exception's type, the update)
# has to tell them apart.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet aiogram==3.31.0
"$folder/venv/bin/python" - <<'PYTHON'
import asyncio
import sys
from importlib.metadata import version

from aiogram import Bot, Dispatcher, F, Router
from aiogram.types import Update


async def seen(*with_handlers: str) -> list[str]:
    """Who was told of an error raised by a handler of each router, if these have a handler for errors."""
    told = []
    routers = {"the dispatcher": Dispatcher(), "schools": Router(), "curators": Router()}

    def listen(name: str) -> None:
        @routers[name].error()
        async def failed(event) -> None:
            told.append(f"{event.exception} to {name}")

    for name in ("schools", "curators"):

        @routers[name].message(F.text == name)
        async def handled(message) -> None:
            raise LookupError(f"an error of {message.text}")

        routers["the dispatcher"].include_router(routers[name])
    for name in with_handlers:
        listen(name)
    bot = Bot("1:of-nobody")
    for number, text in enumerate(("schools", "curators")):
        message = {"message_id": number, "date": 1, "chat": {"id": 1, "type": "private"}, "text": text}
        update = Update.model_validate({"update_id": number, "message": message})
        try:
            await routers["the dispatcher"].feed_update(bot, update)
        except LookupError as error:
            told.append(f"{error} to nobody")
    return told


async def main() -> None:
    print("aiogram", version("aiogram"))
    cases = [(), ("schools",), ("curators",), ("curators", "schools"), ("schools", "curators", "the dispatcher")]
    answers = [await seen(*case) for case in cases]
    for case, told in zip(cases, answers, strict=True):
        print(f"  handlers of errors: {', '.join(case) or 'none'}: {'; '.join(told)}")
    to = ["nobody", "schools", "curators", "schools", "the dispatcher"]
    same = answers == [[f"an error of schools to {whom}", f"an error of curators to {whom}"] for whom in to]
    sys.exit("the behaviour has changed" if not same else 0)


asyncio.run(main())
PYTHON
