"""What people do: a router per conversation.

A handler gets the open transaction `tx` and the moment `now`, decides, records, and returns what is to be said.
It never talks to Telegram: `bot.delivery` says it once the transaction is committed.
"""
