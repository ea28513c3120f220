"""People: what they agreed to, whether they may be written to, and their right to be forgotten."""

from datetime import timedelta

import sqlalchemy as sa

from bot.domain.letter import LetterKind, LetterState
from bot.domain.people.member import Person, Role, StaffRole
from bot.storage.desk import notices
from bot.storage.people import people, staff
from bot.storage.schema import audit as audit_rows
from bot.storage.schema import letters as letter_rows
from tests.storage.seed import ADMIN, CALENDAR, DAY, HOUR, IVAN, NOW, OLGA, SAFETY, Seed


async def look_at(seed: Seed, person_id: int) -> Person:
    person = await seed.see(lambda tx: people.get(tx, person_id))
    assert person is not None
    return person


async def actions(seed: Seed) -> list[str]:
    rows = await seed.see(lambda tx: tx.execute(sa.select(audit_rows.c.action).order_by(audit_rows.c.id)))
    return list(rows.scalars())


async def test_a_stranger_is_nobody(seed: Seed) -> None:
    assert await seed.see(lambda tx: people.get(tx, OLGA)) is None


async def test_a_name_is_brought_up_to_date_and_never_emptied(seed: Seed) -> None:
    await seed.person(OLGA, "Оля")
    await seed.person(OLGA, "Ольга Сергеевна")
    await seed.person(OLGA, "")
    assert await look_at(seed, OLGA) == Person(OLGA, "Ольга Сергеевна")


async def test_a_person_who_comes_twice_at_once_is_one_person(seed: Seed) -> None:
    assert await seed.crowd(6, lambda tx, _: people.ensure(tx, OLGA, "Ольга", NOW)) == [None] * 6
    assert await look_at(seed, OLGA) == Person(OLGA, "Ольга")


async def test_consent_counts_once(seed: Seed) -> None:
    await seed.person(OLGA)
    await seed.storage.apply(lambda tx: people.consent(tx, OLGA, NOW))
    await seed.storage.apply(lambda tx: people.consent(tx, OLGA, NOW + DAY))
    assert (await look_at(seed, OLGA)).consent_at == NOW
    assert await actions(seed) == ["person.consented"]


async def test_stop_lasts_until_resume(seed: Seed) -> None:
    await seed.person(OLGA)
    await seed.storage.apply(lambda tx: people.stop(tx, OLGA, NOW))
    stopped = await look_at(seed, OLGA)
    assert stopped.stopped_at == NOW
    assert stopped.is_quiet(NOW + 1000 * DAY)
    await seed.storage.apply(lambda tx: people.resume(tx, OLGA, NOW + HOUR))
    assert not (await look_at(seed, OLGA)).is_quiet(NOW + HOUR)
    assert await actions(seed) == ["person.stopped", "person.resumed"]


async def test_resume_ends_a_vacation_too(seed: Seed) -> None:
    await seed.person(OLGA)
    await seed.storage.apply(lambda tx: people.pause(tx, OLGA, NOW + 14 * DAY, NOW))
    assert (await look_at(seed, OLGA)).is_quiet(NOW + 13 * DAY)
    await seed.storage.apply(lambda tx: people.resume(tx, OLGA, NOW + HOUR))
    assert (await look_at(seed, OLGA)).paused_until is None


async def test_those_whose_vacation_is_over_come_back_once(seed: Seed) -> None:
    for person, days in ((OLGA, 14), (IVAN, 15)):
        await seed.person(person)
        end = NOW + days * DAY
        await seed.storage.apply(lambda tx, person=person, end=end: people.pause(tx, person, end, NOW))  # type: ignore[misc]
    early, late = NOW + 14 * DAY - timedelta(seconds=1), NOW + 14 * DAY
    assert await seed.storage.apply(lambda tx: people.back_from_pause(tx, early)) == []
    assert await seed.storage.apply(lambda tx: people.back_from_pause(tx, late)) == [OLGA]
    assert await seed.storage.apply(lambda tx: people.back_from_pause(tx, late)) == []
    assert (await look_at(seed, OLGA)).paused_until is None
    assert (await look_at(seed, IVAN)).paused_until == NOW + 15 * DAY


