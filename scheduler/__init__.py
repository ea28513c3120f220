"""What time does: rounds open, reminders go out, pauses end. `now` is always handed in."""
