"""YAML as plain data with lines; what the stock loader would turn into something else stays text."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.catalog import yaml_lines
from bot.catalog.faults import CatalogError
from bot.catalog.yaml_lines import MAX_BYTES, content, parse


def data_of(text: str) -> Any:
    document, faults = parse(text.encode(), "f")
    assert faults == []
    assert document is not None
    return document.data


def faults_of(raw: bytes) -> list[str]:
    return [str(fault) for fault in parse(raw, "f")[1]]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10:30", "10:30"),
        ("09:00", "09:00"),
        ("no", "no"),
        ("on", "on"),
        ("010", "010"),
        ("09-03", "09-03"),
        ("2026-10-05", "2026-10-05"),
        ("1_000", "1_000"),
        ("1e3", "1e3"),
        (".5", ".5"),
        ("0x1F", "0x1F"),
        ("True", "True"),
        ("9" * 5000, "9" * 5000),
        ("0", 0),
        ("-17", -17),
        ("2.10", Decimal("2.10")),
        ("true", True),
        ("false", False),
        ("null", None),
        ("", None),
        ("'true'", "true"),
        ('"5"', "5"),
        ("!!str 5", "5"),
        ("&a 5", 5),
    ],
)
def test_scalars(text: str, value: object) -> None:
    found = data_of(f"key: {text}")["key"]
    assert (found, type(found)) == (value, type(value))
    assert str(found) == str(value)


def test_keys_stay_text() -> None:
    assert data_of("on: 1\n010: 2\ntrue: 3\n") == {"on": 1, "010": 2, "true": 3}


def test_aliases_are_written_out() -> None:
    assert data_of("a: &x [1, 2]\nb: *x\nc: *x") == {"a": [1, 2], "b": [1, 2], "c": [1, 2]}


def test_lines() -> None:
    document, _ = parse(b"a: 1\nb:\n  - x\n  -\n    c: >-\n      long\n      text\n", "f")
    assert document is not None
    assert document.line(("a",)) == 1
    assert document.line(("b",)) == 2
    assert document.line(("b", 0)) == 3
    assert document.line(("b", 1, "c")) == 5
    assert document.line(("b", 1, "missing", 7)) == 5
    assert str(document.fault(("b", 1, "c"), "is wrong")) == "f:5: b № 2, c: is wrong"


def test_all_duplicates_are_reported() -> None:
    document, faults = parse(b"a: 1\nb: {c: 1, c: 2}\na: {d: 1, d: 1}\n", "f")
    assert [str(fault) for fault in faults] == [
        "f:2: b: ключ c повторяется: он уже есть в строке 2",
        "f:3: ключ a повторяется: он уже есть в строке 1",
        "f:3: a: ключ d повторяется: он уже есть в строке 3",
    ]
    assert document is not None
    assert document.data == {"a": 1, "b": {"c": 1}}
    assert document.line(("a",)) == 1


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", "f:1: файл пуст"),
        (b"# only a comment\n", "f:1: файл пуст"),
        (b"---\n...\n", "f:1: файл пуст"),
        (
            "a: 1\nb: я\n".encode("cp1251"),
            "f:2: файл не в кодировке UTF-8: сохраните его в ней («Сохранить как», «Кодировка»)",
        ),
        ("a: 1".encode("utf-16"), "f:1: файл не в кодировке UTF-8: сохраните его в ней («Сохранить как», «Кодировка»)"),
        (b"a: 1\x00", "f:1: невидимый знак U+0000: удалите его"),
        (b"a:\n\t- 1\n", "f:2: отступ сделан табуляцией: замените её пробелами"),
        (b"a: 1\n--- \nb: 2\n", "f:2: второй документ YAML: уберите строку «---» посреди файла"),
        (b"a: &x {b: *x}\n", "f:1: a, b: *x стоит внутри того, что повторяет"),
        (b"[" * 100_000, "f:1: вложено глубже 30 уровней"),
        (b"- " * 100_000, "f:1: вложено глубже 30 уровней"),
        (b"a: " + b"x" * MAX_BYTES, "f: файл больше 5 МБ"),
    ],
)
def test_refused(raw: bytes, expected: str) -> None:
    assert faults_of(raw) == [expected]


@pytest.mark.parametrize("loader", [yaml_lines.LOADER, yaml.SafeLoader])
def test_a_number_after_the_sign_of_a_remark_is_not_lost_in_silence(
    monkeypatch: pytest.MonkeyPatch, loader: object
) -> None:
    monkeypatch.setattr(yaml_lines, "LOADER", loader)
    lost = "— примечание для YAML, а не текст: возьмите всё в кавычки"
    text = "title: Правила #1\nshort: #5 и №6\nheld: {in: [Корпус #3\n ]}\n"
    assert faults_of(text.encode()) == [
        f"f:1: title: «#1» {lost}",
        f"f:2: short: «#5 и №6» {lost}",
        f"f:3: held, in № 1: «#3» {lost}",
    ]
    # A remark is one, in whatever way it is written, and within quotes there are none.
    kept = "id: clubs # 1\na: b  #не меняйте\nc: 'Правила #1'\nd: \"Правила #2\" #3\nf: x#5\ng: 5 #6\n#7\n"
    assert faults_of(f"{kept}h:\n  #8\n  i: >-\n    Правила #9\n".encode()) == []


def test_a_byte_order_mark_is_accepted() -> None:
    document, faults = parse(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n", "f")
    assert faults == []
    assert document is not None
    assert document.data == {"a": 1, "b": 2}
    assert document.line(("b",)) == 2


def test_billion_laughs() -> None:
    lines = ["a0: &a0 [x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    assert faults_of("\n".join(lines).encode()) == ["f:7: больше 500000 значений, считая повторы через *"]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    for path, told in ((tmp_path / "none", "файла нет"), (tmp_path, "это папка, а не файл")):
        with pytest.raises(CatalogError) as refused:
            content(path)
        assert str(refused.value) == f"{path}: {told}"


@pytest.mark.parametrize("text", ["a: \x00", "a: [1", "a: @", "\ta: 1", "a: 'b\nc: d", "a: b: c", "? {a: b}\n: c"])
def test_the_parser_in_python_refuses_the_same(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    fast = parse(text.encode(), "f")[1]
    monkeypatch.setattr(yaml_lines, "LOADER", yaml.SafeLoader)
    slow = parse(text.encode(), "f")[1]
    assert len(fast) == len(slow) == 1
    # The column, and with it the line after a text that never ends, may be told differently.
    assert fast[0].message.split(":")[0] == slow[0].message.split(":")[0]


@pytest.mark.parametrize("name", ["directives.yaml", "calendar.yaml", "organizations.example.yaml"])
def test_the_parser_in_python_reads_the_same(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    path = Path(__file__).parents[2] / "data" / name
    fast = parse(content(path), path.name)
    monkeypatch.setattr(yaml_lines, "LOADER", yaml.SafeLoader)
    assert parse(content(path), path.name) == fast


@given(st.binary(max_size=300))
def test_no_bytes_break_it(raw: bytes) -> None:
    document, faults = parse(raw, "f")
    assert document is not None or faults


@given(st.text(alphabet="ab:-[]{},&*!|>?'\"#%@ \n\t\r\x85\u2028~.0123", max_size=60))
def test_no_yaml_breaks_it(text: str) -> None:
    document, faults = parse(text.encode(), "f")
    assert document is not None or faults
