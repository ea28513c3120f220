"""What heads read and tap."""
