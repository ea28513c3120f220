"""The way to MAX: its events become what handlers read, sayings become its calls."""
