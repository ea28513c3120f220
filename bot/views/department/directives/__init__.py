"""What the department sees of directives and of an edited catalog."""
