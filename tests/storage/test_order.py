"""Lists of organizations have one order, on both engines: numbers as numbers, ё as е, whatever capitals."""

import random

import pytest

from bot.domain.desk.audience import Audience
from bot.domain.ledger.control import Entry, Part
from bot.domain.people.member import Limits, StaffRole
from bot.domain.people.names import natural
from bot.domain.people.organization import RosterEntry
from bot.domain.people.search import find
from bot.storage.desk import announcement_report, ledger_report
from bot.storage.engine.database import Tx
from bot.storage.ledger.control import control
from bot.storage.people import audiences, organizations
from tests.rosters import sync
from tests.storage.desk.test_broadcasts import Post, announcement
from tests.storage.desk.test_digests import employ, gather
from tests.storage.seed import ADMIN, NOW, Seed

IN_ORDER = [
    "Lyceum № 3",
    "«Ромашка»",
    "Гимназия",
    "Детский сад «Елань»",
    "Детский сад «Ёлочка»",
    "ДЕТСКИЙ САД «ЕЛЬ»",
    "школа",
    "ШКОЛА № 1",
    "Школа №2",
    "школа № 2, корпус 1",
    "Школа № 2, корпус 10",
    "Школа № 10",
    "Школа №" + "9" * 19,
    "Школа № 10000000000000000000-бис",
]
EVERYBODY = Audience(everyone=True)


async def bring(seed: Seed, names: list[str]) -> None:
    entries = [RosterEntry(f"s{number}", name, frozenset({"school"})) for number, name in enumerate(names)]
    await seed.storage.apply(lambda tx: sync(tx, entries, NOW))


@pytest.fixture
async def district(seed: Seed) -> Seed:
    shuffled = random.Random(7).sample(IN_ORDER, len(IN_ORDER))
    assert shuffled != IN_ORDER
    await bring(seed, shuffled)
    return seed


async def names_of_all(seed: Seed) -> list[str]:
    return [organization.name for organization in await seed.see(organizations.all_active)]


def test_the_key_sorts_as_its_bytes_do() -> None:
    assert sorted(IN_ORDER, key=natural) == sorted(IN_ORDER, key=lambda name: natural(name).encode()) == IN_ORDER
    assert natural("Школа № 007") == natural("школа №7")


async def test_lists_and_what_is_found_are_in_order(district: Seed) -> None:
    assert await names_of_all(district) == IN_ORDER
    assert await district.see(lambda tx: audiences.names(tx, EVERYBODY, Limits())) == IN_ORDER
    reach = await district.see(lambda tx: audiences.reach(tx, EVERYBODY, Limits(), NOW))
    assert [vacancy.organization_name for vacancy in reach.vacancies] == IN_ORDER
    found = find(reversed(await district.see(organizations.all_active)), "школа")
    assert [organization.name for organization in found] == [name for name in IN_ORDER if "школа" in name.casefold()]


async def test_pages_of_control_are_in_order(district: Seed) -> None:
    round_ = await district.open()
    listed: list[str] = []
    for offset in range(0, len(IN_ORDER), 3):

        async def page(tx: Tx, offset: int = offset) -> list[Entry]:
            return await control.page(tx, round_.id, Part.OWING, Limits(), 3, offset, NOW)

        listed += [entry.obligation.organization_name for entry in await district.see(page)]
    assert listed == IN_ORDER
    members = await district.see(lambda tx: control.members(tx, round_.id, Part.ALL, Limits()))
    assert [obligation.organization_name for obligation in members] == IN_ORDER


async def test_reports_are_in_order(district: Seed) -> None:
    round_ = await district.open()
    debtors = await district.see(lambda tx: ledger_report.debtors(tx, [round_.id], Limits()))
    assert [debtor.name for debtor in debtors] == IN_ORDER


async def test_the_digest_names_the_first_in_order(seed: Seed) -> None:
    await bring(seed, ["Школа № 10", "школа № 2", "Школа № 3"])
    await seed.open()
    await employ(seed, ADMIN, StaffRole.ADMIN)
    (late,) = (await gather(seed, ADMIN, 11)).late
    assert (late.count, late.names) == (3, ("Школа № 2", "Школа № 3"))


async def test_destinations_are_in_order(district: Seed) -> None:
    for number, organization in enumerate(reversed(await district.see(organizations.all_active))):
        await district.seat(5_300_000_000 + number, organization.id)
    await district.person(ADMIN, "Анна")
    post = Post(district, await district.storage.apply(announcement))
    await post.start()
    listed = await district.see(lambda tx: announcement_report.by_organization(tx, post.id, Limits()))
    assert [destination.organization_name for destination in listed] == IN_ORDER
    labels = {organization.name: organization.label for organization in await district.see(organizations.all_active)}
    assert [destination.organization_label for destination in listed] == [labels[name] for name in IN_ORDER]


async def test_a_new_name_has_a_new_place(seed: Seed) -> None:
    await bring(seed, ["Школа № 1", "Школа № 2"])
    await bring(seed, ["Школа № 11", "Школа № 2"])
    assert await names_of_all(seed) == ["Школа № 2", "Школа № 11"]
    typed_in = "Школа № 3"
    await seed.storage.apply(lambda tx: organizations.add(tx, typed_in, ["school"], None, NOW))
    assert await names_of_all(seed) == ["Школа № 2", typed_in, "Школа № 11"]


async def test_of_two_names_that_are_one_in_order_the_older_organization_is_first(seed: Seed) -> None:
    await bring(seed, ["ШКОЛА № 1", "Школа № 01", "школа №1"])
    assert await names_of_all(seed) == ["ШКОЛА № 1", "Школа № 01", "школа №1"]
