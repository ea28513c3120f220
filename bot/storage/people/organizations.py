"""The roster: organizations with their types and tags."""

import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.directives.directive import AudiencePart
from bot.domain.people.labels import Named, another, labels
from bot.domain.people.member import Limits
from bot.domain.people.names import natural
from bot.domain.people.organization import COLUMNS, TYPED_IN, Id, Ids, Organization, RosterEntry, Text
from bot.domain.people.roster import Changed, RosterChange
from bot.domain.people.sought import findable, words_of
from bot.domain.progress import Progress, silent
from bot.storage import schema as t
from bot.storage.engine import holding
from bot.storage.engine.database import Tx
from bot.storage.engine.prepared import Prepared
from bot.storage.engine.rows import execute_each, one_of, streamed
from bot.storage.people.belonging import in_audience, within
from bot.storage.post import audit

# Where each field of the roster is kept: texts and single ids in columns of their names, lists in tables of their own.
# What the class has and the schema lacks is a KeyError here, by its name.
_TEXTS = tuple(t.organizations.c[name].name for name, column in COLUMNS.items() if isinstance(column, Text | Id))
_TABLES = {"types": t.organization_types.c.type, "tags": t.organization_tags.c.tag}
# Organizations whose words are learned at a time.
_PORTION = 500
_NAME = Prepared.insert(
    t.name_words, lambda add: add.values(word=sa.bindparam("word")).on_conflict_do_nothing(index_elements=["word"])
)
_WORD = Prepared.insert(
    t.organization_words,
    lambda add: add.values(word=sa.bindparam("word"), organization_id=sa.bindparam("its")).on_conflict_do_nothing(),
)
_FORGET = Prepared(
    sa.delete(t.organization_words).where(
        t.organization_words.c.word == sa.bindparam("word"),
        t.organization_words.c.organization_id == sa.bindparam("its"),
    )
)
_LISTS = {name: _TABLES[name] for name, column in COLUMNS.items() if isinstance(column, Ids)}


async def get(tx: Tx, organization_id: int) -> Organization | None:
    """The organization, None if there is no such one."""
    organizations = await _load(tx, t.organizations.c.id == organization_id)
    return organizations[0] if organizations else None


async def hold(tx: Tx, organization_id: int) -> None:
    """Of two who seat people there at once, one sees whom the other has seated."""
    await holding.hold(tx, t.organizations.c.id, organization_id)


async def by_name(tx: Tx, name: str) -> Organization | None:
    """The active organization of exactly that name."""
    organizations = await _load(tx, t.organizations.c.name == name, t.organizations.c.active)
    return organizations[0] if organizations else None


async def where(tx: Tx, *conditions: sa.ColumnElement[bool]) -> list[Organization]:
    """Those for which the conditions hold, in order."""
    return await _load(tx, *conditions)


async def of_ids(tx: Tx, organization_ids: Collection[int]) -> list[Organization]:
    """The organizations of these ids, in order."""
    return await _load(tx, one_of(t.organizations.c.id, organization_ids)) if organization_ids else []


async def of_codes(tx: Tx, codes: Collection[str]) -> list[Organization]:
    """The organizations of these codes, in order."""
    return await _load(tx, t.organizations.c.code.in_(codes)) if codes else []


async def all_active(tx: Tx) -> list[Organization]:
    """All active organizations, in order."""
    return await _load(tx, t.organizations.c.active)


async def every(tx: Tx) -> list[Organization]:
    """All organizations, those that were removed or wait for their confirmation too, in order."""
    # The thousands of a region in a thread: others are served meanwhile.
    return await tx.aside(_made, *await _found(tx))


async def count_in_audience(tx: Tx, audience: Iterable[AudiencePart], limits: Limits) -> int:
    """How many organizations within the limits the directive with that audience asks now."""
    asked = (in_audience(audience), *within(t.organizations.c.id, limits))
    query = sa.select(sa.func.count()).select_from(t.organizations).where(*asked)
    return int((await tx.execute(query)).scalar_one())


async def in_audience_by_territory(tx: Tx, audience: Iterable[AudiencePart], limits: Limits) -> dict[str, int]:
    """The same in each territory where there is any."""
    asked = (in_audience(audience), *within(t.organizations.c.id, limits))
    query = sa.select(t.organizations.c.territory, sa.func.count()).where(*asked).group_by(t.organizations.c.territory)
    return {territory: int(count) for territory, count in await tx.execute(query)}


async def types_of(tx: Tx, organization_ids: Collection[int] | sa.Select[Any]) -> defaultdict[int, frozenset[str]]:
    """The types of each of the organizations."""
    return _gathered([row async for row in streamed(tx, _values_of(t.organization_types.c.type, organization_ids))])


