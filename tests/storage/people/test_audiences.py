"""Whom an audience comes to: organizations, and of the people seated there those who can be written to."""

import pytest

from bot.domain.desk.announcement import Reach, Source, Wording
from bot.domain.desk.audience import Audience
from bot.domain.people.failure import Failure
from bot.domain.people.member import Limits, Role, SeatState
from bot.storage.desk import announcements, broadcasts, destinations, recipients
from bot.storage.engine.database import Tx
from bot.storage.people import audiences, people
from tests.storage.seed import DAY, IVAN, NOW, OLGA, SAFETY, Seed

EVERYBODY = Audience(everyone=True)
NOBODY_SPECIAL = Limits()


@pytest.fixture
async def district(seed: Seed) -> dict[str, int]:
    """Two schools, one of them in the country, and a kindergarten."""
    return {
        "lyceum": await seed.organization("Лицей"),
        "school": await seed.organization("Школа", tags=frozenset({"rural"})),
        "garden": await seed.organization("Сад", "preschool"),
    }


async def names(seed: Seed, audience: Audience, limits: Limits = NOBODY_SPECIAL) -> list[str]:
    return await seed.see(lambda tx: audiences.names(tx, audience, limits))


async def reach(seed: Seed, audience: Audience = EVERYBODY, limits: Limits = NOBODY_SPECIAL) -> Reach:
    return await seed.see(lambda tx: audiences.reach(tx, audience, limits, NOW))


async def test_which_organizations(seed: Seed, district: dict[str, int]) -> None:
    assert await names(seed, EVERYBODY) == ["Лицей", "Сад", "Школа"]
    assert await names(seed, Audience()) == []
    assert await names(seed, Audience(types=("preschool",))) == ["Сад"]
    assert await names(seed, Audience(types=("school",), tags=("rural",))) == ["Школа"]
    assert await names(seed, Audience(tags=("rural",))) == ["Школа"]
    assert await names(seed, Audience(types=("preschool",), organizations=(district["lyceum"],))) == ["Лицей", "Сад"]
    assert await names(seed, Audience(types=("no-such-type",), organizations=(424242,))) == []


async def test_limits_narrow_whatever_is_asked_for(seed: Seed, district: dict[str, int]) -> None:
    gardens = Limits(types=frozenset({"preschool"}))
    assert await names(seed, EVERYBODY, gardens) == ["Сад"]
    assert await names(seed, Audience(organizations=tuple(district.values())), gardens) == ["Сад"]
    assert await names(seed, Audience(types=("school",)), gardens) == []


async def test_those_who_have_not_answered(seed: Seed, district: dict[str, int]) -> None:
    await seed.person(OLGA)
    asked = await seed.open(SAFETY)
    assert await names(seed, Audience(unanswered=asked.id)) == ["Лицей", "Школа"]
    await seed.answer(await seed.owed(asked, district["school"]), OLGA)
    assert await names(seed, Audience(unanswered=asked.id)) == ["Лицей"]


async def test_the_head_gets_it_and_a_deputy_in_the_heads_place(seed: Seed, district: dict[str, int]) -> None:
    await seed.person(OLGA, "Ольга")
    await seed.seat(OLGA, district["school"])
    await seed.person(IVAN, "Иван")
    await seed.seat(IVAN, district["school"], Role.DEPUTY)
    found = await reach(seed)
    assert [addressee.person_name for addressee in found.addressees] == ["Ольга"]
    assert found.obstructed == ()
    assert [vacancy.organization_name for vacancy in found.vacancies] == ["Лицей", "Сад"]

    await seed.storage.apply(lambda tx: people.pause(tx, OLGA, NOW + DAY, NOW))
    assert [addressee.person_name for addressee in (await reach(seed)).addressees] == ["Иван"]
    await seed.storage.apply(lambda tx: people.unreachable(tx, IVAN, NOW))
    found = await reach(seed)
    assert found.addressees == ()
    assert {addressee.person_name: addressee.obstacle for addressee in found.obstructed} == {
        "Ольга": Failure.AWAY,
        "Иван": Failure.UNREACHABLE,
    }
    await seed.storage.apply(lambda tx: people.stop(tx, OLGA, NOW))
    assert {addressee.obstacle for addressee in (await reach(seed)).obstructed} == {
        Failure.STOPPED,
        Failure.UNREACHABLE,
    }


