"""A table of organizations, as departments keep them."""
