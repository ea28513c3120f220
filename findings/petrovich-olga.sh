#!/bin/sh
# Petrovich 2.0.1 (declension of Russian names) has the genitive «Ольгы» of «Ольга»: it puts -ы after the г and к of every first
# name, so it is «Вероникы» and «Ингы» as well, while the other cases are right. Men's names in -а do not change at all: «для
# Никита», «для Кузьма», nor do surnames such as «Сковорода». «Нинель» becomes «Нинель.», with a dot, and of a name in capitals,
# as in lists from 1C, only the end is changed, to small letters: «ПАВЕЛ», «ПАВла», or nothing is: «ИВАНОВ». Of all of these
# pymorphy3 2.0.6 has the right forms. Nothing is raised; a letter with such a name goes out.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet Petrovich==2.0.1 pymorphy3==2.0.6 setuptools==80.9.0
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from importlib.metadata import version

import pymorphy3
from petrovich.enums import Case, Gender
from petrovich.main import Petrovich

FIRST = {
    "Татьяна": "Татьяны",
    "Ольга": "Ольгы",
    "Вероника": "Вероникы",
    "Инга": "Ингы",
    "Нинель": "Нинель.",
    "Илья": "Ильи",
    "Никита": "Никита",
    "Кузьма": "Кузьма",
    "ПАВЕЛ": "ПАВла",
}
MEN = {"Илья", "Никита", "Кузьма", "ПАВЕЛ"}
LAST = {"Иванов": "Иванова", "ИВАНОВ": "ИВАНОВ", "Сковорода": "Сковорода"}
petrovich = Petrovich()
words = pymorphy3.MorphAnalyzer()


def genitive(name: str) -> str:
    named = next(parse for parse in words.parse(name) if {"Name", "Surn"} & set(parse.tag.grammemes) and "nomn" in parse.tag)
    return named.inflect({"gent"}).word.title()


print("Petrovich", version("Petrovich"), "pymorphy3", version("pymorphy3"), "of genitives")
firsts = {name: petrovich.firstname(name, Case.GENITIVE, Gender.MALE if name in MEN else Gender.FEMALE) for name in FIRST}
lasts = {name: petrovich.lastname(name, Case.GENITIVE, Gender.MALE) for name in LAST}
dative = petrovich.firstname("Ольга", Case.DATIVE, Gender.FEMALE)
others = {name: genitive(name) for name in [*FIRST, *LAST]}
for name, form in {**firsts, **lasts}.items():
    print(f"  {name}: {form}, {others[name]} by pymorphy3")
right = {
    "Татьяна": "Татьяны",
    "Ольга": "Ольги",
    "Вероника": "Вероники",
    "Инга": "Инги",
    "Нинель": "Нинели",
    "Илья": "Ильи",
    "Никита": "Никиты",
    "Кузьма": "Кузьмы",
    "ПАВЕЛ": "Павла",
    "Иванов": "Иванова",
    "ИВАНОВ": "Иванова",
    "Сковорода": "Сковороды",
}
sys.exit("the behaviour has changed" if (firsts, lasts, dative, others) != (FIRST, LAST, "Ольге", right) else 0)
PYTHON
