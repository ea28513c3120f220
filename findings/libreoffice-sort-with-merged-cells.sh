#!/bin/sh
# LibreOffice 7.4: XSortable.sort() of a range in which any cells are merged does nothing and raises nothing, be it a
# single row of a heading below the header row. Of the same rows without it the order changes.
# A script that sorts a report believes that it has.
set -eu
case "$(soffice --version 2>/dev/null)" in
"LibreOffice 7.4."*) ;;
*) echo "LibreOffice 7.4 is needed: apt-get install libreoffice-calc-nogui (Debian 12)" >&2; exit 3 ;;
esac
soffice --version
/usr/bin/python3 -c "import uno" 2>/dev/null || { echo "uno is needed: apt-get install python3-uno" >&2; exit 3; }
folder=$(mktemp -d)
pipe="sort-$$"
soffice --headless --norestore --nologo --nodefault "-env:UserInstallation=file://$folder/profile" \
	"--accept=pipe,name=$pipe;urp;" >/dev/null 2>&1 &
office=$!
trap 'kill "$office" 2>/dev/null || true; rm -rf "$folder"' EXIT
timeout 60 /usr/bin/python3 - "$pipe" <<'PYTHON'
import os
import sys
import time

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.table import TableSortField

here = uno.getComponentContext()
resolver = here.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", here)
while True:
    try:
        context = resolver.resolve(f"uno:pipe,name={sys.argv[1]};urp;StarOffice.ComponentContext")
        break
    except NoConnectException:
        time.sleep(0.2)
desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)


def setting(name, value):
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


def order(merged):
    document = desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, (setting("Hidden", True),))
    sheet = document.Sheets.getByIndex(0)
    cells = sheet.getCellRangeByName("A1:B4")
    cells.setDataArray((("name", "n"), ("Period", ""), ("a", 1), ("b", 2)))
    if merged:
        sheet.getCellRangeByName("A2:B2").merge(True)
    by = TableSortField()
    by.Field, by.IsAscending = 0, False
    fields = uno.Any("[]com.sun.star.table.TableSortField", (by,))
    cells.sort((setting("SortFields", fields), setting("ContainsHeader", True)))
    seen = [row[0] for row in cells.getDataArray()]
    document.close(True)
    return seen


plain, with_merged = order(False), order(True)
print("sorted from Z to A, no merged cells:", plain)
print("sorted from Z to A, A2:B2 merged:   ", with_merged)
try:
    desktop.terminate()
except Exception:
    pass
sys.stdout.flush()
same = plain == ["name", "Period", "b", "a"] and with_merged == ["name", "Period", "a", "b"]
if not same:
    sys.stderr.write("the behaviour has changed\n")
# At once: what the bridge to a program that has ended does at an ordinary exit is another matter.
os._exit(not same)
PYTHON
