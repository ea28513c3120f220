"""What the program is about, without input or output: no Telegram, no database, no clock of its own."""
