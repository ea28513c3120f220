"""Which field the words beside a number name: «Девочек 60», «мальчики — 40»."""

import re
from collections.abc import Sequence
from itertools import takewhile

from bot.domain.fields import below_zero
from bot.domain.fields.field import Field
from bot.domain.text import folded

_WORD, _ANY_WORD = re.compile(r"[^\W\d_]{3,}"), re.compile(r"[^\W\d_]+")
# Words that labels share whatever they ask for.
_EMPTY = frozenset({"них", "том", "числе", "для", "или", "при", "под", "без", "чел", "человек", "руб", "тыс", "шт"})
# Those that say nothing about the number beside them.
_IDLE = frozenset({"чел", "человек", "из", "них", "в", "том", "числе", "и", "а"})
# Whoever is counted, in whatever field.
_ANYBODY = re.compile(r"дет|реб[её]н|ребят|обуча|учащ|учени|школьник|воспитан|участник|люд")
# Other words for the same; a field of the ones is none of the others.
_SEXES = (re.compile(r"девоч|девуш|девчон"), re.compile(r"мальч|юнош"))
# So many other words at most stand beside a number that is an answer.
_ANSWER = 6
# Characters: numbers with their labels, and no letter. In longer texts nothing is looked for, which would take long.
_LONGEST = 500
# What may stand between numbers that are written in one line.
_BETWEEN = re.compile(r"[;/]|,(?!\d)|(?<=\d),\s|\sи\s")
# What stands between a number and a part of it: «20, из них 5 девочек», «20 (5 девочек)».
_OF_WHICH = re.compile(r"[,;]?\s*\(?\b(?=(?:из них|в том числе|в т\.?\s?ч\.)\s)|\s*\(", re.IGNORECASE)
# «1) 40» and «2) 60» are numbered lines.
_TURN = re.compile(r"\s*(\d{1,2})[.)]\s+(?=\S)")
_MARK = re.compile(r"\s*[-‐‑‒–—•*·]\s+(?=\S)")
_NUMBER = r"\d(?:[\d\s]*\d)?(?:[.,]\d+)?"
# If nothing stands between them: each with the words before it, or with those after it.
_LABELS_FIRST, _NUMBERS_FIRST = re.compile(rf"\D*{_NUMBER}(?:\D*$)?"), re.compile(rf"(?:^\D*)?{_NUMBER}\D*")


def named(line: str, fields: Sequence[Field]) -> Field | None:
    """The one field whose label the words of the line are of; None if they are of none, or of several alike."""
    words = _words(line)
    # «Классов» is of «Классов» rather than of «Классных руководителей».
    scores = [(sum(_is_of(word, field) for word in words), len(words & _words(field.label))) for field in fields]
    if not any(count for count, _ in scores):
        sex = _sex(line)
        scores = [(int(sex is not None and sex is _sex(field.label)), 0) for field in fields]
    most = max(scores, default=(0, 0))
    return fields[scores.index(most)] if most[0] and scores.count(most) == 1 else None


def is_percentage(field: Field) -> bool:
    """Whether its numbers are of a hundred, by its unit or, without one, by its label: nobody adds those up."""
    said = folded(field.unit or field.label)
    return "%" in said or "процент" in said


def has_numbers(field: Field, numbers: Sequence[str]) -> bool:
    """Whether its label has these numbers, and no others."""
    return re.findall("[0-9]+", field.label) == [*numbers]


def all_named(lines: Sequence[str], fields: Sequence[Field]) -> list[Field | None]:
    """The field that each line names, by a letter or two if all of them do so: «60 д.», «40 м.»."""
    names = [named(line, fields) for line in lines]
    if len(lines) > 1 and not any(names):
        by_letters = [_by_letters(line, fields) for line in lines]
        if None not in by_letters:
            return by_letters
    return names


