"""What people do: a router per conversation.

A handler gets a Scene (the open transaction, the moment, the person), decides, records, and returns what is to be said.
It never talks to Telegram: `bot.delivery` says its sayings once the transaction is committed.
"""
