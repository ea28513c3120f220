"""Links that give a seat, and the one that makes the first administrator."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.people.member import Role, SeatState
from bot.storage.engine.database import DatabaseUnavailable
from bot.storage.people import invitations, staff
from tests import messengers
from tests.handlers.registering import apply, id_of, seated_at
from tests.people import ADMIN, introduced
from tests.texts.department import LinkList
from tests.texts.example import Organizations, Titles
from tests.texts.heads import Anywhere, Registration
from tests.world import World, living


@pytest.fixture
async def inviting(tmp_path: Path) -> AsyncIterator[World]:
    """Nobody registers without a link."""
    async with living(tmp_path, registration="invite", admin_ids=(ADMIN,)) as world:
        yield world


Invite = Callable[..., Awaitable[str]]


@pytest.fixture
def invite(inviting: World) -> Invite:
    """Makes a link's payload for an organization."""

    async def make(organization: str = Organizations.SCHOOL, role: Role = Role.HEAD) -> str:
        place = await id_of(inviting, organization)
        token: str = await inviting.storage.apply(lambda tx: invitations.create(tx, place, role, None, inviting.now))
        return f"inv_{token}"

    return make


@pytest.mark.slow
async def test_a_link_seats_at_once(inviting: World, invite: Invite) -> None:
    await inviting.at("2026-09-03 09:00")
    head = await inviting.person("Иванова Мария", 101)
    await head.send(f"/start {await invite()}")
    assert await seated_at(inviting, head) == {}
    await head.press(Registration.AGREE)
    assert await seated_at(inviting, head) == {Organizations.SCHOOL: SeatState.SEATED}
    assert any(Registration.REGISTERED in message["text"] for message in await head.phone.messages())
    assert Titles.CORRECTION in await head.sees()


async def test_the_links_of_the_command_line(inviting: World) -> None:
    links = dict(await inviting.app.invite(Role.HEAD))
    assert len(links) == 13
    payload = messengers.payload_of(links[Organizations.SCHOOL])
    head = await inviting.person("Иванова Мария", 101)
    await head.send(f"/start {payload}")
    await head.press(Registration.AGREE)
    assert await seated_at(inviting, head) == {Organizations.SCHOOL: SeatState.SEATED}


async def test_without_a_link_there_is_no_seat(inviting: World) -> None:
    head = await introduced(inviting, "Иванова Мария", 101)
    assert "по приглашению" in await head.sees()
    for data in ("rg:again:0", "rt:general", "rg:organizations:0", "ro:1", "rr:head"):
        await head.callback(data)
    assert await seated_at(inviting, head) == {}


async def test_a_link_serves_once(inviting: World, invite: Invite) -> None:
    payload = await invite()
    first, second = await inviting.person("Иванова Мария", 101), await inviting.person("Петров Олег", 102)
    for person in (first, second):
        await person.send(f"/start {payload}")
    await asyncio.gather(first.phone.press(Registration.AGREE), second.phone.press(Registration.AGREE))
    await inviting.settle()
    taken = [await seated_at(inviting, head) for head in (first, second)]
    assert sorted(map(len, taken)) == [0, 1]
    loser = first if not taken[0] else second
    assert Registration.LINK_USED in await loser.sees()


async def test_opening_the_own_link_again_says_that_one_is_registered(inviting: World, invite: Invite) -> None:
    payload = await invite()
    head = await inviting.person("Иванова Мария", 101)
    await head.send(f"/start {payload}")
    await head.press(Registration.AGREE)
    await head.send(f"/start {payload}")
    assert Registration.REGISTERED in await head.sees()


async def test_a_link_is_not_wasted_on_somebody_who_sits_there_already(inviting: World, invite: Invite) -> None:
    first, second = await invite(), await invite()
    head = await inviting.person("Иванова Мария", 101)
    await head.send(f"/start {first}")
    await head.press(Registration.AGREE)
    await head.send(f"/start {second}")
    assert Registration.REGISTERED in await head.sees()
    successor = await inviting.person("Петров Олег", 102)
    await successor.send(f"/start {second}")
    await successor.press(Registration.AGREE)
    # It is good still, and the department is asked whether the present head goes.
    assert LinkList.TAKEN in await successor.sees()


async def test_a_deputy_becomes_head_by_the_heads_link(inviting: World, invite: Invite) -> None:
    person = await inviting.person("Петров Олег", 102)
    await person.send(f"/start {await invite(role=Role.DEPUTY)}")
    await person.press(Registration.AGREE)
    assert "заместитель" in await person.sees()
    await person.send(f"/start {await invite()}")
    assert "руководитель" in await person.sees()
    assert await seated_at(inviting, person) == {Organizations.SCHOOL: SeatState.SEATED}
    # A link that is too old takes nothing away.
    stale = await invite(role=Role.DEPUTY)
    inviting.now += timedelta(days=61)
    await person.send(f"/start {stale}")
    assert Anywhere.OUTDATED in await person.sees()
    assert await seated_at(inviting, person) == {Organizations.SCHOOL: SeatState.SEATED}


async def test_a_link_expires(inviting: World, invite: Invite) -> None:
    payload = await invite()
    in_time, too_late = await inviting.person("Иванова Мария", 101), await inviting.person("Петров Олег", 102)
    other = await invite()
    inviting.now += timedelta(days=60) - timedelta(seconds=1)
    await in_time.send(f"/start {payload}")
    await in_time.press(Registration.AGREE)
    assert len(await seated_at(inviting, in_time)) == 1
    inviting.now += timedelta(seconds=1)
    await too_late.send(f"/start {other}")
    await too_late.press(Registration.AGREE)
    assert Anywhere.OUTDATED in await too_late.sees()


