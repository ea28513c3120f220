"""The demo: people with phones on a page, a clock that is moved by hand, and the real bot under it as a process."""
