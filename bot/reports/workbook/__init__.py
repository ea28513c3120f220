"""The consolidated report of a period as an Excel workbook (свод).

The ledger is read once, some organizations at a time, and every row is written as it comes: memory grows with the
number of organizations, by some bytes for each directive, never with the ledger.
"""

from bot.reports.workbook.maker import make

__all__ = ["make"]
