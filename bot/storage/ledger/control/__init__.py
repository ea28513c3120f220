"""How rounds and organizations stand, as the department sees it."""
