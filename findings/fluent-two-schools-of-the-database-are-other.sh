#!/bin/sh
# fluent.runtime 0.4.0, which aiogram-i18n uses, in Russian: a Decimal, which is what PostgreSQL's sum() of whole numbers (bigint) comes
# back as from asyncpg 0.32.0, psycopg and SQLAlchemy, has no plural: 1, 2 and 5 are all *[other], «5 школы», while the number
# itself is formatted, and nothing is added to the errors. Babel 2.19.0, by whose rules it goes, has «one», «few» and «many» for
# them. Not even [1] fits Decimal(1). An int that stands in a text is grouped: «Школа № { $number }» is «Школа № 1 502»,
# with a no-break space, which a search does not find. Give int(total), and names and numbers of things as texts.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet fluent.runtime==0.4.0 Babel==2.19.0
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from decimal import Decimal
from importlib.metadata import version

from babel import Locale
from fluent.runtime import FluentBundle, FluentResource

TEXTS = """
answered = { $count ->
    [one] { $count } школа
    [few] { $count } школы
    [many] { $count } школ
   *[other] { $count } ШКОЛЫ
}
exactly = { $count ->
    [1] одна
   *[other] не одна
}
school = Школа № { $count }
"""
bundle = FluentBundle(["ru"], use_isolating=False)
bundle.add_resource(FluentResource(TEXTS))


def said(name: str, count: object) -> str:
    text, errors = bundle.format_pattern(bundle.get_message(name).value, {"count": count})
    assert not errors, errors
    return text


COUNTS = (1, 2, 5)
of_int = [said("answered", count) for count in COUNTS]
of_decimal = [said("answered", Decimal(count)) for count in COUNTS]
of_babel = [Locale("ru").plural_form(Decimal(count)) for count in COUNTS]
exactly = said("exactly", Decimal(1))
number, text = said("school", 1502), said("school", "1502")
print(*(f"{name} {version(name)}" for name in ("fluent.runtime", "babel")))
print(f"  of an int: {', '.join(of_int)}")
print(f"  of a Decimal: {', '.join(of_decimal)}; Babel: {', '.join(of_babel)}; [1]: {exactly}")
print(f"  a number in a text: {number!r}, {text!r}")
same = (
    of_int == ["1 школа", "2 школы", "5 школ"]
    and of_decimal == ["1 ШКОЛЫ", "2 ШКОЛЫ", "5 ШКОЛЫ"]
    and of_babel == ["one", "few", "many"]
    and (exactly, said("exactly", 1)) == ("не одна", "одна")
    and (number, text) == ("Школа № 1\xa0502", "Школа № 1502")
)
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
