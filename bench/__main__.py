"""python -m bench [--large] [--against DIR] [PART ...]: runs the measurements one after another, on this machine alone,
and ends."""

import argparse
import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from bench import board, ledger, peers, presses, reports, sending, starting
from bench.harness import builds


def main() -> None:
    """Prints a table for each part."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measures the bot; takes some minutes.")
    parser.add_argument("--large", action="store_true", help="also a region of 50,000 organizations: half an hour")
    parser.add_argument(
        "--against",
        type=Path,
        metavar="DIR",
        help="another checkout, in the same rounds, with this one's libraries: of starting, sending and presses",
    )
    parts: dict[str, Callable[[argparse.Namespace], Coroutine[Any, Any, None]]] = {
        "starting": lambda asked: starting.measure(builds(asked.against)),
        "sending": lambda asked: sending.measure(builds(asked.against)),
        "presses": lambda asked: presses.measure(builds(asked.against)),
        "ledger": lambda asked: ledger.measure(large=asked.large),
        "reports": lambda asked: reports.measure(large=asked.large),
        "board": lambda asked: board.measure(large=asked.large),
        "peers": lambda asked: peers.measure(),
    }
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"only these: {', '.join(parts)}; peers only if asked for"
    )
    arguments = parser.parse_args()
    if unknown := set(arguments.parts) - set(parts):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    for name, part in parts.items():
        # pip installs the peers first: that is for whoever asks for it.
        if name in arguments.parts or (not arguments.parts and name != "peers"):
            asyncio.run(part(arguments))


if __name__ == "__main__":
    main()
