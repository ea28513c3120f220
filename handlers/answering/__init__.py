"""A head answers a request, asks for more time, sees what the others answered."""
