#!/bin/sh
# aiomax 2.12.5 (a client of the messenger MAX): a photo without words, whose text is null by the types of MAX, raises while the library
# looks for commands, before any handler. The error is logged, and the messages that came in the same answer after it reach nobody:
# the marker has already moved on, so MAX does not give them again. A refusal of MAX in an answer of 200, «success: false», raises
# TypeError ("exceptions must derive from BaseException"), and its words are lost. maxkit 2.13.3, which goes on where aiomax stopped, hands
# over all of them and says the words, and is imported by the same name, aiomax: of a machine with both, whichever was
# installed last is there for both, and pip list shows two. One of them is to be in the requirements, and it is maxkit.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for one in aiomax==2.12.5 maxkit==2.13.3; do
    python3 -m venv "$folder/${one%%=*}"
    "$folder/${one%%=*}/bin/pip" install --quiet "$one"
done
cat >"$folder/life.py" <<'PYTHON'
import asyncio
import logging
import sys
from importlib.metadata import version

import aiomax
from aiohttp import web

logging.disable(logging.CRITICAL)
SOMEONE = {"user_id": 1, "first_name": "Anna", "name": "Anna", "is_bot": False, "last_activity_time": 0}
asked: list[str | None] = []


def written(number: int, text: str | None) -> dict[str, object]:
    message = {
        "sender": SOMEONE,
        "recipient": {"chat_id": 5, "chat_type": "dialog", "user_id": 2},
        "timestamp": number,
        "body": {"mid": f"mid.{number}", "seq": number, "text": text, "attachments": []},
    }
    return {"update_type": "message_created", "timestamp": number, "message": message}


async def life(texts: list[str | None]) -> list[str | None]:
    """What a handler of all messages is given of these, which come in one answer."""
    heard: list[str | None] = []
    asked.clear()
    over = asyncio.Event()

    async def updates(request: web.Request) -> web.Response:
        asked.append(request.query.get("marker"))
        if len(asked) > 1:
            over.set()
            return web.json_response({"updates": [], "marker": 2})
        return web.json_response({"updates": [written(n, text) for n, text in enumerate(texts, 1)], "marker": 1})

    async def me(request: web.Request) -> web.Response:
        return web.json_response({**SOMEONE, "user_id": 2, "username": "bot", "is_bot": True})

    async def refuse(request: web.Request) -> web.Response:
        return web.json_response({"success": False, "message": "message is too old"})

    app = web.Application()
    app.router.add_get("/updates", updates)
    app.router.add_get("/me", me)
    app.router.add_post("/messages", refuse)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    bot = aiomax.Bot("token", api_url=f"http://127.0.0.1:{runner.addresses[0][1]}/")

    @bot.on_message()
    async def hear(message: aiomax.Message) -> None:
        heard.append(message.body.text)

    polling = asyncio.create_task(bot.start_polling())
    await over.wait()
    try:
        await bot.send_message("Здравствуйте!", user_id=1)
    except Exception as error:  # Of whatever kind: it is what is shown.
        refusals.append(f"{type(error).__name__}: {error}")
    polling.cancel()
    await asyncio.gather(polling, return_exceptions=True)
    await runner.cleanup()
    return heard


CASES = {
    "words": ["12 classes", "done"],
    "a photo without words": ["12 classes", None, "done"],
}
refusals: list[str] = []
who = sys.argv[1]
print(who, version(who))
seen = {}
for what, texts in CASES.items():
    seen[what] = asyncio.run(life(texts))
    print(f"  {what}: of {texts} the handler is given {seen[what]}; next asked with marker {asked[1]}")
print("  success: false is", refusals[0])
if who == "aiomax":
    same = seen["a photo without words"] == ["12 classes"] and refusals[0].startswith("TypeError: exceptions must derive from")
else:
    same = seen["a photo without words"] == CASES["a photo without words"] and "message is too old" in refusals[0]
sys.exit("the behaviour has changed" if not same or seen["words"] != CASES["words"] else 0)
PYTHON
for one in aiomax maxkit; do
    "$folder/$one/bin/python" "$folder/life.py" "$one"
done
