"""The collector of garbage looks for none where there is none; a plugin, since libraries are imported by `conftest.py`.

It took a fifth of the time of a start, and a twentieth of that of the tests.
"""

import gc

# What is imported lives as long as the run.
gc.disable()


def pytest_collection_finish() -> None:
    """The tests begin: from now on there is some, but not in libraries, and what a world leaves is seldom a cycle."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    gc.enable()
