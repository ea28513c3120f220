#!/bin/sh
# Snowball's Russian stemmer (snowballstemmer 3.1.1, PyStemmer 3.1.0) takes the nominative «лицей» for a form of «лицо»:
# its stem is «лиц», that of the genitive «лицея» is «лице», so neither finds the other, while «лицо» and «лица» find the
# lyceum. Diminutives, by which most kindergartens are called, part in the same way: «родничок», «родничка». Of
# «школа», «сад», «гимназия» every case has one stem.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet snowballstemmer==3.1.1 PyStemmer==3.1.0
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from importlib.metadata import version

import snowballstemmer
import Stemmer

cases = {
    "лицей": "лицей лицея лицею лицее лицо лица",
    "родничок": "родничок родничка родничке",
    "школа": "школа школы школе школой",
    "гимназия": "гимназия гимназии гимназию",
}
pure, native = snowballstemmer.stemmer("russian"), Stemmer.Stemmer("russian")
print("snowballstemmer", version("snowballstemmer"), "PyStemmer", version("PyStemmer"))
stems = {}
for word, forms in cases.items():
    stems[word] = [pure.stemWord(form) for form in forms.split()]
    assert stems[word] == native.stemWords(forms.split())
    print(" ", ", ".join(f"{form}: {stem}" for form, stem in zip(forms.split(), stems[word])))
lyceum, genitive, face = stems["лицей"][0], stems["лицей"][1], stems["лицей"][4]
parted = lyceum == face != genitive and len(set(stems["родничок"])) == 2
same = parted and all(len(set(stems[word])) == 1 for word in ("школа", "гимназия"))
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
