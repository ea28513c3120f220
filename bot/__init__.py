"""The bot of an education department: directives reach the right heads on time, and their answers come back."""
