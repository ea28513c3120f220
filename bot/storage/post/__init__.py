"""What comes in and goes out: inbox, outbox, dialogues, the log of deeds, single facts."""
