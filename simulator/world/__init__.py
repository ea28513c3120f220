"""What there is: people, chats, messages, files; and the updates that tell the bot of it."""
