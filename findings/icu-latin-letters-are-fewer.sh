#!/bin/sh
# PyICU 2.17 (ICU 72): "Any-Latin; Latin-ASCII", the usual way to Latin letters for names of files and logins, makes one of what are two
# letters to Russians. "Any-Latin" writes them with marks, by ISO 9 (ш is š, щ ŝ, я â, ю û), and "Latin-ASCII" takes the marks off:
# я is a, ю u, ш and щ are s, ж is z, ч c. «Шубин», «Щубин» and «Субин» are "Subin", «Яна» is "Ana", «Юлия» "Ulia", ъ and ь
# become quotation marks. "Russian-Latin/BGN; Latin-ASCII", which has these marks as well, and text-unidecode 1.3 have Shubin,
# Shchubin, Yana or Iana. A login made the usual way is another's as well, and the second file is written over the first.
set -eu
case "$(pkg-config --modversion icu-i18n 2>/dev/null)" in
72.*) ;;
*) echo "ICU 72 is needed to build PyICU: apt-get install libicu-dev pkg-config g++ python3-dev" >&2; exit 3 ;;
esac
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet PyICU==2.17 text-unidecode==1.3
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from collections import defaultdict
from importlib.metadata import version

import icu
from text_unidecode import unidecode

usual = icu.Transliterator.createInstance("Any-Latin; Latin-ASCII").transliterate
russian = icu.Transliterator.createInstance("Russian-Latin/BGN; Latin-ASCII").transliterate
LETTERS = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
NAMES = ("Шубин", "Щубин", "Субин", "Жуков", "Зуков", "Яна", "Ана", "Юлия", "Подъездная")


def as_one(how) -> list[str]:
    letters = defaultdict(list)
    for letter in LETTERS:
        letters[how(letter)].append(letter)
    return ["".join(group) for group in letters.values() if len(group) > 1]


print(f"PyICU {icu.VERSION} with ICU {icu.ICU_VERSION}, text-unidecode {version('text-unidecode')}")
seen = {}
for name, how in (("Any-Latin; Latin-ASCII", usual), ("Russian-Latin/BGN; Latin-ASCII", russian), ("text-unidecode", unidecode)):
    seen[name] = as_one(how), [how(word) for word in NAMES]
    print(f"  {name}: {', '.join(seen[name][1])}")
    print(f"    letters that become one: {', '.join(seen[name][0])}")
ones, names = seen["Any-Latin; Latin-ASCII"]
same = (
    {"ая", "сшщ", "жз", "цч", "ую"} <= set(ones)
    and names == ["Subin", "Subin", "Subin", "Zukov", "Zukov", "Ana", "Ana", "Ulia", 'Pod"ezdnaa']
    and seen["Russian-Latin/BGN; Latin-ASCII"][1][:7] == ["Shubin", "Shchubin", "Subin", "Zhukov", "Zukov", "Yana", "Ana"]
    and seen["text-unidecode"][1][:7] == ["Shubin", "Shchubin", "Subin", "Zhukov", "Zukov", "Iana", "Ana"]
)
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
