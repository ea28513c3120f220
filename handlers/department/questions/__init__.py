"""One-off questions."""
