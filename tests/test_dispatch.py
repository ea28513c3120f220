"""What depends on a member of an enum says something about every member, so that a new one is met everywhere.

mypy's `exhaustive-match` proves a `match`. What it does not see is held here: tables, which are only as complete as
somebody has made them; a wildcard or a last guard, which ends the proof; and chains of `elif`, which have none.
"""

import ast
import importlib
import pkgutil
from collections import defaultdict
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from types import ModuleType

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
    # A message without words has no longest text.
    "_LONGEST": {"none"},
}
# Enums of which a place may single out some members.
_MAY_END_OPEN = {
    # Only letters of announcements come here, and only some of their ends change what is recorded.
    ("bot/storage/desk/broadcasts.py", "LetterKind"),
}
# What comes of a letter is decided by its kind and attempts as much as by its fate.
_NOT_ALONE = {"Fate"}


def _modules() -> Iterator[ModuleType]:
    for package in _PACKAGES:
        for module_info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module_info.name.endswith("__main__") and ".migrations" not in module_info.name:
                yield importlib.import_module(module_info.name)


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


_TABLES = _tables()


def test_a_table_names_every_member_of_its_enum() -> None:
    silent = {}
    for place, (name, table) in _TABLES.items():
        every = {str(member.value) for member in next(iter(table)).__class__}
        left_out = every - {str(member.value) for member in table}
        if left_out != _LEFT_OUT.get(name, set()):
            silent[place] = left_out
    assert silent == {}


def test_what_is_left_out_is_left_out_of_a_table() -> None:
    assert set(_LEFT_OUT) <= {name for name, _ in _TABLES.values()}


_TREES = {
    path.relative_to(_ROOT).as_posix(): ast.parse(path.read_text("utf-8"))
    for package in _PACKAGES
    for path in sorted(Path(package.__path__[0]).rglob("*.py"))
}
_ENUMS = {
    node.name
    for tree in _TREES.values()
    for node in ast.walk(tree)
    if isinstance(node, ast.ClassDef) and any("Enum" in ast.unparse(base) for base in node.bases)
}


def _members(node: ast.AST) -> set[tuple[str, str]]:
    """The members that are named in it, as enum and name."""
    return {
        (each.value.id, each.attr)
        for each in ast.walk(node)
        if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) and each.value.id in _ENUMS
    }


def _open_matches(path: str, tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Match):
            continue
        enums = {enum for case in node.cases for enum, _ in _members(case.pattern)}
        last = node.cases[-1]
        is_open = last.guard is not None or isinstance(last.pattern, ast.MatchAs)
        if is_open and len(enums) == 1 and not {(path, enum) for enum in enums} <= _MAY_END_OPEN:
            yield f"{path}:{node.lineno}: the last case takes whatever is new of {enums.pop()}"


def _branches(first: ast.If) -> Iterator[ast.If]:
    branch: ast.stmt | None = first
    while isinstance(branch, ast.If):
        yield branch
        branch = branch.orelse[0] if len(branch.orelse) == 1 else None


def _chains(path: str, tree: ast.AST) -> Iterator[str]:
    chains = [list(_branches(node)) for node in ast.walk(tree) if isinstance(node, ast.If)]
    inner = {branch for chain in chains for branch in chain[1:]}
    for chain in chains:
        told: dict[str, set[frozenset[tuple[str, str]]]] = defaultdict(set)
        for members in (_members(branch.test) for branch in chain if chain[0] not in inner):
            enums = {enum for enum, _ in members}
            # A branch that asks for members of several enums depends on none of them alone.
            if len(enums) == 1:
                told[enums.pop()].add(frozenset(members))
        for enum in sorted(enum for enum, branches in told.items() if len(branches) > 1 and enum not in _NOT_ALONE):
            yield f"{path}:{chain[0].lineno}: elif over {enum}: mypy cannot prove it, a match it can"


def _compared_kinds(path: str, tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and any(enum == "FieldKind" for enum, _ in _members(node)):
            yield f"{path}:{node.lineno}: {ast.unparse(node)}: ask `rules` or `looks` of the kind instead"


def _made_tables(tree: ast.AST) -> Iterator[tuple[int, str, set[str]]]:
    """Tables that functions make: their lines, the enum of their keys, and the members that are keys."""
    for function in ast.walk(tree):
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
    for path, tree in _TREES.items():
        for line, enum, keys in _made_tables(tree):
            module = importlib.import_module(path.removesuffix(".py").replace("/", "."))
            if left_out := getattr(module, enum).__members__.keys() - keys:
                silent.append(f"{path}:{line}: {left_out}")
    assert silent == []


def test_a_table_that_a_function_makes_is_seen() -> None:
    source = "def f():\n return {Part.ALL: 1, Part.OWING: 2}"
    assert list(_made_tables(ast.parse(source))) == [(2, "Part", {"ALL", "OWING"})]


def _unproven(path: str, tree: ast.AST) -> list[str]:
    return [*_open_matches(path, tree), *_chains(path, tree), *_compared_kinds(path, tree)]


def test_what_depends_on_a_member_is_proven_for_all_of_them() -> None:
    assert [fault for path, tree in _TREES.items() for fault in _unproven(path, tree)] == []


@pytest.mark.parametrize(
    "source",
    [
        "match kind:\n case FieldKind.DATE: pass\n case _: pass",
        "match kind:\n case FieldKind.DATE: pass\n case FieldKind.TEXT if long: pass",
        "if part is Part.TEXT: pass\nelif part is Part.TOPIC: pass",
        "fits = kind in (FieldKind.DATE, FieldKind.TEXT)",
    ],
)
def test_what_ends_a_proof_is_seen(source: str) -> None:
    assert _unproven("x.py", ast.parse(source))