async def test_who_sits_twice_gets_it_once_and_who_waits_does_not(seed: Seed, district: dict[str, int]) -> None:
    await seed.person(OLGA, "Ольга")
    await seed.seat(OLGA, district["school"])
    await seed.seat(OLGA, district["garden"])
    await seed.seat(IVAN, district["lyceum"], state=SeatState.WAITING)
    found = await reach(seed)
    assert [(addressee.person_id, addressee.organization_name) for addressee in found.addressees] == [
        (OLGA, "Сад"),
        (OLGA, "Школа"),
    ]
    assert found.people == {OLGA: district["garden"]}
    assert [vacancy.organization_name for vacancy in found.vacancies] == ["Лицей"]
    # Whoever cannot be reached at two organizations leaves none of them out.
    await seed.storage.apply(lambda tx: people.unreachable(tx, OLGA, NOW, Failure.DELETED))
    found = await reach(seed)
    assert {addressee.organization_name: addressee.obstacle for addressee in found.obstructed} == {
        "Сад": Failure.DELETED,
        "Школа": Failure.DELETED,
    }


async def test_those_who_have_not_acknowledged(seed: Seed, district: dict[str, int]) -> None:
    for person, place in ((OLGA, "school"), (IVAN, "garden")):
        await seed.person(person)
        await seed.seat(person, district[place])

    async def announce(tx: Tx) -> int:
        made = await announcements.create(tx, OLGA, Source(OLGA, 7, Wording.TEXT, "Собрание"), NOW)
        await announcements.change(tx, made, audience=EVERYBODY, acknowledge=True)
        announcement = await announcements.get(tx, made)
        assert announcement is not None
        await broadcasts.start(tx, announcement, NOBODY_SPECIAL, OLGA, NOW)
        await destinations.reached(tx, made, [OLGA, IVAN], NOW)
        await recipients.acknowledge(tx, made, OLGA, NOW)
        return made

    made = await seed.storage.apply(announce)
    silent = Audience(unacknowledged=made)
    assert await names(seed, silent) == ["Сад"]
    assert [addressee.person_id for addressee in (await reach(seed, silent)).addressees] == [IVAN]


@pytest.mark.parametrize(
    "audience",
    [
        Audience(),
        EVERYBODY,
        Audience(types=("school", "preschool"), tags=("rural",), organizations=(1, 2)),
        Audience(unanswered=5),
    ],
)
def test_an_audience_is_kept_as_it_was(audience: Audience) -> None:
    assert Audience.load(audience.dump()) == audience


def test_an_audience_within_limits_stays_within_them() -> None:
    schools = Limits(types=frozenset({"school"}))
    assert EVERYBODY.within(schools) == Audience(types=("school",))
    assert Audience(tags=("rural",)).within(schools) == Audience(types=("school",), tags=("rural",))
    assert Audience(types=("school", "preschool")).within(schools) == Audience(types=("school",))
    assert Audience(types=("preschool",)).within(schools) == Audience()
    assert Audience(unanswered=5).within(schools) == Audience(unanswered=5)
    assert EVERYBODY.within(Limits(topics=frozenset({"sport"}))) == EVERYBODY


async def test_all_but_the_department_itself(seed: Seed) -> None:
    """Whoever is of another type too is among all."""
    await seed.organization("Школа")
    await seed.organization("Управление", "department")
    await seed.organization("Управление и школа", "department", "school")
    assert await names(seed, Audience(everyone=True, but=("department",))) == ["Управление и школа", "Школа"]
