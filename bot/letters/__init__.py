"""A letter's ids -> what it says as things stand now: queries, then a view."""
