"""Doors at which events of MAX come in: it knocks, or is asked; and files that people have sent."""
