"""From Telegram: doors, the inbox, the dispatcher."""
