"""Tests speak to what a module shows: a private name of another object is its own to rename."""

import ast
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parent
# A test's own object, and what Python makes of a class.
OWN = {"self", "cls"}
# Names that their libraries document.
PUBLIC = {"_mapping", "_asdict", "_replace", "_fields", "_exit"}


def is_private(name: str) -> bool:
    """Also where it comes at the end of a path, as monkeypatch and mock take it."""
    last = name.rpartition(".")[2]
    return last.startswith("_") and not last.endswith("__") and last.strip("_") != "" and last not in PUBLIC


def touches(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Lines and private names of other objects: read, imported, or replaced by their name."""
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=attr) if is_private(attr) and name not in OWN:
                yield node.lineno, f"{name}.{attr}"
            case ast.Attribute(value=ast.expr() as value, attr=attr) if is_private(attr):
                if not isinstance(value, ast.Name):
                    yield node.lineno, f"{ast.unparse(value)}.{attr}"
            case ast.ImportFrom(names=names):
                yield from ((node.lineno, alias.name) for alias in names if is_private(alias.name))
            case ast.Call(
                func=ast.Attribute(attr="setattr" | "delattr" | "object" | "patch")
                | ast.Name(id="patch" | "getattr" | "setattr")
            ):
                for argument in node.args[:2]:
                    if (
                        isinstance(argument, ast.Constant)
                        and isinstance(argument.value, str)
                        and is_private(argument.value)
                    ):
                        yield node.lineno, argument.value
            case _:
                pass


def test_tests_touch_no_private_name_of_another_object() -> None:
    found = {
        str(path.relative_to(TESTS)): list(touches(ast.parse(path.read_text(encoding="utf-8"))))
        for path in sorted(TESTS.rglob("*.py"))
    }
    touched = {name: there for name, there in found.items() if there}
    assert not touched, f"give the class a parameter, or the module a public name: {touched}"


def test_the_check_sees_each_way_to_touch_one() -> None:
    ways = (
        "office.courier._lane",
        "office._held",
        "module()._x",
        "from bot.storage.engine.database import _TRIES",
        'monkeypatch.setattr(database, "_TRIES", 3)',
        'monkeypatch.setattr("bot.pacer._INTERVAL", 1)',
        'patch.object(Connection, "_now")',
        'patch("bot.watch._EVERY", 1)',
        'getattr(x, "_y")',
    )
    assert [way for way in ways if not list(touches(ast.parse(way)))] == []
    own = ("self._x", "cls._x", "module.__name__", "def _f(): _g()", "a, _ = b", 'setattr(x, "y", _z)')
    assert [way for way in own if list(touches(ast.parse(way)))] == []
