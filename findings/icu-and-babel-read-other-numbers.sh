#!/bin/sh
# Of the same words in Russian, by the same CLDR, PyICU 2.17 (ICU 72) and Babel 2.19.0 read other numbers: «1.234», with a point in place
# of the comma, is 1234 to ICU, a thousand times more, and 1.234 to Babel; «75.5» is an error to ICU. ICU stops where it understands
# no more, without a word: «5 из 7» is 5, «7-8» is 7, «5Б» 5, «1,2,3» 1.2. Babel's parse_decimal() goes over spaces wherever they
# stand: «10 11», two schools, is 1011; with strict=True it is refused, and so is «1 234» with a plain space, as people type
# it, which only a no-break space makes a number. «75,5» alone is one to all. A number that was typed is to be matched whole.
set -eu
case "$(pkg-config --modversion icu-i18n 2>/dev/null)" in
72.*) ;;
*) echo "ICU 72 is needed to build PyICU: apt-get install libicu-dev pkg-config g++ python3-dev" >&2; exit 3 ;;
esac
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet PyICU==2.17 Babel==2.19.0
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from importlib.metadata import version

import icu
from babel.numbers import NumberFormatError, parse_decimal

RUSSIAN = icu.NumberFormat.createInstance(icu.Locale("ru"))
NUMBERS = {
    "75,5": ("75.5", "75.5", "75.5"),
    "75.5": ("refused", "75.5", "75.5"),
    "1.234": ("1234", "1.234", "1.234"),
    "1 234": ("1234", "1234", "refused"),
    "1\xa0234": ("1234", "1234", "1234"),
    "10 11": ("refused", "1011", "refused"),
    "5 из 7": ("5", "refused", "refused"),
    "7-8": ("7", "refused", "refused"),
    "5Б": ("5", "refused", "refused"),
    "1,2,3": ("1.2", "refused", "refused"),
}


def read(how, words: str) -> str:
    try:
        return str(how(words))
    except (icu.ICUError, NumberFormatError):
        return "refused"


print(f"PyICU {icu.VERSION} with ICU {icu.ICU_VERSION}, Babel {version('babel')}")
same = True
for words, expected in NUMBERS.items():
    seen = (
        read(RUSSIAN.parse, words),
        read(lambda text: parse_decimal(text, locale="ru"), words),
        read(lambda text: parse_decimal(text, locale="ru", strict=True), words),
    )
    print(f"  {words!r}: {seen[0]} by ICU, {seen[1]} by Babel, {seen[2]} by Babel when it is strict")
    same = same and seen == expected
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
