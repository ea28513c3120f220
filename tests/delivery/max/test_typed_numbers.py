"""MAX lists what has no room on buttons by numbers, and people type them."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.domain.people.member import Role, SeatState
from bot.domain.people.messenger import Messenger
from bot.storage.engine.database import Tx
from bot.storage.ledger import drafts, obligations
from bot.storage.people import organizations, seats
from tests.messengers import in_messenger
from tests.texts.heads import Misfit, Registration, Request
from tests.world import Head, World, catalog_of, living

_CENTRES = """organizations:
  - {code: c1, name: Центр туризма и экскурсий «Северное сияние», types: [preschool]}
  - {code: c2, name: Центр творчества и спорта «Дружная семья», types: [preschool]}
  - {code: c3, name: Станция юных натуралистов и техников № 1, types: [preschool]}
"""
_ROSTER = """organizations:
  - {code: s1, name: Сосновоозёрская средняя школа, types: [general]}
  - {code: s2, name: Белоярская средняя школа, types: [general]}
"""


@pytest.fixture(params=[Messenger.MAX, Messenger.TELEGRAM])
async def world(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[World]:
    """A world in each messenger, with options that are longer than buttons of MAX."""
    roster = tmp_path / "organizations.yaml"
    roster.write_text(_ROSTER, encoding="utf-8")
    with in_messenger(request.param):
        async with living(tmp_path, catalog_of(Path(__file__).parent / "numbered.yaml", roster)) as world:
            yield world


@pytest.fixture
def in_max(request: pytest.FixtureRequest) -> bool:
    """Whether this is the world in MAX."""
    return bool(request.node.callspec.params["world"] is Messenger.MAX)


@pytest.fixture
async def head(world: World) -> Head:
    """A head who has been asked."""
    person = await world.person("Иванова Мария", 501)
    await person.join("Общее", "Сосновоозёрская")
    await world.at("2026-10-05 09:00")
    return person


async def _values(world: World, head: Head) -> dict[str, Any]:
    async with world.storage.read() as tx:
        (obligation,) = await obligations.unanswered(tx, head.id, world.now)
        draft = await drafts.get(tx, head.id, obligation.id)
    return dict(draft.values) if draft else {}


@pytest.mark.parametrize("typed", ["3, 1", "1,3", "1 3", "1 и 3"])
async def test_the_number_of_an_option_chooses_it_where_it_is_shown(
    world: World, head: Head, in_max: bool, typed: str
) -> None:
    assert ("2) Готовую еду привозит поставщик" in await head.sees()) is in_max
    await head.send("2")
    if not in_max:
        assert Misfit.NO_OPTION in await head.sees()
        return
    assert await _values(world, head) == {"kitchen": "Готовую еду привозит поставщик"}
    assert "3) Полдник, если дети остаются после уроков" in await head.sees()
    await head.send(typed)
    assert (await _values(world, head))["meals"] == [
        "Завтрак для всех обучающихся",
        "Полдник, если дети остаются после уроков",
    ]


async def test_by_a_swipe_and_after_what_did_not_fit_it_is_the_answer_too(
    world: World, head: Head, in_max: bool
) -> None:
    if not in_max:
        return
    await head.send("не знаю")
    assert Misfit.NO_OPTION in await head.sees()
    await head.send("2", reply_to=await head.card("Питание · Осень"))
    assert await _values(world, head) == {"kitchen": "Готовую еду привозит поставщик"}


async def test_whoever_edits_the_number_chooses_another_of_the_same_question(
    world: World, head: Head, in_max: bool
) -> None:
    if not in_max:
        return
    kitchen = await head.send("2")
    meals = await head.send("1, 3")
    assert "Примечание" in await head.sees()
    await head.edit(meals, "2")
    assert (await _values(world, head))["meals"] == ["Горячий обед для всех обучающихся"]
    await head.edit(kitchen, "4")
    assert Misfit.NO_OPTION in await head.sees()
    assert (await _values(world, head))["kitchen"] == "Готовую еду привозит поставщик"


async def test_a_number_whose_place_was_asked_is_the_option_there(world: World, head: Head, in_max: bool) -> None:
    await head.send("/tasks")
    await head.send("2", reply_to=await head.card(Request.OPEN))
    await head.press("К запросу «Питание»")
    assert await _values(world, head) == ({"kitchen": "Готовую еду привозит поставщик"} if in_max else {})


@pytest.mark.parametrize("typed", ["1", "7", "0", "1 2", "12"])
async def test_a_number_that_may_be_another_option_or_none_chooses_nothing(
    world: World, head: Head, typed: str
) -> None:
    """«1» could be «10 и более», too."""
    await head.send(typed)
    assert Misfit.NO_OPTION in await head.sees()
    assert await _values(world, head) == {}


async def test_requests_to_two_places_are_told_once(world: World, head: Head) -> None:
    async def sit(tx: Tx) -> None:
        for place in [place for place in await organizations.all_active(tx) if "general" in place.types]:
            await seats.take(tx, head.id, place.id, Role.HEAD, SeatState.SEATED, world.now)

    await world.storage.apply(sit)
    await head.send("/tasks")
    said = await head.sees()
    assert said.count("1. Питание") == 1
    assert said.count("2. Питание") == 1
    assert said.count("Белоярская") == 1


@pytest.mark.parametrize(("typed", "taken"), [("2", "Дружная семья"), ("3)", "Северное сияние"), ("1", None)])
async def test_an_organization_is_chosen_by_its_number_unless_that_is_part_of_a_name(
    tmp_path: Path, typed: str, taken: str | None
) -> None:
    roster = tmp_path / "organizations.yaml"
    roster.write_text(_CENTRES, encoding="utf-8")
    with in_messenger(Messenger.MAX):
        async with living(tmp_path, catalog_of(organizations=roster)) as world:
            head = await world.person("Иванова Мария", 501)
            await head.agree()
            await head.press("Дошкольное", Registration.DONE)
            await head.send(typed)
            if taken is None:
                assert "1 организация" in await head.sees(), "it is looked for: № 1"
                return
            await head.press(Registration.HEAD)
            assert taken in await head.sees()
