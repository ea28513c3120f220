"""What the department sees of one-off questions."""
