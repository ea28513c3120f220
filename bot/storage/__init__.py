"""The database, which holds the truth: schema, transactions, and a module of queries per aggregate.

The same code runs on SQLite and PostgreSQL. Modules of queries name tables as `t.people` (`schema as t`).
"""
