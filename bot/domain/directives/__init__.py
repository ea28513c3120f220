"""Directives: what one declares, which of its fields are asked, and how a round opens before its time."""
