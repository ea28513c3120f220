"""What depends on a member of an enum says something about every member, so that a new one is met everywhere.

mypy's `exhaustive-match` proves a `match`. What it does not see is held here: tables, which are only as complete as
somebody has made them; a wildcard or a last guard, which ends the proof; and chains of `if`, which have none.
"""

import ast
import importlib
import pkgutil
from collections import defaultdict
from collections.abc import Iterator
from enum import Enum
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import get_args

import pytest

import bot
import handlers
import scheduler

_ROOT = Path(bot.__file__).parents[1]
_PACKAGES = (bot, handlers, scheduler)

# Tables that leave members out on purpose: which, and why the others need not be there.
_LEFT_OUT = {
    # A misfit has its own reason, which is told instead.
    "_FAULTS": {"misfit"},
}
# Enums of which a place may single out some members.
_MAY_END_OPEN = {
    # Only letters of announcements come here, and only some of their ends change what is recorded.
    ("bot/storage/desk/broadcasts.py", "LetterKind"),
    # Only some of the faults that a list has are told with what there is to choose from.
    ("bot/views/roster_faults.py", "RosterFaultKind"),
}
# What comes of a letter is decided by its kind and attempts as much as by its fate.
_NOT_ALONE = {"Fate"}


def _modules() -> Iterator[ModuleType]:
    for package in _PACKAGES:
        for module_info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module_info.name.endswith("__main__") and ".migrations" not in module_info.name:
                yield importlib.import_module(module_info.name)


@cache
def _tables() -> dict[str, tuple[str, dict[Enum, object]]]:
    """Tables of ours keyed by an enum of ours: by the place where they are, each with its name."""
    tables = {}
    for module in _modules():
        for name, value in vars(module).items():
            if not isinstance(value, dict) or not value or not all(isinstance(key, Enum) for key in value):
                continue
            if next(iter(value)).__class__.__module__.partition(".")[0] in {each.__name__ for each in _PACKAGES}:
                tables[f"{module.__name__}.{name}"] = (name, value)
    return tables


def test_a_table_names_every_member_of_its_enum() -> None:
    silent = {}
    for place, (name, table) in _tables().items():
        every = {str(member.value) for member in next(iter(table)).__class__}
        left_out = every - {str(member.value) for member in table}
        if left_out != _LEFT_OUT.get(name, set()):
            silent[place] = left_out
    assert silent == {}


def test_what_is_left_out_is_left_out_of_a_table() -> None:
    assert set(_LEFT_OUT) <= {name for name, _ in _tables().values()}


# Read by the tests that need them, not by every process that collects tests.
@cache
def _trees() -> dict[str, ast.Module]:
    return {
        path.relative_to(_ROOT).as_posix(): ast.parse(path.read_text("utf-8"))
        for package in _PACKAGES
        for path in sorted(Path(package.__path__[0]).rglob("*.py"))
    }


@cache
def _nodes(tree: ast.AST) -> list[ast.AST]:
    """All that is in it; each check looks through the whole program."""
    return list(ast.walk(tree))


@cache
def _enums() -> frozenset[str]:
    return frozenset(
        node.name
        for tree in _trees().values()
        for node in _nodes(tree)
        if isinstance(node, ast.ClassDef) and any("Enum" in ast.unparse(base) for base in node.bases)
    )


@cache
def _literals() -> frozenset[str]:
    return frozenset(
        target.id
        for tree in _trees().values()
        for node in _nodes(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Subscript)
        and ast.unparse(node.value).startswith("Literal[")
        for target in node.targets
        if isinstance(target, ast.Name)
    )


def _module(path: str) -> ModuleType:
    return importlib.import_module(path.removesuffix(".py").removesuffix("/__init__").replace("/", "."))


def _members(node: ast.AST) -> set[tuple[str, str]]:
    """The members that are named in it, as enum and name."""
    return {
        (each.value.id, each.attr)
        for each in ast.walk(node)
        if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) and each.value.id in _enums()
    }


def _open_matches(tree: ast.AST) -> Iterator[tuple[int, str, str]]:
    for node in _nodes(tree):
        if not isinstance(node, ast.Match):
            continue
        enums = {enum for case in node.cases for enum, _ in _members(case.pattern)}
        last = node.cases[-1]
        is_open = last.guard is not None or isinstance(last.pattern, ast.MatchAs)
        if is_open and len(enums) == 1:
            yield node.lineno, (enum := enums.pop()), f"the last case takes whatever is new of {enum}"


def _tests(node: ast.AST | None) -> Iterator[ast.expr]:
    """What a statement asks: by `if` and each `elif`, or by the choice that it returns."""
    match node:
        case ast.If(test=test, orelse=orelse):
            yield test
            yield from _tests(orelse[0] if len(orelse) == 1 else None)
        case ast.IfExp(test=test, orelse=otherwise):
            yield test
            yield from _tests(otherwise)
        case ast.Return(value=value):
            yield from _tests(value)
        case _:
            # Nothing is asked.
            pass


