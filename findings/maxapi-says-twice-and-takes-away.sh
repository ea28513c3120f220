#!/bin/sh
# maxapi 1.2.3 (a client of the messenger MAX): a message that a gateway answers with 502, though it may have been sent, is
# posted three times more by itself, so that one call makes four messages; nothing but max_retries=0 stops that. An edit of
# the text alone always sends an empty list of attachments, which to MAX means «take away what is attached»: buttons go.
# «success: false» in an answer of 200 is no error to it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet maxapi==1.2.3
"$folder/venv/bin/python" - <<'PYTHON'
import asyncio
import logging
import sys
from importlib.metadata import version

from aiohttp import web
from maxapi import Bot
from maxapi.client.default import DefaultConnectionProperties
from maxapi.exceptions.max import MaxApiError

logging.disable(logging.CRITICAL)
posted, bodies = [], []


async def post(request):
    """The message is there, and the gateway before it does not know."""
    posted.append(await request.json())
    return web.Response(status=502, text="bad gateway")


async def put(request):
    """It is refused in the way that MAX has beside codes of HTTP."""
    bodies.append(await request.json())
    return web.json_response({"success": False, "message": "message is too old"})


async def main():
    app = web.Application()
    app.router.add_post("/messages", post)
    app.router.add_put("/messages", put)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    seen = {}
    for name, options in (("by itself", {}), ("max_retries=0", {"max_retries": 0})):
        connection = DefaultConnectionProperties(retry_backoff_factor=0.01, **options)
        bot = Bot("token", default_connection=connection)
        bot.set_api_url(f"http://127.0.0.1:{port}")
        posted.clear()
        try:
            await bot.send_message(user_id=1, text="Здравствуйте!")
        except MaxApiError as error:
            seen[name] = (len(posted), type(error).__name__)
        edited = await bot.edit_message(message_id="mid.1", text="Принято.")
        seen["edit"] = (bodies[-1].get("attachments"), edited.success)
        await bot.close_session()
    await runner.cleanup()
    return seen


print("maxapi", version("maxapi"))
found = asyncio.run(main())
for what, how in found.items():
    print(f"{what}: {how}")
expected = {"by itself": (4, "MaxApiError"), "max_retries=0": (1, "MaxApiError"), "edit": ([], False)}
sys.exit("the behaviour has changed" if found != expected else 0)
PYTHON
