"""What the department does to the catalog, and the log of who did what."""

from datetime import timedelta
from functools import partial

from bot.domain.catalog.written import Adopted, Written
from bot.domain.directives.pause import Pause
from bot.storage.engine.database import Storage, Tx
from bot.storage.ledger import adopted_files, pauses, sent_directives
from bot.storage.post import actors, audit
from bot.storage.post.audit import Filter
from tests.storage.plans import plan
from tests.storage.seed import NOW, Seed

HOUR = timedelta(hours=1)


async def test_a_pause_and_its_end(seed: Seed) -> None:
    by = await seed.person(1)
    change = seed.storage.apply
    assert not await change(lambda tx: pauses.resume(tx, "clubs", by, NOW))
    # Of two who press at once one pauses it.
    pressed = await seed.crowd(4, lambda tx, _: pauses.pause(tx, "clubs", by, NOW))
    assert sorted(map(bool, pressed)) == [False, False, False, True]
    assert await seed.see(pauses.every) == {"clubs": Pause(NOW, None)}
    assert Pause(NOW, None).silences(NOW - HOUR)
    resumed = await seed.crowd(4, lambda tx, _: pauses.resume(tx, "clubs", by, NOW + HOUR))
    assert sorted(map(bool, resumed)) == [False, False, False, True]
    ended = await seed.see(lambda tx: pauses.of(tx, "clubs"))
    assert ended == Pause(NOW, NOW + HOUR)
    assert (ended.is_on, ended.silences(NOW), ended.silences(NOW + HOUR)) == (False, True, False)
    assert await change(lambda tx: pauses.pause(tx, "clubs", by, NOW + 2 * HOUR))
    assert await seed.see(lambda tx: pauses.of(tx, "clubs")) == Pause(NOW + 2 * HOUR, None)
    assert await seed.see(lambda tx: pauses.of(tx, "other")) is None
    entries = await seed.see(lambda tx: audit.found(tx, Filter(directive_id="clubs"), 9))
    assert [entry.action for entry in entries] == ["directive.paused", "directive.resumed", "directive.paused"]


async def test_sent_directives_and_editions(seed: Seed) -> None:
    by = await seed.person(1)
    change = seed.storage.apply
    assert (await seed.see(sent_directives.edition)).number == 0
    await change(lambda tx: sent_directives.adopt(tx, "abc"))
    await change(lambda tx: sent_directives.put(tx, ["b", "a"], "text", by, NOW))
    assert await seed.see(sent_directives.every) == {"a": "text", "b": "text"}
    # The files are still those that were adopted.
    assert await seed.see(sent_directives.edition) == sent_directives.Edition(2, "abc")
    await change(lambda tx: sent_directives.put(tx, ["a"], "newer", by, NOW + HOUR))
    assert await seed.see(sent_directives.every) == {"b": "text", "a": "newer"}
    assert await seed.see(sent_directives.moments) == {"a": NOW + HOUR, "b": NOW}
    removed = await seed.crowd(3, lambda tx, _: sent_directives.remove(tx, "a", by, NOW))
    assert sorted(map(bool, removed)) == [False, False, True]
    assert await seed.see(sent_directives.edition) == sent_directives.Edition(4, "abc")


async def test_the_text_of_adopted_files(seed: Seed) -> None:
    change = seed.storage.apply
    first, second, third = (Written("поручения: 1", "2", roster, "Asia/Irkutsk") for roster in (None, "", "3"))
    assert not await seed.see(lambda tx: adopted_files.are_kept(tx, first.digest))
    await change(lambda tx: adopted_files.adopt(tx, first, NOW))
    # Of those who adopt at once each makes an edition of its own, and the last holds.
    await seed.crowd(4, lambda tx, _: adopted_files.adopt(tx, second, NOW + HOUR / 2))
    assert await seed.see(sent_directives.edition) == sent_directives.Edition(5, second.digest)
    assert await seed.see(lambda tx: adopted_files.read(tx, second.digest, text=True)) == Adopted(
        second, NOW + HOUR / 2, {}
    )
    # Whoever has read the edition before a moment ago still finds its text.
    assert (await seed.see(lambda tx: adopted_files.read(tx, first.digest, text=True))).written == first
    assert await seed.see(lambda tx: adopted_files.read(tx, first.digest, text=False)) == Adopted(None, NOW, {})
    # What is shown is kept, and adopts nothing; what nobody has adopted goes, what holds does not.
    await change(lambda tx: adopted_files.keep(tx, third, NOW + 9 * HOUR))
    assert await seed.see(lambda tx: adopted_files.kept(tx, third.digest[:12])) == third
    assert (await seed.see(sent_directives.edition)).number == 5
    assert not await seed.see(lambda tx: adopted_files.are_kept(tx, first.digest))
    assert await seed.see(lambda tx: adopted_files.are_kept(tx, second.digest))


async def test_the_log_is_narrowed(seed: Seed) -> None:
    first, second = await seed.person(1, "Яна"), await seed.person(2, "анна")
    school, garden = await seed.organization("Школа", "school"), await seed.organization("Сад", "garden")
    deeds = [(first, school, "clubs"), (first, garden, None), (second, school, "clubs"), (None, None, "other")]

    async def log(tx: Tx) -> None:
        for hour, (by, organization_id, directive_id) in enumerate(deeds, 1):
            at, where = NOW + hour * HOUR, {"organization_id": organization_id, "directive_id": directive_id}
            await audit.record(tx, at, by, f"deed.{hour}", **where, person=second)  # type: ignore[arg-type]

    await seed.storage.apply(log)

    async def found(limit: int = 9, offset: int = 0, **which: object) -> list[str]:
        narrowed = Filter(**which)  # type: ignore[arg-type]
        entries = await seed.see(lambda tx: audit.found(tx, narrowed, limit, offset))
        return [one.action.removeprefix("deed.") for one in entries if one.action.startswith("deed.")]

    assert await found() == ["4", "3", "2", "1"]
    assert await found(2, 1) == ["3", "2"]
    assert await found(by=first) == ["2", "1"]
    assert await found(by=0) == ["4"]
    assert await found(organization_id=school) == ["3", "1"]
    assert await found(directive_id="clubs", by=second) == ["3"]
    assert await found(since=NOW + 3 * HOUR) == ["4", "3"]
    (entry,) = await seed.see(lambda tx: audit.found(tx, Filter(by=second), 1))
    assert (entry.by_name, entry.organization_name, entry.detail) == ("анна", "Школа", {"person": second})
    acted = await seed.see(lambda tx: actors.page(tx, None, 0, 9))
    assert list(acted) == [(second, "анна", ""), (first, "Яна", "")]
    assert await seed.see(lambda tx: audit.names(tx, {first, 77})) == {first: "Яна"}


async def test_the_log_is_read_by_its_indexes(sqlite_url: str) -> None:
    storage = Storage(sqlite_url)
    for which, index in (
        (Filter(), "ix_audit_at"),
        (Filter(since=NOW), "ix_audit_at"),
        (Filter(by=1), "ix_audit_by_id"),
        (Filter(organization_id=1), "ix_audit_organization_id"),
        (Filter(directive_id="clubs"), "ix_audit_directive_id"),
    ):
        assert index in await plan(storage, partial(audit.found, which=which, limit=9)), which
    assert "ix_audit_by_id" in await plan(storage, lambda tx: actors.name(tx, None, 1))
    await storage.close()
