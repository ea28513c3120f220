"""What a message holds, checked as Telegram checks it: texts, entities, rich blocks, buttons, links."""
