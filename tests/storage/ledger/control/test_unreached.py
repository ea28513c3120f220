"""Which requests have reached nobody at an organization, and why, alike on both engines."""

import pytest

from bot.domain.ledger.control import Part
from bot.domain.people.failure import Failure
from bot.domain.people.member import Limits
from bot.storage.engine.database import Tx
from bot.storage.ledger import addressing, obligations
from bot.storage.ledger.control import control, unreached
from bot.storage.people import people, seats
from bot.storage.post import letters
from bot.storage.schema import letters as letters_table
from bot.storage.schema import organizations
from tests.storage.plans import indexes_of
from tests.storage.seed import CALENDAR, DAY, NOW, SAFETY, Seed

LATER = NOW + DAY
FIRST = 5_600_000_000


@pytest.mark.slow_on_postgresql
async def test_the_reasons(seed: Seed) -> None:
    names = ("Пусто", "Блокировка", "Удалён", "Стоп", "Отпуск", "Подписка", "Спрошен", "Прочитал", "Выбыла", "Ждёт")
    places = {name: await seed.organization(name) for name in names}
    ids = {name: FIRST + number for number, name in enumerate(names) if name != "Пусто"}
    for name, id in ids.items():
        await seed.person(id)
        await seed.seat(id, places[name])
    asked = await seed.open(SAFETY)
    owed = {name: await seed.owed(asked, place) for name, place in places.items()}

    async def happen(tx: Tx) -> None:
        await people.unreachable(tx, ids["Блокировка"], NOW, Failure.BLOCKED)
        await people.unreachable(tx, ids["Удалён"], NOW, Failure.DELETED)
        await people.stop(tx, ids["Стоп"], NOW)
        await people.pause(tx, ids["Отпуск"], LATER + DAY, NOW)
        await seats.toggle_mute(tx, ids["Подписка"], "topic", SAFETY.topic, NOW)
        await addressing.asked(tx, [(ids["Спрошен"], owed["Спрошен"].id)], NOW)
        await obligations.seen(tx, owed["Прочитал"].id, ids["Прочитал"], NOW)
        await tx.execute(organizations.update().where(organizations.c.id == places["Выбыла"]).values(active=False))
        # The letters that the opening wrote are gone; one waits.
        await tx.execute(letters_table.delete())
        await letters.ask(tx, [places["Ждёт"]], CALENDAR, LATER)

    await seed.storage.apply(happen)

    async def look(tx: Tx) -> dict[str, tuple[Failure, ...] | None]:
        listed = await control.page(tx, asked.id, Part.ALL, Limits(), 100, 0, LATER)
        return {entry.obligation.organization_name: entry.missed for entry in listed}

    assert await seed.see(look) == {
        "Пусто": (Failure.VACANT,),
        "Блокировка": (Failure.BLOCKED,),
        "Удалён": (Failure.DELETED,),
        "Стоп": (Failure.STOPPED,),
        "Отпуск": (Failure.AWAY,),
        "Подписка": (Failure.MUTED,),
        "Выбыла": (Failure.LEFT,),
        "Спрошен": None,
        "Прочитал": None,
        "Ждёт": None,
    }
    missed = await seed.see(lambda tx: control.page(tx, asked.id, Part.UNREACHED, Limits(), 100, 0, LATER))
    assert len(missed) == await seed.see(lambda tx: unreached.count(tx, asked.id, Limits())) == 7
    # Where they are few they are looked for once.
    few = await seed.see(lambda tx: unreached.if_few(tx, asked.id, Limits(), 7))
    assert few is not None
    assert await seed.see(lambda tx: control.page_among(tx, few, 100, 0, LATER)) == missed
    assert await seed.see(lambda tx: control.page_among(tx, few, 3, 4, LATER)) == missed[4:]
    assert await seed.see(lambda tx: unreached.if_few(tx, asked.id, Limits(), 6)) is None
    gardens = Limits(frozenset({"preschool"}))
    assert await seed.see(lambda tx: unreached.count(tx, asked.id, gardens)) == 0
    # An answer says that it is known, whoever gave it.
    await seed.answer(owed["Блокировка"], ids["Спрошен"])
    assert await seed.see(lambda tx: unreached.count(tx, asked.id, Limits())) == 6


@pytest.mark.slow
@pytest.mark.slow_on_postgresql
async def test_what_nobody_has_touched_is_read_from_its_index(seed: Seed) -> None:
    for number in range(40):
        await seed.organization(f"Школа № {number}")
    asked = await seed.open(SAFETY)
    for look in (
        lambda tx: unreached.count(tx, asked.id, Limits()),
        lambda tx: unreached.if_few(tx, asked.id, Limits(), 7),
    ):
        indexes = await indexes_of(seed.storage, look)
        # Of so few a server may go another way.
        assert "ix_obligations_untouched" in indexes or (not seed.storage.is_sqlite and indexes)
