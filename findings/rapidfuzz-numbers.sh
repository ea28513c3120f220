#!/bin/sh
# rapidfuzz 3.14.6: the default scorer of process.extract cannot tell schools by their numbers. Of № 1 to № 30 «СОШ № 2»
# is as near to № 2 as to № 20 and all others that begin so, and «СОШ №2», as most people type it, as near to all
# thirty: № 1 comes first. partial_token_set_ratio has 100 for two names that share nothing but the word «школа».
# Whole tokens compared with token_set_ratio, № apart from its number, put № 2 alone on top.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet rapidfuzz==3.14.6
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from importlib.metadata import version

from rapidfuzz import fuzz, process

schools = [f"МБОУ «СОШ № {number}»" for number in range(1, 31)]


def best(typed, **options):
    """The first, and how many others are as near to it."""
    found = process.extract(typed, schools, limit=None, **options)
    return found[0][0], sum(score == found[0][1] for _, score, _ in found)


def apart(name):
    return " ".join(name.replace("№", " ").replace("«", " ").replace("»", " ").split())


print("rapidfuzz", version("rapidfuzz"))
spaced, joined = best("СОШ № 2"), best("СОШ №2")
print("  «СОШ № 2»: %s and as near: %d" % spaced)
print("  «СОШ №2»: %s and as near: %d" % joined)
other = fuzz.partial_token_set_ratio("школа № 1 села Иваново", "школа № 2 города Петровск")
print("  partial_token_set_ratio of two schools in two places:", other)
tokens = best("СОШ №2", scorer=fuzz.token_set_ratio, processor=apart)
print("  token_set_ratio of tokens: %s and as near: %d" % tokens)
same = spaced[1] == 11 and joined == (schools[0], 30) and other == 100 and tokens == (schools[1], 1)
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
