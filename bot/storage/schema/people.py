"""Tables: people, organizations, and who sits where. Ids of people are Telegram's."""

from typing import Any

import sqlalchemy as sa

from bot.domain.people.names import natural
from bot.domain.people.sought import findable
from bot.storage.schema.columns import Bytewise, Moment, by, identity, metadata, person, to

people = sa.Table(
    "people",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("consent_at", Moment),
    sa.Column("stopped_at", Moment),
    sa.Column("paused_until", Moment, index=True),
    # Since when Telegram does not deliver to the person, and why, a word of Failure.
    sa.Column("unreachable_at", Moment),
    sa.Column("unreachable_why", sa.Text),
    # The reminder that stands in the chat; it is removed when a newer one is sent.
    sa.Column("reminder_message_id", sa.BigInteger),
    # The newest update of theirs that was handled, when that was, and what was asked of them before each of the last
    # ones, [[update, what], ...]: a message that comes late belongs to what was asked when it was sent.
    sa.Column("handled_id", sa.BigInteger),
    sa.Column("handled_at", Moment),
    sa.Column("waited", sa.JSON),
    # The number of the chat with the person, where the messenger has another one for it than for the person.
    sa.Column("chat_id", sa.BigInteger),
    # A page of people reads them in this order, and ends with itself: by the bytes of names, as SQLite sorts.
    sa.Index(None, "name", "id", postgresql_ops={"name": 'COLLATE "C"'}),
)

# Whom nothing reaches, until they or Telegram change that: few.
PERSON_IS_CUT_OFF = sa.or_(people.c.unreachable_at.is_not(None), people.c.stopped_at.is_not(None))

sa.Index("ix_people_cut_off", people.c.id, sqlite_where=PERSON_IS_CUT_OFF, postgresql_where=PERSON_IS_CUT_OFF)

