"""An announcement: its source, its draft, a second person's consent, and its life after it has gone off."""
