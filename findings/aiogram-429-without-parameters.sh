#!/bin/sh
# aiogram 3.31.0: a 429 is TelegramRetryAfter only if the body has `parameters.retry_after` above zero. What a proxy, or
# another Bot API server, says in the text («Too Many Requests: retry after 7») or in the header (Retry-After: 7) is not
# read: the caller gets a plain TelegramAPIError, which `except TelegramRetryAfter` lets pass, and has nothing to wait by.
# A refusal without a description has None for its message.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet aiogram==3.31.0
"$folder/venv/bin/python" - <<'PYTHON'
import asyncio
import sys
from importlib.metadata import version

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramAPIError
from aiohttp import web

TEXT = "Too Many Requests: retry after 7"
ANSWERS = {
    "parameters": (429, {"description": TEXT, "parameters": {"retry_after": 7}}),
    "text and header": (429, {"description": TEXT}),
    "no description": (400, {}),
}
now = ""


async def answer(request: web.Request) -> web.Response:
    status, body = ANSWERS[now]
    return web.json_response({"ok": False, "error_code": status, **body}, status=status, headers={"Retry-After": "7"})


async def main() -> dict[str, tuple[str, str | None]]:
    global now
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    server = TelegramAPIServer.from_base(f"http://127.0.0.1:{port}")
    seen = {}
    async with Bot("42:TEST", session=AiohttpSession(api=server)) as bot:
        for now in ANSWERS:
            try:
                await bot.get_me()
            except TelegramAPIError as error:
                seen[now] = (type(error).__name__, error.message)
    await runner.cleanup()
    return seen


seen = asyncio.run(main())
print("aiogram", version("aiogram"))
for case, (name, message) in seen.items():
    print(f"  {case}: {name}, message {message!r}")
same = (
    seen["parameters"][0] == "TelegramRetryAfter"
    and seen["text and header"] == ("TelegramAPIError", TEXT)
    and seen["no description"] == ("TelegramBadRequest", None)
)
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
