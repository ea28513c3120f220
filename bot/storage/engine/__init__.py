"""The database itself: opening, transactions, migrations, backups. It knows no table's meaning."""
