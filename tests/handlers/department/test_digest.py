"""The digest of the morning: what opens, what is due, who is late, what waits."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.domain.people.member import StaffRole
from bot.storage.people import staff
from bot.storage.schema import obligations, organizations
from bot.views.callbacks.control import Due
from tests import messengers
from tests.handlers.answering.ledger import every_kind
from tests.handlers.department.staff import chief, employee, small_world
from tests.people import ADMIN, CURATOR, HEAD, VIEWER
from tests.texts.department import Applications, Control, Digest, Extensions, Panel
from tests.texts.example import Club
from tests.texts.heads import Extending, Form, Registration
from tests.world import Head, World, catalog_of, living

KINDERGARTEN = "Детский сад «Ёлочка»"
POSITION = "Положение утверждено · Осень"
_SIXTY = """organizations:
""" + "\n".join(
    f"  - {{code: s{number}, name: МБОУ «Средняя общеобразовательная школа № {number}», types: [general]}}"
    for number in range(1, 61)
)


world, admin = small_world(registration="approval"), chief


async def digests(person: Head) -> list[str]:
    """Those that stand in the chat."""
    return [
        str(message["text"]) for message in await person.phone.messages() if f"{Digest.HEADING}:" in message["text"]
    ]


async def kindergartener(world: World, admin: Head) -> Head:
    """The head of a kindergarten, confirmed by the administrator."""
    head = await world.person("Цыренова Баирма", HEAD)
    await head.send("/start")
    await head.press(Registration.AGREE, "Дошкольное", Registration.DONE, KINDERGARTEN, Registration.HEAD)
    await admin.press(Applications.CONFIRM)
    return head


@pytest.mark.slow
async def test_what_a_day_brings(world: World, admin: Head) -> None:
    curator = await employee(world, CURATOR, "Куратор Дарья", StaffRole.CURATOR, types={"preschool"})
    viewer = await employee(world, VIEWER, "Наблюдатель Ия", StaffRole.VIEWER, topics={"order"})
    head = await kindergartener(world, admin)
    # Nothing opens, nothing is due: nobody is written to.
    await world.at("2026-10-02 10:00")
    assert await digests(admin) == []
    await world.at("2026-10-05 08:59")
    assert await digests(admin) == []
    await world.at("2026-10-05 09:00")
    assert await digests(admin) == [f"☀️ Сводка: 5 октября, понедельник\n\nОткрываются сегодня\n• {Club.TITLE} · Осень"]
    assert await digests(curator) == await digests(viewer) == [], "not a matter of theirs"
    # Once a day, whatever the ticks and restarts.
    await world.restart()
    for time in ("09:01", "12:00", "17:59"):
        await world.at(f"2026-10-05 {time}")
    assert len(await digests(admin)) == 1

    await world.at("2026-10-06 09:00")
    for person in (admin, curator, viewer):
        assert "Открываются сегодня\n• Положение утверждено · Осень" in (await digests(person))[-1]
    await head.press(Form.MORE, Extending.ASK, Extending.WEEK)
    await head.send("Нет печати")
    await head.press(Extending.SEND)
    await world.at("2026-10-14 09:00")
    # Due on the next working day: answered of all that are asked.
    assert (await digests(admin))[-1] == (
        f"☀️ {Digest.HEADING}: 14 октября, среда\n\n{Digest.DUE} 15 октября, четверг\n"
        f"• {Club.TITLE} · Осень: 0 из 2\n• Положение утверждено · Осень: 0 из 3"
    )
    assert await curator.buttons() == [Panel.CONTROL, Digest.PANEL, f"{Extensions.HEADING}: 1"]
    assert "0 из 1" in (await digests(curator))[-1], "of the kindergartens"
    assert await viewer.buttons() == [Panel.CONTROL, Digest.PANEL]
    await world.at("2026-10-15 09:00")
    assert "Срок сегодня, до 18:00\n" in (await digests(admin))[-1]
    await world.at("2026-10-16 09:00")
    text = (await digests(admin))[-1]
    assert f"{Control.UNANSWERED} в срок\n• {Club.TITLE} · Осень: 2\n   Белоярская школа, Сосновоозёрская школа" in text
    assert "• Положение утверждено · Осень: 3\n   Белоярская школа, Детский сад «Ёлочка» и ещё 1" in text
    assert Digest.DUE not in text.replace("в срок", "")
    await admin.send("/panel")
    assert "❗️ 3 организации не ответили в срок" in await admin.sees()
    await admin.press(f"{Extensions.HEADING}: 1")
    assert KINDERGARTEN in await admin.sees()


@pytest.mark.slow
async def test_what_waits(world: World, admin: Head) -> None:
    head = await kindergartener(world, admin)
    await world.at("2026-10-06 09:00")
    await head.press(Form.NOT_OURS)
    await head.send("Нет такого положения")
    await head.press(Form.SEND)
    other = await world.person("Петров Олег", 102)
    await other.send("/start")
    await other.press(Registration.AGREE, "Общее", Registration.DONE, "Белоярская", Registration.HEAD)
    await head.block()
    await world.at("2026-10-07 09:00")
    text = (await digests(admin))[-1]
    assert f"📥 {Control.TO_REVIEW} 1 ответ, из них «не относится к нам»: 1" in text
    assert f"⚠️ {Digest.UNREACHED} до 1 человека" in text
    assert await admin.buttons() == [Panel.CONTROL, Digest.PANEL, f"{Digest.APPLICATIONS}: 1"]
    # An answer on review and somebody who cannot be reached: known, and no reason to write every morning.
    await admin.press_at(await admin.card(Applications.HEADING), Applications.CONFIRM)
    before = len(await digests(admin))
    await world.at("2026-10-08 09:00")
    assert len(await digests(admin)) == before


async def test_days_and_hours(world: World, admin: Head) -> None:
    # A round of a day off opens on the next working day, and the digest with it; a Saturday has none.
    await world.at("2026-10-05 09:00")
    assert len(await digests(admin)) == 1
    await world.at("2026-10-10 09:00")
    # Down on Thursday morning: it comes later on the same day; down until the evening, not at all.
    await world.at("2026-10-15 13:00")
    assert f"{Digest.HEADING}: 15 октября" in (await digests(admin))[-1]
    before = len(await digests(admin))
    await world.at("2026-10-16 19:00")
    assert len(await digests(admin)) == before
    # Written on Friday, and Telegram was down until the next week: it is no news any more.
    await world.at("2026-10-19 09:00")
    before = len(await digests(admin))
    await world.telegram.set_clock(world.now)
    world.now = world.now.replace(day=20)
    await world.app.tick()
    await world.at("2026-10-21 08:00")
    assert len(await digests(admin)) == before


@pytest.mark.slow
async def test_who_does_not_want_it(world: World, admin: Head) -> None:
    curator = await employee(world, CURATOR, "Куратор Дарья", StaffRole.CURATOR)
    await curator.send("/panel")
    await curator.press("Утренняя сводка: да")
    viewer = await employee(world, VIEWER, "Наблюдатель Ия", StaffRole.VIEWER)
    await viewer.send("/stop")
    await world.at("2026-10-05 09:00")
    late = await employee(world, 912, "Новый Илья", StaffRole.VIEWER)
    await curator.press("Утренняя сводка: нет")
    await world.at("2026-10-05 10:00")
    # Switched on, or come into office, in the middle of the day: from tomorrow on.
    assert await digests(curator) == await digests(viewer) == await digests(late) == []
    await world.storage.apply(lambda tx: staff.revoke(tx, messengers.person(912), messengers.person(ADMIN), world.now))
    await world.at("2026-10-06 09:00")
    assert len(await digests(curator)) == 1
    assert await digests(viewer) == await digests(late) == []
    assert len(await digests(admin)) == 2


@pytest.mark.slow
async def test_sixty_organizations_and_all_directives_fit_one_screen(tmp_path: Path) -> None:
    roster = tmp_path / "organizations.yaml"
    roster.write_text(_SIXTY, encoding="utf-8")
    async with living(tmp_path, catalog_of(organizations=roster), admin_ids=(ADMIN,)) as world:
        admin = await employee(world, ADMIN, "Начальник Анна")
        for day in ("03", "07", "10", "14", "16", "17", "18", "21", "22"):
            await world.at(f"2026-09-{day} 09:00")
        found = await digests(admin)
        assert len(found) > 6
        assert max(map(len, found)) < 1000
        assert max(text.count("\n") for text in found) < 25
        assert "и ещё 58" in "".join(found)


@pytest.mark.slow
@pytest.mark.sqlite_alone
async def test_administrators_see_that_it_is_not_backed_up(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with living(tmp_path, every_kind(tmp_path), admin_ids=(ADMIN,), backups_keep=2) as world:
        admin = await employee(world, ADMIN, "Начальник Анна")
        viewer = await employee(world, VIEWER, "Наблюдатель Ия", StaffRole.VIEWER)
        await world.at("2026-10-05 03:00")
        await world.at("2026-10-05 09:00")
        # That it works, the digest itself says.
        assert Digest.NOT_SAVED not in (await digests(admin))[-1]
        assert (await digests(admin))[-1] == (await digests(viewer))[-1]
        # The disk takes no more of them.
        for kept in (tmp_path / "backups").iterdir():
            kept.unlink()
        (tmp_path / "backups").rmdir()
        (tmp_path / "backups").write_bytes(b"")
        await world.at("2026-10-06 03:00")
        await world.at("2026-10-06 09:00")
        assert (await digests(admin))[-1].endswith(
            f"⚠️ {Digest.NOT_SAVED}, последняя — 5 октября: проверьте диск сервера"
        )
        assert Digest.NOT_SAVED not in "".join(await digests(viewer))
        assert "backup has failed" in caplog.text
        caplog.clear()
        (tmp_path / "backups").unlink()
        await world.at("2026-10-08 03:00")
        await world.at("2026-10-08 09:00")
        # All is well again, and there is nothing else to say.
        assert len(await digests(admin)) == 2
        assert list((tmp_path / "backups").iterdir())


@pytest.mark.slow
async def test_a_debt_of_yesterday_is_told_by_what_has_changed(world: World, admin: Head) -> None:
    head = await kindergartener(world, admin)
    other = await world.person("Петров Олег", 102)
    await other.send("/start")
    await other.press(Registration.AGREE, "Общее", Registration.DONE, "Белоярская", Registration.HEAD)
    await admin.press(Applications.CONFIRM)
    await world.at("2026-10-06 09:00")
    await world.at("2026-10-15 09:00")
    # Whose due date is another has another day to be late.
    async with world.storage.read() as tx:
        rows = await tx.execute(sa.select(obligations.c.id, organizations.c.label).join(organizations))
        ids = {row.label: row.id for row in rows if row.id > 2}
    await admin.callback(Due(round=2, obligation=ids[KINDERGARTEN], day=20261016, sure=True).pack())
    # The first day: all of them, by name.
    await world.at("2026-10-16 09:00")
    assert f"• {POSITION}: 2\n   Белоярская школа, Сосновоозёрская школа" in (await digests(admin))[-1]
    # On Monday: who has answered late, who is late as well, and that the others still are.
    await other.callback(f"fo:{ids['Белоярская школа']}")
    await other.press(Form.YES)
    await world.at("2026-10-19 09:00")
    text = (await digests(admin))[-1]
    assert f"• {POSITION}: 2\n   новые: {KINDERGARTEN}\n   ответили: Белоярская школа" in text
    # Nothing since: one line and no names.
    await world.at("2026-10-20 09:00")
    text = (await digests(admin))[-1]
    assert f"• {POSITION}: всё ещё 2" in text
    assert KINDERGARTEN not in text
    # One of those who were late has answered, nobody else is.
    await head.callback(f"fo:{ids[KINDERGARTEN]}")
    await head.press(Form.YES)
    await world.at("2026-10-21 09:00")
    assert f"• {POSITION}: всё ещё 1\n   ответили: {KINDERGARTEN}" in (await digests(admin))[-1]


@pytest.mark.slow
async def test_an_answer_to_be_mended_is_told_apart_from_silence(world: World, admin: Head) -> None:
    """The morning, the desk and the list of requests count those who have not answered at all as one number."""
    head = await kindergartener(world, admin)
    await world.at("2026-10-06 09:00")
    await head.press(Form.YES)
    await admin.send("/status")
    await admin.press("Положение утверждено", KINDERGARTEN, Control.RETURN)
    await admin.send("Приложите приказ")
    await admin.press("Срок прежний")
    await world.at("2026-10-16 09:00")
    text = (await digests(admin))[-1]
    assert f"• {POSITION}: 2\n   Белоярская школа, Сосновоозёрская школа" in text
    assert f"↩️ {Digest.UNMENDED}: 1 ответ" in text
    await admin.send("/panel")
    assert "❗️ 2 организации не ответили в срок" in await admin.sees()
    await admin.press(Panel.CONTROL)
    assert f"{Control.ANSWERED} 0 из 3, не ответили в срок: 2" in await admin.sees()
    # Whoever mends it owes nothing any more.
    await head.press("1. Положение утверждено", Form.SEND)
    await world.at("2026-10-19 09:00")
    text = (await digests(admin))[-1]
    assert f"• {POSITION}: всё ещё 2" in text
    assert Digest.UNMENDED not in text
