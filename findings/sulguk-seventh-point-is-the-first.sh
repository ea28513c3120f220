#!/bin/sh
# sulguk 0.12.0, which turns HTML into what Telegram can show, for aiogram: <ol start="7">, of which its README says that it sets the number with
# which a list begins, begins with 1. A list that goes on after a paragraph, as the points of an order do, has its points 1 and 2 twice, and
# «see point 7» leads nowhere. <ol reversed> of three points counts 2, 1, 0. Nothing is raised. <li value="7"> is heeded, and the
# points after it count on from there: the first point of each list is to have it. mistune 3.4.0 and markdown-it-py 4.3.0 write start="7" for
# a list of Markdown that begins with 7, so what goes from Markdown by way of sulguk is numbered anew.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet sulguk==0.12.0 mistune==3.4.0 markdown-it-py==4.3.0
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from importlib.metadata import version

import mistune
from markdown_it import MarkdownIt
from sulguk import transform_html

print(*(f"{name} {version(name)}" for name in ("sulguk", "mistune", "markdown-it-py")))
MARKDOWN = "1. Сдать отчёт\n2. Назначить ответственного\n\nСрок: пятница.\n\n3. Прислать приказ\n4. Ответить"
PAGES = {
    "start": '<ol start="7"><li>Прислать</li><li>Ответить</li></ol>',
    "value": '<ol><li value="7">Прислать</li><li>Ответить</li></ol>',
    "reversed": "<ol reversed><li>а</li><li>б</li><li>в</li></ol>",
    "mistune": mistune.html(MARKDOWN),
    "markdown-it": MarkdownIt().render(MARKDOWN),
}
EXPECTED = {
    "start": ["1.", "2."],
    "value": ["7.", "8."],
    "reversed": ["2.", "1.", "0."],
    "mistune": ["1.", "2.", "Срок:", "1.", "2."],
    "markdown-it": ["1.", "2.", "Срок:", "1.", "2."],
}
seen = {}
for name, page in PAGES.items():
    text = transform_html(page).text
    seen[name] = [line.split()[0] for line in text.splitlines() if line.strip()]
    print(f"  {name}: {text!r}")
asked = [page.count('<ol start="3">') for page in (PAGES["mistune"], PAGES["markdown-it"])]
sys.exit("the behaviour has changed" if seen != EXPECTED or asked != [1, 1] else 0)
PYTHON
