"""Organizations, the people seated there, and the department's staff."""
