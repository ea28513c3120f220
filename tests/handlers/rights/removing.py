"""Makes every declared right weaker and every guard let pass, one at a time, and lists what nobody has noticed.

python -m tests.handlers.rights.removing
"""

import ast
import asyncio
import copy
import inspect
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from itertools import count
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Any, get_args, get_type_hints
from unittest.mock import patch

from aiogram.dispatcher.event.handler import HandlerObject
from aiogram.filters.callback_data import CallbackData

from bot.domain.desk.announcement import Announcement
from bot.domain.desk.thread import Thread
from bot.domain.directives.directive import Directive
from bot.domain.ledger.extension import Asked
from bot.domain.ledger.obligation import Obligation, Round
from bot.domain.people.member import Limits, Person, Right, Seat, Succession
from bot.domain.people.organization import Organization
from bot.storage.desk import announcements, questions, threads
from bot.storage.desk.questions import Stored
from bot.storage.ledger import drafts, extensions, obligations, rounds
from bot.storage.people import links, organizations, people, seats
from handlers.answering.announced import OfAnnouncement, OfRequest
from handlers.rights import Rights, declared
from handlers.saying import Sayings
from handlers.scene import Scene
from tests.handlers.rights.deed import Deed
from tests.handlers.rights.deeds import every, registered
from tests.handlers.rights.district import working
from tests.handlers.rights.held import fault
from tests.handlers.rights.office import ROLES, Office

_HANDLERS = Path("handlers")
_RANK = list(Right)


def _module(path: Path) -> ModuleType:
    return import_module(".".join(path.with_suffix("").parts).removesuffix(".__init__"))


# --- guards, and what lets everybody pass ---


async def _asked(tx: Any, extension_id: int) -> Asked | None:
    extension = await extensions.get(tx, extension_id)
    obligation = await obligations.get(tx, extension.obligation_id) if extension else None
    return Asked(extension, obligation) if extension and obligation else None


async def _successor(tx: Any, invitation_id: int) -> Succession | None:
    found = await links.successions(tx, Limits(), invitation_id=invitation_id)
    return found[0] if found else None


