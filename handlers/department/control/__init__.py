"""Control: how rounds stand, what has been answered, and what is decided about it."""
