"""What becomes of the ledger when the roster changes: imports, who leaves, who goes on with whose work."""