async def test_being_unreachable_is_news_once(seed: Seed) -> None:
    await seed.person(OLGA)
    assert not await seed.storage.apply(lambda tx: people.reachable(tx, OLGA, NOW))
    news = await seed.crowd(4, lambda tx, _: people.unreachable(tx, OLGA, NOW))
    assert sorted(news, key=str) == [False, False, False, True]
    assert (await look_at(seed, OLGA)).unreachable_at == NOW
    news = await seed.crowd(4, lambda tx, _: people.reachable(tx, OLGA, NOW + HOUR))
    assert sorted(news, key=str) == [False, False, False, True]
    assert (await look_at(seed, OLGA)).unreachable_at is None
    assert await actions(seed) == ["person.unreachable", "person.reachable"]


async def test_a_role_is_given_once_and_only_raised_to_administrator(seed: Seed) -> None:
    await seed.person(OLGA)
    assert await seed.storage.apply(lambda tx: staff.grant(tx, OLGA, StaffRole.VIEWER, None, NOW))
    assert not await seed.storage.apply(lambda tx: staff.grant(tx, OLGA, StaffRole.CURATOR, None, NOW))
    assert (await look_at(seed, OLGA)).staff_role is StaffRole.VIEWER
    assert await seed.see(staff.admins) == []
    for _ in range(2):
        await seed.storage.apply(lambda tx: staff.make_admin(tx, OLGA, None, NOW))
    assert (await look_at(seed, OLGA)).is_admin
    assert await seed.see(staff.admins) == [OLGA]
    assert await actions(seed) == ["staff.granted", "staff.granted"]


async def test_the_reminder_in_the_chat_is_remembered(seed: Seed) -> None:
    await seed.person(OLGA)
    assert await seed.see(lambda tx: people.reminder_message(tx, OLGA)) is None
    await seed.storage.apply(lambda tx: people.set_reminder_message(tx, OLGA, 77))
    assert await seed.see(lambda tx: people.reminder_message(tx, OLGA)) == 77
    await seed.storage.apply(lambda tx: people.set_reminder_message(tx, OLGA, None))
    assert await seed.see(lambda tx: people.reminder_message(tx, OLGA)) is None


# --- Notices ---


async def waiting_letters(seed: Seed) -> list[tuple[str, int]]:
    query = sa.select(letter_rows.c.kind, letter_rows.c.person_id).where(letter_rows.c.state == LetterState.WAITING)
    rows = await seed.see(lambda tx: tx.execute(query))
    return sorted((row.kind, row.person_id) for row in rows)


async def test_of_somebody_unreachable_administrators_and_deputies_hear_once(seed: Seed) -> None:
    school = await seed.organization("Лицей")
    await seed.seat(OLGA, school)
    await seed.seat(IVAN, school, Role.DEPUTY)
    await seed.person(ADMIN)
    await seed.storage.apply(lambda tx: staff.make_admin(tx, ADMIN, None, NOW))
    await seed.open(SAFETY)
    for _ in range(2):
        await seed.storage.apply(lambda tx: notices.unreachable(tx, OLGA, CALENDAR, NOW))
    assert await waiting_letters(seed) == [
        (LetterKind.REQUESTS, OLGA),
        (LetterKind.REQUESTS, IVAN),
        (LetterKind.UNREACHABLE, ADMIN),
    ]


async def test_of_a_stranger_unreachable_nobody_hears(seed: Seed) -> None:
    await seed.person(OLGA)
    await seed.person(ADMIN)
    await seed.storage.apply(lambda tx: staff.make_admin(tx, ADMIN, None, NOW))
    await seed.storage.apply(lambda tx: notices.unreachable(tx, OLGA, CALENDAR, NOW))
    assert await waiting_letters(seed) == []
