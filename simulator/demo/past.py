"""The month before the curtain rises, kept from the first time it was played: the messenger's world and the bot's
database. Whatever has made it is in its name, so a changed program or resolution plays it anew."""

import hashlib
import pickle
import shutil
import sys
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from simulator.demo.process import ROOT
from simulator.errors import Json

FOLDER = ROOT / ".demo"
_WORLD, _DATABASE = "world.pickle", "demo.db"
_MADE_BY = ("bot/**/*.py", "handlers/**/*.py", "scheduler/**/*.py", "simulator/**/*.py", "data/*.yaml")


@dataclass(frozen=True, slots=True)
class Past:
    """What was kept. `now`: the moment at which it ends."""

    folder: Path
    world: Json

    @property
    def now(self) -> datetime:
        """The moment at which it ends."""
        moment: datetime = self.world["now"]
        return moment

    def put_database(self, path: Path) -> None:
        """Copies the bot's database to a place where it is used."""
        shutil.copyfile(self.folder / _DATABASE, path)


def _place(start: datetime) -> Path:
    digest = hashlib.sha256(f"{sys.version}\0{start.isoformat()}".encode())
    for path in sorted(path for pattern in _MADE_BY for path in ROOT.glob(pattern)):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return FOLDER / digest.hexdigest()[:24]


def find(start: datetime) -> Past | None:
    """The past of a demo that begins at that moment; None if it is to be played."""
    folder = _place(start)
    try:
        with (folder / _WORLD).open("rb") as file:
            # Our own: whoever writes here may change the program as well.
            return Past(folder, pickle.load(file))
    except (OSError, EOFError, pickle.UnpicklingError):
        return None


def keep(start: datetime, world: Json, database: Path) -> None:
    """Keeps it, in place of whatever was kept before; a folder that cannot be written keeps nothing."""
    place = _place(start)
    try:
        FOLDER.mkdir(mode=0o700, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix="new-", dir=FOLDER))
        shutil.copyfile(database, fresh / _DATABASE)
        (fresh / _WORLD).write_bytes(pickle.dumps(world))
        for other in FOLDER.iterdir():
            if other != fresh:
                shutil.rmtree(other, ignore_errors=True)
        fresh.rename(place)
    except OSError:
        return
