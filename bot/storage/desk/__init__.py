"""What the department does beside the ledger: announcements, questions, threads, reports."""
