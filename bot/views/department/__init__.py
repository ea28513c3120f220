"""What the department's people see; a module for each conversation of handlers/department."""
