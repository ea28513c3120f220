"""Measurements: `make bench`. They print figures, to compare runs on the same machine; nothing fails."""
