"""A head's own calendar looks up its deadlines by itself, at an address that nobody guesses."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy.exc import ProgrammingError

from bot.feed import Feed
from bot.letters.own_calendar import Issue
from bot.listener import Listener
from bot.logs import Lines
from bot.parts.calendars import Calendars
from bot.storage.desk import restoring
from bot.storage.engine.database import DatabaseUnavailable
from bot.storage.people import addresses, seats
from bot.storage.people.invitations import digest
from bot.views.callbacks import InCalendar, Subscription
from tests.handlers.department.staff import chief, small_world
from tests.own_calendar import Event, events, subscribed
from tests.ports import free_port
from tests.texts.department import Extensions
from tests.texts.heads import Extending, Form, OwnCalendar, Preferences, Registration, Request
from tests.world import Head, World, local

HEAD = 5_111_222_333
KINDERGARTEN = "Детский сад «Ёлочка»"
RULE = "Положение утверждено"
PUBLIC = "https://bot.example.org/office"


world, admin = small_world(listen="127.0.0.1:1", public_url=PUBLIC), chief


@pytest.fixture
async def head(world: World, admin: Head) -> Head:
    """The head of the kindergarten, who owes one answer."""
    head = await world.person("Цыренова Баирма", HEAD)
    await head.join("Дошкольное", KINDERGARTEN)
    await world.at("2026-10-06 09:00")
    return head


@dataclass
class Answer:
    """What the server says."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def events(self) -> list[Event]:
        """The calendar that it is."""
        assert self.status == 200
        assert self.headers["Content-Type"] == "text/calendar; charset=utf-8"
        return subscribed(self.body)


class Door:
    """The bot's own server, at which calendars look."""

    def __init__(self, world: World) -> None:
        self.port = free_port()
        # Seconds of its clock.
        self.seconds = 1000.0
        # Whether the database can be read.
        self.unavailable = False
        # What no look is prepared for.
        self.fault: Exception | None = None
        self._calendars = Calendars(world.storage, world.app.shelf, lambda: world.now)
        self.feed = Feed(self.look_up, lambda: self.seconds)

    async def look_up(self, token_hash: str) -> Issue | None:
        """What the server asks for an address."""
        if self.unavailable:
            raise DatabaseUnavailable("gone")
        if self.fault is not None:
            raise self.fault
        return await self._calendars.look(token_hash)

    async def look(self, url: str, method: str = "GET", **headers: str) -> Answer:
        """What is at the address, which a proxy passes on."""
        path = url.removeprefix("https://bot.example.org").removeprefix("webcal://bot.example.org")
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, f"http://127.0.0.1:{self.port}{path}", headers=names) as response,
        ):
            return Answer(response.status, dict(response.headers), await response.read())


@pytest.fixture
async def door(world: World) -> AsyncIterator[Door]:
    """The server at work."""
    async with opened(world) as door:
        yield door


@asynccontextmanager
async def opened(world: World) -> AsyncIterator[Door]:
    door, listener = Door(world), Listener()
    await listener.serve("127.0.0.1", door.port, [door.feed.route("/office/calendar")])
    try:
        yield door
    finally:
        await listener.stop()


async def subscribe(head: Head) -> str:
    """The address that the head copies."""
    await head.send("/tasks")
    await head.press(Request.IN_CALENDAR, OwnCalendar.SUBSCRIBE)
    return url_of(await head.sees())


def url_of(text: str) -> str:
    """The one address of the screen, in both spellings."""
    secure, other = re.findall(r"https://\S+", text), re.findall(r"webcal://\S+", text)
    assert [url.partition("://")[2] for url in secure] == [url.partition("://")[2] for url in other]
    url: str = secure[0]
    assert len(secure) == 1
    assert url.startswith(f"{PUBLIC}/calendar/")
    return url


async def grant(admin: Head, head: Head) -> None:
    """The department gives the head a week more."""
    await head.send("/tasks")
    await head.press(f"1. {RULE}", Form.MORE, Extending.ASK, Extending.WEEK)
    await head.send("Ждём подписи")
    await head.press(Extending.SEND)
    await admin.press(f"{Extensions.EXTEND} 22 октября")


