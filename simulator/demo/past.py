"""The month before the curtain rises, kept from the first time it was played: the messenger's world and the bot's
database. Whatever has made it is in its name, so a changed program or resolution plays it anew."""

import hashlib
import pickle
import shutil
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from simulator.demo.process import ROOT
from simulator.errors import Json

FOLDER = ROOT / ".demo"
_WORLD, _DATABASE = "world.pickle", "demo.db"
_MADE_BY = (
    "bot/**/*.py",
    "handlers/**/*.py",
    "scheduler/**/*.py",
    "simulator/**/*.py",
    "simulator/**/*.yaml",
    "data/*.yaml",
)


def _place(start: datetime, messenger: str) -> Path:
    digest = hashlib.sha256(f"{sys.version}\0{start.isoformat()}".encode())
    for path in sorted(path for pattern in _MADE_BY for path in ROOT.glob(pattern)):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return FOLDER / f"{messenger}-{digest.hexdigest()[:24]}"


def find(start: datetime, database: Path, messenger: str = "telegram") -> Json | None:
    """The world of a demo that begins at that moment, and beside it its database, copied to that path.

    None if the past is to be played.
    """
    folder = _place(start, messenger)
    try:
        shutil.copyfile(folder / _DATABASE, database)
        with (folder / _WORLD).open("rb") as file:
            # Our own: whoever writes here may change the program as well.
            world: Json = pickle.load(file)
            return world
    except (OSError, EOFError, pickle.UnpicklingError):
        database.unlink(missing_ok=True)
        return None


def is_kept(start: datetime, messenger: str = "telegram") -> bool:
    """Whether there is nothing to play."""
    return (_place(start, messenger) / _WORLD).exists()


def keep(start: datetime, world: Json, database: Path, messenger: str = "telegram") -> None:
    """Keeps it, in place of what was kept of that messenger before; a folder that cannot be written keeps nothing."""
    place = _place(start, messenger)
    try:
        FOLDER.mkdir(mode=0o700, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix="new-", dir=FOLDER))
        shutil.copyfile(database, fresh / _DATABASE)
        (fresh / _WORLD).write_bytes(pickle.dumps(world))
        for other in FOLDER.glob(f"{messenger}-*"):
            shutil.rmtree(other, ignore_errors=True)
        fresh.rename(place)
    except OSError:
        # Another demo has kept the same, or the folder cannot be written: it is played again next time.
        return