def parts(text: str, fields: Sequence[Field]) -> list[str]:
    """The lines of the text, each with its number; one line as several, if it has several and each its own field's."""
    lines: list[str] = []
    for line in filter(str.strip, text.split("\n")):
        # «Мальчиков:», and the number below.
        if lines and not _has_digits(lines[-1]) and named(lines[-1], fields) and not _ANY_WORD.search(line):
            lines[-1] += f" {line}"
        else:
            lines.append(line)
    if len(lines) != 1:
        return _unmarked(lines, fields)
    pieces = [piece for piece in _BETWEEN.split(lines[0]) if piece.strip()]
    if _is_apart([named(piece, fields) if _has_digits(piece) else None for piece in pieces]):
        return pieces
    if not _has_digits(lines[0]) or len(lines[0]) > _LONGEST:
        return lines
    pieces = [piece for piece in _OF_WHICH.split(lines[0]) if piece.strip()]
    if len(pieces) == 2 and [named(piece, fields) for piece in pieces] == [None, *fields[1:2]]:
        return pieces
    for pattern in (_LABELS_FIRST, _NUMBERS_FIRST):
        pieces = pattern.findall(lines[0])
        names = [named(piece, fields) for piece in pieces]
        if _is_apart(names) and not any(map(_unknown, pieces, names)):
            return pieces
    return lines


def _unmarked(lines: list[str], fields: Sequence[Field]) -> list[str]:
    """The lines of a list without what stands before them in it."""
    marks = [_MARK.match(line) for line in lines]
    # Before a number that may be below zero a dash may be its minus.
    if all(marks) and not any(map(below_zero.allowed, fields)):
        return [_MARK.sub("", line, count=1) for line in lines]
    turns = [_TURN.match(line) for line in lines]
    numbers = [int(turn[1]) for turn in turns if turn]
    if numbers and numbers == list(range(numbers[0], numbers[0] + len(lines))):
        return [_TURN.sub("", line, count=1) for line in lines]
    return lines


def are_unclear(lines: Sequence[str], names: Sequence[Field | None], fields: Sequence[Field]) -> bool:
    """Whether the words beside the numbers may mean other fields than those that are next in turn."""
    if any(name not in (None, field) for name, field in zip(names, fields, strict=False)):
        return True
    if any(map(_contradicts, lines, fields)):
        return True
    # Beside words that name a field, or differ from each other, words of no field are some field's.
    strange = {
        frozenset(_strange(line, field))
        for line, name, field in zip(lines, names, fields, strict=False)
        if name is None and _has_digits(line)
    } - {frozenset()}
    return len(strange) > 1 or bool(strange and any(names))


def _contradicts(line: str, field: Field) -> bool:
    """Whether the line is about boys and the field about girls, or the other way round."""
    said, asked = _sex(line), _sex(field.label)
    return None not in (said, asked) and said is not asked


def is_sentence(text: str, field: Field) -> bool:
    """Whether so many words that are not the field's stand there that a number among them is no answer."""
    return sum(not _is_of(word, field) for word in _words(text)) > _ANSWER


def _is_apart(names: Sequence[Field | None]) -> bool:
    return len(names) > 1 and len({field.id for field in names if field}) == len(names)


def _unknown(piece: str, field: Field | None) -> bool:
    """Whether the piece has a word that is not the field's, such as another unit."""
    words = set(_ANY_WORD.findall(folded(piece))) - _IDLE
    return field is None or any(not _is_of(word, field) and _sex(word) is None for word in words)


def _strange(line: str, field: Field) -> set[str]:
    unit = _words(field.unit)
    return {word for word in _words(line) if not (_ANYBODY.match(word) or any(_alike(word, its) for its in unit))}


def _by_letters(line: str, fields: Sequence[Field]) -> Field | None:
    words = _ANY_WORD.findall(folded(line))
    if len(words) != 1 or len(words[0]) > 2:
        return None
    begun = [field for field in fields if any(its.startswith(words[0]) for its in _words(field.label))]
    return begun[0] if len(begun) == 1 else None


def _sex(text: str) -> re.Pattern[str] | None:
    said = [sex for sex in _SEXES if sex.search(folded(text))]
    return said[0] if len(said) == 1 else None


def _has_digits(text: str) -> bool:
    return any(map(str.isdecimal, text))


def _words(text: str) -> set[str]:
    return set(_WORD.findall(folded(text))) - _EMPTY


def _is_of(word: str, field: Field) -> bool:
    return any(_alike(word, its) for its in _words(field.label))


def _alike(word: str, other: str) -> bool:
    """Whether they are forms of one word, or one is the beginning of the other."""
    common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(word, other, strict=False)))
    return common >= 3 and (common == min(len(word), len(other)) or common >= 0.6 * max(len(word), len(other)))
