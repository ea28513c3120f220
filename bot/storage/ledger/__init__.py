"""What is owed and answered: rounds, obligations, replies, decisions."""
