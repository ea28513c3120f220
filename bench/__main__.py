"""python -m bench [--large] [--against DIR] [PART ...]: runs the measurements one after another, on this machine alone,
and ends."""

import argparse
import asyncio
from collections.abc import Callable, Coroutine
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from bench import board, ledger, messengers, peers, presses, reports, screens, sending, starting, territories
from bench.harness import Build, builds
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
    parser.add_argument(
        "--postgresql", action="store_true", help="sending and presses on a PostgreSQL of its own, not on SQLite"
    )
    parts: dict[str, Callable[[argparse.Namespace], None]] = {
        "starting": lambda asked: asyncio.run(starting.measure(builds(asked.against))),
        "sending": lambda asked: _on_either(sending.measure, asked),
        "presses": lambda asked: _on_either(presses.measure, asked),
        "messengers": lambda asked: _on_either(messengers.measure, asked),
        "ledger": lambda asked: asyncio.run(ledger.measure(large=asked.large)),
        "reports": lambda asked: asyncio.run(reports.measure(large=asked.large)),
        "board": lambda asked: asyncio.run(board.measure(large=asked.large)),
        "screens": lambda asked: screens.measure(large=asked.large),
        "territories": lambda asked: territories.measure(),
        "peers": lambda asked: asyncio.run(peers.measure()),
    }
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"only these: {', '.join(parts)}; peers only if asked for"
    )
    arguments = parser.parse_args()
    if unknown := set(arguments.parts) - set(parts):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    if arguments.against is not None and not (arguments.against / "bot/__main__.py").is_file():
        parser.error(f"--against {arguments.against}: no checkout of this project")
    for name, part in parts.items():
        # pip installs the peers first: that is for whoever asks for it.
        if name in arguments.parts or (not arguments.parts and name != "peers"):
            part(arguments)


def _on_either(measure: Callable[[list[Build]], Coroutine[Any, Any, None]], asked: argparse.Namespace) -> None:
    with postgres_server() if asked.postgresql else nullcontext("") as server:
        asyncio.run(measure(builds(asked.against, server)))


if __name__ == "__main__":
    main()
