"""What people read and tap. All Russian wording is here."""
