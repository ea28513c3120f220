#!/bin/sh
# phonenumbers 9.0.43: of a Russian number of a city that lacks a digit, «8 (4212) 12-34-5», is_valid_number() is true. With the
# last digit gone the leading 8, by which Russia is dialled, is taken for the first digit of a code: Khabarovsk's +7 421 2... is
# +7 842 121-23-45, Ulyanovsk. So it is with 34 codes of cities and regions from 336 to 487. Mobile numbers
# and Moscow's are refused as they should be. The digits have to be counted before: 11 with an 8, 10 without.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet phonenumbers==9.0.43
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from importlib.metadata import version

import phonenumbers
from phonenumbers import geocoder

TYPED = {
    "8 (4212) 12-34-56": "+7 421 212-34-56",
    "8 (4212) 12-34-5": "+7 842 121-23-45",
    "8 (4722) 12-34-5": "+7 847 221-23-45",
    "8 (4812) 12-34-5": "+7 848 121-23-45",
    "8 (351) 212-34-5": "+7 835 121-23-45",
    "8 (495) 123-45-6": None,
    "8 914 123-45-6": None,
    "(4212) 12-34-5": None,
    "+7 (4212) 12-34-5": None,
}


def read(typed: str) -> tuple[str | None, str]:
    number = phonenumbers.parse(typed, "RU")
    if not phonenumbers.is_valid_number(number):
        return None, ""
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return written, geocoder.description_for_number(number, "en")


def valid(typed: str) -> bool:
    return phonenumbers.is_valid_number(phonenumbers.parse(typed, "RU"))


seen = {typed: read(typed) for typed in TYPED}
codes = [code for code in range(300, 500) if valid(f"8{code}2123456") and valid(f"8{code}212345")]
print("phonenumbers", version("phonenumbers"))
for typed, (number, place) in seen.items():
    print(f"  {typed}: {f'{number}, {place}' if number else 'not valid'}")
print(f"  valid with a digit too few, of the codes from 300 to 499: {len(codes)}: {codes}")
same = {typed: number for typed, (number, _) in seen.items()} == TYPED and len(codes) == 34
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
