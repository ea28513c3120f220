"""Whether the SQLite that this Python has been built with knows all that is asked of it."""

import sqlite3

# Since then it knows RETURNING, by which letters are claimed. Older systems of public bodies have older ones.
NEEDED = (3, 35)


def is_too_old() -> bool:
    """Whether it does not."""
    return sqlite3.sqlite_version_info < NEEDED
