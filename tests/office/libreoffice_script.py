"""Does in LibreOffice what a person would. Run by the Python that has LibreOffice's `uno`, not by the project's.

Reads {pipe, source, steps, targets} as JSON from standard input: a step is its kind with its arguments, a target a path
with the name of a filter.
"""

# mypy: ignore-errors
import json
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.table import TableSortField

_SECONDS = 40


def _setting(name, value):
    setting = PropertyValue()
    setting.Name, setting.Value = name, value
    return setting


def _connected(pipe):
    here = uno.getComponentContext()
    resolver = here.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", here)
    until = time.monotonic() + _SECONDS
    while True:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def _typed(document, sheet, cell, words):
    # Read as the locale reads it, unless the cell is formatted as text.
    document.Sheets.getByName(sheet).getCellRangeByName(cell).FormulaLocal = words


def _sorted(document, sheet, column, area):
    place = document.Sheets.getByName(sheet)
    cells = place.getCellRangeByName(area)
    field = TableSortField()
    field.Field = place.getCellRangeByName(f"{column}1").CellAddress.Column - cells.RangeAddress.StartColumn
    field.IsAscending = False
    fields = uno.Any("[]com.sun.star.table.TableSortField", (field,))
    # Does nothing, and says nothing, where cells of the range are merged.
    cells.sort((_setting("SortFields", fields), _setting("ContainsHeader", True)))


def _added(document, sheet, column, row, heading):
    place = document.Sheets.getByName(sheet)
    place.Columns.insertByIndex(place.getCellRangeByName(f"{column}1").CellAddress.Column, 1)
    place.getCellRangeByName(f"{column}{row}").String = heading


_STEPS = {"Typed": _typed, "Sorted": _sorted, "Added": _added}


def main():
    """Opens, computes, does the steps, saves."""
    order = json.load(sys.stdin)
    context = _connected(order["pipe"])
    desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    document = desktop.loadComponentFromURL(Path(order["source"]).as_uri(), "_blank", 0, (_setting("Hidden", True),))
    if document is None:
        sys.exit("LibreOffice does not open the file")
    if hasattr(document, "calculateAll"):
        document.calculateAll()
    for kind, *arguments in order["steps"]:
        _STEPS[kind](document, *arguments)
    for path, kind in order["targets"]:
        document.storeToURL(Path(path).as_uri(), (_setting("FilterName", kind),))
    document.close(True)


main()
