"""The directives, and changes of the catalog while the bot runs."""
