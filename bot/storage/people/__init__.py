"""Organizations and people: who sits where, who works in the department, whom an audience reaches."""