staff = sa.Table(
    "staff",
    metadata,
    person(primary_key=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("since", Moment, nullable=False),
    # What a curator is limited to, {"types": [...], "topics": [...]}; empty: nothing.
    sa.Column("limits", sa.JSON, nullable=False, server_default="{}"),
    # Whether the person wants the daily digest, and when the last one was written.
    sa.Column("digest", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("digest_at", Moment),
    # Whether the person wants a report of each month, when the last one was ordered; and one of each closed round.
    sa.Column("monthly", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("monthly_at", Moment),
    sa.Column("closings", sa.Boolean, nullable=False, server_default=sa.false()),
)

# One-time deep links that make their bearer staff.
staff_invitations = sa.Table(
    "staff_invitations",
    metadata,
    identity(),
    sa.Column("token_hash", sa.Text, nullable=False, unique=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("limits", sa.JSON, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("used_at", Moment),
    # When somebody recalled it, or its maker lost the right to it.
    sa.Column("ended_at", Moment),
    by("used_by"),
    by(),
)


def _name(context: Any) -> str:
    """What a row that is added is called, until the whole list says otherwise."""
    return str(context.get_current_parameters()["name"])


def _words(context: Any) -> str:
    """What a row that is added is looked for by."""
    its = context.get_current_parameters()
    return findable(its["code"], [its["name"], its.get("short", ""), its.get("label", "")])


def _sort_key(context: Any) -> str:
    """The sort key of a row that is added with a name."""
    return natural(context.get_current_parameters()["name"])


organizations = sa.Table(
    "organizations",
    metadata,
    identity(),
    sa.Column("code", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    # Since when the roster lists it no more; empty: it does, or the department has not confirmed it yet.
    sa.Column("left_at", Moment),
    sa.Column("created_at", Moment, nullable=False),
    # What somebody has given, and what the list calls it where there is little room (`bot.domain.people.labels`).
    sa.Column("short", sa.Text, nullable=False, server_default=""),
    sa.Column("label", sa.Text, nullable=False, server_default="", default=_name),
    # `natural` of the name, by which all lists of organizations are sorted.
    sa.Column("sort_key", Bytewise, nullable=False, server_default="", default=_sort_key),
    # The territory that it belongs to, by its id; "": none.
    sa.Column("territory", sa.Text, nullable=False, server_default=""),
    # `findable` of its code and names. Empty: nobody knows, it may be anything that is looked for.
    sa.Column("words", sa.Text, nullable=False, server_default="", default=_words),
    # The `words` by which it stands in `organization_words`; empty: it does not.
    sa.Column("learned", sa.Text),
)

# Few are, and soon none: what an older version of the program has added or renamed.
ORGANIZATION_IS_UNLEARNED = sa.or_(organizations.c.learned.is_(None), organizations.c.learned != organizations.c.words)

sa.Index(
    "ix_organizations_unlearned",
    organizations.c.id,
    sqlite_where=ORGANIZATION_IS_UNLEARNED,
    postgresql_where=ORGANIZATION_IS_UNLEARNED,
)

# All words of these; some are no organization's any more.
name_words = sa.Table("name_words", metadata, sa.Column("word", sa.Text, primary_key=True))

# Each of those texts word by word: who has this one.
organization_words = sa.Table(
    "organization_words",
    metadata,
    sa.Column("word", Bytewise, primary_key=True),
    to("organizations", primary_key=True),
    sqlite_with_rowid=False,
)

# The order of all lists of organizations.
ORGANIZATIONS_IN_ORDER = (organizations.c.sort_key, organizations.c.id)

sa.Index(None, *ORGANIZATIONS_IN_ORDER)

_HAS_TERRITORY = organizations.c.territory != sa.literal_column("''")

sa.Index(
    "ix_organizations_territory",
    organizations.c.territory,
    *ORGANIZATIONS_IN_ORDER,
    sqlite_where=_HAS_TERRITORY,
    postgresql_where=_HAS_TERRITORY,
)

# The catalog's territories, and those that it no longer has (`left_at`: since when) but the ledger speaks of.
# Their times are the catalog's alone.
territories = sa.Table(
    "territories",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    # What it is called where there is little room.
    sa.Column("short", sa.Text, nullable=False),
    # Its place in the catalog's order.
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("left_at", Moment),
)

# Which organizations go on with the work of one that was merged or split.
successions = sa.Table(
    "successions",
    metadata,
    to("organizations", primary_key=True),
    sa.Column("successor_id", sa.ForeignKey("organizations.id", ondelete="CASCADE"), primary_key=True, index=True),
    sa.Column("at", Moment, nullable=False),
    by(),
)

sa.Index(
    "ix_organizations_inactive",
    organizations.c.id,
    sqlite_where=~organizations.c.active,
    postgresql_where=~organizations.c.active,
)

organization_types = sa.Table(
    "organization_types",
    metadata,
    to("organizations", primary_key=True),
    sa.Column("type", sa.Text, primary_key=True),
    sa.Index(None, "type"),
    # Organizations of a type are counted from this one alone.
    sa.Index(None, "type", "organization_id"),
)

organization_tags = sa.Table(
    "organization_tags",
    metadata,
    to("organizations", primary_key=True),
    sa.Column("tag", sa.Text, primary_key=True),
)

seats = sa.Table(
    "seats",
    metadata,
    identity(),
    to("organizations", nullable=False, index=True),
    person(nullable=False, index=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("since", Moment),
    sa.Column("until", Moment),
    by("decided_by"),
)

# Conditions of partial indexes are written out, not bound. PostgreSQL plans a statement for any value after it has run
# a few times, and then `state = $1` no longer names the index: its ON CONFLICT fails.
SEAT_IS_LIVE = seats.c.state.in_([sa.literal_column("'waiting'"), sa.literal_column("'seated'")])

SEAT_IS_HELD = seats.c.state == sa.literal_column("'seated'")
SEAT_WAITS = seats.c.state == sa.literal_column("'waiting'")

sa.Index(
    "ix_seats_held",
    seats.c.organization_id,
    seats.c.role,
    seats.c.person_id,
    sqlite_where=SEAT_IS_HELD,
    postgresql_where=SEAT_IS_HELD,
)
sa.Index("ix_seats_waiting", seats.c.id, sqlite_where=SEAT_WAITS, postgresql_where=SEAT_WAITS)

sa.Index(
    "uq_seats_one_per_person",
    seats.c.organization_id,
    seats.c.person_id,
    unique=True,
    sqlite_where=SEAT_IS_LIVE,
    postgresql_where=SEAT_IS_LIVE,
)

# Secret addresses at which people's own calendars look up their deadlines, by the SHA-256 of what is secret in them.
calendar_addresses = sa.Table(
    "calendar_addresses",
    metadata,
    person(primary_key=True),
    sa.Column("token_hash", sa.Text, nullable=False, unique=True),
    sa.Column("made_at", Moment, nullable=False),
    # SHA-256 of what was said there last, and since when it has been.
    sa.Column("content_hash", sa.Text),
    sa.Column("changed_at", Moment),
)

# What a person does not want to be written about: scope `type` or `topic`. The obligation itself stays.
mutes = sa.Table(
    "mutes",
    metadata,
    person(primary_key=True),
    sa.Column("scope", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, primary_key=True),
)

invitations = sa.Table(
    "invitations",
    metadata,
    identity(),
    # SHA-256 of the token: a copy of the database opens no seat.
    sa.Column("token_hash", sa.Text, nullable=False, unique=True),
    to("organizations", nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("used_at", Moment),
    by("used_by"),
    # Who made it; empty: the command line.
    by(),
    # When it gave its seat; later than its use, or never, if somebody else sat there.
    sa.Column("given_at", Moment),
    # When somebody recalled it, or its maker lost the right to it.
    sa.Column("ended_at", Moment),
)
