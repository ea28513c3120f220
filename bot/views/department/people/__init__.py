"""What the department sees of organizations, seats and staff."""
