"""A workbook of the bot's in the hands of a methodist."""

import io
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet


class Workbook:
    """Opened in a program that knows nothing of the bot."""

    def __init__(self, content: bytes) -> None:
        self.book = openpyxl.load_workbook(io.BytesIO(content))

    def sheet(self, title: str) -> Worksheet:
        """The sheet whose name contains that."""
        return next(self.book[name] for name in self.book.sheetnames if title in name)

    def write(self, title: str, organization: str, values: dict[str, Any]) -> None:
        """Types values into an organization's row, by the headings of their columns."""
        sheet = self.sheet(title)
        row = self.row(title, organization)
        for heading, value in values.items():
            # Assigning None leaves a cell as it is.
            sheet.cell(row, self.column(title, heading)).value = value

    def cell(self, title: str, organization: str, heading: str) -> Any:
        """An organization's cell in the column of that heading."""
        return self.sheet(title).cell(self.row(title, organization), self.column(title, heading))

    def row(self, title: str, organization: str) -> int:
        """The first row that names the organization."""
        sheet, column = self.sheet(title), self.column(title, "Организация")
        return next(
            row for row in range(1, sheet.max_row + 1) if organization in str(sheet.cell(row, column).value or "")
        )

    def column(self, title: str, heading: str) -> int:
        """The column of that heading."""
        cells = (cell for row in self.sheet(title).iter_rows() for cell in row)
        return next(int(cell.column) for cell in cells if str(cell.value or "") == heading)

    def swap(self, title: str, one: str, other: str, *, keys: bool) -> None:
        """Lets two columns change places from their headings on; `keys`: with the hidden row above as well."""
        sheet, heading = self.sheet(title), self.row(title, "Организация")
        columns = self.column(title, one), self.column(title, other)
        row = heading - 1 if keys else heading
        while keys or row == heading or sheet.cell(row, 1).value:
            left, right = (sheet.cell(row, column) for column in columns)
            left.value, right.value = right.value, left.value
            row, keys = row + 1, False

    def save(self) -> bytes:
        """The file."""
        out = io.BytesIO()
        self.book.save(out)
        return out.getvalue()
