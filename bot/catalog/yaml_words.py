"""What a parser's refusal means for somebody who edits the file: where it really is, and what to do.

Both parsers are understood, that of libyaml and that in Python: they refuse the same, mostly in the same words. Each
kind of refusal that people's files meet is in tests/catalog/test_yaml_words.py.
"""

import re

from yaml import MarkedYAMLError

TAB = "отступ сделан табуляцией: замените её пробелами"
_QUOTES = "возьмите текст в кавычки: 'так' или \"так\""
_OPEN = "кавычка открыта и не закрыта: поставьте вторую в конце текста"
_NOT_YAML = "это не YAML"
# A key whose value was written without a space before it.
_GLUED = re.compile(r"^\s*(?:- +)?([\w-]+):(?=[^\s/])(?!\d)")
_KEY = re.compile(r"^\s*(?:- +)?[\w-]+:(\s|$)")
_BEGINS = "текст не может начинаться с «{}»: " + _QUOTES
_BRACKETS = {"}": "{", "]": "["}

# By words of both parsers' problems: what is told where no closer look is needed.
_SIMPLE: tuple[tuple[str, str], ...] = (
    ("tab character", TAB),
    ("escape", "обратная черта \\ в двойных кавычках имеет особый смысл: возьмите текст в одинарные кавычки"),
    ("hexdecimal", "обратная черта \\ в двойных кавычках имеет особый смысл: возьмите текст в одинарные кавычки"),
    ("alphabetic or numeric", "«*» и «&» в начале имеют особый смысл: " + _QUOTES),
    ("tag URI", "«!» в начале имеет особый смысл: " + _QUOTES),
    ("expected URI", "«!» в начале имеет особый смысл: " + _QUOTES),
    ("whitespace or line break", "«!» в начале имеет особый смысл: " + _QUOTES),
    ("comment or", "после > и | текст начинается со следующей строки, с отступом; иначе " + _QUOTES),
    ("chomping", "после > и | текст начинается со следующей строки, с отступом; иначе " + _QUOTES),
    ("sequence entries are not allowed", "список пишется под ключом: каждый пункт с новой строки, начиная с «- »"),
    ("mapping keys are not allowed", "«? » имеет особый смысл: " + _QUOTES),
    ("directive name", _BEGINS.format("%")),
    ("<document start>", "строка стоит после конца документа: уберите «...» или «---» перед ней"),
    ("node content", "лишняя скобка или запятая; если она часть текста, " + _QUOTES),
)


def explain(error: MarkedYAMLError, text: str) -> tuple[int | None, str]:
    """The line, from 1, and what to do there; None where the parser does not say."""
    mark = error.problem_mark or error.context_mark
    problem = error.problem or error.context or ""
    if mark is None:
        return None, _told(_NOT_YAML, problem)
    lines = [*text.splitlines(), ""]
    number = min(mark.line, len(lines) - 1)
    begun = error.context_mark.line if error.context_mark else number
    if "cannot start any token" in problem:
        return number + 1, _unexpected(lines[number], mark.column)
    if "end of stream" in problem:
        return begun + 1, _OPEN
    if bracket := re.search(r"expected ',' or '([}\]])'", problem):
        return _unclosed(lines, begun, number, _BRACKETS[bracket[1]], bracket[1])
    if "node content" in problem and not "".join(lines[number:])[mark.column :].strip():
        opening = max("[{", key=text.rfind)
        return text.count("\n", 0, text.rfind(opening)) + 1, f"скобка {opening} не закрыта"
    for words, told in _SIMPLE:
        if words in problem:
            return number + 1, told
    if "expected key" in problem or "'-' indicator" in problem or "<block end>" in problem:
        return _misplaced(lines, number, mark.column)
    if "values are not allowed" in problem or "expected ':'" in problem:
        return _colon(lines, begun if "expected ':'" in problem else number, mark.column)
    return number + 1, _told(_NOT_YAML, problem)


def _told(words: str, problem: str) -> str:
    return f"{words} ({problem})" if problem else words


def _unexpected(line: str, column: int) -> str:
    """A character that cannot begin a value."""
    if "\t" in line[: column + 1]:
        return TAB
    character = line[column : column + 1]
    return _BEGINS.format(character) if character else _NOT_YAML


def _unclosed(lines: list[str], begun: int, number: int, opening: str, closing: str) -> tuple[int, str]:
    """A bracket that is not closed, or what within it is not separated."""
    if re.search(rf"\s#.*{re.escape(closing)}", lines[begun].partition(opening)[2]):
        return begun + 1, f"« #» до конца строки — примечание, и скобка {closing} тоже: {_QUOTES}"
    if begun != number or closing not in lines[number].partition(opening)[2]:
        return begun + 1, f"скобка {opening} не закрыта: поставьте {closing} или пропущенную запятую"
    within = lines[number].partition(opening)[2]
    if re.search(r":\s+[^,{}\[\]'\"]*:\s", within):
        return number + 1, "между значениями в скобках нет запятой, или двоеточие — часть текста: тогда " + _QUOTES
    return number + 1, f"в скобках не хватает запятой или {closing}"


def _misplaced(lines: list[str], number: int, column: int) -> tuple[int, str]:
    """Something that stands where a key or an item is wanted."""
    before = lines[number][:column]
    if closing := re.search(r"(['\"])\s*$", before):
        if (opened := _opened(lines, number, closing[1])) is not None:
            return opened + 1, _OPEN
        return number + 1, f"после закрывающей кавычки стоит ещё текст: {_QUOTES} целиком"
    if _GLUED.match(lines[number]):
        return number + 1, "после двоеточия нужен пробел"
    if re.match(r"\s*-[^\s-]", lines[number]):
        return number + 1, "после «-» нужен пробел"
    return number + 1, "отступ не такой, как у соседних строк: выровняйте строку пробелами"


def _opened(lines: list[str], number: int, quote: str) -> int | None:
    """The line above whose quote was closed but here, with keys between; None if there is none."""
    begins = re.compile(rf"\s*(?:- +)?(?:[\w-]+: +)?{quote}[^{quote}]*")
    opened = next((place for place in range(number - 1, -1, -1) if quote in lines[place]), number)
    is_open = begins.fullmatch(lines[opened]) and any(map(_KEY.match, lines[opened + 1 : number + 1]))
    return opened if is_open else None


def _colon(lines: list[str], number: int, column: int) -> tuple[int, str]:
    """A colon too many, or one that is missing, in this line or in the one before."""
    above = next((place for place in range(number - 1, -1, -1) if lines[place].strip()), None)
    line = lines[number]
    if re.search(r":\s", line[:column]):
        curled = re.search(r":\s+([“„‟])", line[:column])
        mend = f"кавычка {curled[1]} не подходит, нужны прямые: 'так' или \"так\"" if curled else _QUOTES
        return number + 1, f"двоеточие внутри текста: {mend}"
    for place in (number, above):
        if place is not None and (glued := _GLUED.match(lines[place])):
            return place + 1, f"после двоеточия нужен пробел: «{glued[1]}: »"
    if not _KEY.match(line) and ":" not in line:
        return number + 1, "нет двоеточия с пробелом после ключа"
    if above is not None and not _KEY.match(lines[above]) and not lines[above].lstrip().startswith("#"):
        return above + 1, "нет двоеточия с пробелом после ключа, или текст не закончен: " + _QUOTES
    return number + 1, "отступ не такой, как у соседних строк: выровняйте строку пробелами"
