"""Makes every declared right weaker and every guard let pass, one at a time, and lists what nobody has noticed.

python -m tests.handlers.rights.removing
"""

import ast
import asyncio
import copy
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from types import CodeType, FrameType
from typing import Any
from unittest.mock import patch

from aiogram.dispatcher.event.handler import HandlerObject

from bot.domain.ledger.extension import Asked
from bot.domain.people.member import Limits, Right
from bot.storage.desk import announcements, questions, threads
from bot.storage.ledger import extensions, obligations, rounds
from bot.storage.people import organizations
from handlers.rights import Rights, declared
from handlers.scene import Scene
from tests.handlers.rights.deeds import Deed, every
from tests.handlers.rights.held import fault
from tests.handlers.rights.office import ROLES, Office, working

_HANDLERS = Path("handlers")
_RANK = list(Right)


# --- guards that let everybody pass ---


def _of(load: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """The object itself, whoever asks: a guard takes the scene and an id, or what has one, in some order."""

    async def passing(*given: Any) -> Any:
        tx = next(each.tx for each in given if isinstance(each, Scene))
        (which,) = (each for each in given if isinstance(each, int) or hasattr(each, "agree"))
        return await load(tx, which if isinstance(which, int) else which.id)

    return passing


async def _asked(tx: Any, extension_id: int) -> Asked | None:
    extension = await extensions.get(tx, extension_id)
    obligation = await obligations.get(tx, extension.obligation_id) if extension else None
    return Asked(extension, obligation) if extension and obligation else None


async def _of_anybody(tx: Any, _person_id: int, obligation_id: int) -> Any:
    return await obligations.get(tx, obligation_id)


def _directive(scene: Scene, directive_id: str) -> Any:
    return scene.catalog.directives.get(directive_id)


async def _yes(*_: Any) -> bool:
    return True


# By where they stand: what stands for the guard while it is away.
_PASSING: dict[str, Callable[..., Any]] = {
    "handlers.request_form.owned": _of(obligations.get),
    "handlers.writing._owned": _of(threads.get),
    "handlers.department.common.round_within": _of(rounds.get),
    "handlers.department.common.obligation_within": _of(obligations.get),
    "handlers.department.control.together._to_decide": _of(rounds.get),
    "handlers.department.control.extensions._within": _of(_asked),
    "handlers.department.directives.directives._within": _directive,
    "handlers.department.people.people._within": _of(organizations.get),
    "handlers.department.threads._within": _of(threads.get),
    "handlers.department.threads.may_answer": _yes,
    "handlers.department.announcements.announcements._to_manage": _of(announcements.get),
    "handlers.department.announcements.approving._covers": _yes,
    "handlers.department.announcements.approving._to_decide": _of(announcements.get),
    "handlers.department.announcements.approving.within": _of(announcements.get),
    "handlers.department.announcements.draft.own_draft": _of(announcements.get),
    "handlers.department.questions.common.mine": _of(questions.get),
    "handlers.department.questions.common.visible": _of(questions.get),
    "bot.storage.desk.threads.covered": _yes,
    "bot.storage.ledger.obligations.of_person": _of_anybody,
}
# What is called like a guard and is none: pages of a list; the person's own, asked for to be shown.
_NO_GUARDS = {
    "handlers.department.control.control._within",
    "bot.storage.people.seats.of_person",
    "bot.storage.desk.threads.of_person",
}
# Who does it is nobody whom it is about; everywhere else nobody but whom it is about does it.
_OWN_IS_REFUSED = {
    "handlers.department.announcements.approving._to_decide",
    "handlers.department.announcements.approving.take_comment",
    "handlers.department.group.said",
    "handlers.department.threads.ask",
}
# Where what is shown or written depends on whether it is one's own.
_NOT_OF_RIGHTS = {
    "handlers.department.announcements.announcements._card",
    "handlers.department.people.staff._grant",
    "handlers.department.people.staff.withdraw",
    "handlers.department.threads.reply",
    "handlers.seating.dismissed",
    "handlers.replying._is_own",
    "handlers.writing.swiped",
}
_NAMES = {key.rpartition(".")[2] for key in _PASSING}


# --- what can be changed ---


@dataclass(frozen=True)
class Mutant:
    """A change to what is held: `deeds` are those that come by there."""

    name: str
    deeds: tuple[Deed, ...]
    change: Callable[[], Any]


def _weaker(right: Right) -> list[Right]:
    """Nobody's in particular, and the next."""
    rank = _RANK.index(right)
    return sorted({Right.ANYBODY, _RANK[rank - 1]}, key=_RANK.index) if rank else []


def _declarations(office: Office, handlers: list[HandlerObject], reached: dict[Any, list[Deed]]) -> Iterator[Mutant]:
    for number, handler in enumerate(handlers):
        rights = declared(handler)
        name = f"{handler.callback.__module__}.{handler.callback.__qualname__}"
        for right in _weaker(rights.right):
            change = _weakened(office, number, right)
            yield Mutant(f"{name}: {rights.right.name} -> {right.name}", tuple(reached[handler.callback]), change)


def _weakened(office: Office, number: int, right: Right) -> Callable[[], Any]:
    @contextmanager
    def change() -> Iterator[None]:
        asked = -1

        def read(handler: HandlerObject) -> Rights:
            nonlocal asked
            asked += 1
            found = declared(handler)
            return replace(found, right=right) if asked == number else found

        with patch("handlers.routing.declared", read):
            office.open()
        yield
        office.open()

    return change


def _guards(passed: dict[tuple[str, str], list[Deed]]) -> Iterator[Mutant]:
    """Every call of a guard, every comparison with the person, every use of their limits, in every function."""
    for path in sorted(_HANDLERS.rglob("*.py")):
        module = import_module(".".join(path.with_suffix("").parts).removesuffix(".__init__"))
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for qualname, function in _functions(tree):
            deeds = tuple(passed[(str(path.resolve()), qualname)])
            for place, node in enumerate(ast.walk(function)):
                for what, made in _passing(node, module.__dict__, f"{module.__name__}.{qualname}"):
                    name = f"{path}:{node.lineno} {qualname}: {what}"  # type: ignore[attr-defined]
                    yield Mutant(name, deeds, _replaced(module, tree, qualname, place, made))


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            for each in node.body:
                if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield f"{node.name}.{each.name}", each


def _passing(node: ast.AST, names: dict[str, Any], function: str) -> Iterator[tuple[str, ast.expr]]:
    """What the node may become, so that nobody is held."""
    if isinstance(node, ast.Call):
        called = ast.unparse(node.func).rpartition(".")[2]
        if called in ("covers", "covers_types"):
            yield ast.unparse(node), ast.Constant(True)
        elif called in _NAMES:
            guard = _named(node.func, names)
            key = f"{guard.__module__}.{guard.__qualname__}" if guard is not None else ""
            if guard is not None and key not in _NO_GUARDS and not key.startswith("bot.views."):
                # KeyError: a new guard must say what stands for it.
                names[f"_passes_{called}"] = _PASSING[key]
                yield ast.unparse(node), ast.Call(ast.Name(f"_passes_{called}", ast.Load()), node.args, node.keywords)
    elif isinstance(node, ast.Compare) and ast.unparse(node.comparators[0]) == "scene.person.id":
        if function not in _NOT_OF_RIGHTS:
            passes = isinstance(node.ops[0], ast.Eq) and function not in _OWN_IS_REFUSED
            yield ast.unparse(node), ast.Constant(passes)
    elif isinstance(node, ast.Attribute) and ast.unparse(node) == "scene.person.limits":
        names["_NoLimits"] = Limits
        yield ast.unparse(node), ast.Call(ast.Name("_NoLimits", ast.Load()), [], [])


def _named(func: ast.expr, names: dict[str, Any]) -> Any:
    """What a name of the module, or of one that it imports, stands for; None: of something else."""
    if isinstance(func, ast.Attribute):
        return getattr(names.get(ast.unparse(func.value)), func.attr, None)
    return names.get(ast.unparse(func))


def _replaced(module: Any, tree: ast.Module, qualname: str, place: int, made: ast.expr) -> Callable[[], Any]:
    @contextmanager
    def change() -> Iterator[None]:
        changed = copy.deepcopy(tree)
        function = dict(_functions(changed))[qualname]
        target = list(ast.walk(function))[place]
        _Put(target, made).visit(function)
        code = compile(ast.fix_missing_locations(changed), module.__file__, "exec")
        held: Any = module
        for part in qualname.split("."):
            held = getattr(held, part)
        before = held.__code__
        held.__code__ = _find(code, qualname)
        yield
        held.__code__ = before

    return change


class _Put(ast.NodeTransformer):
    def __init__(self, target: ast.AST, made: ast.expr) -> None:
        self._target = target
        self._made = made

    def visit(self, node: ast.AST) -> Any:
        """Puts what was made in the place of the target."""
        return self._made if node is self._target else self.generic_visit(node)


def _find(code: CodeType, qualname: str) -> CodeType:
    inner = [each for each in code.co_consts if isinstance(each, CodeType)]
    for each in inner:
        if each.co_qualname == qualname:
            return each
    return next(_find(each, qualname) for each in inner if qualname.startswith(f"{each.co_qualname}."))


# --- who notices ---


async def _looked_at(office: Office, deeds: list[Deed]) -> tuple[dict[Any, list[Deed]], dict[Any, list[Deed]]]:
    """Which deeds come to which handlers, and by which functions. Raises AssertionError if one is at fault."""
    reached: dict[Any, list[Deed]] = defaultdict(list)
    passed: dict[Any, list[Deed]] = defaultdict(list)
    call, root = HandlerObject.call, str(_HANDLERS.resolve())
    for deed in deeds:
        handlers: set[Any] = set()
        codes: set[CodeType] = set()

        async def note(handler: HandlerObject, *given: Any, _to: set[Any] = handlers, **values: Any) -> Any:
            _to.add(handler.callback)
            return await call(handler, *given, **values)

        def profile(frame: FrameType, event: str, _arg: Any, _to: set[CodeType] = codes) -> None:
            if event == "call":
                _to.add(frame.f_code)

        with patch.object(HandlerObject, "call", note):
            sys.setprofile(profile)
            try:
                faults = [wrong async for wrong in _faults(office, deed)]
            finally:
                sys.setprofile(None)
        assert not faults, faults
        for handler in handlers:
            reached[handler].append(deed)
        for code in codes:
            if code.co_filename.startswith(root):
                passed[(code.co_filename, code.co_qualname)].append(deed)
    return reached, passed


async def _faults(office: Office, deed: Deed) -> AsyncIterator[str]:
    for person_id in ROLES:
        try:
            wrong = await fault(office, deed, person_id)
        except Exception as error:
            # What was kept from somebody may break where nobody expects it: that is noticed too.
            wrong = f"{deed.name} by {person_id}: {error!r}"
        if wrong:
            yield wrong


async def _noticed(office: Office, mutant: Mutant) -> bool:
    with mutant.change():
        for deed in mutant.deeds:
            async for _ in _faults(office, deed):
                return True
    return False


async def _remove(words: list[str]) -> int:
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        async with working(Path(folder)) as office:
            handlers: list[HandlerObject] = []

            def read(handler: HandlerObject) -> Rights:
                handlers.append(handler)
                return declared(handler)

            with patch("handlers.routing.declared", read):
                office.open()
            reached, passed = await _looked_at(office, every(office.ids))
            print(f"looked at in {time.monotonic() - begun:.0f} s", flush=True)
            mutants = [*_declarations(office, handlers, reached), *_guards(passed)]
            mutants = [each for each in mutants if all(word in each.name for word in words)]
            survivors = []
            for mutant in mutants:
                if not await _noticed(office, mutant):
                    survivors.append(mutant)
                    print(f"SURVIVES {mutant.name} ({len(mutant.deeds)} deeds)", flush=True)
    print(f"{len(mutants)} mutants, {len(survivors)} survivors, {time.monotonic() - begun:.0f} s")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(_remove(sys.argv[1:])))
