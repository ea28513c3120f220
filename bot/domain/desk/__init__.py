"""What the department says and asks of its own accord."""
