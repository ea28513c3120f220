#!/bin/sh
# chatgpt-md-converter 0.3.12, telegram_format(): an underscore or a star within a word is no sign of Markdown to it, as long as the letters
# around it are Latin. report_for_october stays, while of «отчёт_за_октябрь» the underscores are gone and «за» is in italics, so the
# name of a file, a sheet or a link is another one when a bot tells it: «имя_файла.xlsx, имя_листа» loses two underscores of two
# names. It is so with __ and with * as well. «файл_отчёт_2026.xlsx» stays, for a digit counts as Latin. telegramify-markdown 1.4.1
# leaves all underscores within words alone, as CommonMark has it, and both leave what stands in `backquotes`. Nothing is raised.
# Names are to be told in backquotes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet chatgpt-md-converter==0.3.12 telegramify-markdown==1.4.1
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from importlib.metadata import version

from chatgpt_md_converter import telegram_format
from telegramify_markdown import convert

print(*(f"{name} {version(name)}" for name in ("chatgpt-md-converter", "telegramify-markdown")))
EXPECTED = {
    "report_for_october": "report_for_october",
    "отчёт_за_октябрь": "отчёт<i>за</i>октябрь",
    "my_file.xlsx, my_sheet": "my_file.xlsx, my_sheet",
    "имя_файла.xlsx, имя_листа": "имя<i>файла.xlsx, имя</i>листа",
    "https://example.org/plan_for_november": "https://example.org/plan_for_november",
    "https://example.org/план_на_ноябрь": "https://example.org/план<i>на</i>ноябрь",
    "class__5__new": "class__5__new",
    "класс__пятый__новый": "класс<u>пятый</u>новый",
    "5*6*7": "5*6*7",
    "а*б*в": "а<i>б</i>в",
    "файл_отчёт_2026.xlsx": "файл_отчёт_2026.xlsx",
    "`отчёт_за_октябрь`": "<code>отчёт_за_октябрь</code>",
}
seen, kept = {}, True
for text in EXPECTED:
    seen[text] = telegram_format(text)
    other, entities = convert(text)
    print(f"  {text!r} is {seen[text]!r}, to telegramify-markdown {other!r}")
    if "_" in text:
        kept &= other == text.strip("`")
sys.exit("the behaviour has changed" if seen != EXPECTED or not kept else 0)
PYTHON
