"""What the department sees of rounds, answers and decisions."""