@pytest.mark.slow
async def test_a_life(world: World, admin: Head, head: Head, door: Door) -> None:
    url = await subscribe(head)
    (event,) = (await door.look(url)).events
    assert event.summary == f"{OwnCalendar.DUE}: {RULE} · Осень"
    assert event.begins == local("2026-10-15 18:00")
    assert event.alarm == local("2026-10-14 09:00")
    assert event.sequence == 0
    # A later due date moves the same event.
    await grant(admin, head)
    await world.at("2026-10-07 09:00")
    (moved,) = (await door.look(url)).events
    assert (moved.uid, moved.sequence, moved.begins) == (event.uid, 1, local("2026-10-22 18:00"))
    assert moved.modified == world.now
    # It is the event of the files, too, whichever was there first.
    await head.send("/tasks")
    await head.press(Request.IN_CALENDAR, OwnCalendar.AS_FILE)
    (of_file,) = events((await head.received_file())[1])
    assert (of_file.uid, of_file.sequence, of_file.begins) == (moved.uid, 1, moved.begins)
    # What is answered is gone.
    await head.send("/tasks")
    await head.press(f"1. {RULE}", Form.YES)
    assert (await door.look(url)).events == []


async def test_nothing_but_titles_and_times(world: World, head: Head, door: Door) -> None:
    answer = await door.look(await subscribe(head))
    text = answer.body.decode().replace("\r\n ", "")
    for secret in (str(HEAD), "Цыренова", "Баирма", "Ёлочка", KINDERGARTEN):
        assert secret not in text
    assert answer.headers["Cache-Control"].startswith("private")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.slow
