"""Whoever announced something to all, and may not say anything to all of them any more."""

import pytest

from bot.domain.people.member import Limits, StaffRole
from bot.storage.desk import announcements
from bot.storage.people import staff
from bot.views.callbacks.announcements import Broadcast, OpenAnnouncement
from bot.views.department.announcements import broadcast
from tests import messengers
from tests.handlers.department.announcements.test_announcements import (
    compose,
    copies,
    go,
    head,
    staff_member,
    state,
    to_everyone,
)
from tests.people import ADMIN
from tests.texts.example import Organizations, Types
from tests.world import Head, World

CURATOR = 902
GARDENS = (
    "МБДОУ «Детский сад «Кедровичок» села Сосновоозёрское»",
    "МАДОУ «Детский сад «Журавлёнок» села Белоярово-Озёрное»",
)
SCHOOLS = Limits(frozenset({"general"}))


@pytest.fixture
async def school(desk: World) -> Head:
    return await head(desk, 101)


@pytest.fixture
async def garden(desk: World) -> Head:
    return await head(desk, 102, Organizations.KINDERGARTEN, Types.PRESCHOOL)


@pytest.fixture
async def curator(desk: World, author: Head, school: Head, garden: Head) -> Head:
    """Curates everything; «Собрание» is to go to a school and to a kindergarten."""
    person = await staff_member(desk, CURATOR, "Куратор Ольга")
    await desk.storage.apply(lambda tx: staff.grant(tx, messengers.person(CURATOR), StaffRole.CURATOR, None, desk.now))
    await compose(person, "Собрание в среду")
    await to_everyone(person)
    return person


async def narrow(desk: World, limits: Limits) -> None:
    await desk.storage.apply(
        lambda tx: staff.change(
            tx, messengers.person(CURATOR), StaffRole.CURATOR, limits, messengers.person(ADMIN), desk.now
        )
    )


async def source(author: Head) -> int:
    return int((await author.phone.messages(from_bot=False))[-1]["message_id"])


async def keep_current(desk: World) -> None:
    until = desk.now.replace(year=desk.now.year + 1)
    assert await desk.storage.apply(lambda tx: announcements.change(tx, 1, current_until=until))


@pytest.mark.slow
async def test_they_take_back_and_say_nothing_more(desk: World, curator: Head, school: Head, garden: Head) -> None:
    message = await source(curator)
    await go(curator)
    await narrow(desk, SCHOOLS)
    for do in ("wording", "repeating", "repeat", "repeat_at_night"):
        await curator.callback(Broadcast(id=1, do=do).pack())
        assert await curator.toast() == broadcast.BEYOND, do
    await curator.edit(message, "Собрания не будет")
    assert "Правка никому не отправлена" in await curator.sees()
    for reader in (school, garden):
        assert len(await copies(reader, "Собрание в среду")) == 1
        assert await copies(reader, "Собрания не будет") == []
    await curator.callback(OpenAnnouncement(id=1).pack())
    await curator.callback(Broadcast(id=1, do="delete").pack())
    assert await state(desk) == "withdrawn"


async def test_words_that_were_being_typed_when_the_limits_were_narrowed_reach_nobody(
    desk: World, curator: Head, garden: Head
) -> None:
    await go(curator)
    await curator.callback(Broadcast(id=1, do="wording").pack())
    await narrow(desk, SCHOOLS)
    await curator.send("Собрания не будет")
    assert await curator.sees() == broadcast.BEYOND
    await narrow(desk, Limits())
    await curator.callback(Broadcast(id=1, do="wording").pack())
    await curator.send("Собрание в четверг")
    assert len(await copies(garden, "Собрание в четверг")) == 1


@pytest.mark.slow
@pytest.mark.parametrize("left_with", [None, StaffRole.VIEWER])
async def test_who_has_no_role_any_more_changes_no_words_for_newcomers(
    desk: World, curator: Head, left_with: StaffRole | None
) -> None:
    message = await source(curator)
    await keep_current(desk)
    await go(curator)
    if left_with is None:
        await desk.storage.apply(
            lambda tx: staff.revoke(tx, messengers.person(CURATOR), messengers.person(ADMIN), desk.now)
        )
    else:
        await desk.storage.apply(
            lambda tx: staff.change(
                tx, messengers.person(CURATOR), left_with, Limits(), messengers.person(ADMIN), desk.now
            )
        )
    await curator.edit(message, "Переведите деньги на карту")
    newcomer = await head(desk, 103, Organizations.OTHER_SCHOOL)
    assert await copies(newcomer, "Переведите деньги") == []
    assert len(await copies(newcomer, "Собрание в среду")) == 1


@pytest.mark.slow
async def test_newcomers_beyond_the_limits_get_nothing_of_it(desk: World, curator: Head, garden: Head) -> None:
    await narrow(desk, SCHOOLS)
    await keep_current(desk)
    await go(curator)
    assert await copies(garden, "Собрание в среду") == []
    # Not even when its author has no limits any more, or no role.
    await narrow(desk, Limits())
    assert await copies(await head(desk, 104, GARDENS[0], Types.PRESCHOOL), "Собрание в среду") == []
    await desk.storage.apply(
        lambda tx: staff.revoke(tx, messengers.person(CURATOR), messengers.person(ADMIN), desk.now)
    )
    assert await copies(await head(desk, 105, GARDENS[1], Types.PRESCHOOL), "Собрание в среду") == []
    assert len(await copies(await head(desk, 106, Organizations.OTHER_SCHOOL), "Собрание в среду")) == 1


@pytest.mark.slow
async def test_what_has_gone_out_goes_no_further_than_its_author_may_by_now(desk: World, curator: Head) -> None:
    await keep_current(desk)
    await go(curator)
    await narrow(desk, SCHOOLS)
    assert await copies(await head(desk, 104, GARDENS[0], Types.PRESCHOOL), "Собрание в среду") == []
    assert len(await copies(await head(desk, 106, Organizations.OTHER_SCHOOL), "Собрание в среду")) == 1
