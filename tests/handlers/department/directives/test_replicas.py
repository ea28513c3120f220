"""Several bots serve one database, each on a machine with files of its own: what was adopted holds for all."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select

from bot.app import App
from bot.catalog.faults import CatalogError
from bot.catalog.loader import Files, load
from bot.catalog.shelf import Shelf
from bot.commands.alone import alone
from bot.config import Settings
from bot.domain.catalog.catalog import Catalog
from bot.following import CatalogTooNew, Follower, catch_up, hold
from bot.parts.opening import Opening, WrongDatabase
from bot.replica import Replica
from bot.storage import schema as t
from bot.storage.engine.database import Storage, Tx
from bot.storage.ledger import adopted_files, sent_directives
from bot.storage.people import organizations
from bot.storage.post import inbox
from tests.catalog.small import DIRECTIVES, ORGANIZATIONS
from tests.handlers.department.directives.conftest import Office
from tests.people import ADMIN, SECOND_ADMIN, introduced
from tests.texts.department import Panel, Reloading
from tests.waiting import until
from tests.world import BEGINNING, Head, World, living

RENAMED = ("title: Клуб\n", "title: Клубы\n")
SCHOOL = "  - {code: three, name: Третья школа, types: [school]}\n"


class Replicas:
    """Two bots, `first` and `second`, on machines of these names, with their files."""

    def __init__(self, first: World, files: dict[str, Office], second: World) -> None:
        self.first, self.second, self.files = first, second, files

    def on_second(self, person: Head) -> Head:
        """The same person, whose updates come to the second bot."""
        return Head(self.second, person.phone)

    async def edition(self) -> int:
        async with self.first.storage.read() as tx:
            return (await sent_directives.edition(tx)).number

    async def organizations(self) -> int:
        async with self.first.storage.read() as tx:
            return len(await organizations.every(tx))

    async def heard(self) -> None:
        """Both have heard that there is another edition."""
        for world in (self.first, self.second):
            await catch_up(world.app.shelf, world.storage, world.now)

    @property
    def titles(self) -> list[str]:
        """What each calls the directive."""
        return [world.app.catalog.directives["clubs"].title for world in (self.first, self.second)]


@pytest.fixture
def machines() -> tuple[str, str]:
    """What they are called."""
    return "first", "second"


@pytest.fixture
def of_second() -> dict[str, Any]:
    """Settings that only the second one has."""
    return {}


@pytest.fixture
async def replicas(
    tmp_path: Path,
    migrated_url: str,
    monkeypatch: pytest.MonkeyPatch,
    machines: tuple[str, str],
    of_second: dict[str, Any],
) -> AsyncIterator[Replicas]:
    files = {name: Office(tmp_path / name) for name in ("first", "second")}
    values = {"registration": "approval", "admin_ids": (ADMIN, SECOND_ADMIN), "database_url": migrated_url}
    monkeypatch.setattr("bot.app.gethostname", lambda: machines[0])
    async with living(tmp_path, files["first"].catalog(), **values, **files["first"].settings) as first:
        monkeypatch.setattr("bot.app.gethostname", lambda: machines[1])
        settings = first.settings.model_copy(update=files["second"].settings | of_second)
        second = World(first.telegram, files["second"].catalog(), settings)
        await second.app.open(serves=False)
        yield Replicas(first, files, second)
        await second.end()


@pytest.fixture
async def admin(replicas: Replicas) -> Head:
    return await introduced(replicas.first, "Начальник Анна", ADMIN)


async def title(person: Head) -> str:
    await person.send("/panel")
    await person.press(Panel.DIRECTIVES)
    (found,) = [label for label in await person.buttons() if label.startswith("2.10")]
    return found


@pytest.mark.slow
async def test_what_one_adopts_the_other_serves_without_a_word(replicas: Replicas, admin: Head) -> None:
    replicas.files["first"].write(DIRECTIVES, RENAMED)
    replicas.files["first"].organizations.write_text(ORGANIZATIONS + SCHOOL, encoding="utf-8")
    await admin.send("/reload")
    assert "Это файлы машины first." in await admin.sees()
    await admin.press(Reloading.APPLY)
    assert "✅ Применено" in await admin.sees()
    # A press comes to the other: it serves what holds, at once.
    assert await title(replicas.on_second(admin)) == "2.10. Клубы"
    await replicas.heard()
    assert replicas.titles == ["Клубы", "Клубы"]
    assert replicas.first.app.catalog == replicas.second.app.catalog
    # A directive that is sent to one is served by the other too.
    sent = DIRECTIVES[DIRECTIVES.index("  - id: clubs") :].replace("title: Клуб\n", "title: Из файла\n")
    await admin.phone.send_file(f"directives:\n{sent}".encode(), "клуб.yaml")
    await replicas.second.settle()
    await admin.press(Reloading.APPLY)
    assert "✅ Применено" in await admin.sees()
    await replicas.heard()
    assert replicas.titles == ["Из файла", "Из файла"]


async def test_a_beat_tells_what_has_been_adopted(replicas: Replicas, admin: Head) -> None:
    """Nothing comes to the second one but beats: its letters speak of what all ask."""
    second = replicas.second
    follower = Follower(second.app.shelf, second.storage, lambda: second.now)
    beating = Replica(second.storage, "")
    beating.heard_by(follower.hear)
    await beating.join()
    try:
        replicas.files["first"].write(DIRECTIVES, RENAMED)
        await admin.send("/reload")
        await admin.press(Reloading.APPLY)
        assert replicas.titles[1] == "Клуб"
        await beating.beat()
        await until(lambda: replicas.titles[1] == "Клубы")
        # An edition that is held already is not read again.
        await beating.beat()
        assert second.app.shelf.edition == await replicas.edition()
    finally:
        await follower.close()
        await beating.leave()


@pytest.mark.slow
@pytest.mark.parametrize("machines", [("one", "one")])
async def test_two_on_one_machine_have_files_of_their_own(replicas: Replicas, admin: Head) -> None:
    replicas.files["first"].write(DIRECTIVES, RENAMED)
    await admin.send("/reload")
    shown = await admin.card(Reloading.CHANGES)
    await replicas.on_second(admin).press_at(shown, Reloading.APPLY)
    assert "✅ Применено" in await admin.sees()
    await replicas.heard()
    assert replicas.titles == ["Клубы", "Клубы"]


async def test_what_is_wrong_with_files_is_said_with_the_machine_they_are_on(replicas: Replicas, admin: Head) -> None:
    replicas.files["second"].write("directives: [")
    await replicas.on_second(admin).send("/reload")
    shown = await admin.sees()
    assert "Не принято" in shown
    assert "Это файлы машины second." in shown


@pytest.mark.slow
@pytest.mark.parametrize("of_second", [{"timezone": ZoneInfo("Europe/Moscow")}])
async def test_another_zone_is_shown_before_it_holds(replicas: Replicas, admin: Head) -> None:
    there = replicas.on_second(admin)
    await there.send("/reload")
    shown = await admin.sees()
    assert "Часовой пояс (TIMEZONE): Europe/Moscow, было: Asia/Irkutsk" in shown
    await there.press(Reloading.APPLY)
    await replicas.heard()
    assert str(replicas.first.app.catalog.calendar.zone) == "Europe/Moscow"


@pytest.mark.slow
async def test_what_was_shown_by_one_is_applied_by_the_other(replicas: Replicas, admin: Head) -> None:
    """A proxy hands each update to whichever it likes."""
    there = replicas.on_second(admin)
    replicas.files["first"].write(DIRECTIVES, RENAMED)
    await admin.send("/reload")
    shown = await admin.card(Reloading.CHANGES)
    await there.press_at(shown, Reloading.APPLY)
    assert "✅ Применено" in await admin.sees()
    await replicas.heard()
    assert replicas.titles == ["Клубы", "Клубы"]
    # The second's files are still the old ones, and it says whose they are.
    await there.send("/reload")
    assert Reloading.CHANGES in await there.sees()
    assert "Это файлы машины second." in await there.sees()
    await admin.send("/reload")
    assert Reloading.READ_AGAIN in await admin.sees()
    # Meanwhile something else was adopted: what was shown is compared anew, by whichever gets the press.
    replicas.files["first"].write(DIRECTIVES, ("title: Клуб\n", "title: Кружки\n"))
    await admin.send("/reload")
    shown = await admin.card("Кружки")
    replicas.files["second"].write(DIRECTIVES, ("title: Клуб\n", "title: Секции\n"))
    await there.send("/reload")
    await there.press(Reloading.APPLY)
    await there.press_at(shown, Reloading.APPLY)
    assert "ещё раз изменились" in str(await admin.phone.screen())
    assert (await replicas.edition(), replicas.second.app.catalog.directives["clubs"].title) == (3, "Секции")
    await there.press_at(shown, Reloading.APPLY)
    await replicas.heard()
    assert replicas.titles == ["Кружки", "Кружки"]


async def others_serve(_tx: Tx) -> bool:
    return True


async def nobody_serves(_tx: Tx) -> bool:
    return False


@asynccontextmanager
async def starting(
    replicas: Replicas,
    own: Catalog | CatalogError,
    bot: str = "",
    wrong: timedelta | None = None,
    others: Callable[[Tx], Awaitable[bool]] = others_serve,
) -> AsyncIterator[Shelf]:
    """The second bot starts beside the first, with those files; its shelf. `bot`: which one it is; `wrong`: by how much
    its machine's clock is ahead, in real time."""
    settings, now = replicas.second.settings, replicas.second.now
    if wrong is not None:
        now = datetime.now(UTC) + wrong
    files = Files(settings.directives_file, settings.calendar_file, settings.organizations_file, settings.timezone)
    storage, shelf = Storage(settings.database_url), Shelf(own, files)
    try:
        await Opening(
            storage, shelf, lambda: now, bot or settings.bot, (), backups=False, demo=False, others=others,
        ).run(arrival=settings.arrival if wrong is not None else None)  # fmt: skip
        yield shelf
    finally:
        await storage.close()