async def add(
    tx: Tx,
    name: str,
    types: Collection[str],
    by: int | None,
    now: datetime,
    *,
    code: str | None = None,
    active: bool = True,
) -> int:
    """Adds an organization and returns its id.

    `code` None: a head typed it in, and a code is made up. Not `active`: it is asked nothing yet.
    """
    code = code or f"{TYPED_IN}{secrets.token_hex(4)}"
    # It gives way: what others are called does not change because somebody has typed a name in.
    present = (await tx.execute(sa.select(t.organizations.c.label))).scalars()
    label = another(Named(code, name), present)
    words = findable(code, [name, label])
    its = {"code": code, "name": name, "label": label, "words": words, "active": active, "created_at": now}
    row = await tx.execute(t.organizations.insert().values(its))
    organization_id: int = row.inserted_primary_key[0]  # type: ignore[index]
    await _set(tx, t.organization_types.c.type, organization_id, types)
    await learn(tx)
    await audit.record(tx, now, by, "organization.added", organization_id=organization_id, name=name)
    return organization_id


async def activate(tx: Tx, organization_id: int, by: int, now: datetime) -> bool:
    """The department has confirmed an organization that a head typed in; True if that is news."""
    changed = await tx.execute(
        sa.update(t.organizations)
        .where(
            t.organizations.c.id == organization_id,
            t.organizations.c.active.is_(False),
            # One that has left the roster comes back with it alone.
            t.organizations.c.left_at.is_(None),
        )
        .values(active=True)
    )
    if changed.rowcount:
        await audit.record(tx, now, by, "organization.confirmed", organization_id=organization_id)
    return changed.rowcount > 0


async def apply(tx: Tx, change: RosterChange, by: int | None, now: datetime, progress: Progress = silent) -> list[int]:
    """Adds and changes what `compare` has found in this transaction; ids of what is new or asked differently now.

    What that means for rounds that are open already, and all that a removal is, `bot.storage.ledger.changes` does.
    """
    what, of = "organizations", len(change.added) + len(change.changed)
    progress(what, 0, of)
    asked = await _add_all(tx, change.added, by, now)
    for done, changed in enumerate(change.changed, len(change.added)):
        progress(what, done, of)
        if await _change(tx, changed, by, now):
            asked.append(changed.before.id)
    return asked


async def remove(tx: Tx, organization_id: int, now: datetime) -> bool:
    """Takes it out of the roster: it is asked nothing any more; False if it was not there."""
    changed = await tx.execute(
        sa.update(t.organizations)
        .where(t.organizations.c.id == organization_id, t.organizations.c.active)
        .values(active=False, left_at=now)
    )
    # A link handed out long ago would bring it back, and so would a successor who is confirmed now.
    await tx.execute(
        sa.update(t.invitations)
        .where(
            t.invitations.c.organization_id == organization_id,
            t.invitations.c.given_at.is_(None),
            t.invitations.c.ended_at.is_(None),
        )
        .values(ended_at=now)
    )
    return changed.rowcount > 0


async def label(tx: Tx) -> None:
    """Makes the labels of the list as it is now. Organizations that nobody is asked for give way to all others."""
    own = t.organizations.c
    query = sa.select(own.id, own.code, own.name, own.short, own.label, own.active).order_by(own.id)
    changed = await tx.aside(_relabelled, await tx.execute(query))
    update = sa.update(t.organizations).where(own.id == sa.bindparam("its"))
    await execute_each(tx, update.values(label=sa.bindparam("made"), words=sa.bindparam("said")), changed)
    await learn(tx)


def _relabelled(found: sa.Result[Any]) -> list[dict[str, Any]]:
    """What is to be called otherwise than it is."""
    rows = sorted(found, key=lambda row: not row.active)
    listed = [Named(row.code, row.name, row.short) for row in rows]
    active = sum(row.active for row in rows)
    made = zip(rows, labels(listed[:active], listed[active:]), strict=True)
    return [
        {"its": row.id, "made": made_label, "said": findable(row.code, [row.name, row.short, made_label])}
        for row, made_label in made
        if row.label != made_label
    ]


async def _add_all(tx: Tx, entries: Sequence[RosterEntry], by: int | None, now: datetime) -> list[int]:
    if not entries:
        return []
    # A region has 50,000: a statement for each table, not for each organization.
    new = await tx.aside(_new, entries, now)
    await execute_each(tx, t.organizations.insert(), new)
    numbered = await tx.execute(sa.select(t.organizations.c.code, t.organizations.c.id))
    ids, lists = await tx.aside(_listed, numbered, entries)
    for name, rows in lists.items():
        await execute_each(tx, _LISTS[name].table.insert(), rows)
    named = [(organization_id, {"name": entry.name}) for organization_id, entry in zip(ids, entries, strict=True)]
    await audit.record_each(tx, now, by, "organization.added", named)
    return ids


def _listed(
    numbered: sa.Result[Any], entries: Sequence[RosterEntry]
) -> tuple[list[int], dict[str, list[dict[str, Any]]]]:
    """The id of each entry's organization, and the rows of all their lists."""
    by_code: dict[str, int] = {row.code: row.id for row in numbered}
    ids = [by_code[entry.code] for entry in entries]
    return ids, {
        name: [
            {"organization_id": organization_id, column.name: value}
            for organization_id, entry in zip(ids, entries, strict=True)
            for value in sorted(getattr(entry, name))
        ]
        for name, column in _LISTS.items()
    }


