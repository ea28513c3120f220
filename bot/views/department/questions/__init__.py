"""One-off questions as the department sees them."""
