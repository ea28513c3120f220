"""Rounds, answers, decisions."""
