"""The consolidated report of a period as an Excel workbook (свод).

The ledger is read once, some organizations at a time, and each row is written at once: memory takes some bytes for each
organization and directive, and does not grow with the ledger.
"""

from bot.reports.workbook.maker import make

__all__ = ["make"]
