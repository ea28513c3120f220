#!/bin/sh
# pymorphy3 2.0.6: make_agree_with_number(), made for «5 школ», knows the word and not the count: of «год» it makes «5 годов», not
# «5 лет», of «человек» «5 людей», not «5 человек», whichever parse is taken. Of a fraction it looks at one digit: «1.5 школ»,
# «2.5 школы», where Russian has «школы» of both. Less than zero is always many: «-1 дней». In the accusative of people,
# «напомнить 2 директора» for «2 директоров», it goes by things. Years, people and fractions are to be spelled out: one, two,
# five.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pymorphy3==2.0.6 pymorphy3-dicts-ru==2.4.417150.4580142
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from importlib.metadata import version

import pymorphy3

words = pymorphy3.MorphAnalyzer()


def agree(word: str, *numbers: float, case: str = "nomn") -> list[str]:
    """What is said with each number, of every parse of the word as a noun in the nominative."""
    parses = [parse for parse in words.parse(word) if "nomn" in parse.tag and "NOUN" in parse.tag and "sing" in parse.tag]
    said = [[parse.inflect({case}).make_agree_with_number(number).word for number in numbers] for parse in parses]
    assert all(one == said[0] for one in said)
    return said[0]


seen = {
    "школа, 1 2 5 21": agree("школа", 1, 2, 5, 21),
    "год, 1 2 5 11": agree("год", 1, 2, 5, 11),
    "человек, 1 2 5 11": agree("человек", 1, 2, 5, 11),
    "школа, 1.5 2.5": agree("школа", 1.5, 2.5),
    "день, -1": agree("день", -1),
    "директор in the accusative, 1 2 5": agree("директор", 1, 2, 5, case="accs"),
}
print("pymorphy3", version("pymorphy3"), "with the words of", version("pymorphy3-dicts-ru"))
for what, said in seen.items():
    print(f"  {what}: {', '.join(said)}")
same = list(seen.values()) == [
    ["школа", "школы", "школ", "школа"],
    ["год", "года", "годов", "годов"],
    ["человек", "человека", "людей", "людей"],
    ["школ", "школы"],
    ["дней"],
    ["директора", "директора", "директоров"],
]
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
