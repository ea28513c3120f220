"""The project speaks to what a module or a library shows: a private name of another object is its own to rename."""

import ast
import importlib
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("bot", "handlers", "scheduler", "simulator", "bench", "tests")
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
            case ast.ImportFrom(names=names) | ast.Import(names=names):
                paths = [getattr(node, "module", None) or "", *(alias.name for alias in names)]
                yield from ((node.lineno, path) for path in paths if any(map(is_private, path.split("."))))
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


@cache
def sources() -> list[tuple[Path, ast.Module]]:
    """All of the project."""
    paths = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    return [(path.relative_to(ROOT), ast.parse(path.read_text(encoding="utf-8"))) for path in paths]


def test_nobody_touches_a_private_name_of_another_object() -> None:
    found = {str(path): there for path, tree in sources() if (there := list(touches(tree)))}
    assert not found, (
        f"use what the library documents, give the class a parameter, or the module a public name: {found}"
    )


def test_the_check_sees_each_way_to_touch_one() -> None:
    ways = (
        "office.courier._lane",
        "office._held",
        "module()._x",
        "from bot.storage.engine.database import _TRIES",
        "from sqlalchemy.engine._row_cy import BaseRow",
        "import asyncpg._testbase.fuzzer",
        'monkeypatch.setattr(database, "_TRIES", 3)',
        'monkeypatch.setattr("bot.pacer._INTERVAL", 1)',
        'patch.object(Connection, "_now")',
        'patch("bot.watch._EVERY", 1)',
        'getattr(x, "_y")',
    )
    assert [way for way in ways if not list(touches(ast.parse(way)))] == []
    own = (
        "from __future__ import annotations",
        "self._x",
        "cls._x",
        "module.__name__",
        "def _f(): _g()",
        "a, _ = b",
        'setattr(x, "y", _z)',
    )
    assert [way for way in own if list(touches(ast.parse(way)))] == []


# --- Classes of a library that ours inherit from ---


def defined(kind: ast.ClassDef) -> set[str]:
    """Private names that the class gives itself, in its body or to its `self`."""
    names = set()
    for node in ast.walk(kind):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.Name(id=name, ctx=ast.Store()):
                names.add(name)
            case ast.Attribute(value=ast.Name(id=owner), attr=name, ctx=ast.Store()) if owner in OWN:
                names.add(name)
            case ast.Constant(value=str() as name):
                # __slots__
                names.add(name)
            case _:
                pass
    return {name for name in names if is_private(name)}


def read(kind: ast.ClassDef) -> set[str]:
    """Private names that the class looks up in its `self`."""
    return {
        node.attr
        for node in ast.walk(kind)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in OWN
        if is_private(node.attr)
    }


def inherited(module: ModuleType, kind: ast.ClassDef) -> set[str]:
    """Private names that the class reads or replaces and that a library's class, which it inherits from, has."""
    bases = getattr(module, kind.name).__mro__[1:]
    ours = [base for base in bases if base.__module__.partition(".")[0] in ROOMS]
    theirs = {name for base in bases if base not in ours for name in vars(base)}
    # What no class of ours gives itself can only be theirs, also where they make it when they begin.
    unknown = read(kind) - defined(kind) - {name for base in ours for name in (*vars(base), *_given(base))}
    return {name for name in unknown | (theirs & (read(kind) | defined(kind))) if not name.endswith("_")}


def _given(base: type) -> set[str]:
    module = sys.modules[base.__module__]
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    return {name for kind in tree.body if isinstance(kind, ast.ClassDef) for name in defined(kind)}


def test_no_class_lives_on_a_private_name_of_the_library_that_it_inherits_from() -> None:
    found: dict[str, set[str]] = {}
    for path, tree in sources():
        if path.name == "__main__.py" or "migrations" in path.parts:
            # Programs, and scripts that run only under Alembic.
            continue
        kinds = [
            kind for kind in tree.body if isinstance(kind, ast.ClassDef) and kind.bases and read(kind) | defined(kind)
        ]
        if kinds:
            module = importlib.import_module(".".join(path.with_suffix("").parts))
            found |= {f"{path}: {kind.name}": there for kind in kinds if (there := inherited(module, kind))}
    assert not found


@pytest.mark.parametrize(
    "body",
    [
        "def connect(self): return self._thread",
        "def close(self): self._execute = None",
        "def _connect(self): ...",
    ],
)
def test_the_check_sees_each_way_to_live_on_one(body: str) -> None:
    source = (
        f"import aiosqlite\nclass Kind(aiosqlite.Connection):\n    _own = 1\n    {body}\n    x = lambda self: self._own"
    )
    module = ModuleType("bot.made")
    exec(source, vars(module))
    (kind,) = (node for node in ast.parse(source).body if isinstance(node, ast.ClassDef))
    assert len(inherited(module, kind)) == 1