async def test_what_has_not_changed_is_not_fetched_again(world: World, admin: Head, head: Head, door: Door) -> None:
    url = await subscribe(head)
    first = await door.look(url)
    etag, modified = first.headers["Etag"], first.headers["Last-Modified"]
    assert parsedate_to_datetime(modified) == world.now.replace(microsecond=0)
    await world.at("2026-10-08 09:00")
    again = await door.look(url)
    assert (again.body, again.headers["Etag"], again.headers["Last-Modified"]) == (first.body, etag, modified)
    for condition in (
        {"If_None_Match": etag},
        {"If_None_Match": f"W/{etag}"},
        {"If_None_Match": f'"other", {etag}'},
        {"If_None_Match": "*"},
        {"If_Modified_Since": modified},
        {"If_None_Match": etag, "If_Modified_Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
    ):
        same = await door.look(url, **condition)
        assert (same.status, same.body) == (304, b""), condition
        assert (same.headers["Etag"], same.headers["Last-Modified"]) == (etag, modified)
    for condition in (
        {"If_None_Match": '"other"'},
        {"If_None_Match": '"other"', "If_Modified_Since": modified},
        {"If_Modified_Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
        {"If_Modified_Since": "nonsense"},
        {"If_None_Match": "nonsense"},
    ):
        assert (await door.look(url, **condition)).status == 200, condition
    await head.send("/tasks")
    await head.press(f"1. {RULE}", Form.YES)
    # What is gone is news as well: the date goes on, though nothing that is left has changed.
    empty = await door.look(url, If_Modified_Since=modified)
    assert empty.events == []
    assert empty.headers["Etag"] != etag
    assert parsedate_to_datetime(empty.headers["Last-Modified"]) == world.now.replace(microsecond=0)


async def test_two_changes_within_a_second_are_two(world: World, head: Head, door: Door) -> None:
    url = await subscribe(head)
    first = await door.look(url)
    await head.send("/tasks")
    await head.press(f"1. {RULE}", Form.YES)
    second = await door.look(url, If_Modified_Since=first.headers["Last-Modified"])
    assert second.events == []
    later = parsedate_to_datetime(first.headers["Last-Modified"]) + timedelta(seconds=1)
    assert second.headers["Last-Modified"] == format_datetime(later, usegmt=True)


async def test_head_is_get_without_its_body_and_nothing_else_is_taken(world: World, head: Head, door: Door) -> None:
    url = await subscribe(head)
    whole = await door.look(url)
    bare = await door.look(url, "HEAD")
    assert (bare.status, bare.body) == (200, b"")
    for name in ("Etag", "Last-Modified", "Content-Type", "Content-Length", "Cache-Control"):
        assert bare.headers[name] == whole.headers[name], name
    for method in ("POST", "PUT", "DELETE", "PROPFIND", "OPTIONS"):
        known, unknown = await door.look(url, method), await door.look(url[:-5] + "X.ics", method)
        assert known.status == unknown.status == 405
        assert known.body == unknown.body


async def test_a_stranger_learns_nothing(world: World, head: Head, door: Door) -> None:
    url = await subscribe(head)
    other = url[:-5] + ("A" if url[-5] != "A" else "B") + ".ics"
    nothing = await door.look("/nonsense")
    assert nothing.status == 404
    for wrong in (other, url[:-4], url[:-6] + ".ics", url.replace("/calendar/", "/calendar/x"), f"{PUBLIC}/calendar/"):
        answer = await door.look(wrong)
        assert (answer.status, answer.body) == (404, nothing.body), wrong
        assert set(answer.headers) == set(nothing.headers)
    # Of what is secret nothing is kept.
    token = url.rpartition("/")[2].removesuffix(".ics")
    assert len(token) == 43
    content = b"".join(path.read_bytes() for path in Path(str(world.settings.database_url)[22:]).parent.glob("bot.db*"))
    assert token.encode() not in content


async def test_a_new_address_ends_the_old_one(world: World, head: Head, door: Door) -> None:
    old = await subscribe(head)
    assert (await door.look(old)).status == 200
    await head.press(Preferences.BACK)
    await head.press(OwnCalendar.IN_SETTINGS)
    # It is not shown twice: nobody has it.
    assert OwnCalendar.IS_ON in await head.sees()
    assert "https://" not in await head.sees()
    await head.press(OwnCalendar.REPLACE)
    new = url_of(await head.sees())
    assert new != old
    assert (await door.look(old)).status == 404
    (event,) = (await door.look(new)).events
    assert event.sequence == 0
    await head.press(OwnCalendar.SWITCH_OFF)
    assert OwnCalendar.ENDED in await head.toast()
    assert (await door.look(new)).status == 404
    assert OwnCalendar.SUBSCRIBE in await head.buttons()
    # An old button.
    await head.callback(Subscription(step="end").pack())
    assert "Подписки нет" in await head.toast()


async def test_it_ends_with_stop_and_does_not_come_back(world: World, head: Head, door: Door) -> None:
    url = await subscribe(head)
    await head.send("/stop")
    assert (await door.look(url)).status == 404
    await head.callback(Subscription(step="make").pack())
    assert "Сначала возобновите" in await head.toast()
    await head.send("/start")
    assert (await door.look(url)).status == 404


@pytest.mark.slow
async def test_it_ends_with_the_seat(world: World, head: Head, door: Door) -> None:
    url = await subscribe(head)
    await head.send("/settings")
    await head.press(Preferences.ORGANIZATIONS, Preferences.LEAVE, KINDERGARTEN, Preferences.SURELY_LEAVE)
    assert (await door.look(url)).status == 404
    await head.callback(Subscription(step="make").pack())
    assert "не закреплена" in await head.toast()
    # Whoever sits somewhere else later has not told anybody there of it.
    await head.send("/start")
    await head.press("Дошкольное", Registration.DONE, KINDERGARTEN, Registration.HEAD)
    assert (await door.look(url)).status == 404


async def test_it_ends_when_the_department_takes_the_seat(world: World, admin: Head, head: Head, door: Door) -> None:
    url = await subscribe(head)
    async with world.storage.read() as tx:
        (seat,) = await seats.of_person(tx, head.id)
    await world.storage.apply(lambda tx: seats.vacate(tx, seat.id, admin.id, world.now))
    assert (await door.look(url)).status == 404
    async with world.storage.read() as tx:
        assert await addresses.made_at(tx, head.id) is None


async def test_it_ends_with_the_data(world: World, head: Head, door: Door) -> None:
    url = await subscribe(head)
    await head.send("/delete")
    await head.press(Preferences.DELETE)
    assert (await door.look(url)).status == 404


async def test_it_ends_when_a_backup_is_restored(world: World, head: Head, door: Door) -> None:
    """The backup does not know what has been taken away since."""
    url = await subscribe(head)
    await world.storage.apply(lambda tx: restoring.settle(tx, (), (), world.now))
    assert (await door.look(url)).status == 404


@pytest.mark.slow
async def test_looks_are_counted(world: World, head: Head, door: Door) -> None:
    url = await subscribe(head)
    assert (await door.look(url)).status == 200
    unknown = f"{PUBLIC}/calendar/{'x' * 43}.ics"
    # Strangers share what they have; who is known is no stranger.
    answers = [(await door.look(unknown)).status for _ in range(60)]
    assert answers[:49] == [404] * 49
    assert answers[50:] == [429] * 10
    late = await door.look(unknown)
    assert (late.status, late.body, late.headers["Retry-After"]) == (429, b"", "60")
    assert (await door.look(url)).status == 200
    known = [(await door.look(url)).status for _ in range(40)]
    assert known[:29] == [200] * 29
    assert known[-1] == 429
    door.seconds += 60
    assert (await door.look(url)).status == 200
    assert (await door.look(unknown)).status == 404


@pytest.mark.slow
async def test_after_a_start_nobody_waits_for_strangers(world: World, head: Head) -> None:
    """Whoever tries addresses by the thousand keeps nobody from the calendar that was subscribed to before."""
    url = await subscribe(head)
    door = Door(world)
    calendars = Calendars(world.storage, world.app.shelf, lambda: world.now)
    door.feed = Feed(door.look_up, lambda: door.seconds, known=await calendars.known())
    listener = Listener()
    await listener.serve("127.0.0.1", door.port, [door.feed.route("/office/calendar")])
    try:
        stranger = f"{PUBLIC}/calendar/{'a' * 43}.ics"
        assert [(await door.look(stranger)).status for _ in range(51)][-1] == 429
        assert (await door.look(url)).status == 200
    finally:
        await listener.stop()


@pytest.mark.slow
async def test_an_error_of_a_look_writes_no_address_into_the_log(
    world: World, head: Head, door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    url = await subscribe(head)
    secret = url.rpartition("/")[2].removesuffix(".ics")
    door.fault = ProgrammingError("SELECT token_hash", {"its": digest(secret)}, ValueError(digest(secret)))
    assert (await door.look(url)).status == 500
    written = "\n".join(Lines().format(record) for record in caplog.records)
    caplog.clear()
    assert "ProgrammingError" in written
    assert secret not in written
    assert digest(secret) not in written


async def test_while_the_database_cannot_be_read(world: World, head: Head, door: Door) -> None:
    url = await subscribe(head)
    door.unavailable = True
    answer = await door.look(url)
    assert (answer.status, answer.body, answer.headers["Retry-After"]) == (503, b"", "60")
    door.unavailable = False
    assert (await door.look(url)).status == 200


async def test_the_way_there(world: World, head: Head) -> None:
    """From the list and from the settings, in two taps, and back."""
    await head.callback(InCalendar().pack())
    assert await head.buttons() == [OwnCalendar.SUBSCRIBE, OwnCalendar.AS_FILE, "‹ Запросы", Preferences.BACK]
    await head.press("‹ Запросы")
    assert Request.OPEN in await head.sees()
    await head.send("/settings")
    assert OwnCalendar.IN_SETTINGS in await head.buttons()
    await head.press(OwnCalendar.IN_SETTINGS, Preferences.BACK)
    assert Preferences.HOLIDAY in await head.buttons()
