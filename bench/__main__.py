"""python -m bench [--large]: runs the measurements one after another, on this machine alone, and ends."""

import argparse
import asyncio

from bench import reports


def main() -> None:
    """Prints a table for each."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measures the bot; takes some minutes.")
    parser.add_argument("--large", action="store_true", help="also a region of 50,000 organizations: half an hour")
    asyncio.run(reports.measure(large=parser.parse_args().large))


if __name__ == "__main__":
    main()
