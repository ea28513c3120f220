"""A MAX."""
