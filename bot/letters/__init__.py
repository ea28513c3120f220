"""A letter's ids become what it says as things stand now: queries, then a view."""
