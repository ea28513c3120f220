"""When: schedules, the calendar of work, due dates."""
