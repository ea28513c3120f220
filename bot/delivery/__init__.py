"""To and from Telegram: receiver, dispatcher, courier, and what Telegram's errors mean."""
