"""What people do in their Telegram, and what they see of it."""
