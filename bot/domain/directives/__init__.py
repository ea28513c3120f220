"""Directives: what one declares, which of its fields are asked, a round before its time."""
