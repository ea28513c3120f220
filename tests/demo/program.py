"""python -m tests.demo.program FORGE ARGUMENTS: the demo, whose bot a forge at that address starts."""

import sys

from simulator.__main__ import main
from simulator.demo import process
from tests.forge import Forge

if __name__ == "__main__":
    process.BOT = Forge(sys.argv.pop(1)).bot
    sys.exit(main())
