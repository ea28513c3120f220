"""Rules that hold between places of the files, and between files."""
