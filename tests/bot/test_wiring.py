"""The order in which the bot is put together cannot be wrong: nothing is handed on before it is there.

mypy knows whether a variable has been assigned, but not whether an attribute has; and what a lambda, a nested function
or a bound method reaches through `self` is looked up later, so that nobody sees that it was not there yet.
"""

import ast
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.app import App
from bot.config import Settings
from bot.delivery.incoming.adoption import Adoption
from bot.delivery.incoming.dispatcher import Dispatcher
from bot.delivery.outgoing.courier import Courier
from bot.delivery.outgoing.shares import Shares
from bot.delivery.outgoing.speaker import Speaker
from bot.delivery.sayings import Send
from bot.domain.screen import Screen
from bot.following import Follower
from bot.storage.post import replicas
from bot.storage.post.replicas import Beat
from scheduler.outside import OutsideClock
from tests.world import ROOT, TOKEN, catalog_of, living, routing

WIRING = [
    ROOT / "bot/app.py",
    *sorted(file for folder in ("bot/parts", "bot/delivery", "scheduler") for file in (ROOT / folder).rglob("*.py")),
]


def looks_ahead(source: str) -> list[str]:
    """What constructors reach, now or later, that need not be there yet, by line."""
    return [
        f"{node.lineno}: {ast.unparse(node)}"
        for made in ast.walk(ast.parse(source))
        if isinstance(made, ast.FunctionDef) and made.name == "__init__"
        for node in _ahead(made)
    ]


def _ahead(constructor: ast.FunctionDef) -> Iterator[ast.expr | ast.stmt]:
    there: set[str] = set()
    for statement in constructor.body:
        owners = {
            node.value: node
            for node in ast.walk(statement)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
        }
        for node in ast.walk(statement):
            if isinstance(node, ast.Lambda | ast.FunctionDef | ast.AsyncFunctionDef):
                yield node
            if isinstance(node, ast.Name) and node.id == "self":
                owner = owners.get(node)
                if owner is None or (isinstance(owner.ctx, ast.Load) and owner.attr not in there):
                    yield owner or node
        there |= {owner.attr for owner in owners.values() if isinstance(owner.ctx, ast.Store)}


@pytest.mark.parametrize("file", WIRING, ids=lambda file: file.name)
def test_what_the_app_is_made_of_is_there_before_it_is_handed_on(file: Path) -> None:
    assert looks_ahead(file.read_text(encoding="utf-8")) == []


def constructor(*statements: str) -> str:
    return "class App:\n    def __init__(self, storage):\n" + "".join(f"        {line}\n" for line in statements)


@pytest.mark.parametrize(
    "statements",
    [
        ("self.courier = Courier(lambda: self.watch.sent())", "self.watch = Watch()"),
        ("self.watch = Watch()", "self.courier = Courier(lambda: self.watch.sent())"),
        ("self.courier = Courier(self.watch.sent)", "self.watch = Watch()"),
        ("self.courier = Courier(self._ring)",),
        ("self.courier = self._courier()",),
        ("self.courier = Courier(self)",),
        ("self.a, self.b = A(), B(self.a)",),
        ("def sent(): storage.sent()", "self.courier = Courier(sent)"),
        ("if storage:", "    self.courier = Courier(self.watch)"),
    ],
)
def test_what_looks_ahead_is_found(statements: tuple[str, ...]) -> None:
    assert looks_ahead(constructor(*statements)) != []


def test_what_is_there_may_be_handed_on() -> None:
    assert looks_ahead(constructor("self.watch = Watch()", "self.courier = Courier(storage, self.watch.sent)")) == []


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"listen": "127.0.0.1:8080", "webhook_url": "https://bot.example.org/telegram", "webhook_secret": "s" * 32},
        {"department_chat_id": -1001, "announcement_approval": True, "backups_keep": 0},
    ],
    ids=lambda values: " ".join(values) or "none",
)
@pytest.mark.parametrize("outside", [None, OutsideClock("http://127.0.0.1:1/clock")], ids=["clock", "outside"])
async def test_it_is_put_together_whatever_the_settings(
    values: dict[str, Any], outside: OutsideClock | None, tmp_path: Path
) -> None:
    settings = Settings(
        _env_file=None, bot_token=SecretStr(TOKEN), database_url=f"sqlite+aiosqlite:///{tmp_path}/bot.db", **values
    )
    await App(settings, catalog_of(), outside=outside, routing=routing()).close()


@pytest.mark.slow
async def test_couriers_hear_at_once_of_what_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[Courier] = []

    def noted(courier: Courier) -> None:
        rung.append(courier)

    monkeypatch.setattr(Courier, "ring", noted)
    async with living(tmp_path) as world:
        head = await world.person("Иванова Мария", 101)
        await head.join("Общее", "Сосновоозёрская")
        assert set(rung) == {world.app.courier, world.app.reporter}
        rung.clear()
        await world.app.tick()
        assert set(rung) == {world.app.courier, world.app.reporter}
        await head.block()
        rung.clear()
        await world.app.speaker.say(head.id, [Send(head.id, Screen("Слово"))])
        assert set(rung) == {world.app.courier, world.app.reporter}


async def test_what_a_replica_hears_of_the_others_all_its_parts_hear(
    tmp_path: Path, migrated_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[object] = []
    lost: list[object] = []

    def hears(part: object, _beat: Beat) -> None:
        heard.append(part)

    async def loses(part: object) -> None:
        lost.append(part)

    monkeypatch.setattr(Adoption, "heard", hears)
    for hearing in (Follower, Shares, Speaker):
        monkeypatch.setattr(hearing, "hear", hears)
    monkeypatch.setattr(Dispatcher, "lose", loses)
    for losing in (Courier, Shares):
        monkeypatch.setattr(losing, "lost", loses)
    async with living(tmp_path, database_url=migrated_url) as world:
        app = world.app
        await app.replica.join()
        assert {type(part) for part in heard} == {Adoption, Follower, Shares, Speaker}
        assert lost == []
        # The others have taken it for dead: what it has in hand is theirs, its share of the pace too.
        await world.storage.apply(partial(replicas.leave, replica_id=app.replica.id))
        await app.replica.beat()
        assert {app.dispatcher, app.courier, app.reporter} < set(lost)
        assert {type(part) for part in lost} == {Dispatcher, Courier, Shares}
