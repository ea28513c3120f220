"""Progress bars of the command line: on stderr, if that is a terminal, and only for what takes longer than a second."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Event, Thread

from bot.domain.progress import Progress, silent

# Seconds after which a bar appears, and between its redrawings.
AFTER, EVERY = 1.0, 0.1
_KNOWN = "{desc} {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt}, {remaining}"
_UNKNOWN = "{desc} {elapsed}"


@contextmanager
def shown(called: Mapping[str, str] | None = None) -> Iterator[Progress]:
    """Shows a bar for each thing that the block tells of, as long as that lasts; `called`: what it is called there."""
    if not sys.stderr.isatty():
        yield silent
        return
    bars = _Bars(called or {})
    bars.start()
    try:
        yield bars.tell
    finally:
        bars.end()


class _Bars(Thread):
    """Draws beside the work, which may tell nothing for long: a statement of a database can take seconds."""

    def __init__(self, called: Mapping[str, str]) -> None:
        super().__init__(name="progress", daemon=True)
        self._called = called
        self._now = ("", 0, 0)
        self._ended = Event()

    def tell(self, what: str, done: int, of: int) -> None:
        """See Progress."""
        self._now = (self._called.get(what, what), done, of)

    def end(self) -> None:
        """Returns when no bar is left on the terminal."""
        self._ended.set()
        self.join()

    def run(self) -> None:
        """Thread's own."""
        if self._ended.wait(AFTER):
            return
        # Imported here: whoever is done sooner, or has no terminal, need not wait for that.
        from tqdm import tqdm

        # tqdm would start a thread of its own to redraw bars; this thread does that.
        tqdm.monitor_interval = 0
        bar, shows = None, ""
        while True:
            what, done, of = self._now
            if what and (bar is None or shows != what):
                if bar is not None:
                    bar.close()
                shape = _KNOWN if of else _UNKNOWN
                shows = what
                # With `nrows` tqdm does not ask a terminal that does not know.
                bar = tqdm(desc=what, initial=done, leave=False, ncols=_columns(), nrows=2, bar_format=shape)
            if bar is not None:
                bar.total, bar.n = of or None, done
                bar.refresh()
            if self._ended.wait(EVERY):
                break
        if bar is not None:
            bar.close()


def _columns() -> int:
    """The width of the terminal. Some terminals (of a container, of a job) do not know, and say 0."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or 80
    except OSError:
        return 80
