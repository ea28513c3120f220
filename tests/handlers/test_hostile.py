"""Whatever is sent, by whomever: no unhandled error, no word to anybody else, nothing in the name of others."""

import logging
import random
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.delivery.incoming.intake import NotAnUpdate, sender
from bot.delivery.max.events import told
from bot.domain.people.member import StaffRole
from bot.domain.people.messenger import Messenger, account_of
from bot.storage import schema as tables
from bot.storage.people import staff
from tests import messengers
from tests.handlers import hostile, hostile_max
from tests.handlers.department.staff import employee
from tests.people import ADMIN, HEAD, introduced
from tests.texts.department import Announcements, Applications, Panel, Recipients
from tests.texts.example import Organizations, Titles, Types
from tests.texts.heads import Registration
from tests.world import Head, World, living

OTHER, WITHDRAWN, STRANGER = 102, 903, 555
# A life takes as long as it takes; the log is cleared for each.
SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
# A life is not made smaller for minutes: the error names the very update.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)


def lives(*who: int, most: int) -> Any:
    """Who sends something, and the number that it is made from."""
    return st.lists(st.tuples(st.sampled_from(who), st.integers(0, 2**40)), min_size=most // 2, max_size=most)


async def district(world: World) -> tuple[Head, Head]:
    """Two heads who have been asked, an administrator, a curator whose role was taken away; an answer and a draft."""
    admin = await introduced(world, "Начальник Анна", ADMIN)
    head = await introduced(world, "Иванова Мария", HEAD)
    other = await introduced(world, "Петрова Ольга", OTHER)
    for one, school in ((head, Organizations.SCHOOL), (other, "Сосновоозёрская")):
        await one.press(Types.GENERAL, Registration.DONE, school, Registration.HEAD)
        await admin.press(Applications.CONFIRM)
    withdrawn = await employee(world, WITHDRAWN, "Сидоров Пётр", StaffRole.CURATOR)
    await withdrawn.send("/panel")
    await withdrawn.press(Panel.CONTROL)
    await world.at("2026-09-03 09:00")
    await other.press(Titles.NOT_BEGUN)
    await world.storage.apply(lambda tx: staff.revoke(tx, withdrawn.id, admin.id, world.now))
    await world.telegram.person("Чужой", id=STRANGER)
    await world.telegram.at(STRANGER).start()
    await admin.send("/panel")
    return head, other


async def belongings(world: World) -> dict[str, list[Any]]:
    """All that is not the senders' to change: the other school's, its head's, the department's."""
    other, admin = map(messengers.person, (OTHER, ADMIN))
    theirs = sa.select(tables.seats.c.organization_id).where(tables.seats.c.person_id == other)
    asked = sa.select(tables.obligations.c.id).where(tables.obligations.c.organization_id.in_(theirs))
    queries = {
        "obligations": tables.obligations.select().where(tables.obligations.c.id.in_(asked)),
        **{
            table.name: table.select().where(table.c.obligation_id.in_(asked))
            for table in (tables.replies, tables.remarks, tables.extensions)
        },
        "drafts": tables.drafts.select().where(tables.drafts.c.person_id == other),
        "people": tables.people.select().where(tables.people.c.id.in_([other, admin])),
        "seats": tables.seats.select().where(tables.seats.c.person_id == other),
        **{
            table.name: table.select()
            for table in (
                *(tables.staff, tables.staff_invitations, tables.organizations, tables.announcements),
                *(tables.questions, tables.directive_pauses, tables.sent_directives, tables.rounds, tables.recipients),
            )
        },
    }
    async with world.storage.read() as tx:
        return {name: [tuple(row) for row in await tx.execute(query)] for name, query in queries.items()}


def shown(world: World) -> list[str]:
    """The data of all buttons in all chats."""
    said = [message for chat in world.telegram.world.chats.values() for message in chat.messages.values()]
    return [data for message in said for data in messengers.pressable(message)]


async def bring(world: World, person_id: int, seed: int, number: int) -> list[dict[str, Any]]:
    """Something comes from that person; the updates as which it was taken in, if it was."""
    chance = random.Random(seed)
    if messengers.chosen() is Messenger.TELEGRAM:
        update = hostile.update(chance, 600_000_000 + number, person_id, shown(world))
        with suppress(NotAnUpdate):
            await world.app.intake.take([update])
            return [update]
        return []
    dialog = world.telegram.world.chats[person_id].chat_id
    event = hostile_max.event(chance, number, person_id, dialog, shown(world))
    await messengers.hand_over(world.app, event)
    return told(event).updates


async def suffer(world: World, sent: list[tuple[int, int]], caplog: pytest.LogCaptureFixture) -> int:
    """Takes all of it in; how much of it was an update. Each is answered to its sender, and to nobody else."""
    taken = 0
    for number, (person_id, seed) in enumerate(sent, 1):
        mark = world.telegram.record.total
        updates = await bring(world, person_id, seed, number)
        taken += bool(updates)
        await world.app.dispatcher.idle()
        said_to = {call.chat_id for call in world.telegram.record.calls(after=mark)} - {None}
        senders = {sender(update) for update in updates} - {None}
        assert said_to <= {account_of(who) for who in senders if who is not None}, updates
        errors = [record for record in caplog.records if record.levelno >= logging.ERROR or record.exc_info]
        assert not errors, f"{errors[0].getMessage()}\n{errors[0].exc_text}\nafter {updates}"
    return taken


async def letters_go_to(world: World) -> set[int | None]:
    """Whom the post writes to."""
    mark = world.telegram.record.total
    while await world.app.courier.deliver() + await world.app.reporter.deliver():
        pass
    return {call.chat_id for call in world.telegram.record.calls(after=mark)} - {None}


async def without_rights(sent: list[tuple[int, int]], caplog: pytest.LogCaptureFixture) -> int:
    """A stranger, a head and one whose role was taken away."""
    caplog.clear()
    with tempfile.TemporaryDirectory() as folder:
        async with living(Path(folder), registration="approval", admin_ids=(ADMIN,)) as world:
            await district(world)
            before = await belongings(world)
            taken = await suffer(world, sent, caplog)
            assert await belongings(world) == before
            # Administrators hear of registrations, of notes and of who cannot be reached; the other head of nothing.
            assert await letters_go_to(world) <= {ADMIN, HEAD, WITHDRAWN, STRANGER}
    return taken


async def with_rights(sent: list[tuple[int, int]], caplog: pytest.LogCaptureFixture) -> int:
    """An administrator's own, some of which is obeyed."""
    caplog.clear()
    with tempfile.TemporaryDirectory() as folder:
        async with living(Path(folder), registration="approval", admin_ids=(ADMIN,)) as world:
            await district(world)
            taken = await suffer(world, sent, caplog)
            await letters_go_to(world)
            assert not [record for record in caplog.records if record.levelno >= logging.ERROR or record.exc_info]
    return taken


@pytest.mark.slow
@pytest.mark.slow_on_postgresql
@settings(max_examples=3, deadline=None, phases=PHASES, suppress_health_check=SLOW)
@given(sent=lives(HEAD, HEAD, WITHDRAWN, STRANGER, most=70))
@pytest.mark.both_databases
async def test_nothing_that_people_send_harms_others(
    sent: list[tuple[int, int]], caplog: pytest.LogCaptureFixture
) -> None:
    await without_rights(sent, caplog)


@pytest.mark.slow
@settings(max_examples=2, deadline=None, phases=PHASES, suppress_health_check=SLOW)
@given(sent=lives(ADMIN, most=70))
@pytest.mark.both_databases
async def test_nothing_that_an_administrator_sends_is_an_error(
    sent: list[tuple[int, int]], caplog: pytest.LogCaptureFixture
) -> None:
    await with_rights(sent, caplog)


@pytest.mark.soak
@pytest.mark.timeout(7200)
@settings(max_examples=80, deadline=None, phases=PHASES, suppress_health_check=SLOW)
@given(sent=lives(HEAD, HEAD, WITHDRAWN, STRANGER, most=200))
async def test_nothing_of_ten_thousand_updates_harms_others(
    sent: list[tuple[int, int]], caplog: pytest.LogCaptureFixture
) -> None:
    await without_rights(sent, caplog)


@pytest.mark.soak
@pytest.mark.timeout(7200)
@settings(max_examples=80, deadline=None, phases=PHASES, suppress_health_check=SLOW)
@given(sent=lives(ADMIN, most=200))
async def test_nothing_of_ten_thousand_updates_of_an_administrator_is_an_error(
    sent: list[tuple[int, int]], caplog: pytest.LogCaptureFixture
) -> None:
    await with_rights(sent, caplog)


@pytest.mark.telegram_alone
async def test_an_announcement_whose_formatting_cannot_be_understood(tmp_path: Path) -> None:
    async with living(tmp_path, registration="approval", admin_ids=(ADMIN,)) as world:
        admin = await introduced(world, "Начальник Анна", ADMIN)
        await admin.send("/panel")
        await admin.press(Panel.ANNOUNCEMENTS, Announcements.NEW)
        who = {"id": ADMIN, "is_bot": False, "first_name": "Анна"}
        message = {"message_id": 900, "date": 1_788_400_000, "from": who, "chat": {**who, "type": "private"}}
        # A mention without its person.
        entities = [{"type": "text_mention", "offset": 0, "length": 3}]
        update = {"update_id": 900_000_000, "message": {**message, "text": "Ура <б> &", "entities": entities}}
        await world.app.intake.take([update])
        await world.app.dispatcher.idle()
        assert Recipients.TO in " ".join(await admin.buttons())
        async with world.storage.read() as tx:
            kept = (await tx.execute(sa.select(tables.announcements))).one()
        assert kept.text == "Ура &lt;б&gt; &amp;"
