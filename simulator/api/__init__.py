"""Bot API methods about messages: what a call may say, where it goes, and what it makes."""
