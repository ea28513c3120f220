"""The truth: schema, transactions, and one module of queries per aggregate. The same code on SQLite and PostgreSQL."""
