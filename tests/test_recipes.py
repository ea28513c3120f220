"""What is added in one place is met in the others that it needs: what docs/architecture.md says under "How to add".

mypy names a step that is left out where types tell; here are those that only a name ties to each other.
"""

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import get_args

import pytest

import bot.commands
import scheduler
from bot.config import Settings
from bot.domain.ledger.report import ReportKind
from bot.domain.letter import LetterKind
from bot.parts import tick
from bot.reports import making
from bot.storage.schema import metadata
from bot.views.callbacks import reports as report_callbacks
from tests.handlers.department.test_anything import callback_classes
from tests.world import ROOT

OPERATIONS = (ROOT / "docs/operations.md").read_text("utf-8")


def modules(package: ModuleType) -> Iterator[ModuleType]:
    for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(info.name)


def trees(*places: str) -> Iterator[ast.AST]:
    """The code of these folders and files."""
    for place in places:
        path = ROOT / place
        yield from map(_tree, sorted(path.rglob("*.py")) if path.is_dir() else [path])


@cache
def _tree(file: Path) -> ast.AST:
    return ast.parse(file.read_text("utf-8"))


def read_of(owner: str, *places: str) -> set[str]:
    """Which attributes of whatever is called so the code reads there."""
    return {
        node.attr
        for tree in trees(*places)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and owner == _last_name(node.value)
    }


def _last_name(node: ast.expr) -> str | None:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return None


# --- A command of the command line ---

FRONT_DOOR = (ROOT / "bot/__main__.py").read_text("utf-8")
COMMANDS = re.findall(r'add_parser\(\s*"([\w-]+)"', FRONT_DOOR)


def test_each_command_has_its_module_and_each_module_its_command() -> None:
    named = set(re.findall(r'set_defaults\(module="(\w+)"', FRONT_DOOR))
    runs = {module.__name__.rpartition(".")[2]: module for module in modules(bot.commands) if hasattr(module, "run")}
    assert named == set(runs)
    assert {len(inspect.signature(module.run).parameters) for module in runs.values()} == {2}


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_is_told_of(command: str) -> None:
    assert f"    python -m bot {command}" in FRONT_DOOR or command == "run"
    assert re.search(rf"^\|.*`python -m bot {command}[ `]", OPERATIONS, re.MULTILINE), (
        f"docs/operations.md lacks {command}"
    )


# --- A setting of .env: test_env_example holds what is told of it ---


@pytest.mark.slow
def test_each_setting_is_read_by_somebody() -> None:
    assert set(Settings.model_fields) - read_of("settings", "bot") - read_of("self", "bot/config.py") == set()


# --- A duty of time ---

# What the clock itself is made of, and what is done before there are ticks.
NO_DUTIES = {"Clock", "do_each", "ClockGone", "OutsideClock", "before_migration"}


def test_each_duty_is_done_by_the_tick() -> None:
    duties = {
        name
        for module in modules(scheduler)
        for name, member in vars(module).items()
        if (inspect.isfunction(member) or inspect.isclass(member))
        and member.__module__ == module.__name__
        and not name.startswith("_")
    }
    assert duties - NO_DUTIES - set(vars(tick)) == set()
    assert duties >= NO_DUTIES


# --- A table ---


def test_each_table_is_queried() -> None:
    rooms = [f"bot/storage/{room}" for room in ("post", "people", "ledger", "desk", "arrivals.py")]
    queried = {
        node.attr
        for tree in trees(*rooms)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "t"
    }
    assert set(metadata.tables) - queried == set()


# --- A letter ---


@pytest.mark.slow
def test_each_kind_of_letter_is_written_by_somebody() -> None:
    written = set()
    for tree in trees("handlers", "scheduler", "bot/storage", "bot/parts", "bot/reports"):
        asked = {
            inner
            for node in ast.walk(tree)
            if isinstance(node, ast.Compare | ast.MatchValue)
            for inner in ast.walk(node)
        }
        written |= {
            node.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == "LetterKind"
            and node not in asked
        }
    assert {kind.name for kind in LetterKind} - written == set()


@pytest.mark.slow
def test_what_keeps_working_hours_is_written_with_them() -> None:
    """`ask` and `remind` keep them; `write` is told."""
    at_any_hour = [
        ast.unparse(call)
        for tree in trees("handlers", "scheduler", "bot/storage", "bot/parts", "bot/reports")
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and ast.unparse(call.func) == "letters.write"
        and ast.unparse(call.args[1]).startswith("LetterKind.")
        and LetterKind[ast.unparse(call.args[1]).rpartition(".")[2]].keeps_hours
        and "hours" not in {keyword.arg for keyword in call.keywords}
    ]
    assert at_any_hour == []


# --- A button ---


def test_each_button_is_shown_by_somebody() -> None:
    named = {
        name
        for tree in trees("bot/views", "bot/letters")
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.ImportFrom)
            else [node.attr]
            if isinstance(node, ast.Attribute)
            else []
        )
    }
    assert {button.__name__ for button in callback_classes().values()} - named == set()


# --- A report ---

# Not of a period, so not by its button.
ORDERED_OTHERWISE = {ReportKind.DYNAMICS, ReportKind.OWN}


@pytest.mark.parametrize("kind", ReportKind)
def test_each_report_has_its_maker(kind: ReportKind) -> None:
    assert inspect.signature(making.maker(kind).make).parameters.keys() >= {"tx", "job", "folder"}


def test_each_report_can_be_ordered() -> None:
    assert set(get_args(report_callbacks.Kind)) == set(ReportKind) - ORDERED_OTHERWISE
    shown = {
        argument.value
        for tree in trees("bot/views/department/reports.py")
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "make"
        for argument in call.args
        if isinstance(argument, ast.Constant)
    }
    assert set(get_args(report_callbacks.Kind)) - shown == set()
