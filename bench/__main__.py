"""python -m bench [--large] [--against DIR] [PART ...]: runs the measurements one after another, on this machine alone,
and ends."""

import argparse
import asyncio
from collections.abc import Callable, Coroutine
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from bench import board, ledger, presses, reports, sending, starting
from bench.harness import builds
from tests.postgres import postgres_server


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
    parser.add_argument("--postgresql", action="store_true", help="presses on a PostgreSQL of its own, not on SQLite")
    parts: dict[str, Callable[[argparse.Namespace], Coroutine[Any, Any, None]]] = {
        "starting": lambda asked: starting.measure(builds(asked.against)),
        "sending": lambda asked: sending.measure(builds(asked.against)),
        "presses": _presses,
        "ledger": lambda asked: ledger.measure(large=asked.large),
        "reports": lambda asked: reports.measure(large=asked.large),
        "board": lambda asked: board.measure(large=asked.large),
    }
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"only these: {', '.join(parts)}")
    arguments = parser.parse_args()
    if unknown := set(arguments.parts) - set(parts):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    for name, part in parts.items():
        if not arguments.parts or name in arguments.parts:
            asyncio.run(part(arguments))


async def _presses(asked: argparse.Namespace) -> None:
    with postgres_server() if asked.postgresql else nullcontext("") as server:
        await presses.measure(builds(asked.against, server))


if __name__ == "__main__":
    main()