@pytest.mark.slow
async def test_a_start_beside_others_serves_what_was_adopted(
    replicas: Replicas, caplog: pytest.LogCaptureFixture
) -> None:
    office = replicas.files["second"]
    async with starting(replicas, office.catalog()) as shelf:
        assert shelf.current == replicas.first.app.catalog
    # Another comment says nothing else.
    office.write(DIRECTIVES + "# другой\n")
    async with starting(replicas, office.catalog()):
        pass
    assert "say something else" not in caplog.text
    office.write(DIRECTIVES, RENAMED)
    office.organizations.write_text(ORGANIZATIONS + SCHOOL, encoding="utf-8")
    async with starting(replicas, office.catalog()) as shelf:
        assert shelf.current == replicas.first.app.catalog
    assert "files or TIMEZONE here say something else than what was adopted" in caplog.text
    caplog.clear()
    office.write("directives: [")
    with pytest.raises(CatalogError) as faulty:
        office.catalog()
    async with starting(replicas, faulty.value) as shelf:
        assert shelf.current == replicas.first.app.catalog
    assert "directives.yaml" in caplog.text
    assert await replicas.edition() == 1
    assert await replicas.organizations() == 2


@pytest.mark.slow
async def test_with_the_token_of_another_bot_nobody_serves_beside_others(replicas: Replicas) -> None:
    """It would write to people who have never begun with it, and count them as unreachable."""
    first = replicas.first
    with pytest.raises(WrongDatabase, match="another bot serves it"):
        async with starting(replicas, first.app.catalog, "telegram 43"):
            pass
    async with starting(replicas, first.app.catalog):
        pass
    # Who comes back alone, or with a new token of the same bot, is believed.
    async with starting(replicas, first.app.catalog, "telegram 43", others=nobody_serves):
        pass
    assert Settings(_env_file=None, bot_token=SecretStr("42:NEW")).bot == "telegram 42"
    await first.restart()