def _new(entries: Sequence[RosterEntry], now: datetime) -> list[dict[str, Any]]:
    common = {"active": True, "created_at": now}
    return [
        {
            **_texts(entry),
            **common,
            "sort_key": natural(entry.name),
            "words": findable(entry.code, [entry.name, entry.short]),
        }
        for entry in entries
    ]


async def _change(tx: Tx, change: Changed, by: int | None, now: datetime) -> bool:
    before, after = change.before, change.after
    words = findable(after.code, [after.name, after.short, before.label])
    changed = await tx.execute(
        sa.update(t.organizations)
        .where(t.organizations.c.id == before.id, t.organizations.c.active == before.active)
        .values(**_texts(after), sort_key=natural(after.name), words=words, active=True, left_at=None)
    )
    if not changed.rowcount:
        return False
    for name, column in _LISTS.items():
        await _set(tx, column, before.id, getattr(after, name))
    action = "organization.changed"
    if change.returns:
        action = "organization.confirmed" if before.is_typed_in else "organization.returned"
    await audit.record(tx, now, by, action, organization_id=before.id, **_noted(change))
    return True


def _noted(change: Changed) -> dict[str, Any]:
    """What the journal keeps of a change: what an organization was called, and what else of it is other now."""
    before, after = change.before, change.after
    noted: dict[str, Any] = {} if before.name == after.name else {"was": before.name}
    for name in (each for each in COLUMNS if each not in ("code", "name")):
        value = getattr(after, name)
        if value != getattr(before, name):
            noted[name] = value if isinstance(value, str) else sorted(value)
    return noted


async def learn(tx: Tx) -> None:
    """Has all found by the words that they have now: whatever was added or renamed, by an older version, too."""
    own = t.organizations.c
    lacking = (t.ORGANIZATION_IS_UNLEARNED, own.words != "")
    query = sa.select(own.id, own.words, own.learned).where(*lacking).order_by(own.id).limit(_PORTION)
    # In portions: others are served between them.
    while rows := (await tx.execute(query)).all():
        new, old = _differing((row.id, row.words, row.learned or "") for row in rows)
        await _NAME.run_each(tx, [{"word": word} for word in words_of(" ".join({each["word"] for each in new}))])
        await _WORD.run_each(tx, new)
        await _FORGET.run_each(tx, old)
        ids = one_of(own.id, [row.id for row in rows])
        await tx.execute(sa.update(t.organizations).where(ids).values(learned=own.words))


def _differing(said: Iterable[tuple[int, str, str]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The words that organizations have now and had not, and those that they had."""
    new: list[dict[str, Any]] = []
    old: list[dict[str, Any]] = []
    for its, now, before in said:
        present, past = set(now.split()), set(before.split())
        new += ({"word": word, "its": its} for word in present - past)
        old += ({"word": word, "its": its} for word in past - present)
    return new, old


def _texts(entry: RosterEntry) -> dict[str, str]:
    return {name: getattr(entry, name) for name in _TEXTS}


async def _set(tx: Tx, column: sa.Column[Any], organization_id: int, values: Collection[str]) -> None:
    table = column.table
    await tx.execute(sa.delete(table).where(table.c.organization_id == organization_id))
    if values:
        await tx.execute(
            table.insert(),
            [{"organization_id": organization_id, column.name: value} for value in sorted(values)],
        )


def _values_of(column: sa.Column[Any], organization_ids: Collection[int] | sa.Select[Any]) -> sa.Select[Any]:
    owner = column.table.c.organization_id
    return sa.select(owner, column).where(one_of(owner, organization_ids))


def _gathered(pairs: Iterable[Any]) -> defaultdict[int, frozenset[str]]:
    gathered: dict[int, set[str]] = {}
    for organization_id, value in pairs:
        gathered.setdefault(organization_id, set()).add(value)
    return defaultdict(frozenset, {organization_id: frozenset(values) for organization_id, values in gathered.items()})


async def _load(tx: Tx, *conditions: Any) -> list[Organization]:
    return _made(*await _found(tx, *conditions))


async def _found(tx: Tx, *conditions: Any) -> tuple[sa.Result[Any], dict[str, sa.Result[Any]]]:
    """The organizations in order, and the values of each of their lists, as the database has them."""
    query = sa.select(t.organizations).where(*conditions).order_by(*t.ORGANIZATIONS_IN_ORDER)
    rows = await tx.execute(query)
    chosen = sa.select(t.organizations.c.id).where(*conditions)
    return rows, {name: await tx.execute(_values_of(column, chosen)) for name, column in _LISTS.items()}


def _made(rows: sa.Result[Any], listed: Mapping[str, sa.Result[Any]]) -> list[Organization]:
    lists = {name: _gathered(pairs) for name, pairs in listed.items()}
    organizations = []
    for row in rows:
        entry: dict[str, Any] = {name: row._mapping[name] for name in _TEXTS}
        entry |= {name: values[row.id] for name, values in lists.items()}
        organizations.append(Organization(**entry, id=row.id, active=row.active, left_at=row.left_at, label=row.label))
    return organizations
