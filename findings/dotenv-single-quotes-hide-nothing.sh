#!/bin/sh
# python-dotenv 1.2.4, and pydantic-settings 2.16.3, which reads .env by it: ${...} is replaced within single quotes too, where a
# shell and Docker Compose leave it alone. Of TOKEN='a${b}c' the middle is gone, without a word, and neither a backslash nor a
# second $ guards it: "no such variable" is an empty text. A password that a program made is cut. A $ before anything else
# stays. dotenv_values(..., interpolate=False) reads it whole; pydantic-settings has no such switch, so such a value has to
# come by the environment or from a file of secrets.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet python-dotenv==1.2.4 pydantic-settings==2.16.3
cat > "$folder/.env" <<'ENV'
SINGLE='a${b}c'
ESCAPED='a\${b}c'
TWICE='a$${b}c'
DOLLAR='a$b$c'
ENV
"$folder/venv/bin/python" - "$folder/.env" <<'PYTHON'
import subprocess
import sys
from importlib.metadata import version

from dotenv import dotenv_values
from pydantic_settings import BaseSettings


class Settings(BaseSettings, env_file=sys.argv[1]):
    single: str
    escaped: str
    twice: str
    dollar: str


script = '. "$0"; printf "%s\\n" "$SINGLE" "$ESCAPED" "$TWICE" "$DOLLAR"'
shell = subprocess.run(["sh", "-c", script, sys.argv[1]], capture_output=True, text=True, check=True).stdout.split()
seen = {
    "the shell": shell,
    "python-dotenv": list(dotenv_values(sys.argv[1]).values()),
    "without interpolation": list(dotenv_values(sys.argv[1], interpolate=False).values()),
    "pydantic-settings": list(Settings().model_dump().values()),
}
print("python-dotenv", version("python-dotenv"), "pydantic-settings", version("pydantic-settings"))
for who, values in seen.items():
    print(f"  {who}: {values}")
whole = ["a${b}c", "a\\${b}c", "a$${b}c", "a$b$c"]
cut = ["ac", "a\\c", "a$c", "a$b$c"]
same = list(seen.values()) == [whole, cut, whole, cut]
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
