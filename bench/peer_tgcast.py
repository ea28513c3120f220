"""python bench/peer_tgcast.py DATABASE URL MESSAGES: tgcast sends what its database holds, until it is killed.

It runs in an environment of its own (bench/peers.py). A new database is given so many messages first, each with words
of its own. Its threads are as many as the bot has letters in flight, and its own limits are out of the way.
"""

import os
import sys
import threading
from pathlib import Path

import tgcast  # type: ignore[import-not-found]

_FIRST, _IN_FLIGHT = 10_001, 25
_TEXT = (
    "Просим сообщить, сколько учеников занимается в школьном спортивном клубе школы № {}. Срок: 10 октября 2026 года."
)


def main(database: str, url: str, messages: int) -> None:
    """Sends until it is killed."""
    is_new = not Path(database).exists()
    engine = tgcast.Telecast(
        os.environ["BOT_TOKEN"],
        store_dsn=database,
        telegram_base_url=url,
        global_rps=1e6,
        per_chat_rps=1e6,
        max_concurrency=_IN_FLIGHT,
        # Half a second by default, for 25 messages.
        poll_interval=0.001,
    )
    if is_new:
        for chat in range(_FIRST, _FIRST + messages):
            engine.enqueue(tgcast.Task(chat_id=chat, text=_TEXT.format(chat), idempotency_key=f"request:{chat}"))
    engine.start()
    threading.Event().wait()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
