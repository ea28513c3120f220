"""To Telegram: the courier, the pace, what is said at once."""
