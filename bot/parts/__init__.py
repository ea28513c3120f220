"""What `bot.app` is made of: each part is handed what it needs, finished, when it is made."""
