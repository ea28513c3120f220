"""python -m simulator: the demo with its page; with --headless the server alone. Until SIGTERM or SIGINT."""

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from simulator.max import Max
from simulator.server import Simulator


async def _serve(messenger: Simulator | Max) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with messenger:
        print(f"listening on {messenger.url}", flush=True)
        await stop.wait()


def main() -> int:
    """Parse the arguments and serve; the exit code."""
    parser = argparse.ArgumentParser(prog="simulator", description="A messenger on this machine, and a demo in it.")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1, 0: any free one")
    parser.add_argument("--headless", action="store_true", help="the server alone: no page, no bot, no people")
    parser.add_argument("--messenger", choices=("telegram", "max"), default="telegram", help="which one is played")
    parser.add_argument("--token", default="42:TEST", help="the bot's token with --headless, 42:TEST if not given")
    parser.add_argument("--no-browser", action="store_true", help="only print the page's address")
    parser.add_argument("--registration", choices=("open", "approval", "invite"), default="open", help="as in .env")
    parser.add_argument("--directives", type=Path, help="directives other than the resolution's")
    parser.add_argument("--region", action="store_true", help="three territories in two time zones, and a ministry")
    parser.add_argument("--prepare", action="store_true", help="play the month before the demo, keep it, and end")
    arguments = parser.parse_args()
    if arguments.headless:
        kind = Max if arguments.messenger == "max" else Simulator
        asyncio.run(_serve(kind(arguments.token, arguments.port)))
        return 0
    # The demo is a program around the server, which knows nothing of it.
    from simulator.demo.run import prepare, run  # noqa: PLC0415

    if arguments.prepare:
        return prepare(arguments.messenger, region=arguments.region)
    return run(
        arguments.port,
        browser=not arguments.no_browser,
        registration=arguments.registration,
        directives=arguments.directives,
        messenger=arguments.messenger,
        region=arguments.region,
    )


if __name__ == "__main__":
    sys.exit(main())
