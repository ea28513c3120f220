"""Organizations, seats, staff."""
