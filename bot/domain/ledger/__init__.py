"""Rounds, obligations and replies, and what is derived from them."""
