"""What the department sees of announcements."""
