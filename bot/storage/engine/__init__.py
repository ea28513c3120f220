"""The database itself: opening, transactions, migrations, backups. Knows none of the tables' meaning."""