def _blocks(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    for node in _nodes(tree):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            is_asked = isinstance(node, ast.If) and name == "orelse" and len(node.orelse) == 1
            # The only statement of an `else` is asked with its `if`; the body of a lambda is no block.
            if isinstance(block, list) and not is_asked:
                yield block


def _chains(tree: ast.AST) -> Iterator[tuple[int, str, str]]:
    """Blocks that ask for one member of an enum and then for another, however the answers leave the block."""
    for block in _blocks(tree):
        told: dict[str, dict[frozenset[tuple[str, str]], int]] = defaultdict(dict)
        for test in (test for statement in block for test in _tests(statement)):
            members = frozenset(_members(test))
            enums = {enum for enum, _ in members}
            # A test that asks for members of several enums depends on none of them alone.
            if len(enums) == 1:
                told[enums.pop()].setdefault(members, test.lineno)
        for enum, lines in told.items():
            if len(lines) > 1 and enum not in _NOT_ALONE:
                yield min(lines.values()), enum, f"one `if` after another over {enum}: a match mypy can prove"


def _compared_kinds(tree: ast.AST) -> Iterator[tuple[int, str, str]]:
    for node in _nodes(tree):
        if isinstance(node, ast.Compare) and any(enum == "FieldKind" for enum, _ in _members(node)):
            yield node.lineno, "FieldKind", f"{ast.unparse(node)}: ask `rules` or `looks` of the kind instead"


def _made_tables(tree: ast.AST) -> Iterator[tuple[int, str, set[str]]]:
    """Tables that functions make: their lines, the enum of their keys, and the members that are keys."""
    tables = [node for node in _nodes(tree) if isinstance(node, ast.Dict) and node.keys]
    if not any(all(isinstance(key, ast.Attribute) for key in table.keys) for table in tables):
        return
    for function in _nodes(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Dict) and node.keys and all(isinstance(key, ast.Attribute) for key in node.keys):
                keys = [_members(key) for key in node.keys if key is not None]
                enums = {enum for members in keys for enum, _ in members}
                if all(keys) and len(enums) == 1:
                    yield node.lineno, enums.pop(), {name for members in keys for _, name in members}


def test_a_table_that_a_function_makes_names_every_member_of_its_enum() -> None:
    silent = []
    for path, tree in _trees().items():
        for line, enum, keys in _made_tables(tree):
            if left_out := getattr(_module(path), enum).__members__.keys() - keys:
                silent.append(f"{path}:{line}: {left_out}")
    assert silent == []


def test_a_table_that_a_function_makes_is_seen() -> None:
    source = "def f():\n return {Part.ALL: 1, Part.OWING: 2}"
    assert list(_made_tables(ast.parse(source))) == [(2, "Part", {"ALL", "OWING"})]


def _literal_tables(tree: ast.AST) -> Iterator[tuple[int, str, set[object]]]:
    """Tables that are annotated as keyed by a Literal of ours: their lines, its name, and the keys."""
    for node in _nodes(tree):
        match node:
            case ast.AnnAssign(
                annotation=ast.Subscript(slice=ast.Tuple(elts=[ast.Name(id=name), _])), value=ast.Dict(keys=keys)
            ) if name in _literals():
                yield node.lineno, name, {key.value for key in keys if isinstance(key, ast.Constant)}


def test_a_table_names_every_word_of_its_literal() -> None:
    silent = []
    for path, tree in _trees().items():
        for line, name, keys in _literal_tables(tree):
            if left_out := set(get_args(getattr(_module(path), name))) - keys:
                silent.append(f"{path}:{line}: {left_out}")
    assert silent == []


def test_a_table_that_is_keyed_by_a_literal_is_seen() -> None:
    source = "def f():\n labels: dict[Who, str] = {'sent': '', 'missed': ''}"
    assert list(_literal_tables(ast.parse(source))) == [(2, "Who", {"sent", "missed"})]


def _open_ends(tree: ast.AST) -> list[tuple[int, str, str]]:
    return [*_open_matches(tree), *_chains(tree), *_compared_kinds(tree)]


@cache
def _found() -> list[tuple[str, str, str]]:
    """Paths, enums and what is told of them, of all that is ours."""
    return [
        (path, enum, f"{path}:{line}: {fault}")
        for path, tree in _trees().items()
        for line, enum, fault in _open_ends(tree)
    ]


def test_what_may_end_open_does() -> None:
    assert {(path, enum) for path, enum, _ in _found()} >= _MAY_END_OPEN


def test_what_depends_on_a_member_is_proven_for_all_of_them() -> None:
    assert [told for path, enum, told in _found() if (path, enum) not in _MAY_END_OPEN] == []


@pytest.mark.parametrize(
    "source",
    [
        "match kind:\n case FieldKind.DATE: pass\n case _: pass",
        "match kind:\n case FieldKind.DATE: pass\n case FieldKind.TEXT if long: pass",
        "if part is Part.TEXT: pass\nelif part is Part.TOPIC: pass",
        "if part is Part.TEXT: pass\nif part is Part.TOPIC: pass",
        "def f():\n if part is Part.TEXT: return 1\n n = 2\n return n if part is Part.TOPIC else 3",
        "def f():\n return 1 if part is Part.TEXT else 2 if part is Part.TOPIC else 3",
        "fits = kind in (FieldKind.DATE, FieldKind.TEXT)",
    ],
)
def test_what_ends_a_proof_is_seen(source: str) -> None:
    assert _open_ends(ast.parse(source))


def test_asking_for_one_member_twice_is_no_chain() -> None:
    source = "if part is Part.TEXT and long: pass\nif part is Part.TEXT: pass"
    assert _open_ends(ast.parse(source)) == []
