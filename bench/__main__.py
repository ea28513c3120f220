"""python -m bench [--large] [PART ...]: runs the measurements one after another, on this machine alone, and ends."""

import argparse
import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from bench import board, ledger, presses, reports, sending, starting


def main() -> None:
    """Prints a table for each part."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measures the bot; takes some minutes.")
    parser.add_argument("--large", action="store_true", help="also a region of 50,000 organizations: half an hour")
    parts: dict[str, Callable[[bool], Coroutine[Any, Any, None]]] = {
        "starting": lambda _: starting.measure(),
        "sending": lambda _: sending.measure(),
        "presses": lambda _: presses.measure(),
        "ledger": lambda large: ledger.measure(large=large),
        "reports": lambda large: reports.measure(large=large),
        "board": lambda large: board.measure(large=large),
    }
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"only these: {', '.join(parts)}")
    arguments = parser.parse_args()
    if unknown := set(arguments.parts) - set(parts):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    for name, part in parts.items():
        if not arguments.parts or name in arguments.parts:
            asyncio.run(part(arguments.large))


if __name__ == "__main__":
    main()