@pytest.mark.slow
@pytest.mark.parametrize(("hours", "said"), [(49, "2940 minutes ahead of"), (-1, "60 minutes behind")])
async def test_by_a_clock_that_is_wrong_nobody_serves_beside_others(replicas: Replicas, hours: int, said: str) -> None:
    """If it led it would open nothing as long as it is doubted, or too early, and the others would leave that to it."""
    catalog, wrong = replicas.first.app.catalog, timedelta(hours=hours)
    with pytest.raises(WrongDatabase, match=said):
        async with starting(replicas, catalog, wrong=wrong):
            pass
    # Alone it may be right, and the server wrong: the messenger tells.
    async with starting(replicas, catalog, wrong=wrong, others=nobody_serves):
        pass
    async with starting(replicas, catalog, wrong=timedelta()):
        pass


@pytest.mark.slow
async def test_a_command_that_wants_the_database_to_itself_waits_for_a_start(
    replicas: Replicas, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """And a start for a command: what is taken in while all is copied would be in one of the copies."""
    monkeypatch.setattr("bot.storage.engine.exclusively.PATIENT", 1)
    office, storage = replicas.files["second"], replicas.first.storage
    office.write(DIRECTIVES, RENAMED)
    told: list[str] = []
    copying: asyncio.Task[None] | None = None

    async def copied() -> None:
        async with alone(storage), storage.read() as tx:
            told.append(f"edition {(await sent_directives.edition(tx)).number}")

    async def copies(_tx: Tx) -> bool:
        # It is just taking its files in.
        nonlocal copying
        copying = copying or asyncio.create_task(copied())
        await until(lambda: "waiting for it" in caplog.text or bool(told))
        return False

    async with starting(replicas, office.catalog(), others=copies):
        assert copying is not None
        await copying
    assert told == ["edition 2"]
    caplog.clear()
    async with alone(storage):
        beginning = asyncio.create_task(replicas.second.app.open())
        await until(lambda: "waiting for it" in caplog.text or beginning.done())
        assert not beginning.done()
    await beginning


@pytest.mark.slow
async def test_a_zone_of_its_own_changes_nothing_beside_others(
    replicas: Replicas, caplog: pytest.LogCaptureFixture
) -> None:
    office = replicas.files["second"]
    elsewhere = load(office.directives, office.calendar, office.organizations, ZoneInfo("Europe/Moscow"), BEGINNING)
    async with starting(replicas, elsewhere) as shelf:
        assert str(shelf.current.calendar.zone) == "Asia/Irkutsk"
    assert "TIMEZONE here" in caplog.text


@pytest.mark.slow
async def test_who_starts_alone_with_edited_files_adopts_them(replicas: Replicas, admin: Head) -> None:
    replicas.files["first"].write(DIRECTIVES, RENAMED)
    await replicas.first.restart(replicas.files["first"].catalog())
    assert (await replicas.edition(), await title(admin)) == (2, "2.10. Клубы")
    # Nothing is edited: nothing is adopted.
    await replicas.first.restart()
    assert await replicas.edition() == 2


async def test_a_command_adopts_nothing_whatever_the_files_are(tmp_path: Path) -> None:
    office = Office(tmp_path / "first")
    async with living(tmp_path, office.catalog(), **office.settings) as world:
        office.write(DIRECTIVES, RENAMED)
        command = App(world.settings, office.catalog())
        await command.open(serves=False)
        assert command.catalog.directives["clubs"].title == "Клуб"
        await command.close()
        async with world.storage.read() as tx:
            assert (await sent_directives.edition(tx)).number == 1


@pytest.mark.slow
async def test_three_starts_at_once_on_an_empty_database(
    tmp_path: Path, postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    office = Office(tmp_path)
    settings = Settings(_env_file=None, bot_token=SecretStr("42:TEST"), database_url=postgres_url, **office.settings)
    apps = [App(settings, office.catalog()) for _ in range(3)]
    await asyncio.gather(*(app.open() for app in apps))
    async with apps[0].storage.read() as tx:
        assert (await sent_directives.edition(tx)).number == 1
        assert [each.name for each in await organizations.every(tx)] == ["Второй сад", "Первая школа"]
    assert [app.catalog.directives["clubs"].title for app in apps] == ["Клуб"] * 3
    for app in apps:
        await app.close()


@pytest.mark.slow
async def test_what_a_newer_version_has_adopted_is_left_to_it(
    replicas: Replicas, admin: Head, caplog: pytest.LogCaptureFixture
) -> None:
    """A key that this version does not know: it serves nobody by what held before, and ends."""
    second, held = replicas.second, replicas.first.app.catalog
    newer = replace(
        held.written, directives=held.written.directives.replace("topic: sport", "topic: sport\n    new: 1")
    )
    await second.storage.apply(partial(adopted_files.adopt, written=newer, now=second.now))
    ending = asyncio.create_task(hold(second.app.shelf))
    await admin.phone.send("/panel")
    await second.app.receiver.poll(0)
    with pytest.raises(CatalogTooNew):
        await ending
    with pytest.raises(CatalogTooNew, match="new"):
        await catch_up(second.app.shelf, second.storage, second.now)
    with pytest.raises(CatalogTooNew):
        async with starting(replicas, held):
            pass
    # What came is not lost: it waits for a version that can read it.
    await second.app.dispatcher.stop()
    async with second.storage.read() as tx:
        assert len(await inbox.waiting(tx)) == 1
    assert "could not be recorded: This version of the program cannot read" in caplog.text
    caplog.clear()


@pytest.mark.slow
async def test_what_was_shown_and_never_applied_goes_in_the_end(replicas: Replicas, admin: Head) -> None:
    async def texts() -> int:
        async with replicas.first.storage.read() as tx:
            return int((await tx.execute(select(func.count()).select_from(t.adopted_files))).scalar_one())

    for name in ("Клубы", "Кружки"):
        replicas.files["first"].write(DIRECTIVES, ("title: Клуб\n", f"title: {name}\n"))
        await admin.send("/reload")
    assert await texts() == 3
    replicas.first.now += timedelta(hours=2)
    replicas.files["first"].write(DIRECTIVES, ("title: Клуб\n", "title: Секции\n"))
    await admin.send("/reload")
    assert await texts() == 2
    await admin.press(Reloading.APPLY)
    assert "✅ Применено" in await admin.sees()
    replicas.first.now += timedelta(hours=2)
    await replicas.heard()
    assert replicas.titles == ["Секции", "Секции"]