@pytest.mark.slow
async def test_garbage_links_seat_nobody(inviting: World) -> None:
    payloads = ["inv_", "inv_x", "inv_" + "A" * 22, "claim_", "claim_guess", "inv_💥", "что-то", "x" * 64]
    for id, payload in enumerate(payloads, 101):
        head = await inviting.person("Иванова Мария", id)
        await head.send(f"/start {payload}")
        await head.press(Registration.AGREE)
        await head.send(f"/start {payload}")
        assert await seated_at(inviting, head) == {}
    async with inviting.storage.read() as tx:
        assert await staff.admins(tx) == [messengers.person(ADMIN)]


# --- the first administrator ---


async def test_the_claim_link_makes_one_administrator(tmp_path: Path) -> None:
    async with living(tmp_path, registration="approval") as world:
        await apply(world, "Иванова Мария", 101)
        payload = messengers.payload_of(await world.app.claim_link())
        guesser = await world.person("Чужой Иван", 103)
        await guesser.send("/start claim_" + "A" * 22)
        await guesser.press(Registration.AGREE)
        assert Registration.LINK_DOES_NOT_FIT in await guesser.sees()
        boss = await world.person("Начальник Анна", ADMIN)
        await boss.send(f"/start {payload}")
        await boss.press(Registration.AGREE)
        screens = [message["text"] for message in await boss.phone.messages()]
        assert any(Registration.ADMINISTRATOR in screen for screen in screens)
        # Who came before the administrator waits no longer.
        assert "Мария Иванова" in screens[-1]
        await guesser.send(f"/start {payload}")
        assert Registration.LINK_DOES_NOT_FIT in await guesser.sees()
        async with world.storage.read() as tx:
            assert await staff.admins(tx) == [messengers.person(ADMIN)]
        assert await world.app.claim_link() == ""


async def test_a_newer_claim_link_voids_the_older(tmp_path: Path) -> None:
    async with living(tmp_path) as world:
        older, newer = [messengers.payload_of(await world.app.claim_link()) for _ in range(2)]
        boss = await world.person("Начальник Анна", ADMIN)
        await boss.send(f"/start {older}")
        await boss.press(Registration.AGREE)
        assert Registration.LINK_DOES_NOT_FIT in await boss.sees()
        await boss.send(f"/start {newer}")
        assert await boss.card(Registration.ADMINISTRATOR)


async def at_once() -> None:
    """This process leads."""


async def test_the_claim_link_stands_in_no_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with living(tmp_path) as world:
        await world.app.introduction.offer_claim(at_once)
        said = capsys.readouterr().out
        assert "?start=" not in said
        assert "`python -m bot claim`" in said
        # On a terminal its reader is there.
        monkeypatch.setattr("sys.stdout.isatty", lambda: True)
        await world.app.introduction.offer_claim(at_once)
        stops, _, *framed = capsys.readouterr().out.strip().splitlines()
        assert stops == "Ctrl+C stops the bot."
        # Between two lines that nobody overlooks, with nothing beside the link.
        assert framed[0] == framed[-1] == "=" * len(framed[1])
        assert framed[1].startswith("To become the administrator, open: https://")
        assert len(framed) == 3
        payload = framed[1].split("?start=")[1]
        monkeypatch.undo()
        boss = await world.person("Начальник Анна", ADMIN)
        await boss.send(f"/start {payload}")
        await boss.press(Registration.AGREE)
        await world.app.introduction.offer_claim(at_once)
        assert capsys.readouterr().out == ""


async def test_a_link_that_the_database_does_not_let_be_made_is_offered_when_it_is_back(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("bot.parts.introduction.backoff", lambda _attempts: 0)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    async with living(tmp_path) as world:
        apply, tries = world.storage.apply, 0

        async def away_at_first(*args: Any, **options: Any) -> Any:
            nonlocal tries
            tries += 1
            if tries < 3:
                raise DatabaseUnavailable("the server is away")
            return await apply(*args, **options)

        with monkeypatch.context() as patched:
            patched.setattr(world.storage, "apply", away_at_first)
            await world.app.introduction.offer_claim(at_once)
        assert caplog.text.count("no link for the first administrator yet: the server is away") == 1
        (link,) = [word for word in capsys.readouterr().out.split() if word.startswith("https://")]
        boss = await world.person("Начальник Анна", ADMIN)
        await boss.send(f"/start {messengers.payload_of(link)}")
        await boss.press(Registration.AGREE)
        assert await boss.card(Registration.ADMINISTRATOR)
        caplog.clear()


async def test_who_comes_to_lead_after_its_start_offers_the_link_then(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one before was killed a moment ago, and still counts as leading."""
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    leads = asyncio.Event()

    async def leading() -> None:
        await leads.wait()

    async with living(tmp_path) as world:
        offering = asyncio.create_task(world.app.introduction.offer_claim(leading))
        await asyncio.sleep(0)
        # It may follow for weeks, and be ended by hand meanwhile.
        assert capsys.readouterr().out == "Ctrl+C stops the bot.\n"
        leads.set()
        await offering
        assert "To become the administrator, open: https://" in capsys.readouterr().out