def _of(load: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """The object itself, whoever asks: a guard takes the scene and an id, or a button that has one, in some order."""

    async def passing(*given: Any) -> Any:
        tx = next(each.tx for each in given if isinstance(each, Scene))
        (which,) = (each for each in given if isinstance(each, int | CallbackData))
        return await load(tx, which if isinstance(which, int) else which.id)  # type: ignore[attr-defined]

    return passing


async def _of_anybody(tx: Any, _person_id: int, obligation_id: int) -> Any:
    return await obligations.get(tx, obligation_id)


async def _with_draft(scene: Scene, obligation_id: int) -> Any:
    obligation = await obligations.get(scene.tx, obligation_id)
    return (obligation, await drafts.get(scene.tx, scene.person.id, obligation_id)) if obligation else None


def _directive(scene: Scene, directive_id: str) -> Any:
    return scene.catalog.directives.get(directive_id)


async def _yes(*_: Any) -> bool:
    return True


# Whatever is somebody's matter and nobody else's, and what finds it whoever asks.
_LOADS: dict[type, Callable[..., Any]] = {
    Announcement: _of(announcements.get),
    Asked: _of(_asked),
    Directive: _directive,
    Obligation: _of(obligations.get),
    Organization: _of(organizations.get),
    Round: _of(rounds.get),
    Stored: _of(questions.get),
    Person: _of(people.get),
    Seat: _of(seats.get),
    Succession: _of(_successor),
    Thread: _of(threads.get),
}

# What has the form of a guard and is none, by where it stands.
_NO_GUARDS = {
    # They look at what is the person's own already.
    "handlers.answering.announced._is_to_be_acknowledged",
    "handlers.answering.announced._read",
    "handlers.answering.announced.taken",
    "handlers.answering.extending._is_ready",
    "handlers.answering.extending._may_ask",
    "handlers.answering.placing._as_value",
    "handlers.answering.replying._is_own",
    "handlers.answering.typing._is_asked",
    "handlers.answering.unshown._read",
    "handlers.keyboard._is_asked",
    "handlers.registration._by_number",
    "handlers.registration.is_name",
    # It looks at what is the person's own, or asks `_on_behalf`.
    "handlers.answering.request_form.with_draft",
    # They ask a guard themselves, which is taken away in them.
    "handlers.department.announcements.composing._audience",
    "handlers.department.control.together._whose",
    "handlers.department.questions.questions._load_audience",
    "handlers.department.questions.second_thoughts._theirs",
    "handlers.department.questions.questions._save_audience",
    # They write what a guard has let in.
    "handlers.department.announcements.composing._save_audience",
    "handlers.department.questions.common.change",
    "handlers.department.questions.fields._edit",
    # It says how a round that a guard has let in stands somewhere.
    "handlers.department.control.control.territory_of",
    # It says whether there is anybody to ask.
    "handlers.department.announcements.approving.propose",
    # They follow from a seat that a guard has let somebody decide about.
    "handlers.seating._gains",
    "handlers.seating._loses",
    # They act on a link that was used, whoever has the word.
    "handlers.department.people.links._somebody_else",
    "handlers.seating.by_link",
    # Administrators have to do with all of these.
    "handlers.department.directives.reloading._shown_elsewhere",
}
# The storage asks whose it is, or more is returned than the matter.
_OTHERS: dict[str, Callable[..., Any]] = {
    "bot.storage.desk.matters.is_theirs": _yes,
    "bot.storage.desk.threads.covered": _yes,
    "bot.storage.ledger.obligations.of_person": _of_anybody,
    "handlers.answering.request_form.with_draft": _with_draft,
}


def guards() -> tuple[dict[str, Callable[..., Any]], set[str]]:
    """By where they stand, what stands for each while it is away; and what _NO_GUARDS lacks, or has for nothing.

    Who is given a scene and what somebody wants, and says no to some, is a guard: it returns a matter or nothing, or
    whether that matter is theirs.
    """
    found: dict[str, Callable[..., Any] | None] = {}
    for module in map(_module, sorted(_HANDLERS.rglob("*.py"))):
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__:
                found |= {f"{module.__name__}.{name}": stand_in for stand_in in _stand_in(function)}
    found |= _OTHERS
    passing = {key: stand_in for key, stand_in in found.items() if stand_in is not None and key not in _NO_GUARDS}
    unknown = {key for key, stand_in in found.items() if stand_in is None}
    return passing, (unknown - _NO_GUARDS) | (_NO_GUARDS - found.keys())


def _stand_in(function: Callable[..., Any]) -> Iterator[Callable[..., Any] | None]:
    """What lets everybody pass instead, None if that is not known; nothing if it has not the form of a guard."""
    taken = get_type_hints(function)
    returned = taken.pop("return", None)
    wanted = {each for each in taken.values() if isinstance(each, type)}
    refuses = type(None) in get_args(returned) or Sayings in get_args(returned)
    matter = next((each for each in get_args(returned) if each in list(_LOADS)), None)
    if Scene not in wanted:
        return
    if refuses and matter and any(issubclass(each, int | str | CallbackData) for each in wanted):
        yield _LOADS[matter]
    elif returned is bool and _LOADS.keys() & wanted:
        yield _yes
    elif (refuses or returned is bool) and {int, str} & wanted:
        yield None


_PASSING, _ = guards()
# Who does it is nobody whom it is about; everywhere else nobody but whom it is about does it.
_OWN_IS_REFUSED = {
    "handlers.department.announcements.approving._to_decide",
    "handlers.department.announcements.approving.take_comment",
    "handlers.department.group.said",
    "handlers.department.threads.ask",
}
# Guarded before in the same update by another function of the module, and asked again for what it returns: every deed
# that comes by the one must have come by the other, of which nothing survives.
_GUARDED_BEFORE = {"handlers.writing._tidied": "_thread"}
# Where what is shown or written depends on whether it is one's own.
_NOT_OF_RIGHTS = {
    "handlers.department.announcements.announcements._card",
    "handlers.department.people.staff._grant",
    "handlers.department.people.staff.withdraw",
    "handlers.department.threads.reply",
    "handlers.seating.dismissed",
    "handlers.answering.replying._is_own",
    "handlers.answering.typing._lost",
    "handlers.department.announcements.announcements.take_back",
    "handlers.writing.swiped",
}
# Filters that let in only those whose it is: to them the right is a second line.
_OF_ONES_OWN = (OfAnnouncement, OfRequest)
_ASKS_WHOSE_IT_IS = "handlers.writing._answers_form"
# Guards that are a second line, by where they are asked.
_SECOND_LINES = {
    # Filters: what they let in asks again.
    "handlers.answering.typing.is_about_requests",
    _ASKS_WHOSE_IT_IS,
    # Of an announcement that has been shown to them, and of the draft that their own conversation is about.
    "handlers.answering.announced.taken",
    "handlers.department.announcements.source.from_reply",
}
# Says how lists and reports are laid out, and no more: what is in them is asked within the limits again.
_LAYOUT = "level.is_seen"
# Limits that hold nobody, by where they stand.
_NO_LIMITS = {
    # At whose hours something is told of that is theirs anyway.
    "handlers.department.control.control._as_there",
    # Those alone come here whose matter all of it is.
    "handlers.department.questions.second_thoughts._counts",
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


def _declarations(office: Office, reached: dict[Any, list[Deed]]) -> Iterator[Mutant]:
    for callback, declarations in _declared().items():
        name = f"{callback.__module__}.{callback.__qualname__}"
        for place, rights in enumerate(declarations):
            for right in _weaker(rights.right):
                change = _weakened(office, callback, place, right)
                yield Mutant(f"{name}: {rights.right.name} -> {right.name}", tuple(reached[callback]), change)


def _declared() -> dict[Any, list[Rights]]:
    """What is declared with each function, in order: some are registered several times."""
    found: dict[Any, list[Rights]] = defaultdict(list)
    for handler in registered():
        if not _is_of_ones_own(handler):
            found[handler.callback].append(declared(handler))
    return found


def _is_of_ones_own(handler: HandlerObject) -> bool:
    asking = [each.callback for each in handler.filters or []]
    return any(isinstance(each, _OF_ONES_OWN) or _name(each) == _ASKS_WHOSE_IT_IS for each in asking)


def _name(function: Any) -> str:
    return f"{function.__module__}.{getattr(function, '__qualname__', '')}"


def _weakened(office: Office, callback: Any, place: int, right: Right) -> Callable[[], Any]:
    @contextmanager
    def change() -> Iterator[None]:
        times, asked = len(_declared()[callback]), count()

        def read(handler: HandlerObject) -> Rights:
            rights = declared(handler)
            # The group's are registered for each district, in the same order.
            is_its = handler.callback is callback and not _is_of_ones_own(handler)
            here = is_its and next(asked) % times == place
            return replace(rights, right=right) if here else rights

        with patch("handlers.routing.declared", read):
            office.open()
        yield
        office.open()

    return change


def _guards(passed: dict[tuple[str, str], list[Deed]]) -> Iterator[Mutant]:
    """Every call of a guard, every comparison with the person, every use of their limits, in every function."""
    for path in sorted(_HANDLERS.rglob("*.py")):
        module = _module(path)
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for qualname, function in _functions(tree):
            deeds = tuple(passed[(str(path.resolve()), qualname)])
            if (before := _GUARDED_BEFORE.get(f"{module.__name__}.{qualname}")) is not None:
                assert deeds, qualname
                assert all(deed in passed[(str(path.resolve()), before)] for deed in deeds), qualname
                continue
            if f"{module.__name__}.{qualname}" in _SECOND_LINES:
                continue
            laid_out = set(_of_layout(function))
            for place, node in enumerate(ast.walk(function)):
                if node in laid_out:
                    continue
                for what, made in _passing(node, module.__dict__, f"{module.__name__}.{qualname}"):
                    name = f"{path}:{node.lineno} {qualname}: {what}"  # type: ignore[attr-defined]
                    yield Mutant(name, deeds, _replaced(module, tree, qualname, place, made))


def _of_layout(function: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == _LAYOUT:
            yield from node.args


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
        if called in ("covers", "covers_place", "covers_types", "manages"):
            yield ast.unparse(node), ast.Constant(True)
        elif called in _NAMES:
            guard = _named(node.func, names)
            key = f"{guard.__module__}.{guard.__qualname__}" if guard is not None else ""
            if key in _PASSING:
                names[f"_passes_{called}"] = _PASSING[key]
                yield ast.unparse(node), ast.Call(ast.Name(f"_passes_{called}", ast.Load()), node.args, node.keywords)
    elif isinstance(node, ast.Compare) and "scene.person.id" in map(ast.unparse, (node.left, *node.comparators)):
        if function not in _NOT_OF_RIGHTS:
            passes = isinstance(node.ops[0], ast.Eq) and function not in _OWN_IS_REFUSED
            yield ast.unparse(node), ast.Constant(passes)
    elif isinstance(node, ast.Attribute) and ast.unparse(node) == "scene.person.limits" and function not in _NO_LIMITS:
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


async def survivors(words: Sequence[str] = ()) -> tuple[int, list[str]]:
    """How many there are with these words in their names, and those of them that nobody has noticed."""
    survived: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        async with working(Path(folder)) as office:
            reached, passed = await _looked_at(office, every(office.ids))
            mutants = [*_declarations(office, reached), *_guards(passed)]
            mutants = [each for each in mutants if all(word in each.name for word in words)]
            for mutant in mutants:
                if not await _noticed(office, mutant):
                    survived.append(f"{mutant.name} ({len(mutant.deeds)} deeds)")
                    print(f"SURVIVES {survived[-1]}", flush=True)
    return len(mutants), survived


def main() -> int:
    """Lists the survivors; 1 if there are any."""
    begun = time.monotonic()
    number, survived = asyncio.run(survivors(sys.argv[1:]))
    print(f"{number} mutants, {len(survived)} survivors, {time.monotonic() - begun:.0f} s")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
