"""Measurements: `make bench`. They print figures and compare runs of one machine with each other; nothing fails."""
