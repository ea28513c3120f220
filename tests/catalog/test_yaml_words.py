"""What a parser refuses is told as what to do: each kind of slip that files of this sort have, by both parsers."""

import re

import pytest
import yaml

from bot.catalog import yaml_lines
from bot.catalog.yaml_lines import parse

LOADERS = [yaml_lines.LOADER, yaml.SafeLoader]
ITEM = "directives:\n  - id: a\n    title: Клуб\n"
# What was written, the line that is told, and what is told of it.
SLIPS = [
    # a colon within a text, and one that lacks its space or is not there
    ("directives:\n  - id: a\n    title: Клуб: школьный\n", 3, "двоеточие внутри текста"),
    ("a: Партнёры: культура\n", 1, "двоеточие внутри текста"),
    ("a: „Партнёры: культура“\n", 1, "кавычка „ не подходит, нужны прямые"),
    ("a:\n  title:Клуб\n  b: c\n", 2, "после двоеточия нужен пробел: «title: »"),
    ("title:Клуб\nb: c\n", 1, "после двоеточия нужен пробел: «title: »"),
    ("a:\n  title Клуб\n  b: c\n", 2, "нет двоеточия с пробелом после ключа"),
    ("Клуб\na: b\n", 1, "нет двоеточия с пробелом после ключа"),
    # indentation
    (f"{ITEM}      topic: x\n", 4, "отступ не такой"),
    (f"{ITEM}   topic: x\n", 4, "отступ не такой"),
    ("a: b\n  c: d\n", 2, "отступ не такой"),
    ("a:\n  - x\n - y\n", 3, "отступ не такой"),
    ("a:\n  - x\n  y: z\n", 3, "отступ не такой"),
    ("a: x\n- y\n", 2, "отступ не такой"),
    ("a: |\n    x\n  y\nb: c\n", 3, "отступ не такой"),
    ("a:\n\tb: c\n", 2, "табуляцией"),
    ("a:\n  b: c\n\td: e\n", 3, "табуляцией"),
    ("a:\n  - x\n\t- y\n", 3, "табуляцией"),
    # lists
    ("a: - x\n", 1, "каждый пункт с новой строки"),
    ("a:\n  - x\n  -y: c\n", 3, "после «-» нужен пробел"),
    # quotes
    ('a: "Клуб\nb: c\nd: e\n', 1, "кавычка открыта и не закрыта"),
    ("a: 1\nb: 'Клуб\nc: d\n", 2, "кавычка открыта и не закрыта"),
    ('a:\n  - id: x\n    title: "Клуб\n    text: y\n  - id: z\n    title: "Сад"\n', 3, "кавычка открыта и не закрыта"),
    ('a: "Клуб\n  школьный" новый\nb: c\n', 2, "после закрывающей кавычки"),
    ("a: 'Дом'ик'\nb: c\n", 1, "после закрывающей кавычки"),
    ('a:\n  title: "Клуб" школьный\n  b: 1\n', 2, "после закрывающей кавычки"),
    ('a: "C:\\путь"\n', 1, "обратная черта"),
    ('a: "\\x"\n', 1, "обратная черта"),
    # brackets
    ("a: {id: a, title: b\nc: d\n", 1, "скобка { не закрыта"),
    ("a:\n  - {id: a, title: b\n  - {id: c, title: d}\n", 2, "скобка { не закрыта"),
    ("a: [x, y\nb: c\n", 1, "скобка [ не закрыта"),
    ("a:\n  - {code: school-5, name: Школа #5}\n  - {code: b}\n", 2, "« #» до конца строки — примечание, и скобка }"),
    ("a: [b, # Школа (5)\n  c\nd: e\n", 1, "скобка [ не закрыта"),
    ('{"a": 1,\n "b": 2\n', 1, "скобка { не закрыта"),
    ("b: c\na: [\n", 2, "скобка [ не закрыта"),
    ("a: {b: [\n\n", 1, "скобка [ не закрыта"),
    ("a: {id: a title: b}\n", 1, "нет запятой"),
    ("a: {b: c: d}\n", 1, "двоеточие — часть текста"),
    ("a: [x, , y]\n", 1, "лишняя скобка или запятая"),
    ("a: ]\n", 1, "лишняя скобка или запятая"),
    # what begins a text and means something
    ("a: @x\n", 1, "не может начинаться с «@»"),
    ("a: `x`\n", 1, "не может начинаться с «`»"),
    ("a: %x\n", 1, "не может начинаться с «%»"),
    ("a: *\n", 1, "«*» и «&»"),
    ("a: & b\n", 1, "«*» и «&»"),
    ("a: * текст\n", 1, "«*» и «&»"),
    ("a: !важно\n", 1, "«!» в начале"),
    ("a: !!\n", 1, "«!» в начале"),
    ("a: > текст\n", 1, "после > и |"),
    ("a: >-текст\n", 1, "после > и |"),
    ("a: ? b\n", 1, "«? »"),
    ("a: b\n...\nc: d\n", 3, "после конца документа"),
]


@pytest.mark.parametrize("loader", LOADERS, ids=["libyaml", "python"])
@pytest.mark.parametrize(("text", "line", "told"), SLIPS)
def test_a_slip_is_told_as_what_to_do(
    monkeypatch: pytest.MonkeyPatch, loader: object, text: str, line: int, told: str
) -> None:
    monkeypatch.setattr(yaml_lines, "LOADER", loader)
    document, faults = parse(text.encode(), "f.yaml")
    assert document is None
    (said,) = map(str, faults)
    assert said.startswith(f"f.yaml:{line}: ")
    assert told in said
    # No word of the parser's own.
    assert not re.search(r"[a-z]{5}", said.removeprefix("f.yaml").replace("title", ""))
