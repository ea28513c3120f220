"""Every text that tests know is said by the product: a reworded one fails here, and an absent one could be there."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.texts import ROOT, Texts, department, example, heads

# Whose tests look at screens; the others make up their own texts.
LOOKING = ("demo", "handlers", "reliability", "scheduler", "views")
# Where a text is looked for rather than written.
LOOKED_FOR = {"press", "press_at", "press_like", "card", "find", "get_by_text"}
# Shorter ones stand in too many sentences to be looked for inside of others, except before a number or a colon.
LONG = 10
SCREENS = [
    screen
    for screen in Texts.screens
    if screen.__module__ in {module_type.__name__ for module_type in (department, example, heads)}
]
# Rooms without words of their own: what they say is worded in views.
WORDLESS = ("handlers", "scheduler", "bot/letters", "bot/delivery", "bot/parts", "bot/probe")
RUSSIAN = re.compile("[А-Яа-яЁё]{3}")
CYRILLIC = re.compile("[\u0400-\u04ff]")


def texts_of(tree: ast.AST) -> Iterator[ast.Constant]:
    """The strings of a module, also those between the values of an f-string; no docstrings."""
    docstrings = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docstrings:
            yield node


@cache
def said_in(name: str) -> str:
    """All that the product's files of that name say."""
    if name.endswith(".yaml"):
        (path,) = [*(ROOT / "data").rglob(name)] or (ROOT / "tests").rglob(name)
        lines = path.read_text(encoding="utf-8").splitlines()
        return "\n".join(line for line in lines if not line.lstrip().startswith("#"))
    files = [path for package in ("bot", "handlers") for path in (ROOT / package).rglob(f"{name}.py")]
    assert files, f"no file of the product is called {name}.py"
    return "\n".join(
        str(text.value) for path in files for text in texts_of(ast.parse(path.read_text(encoding="utf-8")))
    )


def stands(text: str, screen: type[Texts]) -> bool:
    """Whether the product says it on that screen, other than within another text of the same screen."""
    said = "\n".join(said_in(name) for name in screen.of)
    for longer in screen.named().values():
        if text != longer and text in longer:
            said = said.replace(longer, "")
    return text in said


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: str(screen.__name__))
def test_the_product_says_it(screen: type[Texts]) -> None:
    """A text that was reworded is corrected at its name, and nowhere else."""
    gone = {name: text for name, text in screen.named().items() if not stands(text, screen)}
    assert not gone, (
        f"not said by {' or '.join(screen.of)}: reworded? Its name in tests/texts is the one place to change"
    )


def looked_for(tree: ast.AST) -> Iterator[ast.Constant]:
    """The strings that a test looks for in what the bot shows."""
    for node in ast.walk(tree):
        match node:
            case ast.Compare(left=left, comparators=right):
                places: list[ast.expr] = [left, *right]
            case ast.Call(func=ast.Attribute(attr=attr), args=arguments) if attr in LOOKED_FOR:
                places = arguments
            case _:
                continue
        for place in places:
            match place:
                case ast.Constant(value=str()):
                    yield place
                case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items) | ast.JoinedStr(values=items):
                    yield from (
                        item for item in items if isinstance(item, ast.Constant) and isinstance(item.value, str)
                    )
                case _:
                    pass


def modules() -> list[Path]:
    """The modules that look at screens."""
    return sorted(path for package in LOOKING for path in (ROOT / "tests" / package).rglob("*.py"))


def typed_in(said: str, text: str) -> bool:
    """Whether that text of a screen is all or part of what a test looks for."""
    if said == text:
        return True
    follows = r"(?!\w)" if len(text) >= LONG else r"(?=:| \d| \()"
    return len(text) >= 4 and text in said and bool(re.search(rf"(?<!\w){re.escape(text)}{follows}", said))


def test_no_text_is_typed_again() -> None:
    """Whoever looks for a text that has a name says the name."""
    names: dict[str, list[str]] = {}
    for screen in SCREENS:
        for name, text in screen.named().items():
            names.setdefault(text, []).append(f"{screen.__name__}.{name}")
    again = []
    for path in modules():
        for literal in looked_for(ast.parse(path.read_text(encoding="utf-8"))):
            said = str(literal.value)
            for text, called in names.items():
                if typed_in(said, text):
                    again.append(f"{path.relative_to(ROOT)}:{literal.lineno}: «{text}» is {' or '.join(called)}")
    assert not again, "\n".join(again)


def absent_in(tree: ast.AST) -> Iterator[ast.Constant]:
    """The strings of which a test says that they are not there: `not in`, or `in` below a `not`."""
    for node in ast.walk(tree):
        match node:
            case ast.Compare(left=ast.Constant() as text, ops=[ast.NotIn()]):
                yield text
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                for inner in ast.walk(operand):
                    match inner:
                        case ast.Compare(left=ast.Constant() as text, ops=[ast.In()]):
                            yield text
                        case _:
                            pass
            case _:
                pass


def test_what_is_absent_could_be_there() -> None:
    """A text that nobody says any more is absent for ever; so it is a name, or a word that the module has elsewhere."""
    vacuous = []
    for path in modules():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        absent = {text for text in absent_in(tree) if RUSSIAN.search(str(text.value))}
        elsewhere = [str(text.value) for text in texts_of(tree) if text not in absent]
        vacuous += [
            f"{path.relative_to(ROOT)}:{text.lineno}: {text.value!r}"
            for text in absent
            if not any(str(text.value) in other for other in elsewhere)
        ]
    assert not vacuous, "\n".join(sorted(vacuous))


def worded(source: str) -> Iterator[tuple[int, str]]:
    """Lines and texts of a module that have Cyrillic letters; no docstrings, no comments."""
    for text in texts_of(ast.parse(source)):
        if CYRILLIC.search(str(text.value)):
            yield text.lineno, str(text.value)


@pytest.mark.parametrize("room", WORDLESS)
def test_words_stand_in_views(room: str) -> None:
    """Whoever rewords what people see looks for it in `bot/views/`."""
    paths = sorted((ROOT / room).rglob("*.py"))
    assert paths, f"{room} is no room any more"
    elsewhere = [
        f"{path.relative_to(ROOT)}:{line}: {text!r}"
        for path in paths
        for line, text in worded(path.read_text(encoding="utf-8"))
    ]
    assert not elsewhere, "a constant or a function of the subject's view:\n" + "\n".join(elsewhere)


def test_the_check_sees_words_wherever_they_stand() -> None:
    ways = ('x = "бот"', 'f"срок {day}"', 'def f(x="ё"): ...', "def f():\n    pass\n    'Ответ'")
    assert [way for way in ways if not list(worded(way))] == []
    own = ('"""Свод."""', 'def f():\n    """«Да»."""', "# Свод", 'x = "report"')
    assert [way for way in own if list(worded(way))] == []
