"""python -m simulator [--port N] [--token T]: the server alone, until SIGTERM or SIGINT."""

import argparse
import asyncio
import signal

from simulator.server import Simulator


async def _serve(token: str, port: int) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with Simulator(token, port) as simulator:
        print(f"listening on {simulator.url}", flush=True)
        await stop.wait()


def main() -> None:
    """Parse the arguments and serve."""
    parser = argparse.ArgumentParser(prog="simulator", description="A Telegram on this machine.")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1, 0: any free one")
    parser.add_argument("--token", default="42:TEST", help="the bot's token, 42:TEST if not given")
    arguments = parser.parse_args()
    asyncio.run(_serve(arguments.token, arguments.port))


if __name__ == "__main__":
    main()
